//! Sessions: the fold of their log, as one row each.

use std::sync::Arc;

use domain::flow::FlowRun;
use domain::ids::{AgentId, ChannelId, FlowId, SessionId, SkillGroupId, TenantId, VisitorId};
use domain::moment::Moment;
use domain::session::{EndedBy, LastMessage, Origin, Place, Session, Stage};

use crate::codec::{broken, from_json, from_word, to_json, to_word};
use crate::newest::News;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT id, tenant_id, channel_id, source, visitor_id, flow_id, flow_version, flow_run, stage,
                    skill_group_id, queue_number, waiting_since, agent_id, assigned_at, ended_by, ended_at,
                    started_at, last_seq, visitor_seq, last_message, silent_since, agent_read, visitor_read,
                    unread, is_completed, version FROM sessions ",
            $($rest),*
        )
    };
}

sql! {
    FIND = columns!("WHERE tenant_id = $1 AND id = $2");
    ALL_AFTER = columns!("WHERE id > $1 ORDER BY id LIMIT $2");
    FIND_OPEN = columns!("WHERE visitor_id = $1 AND channel_id = $2 AND stage <> 'ended'");
    FIND_LATEST = columns!("WHERE visitor_id = $1 AND channel_id = $2 ORDER BY id DESC LIMIT 1");
    ACTIVE_OF = columns!("WHERE agent_id = $1 AND stage = 'active' ORDER BY id");
    INSERT = "INSERT INTO sessions (id, tenant_id, channel_id, source, visitor_id, flow_id, flow_version, flow_run,
                  stage, skill_group_id, queue_number, waiting_since, agent_id, assigned_at, ended_by, ended_at,
                  started_at, last_seq, visitor_seq, last_message, silent_since, agent_read, visitor_read,
                  unread, is_completed, version)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                  $21, $22, $23, $24, $25, 1)
              ON CONFLICT DO NOTHING";
    // Place and time of assignment stay after the end: records tell through which group a session went.
    SAVE = "UPDATE sessions SET flow_run = $3, stage = $4, skill_group_id = COALESCE(CAST($5 AS TEXT), skill_group_id),
                queue_number = COALESCE(CAST($6 AS BIGINT), queue_number),
                waiting_since = COALESCE(CAST($7 AS BIGINT), waiting_since), agent_id = $8,
                assigned_at = COALESCE(CAST($9 AS BIGINT), assigned_at), ended_by = $10, ended_at = $11, last_seq = $12,
                visitor_seq = $13, last_message = $14, silent_since = $15, agent_read = $16,
                visitor_read = $17, unread = $18, is_completed = $19, version = version + 1
            WHERE id = $1 AND version = $2";
    // Leaves the columns alone that indexes stand on: each of those would be written again for every message.
    SAVE_TALK = "UPDATE sessions SET version = $3, last_seq = $4, visitor_seq = $5, last_message = $6, silent_since = $7,
                     agent_read = $8, visitor_read = $9, unread = $10
                 WHERE id = $1 AND version = $2";
    WAITING = "SELECT s.id, s.queue_number, CAST((
                   SELECT p.agent_id FROM sessions p
                   WHERE p.visitor_id = s.visitor_id AND p.id < s.id AND p.agent_id IS NOT NULL
                   ORDER BY p.id DESC LIMIT 1) AS TEXT)
               FROM sessions s WHERE s.skill_group_id = $1 AND s.stage = 'waiting'
               ORDER BY s.queue_number LIMIT $2";
    QUEUE = "SELECT id, queue_number FROM sessions WHERE skill_group_id = $1 AND stage = 'waiting' ORDER BY queue_number";
    AHEAD = "SELECT COUNT(*) FROM sessions WHERE skill_group_id = $1 AND stage = 'waiting' AND queue_number < $2";
    GROUPS_WITH_WAITING = "SELECT DISTINCT skill_group_id FROM sessions WHERE stage = 'waiting'";
    COMPLETE_ALL = "UPDATE sessions SET is_completed = TRUE, version = version + 1
                    WHERE tenant_id = $1 AND agent_id = $2 AND stage = 'ended' AND is_completed = FALSE
                    RETURNING id";
    BEFORE = "SELECT s.id, s.source, s.started_at, a.nickname
              FROM sessions s LEFT JOIN agents a ON a.id = s.agent_id
              WHERE s.tenant_id = $1 AND s.visitor_id = $2 AND s.id < $3
              ORDER BY s.id DESC LIMIT $4";
    BLOCKING_AGENT = "SELECT s.id, v.nickname, s.source, s.started_at FROM sessions s JOIN visitors v ON v.id = s.visitor_id
                      WHERE s.tenant_id = $1 AND s.agent_id = $2 AND s.stage = 'active' ORDER BY s.id LIMIT 200";
    BLOCKING_CHANNEL = "SELECT s.id, v.nickname, s.source, s.started_at FROM sessions s JOIN visitors v ON v.id = s.visitor_id
                        WHERE s.tenant_id = $1 AND s.channel_id = $2 AND s.stage <> 'ended' ORDER BY s.id LIMIT 200";
    BLOCKING_GROUP = "SELECT s.id, v.nickname, s.source, s.started_at FROM sessions s JOIN visitors v ON v.id = s.visitor_id
                      WHERE s.tenant_id = $1 AND s.skill_group_id = $2 AND s.stage <> 'ended' ORDER BY s.id LIMIT 200";
    SERVES_VISITOR = "SELECT COUNT(*) FROM sessions WHERE tenant_id = $1 AND agent_id = $2 AND visitor_id = $3";
}

