//! Reading, the same inside a transaction and beside it.

use std::sync::Arc;

use domain::ids::{ChannelId, SessionId, VisitorId};
use domain::session::Session;

use super::error::StoreError;
use super::row::FromRow;
use super::sql::Sql;
use super::value::Value;
use crate::entries::StoredEntry;

/// Something that answers `SELECT`s: a [`Tx`](crate::Tx) or a [`Reader`](crate::Reader).
#[expect(
    async_fn_in_trait,
    reason = "futures of a Reader are Send, those of a Tx need not be"
)]
pub trait Query {
    /// All rows.
    ///
    /// # Errors
    /// What the engine says, or [`StoreError::Decode`] when the rows are not `R`s.
    async fn all<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<Vec<R>, StoreError>;

    /// A session as it stands, if memory has it: the same as reading its row.
    fn known(&self, _session: SessionId) -> Option<Arc<Session>> {
        None
    }

    /// The open session of a visitor in a channel, if memory has it.
    fn known_open(&self, _visitor: VisitorId, _channel: ChannelId) -> Option<Arc<Session>> {
        None
    }

    /// All lines of a session after a number, if memory has all of them.
    fn known_lines(&self, _session: SessionId, _after: i64) -> Option<Vec<StoredEntry>> {
        None
    }

    /// The row, if there is one.
    ///
    /// # Errors
    /// As [`Query::all`]; [`StoreError::RowCount`] when there are several.
    async fn optional<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<Option<R>, StoreError> {
        let mut rows = self.all::<R>(sql, params).await?;
        match rows.len() {
            0 | 1 => Ok(rows.pop()),
            found => Err(StoreError::RowCount {
                statement: sql.name,
                found,
            }),
        }
    }

    /// The one row that must be there.
    ///
    /// # Errors
    /// As [`Query::all`]; [`StoreError::RowCount`] when there is none or several.
    async fn one<R: FromRow>(&mut self, sql: &'static Sql, params: Vec<Value>) -> Result<R, StoreError> {
        let row = self.optional(sql, params).await?;
        row.ok_or(StoreError::RowCount {
            statement: sql.name,
            found: 0,
        })
    }
}
