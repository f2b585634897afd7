//! Who acts. A use case that needs an administrator takes an [`Admin`]; forgetting the check does not
//! compile. Only [`crate::sign_in`] and [`crate::visitors`] make these.

use domain::ids::{AgentId, ChannelId, LoginId, TenantId, VisitorId};
use domain::permission::{Permission, Role};

use crate::error::AppError;

/// A signed-in agent (administrators are agents too).
#[derive(Debug, Clone)]
pub struct Agent {
    /// Contact centre.
    pub tenant: TenantId,
    /// Who.
    pub id: AgentId,
    /// This sign-in.
    pub login: LoginId,
    /// Number of this sign-in: an older one is refused (C12).
    pub epoch: i64,
    /// Role.
    pub role: Role,
    /// Kept by the caller's page and sent back with every mutating call (T217).
    pub csrf_token: String,
    /// What is stored of the sign-in's token: by it a transaction asks whether the sign-in is still in force.
    pub login_hash: String,
}

impl Agent {
    /// The one permission check (SEC-02).
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without the right.
    pub fn need(&self, permission: Permission) -> Result<(), AppError> {
        if self.role.allows(permission) {
            Ok(())
        } else {
            Err(AppError::Forbidden)
        }
    }
}

/// An agent who may do what the console does; which part was asked for when it was made.
#[derive(Debug, Clone)]
pub struct Admin(Agent);

impl Admin {
    /// The agent as an administrator for `permission`.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] without that right.
    pub fn new(agent: Agent, permission: Permission) -> Result<Self, AppError> {
        agent.need(permission)?;
        Ok(Self(agent))
    }
}

impl std::ops::Deref for Admin {
    type Target = Agent;
    fn deref(&self) -> &Agent {
        &self.0
    }
}

/// A visitor, known by a token of one channel.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Contact centre.
    pub tenant: TenantId,
    /// Who.
    pub id: VisitorId,
    /// Where.
    pub channel: ChannelId,
    /// Name shown to agents.
    pub nickname: String,
}
