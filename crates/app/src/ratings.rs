//! Rating a session: asked for at its end, by its agent or by its visitor, and answered once (RATE-02).
//!
//! The version of the session's row keeps two who ask or answer at the same time apart: whoever is late decides again.

use domain::ids::SessionId;
use domain::rating::{AnswerRefusal, InviteRefusal, Rating, Start};
use domain::session::{EndError, Session, Stage};
use serde::{Deserialize, Serialize};
use store::Tx;

use crate::App;
use crate::command::{CommandKey, Once, run};
use crate::effects::Turn;
use crate::error::AppError;
use crate::principals::{Agent, Visitor};

/// A line that was added to a session's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noted {
    /// Its session.
    pub session: SessionId,
    /// Its number.
    pub seq: i64,
}

/// What a visitor answers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The session that is rated, open or over.
    pub session: SessionId,
    /// Id of the level.
    pub level: String,
    /// In the visitor's own words.
    pub comment: Option<String>,
}

/// Asks for a rating of a session that has just ended, if its config says so and an agent served it to the end. Part of
/// saving the session.
pub(crate) async fn ask_at_end(
    app: &App,
    tx: &mut Tx,
    before: Option<&Session>,
    session: &mut Session,
) -> Result<(), AppError> {
    let has_just_ended = session.is_ended() && before.is_some_and(|before| !before.is_ended());
    if !has_just_ended || session.last_agent().is_none() {
        return Ok(());
    }
    match ask(app, tx, session, Start::AtEnd).await {
        Err(AppError::Refused(_)) => Ok(()),
        asked => asked.map(|_| ()),
    }
}

/// Adds the request's line, if it may be asked now.
async fn ask(app: &App, tx: &mut Tx, session: &mut Session, by: Start) -> Result<Noted, AppError> {
    let of = (session.tenant, session.id);
    let mut rating = find(tx, session).await?.ok_or(InviteRefusal::NotAllowed)?;
    let stamp = app.stamp();
    let request = rating.invite(by, session.last_agent().is_some(), stamp.at)?;
    let seq = session.ask_rating(stamp, request.clone());
    rating.asked = Some((seq, request));
    store::ratings::save(tx, of, &rating).await?;
    Ok(Noted {
        session: session.id,
        seq,
    })
}

async fn find(tx: &mut Tx, session: &Session) -> Result<Option<Rating>, AppError> {
    Ok(store::ratings::find(tx, session.tenant, session.id).await?)
}

/// The agent who serves the session invites the visitor (WORK-14).
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach, [`crate::Refusal::End`] when it is over,
/// [`crate::Refusal::RatingInvitation`], and as for messages when the sign-in ended meanwhile (C12).
pub async fn invite_by_agent(app: &App, by: &Agent, id: SessionId, key: CommandKey) -> Result<Once<Noted>, AppError> {
    app.floods.check_agent(by.id)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        crate::sign_in::must_be_in_force(tx, app, &by).await?;
        let session = crate::sessions::own(tx, &by, id).await?;
        session.may_end(by.id)?;
        let mut turn = Turn::of(app, tx, session).await?;
        let noted = ask(app, tx, &mut turn.session, Start::Agent).await?;
        aftermath.join(turn.save(app, tx).await?.1);
        Ok(noted)
    })
    .await
}

/// The visitor of an open session asks to rate it (MSG-24).
///
/// # Errors
/// [`crate::Refusal::End`] when no session is open, [`crate::Refusal::RatingInvitation`].
pub async fn ask_by_visitor(app: &App, by: &Visitor, key: CommandKey) -> Result<Once<Noted>, AppError> {
    app.floods.check_visitor(by.id)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        let open = store::sessions::find_open(tx, by.id, by.channel).await?;
        let session = open.ok_or(EndError::Ended)?;
        if !matches!(session.stage, Stage::Active { .. }) {
            return Err(InviteRefusal::NoAgent.into());
        }
        let mut turn = Turn::of(app, tx, session).await?;
        let noted = ask(app, tx, &mut turn.session, Start::Visitor).await?;
        aftermath.join(turn.save(app, tx).await?.1);
        Ok(noted)
    })
    .await
}

/// The visitor rates a session of their own, also when it is over.
///
/// # Errors
/// [`AppError::NotFound`] for a session of somebody else, [`crate::Refusal::Rating`]; nothing has changed then.
pub async fn answer(app: &App, by: &Visitor, answer: Answer, key: CommandKey) -> Result<Once<Noted>, AppError> {
    app.floods.check_visitor(by.id)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        let session = store::sessions::find(tx, by.tenant, answer.session).await?;
        let session = session
            .filter(|session| session.visitor == by.id && session.channel == by.channel)
            .ok_or(AppError::NotFound { what: "session" })?;
        let mut rating = find(tx, &session).await?.ok_or(AnswerRefusal::NotAsked)?;
        let stamp = app.stamp();
        let given = rating.answer(&answer.level, answer.comment.as_deref(), stamp.at)?;
        let line = rating.asked.as_ref().map_or(0, |(line, _)| *line);
        // The rating's row comes first wherever both are written, so that nobody waits in a circle.
        store::ratings::save(tx, (by.tenant, session.id), &rating).await?;
        let mut turn = Turn::of(app, tx, session).await?;
        turn.session.rate(stamp, line, given);
        let (session, told) = turn.save(app, tx).await?;
        aftermath.join(told);
        Ok(Noted {
            session: session.id,
            seq: session.last_seq,
        })
    })
    .await
}
