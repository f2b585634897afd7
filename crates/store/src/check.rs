//! Reading everything, page by page, to see whether it holds together (C18).

pub mod findings;

use domain::ids::{AttachmentId, SessionId, TenantId, VisitorId};

use crate::attachments::AttachmentRow;
use crate::{Query, StoreError, params, row, sql};

sql! {
    ATTACHMENTS = "SELECT id, tenant_id, visitor_id, session_id, created_at, size, sha256, storage_key, has_thumbnail
                   FROM attachments WHERE id > $1 ORDER BY id LIMIT $2";
    KEYS = "SELECT COUNT(*) FROM attachments WHERE storage_key = $1";
    MENTIONS = "SELECT COUNT(*) FROM entries WHERE session_id = $1 AND body LIKE $2";
    AUDIT = "SELECT id, tenant_id, detail FROM audit WHERE id > $1 ORDER BY id LIMIT $2";
    TIMER_KINDS = "SELECT kind, COUNT(*) FROM timers GROUP BY kind ORDER BY kind";
    TIMER = "SELECT COUNT(*) FROM timers WHERE kind = $1 AND subject_id = $2";
    DOCUMENT = "SELECT document FROM flow_versions WHERE flow_id = $1 AND version = $2";
    COUNTS = "SELECT (SELECT COUNT(*) FROM tenants), (SELECT COUNT(*) FROM agents), (SELECT COUNT(*) FROM visitors),
                     (SELECT COUNT(*) FROM sessions), (SELECT COUNT(*) FROM entries), (SELECT COUNT(*) FROM attachments),
                     (SELECT COUNT(*) FROM outbox), (SELECT COUNT(*) FROM audit)";
}

row! {
    /// How much there is.
    #[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
    pub struct Counts {
        /// Contact centres.
        pub tenants: i64,
        /// Agents, deleted ones too.
        pub agents: i64,
        /// Visitors.
        pub visitors: i64,
        /// Sessions.
        pub sessions: i64,
        /// Lines of their logs.
        pub entries: i64,
        /// Attachments.
        pub attachments: i64,
        /// Mails.
        pub outbox: i64,
        /// Lines of the audit log.
        pub audit: i64,
    }

    /// What is known of a file.
    #[derive(Debug, Clone)]
    pub struct KeptFile {
        /// Which.
        pub id: AttachmentId,
        /// Contact centre.
        pub tenant_id: TenantId,
        /// Whose conversation it belongs to.
        pub visitor_id: VisitorId,
        /// The session it was posted in.
        pub session_id: Option<SessionId>,
        /// When it came.
        pub created_at: i64,
        /// Bytes.
        pub size: i64,
        /// Hash of its bytes, in hexadecimal.
        pub sha256: String,
        /// Where its bytes lie.
        pub storage_key: String,
        /// Whether there is a small picture of it.
        pub has_thumbnail: bool,
    }

    /// A line of the audit log.
    #[derive(Debug, Clone)]
    pub struct AuditRow {
        /// Its id.
        pub id: String,
        /// Contact centre.
        pub tenant_id: String,
        /// How it was done, as JSON.
        pub detail: String,
    }
}

/// How much there is.
///
/// # Errors
/// When the database fails.
pub async fn counts<Q: Query>(q: &mut Q) -> Result<Counts, StoreError> {
    q.one(&COUNTS, params![]).await
}

/// Files after an id, in order of their ids; the first page is after the empty text.
///
/// # Errors
/// When the database fails or a row is broken.
pub async fn files_after<Q: Query>(q: &mut Q, after: &str, limit: i64) -> Result<Vec<KeptFile>, StoreError> {
    q.all(&ATTACHMENTS, params![after, limit]).await
}

/// Whether some attachment's bytes lie under a key.
///
/// # Errors
/// When the database fails.
pub async fn is_known<Q: Query>(q: &mut Q, storage_key: &str) -> Result<bool, StoreError> {
    Ok(q.one::<(i64,)>(&KEYS, params![storage_key]).await?.0 > 0)
}

/// Whether a session's log speaks of an attachment.
///
/// # Errors
/// When the database fails.
pub async fn is_mentioned<Q: Query>(q: &mut Q, session: SessionId, file: AttachmentId) -> Result<bool, StoreError> {
    let pattern = format!("%{file}%");
    Ok(q.one::<(i64,)>(&MENTIONS, params![session, pattern]).await?.0 > 0)
}

/// A contact centre's file, as messages mention it.
///
/// # Errors
/// When the database fails.
pub async fn file<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: AttachmentId,
) -> Result<Option<AttachmentRow>, StoreError> {
    crate::attachments::find(q, tenant, id).await
}

/// Lines of the audit log after an id, in order; the first page is after the empty text.
///
/// # Errors
/// When the database fails.
pub async fn audit_after<Q: Query>(q: &mut Q, after: &str, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
    q.all(&AUDIT, params![after, limit]).await
}

/// Kinds of timers that are set, and how many of each.
///
/// # Errors
/// When the database fails.
pub async fn timer_kinds<Q: Query>(q: &mut Q) -> Result<Vec<(String, i64)>, StoreError> {
    q.all(&TIMER_KINDS, params![]).await
}

/// Whether a timer of this kind is set for a session.
///
/// # Errors
/// When the database fails.
pub async fn has_timer<Q: Query>(q: &mut Q, kind: &str, session: SessionId) -> Result<bool, StoreError> {
    Ok(q.one::<(i64,)>(&TIMER, params![kind, session]).await?.0 > 0)
}

/// The document of a version of a flow, whoever's it is.
///
/// # Errors
/// When the database fails.
pub async fn document<Q: Query>(
    q: &mut Q,
    flow: domain::ids::FlowId,
    version: i64,
) -> Result<Option<String>, StoreError> {
    q.optional(&DOCUMENT, params![flow, version]).await
}
