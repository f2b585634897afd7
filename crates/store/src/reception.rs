//! Who could take a session, and the one write that gives it (C05).

use domain::ids::{AgentId, Id as _, SkillGroupId, TenantId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    CANDIDATES = "SELECT a.id, a.status, a.load, a.own_limit, m.priority, a.idle_since, a.epoch, a.nickname, a.staff_no
                  FROM skill_group_members m JOIN agents a ON a.id = m.agent_id
                  WHERE m.skill_group_id = $1 AND a.status = 'free' AND a.is_deleted = FALSE AND a.is_forced_offline = FALSE
                    AND EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                                WHERE p.principal_id = a.id AND n.alive_until > $2)
                  ORDER BY a.id";
    // Everything that makes an agent eligible is asked again at the moment of the write: who lost a race, a
    // limit or the connection since the read takes nothing.
    TAKE = "UPDATE agents SET load = load + 1, idle_since = $5
            WHERE id = $1 AND epoch = $2 AND status = 'free' AND is_deleted = FALSE AND is_forced_offline = FALSE
              AND load < own_limit AND load < $3
              AND load < (SELECT g.reception_limit FROM skill_groups g WHERE g.id = $4)
              AND EXISTS (SELECT 1 FROM skill_group_members m WHERE m.skill_group_id = $4 AND m.agent_id = agents.id)
              AND EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                          WHERE p.principal_id = agents.id AND n.alive_until > $5)";
    GIVE_BACK = "UPDATE agents SET load = load - 1, idle_since = $2 WHERE id = $1 AND load > 0";
    NEXT_NUMBER = "UPDATE skill_groups SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number";
    GROUP = "SELECT g.id, g.tenant_id, g.reception_limit, t.routing
             FROM skill_groups g JOIN tenants t ON t.id = g.tenant_id WHERE g.id = $1";
    ONLINE = "SELECT COUNT(DISTINCT a.id) FROM skill_group_members m JOIN agents a ON a.id = m.agent_id
                JOIN presence p ON p.principal_id = a.id JOIN nodes n ON n.id = p.node_id
              WHERE m.skill_group_id = $1 AND a.status <> 'offline' AND n.alive_until > $2";
    GROUPS_OF = "SELECT skill_group_id FROM skill_group_members WHERE agent_id = $1";
}

row! {
    /// A free, connected member of a group.
    #[derive(Debug, Clone)]
    pub struct CandidateRow {
        /// Who.
        pub agent_id: AgentId,
        /// Always `free`; read so that the rules decide, not this query alone.
        pub status: String,
        /// Open sessions.
        pub load: i64,
        /// Own limit.
        pub own_limit: i64,
        /// Priority in the group.
        pub priority: i64,
        /// Since when nothing new came.
        pub idle_since: i64,
        /// The sign-in that must still be in force at the write.
        pub epoch: i64,
        /// Public name.
        pub nickname: String,
        /// Public number.
        pub staff_no: String,
    }
}

row! {
    /// A group, as routing sees it.
    #[derive(Debug, Clone)]
    pub struct GroupRow {
        /// Which.
        pub id: SkillGroupId,
        /// Whose.
        pub tenant_id: TenantId,
        /// Reception limit.
        pub reception_limit: i64,
        /// How the tenant routes, as JSON.
        pub routing: String,
    }
}

/// Free and connected members of a group.
///
/// # Errors
/// When the database fails.
pub async fn candidates<Q: Query>(
    q: &mut Q,
    group: SkillGroupId,
    now: Moment,
) -> Result<Vec<CandidateRow>, StoreError> {
    q.all(&CANDIDATES, params![group, now.0]).await
}

/// Waits until no other node gives sessions of this tenant to agents, and keeps it so until the commit. Without it nodes
/// that fill the same queue would be right too, by C05, but stand in each other's way: same sessions, same agents.
///
/// # Errors
/// When the database fails.
pub async fn take_turn(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    let (_, low) = tenant.uuid().as_u64_pair();
    tx.take_turn(i64::from_ne_bytes(low.to_ne_bytes())).await
}

/// Takes one place of an agent, if that is still allowed now: the agent's half of C05. Answers false when not.
///
/// # Errors
/// When the database fails.
pub async fn take(
    tx: &mut Tx,
    (agent, epoch): (AgentId, i64),
    group: SkillGroupId,
    hard_limit: i64,
    now: Moment,
) -> Result<bool, StoreError> {
    Ok(tx
        .execute(&TAKE, params![agent, epoch, hard_limit, group, now.0])
        .await?
        > 0)
}

/// Gives a place of an agent back.
///
/// # Errors
/// When the database fails.
pub async fn give_back(tx: &mut Tx, agent: AgentId, now: Moment) -> Result<(), StoreError> {
    tx.execute(&GIVE_BACK, params![agent, now.0]).await?;
    Ok(())
}

/// The next place in a queue. Its row is locked until the commit, so numbers appear in their order (U6).
///
/// # Errors
/// When the database fails; `None` when there is no such group.
pub async fn next_number(tx: &mut Tx, group: SkillGroupId) -> Result<Option<i64>, StoreError> {
    Ok(tx
        .optional::<(i64,)>(&NEXT_NUMBER, params![group])
        .await?
        .map(|row| row.0))
}

/// A group.
///
/// # Errors
/// When the database fails.
pub async fn group<Q: Query>(q: &mut Q, group: SkillGroupId) -> Result<Option<GroupRow>, StoreError> {
    q.optional(&GROUP, params![group]).await
}

/// Members of a group who are connected and not offline by choice.
///
/// # Errors
/// When the database fails.
pub async fn online<Q: Query>(q: &mut Q, group: SkillGroupId, now: Moment) -> Result<i64, StoreError> {
    Ok(q.one::<(i64,)>(&ONLINE, params![group, now.0]).await?.0)
}

/// The groups of an agent.
///
/// # Errors
/// When the database fails.
pub async fn groups_of<Q: Query>(q: &mut Q, agent: AgentId) -> Result<Vec<SkillGroupId>, StoreError> {
    let rows = q.all::<(SkillGroupId,)>(&GROUPS_OF, params![agent]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}
