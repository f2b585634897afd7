//! Reading for screens.

use std::sync::Arc;

use domain::ids::{ChannelId, SessionId, VisitorId};
use domain::session::Session;

use super::error::StoreError;
use super::query::Query;
use super::row::FromRow;
use super::sql::Sql;
use super::value::{Value, check};
use super::{postgres, sqlite};
use crate::entries::StoredEntry;
use crate::newest::Newest;

/// Reads what is committed, on connections of its own: it never waits for a writer. Each statement
/// sees its own moment. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    link: Link,
}

#[derive(Clone)]
enum Link {
    Sqlite(Arc<sqlite::Readers>, Arc<Newest>),
    Postgres(postgres::Readers),
}

impl Reader {
    pub(crate) fn sqlite(readers: Arc<sqlite::Readers>, newest: Arc<Newest>) -> Self {
        Self {
            link: Link::Sqlite(readers, newest),
        }
    }

    pub(crate) fn postgres(readers: postgres::Readers) -> Self {
        Self {
            link: Link::Postgres(readers),
        }
    }

    fn newest(&self) -> Option<&Newest> {
        match &self.link {
            Link::Sqlite(_, newest) => Some(newest),
            Link::Postgres(_) => None,
        }
    }

    /// Connections in use, and the most there may be.
    pub(crate) fn load(&self) -> (usize, usize) {
        match &self.link {
            Link::Sqlite(readers, _) => readers.load(),
            Link::Postgres(readers) => readers.load(),
        }
    }

    pub(crate) fn close(&self) {
        match &self.link {
            Link::Sqlite(readers, _) => readers.close(),
            Link::Postgres(readers) => readers.close(),
        }
    }

    /// How many placeholders and columns the engine sees in a statement; an error when it cannot be
    /// prepared.
    #[cfg(feature = "testing")]
    pub(crate) async fn shape(&self, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
        match &self.link {
            Link::Sqlite(readers, _) => readers.shape(sql).await,
            Link::Postgres(readers) => readers.shape(sql).await,
        }
    }
}

impl Query for Reader {
    fn known(&self, session: SessionId) -> Option<Arc<Session>> {
        self.newest()?.session(session)
    }

    fn known_open(&self, visitor: VisitorId, channel: ChannelId) -> Option<Arc<Session>> {
        self.newest()?.open_of(visitor, channel)
    }

    fn known_lines(&self, session: SessionId, after: i64) -> Option<Vec<StoredEntry>> {
        self.newest()?.lines_after(session, after)
    }

    async fn all<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<Vec<R>, StoreError> {
        check(sql, &params)?;
        match &self.link {
            Link::Sqlite(readers, _) => readers.rows(sql, params).await,
            Link::Postgres(readers) => readers.rows(sql, &params).await,
        }
    }
}
