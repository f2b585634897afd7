//! What the system says about this process, under the names that Prometheus' own clients use.

use std::fs;

use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

/// The kernel tells processor time in hundredths of a second to programs, whatever its own clock.
const TICKS: u64 = 100;

/// Names everything to the recorder.
pub(super) fn announce() {
    describe_gauge!("process_resident_memory_bytes", Unit::Bytes, "Memory in use.");
    describe_gauge!("process_open_fds", "File descriptors in use.");
    describe_gauge!("process_max_fds", "Most file descriptors.");
    describe_counter!("process_cpu_seconds_total", Unit::Seconds, "Processor time used.");
    describe_gauge!("process_threads", "Threads.");
}

/// Brings them up to date. What the system does not tell stays as it was.
pub(super) fn look() {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kib) = field(&status, "VmRSS:") {
        gauge!("process_resident_memory_bytes").set(number(kib * 1024));
    }
    if let Some(threads) = field(&status, "Threads:") {
        gauge!("process_threads").set(number(threads));
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(number(open.count() as u64));
    }
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    if let Some(max) = field(&limits, "Max open files") {
        gauge!("process_max_fds").set(number(max));
    }
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    if let Some(ticks) = processor_ticks(&stat) {
        counter!("process_cpu_seconds_total").absolute(ticks / TICKS);
    }
}

/// The first number behind a name.
fn field(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// Fields 14 and 15; the second one, the program's name, may hold anything and ends with the last bracket.
fn processor_ticks(stat: &str) -> Option<u64> {
    let mut rest = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: u64 = rest.next()?.parse().ok()?;
    let system: u64 = rest.next()?.parse().ok()?;
    Some(user + system)
}

#[expect(clippy::cast_precision_loss, reason = "a gauge need not be exact beyond 2^53")]
fn number(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-07: the kernel's tables are read right, also with a program of a strange name.
    #[test]
    fn the_kernels_tables_are_read() {
        assert_eq!(field("Name: a\nVmRSS:\t  123 kB\n", "VmRSS:"), Some(123));
        assert_eq!(
            field(
                "Max open files            1024                 4096                 files\n",
                "Max open files"
            ),
            Some(1024)
        );
        let stat = "42 (a) S b) S 1 42 42 0 -1 4194560 5 0 0 0 700 50 0 0 20 0 9 0 1 2 3";
        assert_eq!(processor_ticks(stat), Some(750));
    }
}