row! {
    struct SessionRow {
        id: SessionId,
        tenant_id: TenantId,
        channel_id: ChannelId,
        source: String,
        visitor_id: VisitorId,
        flow_id: FlowId,
        flow_version: i64,
        flow_run: String,
        stage: String,
        skill_group_id: Option<SkillGroupId>,
        queue_number: Option<i64>,
        waiting_since: Option<i64>,
        agent_id: Option<AgentId>,
        assigned_at: Option<i64>,
        ended_by: Option<String>,
        ended_at: Option<i64>,
        started_at: i64,
        last_seq: i64,
        visitor_seq: i64,
        last_message: Option<String>,
        silent_since: Option<i64>,
        agent_read: i64,
        visitor_read: i64,
        unread: i64,
        is_completed: bool,
        version: i64,
    }
}

row! {
    /// A waiting session, as routing sees it.
    pub struct WaitingRow {
        /// Which.
        pub id: SessionId,
        /// Its place: lower first.
        pub number: i64,
        /// Who served this visitor the last time.
        pub last_agent: Option<AgentId>,
    }
}

row! {
    /// An earlier session of a visitor.
    #[derive(Debug, Clone)]
    pub struct EarlierRow {
        /// Which.
        pub id: SessionId,
        /// `title@channel`.
        pub source: String,
        /// When it began.
        pub started_at: i64,
        /// The public name of who served it.
        pub agent_nickname: Option<String>,
    }
}

row! {
    /// An open session that stands in the way of something.
    pub struct BlockingRow {
        /// Which.
        pub id: SessionId,
        /// The visitor's nickname.
        pub visitor: String,
        /// `title@channel`.
        pub source: String,
        /// When it began.
        pub started_at: i64,
    }
}

impl SessionRow {
    fn place(&self) -> Option<Place> {
        Some(Place {
            skill_group: self.skill_group_id?,
            number: self.queue_number?,
            since: Moment(self.waiting_since?),
        })
    }

    fn stage(&self) -> Result<Stage, StoreError> {
        let stage = match self.stage.as_str() {
            "in_flow" => Some(Stage::InFlow),
            "waiting" => self.place().map(Stage::Waiting),
            "active" => self.active(),
            "ended" => self.ended()?,
            _ => None,
        };
        stage.ok_or_else(|| broken(format!("session {} has a broken stage", self.id)))
    }

