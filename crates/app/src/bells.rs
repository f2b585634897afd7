//! The sure way of bells between nodes (C09): less than once a second a node writes what it rang as one row, and reads
//! the rows of the others. So whatever the quick way loses is noticed within two seconds, at a cost that depends neither
//! on connections nor on messages. On a bus of one process, where no bell can be lost, nothing of this runs.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bus::Moved;
use domain::ids::NodeId;
use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::App;
use crate::error::AppError;

/// How often. Twice this, once for the writer and once for the reader, stays below two seconds.
const EVERY: Duration = Duration::from_millis(800);

/// How long to leave a database alone that failed.
const BREATH: Duration = Duration::from_secs(2);

/// Number of the row that this node wrote last.
#[derive(Default)]
pub struct Written(AtomicI64);

/// What this node knows of the others after a look; none before the first one, and after one that failed.
type Known = Option<Others>;

/// The other nodes.
#[derive(Default)]
pub struct Others {
    /// Number of the row that was read last of each.
    read: HashMap<NodeId, i64>,
    /// Those that live.
    living: HashSet<NodeId>,
}

/// Writes and reads bells until `stop` is told.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    if !app.bus.is_shared() {
        let _stopped = stop.changed().await;
        return;
    }
    let mut known = None;
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = every.tick() => {
                known = match exchange(&app, known.take()).await {
                    Ok(known) => known,
                    Err(error) => {
                        tracing::warn!(%error, "What moved on cannot be exchanged with other nodes; trying again");
                        tokio::time::sleep(BREATH).await;
                        None
                    }
                };
            }
        }
    }
}

async fn exchange(app: &App, known: Known) -> Result<Known, AppError> {
    write(app).await?;
    look(app, known).await
}

/// Writes what this node has rung since the last time; nothing when there is nothing.
///
/// # Errors
/// When the database fails: then it is written the next time.
pub async fn write(app: &App) -> Result<(), AppError> {
    let Some(moved) = app.bus.take_rung() else {
        return Ok(());
    };
    let (node, names) = (app.node, moved.to_text());
    // A number is used once, whatever came of it: a gap has readers look at everything.
    let number = app.bells.0.fetch_add(1, Ordering::Relaxed) + 1;
    let written = app
        .store
        .write(async move |tx| Ok::<_, AppError>(store::bells::write(tx, node, number, &names).await?))
        .await;
    if written.is_err() {
        app.bus.put_back(&moved);
    }
    written
}

/// Rings here what other nodes have written since the last look. A node that is gone may have died before it wrote its last
/// row: then anything may have moved on.
///
/// # Errors
/// When the database fails; then anything may have moved on until the next look.
pub async fn look(app: &App, known: Known) -> Result<Known, AppError> {
    let mut reader = app.store.reader();
    let nodes = store::presence::others(&mut reader, app.node, app.clock.now()).await?;
    let newest = store::bells::newest(&mut reader, app.node).await?;
    let mut others = Others {
        living: nodes.iter().map(|node| node.id).collect(),
        ..Others::default()
    };
    let Some(known) = known else {
        app.bus.hear(&Moved::Everything);
        others.read = newest.into_iter().collect();
        return Ok(Some(others));
    };
    for (node, number) in newest {
        let before = known.read.get(&node).copied().unwrap_or_default();
        let mut read = before;
        if number > before {
            let rows = store::bells::after(&mut reader, node, before).await?;
            // Numbers have no gaps: one that is missing was forgotten before it was read.
            if rows.first().is_some_and(|row| row.number > before + 1) {
                app.bus.hear(&Moved::Everything);
            }
            for row in rows {
                app.bus.hear(&Moved::from_text(&row.names));
                read = row.number;
            }
        }
        others.read.insert(node, read);
    }
    if !known.living.is_subset(&others.living) {
        app.bus.hear(&Moved::Everything);
    }
    Ok(Some(others))
}
