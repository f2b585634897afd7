//! Lanes: threads that each own a connection and run one transaction after another.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use tokio::sync::{Mutex, mpsc};

use super::connection::Connector;
use super::readers::Readers;
use super::writer::Writer;
use crate::engine::error::StoreError;
use crate::engine::job::{Job, Message, TRIES, Verdict};
use crate::engine::tx::{Link, Tx};
use crate::metrics;

/// So many bodies may wait; further callers wait before the door (C10).
const QUEUE: usize = 1024;

/// Running lanes, seen from outside.
pub(crate) struct Opened {
    pub(crate) queue: mpsc::Sender<Message>,
    pub(crate) threads: Vec<JoinHandle<()>>,
    pub(crate) readers: Readers,
}

/// Verifies that the server can be reached and keeps what it confirms, and starts the lanes.
pub(crate) async fn open(url: &str, lanes: usize, readers: usize) -> Result<Opened, StoreError> {
    let connector = Connector::new(url)?;
    drop(connector.durable().await?);
    let (queue, waiting) = mpsc::channel(QUEUE);
    let waiting = Arc::new(Mutex::new(waiting));
    let mut threads = Vec::new();
    for number in 0..lanes.max(1) {
        let lane = (Arc::clone(&waiting), connector.clone());
        let thread = std::thread::Builder::new()
            .name(format!("store-lane-{number}"))
            .spawn(|| run_thread(lane.0, lane.1))
            .map_err(|error| StoreError::Unavailable(format!("cannot start a thread: {error}")))?;
        threads.push(thread);
    }
    Ok(Opened {
        queue,
        threads,
        readers: Readers::new(connector, readers)?,
    })
}

/// The bodies that wait, for whichever lane is free first.
type Waiting = Arc<Mutex<mpsc::Receiver<Message>>>;

fn run_thread(waiting: Waiting, connector: Connector) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(run(waiting, Lane { connector, tx: None })),
        Err(error) => tracing::error!("A lane of the store cannot start: {error}"),
    }
}

async fn run(waiting: Waiting, mut lane: Lane) {
    while let Some(mut job) = next_job(&waiting).await {
        let ended = lane.attempt(&mut *job).await;
        job.finish(ended);
    }
}

/// The next body; none when the store is closed and nothing waits any more.
async fn next_job(waiting: &Waiting) -> Option<Box<dyn Job>> {
    let mut queue = waiting.lock().await;
    loop {
        match queue.recv().await? {
            Message::Job(job) => return Some(job),
            Message::Close => queue.close(),
        }
    }
}

struct Lane {
    connector: Connector,
    tx: Option<Tx>,
}

impl Lane {
    /// Runs the body in a transaction of its own, again when that may help: others changed the rows, or
    /// the connection was lost before the commit was sent.
    async fn attempt(&mut self, job: &mut dyn Job) -> Result<(), StoreError> {
        let mut outcome = Ok(());
        for attempt in 0..TRIES {
            let tx = self.connected().await?;
            let began = Instant::now();
            tx.begin_body(attempt > 0);
            let mut verdict = job.run(tx).await;
            let settled = match verdict {
                Verdict::Keep => tx.settle().await,
                Verdict::Undo | Verdict::Again => Ok(()),
            };
            tx.forget_later();
            outcome = match (verdict, settled) {
                (Verdict::Keep, Ok(())) => {
                    let committed = writer(tx).commit().await;
                    metrics::count(began, 1, committed.is_ok());
                    committed
                }
                (Verdict::Keep, Err(error)) => {
                    verdict = Verdict::Again;
                    let rolled_back = writer(tx).roll_back().await;
                    match error {
                        StoreError::Stale | StoreError::Duplicate { .. } => rolled_back,
                        _ if writer(tx).is_closed() => rolled_back,
                        error => return Err(error),
                    }
                }
                (Verdict::Undo | Verdict::Again, _) => writer(tx).roll_back().await,
            };
            let is_lost = writer(tx).is_closed() || outcome.is_err();
            if is_lost {
                self.tx = None;
            }
            match (verdict, &outcome) {
                // Two transactions clashed; the server says so at the latest here.
                (Verdict::Keep, Err(StoreError::Stale)) | (Verdict::Again, _) => {}
                (Verdict::Keep, _) => return outcome,
                (Verdict::Undo, _) if is_lost => {}
                // The body's own refusal stands, however its transaction was cleared away.
                (Verdict::Undo, _) => return Ok(()),
            }
        }
        match outcome {
            Err(StoreError::Stale) => outcome,
            _ => Ok(()),
        }
    }

    async fn connected(&mut self) -> Result<&mut Tx, StoreError> {
        let usable = self.tx.take_if(|tx| !writer(tx).is_closed());
        let tx = match usable {
            Some(tx) => tx,
            None => {
                let waiting = Rc::new(Cell::new(false));
                let client = self.connector.durable().await?;
                Tx::new(Link::Postgres(Writer::new(client, Rc::clone(&waiting))), waiting)
            }
        };
        Ok(self.tx.insert(tx))
    }
}

fn writer(tx: &mut Tx) -> &mut Writer {
    match tx.link() {
        Link::Postgres(writer) => writer,
        Link::Sqlite(_) => unreachable!("this lane made its transaction itself"),
    }
}
