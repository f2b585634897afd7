//! Who gets the next session, and why (ROUTE-01 to ROUTE-04, R3 to R7).
//!
//! Only open work and idle time count, never totals over a lifetime, so that nobody who comes back is flooded (U7).
//! There is one capacity rule, [`exclusion`], and every path that gives sessions away asks it (U8).

use serde::{Deserialize, Serialize};

use crate::agent::{AgentStatus, HARD_LIMIT, OWN_LIMIT_MAX};
use crate::ids::{AgentId, SessionId};
use crate::moment::Moment;

/// A member of the skill group, as routing sees one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub agent_id: AgentId,
    /// The chosen status.
    pub status: AgentStatus,
    /// Whether a live connection stands (U9).
    pub is_connected: bool,
    /// Open sessions now, of all groups (R6).
    pub load: i64,
    /// The limit that the agent chose.
    pub own_limit: i64,
    /// Priority in this group, 1 first.
    pub priority: i64,
    /// Since when nothing new came to the agent.
    pub idle_since: Moment,
    /// Number of the agent's sign-in; the conditional write asks for it again (C05).
    pub epoch: i64,
}

/// How a group chooses (R3); the rules combine in this order: last agent, priority, longest idle.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// Agents with a better priority in the group come first (ROUTE-02).
    pub by_priority: bool,
    /// The agent who served the visitor last comes first.
    pub last_agent_first: bool,
}

/// Why an agent gets nothing now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exclusion {
    /// Not at work, or not connected.
    Offline,
    /// At work, but takes nothing new.
    NotReady,
    /// At the limit that the agent chose.
    AtOwnLimit,
    /// At the group's reception limit.
    AtGroupLimit,
    /// At [`HARD_LIMIT`], where nothing gets through on any path.
    AtCeiling,
}

/// The rule that decided (ROUTE-20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Reason {
    /// Served this visitor last.
    LastAgent,
    /// Had the best priority of all who could take it.
    Priority {
        /// That priority.
        priority: i64,
    },
    /// Had waited longest for something new.
    LongestIdle,
    /// Had the fewest open sessions of those idle as long.
    FewestOpen,
    /// Was the only one who could take it.
    OnlyOne,
    /// Had the lowest id of those who were equal in everything else.
    LowestId,
}

/// Who gets a session, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// Who.
    pub agent_id: AgentId,
    /// Why.
    pub reason: Reason,
}

/// A session in a group's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub session_id: SessionId,
    /// Its number in the queue; lower ones are served first (U6).
    pub number: i64,
    /// Who served its visitor last.
    pub last_agent: Option<AgentId>,
}

/// One session for one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assignment {
    /// Which session.
    pub session_id: SessionId,
    /// For whom.
    pub agent_id: AgentId,
    /// Why this one.
    pub reason: Reason,
}

/// How many open sessions an agent may have for one more to come from a group by itself: the least of the agent's own
/// limit, the group's reception limit and the ceiling (R6, R7).
#[must_use]
pub fn cap(own_limit: i64, group_limit: i64) -> i64 {
    own_limit.min(OWN_LIMIT_MAX).min(group_limit).clamp(0, HARD_LIMIT)
}

/// Why `candidate` gets nothing from a group with this limit; `None` when there is room. The one capacity rule (U8).
#[must_use]
pub fn exclusion(candidate: &Candidate, group_limit: i64) -> Option<Exclusion> {
    let load = candidate.load;
    match candidate.status {
        _ if !candidate.is_connected => Some(Exclusion::Offline),
        AgentStatus::Offline => Some(Exclusion::Offline),
        AgentStatus::NotReady => Some(Exclusion::NotReady),
        AgentStatus::Free if load < cap(candidate.own_limit, group_limit) => None,
        AgentStatus::Free if load >= HARD_LIMIT => Some(Exclusion::AtCeiling),
        AgentStatus::Free if load >= candidate.own_limit.min(OWN_LIMIT_MAX) => Some(Exclusion::AtOwnLimit),
        AgentStatus::Free => Some(Exclusion::AtGroupLimit),
    }
}

/// Chooses who gets one session (R3, R4): the last agent and priority if the policy says so, then the longest idle,
/// then the fewest open sessions, then the lowest id. `None` when nobody can take it.
#[must_use]
pub fn choose_agent(
    candidates: &[Candidate],
    group_limit: i64,
    policy: &Policy,
    last_agent: Option<AgentId>,
) -> Option<Choice> {
    let mut left: Vec<&Candidate> = candidates
        .iter()
        .filter(|candidate| exclusion(candidate, group_limit).is_none())
        .collect();
    if let Some(last) = last_agent.filter(|_| policy.last_agent_first)
        && left.iter().any(|candidate| candidate.agent_id == last)
    {
        return Some(Choice {
            agent_id: last,
            reason: Reason::LastAgent,
        });
    }
    let mut reason = Reason::OnlyOne;
    if policy.by_priority {
        let narrowed = keep_least(&mut left, |candidate| candidate.priority);
        if let (true, Some(first)) = (narrowed, left.first()) {
            reason = Reason::Priority {
                priority: first.priority,
            };
        }
    }
    if keep_least(&mut left, |candidate| candidate.idle_since) {
        reason = Reason::LongestIdle;
    }
    if keep_least(&mut left, |candidate| candidate.load) {
        reason = Reason::FewestOpen;
    }
    if keep_least(&mut left, |candidate| candidate.agent_id) {
        reason = Reason::LowestId;
    }
    left.first().map(|candidate| Choice {
        agent_id: candidate.agent_id,
        reason,
    })
}

/// Keeps those with the least key; answers whether that took anybody out.
fn keep_least<K: Ord>(left: &mut Vec<&Candidate>, key: impl Fn(&Candidate) -> K) -> bool {
    let before = left.len();
    if let Some(least) = left.iter().map(|candidate| key(candidate)).min() {
        left.retain(|candidate| key(candidate) == least);
    }
    left.len() < before
}

/// Whether a session waits although somebody could take it. That never lasts (U5); the watchdog asks.
#[must_use]
pub fn has_stuck_waiter(waiting: i64, candidates: &[Candidate], group_limit: i64) -> bool {
    waiting > 0
        && candidates
            .iter()
            .any(|candidate| exclusion(candidate, group_limit).is_none())
}

/// Gives a group's waiting sessions away: strictly the lowest number first (ROUTE-01, U6), each to the agent that
/// [`choose_agent`] finds after those before it were given, until nobody has room.
#[must_use]
pub fn plan(
    waiting: &[Waiting],
    candidates: &[Candidate],
    group_limit: i64,
    policy: &Policy,
    now: Moment,
) -> Vec<Assignment> {
    let mut queue: Vec<&Waiting> = waiting.iter().collect();
    queue.sort_by_key(|session| (session.number, session.session_id));
    let mut candidates = candidates.to_vec();
    let mut plan = Vec::new();
    for session in queue {
        let Some(choice) = choose_agent(&candidates, group_limit, policy, session.last_agent) else {
            // Room does not depend on the session, so nobody behind it can be served either.
            break;
        };
        for candidate in candidates.iter_mut().filter(|one| one.agent_id == choice.agent_id) {
            candidate.load += 1;
            candidate.idle_since = candidate.idle_since.max(now);
        }
        plan.push(Assignment {
            session_id: session.session_id,
            agent_id: choice.agent_id,
            reason: choice.reason,
        });
    }
    plan
}

#[cfg(test)]
mod tests;
