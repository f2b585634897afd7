//! Reading the whole database as it was at one moment.

use std::path::Path;

use super::error::StoreError;
use super::query::Query;
use super::row::FromRow;
use super::settings::DatabaseUrl;
use super::sql::Sql;
use super::value::{Value, check};
use super::{Engine, postgres, sqlite};

/// One moment of a database, on a connection of its own that cannot write. It may belong to a server that runs: nothing
/// waits for a snapshot, and it takes no lock on the file. While it lives an SQLite log cannot shrink.
pub struct Snapshot {
    link: Link,
}

enum Link {
    Sqlite(sqlite::Snapshot),
    Postgres(postgres::Snapshot),
}

impl Snapshot {
    /// Holds on to this moment. Makes no database where there is none.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is no such file, [`StoreError::Damaged`] when it is no database,
    /// [`StoreError::Unavailable`], [`StoreError::Url`].
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        let link = match url {
            DatabaseUrl::Sqlite(path) => Link::Sqlite(sqlite::Snapshot::open(path).await?),
            DatabaseUrl::Postgres(url) => Link::Postgres(postgres::Snapshot::open(url).await?),
        };
        Ok(Self { link })
    }

    /// Which engine is underneath.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        match self.link {
            Link::Sqlite(_) => Engine::Sqlite,
            Link::Postgres(_) => Engine::Postgres,
        }
    }

    /// What is wrong with the file itself, in the engine's words: every page and index is read. PostgreSQL looks
    /// after its own files, nothing is found there.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub async fn damages(&self) -> Result<Vec<String>, StoreError> {
        match &self.link {
            Link::Sqlite(snapshot) => snapshot.damages().await,
            Link::Postgres(_) => Ok(Vec::new()),
        }
    }

    /// Copies this moment into a new file, which is whole and on the disk when this returns: an SQLite database, or what
    /// PostgreSQL's `pg_dump` writes (C17).
    ///
    /// # Errors
    /// [`StoreError::StorageFull`] and whatever else keeps the copy from being written.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        match &self.link {
            Link::Sqlite(snapshot) => snapshot.copy_to(file).await,
            Link::Postgres(snapshot) => snapshot.copy_to(file).await,
        }
    }
}

/// Puts a file that [`Snapshot::copy_to`] wrote in the place of a database that does not exist yet: it is there wholly
/// or not at all.
///
/// # Errors
/// [`StoreError::Locked`] when there is a database already, and whatever keeps it from being written.
pub async fn put_back(url: &DatabaseUrl, file: &Path) -> Result<(), StoreError> {
    let (url, file) = (url.clone(), file.to_owned());
    let work = move || match url {
        DatabaseUrl::Sqlite(path) => sqlite::put_back(&path, &file),
        DatabaseUrl::Postgres(url) => postgres::tools::restore(&url, &file),
    };
    let ended = tokio::task::spawn_blocking(work).await;
    ended.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("restoring broke off: {error}"))))
}

impl Query for Snapshot {
    async fn all<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<Vec<R>, StoreError> {
        check(sql, &params)?;
        match &self.link {
            Link::Sqlite(snapshot) => snapshot.rows(sql, params).await,
            Link::Postgres(snapshot) => snapshot.rows(sql, &params).await,
        }
    }
}
