//! Open-loop load: messages leave when they are due, whatever became of those before, and each is accounted for.

mod account;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mio::{Events, Poll, Token, Waker};

use account::Accounts;
pub use account::Outcome;

use crate::link::Link;
use crate::machine;
use crate::scan::{self, Mark};

/// How long what is under way at the end may take to arrive.
const DRAIN: Duration = Duration::from_secs(60);
/// Most unanswered messages of the one that floods.
const FLOOD_OPEN: u64 = 256;
/// The waker's own place among the connections.
const WAKE: Token = Token(usize::MAX);
/// Messages leave in steps of at least this: shorter ones would only make the load dear.
const STEP: Duration = Duration::from_micros(100);

/// Two connections that talk with each other: side 0 is the visitor, side 1 the agent.
pub struct Pair {
    /// Both ends.
    pub links: [Link; 2],
    /// What stands in a frame of each side between the type and the `client_id`.
    pub heads: [String; 2],
}

/// What to send.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Messages a second, over all pairs.
    pub rate: f64,
    /// For so long.
    pub time: Duration,
    /// Length of a text.
    pub bytes: usize,
    /// Messages a second of pair 0's visitor, whose agent does not read.
    pub flood: Option<f64>,
    /// Give up when this much more time than planned is under way.
    pub backlog: Option<Duration>,
}

impl Plan {
    /// So many messages a second for so long, as visitors and agents write them.
    #[must_use]
    pub const fn steady(rate: f64, time: Duration) -> Self {
        Self {
            rate,
            time,
            bytes: 180,
            flood: None,
            backlog: None,
        }
    }
}

/// Pairs under load.
pub struct Load {
    pairs: Vec<Pair>,
    poll: Poll,
    events: Events,
    waker: Arc<Waker>,
    accounts: Accounts,
    is_flooded: bool,
}

