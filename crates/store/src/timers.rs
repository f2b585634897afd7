//! Timers are rows (C07): one of a kind for each subject.

use domain::ids::{Id, TenantId};
use domain::moment::Moment;
use uuid::Uuid;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    ARM = "INSERT INTO timers (kind, subject_id, tenant_id, due_at) VALUES ($1, $2, $3, $4)
           ON CONFLICT (kind, subject_id) DO UPDATE SET due_at = excluded.due_at";
    ARM_ONCE = "INSERT INTO timers (kind, subject_id, tenant_id, due_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (kind, subject_id) DO NOTHING";
    DISARM = "DELETE FROM timers WHERE kind = $1 AND subject_id = $2";
    TAKE = "DELETE FROM timers WHERE kind = $1 AND subject_id = $2 AND due_at = $3";
    DUE = "SELECT kind, subject_id, tenant_id, due_at FROM timers WHERE due_at <= $1 ORDER BY due_at, kind, subject_id LIMIT $2";
    NEXT = "SELECT due_at FROM timers ORDER BY due_at LIMIT 1";
}

/// What a timer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    /// The visitor has not answered the agent (FLOW-12, U19).
    VisitorSilence,
    /// The visitor is to be reminded that the agent waits (ROUTE-14).
    VisitorReminder,
    /// The session has waited for its longest time (FLOW-07).
    QueueTimeout,
    /// Nobody has said anything in the session for long (ROUTE-14).
    Inactivity,
    /// An agent whose connection was lost has had time to come back (C11, ROUTE-22).
    AgentGrace,
}

impl TimerKind {
    /// The word in the row.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::VisitorSilence => "visitor_silence",
            Self::VisitorReminder => "visitor_reminder",
            Self::QueueTimeout => "queue_timeout",
            Self::Inactivity => "inactivity",
            Self::AgentGrace => "agent_grace",
        }
    }

    /// The kind of a row.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [
            Self::VisitorSilence,
            Self::VisitorReminder,
            Self::QueueTimeout,
            Self::Inactivity,
            Self::AgentGrace,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

row! {
    /// A timer.
    #[derive(Debug, Clone)]
    pub struct TimerRow {
        /// What for.
        pub kind: String,
        /// The bare id of the session or agent it is about.
        pub subject: String,
        /// Whose.
        pub tenant: TenantId,
        /// When it fires.
        pub due_at: i64,
    }
}

impl TimerRow {
    /// What it is about, as an id of the kind that its timers are about.
    ///
    /// # Errors
    /// When the row was damaged.
    pub fn subject<S: Id>(&self) -> Result<S, StoreError> {
        let id = Uuid::try_parse(&self.subject).map_err(|error| StoreError::Decode {
            statement: "DUE",
            column: 1,
            reason: error.to_string(),
        })?;
        Ok(S::from_uuid(id))
    }
}

/// Sets a timer, or moves the one that is set.
///
/// # Errors
/// When the database fails.
pub async fn arm(
    tx: &mut Tx,
    kind: TimerKind,
    (tenant, subject): (TenantId, impl Id),
    due_at: Moment,
) -> Result<(), StoreError> {
    tx.execute(&ARM, params![kind.word(), bare(subject), tenant, due_at.0])
        .await?;
    Ok(())
}

/// Sets a timer unless one is set, which may be due earlier. For timers that find out when they fire whether it is time:
/// moving a row with every message would cost more than the message.
///
/// # Errors
/// When the database fails.
pub async fn arm_once(
    tx: &mut Tx,
    kind: TimerKind,
    (tenant, subject): (TenantId, impl Id),
    due_at: Moment,
) -> Result<(), StoreError> {
    let values = params![kind.word(), bare(subject), tenant, due_at.0];
    tx.put_off(&ARM_ONCE, values).await
}

/// Takes a timer away.
///
/// # Errors
/// When the database fails.
pub async fn disarm(tx: &mut Tx, kind: TimerKind, subject: impl Id) -> Result<(), StoreError> {
    tx.execute(&DISARM, params![kind.word(), bare(subject)]).await?;
    Ok(())
}

fn bare(subject: impl Id) -> String {
    subject.uuid().hyphenated().to_string()
}

/// Takes a due timer for firing, in the transaction that applies its effect. Answers false when it was moved, taken
/// away or fired elsewhere meanwhile: then it has no effect.
///
/// # Errors
/// When the database fails.
pub async fn take(tx: &mut Tx, kind: TimerKind, subject: impl Id, due_at: i64) -> Result<bool, StoreError> {
    Ok(tx.execute(&TAKE, params![kind.word(), bare(subject), due_at]).await? > 0)
}

/// Timers that are due, in due order.
///
/// # Errors
/// When the database fails.
pub async fn due<Q: Query>(q: &mut Q, now: Moment, limit: i64) -> Result<Vec<TimerRow>, StoreError> {
    q.all(&DUE, params![now.0, limit]).await
}

/// When the next timer is due.
///
/// # Errors
/// When the database fails.
pub async fn next<Q: Query>(q: &mut Q) -> Result<Option<Moment>, StoreError> {
    Ok(q.optional::<(i64,)>(&NEXT, params![]).await?.map(|row| Moment(row.0)))
}
