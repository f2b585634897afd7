//! Makes calls that wait: one try for each, under a lease with a number, so that a late worker's answer is refused (C12).

use std::time::Duration;

use domain::flow::{ApiCall, CALL_BUDGET_SECONDS, CallOutcome, Input, RunState};
use domain::ids::{SecretId, SessionId, TenantId};
use domain::moment::Moment;
use domain::session::Session;
use egress::{EgressError, Reply};
use reqwest::Url;
use store::api_calls::{Finished, Leased};
use store::{Tx, codec};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::lanes::{CallKey, Health, Lane, Lanes, PLACES};
use super::request::{self, Opened};
use crate::App;
use crate::effects::{Aftermath, Turn};
use crate::error::{AppError, OrLog};
use crate::metrics;

/// Services that are looked at in one round.
const LANES_MAX: i64 = 200;
/// How much longer than the call itself a lease lasts, in seconds: for the two transactions around it.
const LEASE_MORE_SECONDS: i64 = 5;
/// Longest sleep, in milliseconds: another node may have written a call.
const NAP_MS: i64 = 2_000;
/// Pause before looking again after a call was written: a busy desk writes many.
const BREATH: Duration = Duration::from_millis(2);

/// A call that was made, or not.
struct Done {
    lane: Lane,
    call: CallKey,
    health: Health,
}

/// Makes calls until `stop` is told. Calls that run then are made again by whoever looks next.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let (mut lanes, mut running) = (Lanes::default(), JoinSet::new());
    loop {
        let next = begin_due(&app, &mut lanes, &mut running).await;
        let next = next.or_log("looking for API calls").flatten();
        let nap = next.map_or(NAP_MS, |due| due.millis_since(app.clock.now()).clamp(10, NAP_MS));
        tokio::select! {
            _ = stop.changed() => return,
            () = app.api_calls.0.notified() => tokio::time::sleep(BREATH).await,
            Some(done) = running.join_next() => {
                end(&app, &mut lanes, done);
                while let Some(done) = running.try_join_next() {
                    end(&app, &mut lanes, done);
                }
            }
            () = tokio::time::sleep(Duration::from_millis(nap.unsigned_abs())) => lanes.forget(app.clock.now()),
        }
    }
}

fn end(app: &App, lanes: &mut Lanes, done: Result<Done, tokio::task::JoinError>) {
    if let Some(done) = done.or_log("calling an API") {
        lanes.end(&done.lane, done.call, done.health, app.clock.now());
    }
}

/// Begins what is due and has a place; answers when the next call is due.
async fn begin_due(app: &App, lanes: &mut Lanes, running: &mut JoinSet<Done>) -> Result<Option<Moment>, AppError> {
    let now = app.clock.now();
    let mut reader = app.store.reader();
    for lane in store::api_calls::lanes(&mut reader, now, LANES_MAX).await? {
        let free = lanes.free(&lane, now);
        if free == 0 {
            continue;
        }
        // Those that were begun just now may not be leased yet.
        let wanted = i64::try_from(free + lanes.running_in(&lane)).unwrap_or(i64::MAX);
        let is_paused = lanes.is_paused(&lane, now);
        for due in store::api_calls::due(&mut reader, (lane.0, &lane.1), now, wanted).await? {
            let call = (due.0, due.1);
            if lanes.free(&lane, now) > 0 && lanes.begin(&lane, call) {
                running.spawn(make(app.clone(), lane.clone(), due, is_paused));
            }
        }
        if lanes.running() >= PLACES {
            break;
        }
    }
    Ok(store::api_calls::next(&mut reader, now).await?)
}

/// Makes one call and gives its answer to the session.
#[tracing::instrument(target = "trace", level = "debug", name = "api_call", skip_all)]
async fn make(app: App, lane: Lane, due: Leased, is_paused: bool) -> Done {
    let health = match attempt(&app, lane.0, due, is_paused).await {
        Ok(health) => health,
        Err(error) => {
            let (session, number) = (due.0, due.1);
            tracing::warn!(session.id = %session, %error, "API call {number} of session {session} is not settled; it is made again");
            Health::Unknown
        }
    };
    Done {
        lane,
        call: (due.0, due.1),
        health,
    }
}

/// A call that this node may make.
struct Claimed {
    lease: i64,
    call: ApiCall,
    /// What it is to say at once, when it is not to be made.
    refusal: Option<CallOutcome>,
    sealed: Vec<(SecretId, String)>,
}

/// What came of a call.
struct Outcome {
    word: CallOutcome,
    status: Option<u16>,
    /// All of the answer, when it is one that the flow may read.
    body: Option<String>,
    /// What is kept of it.
    kept: Option<String>,
}

impl Outcome {
    const fn of(word: CallOutcome) -> Self {
        Self {
            word,
            status: None,
            body: None,
            kept: None,
        }
    }

    const fn health(&self) -> Health {
        match self.word {
            CallOutcome::Answered | CallOutcome::BadStatus | CallOutcome::BadAnswer => Health::Answers,
            CallOutcome::TimedOut | CallOutcome::Unreachable => Health::Silent,
            CallOutcome::Forbidden
            | CallOutcome::NoSecret
            | CallOutcome::Overdue
            | CallOutcome::Paused
            | CallOutcome::NotWanted => Health::Unknown,
        }
    }
}

