//! Skill groups and their members.

use domain::agent::{AgentConnection, AgentStatus};
use domain::ids::{AgentId, SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::skill_group::SkillGroupKind;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT g.id, g.name, g.kind, g.reception_limit,
                    (SELECT COUNT(*) FROM skill_group_members m WHERE m.skill_group_id = g.id),
                    (SELECT COUNT(*) FROM sessions s WHERE s.skill_group_id = g.id AND s.stage = 'waiting'),
                    g.created_at
             FROM skill_groups g ",
            $($rest),*
        )
    };
}

sql! {
    FIND = columns!("WHERE g.tenant_id = $1 AND g.id = $2");
    LIST = columns!("WHERE g.tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR g.id < $2)
                       AND (CAST($3 AS TEXT) IS NULL OR LOWER(g.name) LIKE $3 ESCAPE '!'
                            OR EXISTS (SELECT 1 FROM skill_group_members m JOIN agents a ON a.id = m.agent_id
                                       WHERE m.skill_group_id = g.id
                                         AND (LOWER(a.name) LIKE $3 ESCAPE '!' OR LOWER(a.email) LIKE $3 ESCAPE '!')))
                     ORDER BY g.id DESC LIMIT $4");
    IDS = "SELECT id FROM skill_groups WHERE tenant_id = $1";
    IS_THERE = "SELECT id FROM skill_groups WHERE tenant_id = $1 AND id = $2";
    NAMED = "SELECT id FROM skill_groups WHERE tenant_id = $1 AND name = $2";
    INSERT = "INSERT INTO skill_groups (id, tenant_id, name, kind, reception_limit, last_number, created_at)
              VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE skill_groups SET name = $3, reception_limit = $4 WHERE tenant_id = $1 AND id = $2";
    DELETE_MEMBERS = "DELETE FROM skill_group_members WHERE tenant_id = $1 AND skill_group_id = $2";
    DELETE = "DELETE FROM skill_groups WHERE tenant_id = $1 AND id = $2";
    MEMBER_IDS = "SELECT agent_id FROM skill_group_members WHERE tenant_id = $1 AND skill_group_id = $2";
    MEMBERS = "SELECT a.id, a.name, a.nickname, a.staff_no, a.email, a.status, a.load, a.own_limit,
                      (SELECT MAX(w.reception_limit) FROM skill_group_members o
                         JOIN skill_groups w ON w.id = o.skill_group_id WHERE o.agent_id = a.id),
                      EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                              WHERE p.principal_id = a.id AND n.alive_until > $1),
                      a.connection, m.priority
               FROM skill_group_members m JOIN agents a ON a.id = m.agent_id
               WHERE m.tenant_id = $2 AND m.skill_group_id = $3 AND (CAST($4 AS TEXT) IS NULL OR a.id < $4)
                 AND (CAST($5 AS TEXT) IS NULL OR LOWER(a.name) LIKE $5 ESCAPE '!' OR LOWER(a.email) LIKE $5 ESCAPE '!'
                      OR LOWER(a.nickname) LIKE $5 ESCAPE '!' OR LOWER(a.staff_no) LIKE $5 ESCAPE '!')
               ORDER BY a.id DESC LIMIT $6";
    PUT_MEMBER = "INSERT INTO skill_group_members (skill_group_id, agent_id, tenant_id, priority) VALUES ($1, $2, $3, $4)
                  ON CONFLICT (skill_group_id, agent_id) DO UPDATE SET priority = excluded.priority";
    JOIN = "INSERT INTO skill_group_members (skill_group_id, agent_id, tenant_id, priority) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING";
    LEAVE = "DELETE FROM skill_group_members WHERE skill_group_id = $1 AND agent_id = $2 AND tenant_id = $3";
}

row! {
    /// A skill group.
    #[derive(Debug, Clone)]
    pub struct SkillGroupRow {
        /// Which.
        pub id: SkillGroupId,
        /// Its name.
        pub name: String,
        /// What it serves.
        pub kind: SkillGroupKind,
        /// Reception limit.
        pub reception_limit: i64,
        /// Members.
        pub member_count: i64,
        /// Sessions in its queue.
        pub waiting: i64,
        /// Since when.
        pub created_at: i64,
    }
}

row! {
    /// A member of a group, as others see one.
    #[derive(Debug, Clone)]
    pub struct MemberRow {
        /// Who.
        pub id: AgentId,
        /// Real name.
        pub name: String,
        /// Public name.
        pub nickname: String,
        /// Public number.
        pub staff_no: String,
        /// The login.
        pub email: String,
        /// The chosen status.
        pub status: AgentStatus,
        /// Open sessions.
        pub load: i64,
        /// The limit that the agent chose.
        pub own_limit: i64,
        /// The widest reception limit of the agent's groups.
        pub group_limit: Option<i64>,
        /// Whether a page is connected to a living node.
        pub is_online: bool,
        /// What was noted of the connection.
        pub connection: AgentConnection,
        /// Priority in this group.
        pub priority: i64,
    }
}

