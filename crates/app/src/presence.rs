//! Who is connected to this node, and that this node lives.
//!
//! A row is written when somebody's first connection comes and when the last one goes; an idle connection costs
//! nothing. A node that stops signing takes its connections with it (U9).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::ids::{AgentId, Id, VisitorId};
use domain::moment::Moment;
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::{AppError, OrLog};
use crate::{App, streams};

/// How often a node signs.
const SIGN_EVERY: Duration = Duration::from_secs(5);
/// How long a signature is good, in seconds.
const SIGNATURE_SECONDS: i64 = 15;
/// Locks that keep the writes about one principal in order.
const STRIPES: usize = 64;

/// Somebody with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    counts: Mutex<HashMap<Uuid, usize>>,
    stripes: Vec<tokio::sync::Mutex<()>>,
}

impl Default for Connections {
    fn default() -> Self {
        Self {
            counts: Mutex::default(),
            stripes: (0..STRIPES).map(|_| tokio::sync::Mutex::default()).collect(),
        }
    }
}

impl Connections {
    fn change(&self, who: Uuid, by: isize) -> usize {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(who).or_default();
        *count = count.saturating_add_signed(by);
        let now = *count;
        if now == 0 {
            counts.remove(&who);
        }
        now
    }

    fn count(&self, who: Uuid) -> usize {
        self.counts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&who)
            .copied()
            .unwrap_or_default()
    }

    async fn lock(&self, who: Uuid) -> tokio::sync::MutexGuard<'_, ()> {
        let stripe = usize::from(who.as_bytes()[15]) % STRIPES;
        self.stripes[stripe].lock().await
    }
}

/// A connection of `who` came.
///
/// # Errors
/// When the database fails.
pub async fn arrive(app: &App, who: Who) -> Result<(), AppError> {
    app.connections.change(who.uuid(), 1);
    reconcile(app, who).await
}

/// A connection of `who` went.
///
/// # Errors
/// When the database fails; the node's next start mends it.
pub async fn leave(app: &App, who: Who) -> Result<(), AppError> {
    app.connections.change(who.uuid(), -1);
    reconcile(app, who).await
}

/// Makes the row agree with the count. Each change is followed by one, so the last one to run is right.
async fn reconcile(app: &App, who: Who) -> Result<(), AppError> {
    let _in_order = app.connections.lock(who.uuid()).await;
    let is_here = app.connections.count(who.uuid()) > 0;
    let (node, now) = (app.node, app.clock.now());
    let (changed, groups) = app
        .store
        .write(async move |tx| {
            let changed = if is_here {
                store::presence::connect(tx, who.uuid(), node, now).await?
            } else {
                store::presence::disconnect(tx, who.uuid(), node).await?
            };
            let groups = match who {
                Who::Agent(id) if changed && is_here => store::reception::groups_of(tx, id).await?,
                _ => Vec::new(),
            };
            Ok::<_, AppError>((changed, groups))
        })
        .await?;
    if changed {
        app.bus.ring([match who {
            Who::Agent(id) => streams::agent(id),
            Who::Visitor(id) => streams::visitor(id),
        }]);
        app.reception.wake(groups);
    }
    Ok(())
}

/// Signs that this node lives until `stop` is told, then signs off.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut beat = tokio::time::interval(SIGN_EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            _ = beat.tick() => { sign(&app).await.or_log("signing that this node lives"); }
        }
    }
    let node = app.node;
    let signed_off = app
        .store
        .write(async move |tx| Ok::<_, AppError>(store::presence::leave(tx, node).await?))
        .await;
    signed_off.or_log("signing off");
}

/// Signs once, and forgets nodes that stopped signing.
///
/// # Errors
/// When the database fails.
pub async fn sign(app: &App) -> Result<(), AppError> {
    let (node, now) = (app.node, app.clock.now());
    // A clock that a test moves by hours must not make its own node look dead.
    let alive_until = if app.clock.is_system() {
        now.plus_seconds(SIGNATURE_SECONDS)
    } else {
        Moment(i64::MAX)
    };
    app.store
        .write(async move |tx| {
            store::presence::sign(tx, node, now, alive_until).await?;
            Ok::<_, AppError>(store::presence::bury(tx, now.plus_seconds(-SIGNATURE_SECONDS)).await?)
        })
        .await
}
