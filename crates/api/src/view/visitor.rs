//! What a visitor's page shows: never routing, flow internals, ids of the desk or e-mails (T311).

use std::collections::HashMap;

use app::principals::Visitor;
use app::{App, AppError};
use domain::entry::{Author, EntryBody};
use domain::ids::{AgentId, SessionId};
use domain::session::{Session, Stage};
use store::entries::{StoredEntry, View};
use store::{Query, Reader};

use crate::socket::hub::Hub;
use crate::wire::entry::{VisitorAuthor, VisitorEntry, VisitorEntryBody};
use crate::wire::visitor::{
    ConversationQuery, PublicAgent, VisitorConversation, VisitorHistory, VisitorHistoryQuery, VisitorName,
    VisitorSession, VisitorStage,
};

/// Lines that a page gets at once.
const NEWEST_LINES: i64 = 50;
/// Most lines after a number; a page that missed more asks again.
pub const MISSED_LINES: i64 = 200;

/// Public names of agents, read once each.
#[derive(Debug, Default)]
pub struct Names(HashMap<AgentId, Option<PublicAgent>>);

impl Names {
    /// What a visitor may know of an agent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get<Q: Query>(&mut self, q: &mut Q, agent: AgentId) -> Result<Option<PublicAgent>, AppError> {
        if let Some(known) = self.0.get(&agent) {
            return Ok(known.clone());
        }
        let row = store::session_list::public_agent(q, agent).await?;
        let found = row.map(|(nickname, staff_no)| PublicAgent { nickname, staff_no });
        self.0.insert(agent, found.clone());
        Ok(found)
    }
}

/// Lines in the visitor's view.
///
/// # Errors
/// When the database fails.
pub async fn entries<Q: Query>(
    q: &mut Q,
    names: &mut Names,
    stored: Vec<StoredEntry>,
) -> Result<Vec<VisitorEntry>, AppError> {
    let mut told = Vec::with_capacity(stored.len());
    for line in stored {
        let author_name = match line.entry.author {
            Author::Agent { agent_id } => names.get(q, agent_id).await?.map(|agent| agent.nickname),
            _ => None,
        };
        told.extend(entry(line, author_name));
    }
    Ok(told)
}

fn entry(line: StoredEntry, author_name: Option<String>) -> Option<VisitorEntry> {
    let (prev, author) = (line.visitor_prev?, line.entry.author);
    let body = match line.entry.body {
        EntryBody::Message { content } => VisitorEntryBody::Message { content },
        EntryBody::Selected { line, choice } => VisitorEntryBody::Selected { line, choice },
        EntryBody::Rated { line, answer } => VisitorEntryBody::Rated { line, answer },
        EntryBody::Assigned { nickname, staff_no, .. } => VisitorEntryBody::Assigned { nickname, staff_no },
        EntryBody::Requeued { .. } => VisitorEntryBody::Requeued,
        EntryBody::Ended { by } => VisitorEntryBody::Ended { by },
        EntryBody::Started | EntryBody::FlowStep { .. } | EntryBody::Queued { .. } | EntryBody::LeftQueue { .. } => {
            return None;
        }
    };
    let own_key = line.entry.client_id.filter(|_| author == Author::Visitor);
    Some(VisitorEntry {
        session_id: line.session,
        seq: line.entry.seq,
        prev,
        id: line.entry.id,
        at: line.entry.at,
        author: match author {
            Author::Visitor => VisitorAuthor::Visitor,
            Author::Agent { .. } => VisitorAuthor::Agent,
            Author::Flow => VisitorAuthor::Flow,
            Author::System => VisitorAuthor::System,
        },
        author_name,
        client_id: own_key.map(|key| key.as_str().to_owned()),
        body,
    })
}

