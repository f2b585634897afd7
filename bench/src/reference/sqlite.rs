//! The reference on SQLite: one thread, one statement a message, one commit for all that wait.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use rusqlite::{Connection, params};
use tokio::sync::mpsc;

use super::GROUP;
use super::relay::{Message, Relay};

/// How often the log is moved into the file, beside the writer.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(200);

pub(super) fn start(path: &Path, mut waiting: mpsc::Receiver<Message>, relay: Relay) -> Result<()> {
    let mut connection = open(path)?;
    connection.execute_batch("CREATE TABLE messages (pair INTEGER, side INTEGER, client_id TEXT, body TEXT)")?;
    let checkpointer = open(path)?;
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(CHECKPOINT_EVERY);
            // What is busy now is moved the next time.
            let _busy = checkpointer.execute_batch("PRAGMA wal_checkpoint(PASSIVE)");
        }
    });
    std::thread::spawn(move || {
        let mut group = Vec::with_capacity(GROUP);
        while let Some(first) = waiting.blocking_recv() {
            group.push(first);
            while group.len() < GROUP
                && let Ok(next) = waiting.try_recv()
            {
                group.push(next);
            }
            if let Err(error) = commit(&mut connection, &group) {
                eprintln!("the reference cannot write: {error}");
                std::process::exit(1);
            }
            relay.deliver(group.drain(..));
        }
    });
    Ok(())
}

fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;",
    )?;
    let synchronous: i64 = connection.query_row("PRAGMA synchronous", [], |row| row.get(0))?;
    ensure!(synchronous == 2, "SQLite does not sync fully");
    Ok(connection)
}

fn commit(connection: &mut Connection, group: &[Message]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut insert = transaction.prepare_cached("INSERT INTO messages VALUES (?1, ?2, ?3, ?4)")?;
        for message in group {
            let body = message.frame.as_str();
            insert.execute(params![
                message.pair as i64,
                message.side as i64,
                message.client_id,
                body
            ])?;
        }
    }
    transaction.commit()
}
