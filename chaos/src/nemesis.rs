//! Whoever breaks things (D11): faults by weight, at most three at a time, and in the end everything is mended. Killing
//! (F01, F04 while files are sent), standing still (F05), resets, refusals, black holes, trickles, pieces (F30-F35).

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::chance::Chance;
use crate::desk::{Desk, Node};
use crate::history::{Fault, Record, Recorder};
use crate::proxy::{Faults, Proxy};

/// Pieces of one byte on the way there, and of so many back: the clients' library takes a handshake in more than 64
/// pieces for an attack.
pub const SLICES: (Option<usize>, Option<usize>) = (Some(1), Some(32));
/// So many things are broken at once at most.
const AT_ONCE: usize = 3;

/// What can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Kill,
    Restart,
    Pause,
    Reset,
    Refuse,
    HoleUp,
    HoleDown,
    HoleBoth,
    Slow,
    Slice,
    Trickle,
    LimitUp,
    LimitDown,
    HalfClose,
    LinkReset,
    LinkHole,
}

/// Faults and their weights: those that every desk knows …
const FAULTS: &[(u64, Verb)] = &[
    (22, Verb::Kill),
    (4, Verb::Restart),
    (5, Verb::Pause),
    (14, Verb::Reset),
    (4, Verb::Refuse),
    (6, Verb::HoleUp),
    (6, Verb::HoleDown),
    (8, Verb::HoleBoth),
    (6, Verb::Slow),
    (5, Verb::Slice),
    (4, Verb::Trickle),
    (6, Verb::LimitUp),
    (6, Verb::LimitDown),
    (4, Verb::HalfClose),
];
/// … and those of nodes with a database and a bus behind a network.
const LINK_FAULTS: &[(u64, Verb)] = &[(14, Verb::LinkReset), (10, Verb::LinkHole)];

/// See the module's text.
pub struct Nemesis {
    /// The nodes that it kills.
    pub desk: Arc<Desk>,
    /// The clients' ways to them.
    pub proxies: Vec<Arc<Proxy>>,
    /// Where it says what it does.
    pub recorder: Arc<Recorder>,
    /// Its choices.
    pub chance: Chance,
}

impl Nemesis {
    /// Breaks things for so long, then mends everything.
    ///
    /// # Errors
    /// When a node does not start any more.
    pub async fn rage(mut self, time: Duration) -> Result<()> {
        let until = Instant::now() + time;
        let mut broken = JoinSet::new();
        while Instant::now() < until {
            sleep(self.chance.millis(100..900)).await;
            while let Some(mended) = broken.try_join_next() {
                mended??;
            }
            if broken.len() < AT_ONCE {
                let verb = self.choose();
                let doing = Doing {
                    desk: Arc::clone(&self.desk),
                    proxies: self.proxies.clone(),
                    recorder: Arc::clone(&self.recorder),
                    chance: Chance::new(self.chance.among(0..u64::MAX)),
                };
                broken.spawn(doing.run(verb));
            }
        }
        while let Some(mended) = broken.join_next().await {
            mended??;
        }
        for proxy in &self.proxies {
            proxy.heal();
        }
        for node in &self.desk.nodes {
            for link in &node.links {
                link.heal();
            }
            node.start().await?;
        }
        note(&self.recorder, "heal");
        Ok(())
    }

    fn choose(&mut self) -> Verb {
        let has_links = self.desk.nodes.iter().any(|node| !node.links.is_empty());
        let more = if has_links { LINK_FAULTS } else { &[] };
        self.chance.weighted(&[FAULTS, more].concat())
    }
}

fn note(recorder: &Recorder, what: &str) {
    recorder.note(Record::Fault(Fault {
        at: recorder.now(),
        what: what.to_owned(),
    }));
}

/// One fault, from its beginning to its end.
struct Doing {
    desk: Arc<Desk>,
    proxies: Vec<Arc<Proxy>>,
    recorder: Arc<Recorder>,
    chance: Chance,
}

