//! Bringing the tables to where this program wants them (C16).
//!
//! Migrations are numbered files, one folder per engine with the same numbers and names. Each runs in
//! a transaction of its own together with its row in `migrations`, so that it is there wholly or not at
//! all. They expand first and contract a version later, so that neighbouring versions run together.

use ring::digest::{SHA256, digest};

use crate::{Engine, Query, Snapshot, Store, StoreError, Tx, params, sql};

/// One step of the schema.
struct Migration {
    /// The file's name without its ending; begins with the number.
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),* $(,)?) => {
        &[$(Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// All of them in order; a test compares the list with the folders.
const MIGRATIONS: &[Migration] = migrations![
    "0001_first_conversation",
    "0002_widget",
    "0003_several_nodes",
    "0004_reception",
    "0005_generations",
    "0006_storage",
    "0007_ratings",
    "0008_flow_drafts",
    "0009_flow_calls",
    "0010_node_keys"
];

/// The list of applied migrations.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    name TEXT PRIMARY KEY,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
)";

sql! {
    APPLIED = "SELECT name, checksum FROM migrations ORDER BY name";
    RECORD = "INSERT INTO migrations (name, checksum, applied_at) VALUES ($1, $2, $3)";
}

impl Store {
    /// Applies what is missing and answers the names of it. `now_ms` is recorded. Several processes may
    /// do this at the same time: the others wait and then find nothing to do.
    ///
    /// # Errors
    /// [`StoreError::NewerSchema`] and [`StoreError::MigrationChanged`] before anything is touched.
    pub async fn migrate(&self, now_ms: i64) -> Result<Vec<String>, StoreError> {
        migrate(self, MIGRATIONS, now_ms).await
    }

    /// The names of the migrations that [`Store::migrate`] would apply.
    ///
    /// # Errors
    /// As [`Store::migrate`].
    pub async fn pending_migrations(&self) -> Result<Vec<String>, StoreError> {
        let engine = self.engine();
        let missing = self
            .write(async move |tx| missing(tx, MIGRATIONS, engine).await)
            .await?;
        Ok(missing.iter().map(|migration| migration.name.to_owned()).collect())
    }
}

impl Snapshot {
    /// The name of the newest migration, when the tables are those of this program.
    ///
    /// # Errors
    /// [`StoreError::OlderSchema`], [`StoreError::NewerSchema`], [`StoreError::MigrationChanged`].
    pub async fn schema(&mut self) -> Result<String, StoreError> {
        let engine = self.engine();
        let applied = match self.all::<(String, String)>(&APPLIED, params![]).await {
            Ok(applied) => applied,
            // There is no such table: nothing was ever applied.
            Err(StoreError::Sql { .. }) => Vec::new(),
            Err(error) => return Err(error),
        };
        let missing = compare(&applied, MIGRATIONS, engine)?;
        match (missing.first(), applied.last()) {
            (None, Some((newest, _))) => Ok(newest.clone()),
            (first, _) => Err(StoreError::OlderSchema(
                first.map_or("everything", |migration| migration.name).to_owned(),
            )),
        }
    }
}

async fn migrate(store: &Store, migrations: &'static [Migration], now_ms: i64) -> Result<Vec<String>, StoreError> {
    let mut applied = Vec::new();
    let engine = store.engine();
    while let Some(name) = store
        .write(async move |tx| apply_next(tx, migrations, engine, now_ms).await)
        .await?
    {
        tracing::info!("Migration {name} is applied");
        applied.push(name.to_owned());
    }
    Ok(applied)
}

/// Applies the first missing migration, if there is one.
async fn apply_next(
    tx: &mut Tx,
    migrations: &'static [Migration],
    engine: Engine,
    now_ms: i64,
) -> Result<Option<&'static str>, StoreError> {
    let Some(next) = missing(tx, migrations, engine).await?.first().copied() else {
        return Ok(None);
    };
    let text = next.text(engine);
    tx.batch(next.name, text).await?;
    tx.execute(&RECORD, params![next.name, checksum(text), now_ms]).await?;
    Ok(Some(next.name))
}

/// What is not applied yet. Alone with this until the transaction ends.
async fn missing(
    tx: &mut Tx,
    migrations: &'static [Migration],
    engine: Engine,
) -> Result<Vec<&'static Migration>, StoreError> {
    tx.lock_migrations().await?;
    tx.batch("migrations", TABLE).await?;
    let applied = tx.all::<(String, String)>(&APPLIED, params![]).await?;
    compare(&applied, migrations, engine)
}

