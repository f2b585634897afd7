//! The writer thread: many bodies, one commit.
//!
//! A commit costs one sync of the disk, whatever it holds, so the bodies that arrive while one sync
//! runs share the next. Each fails alone: it has a savepoint of its own once it changes something, and what it only puts off
//! is forgotten. All are answered after the commit and none before (C01): even a refusal may rest on what another body of the
//! group wrote.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tracing::error;

use super::checkpoint::Checkpointer;
use super::connection::Writer;
use super::lock::LockFile;
use crate::engine::error::StoreError;
use crate::engine::job::{Job, Message, TRIES, Verdict};
use crate::engine::tx::{Link, Tx};
use crate::metrics;
use crate::newest::Newest;
use crate::planted;

/// A group takes no further body after this time (C01) …
const GROUP_TIME: Duration = Duration::from_millis(5);
/// … or this many.
const GROUP_SIZE: usize = 256;
/// So many bodies may wait; further callers wait before the door (C10).
const QUEUE: usize = 1024;

/// A running lane, seen from outside.
pub(crate) struct Opened {
    pub(crate) queue: mpsc::Sender<Message>,
    pub(crate) thread: JoinHandle<()>,
    pub(crate) fatal: watch::Receiver<Option<String>>,
    /// What this lane commits, for readers.
    pub(crate) newest: Arc<Newest>,
}

/// Opens the file at `path` and starts the writer thread. Blocks.
pub(crate) fn open(path: &Path) -> Result<Opened, StoreError> {
    let mut lock = LockFile::take(path)?;
    lock.must_find(path)?;
    let mut writer = Writer::open(path)?;
    lock.sign()?;
    let checkpointer = Checkpointer::start(path, writer.connection())?;
    let (queue, waiting) = mpsc::channel(QUEUE);
    let (fatal, told) = watch::channel(None);
    let path = path.to_owned();
    let newest = Arc::<Newest>::default();
    let published = Arc::clone(&newest);
    let thread = std::thread::Builder::new()
        .name("store-writer".to_owned())
        .spawn(move || {
            let tx = Tx::alone(Link::Sqlite(writer), published);
            Lane {
                tx,
                waiting,
                checkpointer,
                fatal,
                path,
                _lock: lock,
            }
            .run();
        })
        .map_err(|error| StoreError::Unavailable(format!("cannot start a thread: {error}")))?;
    Ok(Opened {
        queue,
        thread,
        fatal: told,
        newest,
    })
}

struct Lane {
    tx: Tx,
    waiting: mpsc::Receiver<Message>,
    checkpointer: Checkpointer,
    fatal: watch::Sender<Option<String>>,
    path: PathBuf,
    /// Last field: released after the connection is closed.
    _lock: LockFile,
}

impl Lane {
    fn run(mut self) {
        while let Some(message) = self.waiting.blocking_recv() {
            let first = match message {
                Message::Job(job) => job,
                Message::Close => {
                    self.waiting.close();
                    continue;
                }
            };
            let mut group = vec![first];
            let mut ended = self.run_group(&mut group, false);
            if matches!(ended, Err(Lost::Clash)) {
                ended = self.start_over().and_then(|()| self.run_group(&mut group, true));
            }
            let ended = ended.map_err(|lost| match lost {
                Lost::Failure(error) => error,
                // Nothing was put off, so nothing can have clashed.
                Lost::Clash => StoreError::Stale,
            });
            if let Err(error) = &ended {
                metrics::count(Instant::now(), group.len(), false);
                self.tx.forget_news(0);
                self.tx.forget_all_later();
                self.clean_up(error);
            }
            for job in group {
                job.finish(ended.clone());
            }
            self.checkpointer.lend_a_hand(writer(&mut self.tx).connection());
        }
        self.checkpointer.finish(writer(&mut self.tx).connection());
    }

