//! Forgotten passwords: a link by mail, good for an hour and once (ADM-16, T406).

use domain::agent::normal_email;
use store::Tx;
use store::agents::AgentRow;
use store::logins::EndReason;

use super::password::{check_new, settle};
use super::{CANDIDATES, IDENTIFIER_MAX, WINDOW_SECONDS};
use crate::agents::shut_out;
use crate::effects::Aftermath;
use crate::error::{AppError, Refusal};
use crate::outbox::PasswordCause;
use crate::secrets::{new_token, token_hash};
use crate::{App, audit, budgets, mail, outbox};

/// What links' tokens are for; part of their hash.
const PURPOSE: &str = "password-reset";
/// How long a link is good, in minutes.
const LINK_MINUTES: i64 = 60;
/// Mails that one address may ask for in 15 minutes.
const PER_ADDRESS: i64 = 10;
/// Mails that one mailbox gets in an hour (T1110).
const PER_MAILBOX: i64 = 3;
/// The hour of [`PER_MAILBOX`], in seconds.
const MAILBOX_SECONDS: i64 = 3_600;

/// Mails a link to whoever signs in with this e-mail. Nothing tells whether anybody does: the answer is the same and
/// so is the transaction.
///
/// # Errors
/// [`Refusal::RateLimited`] for a caller who asks too often.
pub async fn forgot_password(app: &App, email: &str, address: &str) -> Result<(), AppError> {
    let email = normal_email(email);
    if email.len() > IDENTIFIER_MAX || email.contains('\0') {
        return Ok(());
    }
    let (app_there, from) = (app.clone(), format!("forgot-from:{}", budgets::network(address)));
    app.store
        .write(async move |tx| {
            let app = &app_there;
            let now = app.clock.now();
            budgets::take(tx, &from, WINDOW_SECONDS, PER_ADDRESS, now).await?;
            let mailbox = format!("forgot:{}", token_hash("identifier", &email));
            match budgets::take(tx, &mailbox, MAILBOX_SECONDS, PER_MAILBOX, now).await {
                Err(AppError::Refused(Refusal::RateLimited { .. })) => return Ok(()),
                taken => taken?,
            }
            for row in store::agents::by_email(tx, &email, CANDIDATES).await? {
                if !row.is_forced_offline {
                    mail_link(tx, app, &row).await?;
                }
            }
            Ok::<_, AppError>(())
        })
        .await?;
    app.outbox.wake();
    Ok(())
}

async fn mail_link(tx: &mut Tx, app: &App, row: &AgentRow) -> Result<(), AppError> {
    let now = app.clock.now();
    let token = new_token();
    store::password_resets::void(tx, row.id, now).await?;
    let owner = (row.tenant_id, row.id);
    let until = now.plus_seconds(LINK_MINUTES * 60);
    store::password_resets::insert(tx, &token_hash(PURPOSE, &token), owner, now, until).await?;
    let tenant = store::tenants::find(tx, row.tenant_id)
        .await?
        .map_or_else(String::new, |tenant| tenant.name);
    // Behind the hash sign, so that it stands in no log and no Referer (T1203).
    let link = format!("{}/reset-password#token={token}", app.settings.public_url);
    let text = mail::reset_link(&row.name, &tenant, &link, LINK_MINUTES);
    // To the address that is stored, never to the one that was typed.
    outbox::enqueue_password_mail(tx, app, owner, &row.email, &text, PasswordCause::Forgotten).await?;
    Ok(())
}

/// Sets the password by a mailed link. Every sign-in of the account ends (T407).
///
/// # Errors
/// [`Refusal::ResetLinkInvalid`] for a link that is used up, too old or was never given; [`Refusal::WeakPassword`],
/// after which the link is still good.
pub async fn reset_password(app: &App, token: &str, new: &str) -> Result<(), AppError> {
    let hash_of_token = token_hash(PURPOSE, token);
    let mut reader = app.store.reader();
    let owner = store::password_resets::live(&mut reader, &hash_of_token, app.clock.now()).await?;
    let (tenant, id) = owner.ok_or(Refusal::ResetLinkInvalid)?;
    let row = store::agents::find(&mut reader, tenant, id)
        .await?
        .ok_or(Refusal::ResetLinkInvalid)?;
    check_new(&row, new)?;
    let hash = app.passwords.hash(new).await?;
    let app_there = app.clone();
    let aftermath = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let mut aftermath = Aftermath::default();
            if !store::password_resets::take(tx, &hash_of_token, app.clock.now()).await? {
                return Err(Refusal::ResetLinkInvalid.into());
            }
            let row = store::agents::find(tx, tenant, id)
                .await?
                .ok_or(Refusal::ResetLinkInvalid)?;
            settle(tx, app, &row, &hash).await?;
            shut_out(tx, app, (id, id), EndReason::PasswordReset, &mut aftermath).await?;
            let actor = id.to_string();
            audit::note(tx, app, tenant, &actor, "password.reset_by_link", &actor, "{}").await?;
            Ok::<_, AppError>(aftermath)
        })
        .await?;
    aftermath.tell(app);
    Ok(())
}