/// The state of a visitor's session.
///
/// # Errors
/// When the database fails.
pub async fn session(
    reader: &mut Reader,
    hub: &Hub,
    names: &mut Names,
    session: &Session,
) -> Result<VisitorSession, AppError> {
    let mut told = VisitorSession {
        id: session.id,
        stage: VisitorStage::InFlow,
        ahead: None,
        agent: None,
        agent_read: session.agent_read,
        visitor_read: session.visitor_read,
        last_seq: session.visitor_seq,
        started_at: session.started_at,
        ended_at: None,
        ended_by: None,
    };
    match &session.stage {
        Stage::InFlow => {}
        Stage::Waiting(place) => {
            told.stage = VisitorStage::Waiting;
            told.ahead = Some(hub.ahead(reader, *place).await?);
        }
        Stage::Active { agent, .. } => {
            told.stage = VisitorStage::Active;
            told.agent = names.get(reader, *agent).await?;
        }
        Stage::Ended { by, at, last_agent } => {
            told.stage = VisitorStage::Ended;
            (told.ended_by, told.ended_at) = (Some(*by), Some(*at));
            if let Some(agent) = last_agent {
                told.agent = names.get(reader, *agent).await?;
            }
        }
    }
    Ok(told)
}

/// Everything a visitor's page shows at first, or what it missed since its last line. Answers also whether the lines
/// are added to what the page has.
///
/// # Errors
/// When the database fails.
pub async fn conversation(
    app: &App,
    hub: &Hub,
    by: &Visitor,
    query: &ConversationQuery,
) -> Result<(VisitorConversation, bool), AppError> {
    let mut reader = app.store.reader();
    let mut names = Names::default();
    let latest = store::sessions::find_latest(&mut reader, by.id, by.channel).await?;
    let mut resumed = false;
    let (mut lines, mut has_earlier) = (Vec::new(), false);
    if let Some(session) = &latest {
        let of = (by.tenant, session.id);
        let is_of_this_life = query.generation.as_deref().is_none_or(|life| life == app.generation());
        let last = query
            .after_seq
            .filter(|_| is_of_this_life && query.session_id == Some(session.id));
        if let Some(after) = last.filter(|after| session.visitor_seq.saturating_sub(*after) <= MISSED_LINES) {
            resumed = true;
            lines = store::entries::after(&mut reader, of, after, MISSED_LINES, View::Visitor).await?;
        } else {
            lines = store::entries::before(&mut reader, of, i64::MAX, NEWEST_LINES, View::Visitor).await?;
        }
        let begins = lines.first().and_then(|line| line.visitor_prev).unwrap_or_default() == 0;
        has_earlier = !begins || has_before(&mut reader, by, session.id).await?;
    }
    let session = match &latest {
        Some(found) => Some(session(&mut reader, hub, &mut names, found).await?),
        None => None,
    };
    let conversation = VisitorConversation {
        visitor: VisitorName {
            id: by.id,
            nickname: by.nickname.clone(),
        },
        session,
        entries: entries(&mut reader, &mut names, lines).await?,
        has_earlier,
        greeting: app::visitors::greeting(app, by).await?,
        generation: app.generation().to_owned(),
    };
    Ok((conversation, resumed))
}

/// Lines before the oldest one that the page shows, also of earlier sessions, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn history(app: &App, by: &Visitor, query: &VisitorHistoryQuery) -> Result<VisitorHistory, AppError> {
    let mut reader = app.store.reader();
    let limit = query.limit.unwrap_or(30).clamp(1, 100);
    let own = store::sessions::find(&mut reader, by.tenant, query.before_session_id).await?;
    own.filter(|session| session.visitor == by.id)
        .ok_or(AppError::NotFound { what: "session" })?;
    let (mut id, mut before) = (query.before_session_id, query.before_seq);
    let mut found: Vec<StoredEntry> = Vec::new();
    loop {
        let missing = limit - i64::try_from(found.len()).unwrap_or(limit);
        let mut lines = store::entries::before(&mut reader, (by.tenant, id), before, missing, View::Visitor).await?;
        lines.append(&mut found);
        found = lines;
        if i64::try_from(found.len()).is_ok_and(|count| count >= limit) {
            break;
        }
        match store::sessions::earlier(&mut reader, by.tenant, by.id, id, 1)
            .await?
            .pop()
        {
            Some(row) => (id, before) = (row.id, i64::MAX),
            None => break,
        }
    }
    let begins = found.first().and_then(|line| line.visitor_prev).unwrap_or_default() == 0;
    let has_earlier = !begins || has_before(&mut reader, by, id).await?;
    let entries = entries(&mut reader, &mut Names::default(), found).await?;
    Ok(VisitorHistory { entries, has_earlier })
}

async fn has_before(reader: &mut Reader, by: &Visitor, id: SessionId) -> Result<bool, AppError> {
    Ok(!store::sessions::earlier(reader, by.tenant, by.id, id, 1)
        .await?
        .is_empty())
}
