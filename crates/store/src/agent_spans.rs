//! The history of agents' states: who was in which, from when to when, and what began it (ROUTE-07, DATA-04).

use domain::agent::{AgentConnection, AgentStatus, SpanCause};
use domain::ids::{AgentId, Id};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

/// Where a span ends that has not ended.
pub const OPEN: Moment = Moment(i64::MAX);

sql! {
    // A clock that stepped back does not make a span end before it began.
    CLOSE = "UPDATE agent_spans SET until = CASE WHEN since > $2 THEN since ELSE $2 END
             WHERE agent_id = $1 AND until = 9223372036854775807
               AND NOT EXISTS (SELECT 1 FROM agents a
                               WHERE a.id = agent_spans.agent_id AND a.is_deleted = FALSE
                                 AND a.status = agent_spans.status AND a.connection = agent_spans.connection)";
    BEGIN = "INSERT INTO agent_spans (agent_id, number, tenant_id, status, connection, since, until, cause, actor_id)
             SELECT a.id, (SELECT COALESCE(MAX(s.number), 0) + 1 FROM agent_spans s WHERE s.agent_id = a.id),
                    a.tenant_id, a.status, a.connection, CAST($2 AS BIGINT), 9223372036854775807, $3, $4
             FROM agents a
             WHERE a.id = $1 AND a.is_deleted = FALSE
               AND NOT EXISTS (SELECT 1 FROM agent_spans s WHERE s.agent_id = a.id AND s.until = 9223372036854775807)";
    AFTER = "SELECT status, connection, since, until, cause, actor_id FROM agent_spans
             WHERE agent_id = $1 AND until > $2 ORDER BY number";
}

row! {
    /// One state of an agent.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct SpanRow {
        /// The chosen status.
        pub status: AgentStatus,
        /// The connection.
        pub connection: AgentConnection,
        /// From when.
        pub since: i64,
        /// To when; [`OPEN`] while it lasts.
        pub until: i64,
        /// What began it.
        pub cause: SpanCause,
        /// Whose doing that was; `None` for the desk itself.
        pub actor_id: Option<AgentId>,
    }
}

/// Notes the state in which the agent's row is now, unless the history ends with it already. The row was changed in the
/// same transaction, which keeps others out.
///
/// # Errors
/// When the database fails.
pub async fn note(
    tx: &mut Tx,
    id: AgentId,
    cause: SpanCause,
    actor: Option<AgentId>,
    now: Moment,
) -> Result<(), StoreError> {
    let actor = actor.map(|actor| actor.uuid().hyphenated().to_string());
    tx.execute_all(vec![
        (&CLOSE, params![id, now.0]),
        (&BEGIN, params![id, now.0, cause, actor]),
    ])
    .await?;
    Ok(())
}

/// The states of an agent that ended after a moment, or last; oldest first.
///
/// # Errors
/// When the database fails.
pub async fn after<Q: Query>(q: &mut Q, id: AgentId, moment: Moment) -> Result<Vec<SpanRow>, StoreError> {
    q.all(&AFTER, params![id, moment.0]).await
}
