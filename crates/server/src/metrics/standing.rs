//! How things stand when somebody asks: read from the database, at most every few seconds, however many ask.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use app::App;
use domain::ids::SkillGroupId;
use domain::moment::Moment;
use metrics::{Unit, describe_gauge, gauge};
use store::{Reader, StoreError};
use tokio::sync::Mutex;

use crate::config::Config;

/// What was read this long ago is told again.
const FRESH: Duration = Duration::from_secs(2);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// So many queues are told apart, the longest first: labels must not grow without bound.
const QUEUES_MAX: i64 = 200;

/// Names everything to the recorder.
pub(super) fn announce() {
    describe_gauge!("frontdesk_build_info", "Always 1; the label tells the version.");
    describe_gauge!("frontdesk_database_up", "Whether the database answered just now.");
    describe_gauge!("frontdesk_sessions_open", "Sessions that are not over, of all nodes.");
    describe_gauge!("frontdesk_queue_waiting", "Sessions waiting in a queue, of all nodes.");
    describe_gauge!(
        "frontdesk_queue_oldest_seconds",
        Unit::Seconds,
        "How long the session that waits longest in a queue has waited."
    );
    describe_gauge!("frontdesk_mails_pending", "Mails that wait to be sent, of all nodes.");
    describe_gauge!(
        "frontdesk_mails_oldest_seconds",
        Unit::Seconds,
        "How long the oldest mail has waited to be sent."
    );
    describe_gauge!("frontdesk_timers_set", "Timers that are set, of all nodes.");
    describe_gauge!("frontdesk_timers_due", "Timers that are due and have not fired.");
    describe_gauge!(
        "frontdesk_timers_due_seconds",
        Unit::Seconds,
        "How late the latest of them is."
    );
    describe_gauge!("frontdesk_store_writes_waiting", "Writes that wait for a lane.");
    describe_gauge!("frontdesk_store_readers_busy", "Connections for reading in use.");
    describe_gauge!("frontdesk_store_readers_max", "Most connections for reading.");
    describe_gauge!(
        "frontdesk_disk_free_bytes",
        Unit::Bytes,
        "Room left on the disk of a folder."
    );
    describe_gauge!(
        "frontdesk_disk_size_bytes",
        Unit::Bytes,
        "Size of the disk of a folder."
    );
    describe_gauge!(
        "frontdesk_database_file_bytes",
        Unit::Bytes,
        "Size of the embedded database and its log."
    );
    gauge!("frontdesk_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

/// What to look at, and when that was done last.
pub(super) struct Standing {
    app: App,
    folders: Vec<(&'static str, PathBuf)>,
    database_file: PathBuf,
    last: Mutex<Last>,
}

#[derive(Default)]
struct Last {
    at: Option<Instant>,
    queues: BTreeSet<SkillGroupId>,
}

impl Standing {
    pub(super) fn new(config: &Config, app: &App) -> Self {
        Self {
            app: app.clone(),
            folders: vec![
                ("data", config.data_dir.clone()),
                ("attachments", config.attachments_dir()),
            ],
            database_file: config.data_dir.join("frontdesk.db"),
            last: Mutex::default(),
        }
    }

    /// Brings the gauges up to date.
    pub(super) async fn look(&self) {
        let mut last = self.last.lock().await;
        if last.at.is_some_and(|at| at.elapsed() < FRESH) {
            return;
        }
        let mut reader = self.app.store.reader();
        let now = self.app.clock.now();
        let read = tokio::time::timeout(PATIENCE, read(&mut reader, &mut last.queues, now)).await;
        let is_up = matches!(read, Ok(Ok(())));
        gauge!("frontdesk_database_up").set(if is_up { 1.0 } else { 0.0 });
        let load = self.app.store.load();
        gauge!("frontdesk_store_writes_waiting").set(count(load.writes_waiting));
        gauge!("frontdesk_store_readers_busy").set(count(load.readers_busy));
        gauge!("frontdesk_store_readers_max").set(count(load.readers_max));
        self.look_at_disks();
        last.at = Some(Instant::now());
    }

    fn look_at_disks(&self) {
        for (place, folder) in &self.folders {
            // A folder that is not there has no disk.
            if let Ok(disk) = rustix::fs::statvfs(folder) {
                gauge!("frontdesk_disk_free_bytes", "place" => *place).set(bytes(disk.f_bavail * disk.f_frsize));
                gauge!("frontdesk_disk_size_bytes", "place" => *place).set(bytes(disk.f_blocks * disk.f_frsize));
            }
        }
        let parts = ["db", "db-wal"].map(|ending| self.database_file.with_extension(ending));
        let sizes = parts.iter().filter_map(|part| std::fs::metadata(part).ok());
        gauge!("frontdesk_database_file_bytes").set(bytes(sizes.map(|part| part.len()).sum()));
    }
}

async fn read(reader: &mut Reader, known: &mut BTreeSet<SkillGroupId>, now: Moment) -> Result<(), StoreError> {
    let stages = store::figures::open_sessions(reader).await?;
    for stage in ["in_flow", "waiting", "active"] {
        let found = stages.iter().find(|(word, _)| word == stage);
        gauge!("frontdesk_sessions_open", "stage" => stage).set(number(found.map_or(0, |(_, count)| *count)));
    }
    let queues = store::figures::queues(reader, QUEUES_MAX).await?;
    let empty: Vec<_> = known
        .iter()
        .filter(|group| !queues.iter().any(|queue| queue.skill_group == **group))
        .copied()
        .collect();
    for group in empty {
        set_queue(group, 0, 0);
        known.remove(&group);
    }
    for queue in queues {
        set_queue(queue.skill_group, queue.waiting, now.millis_since(Moment(queue.oldest)));
        known.insert(queue.skill_group);
    }
    let mails = store::figures::outbox_pending(reader).await?;
    gauge!("frontdesk_mails_pending").set(number(mails.count));
    gauge!("frontdesk_mails_oldest_seconds").set(age(mails.count, mails.oldest, now));
    let due = store::figures::timers_due(reader, now).await?;
    gauge!("frontdesk_timers_due").set(number(due.count));
    gauge!("frontdesk_timers_due_seconds").set(age(due.count, due.oldest, now));
    gauge!("frontdesk_timers_set").set(number(store::figures::timers_set(reader).await?));
    Ok(())
}

fn set_queue(group: SkillGroupId, waiting: i64, oldest_ms: i64) {
    let group = group.to_string();
    gauge!("frontdesk_queue_waiting", "skill_group" => group.clone()).set(number(waiting));
    gauge!("frontdesk_queue_oldest_seconds", "skill_group" => group).set(seconds(oldest_ms));
}

fn age(count: i64, oldest: i64, now: Moment) -> f64 {
    if count == 0 {
        return 0.0;
    }
    seconds(now.millis_since(Moment(oldest)))
}

fn seconds(millis: i64) -> f64 {
    number(millis.max(0)) / 1_000.0
}

#[expect(clippy::cast_precision_loss, reason = "a gauge need not be exact beyond 2^53")]
fn number(value: i64) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a gauge need not be exact beyond 2^53")]
fn count(value: usize) -> f64 {
    value as f64
}

#[expect(clippy::cast_precision_loss, reason = "a gauge need not be exact beyond 2^53")]
fn bytes(value: u64) -> f64 {
    value as f64
}
