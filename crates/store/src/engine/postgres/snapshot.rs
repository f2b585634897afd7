//! One moment of the database, on a connection of its own.

use tokio_postgres::Client;

use super::connection::{Connector, failure};
use super::statement::{decode, fetch, types};
use crate::engine::error::StoreError;
use crate::engine::row::{FromRow, check_columns};
use crate::engine::sql::Sql;
use crate::engine::value::Value;

/// Reading everything takes its time.
const BEGIN: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
                     BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A connection inside one long reading transaction.
pub(crate) struct Snapshot {
    client: Client,
}

impl Snapshot {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let client = Connector::new(url)?.for_reading().durable().await?;
        client
            .batch_execute(BEGIN)
            .await
            .map_err(|error| failure("BEGIN", &error))?;
        Ok(Self { client })
    }

    pub(crate) async fn rows<R: FromRow>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
        let failed = |error| failure(sql.name, &error);
        let prepared = self.client.prepare_typed(sql.text, &types(params)).await;
        let statement = prepared.map_err(failed)?;
        check_columns::<R>(sql.name, statement.columns().len())?;
        let found = fetch(&self.client, &statement, params).await.map_err(failed)?;
        decode(sql.name, &found)
    }
}
