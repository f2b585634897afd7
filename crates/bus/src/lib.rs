//! The bell between whoever changed something and whoever shows it: "stream X has moved on".
//!
//! A bell carries a stream's name and nothing else; who hears it reads the database, which is the truth
//! (C09). So a lost, doubled or reordered bell is harmless. Never in here: contents, waiting, ordering.
//!
//! Within a process bells ring at once. To other nodes they go two ways: a [`Line`] carries them quickly and may
//! lose them (NATS, [`nats::carry`]), and whoever owns the desk writes what [`Bus::take_rung`] answers where all
//! nodes look now and then.

mod moved;
pub mod nats;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

pub use moved::Moved;
use moved::Pending;

/// The name of something that moves on, for example one session or one agent's list.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Stream(Arc<str>);

impl Stream {
    /// The stream of this name.
    #[must_use]
    pub fn named(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Somebody who wants to hear bells.
pub trait Listener: Send + Sync {
    /// `stream` has moved on. Called by the one who rings: must not block and must not ring.
    fn rang(&self, stream: &Stream);

    /// Any stream may have moved on: nobody knows which.
    fn everything_rang(&self);
}

/// Who rings and who listens; cheap to clone.
#[derive(Clone)]
pub struct Bus(Arc<Inner>);

struct Inner {
    listeners: RwLock<Vec<Weak<dyn Listener>>>,
    /// What other nodes were not told yet; none on a bus of one process.
    abroad: Option<Abroad>,
}

/// What other nodes were not told yet, for each of the two ways.
#[derive(Default)]
struct Abroad {
    quick: Pending,
    sure: Pending,
    is_reached: AtomicBool,
}

/// The quick way to other nodes, from the carrier's side.
pub struct Line(Bus);

impl Bus {
    /// A bus inside this process, for a desk on one node.
    #[must_use]
    pub fn local() -> Self {
        Self::of(None)
    }

    /// A bus that other nodes hear too, and the end at which a carrier takes and brings their bells.
    #[must_use]
    pub fn shared() -> (Self, Line) {
        let bus = Self::of(Some(Abroad::default()));
        (bus.clone(), Line(bus))
    }

    fn of(abroad: Option<Abroad>) -> Self {
        Self(Arc::new(Inner {
            listeners: RwLock::default(),
            abroad,
        }))
    }

    /// Calls `listener` for each bell from now on, as long as it lives.
    pub fn listen<L: Listener + 'static>(&self, listener: &Arc<L>) {
        let listener: Weak<L> = Arc::downgrade(listener);
        let mut listeners = self.0.listeners.write().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|known| known.strong_count() > 0);
        listeners.push(listener);
    }

    /// Tells everybody that these streams have moved on. Only after the commit (C01).
    pub fn ring(&self, streams: impl IntoIterator<Item = Stream>) {
        let streams: Vec<Stream> = streams.into_iter().collect();
        if let Some(abroad) = &self.0.abroad {
            abroad.sure.add(&streams);
            abroad.quick.add(&streams);
        }
        self.ring_here(&streams);
    }

    /// As [`Bus::ring`], for what is over in a moment, such as a sign of typing: lost on the quick way, it stays lost.
    pub fn hint(&self, stream: Stream) {
        let streams = [stream];
        if let Some(abroad) = &self.0.abroad {
            abroad.quick.add(&streams);
        }
        self.ring_here(&streams);
    }

    /// Tells this process alone what another node says.
    pub fn hear(&self, moved: &Moved) {
        match moved {
            Moved::Streams(streams) => self.ring_here(streams),
            Moved::Everything => {
                let listeners = self.0.listeners.read().unwrap_or_else(PoisonError::into_inner);
                for listener in listeners.iter().filter_map(Weak::upgrade) {
                    listener.everything_rang();
                }
            }
        }
    }

