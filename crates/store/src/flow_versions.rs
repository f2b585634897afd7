//! The history of flows: published versions with their authors, times and notes (FLOW-14). They never change.

use domain::ids::{FlowId, TenantId};

use crate::pages::Wanted;
use crate::{Query, StoreError, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT v.version, v.note, v.created_at, a.name
             FROM flow_versions v LEFT JOIN agents a ON a.id = v.published_by ",
            $($rest),*
        )
    };
}

sql! {
    LIST = columns!("WHERE v.tenant_id = $1 AND v.flow_id = $2 AND (CAST($3 AS BIGINT) IS NULL OR v.version < $3)
                     ORDER BY v.version DESC LIMIT $4");
    FIND = columns!("WHERE v.tenant_id = $1 AND v.flow_id = $2 AND v.version = $3");
}

row! {
    /// A published version, without its document.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct VersionRow {
        /// Its number, from 1.
        pub version: i64,
        /// What its author said about it; may be empty.
        pub note: String,
        /// When it was published.
        pub published_at: i64,
        /// Real name of whoever published it; nobody is known for the version with which a flow was added.
        pub published_by: Option<String>,
    }
}

/// A page of a flow's versions, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    flow: FlowId,
    wanted: &Wanted<i64>,
) -> Result<Vec<VersionRow>, StoreError> {
    q.all(&LIST, params![tenant, flow, wanted.before, wanted.limit]).await
}

/// One version of a flow.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    flow: FlowId,
    version: i64,
) -> Result<Option<VersionRow>, StoreError> {
    q.optional(&FIND, params![tenant, flow, version]).await
}