impl Load {
    /// Takes the pairs over.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(mut pairs: Vec<Pair>) -> Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        for (number, pair) in pairs.iter_mut().enumerate() {
            for (side, link) in pair.links.iter_mut().enumerate() {
                link.drive(poll.registry(), Token(number * 2 + side))?;
            }
        }
        Ok(Self {
            accounts: Accounts::new(pairs.len()),
            pairs,
            poll,
            events: Events::with_capacity(1024),
            waker,
            is_flooded: false,
        })
    }

    /// How many messages of each side of each pair were acknowledged so far, over all runs.
    #[must_use]
    pub fn acked(&self) -> Vec<[u64; 2]> {
        self.accounts.acked()
    }

    /// Reads what is left on one connection; answers whether the other side has closed it.
    ///
    /// # Errors
    /// When the system fails.
    pub fn is_cut_off(&mut self, pair: usize, side: usize, patience: Duration) -> Result<bool> {
        let end = Instant::now() + patience;
        while Instant::now() < end {
            match self.pairs[pair].links[side].next() {
                Ok(Some(_)) => {}
                Ok(None) => std::thread::sleep(Duration::from_millis(10)),
                Err(_) => return Ok(true),
            }
        }
        Ok(false)
    }

    /// Sends what is planned, and waits for all of it.
    ///
    /// # Errors
    /// When a connection breaks that should not.
    pub fn run(&mut self, plan: &Plan) -> Result<Outcome> {
        self.is_flooded = plan.flood.is_some();
        let cpu = machine::own_cpu();
        let begin = Instant::now();
        self.accounts.begin();
        let pacer = Pacer::start(plan.rate + plan.flood.unwrap_or_default(), Arc::clone(&self.waker));
        let end = begin + plan.time;
        let (mut sent, mut flooded) = (0_u64, 0_u64);
        let mut gave_up = false;
        loop {
            self.poll.poll(&mut self.events, Some(Duration::from_millis(100)))?;
            self.read()?;
            let now = Instant::now();
            let sending = now.min(end).duration_since(begin).as_secs_f64();
            if !gave_up {
                // The first message is due at once.
                let due = (sending * plan.rate) as u64 + 1;
                while sent < due {
                    let at = begin + Duration::from_secs_f64(sent as f64 / plan.rate);
                    self.send(sent, at, plan)?;
                    sent += 1;
                }
                let due = (sending * plan.flood.unwrap_or_default()) as u64;
                // A connection that is not taken from cannot be given more, whatever floods it.
                while flooded < due && self.accounts.unacked(0, 0) < FLOOD_OPEN {
                    self.put(0, 0, now, plan)?;
                    flooded += 1;
                }
            }
            self.flush()?;
            let is_late = plan
                .backlog
                .is_some_and(|most| self.accounts.open() as f64 > plan.rate * most.as_secs_f64() + 100.0);
            gave_up |= is_late;
            if (now >= end || gave_up) && self.accounts.is_settled() {
                break;
            }
            ensure!(
                now < end + DRAIN,
                "{} messages did not arrive in time",
                self.accounts.open()
            );
        }
        pacer.stop();
        Ok(self
            .accounts
            .outcome(begin.elapsed(), machine::own_cpu() - cpu, gave_up))
    }

    /// The next message of the plan: pairs in turn, each side in turn.
    fn send(&mut self, number: u64, at: Instant, plan: &Plan) -> Result<()> {
        // The flooded pair has its own messages.
        let first = u64::from(plan.flood.is_some());
        let count = self.pairs.len() as u64 - first;
        let pair = usize::try_from(first + number % count)?;
        let side = usize::from((number / count) % 2 == 1);
        self.put(pair, side, at, plan)
    }

    fn put(&mut self, pair: usize, side: usize, at: Instant, plan: &Plan) -> Result<()> {
        let is_heard = !(self.is_flooded && pair == 0);
        let number = self.accounts.send(pair, side, at, is_heard);
        let mark = Mark { pair, side, number };
        let text = scan::text_of(mark, plan.bytes);
        let of = &mut self.pairs[pair];
        let frame = format!(
            r#"{{"type":"post",{}"client_id":"{}","content":{{"type":"text","text":"{text}"}}}}"#,
            of.heads[side],
            mark.to_key()
        );
        of.links[side].put(frame)
    }

    fn flush(&mut self) -> Result<()> {
        for pair in &mut self.pairs {
            for link in &mut pair.links {
                link.flush().context("sending")?;
            }
        }
        Ok(())
    }

    fn read(&mut self) -> Result<()> {
        for event in &self.events {
            let Token(place) = event.token();
            if event.token() == WAKE || !event.is_readable() {
                continue;
            }
            let (pair, side) = (place / 2, place % 2);
            if self.is_flooded && pair == 0 && side == 1 {
                continue;
            }
            let link = &mut self.pairs[pair].links[side];
            while let Some(frame) = link.next().with_context(|| format!("reading of pair {pair}"))? {
                self.accounts.note(pair, side, &frame);
            }
        }
        Ok(())
    }
}

/// Wakes the load whenever something is due: the poll's own clock only knows milliseconds.
struct Pacer {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

impl Pacer {
    fn start(rate: f64, waker: Arc<Waker>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stops = Arc::clone(&stop);
        let step = STEP.max(Duration::from_secs_f64(1.0 / rate.max(1.0)));
        let mut ticks = 0_u32;
        let thread = std::thread::spawn(move || {
            let begin = Instant::now();
            while !stops.load(Ordering::Relaxed) {
                ticks += 1;
                let next = step * ticks;
                std::thread::sleep(next.saturating_sub(begin.elapsed()));
                // A waker that cannot wake leaves the poll's own timeout.
                let _late = waker.wake();
            }
        });
        Self { stop, thread }
    }

    fn stop(self) {
        self.stop.store(true, Ordering::Relaxed);
        let _panicked = self.thread.join();
    }
}
