//! The only clock of the desk (C08).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use domain::moment::Moment;
use uuid::{ContextV7, Timestamp, Uuid};

/// Longest step back of the system's clock during which the desk's time stands still, in milliseconds.
const STAND_STILL_MS: i64 = 60_000;
/// A step forward beyond this is worth a line in the log, in milliseconds.
const JUMP_MS: i64 = 60_000;

/// Tells the time; cheap to clone. Never goes back: after a small step back of the system's clock it
/// stands still until that has caught up, so nothing fires twice (C08).
#[derive(Clone, Debug)]
pub struct Clock {
    source: Arc<Source>,
    /// Orders ids of one millisecond.
    counter: Arc<Mutex<ContextV7>>,
}

#[derive(Debug)]
enum Source {
    System { last: AtomicI64 },
    Manual { now: AtomicI64 },
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::of(Source::System {
            last: AtomicI64::new(0),
        })
    }

    /// A clock that a test moves by [`Clock::advance`].
    #[must_use]
    pub fn manual(start: Moment) -> Self {
        Self::of(Source::Manual {
            now: AtomicI64::new(start.0),
        })
    }

    fn of(source: Source) -> Self {
        Self {
            source: Arc::new(source),
            counter: Arc::new(Mutex::new(ContextV7::new())),
        }
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Moment {
        match &*self.source {
            Source::Manual { now } => Moment(now.load(Ordering::Relaxed)),
            Source::System { last } => {
                let before = last.load(Ordering::Relaxed);
                let now = settle(before, system_millis());
                last.store(now, Ordering::Relaxed);
                Moment(now)
            }
        }
    }

    /// Moves a manual clock; does nothing to the system's.
    pub fn advance(&self, millis: i64) {
        if let Source::Manual { now } = &*self.source {
            now.fetch_add(millis, Ordering::Relaxed);
        }
    }

    /// Whether time goes on by itself.
    #[must_use]
    pub fn is_system(&self) -> bool {
        matches!(&*self.source, Source::System { .. })
    }

    /// A new UUID version 7 of this moment, greater than all that this clock made before.
    #[must_use]
    pub fn new_uuid(&self) -> Uuid {
        let millis = u64::try_from(self.now().0).unwrap_or_default();
        let nanos = u32::try_from(millis % 1000).unwrap_or_default() * 1_000_000;
        Uuid::new_v7(Timestamp::from_unix(&*self.counter, millis / 1000, nanos))
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
fn system_millis() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// The desk's time, given its last one and the system's.
fn settle(before: i64, system: i64) -> i64 {
    if before == 0 {
        return system;
    }
    if system < before {
        if before - system <= STAND_STILL_MS {
            return before;
        }
        tracing::error!(
            step_ms = system - before,
            "The system's clock stepped back far; following it"
        );
    } else if system - before > JUMP_MS {
        tracing::warn!(
            step_ms = system - before,
            "The clock stepped forward, or nothing asked it for long"
        );
    }
    system
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C08: time stands still after a small step back and follows a large one.
    #[test]
    fn time_does_not_run_backwards() {
        assert_eq!(settle(0, 5), 5);
        assert_eq!(settle(100_000, 100_001), 100_001);
        assert_eq!(settle(100_000, 99_000), 100_000);
        assert_eq!(settle(100_000, 10_000), 10_000);
    }

    /// Ids made later sort later, within a millisecond and across milliseconds of one second.
    #[test]
    fn ids_are_ordered_by_time() {
        let clock = Clock::manual(Moment(1_700_000_000_999));
        let mut ids: Vec<Uuid> = (0..1_000).map(|_| clock.new_uuid()).collect();
        clock.advance(1);
        ids.push(clock.new_uuid());
        assert!(ids.is_sorted_by(|one, next| one < next));
    }
}
