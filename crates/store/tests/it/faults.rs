//! Full and failing disks, lost and clashing connections.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use store::testing::TestDatabase;
use store::{DatabaseSettings, DatabaseUrl, Query, Store, StoreError, Tx, params};

use crate::durability::again;
use crate::notes::{ADD, Note, RAISE, added, create, eventually, ids, statements};

statements! {
    SMALL = "PRAGMA max_page_count = 60";
    LARGE = "PRAGMA max_page_count = 1000000";
    FIND_BOTH = "SELECT id, body, version FROM notes WHERE id IN (1, 2) ORDER BY id";
    KILL = "SELECT COUNT(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
    KILL_SELF = "SELECT pg_terminate_backend(pg_backend_pid())";
}

async fn add_long(store: &Store, id: i64) -> Result<u64, StoreError> {
    let text = "x".repeat(20_000);
    store
        .write(async move |tx| tx.execute(&ADD, params![id, &text]).await)
        .await
}

/// C14: a full disk refuses writes without confirming any, lets reads go on, and once there is room all
/// goes on without a restart.
#[tokio::test]
async fn c14_a_full_disk_refuses_and_recovers() {
    let database = TestDatabase::sqlite();
    let store = Store::open(database.settings()).await.expect("an open store");
    create(&store).await;
    store
        .write(async |tx| tx.one::<(i64,)>(&SMALL, params![]).await)
        .await
        .expect("a limit");
    let answers = (0..40).map(async |id| (id, add_long(&store, id).await));
    let mut answers = futures_util::future::join_all(answers).await;
    for id in 40..80 {
        answers.push((id, add_long(&store, id).await));
    }
    let mut confirmed = Vec::new();
    for (id, answer) in answers {
        match answer {
            Ok(_) => confirmed.push(id),
            refused => assert_eq!(refused, Err(StoreError::StorageFull)),
        }
    }
    assert!(!confirmed.contains(&79), "the disk was never full");
    assert_eq!(ids(&store).await, confirmed);
    store
        .write(async |tx| tx.one::<(i64,)>(&LARGE, params![]).await)
        .await
        .expect("room");
    assert_eq!(add_long(&store, 100).await, Ok(1));
    store.close().await;
}

/// F14: another program that locks the file, such as a backup tool, makes a write wait and then refuses it with nothing
/// kept, while reading goes on; once it lets go, all goes on.
#[tokio::test]
async fn f14_a_locked_file_is_only_busy() {
    let database = TestDatabase::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.settings().url else {
        panic!("not a file")
    };
    let store = Store::open(database.settings()).await.expect("an open store");
    create(&store).await;
    let other = rusqlite::Connection::open(path).expect("the file");
    other.execute_batch("BEGIN IMMEDIATE").expect("a lock");
    let refused = added(&store, 1).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(ids(&store).await.is_empty());
    other.execute_batch("ROLLBACK").expect("no lock");
    assert_eq!(added(&store, 2).await, Ok(()));
    assert_eq!(ids(&store).await, vec![2]);
    store.close().await;
}

/// C15: after a failed write to the disk nothing is confirmed any more, and whoever watches is told at
/// once. The limit on the size of files stands for a disk that answers with an error.
#[tokio::test]
async fn c15_a_failed_disk_ends_the_writing() {
    const VARIABLE: &str = "STORE_TEST_FAILING_DISK";
    if let Some(path) = std::env::var_os(VARIABLE) {
        let url = DatabaseUrl::Sqlite(path.into());
        let store = Store::open(&DatabaseSettings::new(url)).await.expect("an open store");
        create(&store).await;
        let mut id = 0;
        let failed = loop {
            match add_long(&store, id).await {
                Ok(_) => id += 1,
                Err(error) => break error,
            }
            assert!(id < 1000, "the disk never failed");
        };
        assert!(matches!(failed, StoreError::Disk(_)), "{failed:?}");
        let told = tokio::time::timeout(Duration::from_secs(1), store.fatal()).await;
        assert!(told.expect("told at once").contains("COMMIT"));
        let late = added(&store, 5000).await;
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
        println!("confirmed {id} notes");
        std::process::abort();
    }
    let database = TestDatabase::sqlite();
    let DatabaseUrl::Sqlite(path) = &database.settings().url else {
        panic!("not a file")
    };
    // 4,096 blocks of 512 bytes; without the trap the system would kill the process.
    let limited = "trap '' XFSZ; ulimit -f 4096;";
    let output = again(limited, "faults::c15_a_failed_disk_ends_the_writing", VARIABLE, path);
    let said = String::from_utf8_lossy(&output.stdout);
    let confirmed = said
        .lines()
        .find_map(|line| line.split_once("confirmed ")?.1.strip_suffix(" notes"));
    let confirmed: usize = confirmed
        .and_then(|number| number.parse().ok())
        .unwrap_or_else(|| panic!("{output:?}"));
    let store = Store::open(database.settings()).await.expect("a free file");
    assert_eq!(
        ids(&store).await.len(),
        confirmed,
        "the next process finds what was confirmed"
    );
    store.close().await;
}

