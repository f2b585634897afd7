//! S3: what an idle visitor costs.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use mio::{Events, Poll, Token};

use super::{Bench, Form, On};
use crate::link::Link;
use crate::machine;
use crate::people::Wish;
use crate::report;
use crate::target::bare::Bare;
use crate::target::desk::{Desk, new_folder, visitor};

/// Threads that connect.
const THREADS: usize = 4;

/// Connections that only answer pings.
struct Idle {
    links: Vec<Link>,
    poll: Poll,
    events: Events,
}

impl Idle {
    fn new(mut links: Vec<Link>) -> Result<Self> {
        let poll = Poll::new()?;
        for (number, link) in links.iter_mut().enumerate() {
            link.drive(poll.registry(), Token(number))?;
        }
        Ok(Self {
            links,
            poll,
            events: Events::with_capacity(1024),
        })
    }

    /// Lets time pass; answers how many acknowledgements came.
    fn attend(&mut self, time: Duration) -> Result<usize> {
        let end = Instant::now() + time;
        let mut acks = 0;
        while let Some(left) = end.checked_duration_since(Instant::now()) {
            self.poll.poll(&mut self.events, Some(left))?;
            for event in &self.events {
                let link = &mut self.links[event.token().0];
                while let Some(frame) = link.next().context("an idle connection")? {
                    acks += usize::from(frame.starts_with(r#"{"type":"ack""#));
                }
                link.flush()?;
            }
        }
        Ok(acks)
    }
}

/// What the connections of one server cost.
struct Cost {
    bytes: f64,
    after_burst: f64,
    core: f64,
}

fn cost(bench: &Bench, pid: u32, before: u64, links: Vec<Link>) -> Result<Cost> {
    let count = links.len();
    let mut idle = Idle::new(links)?;
    let settle = bench.time(2, 5, 5);
    idle.attend(settle)?;
    let (memory, cpu) = (machine::memory_of(pid)?, machine::cpu_of(pid)?);
    let begin = Instant::now();
    idle.attend(bench.time(4, 40, 300))?;
    let core = (machine::cpu_of(pid)? - cpu).as_secs_f64() / begin.elapsed().as_secs_f64();
    for link in &mut idle.links {
        link.put(r#"{"type":"post","client_id":"again","content":{"type":"text","text":"Still there?"}}"#.to_owned())?;
        link.flush()?;
    }
    let mut acks = 0;
    let begin = Instant::now();
    while acks < count && begin.elapsed() < Duration::from_secs(60) {
        acks += idle.attend(Duration::from_millis(200))?;
    }
    ensure!(acks == count, "{acks} of {count} messages were acknowledged");
    idle.attend(settle)?;
    let per = |memory: u64| memory.saturating_sub(before) as f64 / count as f64;
    let after = machine::memory_of(pid)?;
    Ok(Cost {
        bytes: per(memory),
        after_burst: after as f64 / memory as f64,
        core: core * 100.0,
    })
}

/// Opens connections on a few threads.
fn open(count: usize, connect: impl Fn(usize) -> Result<Link> + Sync) -> Result<Vec<Link>> {
    let each = count.div_ceil(THREADS);
    std::thread::scope(|scope| {
        let connect = &connect;
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let numbers = (thread * each)..((thread + 1) * each).min(count);
                scope.spawn(move || numbers.map(connect).collect::<Result<Vec<Link>>>())
            })
            .collect();
        let mut links = Vec::with_capacity(count);
        for thread in threads {
            let opened = thread
                .join()
                .map_err(|_| anyhow::anyhow!("a connecting thread panicked"))?;
            links.extend(opened?);
        }
        Ok(links)
    })
}

/// S3: memory of an idle visitor with an open session, and processor time of all of them.
///
/// # Errors
/// When a connection does not stay.
pub fn s3(bench: &Bench) -> Result<()> {
    let count = match bench.form {
        Form::Quick => 1_000,
        Form::Normal | Form::Full => 10_000,
    };
    bench.probe("S3")?;
    let bare = {
        let folder = new_folder(&bench.work)?;
        let bare = Bare::start(folder.path(), None)?;
        let before = machine::memory_of(bare.serving.pid())?;
        let links = open(count, |number| bare.link(number, 0))?;
        cost(bench, bare.serving.pid(), before, links)?
    };
    let folder = new_folder(&bench.work)?;
    let wish = Wish {
        agents: 0,
        visitors: count,
        is_waiting: true,
    };
    let desk = Desk::start(bench.site(folder.path(), On::Sqlite)?, wish)?;
    let before = machine::memory_of(desk.node().pid())?;
    let address = &desk.node().address;
    let links = open(count, |number| visitor(address, &desk.people.visitors[number]))?;
    let cost = cost(bench, desk.node().pid(), before, links)?;
    report::compared("S3", cost.bytes, "bytes a socket", bare.bytes);
    report::alone("S3-cpu", cost.core, "% of a core");
    report::alone("S3-after-burst", cost.after_burst, "of the memory before");
    Ok(())
}
