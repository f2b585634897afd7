//! Agents: adding, changing, closing accounts, and one's own state.

use app::agents::{AgentChange, create, delete, force_offline, get, list, me, set_own_limit, set_status, update};
use app::outbox::Delivery;
use app::pages::PageQuery;
use app::principals::Admin;
use app::sign_in::{LoginState, why_over};
use app::{AppError, Refusal};
use domain::agent::{AgentStatus, ShownStatus};
use domain::permission::{Permission, Role};
use domain::session::Stage;

use crate::desk::{CHOSEN, Desk, key, new_agent, no_key, refusal, wrong_fields};

/// ADM-02, C02: a repeat of a command adds one agent and one mail; the same key for another one is refused.
#[tokio::test]
async fn a_repeated_command_adds_one_agent() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageAgents);
    let first = create(&desk.app, &by, new_agent("Ann", vec![]), key(by.id, "k1", "ann"))
        .await
        .expect("added");
    let again = create(&desk.app, &by, new_agent("Ann", vec![]), key(by.id, "k1", "ann"))
        .await
        .expect("repeated");
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.answer.agent, again.answer.agent);
    assert_eq!(first.answer.password_mail, Delivery::Kept);
    assert_eq!(desk.mails("ann@example.com").await.len(), 1);
    let other = create(&desk.app, &by, new_agent("Bea", vec![]), key(by.id, "k1", "bea")).await;
    assert!(matches!(refusal(other), Refusal::KeyReused));
    let renewed = create(&desk.app, &by, new_agent("Ann", vec![]), key(by.id, "k2", "ann")).await;
    assert!(matches!(refusal(renewed), Refusal::EmailTaken));
    desk.close().await;
}

/// ADM-02, T108, T114: all wrong fields are told at once, and nothing is written.
#[tokio::test]
async fn wrong_fields_are_all_told() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageAgents);
    let mut new = new_agent("Ann", vec![]);
    new.profile.nickname = "System".into();
    new.profile.email = "nowhere".into();
    new.profile.staff_no = "a b".into();
    assert_eq!(
        wrong_fields(create(&desk.app, &by, new, no_key()).await),
        ["nickname", "staff_no", "email"]
    );
    let foreign = new_agent("Ann", vec![desk.app.new_id()]);
    assert_eq!(
        wrong_fields(create(&desk.app, &by, foreign, no_key()).await),
        ["skill_group_ids"]
    );
    assert!(desk.mails("ann@example.com").await.is_empty());
    let page = list(&desk.app, &by, &PageQuery::default()).await.expect("agents");
    assert_eq!(page.items.len(), 1, "only the administrator");
    desk.close().await;
}

/// ADM-07, SEC-02: an ordinary agent gets no administrator's hat.
#[tokio::test]
async fn an_ordinary_agent_is_no_administrator() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    for permission in Permission::ALL {
        let hat = Admin::new(ann.agent.clone(), *permission);
        assert_eq!(hat.is_ok(), *permission == Permission::Workbench, "{permission}");
    }
    let hat = Admin::new(ann.agent, Permission::Workbench).expect("the workbench");
    assert!(matches!(
        list(&desk.app, &hat, &PageQuery::default()).await,
        Err(AppError::Forbidden)
    ));
    desk.close().await;
}

/// ADM-02: pages of the list follow each other.
#[tokio::test]
async fn the_list_comes_in_pages() {
    let desk = Desk::new().await;
    for name in ["Ann", "Bea", "Cay"] {
        desk.add(name).await;
    }
    let by = desk.may(Permission::ManageAgents);
    let ask = async |cursor: Option<String>| {
        let query = PageQuery {
            cursor,
            limit: Some(2),
            query: None,
        };
        list(&desk.app, &by, &query).await.expect("a page")
    };
    let first = ask(None).await;
    assert_eq!(
        first
            .items
            .iter()
            .map(|agent| agent.nickname.as_str())
            .collect::<Vec<_>>(),
        ["Cay", "Bea"]
    );
    assert_eq!(first.items[0].skill_groups.len(), 1);
    let second = ask(first.next).await;
    assert_eq!(
        second
            .items
            .iter()
            .map(|agent| agent.nickname.as_str())
            .collect::<Vec<_>>(),
        ["Ann", "Admin"]
    );
    assert_eq!(second.next, None);
    desk.close().await;
}

