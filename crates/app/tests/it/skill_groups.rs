//! Skill groups: names, limits, members, and what keeps one from being deleted.

use app::flows::FlowChange;
use app::pages::PageQuery;
use app::skill_groups::{GroupChange, NewGroup, create, delete, members, put_member, remove_member, update};
use app::{AppError, Refusal};
use domain::permission::Permission;

use crate::desk::{Desk, no_key, refusal, wrong_fields};

fn group(name: &str, reception_limit: i64) -> NewGroup {
    NewGroup {
        name: name.into(),
        reception_limit,
    }
}

/// ADM-09, R6: names are unique, limits have bounds, a change changes what is given.
#[tokio::test]
async fn groups_are_checked() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageSkillGroups);
    let sales = create(&desk.app, &by, group("Sales", 5), no_key())
        .await
        .expect("a group")
        .answer;
    assert!(matches!(
        refusal(create(&desk.app, &by, group("Sales", 5), no_key()).await),
        Refusal::NameTaken
    ));
    let wrong = create(&desk.app, &by, group("", 201), no_key()).await;
    assert_eq!(wrong_fields(wrong), ["name", "reception_limit"]);
    let renamed = GroupChange {
        name: Some("Sales 2".into()),
        reception_limit: None,
    };
    let after = update(&desk.app, &by, sales.id, renamed, no_key())
        .await
        .expect("renamed")
        .answer;
    assert_eq!((after.name.as_str(), after.reception_limit), ("Sales 2", 5));
    let taken = GroupChange {
        name: Some("客服 Support".into()),
        reception_limit: None,
    };
    assert!(matches!(
        refusal(update(&desk.app, &by, sales.id, taken, no_key()).await),
        Refusal::NameTaken
    ));
    desk.close().await;
}

/// ADM-09, ROUTE-02, T509: members have priorities 1 to 5 and are the tenant's own.
#[tokio::test]
async fn members_are_added_and_removed() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageSkillGroups);
    let sales = create(&desk.app, &by, group("Sales", 5), no_key())
        .await
        .expect("a group")
        .answer
        .id;
    let ann = desk.add("Ann").await.agent.id;
    for priority in [0, 6] {
        let wrong = put_member(&desk.app, &by, (sales, ann), priority, no_key()).await;
        assert_eq!(wrong_fields(wrong), ["priority"]);
    }
    put_member(&desk.app, &by, (sales, ann), 2, no_key())
        .await
        .expect("a member");
    let page = members(&desk.app, &by, sales, &PageQuery::default())
        .await
        .expect("members");
    assert_eq!(
        page.items
            .iter()
            .map(|member| (member.id, member.priority))
            .collect::<Vec<_>>(),
        [(ann, 2)]
    );
    for ids in [(sales, desk.app.new_id()), (desk.app.new_id(), ann)] {
        let outcome = put_member(&desk.app, &by, ids, 2, no_key()).await;
        assert!(matches!(outcome, Err(AppError::NotFound { .. })));
        let outcome = remove_member(&desk.app, &by, ids, no_key()).await;
        assert!(matches!(outcome, Err(AppError::NotFound { .. })));
    }
    remove_member(&desk.app, &by, (sales, ann), no_key())
        .await
        .expect("removed");
    desk.close().await;
}

/// R6, U5: a higher limit lets who waits in at once.
#[tokio::test]
async fn a_higher_limit_lets_people_in() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let by = desk.may(Permission::ManageSkillGroups);
    let limit = |limit| GroupChange {
        name: None,
        reception_limit: Some(limit),
    };
    let support = desk.group().await;
    update(&desk.app, &by, support, limit(1), no_key())
        .await
        .expect("a limit");
    let ann = desk.free("Ann").await;
    for text in ["one", "two"] {
        desk.says("shop", text).await;
    }
    assert_eq!(app::routing::fill(&desk.app, support).await.expect("given away"), 1);
    assert_eq!(app::agents::me(&desk.app, &ann.agent).await.expect("Ann").limit, 1);
    update(&desk.app, &by, support, limit(2), no_key())
        .await
        .expect("a limit");
    assert_eq!(app::routing::fill(&desk.app, support).await.expect("given away"), 1);
    desk.close().await;
}

/// R19: a group that a flow names stays, and so does one that a running session's version names; both tell which.
#[tokio::test]
async fn a_group_in_use_stays() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let (by, flows) = (
        desk.may(Permission::ManageSkillGroups),
        desk.may(Permission::ManageFlows),
    );
    let support = desk.group().await;
    let sales = create(&desk.app, &by, group("Sales", 5), no_key())
        .await
        .expect("a group")
        .answer
        .id;
    let Refusal::InUse { flows: naming, .. } = refusal(delete(&desk.app, &by, support, no_key()).await) else {
        panic!("other reasons were told");
    };
    assert_eq!(naming.len(), 1);
    let (visitor, _) = desk.says("shop", "hello").await;
    let listed = app::flows::list(&desk.app, &flows, &PageQuery::default())
        .await
        .expect("flows");
    let mut settings = listed.items[0].settings.clone().expect("the built-in shape");
    settings.skill_group_id = sales;
    let change = FlowChange {
        name: None,
        settings: Some(settings),
    };
    app::flows::update(&desk.app, &flows, naming[0].0, change, no_key())
        .await
        .expect("a new version");
    let outcome = delete(&desk.app, &by, support, no_key()).await;
    assert!(
        matches!(refusal(outcome), Refusal::InUse { .. }),
        "a running session names it"
    );
    app::sessions::end_by_visitor(&desk.app, &visitor, no_key())
        .await
        .expect("ended");
    delete(&desk.app, &by, support, no_key())
        .await
        .expect("nothing names it any more");
    desk.close().await;
}
