//! What nodes have rung, for nodes that missed it on the quick way (C09).
//!
//! Each node writes its own rows and numbers them without a gap, so a reader needs no clock to know what is new, and
//! sees by the numbers when it came too late for some.

use domain::ids::NodeId;

use crate::{Query, StoreError, Tx, params, row, sql};

/// Rows of a node that are kept: with one a second at most, a reader may be away for a minute.
const KEPT: i64 = 60;

sql! {
    WRITE = "INSERT INTO bells (node_id, number, names) VALUES ($1, $2, $3)";
    FORGET = "DELETE FROM bells WHERE node_id = $1 AND number <= $2";
    NEWEST = "SELECT node_id, MAX(number) FROM bells WHERE node_id <> $1 GROUP BY node_id";
    AFTER = "SELECT number, names FROM bells WHERE node_id = $1 AND number > $2 ORDER BY number";
    PRUNE = "DELETE FROM bells WHERE node_id NOT IN (SELECT id FROM nodes)";
}

row! {
    /// What a node rang between two looks at its clock.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BellRow {
        /// Its number among those of its node.
        pub number: i64,
        /// Names of streams, one a line.
        pub names: String,
    }
}

/// Writes what a node has rung, and forgets what it rang long ago. A node numbers from 1 on.
///
/// # Errors
/// When the database fails.
pub async fn write(tx: &mut Tx, node: NodeId, number: i64, names: &str) -> Result<(), StoreError> {
    tx.execute_all(vec![
        (&WRITE, params![node, number, names]),
        (&FORGET, params![node, number - KEPT]),
    ])
    .await?;
    Ok(())
}

/// The newest number of each node but `me`.
///
/// # Errors
/// When the database fails.
pub async fn newest<Q: Query>(q: &mut Q, me: NodeId) -> Result<Vec<(NodeId, i64)>, StoreError> {
    q.all(&NEWEST, params![me]).await
}

/// What a node has rung after a number.
///
/// # Errors
/// When the database fails.
pub async fn after<Q: Query>(q: &mut Q, node: NodeId, number: i64) -> Result<Vec<BellRow>, StoreError> {
    q.all(&AFTER, params![node, number]).await
}

/// Forgets what nodes have rung that are gone.
///
/// # Errors
/// When the database fails.
pub async fn prune(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(&PRUNE, params![]).await?;
    Ok(())
}
