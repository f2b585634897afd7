//! Figures that people see about themselves (WORK-20, DATA-05): counted from the rows that the log folds into.

use domain::ids::AgentId;
use domain::moment::Moment;

use crate::{Query, StoreError, params, row, sql};

sql! {
    OWN = "SELECT (SELECT COUNT(*) FROM sessions
                   WHERE agent_id = $1 AND stage = 'active' AND assigned_at >= $2)
                + (SELECT COUNT(*) FROM sessions
                   WHERE agent_id = $1 AND stage = 'ended' AND ended_at >= $2 AND assigned_at >= $2),
                  (SELECT COUNT(*) FROM sessions
                   WHERE agent_id = $1 AND stage = 'ended' AND ended_at >= $2)";
}

row! {
    /// An agent's sessions since a moment.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct OwnRow {
        /// Given to the agent since then, and served by the agent now or to their end.
        pub taken: i64,
        /// Served by the agent and ended since then.
        pub ended: i64,
    }
}

/// An agent's sessions since a moment.
///
/// # Errors
/// When the database fails.
pub async fn own<Q: Query>(q: &mut Q, agent: AgentId, since: Moment) -> Result<OwnRow, StoreError> {
    q.one(&OWN, params![agent, since.0]).await
}
