//! Agents: unique logins and numbers, search, sign-ins by number, limits that hold at the write.

use domain::agent::AgentStatus;
use domain::ids::{AgentId, TenantId};
use domain::permission::Role;
use store::Store;
use store::agents::{self, Change, NewAgent, NewPassword, SeenRow, Taken};
use store::pages::Wanted;
use store::testing::for_each_engine;

use crate::world::{NOW, World, id, write};

/// Somebody to be added.
#[derive(Clone, Copy)]
struct Person {
    email: &'static str,
    staff_no: &'static str,
    phone: Option<&'static str>,
    role: Role,
}

const ANN: Person = Person {
    email: "ann@example.com",
    staff_no: "1001",
    phone: None,
    role: Role::Agent,
};

async fn add(store: &Store, tenant: TenantId, person: Person) -> Result<AgentId, Taken> {
    let agent = id::<AgentId>();
    let added = write(store, async move |tx| {
        let new = NewAgent {
            id: agent,
            tenant,
            staff_no: person.staff_no,
            email: person.email,
            phone: person.phone,
            name: "Ann Lee",
            nickname: "Ann",
            role: person.role,
            password: NewPassword {
                hash: "hash",
                must_change: true,
                expires_at: Some(NOW.plus_seconds(60)),
            },
            own_limit: 10,
        };
        agents::insert(tx, &new, NOW).await
    });
    added.await.map(|()| agent)
}

async fn find(store: &Store, tenant: TenantId, text: Option<&str>, before: Option<AgentId>) -> Vec<SeenRow> {
    let wanted = Wanted {
        before,
        text: text.map(str::to_owned),
        limit: 100,
    };
    agents::list(&mut store.reader(), tenant, &wanted, NOW)
        .await
        .expect("a list")
}

async fn delete(store: &Store, tenant: TenantId, agent: AgentId) -> bool {
    write(store, async move |tx| agents::delete(tx, tenant, agent).await).await
}

/// ADM-02: e-mail and staff number are unique among a tenant's agents, and free again after a deletion (ADM-15:
/// another tenant does not matter).
#[tokio::test]
async fn logins_and_numbers_are_unique_in_a_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await.tenant, World::new(&store).await.tenant);
        let ann = add(&store, here, ANN).await.expect("the first");
        let same_email = Person {
            staff_no: "1002",
            ..ANN
        };
        let same_number = Person {
            email: "bea@example.com",
            ..ANN
        };
        assert_eq!(add(&store, here, same_email).await, Err(Taken::Email));
        assert_eq!(add(&store, here, same_number).await, Err(Taken::StaffNo));
        assert!(
            add(&store, there, ANN).await.is_ok(),
            "another tenant's agents were in the way"
        );
        assert!(delete(&store, here, ann).await);
        assert!(add(&store, here, ANN).await.is_ok(), "a deleted agent was in the way");
    })
    .await;
}

/// ADM-02, T807: found by staff number, e-mail, name, phone and group, literally; only in the own tenant (ADM-15).
#[tokio::test]
async fn agents_are_found_by_what_is_known_of_them() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let other = World::new(&store).await;
        let phone = Some("+8613800001111");
        let ann = add(&store, world.tenant, Person { phone, ..ANN })
            .await
            .expect("a free login");
        add(&store, other.tenant, ANN).await.expect("a free login");
        world.stranger("100%_sure").await;
        world.join(world.group, ann).await;
        for text in ["1001", "ANN@", "ann lee", "13800001111", "servi"] {
            let found = find(&store, world.tenant, Some(text), None).await;
            assert_eq!(
                found.iter().map(|row| row.agent.id).collect::<Vec<_>>(),
                [ann],
                "{text}"
            );
        }
        assert_eq!(find(&store, world.tenant, Some("100%_s"), None).await.len(), 1);
        assert!(find(&store, world.tenant, Some("1%1"), None).await.is_empty());
        assert!(find(&store, world.tenant, Some("a_n"), None).await.is_empty());
    })
    .await;
}

