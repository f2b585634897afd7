//! The bell between whoever changed something and whoever shows it: "stream X has moved on".
//!
//! A bell carries a stream's name and nothing else; who hears it reads the database, which is the truth
//! (C09). So a lost, doubled or reordered bell is harmless. Never in here: contents, waiting, ordering.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, Weak};

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
}

/// Who rings and who listens; cheap to clone.
#[derive(Clone, Default)]
pub struct Bus {
    listeners: Arc<RwLock<Vec<Weak<dyn Listener>>>>,
}

impl Bus {
    /// A bus inside this process, for a desk on one node.
    #[must_use]
    pub fn local() -> Self {
        Self::default()
    }

    /// Calls `listener` for each bell from now on, as long as it lives.
    pub fn listen<L: Listener + 'static>(&self, listener: &Arc<L>) {
        let listener: Weak<L> = Arc::downgrade(listener);
        let mut listeners = self.listeners.write().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|known| known.strong_count() > 0);
        listeners.push(listener);
    }

    /// Tells everybody that these streams have moved on. Only after the commit (C01).
    pub fn ring(&self, streams: impl IntoIterator<Item = Stream>) {
        let listeners = self.listeners.read().unwrap_or_else(PoisonError::into_inner);
        for stream in streams {
            for listener in listeners.iter().filter_map(Weak::upgrade) {
                listener.rang(&stream);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[derive(Default)]
    struct Ear(Mutex<Vec<String>>);

    impl Listener for Ear {
        fn rang(&self, stream: &Stream) {
            self.0
                .lock()
                .expect("no test panics inside")
                .push(stream.name().to_owned());
        }
    }

    /// C09: every living listener hears the name; one that is gone is forgotten.
    #[test]
    fn living_listeners_hear_names() {
        let bus = Bus::local();
        let (stays, goes) = (Arc::new(Ear::default()), Arc::new(Ear::default()));
        bus.listen(&stays);
        bus.listen(&goes);
        drop(goes);
        bus.ring([Stream::named("ses:1"), Stream::named("agt:2")]);
        assert_eq!(*stays.0.lock().expect("no test panics inside"), ["ses:1", "agt:2"]);
    }
}
