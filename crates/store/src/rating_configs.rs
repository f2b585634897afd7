//! How sessions may be rated (ADM-12).

use domain::ids::{ChannelId, RatingConfigId, TenantId};
use domain::moment::Moment;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!("SELECT id, name, config, created_at, updated_at FROM rating_configs ", $($rest),*)
    };
}

sql! {
    FIND = columns!("WHERE tenant_id = $1 AND id = $2");
    LIST = columns!("WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
                       AND (CAST($3 AS TEXT) IS NULL OR LOWER(name) LIKE $3 ESCAPE '!')
                     ORDER BY id DESC LIMIT $4");
    NAMED = "SELECT id FROM rating_configs WHERE tenant_id = $1 AND name = $2";
    CHANNELS = "SELECT rating_config_id, id, title FROM channels
                WHERE tenant_id = $1 AND rating_config_id BETWEEN $2 AND $3 AND is_deleted = FALSE
                ORDER BY title, id";
    INSERT = "INSERT INTO rating_configs (id, tenant_id, name, config, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE rating_configs SET name = $3, config = $4, updated_at = $5 WHERE tenant_id = $1 AND id = $2";
    // Channels that were deleted keep their row; they need no rating any more.
    RELEASE = "UPDATE channels SET rating_config_id = NULL
               WHERE tenant_id = $1 AND rating_config_id = $2 AND is_deleted = TRUE";
    DELETE = "DELETE FROM rating_configs WHERE tenant_id = $1 AND id = $2";
}

row! {
    /// A rating config.
    #[derive(Debug, Clone)]
    pub struct RatingConfigRow {
        /// Which.
        pub id: RatingConfigId,
        /// Its name.
        pub name: String,
        /// All of it, as JSON.
        pub config: String,
        /// Since when.
        pub created_at: i64,
        /// When it changed last.
        pub updated_at: i64,
    }
}

/// A tenant's config.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: RatingConfigId,
) -> Result<Option<RatingConfigRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// A page of a tenant's configs, newest first; searched by name.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    wanted: &Wanted<RatingConfigId>,
) -> Result<Vec<RatingConfigRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}

/// The config with exactly this name.
///
/// # Errors
/// When the database fails.
pub async fn named<Q: Query>(q: &mut Q, tenant: TenantId, name: &str) -> Result<Option<RatingConfigId>, StoreError> {
    let row: Option<(RatingConfigId,)> = q.optional(&NAMED, params![tenant, name]).await?;
    Ok(row.map(|(id,)| id))
}

/// Channels that are bound to configs with ids from `oldest` to `newest`: config, channel, title.
///
/// # Errors
/// When the database fails.
pub async fn channels_between<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    oldest: RatingConfigId,
    newest: RatingConfigId,
) -> Result<Vec<(RatingConfigId, ChannelId, String)>, StoreError> {
    q.all(&CHANNELS, params![tenant, oldest, newest]).await
}

/// Adds a config. Answers false when its name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    (tenant, id): (TenantId, RatingConfigId),
    name: &str,
    config: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&INSERT, params![id, tenant, name, config, now.0]).await? > 0)
}

/// Changes a config whose name is free. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn update(
    tx: &mut Tx,
    (tenant, id): (TenantId, RatingConfigId),
    name: &str,
    config: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&UPDATE, params![tenant, id, name, config, now.0]).await? > 0)
}

/// Deletes a config that no channel is bound to; sessions keep their copies. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: RatingConfigId) -> Result<bool, StoreError> {
    tx.execute(&RELEASE, params![tenant, id]).await?;
    Ok(tx.execute(&DELETE, params![tenant, id]).await? > 0)
}
