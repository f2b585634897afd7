//! A lane's connection and the transaction on it.

use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_util::future::{join, join_all};
use tokio_postgres::{Client, Statement};

use super::connection::failure;
use super::statement::{decode, fetch, types};
use crate::engine::error::StoreError;
use crate::engine::row::{FromRow, check_columns};
use crate::engine::sql::Sql;
use crate::engine::value::Value;

/// So many statements travel at once.
const PIPELINE: usize = 24;
/// Any number, the same in all versions of the program: `pg_advisory_xact_lock` of migrations.
const MIGRATION_LOCK: &str = "SELECT pg_advisory_xact_lock(7046029254386353131)";

/// One connection; a transaction begins with its first statement.
pub(crate) struct Writer {
    client: Client,
    statements: HashMap<(&'static str, Vec<u8>), Statement>,
    has_begun: bool,
    waiting: Rc<Cell<bool>>,
}

/// Says that the body waits for PostgreSQL, as long as it lives.
struct Waiting<'w>(&'w Cell<bool>);

impl<'w> Waiting<'w> {
    fn new(flag: &'w Cell<bool>) -> Self {
        flag.set(true);
        Self(flag)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl Writer {
    pub(super) fn new(client: Client, waiting: Rc<Cell<bool>>) -> Self {
        Self {
            client,
            statements: HashMap::new(),
            has_begun: false,
            waiting,
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) async fn rows<R: FromRow>(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Vec<R>, StoreError> {
        let flag = Rc::clone(&self.waiting);
        let _waiting = Waiting::new(&flag);
        let statement = self.prepare(sql, params).await?;
        check_columns::<R>(sql.name, statement.columns().len())?;
        let begins = self.begins();
        let (begun, found) = join(begin(&self.client, begins), fetch(&self.client, &statement, params)).await;
        begun?;
        decode(sql.name, &found.map_err(|error| failure(sql.name, &error))?)
    }

    pub(crate) async fn execute(&mut self, sql: &'static Sql, params: &[Value]) -> Result<u64, StoreError> {
        let flag = Rc::clone(&self.waiting);
        let _waiting = Waiting::new(&flag);
        let statement = self.prepare(sql, params).await?;
        let begins = self.begins();
        let (begun, changed) = join(begin(&self.client, begins), self.client.execute_raw(&statement, params)).await;
        begun?;
        changed.map_err(|error| failure(sql.name, &error))
    }

    /// Sends the statements without waiting between them. The server runs them in their order and
    /// nothing after a failed one.
    pub(crate) async fn execute_all(
        &mut self,
        statements: &[(&'static Sql, Vec<Value>)],
    ) -> Result<Vec<u64>, StoreError> {
        let flag = Rc::clone(&self.waiting);
        let _waiting = Waiting::new(&flag);
        let mut prepared = Vec::with_capacity(statements.len());
        for (sql, params) in statements {
            prepared.push((sql.name, self.prepare(sql, params).await?, params));
        }
        let mut changed = Vec::with_capacity(prepared.len());
        for batch in prepared.chunks(PIPELINE) {
            let begins = self.begins();
            let sent = batch.iter().map(async |(name, statement, params)| {
                let answer = self.client.execute_raw(statement, params.as_slice()).await;
                answer.map_err(|error| failure(name, &error))
            });
            let (begun, answers) = join(begin(&self.client, begins), join_all(sent)).await;
            begun?;
            for answer in answers {
                changed.push(answer?);
            }
        }
        Ok(changed)
    }

    pub(crate) async fn batch(&mut self, name: &'static str, text: &str) -> Result<(), StoreError> {
        let flag = Rc::clone(&self.waiting);
        let _waiting = Waiting::new(&flag);
        let begins = self.begins();
        let (begun, run) = join(begin(&self.client, begins), self.client.batch_execute(text)).await;
        begun?;
        run.map_err(|error| failure(name, &error))
    }

    /// Waits as long as it takes, and lets the statements of this transaction take their time.
    pub(crate) async fn lock_migrations(&mut self) -> Result<(), StoreError> {
        self.batch("migrations", "SET LOCAL statement_timeout = 0").await?;
        self.batch("migrations", MIGRATION_LOCK).await
    }

    pub(crate) async fn take_turn(&mut self, turn: i64) -> Result<(), StoreError> {
        self.batch("turn", &format!("SELECT pg_advisory_xact_lock({turn})"))
            .await
    }

    /// Commits. [`StoreError::Unavailable`] when nobody knows whether it happened.
    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        self.end("COMMIT").await
    }

    pub(super) async fn roll_back(&mut self) -> Result<(), StoreError> {
        self.end("ROLLBACK").await
    }

    /// Whether the next statement is the first of its transaction; asked, it is not any more.
    const fn begins(&mut self) -> bool {
        !std::mem::replace(&mut self.has_begun, true)
    }

    async fn end(&mut self, how: &'static str) -> Result<(), StoreError> {
        if !std::mem::take(&mut self.has_begun) {
            return Ok(());
        }
        self.client
            .batch_execute(how)
            .await
            .map_err(|error| failure(how, &error))
    }

    async fn prepare(&mut self, sql: &'static Sql, params: &[Value]) -> Result<Statement, StoreError> {
        let key = (sql.text, kinds(params));
        if let Some(statement) = self.statements.get(&key) {
            return Ok(statement.clone());
        }
        let prepared = self.client.prepare_typed(sql.text, &types(params)).await;
        let statement = prepared.map_err(|error| failure(sql.name, &error))?;
        self.statements.insert(key, statement.clone());
        Ok(statement)
    }
}

/// Begins a transaction, if one is to begin. It travels with the first statement: polled before it, it is sent before it.
async fn begin(client: &Client, begins: bool) -> Result<(), StoreError> {
    const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
    if !begins {
        return Ok(());
    }
    client
        .batch_execute(BEGIN)
        .await
        .map_err(|error| failure("BEGIN", &error))
}

/// What kind each value is of: the same statement is prepared once per combination.
fn kinds(params: &[Value]) -> Vec<u8> {
    let kind = |value: &Value| match value {
        Value::Null => b'n',
        Value::Text(_) => b't',
        Value::Int(_) => b'i',
        Value::Bool(_) => b'b',
    };
    params.iter().map(kind).collect()
}
