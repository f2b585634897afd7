//! The desk's database after a run, row by row: the witness against which all clients are heard. It is read as it
//! lies, past the product's own folding.

use std::collections::BTreeMap;

use anyhow::Result;
use domain::ids::{AgentId, EntryId, Id as _, SessionId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{DatabaseSettings, Query as _, Sql, Store, row};
use uuid::Uuid;

static SESSIONS: Sql = Sql::new(
    "SESSIONS",
    file!(),
    "SELECT id, visitor_id, channel_id, stage, agent_id, ended_by, last_seq, visitor_seq FROM sessions ORDER BY id",
);
static ENTRIES: Sql = Sql::new(
    "ENTRIES",
    file!(),
    "SELECT session_id, seq, id, at, author, client_id, body, visitor_prev FROM entries ORDER BY session_id, seq",
);
static AGENTS: Sql = Sql::new("AGENTS", file!(), "SELECT id, load, own_limit FROM agents ORDER BY id");
static GROUPS: Sql = Sql::new("GROUPS", file!(), "SELECT MAX(reception_limit) FROM skill_groups");
static EVENTS: Sql = Sql::new(
    "EVENTS",
    file!(),
    "SELECT agent_id, pos, session_id FROM agent_events WHERE session_id IS NOT NULL ORDER BY agent_id, pos",
);

row! {
    struct SessionRow {
        id: SessionId,
        visitor_id: String,
        channel_id: String,
        stage: String,
        agent_id: Option<AgentId>,
        ended_by: Option<String>,
        last_seq: i64,
        visitor_seq: i64,
    }
    struct EntryRow {
        session_id: SessionId,
        seq: i64,
        id: EntryId,
        at: i64,
        author: String,
        client_id: Option<String>,
        body: String,
        visitor_prev: Option<i64>,
    }
}

/// Everything that is checked against.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// All sessions, in the order of their ids.
    pub sessions: Vec<Session>,
    /// Their logs, in the order of numbers.
    pub entries: BTreeMap<String, Vec<Entry>>,
    /// All agents.
    pub agents: Vec<AgentRow>,
    /// What the streams of agents say, in their order: agent and session (C04).
    pub events: Vec<(String, String)>,
    /// When the run began, in milliseconds since 1970: the history's zero.
    pub began: i64,
}

/// A session's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: String,
    /// Who talks.
    pub visitor: String,
    /// Where.
    pub channel: String,
    /// `in_flow`, `waiting`, `active` or `ended`.
    pub stage: String,
    /// Who serves it or served it last.
    pub agent: Option<String>,
    /// Who or what ended it.
    pub ended_by: Option<String>,
    /// Number of its newest line.
    pub last_seq: i64,
    /// Number of the newest line that the visitor may see.
    pub visitor_seq: i64,
}

/// A line of a log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// `visitor`, `agent`, `flow` or `system`.
    pub author: String,
    /// The agent who wrote it, if one did.
    pub agent: Option<String>,
    /// The sender's key.
    pub key: Option<String>,
    /// What it is.
    pub kind: String,
    /// What was said, as in [`crate::history::Line::text`].
    pub text: String,
    /// The whole body.
    pub body: Value,
    /// The number before in the visitor's view; none where the visitor may not see it.
    pub visitor_prev: Option<i64>,
}

/// An agent's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRow {
    /// Who.
    pub id: String,
    /// The load column.
    pub load: i64,
    /// Most sessions at a time, which does not change during a run.
    pub cap: i64,
}

/// Reads the database; no node may run on SQLite.
///
/// # Errors
/// When it cannot be read.
pub async fn read(settings: &DatabaseSettings, began: i64) -> Result<Export> {
    let store = Store::open(settings).await?;
    let export = read_open(&store, began).await;
    store.close().await;
    export
}

async fn read_open(store: &Store, began: i64) -> Result<Export> {
    let mut reader = store.reader();
    let sessions: Vec<SessionRow> = reader.all(&SESSIONS, Vec::new()).await?;
    let entries: Vec<EntryRow> = reader.all(&ENTRIES, Vec::new()).await?;
    let agents: Vec<(AgentId, i64, i64)> = reader.all(&AGENTS, Vec::new()).await?;
    let (group_limit,): (i64,) = reader.one(&GROUPS, Vec::new()).await?;
    let events: Vec<(AgentId, i64, SessionId)> = reader.all(&EVENTS, Vec::new()).await?;
    let mut logs: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for row in entries {
        logs.entry(row.session_id.to_string()).or_default().push(entry(row)?);
    }
    Ok(Export {
        sessions: sessions.into_iter().map(session).collect(),
        entries: logs,
        agents: agents
            .into_iter()
            .map(|(id, load, own_limit)| AgentRow {
                id: id.to_string(),
                load,
                cap: own_limit.min(group_limit),
            })
            .collect(),
        events: events
            .into_iter()
            .map(|(agent, _, session)| (agent.to_string(), session.to_string()))
            .collect(),
        began,
    })
}

fn session(row: SessionRow) -> Session {
    Session {
        id: row.id.to_string(),
        visitor: row.visitor_id,
        channel: row.channel_id,
        stage: row.stage,
        agent: row.agent_id.map(|id| id.to_string()),
        ended_by: row.ended_by,
        last_seq: row.last_seq,
        visitor_seq: row.visitor_seq,
    }
}

fn entry(row: EntryRow) -> Result<Entry> {
    let body: Value = serde_json::from_str(&row.body)?;
    let (author, agent) = match row.author.split_once(':') {
        Some((kind, id)) => (
            kind.to_owned(),
            Some(AgentId::from_uuid(Uuid::try_parse(id)?).to_string()),
        ),
        None => (row.author, None),
    };
    let content = &body["content"];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = match content["type"].as_str() {
        Some("text") => text(&content["text"]),
        Some(_) => format!("attachment:{}", text(&content["attachment"]["name"])),
        None => String::new(),
    };
    Ok(Entry {
        seq: row.seq,
        id: row.id.to_string(),
        at: row.at,
        author,
        agent,
        key: row.client_id,
        kind: text(&body["kind"]),
        text: said,
        visitor_prev: row.visitor_prev,
        body,
    })
}