    fn active(&self) -> Option<Stage> {
        Some(Stage::Active {
            agent: self.agent_id?,
            place: self.place()?,
            since: Moment(self.assigned_at?),
        })
    }

    fn ended(&self) -> Result<Option<Stage>, StoreError> {
        let (Some(by), Some(at)) = (&self.ended_by, self.ended_at) else {
            return Ok(None);
        };
        let by: EndedBy = from_word(by)?;
        Ok(Some(Stage::Ended {
            by,
            at: Moment(at),
            last_agent: self.agent_id,
        }))
    }

    fn into_session(self) -> Result<Session, StoreError> {
        let stage = self.stage()?;
        let run: FlowRun = from_json(&self.flow_run)?;
        let last_message: Option<LastMessage> = self.last_message.as_deref().map(from_json).transpose()?;
        let origin = Origin {
            id: self.id,
            tenant: self.tenant_id,
            channel: self.channel_id,
            source: self.source,
            visitor: self.visitor_id,
            flow: self.flow_id,
            flow_version: self.flow_version,
            run,
        };
        let mut session = Session::unstarted(origin, Moment(self.started_at));
        session.stage = stage;
        session.last_seq = self.last_seq;
        session.visitor_seq = self.visitor_seq;
        session.last_message = last_message;
        session.silent_since = self.silent_since.map(Moment);
        session.agent_read = self.agent_read;
        session.visitor_read = self.visitor_read;
        session.unread = self.unread;
        session.is_completed = self.is_completed;
        session.version = self.version;
        Ok(session)
    }
}

/// The columns that a stage fills.
#[derive(Default)]
struct StageColumns {
    stage: &'static str,
    place: Option<Place>,
    agent: Option<AgentId>,
    assigned_at: Option<i64>,
    ended_by: Option<String>,
    ended_at: Option<i64>,
}

impl StageColumns {
    fn of(session: &Session) -> Result<Self, StoreError> {
        Ok(match &session.stage {
            Stage::InFlow => Self {
                stage: "in_flow",
                ..Self::default()
            },
            Stage::Waiting(place) => Self {
                stage: "waiting",
                place: Some(*place),
                ..Self::default()
            },
            Stage::Active { agent, place, since } => Self {
                stage: "active",
                place: Some(*place),
                agent: Some(*agent),
                assigned_at: Some(since.0),
                ..Self::default()
            },
            Stage::Ended { by, at, last_agent } => Self {
                stage: "ended",
                agent: *last_agent,
                ended_by: Some(to_word(by)?),
                ended_at: Some(at.0),
                ..Self::default()
            },
        })
    }
}

/// A tenant's session.
///
/// # Errors
/// When the database fails or the row is broken.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, id: SessionId) -> Result<Option<Session>, StoreError> {
    if let Some(known) = q.known(id) {
        return Ok((known.tenant == tenant).then(|| (*known).clone()));
    }
    one_session(q.optional::<SessionRow>(&FIND, params![tenant, id]).await?)
}

/// The visitor's open session in a channel; there is at most one (I14).
///
/// # Errors
/// When the database fails or the row is broken.
pub async fn find_open<Q: Query>(
    q: &mut Q,
    visitor: VisitorId,
    channel: ChannelId,
) -> Result<Option<Session>, StoreError> {
    if let Some(known) = q.known_open(visitor, channel) {
        return Ok(Some((*known).clone()));
    }
    one_session(q.optional::<SessionRow>(&FIND_OPEN, params![visitor, channel]).await?)
}

/// The visitor's newest session in a channel, open or not.
///
/// # Errors
/// When the database fails or the row is broken.
pub async fn find_latest<Q: Query>(
    q: &mut Q,
    visitor: VisitorId,
    channel: ChannelId,
) -> Result<Option<Session>, StoreError> {
    if let Some(known) = q.known_open(visitor, channel) {
        return Ok(Some((*known).clone()));
    }
    one_session(
        q.optional::<SessionRow>(&FIND_LATEST, params![visitor, channel])
            .await?,
    )
}

