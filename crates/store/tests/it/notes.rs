//! A table of the tests' own, and what they do with it.

use std::time::{Duration, Instant};

use store::{Query, Reader, Store, StoreError, Tx, params};

/// Declares statements that only tests use.
macro_rules! statements {
    ($($vis:vis $name:ident = $text:expr;)*) => {
        $($vis static $name: store::Sql = store::Sql::new(stringify!($name), file!(), $text);)*
    };
}
pub(crate) use statements;

statements! {
    CREATE = "CREATE TABLE notes (id BIGINT PRIMARY KEY, body TEXT, version BIGINT NOT NULL)";
    pub ADD = "INSERT INTO notes (id, body, version) VALUES ($1, $2, 0)";
    pub FIND = "SELECT id, body, version FROM notes WHERE id = $1";
    pub LIST = "SELECT id, body, version FROM notes ORDER BY id";
    pub RAISE = "UPDATE notes SET version = version + 1 WHERE id = $1 AND version = $2";
    COUNT = "SELECT COUNT(*) FROM notes";
}

store::row! {
    /// A row of the table.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Note {
        pub id: i64,
        pub body: Option<String>,
        pub version: i64,
    }
}

/// Runs `test` on a store of each engine that has the table.
pub async fn with_notes(test: impl AsyncFn(Store)) {
    store::testing::for_each_empty_database(async |store| {
        create(&store).await;
        test(store).await;
    })
    .await;
}

/// Makes the table.
pub async fn create(store: &Store) {
    store
        .write(async |tx| tx.execute(&CREATE, params![]).await)
        .await
        .expect("the table of notes");
}

/// Adds a note without a text, inside a body.
pub async fn add(tx: &mut Tx, id: i64) -> Result<(), StoreError> {
    tx.execute(&ADD, params![id, None::<String>]).await.map(drop)
}

/// Adds a note in a write of its own.
pub async fn added(store: &Store, id: i64) -> Result<(), StoreError> {
    store.write(async move |tx| add(tx, id).await).await
}

/// The ids of all committed notes.
pub async fn ids(store: &Store) -> Vec<i64> {
    let notes = store.reader().all::<Note>(&LIST, params![]).await.expect("all notes");
    notes.into_iter().map(|note| note.id).collect()
}

/// How many notes a reader sees.
pub async fn count(reader: &mut Reader) -> i64 {
    reader.one::<(i64,)>(&COUNT, params![]).await.expect("a number").0
}

/// Waits until `holds` does; fails after ten seconds.
pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "it never came about that {what}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
