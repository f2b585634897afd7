//! What has moved on, on its way to other nodes: a bounded set of names, as text a name a line.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use crate::Stream;

/// Most names that are kept apart; whoever has more to tell says "everything" (C10).
const NAMES_MAX: usize = 10_000;
/// Longest name, in bytes.
const NAME_MAX: usize = 64;
/// How everything is written.
const EVERYTHING: &str = "*";

/// What has moved on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// These.
    Streams(BTreeSet<Stream>),
    /// So much that it is not worth telling.
    Everything,
}

impl Moved {
    /// A name a line, or a star.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Self::Streams(streams) => {
                let names: Vec<&str> = streams.iter().map(Stream::name).collect();
                names.join("\n")
            }
            Self::Everything => EVERYTHING.to_owned(),
        }
    }

    /// Reads what [`Moved::to_text`] wrote. Lines that can be no name are passed over: a newer version may write some,
    /// and whoever sends nonsense is heard by nobody.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        if text.trim_end() == EVERYTHING {
            return Self::Everything;
        }
        let is_name = |line: &&str| {
            !line.is_empty() && line.len() <= NAME_MAX && line.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let names = text.lines().filter(is_name).take(NAMES_MAX + 1).map(Stream::named);
        Self::bounded(names.collect())
    }

    fn bounded(streams: BTreeSet<Stream>) -> Self {
        if streams.len() > NAMES_MAX {
            return Self::Everything;
        }
        Self::Streams(streams)
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Streams(mut streams), Self::Streams(more)) => {
                streams.extend(more);
                Self::bounded(streams)
            }
            _ => Self::Everything,
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Streams(streams) if streams.is_empty())
    }
}

/// What waits to be told: adding never waits, and never takes more room than the most names.
pub(crate) struct Pending {
    moved: Mutex<Moved>,
    bell: Notify,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            moved: Mutex::new(Moved::Streams(BTreeSet::new())),
            bell: Notify::new(),
        }
    }
}

impl Pending {
    pub(crate) fn add(&self, streams: &[Stream]) {
        if streams.is_empty() {
            return;
        }
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        if let Moved::Streams(names) = &mut *moved {
            names.extend(streams.iter().cloned());
            if names.len() > NAMES_MAX {
                *moved = Moved::Everything;
            }
        }
        drop(moved);
        self.bell.notify_one();
    }

    pub(crate) fn join(&self, other: &Moved) {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *moved, Moved::Everything);
        *moved = before.and(other.clone());
        drop(moved);
        self.bell.notify_one();
    }

    pub(crate) fn take(&self) -> Option<Moved> {
        let mut moved = self.moved.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = std::mem::replace(&mut *moved, Moved::Streams(BTreeSet::new()));
        (!taken.is_empty()).then_some(taken)
    }

    pub(crate) async fn next(&self) -> Moved {
        loop {
            if let Some(moved) = self.take() {
                return moved;
            }
            self.bell.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(range: std::ops::Range<usize>) -> Vec<Stream> {
        range.map(|number| Stream::named(format!("ses:{number}"))).collect()
    }

    /// C10: what waits is bounded, whatever rings; nothing of it is forgotten.
    #[test]
    fn too_much_becomes_everything() {
        let pending = Pending::default();
        pending.add(&names(0..NAMES_MAX));
        pending.add(&names(0..NAMES_MAX));
        assert!(matches!(pending.take(), Some(Moved::Streams(all)) if all.len() == NAMES_MAX));
        pending.add(&names(0..NAMES_MAX + 1));
        pending.add(&names(0..1));
        assert_eq!(pending.take(), Some(Moved::Everything));
        pending.join(&Moved::Everything);
        pending.add(&names(0..1));
        assert_eq!(pending.take(), Some(Moved::Everything));
        assert_eq!(pending.take(), None);
    }

    /// C09: what comes from elsewhere may be anything.
    #[test]
    fn nonsense_from_elsewhere_is_passed_over() {
        let moved = Moved::from_text(&format!("ses:1\n\n \u{7f}\nagt:2\nsés\n{}\n", "x".repeat(NAME_MAX + 1)));
        assert_eq!(moved.to_text(), "agt:2\nses:1");
        assert_eq!(Moved::from_text("*\n"), Moved::Everything);
        assert_eq!(Moved::from_text(""), Moved::Streams(BTreeSet::new()));
        let many: String = (0..NAMES_MAX + 2).map(|number| format!("ses:{number}\n")).collect();
        assert_eq!(Moved::from_text(&many), Moved::Everything);
    }
}
