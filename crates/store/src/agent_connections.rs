//! What was noted of agents' connections: lost, and given up after the grace (C11, ROUTE-22).
//!
//! Whether somebody is connected at this moment is told by [`crate::presence`]. What stands here changes by one
//! conditional write each, so that each loss has its consequences once, whichever node notices it.

use domain::ids::{AgentId, TenantId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    CONNECT = "UPDATE agents SET connection = 'connected', connection_since = $2
               WHERE id = $1 AND connection <> 'connected'";
    LOSE = "UPDATE agents SET connection = 'disconnected', connection_since = $2
            WHERE id = $1 AND connection = 'connected' AND is_deleted = FALSE
              AND NOT EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                              WHERE p.principal_id = agents.id AND n.alive_until > $2)
            RETURNING tenant_id, load";
    GIVE_UP = "UPDATE agents SET connection = 'gone', connection_since = $2
               WHERE id = $1 AND connection = 'disconnected'";
    LOST = "SELECT a.id FROM agents a
            WHERE a.connection = 'connected' AND a.is_deleted = FALSE
              AND NOT EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                              WHERE p.principal_id = a.id AND n.alive_until > $1)
            ORDER BY a.id";
    LOST_SINCE = "SELECT connection_since FROM agents WHERE id = $1 AND connection = 'disconnected'";
    UP_SINCE = "SELECT MIN(started_at) FROM nodes WHERE alive_until > $1";
}

row! {
    /// An agent whose connection was just lost.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct LostRow {
        /// Whose.
        pub tenant_id: TenantId,
        /// Open sessions.
        pub load: i64,
    }
}

/// Notes that an agent is connected. Answers whether that is news.
///
/// # Errors
/// When the database fails.
pub async fn connect(tx: &mut Tx, id: AgentId, now: Moment) -> Result<bool, StoreError> {
    Ok(tx.execute(&CONNECT, params![id, now.0]).await? > 0)
}

/// Notes that an agent's connection is lost; `None` when it was noted already, or another connection stands.
///
/// # Errors
/// When the database fails.
pub async fn lose(tx: &mut Tx, id: AgentId, now: Moment) -> Result<Option<LostRow>, StoreError> {
    tx.optional(&LOSE, params![id, now.0]).await
}

/// Notes that an agent did not come back. Answers whether that is news.
///
/// # Errors
/// When the database fails.
pub async fn give_up(tx: &mut Tx, id: AgentId, now: Moment) -> Result<bool, StoreError> {
    Ok(tx.execute(&GIVE_UP, params![id, now.0]).await? > 0)
}

/// Agents of all tenants who are noted as connected and are not: their node died.
///
/// # Errors
/// When the database fails.
pub async fn lost<Q: Query>(q: &mut Q, now: Moment) -> Result<Vec<AgentId>, StoreError> {
    let rows = q.all::<(AgentId,)>(&LOST, params![now.0]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Since when the agent's connection is lost; `None` when it is not, or was given up.
///
/// # Errors
/// When the database fails.
pub async fn lost_since<Q: Query>(q: &mut Q, id: AgentId) -> Result<Option<Moment>, StoreError> {
    let row = q.optional::<(i64,)>(&LOST_SINCE, params![id]).await?;
    Ok(row.map(|row| Moment(row.0)))
}

/// Since when there has been a node to connect to; `None` when none lives.
///
/// # Errors
/// When the database fails.
pub async fn up_since<Q: Query>(q: &mut Q, now: Moment) -> Result<Option<Moment>, StoreError> {
    let row = q.one::<(Option<i64>,)>(&UP_SINCE, params![now.0]).await?;
    Ok(row.0.map(Moment))
}
