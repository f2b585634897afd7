//! An alarm before a disk is full (C14): later, everybody would notice.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::watch;

use crate::config::Config;

/// How often the disks are looked at.
const EVERY: Duration = Duration::from_secs(60);
/// From so much in use on, in percent, somebody should make room.
const NEARLY_FULL: u64 = 90;

/// Looks at the disks of the data and of the attachments until `stop` is told. Each that becomes nearly full is told once,
/// and once more when there is room again.
pub fn watch(config: &Config, stop: watch::Receiver<bool>) -> impl Future<Output = ()> + use<> {
    look_at([config.data_dir.clone(), config.attachments_dir()], stop)
}

async fn look_at(folders: [PathBuf; 2], mut stop: watch::Receiver<bool>) {
    let mut folders = folders.map(|folder| (folder, false));
    let mut every = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = every.tick() => folders.iter_mut().for_each(|(folder, was_full)| look(folder, was_full)),
        }
    }
}

fn look(folder: &Path, was_full: &mut bool) {
    // A folder that is not there has no disk.
    let Ok(disk) = rustix::fs::statvfs(folder) else { return };
    let used = used_percent(disk.f_bavail, disk.f_blocks);
    let is_full = used >= NEARLY_FULL;
    let (place, room) = (
        folder.display(),
        disk.f_bavail.saturating_mul(disk.f_frsize) / (1024 * 1024),
    );
    match (*was_full, is_full) {
        (false, true) => {
            tracing::error!(
                "The disk of {place} is {used} % full, {room} MiB are left: make room, nothing is taken when it is full"
            );
        }
        (true, false) => tracing::info!("The disk of {place} has room again: {room} MiB"),
        _ => {}
    }
    *was_full = is_full;
}

/// How much of a disk is in use, in percent, rounded down. A disk without any size is empty.
fn used_percent(free: u64, size: u64) -> u64 {
    match size {
        0 => 0,
        size => 100 - (free.min(size).saturating_mul(100)).div_ceil(size),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C14: the alarm comes at 90 %, not before.
    #[test]
    fn c14_nine_tenths_are_nearly_full() {
        for (free, size, used) in [
            (0, 0, 0),
            (100, 100, 0),
            (11, 100, 89),
            (10, 100, 90),
            (0, 100, 100),
            (5, 3, 0),
        ] {
            assert_eq!(used_percent(free, size), used, "{free} of {size}");
        }
        assert_eq!(used_percent(101, 1_000), 89);
    }
}
