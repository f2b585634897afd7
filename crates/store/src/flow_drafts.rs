//! Drafts of flows: what is being edited beside the published versions (FLOW-13). A flow without a row here has its
//! published document as its draft, at revision 0.

use domain::ids::{AgentId, FlowId, TenantId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    FIND = "SELECT d.document, d.revision, d.edited_at, d.edited_by, a.name
            FROM flow_drafts d JOIN agents a ON a.id = d.edited_by
            WHERE d.tenant_id = $1 AND d.flow_id = $2";
    INSERT = "INSERT INTO flow_drafts (flow_id, tenant_id, document, revision, edited_at, edited_by)
              VALUES ($1, $2, $3, 1, $4, $5) ON CONFLICT DO NOTHING";
    SAVE = "UPDATE flow_drafts SET document = $3, revision = revision + 1, edited_at = $4, edited_by = $5
            WHERE tenant_id = $1 AND flow_id = $2 AND revision = $6";
}

row! {
    /// A draft that was saved.
    #[derive(Debug, Clone)]
    pub struct DraftRow {
        /// The document, as JSON.
        pub document: String,
        /// Rises with each save.
        pub revision: i64,
        /// When it was saved.
        pub edited_at: i64,
        /// By whom.
        pub edited_by: AgentId,
        /// Their real name.
        pub editor: String,
    }
}

/// The saved draft of a tenant's flow.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, flow: FlowId) -> Result<Option<DraftRow>, StoreError> {
    q.optional(&FIND, params![tenant, flow]).await
}

/// Saves a draft in place of the one with this revision, 0 for none. Answers false when there is another.
///
/// # Errors
/// When the database fails.
pub async fn save(
    tx: &mut Tx,
    (tenant, flow): (TenantId, FlowId),
    document: &str,
    revision: i64,
    (by, now): (AgentId, Moment),
) -> Result<bool, StoreError> {
    let saved = if revision == 0 {
        tx.execute(&INSERT, params![flow, tenant, document, now.0, by]).await?
    } else {
        tx.execute(&SAVE, params![tenant, flow, document, now.0, by, revision])
            .await?
    };
    Ok(saved > 0)
}
