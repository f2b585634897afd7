//! What is confirmed stays, and one process at a time confirms it.

use std::process::{Command, Output};

use store::testing::{TestDatabase, need};
use store::{DatabaseSettings, DatabaseUrl, Query, Store, StoreError, params};

use crate::notes::{ADD, added, create, eventually, ids, statements};

statements! {
    SYNCHRONOUS = "PRAGMA synchronous";
    JOURNAL = "PRAGMA journal_mode";
    FORGETFUL = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$";
}

fn path(database: &TestDatabase) -> &std::path::Path {
    match &database.settings().url {
        DatabaseUrl::Sqlite(path) => path,
        DatabaseUrl::Postgres(_) => panic!("not a file"),
    }
}

/// Runs one test of this program again in a process of its own, with `variable` set to `value`.
pub fn again(shell: &str, test: &str, variable: &str, value: &std::path::Path) -> Output {
    Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$0\" \"$@\"")])
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(variable, value)
        .output()
        .expect("a process")
}

/// C01: the very connection that writes syncs every commit.
#[tokio::test]
async fn c01_the_writer_syncs_every_commit() {
    let database = TestDatabase::sqlite();
    let store = Store::open(database.settings()).await.expect("an open store");
    let settings = store.write::<_, StoreError, _>(async |tx| {
        let synchronous = tx.one::<(i64,)>(&SYNCHRONOUS, params![]).await?.0;
        Ok((synchronous, tx.one::<(String,)>(&JOURNAL, params![]).await?.0))
    });
    assert_eq!(settings.await, Ok((2, "wal".to_owned())), "2 is FULL");
    store.close().await;
}

/// C01: a server that confirms before it has written is refused at the start.
#[tokio::test]
async fn c01_a_forgetful_postgres_is_refused() {
    let database = TestDatabase::empty_postgres().await;
    let store = Store::open(database.settings()).await.expect("an open store");
    store
        .write(async |tx| tx.execute(&FORGETFUL, params![]).await)
        .await
        .expect("a setting");
    store.close().await;
    let refused = Store::open(database.settings()).await.err();
    let Some(StoreError::Durability(reason)) = refused else {
        panic!("not refused: {refused:?}")
    };
    assert!(reason.contains("synchronous_commit = off"), "{reason}");
    database.remove().await;
}

/// F16: a second opener of the file is refused and told why; the first goes on, and after it has closed
/// the file is free.
#[tokio::test]
async fn f16_a_second_opener_is_refused() {
    let database = TestDatabase::sqlite();
    let first = Store::open(database.settings()).await.expect("an open store");
    create(&first).await;
    let refused = Store::open(database.settings()).await.err();
    let Some(StoreError::Locked(reason)) = refused else {
        panic!("not refused: {refused:?}")
    };
    assert!(reason.contains("in use by another process"), "{reason}");
    assert!(reason.contains(&std::process::id().to_string()), "{reason}");
    added(&first, 1).await.expect("the first goes on");
    first.close().await;
    let second = Store::open(database.settings()).await.expect("a free file");
    assert_eq!(ids(&second).await, vec![1]);
    // Without closing: the last one out releases it too.
    drop(second);
    eventually("the file is free again", async || {
        let opened = Store::open(database.settings()).await;
        if let Ok(store) = &opened {
            store.close().await;
        }
        opened.is_ok()
    })
    .await;
}

/// F16: the same between two processes.
#[tokio::test]
async fn f16_a_second_process_is_refused() {
    const VARIABLE: &str = "STORE_TEST_SECOND_PROCESS";
    if let Some(path) = std::env::var_os(VARIABLE) {
        let url = DatabaseUrl::Sqlite(path.into());
        let refused = Store::open(&DatabaseSettings::new(url)).await.err();
        assert!(matches!(refused, Some(StoreError::Locked(_))), "{refused:?}");
        println!("the second process was refused");
        return;
    }
    let database = TestDatabase::sqlite();
    let store = Store::open(database.settings()).await.expect("an open store");
    let output = again(
        "",
        "durability::f16_a_second_process_is_refused",
        VARIABLE,
        path(&database),
    );
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("the second process was refused"),
        "{output:?}"
    );
    store.close().await;
}

/// C01, F01: a process that dies in the middle leaves everything that it had confirmed, and no lock.
#[tokio::test]
async fn c01_f01_a_killed_process_loses_nothing_it_confirmed() {
    const VARIABLE: &str = "STORE_TEST_KILLED_PROCESS";
    if let Some(path) = std::env::var_os(VARIABLE) {
        let url = DatabaseUrl::Sqlite(path.into());
        let store = Store::open(&DatabaseSettings::new(url)).await.expect("an open store");
        create(&store).await;
        for id in 0..50 {
            added(&store, id).await.expect("a note");
            println!("confirmed {id}");
        }
        std::process::abort();
    }
    let database = TestDatabase::sqlite();
    let name = "durability::c01_f01_a_killed_process_loses_nothing_it_confirmed";
    let output = again("", name, VARIABLE, path(&database));
    assert!(!output.status.success(), "the process did not die");
    let said = String::from_utf8_lossy(&output.stdout);
    let confirmed: Vec<i64> = said
        .lines()
        .filter_map(|line| line.rsplit_once("confirmed ")?.1.parse().ok())
        .collect();
    assert_eq!(confirmed.len(), 50, "{output:?}");
    let store = Store::open(database.settings()).await.expect("a free file");
    assert_eq!(ids(&store).await, confirmed);
    store.close().await;
}

/// The log is moved into the database while the desk runs, not only at its end, and is empty after
/// closing.
#[tokio::test]
async fn the_log_is_moved_while_the_store_is_open() {
    let database = TestDatabase::sqlite();
    let store = Store::open(database.settings()).await.expect("an open store");
    create(&store).await;
    let size = |ending: &str| {
        let mut name = path(&database).as_os_str().to_owned();
        name.push(ending);
        std::fs::metadata(name).map_or(0, |file| file.len())
    };
    let text = "x".repeat(100_000);
    for id in 0..250 {
        let text = text.clone();
        let write = store.write(async move |tx| tx.execute(&ADD, params![id, &text]).await);
        write.await.expect("a note");
    }
    eventually("the database holds what was in the log", async || size("") > 4 << 20).await;
    store.close().await;
    assert_eq!(size("-wal"), 0);
    assert!(size("") > 25_000_000);
}

/// `make test` sets what the tests need; without it they fail with a sentence, not silently.
#[test]
fn what_a_test_needs_is_named() {
    let panic = std::panic::catch_unwind(|| need("STORE_TEST_NEVER_SET")).expect_err("a panic");
    let text = panic.downcast_ref::<String>().expect("a sentence");
    assert!(text.starts_with("STORE_TEST_NEVER_SET is not set"), "{text}");
}