/// Those of `migrations` that are not among the applied ones.
fn compare(
    applied: &[(String, String)],
    migrations: &'static [Migration],
    engine: Engine,
) -> Result<Vec<&'static Migration>, StoreError> {
    for (name, recorded) in applied {
        match migrations.iter().find(|migration| migration.name == name) {
            Some(migration) if checksum(migration.text(engine)) == *recorded => {}
            Some(_) => return Err(StoreError::MigrationChanged(name.clone())),
            None => {
                let known = migrations.last().map_or("the beginning", |migration| migration.name);
                return Err(StoreError::NewerSchema {
                    found: name.clone(),
                    known: known.to_owned(),
                });
            }
        }
    }
    let is_applied = |migration: &Migration| applied.iter().any(|(name, _)| name == migration.name);
    Ok(migrations.iter().filter(|migration| !is_applied(migration)).collect())
}

impl Migration {
    const fn text(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }
}

/// For a mark of the whole schema.
#[cfg(feature = "testing")]
pub(crate) fn all_texts() -> String {
    MIGRATIONS.iter().map(|migration| migration.postgres).collect()
}

fn checksum(text: &str) -> String {
    digest(&SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::testing::for_each_empty_database;

    /// C16: a file that nobody listed would never run.
    #[test]
    fn c16_every_migration_file_is_listed_for_both_engines() {
        for engine in ["sqlite", "postgres"] {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(engine);
            let mut files: Vec<String> = std::fs::read_dir(&folder)
                .expect("the folder of migrations")
                .map(|file| file.expect("a file").file_name().into_string().expect("a plain name"))
                .collect();
            files.sort();
            let listed: Vec<String> = MIGRATIONS
                .iter()
                .map(|migration| format!("{}.sql", migration.name))
                .collect();
            assert_eq!(files, listed, "{}", folder.display());
        }
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert!(
                migration.name.starts_with(&format!("{:04}_", index + 1)),
                "{}",
                migration.name
            );
        }
    }

    const GOOD: Migration = Migration {
        name: "0001_good",
        sqlite: CREATE_GOOD,
        postgres: CREATE_GOOD,
    };
    const CREATE_GOOD: &str = "CREATE TABLE good (id BIGINT PRIMARY KEY);";
    const BREAKS: Migration = Migration {
        name: "0002_breaks",
        sqlite: BREAKING,
        postgres: BREAKING,
    };
    const BREAKING: &str = "CREATE TABLE half (id BIGINT PRIMARY KEY); INSERT INTO nowhere VALUES (1);";
    const REPAIRED: Migration = Migration {
        name: "0002_breaks",
        sqlite: CREATE_HALF,
        postgres: CREATE_HALF,
    };
    const CREATE_HALF: &str = "CREATE TABLE half (id BIGINT PRIMARY KEY);";

    /// C16: a migration that fails leaves nothing behind, keeps those before it, and can be repaired.
    #[tokio::test]
    async fn c16_a_failed_migration_leaves_nothing_behind() {
        for_each_empty_database(async |store| {
            let failed = migrate(&store, &[GOOD, BREAKS], 1).await;
            assert!(
                matches!(
                    failed,
                    Err(StoreError::Sql {
                        statement: "0002_breaks",
                        ..
                    })
                ),
                "{failed:?}"
            );
            let applied = migrate(&store, &[GOOD, REPAIRED], 2).await;
            assert_eq!(applied, Ok(vec!["0002_breaks".to_owned()]));
            assert_eq!(migrate(&store, &[GOOD, REPAIRED], 3).await, Ok(vec![]));
        })
        .await;
    }

    /// C16: an older program refuses the tables of a newer one, and says which.
    #[tokio::test]
    async fn c16_a_newer_schema_is_refused() {
        for_each_empty_database(async |store| {
            migrate(&store, &[GOOD, REPAIRED], 1).await.expect("applied");
            let refused = migrate(&store, &[GOOD], 2).await;
            let expected = StoreError::NewerSchema {
                found: "0002_breaks".to_owned(),
                known: "0001_good".to_owned(),
            };
            assert_eq!(refused, Err(expected));
        })
        .await;
    }

    /// C16: history is not rewritten.
    #[tokio::test]
    async fn c16_a_changed_migration_is_refused() {
        for_each_empty_database(async |store| {
            migrate(&store, &[GOOD, REPAIRED], 1).await.expect("applied");
            let refused = migrate(&store, &[GOOD, BREAKS], 2).await;
            assert_eq!(refused, Err(StoreError::MigrationChanged("0002_breaks".to_owned())));
        })
        .await;
    }
}