/// Sessions of all contact centres after an id, in order of their ids; the first page is after the empty text. Each that
/// cannot be read says why.
///
/// # Errors
/// When the database fails.
pub async fn all_after<Q: Query>(
    q: &mut Q,
    after: &str,
    limit: i64,
) -> Result<Vec<(SessionId, Result<Session, StoreError>)>, StoreError> {
    let rows = q.all::<SessionRow>(&ALL_AFTER, params![after, limit]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.into_session())).collect())
}

/// All sessions that an agent serves now.
///
/// # Errors
/// When the database fails or a row is broken.
pub async fn active_of<Q: Query>(q: &mut Q, agent: AgentId) -> Result<Vec<Session>, StoreError> {
    let rows = q.all::<SessionRow>(&ACTIVE_OF, params![agent]).await?;
    rows.into_iter().map(SessionRow::into_session).collect()
}

fn one_session(row: Option<SessionRow>) -> Result<Option<Session>, StoreError> {
    row.map(SessionRow::into_session).transpose()
}

/// Saves a new session.
///
/// # Errors
/// [`StoreError::Stale`] when the visitor has an open session in this channel already (I14).
pub async fn insert(tx: &mut Tx, session: &mut Session) -> Result<(), StoreError> {
    let columns = StageColumns::of(session)?;
    let place = columns.place;
    let inserted = tx
        .execute(
            &INSERT,
            params![
                session.id,
                session.tenant,
                session.channel,
                session.source.as_str(),
                session.visitor,
                session.flow,
                session.flow_version,
                to_json(&session.run)?,
                columns.stage,
                place.map(|place| place.skill_group),
                place.map(|place| place.number),
                place.map(|place| place.since.0),
                columns.agent,
                columns.assigned_at,
                columns.ended_by,
                columns.ended_at,
                session.started_at.0,
                session.last_seq,
                session.visitor_seq,
                session.last_message.as_ref().map(to_json).transpose()?,
                session.silent_since.map(|at| at.0),
                session.agent_read,
                session.visitor_read,
                session.unread,
                session.is_completed
            ],
        )
        .await?;
    if inserted == 0 {
        return Err(StoreError::Stale);
    }
    session.version = 1;
    note(tx, session);
    Ok(())
}

/// Saves a changed session, if nobody was faster (C05).
///
/// # Errors
/// [`StoreError::Stale`] when somebody was.
pub async fn save(tx: &mut Tx, session: &mut Session) -> Result<(), StoreError> {
    let columns = StageColumns::of(session)?;
    let place = columns.place;
    let saved = tx
        .execute(
            &SAVE,
            params![
                session.id,
                session.version,
                to_json(&session.run)?,
                columns.stage,
                place.map(|place| place.skill_group),
                place.map(|place| place.number),
                place.map(|place| place.since.0),
                columns.agent,
                columns.assigned_at,
                columns.ended_by,
                columns.ended_at,
                session.last_seq,
                session.visitor_seq,
                session.last_message.as_ref().map(to_json).transpose()?,
                session.silent_since.map(|at| at.0),
                session.agent_read,
                session.visitor_read,
                session.unread,
                session.is_completed
            ],
        )
        .await?;
    if saved == 0 {
        return Err(StoreError::Stale);
    }
    session.version += 1;
    note(tx, session);
    Ok(())
}

/// Saves a session in which somebody spoke or read, while its stage, its flow and whether it is put away are as they
/// were loaded, if nobody was faster (C05).
///
/// # Errors
/// [`StoreError::Stale`] when somebody was.
pub async fn save_talk(tx: &mut Tx, session: &mut Session) -> Result<(), StoreError> {
    let found = session.version;
    session.version += 1;
    tx.put_off_move(
        &SAVE_TALK,
        params![
            session.id,
            found,
            session.version,
            session.last_seq,
            session.visitor_seq,
            session.last_message.as_ref().map(to_json).transpose()?,
            session.silent_since.map(|at| at.0),
            session.agent_read,
            session.visitor_read,
            session.unread
        ],
    )
    .await?;
    note(tx, session);
    Ok(())
}

