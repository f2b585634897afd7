//! Skill groups and their members (ADM-09).

use app::skill_groups;
use domain::agent::ShownStatus;
use domain::ids::{AgentId, SkillGroupId};
use domain::moment::Moment;
use domain::skill_group::SkillGroupKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One skill group.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct SkillGroup {
    /// Which.
    pub id: SkillGroupId,
    /// Its name, unique.
    pub name: String,
    /// What it serves.
    pub kind: SkillGroupKind,
    /// Most open sessions of one agent for whom this group still gets new ones (R6).
    pub reception_limit: i64,
    /// Members.
    pub member_count: i64,
    /// Sessions in its queue.
    pub waiting: i64,
    /// Since when.
    pub created_at: Moment,
}

/// A new skill group.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSkillGroup {
    /// 1 to 64 characters.
    pub name: String,
    /// 1 to 200.
    #[schema(minimum = 1, maximum = 200)]
    pub reception_limit: i64,
}

/// A change of a skill group; what is left out stays.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SkillGroupChange {
    /// 1 to 64 characters.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// 1 to 200.
    #[schema(nullable = false, minimum = 1, maximum = 200)]
    pub reception_limit: Option<i64>,
}

/// A member of a skill group.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    /// Who.
    pub agent: MemberAgent,
    /// 1 (first) to 5.
    pub priority: i64,
}

/// The agent behind a membership.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MemberAgent {
    /// Which.
    pub id: AgentId,
    /// Real name.
    pub name: String,
    /// Public name.
    pub nickname: String,
    /// Public number.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// The status as others see it.
    pub shown_status: ShownStatus,
}

/// A membership as it shall be.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// 1 (first) to 5; 3 is the usual one.
    #[schema(minimum = 1, maximum = 5)]
    pub priority: i64,
}

impl From<skill_groups::SkillGroupFacts> for SkillGroup {
    fn from(facts: skill_groups::SkillGroupFacts) -> Self {
        Self {
            id: facts.id,
            name: facts.name,
            kind: facts.kind,
            reception_limit: facts.reception_limit,
            member_count: facts.member_count,
            waiting: facts.waiting,
            created_at: facts.created_at,
        }
    }
}

impl From<NewSkillGroup> for skill_groups::NewGroup {
    fn from(new: NewSkillGroup) -> Self {
        Self {
            name: new.name,
            reception_limit: new.reception_limit,
        }
    }
}

impl From<SkillGroupChange> for skill_groups::GroupChange {
    fn from(change: SkillGroupChange) -> Self {
        Self {
            name: change.name,
            reception_limit: change.reception_limit,
        }
    }
}

impl From<skill_groups::MemberFacts> for Member {
    fn from(facts: skill_groups::MemberFacts) -> Self {
        let agent = MemberAgent {
            id: facts.id,
            name: facts.name,
            nickname: facts.nickname,
            staff_no: facts.staff_no,
            email: facts.email,
            shown_status: facts.shown_status,
        };
        Self {
            agent,
            priority: facts.priority,
        }
    }
}
