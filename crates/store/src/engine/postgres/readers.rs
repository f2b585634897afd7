//! A pool of connections that only read.

use std::time::Duration;

use deadpool_postgres::{Client, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use tokio_postgres::{Error, Row};

use super::connection::{Connector, failure, is_lost};
use super::statement::{decode, fetch, types};
use crate::engine::error::StoreError;
use crate::engine::row::{FromRow, check_columns};
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

    /// Reads; again when the connection turns out to be lost, since reading twice does no harm. After
    /// a restart of the server all connections of the pool may be.
    pub(crate) async fn rows<R: FromRow>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
        let mut others = self.pool.status().max_size;
        loop {
            let client = self.client().await?;
            match read(&client, sql, params).await {
                Ok((columns, found)) => {
                    check_columns::<R>(sql.name, columns)?;
                    return decode(sql.name, &found);
                }
                Err(error) if is_lost(&error) && others > 0 => {
                    drop(Object::take(client));
                    others -= 1;
                }
                Err(error) => return Err(failure(sql.name, &error)),
            }
        }
    }

    #[cfg(feature = "testing")]
    pub(crate) async fn shape(&self, sql: &'static Sql) -> Result<(usize, usize), StoreError> {
        let client = self.client().await?;
        let prepared = client.prepare(sql.text).await;
        let statement = prepared.map_err(|error| failure(sql.name, &error))?;
        Ok((statement.params().len(), statement.columns().len()))
    }

    /// Connections in use, and the most there may be.
    pub(crate) fn load(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.max_size)
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

/// The number of columns and the rows.
async fn read(client: &Client, sql: &'static Sql, params: &[Value]) -> Result<(usize, Vec<Row>), Error> {
    let statement = client.prepare_typed_cached(sql.text, &types(params)).await?;
    Ok((statement.columns().len(), fetch(client, &statement, params).await?))
}
