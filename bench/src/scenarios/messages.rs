//! S1, S1b, S2, S2s: messages between pairs, each durable before it is acknowledged and delivered.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::{Bench, On};
use crate::load::{Load, Outcome, Pair, Plan};
use crate::machine;
use crate::people::Wish;
use crate::report::{self, Round};
use crate::target::bare::Bare;
use crate::target::desk::{Desk, new_folder};

/// Pairs of S1.
const PAIRS: usize = 100;
/// Pairs of S2.
const MANY_PAIRS: usize = 200;
/// Messages a second of S1.
const RATES: [u32; 3] = [100, 1_000, 5_000];
/// The rate of S1 while one session floods.
const BESIDE_FLOOD: f64 = 1_000.0;
/// How fast that one floods.
const FLOOD: f64 = 5_000.0;
/// What S2 may not exceed, in milliseconds.
const BOUND: f64 = 100.0;
/// The same on a slow disk.
const SLOW_BOUND: f64 = 250.0;
/// More under way than this means that a rate is too high.
const BACKLOG: Duration = Duration::from_millis(300);
/// How long everybody talks before anything is measured.
const WARM_UP: Plan = Plan::steady(500.0, Duration::from_secs(1));

/// Runs a measurement on pairs of the desk; afterwards everything is counted.
fn on_desk<T>(bench: &Bench, on: On, pairs: usize, measure: impl FnOnce(&mut Load, &Desk) -> Result<T>) -> Result<T> {
    let folder = new_folder(&bench.work)?;
    let site = bench.site(folder.path(), on)?;
    let database = site.postgres.clone();
    let wish = Wish {
        agents: pairs,
        visitors: pairs,
        is_waiting: false,
    };
    let mut desk = Desk::start(site, wish)?;
    let mut load = Load::new(desk.pairs(pairs)?)?;
    ensure_clean(&load.run(&WARM_UP)?)?;
    let measured = measure(&mut load, &desk)?;
    let acked = load.acked();
    drop(load);
    desk.stop_and_count(&acked)?;
    bench.drop_database(database.as_deref());
    Ok(measured)
}

/// Runs a measurement on pairs of the reference.
fn on_bare<T>(bench: &Bench, on: On, pairs: usize, measure: impl FnOnce(&mut Load) -> Result<T>) -> Result<T> {
    let folder = new_folder(&bench.work)?;
    let database = bench.database(on)?;
    let bare = Bare::start(folder.path(), database.as_deref())?;
    let pairs: Vec<Pair> = bare.pairs(pairs)?;
    let mut load = Load::new(pairs)?;
    ensure_clean(&load.run(&WARM_UP)?)?;
    let measured = measure(&mut load)?;
    bare.serving.kill()?;
    bench.drop_database(database.as_deref());
    Ok(measured)
}

fn ensure_clean(outcome: &Outcome) -> Result<()> {
    ensure!(outcome.faults.is_empty(), "messages differ: {:?}", outcome.faults);
    Ok(())
}

/// S1 at all rates: latency from intended sending to arrival.
///
/// # Errors
/// When a message is missing.
pub fn s1(bench: &Bench, on: On) -> Result<()> {
    let rounds = match on {
        On::Sqlite => bench.rounds(),
        On::Postgres | On::TwoNodes => bench.few_rounds(),
    };
    let mut of_rates: Vec<(Vec<Round>, Vec<Round>)> = RATES.map(|_| (Vec::new(), Vec::new())).to_vec();
    for number in 1..=rounds {
        bench.probe(&format!("S1{} round {number}", on.suffix()))?;
        let before = on_bare(bench, on, PAIRS, |load| latencies(bench, load, "reference", None))?;
        let desk = on_desk(bench, on, PAIRS, |load, desk| {
            latencies(bench, load, "desk", Some(desk.node().pid()))
        })?;
        let after = on_bare(bench, on, PAIRS, |load| latencies(bench, load, "reference", None))?;
        for (place, (medians, tails)) in of_rates.iter_mut().enumerate() {
            let round = |pick: fn(&(f64, f64)) -> f64| Round {
                desk: pick(&desk[place]),
                bare: [pick(&before[place]), pick(&after[place])],
            };
            medians.push(round(|figures| figures.0));
            tails.push(round(|figures| figures.1));
        }
    }
    for (rate, (medians, tails)) in RATES.iter().zip(&of_rates) {
        report::rounds(&format!("S1{}-{rate}-p50", on.suffix()), "ms", medians);
        report::rounds(&format!("S1{}-{rate}", on.suffix()), "ms", tails);
    }
    Ok(())
}

