//! Who is connected to this node, and that this node lives.
//!
//! A row is written when somebody's first connection comes and when the last one goes; an idle connection costs
//! nothing. A node that stops signing takes its connections with it (U9).

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::ids::{AgentId, Id, VisitorId};
use domain::moment::Moment;
use futures_util::StreamExt as _;
use store::Engine;
use store::presence::NodeRow;
use tokio::sync::watch;
use tokio::time::Instant;
use uuid::Uuid;

use crate::agents::connection;
use crate::effects::Aftermath;
use crate::error::{AppError, OrLog};
use crate::{App, streams};

/// Rows of connections that are written at the same time after the database was away.
const COMING_BACK: usize = 16;
/// Locks that keep the writes about one principal in order.
const STRIPES: usize = 64;

/// How a node shows that it lives.
#[derive(Debug, Clone, Copy)]
pub struct Beat {
    /// How often it signs.
    pub every: Duration,
    /// How long a signature is good. A node that could not sign for so long is given up by others, and gives itself up.
    pub good_for: Duration,
}

impl Default for Beat {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(5),
            good_for: Duration::from_secs(15),
        }
    }
}

/// Whether this node is cut off from the database: it could not sign for so long that others take it for dead.
pub struct Standing(watch::Sender<bool>);

impl Default for Standing {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Standing {
    /// Turns true when this node is cut off, and false when it is back.
    #[must_use]
    pub fn is_cut_off(&self) -> watch::Receiver<bool> {
        self.0.subscribe()
    }
}

/// Somebody with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// A signed-in agent.
    Agent(AgentId),
    /// A visitor.
    Visitor(VisitorId),
}

impl Who {
    fn uuid(self) -> Uuid {
        match self {
            Self::Agent(id) => id.uuid(),
            Self::Visitor(id) => id.uuid(),
        }
    }
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Agent(id) => write!(f, "agent {id}"),
            Self::Visitor(id) => write!(f, "visitor {id}"),
        }
    }
}

/// Connections of this node.
pub struct Connections {
    counts: Mutex<HashMap<Who, usize>>,
    /// Whose rows could not be written.
    unsettled: Mutex<HashSet<Who>>,
    stripes: Vec<tokio::sync::Mutex<()>>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            counts: Mutex::default(),
            unsettled: Mutex::default(),
            stripes: (0..STRIPES).map(|_| tokio::sync::Mutex::default()).collect(),
        }
    }
}

impl Connections {
    fn change(&self, who: Who, by: isize) -> usize {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(who).or_default();
        *count = count.saturating_add_signed(by);
        let now = *count;
        if now == 0 {
            counts.remove(&who);
        }
        now
    }

    fn count(&self, who: Who) -> usize {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&who)
            .copied()
            .unwrap_or_default()
    }

    fn take_unsettled(&self) -> HashSet<Who> {
        std::mem::take(&mut *self.unsettled.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn everybody(&self) -> Vec<Who> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.keys().copied().collect()
    }

    async fn lock(&self, who: Who) -> tokio::sync::MutexGuard<'_, ()> {
        let stripe = usize::from(who.uuid().as_bytes()[15]) % STRIPES;
        self.stripes[stripe].lock().await
    }
}

/// A connection of `who` came.
///
/// # Errors
/// When the database fails.
pub async fn arrive(app: &App, who: Who) -> Result<(), AppError> {
    app.connections.change(who, 1);
    reconcile(app, who).await
}

/// A connection of `who` went.
///
/// # Errors
/// When the database fails; the row is written once it is back.
pub async fn leave(app: &App, who: Who) -> Result<(), AppError> {
    app.connections.change(who, -1);
    reconcile(app, who).await
}

/// Makes the row agree with the count. Each change is followed by one, so the last one to run is right; one that fails
/// is made up for.
async fn reconcile(app: &App, who: Who) -> Result<(), AppError> {
    let settled = settle(app, who).await;
    if settled.is_err() {
        let mut unsettled = app.connections.unsettled.lock().unwrap_or_else(PoisonError::into_inner);
        unsettled.insert(who);
    }
    settled
}

async fn settle(app: &App, who: Who) -> Result<(), AppError> {
    let _in_order = app.connections.lock(who).await;
    let is_here = app.connections.count(who) > 0;
    let (node, now) = (app.node, app.clock.now());
    let (changed, groups, aftermath) = app
        .store
        .write(async move |tx| {
            let changed = if is_here {
                store::presence::connect(tx, who.uuid(), node, now).await?
            } else {
                store::presence::disconnect(tx, who.uuid(), node).await?
            };
            let mut aftermath = Aftermath::default();
            let groups = match who {
                Who::Agent(id) if is_here => {
                    connection::came(tx, id, now).await?;
                    if changed {
                        store::reception::groups_of(tx, id).await?
                    } else {
                        Vec::new()
                    }
                }
                Who::Agent(id) => {
                    aftermath = connection::went(tx, id, now).await?;
                    Vec::new()
                }
                Who::Visitor(_) => Vec::new(),
            };
            Ok::<_, AppError>((changed, groups, aftermath))
        })
        .await?;
    aftermath.tell(app);
    if changed {
        app.bus.ring([match who {
            Who::Agent(id) => streams::agent(id),
            Who::Visitor(id) => streams::visitor(id),
        }]);
        app.reception.wake(groups);
    }
    Ok(())
}

