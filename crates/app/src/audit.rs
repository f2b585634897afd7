//! Who changed what, written in the transaction of the change.

use domain::ids::TenantId;
use serde_json::Value;
use store::Tx;
use store::audit::NewAudit;

use crate::App;
use crate::error::AppError;
use crate::principals::Agent;

/// The operator at the command line, who is no agent.
pub const OPERATOR: &str = "operator";

/// Notes a change; `detail` is JSON.
///
/// # Errors
/// When the database fails.
pub async fn note(
    tx: &mut Tx,
    app: &App,
    tenant: TenantId,
    actor: &str,
    action: &str,
    subject: &str,
    detail: &str,
) -> Result<(), AppError> {
    let id = app.clock.new_uuid();
    let line = NewAudit {
        id,
        tenant,
        at: app.clock.now(),
        actor,
        action,
        subject,
        detail,
    };
    Ok(store::audit::insert(tx, line).await?)
}

/// Notes what an agent changed.
///
/// # Errors
/// When the database fails.
pub async fn by(
    tx: &mut Tx,
    app: &App,
    agent: &Agent,
    action: &str,
    subject: impl ToString,
    detail: Value,
) -> Result<(), AppError> {
    let (actor, subject) = (agent.id.to_string(), subject.to_string());
    note(tx, app, agent.tenant, &actor, action, &subject, &detail.to_string()).await
}
