//! The signed-in agent's own state.

use domain::agent::{AgentStatus, ShownStatus};
use domain::ids::{AgentId, SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::permission::{Permission, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is signed in, and how they stand.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Me {
    /// The agent.
    pub id: AgentId,
    /// The contact centre.
    pub tenant: TenantName,
    /// Real name.
    pub name: String,
    /// Public name.
    pub nickname: String,
    /// Public number.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// Role.
    pub role: Role,
    /// What that role allows.
    pub permissions: Vec<Permission>,
    /// The chosen status (ROUTE-07).
    pub status: AgentStatus,
    /// The status as others see it; busy at the limit (ROUTE-04).
    pub shown_status: ShownStatus,
    /// Open sessions now.
    pub load: i64,
    /// Most sessions that automatic reception gives this agent: the own limit, the widest group limit and 200, the
    /// least of them (R6, R7).
    pub limit: i64,
    /// The limit that the agent chose (1 to 100).
    pub own_limit: i64,
    /// Own skill groups.
    pub skill_groups: Vec<SkillGroupName>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Own figures of today (WORK-20).
    pub today: Today,
    /// To be sent back as `X-CSRF-Token` with every mutating call.
    pub csrf_token: String,
}

/// Own figures of a day, which begins and ends at midnight in the contact centre's time zone (WORK-20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Today {
    /// Sessions that were given to the agent today and that the agent serves now or served to their end.
    pub taken: i64,
    /// Sessions of the agent that ended today, whoever or whatever ended them.
    pub ended: i64,
    /// Milliseconds with a connected workbench and any status but offline, without the stretch that still lasts.
    pub online_ms: i64,
    /// Since when that stretch lasts, not earlier than the day's begin; missing while not online.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub online_since: Option<Moment>,
    /// When this day ends; own state comes anew then.
    pub ends_at: Moment,
}

/// A contact centre.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TenantName {
    /// Which.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

/// A skill group by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SkillGroupName {
    /// Which.
    pub id: SkillGroupId,
    /// Its name.
    pub name: String,
}

/// A change of one's own status.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusChange {
    /// The wanted status.
    pub status: AgentStatus,
}

/// A change of one's own reception limit.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceptionLimitChange {
    /// 1 to 100 (R7).
    #[schema(minimum = 1, maximum = 100)]
    pub own_limit: i64,
}

impl Me {
    /// What the signed-in agent's page shows of itself.
    #[must_use]
    pub fn of(facts: app::agents::MeFacts, by: &app::principals::Agent) -> Self {
        Self {
            id: facts.id,
            tenant: TenantName {
                id: facts.tenant.id,
                name: facts.tenant.name,
            },
            name: facts.name,
            nickname: facts.nickname,
            staff_no: facts.staff_no,
            email: facts.email,
            role: facts.role,
            permissions: facts.permissions,
            status: facts.status,
            shown_status: facts.shown_status,
            load: facts.load,
            limit: facts.limit,
            own_limit: facts.own_limit,
            skill_groups: facts
                .skill_groups
                .into_iter()
                .map(|group| SkillGroupName {
                    id: group.id,
                    name: group.name,
                })
                .collect(),
            must_change_password: facts.must_change_password,
            today: Today {
                taken: facts.today.taken,
                ended: facts.today.ended,
                online_ms: facts.today.online.past_ms,
                online_since: facts.today.online.since,
                ends_at: facts.today.ends_at,
            },
            csrf_token: by.csrf_token.clone(),
        }
    }
}