impl Doing {
    async fn run(mut self, verb: Verb) -> Result<()> {
        let node = Arc::clone(&self.desk.nodes[self.chance.index(self.desk.nodes.len())]);
        match verb {
            Verb::Kill => return self.end(&node, "KILL").await,
            Verb::Restart => return self.end(&node, "TERM").await,
            Verb::Pause => {
                note(&self.recorder, &format!("pause {}", node.name));
                node.signal("STOP").await;
                sleep(self.chance.millis(300..2_500)).await;
                node.signal("CONT").await;
            }
            Verb::LinkReset => {
                note(&self.recorder, &format!("reset the links of {}", node.name));
                for link in self.chance.some(&node.links, 70) {
                    link.reset();
                }
            }
            Verb::LinkHole => {
                let links = self.chance.some(&node.links, 60);
                note(
                    &self.recorder,
                    &format!("black hole between {} and {} servers", node.name, links.len()),
                );
                for link in &links {
                    link.change(|faults| (faults.hole_up, faults.hole_down) = (true, true));
                }
                sleep(self.chance.millis(300..3_000)).await;
                for link in &links {
                    link.change(|faults| (faults.hole_up, faults.hole_down) = (false, false));
                }
            }
            verb => self.disturb(verb).await,
        }
        Ok(())
    }

    async fn end(&mut self, node: &Node, signal: &str) -> Result<()> {
        note(&self.recorder, &format!("{signal} {}", node.name));
        node.end(signal).await;
        sleep(self.chance.millis(0..1_500)).await;
        node.start().await
    }

    /// Something between clients and nodes.
    async fn disturb(&mut self, verb: Verb) {
        let percent = self.chance.weighted(&[(3, 100), (5, 40), (2, 10)]);
        let proxies: Vec<Arc<Proxy>> = self
            .chance
            .some(&self.proxies, percent)
            .into_iter()
            .map(Arc::clone)
            .collect();
        note(&self.recorder, &format!("{verb:?} for {} clients", proxies.len()));
        let all = |change: &dyn Fn(&mut Faults)| proxies.iter().for_each(|proxy| proxy.change(change));
        let limit = usize::try_from(self.chance.among(0..6_000)).unwrap_or(0);
        let lasts: Range<u64> = match verb {
            Verb::Reset => {
                proxies.iter().for_each(|proxy| proxy.reset());
                return;
            }
            Verb::HalfClose => {
                proxies.iter().for_each(|proxy| proxy.half_close());
                return;
            }
            Verb::Refuse => {
                all(&|faults| faults.refuse = true);
                proxies.iter().for_each(|proxy| proxy.reset());
                200..1_500
            }
            Verb::HoleUp => {
                all(&|faults| faults.hole_up = true);
                500..5_000
            }
            Verb::HoleDown => {
                all(&|faults| faults.hole_down = true);
                500..5_000
            }
            Verb::HoleBoth => {
                all(&|faults| (faults.hole_up, faults.hole_down) = (true, true));
                500..6_000
            }
            Verb::Slow => {
                let (latency, jitter) = (self.chance.millis(50..900), self.chance.millis(0..900));
                all(&|faults| (faults.latency, faults.jitter) = (latency, jitter));
                1_000..4_000
            }
            Verb::Slice => {
                all(&|faults| (faults.slice_up, faults.slice_down) = SLICES);
                1_000..4_000
            }
            Verb::Trickle => {
                all(&|faults| faults.bandwidth = Some(100));
                1_000..5_000
            }
            Verb::LimitUp => {
                all(&|faults| faults.limit_up = Some(limit));
                500..2_000
            }
            _ => {
                all(&|faults| faults.limit_down = Some(limit));
                500..2_000
            }
        };
        sleep(self.chance.millis(lasts)).await;
        all(&|faults| match verb {
            Verb::Refuse => faults.refuse = false,
            Verb::HoleUp => faults.hole_up = false,
            Verb::HoleDown => faults.hole_down = false,
            Verb::HoleBoth => (faults.hole_up, faults.hole_down) = (false, false),
            Verb::Slow => (faults.latency, faults.jitter) = (Duration::ZERO, Duration::ZERO),
            Verb::Slice => (faults.slice_up, faults.slice_down) = (None, None),
            Verb::Trickle => faults.bandwidth = None,
            Verb::LimitUp => faults.limit_up = None,
            _ => faults.limit_down = None,
        });
    }
}
