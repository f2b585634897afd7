//! Timers: rows that fire once (C07). At the start overdue ones fire at once, in due order.

use std::time::Duration;

use domain::flow::Input;
use domain::ids::SessionId;
use domain::moment::Moment;
use domain::session::{EndedBy, Session, Stage};
use store::Tx;
use store::timers::{TimerKind, TimerRow};
use tokio::sync::{Notify, watch};

use crate::App;
use crate::effects::{Aftermath, Turn};
use crate::error::{AppError, OrLog};
use crate::metrics;

/// Most timers fired before looking at the clock again.
const BATCH: i64 = 100;
/// Longest sleep, in milliseconds: another node may have set a timer.
const NAP_MS: i64 = 5_000;

/// Tells the worker that a timer was set.
#[derive(Default)]
pub struct Wake(Notify);

impl Wake {
    /// Has the worker look soon.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Fires timers until `stop` is told.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    loop {
        let next = fire_due(&app).await.or_log("firing timers").flatten();
        let nap = next.map_or(NAP_MS, |due| due.millis_since(app.clock.now()).min(NAP_MS));
        tokio::select! {
            _ = stop.changed() => return,
            () = app.timers.0.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(u64::try_from(nap).unwrap_or_default().max(10))) => {}
        }
    }
}

/// Fires everything that is due; answers when the next timer is.
///
/// # Errors
/// When the database fails.
pub async fn fire_due(app: &App) -> Result<Option<Moment>, AppError> {
    loop {
        let due = store::timers::due(&mut app.store.reader(), app.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(store::timers::next(&mut app.store.reader()).await?);
        }
        for timer in due {
            let about = timer.session;
            if let Err(error) = fire(app, timer).await {
                tracing::error!(%error, session.id = %about, "A timer of session {about} did not fire");
                return Err(error);
            }
        }
    }
}

async fn fire(app: &App, timer: TimerRow) -> Result<(), AppError> {
    let app_there = app.clone();
    let late = app.clock.now().millis_since(Moment(timer.due_at));
    let aftermath = app
        .store
        .write(async move |tx| {
            let Some(kind) = TimerKind::from_word(&timer.kind) else {
                return Err(AppError::Internal(anyhow::anyhow!(
                    "there is no timer called {}",
                    timer.kind
                )));
            };
            if !store::timers::take(tx, kind, timer.session, timer.due_at).await? {
                return Ok(None);
            }
            let Some(session) = store::sessions::find(tx, timer.tenant, timer.session).await? else {
                return Ok(None);
            };
            let aftermath = match kind {
                TimerKind::VisitorSilence => end_of_silence(&app_there, tx, session).await,
                TimerKind::QueueTimeout => end_of_waiting(&app_there, tx, session).await,
            };
            aftermath.map(Some)
        })
        .await?;
    if let Some(aftermath) = aftermath {
        metrics::TIMERS.record(metrics::seconds(late));
        aftermath.tell(app);
    }
    Ok(())
}

/// The visitor has not answered the agent for the flow's time (FLOW-12, U19).
async fn end_of_silence(app: &App, tx: &mut Tx, session: Session) -> Result<Aftermath, AppError> {
    let id: SessionId = session.id;
    let tenant = session.tenant;
    let mut turn = Turn::of(app, tx, session).await?;
    let (Some(since), Some(seconds)) = (turn.session.silent_since, turn.silence_seconds()) else {
        return Ok(Aftermath::default());
    };
    let due = since.plus_seconds(seconds);
    if due > app.clock.now() {
        // The agent wrote again after the timer was set.
        store::timers::arm(tx, TimerKind::VisitorSilence, (tenant, id), due).await?;
        return Ok(Aftermath::default());
    }
    turn.go_on(app, tx, Input::VisitorSilent).await?;
    turn.session.end(app.stamp(), EndedBy::Timer)?;
    Ok(turn.save(app, tx).await?.1)
}

/// The session has waited for its longest time (FLOW-07).
async fn end_of_waiting(app: &App, tx: &mut Tx, session: Session) -> Result<Aftermath, AppError> {
    if !matches!(session.stage, Stage::Waiting(_)) {
        return Ok(Aftermath::default());
    }
    let mut turn = Turn::of(app, tx, session).await?;
    turn.go_on(app, tx, Input::QueueTimedOut).await?;
    Ok(turn.save(app, tx).await?.1)
}
