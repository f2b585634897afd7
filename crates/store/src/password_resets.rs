//! Links by which a forgotten password is set anew. Only a hash of the token is stored (T406).

use domain::ids::{AgentId, TenantId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, sql};

sql! {
    INSERT = "INSERT INTO password_resets (token_hash, tenant_id, agent_id, created_at, expires_at, used_at)
              VALUES ($1, $2, $3, $4, $5, NULL)";
    LIVE = "SELECT r.tenant_id, r.agent_id FROM password_resets r
            WHERE r.token_hash = $1 AND r.used_at IS NULL AND r.expires_at > $2";
    USE = "UPDATE password_resets SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    VOID = "UPDATE password_resets SET used_at = $2 WHERE agent_id = $1 AND used_at IS NULL";
    PRUNE = "DELETE FROM password_resets WHERE expires_at < $1";
}

/// Adds a link.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    token_hash: &str,
    (tenant, agent): (TenantId, AgentId),
    now: Moment,
    expires_at: Moment,
) -> Result<(), StoreError> {
    tx.execute(&INSERT, params![token_hash, tenant, agent, now.0, expires_at])
        .await?;
    Ok(())
}

/// Whose password the token may set, while it is good.
///
/// # Errors
/// When the database fails.
pub async fn live<Q: Query>(
    q: &mut Q,
    token_hash: &str,
    now: Moment,
) -> Result<Option<(TenantId, AgentId)>, StoreError> {
    q.optional(&LIVE, params![token_hash, now.0]).await
}

/// Uses the token up. Answers false when somebody was faster or it is not good any more.
///
/// # Errors
/// When the database fails.
pub async fn take(tx: &mut Tx, token_hash: &str, now: Moment) -> Result<bool, StoreError> {
    Ok(tx.execute(&USE, params![token_hash, now.0]).await? > 0)
}

/// Makes all links of an agent void.
///
/// # Errors
/// When the database fails.
pub async fn void(tx: &mut Tx, agent: AgentId, now: Moment) -> Result<(), StoreError> {
    tx.execute(&VOID, params![agent, now.0]).await?;
    Ok(())
}

/// Forgets links that ended before a moment.
///
/// # Errors
/// When the database fails.
pub async fn prune(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    tx.execute(&PRUNE, params![before.0]).await
}
