//! Names of the streams that bells are about.

use bus::Stream;
use domain::ids::{AgentId, Id, SessionId, SkillGroupId, VisitorId};

/// The log, stage and read marks of a session moved on.
#[must_use]
pub fn session(id: SessionId) -> Stream {
    Stream::named(format!("ses:{}", id.uuid().simple()))
}

/// An agent's list, own state or sign-in moved on.
#[must_use]
pub fn agent(id: AgentId) -> Stream {
    Stream::named(format!("agt:{}", id.uuid().simple()))
}

/// A visitor opened another session, came or went.
#[must_use]
pub fn visitor(id: VisitorId) -> Stream {
    Stream::named(format!("vis:{}", id.uuid().simple()))
}

/// A skill group's queue moved on.
#[must_use]
pub fn queue(id: SkillGroupId) -> Stream {
    Stream::named(format!("que:{}", id.uuid().simple()))
}

/// The visitor of a session is typing. Never stored.
#[must_use]
pub fn visitor_typing(id: SessionId) -> Stream {
    Stream::named(format!("vty:{}", id.uuid().simple()))
}

/// The agent of a session is typing. Never stored.
#[must_use]
pub fn agent_typing(id: SessionId) -> Stream {
    Stream::named(format!("aty:{}", id.uuid().simple()))
}
