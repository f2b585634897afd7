//! Agents: who they are, how they stand, and their passwords' hashes.

use domain::agent::{AgentConnection, AgentStatus};
use domain::ids::{AgentId, SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::permission::Role;

use crate::engine::row::{Columns, FromRow};
use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT a.id, a.tenant_id, a.staff_no, a.email, a.phone, a.name, a.nickname, a.role, a.password_hash,
                    a.must_change_password, a.password_expires_at, a.status, a.own_limit, a.load, a.epoch,
                    a.is_forced_offline, a.last_sign_in_at, a.created_at",
            $($rest),*
        )
    };
}

macro_rules! seen {
    ($($rest:literal)*) => {
        columns!(
            ", EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                       WHERE p.principal_id = a.id AND n.alive_until > $1),
               a.connection, a.connection_since,
               (SELECT MAX(g.reception_limit) FROM skill_group_members m JOIN skill_groups g ON g.id = m.skill_group_id
                WHERE m.agent_id = a.id)
             FROM agents a "
            $($rest)*
        )
    };
}

sql! {
    FIND = columns!(" FROM agents a WHERE a.tenant_id = $1 AND a.id = $2 AND a.is_deleted = FALSE");
    BY_EMAIL = columns!(" FROM agents a WHERE a.email = $1 AND a.is_deleted = FALSE
                         ORDER BY a.last_sign_in_at DESC NULLS LAST, a.id LIMIT $2");
    BY_PHONE = columns!(" FROM agents a WHERE a.phone = $1 AND a.is_deleted = FALSE
                         ORDER BY a.last_sign_in_at DESC NULLS LAST, a.id LIMIT $2");
    SEEN = seen!("WHERE a.tenant_id = $2 AND a.id = $3 AND a.is_deleted = FALSE");
    LIST = seen!("WHERE a.tenant_id = $2 AND a.is_deleted = FALSE
                    AND (CAST($3 AS TEXT) IS NULL OR a.id < $3)
                    AND (CAST($4 AS TEXT) IS NULL OR LOWER(a.staff_no) LIKE $4 ESCAPE '!'
                         OR LOWER(a.email) LIKE $4 ESCAPE '!' OR LOWER(a.name) LIKE $4 ESCAPE '!'
                         OR LOWER(a.nickname) LIKE $4 ESCAPE '!' OR LOWER(a.phone) LIKE $4 ESCAPE '!'
                         OR EXISTS (SELECT 1 FROM skill_group_members m JOIN skill_groups g ON g.id = m.skill_group_id
                                    WHERE m.agent_id = a.id AND LOWER(g.name) LIKE $4 ESCAPE '!'))
                  ORDER BY a.id DESC LIMIT $5");
    GROUPS_BETWEEN = "SELECT m.agent_id, g.id, g.name FROM skill_group_members m
                        JOIN skill_groups g ON g.id = m.skill_group_id
                      WHERE m.tenant_id = $1 AND m.agent_id >= $2 AND m.agent_id <= $3 ORDER BY g.name, g.id";
    INSERT = "INSERT INTO agents (id, tenant_id, staff_no, email, phone, name, nickname, role, password_hash,
                  must_change_password, password_expires_at, status, status_since, own_limit, load, idle_since, epoch,
                  stream_pos, is_forced_offline, is_deleted, last_sign_in_at, created_at, connection, connection_since)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'offline', $12, $13, 0, $12, 0, 0, FALSE, FALSE,
                  NULL, $12, 'gone', $12)
              ON CONFLICT DO NOTHING";
    HAS_EMAIL = "SELECT COUNT(*) FROM agents WHERE tenant_id = $1 AND email = $2 AND is_deleted = FALSE";
    UPDATE = "UPDATE agents SET name = $3, nickname = $4, phone = $5, role = $6
              WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE";
    // The hash that was verified must still be the one in force, and nothing may have closed the account since.
    SIGN_IN = "UPDATE agents SET epoch = epoch + 1, last_sign_in_at = $3,
                   status_since = CASE WHEN status = 'offline' THEN $3 ELSE status_since END,
                   status = CASE WHEN status = 'offline' THEN 'not_ready' ELSE status END
               WHERE id = $1 AND password_hash = $2 AND is_deleted = FALSE AND is_forced_offline = FALSE
               RETURNING epoch";
    SET_PASSWORD = "UPDATE agents SET password_hash = $2, must_change_password = $3, password_expires_at = $4 WHERE id = $1";
    REHASH = "UPDATE agents SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
    SHUT_OUT = "UPDATE agents SET epoch = epoch + 1, status = 'offline', status_since = $2 WHERE id = $1";
    SET_STATUS = "UPDATE agents SET status = $3, status_since = $4
                  WHERE id = $1 AND epoch = $2 AND is_deleted = FALSE AND is_forced_offline = FALSE";
    SET_OWN_LIMIT = "UPDATE agents SET own_limit = $3 WHERE id = $1 AND epoch = $2 AND is_deleted = FALSE";
    SET_FORCED_OFFLINE = "UPDATE agents SET is_forced_offline = $3
                          WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE AND is_forced_offline <> $3";
    DELETE = "UPDATE agents SET is_deleted = TRUE WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE AND load = 0";
    LEAVE_GROUPS = "DELETE FROM skill_group_members WHERE agent_id = $1";
    OTHER_ADMINS = "SELECT COUNT(*) FROM agents
                    WHERE tenant_id = $1 AND id <> $2 AND role = 'admin' AND is_deleted = FALSE
                      AND is_forced_offline = FALSE";
}

row! {
    /// An agent who is not deleted.
    #[derive(Debug, Clone)]
    pub struct AgentRow {
        /// Who.
        pub id: AgentId,
        /// Contact centre.
        pub tenant_id: TenantId,
        /// Public number.
        pub staff_no: String,
        /// The login.
        pub email: String,
        /// Also good for signing in.
        pub phone: Option<String>,
        /// Real name.
        pub name: String,
        /// Public name.
        pub nickname: String,
        /// Role.
        pub role: Role,
        /// Argon2id, as PHC text.
        pub password_hash: String,
        /// Whether the password is one that somebody else has seen.
        pub must_change_password: bool,
        /// When such a password stops working.
        pub password_expires_at: Option<i64>,
        /// The chosen status.
        pub status: AgentStatus,
        /// The limit that the agent chose.
        pub own_limit: i64,
        /// Open sessions.
        pub load: i64,
        /// Number of the newest sign-in.
        pub epoch: i64,
        /// Whether an administrator keeps the agent out.
        pub is_forced_offline: bool,
        /// The newest sign-in.
        pub last_sign_in_at: Option<i64>,
        /// Since when.
        pub created_at: i64,
    }
}

/// An agent, and what others see of the status.
#[derive(Debug, Clone)]
pub struct SeenRow {
    /// The agent.
    pub agent: AgentRow,
    /// Whether a page is connected to a living node.
    pub is_online: bool,
    /// What was noted of the connection.
    pub connection: AgentConnection,
    /// Since when that is so.
    pub connection_since: i64,
    /// The widest reception limit of the agent's groups.
    pub group_limit: Option<i64>,
}

impl FromRow for SeenRow {
    const COLUMNS: usize = AgentRow::COLUMNS + 4;

    fn from_row(columns: &mut Columns<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            agent: AgentRow::from_row(columns)?,
            is_online: columns.next()?,
            connection: columns.next()?,
            connection_since: columns.next()?,
            group_limit: columns.next()?,
        })
    }
}