    fn ring_here<'s>(&self, streams: impl IntoIterator<Item = &'s Stream>) {
        let listeners = self.0.listeners.read().unwrap_or_else(PoisonError::into_inner);
        for stream in streams {
            for listener in listeners.iter().filter_map(Weak::upgrade) {
                listener.rang(stream);
            }
        }
    }

    /// Whether other nodes hear this bus.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.0.abroad.is_some()
    }

    /// Whether the quick way to other nodes stands at the moment; a bus of one process needs none.
    #[must_use]
    pub fn is_reached(&self) -> bool {
        let stands = |abroad: &Abroad| abroad.is_reached.load(Ordering::Relaxed);
        self.0.abroad.as_ref().is_none_or(stands)
    }

    /// Takes what this node has rung since the last time, for the sure way; nothing on a bus of one process.
    #[must_use]
    pub fn take_rung(&self) -> Option<Moved> {
        self.0.abroad.as_ref()?.sure.take()
    }

    /// Has [`Bus::take_rung`] answer `moved` again, since it could not be told.
    pub fn put_back(&self, moved: &Moved) {
        if let Some(abroad) = &self.0.abroad {
            abroad.sure.join(moved);
        }
    }
}

impl Line {
    /// Waits until there is something to carry, and takes all of it.
    pub async fn next(&self) -> Moved {
        match &self.0.0.abroad {
            Some(abroad) => abroad.quick.next().await,
            // A line is made with a shared bus only.
            None => std::future::pending().await,
        }
    }

    /// Brings what another node has rung.
    pub fn brings(&self, moved: &Moved) {
        self.0.hear(moved);
    }

    /// Notes whether other nodes can be reached.
    pub fn set_reached(&self, is_reached: bool) {
        if let Some(abroad) = &self.0.0.abroad {
            abroad.is_reached.store(is_reached, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Ear(Mutex<Vec<String>>);

    impl Ear {
        fn note(&self, what: &str) {
            self.0.lock().expect("no test panics inside").push(what.to_owned());
        }

        fn heard(&self) -> Vec<String> {
            self.0.lock().expect("no test panics inside").clone()
        }
    }

    impl Listener for Ear {
        fn rang(&self, stream: &Stream) {
            self.note(stream.name());
        }

        fn everything_rang(&self) {
            self.note("everything");
        }
    }

    fn streams(names: &[&str]) -> Vec<Stream> {
        names.iter().map(|name| Stream::named(*name)).collect()
    }

    /// C09: every living listener hears the name; one that is gone is forgotten.
    #[test]
    fn living_listeners_hear_names() {
        let bus = Bus::local();
        let (stays, goes) = (Arc::new(Ear::default()), Arc::new(Ear::default()));
        bus.listen(&stays);
        bus.listen(&goes);
        drop(goes);
        bus.ring(streams(&["ses:1", "agt:2"]));
        assert_eq!(stays.heard(), ["ses:1", "agt:2"]);
        assert!(bus.take_rung().is_none(), "nobody else is to be told");
    }

    /// C09: own bells ring here at once and once; both ways get them, a hint the quick way only; what other nodes ring
    /// is heard here and not sent back.
    #[tokio::test]
    async fn a_shared_bus_rings_here_at_once_and_elsewhere_by_two_ways() {
        let (bus, line) = Bus::shared();
        let ear = Arc::new(Ear::default());
        bus.listen(&ear);
        bus.ring(streams(&["ses:1", "ses:1"]));
        bus.hint(Stream::named("vty:1"));
        assert_eq!(ear.heard(), ["ses:1", "ses:1", "vty:1"]);
        assert_eq!(line.next().await.to_text(), "ses:1\nvty:1");
        let sure = bus.take_rung().expect("something was rung");
        assert_eq!(sure.to_text(), "ses:1");
        assert!(bus.take_rung().is_none());
        bus.put_back(&sure);
        bus.ring(streams(&["ses:2"]));
        assert_eq!(bus.take_rung().expect("put back").to_text(), "ses:1\nses:2");

        line.brings(&Moved::from_text("agt:3"));
        line.brings(&Moved::Everything);
        assert_eq!(ear.heard().split_off(4), ["agt:3", "everything"]);
        assert!(bus.take_rung().is_none(), "what others ring is not rung again");
    }
}