/// ADM-05, R2: what is given changes, what is left out stays; groups are exactly those given, priorities are kept.
#[tokio::test]
async fn a_change_changes_what_is_given() {
    let desk = Desk::new().await;
    let ann = desk.add("Ann").await.agent;
    let (by, group) = (desk.may(Permission::ManageAgents), desk.group().await);
    let groups = desk.may(Permission::ManageSkillGroups);
    app::skill_groups::put_member(&desk.app, &groups, (group, ann.id), 1, no_key())
        .await
        .expect("a priority");
    let change = |change: AgentChange| update(&desk.app, &by, ann.id, change, no_key());
    let renamed = AgentChange {
        nickname: Some("Annie".into()),
        phone: Some("123 45".into()),
        skill_group_ids: Some(vec![group]),
        ..AgentChange::default()
    };
    let after = change(renamed).await.expect("changed").answer;
    assert_eq!(
        (after.nickname.as_str(), after.name.as_str(), after.phone.as_deref()),
        ("Annie", "Ann Lee", Some("12345"))
    );
    let members = app::skill_groups::members(&desk.app, &groups, group, &PageQuery::default())
        .await
        .expect("members");
    let member = members.items.iter().find(|member| member.id == ann.id).expect("Ann");
    assert_eq!(member.priority, 1);
    let emptied = AgentChange {
        phone: Some(String::new()),
        skill_group_ids: Some(vec![]),
        ..AgentChange::default()
    };
    let after = change(emptied).await.expect("changed").answer;
    assert_eq!((after.phone, after.skill_groups), (None, vec![]));
    let unknown = update(&desk.app, &by, desk.app.new_id(), AgentChange::default(), no_key()).await;
    assert!(matches!(unknown, Err(AppError::NotFound { .. })));
    desk.close().await;
}

/// ADM-07: an administrator does not lose the own rights, nor does the desk its last administrator.
#[tokio::test]
async fn the_last_administrator_stays() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageAgents);
    let demoted = || AgentChange {
        role: Some(Role::Agent),
        ..AgentChange::default()
    };
    let own = update(&desk.app, &by, by.id, demoted(), no_key()).await;
    assert!(matches!(refusal(own), Refusal::NotYourself));
    assert!(matches!(
        refusal(delete(&desk.app, &by, by.id, no_key()).await),
        Refusal::NotYourself
    ));
    assert!(matches!(
        refusal(force_offline(&desk.app, &by, by.id, no_key()).await),
        Refusal::NotYourself
    ));
    let ann = desk.signed_in("Ann").await.agent;
    let promoted = AgentChange {
        role: Some(Role::Admin),
        ..AgentChange::default()
    };
    update(&desk.app, &by, ann.id, promoted, no_key())
        .await
        .expect("promoted");
    update(&desk.app, &by, ann.id, demoted(), no_key())
        .await
        .expect("demoted again");
    desk.close().await;
}

/// ADM-06, R18: forced offline, the agent is out at once and the session waits at its old place.
#[tokio::test]
async fn forced_offline_gives_sessions_back() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let ann = desk.free("Ann").await;
    let (_, session) = desk.says("shop", "hello").await;
    let group = desk.group().await;
    assert_eq!(app::routing::fill(&desk.app, group).await.expect("given away"), 1);
    let stage = async || {
        let found = store::sessions::find(&mut desk.app.store.reader(), desk.admin.tenant, session).await;
        found.expect("a row").expect("the session").stage
    };
    assert!(matches!(stage().await, Stage::Active { agent, .. } if agent == ann.agent.id));
    let by = desk.may(Permission::ManageAgents);
    force_offline(&desk.app, &by, ann.agent.id, no_key())
        .await
        .expect("forced offline");
    assert!(matches!(stage().await, Stage::Waiting(place) if place.number == 1));
    assert_eq!(
        why_over(&desk.app, &ann.token).await.expect("an answer"),
        LoginState::ForcedOffline
    );
    let facts = get(&desk.app, &by, ann.agent.id).await.expect("Ann");
    assert_eq!(
        (facts.load, facts.status, facts.is_forced_offline),
        (0, AgentStatus::Offline, true)
    );
    assert_eq!(app::routing::fill(&desk.app, group).await.expect("nobody is there"), 0);
    desk.close().await;
}