/// A new agent.
#[derive(Debug, Clone)]
pub struct NewAgent<'a> {
    /// Who.
    pub id: AgentId,
    /// Contact centre.
    pub tenant: TenantId,
    /// Public number.
    pub staff_no: &'a str,
    /// The login, in small letters.
    pub email: &'a str,
    /// Phone in its normal form.
    pub phone: Option<&'a str>,
    /// Real name.
    pub name: &'a str,
    /// Public name.
    pub nickname: &'a str,
    /// Role.
    pub role: Role,
    /// The password.
    pub password: NewPassword<'a>,
    /// How many sessions at most, until the agent chooses.
    pub own_limit: i64,
}

/// A password to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewPassword<'a> {
    /// Argon2id, as PHC text.
    pub hash: &'a str,
    /// Whether it must be changed at the next sign-in.
    pub must_change: bool,
    /// When it stops working.
    pub expires_at: Option<Moment>,
}

/// Why an agent was not added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Another agent of the tenant has the e-mail.
    Email,
    /// Another agent of the tenant has the staff number.
    StaffNo,
}

/// A tenant's agent.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, id: AgentId) -> Result<Option<AgentRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// Agents of all tenants who sign in with this e-mail, the newest sign-in first.
///
/// # Errors
/// When the database fails.
pub async fn by_email<Q: Query>(q: &mut Q, email: &str, limit: i64) -> Result<Vec<AgentRow>, StoreError> {
    q.all(&BY_EMAIL, params![email, limit]).await
}

/// Agents of all tenants who sign in with this phone, the newest sign-in first.
///
/// # Errors
/// When the database fails.
pub async fn by_phone<Q: Query>(q: &mut Q, phone: &str, limit: i64) -> Result<Vec<AgentRow>, StoreError> {
    q.all(&BY_PHONE, params![phone, limit]).await
}

/// A tenant's agent as others see one.
///
/// # Errors
/// When the database fails.
pub async fn seen<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: AgentId,
    now: Moment,
) -> Result<Option<SeenRow>, StoreError> {
    q.optional(&SEEN, params![now.0, tenant, id]).await
}

/// A page of a tenant's agents, newest first; searched by staff number, e-mail, names, phone and group (ADM-02).
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    wanted: &Wanted<AgentId>,
    now: Moment,
) -> Result<Vec<SeenRow>, StoreError> {
    q.all(
        &LIST,
        params![now.0, tenant, wanted.before, wanted.pattern(), wanted.limit],
    )
    .await
}

