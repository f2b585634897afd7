//! One moment of the database, on a connection of its own.

use std::path::Path;

use tokio_postgres::Client;

use super::connection::{Connector, failure};
use super::statement::{decode, fetch, types};
use super::tools;
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
    url: String,
}

impl Snapshot {
    pub(crate) async fn open(url: &str) -> Result<Self, StoreError> {
        let client = Connector::new(url)?.for_reading().durable().await?;
        client
            .batch_execute(BEGIN)
            .await
            .map_err(|error| failure("BEGIN", &error))?;
        Ok(Self {
            client,
            url: url.to_owned(),
        })
    }

    pub(crate) async fn rows<R: FromRow>(&self, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
        let failed = |error| failure(sql.name, &error);
        let prepared = self.client.prepare_typed(sql.text, &types(params)).await;
        let statement = prepared.map_err(failed)?;
        check_columns::<R>(sql.name, statement.columns().len())?;
        let found = fetch(&self.client, &statement, params).await.map_err(failed)?;
        decode(sql.name, &found)
    }

    /// Has `pg_dump` write this very moment into a file.
    pub(crate) async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let exported = self.client.query_one("SELECT pg_export_snapshot()", &[]).await;
        let exported: String = exported
            .and_then(|row| row.try_get(0))
            .map_err(|error| failure("pg_export_snapshot", &error))?;
        let (url, file) = (self.url.clone(), file.to_owned());
        let dumping = tokio::task::spawn_blocking(move || tools::dump(&url, &exported, &file));
        let ended = dumping.await;
        ended.unwrap_or_else(|error| Err(StoreError::Unavailable(format!("pg_dump broke off: {error}"))))
    }
}
