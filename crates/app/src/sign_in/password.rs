//! Changing passwords, by their owners and by the operator.

use domain::agent::{PasswordError, check_password, normal_email};
use domain::ids::Id;
use store::Tx;
use store::agents::{AgentRow, NewPassword};
use store::events::EventKind;
use store::logins::EndReason;

use super::{CANDIDATES, WINDOW_SECONDS, account_budget};
use crate::agents::{INITIAL_PASSWORD_SECONDS, shut_out};
use crate::effects::Aftermath;
use crate::error::{AppError, Refusal};
use crate::passwords::random_password;
use crate::principals::Agent;
use crate::{App, audit, budgets, outbox, streams};

/// Changes one's own password. Every other sign-in of the account ends; this one stays (T407).
///
/// # Errors
/// [`Refusal::WrongPassword`], [`Refusal::WeakPassword`], [`Refusal::RateLimited`].
pub async fn change_password(app: &App, by: &Agent, current: &str, new: &str) -> Result<(), AppError> {
    let row = store::agents::find(&mut app.store.reader(), by.tenant, by.id).await?;
    let row = row.ok_or(Refusal::NotSignedIn)?;
    let tries = format!("password:{}", by.id.uuid().simple());
    take_try(app, &tries).await?;
    if !app.passwords.verify(current, Some(&row.password_hash)).await? {
        return Err(Refusal::WrongPassword.into());
    }
    check_new(&row, new)?;
    // Who must change it because somebody else has seen it does not keep it.
    if current == new {
        return Err(Refusal::WeakPassword(PasswordError::Unchanged).into());
    }
    let hash = app.passwords.hash(new).await?;
    let (app_there, agent) = (app.clone(), by.clone());
    app.store
        .write(async move |tx| {
            let app = &app_there;
            let now = app.clock.now();
            let still = store::agents::find(tx, agent.tenant, agent.id)
                .await?
                .ok_or(Refusal::NotSignedIn)?;
            if still.password_hash != row.password_hash {
                return Err(Refusal::WrongPassword.into());
            }
            settle(tx, app, &still, &hash).await?;
            store::budgets::refill(tx, &tries).await?;
            store::logins::end_all(tx, agent.id, Some(agent.login), EndReason::PasswordReset, now).await?;
            store::events::append(tx, agent.id, EventKind::Me, None, now).await?;
            audit::by(tx, app, &agent, "password.changed", agent.id, serde_json::json!({})).await
        })
        .await?;
    app.bus.ring([streams::agent(by.id)]);
    Ok(())
}

/// A budget of its own: who is signed in can change the password while strangers try to guess it.
async fn take_try(app: &App, name: &str) -> Result<(), AppError> {
    let (name, now, max) = (
        name.to_owned(),
        app.clock.now(),
        app.settings.limits.sign_in_per_account,
    );
    app.store
        .write(async move |tx| budgets::take(tx, &name, WINDOW_SECONDS, max, now).await)
        .await
}

/// Checks a new password of an account.
pub(super) fn check_new(row: &AgentRow, new: &str) -> Result<(), AppError> {
    check_password(new, &row.email, &row.name).map_err(|error| Refusal::WeakPassword(error).into())
}

/// Stores a password that only its owner knows: links and mails that could set another one are void, and the account
/// is unlocked.
pub(super) async fn settle(tx: &mut Tx, app: &App, row: &AgentRow, hash: &str) -> Result<(), AppError> {
    let now = app.clock.now();
    let password = NewPassword {
        hash,
        must_change: false,
        expires_at: None,
    };
    store::agents::set_password(tx, row.id, password).await?;
    store::password_resets::void(tx, row.id, now).await?;
    outbox::void_password_mails(tx, app, row.tenant_id, row.id).await?;
    // From wherever it was tried: also the owner's own place, which has a budget apart.
    store::budgets::refill_all(tx, &account_budget(row.id)).await?;
    Ok(())
}

/// What the operator did to an account.
#[derive(Debug, Clone)]
pub struct SetPassword {
    /// The login.
    pub email: String,
    /// Name of its contact centre.
    pub tenant: String,
    /// The password, when one was made up: told this once.
    pub password: Option<String>,
}

/// The operator sets the password of every account with this e-mail, at the command line; without one, a new one is
/// made up, which must be changed at the next sign-in. This also unlocks an account that was tried too often (T402).
///
/// # Errors
/// [`AppError::NotFound`] for an unknown e-mail, [`Refusal::WeakPassword`].
pub async fn set_password(app: &App, email: &str, password: Option<&str>) -> Result<Vec<SetPassword>, AppError> {
    let rows = store::agents::by_email(&mut app.store.reader(), &normal_email(email), CANDIDATES).await?;
    if rows.is_empty() {
        return Err(AppError::NotFound { what: "agent" });
    }
    for row in &rows {
        if let Some(password) = password {
            check_new(row, password)?;
        }
    }
    let made_up = password.is_none().then(random_password);
    let hash = app
        .passwords
        .hash(password.or(made_up.as_deref()).unwrap_or_default())
        .await?;
    let must_change = made_up.is_some();
    let app_there = app.clone();
    let (told, aftermath) = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let (mut told, mut aftermath) = (Vec::new(), Aftermath::default());
            for row in &rows {
                settle(tx, app, row, &hash).await?;
                let expires_at = app.clock.now().plus_seconds(INITIAL_PASSWORD_SECONDS);
                let stored = NewPassword {
                    hash: &hash,
                    must_change,
                    expires_at: must_change.then_some(expires_at),
                };
                store::agents::set_password(tx, row.id, stored).await?;
                shut_out(tx, app, (row.id, row.id), EndReason::PasswordReset, &mut aftermath).await?;
                let subject = row.id.to_string();
                audit::note(
                    tx,
                    app,
                    row.tenant_id,
                    audit::OPERATOR,
                    "agent.password_reset",
                    &subject,
                    "{}",
                )
                .await?;
                let tenant = store::tenants::find(tx, row.tenant_id).await?;
                told.push((row.email.clone(), tenant.map_or_else(String::new, |tenant| tenant.name)));
            }
            Ok::<_, AppError>((told, aftermath))
        })
        .await?;
    aftermath.tell(app);
    let tell = |(email, tenant)| SetPassword {
        email,
        tenant,
        password: made_up.clone(),
    };
    Ok(told.into_iter().map(tell).collect())
}
