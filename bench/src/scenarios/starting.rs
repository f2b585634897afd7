//! S7: starting, starting again after a power cut, size and memory.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use reqwest::Client;

use super::{Bench, Form, On};
use crate::fill;
use crate::load::{Load, Plan};
use crate::machine;
use crate::people::Wish;
use crate::report;
use crate::target::bare::Bare;
use crate::target::desk::{Desk, Site, block_on, new_folder, visitor};

/// Starts whose median counts.
const STARTS: usize = 5;
/// Messages a second when the power is cut.
const LOAD: f64 = 3_000.0;
/// Pairs then.
const PAIRS: usize = 50;

/// From the start of the program to a visitor's welcome, in milliseconds.
fn start_once(site: &Site, token: &str) -> Result<f64> {
    let begin = Instant::now();
    let serving = site.serve("one")?;
    let link = visitor(&serving.address, token)?;
    let took = begin.elapsed();
    drop(link);
    serving.stop()?;
    Ok(took.as_secs_f64() * 1000.0)
}

fn starts(site: &Site, token: &str) -> Result<f64> {
    let times: Result<Vec<f64>> = (0..STARTS).map(|_| start_once(site, token)).collect();
    Ok(report::median(times?))
}

/// S7 (a) to (e).
///
/// # Errors
/// When the desk does not start.
pub fn s7(bench: &Bench) -> Result<()> {
    bench.probe("S7")?;
    let rest = bench.time(2, 5, 5);
    let bare = {
        let folder = new_folder(&bench.work)?;
        let begin = Instant::now();
        let bare = Bare::start(folder.path(), None)?;
        bare.link(0, 0)?;
        let started = begin.elapsed().as_secs_f64() * 1000.0;
        std::thread::sleep(rest);
        (started, machine::memory_of(bare.serving.pid())? as f64)
    };
    let folder = new_folder(&bench.work)?;
    let site = bench.site(folder.path(), On::Sqlite)?;
    let wish = Wish {
        agents: 1,
        visitors: 1,
        is_waiting: false,
    };
    let (_, people) = site.fill(wish)?;
    report::compared("S7-start-empty", starts(&site, &people.visitors[0])?, "ms", bare.0);
    let serving = site.serve("one")?;
    std::thread::sleep(rest);
    let memory = machine::memory_of(serving.pid())? as f64;
    const MIB: f64 = 1024.0 * 1024.0;
    report::compared("S7-memory", memory / MIB, "MiB", bare.1 / MIB);
    pages(&serving.address)?;
    serving.stop()?;
    let program = std::fs::metadata(&bench.program)?.len();
    report::alone("S7-binary", program as f64 / 1_000_000.0, "MB");

    let (messages, name) = match bench.form {
        Form::Quick => (50_000, "S7-start-50k"),
        Form::Normal | Form::Full => (1_000_000, "S7-start-1M"),
    };
    let folder = new_folder(&bench.work)?;
    let people = fill::fill(folder.path(), messages)?;
    let site = bench.site(folder.path(), On::Sqlite)?;
    report::alone(name, starts(&site, &people.visitors[0])?, "ms");
    recovery(bench)
}

/// (b): kill -9 while messages come, then from the start to a visitor's welcome.
fn recovery(bench: &Bench) -> Result<()> {
    let folder = new_folder(&bench.work)?;
    let site = bench.site(folder.path(), On::Sqlite)?;
    let wish = Wish {
        agents: PAIRS,
        visitors: PAIRS,
        is_waiting: false,
    };
    let mut desk = Desk::start(site.clone(), wish)?;
    let mut load = Load::new(desk.pairs(PAIRS)?)?;
    let token = desk.people.visitors[0].clone();
    let serving = desk.nodes.pop().context("no node")?;
    let killer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(3));
        serving.kill()
    });
    let cut = load.run(&Plan::steady(LOAD, Duration::from_secs(10)));
    killer
        .join()
        .map_err(|_| anyhow::anyhow!("the killing thread panicked"))??;
    anyhow::ensure!(cut.is_err(), "the load did not notice the power cut");
    report::alone("S7-recovery", start_once(&site, &token)? / 1000.0, "s");
    Ok(())
}

/// (e), (f): bytes of the pages' first files, as they travel.
fn pages(address: &str) -> Result<()> {
    let client = Client::new();
    block_on(async {
        for (name, path) in [("S7-widget-launcher", "/widget.js")] {
            let answer = client
                .get(format!("http://{address}{path}"))
                .header("accept-encoding", "gzip")
                .send()
                .await?;
            let is_script = answer.status().is_success()
                && answer
                    .headers()
                    .get("content-type")
                    .is_some_and(|kind| kind.to_str().is_ok_and(|kind| kind.contains("javascript")));
            if is_script {
                let bytes = answer.bytes().await?.len();
                report::alone(name, bytes as f64 / 1000.0, "KB");
            } else {
                eprintln!("not measured: {name}, since {path} is not served");
            }
        }
        Ok(())
    })
}
