//! What takes an agent's sign-in or account away: a new password, forced offline, deletion (ADM-04 to ADM-06).

use domain::agent::SpanCause;
use domain::ids::AgentId;
use domain::permission::{Permission, Role};
use domain::session::RequeueReason;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::agents::NewPassword;
use store::logins::EndReason;

use super::{INITIAL_PASSWORD_SECONDS, MISSING, may_lose_admin, note_own_change};
use crate::command::{CommandKey, Once, run};
use crate::effects::Aftermath;
use crate::error::{AppError, Refusal};
use crate::outbox::{Delivery, PasswordCause};
use crate::passwords::random_password;
use crate::principals::Admin;
use crate::sessions::{Done, open_of, requeue_all_of};
use crate::{App, audit, mail, outbox};

/// Where a new password went.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct PasswordReset {
    /// Where.
    pub password_mail: Delivery,
}

/// Ends whatever sign-in an agent has, at once and everywhere (T407, T413); `by` is whose doing that is. Sessions at hand
/// stay.
pub(crate) async fn shut_out(
    tx: &mut Tx,
    app: &App,
    (id, by): (AgentId, AgentId),
    reason: EndReason,
    aftermath: &mut Aftermath,
) -> Result<(), AppError> {
    let now = app.clock.now();
    store::logins::end_all(tx, id, None, reason, now).await?;
    store::agents::shut_out(tx, id, now).await?;
    store::agent_spans::note(tx, id, SpanCause::ShutOut, Some(by), now).await?;
    note_own_change(tx, app, id, aftermath).await
}

/// Mails a new random password; the old one and every sign-in with it end at once (ADM-04, T407).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn reset_password(
    app: &App,
    by: &Admin,
    id: AgentId,
    key: CommandKey,
) -> Result<Once<PasswordReset>, AppError> {
    by.need(Permission::ManageAgents)?;
    let password = random_password();
    let hash = app.passwords.hash(&password).await?;
    let (app_there, by) = (app.clone(), by.clone());
    let once = run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        let row = store::agents::find(tx, by.tenant, id).await?.ok_or(MISSING)?;
        let expires_at = Some(app.clock.now().plus_seconds(INITIAL_PASSWORD_SECONDS));
        store::agents::set_password(
            tx,
            id,
            NewPassword {
                hash: &hash,
                must_change: true,
                expires_at,
            },
        )
        .await?;
        store::password_resets::void(tx, id, app.clock.now()).await?;
        shut_out(tx, app, (id, by.id), EndReason::PasswordReset, aftermath).await?;
        let hours = INITIAL_PASSWORD_SECONDS / 3_600;
        let text = mail::new_password(&row.name, &row.email, &password, &app.settings.public_url, hours);
        let owner = (by.tenant, id);
        let password_mail =
            outbox::enqueue_password_mail(tx, app, owner, &row.email, &text, PasswordCause::Reset).await?;
        audit::by(tx, app, &by, "agent.password_reset", id, serde_json::json!({})).await?;
        Ok(PasswordReset { password_mail })
    })
    .await?;
    app.outbox.wake();
    Ok(once)
}

/// Signs an agent out at once and keeps the agent from signing in until [`restore`]; open sessions go back to their
/// old places in their queues (ADM-06, R18).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::NotYourself`], [`Refusal::LastAdmin`].
pub async fn force_offline(app: &App, by: &Admin, id: AgentId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageAgents)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        may_close(tx, &by, id).await?;
        if !store::agents::set_forced_offline(tx, by.tenant, id, true).await? {
            return Ok(Done {});
        }
        shut_out(tx, app, (id, by.id), EndReason::ForcedOffline, aftermath).await?;
        let requeued = requeue_all_of(app, tx, (by.tenant, id), RequeueReason::ForcedOffline).await?;
        let detail = serde_json::json!({ "requeued": requeued.groups.len() });
        requeued.streams.into_iter().for_each(|stream| aftermath.ring(stream));
        requeued.groups.into_iter().for_each(|group| aftermath.fill(group));
        audit::by(tx, app, &by, "agent.forced_offline", id, detail).await?;
        Ok(Done {})
    })
    .await
}

/// Lets an agent who was forced offline sign in again (ADM-06).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn restore(app: &App, by: &Admin, id: AgentId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageAgents)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::agents::find(tx, by.tenant, id).await?.ok_or(MISSING)?;
        if store::agents::set_forced_offline(tx, by.tenant, id, false).await? {
            audit::by(tx, app, &by, "agent.restored", id, serde_json::json!({})).await?;
        }
        Ok(Done {})
    })
    .await
}

/// Deletes an agent, who can then not sign in any more; records keep the name (ADM-05).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::HasOpenSessions`] with these sessions (R19),
/// [`Refusal::NotYourself`], [`Refusal::LastAdmin`].
pub async fn delete(app: &App, by: &Admin, id: AgentId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageAgents)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let name = may_close(tx, &by, id).await?;
        let open = open_of(tx, by.tenant, id).await?;
        if !open.is_empty() {
            return Err(Refusal::HasOpenSessions(open).into());
        }
        shut_out(tx, app, (id, by.id), EndReason::Deleted, aftermath).await?;
        // A session that came meanwhile: look again and list it.
        if !store::agents::delete(tx, by.tenant, id).await? {
            return Err(AppError::Stale);
        }
        store::agent_spans::note(tx, id, SpanCause::ShutOut, Some(by.id), app.clock.now()).await?;
        outbox::void_password_mails(tx, app, by.tenant, id).await?;
        store::password_resets::void(tx, id, app.clock.now()).await?;
        audit::by(tx, app, &by, "agent.deleted", id, serde_json::json!({ "name": name })).await?;
        Ok(Done {})
    })
    .await
}

/// Whether this account may be closed: not one's own, and not the last administrator's. Answers the agent's name. The
/// tenant must be locked.
async fn may_close(tx: &mut Tx, by: &Admin, id: AgentId) -> Result<String, AppError> {
    let row = store::agents::find(tx, by.tenant, id).await?.ok_or(MISSING)?;
    if by.id == id {
        return Err(Refusal::NotYourself.into());
    }
    if row.role == Role::Admin {
        may_lose_admin(tx, by, id).await?;
    }
    Ok(row.name)
}