/// Median and p99 at each rate.
fn latencies(bench: &Bench, load: &mut Load, who: &str, pid: Option<u32>) -> Result<Vec<(f64, f64)>> {
    let time = bench.time(2, 6, 60);
    RATES
        .iter()
        .map(|rate| {
            let cpu = pid.map(machine::cpu_of).transpose()?;
            let outcome = load.run(&Plan::steady(f64::from(*rate), time))?;
            ensure_clean(&outcome)?;
            let used = match (pid, cpu) {
                (Some(pid), Some(before)) => machine::cpu_of(pid)?.saturating_sub(before),
                _ => Duration::ZERO,
            };
            eprintln!(
                "  {who} at {rate}/s: {}; processor: load {:.0} %, {who} {:.0} %",
                outcome.latencies.summary(),
                share(outcome.cpu, outcome.time),
                share(used, outcome.time)
            );
            Ok((outcome.latencies.percentile(0.5), outcome.latencies.percentile(0.99)))
        })
        .collect()
}

fn share(cpu: Duration, time: Duration) -> f64 {
    cpu.as_secs_f64() / time.as_secs_f64() * 100.0
}

/// S1b: the others' p99 while one session floods and its agent does not read, against the same without.
///
/// # Errors
/// When a message is missing, or the slow reader is not cut off.
pub fn s1b(bench: &Bench) -> Result<()> {
    let time = bench.time(14, 20, 60);
    bench.probe("S1b")?;
    let (calm, flooded) = on_desk(bench, On::Sqlite, PAIRS, |load, desk| {
        let pid = desk.node().pid();
        let calm = load.run(&Plan::steady(BESIDE_FLOOD, bench.time(3, 10, 60)))?;
        let memory = machine::memory_of(pid)?;
        let plan = Plan {
            flood: Some(FLOOD),
            ..Plan::steady(BESIDE_FLOOD, time)
        };
        let flooded = load.run(&plan)?;
        ensure_clean(&calm)?;
        ensure_clean(&flooded)?;
        eprintln!("  calm: {}", calm.latencies.summary());
        eprintln!(
            "  flooded: {}; memory {} -> {} MiB",
            flooded.latencies.summary(),
            memory >> 20,
            machine::memory_of(pid)? >> 20
        );
        let cut = load.is_cut_off(0, 1, Duration::from_secs(15))?;
        ensure!(cut, "the connection that does not read was not cut off");
        Ok((calm, flooded))
    })?;
    report::compared(
        "S1b",
        flooded.latencies.percentile(0.99),
        "ms",
        calm.latencies.percentile(0.99),
    );
    Ok(())
}

/// S2: the most messages a second that are held with p99 below 100 ms.
///
/// # Errors
/// When a message is missing.
pub fn s2(bench: &Bench, on: On) -> Result<()> {
    let rounds = match on {
        On::Sqlite => bench.rounds(),
        On::Postgres | On::TwoNodes => bench.few_rounds(),
    };
    most(bench, on, "S2", BOUND, rounds)
}

/// Holds one rate on the desk, for a profiler.
///
/// # Errors
/// When a message is missing.
pub fn hold(bench: &Bench, rate: f64, time: Duration) -> Result<()> {
    on_desk(bench, On::Sqlite, MANY_PAIRS, |load, desk| {
        let pid = desk.node().pid();
        let before = machine::cpu_of(pid)?;
        let outcome = load.run(&Plan {
            backlog: Some(Duration::from_secs(1)),
            ..Plan::steady(rate, time)
        })?;
        ensure_clean(&outcome)?;
        let used = machine::cpu_of(pid)?.saturating_sub(before);
        eprintln!(
            "{:.0}/s of {rate}/s: {}; processor: load {:.0} %, desk {:.0} %",
            outcome.sent as f64 / outcome.time.as_secs_f64(),
            outcome.latencies.summary(),
            share(outcome.cpu, outcome.time),
            share(used, outcome.time)
        );
        Ok(())
    })
}