/// The groups of all agents whose ids lie between two, both included.
///
/// # Errors
/// When the database fails.
pub async fn groups_between<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    first: AgentId,
    last: AgentId,
) -> Result<Vec<(AgentId, SkillGroupId, String)>, StoreError> {
    q.all(&GROUPS_BETWEEN, params![tenant, first, last]).await
}

/// Adds an agent, offline; or says what stands in the way.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: &NewAgent<'_>, now: Moment) -> Result<Result<(), Taken>, StoreError> {
    let values = params![
        new.id,
        new.tenant,
        new.staff_no,
        new.email,
        new.phone,
        new.name,
        new.nickname,
        new.role,
        new.password.hash,
        new.password.must_change,
        new.password.expires_at,
        now.0,
        new.own_limit
    ];
    if tx.execute(&INSERT, values).await? > 0 {
        return Ok(Ok(()));
    }
    let has_email = tx.one::<i64>(&HAS_EMAIL, params![new.tenant, new.email]).await? > 0;
    Ok(Err(if has_email { Taken::Email } else { Taken::StaffNo }))
}

/// What may change about an agent.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Real name.
    pub name: &'a str,
    /// Public name.
    pub nickname: &'a str,
    /// Phone in its normal form.
    pub phone: Option<&'a str>,
    /// Role.
    pub role: Role,
}

/// Changes an agent. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn update(tx: &mut Tx, tenant: TenantId, id: AgentId, change: Change<'_>) -> Result<bool, StoreError> {
    let values = params![tenant, id, change.name, change.nickname, change.phone, change.role];
    Ok(tx.execute(&UPDATE, values).await? > 0)
}

/// Notes a sign-in and answers its number (C12); `None` when the account was closed or got another password since the
/// one with `verified_hash` was checked.
///
/// # Errors
/// When the database fails.
pub async fn sign_in(tx: &mut Tx, id: AgentId, verified_hash: &str, now: Moment) -> Result<Option<i64>, StoreError> {
    tx.optional(&SIGN_IN, params![id, verified_hash, now.0]).await
}

/// Stores another password.
///
/// # Errors
/// When the database fails.
pub async fn set_password(tx: &mut Tx, id: AgentId, password: NewPassword<'_>) -> Result<(), StoreError> {
    let values = params![id, password.hash, password.must_change, password.expires_at];
    tx.execute(&SET_PASSWORD, values).await?;
    Ok(())
}

/// Stores the same password under another hash, unless it was changed meanwhile (T404).
///
/// # Errors
/// When the database fails.
pub async fn rehash(tx: &mut Tx, id: AgentId, old: &str, new: &str) -> Result<(), StoreError> {
    tx.execute(&REHASH, params![id, old, new]).await?;
    Ok(())
}

/// Ends whatever sign-in the agent has: offline, and older sign-ins are refused by number (C12).
///
/// # Errors
/// When the database fails.
pub async fn shut_out(tx: &mut Tx, id: AgentId, now: Moment) -> Result<(), StoreError> {
    tx.execute(&SHUT_OUT, params![id, now.0]).await?;
    Ok(())
}

/// Changes the chosen status, by the newest sign-in only (C12). Answers false for an older one.
///
/// # Errors
/// When the database fails.
pub async fn set_status(
    tx: &mut Tx,
    (id, epoch): (AgentId, i64),
    status: AgentStatus,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_STATUS, params![id, epoch, status, now.0]).await? > 0)
}

/// Changes the limit that the agent chooses, by the newest sign-in only (C12). Answers false for an older one.
///
/// # Errors
/// When the database fails.
pub async fn set_own_limit(tx: &mut Tx, (id, epoch): (AgentId, i64), limit: i64) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_OWN_LIMIT, params![id, epoch, limit]).await? > 0)
}

/// Keeps an agent from signing in, or lets the agent in again. Answers whether that changed anything.
///
/// # Errors
/// When the database fails.
pub async fn set_forced_offline(
    tx: &mut Tx,
    tenant: TenantId,
    id: AgentId,
    is_forced_offline: bool,
) -> Result<bool, StoreError> {
    Ok(tx
        .execute(&SET_FORCED_OFFLINE, params![tenant, id, is_forced_offline])
        .await?
        > 0)
}

/// Deletes an agent without open sessions and takes it out of all groups; records keep the name. Answers false when
/// there is none, or a session came meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: AgentId) -> Result<bool, StoreError> {
    if tx.execute(&DELETE, params![tenant, id]).await? == 0 {
        return Ok(false);
    }
    tx.execute(&LEAVE_GROUPS, params![id]).await?;
    Ok(true)
}

/// How many administrators a tenant has besides this agent who can sign in.
///
/// # Errors
/// When the database fails.
pub async fn other_admins<Q: Query>(q: &mut Q, tenant: TenantId, id: AgentId) -> Result<i64, StoreError> {
    q.one(&OTHER_ADMINS, params![tenant, id]).await
}
