//! Sessions as an agent's list shows them: with the visitor, the group and who is online, in one statement.

use domain::ids::{AgentId, SessionId, SkillGroupId, TenantId, VisitorId};
use domain::moment::Moment;

use crate::{Query, StoreError, params, row, sql};

macro_rules! listed {
    ($($rest:literal)*) => {
        concat!(
            "SELECT s.id, s.stage, s.agent_id, s.source, s.started_at, s.assigned_at, s.ended_at, s.ended_by, s.last_seq,
                    s.last_message, s.unread, s.agent_read, s.visitor_read, s.is_completed, g.id, g.name, v.id,
                    v.nickname, v.external_id, v.language, v.user_agent, v.created_at, v.avatar, v.custom_data,
                    EXISTS (SELECT 1 FROM presence p JOIN nodes n ON n.id = p.node_id
                            WHERE p.principal_id = v.id AND n.alive_until > $1)
             FROM sessions s JOIN visitors v ON v.id = s.visitor_id
                  LEFT JOIN skill_groups g ON g.id = s.skill_group_id ",
            $($rest),*
        )
    };
}

sql! {
    ACTIVE = listed!("WHERE s.agent_id = $2 AND s.stage = 'active' ORDER BY s.assigned_at DESC, s.id DESC");
    UNFINISHED = listed!("WHERE s.agent_id = $2 AND s.stage = 'ended' AND s.is_completed = FALSE
                          ORDER BY s.ended_at DESC, s.id DESC LIMIT 200");
    ONE = listed!("WHERE s.tenant_id = $2 AND s.id = $3");
    ENDED = listed!("WHERE s.agent_id = $2 AND s.stage = 'ended' AND s.tenant_id = $3
                       AND (s.ended_at, s.id) < ($4, $5)
                       AND (CAST($6 AS TEXT) IS NULL OR LOWER(v.nickname) LIKE $6 ESCAPE '!')
                     ORDER BY s.ended_at DESC, s.id DESC LIMIT $7");
    SERVED = listed!("WHERE s.agent_id = $2 AND s.stage = 'active' AND s.tenant_id = $3
                       AND s.id < $4
                       AND (CAST($5 AS TEXT) IS NULL OR LOWER(v.nickname) LIKE $5 ESCAPE '!')
                     ORDER BY s.id DESC LIMIT $6");
    PUBLIC_AGENT = "SELECT nickname, staff_no FROM agents WHERE id = $1";
    WAITING_OF_AGENT = "SELECT g.id, g.name, COUNT(s.id) FROM skill_group_members m
                          JOIN skill_groups g ON g.id = m.skill_group_id
                          LEFT JOIN sessions s ON s.skill_group_id = g.id AND s.stage = 'waiting'
                        WHERE m.agent_id = $1 GROUP BY g.id, g.name ORDER BY g.name, g.id";
}

row! {
    /// A session as lists show it.
    #[derive(Debug, Clone, PartialEq)]
    pub struct ListedRow {
        /// Which.
        pub id: SessionId,
        /// `in_flow`, `waiting`, `active` or `ended`.
        pub stage: String,
        /// Who serves or served it.
        pub agent_id: Option<AgentId>,
        /// `title@channel`.
        pub source: String,
        /// When it began.
        pub started_at: i64,
        /// When the agent got it.
        pub assigned_at: Option<i64>,
        /// When it ended.
        pub ended_at: Option<i64>,
        /// Who or what ended it.
        pub ended_by: Option<String>,
        /// Number of its newest line.
        pub last_seq: i64,
        /// The newest message, as JSON.
        pub last_message: Option<String>,
        /// Visitor's messages that the agent has not read.
        pub unread: i64,
        /// How far the agent has read.
        pub agent_read: i64,
        /// How far the visitor has read.
        pub visitor_read: i64,
        /// Whether it was put away.
        pub is_completed: bool,
        /// The queue it came through.
        pub skill_group_id: Option<SkillGroupId>,
        /// That group's name.
        pub skill_group_name: Option<String>,
        /// Who talks.
        pub visitor_id: VisitorId,
        /// Name shown.
        pub nickname: String,
        /// The host page's own user id.
        pub external_id: Option<String>,
        /// Language of the visitor's page.
        pub language: String,
        /// The visitor's browser.
        pub user_agent: String,
        /// The visitor's first visit.
        pub first_seen_at: i64,
        /// Address of the visitor's picture.
        pub avatar: Option<String>,
        /// What the host page tells about the visitor, as a JSON object of texts.
        pub custom_data: String,
        /// Whether a page of the visitor is connected.
        pub is_online: bool,
    }
}

/// What an agent's list shows: sessions in service, then ended ones that are not put away.
///
/// # Errors
/// When the database fails.
pub async fn of_agent<Q: Query>(q: &mut Q, agent: AgentId, now: Moment) -> Result<Vec<ListedRow>, StoreError> {
    let mut rows: Vec<ListedRow> = q.all(&ACTIVE, params![now.0, agent]).await?;
    rows.extend(q.all::<ListedRow>(&UNFINISHED, params![now.0, agent]).await?);
    Ok(rows)
}

/// One session of a tenant.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: SessionId,
    now: Moment,
) -> Result<Option<ListedRow>, StoreError> {
    q.optional(&ONE, params![now.0, tenant, id]).await
}

/// Which sessions of an agent are wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Part of the visitor's nickname, in any case.
    pub nickname: Option<String>,
    /// Rows at most.
    pub limit: i64,
}

impl Wanted {
    fn pattern(&self) -> Option<String> {
        self.nickname.as_deref().map(crate::codec::like_pattern)
    }
}

/// Ended sessions of an agent that come after (`ended_at`, `id`), newest first.
///
/// # Errors
/// When the database fails.
pub async fn ended<Q: Query>(
    q: &mut Q,
    (tenant, agent): (TenantId, AgentId),
    after: (i64, SessionId),
    wanted: &Wanted,
    now: Moment,
) -> Result<Vec<ListedRow>, StoreError> {
    q.all(
        &ENDED,
        params![now.0, agent, tenant, after.0, after.1, wanted.pattern(), wanted.limit],
    )
    .await
}

/// Sessions in an agent's service that began before `after`, newest first.
///
/// # Errors
/// When the database fails.
pub async fn served<Q: Query>(
    q: &mut Q,
    (tenant, agent): (TenantId, AgentId),
    after: SessionId,
    wanted: &Wanted,
    now: Moment,
) -> Result<Vec<ListedRow>, StoreError> {
    q.all(
        &SERVED,
        params![now.0, agent, tenant, after, wanted.pattern(), wanted.limit],
    )
    .await
}

/// How many wait in each group of an agent (WORK-02).
///
/// # Errors
/// When the database fails.
pub async fn queues_of<Q: Query>(q: &mut Q, agent: AgentId) -> Result<Vec<(SkillGroupId, String, i64)>, StoreError> {
    q.all(&WAITING_OF_AGENT, params![agent]).await
}

/// What a visitor may know of an agent: public name and number.
///
/// # Errors
/// When the database fails.
pub async fn public_agent<Q: Query>(q: &mut Q, agent: AgentId) -> Result<Option<(String, String)>, StoreError> {
    q.optional(&PUBLIC_AGENT, params![agent]).await
}
