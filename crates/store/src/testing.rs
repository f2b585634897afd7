//! Databases for tests: fresh ones, on both engines, gone afterwards unless the test failed.

use std::str::FromStr;

use ring::digest::{SHA256, digest};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, Config, NoTls};
use uuid::Uuid;

use crate::{DatabaseSettings, DatabaseUrl, Sql, Store, StoreError};

/// The value of a variable without which a test cannot run.
///
/// # Panics
/// When it is not set: no test is skipped silently.
#[must_use]
pub fn need(variable: &str) -> String {
    std::env::var(variable)
        .unwrap_or_else(|_| panic!("{variable} is not set: `make test` starts what the tests need and sets it"))
}

/// A database of one test.
pub struct TestDatabase {
    settings: DatabaseSettings,
    place: Place,
}

enum Place {
    Folder(TempDir),
    Server {
        name: String,
    },
    /// Dropped, or left to be looked at.
    Gone,
}

impl TestDatabase {
    /// An empty SQLite file in a folder of its own.
    ///
    /// # Panics
    /// When there is no room for temporary files.
    #[must_use]
    pub fn sqlite() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("frontdesk-")
            .tempdir()
            .expect("a folder");
        let url = DatabaseUrl::Sqlite(folder.path().join("desk.db"));
        Self {
            settings: DatabaseSettings::new(url),
            place: Place::Folder(folder),
        }
    }

    /// A PostgreSQL database with the tables of this program, on the server at `TEST_PG_URL`.
    ///
    /// # Panics
    /// When the server cannot be used.
    pub async fn postgres() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(migrated_template).await;
        Self::postgres_like(template).await
    }

    /// An empty PostgreSQL database on the server at `TEST_PG_URL`.
    ///
    /// # Panics
    /// When the server cannot be used.
    pub async fn empty_postgres() -> Self {
        Self::postgres_like("template0").await
    }

    /// How to open it.
    #[must_use]
    pub const fn settings(&self) -> &DatabaseSettings {
        &self.settings
    }

    /// Removes it. All stores on it must be closed.
    ///
    /// # Panics
    /// When the server cannot be used.
    pub async fn remove(mut self) {
        if let Place::Server { name } = std::mem::replace(&mut self.place, Place::Gone) {
            run(&admin().await, &format!("DROP DATABASE \"{name}\" WITH (FORCE)")).await;
        }
    }

    async fn postgres_like(template: &str) -> Self {
        let name = format!("t_{}", Uuid::now_v7().simple());
        create(&admin().await, &name, template).await;
        let url = DatabaseUrl::Postgres(url_of(&name));
        // Few connections each: the server has a hundred for all tests that run at once.
        let settings = DatabaseSettings { url, pool: 2, lanes: 2 };
        Self {
            settings,
            place: Place::Server { name },
        }
    }
}

impl Drop for TestDatabase {
    /// A failed test keeps its database and prints where it is.
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        match std::mem::replace(&mut self.place, Place::Gone) {
            Place::Folder(folder) => eprintln!("The database is kept in {}", folder.keep().display()),
            Place::Server { name } => eprintln!("The database is kept as {name} on TEST_PG_URL"),
            Place::Gone => {}
        }
    }
}

/// Runs `test` on a migrated store of each engine.
///
/// # Panics
/// When the test does, or a database cannot be made.
pub async fn for_each_engine(test: impl AsyncFn(Store)) {
    on(TestDatabase::sqlite(), true, &test).await;
    on(TestDatabase::postgres().await, true, &test).await;
}

/// Runs `test` on a store without any table, of each engine.
///
/// # Panics
/// When the test does, or a database cannot be made.
pub async fn for_each_empty_database(test: impl AsyncFn(Store)) {
    on(TestDatabase::sqlite(), false, &test).await;
    on(TestDatabase::empty_postgres().await, false, &test).await;
}

async fn on(database: TestDatabase, is_migrated: bool, test: impl AsyncFn(Store)) {
    let store = Store::open(database.settings()).await.expect("an open store");
    eprintln!("on {:?}", store.engine());
    if is_migrated {
        store.migrate(0).await.expect("a migrated store");
    }
    test(store.clone()).await;
    store.close().await;
    database.remove().await;
}

/// How many placeholders and columns the engine of `store` sees in a statement.
///
/// # Errors
/// When the engine cannot prepare it.
pub async fn shape(store: &Store, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
    store.reader().shape(sql).await
}

/// The name of a database with all tables, made once per server and schema; others are copied from it.
async fn migrated_template() -> String {
    // Any number, but not that of the migrations: one test program makes the template, others wait.
    const LOCK: &str = "SELECT pg_advisory_lock(7046029254386353132)";
    let name = format!("template_of_letters_{}", schema_mark());
    let admin = admin().await;
    run(&admin, LOCK).await;
    let found = admin
        .query("SELECT 1 FROM pg_database WHERE datname = $1", &[&name])
        .await;
    if found.expect("a list of databases").is_empty() {
        let unfinished = format!("{name}_unfinished");
        run(
            &admin,
            &format!("DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)"),
        )
        .await;
        create(&admin, &unfinished, "template0").await;
        let url = DatabaseUrl::Postgres(url_of(&unfinished));
        let store = Store::open(&DatabaseSettings::new(url))
            .await
            .expect("an open template");
        store.migrate(0).await.expect("a migrated template");
        store.close().await;
        run(&admin, &format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{name}\"")).await;
    }
    name
}

/// Changes with every migration.
fn schema_mark() -> String {
    let digest = digest(&SHA256, crate::migrations::all_texts().as_bytes());
    digest
        .as_ref()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The same bytes on every server, whatever its own locale: UTF-8, compared byte by byte as SQLite does; letters of every
/// script are letters, as operators are told to have it (T807).
async fn create(admin: &Client, name: &str, template: &str) {
    let statement =
        format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'");
    run(admin, &statement).await;
}

async fn admin() -> Client {
    let config = Config::from_str(&need("TEST_PG_URL")).expect("TEST_PG_URL is no URL of PostgreSQL");
    let (client, connection) = config.connect(NoTls).await.expect("no PostgreSQL at TEST_PG_URL");
    tokio::spawn(connection);
    client
}

/// Runs statements as whoever the address names, for tests that prepare what no program of ours does.
///
/// # Panics
/// When the server refuses.
pub async fn run_at(url: &str, statements: &str) {
    let config = Config::from_str(url).expect("no URL of PostgreSQL");
    let (client, connection) = config.connect(NoTls).await.expect("no PostgreSQL there");
    tokio::spawn(connection);
    run(&client, statements).await;
}

async fn run(admin: &Client, statement: &str) {
    if let Err(error) = admin.batch_execute(statement).await {
        panic!("{statement}: {error:?}");
    }
}

/// `TEST_PG_URL` with another database.
fn url_of(name: &str) -> String {
    let url = need("TEST_PG_URL");
    let (place, arguments) = url.split_once('?').map_or((url.as_str(), None), |(a, b)| (a, Some(b)));
    let authority_end = place.find("://").map_or(0, |at| at + 3);
    let end = place[authority_end..]
        .find('/')
        .map_or(place.len(), |at| authority_end + at);
    let arguments = arguments.map(|arguments| format!("?{arguments}")).unwrap_or_default();
    format!("{}/{name}{arguments}", &place[..end])
}
