//! Sessions beside what is said in them: ending, reading, putting away, giving back.

use bus::Stream;
use domain::flow::Input;
use domain::ids::{AgentId, SessionId, SkillGroupId, TenantId};
use domain::session::{EndError, EndedBy, RequeueReason, Session, Stage};
use serde::{Deserialize, Serialize};
use store::sessions::Blocked;
use store::{Query, Tx};

use crate::command::{CommandKey, Once, once};
use crate::effects::{Aftermath, Turn};
use crate::error::{AppError, BlockingSession};
use crate::principals::{Agent, Visitor};
use crate::{App, streams};

/// The answer to a command that only succeeds.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Done {}

/// A session that the agent serves or served; any other looks like a missing one (T507).
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn own<Q: Query>(q: &mut Q, by: &Agent, id: SessionId) -> Result<Session, AppError> {
    let session = store::sessions::find(q, by.tenant, id).await?;
    session
        .filter(|session| session.last_agent() == Some(by.id))
        .ok_or(AppError::NotFound { what: "session" })
}

/// The agent ends a session (ROUTE-14).
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach, [`crate::Refusal::End`] when it is over.
pub async fn end_by_agent(app: &App, by: &Agent, id: SessionId, key: CommandKey) -> Result<Once<Done>, AppError> {
    let (app_there, by) = (app.clone(), by.clone());
    let (once, aftermath) = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let mut aftermath = Aftermath::default();
            let once = once(tx, &key, app.clock.now(), async |tx| {
                let session = own(tx, &by, id).await?;
                session.may_end(by.id)?;
                let mut turn = Turn::of(app, tx, session).await?;
                turn.go_on(app, tx, Input::AgentEnded).await?;
                turn.session.end(app.stamp(), EndedBy::Agent)?;
                let (_, told) = turn.save(app, tx).await?;
                aftermath.join(told);
                Ok(Done {})
            })
            .await?;
            Ok::<_, AppError>((once, aftermath))
        })
        .await?;
    aftermath.tell(app);
    Ok(once)
}

/// The visitor ends the open session (ROUTE-14).
///
/// # Errors
/// [`crate::Refusal::End`] when none is open.
pub async fn end_by_visitor(app: &App, by: &Visitor, key: CommandKey) -> Result<Once<Done>, AppError> {
    let (app_there, by) = (app.clone(), by.clone());
    let (once, aftermath) = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let mut aftermath = Aftermath::default();
            let once = once(tx, &key, app.clock.now(), async |tx| {
                let open = store::sessions::find_open(tx, by.id, by.channel).await?;
                let mut turn = Turn::of(app, tx, open.ok_or(EndError::Ended)?).await?;
                turn.session.end(app.stamp(), EndedBy::Visitor)?;
                let (_, told) = turn.save(app, tx).await?;
                aftermath.join(told);
                Ok(Done {})
            })
            .await?;
            Ok::<_, AppError>((once, aftermath))
        })
        .await?;
    aftermath.tell(app);
    Ok(once)
}

/// The agent has seen the conversation up to a number.
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach.
pub async fn read_by_agent(app: &App, by: &Agent, id: SessionId, seq: i64) -> Result<(), AppError> {
    let by = by.clone();
    let moved = app
        .store
        .write(async move |tx| {
            let mut session = own(tx, &by, id).await?;
            let moved = session.read_by_agent(seq);
            if moved {
                store::sessions::save_talk(tx, &mut session).await?;
            }
            Ok::<_, AppError>(moved)
        })
        .await?;
    if moved {
        app.bus.ring([streams::session(id)]);
    }
    Ok(())
}

/// The visitor has seen the newest session up to a number.
///
/// # Errors
/// When the database fails.
pub async fn read_by_visitor(app: &App, by: &Visitor, seq: i64) -> Result<(), AppError> {
    let by = by.clone();
    let moved = app
        .store
        .write(async move |tx| {
            let Some(mut session) = store::sessions::find_latest(tx, by.id, by.channel).await? else {
                return Ok(None);
            };
            if !session.read_by_visitor(seq) {
                return Ok(None);
            }
            store::sessions::save_talk(tx, &mut session).await?;
            Ok::<_, AppError>(Some(session.id))
        })
        .await?;
    app.bus.ring(moved.map(streams::session));
    Ok(())
}

