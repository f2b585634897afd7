//! Budgets, and answers to commands.

use domain::moment::Moment;
use store::commands::{self, NewCommand};
use store::testing::for_each_engine;
use store::{Store, budgets};

use crate::world::{NOW, write};

async fn take(store: &Store, name: &'static str, now: Moment) -> i64 {
    write(store, async move |tx| budgets::take(tx, name, 60, now).await)
        .await
        .0
}

/// T402, T1108: uses count within a window that begins with the first one; names do not share.
#[tokio::test]
async fn uses_count_within_a_window() {
    for_each_engine(async |store| {
        assert_eq!(take(&store, "a", NOW).await, 1);
        assert_eq!(take(&store, "a", NOW.plus_seconds(59)).await, 2);
        assert_eq!(take(&store, "b", NOW.plus_seconds(59)).await, 1);
        assert_eq!(take(&store, "a", NOW.plus_seconds(60)).await, 1, "the window is over");
        assert_eq!(take(&store, "a", NOW.plus_seconds(119)).await, 2, "a new one began");
    })
    .await;
}

/// C08: a clock that steps back does not refill a budget.
#[tokio::test]
async fn a_step_back_of_the_clock_refills_nothing() {
    for_each_engine(async |store| {
        assert_eq!(take(&store, "a", NOW).await, 1);
        assert_eq!(take(&store, "a", NOW.plus_seconds(-3_600)).await, 2);
    })
    .await;
}

/// T402: tries that were right are given back; a budget can be made whole; old ones are forgotten.
#[tokio::test]
async fn budgets_are_given_back_and_refilled() {
    for_each_engine(async |store| {
        for _ in 0..3 {
            take(&store, "a", NOW).await;
        }
        write(&store, async |tx| budgets::give_back(tx, "a").await).await;
        assert_eq!(take(&store, "a", NOW).await, 3);
        write(&store, async |tx| budgets::refill(tx, "a").await).await;
        assert_eq!(take(&store, "a", NOW).await, 1);
        write(&store, async |tx| budgets::give_back(tx, "nobody").await).await;
        let prune = async |before| write(&store, async move |tx| budgets::prune(tx, before).await).await;
        assert_eq!((prune(NOW).await, prune(NOW.plus_seconds(1)).await), (0, 1));
    })
    .await;
}

/// T402: tries that come all at once are all counted.
#[tokio::test]
async fn tries_at_once_are_all_counted() {
    for_each_engine(async |store| {
        let tries: Vec<_> = (0..20)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move { take(&store, "a", NOW).await })
            })
            .collect();
        let mut seen = Vec::new();
        for each in tries {
            seen.push(each.await.expect("a number"));
        }
        seen.sort_unstable();
        assert_eq!(seen, (1..=20).collect::<Vec<_>>());
    })
    .await;
}

/// C02: a key keeps its first answer, for its principal only, and a day at most.
#[tokio::test]
async fn a_key_keeps_its_first_answer() {
    for_each_engine(async |store| {
        let keep = async |principal: &'static str, answer: &'static str| {
            write(&store, async move |tx| {
                let new = NewCommand {
                    principal,
                    client_id: "key",
                    request_hash: "hash",
                    answer,
                    now: NOW,
                };
                commands::insert(tx, new).await
            })
            .await
        };
        assert!(keep("ann", "1").await);
        assert!(!keep("ann", "2").await);
        assert!(keep("bea", "3").await);
        let find = async |principal| {
            commands::find(&mut store.reader(), principal, "key")
                .await
                .expect("an answer")
        };
        let known = find("ann").await.expect("the first answer");
        assert_eq!((known.request_hash.as_str(), known.answer.as_str()), ("hash", "1"));
        let prune = async |before| write(&store, async move |tx| commands::prune(tx, before).await).await;
        assert_eq!((prune(NOW).await, prune(NOW.plus_seconds(1)).await), (0, 2));
        assert!(find("ann").await.is_none());
    })
    .await;
}
