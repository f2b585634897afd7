//! Bodies: what is kept, what is rolled back, what is answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use futures_util::future::join_all;
use store::testing::TestDatabase;
use store::{DatabaseUrl, Query, Store, StoreError, Tx, params};

use crate::notes::{ADD, FIND, Note, RAISE, add, added, count, create, eventually, ids, with_notes};

/// C01: whoever has an answer finds what was answered on another connection, however many write at the
/// same time.
#[tokio::test]
async fn c01_an_answer_comes_after_its_commit() {
    with_notes(async |store| {
        let writes = (0..300).map(async |id| {
            added(&store, id).await.expect("an answer");
            let found = store.reader().optional::<Note>(&FIND, params![id]).await;
            assert!(found.expect("a read").is_some(), "{id} was answered before its commit");
        });
        join_all(writes).await;
        assert_eq!(ids(&store).await.len(), 300);
    })
    .await;
}

/// Bodies share a commit, not their fate.
#[tokio::test]
async fn a_failing_body_rolls_back_alone() {
    with_notes(async |store| {
        let writes = (0..100).map(async |id| {
            let write = store.write(async move |tx| {
                add(tx, id).await?;
                if id % 3 == 0 {
                    Err(StoreError::Unavailable("planted".to_owned()))
                } else {
                    Ok(id)
                }
            });
            assert_eq!(write.await.is_ok(), id % 3 != 0);
        });
        join_all(writes).await;
        let expected: Vec<i64> = (0..100).filter(|id| id % 3 != 0).collect();
        assert_eq!(ids(&store).await, expected);
    })
    .await;
}

/// Fails as stale until it has run `failures` times, and writes each time.
async fn stale_until(store: &Store, failures: usize) -> (Result<(), StoreError>, usize) {
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&runs);
    let answer = store.write(async move |tx| {
        add(tx, 1).await?;
        let run = counted.fetch_add(1, Ordering::SeqCst);
        if run < failures { Err(StoreError::Stale) } else { Ok(()) }
    });
    (answer.await, runs.load(Ordering::SeqCst))
}

/// C05: who was too late decides again, up to three times, each time on a clean slate.
#[tokio::test]
async fn c05_a_stale_body_runs_three_times_at_most() {
    with_notes(async |store| {
        assert_eq!(stale_until(&store, 3).await, (Err(StoreError::Stale), 3));
        assert_eq!(ids(&store).await, Vec::<i64>::new());
        assert_eq!(stale_until(&store, 2).await, (Ok(()), 3));
        assert_eq!(ids(&store).await, vec![1]);
    })
    .await;
}

async fn raise(tx: &mut Tx) -> Result<i64, StoreError> {
    let note = tx.one::<Note>(&FIND, params![1]).await?;
    match tx.execute(&RAISE, params![1, note.version]).await? {
        0 => Err(StoreError::Stale),
        _ => Ok(note.version + 1),
    }
}

/// C05: versioned updates lose nothing, whoever wins.
#[tokio::test]
async fn c05_concurrent_versioned_updates_lose_nothing() {
    with_notes(async |store| {
        added(&store, 1).await.expect("a note");
        let raised = (0..60).map(async |_| store.write(async |tx| raise(tx).await).await);
        let mut versions: Vec<i64> = join_all(raised).await.into_iter().filter_map(Result::ok).collect();
        versions.sort_unstable();
        let kept = store
            .reader()
            .one::<Note>(&FIND, params![1])
            .await
            .expect("the note")
            .version;
        assert_eq!(versions, (1..=kept).collect::<Vec<i64>>());
        assert!(kept >= 20, "only {kept} of 60 came through");
    })
    .await;
}

/// A bug in one body is that body's alone.
#[tokio::test]
async fn a_panic_in_a_body_is_an_error_of_that_body() {
    with_notes(async |store| {
        let panics = store.write::<(), StoreError, _>(async |tx| {
            add(tx, 1).await?;
            panic!("planted {}", 7)
        });
        let (panicked, other) = tokio::join!(panics, added(&store, 2));
        assert_eq!(panicked, Err(StoreError::Body("panicked: planted 7".to_owned())));
        assert_eq!(other, Ok(()));
        added(&store, 3).await.expect("the lane goes on");
        assert_eq!(ids(&store).await, vec![2, 3]);
    })
    .await;
}

/// A body that waits for something else would hold up everybody, and is refused on both engines alike.
#[tokio::test]
async fn a_body_that_awaits_something_else_is_refused() {
    with_notes(async |store| {
        let waits = store.write::<(), StoreError, _>(async |tx| {
            add(tx, 1).await?;
            std::future::pending::<()>().await;
            Ok(())
        });
        let refused = Err(StoreError::Body(
            "awaited something other than its transaction".to_owned(),
        ));
        assert_eq!(waits.await, refused);
        let yields = store.write::<(), StoreError, _>(async |tx| {
            tokio::task::yield_now().await;
            add(tx, 2).await
        });
        assert_eq!(yields.await, refused);
        added(&store, 3).await.expect("the lane goes on");
        assert_eq!(ids(&store).await, vec![3]);
    })
    .await;
}

