//! What an agent's page shows.

use app::principals::Agent;
use app::{App, AppError};
use domain::ids::{Id, SessionId};
use domain::moment::Moment;
use domain::session::{Session, Stage};
use store::entries::{StoredEntry, View};
use store::session_list::{ListedRow, Wanted};
use store::{Query, codec};
use uuid::Uuid;

use crate::problem::ApiError;
use crate::wire::entry::Entry;
use crate::wire::list::Page;
use crate::wire::me::SkillGroupName;
use crate::wire::problem::{FieldProblemCode, ProblemCode};
use crate::wire::session::{
    Entries, EntriesQuery, History, HistoryQuery, HistorySession, ListedStage, QueueCount, SessionSummary,
    SessionVisitor, SessionsQuery, Workbench,
};

/// Lines of a session that a page gets at once.
pub const NEWEST_LINES: i64 = 30;
/// Longest text that is looked for, in characters.
const QUERY_MAX_CHARS: usize = 100;

/// A line, as agents see it.
#[must_use]
pub fn entry(stored: StoredEntry) -> Entry {
    Entry {
        session_id: stored.session,
        seq: stored.entry.seq,
        prev: stored.entry.seq - 1,
        id: stored.entry.id,
        at: stored.entry.at,
        author: stored.entry.author,
        client_id: stored.entry.client_id.map(|key| key.as_str().to_owned()),
        body: stored.entry.body,
    }
}

/// A session, as an agent's list shows it.
///
/// # Errors
/// When the row is broken.
pub fn summary(row: ListedRow) -> Result<SessionSummary, AppError> {
    Ok(SessionSummary {
        id: row.id,
        stage: if row.stage == "ended" {
            ListedStage::Ended
        } else {
            ListedStage::Active
        },
        visitor: SessionVisitor {
            id: row.visitor_id,
            nickname: row.nickname,
            online: row.is_online,
            external_id: row.external_id,
            language: codec::from_word(&row.language)?,
            user_agent: row.user_agent,
            first_seen_at: Moment(row.first_seen_at),
            avatar: row.avatar,
            custom_data: codec::from_json(&row.custom_data)?,
        },
        source: row.source,
        skill_group: row
            .skill_group_id
            .zip(row.skill_group_name)
            .map(|(id, name)| SkillGroupName { id, name }),
        started_at: Moment(row.started_at),
        assigned_at: row.assigned_at.map(Moment),
        ended_at: row.ended_at.map(Moment),
        ended_by: row.ended_by.as_deref().map(codec::from_word).transpose()?,
        last_seq: row.last_seq,
        last_message: row.last_message.as_deref().map(codec::from_json).transpose()?,
        unread: row.unread,
        agent_read: row.agent_read,
        visitor_read: row.visitor_read,
    })
}

/// One session in the agent's list, or `None` when it is not (any more) there.
///
/// # Errors
/// When the database fails.
pub async fn listed<Q: Query>(
    q: &mut Q,
    by: &Agent,
    id: SessionId,
    now: Moment,
) -> Result<Option<SessionSummary>, AppError> {
    let row = store::session_list::find(q, by.tenant, id, now).await?;
    let row = row.filter(|row| {
        row.agent_id == Some(by.id) && (row.stage == "active" || (row.stage == "ended" && !row.is_completed))
    });
    row.map(summary).transpose()
}

/// A session in service as the agent's list shows it, from how it was shown before and how it stands now; `None` when
/// more has changed than what people said and read.
#[must_use]
pub fn told_again(shown: &SessionSummary, by: &Agent, now: &Session) -> Option<SessionSummary> {
    let Stage::Active { agent, place, since } = &now.stage else {
        return None;
    };
    let is_same = *agent == by.id
        && shown.stage == ListedStage::Active
        && shown.assigned_at == Some(*since)
        && shown
            .skill_group
            .as_ref()
            .is_some_and(|group| group.id == place.skill_group);
    is_same.then(|| SessionSummary {
        last_seq: now.last_seq,
        last_message: now.last_message.clone(),
        unread: now.unread,
        agent_read: now.agent_read,
        visitor_read: now.visitor_read,
        ..shown.clone()
    })
}

