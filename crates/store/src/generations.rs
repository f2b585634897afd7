//! Lives of the database: a new one begins with each restored backup (C04, C17).

use domain::moment::Moment;
use uuid::Uuid;

use crate::{Query, StoreError, Tx, params, sql};

sql! {
    NEWEST = "SELECT number, id FROM generations ORDER BY number DESC LIMIT 1";
    INSERT = "INSERT INTO generations (number, id, since) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
}

/// The life that the database is in; none before its first start.
///
/// # Errors
/// When the database fails.
pub async fn current<Q: Query>(q: &mut Q) -> Result<Option<String>, StoreError> {
    let newest: Option<(i64, String)> = q.optional(&NEWEST, params![]).await?;
    Ok(newest.map(|(_, id)| id))
}

/// The life that the database is in; `id` is the first, if there was none.
///
/// # Errors
/// When the database fails.
pub async fn ensure(tx: &mut Tx, id: Uuid, now: Moment) -> Result<String, StoreError> {
    if let Some(current) = current(tx).await? {
        return Ok(current);
    }
    tx.execute(&INSERT, params![1, id.simple().to_string(), now]).await?;
    // Another node may have been faster.
    current(tx).await?.ok_or(StoreError::Stale)
}

/// Begins a new life: what was read in the one before is not to be gone on with.
///
/// # Errors
/// [`StoreError::Stale`] when somebody else does the same.
pub async fn begin(tx: &mut Tx, id: Uuid, now: Moment) -> Result<(), StoreError> {
    let newest: Option<(i64, String)> = tx.optional(&NEWEST, params![]).await?;
    let number = newest.map_or(0, |(number, _)| number) + 1;
    match tx
        .execute(&INSERT, params![number, id.simple().to_string(), now])
        .await?
    {
        0 => Err(StoreError::Stale),
        _ => Ok(()),
    }
}
