//! The one place that knows that there are two engines.
//!
//! Everything above hands a named statement (`sql!`) and its values
//! ([`params!`](crate::params)) to a [`Tx`] or a [`Reader`] and gets rows ([`row!`](crate::row)) back.
//! What differs between SQLite and PostgreSQL lives in the modules of those names and nowhere else.

pub(crate) mod error;
mod job;
mod later;
mod postgres;
pub(crate) mod query;
pub(crate) mod reader;
pub(crate) mod row;
pub(crate) mod settings;
pub(crate) mod snapshot;
pub(crate) mod sql;
mod sqlite;
pub(crate) mod store;
pub(crate) mod tx;
pub(crate) mod value;

/// Which database is underneath. For reports and start-up lines; no rule depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded, one process.
    Sqlite,
    /// A server, any number of processes.
    Postgres,
}
