//! Logins: one sign-in of an agent at one place. Only a hash of the token is stored (T406, G6).

use domain::ids::{AgentId, LoginId, TenantId};
use domain::moment::Moment;
use domain::permission::Role;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    INSERT = "INSERT INTO logins (token_hash, id, tenant_id, agent_id, epoch, created_at, expires_at, address, user_agent,
                  ended_at, ended_reason)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, NULL)";
    BY_TOKEN = "SELECT l.id, l.tenant_id, l.agent_id, l.epoch, l.expires_at, l.ended_reason, a.role, a.epoch,
                       a.must_change_password, a.is_forced_offline, a.is_deleted
                FROM logins l JOIN agents a ON a.id = l.agent_id WHERE l.token_hash = $1";
    END = "UPDATE logins SET ended_at = $2, ended_reason = $3 WHERE id = $1 AND ended_at IS NULL";
    END_ALL = "UPDATE logins SET ended_at = $3, ended_reason = $4
               WHERE agent_id = $1 AND ended_at IS NULL AND expires_at > $3
                 AND (CAST($2 AS TEXT) IS NULL OR id <> $2)";
    IS_KNOWN = "SELECT COUNT(*) FROM logins WHERE agent_id = $1 AND address = $2 AND created_at > $3";
    PRUNE = "DELETE FROM logins WHERE expires_at < $1 OR ended_at < $1";
}

/// Why a login is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndReason {
    /// The same account signed in at another place (R28).
    Replaced,
    /// The agent signed out.
    SignedOut,
    /// An administrator forced the agent offline (ADM-06).
    ForcedOffline,
    /// The password was reset or changed (T407).
    PasswordReset,
    /// The agent was deleted.
    Deleted,
}

impl EndReason {
    const ALL: [Self; 5] = [
        Self::Replaced,
        Self::SignedOut,
        Self::ForcedOffline,
        Self::PasswordReset,
        Self::Deleted,
    ];

    const fn word(self) -> &'static str {
        match self {
            Self::Replaced => "replaced",
            Self::SignedOut => "signed_out",
            Self::ForcedOffline => "forced_offline",
            Self::PasswordReset => "password_reset",
            Self::Deleted => "deleted",
        }
    }
}

row! {
    /// A login and the account behind it.
    #[derive(Debug, Clone)]
    pub struct LoginRow {
        /// Which.
        pub id: LoginId,
        /// Contact centre.
        pub tenant_id: TenantId,
        /// Whose.
        pub agent_id: AgentId,
        /// Its number.
        pub epoch: i64,
        /// When it ends by itself.
        pub expires_at: i64,
        ended_reason: Option<String>,
        /// The account's role now.
        pub role: Role,
        /// Number of the account's newest sign-in.
        pub newest_epoch: i64,
        /// Whether the password must be changed first.
        pub must_change_password: bool,
        /// Whether the account is kept out.
        pub is_forced_offline: bool,
        /// Whether the account is deleted.
        pub is_deleted: bool,
    }
}

impl LoginRow {
    /// Why it is over, if it is.
    #[must_use]
    pub fn ended(&self) -> Option<EndReason> {
        let word = self.ended_reason.as_deref()?;
        // A word of a newer version ends the login all the same.
        Some(
            EndReason::ALL
                .into_iter()
                .find(|reason| reason.word() == word)
                .unwrap_or(EndReason::SignedOut),
        )
    }
}

/// A new login.
#[derive(Debug, Clone, Copy)]
pub struct NewLogin<'a> {
    /// What is stored of its token.
    pub token_hash: &'a str,
    /// Which.
    pub id: LoginId,
    /// Contact centre.
    pub tenant: TenantId,
    /// Whose.
    pub agent: AgentId,
    /// Its number (C12).
    pub epoch: i64,
    /// When it ends by itself.
    pub expires_at: Moment,
    /// Where it came from.
    pub address: &'a str,
    /// The browser, as it names itself.
    pub user_agent: &'a str,
}

/// Adds a login.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewLogin<'_>, now: Moment) -> Result<(), StoreError> {
    let values = params![
        new.token_hash,
        new.id,
        new.tenant,
        new.agent,
        new.epoch,
        now.0,
        new.expires_at,
        new.address,
        new.user_agent
    ];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

/// The login of a token, over or not.
///
/// # Errors
/// When the database fails.
pub async fn by_token<Q: Query>(q: &mut Q, token_hash: &str) -> Result<Option<LoginRow>, StoreError> {
    q.optional(&BY_TOKEN, params![token_hash]).await
}

/// Ends one login. Answers whether it still ran.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &mut Tx, id: LoginId, reason: EndReason, now: Moment) -> Result<bool, StoreError> {
    Ok(tx.execute(&END, params![id, now.0, reason.word()]).await? > 0)
}

/// Ends all logins of an agent but one; answers how many still ran.
///
/// # Errors
/// When the database fails.
pub async fn end_all(
    tx: &mut Tx,
    agent: AgentId,
    but: Option<LoginId>,
    reason: EndReason,
    now: Moment,
) -> Result<u64, StoreError> {
    tx.execute(&END_ALL, params![agent, but, now.0, reason.word()]).await
}

/// Whether the agent signed in from this address since a moment.
///
/// # Errors
/// When the database fails.
pub async fn is_known<Q: Query>(q: &mut Q, agent: AgentId, address: &str, since: Moment) -> Result<bool, StoreError> {
    Ok(q.one::<i64>(&IS_KNOWN, params![agent, address, since.0]).await? > 0)
}

/// Forgets logins that were over before a moment.
///
/// # Errors
/// When the database fails.
pub async fn prune(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    tx.execute(&PRUNE, params![before.0]).await
}
