//! The lines of a session's log. The log is the session: its row is the fold of these lines
//! ([`crate::session::Session::apply`]).

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, EntryId, SkillGroupId};
use crate::message::{Choice, ClientId, Content};
use crate::moment::Moment;
use crate::rating::RatingAnswer;
use crate::routing::Reason;
use crate::session::{EndedBy, RequeueReason};

/// One numbered line of a session's log. Written once, never changed (C03).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 1, 2, 3 … without holes inside one session.
    pub seq: i64,
    /// Names the line for ever.
    pub id: EntryId,
    /// When the server took it.
    pub at: Moment,
    /// Who caused it.
    pub author: Author,
    /// The sender's own key, on messages that a person sent (C02).
    pub client_id: Option<ClientId>,
    /// What happened.
    pub body: EntryBody,
}

/// Who caused a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Author {
    /// The session's visitor.
    Visitor,
    /// A person of the desk.
    Agent {
        /// Who.
        agent_id: AgentId,
    },
    /// The session service flow.
    Flow,
    /// The desk itself: routing, timers.
    System,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryBody {
    /// The session began; always line 1.
    Started,
    /// Somebody or the flow said something.
    Message {
        /// What was said.
        content: Content,
    },
    /// The visitor's answer to an earlier line that asked: an option of a menu or form, or the text of a form
    /// (FLOW-06, FLOW-08). The line itself stays as it was written; readers show it with the choice of the newest line
    /// that names it.
    Selected {
        /// Number of the line that asked.
        line: i64,
        /// What was chosen or filled in.
        choice: Choice,
    },
    /// The visitor rated the session; once (RATE-02).
    Rated {
        /// Number of the line that asked.
        line: i64,
        /// What was answered.
        answer: RatingAnswer,
    },
    /// The flow came to a node.
    FlowStep {
        /// The node's id in the flow's document.
        node: String,
    },
    /// The session joined a queue (ROUTE-01).
    Queued {
        /// Which queue.
        skill_group_id: SkillGroupId,
        /// Its number in that queue; lower numbers are served first.
        number: i64,
    },
    /// The session left its queue without an agent, because the flow goes on elsewhere (FLOW-07).
    LeftQueue {
        /// Which queue.
        skill_group_id: SkillGroupId,
    },
    /// Put back at its old place, because its agent can no longer serve it (R18, ROUTE-22).
    Requeued {
        /// Which queue.
        skill_group_id: SkillGroupId,
        /// The number it had before.
        number: i64,
        /// The agent who had it.
        from_agent_id: AgentId,
        /// Why. Lines from before the reason was noted mean [`RequeueReason::ForcedOffline`].
        #[serde(default)]
        reason: RequeueReason,
    },
    /// An agent has it (ROUTE-05, automatic reception).
    Assigned {
        /// Who.
        agent_id: AgentId,
        /// The public name that the visitor sees.
        nickname: String,
        /// The public number that the visitor may quote.
        staff_no: String,
        /// Why this one (ROUTE-20).
        reason: Reason,
    },
    /// It is over (ROUTE-14).
    Ended {
        /// Who or what ended it.
        by: EndedBy,
    },
}

impl EntryBody {
    /// Whether the visitor may see this line. Routing and flow internals are the desk's own (T311).
    #[must_use]
    pub const fn is_for_visitor(&self) -> bool {
        match self {
            Self::Message { .. }
            | Self::Selected { .. }
            | Self::Rated { .. }
            | Self::Assigned { .. }
            | Self::Ended { .. } => true,
            // Why one who was served waits again, when nobody of the desk is there to say it.
            Self::Requeued { reason, .. } => matches!(reason, RequeueReason::AgentDisconnected),
            Self::Started | Self::FlowStep { .. } | Self::Queued { .. } | Self::LeftQueue { .. } => false,
        }
    }
}