/// How many wait in the agent's groups.
///
/// # Errors
/// When the database fails.
pub async fn queues<Q: Query>(q: &mut Q, by: &Agent) -> Result<Vec<QueueCount>, AppError> {
    let rows = store::session_list::queues_of(q, by.id).await?;
    Ok(rows
        .into_iter()
        .map(|(skill_group_id, name, waiting)| QueueCount {
            skill_group_id,
            name,
            waiting,
        })
        .collect())
}

/// Everything an agent's page shows at first. The cursor is read before the list: what changes in between comes
/// again as a frame, and frames may be applied twice.
///
/// # Errors
/// When the database fails.
pub async fn workbench(app: &App, by: &Agent) -> Result<Workbench, AppError> {
    let mut reader = app.store.reader();
    let cursor = store::events::position(&mut reader, by.id).await?;
    let rows = store::session_list::of_agent(&mut reader, by.id, app.clock.now()).await?;
    Ok(Workbench {
        cursor,
        generation: app.generation().to_owned(),
        me: crate::wire::me::Me::of(app::agents::me(app, by).await?, by),
        sessions: rows.into_iter().map(summary).collect::<Result<_, _>>()?,
        queues: queues(&mut reader, by).await?,
    })
}

/// Lines of an own session.
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach.
pub async fn entries(app: &App, by: &Agent, id: SessionId, query: &EntriesQuery) -> Result<Entries, AppError> {
    let mut reader = app.store.reader();
    app::sessions::own(&mut reader, by, id).await?;
    let limit = query.limit.unwrap_or(50).clamp(1, 200);
    let of = (by.tenant, id);
    let mut found = match (query.after_seq, query.before_seq) {
        (Some(after), _) => store::entries::after(&mut reader, of, after, limit + 1, View::Desk).await?,
        (None, before) => {
            store::entries::before(&mut reader, of, before.unwrap_or(i64::MAX), limit + 1, View::Desk).await?
        }
    };
    let has_more = i64::try_from(found.len()).is_ok_and(|count| count > limit);
    if has_more {
        // The one beyond the page is the last when going on, the first when going back.
        let surplus = if query.after_seq.is_some() { found.len() - 1 } else { 0 };
        found.remove(surplus);
    }
    Ok(Entries {
        session_id: id,
        entries: found.into_iter().map(entry).collect(),
        has_more,
    })
}

/// Messages of the visitor's earlier sessions: the newest before the cursor, oldest first (WORK-06).
///
/// # Errors
/// [`ProblemCode::NotFound`] for a session out of reach, [`ProblemCode::InvalidRequest`] for a foreign cursor.
pub async fn history(app: &App, by: &Agent, id: SessionId, query: &HistoryQuery) -> Result<History, ApiError> {
    let mut reader = app.store.reader();
    let session = app::sessions::own(&mut reader, by, id).await?;
    let limit = usize::try_from(query.limit.unwrap_or(10).clamp(1, 50)).unwrap_or(10);
    let (mut before_session, mut before_seq) = match query.cursor.as_deref() {
        Some(cursor) => history_cursor(cursor)?,
        None => (id, 0),
    };
    // A cursor is the caller's word: it leads into earlier sessions of this visitor and into no other (T507).
    if before_session != id {
        let named = store::sessions::find(&mut reader, by.tenant, before_session).await?;
        let is_earlier = named.is_some_and(|named| named.visitor == session.visitor && named.id < id);
        if !is_earlier {
            return Err(ApiError::new(ProblemCode::InvalidRequest));
        }
    }
    let mut found: Vec<StoredEntry> = Vec::new();
    let mut sessions: Vec<HistorySession> = Vec::new();
    // One message more than asked for tells whether there are older ones.
    while found.len() <= limit {
        let of = (by.tenant, before_session);
        while before_seq > 0 && found.len() <= limit {
            let lines = store::entries::before(&mut reader, of, before_seq, 50, View::Desk).await?;
            before_seq = lines.first().map_or(0, |line| line.entry.seq);
            let is_message = |line: &StoredEntry| matches!(line.entry.body, domain::entry::EntryBody::Message { .. });
            found.extend(lines.into_iter().rev().filter(is_message).take(limit + 1 - found.len()));
        }
        if found.len() > limit {
            break;
        }
        let Some(row) = store::sessions::earlier(&mut reader, by.tenant, session.visitor, before_session, 1)
            .await?
            .pop()
        else {
            break;
        };
        (before_session, before_seq) = (row.id, i64::MAX);
        sessions.push(HistorySession {
            id: row.id,
            source: row.source,
            started_at: Moment(row.started_at),
            agent_nickname: row.agent_nickname,
        });
    }
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found
        .last()
        .filter(|_| has_more)
        .map(|oldest| format!("{}.{}", oldest.session, oldest.entry.seq));
    let named: std::collections::BTreeSet<SessionId> = found.iter().map(|line| line.session).collect();
    let mut known = named_sessions(&mut reader, by, session.visitor, &named, sessions).await?;
    known.retain(|session| named.contains(&session.id));
    found.reverse();
    Ok(History {
        entries: found.into_iter().map(entry).collect(),
        sessions: known,
        next,
    })
}

