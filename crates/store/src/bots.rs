//! Bots that answer in flows (FLOW-11).

use domain::ids::{BotId, TenantId};
use domain::moment::Moment;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    FIND = "SELECT id, name, revision, document, created_at, updated_at FROM bots WHERE tenant_id = $1 AND id = $2";
    LIST = "SELECT id, name, revision, document, created_at, updated_at FROM bots
            WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
              AND (CAST($3 AS TEXT) IS NULL OR LOWER(name) LIKE $3 ESCAPE '!')
            ORDER BY id DESC LIMIT $4";
    IDS = "SELECT id FROM bots WHERE tenant_id = $1 ORDER BY id";
    REVISION = "SELECT revision FROM bots WHERE tenant_id = $1 AND id = $2";
    COUNT = "SELECT COUNT(*) FROM bots WHERE tenant_id = $1";
    NAMED = "SELECT id FROM bots WHERE tenant_id = $1 AND name = $2";
    INSERT = "INSERT INTO bots (id, tenant_id, name, revision, document, created_at, updated_at)
              VALUES ($1, $2, $3, 1, $4, $5, $5) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE bots SET name = $3, document = $4, updated_at = $5, revision = revision + 1
              WHERE tenant_id = $1 AND id = $2 AND revision = $6";
    DELETE = "DELETE FROM bots WHERE tenant_id = $1 AND id = $2";
}

row! {
    /// A bot.
    #[derive(Debug, Clone)]
    pub struct BotRow {
        /// Which.
        pub id: BotId,
        /// Its name.
        pub name: String,
        /// Rises with each change.
        pub revision: i64,
        /// What it knows, as JSON.
        pub document: String,
        /// Since when.
        pub created_at: i64,
        /// When it changed last.
        pub updated_at: i64,
    }
}

/// A tenant's bot.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, id: BotId) -> Result<Option<BotRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// A page of a tenant's bots, newest first; searched by name.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(q: &mut Q, tenant: TenantId, wanted: &Wanted<BotId>) -> Result<Vec<BotRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}

/// All of a tenant's bots by id.
///
/// # Errors
/// When the database fails.
pub async fn ids<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<Vec<BotId>, StoreError> {
    let rows: Vec<(BotId,)> = q.all(&IDS, params![tenant]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The newest revision of a bot; `None` when there is no such bot.
///
/// # Errors
/// When the database fails.
pub async fn revision<Q: Query>(q: &mut Q, tenant: TenantId, id: BotId) -> Result<Option<i64>, StoreError> {
    let row: Option<(i64,)> = q.optional(&REVISION, params![tenant, id]).await?;
    Ok(row.map(|(revision,)| revision))
}

/// How many bots a tenant has.
///
/// # Errors
/// When the database fails.
pub async fn count<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = q.optional(&COUNT, params![tenant]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// The bot with exactly this name.
///
/// # Errors
/// When the database fails.
pub async fn named<Q: Query>(q: &mut Q, tenant: TenantId, name: &str) -> Result<Option<BotId>, StoreError> {
    let row: Option<(BotId,)> = q.optional(&NAMED, params![tenant, name]).await?;
    Ok(row.map(|(id,)| id))
}

/// Adds a bot. Answers false when its name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    (tenant, id): (TenantId, BotId),
    name: &str,
    document: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&INSERT, params![id, tenant, name, document, now]).await? > 0)
}

/// Changes a bot whose name is free, if it still has this revision. Answers false otherwise.
///
/// # Errors
/// When the database fails.
pub async fn update(
    tx: &mut Tx,
    (tenant, id, revision): (TenantId, BotId, i64),
    name: &str,
    document: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    let changed = tx.execute(&UPDATE, params![tenant, id, name, document, now, revision]);
    Ok(changed.await? > 0)
}

/// Deletes a bot. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: BotId) -> Result<bool, StoreError> {
    Ok(tx.execute(&DELETE, params![tenant, id]).await? > 0)
}
