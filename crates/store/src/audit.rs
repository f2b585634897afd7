//! Who changed what in the console, and when. Rows are only added.

use domain::ids::TenantId;
use domain::moment::Moment;
use uuid::Uuid;

use crate::{StoreError, Tx, params, sql};

sql! {
    INSERT = "INSERT INTO audit (id, tenant_id, at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)";
}

/// One line of the audit log.
#[derive(Debug, Clone, Copy)]
pub struct NewAudit<'a> {
    /// Time-ordered.
    pub id: Uuid,
    /// Contact centre.
    pub tenant: TenantId,
    /// When.
    pub at: Moment,
    /// Who.
    pub actor: &'a str,
    /// What was done, for example `agent.created`.
    pub action: &'a str,
    /// To what.
    pub subject: &'a str,
    /// How, as JSON.
    pub detail: &'a str,
}

/// Adds a line.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewAudit<'_>) -> Result<(), StoreError> {
    let values = params![
        new.id.hyphenated().to_string(),
        new.tenant,
        new.at,
        new.actor,
        new.action,
        new.subject,
        new.detail
    ];
    tx.execute(&INSERT, values).await?;
    Ok(())
}