async fn attempt(app: &App, tenant: TenantId, due: Leased, is_paused: bool) -> Result<Health, AppError> {
    let Some(claimed) = claim(app, tenant, due, is_paused).await? else {
        return Ok(Health::Unknown);
    };
    let outcome = match claimed.refusal {
        Some(word) => Outcome::of(word),
        None => call(app, due.0, &claimed).await?,
    };
    let health = outcome.health();
    metrics::api_call(outcome.word);
    settle(app, tenant, (due.0, due.1, claimed.lease), outcome).await?;
    Ok(health)
}

/// Takes the lease, for as long as the call may take.
async fn claim(app: &App, tenant: TenantId, due: Leased, is_paused: bool) -> Result<Option<Claimed>, AppError> {
    let app_there = app.clone();
    app.store
        .write(async move |tx| {
            let now = app_there.clock.now();
            let Some(leased) = store::api_calls::lease(tx, due, LEASE_MORE_SECONDS, now).await? else {
                return Ok::<_, AppError>(None);
            };
            let mut call: ApiCall = codec::from_json(&leased.request)?;
            let session = store::sessions::find(tx, tenant, due.0).await?;
            let refusal = match session.and_then(|session| waits_since(&session, call.call)) {
                None => Some(CallOutcome::NotWanted),
                Some(since) => {
                    let left = CALL_BUDGET_SECONDS - now.millis_since(since) / 1_000;
                    call.timeout_seconds = call.timeout_seconds.min(left);
                    (left <= 0)
                        .then_some(CallOutcome::Overdue)
                        .or_else(|| is_paused.then_some(CallOutcome::Paused))
                }
            };
            let mut sealed = Vec::new();
            for id in request::secrets_of(&call) {
                sealed.extend(store::secrets::sealed(tx, tenant, id).await?.map(|text| (id, text)));
            }
            Ok(Some(Claimed {
                lease: leased.lease,
                call,
                refusal,
                sealed,
            }))
        })
        .await
}

/// Since when the session's flow waits in the node of this call; `None` when it does not wait for it.
fn waits_since(session: &Session, number: i64) -> Option<Moment> {
    match session.run.state {
        RunState::Calling { call, since, .. } if call == number && !session.is_ended() => Some(since),
        _ => None,
    }
}

async fn call(app: &App, session: SessionId, claimed: &Claimed) -> Result<Outcome, AppError> {
    let mut secrets = Opened::new();
    for (id, sealed) in &claimed.sealed {
        secrets.insert(*id, app.sealer.open(&crate::flow_secrets::sealed_as(*id), sealed)?);
    }
    let Ok(url) = Url::parse(&claimed.call.url) else {
        return Ok(Outcome::of(CallOutcome::Forbidden));
    };
    let Some(wanted) = request::build(&claimed.call, url, session, &secrets, app.clock.now()) else {
        return Ok(Outcome::of(CallOutcome::NoSecret));
    };
    Ok(match app.egress.call(wanted).await {
        Ok(reply) => answered(reply, &secrets),
        Err(error) => {
            let number = claimed.call.call;
            tracing::info!(
                session.id = %session,
                error = &error as &dyn std::error::Error,
                "API call {number} of session {session} gave nothing"
            );
            Outcome::of(match error {
                EgressError::Forbidden => CallOutcome::Forbidden,
                EgressError::TimedOut => CallOutcome::TimedOut,
                EgressError::ReplyTooLarge => CallOutcome::BadAnswer,
                EgressError::Unreachable(_) => CallOutcome::Unreachable,
            })
        }
    })
}

fn answered(reply: Reply, secrets: &Opened) -> Outcome {
    let status = Some(reply.status);
    let Ok(body) = String::from_utf8(reply.body) else {
        return Outcome {
            status,
            ..Outcome::of(CallOutcome::BadAnswer)
        };
    };
    let kept = Some(request::kept(&body, secrets));
    if (200..300).contains(&reply.status) {
        Outcome {
            word: CallOutcome::Answered,
            status,
            body: Some(body),
            kept,
        }
    } else {
        Outcome {
            word: CallOutcome::BadStatus,
            status,
            body: None,
            kept,
        }
    }
}

/// Notes what came of a call and lets the session go on, both or none. Whoever lost the lease changes nothing.
async fn settle(app: &App, tenant: TenantId, lease: Leased, outcome: Outcome) -> Result<(), AppError> {
    let app_there = app.clone();
    let aftermath = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let finished = Finished {
                outcome: outcome.word.as_str(),
                status: outcome.status.map(i64::from),
                answer: outcome.kept.as_deref(),
            };
            if !store::api_calls::finish(tx, lease, &finished, app.clock.now()).await? {
                return Ok(None);
            }
            let number = lease.1;
            let input = match &outcome.body {
                Some(body) => Input::ApiAnswered {
                    call: number,
                    body: body.clone(),
                },
                None => Input::ApiFailed { call: number },
            };
            go_on(app, tx, tenant, lease, input).await
        })
        .await?;
    if let Some(aftermath) = aftermath {
        aftermath.tell(app);
    }
    Ok(())
}

/// Gives the answer to the session, unless that moved on meanwhile.
async fn go_on(
    app: &App,
    tx: &mut Tx,
    tenant: TenantId,
    (session, number, _): Leased,
    input: Input,
) -> Result<Option<Aftermath>, AppError> {
    let session = store::sessions::find(tx, tenant, session).await?;
    let Some(session) = session.filter(|session| waits_since(session, number).is_some()) else {
        return Ok(None);
    };
    let mut turn = Turn::of(app, tx, session).await?;
    turn.go_on(app, tx, input).await?;
    Ok(Some(turn.save(app, tx).await?.1))
}