/// A new skill group.
#[derive(Debug, Clone, Copy)]
pub struct NewSkillGroup<'a> {
    /// Which.
    pub id: SkillGroupId,
    /// Contact centre.
    pub tenant: TenantId,
    /// Its name.
    pub name: &'a str,
    /// Reception limit.
    pub reception_limit: i64,
}

/// A tenant's group.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: SkillGroupId,
) -> Result<Option<SkillGroupRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// A page of a tenant's groups, newest first; searched by the group's name and its members' names and e-mails (ADM-09).
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    wanted: &Wanted<SkillGroupId>,
) -> Result<Vec<SkillGroupRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}

/// All groups of a tenant.
///
/// # Errors
/// When the database fails.
pub async fn ids<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<Vec<SkillGroupId>, StoreError> {
    q.all(&IDS, params![tenant]).await
}

/// Whether a tenant has this group.
///
/// # Errors
/// When the database fails.
pub async fn is_there<Q: Query>(q: &mut Q, tenant: TenantId, id: SkillGroupId) -> Result<bool, StoreError> {
    let found: Option<SkillGroupId> = q.optional(&IS_THERE, params![tenant, id]).await?;
    Ok(found.is_some())
}

/// The tenant's group with this name.
///
/// # Errors
/// When the database fails.
pub async fn named<Q: Query>(q: &mut Q, tenant: TenantId, name: &str) -> Result<Option<SkillGroupId>, StoreError> {
    q.optional(&NAMED, params![tenant, name]).await
}

/// Adds an online group. Answers false when the name is taken.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewSkillGroup<'_>, now: Moment) -> Result<bool, StoreError> {
    let values = params![
        new.id,
        new.tenant,
        new.name,
        SkillGroupKind::Online,
        new.reception_limit,
        now.0
    ];
    Ok(tx.execute(&INSERT, values).await? > 0)
}

/// Changes a group; its name must be free. Answers false when there is no such group.
///
/// # Errors
/// When the database fails.
pub async fn update(
    tx: &mut Tx,
    tenant: TenantId,
    id: SkillGroupId,
    name: &str,
    reception_limit: i64,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&UPDATE, params![tenant, id, name, reception_limit]).await? > 0)
}

/// Deletes a group; its members stay agents.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: SkillGroupId) -> Result<bool, StoreError> {
    let deleted = tx
        .execute_all(vec![
            (&DELETE_MEMBERS, params![tenant, id]),
            (&DELETE, params![tenant, id]),
        ])
        .await?;
    Ok(deleted.last().is_some_and(|rows| *rows > 0))
}

/// All members of a group.
///
/// # Errors
/// When the database fails.
pub async fn member_ids<Q: Query>(q: &mut Q, tenant: TenantId, id: SkillGroupId) -> Result<Vec<AgentId>, StoreError> {
    q.all(&MEMBER_IDS, params![tenant, id]).await
}

/// A page of a group's members, the newest agent first; searched by names, e-mail and staff number.
///
/// # Errors
/// When the database fails.
pub async fn members<Q: Query>(
    q: &mut Q,
    (tenant, group): (TenantId, SkillGroupId),
    wanted: &Wanted<AgentId>,
    now: Moment,
) -> Result<Vec<MemberRow>, StoreError> {
    q.all(
        &MEMBERS,
        params![now.0, tenant, group, wanted.before, wanted.pattern(), wanted.limit],
    )
    .await
}

/// Makes an agent a member with this priority. Both must be of the tenant.
///
/// # Errors
/// When the database fails.
pub async fn put_member(
    tx: &mut Tx,
    (tenant, group): (TenantId, SkillGroupId),
    agent: AgentId,
    priority: i64,
) -> Result<(), StoreError> {
    tx.execute(&PUT_MEMBER, params![group, agent, tenant, priority]).await?;
    Ok(())
}

/// Makes an agent a member, who keeps the priority if there was one.
///
/// # Errors
/// When the database fails.
pub async fn join(
    tx: &mut Tx,
    (tenant, group): (TenantId, SkillGroupId),
    agent: AgentId,
    priority: i64,
) -> Result<(), StoreError> {
    tx.execute(&JOIN, params![group, agent, tenant, priority]).await?;
    Ok(())
}

/// Takes a member out of a group. Answers false for none.
///
/// # Errors
/// When the database fails.
pub async fn leave(tx: &mut Tx, (tenant, group): (TenantId, SkillGroupId), agent: AgentId) -> Result<bool, StoreError> {
    Ok(tx.execute(&LEAVE, params![group, agent, tenant]).await? > 0)
}