    /// Runs the first body and those that join it, and commits. An error means that nothing of the
    /// whole group was kept. A careful group puts nothing off, and nobody joins it.
    fn run_group(&mut self, group: &mut Vec<Box<dyn Job>>, is_careful: bool) -> Result<(), Lost> {
        if let Some(reason) = self.fatal.borrow().as_ref() {
            return Err(StoreError::Unavailable(reason.clone()).into());
        }
        let began = Instant::now();
        writer(&mut self.tx).control("BEGIN IMMEDIATE")?;
        let mut is_changed = false;
        let mut next = 0;
        while let Some(job) = group.get_mut(next) {
            is_changed |= run_body(&mut self.tx, &mut **job, is_careful)?;
            next += 1;
            if !is_careful && next < GROUP_SIZE && began.elapsed() < GROUP_TIME {
                match self.waiting.try_recv() {
                    Ok(Message::Job(job)) => group.push(job),
                    Ok(Message::Close) => self.waiting.close(),
                    Err(_) => {}
                }
            }
        }
        self.tx.begin_body(is_careful);
        match self.tx.settle().now_or_never() {
            Some(Ok(())) => {}
            Some(Err(error)) => return Err(Lost::later(error)),
            None => unreachable!("this engine has its answers at once"),
        }
        if planted::is(planted::Fault::AckBeforeCommit) {
            group.drain(..).for_each(|job| job.finish(Ok(())));
            std::thread::sleep(GROUP_TIME * 6);
        }
        writer(&mut self.tx).control(if is_changed { "COMMIT" } else { "ROLLBACK" })?;
        self.tx.publish_news();
        if is_changed {
            metrics::count(began, next, true);
        }
        Ok(())
    }

    /// After bodies hoped in vain: everything is undone and will be decided again.
    fn start_over(&mut self) -> Result<(), Lost> {
        self.tx.forget_news(0);
        self.tx.forget_all_later();
        writer(&mut self.tx).control("ROLLBACK")?;
        Ok(())
    }

    /// After a group was lost. After a failed disk nobody can say what is on it: this process writes
    /// nothing more, and the next one recovers from the log (C15).
    fn clean_up(&mut self, cause: &StoreError) {
        let writer = writer(&mut self.tx);
        let rolled_back = match writer.has_lost_transaction() {
            true => Ok(()),
            false => writer.control("ROLLBACK"),
        };
        let reason = match (cause, rolled_back) {
            (StoreError::Disk(reason), _) => reason.clone(),
            (_, Err(error)) => error.to_string(),
            (_, Ok(())) => return,
        };
        if self.fatal.borrow().is_none() {
            error!(
                "The database {} cannot be written any more: {reason}",
                self.path.display()
            );
            self.fatal.send_replace(Some(reason));
        }
    }
}

/// Why nothing of a group was kept.
enum Lost {
    /// What was put off clashed with what is there: the bodies run again and look first.
    Clash,
    /// The database failed.
    Failure(StoreError),
}

impl Lost {
    /// Of a group whose put off changes could not be written. Unless the disk is to blame, one of the bodies is, and
    /// will fail alone.
    fn later(error: StoreError) -> Self {
        match error {
            StoreError::Disk(_) | StoreError::StorageFull | StoreError::Unavailable(_) => Self::Failure(error),
            _ => Self::Clash,
        }
    }
}

impl From<StoreError> for Lost {
    fn from(error: StoreError) -> Self {
        Self::Failure(error)
    }
}

/// Runs one body, again while it is told to. Answers whether its changes stay; an error means that the group is lost.
fn run_body(tx: &mut Tx, job: &mut dyn Job, is_careful: bool) -> Result<bool, Lost> {
    for attempt in 0..TRIES {
        tx.begin_body(is_careful || attempt > 0);
        let noted = tx.noted_news();
        // A body that would have to wait was ended by its job already, so there is always a verdict.
        let verdict = job.run(tx).now_or_never().unwrap_or(Verdict::Undo);
        if let Some(error) = tx.take_others_failure() {
            return Err(Lost::later(error));
        }
        let (failure, has_savepoint) = (tx.failure(), tx.has_savepoint());
        let writer = writer(tx);
        if writer.has_lost_transaction() {
            let unknown = || StoreError::Unavailable("the transaction was lost".to_owned());
            return Err(failure.unwrap_or_else(unknown).into());
        }
        if let Some(disk @ StoreError::Disk(_)) = failure {
            return Err(disk.into());
        }
        if verdict == Verdict::Keep {
            if has_savepoint {
                writer.control("RELEASE body")?;
            }
            return Ok(true);
        }
        if has_savepoint {
            writer.control("ROLLBACK TO body")?;
            writer.control("RELEASE body")?;
        }
        tx.forget_news(noted);
        tx.forget_later();
        if verdict == Verdict::Undo {
            break;
        }
    }
    Ok(false)
}

fn writer(tx: &mut Tx) -> &mut Writer {
    match tx.link() {
        Link::Sqlite(writer) => writer,
        Link::Postgres(_) => unreachable!("this lane made its transaction itself"),
    }
}
