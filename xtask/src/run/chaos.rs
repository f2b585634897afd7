//! Fault runs (`docs/fault-runs.md`): a minute of them in `cargo xtask test`, hours in `cargo xtask chaos`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use super::Report;
use super::nats::Nats;
use super::needs::Needs;
use super::postgres::Postgres;
use super::step::Step;

/// Each engine gets half a minute …
const SHORT: &str = "30";
/// … and in a long run a minute at a time, in turns.
const ROUND: &str = "60";
/// How long a long run breaks things on each engine, unless `CHAOS_SECONDS` says otherwise.
const LONG: &str = "3600";

/// Catches servers that are wrong on purpose, repeats the seeds that once found something, then runs a new one.
/// `servers` are the addresses of PostgreSQL and NATS.
pub fn checks(root: &Path, servers: Option<(&str, &str)>, report: &mut Report) {
    let planted = Step::cargo("fault runs catch planted faults", root, &arguments(&["--planted"]));
    if !report.run(planted) {
        return;
    }
    let engine = if servers.is_some() { "both" } else { "sqlite" };
    if servers.is_none() {
        let missing = "fault run on two nodes: PostgreSQL or NATS is missing";
        report.not_run.push(missing.to_owned());
    }
    let seeds = ["--seeds", "chaos/seeds.txt", "--seconds", SHORT, "--engine", engine];
    report.run(
        Step::cargo("fault run", root, &arguments(&seeds))
            .with_env("TEST_PG_URL", servers.map(|(postgres, _)| postgres))
            .with_env("TEST_NATS_URL", servers.map(|(_, nats)| nats)),
    );
}

fn arguments<'a>(own: &[&'a str]) -> Vec<&'a str> {
    [&["run", "--quiet", "--package", "chaos", "--"], own].concat()
}

/// Runs a release for a long time, with more people, on both engines in turns.
///
/// # Errors
/// When a server that it needs is missing or does not start.
pub fn chaos(root: &Path) -> Result<ExitCode> {
    let mut report = Report::default();
    let built = report.run(Step::cargo(
        "release builds",
        root,
        &["build", "--release", "--package", "server"],
    ));
    if built {
        let programs = Needs::postgres_programs().context("PostgreSQL is not installed")?;
        let postgres = Postgres::start(&programs)?;
        let nats = Nats::start(&Needs::nats_program().context("nats-server is not installed")?)?;
        let seconds = std::env::var("CHAOS_SECONDS").unwrap_or_else(|_| LONG.to_owned());
        let own = [
            &["--seeds", "chaos/seeds.txt", "--seconds", &seconds, "--round", ROUND][..],
            &["--engine", "both", "--visitors", "50", "--agents", "10"],
            &["--binary", "target/release/frontdesk"],
        ];
        report.run(
            Step::cargo("fault run", root, &arguments(&own.concat()))
                .with_env("TEST_PG_URL", Some(&postgres.url()))
                .with_env("TEST_NATS_URL", Some(&nats.url())),
        );
    }
    Ok(if report.finish() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
