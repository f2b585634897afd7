//! Agents as administrators see them (ADM-02 to ADM-06).

use app::agents;
use app::outbox::Delivery;
use domain::agent::{AgentStatus, Profile, ShownStatus};
use domain::ids::{AgentId, SkillGroupId};
use domain::moment::Moment;
use domain::permission::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::me::SkillGroupName;

/// One agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Agent {
    /// Which.
    pub id: AgentId,
    /// Public number, unique.
    pub staff_no: String,
    /// The login, unique.
    pub email: String,
    /// Phone, also good for signing in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub phone: Option<String>,
    /// Real name.
    pub name: String,
    /// Public name.
    pub nickname: String,
    /// Role.
    pub role: Role,
    /// The chosen status.
    pub status: AgentStatus,
    /// The status as others see it (ROUTE-04).
    pub shown_status: ShownStatus,
    /// Since when the connection is lost, while the grace runs (ROUTE-22).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub disconnected_since: Option<Moment>,
    /// Open sessions.
    pub load: i64,
    /// The limit that the agent chose.
    pub own_limit: i64,
    /// Whether an administrator keeps the agent from signing in (ADM-06).
    pub is_forced_offline: bool,
    /// Whether the first password still stands.
    pub must_change_password: bool,
    /// Skill groups.
    pub skill_groups: Vec<SkillGroupName>,
    /// The newest sign-in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub last_sign_in_at: Option<Moment>,
    /// Since when.
    pub created_at: Moment,
}

/// A new agent.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAgent {
    /// Real name, 1 to 64 characters.
    pub name: String,
    /// Public name, 1 to 32 characters.
    pub nickname: String,
    /// Letters, digits, `-` and `_`, 1 to 32.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// Phone.
    #[schema(nullable = false)]
    pub phone: Option<String>,
    /// Role.
    pub role: Role,
    /// Skill groups to join, each with priority 3.
    #[serde(default)]
    pub skill_group_ids: Vec<SkillGroupId>,
}

/// How a password reached its owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PasswordMail {
    /// By mail.
    Sent,
    /// It lies in the mail outbox, since no SMTP is set (OPS-06).
    Kept,
}

/// A new agent, and where the initial password went.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CreatedAgent {
    /// The agent.
    pub agent: Agent,
    /// Where the password went.
    pub password_mail: PasswordMail,
}

/// Where a new password went.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ResetPassword {
    /// Where the password went.
    pub password_mail: PasswordMail,
}

/// A change of an agent; staff number and e-mail stay (R2). What is left out stays too.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgentChange {
    /// Real name.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Public name.
    #[schema(nullable = false)]
    pub nickname: Option<String>,
    /// Phone; empty text removes it.
    #[schema(nullable = false)]
    pub phone: Option<String>,
    /// Role.
    #[schema(nullable = false)]
    pub role: Option<Role>,
    /// All skill groups from now on; priorities of those that stay are kept.
    #[schema(nullable = false)]
    pub skill_group_ids: Option<Vec<SkillGroupId>>,
}

impl From<agents::AgentFacts> for Agent {
    fn from(facts: agents::AgentFacts) -> Self {
        let skill_groups = facts.skill_groups.into_iter();
        Self {
            id: facts.id,
            staff_no: facts.staff_no,
            email: facts.email,
            phone: facts.phone,
            name: facts.name,
            nickname: facts.nickname,
            role: facts.role,
            status: facts.status,
            shown_status: facts.shown_status,
            disconnected_since: facts.disconnected_since,
            load: facts.load,
            own_limit: facts.own_limit,
            is_forced_offline: facts.is_forced_offline,
            must_change_password: facts.must_change_password,
            skill_groups: skill_groups
                .map(|group| SkillGroupName {
                    id: group.id,
                    name: group.name,
                })
                .collect(),
            last_sign_in_at: facts.last_sign_in_at,
            created_at: facts.created_at,
        }
    }
}

impl From<Delivery> for PasswordMail {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Delivery::Sent => Self::Sent,
            Delivery::Kept => Self::Kept,
        }
    }
}

impl From<agents::CreatedAgent> for CreatedAgent {
    fn from(created: agents::CreatedAgent) -> Self {
        Self {
            agent: created.agent.into(),
            password_mail: created.password_mail.into(),
        }
    }
}

impl From<agents::PasswordReset> for ResetPassword {
    fn from(reset: agents::PasswordReset) -> Self {
        Self {
            password_mail: reset.password_mail.into(),
        }
    }
}

impl From<NewAgent> for agents::NewAgent {
    fn from(new: NewAgent) -> Self {
        let profile = Profile {
            name: new.name,
            nickname: new.nickname,
            staff_no: new.staff_no,
            email: new.email,
            phone: new.phone,
        };
        Self {
            profile,
            role: new.role,
            skill_group_ids: new.skill_group_ids,
        }
    }
}

impl From<AgentChange> for agents::AgentChange {
    fn from(change: AgentChange) -> Self {
        Self {
            name: change.name,
            nickname: change.nickname,
            phone: change.phone,
            role: change.role,
            skill_group_ids: change.skill_group_ids,
        }
    }
}
