//! Small letters of every script: the engine's own `LOWER` knows those of ASCII only.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::codec::lower;

/// Puts a `LOWER` in place of the engine's that does what PostgreSQL's does (T807). No index may be built on it: a file is
/// also read by programs that have the engine's own.
pub(super) fn teach(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("LOWER", 1, flags, |context| {
        let text: Option<String> = context.get(0)?;
        Ok(text.map(|text| lower(&text)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T807: letters of every script become small, one by one; what is no text stays nothing.
    #[test]
    fn letters_of_every_script_become_small() {
        let connection = Connection::open_in_memory().expect("a database");
        teach(&connection).expect("a function");
        let small = |sql: &str| -> Option<String> { connection.query_row(sql, [], |row| row.get(0)).expect("a value") };
        assert_eq!(
            small("SELECT LOWER('ÄÖ ПОД ΟΔΟΣ 汉 ABC')").as_deref(),
            Some("äö под οδοσ 汉 abc")
        );
        assert_eq!(small("SELECT LOWER(NULL)"), None);
    }
}