/// PostgreSQL refuses everything after a failed statement; so both do.
#[tokio::test]
async fn no_body_passes_over_a_failed_statement() {
    with_notes(async |store| {
        added(&store, 1).await.expect("a note");
        let ignores = store.write::<(), StoreError, _>(async |tx| {
            add(tx, 2).await?;
            let clash = add(tx, 1).await;
            assert!(
                matches!(clash, Err(StoreError::Duplicate { statement: "ADD", .. })),
                "{clash:?}"
            );
            Ok(())
        });
        let answer = ignores.await;
        assert!(
            matches!(answer, Err(StoreError::Duplicate { statement: "ADD", .. })),
            "{answer:?}"
        );
        assert_eq!(ids(&store).await, vec![1]);
    })
    .await;
}

/// C02: a caller that goes away does not stop what it began.
#[tokio::test]
async fn c02_a_dropped_caller_does_not_cancel_its_write() {
    with_notes(async |store| {
        let (began, is_running) = mpsc::sync_channel(1);
        let (go_on, gate) = mpsc::sync_channel::<()>(1);
        let writer = store.clone();
        let caller = tokio::spawn(async move {
            writer
                .write::<(), StoreError, _>(async move |tx| {
                    add(tx, 1).await?;
                    began.send(()).expect("a test that waits");
                    gate.recv().expect("a test that opens the gate");
                    add(tx, 2).await
                })
                .await
        });
        let is_running = tokio::task::spawn_blocking(move || is_running.recv());
        is_running.await.expect("no panic").expect("a running body");
        caller.abort();
        assert!(caller.await.expect_err("an aborted caller").is_cancelled());
        go_on.send(()).expect("a body that waits");
        eventually("the write of the dropped caller is there", async || {
            ids(&store).await == vec![1, 2]
        })
        .await;
    })
    .await;
}

/// Statements that are sent together keep their order, answer one by one, and fail as one.
#[tokio::test]
async fn statements_sent_together_keep_their_order() {
    with_notes(async |store| {
        let added = store.write::<_, StoreError, _>(async |tx| {
            let mut statements: Vec<_> = (0..60).map(|id| (&ADD, params![id, format!("note {id}")])).collect();
            // Matches only if the note before is there already.
            statements.push((&RAISE, params![59, 0]));
            statements.push((&RAISE, params![59, 0]));
            tx.execute_all(statements).await
        });
        let mut expected = vec![1; 61];
        expected.push(0);
        assert_eq!(added.await, Ok(expected));

        let clashes = store.write::<_, StoreError, _>(async |tx| {
            let all = vec![
                (&ADD, params![100, "new"]),
                (&ADD, params![1, "a clash"]),
                (&ADD, params![101, "new"]),
            ];
            tx.execute_all(all).await
        });
        let refused = clashes.await;
        assert!(matches!(refused, Err(StoreError::Duplicate { .. })), "{refused:?}");
        assert_eq!(count(&mut store.reader()).await, 60);
    })
    .await;
}

/// C13: closing finishes what waits; what was confirmed is there afterwards, and nothing else.
#[tokio::test]
async fn c13_closing_finishes_what_waits() {
    with_notes(async |store| {
        let mut reader = store.reader();
        let writes: Vec<_> = (0..200)
            .map(|id| {
                let store = store.clone();
                tokio::spawn(async move { added(&store, id).await })
            })
            .collect();
        tokio::task::yield_now().await;
        store.close().await;
        for write in writes {
            let answer = write.await.expect("no panic");
            assert!(matches!(answer, Ok(()) | Err(StoreError::Unavailable(_))), "{answer:?}");
        }
        let late = added(&store, 1000).await;
        assert_eq!(late, Err(StoreError::Unavailable("the store is closed".to_owned())));
        let read = reader.all::<Note>(&FIND, params![1]).await;
        assert!(matches!(read, Err(StoreError::Unavailable(_))), "{read:?}");
        store.close().await;
    })
    .await;
}

/// Whether two writes that waited together behind a third were in one commit: the second sees the
/// first's row, while another connection does not yet.
async fn share_a_commit(store: &Store, path: &std::path::Path, id: i64) -> bool {
    let (began, is_running) = mpsc::sync_channel(1);
    let (go_on, gate) = mpsc::sync_channel::<()>(1);
    let busy = store.write::<(), StoreError, _>(async move |_| {
        began.send(()).expect("a test that waits");
        gate.recv().expect("a test that opens the gate");
        Ok(())
    });
    let other = rusqlite::Connection::open(path).expect("another connection");
    let second = store.write::<_, StoreError, _>(async move |tx| {
        let is_written = tx.optional::<Note>(&FIND, params![id]).await?.is_some();
        let seen = "SELECT COUNT(*) FROM notes WHERE id = ?1";
        let committed: i64 = other.query_row(seen, [id], |row| row.get(0)).expect("a number");
        Ok(is_written && committed == 0)
    });
    let open_gate = async {
        let is_running = tokio::task::spawn_blocking(move || is_running.recv());
        is_running.await.expect("no panic").expect("a running body");
        go_on.send(()).expect("a body that waits");
    };
    // Polled in this order, so all three are queued before the gate opens.
    let (busy, first, second, ()) = tokio::join!(biased; busy, added(store, id), second, open_gate);
    busy.expect("the one in front");
    first.expect("the first");
    second.expect("the second")
}

/// C01: writes that wait together are committed together. Within five milliseconds, which a busy machine
/// may miss: so more than one try.
#[tokio::test]
async fn c01_writes_that_wait_together_share_a_commit() {
    let database = TestDatabase::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.settings().url else {
        panic!("not a file")
    };
    let store = Store::open(database.settings()).await.expect("an open store");
    create(&store).await;
    let mut tries = 0..50;
    while !share_a_commit(&store, path, tries.next().expect("they never shared a commit")).await {}
    store.close().await;
}
