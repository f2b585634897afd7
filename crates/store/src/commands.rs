//! Answers to commands, so that a repeat gets the same one (C02).

use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    FIND = "SELECT request_hash, answer FROM commands WHERE principal = $1 AND client_id = $2";
    INSERT = "INSERT INTO commands (principal, client_id, request_hash, answer, created_at) VALUES ($1, $2, $3, $4, $5)
              ON CONFLICT DO NOTHING";
    PRUNE = "DELETE FROM commands WHERE created_at < $1";
}

row! {
    /// A command that was answered.
    #[derive(Debug, Clone)]
    pub struct CommandRow {
        /// Hash of what was asked.
        pub request_hash: String,
        /// The answer, as JSON.
        pub answer: String,
    }
}

/// A command with its answer.
#[derive(Debug, Clone, Copy)]
pub struct NewCommand<'a> {
    /// Who asked.
    pub principal: &'a str,
    /// The sender's key.
    pub client_id: &'a str,
    /// Hash of what was asked.
    pub request_hash: &'a str,
    /// The answer, as JSON.
    pub answer: &'a str,
    /// When.
    pub now: Moment,
}

/// What a principal's key was answered.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, principal: &str, client_id: &str) -> Result<Option<CommandRow>, StoreError> {
    q.optional(&FIND, params![principal, client_id]).await
}

/// Keeps an answer. Answers false when the key has one already.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewCommand<'_>) -> Result<bool, StoreError> {
    let values = params![new.principal, new.client_id, new.request_hash, new.answer, new.now.0];
    Ok(tx.execute(&INSERT, values).await? > 0)
}

/// Forgets answers older than `before`.
///
/// # Errors
/// When the database fails.
pub async fn prune(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    tx.execute(&PRUNE, params![before.0]).await
}
