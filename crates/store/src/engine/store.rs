//! The store itself: lanes for writing, connections for reading.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::error::{StoreError, WriteError};
use super::job::{Message, job};
use super::reader::Reader;
use super::settings::{DatabaseSettings, DatabaseUrl};
use super::tx::Tx;
use super::{Engine, postgres, sqlite};

/// How long a write waits for a place in the queue before it is refused (C14).
const PATIENCE: Duration = Duration::from_secs(5);

/// An open database. Cheap to clone. Opening does not migrate.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// How busy a store is, for the operator's metrics (OPS-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Writes that wait for a lane.
    pub writes_waiting: usize,
    /// Connections for reading that are in use.
    pub readers_busy: usize,
    /// Most connections for reading.
    pub readers_max: usize,
}

struct Inner {
    engine: Engine,
    queue: mpsc::Sender<Message>,
    reader: Reader,
    threads: Mutex<Vec<JoinHandle<()>>>,
    /// Only SQLite can tell; PostgreSQL looks after its own disk.
    fatal: Option<watch::Receiver<Option<String>>>,
}

impl Store {
    /// Opens the database and verifies that what it confirms is durable (C01).
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has the SQLite file (F16),
    /// [`StoreError::Durability`], [`StoreError::Url`], [`StoreError::Unavailable`].
    pub async fn open(settings: &DatabaseSettings) -> Result<Self, StoreError> {
        let inner = match &settings.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path.clone(), settings.pool).await?,
            DatabaseUrl::Postgres(url) => {
                let opened = postgres::open(url, settings.lanes, settings.pool).await?;
                Inner {
                    engine: Engine::Postgres,
                    queue: opened.queue,
                    reader: Reader::postgres(opened.readers),
                    threads: Mutex::new(opened.threads),
                    fatal: None,
                }
            }
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Runs `body` in one transaction and answers when it is durable (C01). The body runs on a lane, so
    /// a caller that goes away does not stop it. It awaits nothing but its transaction, and runs again,
    /// three times at most, when it fails with an error that says [`WriteError::retry`].
    ///
    /// # Errors
    /// The body's own; or, with nothing kept, what befell the transaction. After
    /// [`StoreError::Unavailable`] it may have been kept: ask again with the same key (C20).
    #[tracing::instrument(target = "trace", level = "debug", name = "store.write", skip_all)]
    pub async fn write<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: WriteError,
    {
        let (job, answer) = job(body);
        let queued = self.inner.queue.send_timeout(Message::Job(job), PATIENCE).await;
        queued.map_err(|error| {
            let reason = match error {
                mpsc::error::SendTimeoutError::Timeout(_) => "too many writes are waiting",
                mpsc::error::SendTimeoutError::Closed(_) => "the store is closed",
            };
            E::from(StoreError::Unavailable(reason.to_owned()))
        })?;
        let broken = |_| E::from(StoreError::Unavailable("the writing thread ended".to_owned()));
        answer.await.unwrap_or_else(|error| Err(broken(error)))
    }

    /// For reading beside the writers.
    #[must_use]
    pub fn reader(&self) -> Reader {
        self.inner.reader.clone()
    }

    /// How busy the lanes and the connections for reading are.
    #[must_use]
    pub fn load(&self) -> Load {
        let (readers_busy, readers_max) = self.inner.reader.load();
        Load {
            writes_waiting: self.inner.queue.max_capacity() - self.inner.queue.capacity(),
            readers_busy,
            readers_max,
        }
    }

    /// Which engine is underneath.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// Ends, with the reason, when the disk failed and nothing is written any more; the process should
    /// then end at once with code 70 (C15). Never ends otherwise.
    pub async fn fatal(&self) -> String {
        if let Some(mut told) = self.inner.fatal.clone()
            && let Ok(reason) = told.wait_for(Option::is_some).await
            && let Some(reason) = reason.clone()
        {
            return reason;
        }
        std::future::pending().await
    }

    /// Finishes the writes that wait, refuses new ones, closes all connections, empties SQLite's log
    /// and releases its lock. Closing twice does nothing more.
    pub async fn close(&self) {
        self.inner.reader.close();
        // An error means that the lanes have ended already.
        let _ended = self.inner.queue.send(Message::Close).await;
        let threads = std::mem::take(&mut *self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let join = move || threads.into_iter().map(JoinHandle::join).filter(Result::is_err).count();
        match tokio::task::spawn_blocking(join).await {
            Ok(0) => {}
            _ => tracing::error!("A thread of the store panicked"),
        }
    }
}

async fn open_sqlite(path: PathBuf, pool: usize) -> Result<Inner, StoreError> {
    let file = path.clone();
    let opening = tokio::task::spawn_blocking(move || sqlite::open(&file)).await;
    let opened =
        opening.map_err(|error| StoreError::Unavailable(format!("opening the database broke off: {error}")))??;
    Ok(Inner {
        engine: Engine::Sqlite,
        queue: opened.queue,
        reader: Reader::sqlite(sqlite::Readers::new(path, pool), opened.newest),
        threads: Mutex::new(vec![opened.thread]),
        fatal: Some(opened.fatal),
    })
}
