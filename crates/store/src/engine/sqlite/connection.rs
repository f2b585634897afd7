//! Statements and rows on one connection.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection, ErrorCode, OpenFlags, Row, ToSql, ffi, params_from_iter};

use crate::engine::error::StoreError;
use crate::engine::row::{Columns, FromRow, check_columns};
use crate::engine::sql::Sql;
use crate::engine::sqlite::letters;
use crate::engine::value::{Cell, Value};

/// How long a connection waits when another program holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// More than the program has statements, so that each is compiled once per connection.
const CACHED_STATEMENTS: usize = 512;

/// The writer's connection, inside a transaction whenever a body sees it.
pub(crate) struct Writer {
    connection: Connection,
}

impl Writer {
    /// Opens the file for writing, makes it if there is none, and verifies that a commit will be on the
    /// disk (C01).
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        pragmas(
            &connection,
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
             PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -32768;",
        )?;
        verify_durability(&connection)?;
        Ok(Self { connection })
    }

    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Whether the engine itself has rolled the transaction back, as it may when the disk is full.
    pub(super) fn has_lost_transaction(&self) -> bool {
        self.connection.is_autocommit()
    }

    /// `BEGIN`, `COMMIT` and their like.
    pub(super) fn control(&self, text: &'static str) -> Result<(), StoreError> {
        let run = || self.connection.prepare_cached(text)?.execute([]);
        run().map(drop).map_err(|error| failure(text, &error))
    }

    /// From here on a body's changes can be undone by themselves.
    pub(crate) fn open_savepoint(&self) -> Result<(), StoreError> {
        self.control("SAVEPOINT body")
    }

    pub(crate) fn execute(&self, sql: &'static Sql, params: &[Value]) -> Result<u64, StoreError> {
        let run = || prepare(&self.connection, sql)?.execute(params_from_iter(params));
        run().map(|rows| rows as u64).map_err(|error| failure(sql.name, &error))
    }

    pub(crate) fn rows<R: FromRow>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
        rows(&self.connection, sql, params)
    }

    pub(crate) fn batch(&self, name: &'static str, text: &str) -> Result<(), StoreError> {
        self.connection
            .execute_batch(text)
            .map_err(|error| failure(name, &error))
    }
}

/// A connection that only reads.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    pragmas(
        &connection,
        "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192;",
    )?;
    Ok(connection)
}

/// A connection that reads one moment of a file that must be there. What it sorts it sorts on the disk, so that its
/// memory does not grow with the data.
pub(super) fn open_snapshot(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(format!("there is no database {}", path.display())));
    }
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    pragmas(
        &connection,
        "PRAGMA query_only = ON; PRAGMA temp_store = FILE; PRAGMA cache_size = -8192;",
    )?;
    Ok(connection)
}

/// A connection for the checkpoint thread, which syncs the file like the writer.
pub(super) fn open_checkpointer(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    pragmas(&connection, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let opened = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX);
    let connection = opened.map_err(|error| match failure("opening", &error) {
        known @ (StoreError::StorageFull | StoreError::Disk(_) | StoreError::Damaged(_)) => known,
        _ => StoreError::Unavailable(format!("cannot open the database {}: {error}", path.display())),
    })?;
    connection
        .busy_timeout(BUSY_TIMEOUT)
        .map_err(|error| failure("busy_timeout", &error))?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // One plan for each statement, whatever its values: else some are compiled again for every other value.
    connection
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(|error| failure("QPSG", &error))?;
    letters::teach(&connection).map_err(|error| failure("LOWER", &error))?;
    Ok(connection)
}

fn pragmas(connection: &Connection, text: &'static str) -> Result<(), StoreError> {
    connection
        .execute_batch(text)
        .map_err(|error| failure("PRAGMA", &error))
}

/// Reads back what was set: some file systems refuse the log, and the engine says so only here.
fn verify_durability(connection: &Connection) -> Result<(), StoreError> {
    let read = || -> rusqlite::Result<(String, i64)> {
        let mode = connection.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
        let synchronous = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
        Ok((mode, synchronous))
    };
    let (mode, synchronous) = read().map_err(|error| failure("PRAGMA", &error))?;
    if mode != "wal" {
        let text = format!("SQLite keeps journal_mode = {mode}, but WAL is needed; is the file system local?");
        return Err(StoreError::Durability(text));
    }
    // 2 is FULL, 3 is EXTRA.
    if synchronous < 2 {
        let text = format!("SQLite runs with synchronous = {synchronous}: confirmed writes could be lost");
        return Err(StoreError::Durability(text));
    }
    Ok(())
}