/// ADM-02: pages follow each other, newest first, each agent once.
#[tokio::test]
async fn pages_show_each_agent_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let mut expected = Vec::new();
        for number in 0..5 {
            expected.insert(0, world.stranger(&format!("Agent {number}")).await);
        }
        let (mut seen, mut before) = (Vec::new(), None);
        loop {
            let wanted = Wanted {
                before,
                text: None,
                limit: 2,
            };
            let page = agents::list(&mut store.reader(), world.tenant, &wanted, NOW)
                .await
                .expect("a page");
            before = page.last().map(|row| row.agent.id);
            if before.is_none() {
                break;
            }
            seen.extend(page.into_iter().map(|row| row.agent.id));
        }
        assert_eq!(seen, expected);
    })
    .await;
}

/// ROUTE-04, U9: what others see of a status comes from the connection and the widest group.
#[tokio::test]
async fn an_agent_is_seen_with_connection_and_widest_group() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let wide = world.another_group(50).await;
        world.join(wide, agent).await;
        let seen = async |moment| {
            let row = agents::seen(&mut store.reader(), world.tenant, agent, moment).await;
            let row = row.expect("a row").expect("Ann");
            (row.is_online, row.group_limit)
        };
        assert_eq!(seen(NOW).await, (true, Some(50)));
        assert_eq!(
            seen(NOW.plus_seconds(7_200)).await,
            (false, Some(50)),
            "its node died long ago"
        );
        let names = agents::groups_between(&mut store.reader(), world.tenant, agent, agent)
            .await
            .expect("groups");
        assert_eq!(names.len(), 2);
    })
    .await;
}

/// C12, R28: each sign-in has the next number; a changed password or a closed account lets nobody in.
#[tokio::test]
async fn sign_ins_are_numbered_and_need_the_verified_password() {
    for_each_engine(async |store| {
        let tenant = World::new(&store).await.tenant;
        let ann = add(&store, tenant, ANN).await.expect("a free login");
        let sign_in =
            async |hash: &'static str| write(&store, async move |tx| agents::sign_in(tx, ann, hash, NOW).await).await;
        assert_eq!(sign_in("hash").await, Some(1));
        assert_eq!(sign_in("hash").await, Some(2));
        assert_eq!(sign_in("another").await, None);
        let row = agents::find(&mut store.reader(), tenant, ann)
            .await
            .expect("a row")
            .expect("Ann");
        assert_eq!((row.status, row.last_sign_in_at), (AgentStatus::NotReady, Some(NOW.0)));
        assert!(
            write(&store, async move |tx| agents::set_forced_offline(
                tx, tenant, ann, true
            )
            .await)
            .await
        );
        assert_eq!(sign_in("hash").await, None);
        assert!(
            write(&store, async move |tx| agents::set_forced_offline(
                tx, tenant, ann, false
            )
            .await)
            .await
        );
        assert_eq!(sign_in("hash").await, Some(3));
        assert!(delete(&store, tenant, ann).await);
        assert_eq!(sign_in("hash").await, None);
    })
    .await;
}

/// C12: what an older sign-in chooses does not count.
#[tokio::test]
async fn an_older_sign_in_changes_nothing() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, old) = world.agent("Ann").await;
        let new = world.sign_in(agent).await;
        let choose = async |epoch| {
            write(&store, async move |tx| {
                let status = agents::set_status(tx, (agent, epoch), AgentStatus::Offline, NOW).await?;
                Ok((status, agents::set_own_limit(tx, (agent, epoch), 7).await?))
            })
            .await
        };
        assert_eq!(choose(old).await, (false, false));
        assert_eq!(choose(new).await, (true, true));
    })
    .await;
}

/// ADM-05, R19: an agent with an open session is not deleted; a deleted one is in no group any more.
#[tokio::test]
async fn an_agent_with_open_sessions_stays() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, epoch) = world.agent("Ann").await;
        let group = world.group;
        let took = write(&store, async move |tx| {
            store::reception::take(tx, (agent, epoch), group, 200, NOW).await
        });
        assert!(took.await);
        assert!(!delete(&store, world.tenant, agent).await);
        write(&store, async move |tx| {
            store::reception::give_back(tx, agent, NOW).await
        })
        .await;
        assert!(delete(&store, world.tenant, agent).await);
        let members = store::skill_groups::member_ids(&mut store.reader(), world.tenant, group).await;
        assert_eq!(members.expect("a list"), []);
    })
    .await;
}

