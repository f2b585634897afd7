//! Mails: written beside their cause, sent by a worker or kept to be read (C06, OPS-06).

mod worker;

use domain::ids::{AgentId, OutboxId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::outbox::NewMail;
use tokio::sync::Notify;

use crate::App;
use crate::error::AppError;
use crate::mail::Text;
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;

pub use worker::{run, send_due};

/// Tells the worker that a mail was written.
#[derive(Default)]
pub struct Wake(Notify);

impl Wake {
    /// Has the worker look soon.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Why a mail about a password is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PasswordCause {
    /// The agent is new.
    Created,
    /// An administrator had a new one made.
    Reset,
    /// The agent forgot it.
    Forgotten,
}

impl PasswordCause {
    const ALL: [Self; 3] = [Self::Created, Self::Reset, Self::Forgotten];

    fn of(self, agent: AgentId) -> String {
        let word = match self {
            Self::Created => "agent.created",
            Self::Reset => "agent.password_reset",
            Self::Forgotten => "password.forgotten",
        };
        format!("{word} {agent}")
    }
}

/// How a mail goes its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// By mail.
    Sent,
    /// It stays in the outbox, since no SMTP is set (OPS-06).
    Kept,
}

/// Writes a mail about an agent's password and takes back those before it whose passwords and links are void now
/// (T405). Wake the worker after the commit.
///
/// # Errors
/// When the database fails.
pub(crate) async fn enqueue_password_mail(
    tx: &mut Tx,
    app: &App,
    (tenant, agent): (TenantId, AgentId),
    to: &str,
    text: &Text,
    cause: PasswordCause,
) -> Result<Delivery, AppError> {
    match cause {
        PasswordCause::Created | PasswordCause::Reset => void_password_mails(tx, app, tenant, agent).await?,
        // Anybody can ask for a link: that must not take back a password.
        PasswordCause::Forgotten => {
            store::outbox::void(tx, tenant, &cause.of(agent), app.clock.now()).await?;
        }
    }
    enqueue_mail(tx, app, tenant, to, text, &cause.of(agent)).await
}

/// Takes back mails about an agent's password that were not sent.
///
/// # Errors
/// When the database fails.
pub(crate) async fn void_password_mails(
    tx: &mut Tx,
    app: &App,
    tenant: TenantId,
    agent: AgentId,
) -> Result<(), AppError> {
    for cause in PasswordCause::ALL {
        store::outbox::void(tx, tenant, &cause.of(agent), app.clock.now()).await?;
    }
    Ok(())
}

async fn enqueue_mail(
    tx: &mut Tx,
    app: &App,
    tenant: TenantId,
    to: &str,
    text: &Text,
    cause: &str,
) -> Result<Delivery, AppError> {
    let is_kept = app.mailer.is_none();
    let mail = NewMail {
        id: app.new_id(),
        tenant,
        to,
        subject: &text.subject,
        body: &text.body,
        cause,
        is_kept,
    };
    store::outbox::insert(tx, mail, app.clock.now()).await?;
    Ok(if is_kept { Delivery::Kept } else { Delivery::Sent })
}

/// How a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// No SMTP is set: it stays here to be read.
    Kept,
    /// On its way.
    Pending,
    /// Taken by the mail server.
    Sent,
    /// Given up, or overtaken by a newer one.
    Dead,
}

/// A mail, as the console lists it.
#[derive(Debug, Clone)]
pub struct MailFacts {
    /// Which.
    pub id: OutboxId,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, only while it is kept here to be read (T405).
    pub body: Option<String>,
    /// How it stands.
    pub state: MailState,
    /// What caused it.
    pub cause: String,
    /// Why it could not be sent the last time.
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Moment,
    /// When it was sent or given up.
    pub finished_at: Option<Moment>,
}

/// Mails of the contact centre, newest first; searched by address and subject.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<MailFacts>, AppError> {
    by.need(Permission::ReadMailOutbox)?;
    let wanted = query.checked::<OutboxId>()?;
    let rows = store::outbox::list(&mut app.store.reader(), by.tenant, &wanted).await?;
    Page::cut(rows, wanted.limit, |row| row.id).try_map(|row| {
        let state = store::codec::from_word(&row.state)?;
        Ok(MailFacts {
            id: row.id,
            to: row.to,
            subject: row.subject,
            body: (state == MailState::Kept).then_some(row.body),
            state,
            cause: row.cause,
            last_error: row.last_error,
            created_at: Moment(row.created_at),
            finished_at: row.finished_at.map(Moment),
        })
    })
}
