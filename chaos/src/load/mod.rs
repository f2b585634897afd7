//! Visitors and agents as state machines over the public API (D9). They behave as our own pages do: an outbox that
//! keeps each message under its key until it is answered, repeats, back-off with jitter, resuming by numbers and
//! cursor, asking for what is missing, HTTP while no socket comes up. Unlike those pages they share no code with
//! them, so that an error in one shows against the other.

mod agent;
mod fold;
mod http;
mod link;
mod outbox;
mod visitor;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

pub use agent::{Account, Agent};
pub use http::{Answered, Http};
pub use visitor::Visitor;

use crate::chance::Chance;
use crate::history::{Record, Recorder, Stuck};

/// How the clients of a run pace themselves: our pages' times, made shorter so that a minute is worth more.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// An answer that takes longer means that the connection is dead.
    pub answer: Duration,
    /// From opening a socket to `welcome`.
    pub welcome: Duration,
    /// Longest pause between two things that somebody does.
    pub think: Duration,
    /// Longest pause before the next connection.
    pub back_off: Duration,
    /// Longest time without any frame: two and a half of the server's beats to visitors.
    pub silence: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(3),
            welcome: Duration::from_secs(4),
            think: Duration::from_millis(1_200),
            back_off: Duration::from_millis(1_600),
            silence: Duration::from_secs(50),
        }
    }
}

/// What everybody does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Talking, while things break.
    Talk,
    /// Everything is mended: only what was begun is finished.
    Drain,
    /// Nothing moves any more: pictures are compared.
    Compare,
    /// Everything is read once more, and everybody leaves.
    Finish,
}

/// What a client of a run is given.
#[derive(Clone)]
pub struct Context {
    /// Name of the client, `v1` or `a1`.
    pub name: String,
    /// Where it notes what it does.
    pub recorder: Arc<Recorder>,
    /// How fast it is.
    pub pace: Pace,
    /// What everybody does now.
    pub phase: watch::Receiver<Phase>,
    /// How many clients are through with the present phase.
    pub through: Arc<watch::Sender<usize>>,
    /// Its own choices.
    pub chance: Chance,
}

impl Context {
    fn now(&self) -> Phase {
        *self.phase.borrow()
    }

    fn note(&self, record: Record) {
        self.recorder.note(record);
    }

    fn is_through(&self) {
        self.through.send_modify(|count| *count += 1);
    }

    fn is_stuck(&self, what: impl Into<String>) {
        self.note(Record::Stuck(Stuck {
            client: self.name.clone(),
            what: what.into(),
        }));
    }

    /// Waits after so many failures in a row: the range doubles, and any time of it is as good as any other.
    async fn back_off(&mut self, failures: u32) {
        let longest = u64::try_from(self.pace.back_off.as_millis()).unwrap_or(u64::MAX);
        let range = (100 << failures.min(5)).min(longest);
        let wait = self.chance.millis(0..range);
        let mut phase = self.phase.clone();
        // A new phase is news: what could not be done a moment ago may work now.
        let _woken = tokio::time::timeout(wait, phase.changed()).await;
    }
}

/// A text that proves itself: who wrote it, the how-manieth it is, filler, and a checksum of all that.
#[must_use]
pub fn payload(client: &str, number: u64, filler: &str) -> String {
    let said = format!("{client} #{number} {filler}");
    format!("{said} ~{:08x}", checksum(&said))
}

/// Whether a text is whole.
#[must_use]
pub fn is_whole(text: &str) -> bool {
    text.rsplit_once(" ~")
        .is_some_and(|(said, sum)| u32::from_str_radix(sum, 16) == Ok(checksum(said)))
}

/// FNV-1a.
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// Something to say besides the checksum: often little, at times a lot, in several scripts.
fn filler(chance: &mut Chance) -> String {
    let words = [
        "你好",
        "hello",
        "🙂",
        "¿qué?",
        "<b>x</b>",
        "line\nbreak",
        "e\u{301}",
        "\"quote\\",
    ];
    let count = chance.weighted(&[(90, 2), (9, 20), (1, 300)]);
    (0..count)
        .map(|_| words[chance.index(words.len())])
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_shows_every_change() {
        let text = payload("v1", 3, "你好 ~ hello");
        assert!(is_whole(&text));
        assert!(!is_whole(&text.replacen("v1", "v2", 1)));
        assert!(!is_whole(&text.replacen("hello", "hell", 1)));
        assert!(!is_whole("hello"));
    }
}
