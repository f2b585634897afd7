//! What a reader sees, and how rows become values.

use std::sync::mpsc;

use store::{Query, StoreError, params};

use crate::notes::{LIST, Note, add, added, count, ids, statements, with_notes};

statements! {
    TWO_COLUMNS = "SELECT id, version FROM notes";
    TEXT_AS_ID = "SELECT 'one', 'two', 3 FROM notes";
    SNEAK = "INSERT INTO notes (id, version) VALUES (9, 0) RETURNING id";
    NAMED = "SELECT id FROM notes WHERE id >= $1 AND id <= $2";
}

/// A reader sees what is committed and nothing else, and does not wait for a writer at work.
#[tokio::test]
async fn a_reader_sees_only_what_is_committed_and_waits_for_nobody() {
    with_notes(async |store| {
        let (began, is_running) = mpsc::sync_channel(1);
        let (go_on, gate) = mpsc::sync_channel::<()>(1);
        let writer = store.clone();
        let write = tokio::spawn(async move {
            writer
                .write::<_, StoreError, _>(async move |tx| {
                    add(tx, 1).await?;
                    began.send(()).expect("a test that waits");
                    gate.recv().expect("a test that opens the gate");
                    Ok(tx.all::<Note>(&LIST, params![]).await?.len())
                })
                .await
        });
        let is_running = tokio::task::spawn_blocking(move || is_running.recv());
        is_running.await.expect("no panic").expect("a running body");
        assert_eq!(count(&mut store.reader()).await, 0);
        go_on.send(()).expect("a body that waits");
        assert_eq!(write.await.expect("no panic"), Ok(1), "a body sees its own rows");
        assert_eq!(count(&mut store.reader()).await, 1);
    })
    .await;
}

/// What the table modules look like: one function for inside and beside a transaction.
async fn list<Q: Query>(q: &mut Q) -> Result<Vec<Note>, StoreError> {
    q.all(&LIST, params![]).await
}

/// One function reads inside a transaction and beside it, and a reader's future may move between
/// threads, as web handlers must.
#[tokio::test]
async fn one_function_reads_inside_and_beside_a_transaction() {
    with_notes(async |store| {
        added(&store, 1).await.expect("a note");
        let inside = store.write(async |tx| list(tx).await).await.expect("notes");
        let mut reader = store.reader();
        let beside = tokio::spawn(async move { list(&mut reader).await });
        assert_eq!(beside.await.expect("no panic"), Ok(inside));
    })
    .await;
}

/// Many more readers than connections: all are served.
#[tokio::test]
async fn readers_share_few_connections() {
    with_notes(async |store| {
        added(&store, 1).await.expect("a note");
        let reads = (0..100).map(async |_| count(&mut store.reader()).await);
        let counts = futures_util::future::join_all(reads).await;
        assert_eq!(counts, vec![1; 100]);
    })
    .await;
}

/// Nothing is written past the lanes, not even by a statement that looks like reading.
#[tokio::test]
async fn a_reader_cannot_write() {
    with_notes(async |store| {
        let refused = store.reader().all::<(i64,)>(&SNEAK, params![]).await;
        assert!(
            matches!(refused, Err(StoreError::Sql { statement: "SNEAK", .. })),
            "{refused:?}"
        );
        assert_eq!(ids(&store).await, Vec::<i64>::new());
    })
    .await;
}

/// A row type that does not fit its statement is noticed at the first call, with or without rows.
#[tokio::test]
async fn rows_that_do_not_fit_are_refused() {
    with_notes(async |store| {
        let mut reader = store.reader();
        let refused = reader.all::<Note>(&TWO_COLUMNS, params![]).await;
        let is_named = matches!(
            &refused,
            Err(StoreError::Decode { statement: "TWO_COLUMNS", reason, .. }) if reason.contains("2 columns")
        );
        assert!(is_named, "{refused:?}");
        added(&store, 1).await.expect("a note");
        let refused = reader.all::<Note>(&TEXT_AS_ID, params![]).await;
        let is_named = matches!(
            refused,
            Err(StoreError::Decode {
                statement: "TEXT_AS_ID",
                column: 0,
                ..
            })
        );
        assert!(is_named, "{refused:?}");
    })
    .await;
}

/// One means one, and a missing value is no NULL.
#[tokio::test]
async fn one_row_means_one_row() {
    with_notes(async |store| {
        for id in 1..=3 {
            added(&store, id).await.expect("a note");
        }
        let mut reader = store.reader();
        let rows = |found| StoreError::RowCount {
            statement: "NAMED",
            found,
        };
        assert_eq!(reader.one::<(i64,)>(&NAMED, params![2, 2]).await, Ok((2,)));
        assert_eq!(reader.one::<i64>(&NAMED, params![2, 2]).await, Ok(2));
        assert_eq!(reader.optional::<(i64,)>(&NAMED, params![7, 7]).await, Ok(None));
        assert_eq!(reader.one::<(i64,)>(&NAMED, params![7, 7]).await, Err(rows(0)));
        assert_eq!(reader.one::<(i64,)>(&NAMED, params![1, 2]).await, Err(rows(2)));
        assert_eq!(reader.optional::<(i64,)>(&NAMED, params![1, 3]).await, Err(rows(3)));
        let refused = reader.all::<(i64,)>(&NAMED, params![1]).await;
        assert!(
            matches!(refused, Err(StoreError::Sql { statement: "NAMED", .. })),
            "{refused:?}"
        );
    })
    .await;
}
