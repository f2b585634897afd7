//! Moves the log back into the database beside the writer, so that no commit pays for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use rusqlite::hooks::Wal;
use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, DEFAULT_NAME};
use tracing::warn;

use super::connection::{failure, open_checkpointer};
use crate::engine::error::StoreError;

/// From this many pages in the log on it is worth moving them: 16 MiB. Pages of busy sessions are written again with
/// every message; moved seldom, they are moved once.
const WORTH_MOVING: i32 = 4 * 1024;
/// From this many on the writer lends a hand: 64 MiB. A busy writer adds pages as fast as the thread
/// moves them, and only a log that was moved whole starts again at its beginning.
const TOO_LONG: i32 = 16 * 1024;

/// The writer's end.
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    needs_writer: Arc<AtomicBool>,
}

impl Checkpointer {
    /// Starts the thread for the database at `path`, to be woken by commits of `writer`.
    pub(super) fn start(path: &Path, writer: &mut Connection) -> Result<Self, StoreError> {
        let connection = open_checkpointer(path)?;
        let (wake, woken) = sync_channel(1);
        let needs_writer = Arc::new(AtomicBool::new(false));
        let shared = Arc::clone(&needs_writer);
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || work(&connection, &woken, &shared))
            .map_err(|error| StoreError::Unavailable(format!("cannot start a thread: {error}")))?;
        let waker = wake.clone();
        let hook = move |_: &mut Wal, pages: i32| {
            if pages >= WORTH_MOVING {
                // Full means that it is awake already.
                let _awake = waker.try_send(());
            }
            Ok(())
        };
        writer
            .wal_hook(Some(hook))
            .map_err(|error| failure("wal_hook", &error))?;
        Ok(Self {
            wake: Some(wake),
            thread: Some(thread),
            needs_writer,
        })
    }

    /// Between two groups: moves the few pages that the thread could not, if it asked for that.
    pub(super) fn lend_a_hand(&self, writer: &Connection) {
        if self.needs_writer.swap(false, Ordering::Relaxed) {
            pass(writer);
        }
    }

    /// Ends the thread, then empties the log.
    pub(super) fn finish(mut self, writer: &mut Connection) {
        self.wake = None;
        if writer
            .wal_hook::<fn(&mut Wal, i32) -> rusqlite::Result<()>>(None)
            .is_ok()
            && let Some(thread) = self.thread.take()
        {
            let _panicked = thread.join();
        }
        if let Err(error) = writer.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::TRUNCATE) {
            warn!("The log of the database stays for the next start: {error}");
        }
    }
}

fn work(connection: &Connection, woken: &Receiver<()>, needs_writer: &AtomicBool) {
    while woken.recv().is_ok() {
        let left = pass(connection);
        if left.is_some_and(|left| left.pages > TOO_LONG && left.moved < left.pages) {
            needs_writer.store(true, Ordering::Relaxed);
        }
    }
}

struct Log {
    pages: i32,
    moved: i32,
}

/// Moves what it can without waiting for anybody.
fn pass(connection: &Connection) -> Option<Log> {
    match connection.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::PASSIVE) {
        Ok((pages, moved)) => Some(Log { pages, moved }),
        Err(error) => {
            warn!("Cannot move the log into the database: {error}");
            None
        }
    }
}
