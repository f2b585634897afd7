//! Agents as administrators see them (ADM-02 to ADM-06).

use domain::agent::{AgentStatus, ShownStatus};
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
