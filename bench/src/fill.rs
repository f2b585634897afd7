//! Fills a desk with ended sessions as real ones would have left them, fast: the same decisions and the same rows,
//! many sessions in one transaction.

use std::path::Path;

use anyhow::Result;
use app::{App, AppError};
use domain::entry::Author;
use domain::flow::{Document, FlowRun};
use domain::ids::{AgentId, Id as _, VisitorId};
use domain::message::{ClientId, Content};
use domain::routing::Reason;
use domain::session::{Assignee, EndedBy, Origin, Session};
use store::entries::{NewLine, StoredEntry};
use store::{DatabaseUrl, Tx};

use crate::people::{self, People, Place, Wish};
use crate::target::desk::block_on;

/// Messages of one session.
const MESSAGES: u64 = 100;
/// Agents who served them.
pub const AGENTS: usize = 10;
/// Sessions of one transaction.
const BATCH: u64 = 50;
/// Of so many newest sessions those that are ended still stand in their agents' lists.
const LISTED: u64 = 200;
/// What people say, in turn.
const TEXTS: [&str; 6] = [
    "Hello, I ordered a lamp last week and it has not arrived yet. Could you have a look?",
    "Of course. May I have the number of the order, please?",
    "您好，我的订单还没有收到，请帮我查一下物流信息，谢谢！",
    "正在为您查询，请稍等片刻。包裹已经到达当地的配送站。",
    "It is A-20417. The parcel service says it is still in the depot.",
    "Thank you for waiting. It will be delivered tomorrow between nine and twelve.",
];

/// Fills a new data folder with about so many messages; answers the agents' sign-ins.
///
/// # Errors
/// When the folder has a desk already.
pub fn fill(folder: &Path, messages: u64) -> Result<People> {
    block_on(async {
        let app = people::open(&DatabaseUrl::Sqlite(folder.join("frontdesk.db")), folder).await?;
        let wish = Wish {
            agents: AGENTS,
            visitors: 1,
            is_waiting: false,
        };
        let (place, people) = people::add(&app, wish).await?;
        let mut reader = app.store.reader();
        let (version, document) = store::flows::published(&mut reader, place.tenant, place.flow)
            .await?
            .unwrap_or_default();
        let document = Document::parse(&document)?;
        let agents = store::skill_groups::member_ids(&mut reader, place.tenant, place.group).await?;
        // The administrator, who is a member too, was the first.
        let agents: Vec<AgentId> = agents.into_iter().skip(1).collect();
        let sessions = messages / MESSAGES;
        let mut from = 0;
        while from < sessions {
            let upto = sessions.min(from + BATCH);
            let (there, agents, document) = (app.clone(), agents.clone(), document.clone());
            app.store
                .write(async move |tx| {
                    for number in from..upto {
                        let agent = agents[usize::try_from(number).unwrap_or_default() % agents.len()];
                        let (visitor, _) = people::add_visitor(&there, tx, place, number as usize).await?;
                        let run = domain::flow::start(&document);
                        let origin = origin(&there, place, visitor, (version, run));
                        let is_listed = sessions - number <= LISTED;
                        add_session(&there, tx, place, origin, (agent, is_listed)).await?;
                    }
                    Ok::<_, AppError>(())
                })
                .await?;
            from = upto;
        }
        app.store.close().await;
        Ok(people)
    })
}

async fn add_session(
    app: &App,
    tx: &mut Tx,
    place: Place,
    origin: Origin,
    (agent, is_listed): (AgentId, bool),
) -> Result<(), AppError> {
    let mut session = Session::open(origin, app.stamp());
    let number = store::reception::next_number(tx, place.group).await?;
    let number = number.ok_or(AppError::NotFound { what: "group" })?;
    let wrong = |error: &dyn std::fmt::Display| AppError::Internal(anyhow::anyhow!("{error}"));
    session
        .enqueue(app.stamp(), place.group, number)
        .map_err(|error| wrong(&error))?;
    let to = Assignee {
        agent,
        nickname: "B".to_owned(),
        staff_no: "B".to_owned(),
    };
    let reason = Reason::LongestIdle;
    session.assign(app.stamp(), to, reason).map_err(|error| wrong(&error))?;
    for message in 0..MESSAGES {
        let author = match message % 2 {
            0 => Author::Visitor,
            _ => Author::Agent { agent_id: agent },
        };
        let words = TEXTS[usize::try_from(message).unwrap_or_default() % TEXTS.len()];
        let text = format!("{words} ({number}.{message})");
        let key = ClientId::parse(format!("{number}.{message}")).map_err(|error| wrong(&error))?;
        session
            .post(app.stamp(), author, Some(key), Content::Text { text })
            .map_err(|error| wrong(&error))?;
    }
    session
        .end(app.stamp(), EndedBy::Agent)
        .map_err(|error| wrong(&error))?;
    session.read_by_agent(session.last_seq);
    if !is_listed {
        session.complete(agent).map_err(|error| wrong(&error))?;
    }
    save(tx, session).await
}

/// A session of this visitor that waits in the group's queue.
///
/// # Errors
/// When the database fails.
pub async fn add_waiting(
    app: &App,
    tx: &mut Tx,
    place: Place,
    visitor: VisitorId,
    (version, run): (i64, FlowRun),
) -> Result<(), AppError> {
    let mut session = Session::open(origin(app, place, visitor, (version, run)), app.stamp());
    let number = store::reception::next_number(tx, place.group).await?;
    let number = number.ok_or(AppError::NotFound { what: "group" })?;
    session
        .enqueue(app.stamp(), place.group, number)
        .map_err(|error| AppError::Internal(anyhow::anyhow!("{error}")))?;
    save(tx, session).await
}

fn origin(app: &App, place: Place, visitor: VisitorId, (version, run): (i64, FlowRun)) -> Origin {
    Origin {
        id: app.new_id(),
        tenant: place.tenant,
        channel: place.channel,
        source: "Bench@web".to_owned(),
        visitor,
        flow: place.flow,
        flow_version: version,
        run,
    }
}

/// Saves a new session with all its lines.
async fn save(tx: &mut Tx, mut session: Session) -> Result<(), AppError> {
    let visitor = session.visitor;
    let lines = session.take_fresh();
    store::sessions::insert(tx, &mut session).await?;
    let (mut prev, mut stored) = (0, Vec::with_capacity(lines.len()));
    for entry in lines {
        let visitor_prev = entry.body.is_for_visitor().then_some(prev);
        if visitor_prev.is_some() {
            prev = entry.seq;
        }
        let sender = entry.client_id.as_ref().and_then(|_| sender(entry.author, visitor));
        let session = session.id;
        stored.push(NewLine {
            stored: StoredEntry {
                session,
                entry,
                visitor_prev,
            },
            sender,
        });
    }
    store::entries::append_all(tx, session.tenant, stored).await?;
    Ok(())
}

fn sender(author: Author, visitor: VisitorId) -> Option<uuid::Uuid> {
    match author {
        Author::Visitor => Some(visitor.uuid()),
        Author::Agent { agent_id } => Some(agent_id.uuid()),
        Author::Flow | Author::System => None,
    }
}
