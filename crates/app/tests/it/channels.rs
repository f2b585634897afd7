//! Channels: keys, flows, secrets, and what keeps one from being deleted.

use app::channels::{ChannelChange, NewChannel, create, delete, rotate_identity_secret, update};
use app::pages::PageQuery;
use app::{AppError, Refusal};
use domain::ids::FlowId;
use domain::permission::Permission;
use store::Query as _;

use crate::desk::{Desk, key, no_key, refusal, wrong_fields};

async fn new_channel(desk: &Desk, wanted_key: Option<&str>) -> NewChannel {
    let flows = app::flows::list(&desk.app, &desk.may(Permission::ReadFlows), &PageQuery::default()).await;
    NewChannel {
        title: "Shop".into(),
        colour: None,
        flow_id: flows.expect("flows").items[0].id,
        rating_config_id: None,
        requires_identity: false,
        key: wanted_key.map(str::to_owned),
        launcher: app::channels::Launcher::default(),
        websites: Vec::new(),
    }
}

/// CHAN-01, T316: a key is made up when none is wanted, and cannot be guessed; a wanted one is taken once.
#[tokio::test]
async fn keys_are_made_up_or_wanted() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageChannels);
    let mut keys = Vec::new();
    for _ in 0..3 {
        let made = create(&desk.app, &by, new_channel(&desk, None).await, no_key())
            .await
            .expect("a channel")
            .answer;
        assert!(made.key.len() >= 20, "{} can be guessed", made.key);
        keys.push(made.key);
    }
    keys.dedup();
    assert_eq!(keys.len(), 3);
    create(&desk.app, &by, new_channel(&desk, Some("shop")).await, no_key())
        .await
        .expect("a channel");
    let taken = create(&desk.app, &by, new_channel(&desk, Some("shop")).await, no_key()).await;
    assert!(matches!(refusal(taken), Refusal::KeyTaken));
    desk.close().await;
}

/// CHAN-01, T503: wrong fields are told, and a flow of nobody's is unknown.
#[tokio::test]
async fn channels_are_checked() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageChannels);
    let mut wrong = new_channel(&desk, Some("No!")).await;
    wrong.title = String::new();
    wrong.colour = Some("red; }".into());
    assert_eq!(
        wrong_fields(create(&desk.app, &by, wrong, no_key()).await),
        ["title", "colour", "key"]
    );
    let unknown = NewChannel {
        flow_id: desk.app.new_id::<FlowId>(),
        ..new_channel(&desk, None).await
    };
    assert_eq!(
        wrong_fields(create(&desk.app, &by, unknown, no_key()).await),
        ["flow_id"]
    );
    let channel = desk.channel("shop").await;
    let change = ChannelChange {
        title: Some("Shop 2".into()),
        requires_identity: Some(true),
        ..ChannelChange::default()
    };
    let after = update(&desk.app, &by, channel, change, no_key())
        .await
        .expect("changed")
        .answer;
    assert_eq!(
        (after.title.as_str(), after.requires_identity, after.key.as_str()),
        ("Shop 2", true, "shop")
    );
    desk.close().await;
}

/// R19, T316: a channel with open sessions stays and lists them; a deleted one is like a missing one.
#[tokio::test]
async fn a_channel_with_open_sessions_stays() {
    let desk = Desk::new().await;
    let channel = desk.channel("shop").await;
    let by = desk.may(Permission::ManageChannels);
    let (visitor, session) = desk.says("shop", "hello").await;
    let Refusal::HasOpenSessions(open) = refusal(delete(&desk.app, &by, channel, no_key()).await) else {
        panic!("other reasons were told");
    };
    assert_eq!(open.iter().map(|open| open.id).collect::<Vec<_>>(), [session]);
    app::sessions::end_by_visitor(&desk.app, &visitor, no_key())
        .await
        .expect("ended");
    delete(&desk.app, &by, channel, no_key()).await.expect("deleted");
    let gone = delete(&desk.app, &by, channel, no_key()).await;
    assert!(matches!(gone, Err(AppError::NotFound { .. })));
    assert!(
        !app::visitors::is_of_channel(&desk.app, &visitor, "shop")
            .await
            .expect("an answer")
    );
    desk.close().await;
}

/// SEC-03, T1201, C02: a secret is 256 bits, stored sealed only, and a repeat of the command tells the same one.
#[tokio::test]
async fn a_secret_is_stored_sealed_only() {
    let desk = Desk::new().await;
    let channel = desk.channel("shop").await;
    let by = desk.may(Permission::ManageChannels);
    let first = rotate_identity_secret(&desk.app, &by, channel, key(by.id, "k1", "x"))
        .await
        .expect("a secret");
    let again = rotate_identity_secret(&desk.app, &by, channel, key(by.id, "k1", "x"))
        .await
        .expect("the same");
    assert_eq!((first.answer.len(), first.replayed), (64, false));
    assert_eq!((&again.answer, again.replayed), (&first.answer, true));
    let command = store::commands::find(&mut desk.app.store.reader(), &by.id.to_string(), "k1").await;
    assert!(
        !command
            .expect("a row")
            .expect("the answer")
            .answer
            .contains(&first.answer)
    );
    let row = store::channels::find(&mut desk.app.store.reader(), by.tenant, channel).await;
    let sealed = row
        .expect("a row")
        .expect("the channel")
        .identity_secret
        .expect("a secret");
    assert!(!sealed.contains(&first.answer));
    assert_eq!(
        desk.app.sealer.open(&channel.to_string(), &sealed).ok(),
        Some(first.answer.clone())
    );
    let second = rotate_identity_secret(&desk.app, &by, channel, no_key())
        .await
        .expect("another");
    assert_ne!(second.answer, first.answer);
    desk.close().await;
}

static AUDIT: store::Sql = store::Sql::new("AUDIT", file!(), "SELECT actor, action FROM audit ORDER BY at, id");

/// I23: each change in the console has one line in the audit log, by who made it; a refused one has none.
#[tokio::test]
async fn changes_are_audited() {
    let desk = Desk::new().await;
    desk.app.clock.advance(1);
    let channel = desk.channel("shop").await;
    let by = desk.may(Permission::ManageChannels);
    desk.app.clock.advance(1);
    let wrong = ChannelChange {
        colour: Some("red".into()),
        ..ChannelChange::default()
    };
    wrong_fields(update(&desk.app, &by, channel, wrong, no_key()).await);
    update(&desk.app, &by, channel, ChannelChange::default(), no_key())
        .await
        .expect("changed");
    desk.app.clock.advance(1);
    delete(&desk.app, &by, channel, no_key()).await.expect("deleted");
    let rows = desk
        .app
        .store
        .reader()
        .all::<(String, String)>(&AUDIT, store::params![])
        .await
        .expect("the log");
    let admin = by.id.to_string();
    let expected = ["agent.created", "channel.created", "channel.changed", "channel.deleted"];
    assert_eq!(
        rows.iter().map(|(_, action)| action.as_str()).collect::<Vec<_>>(),
        expected
    );
    assert!(rows[1..].iter().all(|(actor, _)| *actor == admin));
    desk.close().await;
}