/// Puts an ended session away (WORK-21).
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach, [`crate::Refusal::Complete`] while it runs.
pub async fn complete(app: &App, by: &Agent, id: SessionId, key: CommandKey) -> Result<Once<Done>, AppError> {
    let (app_there, by) = (app.clone(), by.clone());
    let (once, aftermath) = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let mut aftermath = Aftermath::default();
            let once = once(tx, &key, app.clock.now(), async |tx| {
                let session = own(tx, &by, id).await?;
                let mut turn = Turn::of(app, tx, session).await?;
                if !turn.session.is_completed {
                    turn.session.complete(by.id)?;
                    let (_, told) = turn.save(app, tx).await?;
                    aftermath.join(told);
                }
                Ok(Done {})
            })
            .await?;
            Ok::<_, AppError>((once, aftermath))
        })
        .await?;
    aftermath.tell(app);
    Ok(once)
}

/// How many sessions were put away.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct CompletedAll {
    /// Sessions.
    pub completed: i64,
}

/// Puts all ended sessions away (WORK-21).
///
/// # Errors
/// When the database fails.
pub async fn complete_all(app: &App, by: &Agent, key: CommandKey) -> Result<Once<CompletedAll>, AppError> {
    let (app_there, agent) = (app.clone(), by.clone());
    let once = app
        .store
        .write(async move |tx| {
            let now = app_there.clock.now();
            once(tx, &key, now, async |tx| {
                let put_away = store::sessions::complete_all(tx, agent.tenant, agent.id).await?;
                for session in &put_away {
                    store::events::append(tx, agent.id, store::events::EventKind::Removed, Some(*session), now).await?;
                }
                Ok(CompletedAll {
                    completed: i64::try_from(put_away.len()).unwrap_or(i64::MAX),
                })
            })
            .await
        })
        .await?;
    app.bus.ring([streams::agent(by.id)]);
    Ok(once)
}

/// What giving back an agent's sessions has to tell after the commit.
#[derive(Debug, Default)]
pub struct Requeued {
    /// Streams that moved on.
    pub streams: Vec<Stream>,
    /// Groups in which somebody waits again.
    pub groups: Vec<SkillGroupId>,
}

/// Takes all sessions from an agent and puts them back at their old places (R18, ROUTE-22).
///
/// # Errors
/// When the database fails.
pub async fn requeue_all_of(
    app: &App,
    tx: &mut Tx,
    (tenant, agent): (TenantId, AgentId),
    reason: RequeueReason,
) -> Result<Requeued, AppError> {
    let mut requeued = Requeued::default();
    for session in store::sessions::active_of(tx, agent).await? {
        if session.tenant != tenant {
            return Err(AppError::NotFound { what: "agent" });
        }
        let mut turn = Turn::of(app, tx, session).await?;
        turn.session.requeue(app.stamp(), reason);
        let (session, _) = turn.save(app, tx).await?;
        requeued
            .streams
            .extend([streams::session(session.id), streams::agent(agent)]);
        if let Stage::Waiting(place) = session.stage {
            requeued.streams.push(streams::queue(place.skill_group));
            requeued.groups.push(place.skill_group);
        }
    }
    Ok(requeued)
}

/// Open sessions of an agent, which stand in the way of a deletion (R19).
///
/// # Errors
/// When the database fails.
pub async fn open_of<Q: Query>(q: &mut Q, tenant: TenantId, agent: AgentId) -> Result<Vec<BlockingSession>, AppError> {
    blocking(q, tenant, Blocked::Agent(agent)).await
}

/// Open sessions that stand in the way of a deletion (R19).
///
/// # Errors
/// When the database fails.
pub async fn blocking<Q: Query>(q: &mut Q, tenant: TenantId, what: Blocked) -> Result<Vec<BlockingSession>, AppError> {
    let rows = store::sessions::blocking(q, tenant, what).await?;
    Ok(rows
        .into_iter()
        .map(|row| BlockingSession {
            id: row.id,
            visitor: row.visitor,
            source: row.source,
            started_at: domain::moment::Moment(row.started_at),
        })
        .collect())
}