/// Adds the session that the cursor stands in, which the walk did not meet.
async fn named_sessions<Q: Query>(
    q: &mut Q,
    by: &Agent,
    visitor: domain::ids::VisitorId,
    named: &std::collections::BTreeSet<SessionId>,
    mut known: Vec<HistorySession>,
) -> Result<Vec<HistorySession>, AppError> {
    for id in named {
        if known.iter().any(|session| session.id == *id) {
            continue;
        }
        let just_after = SessionId::from_uuid(Uuid::from_u128(id.uuid().as_u128().saturating_add(1)));
        let row = store::sessions::earlier(q, by.tenant, visitor, just_after, 1)
            .await?
            .pop();
        known.extend(row.filter(|row| row.id == *id).map(|row| HistorySession {
            id: row.id,
            source: row.source,
            started_at: Moment(row.started_at),
            agent_nickname: row.agent_nickname,
        }));
    }
    Ok(known)
}

fn history_cursor(text: &str) -> Result<(SessionId, i64), ApiError> {
    let parts = text
        .split_once('.')
        .and_then(|(session, seq)| Some((session.parse().ok()?, seq.parse().ok()?)));
    parts.ok_or_else(|| ApiError::new(ProblemCode::InvalidRequest))
}

/// Own sessions: those in service, or ended ones (also those put away), newest first.
///
/// # Errors
/// [`ProblemCode::InvalidRequest`] for a foreign cursor.
pub async fn sessions(app: &App, by: &Agent, query: &SessionsQuery) -> Result<Page<SessionSummary>, ApiError> {
    let limit = query.limit.unwrap_or(20).clamp(1, 100);
    let nickname = query.query.as_deref().map(str::trim).filter(|text| !text.is_empty());
    // One engine cannot even compare the character that ends a text for the other (T804).
    if nickname.is_some_and(|text| text.contains('\0') || text.chars().count() > QUERY_MAX_CHARS) {
        return Err(ApiError::invalid(Some((
            "query".to_owned(),
            FieldProblemCode::Malformed,
        ))));
    }
    let wanted = Wanted {
        nickname: nickname.map(str::to_owned),
        limit: limit + 1,
    };
    let newest = SessionId::from_uuid(Uuid::max());
    let after: (i64, SessionId) = match query.cursor.as_deref() {
        Some(cursor) => cursor
            .split_once('.')
            .and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)))
            .ok_or_else(|| ApiError::new(ProblemCode::InvalidRequest))?,
        None => (i64::MAX, newest),
    };
    let (of, now) = ((by.tenant, by.id), app.clock.now());
    let mut reader = app.store.reader();
    let mut rows = match query.state.unwrap_or(ListedStage::Ended) {
        ListedStage::Ended => store::session_list::ended(&mut reader, of, after, &wanted, now).await?,
        ListedStage::Active => store::session_list::served(&mut reader, of, after.1, &wanted, now).await?,
    };
    let has_more = i64::try_from(rows.len()).is_ok_and(|count| count > limit);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let next = rows
        .last()
        .filter(|_| has_more)
        .map(|row| format!("{}.{}", row.ended_at.unwrap_or_default(), row.id));
    let items = rows.into_iter().map(summary).collect::<Result<_, _>>()?;
    Ok(Page { items, next })
}
