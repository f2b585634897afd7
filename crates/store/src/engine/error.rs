//! How the store fails.

/// Why the store did not do what was asked. Nothing of a failed write is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was faster: load again and decide again. [`Store::write`](crate::Store::write)
    /// already did so, three times in all.
    #[error("the row was changed by somebody else")]
    Stale,
    /// A row with this key exists. Foreseen clashes are `ON CONFLICT` instead.
    #[error("{statement}: such a row exists already: {detail}")]
    Duplicate {
        /// Name of the statement.
        statement: &'static str,
        /// What the engine said.
        detail: String,
    },
    /// The database cannot be reached or is too busy. After a write the outcome is unknown: ask again
    /// with the same key (C02, C20).
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// No room on the disk; reads go on, and writes again once there is room (C14).
    #[error("the disk of the database is full")]
    StorageFull,
    /// The disk failed. On SQLite nothing is written any more by this process (C15).
    #[error("the disk of the database failed: {0}")]
    Disk(String),
    /// There is no database, though there should be one (F15).
    #[error("{0}")]
    Missing(String),
    /// The file is no database of SQLite, or a broken one (F15).
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// The file or its folder cannot be written (F14).
    #[error("{0}")]
    ReadOnly(String),
    /// Another process uses the SQLite file (F16).
    #[error("{0}")]
    Locked(String),
    /// A newer version of the program has changed the tables (C16).
    #[error("the database has migration {found}, this program knows none after {known}: start a newer one")]
    NewerSchema {
        /// The newest migration in the database.
        found: String,
        /// The newest migration of this program.
        known: String,
    },
    /// The tables are older than this program wants them (C16).
    #[error("the database lacks migration {0}: run `frontdesk migrate`, or start the server once")]
    OlderSchema(String),
    /// A migration that was applied reads differently in this program (C16).
    #[error("migration {0} was changed after it had been applied")]
    MigrationChanged(String),
    /// The database would forget what it had confirmed (C01).
    #[error("{0}")]
    Durability(String),
    /// The address of the database makes no sense.
    #[error("{0}")]
    Url(String),
    /// A statement was refused by the engine.
    #[error("{statement}: {detail}")]
    Sql {
        /// Name of the statement.
        statement: &'static str,
        /// What the engine said.
        detail: String,
    },
    /// A value cannot be stored.
    #[error("{statement}: value ${position} cannot be stored: {reason}")]
    Encode {
        /// Name of the statement.
        statement: &'static str,
        /// Number of the placeholder, from 1.
        position: usize,
        /// Why not.
        reason: &'static str,
    },
    /// A row does not look as its type expects.
    #[error("{statement}: column {column}: {reason}")]
    Decode {
        /// Name of the statement.
        statement: &'static str,
        /// Number of the column, from 0.
        column: usize,
        /// What was expected and found.
        reason: String,
    },
    /// Another number of rows than asked for.
    #[error("{statement}: {found} rows instead of one")]
    RowCount {
        /// Name of the statement.
        statement: &'static str,
        /// How many there were.
        found: usize,
    },
    /// The body of a write did what a body must not do: panic, or await anything but its transaction.
    #[error("the body of a write {0}")]
    Body(String),
}

/// What a write's body may fail with.
pub trait WriteError: From<StoreError> + Send + 'static {
    /// Whether loading again and deciding again may succeed.
    fn retry(&self) -> bool;
}

impl WriteError for StoreError {
    fn retry(&self) -> bool {
        matches!(self, Self::Stale)
    }
}