/// A store on a PostgreSQL database of its own that has the table of notes.
async fn postgres() -> (TestDatabase, Store) {
    let database = TestDatabase::empty_postgres().await;
    let store = Store::open(database.settings()).await.expect("an open store");
    create(&store).await;
    (database, store)
}

/// Raises two notes in the given order, and lets the other one come between on the first run.
async fn raise_both(
    tx: &mut Tx,
    order: [i64; 2],
    meeting: &Barrier,
    runs: &std::sync::atomic::AtomicUsize,
) -> Result<(), StoreError> {
    let notes = tx.all::<Note>(&FIND_BOTH, params![]).await?;
    let version = |id: i64| notes.iter().find(|note| note.id == id).map(|note| note.version);
    for (step, id) in order.into_iter().enumerate() {
        if tx.execute(&RAISE, params![id, version(id)]).await? == 0 {
            return Err(StoreError::Stale);
        }
        if step == 0 && runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < 2 {
            meeting.wait();
        }
    }
    Ok(())
}

/// F22: two transactions that wait for each other: PostgreSQL ends one, and it runs again.
#[tokio::test]
async fn f22_a_deadlock_is_tried_again() {
    let (database, store) = postgres().await;
    for id in [1, 2] {
        added(&store, id).await.expect("a note");
    }
    let meeting = Arc::new(Barrier::new(2));
    let runs = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let raised = [[1, 2], [2, 1]].map(|order| {
        let (meeting, runs) = (Arc::clone(&meeting), Arc::clone(&runs));
        store.write(async move |tx| raise_both(tx, order, &meeting, &runs).await)
    });
    let answers = futures_util::future::join_all(raised).await;
    assert_eq!(answers, vec![Ok(()), Ok(())]);
    assert!(
        runs.load(std::sync::atomic::Ordering::SeqCst) > 2,
        "there was no deadlock"
    );
    let notes = store.reader().all::<Note>(&FIND_BOTH, params![]).await.expect("notes");
    assert_eq!(notes.iter().map(|note| note.version).collect::<Vec<_>>(), vec![2, 2]);
    store.close().await;
    database.remove().await;
}

/// F20: connections that the server has ended are replaced, for writing and for reading.
#[tokio::test]
async fn f20_lost_connections_are_replaced() {
    let (database, store) = postgres().await;
    for round in 0..5 {
        assert_eq!(ids(&store).await.len(), round);
        let killed = store.write(async |tx| tx.one::<(i64,)>(&KILL, params![]).await).await;
        killed.expect("ended connections");
        eventually("a write succeeds", async || {
            added(&store, i64::try_from(round).expect("small")).await.is_ok()
        })
        .await;
    }
    assert_eq!(ids(&store).await, vec![0, 1, 2, 3, 4]);
    store.close().await;
    database.remove().await;
}

/// F20: a connection lost inside a body: nothing of it is kept, the caller is told to ask again, the lane
/// goes on.
#[tokio::test]
async fn f20_a_body_that_loses_its_connection_keeps_nothing() {
    let (database, store) = postgres().await;
    let lost = store.write::<_, StoreError, _>(async |tx| {
        tx.execute(&ADD, params![1, "lost"]).await?;
        tx.one::<(bool,)>(&KILL_SELF, params![]).await
    });
    let lost = lost.await;
    assert!(matches!(lost, Err(StoreError::Unavailable(_))), "{lost:?}");
    assert_eq!(added(&store, 2).await, Ok(()));
    assert_eq!(ids(&store).await, vec![2]);
    store.close().await;
    database.remove().await;
}

/// OPS-04: a server that is not there is named as such, without the password.
#[tokio::test]
async fn a_missing_server_is_unavailable() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = free.local_addr().expect("an address").port();
    drop(free);
    let url = DatabaseUrl::Postgres(format!("postgres://ann:s3cret@127.0.0.1:{port}/desk"));
    let refused = Store::open(&DatabaseSettings::new(url)).await.err();
    let Some(StoreError::Unavailable(reason)) = refused else {
        panic!("not refused: {refused:?}")
    };
    assert!(!reason.contains("s3cret"), "{reason}");
}
