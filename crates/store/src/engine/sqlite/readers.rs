//! Read-only connections, used on blocking threads. A reader sees what was committed when its
//! statement began, and never waits for the writer.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connection::{open_reader, rows};
use crate::engine::error::StoreError;
use crate::engine::row::FromRow;
use crate::engine::sql::Sql;
use crate::engine::value::Value;

/// How long a read waits for a free connection before it is refused (C14).
const PATIENCE: Duration = Duration::from_secs(5);

/// The connections that are not in use, and the right to use one.
pub(crate) struct Readers {
    path: PathBuf,
    permits: Arc<Semaphore>,
    limit: usize,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: PathBuf, limit: usize) -> Arc<Self> {
        let limit = limit.max(1);
        Arc::new(Self {
            path,
            permits: Arc::new(Semaphore::new(limit)),
            limit,
            idle: Mutex::new(Vec::new()),
        })
    }

    pub(crate) async fn rows<R: FromRow>(
        self: &Arc<Self>,
        sql: &'static Sql,
        params: Vec<Value>,
    ) -> Result<Vec<R>, StoreError> {
        self.run(move |connection| rows(connection, sql, &params)).await
    }

    #[cfg(feature = "testing")]
    pub(crate) async fn shape(self: &Arc<Self>, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
        self.run(move |connection| super::connection::shape(connection, sql))
            .await
    }

    /// Connections in use, and the most there may be.
    pub(crate) fn load(&self) -> (usize, usize) {
        (self.limit.saturating_sub(self.permits.available_permits()), self.limit)
    }

    /// Refuses further reads and closes what is idle.
    pub(crate) fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.permit().await?;
        let readers = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || {
            let connection = readers.take()?;
            let answer = work(&connection);
            readers.give_back(connection);
            drop(permit);
            answer
        });
        let ended = read.await;
        ended.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("a read broke off: {error}"))))
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let waiting = Arc::clone(&self.permits).acquire_owned();
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(StoreError::Unavailable("the store is closed".to_owned())),
            Err(_) => Err(StoreError::Unavailable(
                "all connections for reading are busy".to_owned(),
            )),
        }
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open_reader(&self.path), Ok)
    }

    fn give_back(&self, connection: Connection) {
        if !self.permits.is_closed() {
            self.idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
        }
    }
}
