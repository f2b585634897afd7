//! Timers: rows that fire once (C07). At the start overdue ones fire at once, in due order.

use std::time::Duration;

use domain::flow::Input;
use domain::ids::{AgentId, SessionId};
use domain::moment::Moment;
use domain::session::{EndedBy, Session, Stage};
use store::Tx;
use store::timers::{TimerKind, TimerRow};
use tokio::sync::{Notify, watch};

use crate::App;
use crate::agents::connection;
use crate::effects::{Aftermath, Turn};
use crate::error::{AppError, OrLog};
use crate::metrics;

/// Most timers fired before looking at the clock again.
const BATCH: i64 = 100;
/// Pause before looking again: a busy desk sets a timer with nearly every message.
const PAUSE: Duration = Duration::from_millis(20);
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
            () = app.timers.0.notified() => tokio::time::sleep(PAUSE).await,
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
            let (kind, about) = (timer.kind.clone(), timer.subject.clone());
            if let Err(error) = fire(app, timer).await {
                tracing::error!(%error, timer = %kind, subject = %about, "The timer {kind} of {about} did not fire");
                return Err(error);
            }
        }
    }
}

#[tracing::instrument(target = "trace", level = "debug", name = "timer.fire", skip_all)]
async fn fire(app: &App, timer: TimerRow) -> Result<(), AppError> {
    let late = app.clock.now().millis_since(Moment(timer.due_at));
    let app_there = app.clone();
    let aftermath = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let Some(kind) = TimerKind::from_word(&timer.kind) else {
                return Err(AppError::Internal(anyhow::anyhow!(
                    "there is no timer called {}",
                    timer.kind
                )));
            };
            if kind == TimerKind::AgentGrace {
                let agent: AgentId = timer.subject()?;
                if !store::timers::take(tx, kind, agent, timer.due_at).await? {
                    return Ok(None);
                }
                return connection::grace_over(app, tx, (timer.tenant, agent)).await.map(Some);
            }
            let id: SessionId = timer.subject()?;
            if !store::timers::take(tx, kind, id, timer.due_at).await? {
                return Ok(None);
            }
            match store::sessions::find(tx, timer.tenant, id).await? {
                Some(session) if session.may_time_out() => on_session(app, tx, kind, session).await.map(Some),
                _ => Ok(None),
            }
        })
        .await?;
    if let Some(aftermath) = aftermath {
        metrics::TIMERS.record(metrics::seconds(late));
        aftermath.tell(app);
    }
    Ok(())
}

async fn on_session(app: &App, tx: &mut Tx, kind: TimerKind, session: Session) -> Result<Aftermath, AppError> {
    let turn = Turn::of(app, tx, session).await?;
    let (times, silent, quiet) = (
        turn.quiet_times(),
        turn.session.silent_since,
        turn.session.quiet_since(),
    );
    match kind {
        TimerKind::VisitorSilence => match due(silent, times.silence) {
            Some(at) => end_for_quiet(app, tx, turn, (kind, at), Input::VisitorSilent, EndedBy::Timer).await,
            None => Ok(Aftermath::default()),
        },
        TimerKind::Inactivity => match due(quiet, times.inactive) {
            Some(at) => end_for_quiet(app, tx, turn, (kind, at), Input::Inactive, EndedBy::Inactivity).await,
            None => Ok(Aftermath::default()),
        },
        TimerKind::VisitorReminder => match due(silent, times.reminder) {
            Some(at) => remind(app, tx, turn, at).await,
            None => Ok(Aftermath::default()),
        },
        TimerKind::QueueTimeout => end_of_waiting(app, tx, turn).await,
        // It is about no session.
        TimerKind::AgentGrace => Ok(Aftermath::default()),
    }
}

/// When a time is over that runs since a moment.
fn due(since: Option<Moment>, seconds: Option<i64>) -> Option<Moment> {
    Some(since?.plus_seconds(seconds?))
}

/// Ends a session in which somebody said nothing for the flow's time (FLOW-12, ROUTE-14, U19); later, when something
/// was said after the timer was set.
async fn end_for_quiet(
    app: &App,
    tx: &mut Tx,
    mut turn: Turn,
    (kind, due): (TimerKind, Moment),
    input: Input,
    by: EndedBy,
) -> Result<Aftermath, AppError> {
    if due > app.clock.now() {
        store::timers::arm(tx, kind, (turn.session.tenant, turn.session.id), due).await?;
        return Ok(Aftermath::default());
    }
    turn.go_on(app, tx, input).await?;
    turn.session.end(app.stamp(), by)?;
    Ok(turn.save(app, tx).await?.1)
}

/// Reminds the visitor that the agent waits (ROUTE-14). Each message of the agent has set the timer anew.
async fn remind(app: &App, tx: &mut Tx, mut turn: Turn, due: Moment) -> Result<Aftermath, AppError> {
    if due > app.clock.now() {
        return Ok(Aftermath::default());
    }
    turn.go_on(app, tx, Input::VisitorSlow).await?;
    Ok(turn.save(app, tx).await?.1)
}

/// The session has waited for its longest time (FLOW-07).
async fn end_of_waiting(app: &App, tx: &mut Tx, mut turn: Turn) -> Result<Aftermath, AppError> {
    if !matches!(turn.session.stage, Stage::Waiting(_)) {
        return Ok(Aftermath::default());
    }
    turn.go_on(app, tx, Input::QueueTimedOut).await?;
    Ok(turn.save(app, tx).await?.1)
}
