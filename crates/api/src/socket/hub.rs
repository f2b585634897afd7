//! Who on this node wants to hear about which stream.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use app::{App, AppError};
use bus::{Listener, Stream};
use domain::ids::{AgentId, SkillGroupId};
use domain::session::Place;
use store::Reader;
use tokio::sync::Notify;

use crate::metrics;

/// Queues are told of at most this often: when many sessions leave one queue at once, everybody in it hears once.
const QUEUE_PAUSE: Duration = Duration::from_millis(300);

/// Connections of this node and what they listen to.
pub struct Hub {
    ears: Mutex<HashMap<Stream, Vec<Weak<Ear>>>>,
    queues: Mutex<Queues>,
    queue_bell: Notify,
    addresses: Mutex<HashMap<IpAddr, usize>>,
    agents: Mutex<HashMap<AgentId, usize>>,
}

#[derive(Default)]
struct Queues {
    moved: HashSet<Stream>,
    numbers: HashMap<SkillGroupId, Arc<[i64]>>,
}

/// What one connection has not looked at yet: a set of names, bounded by what it listens to.
#[derive(Default)]
pub struct Ear {
    moved: Mutex<BTreeSet<Stream>>,
    bell: Notify,
}

impl Ear {
    fn mark(&self, stream: &Stream) {
        let is_new = self
            .moved
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(stream.clone());
        if is_new {
            self.bell.notify_one();
        }
    }

    /// Waits until something moved on.
    pub async fn rang(&self) {
        self.bell.notified().await;
    }

