//! Skill groups: names, members with priorities, search.

use domain::ids::SkillGroupId;
use store::pages::Wanted;
use store::skill_groups::{self, NewSkillGroup};
use store::testing::for_each_engine;

use crate::world::{NOW, World, id, write};

async fn add(world: &World, name: &'static str) -> Option<SkillGroupId> {
    let (tenant, group) = (world.tenant, id::<SkillGroupId>());
    let added = write(&world.store, async move |tx| {
        let new = NewSkillGroup {
            id: group,
            tenant,
            name,
            reception_limit: 5,
        };
        skill_groups::insert(tx, new, NOW).await
    });
    added.await.then_some(group)
}

async fn find(world: &World, text: Option<&str>) -> Vec<SkillGroupId> {
    let wanted = Wanted {
        before: None,
        text: text.map(str::to_owned),
        limit: 100,
    };
    let rows = skill_groups::list(&mut world.store.reader(), world.tenant, &wanted)
        .await
        .expect("a list");
    rows.into_iter().map(|row| row.id).collect()
}

/// ADM-09, ADM-15: a name is taken once in a tenant, and another tenant's groups do not show.
#[tokio::test]
async fn names_are_unique_in_a_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let sales = add(&here, "Sales").await.expect("a free name");
        assert_eq!(add(&here, "Sales").await, None);
        assert!(add(&there, "Sales").await.is_some());
        assert_eq!(find(&here, None).await, [sales, here.group], "newest first");
        let named = skill_groups::named(&mut store.reader(), there.tenant, "Sales")
            .await
            .expect("an answer");
        assert_ne!(named, Some(sales));
        assert!(
            skill_groups::find(&mut store.reader(), there.tenant, sales)
                .await
                .expect("no row")
                .is_none()
        );
    })
    .await;
}

/// ADM-09: found by the group's name and by its members' names and e-mails.
#[tokio::test]
async fn groups_are_found_by_name_and_member() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let sales = add(&world, "Sales").await.expect("a free name");
        let ann = world.stranger("Ann").await;
        world.join(sales, ann).await;
        for text in ["sal", "ANN", &format!("{ann}@exa")] {
            assert_eq!(find(&world, Some(text)).await, [sales], "{text}");
        }
        assert!(find(&world, Some("s_les")).await.is_empty());
    })
    .await;
}

/// ADM-09, ROUTE-02: a member has one priority, which joining again does not change; counts follow.
#[tokio::test]
async fn members_keep_their_priority() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, bea) = (world.stranger("Ann").await, world.stranger("Bea").await);
        let of = (world.tenant, world.group);
        write(&store, async move |tx| {
            skill_groups::put_member(tx, of, ann, 5).await?;
            skill_groups::put_member(tx, of, ann, 1).await?;
            skill_groups::join(tx, of, ann, 3).await?;
            skill_groups::join(tx, of, bea, 3).await
        })
        .await;
        let members = async |text: Option<&str>| {
            let wanted = Wanted {
                before: None,
                text: text.map(str::to_owned),
                limit: 10,
            };
            let rows = skill_groups::members(&mut store.reader(), of, &wanted, NOW)
                .await
                .expect("members");
            rows.into_iter()
                .map(|row| (row.id, row.priority, row.is_online))
                .collect::<Vec<_>>()
        };
        assert_eq!(members(None).await, [(bea, 3, false), (ann, 1, false)]);
        assert_eq!(members(Some("bea")).await, [(bea, 3, false)]);
        let leave = async || write(&store, async move |tx| skill_groups::leave(tx, of, bea).await).await;
        assert!(leave().await);
        assert!(!leave().await);
        let row = skill_groups::find(&mut store.reader(), of.0, of.1)
            .await
            .expect("a row")
            .expect("the group");
        assert_eq!(row.member_count, 1);
    })
    .await;
}

/// ADM-09: the list tells how many wait; a deleted group leaves its members as agents.
#[tokio::test]
async fn a_group_counts_who_waits_and_goes_without_its_members() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let visitor = world.visitor("Vera").await;
        world.waiting(visitor).await;
        let (tenant, group) = (world.tenant, world.group);
        let row = skill_groups::find(&mut store.reader(), tenant, group)
            .await
            .expect("a row")
            .expect("the group");
        assert_eq!((row.waiting, row.member_count), (1, 0));
        let sales = add(&world, "Sales").await.expect("a free name");
        let ann = world.stranger("Ann").await;
        world.join(sales, ann).await;
        let delete = async || write(&store, async move |tx| skill_groups::delete(tx, tenant, sales).await).await;
        assert!(delete().await);
        assert!(!delete().await);
        assert!(
            store::agents::find(&mut store.reader(), tenant, ann)
                .await
                .expect("a row")
                .is_some()
        );
        assert_eq!(
            skill_groups::ids(&mut store.reader(), tenant).await.expect("ids"),
            [group]
        );
    })
    .await;
}

/// ADM-09, ADM-15: a change reaches the own tenant's groups only.
#[tokio::test]
async fn a_change_stays_in_its_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let group = here.group;
        let rename = async |tenant| {
            write(&store, async move |tx| {
                skill_groups::update(tx, tenant, group, "Renamed", 9).await
            })
            .await
        };
        assert!(!rename(there.tenant).await);
        assert!(rename(here.tenant).await);
        let row = skill_groups::find(&mut store.reader(), here.tenant, group)
            .await
            .expect("a row");
        let row = row.expect("the group");
        assert_eq!((row.name.as_str(), row.reception_limit), ("Renamed", 9));
    })
    .await;
}