/// Begins as a living node, before anybody can connect; answers who else lives on this database.
///
/// # Errors
/// When the database fails.
pub async fn enter(app: &App) -> Result<Vec<NodeRow>, AppError> {
    let (row, now, alive_until) = (own_row(app), app.clock.now(), alive_until(app));
    let me = app.node;
    let is_only_one = app.store.engine() == Engine::Sqlite;
    app.store
        .write(async move |tx| {
            store::presence::enter(tx, &row, now, alive_until).await?;
            if is_only_one {
                // Its lock says so (F16): whoever signed before was killed.
                store::presence::bury_others(tx, me).await?;
            }
            Ok::<_, AppError>(store::presence::others(tx, me, now).await?)
        })
        .await
}

/// Signs that this node lives until `stop` is told, then signs off.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let beat = app.beat;
    let mut ticks = tokio::time::interval(beat.every);
    let mut signed_at = Instant::now();
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            _ = ticks.tick() => {}
        }
        // A database that is cut off may leave a call unanswered for long.
        let signed = match tokio::time::timeout(beat.every, sign_once(&app)).await {
            Ok(signed) => signed,
            Err(_) => Err(AppError::Unavailable("the database does not answer".to_owned())),
        };
        if let Some(was_given_up) = signed.or_log("signing that this node lives") {
            signed_at = Instant::now();
            if was_given_up {
                tracing::warn!("Others had given this node up; its connections are noted again");
            }
            let unsure = unsure(&app, was_given_up);
            if !unsure.is_empty() {
                // Beside the signing, which must not be late for it.
                tokio::spawn(note_again(app.clone(), unsure));
            }
        }
        stand(&app, signed_at.elapsed() < beat.good_for);
    }
    let node = app.node;
    let signed_off = app.store.write(async move |tx| {
        store::leases::release(tx, node).await?;
        Ok::<_, AppError>(store::presence::leave(tx, node).await?)
    });
    signed_off.await.or_log("signing off");
}

/// Notes whether the database is within reach, and says so when that changed (F28).
fn stand(app: &App, is_good: bool) {
    let has_changed = app
        .standing
        .0
        .send_if_modified(|is_cut_off| std::mem::replace(is_cut_off, !is_good) == is_good);
    if has_changed && is_good {
        tracing::info!("This node reaches the database again");
    } else if has_changed {
        tracing::error!(
            "This node is cut off from the database: others take it for dead, and it sends its agents to them"
        );
    }
}

fn own_row(app: &App) -> NodeRow {
    NodeRow {
        id: app.node,
        name: app.settings.node_name.clone(),
        is_alone: !app.bus.is_shared(),
        key_mark: app.sealer.mark().to_owned(),
    }
}

/// Until when a signature of now is good.
fn alive_until(app: &App) -> Moment {
    // A clock that a test moves by hours must not make its own node look dead.
    if app.clock.is_system() {
        Moment(app.clock.now().0.saturating_add(millis(app.beat.good_for)))
    } else {
        Moment(i64::MAX)
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Signs once, and forgets nodes that stopped signing, with a while for clocks that differ. Who was connected to them is
/// gone now, and who shows that hears of it.
///
/// # Errors
/// When the database fails.
pub async fn sign(app: &App) -> Result<(), AppError> {
    let was_given_up = sign_once(app).await?;
    note_again(app.clone(), unsure(app, was_given_up)).await;
    Ok(())
}

/// Answers whether others had given this node up.
async fn sign_once(app: &App) -> Result<bool, AppError> {
    let (row, now, alive_until) = (own_row(app), app.clock.now(), alive_until(app));
    let long_ago = Moment(now.0.saturating_sub(millis(app.beat.good_for)));
    let (was_given_up, gone) = app
        .store
        .write(async move |tx| {
            let was_given_up = !store::presence::sign(tx, row.id, alive_until).await?;
            if was_given_up {
                store::presence::enter(tx, &row, now, alive_until).await?;
            }
            Ok::<_, AppError>((was_given_up, store::presence::bury(tx, long_ago).await?))
        })
        .await?;
    if !gone.is_empty() {
        let count = gone.len();
        tracing::warn!("A node that stopped signing is given up with its connections; {count} people were on it");
    }
    app.bus.ring(gone.into_iter().flat_map(|who| {
        [
            streams::agent(AgentId::from_uuid(who)),
            streams::visitor(VisitorId::from_uuid(who)),
        ]
    }));
    connection::notice_lost(app).await?;
    Ok(was_given_up)
}

/// Whose rows may not say what is true: those that could not be written, and all when this node was given up.
fn unsure(app: &App, was_given_up: bool) -> HashSet<Who> {
    let mut unsure = app.connections.take_unsettled();
    if was_given_up {
        unsure.extend(app.connections.everybody());
    }
    unsure
}

async fn note_again(app: App, unsure: HashSet<Who>) {
    let app = &app;
    futures_util::stream::iter(unsure)
        .for_each_concurrent(COMING_BACK, async |who| {
            reconcile(app, who).await.or_log("noting a connection again");
        })
        .await;
}
