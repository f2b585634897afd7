//! How many lines of one kind may leave: a handful at once, then a few a second.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tracing::callsite::Identifier;

/// Lines of one kind at once.
const BURST: f64 = 100.0;
/// Lines of one kind a second, after that.
const A_SECOND: f64 = 5.0;

/// A budget for each place in the code that tells something; there are so many of them, and no more.
#[derive(Default)]
pub(super) struct Budget(Mutex<HashMap<Identifier, Kind>>);

struct Kind {
    lines: f64,
    at: Instant,
    left_out: u64,
}

impl Budget {
    /// Takes a line; answers how many of its kind were left out since the last one, or `None` when it is left out too.
    pub(super) fn take(&self, kind: &Identifier) -> Option<u64> {
        self.take_at(kind, Instant::now())
    }

    fn take_at(&self, kind: &Identifier, now: Instant) -> Option<u64> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.entry(kind.clone()).or_insert(Kind {
            lines: BURST,
            at: now,
            left_out: 0,
        });
        let passed = now.saturating_duration_since(kind.at).as_secs_f64();
        kind.lines = (kind.lines + passed * A_SECOND).min(BURST);
        kind.at = now;
        if kind.lines < 1.0 {
            kind.left_out += 1;
            return None;
        }
        kind.lines -= 1.0;
        Some(std::mem::take(&mut kind.left_out))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tracing::Callsite as _;
    use tracing::callsite::DefaultCallsite;

    use super::*;

    /// T811: after a flood the log tells how many lines are missing, and goes on.
    #[test]
    fn what_was_left_out_is_told() {
        static CALLSITE: DefaultCallsite = DefaultCallsite::new(&META);
        static META: tracing::Metadata<'static> = tracing::metadata! {
            name: "test",
            target: "test",
            level: tracing::Level::WARN,
            fields: &[],
            callsite: &CALLSITE,
            kind: tracing::metadata::Kind::EVENT,
        };
        let (budget, begin, kind) = (Budget::default(), Instant::now(), CALLSITE.metadata().callsite());
        let let_through = (0..1_000).filter(|_| budget.take_at(&kind, begin).is_some()).count();
        assert_eq!(let_through, 100);
        let later = begin + Duration::from_secs(1);
        assert_eq!(budget.take_at(&kind, later), Some(900));
        assert_eq!(budget.take_at(&kind, later), Some(0));
    }
}