pub(super) fn rows<R: FromRow>(
    connection: &Connection,
    sql: &'static Sql,
    params: &[Value],
) -> Result<Vec<R>, StoreError> {
    let failed = |error: rusqlite::Error| failure(sql.name, &error);
    let mut statement = prepare(connection, sql).map_err(failed)?;
    check_columns::<R>(sql.name, statement.column_count())?;
    let mut found = statement.query(params_from_iter(params)).map_err(failed)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(failed)? {
        rows.push(R::from_row(&mut Columns::new(sql.name, &|column| cell(row, column)))?);
    }
    Ok(rows)
}

fn prepare<'c>(connection: &'c Connection, sql: &'static Sql) -> rusqlite::Result<CachedStatement<'c>> {
    connection.prepare_cached(sql.sqlite())
}

/// How many placeholders and columns the engine sees in a statement.
#[cfg(feature = "testing")]
pub(super) fn shape(connection: &Connection, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
    let statement = prepare(connection, sql).map_err(|error| failure(sql.name, &error))?;
    Ok((statement.parameter_count(), statement.column_count()))
}

fn cell<'r>(row: &'r Row<'_>, column: usize) -> Result<Cell<'r>, String> {
    match row.get_ref(column).map_err(|error| error.to_string())? {
        ValueRef::Null => Ok(Cell::Null),
        ValueRef::Integer(number) => Ok(Cell::Int(number)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes)
            .map(Cell::Text)
            .map_err(|error| error.to_string()),
        other @ (ValueRef::Real(_) | ValueRef::Blob(_)) => {
            Err(format!("a value of type {} is not used here", other.data_type()))
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
        }))
    }
}

/// The engine's error in the store's words.
pub(super) fn failure(statement: &'static str, error: &rusqlite::Error) -> StoreError {
    let rusqlite::Error::SqliteFailure(cause, _) = error else {
        return StoreError::Sql {
            statement,
            detail: error.to_string(),
        };
    };
    let detail = error.to_string();
    match (cause.code, cause.extended_code) {
        // The index of the log could not grow: the disk is full there too.
        (ErrorCode::DiskFull, _) | (_, ffi::SQLITE_IOERR_SHMSIZE) => StoreError::StorageFull,
        (ErrorCode::SystemIoFailure, code) => StoreError::Disk(format!("{statement}: {detail} ({code})")),
        (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => StoreError::Unavailable(detail),
        (ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase, _) => StoreError::Damaged(detail),
        (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY) => {
            StoreError::Duplicate { statement, detail }
        }
        _ => StoreError::Sql { statement, detail },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: i32) -> StoreError {
        failure("SAVE", &rusqlite::Error::SqliteFailure(ffi::Error::new(code), None))
    }

    /// C14, C15: a full disk is refused and gets better, a failed one ends the writing.
    #[test]
    fn full_and_failed_disks_are_told_apart() {
        assert_eq!(failed(ffi::SQLITE_FULL), StoreError::StorageFull);
        assert_eq!(failed(ffi::SQLITE_IOERR_SHMSIZE), StoreError::StorageFull);
        for code in [ffi::SQLITE_IOERR_FSYNC, ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_READ] {
            assert!(matches!(failed(code), StoreError::Disk(_)), "{code}");
        }
    }

    /// C01: a connection that would lose confirmed writes is noticed.
    #[test]
    fn c01_a_connection_that_forgets_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(&folder.path().join("desk.db")).expect("a durable connection");
        for (weaker, named) in [
            ("synchronous = NORMAL", "synchronous = 1"),
            ("synchronous = OFF", "synchronous = 0"),
        ] {
            writer
                .connection()
                .execute_batch(&format!("PRAGMA {weaker}"))
                .expect("a setting");
            let refused = verify_durability(writer.connection()).expect_err("refused");
            assert!(refused.to_string().contains(named), "{refused}");
        }
        let memory = Connection::open_in_memory().expect("a database in memory");
        let refused = verify_durability(&memory).expect_err("refused");
        assert!(refused.to_string().contains("journal_mode = memory"), "{refused}");
    }
}
