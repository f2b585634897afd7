//! Reading for screens.

use std::sync::Arc;

use super::error::StoreError;
use super::query::Query;
use super::row::FromRow;
use super::sql::Sql;
use super::value::{Value, check};
use super::{postgres, sqlite};

/// Reads what is committed, on connections of its own: it never waits for a writer. Each statement
/// sees its own moment. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    link: Link,
}

#[derive(Clone)]
enum Link {
    Sqlite(Arc<sqlite::Readers>),
    Postgres(postgres::Readers),
}

impl Reader {
    pub(crate) fn sqlite(readers: Arc<sqlite::Readers>) -> Self {
        Self {
            link: Link::Sqlite(readers),
        }
    }

    pub(crate) fn postgres(readers: postgres::Readers) -> Self {
        Self {
            link: Link::Postgres(readers),
        }
    }

    /// Connections in use, and the most there may be.
    pub(crate) fn load(&self) -> (usize, usize) {
        match &self.link {
            Link::Sqlite(readers) => readers.load(),
            Link::Postgres(readers) => readers.load(),
        }
    }

    pub(crate) fn close(&self) {
        match &self.link {
            Link::Sqlite(readers) => readers.close(),
            Link::Postgres(readers) => readers.close(),
        }
    }

    /// How many placeholders and columns the engine sees in a statement; an error when it cannot be
    /// prepared.
    #[cfg(feature = "testing")]
    pub(crate) async fn shape(&self, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
        match &self.link {
            Link::Sqlite(readers) => readers.shape(sql).await,
            Link::Postgres(readers) => readers.shape(sql).await,
        }
    }
}

impl Query for Reader {
    async fn all<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<Vec<R>, StoreError> {
        check(sql, &params)?;
        match &self.link {
            Link::Sqlite(readers) => readers.rows(sql, params).await,
            Link::Postgres(readers) => readers.rows(sql, &params).await,
        }
    }
}
