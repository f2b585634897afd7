//! How things stand at the moment, over all contact centres: for the operator's metrics (OPS-07), never for people.

use domain::ids::SkillGroupId;
use domain::moment::Moment;

use crate::{Query, StoreError, params, row, sql};

sql! {
    OPEN_SESSIONS = "SELECT stage, COUNT(*) FROM sessions WHERE stage <> 'ended' GROUP BY stage";
    QUEUES = "SELECT skill_group_id, COUNT(*), CAST(MIN(waiting_since) AS BIGINT) FROM sessions WHERE stage = 'waiting'
              GROUP BY skill_group_id ORDER BY COUNT(*) DESC LIMIT $1";
    OUTBOX_PENDING = "SELECT COUNT(*), CAST(COALESCE(MIN(created_at), 0) AS BIGINT) FROM outbox WHERE state = 'pending'";
    TIMERS = "SELECT COUNT(*), CAST(COALESCE(MIN(due_at), 0) AS BIGINT) FROM timers WHERE due_at <= $1";
    TIMERS_SET = "SELECT COUNT(*) FROM timers";
}

row! {
    /// A queue in which somebody waits.
    #[derive(Debug, Clone)]
    pub struct QueueFigure {
        /// Whose.
        pub skill_group: SkillGroupId,
        /// How many wait.
        pub waiting: i64,
        /// Since when the one who waits longest does.
        pub oldest: i64,
    }
}

row! {
    /// So many, and the time of the oldest; 0 when there is none.
    #[derive(Debug, Clone)]
    pub struct Backlog {
        /// How many.
        pub count: i64,
        /// Time of the oldest.
        pub oldest: i64,
    }
}

/// Sessions that are not over, by the word of their stage.
///
/// # Errors
/// When the database fails.
pub async fn open_sessions<Q: Query>(q: &mut Q) -> Result<Vec<(String, i64)>, StoreError> {
    q.all(&OPEN_SESSIONS, params![]).await
}

/// The longest queues.
///
/// # Errors
/// When the database fails.
pub async fn queues<Q: Query>(q: &mut Q, limit: i64) -> Result<Vec<QueueFigure>, StoreError> {
    q.all(&QUEUES, params![limit]).await
}

/// Mails that wait to be sent, and since when the oldest does.
///
/// # Errors
/// When the database fails.
pub async fn outbox_pending<Q: Query>(q: &mut Q) -> Result<Backlog, StoreError> {
    q.one(&OUTBOX_PENDING, params![]).await
}

/// Timers that are due and have not fired, and when the oldest of them was due.
///
/// # Errors
/// When the database fails.
pub async fn timers_due<Q: Query>(q: &mut Q, now: Moment) -> Result<Backlog, StoreError> {
    q.one(&TIMERS, params![now.0]).await
}

/// Timers that are set.
///
/// # Errors
/// When the database fails.
pub async fn timers_set<Q: Query>(q: &mut Q) -> Result<i64, StoreError> {
    Ok(q.one::<(i64,)>(&TIMERS_SET, params![]).await?.0)
}
