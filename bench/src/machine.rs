//! What the machine does: processor time, memory, how fast its disk syncs, whether it is idle.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// Linux counts processor time in these, on every architecture that we build for.
const TICK: Duration = Duration::from_millis(10);
/// Syncs of one probe.
const SYNCS: usize = 100;

/// Processor time of this process.
#[must_use]
pub fn own_cpu() -> Duration {
    cpu_of(std::process::id()).unwrap_or_default()
}

/// Processor time of a process so far.
///
/// # Errors
/// When it has ended.
pub fn cpu_of(pid: u32) -> Result<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name in parentheses may hold anything.
    let (_, rest) = stat.rsplit_once(')').context("the kernel's words changed")?;
    let ticks = rest.split_whitespace().skip(11).take(2);
    let ticks: u32 = ticks.filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    Ok(TICK * ticks)
}

/// Resident memory of a process, in bytes.
///
/// # Errors
/// When it has ended.
pub fn memory_of(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    Ok(kib.context("no VmRSS")? * 1024)
}

/// The share of all processors that was busy during a second.
///
/// # Errors
/// When the kernel does not tell.
pub fn busy_share() -> Result<f64> {
    let before = cpu_times()?;
    std::thread::sleep(Duration::from_secs(1));
    let after = cpu_times()?;
    let (busy, all) = (after.0 - before.0, after.1 - before.1);
    Ok(busy as f64 / all.max(1) as f64)
}

fn cpu_times() -> Result<(u64, u64)> {
    let stat = fs::read_to_string("/proc/stat")?;
    let line = stat.lines().next().context("/proc/stat is empty")?;
    let times: Vec<u64> = line
        .split_whitespace()
        .skip(1)
        .filter_map(|time| time.parse().ok())
        .collect();
    let all: u64 = times.iter().take(8).sum();
    let idle = times.get(3).copied().unwrap_or_default() + times.get(4).copied().unwrap_or_default();
    Ok((all - idle, all))
}

/// Median time of a 4 KiB write with its sync in a folder, in milliseconds.
///
/// # Errors
/// When the folder cannot be written.
pub fn disk_probe(folder: &Path) -> Result<f64> {
    let path = folder.join("probe");
    let mut file = File::create(&path)?;
    let mut times = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begin = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begin.elapsed());
    }
    fs::remove_file(path)?;
    times.sort_unstable();
    Ok(times[SYNCS / 2].as_secs_f64() * 1000.0)
}

/// Writes and syncs in a folder until the process is ended: makes the disk slow for others.
///
/// # Errors
/// When the folder cannot be written.
pub fn sync_for_ever(folder: &Path) -> Result<()> {
    let mut file = File::create(folder.join("slow-disk"))?;
    for round in 0_u64.. {
        if round % 4096 == 0 {
            file.set_len(0)?;
        }
        file.write_all(&[7; 64 * 1024])?;
        file.sync_data()?;
    }
    Ok(())
}
