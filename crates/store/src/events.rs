//! What changed about an agent's list, numbered per agent (C04).

use domain::ids::{AgentId, SessionId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    ADVANCE = "UPDATE agents SET stream_pos = stream_pos + 1 WHERE id = $1 RETURNING stream_pos";
    APPEND = "INSERT INTO agent_events (agent_id, pos, kind, session_id, at) VALUES ($1, $2, $3, $4, $5)";
    AFTER = "SELECT pos, kind, session_id FROM agent_events WHERE agent_id = $1 AND pos > $2 ORDER BY pos LIMIT $3";
    POSITION = "SELECT stream_pos FROM agents WHERE id = $1";
    PRUNE = "DELETE FROM agent_events WHERE at < $1";
}

/// What an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A session came into the list or changed in it.
    Session,
    /// A session left the list.
    Removed,
    /// The agent's own state, limits, groups or rights.
    Me,
}

impl EventKind {
    const fn word(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Removed => "removed",
            Self::Me => "me",
        }
    }
}

row! {
    /// One event.
    #[derive(Debug, Clone)]
    pub struct EventRow {
        /// Its number in the agent's stream.
        pub pos: i64,
        /// What it is about: `session`, `removed` or `me`.
        pub kind: String,
        /// Which session.
        pub session_id: Option<SessionId>,
    }
}

/// Adds an event to an agent's stream; answers its number. The agent's row is locked until the commit, so
/// numbers appear in their order.
///
/// # Errors
/// When the database fails or there is no such agent.
pub async fn append(
    tx: &mut Tx,
    agent: AgentId,
    kind: EventKind,
    session: Option<SessionId>,
    now: Moment,
) -> Result<i64, StoreError> {
    let (pos,) = tx.one::<(i64,)>(&ADVANCE, params![agent]).await?;
    tx.execute(&APPEND, params![agent, pos, kind.word(), session, now.0])
        .await?;
    Ok(pos)
}

/// Events after a number, in order.
///
/// # Errors
/// When the database fails.
pub async fn after<Q: Query>(q: &mut Q, agent: AgentId, pos: i64, limit: i64) -> Result<Vec<EventRow>, StoreError> {
    q.all(&AFTER, params![agent, pos, limit]).await
}

/// Number of the newest event of an agent.
///
/// # Errors
/// When the database fails or there is no such agent.
pub async fn position<Q: Query>(q: &mut Q, agent: AgentId) -> Result<i64, StoreError> {
    Ok(q.one::<(i64,)>(&POSITION, params![agent]).await?.0)
}

/// Forgets events older than `before`; a page that was away longer starts anew.
///
/// # Errors
/// When the database fails.
pub async fn prune(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    tx.execute(&PRUNE, params![before.0]).await
}