/// ADM-05, R19, T413: an agent with open sessions stays, and they are listed; a deleted one is out at once.
#[tokio::test]
async fn open_sessions_stand_in_the_way_of_a_deletion() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let ann = desk.free("Ann").await;
    let (visitor, session) = desk.says("shop", "hello").await;
    app::routing::fill(&desk.app, desk.group().await)
        .await
        .expect("given away");
    let by = desk.may(Permission::ManageAgents);
    let Refusal::HasOpenSessions(open) = refusal(delete(&desk.app, &by, ann.agent.id, no_key()).await) else {
        panic!("other reasons were told");
    };
    assert_eq!(
        open.iter()
            .map(|open| (open.id, open.visitor.as_str()))
            .collect::<Vec<_>>(),
        [(session, "Vera")]
    );
    app::sessions::end_by_visitor(&desk.app, &visitor, no_key())
        .await
        .expect("ended");
    delete(&desk.app, &by, ann.agent.id, no_key()).await.expect("deleted");
    assert_eq!(
        why_over(&desk.app, &ann.token).await.expect("an answer"),
        LoginState::Deleted
    );
    assert!(matches!(
        get(&desk.app, &by, ann.agent.id).await,
        Err(AppError::NotFound { .. })
    ));
    desk.close().await;
}

/// ROUTE-03, ROUTE-04, R7: the own limit has bounds and is the least of all; at it the agent shows as busy.
#[tokio::test]
async fn the_own_limit_makes_busy() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let ann = desk.free("Ann").await;
    for limit in [0, 101] {
        assert_eq!(
            wrong_fields(set_own_limit(&desk.app, &ann.agent, limit).await),
            ["own_limit"]
        );
    }
    let before = me(&desk.app, &ann.agent).await.expect("Ann");
    assert_eq!(
        (before.shown_status, before.limit, before.skill_groups.len()),
        (ShownStatus::Free, 10, 1)
    );
    set_own_limit(&desk.app, &ann.agent, 1).await.expect("a limit");
    for text in ["one", "two"] {
        desk.says("shop", text).await;
    }
    assert_eq!(
        app::routing::fill(&desk.app, desk.group().await)
            .await
            .expect("given away"),
        1
    );
    let after = me(&desk.app, &ann.agent).await.expect("Ann");
    assert_eq!((after.shown_status, after.load, after.limit), (ShownStatus::Busy, 1, 1));
    set_status(&desk.app, &ann.agent, AgentStatus::NotReady)
        .await
        .expect("a status");
    let after = me(&desk.app, &ann.agent).await.expect("Ann");
    assert_eq!(
        (after.shown_status, after.load),
        (ShownStatus::NotReady, 1),
        "sessions at hand stay (ROUTE-07)"
    );
    desk.close().await;
}

/// T415: a new role counts at the next call.
#[tokio::test]
async fn a_new_role_counts_at_once() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    let by = desk.may(Permission::ManageAgents);
    let change = AgentChange {
        role: Some(Role::Admin),
        ..AgentChange::default()
    };
    update(&desk.app, &by, ann.agent.id, change, no_key())
        .await
        .expect("promoted");
    let agent = app::sign_in::authenticate(&desk.app, &ann.token)
        .await
        .expect("signed in");
    assert_eq!(agent.role, Role::Admin);
    desk.try_sign_in("ann@example.com", CHOSEN).await.expect("as before");
    desk.close().await;
}
