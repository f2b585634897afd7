//! Bringing waiting sessions and agents together.
//!
//! Every path that gives a session to an agent goes through [`fill`]: read, choose with the pure rules, write
//! under conditions (C05). It runs after each change that could let a session move; the watchdog only
//! watches that none of these was forgotten (U5).

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::agent::HARD_LIMIT;
use domain::flow::Input;
use domain::ids::SkillGroupId;
use domain::moment::Moment;
use domain::routing::{self, Assignment, Candidate, Policy, Waiting};
use domain::session::Assignee;
use store::reception::CandidateRow;
use store::{Query, Tx, planted};
use tokio::sync::{Notify, watch};

use crate::App;
use crate::effects::{Aftermath, Turn};
use crate::error::{AppError, OrLog};

/// Most sessions given away in one commit.
const BATCH: i64 = 100;
/// How long to leave a group alone that could not be filled: the database was away, or others were faster thrice.
const BREATH: Duration = Duration::from_millis(500);
/// How often the watchdog looks.
const WATCH_EVERY: Duration = Duration::from_secs(2);

/// Groups in which somebody who waits might find an agent now.
#[derive(Default)]
pub struct Reception {
    groups: Mutex<BTreeSet<SkillGroupId>>,
    bell: Notify,
    /// Who waited first beside a free agent when the watchdog looked last, by place number.
    suspects: Mutex<HashMap<SkillGroupId, i64>>,
    rescues: AtomicU64,
}

impl Reception {
    /// Has [`fill`] look at these groups soon; asking twice is the same as once.
    pub fn wake(&self, groups: impl IntoIterator<Item = SkillGroupId>) {
        let mut dirty = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let before = dirty.len();
        dirty.extend(groups);
        if dirty.len() > before {
            self.bell.notify_one();
        }
    }

    /// How often the watchdog found somebody waiting beside a free agent: a counter that must stay 0.
    #[must_use]
    pub fn rescues(&self) -> u64 {
        self.rescues.load(Ordering::Relaxed)
    }

    fn take(&self) -> BTreeSet<SkillGroupId> {
        std::mem::take(&mut *self.groups.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_quiet(&self) -> bool {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Gives waiting sessions to agents until `stop` is told.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let all = store::sessions::groups_with_waiting(&mut app.store.reader()).await;
    app.reception.wake(
        all.or_log("looking for waiting sessions at the start")
            .unwrap_or_default(),
    );
    let mut watchdog = tokio::time::interval(WATCH_EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            () = app.reception.bell.notified() => {
                for group in app.reception.take() {
                    if fill(&app, group).await.or_log("giving waiting sessions to agents").is_none() {
                        tokio::spawn(wake_later(app.clone(), group));
                    }
                }
            }
            _ = watchdog.tick() => {
                watch(&app).await.or_log("watching for sessions that wait beside a free agent");
            }
        }
    }
}

async fn wake_later(app: App, group: SkillGroupId) {
    tokio::time::sleep(BREATH).await;
    app.reception.wake([group]);
}

/// Gives as many sessions of a queue to agents as is possible now; answers how many.
///
/// # Errors
/// When the database fails. Losing a race is none: the next look sees the new state.
#[tracing::instrument(target = "trace", level = "debug", name = "reception.fill", skip_all, fields(skill_group.id = %group))]
pub async fn fill(app: &App, group: SkillGroupId) -> Result<usize, AppError> {
    let mut given = 0;
    loop {
        let app_there = app.clone();
        let (count, aftermath) = app
            .store
            .write(async move |tx| give_batch(&app_there, tx, group).await)
            .await?;
        aftermath.tell(app);
        given += count;
        if count < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(given);
        }
    }
}

async fn give_batch(app: &App, tx: &mut Tx, group: SkillGroupId) -> Result<(usize, Aftermath), AppError> {
    let now = app.clock.now();
    let mut aftermath = Aftermath::default();
    let Some(known) = store::reception::group(tx, group).await? else {
        return Ok((0, aftermath));
    };
    store::reception::take_turn(tx, known.tenant_id).await?;
    let Some(facts) = Facts::load(tx, group, BATCH, now).await? else {
        return Ok((0, aftermath));
    };
    let mut given = 0;
    for assignment in facts.plan(now) {
        if let Some(told) = assign(app, tx, group, &facts, assignment).await? {
            aftermath.join(told);
            given += 1;
        }
    }
    Ok((given, aftermath))
}

/// The one conditional write (C05): the agent's place, then the session; `None` when somebody was faster.
async fn assign(
    app: &App,
    tx: &mut Tx,
    group: SkillGroupId,
    facts: &Facts,
    assignment: Assignment,
) -> Result<Option<Aftermath>, AppError> {
    let now = app.clock.now();
    let Some(row) = facts.rows.iter().find(|row| row.agent_id == assignment.agent_id) else {
        return Ok(None);
    };
    let taken = store::reception::take(tx, (row.agent_id, row.epoch), group, HARD_LIMIT, now).await?;
    if !taken && !planted::is(planted::Fault::UnconditionalAssignment) {
        return Ok(None);
    }
    let session = store::sessions::find(tx, facts.tenant, assignment.session_id).await?;
    let Some(session) = session.filter(|session| matches!(session.stage, domain::session::Stage::Waiting(_))) else {
        store::reception::give_back(tx, row.agent_id, now).await?;
        return Ok(None);
    };
    let mut turn = Turn::of(app, tx, session).await?;
    turn.served_by(&row.staff_no, &row.nickname);
    let to = Assignee {
        agent: row.agent_id,
        nickname: row.nickname.clone(),
        staff_no: row.staff_no.clone(),
    };
    turn.session
        .assign(app.stamp(), to, assignment.reason)
        .map_err(|error| AppError::Internal(error.into()))?;
    turn.go_on(app, tx, Input::Accepted).await?;
    let (_, aftermath) = turn.save(app, tx).await?;
    Ok(Some(aftermath))
}

/// What the rules are given.
struct Facts {
    tenant: domain::ids::TenantId,
    waiting: Vec<Waiting>,
    rows: Vec<CandidateRow>,
    candidates: Vec<Candidate>,
    group_limit: i64,
    policy: Policy,
}

impl Facts {
    async fn load<Q: Query>(q: &mut Q, group: SkillGroupId, limit: i64, now: Moment) -> Result<Option<Self>, AppError> {
        let Some(known) = store::reception::group(q, group).await? else {
            return Ok(None);
        };
        let rows = store::reception::candidates(q, group, now).await?;
        let waiting = if rows.is_empty() {
            Vec::new()
        } else {
            store::sessions::waiting(q, group, limit).await?
        };
        let candidates = rows.iter().map(candidate).collect::<Result<_, _>>()?;
        Ok(Some(Self {
            tenant: known.tenant_id,
            waiting: waiting
                .into_iter()
                .map(|row| Waiting {
                    session_id: row.id,
                    number: row.number,
                    last_agent: row.last_agent,
                })
                .collect(),
            rows,
            candidates,
            group_limit: known.reception_limit,
            policy: store::codec::from_json(&known.routing)?,
        }))
    }

