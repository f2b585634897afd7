//! What was sent, acknowledged and delivered: each message once, in the order of its sender.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::scan::{self, Mark};

/// Most differences that are told.
const FAULTS: usize = 5;

/// One side of one pair as a sender.
#[derive(Default)]
struct Line {
    sent: u64,
    acked: u64,
    delivered: u64,
    /// When those under way should have left; empty where the other side does not read.
    due: VecDeque<Instant>,
    is_heard: bool,
}

/// All sides of all pairs.
pub(super) struct Accounts {
    lines: Vec<[Line; 2]>,
    latencies: Vec<u32>,
    faults: Vec<String>,
    sent: u64,
    unacked: u64,
    undelivered: u64,
    newest: Instant,
}

/// Times from intended sending to arrival, in order, in microseconds.
#[derive(Debug, Clone, Default)]
pub struct Latencies(Vec<u32>);

/// What became of a run.
#[derive(Debug)]
pub struct Outcome {
    /// Messages that were sent.
    pub sent: u64,
    /// From the first message to the arrival of the last one.
    pub time: Duration,
    /// How long those that are heard took.
    pub latencies: Latencies,
    /// Processor time of the load itself.
    pub cpu: Duration,
    /// Differences between what was sent and what arrived; a run with any has no figure.
    pub faults: Vec<String>,
    /// Whether the plan was given up because too much was under way.
    pub gave_up: bool,
}

impl Accounts {
    pub(super) fn new(pairs: usize) -> Self {
        Self {
            lines: (0..pairs).map(|_| Default::default()).collect(),
            latencies: Vec::new(),
            faults: Vec::new(),
            sent: 0,
            unacked: 0,
            undelivered: 0,
            newest: Instant::now(),
        }
    }

    pub(super) fn begin(&mut self) {
        self.latencies.clear();
        self.faults.clear();
        self.sent = 0;
    }

    pub(super) fn acked(&self) -> Vec<[u64; 2]> {
        let acked = |lines: &[Line; 2]| [lines[0].acked, lines[1].acked];
        self.lines.iter().map(acked).collect()
    }

    /// Messages of one side that are not acknowledged yet.
    pub(super) fn unacked(&self, pair: usize, side: usize) -> u64 {
        let line = &self.lines[pair][side];
        line.sent - line.acked
    }

    /// Messages under way.
    pub(super) fn open(&self) -> u64 {
        self.unacked.max(self.undelivered)
    }

    pub(super) fn is_settled(&self) -> bool {
        self.unacked == 0 && self.undelivered == 0
    }

    /// Notes a message that leaves now; answers its number.
    pub(super) fn send(&mut self, pair: usize, side: usize, at: Instant, is_heard: bool) -> u64 {
        let line = &mut self.lines[pair][side];
        line.is_heard = is_heard;
        if is_heard {
            line.due.push_back(at);
            self.undelivered += 1;
        }
        self.sent += 1;
        self.unacked += 1;
        line.sent += 1;
        line.sent - 1
    }

    /// Reads a frame that arrived at one side of a pair.
    pub(super) fn note(&mut self, pair: usize, side: usize, frame: &str) {
        if frame.starts_with(r#"{"type":"ack""#) {
            match scan::acked(frame) {
                Some(mark) => self.ack(pair, side, mark),
                None => self.fault(format!("an ack of nothing: {frame}")),
            }
        } else if frame.starts_with(r#"{"type":"entries""#) || frame.starts_with(r#"{"type":"post""#) {
            let now = Instant::now();
            for mark in scan::texts(frame) {
                // A page also hears its own words.
                if mark.side != side {
                    self.deliver(pair, mark, now);
                }
            }
        } else if frame.starts_with(r#"{"type":"refused""#) {
            self.fault(frame.to_owned());
        }
    }

    fn ack(&mut self, pair: usize, side: usize, mark: Mark) {
        let line = &mut self.lines[pair][side];
        if (mark.pair, mark.side, mark.number) == (pair, side, line.acked) {
            line.acked += 1;
            self.unacked -= 1;
        } else {
            let expected = line.acked;
            self.fault(format!(
                "pair {pair} side {side}: ack {expected} expected, {mark:?} came"
            ));
        }
    }

    fn deliver(&mut self, pair: usize, mark: Mark, now: Instant) {
        let line = &mut self.lines[pair][mark.side];
        if (mark.pair, mark.number) != (pair, line.delivered) {
            let expected = line.delivered;
            self.fault(format!("pair {pair}: message {expected} expected, {mark:?} came"));
            return;
        }
        line.delivered += 1;
        if let Some(at) = line.due.pop_front() {
            let late = now.saturating_duration_since(at).as_micros();
            self.latencies.push(u32::try_from(late).unwrap_or(u32::MAX));
            self.undelivered -= 1;
            self.newest = now;
        }
    }

    fn fault(&mut self, text: String) {
        if self.faults.len() < FAULTS {
            self.faults.push(text);
        }
    }

    pub(super) fn outcome(&mut self, time: Duration, cpu: Duration, gave_up: bool) -> Outcome {
        let mut latencies = std::mem::take(&mut self.latencies);
        latencies.sort_unstable();
        Outcome {
            sent: self.sent,
            time,
            latencies: Latencies(latencies),
            cpu,
            faults: std::mem::take(&mut self.faults),
            gave_up,
        }
    }
}

impl Latencies {
    /// The time in milliseconds that this share (0 to 1) of all messages did not exceed.
    #[must_use]
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.0.len().saturating_sub(1);
        let place = (last as f64 * share).ceil() as usize;
        f64::from(self.0.get(place).copied().unwrap_or_default()) / 1000.0
    }

    /// `p50/p90/p99/p99.9/max`, in milliseconds.
    #[must_use]
    pub fn summary(&self) -> String {
        let [a, b, c, d, e] = [0.5, 0.9, 0.99, 0.999, 1.0].map(|share| self.percentile(share));
        format!("p50 {a:.2}  p90 {b:.2}  p99 {c:.2}  p99.9 {d:.2}  max {e:.2} ms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrives(accounts: &mut Accounts, number: u64) {
        let mark = Mark {
            pair: 0,
            side: 0,
            number,
        };
        let frame = format!(r#"{{"type":"entries","text":"{}"}}"#, scan::text_of(mark, 50));
        accounts.note(0, 1, &frame);
    }

    /// A message that is missing, doubled or out of order leaves a difference; one that is under way keeps the run open.
    #[test]
    fn every_difference_is_found() {
        let mut accounts = Accounts::new(1);
        for _ in 0..3 {
            accounts.send(0, 0, Instant::now(), true);
        }
        arrives(&mut accounts, 0);
        assert!(accounts.faults.is_empty());
        arrives(&mut accounts, 0);
        assert_eq!(accounts.faults.len(), 1, "a double");
        arrives(&mut accounts, 2);
        assert_eq!(accounts.faults.len(), 2, "a gap");
        assert!(!accounts.is_settled());
    }

    /// The p99 of 1 to 100 ms is 100 (nearest rank, rounded up), the median 51.
    #[test]
    fn percentiles_are_nearest_ranks() {
        let latencies = Latencies((1..=100).map(|number| number * 1000).collect());
        assert!((latencies.percentile(0.99) - 100.0).abs() < f64::EPSILON);
        assert!((latencies.percentile(0.5) - 51.0).abs() < f64::EPSILON);
    }
}