/// ADM-05, ADM-15: a change reaches the own tenant's agents only.
#[tokio::test]
async fn a_change_stays_in_its_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await.tenant, World::new(&store).await.tenant);
        let ann = add(&store, here, ANN).await.expect("a free login");
        let change = async |tenant| {
            write(&store, async move |tx| {
                let change = Change {
                    name: "Anna",
                    nickname: "Anna",
                    phone: Some("123"),
                    role: Role::Admin,
                };
                agents::update(tx, tenant, ann, change).await
            })
            .await
        };
        assert!(!change(there).await);
        assert!(change(here).await);
        let row = agents::find(&mut store.reader(), here, ann)
            .await
            .expect("a row")
            .expect("Ann");
        assert_eq!(
            (row.name.as_str(), row.phone.as_deref(), row.role),
            ("Anna", Some("123"), Role::Admin)
        );
        assert!(
            agents::find(&mut store.reader(), there, ann)
                .await
                .expect("no row")
                .is_none()
        );
    })
    .await;
}

/// ADM-16: sign-in looks through all tenants, the newest sign-in first.
#[tokio::test]
async fn candidates_come_newest_sign_in_first() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await.tenant, World::new(&store).await.tenant);
        let person = Person {
            phone: Some("123"),
            ..ANN
        };
        let ann_here = add(&store, here, person).await.expect("a free login");
        let ann_there = add(&store, there, person).await.expect("a free login");
        write(&store, async move |tx| {
            agents::sign_in(tx, ann_there, "hash", NOW).await
        })
        .await;
        let by_email = agents::by_email(&mut store.reader(), "ann@example.com", 8)
            .await
            .expect("rows");
        let by_phone = agents::by_phone(&mut store.reader(), "123", 8).await.expect("rows");
        for rows in [by_email, by_phone] {
            assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [ann_there, ann_here]);
        }
        let limited = agents::by_email(&mut store.reader(), "ann@example.com", 1)
            .await
            .expect("rows");
        assert_eq!(limited.len(), 1);
    })
    .await;
}

/// ADM-07: only administrators who can sign in count as others.
#[tokio::test]
async fn administrators_who_are_kept_out_do_not_count() {
    for_each_engine(async |store| {
        let tenant = World::new(&store).await.tenant;
        let admin = Person {
            role: Role::Admin,
            ..ANN
        };
        let first = add(&store, tenant, admin).await.expect("a free login");
        let second = Person {
            email: "bea@example.com",
            staff_no: "1002",
            ..admin
        };
        let second = add(&store, tenant, second).await.expect("a free login");
        let others = async || {
            agents::other_admins(&mut store.reader(), tenant, first)
                .await
                .expect("a count")
        };
        assert_eq!(others().await, 1);
        write(&store, async move |tx| {
            agents::set_forced_offline(tx, tenant, second, true).await
        })
        .await;
        assert_eq!(others().await, 0);
    })
    .await;
}

/// T404: a hash is made anew only while the password is the same.
#[tokio::test]
async fn a_hash_is_renewed_only_for_the_same_password() {
    for_each_engine(async |store| {
        let tenant = World::new(&store).await.tenant;
        let ann = add(&store, tenant, ANN).await.expect("a free login");
        write(&store, async move |tx| agents::rehash(tx, ann, "other", "wrong").await).await;
        write(&store, async move |tx| agents::rehash(tx, ann, "hash", "renewed").await).await;
        let row = agents::find(&mut store.reader(), tenant, ann)
            .await
            .expect("a row")
            .expect("Ann");
        assert_eq!(row.password_hash, "renewed");
        assert!(row.must_change_password, "a renewed hash is not a changed password");
    })
    .await;
}
