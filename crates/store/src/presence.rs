//! Who is connected where. Somebody is online when a node that lives says so; a node that stops signing
//! takes all its connections with it (U9: presence is a lease, not a column).

use domain::ids::NodeId;
use domain::moment::Moment;
use uuid::Uuid;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    ENTER = "INSERT INTO nodes (id, name, is_alone, key_mark, started_at, alive_until) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until";
    SIGN = "UPDATE nodes SET alive_until = $2 WHERE id = $1";
    OTHERS = "SELECT id, name, is_alone, key_mark FROM nodes WHERE id <> $1 AND alive_until > $2 ORDER BY name, id";
    LEAVE = "DELETE FROM nodes WHERE id = $1";
    DROP_NODE = "DELETE FROM presence WHERE node_id = $1";
    BURY = "DELETE FROM nodes WHERE alive_until < $1";
    BURY_OTHERS = "DELETE FROM nodes WHERE id <> $1";
    SWEEP = "DELETE FROM presence WHERE node_id NOT IN (SELECT id FROM nodes) RETURNING principal_id";
    CONNECT = "INSERT INTO presence (principal_id, node_id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    DISCONNECT = "DELETE FROM presence WHERE principal_id = $1 AND node_id = $2";
    IS_ONLINE = "SELECT COUNT(*) FROM presence p JOIN nodes n ON n.id = p.node_id
                 WHERE p.principal_id = $1 AND n.alive_until > $2";
}

row! {
    /// A running server.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct NodeRow {
        /// Which process.
        pub id: NodeId,
        /// What its operator calls it.
        pub name: String,
        /// Whether its bells ring in its own process only.
        pub is_alone: bool,
        /// A mark of the key with which it seals secrets; empty from versions that told none.
        pub key_mark: String,
    }
}

/// A node begins, or comes back after it was given up: it lives until a moment.
///
/// # Errors
/// When the database fails.
pub async fn enter(tx: &mut Tx, node: &NodeRow, now: Moment, alive_until: Moment) -> Result<(), StoreError> {
    let row = params![
        node.id,
        node.name.as_str(),
        node.is_alone,
        node.key_mark.as_str(),
        now.0,
        alive_until.0
    ];
    tx.execute(&ENTER, row).await?;
    Ok(())
}

/// Signs that a node lives until a moment. Answers false when it was given up meanwhile, with its connections: then it
/// has to enter again.
///
/// # Errors
/// When the database fails.
pub async fn sign(tx: &mut Tx, node: NodeId, alive_until: Moment) -> Result<bool, StoreError> {
    Ok(tx.execute(&SIGN, params![node, alive_until.0]).await? > 0)
}

/// The living nodes but `me`.
///
/// # Errors
/// When the database fails.
pub async fn others<Q: Query>(q: &mut Q, me: NodeId, now: Moment) -> Result<Vec<NodeRow>, StoreError> {
    q.all(&OTHERS, params![me, now.0]).await
}

/// A node stops: it and its connections are gone.
///
/// # Errors
/// When the database fails.
pub async fn leave(tx: &mut Tx, node: NodeId) -> Result<(), StoreError> {
    tx.execute_all(vec![(&DROP_NODE, params![node]), (&LEAVE, params![node])])
        .await?;
    Ok(())
}

/// Forgets nodes that stopped signing before `before`, with their connections; answers who was connected to them.
///
/// # Errors
/// When the database fails.
pub async fn bury(tx: &mut Tx, before: Moment) -> Result<Vec<Uuid>, StoreError> {
    if tx.execute(&BURY, params![before.0]).await? == 0 {
        return Ok(Vec::new());
    }
    let swept = tx.all::<(String,)>(&SWEEP, params![]).await?;
    Ok(swept.iter().filter_map(|row| Uuid::try_parse(&row.0).ok()).collect())
}

/// Forgets all nodes but `me`, with their connections: for a database that one process has to itself.
///
/// # Errors
/// When the database fails.
pub async fn bury_others(tx: &mut Tx, me: NodeId) -> Result<(), StoreError> {
    tx.execute(&BURY_OTHERS, params![me]).await?;
    // It answers rows, which SQLite does not take for a statement that is only executed.
    tx.all::<(String,)>(&SWEEP, params![]).await?;
    Ok(())
}

/// Somebody's first connection to a node. Answers whether this is news.
///
/// # Errors
/// When the database fails.
pub async fn connect(tx: &mut Tx, principal: Uuid, node: NodeId, now: Moment) -> Result<bool, StoreError> {
    Ok(tx
        .execute(&CONNECT, params![principal.to_string(), node, now.0])
        .await?
        > 0)
}

/// Somebody's last connection to a node is gone.
///
/// # Errors
/// When the database fails.
pub async fn disconnect(tx: &mut Tx, principal: Uuid, node: NodeId) -> Result<bool, StoreError> {
    Ok(tx.execute(&DISCONNECT, params![principal.to_string(), node]).await? > 0)
}

/// Whether somebody is connected to any living node.
///
/// # Errors
/// When the database fails.
pub async fn is_online<Q: Query>(q: &mut Q, principal: Uuid, now: Moment) -> Result<bool, StoreError> {
    Ok(q.one::<(i64,)>(&IS_ONLINE, params![principal.to_string(), now.0])
        .await?
        .0
        > 0)
}