/// S2s: the same while another process syncs on the same disk.
///
/// # Errors
/// When a message is missing.
pub fn s2s(bench: &Bench) -> Result<()> {
    let _slow = SlowDisk::start(bench)?;
    most(bench, On::Sqlite, "S2s", SLOW_BOUND, bench.few_rounds())
}

fn most(bench: &Bench, on: On, name: &str, bound: f64, rounds: usize) -> Result<()> {
    let name = format!("{name}{}", on.suffix());
    let mut found = Vec::new();
    for number in 1..=rounds {
        bench.probe(&format!("{name} round {number}"))?;
        let round = || {
            let bare = |bench: &Bench| {
                on_bare(bench, on, MANY_PAIRS, |load| {
                    sustained(bench, load, bound, 10_000.0, "reference", &[])
                })
            };
            let before = bare(bench)?;
            let desk = on_desk(bench, on, MANY_PAIRS, |load, desk| {
                let pids: Vec<u32> = desk.nodes.iter().map(crate::target::Serving::pid).collect();
                sustained(bench, load, bound, 2_000.0, "desk", &pids)
            })?;
            Ok(Round {
                desk,
                bare: [before, bare(bench)?],
            })
        };
        found.push(report::even_round(&name, round, |round| round.is_even())?);
    }
    report::rounds(&name, "messages/s", &found);
    Ok(())
}

/// The highest rate that is held: doubled while it is, then halved in between, then held for the form's time.
fn sustained(bench: &Bench, load: &mut Load, bound: f64, first: f64, who: &str, pids: &[u32]) -> Result<f64> {
    let mut good = first / 2.0;
    let mut bad = first;
    while is_possible(bench, load, bad, bound)? {
        good = bad;
        bad *= 1.6;
    }
    for _ in 0..3 {
        let middle = (good * bad).sqrt();
        if is_possible(bench, load, middle, bound)? {
            good = middle;
        } else {
            bad = middle;
        }
    }
    let mut rate = good;
    loop {
        let begin = Instant::now();
        let before = cpu_of(pids)?;
        let outcome = try_rate(load, rate, bench.time(4, 10, 60))?;
        if is_held(&outcome, bound) {
            let delivered = outcome.sent as f64 / outcome.time.as_secs_f64();
            eprintln!(
                "  {who}: {delivered:.0}/s; {}; processor: load {:.0} %, {who} {:.0} %",
                outcome.latencies.summary(),
                share(outcome.cpu, outcome.time),
                share(cpu_of(pids)?.saturating_sub(before), begin.elapsed())
            );
            return Ok(delivered);
        }
        rate *= 0.92;
        ensure!(rate > 10.0, "no rate is held");
    }
}

/// Whether a rate is held for a moment. A machine has its hiccups: only what fails twice is too much.
fn is_possible(bench: &Bench, load: &mut Load, rate: f64, bound: f64) -> Result<bool> {
    let time = bench.trial();
    Ok(is_held(&try_rate(load, rate, time)?, bound) || is_held(&try_rate(load, rate, time)?, bound))
}

fn cpu_of(pids: &[u32]) -> Result<Duration> {
    pids.iter().map(|pid| machine::cpu_of(*pid)).sum()
}

fn try_rate(load: &mut Load, rate: f64, time: Duration) -> Result<Outcome> {
    let plan = Plan {
        backlog: Some(BACKLOG),
        ..Plan::steady(rate, time)
    };
    let outcome = load.run(&plan)?;
    ensure_clean(&outcome)?;
    Ok(outcome)
}

fn is_held(outcome: &Outcome, bound: f64) -> bool {
    !outcome.gave_up && outcome.latencies.percentile(0.99) < bound
}

/// A process that writes and syncs beside the others.
struct SlowDisk(Child);

impl SlowDisk {
    fn start(bench: &Bench) -> Result<Self> {
        let child = Command::new(std::env::current_exe()?)
            .arg("slow-disk")
            .arg(&bench.work)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        Ok(Self(child))
    }
}

impl Drop for SlowDisk {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
