//! A pool of connections that only read.

use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::Error;

use super::connection::{Connector, failure};
use super::statement::{rows, types};
use crate::engine::error::StoreError;
use crate::engine::row::FromRow;
use crate::engine::sql::Sql;
use crate::engine::value::Value;

/// How long a read waits for a connection before it is refused (C14).
const PATIENCE: Duration = Duration::from_secs(5);

/// The pool.
#[derive(Clone)]
pub(crate) struct Readers {
    pool: Pool,
}

impl Readers {
    pub(super) fn new(connector: Connector, limit: usize) -> Result<Self, StoreError> {
        let connector = connector.for_reading();
        let config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_connect(connector.config(), connector, config);
        let pool = Pool::builder(manager)
            .max_size(limit.max(1))
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { pool })
    }

    /// Reads; once more when the connection was lost, since reading twice does no harm.
    pub(crate) async fn rows<R: FromRow>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
        let client = self.client().await?;
        match read(&client, sql, params).await {
            Err(StoreError::Unavailable(_)) if client.is_closed() => {
                drop(client);
                read(&self.client().await?, sql, params).await
            }
            answer => answer,
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) async fn shape(&self, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
        let client = self.client().await?;
        let prepared = client.prepare(sql.text).await;
        let statement = prepared.map_err(|error| failure(sql.name, &error))?;
        Ok((statement.params().len(), statement.columns().len()))
    }

    /// Refuses further reads and closes what is idle.
    pub(crate) fn close(&self) {
        self.pool.close();
    }

    async fn client(&self) -> Result<Client, StoreError> {
        let busy = |error| StoreError::Unavailable(format!("no connection for reading: {error}"));
        self.pool.get().await.map_err(busy)
    }
}

async fn read<R: FromRow>(client: &Client, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
    let failed = |error: Error| failure(sql.name, &error);
    let statement = client
        .prepare_typed_cached(sql.text, &types(params))
        .await
        .map_err(failed)?;
    rows(client, sql.name, &statement, params).await
}
