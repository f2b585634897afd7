//! One moment of the file, read beside whoever writes it.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::connection::{failure, open_snapshot, rows};
use crate::engine::error::StoreError;
use crate::engine::row::FromRow;
use crate::engine::sql::Sql;
use crate::engine::value::Value;

/// Pages copied at once: 4 MiB.
const COPIED_PAGES: i32 = 1024;

/// A connection inside one long reading transaction.
pub(crate) struct Snapshot {
    connection: Arc<Mutex<Connection>>,
}

impl Snapshot {
    pub(crate) async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = path.to_owned();
        let opened = blocking(move || {
            let connection = open_snapshot(&path)?;
            // The moment is the first read's, not that of BEGIN.
            connection
                .execute_batch("BEGIN; SELECT COUNT(*) FROM sqlite_master;")
                .map_err(|error| failure("BEGIN", &error))?;
            Ok(connection)
        });
        let connection = Arc::new(Mutex::new(opened.await?));
        Ok(Self { connection })
    }

    pub(crate) async fn rows<R: FromRow>(&self, sql: &'static Sql, params: Vec<Value>) -> Result<Vec<R>, StoreError> {
        self.run(move |connection| rows(connection, sql, &params)).await
    }

    pub(crate) async fn damages(&self) -> Result<Vec<String>, StoreError> {
        self.run(|connection| {
            let look = || -> rusqlite::Result<Vec<String>> {
                let mut statement = connection.prepare("PRAGMA integrity_check(100)")?;
                let found = statement.query_map([], |row| row.get(0))?;
                found.filter(|text| text.as_deref() != Ok("ok")).collect()
            };
            match look() {
                Ok(found) => Ok(found),
                Err(error) => match failure("integrity_check", &error) {
                    StoreError::Damaged(text) => Ok(vec![text]),
                    other => Err(other),
                },
            }
        })
        .await
    }

    pub(crate) async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let file = file.to_owned();
        self.run(move |connection| copy(connection, &file)).await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let connection = Arc::clone(&self.connection);
        blocking(move || work(&connection.lock().unwrap_or_else(PoisonError::into_inner))).await
    }
}

/// The source does not change, since its connection stands in one transaction: the copy never begins again.
fn copy(connection: &Connection, file: &Path) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| failure("backup", &error);
    // Whoever can read it can read everything.
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file);
    made.map_err(|error| StoreError::Disk(format!("backup: {}: {error}", file.display())))?;
    let mut target = Connection::open(file).map_err(failed)?;
    target.execute_batch("PRAGMA synchronous = FULL;").map_err(failed)?;
    Backup::new(connection, &mut target)
        .map_err(failed)?
        .run_to_completion(COPIED_PAGES, Duration::ZERO, None)
        .map_err(failed)?;
    target.close().map_err(|(_, error)| failed(error))?;
    let synced = std::fs::File::open(file).and_then(|copy| copy.sync_all());
    synced.map_err(|error| StoreError::Disk(format!("backup: {error}")))
}

/// Copies a database into an empty place.
pub(crate) fn put_back(path: &Path, file: &Path) -> Result<(), StoreError> {
    if path.exists() {
        return Err(StoreError::Locked(format!(
            "there is a database {} already",
            path.display()
        )));
    }
    let draft = path.with_extension("restoring");
    let copied = std::fs::copy(file, &draft)
        .and_then(|_| std::fs::File::open(&draft)?.sync_all())
        .and_then(|()| std::fs::rename(&draft, path))
        .and_then(|()| match path.parent() {
            Some(folder) => std::fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        });
    copied.map_err(|error| match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::StorageFull,
        _ => StoreError::Disk(format!("restoring {}: {error}", path.display())),
    })
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("a read broke off: {error}"))))
}
