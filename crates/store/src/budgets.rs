//! Budgets that all nodes share and a restart does not refill (T402, T1108).

use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, sql};

sql! {
    // A window begins with its first use: $3 is the moment before which a window is over.
    TAKE = "INSERT INTO budgets (name, window_start, used) VALUES ($1, $2, 1)
            ON CONFLICT (name) DO UPDATE SET
                used = CASE WHEN budgets.window_start > $3 THEN budgets.used + 1 ELSE 1 END,
                window_start = CASE WHEN budgets.window_start > $3 THEN budgets.window_start ELSE $2 END
            RETURNING used, window_start";
    GIVE_BACK = "UPDATE budgets SET used = used - 1 WHERE name = $1 AND used > 0";
    REFILL = "DELETE FROM budgets WHERE name = $1";
    REFILL_PARTS = "DELETE FROM budgets WHERE name LIKE $1";
    PRUNE = "DELETE FROM budgets WHERE window_start < $1";
}

/// Takes one from a budget; answers how many were taken in this window, this one included, and when it began.
///
/// # Errors
/// When the database fails.
pub async fn take(tx: &mut Tx, name: &str, window_seconds: i64, now: Moment) -> Result<(i64, Moment), StoreError> {
    tx.one(&TAKE, params![name, now.0, now.plus_seconds(-window_seconds)])
        .await
}

/// Gives one back.
///
/// # Errors
/// When the database fails.
pub async fn give_back(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    tx.execute(&GIVE_BACK, params![name]).await?;
    Ok(())
}

/// Makes a budget whole again.
///
/// # Errors
/// When the database fails.
pub async fn refill(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    tx.execute(&REFILL, params![name]).await?;
    Ok(())
}

/// Makes a budget whole again, and its parts: those named `name:…`. The name holds no wild card.
///
/// # Errors
/// When the database fails.
pub async fn refill_all(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    refill(tx, name).await?;
    tx.execute(&REFILL_PARTS, params![format!("{name}:%")]).await?;
    Ok(())
}

/// Forgets windows that began before a moment.
///
/// # Errors
/// When the database fails.
pub async fn prune(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    tx.execute(&PRUNE, params![before.0]).await
}
