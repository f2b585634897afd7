//! Secrets that flows use without showing them (T1201, T1202): kept sealed, never in clear.

use domain::ids::{SecretId, TenantId};
use domain::moment::Moment;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!("SELECT id, name, created_at, updated_at FROM secrets ", $($rest),*)
    };
}

sql! {
    FIND = columns!("WHERE tenant_id = $1 AND id = $2");
    LIST = columns!("WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
                       AND (CAST($3 AS TEXT) IS NULL OR LOWER(name) LIKE $3 ESCAPE '!')
                     ORDER BY id DESC LIMIT $4");
    IDS = "SELECT id FROM secrets WHERE tenant_id = $1 ORDER BY id";
    COUNT = "SELECT COUNT(*) FROM secrets WHERE tenant_id = $1";
    SEALED = "SELECT sealed FROM secrets WHERE tenant_id = $1 AND id = $2";
    INSERT = "INSERT INTO secrets (id, tenant_id, name, sealed, created_at, updated_at)
              VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING";
    REPLACE = "UPDATE secrets SET sealed = $3, updated_at = $4 WHERE tenant_id = $1 AND id = $2";
    DELETE = "DELETE FROM secrets WHERE tenant_id = $1 AND id = $2";
}

row! {
    /// A secret, without what it says.
    #[derive(Debug, Clone)]
    pub struct SecretRow {
        /// Which.
        pub id: SecretId,
        /// Its name.
        pub name: String,
        /// Since when.
        pub created_at: i64,
        /// When it was replaced last.
        pub updated_at: i64,
    }
}

/// A tenant's secret.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, id: SecretId) -> Result<Option<SecretRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// A page of a tenant's secrets, newest first; searched by name.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    wanted: &Wanted<SecretId>,
) -> Result<Vec<SecretRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}

/// All of a tenant's secrets by id.
///
/// # Errors
/// When the database fails.
pub async fn ids<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<Vec<SecretId>, StoreError> {
    let rows: Vec<(SecretId,)> = q.all(&IDS, params![tenant]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// How many secrets a tenant has.
///
/// # Errors
/// When the database fails.
pub async fn count<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<i64, StoreError> {
    let row: Option<(i64,)> = q.optional(&COUNT, params![tenant]).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// What a secret says, sealed.
///
/// # Errors
/// When the database fails.
pub async fn sealed<Q: Query>(q: &mut Q, tenant: TenantId, id: SecretId) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = q.optional(&SEALED, params![tenant, id]).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Adds a secret. Answers false when its name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    (tenant, id): (TenantId, SecretId),
    name: &str,
    sealed: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&INSERT, params![id, tenant, name, sealed, now]).await? > 0)
}

/// Replaces what a secret says. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn replace(
    tx: &mut Tx,
    (tenant, id): (TenantId, SecretId),
    sealed: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&REPLACE, params![tenant, id, sealed, now]).await? > 0)
}

/// Deletes a secret. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: SecretId) -> Result<bool, StoreError> {
    Ok(tx.execute(&DELETE, params![tenant, id]).await? > 0)
}