    /// Takes the names of what moved on.
    pub fn take(&self) -> BTreeSet<Stream> {
        std::mem::take(&mut *self.moved.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What one connection listens to; forgets it when dropped.
pub struct Listening {
    hub: Arc<Hub>,
    /// Where bells arrive.
    pub ear: Arc<Ear>,
    streams: HashSet<Stream>,
}

impl Listening {
    /// Hears about a stream from now on.
    pub fn add(&mut self, stream: Stream) {
        if self.streams.insert(stream.clone()) {
            let mut ears = self.hub.ears.lock().unwrap_or_else(PoisonError::into_inner);
            ears.entry(stream).or_default().push(Arc::downgrade(&self.ear));
        }
    }

    /// Hears about a stream from now on, and looks at it once: it may have moved on while it was read before.
    pub fn add_and_look(&mut self, stream: Stream) {
        if !self.streams.contains(&stream) {
            self.add(stream.clone());
            self.ear.mark(&stream);
        }
    }

    /// Hears no more about a stream.
    pub fn remove(&mut self, stream: &Stream) {
        if self.streams.remove(stream) {
            self.hub.forget(stream, &self.ear);
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        for stream in &self.streams {
            self.hub.forget(stream, &self.ear);
        }
    }
}

impl Listener for Hub {
    fn rang(&self, stream: &Stream) {
        if is_queue(stream) {
            self.queues
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .moved
                .insert(stream.clone());
            self.queue_bell.notify_one();
        } else {
            self.tell(stream);
        }
    }

    fn everything_rang(&self) {
        let ears = self.ears.lock().unwrap_or_else(PoisonError::into_inner);
        for (stream, listeners) in ears.iter().filter(|(stream, _)| !is_queue(stream)) {
            for ear in listeners.iter().filter_map(Weak::upgrade) {
                ear.mark(stream);
            }
        }
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        queues
            .moved
            .extend(ears.keys().filter(|stream| is_queue(stream)).cloned());
        drop((ears, queues));
        self.queue_bell.notify_one();
    }
}

fn is_queue(stream: &Stream) -> bool {
    stream.name().starts_with("que:")
}

impl Hub {
    /// A hub that hears the bells of `app`. Its one task ends with the hub.
    #[must_use]
    pub fn start(app: &App) -> Arc<Self> {
        let hub = Arc::new(Self {
            ears: Mutex::default(),
            queues: Mutex::default(),
            queue_bell: Notify::new(),
            addresses: Mutex::default(),
            agents: Mutex::default(),
        });
        app.bus.listen(&hub);
        tokio::spawn(tell_queues(Arc::downgrade(&hub)));
        hub
    }

    /// A new connection's ear.
    #[must_use]
    pub fn listen(self: &Arc<Self>) -> Listening {
        Listening {
            hub: Arc::clone(self),
            ear: Arc::default(),
            streams: HashSet::new(),
        }
    }

    fn tell(&self, stream: &Stream) {
        let ears = self.ears.lock().unwrap_or_else(PoisonError::into_inner);
        for ear in ears.get(stream).into_iter().flatten().filter_map(Weak::upgrade) {
            ear.mark(stream);
        }
    }

    fn forget(&self, stream: &Stream, ear: &Arc<Ear>) {
        let mut ears = self.ears.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(listeners) = ears.get_mut(stream) {
            listeners.retain(|known| !std::ptr::eq(known.as_ptr(), Arc::as_ptr(ear)));
            if listeners.is_empty() {
                ears.remove(stream);
            }
        }
    }

    /// How many wait before a place. The queue is read once for all who stand in it (ROUTE-01).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ahead(&self, reader: &mut Reader, place: Place) -> Result<i64, AppError> {
        let known = self
            .queues
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .numbers
            .get(&place.skill_group)
            .cloned();
        let numbers = match known {
            Some(numbers) if numbers.last().is_some_and(|last| *last >= place.number) => numbers,
            // Whoever joined after the queue was read is counted alone.
            Some(_) => return Ok(store::sessions::ahead(reader, place.skill_group, place.number).await?),
            None => {
                let rows = store::sessions::queue(reader, place.skill_group).await?;
                let numbers: Arc<[i64]> = rows.into_iter().map(|row| row.1).collect();
                let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
                // A queue that moved while it was read is read again by whoever hears of that.
                if !queues.moved.contains(&app::streams::queue(place.skill_group)) {
                    queues.numbers.insert(place.skill_group, Arc::clone(&numbers));
                }
                numbers
            }
        };
        let ahead = numbers.partition_point(|number| *number < place.number);
        Ok(i64::try_from(ahead).unwrap_or(i64::MAX))
    }

    /// Counts a connection from an address, unless there are too many.
    #[must_use]
    pub fn enter_address(self: &Arc<Self>, address: IpAddr, max: usize) -> Option<Entered> {
        enter(&self.addresses, address, max).then(|| {
            metrics::VISITOR_SOCKETS.increment(1.0);
            Entered(Arc::clone(self), Counted::Address(address))
        })
    }

    /// Counts a connection of an agent, unless there are too many.
    #[must_use]
    pub fn enter_agent(self: &Arc<Self>, agent: AgentId, max: usize) -> Option<Entered> {
        enter(&self.agents, agent, max).then(|| {
            metrics::AGENT_SOCKETS.increment(1.0);
            Entered(Arc::clone(self), Counted::Agent(agent))
        })
    }
}

enum Counted {
    Address(IpAddr),
    Agent(AgentId),
}

/// A counted connection; dropped, it counts no more.
pub struct Entered(Arc<Hub>, Counted);

impl Drop for Entered {
    fn drop(&mut self) {
        match self.1 {
            Counted::Address(address) => {
                metrics::VISITOR_SOCKETS.decrement(1.0);
                exit(&self.0.addresses, address);
            }
            Counted::Agent(agent) => {
                metrics::AGENT_SOCKETS.decrement(1.0);
                exit(&self.0.agents, agent);
            }
        }
    }
}

fn enter<K: std::hash::Hash + Eq>(counts: &Mutex<HashMap<K, usize>>, key: K, max: usize) -> bool {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(key).or_default();
    let has_room = *count < max;
    *count += usize::from(has_room);
    has_room
}

fn exit<K: std::hash::Hash + Eq>(counts: &Mutex<HashMap<K, usize>>, key: K) {
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(count) = counts.get_mut(&key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(&key);
        }
    }
}

async fn tell_queues(hub: Weak<Hub>) {
    loop {
        let Some(alive) = hub.upgrade() else { return };
        tokio::select! {
            () = alive.queue_bell.notified() => {}
            // Looks now and then whether the hub is still wanted.
            () = tokio::time::sleep(Duration::from_secs(5)) => continue,
        }
        let moved = {
            let mut queues = alive.queues.lock().unwrap_or_else(PoisonError::into_inner);
            let moved = std::mem::take(&mut queues.moved);
            queues.numbers.clear();
            moved
        };
        for stream in &moved {
            alive.tell(stream);
        }
        drop(alive);
        tokio::time::sleep(QUEUE_PAUSE).await;
    }
}
