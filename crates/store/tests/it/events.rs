//! Agents' streams: dense, in order, the same on every node, pruned after a day.

use domain::ids::{AgentId, SessionId};
use store::StoreError;
use store::events::{self, EventKind};
use store::testing::for_each_engine;

use crate::world::{NOW, World, id, write};

/// C04: numbers are dense for each agent, events come in order from any number on.
#[tokio::test]
async fn events_are_dense_and_in_order() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, bob) = (world.stranger("Ann").await, world.stranger("Bob").await);
        let session: SessionId = id();
        assert_eq!(events::position(&mut store.reader(), ann).await, Ok(0));
        let given = write(&store, async move |tx| {
            Ok([
                events::append(tx, ann, EventKind::Session, Some(session), NOW).await?,
                events::append(tx, bob, EventKind::Me, None, NOW).await?,
                events::append(tx, ann, EventKind::Me, None, NOW).await?,
                events::append(tx, ann, EventKind::Removed, Some(session), NOW).await?,
            ])
        });
        assert_eq!(given.await, [1, 1, 2, 3]);
        let reader = &mut store.reader();
        assert_eq!(events::position(reader, ann).await, Ok(3));
        let read = events::after(reader, ann, 0, 9).await.expect("events");
        let read = read
            .iter()
            .map(|event| (event.pos, event.kind.as_str(), event.session_id))
            .collect::<Vec<_>>();
        assert_eq!(
            read,
            [
                (1, "session", Some(session)),
                (2, "me", None),
                (3, "removed", Some(session))
            ]
        );
        for (after, limit, expected) in [(0, 2, vec![1, 2]), (2, 9, vec![3]), (3, 9, vec![])] {
            let read = events::after(reader, ann, after, limit).await.expect("events");
            assert_eq!(read.iter().map(|event| event.pos).collect::<Vec<_>>(), expected);
        }
        assert_eq!(events::after(reader, bob, 0, 9).await.expect("events").len(), 1);
    })
    .await;
}

/// C04: events of one agent that are added at the same time, by several lanes, leave no hole and no double.
#[tokio::test(flavor = "multi_thread")]
async fn events_added_at_once_are_dense() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let ann = world.stranger("Ann").await;
        let tasks = (0..20).map(|_| {
            let store = store.clone();
            let append = async move |tx: &mut store::Tx| events::append(tx, ann, EventKind::Me, None, NOW).await;
            tokio::spawn(async move { store.write(append).await })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("a task").expect("a write");
        }
        let read = events::after(&mut store.reader(), ann, 0, 99).await.expect("events");
        assert_eq!(
            read.iter().map(|event| event.pos).collect::<Vec<_>>(),
            (1..=20).collect::<Vec<_>>()
        );
    })
    .await;
}

/// C01: a write that fails leaves no event and gives its number to the next.
#[tokio::test]
async fn a_failed_write_leaves_no_hole() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let ann = world.stranger("Ann").await;
        let failed = store.write(async move |tx| {
            events::append(tx, ann, EventKind::Me, None, NOW).await?;
            Err::<(), _>(StoreError::Unavailable("a test".to_owned()))
        });
        failed.await.expect_err("the body's own error");
        let pos = write(&store, async move |tx| {
            events::append(tx, ann, EventKind::Me, None, NOW).await
        })
        .await;
        assert_eq!(pos, 1);
    })
    .await;
}

/// C04: old events are forgotten, the numbers go on.
#[tokio::test]
async fn pruning_keeps_the_numbers() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let ann = world.stranger("Ann").await;
        for seconds in [0, 10, 20] {
            let at = NOW.plus_seconds(seconds);
            write(&store, async move |tx| {
                events::append(tx, ann, EventKind::Me, None, at).await
            })
            .await;
        }
        let before = NOW.plus_seconds(10);
        assert_eq!(write(&store, async move |tx| events::prune(tx, before).await).await, 1);
        let left = events::after(&mut store.reader(), ann, 0, 9).await.expect("events");
        assert_eq!(left.iter().map(|event| event.pos).collect::<Vec<_>>(), [2, 3]);
        let all = NOW.plus_seconds(1000);
        assert_eq!(write(&store, async move |tx| events::prune(tx, all).await).await, 2);
        let pos = write(&store, async move |tx| {
            events::append(tx, ann, EventKind::Me, None, NOW).await
        })
        .await;
        assert_eq!(pos, 4);
        assert_eq!(events::position(&mut store.reader(), ann).await, Ok(4));
    })
    .await;
}

/// C04: nobody has no stream.
#[tokio::test]
async fn an_unknown_agent_has_no_stream() {
    for_each_engine(async |store| {
        let nobody: AgentId = id();
        let added = store
            .write(async move |tx| events::append(tx, nobody, EventKind::Me, None, NOW).await)
            .await;
        assert!(matches!(added, Err(StoreError::RowCount { found: 0, .. })), "{added:?}");
        let position = events::position(&mut store.reader(), nobody).await;
        assert!(
            matches!(position, Err(StoreError::RowCount { found: 0, .. })),
            "{position:?}"
        );
    })
    .await;
}
