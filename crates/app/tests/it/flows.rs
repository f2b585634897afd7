//! Flows: versions, names, and what keeps one from being deleted.

use app::flows::{FlowChange, FlowFacts, NewFlow, create, delete, list, update};
use app::pages::PageQuery;
use app::{AppError, Refusal};
use domain::flow::Settings;
use domain::permission::Permission;

use crate::desk::{Desk, no_key, refusal, wrong_fields};

/// The form of a flow of the built-in shape.
fn form(flow: &FlowFacts) -> Settings {
    flow.settings.clone().expect("the built-in shape")
}

/// R17, FLOW-14: new settings are a new version, the same settings are none; running sessions keep theirs.
#[tokio::test]
async fn new_settings_are_a_new_version() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let by = desk.may(Permission::ManageFlows);
    let (_, session) = desk.says("shop", "hello").await;
    let flow = list(&desk.app, &by, &PageQuery::default())
        .await
        .expect("flows")
        .items
        .remove(0);
    assert_eq!((flow.version, flow.channels.len()), (1, 1));
    let change = |settings| FlowChange {
        name: None,
        settings: Some(settings),
    };
    let same = update(&desk.app, &by, flow.id, change(form(&flow)), no_key())
        .await
        .expect("nothing new");
    assert_eq!(same.answer.version, 1);
    let mut settings = form(&flow);
    settings.texts.greeting = "Welcome!".into();
    let after = update(&desk.app, &by, flow.id, change(settings.clone()), no_key())
        .await
        .expect("published")
        .answer;
    assert_eq!((after.version, after.settings), (2, Some(settings)));
    let found = store::sessions::find(&mut desk.app.store.reader(), desk.admin.tenant, session).await;
    assert_eq!(found.expect("a row").expect("the session").flow_version, 1);
    desk.close().await;
}

/// FLOW-13: what is wrong is told by field, and nothing is published.
#[tokio::test]
async fn wrong_settings_are_not_published() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageFlows);
    let flow = list(&desk.app, &by, &PageQuery::default())
        .await
        .expect("flows")
        .items
        .remove(0);
    let mut settings = form(&flow);
    settings.silence_seconds = Some(1);
    settings.skill_group_id = desk.app.new_id();
    let new = |name: &str, settings| NewFlow {
        name: name.into(),
        settings,
    };
    let wrong = create(&desk.app, &by, new("Night", settings.clone()), no_key()).await;
    assert_eq!(
        wrong_fields(wrong),
        ["settings.skill_group_id", "settings.silence_seconds"]
    );
    let change = FlowChange {
        name: Some("Night".into()),
        settings: Some(settings),
    };
    wrong_fields(update(&desk.app, &by, flow.id, change, no_key()).await);
    let still = list(&desk.app, &by, &PageQuery::default())
        .await
        .expect("flows")
        .items
        .remove(0);
    assert_eq!(still, flow, "half of the change was kept");
    let taken = create(&desk.app, &by, new(&flow.name, form(&flow)), no_key()).await;
    assert!(matches!(refusal(taken), Refusal::NameTaken));
    desk.close().await;
}

/// R19: a flow that a channel uses stays and tells which; without it the flow goes, and running sessions go on.
#[tokio::test]
async fn a_flow_in_use_stays() {
    let desk = Desk::new().await;
    let channel = desk.channel("shop").await;
    let (by, channels) = (desk.may(Permission::ManageFlows), desk.may(Permission::ManageChannels));
    let flow = list(&desk.app, &by, &PageQuery::default())
        .await
        .expect("flows")
        .items
        .remove(0);
    let Refusal::InUse { channels: using, .. } = refusal(delete(&desk.app, &by, flow.id, no_key()).await) else {
        panic!("other reasons were told");
    };
    assert_eq!(using, [(channel, "Shop".to_owned())]);
    desk.says("shop", "hello").await;
    let other = NewFlow {
        name: "Night".into(),
        settings: form(&flow),
    };
    let other = create(&desk.app, &by, other, no_key())
        .await
        .expect("another flow")
        .answer;
    let rebound = app::channels::ChannelChange {
        flow_id: Some(other.id),
        ..Default::default()
    };
    app::channels::update(&desk.app, &channels, channel, rebound, no_key())
        .await
        .expect("rebound (CHAN-14)");
    delete(&desk.app, &by, flow.id, no_key()).await.expect("deleted");
    let gone = delete(&desk.app, &by, flow.id, no_key()).await;
    assert!(matches!(gone, Err(AppError::NotFound { .. })));
    desk.free("Ann").await;
    assert_eq!(
        app::routing::fill(&desk.app, desk.group().await)
            .await
            .expect("it goes on"),
        1
    );
    desk.close().await;
}
