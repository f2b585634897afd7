//! Who may do what (SEC-02, ADM-07).

use crate::words::words;

words! {
    /// The built-in roles (ADM-07).
    pub enum Role {
        /// Runs the desk; may do everything, answering visitors included.
        Admin = "admin",
        /// Answers visitors.
        Agent = "agent",
    }
}

words! {
    /// One thing that a role may allow.
    pub enum Permission {
        /// Answer visitors and see one's own sessions.
        Workbench = "workbench",
        /// Add, change, delete, reset and force offline agents (ADM-02 to ADM-06).
        ManageAgents = "manage_agents",
        /// Add, change and delete skill groups and their members (ADM-09).
        ManageSkillGroups = "manage_skill_groups",
        /// Add, change and delete channels and their secrets (CHAN-01).
        ManageChannels = "manage_channels",
        /// See the session service flows.
        ReadFlows = "read_flows",
        /// Add, change and delete session service flows.
        ManageFlows = "manage_flows",
        /// Add, change and delete bots that answer in flows (FLOW-11).
        ManageBots = "manage_bots",
        /// Add, replace and delete secrets that flows use (FLOW-09).
        ManageSecrets = "manage_secrets",
        /// See which calls flows made in sessions, and what was answered (FLOW-09).
        ReadApiCalls = "read_api_calls",
        /// Add, change and delete rating configs (ADM-12).
        ManageRatings = "manage_ratings",
        /// Set how the contact centre receives visitors (ADM-13).
        ManageReception = "manage_reception",
        /// Read mails that could not be sent, first passwords included (OPS-06).
        ReadMailOutbox = "read_mail_outbox",
    }
}

impl Role {
    /// Whether somebody of this role may do that. A new permission does not compile until it is decided here.
    #[must_use]
    pub const fn allows(self, permission: Permission) -> bool {
        match self {
            Self::Admin => true,
            Self::Agent => match permission {
                Permission::Workbench => true,
                Permission::ManageAgents
                | Permission::ManageSkillGroups
                | Permission::ManageChannels
                | Permission::ReadFlows
                | Permission::ManageFlows
                | Permission::ManageBots
                | Permission::ManageSecrets
                | Permission::ReadApiCalls
                | Permission::ManageRatings
                | Permission::ManageReception
                | Permission::ReadMailOutbox => false,
            },
        }
    }

    /// Everything this role may do.
    #[must_use]
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(|permission| self.allows(*permission))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ADM-07, SEC-02: an ordinary agent has the workbench and nothing of the console.
    #[test]
    fn an_agent_has_the_workbench_only() {
        assert_eq!(Role::Agent.permissions(), [Permission::Workbench]);
        assert_eq!(Role::Admin.permissions(), Permission::ALL);
    }

    /// ADM-07: the words under which roles are stored.
    #[test]
    fn roles_are_stored_as_words() {
        assert_eq!("admin".parse(), Ok(Role::Admin));
        assert_eq!("agent".parse(), Ok(Role::Agent));
        assert!("Admin".parse::<Role>().is_err());
        assert_eq!(serde_json::to_string(&Role::Agent).expect("a word"), "\"agent\"");
    }
}
