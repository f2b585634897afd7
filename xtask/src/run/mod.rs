//! `cargo xtask test`: everything that must hold, with what it needs started and stopped around it.

mod bench;
mod chaos;
mod nats;
mod needs;
mod postgres;
mod step;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::web;
pub use bench::bench;
pub use chaos::chaos;
use nats::Nats;
use needs::Needs;
use postgres::Postgres;
use step::{Counted, Outcome, Step};

/// Which parts to run.
#[derive(Clone, Copy, Default)]
pub struct Wanted {
    /// Format, clippy, Rust tests.
    pub rust: bool,
    /// Types, lint, unit tests and builds of the web.
    pub web: bool,
    /// Journeys in a browser.
    pub e2e: bool,
}

impl Wanted {
    /// Everything.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            rust: true,
            web: true,
            e2e: true,
        }
    }
}

/// What a run has found so far.
#[derive(Default)]
struct Report {
    passed: u32,
    failed: u32,
    failures: Vec<String>,
    not_run: Vec<String>,
}

impl Report {
    /// Runs one step; whether it succeeded.
    fn run(&mut self, step: Step) -> bool {
        let started = Instant::now();
        let name = step.name;
        println!("\n==> {name}");
        let Outcome {
            succeeded,
            passed,
            failed,
            not_run,
        } = step.run();
        self.passed += passed;
        self.failed += failed;
        if not_run > 0 {
            self.not_run
                .push(format!("{name}: {not_run} without the server that they need"));
        }
        if !succeeded {
            self.failures.push(name.to_owned());
        }
        let word = if succeeded { "ok" } else { "FAILED" };
        println!("<== {name}: {word}, {} s", started.elapsed().as_secs());
        succeeded
    }

    /// Prints the frame of what could not run and the last line; whether all is well.
    fn finish(self) -> bool {
        if !self.not_run.is_empty() {
            frame("NOT RUN", &self.not_run);
        }
        if !self.failures.is_empty() {
            frame("FAILED", &self.failures);
        }
        let must_be_complete = std::env::var("REQUIRE_ALL").is_ok_and(|value| value == "1");
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failures.is_empty() && (self.not_run.is_empty() || !must_be_complete)
    }
}

/// Runs the wanted parts one after the other, goes on after failures, and stops what it started.
///
/// # Errors
/// When a throw-away server that is installed does not start.
pub fn test(root: &Path, wanted: Wanted) -> Result<ExitCode> {
    let mut report = Report::default();
    let needs = Needs::find_or_install(wanted, &mut report.not_run);
    if wanted.web || wanted.e2e {
        web_checks(root, wanted, &needs, &mut report);
    }
    if wanted.rust || wanted.e2e {
        let postgres = needs.postgres.as_deref().map(Postgres::start).transpose()?;
        let url = postgres
            .as_ref()
            .map_or_else(|| needs.postgres_url.clone(), |it| Some(it.url()));
        let nats = needs.nats.as_deref().map(Nats::start).transpose()?;
        let nats_url = nats
            .as_ref()
            .map_or_else(|| needs.nats_url.clone(), |it| Some(it.url()));
        if report.run(Step::cargo("server builds", root, &["build", "--package", "server"])) {
            if wanted.e2e {
                journeys(root, &needs, url.as_deref(), &mut report);
            }
        } else if wanted.e2e {
            report.not_run.push("journeys: the server does not build".to_owned());
        }
        if wanted.rust {
            rust_checks(root, &needs, url.as_deref(), nats_url.as_deref(), &mut report);
            chaos::checks(root, url.as_deref().zip(nats_url.as_deref()), &mut report);
        }
    }
    Ok(if report.finish() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn rust_checks(root: &Path, needs: &Needs, postgres: Option<&str>, nats: Option<&str>, report: &mut Report) {
    report.run(Step::cargo("rust format", root, &["fmt", "--all", "--check"]));
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    report.run(Step::cargo("clippy", root, &clippy));
    let tests = ["test", "--workspace", "--no-fail-fast"];
    report.run(
        Step::cargo("rust tests", root, &tests)
            .counted(Counted::Cargo)
            .with_env("TEST_PG_URL", postgres)
            .with_env("TEST_NATS_URL", nats)
            .with_env("TEST_STRACE", needs.strace.as_deref().and_then(Path::to_str))
            .with_env("TEST_OWN_DISKS", needs.own_disks.then_some("1")),
    );
}

fn web_checks(root: &Path, wanted: Wanted, needs: &Needs, report: &mut Report) {
    let folder = root.join("web");
    if !needs.npm {
        report
            .not_run
            .push("web and journeys: npm is missing (Node 20.19 or newer)".to_owned());
        return;
    }
    if !web::is_installed(&folder) && !report.run(Step::npm("web packages", &folder, &["ci"])) {
        report.not_run.push("web: its packages do not install".to_owned());
        return;
    }
    if wanted.web {
        report.run(Step::npm("web types", &folder, &["run", "typecheck"]));
        report.run(Step::npm("web lint", &folder, &["run", "lint"]));
        report.run(Step::npm("web tests", &folder, &["test"]).counted(Counted::Vitest));
    }
    report.run(Step::npm("web builds within its budgets", &folder, &["run", "build"]));
}

fn journeys(root: &Path, needs: &Needs, postgres: Option<&str>, report: &mut Report) {
    let folder = root.join("e2e");
    let (Some(chromium), true) = (&needs.chromium, needs.npm) else {
        return;
    };
    if !web::is_installed(&folder) && !report.run(Step::npm("e2e packages", &folder, &["ci"])) {
        report
            .not_run
            .push("journeys: their packages do not install".to_owned());
        return;
    }
    report.run(Step::npm("e2e types and lint", &folder, &["run", "check"]));
    report.run(
        Step::npm("journeys", &folder, &["test"])
            .counted(Counted::Playwright)
            .with_env("CHROMIUM", chromium.to_str())
            .with_env("TEST_PG_URL", postgres),
    );
}

fn frame(title: &str, lines: &[String]) {
    let width = lines
        .iter()
        .map(|line| line.chars().count())
        .max()
        .unwrap_or(0)
        .max(title.len());
    println!("\n+-{title:-<width$}-+");
    for line in lines {
        println!("| {line:<width$} |");
    }
    println!("+-{:-<width$}-+", "");
}