/// Keeps a saved session for those who read after the commit. Lines that are not saved yet are not part of it.
fn note(tx: &mut Tx, session: &Session) {
    tx.note(|| {
        let mut saved = session.clone();
        let _unsaved = saved.take_fresh();
        News::Session(Arc::new(saved))
    });
}

/// The first `limit` sessions of a queue, in the order of service.
///
/// # Errors
/// When the database fails.
pub async fn waiting<Q: Query>(q: &mut Q, group: SkillGroupId, limit: i64) -> Result<Vec<WaitingRow>, StoreError> {
    q.all(&WAITING, params![group, limit]).await
}

/// A whole queue in order: for telling everybody in it their place.
///
/// # Errors
/// When the database fails.
pub async fn queue<Q: Query>(q: &mut Q, group: SkillGroupId) -> Result<Vec<(SessionId, i64)>, StoreError> {
    q.all(&QUEUE, params![group]).await
}

/// How many wait before a number (ROUTE-01).
///
/// # Errors
/// When the database fails.
pub async fn ahead<Q: Query>(q: &mut Q, group: SkillGroupId, number: i64) -> Result<i64, StoreError> {
    Ok(q.one::<(i64,)>(&AHEAD, params![group, number]).await?.0)
}

/// All groups in whose queue somebody waits.
///
/// # Errors
/// When the database fails.
pub async fn groups_with_waiting<Q: Query>(q: &mut Q) -> Result<Vec<SkillGroupId>, StoreError> {
    let rows = q.all::<(SkillGroupId,)>(&GROUPS_WITH_WAITING, params![]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Puts away all ended sessions of an agent (WORK-21); answers which.
///
/// # Errors
/// When the database fails.
pub async fn complete_all(tx: &mut Tx, tenant: TenantId, agent: AgentId) -> Result<Vec<SessionId>, StoreError> {
    let rows = tx.all::<(SessionId,)>(&COMPLETE_ALL, params![tenant, agent]).await?;
    let ids: Vec<SessionId> = rows.into_iter().map(|row| row.0).collect();
    for id in &ids {
        tx.note(|| News::Changed(*id));
    }
    Ok(ids)
}

/// Sessions of a visitor that began before another one, newest first.
///
/// # Errors
/// When the database fails.
pub async fn earlier<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    visitor: VisitorId,
    before: SessionId,
    limit: i64,
) -> Result<Vec<EarlierRow>, StoreError> {
    q.all(&BEFORE, params![tenant, visitor, before, limit]).await
}

/// Open sessions of an agent, a channel or a group, that stand in the way of its deletion (R19).
///
/// # Errors
/// When the database fails.
pub async fn blocking<Q: Query>(q: &mut Q, tenant: TenantId, what: Blocked) -> Result<Vec<BlockingRow>, StoreError> {
    match what {
        Blocked::Agent(id) => q.all(&BLOCKING_AGENT, params![tenant, id]).await,
        Blocked::Channel(id) => q.all(&BLOCKING_CHANNEL, params![tenant, id]).await,
        Blocked::SkillGroup(id) => q.all(&BLOCKING_GROUP, params![tenant, id]).await,
    }
}

/// What somebody wants to delete.
#[derive(Debug, Clone, Copy)]
pub enum Blocked {
    /// An agent.
    Agent(AgentId),
    /// A channel.
    Channel(ChannelId),
    /// A skill group.
    SkillGroup(SkillGroupId),
}

/// Whether an agent serves or served any session of a visitor: the right to see that visitor's files.
///
/// # Errors
/// When the database fails.
pub async fn has_served<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    agent: AgentId,
    visitor: VisitorId,
) -> Result<bool, StoreError> {
    Ok(q.one::<(i64,)>(&SERVES_VISITOR, params![tenant, agent, visitor])
        .await?
        .0
        > 0)
}