    fn plan(&self, now: Moment) -> Vec<Assignment> {
        routing::plan(&self.waiting, &self.candidates, self.group_limit, &self.policy, now)
    }
}

fn candidate(row: &CandidateRow) -> Result<Candidate, AppError> {
    Ok(Candidate {
        agent_id: row.agent_id,
        status: store::codec::from_word(&row.status)?,
        is_connected: true,
        load: match planted::is(planted::Fault::UnconditionalAssignment) {
            true => 0,
            false => row.load,
        },
        own_limit: row.own_limit,
        priority: row.priority,
        idle_since: Moment(row.idle_since),
        epoch: row.epoch,
    })
}

/// How many members of a group could take a session now.
///
/// # Errors
/// When the database fails.
pub async fn free_now<Q: Query>(q: &mut Q, group: SkillGroupId, now: Moment) -> Result<i64, AppError> {
    let Some(facts) = Facts::load(q, group, 0, now).await? else {
        return Ok(0);
    };
    let free = facts
        .candidates
        .iter()
        .filter(|candidate| routing::exclusion(candidate, facts.group_limit).is_none())
        .count();
    Ok(i64::try_from(free).unwrap_or(i64::MAX))
}

/// Looks for somebody who waits beside a free agent; there must never be anybody (U5, I12). The same one at two looks: at
/// one look it may be somebody whom this or another node is just giving away.
///
/// # Errors
/// When the database fails.
pub async fn watch(app: &App) -> Result<(), AppError> {
    let mut reader = app.store.reader();
    let mut stuck = HashMap::new();
    for group in store::sessions::groups_with_waiting(&mut reader).await? {
        let Some(facts) = Facts::load(&mut reader, group, 1, app.clock.now()).await? else {
            continue;
        };
        let waiting = i64::try_from(facts.waiting.len()).unwrap_or(i64::MAX);
        let is_stuck = routing::has_stuck_waiter(waiting, &facts.candidates, facts.group_limit);
        if let (true, Some(first)) = (is_stuck, facts.waiting.first()) {
            stuck.insert(group, first.number);
        }
    }
    let before = {
        let mut suspects = app.reception.suspects.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *suspects, stuck.clone())
    };
    for (group, first) in stuck {
        if before.get(&group) == Some(&first) && app.reception.is_quiet() {
            app.reception.rescues.fetch_add(1, Ordering::Relaxed);
            crate::metrics::RESCUES.increment(1);
            tracing::error!(skill_group.id = %group, "A session waited beside a free agent in group {group}");
            app.reception.wake([group]);
        }
    }
    Ok(())
}
