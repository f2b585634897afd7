//! The mail outbox (OPS-06).

use app::outbox;
use domain::ids::OutboxId;
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One mail.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Mail {
    /// Which.
    pub id: OutboxId,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// Its text, while it is kept here because no SMTP is set (T405).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<String>,
    /// How it stands.
    pub state: MailState,
    /// What caused it.
    pub cause: String,
    /// Why it could not be sent the last time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_error: Option<String>,
    /// When it was written.
    pub created_at: Moment,
    /// When it was sent or given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub finished_at: Option<Moment>,
}

/// How a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// No SMTP is set: it stays here to be read.
    Kept,
    /// On its way.
    Pending,
    /// Taken by the mail server.
    Sent,
    /// Given up after many tries.
    Dead,
}

impl From<outbox::MailFacts> for Mail {
    fn from(facts: outbox::MailFacts) -> Self {
        Self {
            id: facts.id,
            to: facts.to,
            subject: facts.subject,
            body: facts.body,
            state: facts.state.into(),
            cause: facts.cause,
            last_error: facts.last_error,
            created_at: facts.created_at,
            finished_at: facts.finished_at,
        }
    }
}

impl From<outbox::MailState> for MailState {
    fn from(state: outbox::MailState) -> Self {
        match state {
            outbox::MailState::Kept => Self::Kept,
            outbox::MailState::Pending => Self::Pending,
            outbox::MailState::Sent => Self::Sent,
            outbox::MailState::Dead => Self::Dead,
        }
    }
}
