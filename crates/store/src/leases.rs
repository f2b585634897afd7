//! Who does what only one node may do at a time (C12). A lease has a number that rises with each new holder; the
//! holder's writes carry it, so one who comes too late is refused by number, whatever its clock says.

use domain::ids::NodeId;
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, sql};

sql! {
    HOLD = "INSERT INTO leases (job, number, node_id, held_until) VALUES ($1, 1, $2, $4)
            ON CONFLICT (job) DO UPDATE SET
                number = CASE WHEN leases.node_id = excluded.node_id THEN leases.number ELSE leases.number + 1 END,
                node_id = excluded.node_id,
                held_until = excluded.held_until
            WHERE leases.node_id = excluded.node_id OR leases.held_until <= $3
            RETURNING number";
    // Changes nothing, but holds up whoever would take the lease over until the commit.
    STILL = "UPDATE leases SET number = number WHERE job = $1 AND number = $2";
    RELEASE = "UPDATE leases SET held_until = 0 WHERE node_id = $1";
}

/// Takes a job's lease until a moment, or goes on holding it. Answers its number; none when another node holds it.
///
/// # Errors
/// When the database fails.
pub async fn hold(
    tx: &mut Tx,
    job: &'static str,
    node: NodeId,
    now: Moment,
    until: Moment,
) -> Result<Option<i64>, StoreError> {
    let number = tx.optional::<(i64,)>(&HOLD, params![job, node, now.0, until.0]).await?;
    Ok(number.map(|row| row.0))
}

/// Whether the lease still has this number. Asked in the transaction that acts on it, it stays so until its commit.
///
/// # Errors
/// When the database fails.
pub async fn is_still(tx: &mut Tx, job: &'static str, number: i64) -> Result<bool, StoreError> {
    Ok(tx.execute(&STILL, params![job, number]).await? > 0)
}

/// Lets others take all jobs of a node at once.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &mut Tx, node: NodeId) -> Result<(), StoreError> {
    tx.execute(&RELEASE, params![node]).await?;
    Ok(())
}
