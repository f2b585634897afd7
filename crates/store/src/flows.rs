//! Session service flows. Published versions never change: a session keeps the one it began with (R17).

use domain::ids::{AgentId, ChannelId, FlowId, TenantId};
use domain::moment::Moment;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT f.id, f.name, f.published_version, v.document, COALESCE(v.created_at, f.created_at), d.edited_at, a.name
             FROM flows f LEFT JOIN flow_versions v ON v.flow_id = f.id AND v.version = f.published_version
             LEFT JOIN flow_drafts d ON d.flow_id = f.id LEFT JOIN agents a ON a.id = d.edited_by ",
            $($rest),*
        )
    };
}

sql! {
    FIND = columns!("WHERE f.tenant_id = $1 AND f.id = $2 AND f.is_deleted = FALSE");
    LIST = columns!("WHERE f.tenant_id = $1 AND f.is_deleted = FALSE AND (CAST($2 AS TEXT) IS NULL OR f.id < $2)
                       AND (CAST($3 AS TEXT) IS NULL OR LOWER(f.name) LIKE $3 ESCAPE '!')
                     ORDER BY f.id DESC LIMIT $4");
    // Also of a deleted flow: running sessions keep their version.
    DOCUMENT = "SELECT document FROM flow_versions WHERE tenant_id = $1 AND flow_id = $2 AND version = $3";
    PUBLISHED = "SELECT v.version, v.document
                 FROM flows f JOIN flow_versions v ON v.flow_id = f.id AND v.version = f.published_version
                 WHERE f.tenant_id = $1 AND f.id = $2";
    NAMED = "SELECT id FROM flows WHERE tenant_id = $1 AND name = $2 AND is_deleted = FALSE";
    IN_FORCE = "SELECT f.id, f.name, v.document FROM flows f JOIN flow_versions v ON v.flow_id = f.id
                WHERE f.tenant_id = $1
                  AND ((f.is_deleted = FALSE AND v.version = f.published_version)
                       OR EXISTS (SELECT 1 FROM sessions s WHERE s.tenant_id = $1 AND s.stage <> 'ended'
                                    AND s.flow_id = v.flow_id AND s.flow_version = v.version))
                ORDER BY f.id";
    INSERT = "INSERT INTO flows (id, tenant_id, name, published_version, is_deleted, created_at)
              VALUES ($1, $2, $3, $4, FALSE, $5) ON CONFLICT DO NOTHING";
    INSERT_VERSION = "INSERT INTO flow_versions (flow_id, version, tenant_id, document, created_at, published_by, note)
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
    PUBLISH = "UPDATE flows SET published_version = $3 WHERE tenant_id = $1 AND id = $2 AND published_version = $4";
    RENAME = "UPDATE flows SET name = $3 WHERE tenant_id = $1 AND id = $2";
    DELETE = "UPDATE flows SET is_deleted = TRUE WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE";
    CHANNELS_OF = "SELECT flow_id, id, title FROM channels WHERE tenant_id = $1 AND is_deleted = FALSE
                     AND flow_id >= $2 AND flow_id <= $3 ORDER BY title, id";
}

row! {
    /// A flow in its published version, if it has one.
    #[derive(Debug, Clone)]
    pub struct FlowRow {
        /// Which.
        pub id: FlowId,
        /// Its name.
        pub name: String,
        /// The published version; 0 while there is none.
        pub version: i64,
        /// Its document, as JSON.
        pub document: Option<String>,
        /// When that version was published; without one, when the flow was added.
        pub updated_at: i64,
        /// When its draft was saved last.
        pub edited_at: Option<i64>,
        /// Real name of whoever saved it.
        pub editor: Option<String>,
    }
}

/// A tenant's flow.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, id: FlowId) -> Result<Option<FlowRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// A page of a tenant's flows, newest first; searched by name.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(q: &mut Q, tenant: TenantId, wanted: &Wanted<FlowId>) -> Result<Vec<FlowRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}

/// One version's document, as JSON.
///
/// # Errors
/// When the database fails.
pub async fn document<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    flow: FlowId,
    version: i64,
) -> Result<Option<String>, StoreError> {
    q.optional(&DOCUMENT, params![tenant, flow, version]).await
}

/// The published version of a flow and its document, as JSON.
///
/// # Errors
/// When the database fails.
pub async fn published<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    flow: FlowId,
) -> Result<Option<(i64, String)>, StoreError> {
    q.optional(&PUBLISHED, params![tenant, flow]).await
}

/// The tenant's flow with this name.
///
/// # Errors
/// When the database fails.
pub async fn named<Q: Query>(q: &mut Q, tenant: TenantId, name: &str) -> Result<Option<FlowId>, StoreError> {
    q.optional(&NAMED, params![tenant, name]).await
}

/// Every document that a new or a running session may follow, with its flow's id and name.
///
/// # Errors
/// When the database fails.
pub async fn in_force<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<Vec<(FlowId, String, String)>, StoreError> {
    q.all(&IN_FORCE, params![tenant]).await
}

/// Adds a flow with its first version. Answers false when the name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    (tenant, id): (TenantId, FlowId),
    name: &str,
    document: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    if tx.execute(&INSERT, params![id, tenant, name, 1_i64, now.0]).await? == 0 {
        return Ok(false);
    }
    let nobody: Option<AgentId> = None;
    tx.execute(&INSERT_VERSION, params![id, 1_i64, tenant, document, now.0, nobody, ""])
        .await?;
    Ok(true)
}

/// Adds a flow that nobody has published yet. Answers false when the name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert_unpublished(
    tx: &mut Tx,
    (tenant, id): (TenantId, FlowId),
    name: &str,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&INSERT, params![id, tenant, name, 0_i64, now.0]).await? > 0)
}

/// A version that is to be published.
#[derive(Debug)]
pub struct NewVersion<'a> {
    /// The document, as JSON.
    pub document: &'a str,
    /// What its author says about it; may be empty.
    pub note: &'a str,
    /// Who publishes it.
    pub by: AgentId,
    /// When.
    pub at: Moment,
}

/// Publishes the version after `published`.
///
/// # Errors
/// [`StoreError::Stale`] when another one was published meanwhile.
pub async fn publish(
    tx: &mut Tx,
    (tenant, id): (TenantId, FlowId),
    published: i64,
    new: &NewVersion<'_>,
) -> Result<i64, StoreError> {
    let version = published + 1;
    if tx.execute(&PUBLISH, params![tenant, id, version, published]).await? == 0 {
        return Err(StoreError::Stale);
    }
    tx.execute(
        &INSERT_VERSION,
        params![id, version, tenant, new.document, new.at.0, new.by, new.note],
    )
    .await?;
    Ok(version)
}

/// Gives a flow another name, which must be free.
///
/// # Errors
/// When the database fails.
pub async fn rename(tx: &mut Tx, tenant: TenantId, id: FlowId, name: &str) -> Result<(), StoreError> {
    tx.execute(&RENAME, params![tenant, id, name]).await?;
    Ok(())
}

/// Deletes a flow; running sessions keep their version. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: FlowId) -> Result<bool, StoreError> {
    Ok(tx.execute(&DELETE, params![tenant, id]).await? > 0)
}

/// The channels of all flows whose ids lie between two, both included.
///
/// # Errors
/// When the database fails.
pub async fn channels_between<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    first: FlowId,
    last: FlowId,
) -> Result<Vec<(FlowId, ChannelId, String)>, StoreError> {
    q.all(&CHANNELS_OF, params![tenant, first, last]).await
}
