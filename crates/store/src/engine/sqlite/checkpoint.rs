//! Moves the log back into the database beside the writer, so that no commit pays for it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
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
/// After a pass that could not move all of them, this many more have to come before another one: 4 MiB. Each syncs the
/// database, which commits wait behind.
const WORTH_ANOTHER: i32 = 1024;

/// The writer's end.
pub(super) struct Checkpointer {
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// What the writer and the thread tell each other.
#[derive(Default)]
struct Shared {
    /// The thread has moved what it could while the writer went on: only the few pages since are left, and only a log
    /// that was moved whole begins anew.
    needs_writer: AtomicBool,
    /// Pages in the log when it was looked at last.
    seen: AtomicI32,
}

impl Checkpointer {
    /// Starts the thread for the database at `path`, to be woken by commits of `writer`.
    pub(super) fn start(path: &Path, writer: &mut Connection) -> Result<Self, StoreError> {
        let connection = open_checkpointer(path)?;
        let (wake, woken) = sync_channel(1);
        let shared = Arc::<Shared>::default();
        let (of_thread, of_hook) = (Arc::clone(&shared), Arc::clone(&shared));
        let thread = std::thread::Builder::new()
            .name("store-checkpoint".to_owned())
            .spawn(move || work(&connection, &woken, &of_thread))
            .map_err(|error| StoreError::Unavailable(format!("cannot start a thread: {error}")))?;
        let waker = wake.clone();
        let hook = move |_: &mut Wal, pages: i32| {
            let seen = of_hook.seen.load(Ordering::Relaxed);
            if pages < seen {
                // The log has begun anew.
                of_hook.seen.store(0, Ordering::Relaxed);
            } else if pages >= WORTH_MOVING && (seen == 0 || pages - seen >= WORTH_ANOTHER) {
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
            shared,
        })
    }

    /// Between two groups: moves the few pages that the thread could not, if it asked for that.
    pub(super) fn lend_a_hand(&self, writer: &Connection) {
        if self.shared.needs_writer.swap(false, Ordering::Relaxed) {
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

fn work(connection: &Connection, woken: &Receiver<()>, shared: &Shared) {
    while woken.recv().is_ok() {
        if let Some(left) = pass(connection) {
            shared.seen.store(left.pages, Ordering::Relaxed);
            shared.needs_writer.store(left.pages > 0, Ordering::Relaxed);
        }
    }
}

struct Log {
    pages: i32,
}

/// Moves what it can without waiting for anybody.
fn pass(connection: &Connection) -> Option<Log> {
    match connection.wal_checkpoint_v2(DEFAULT_NAME, CheckpointMode::PASSIVE) {
        Ok((pages, _)) => Some(Log { pages }),
        Err(error) => {
            warn!("Cannot move the log into the database: {error}");
            None
        }
    }
}
