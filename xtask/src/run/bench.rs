//! `cargo xtask bench`: the benchmarks with the servers that they need, on the disk of the target folder.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use super::nats::Nats;
use super::needs::{Needs, on_path};
use super::postgres::{Postgres, Syncing};
use crate::cargo;

/// Builds for release and measures; JSON lines on standard output, everything else on standard error.
///
/// # Errors
/// When something does not build, or a server that is installed does not start.
pub fn bench(root: &Path) -> Result<ExitCode> {
    let built = cargo::command(
        root,
        &["build", "--release", "--package", "server", "--package", "bench"],
    )
    .status()?;
    ensure!(built.success(), "the release does not build");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let (programs, work) = (target.join("release"), target.join("bench"));
    std::fs::create_dir_all(&work)?;
    let mut run = std::process::Command::new(programs.join("bench"));
    run.arg("run");
    run.arg("--program").arg(programs.join("frontdesk"));
    run.arg("--work").arg(&work);
    // The quick form is about SQLite alone.
    let is_quick = std::env::var("BENCH").is_ok_and(|form| form == "quick");
    let servers = if is_quick { None } else { Some(Servers::start(&work)?) };
    if let Some(servers) = &servers {
        run.args(servers.arguments());
    }
    let status = run.status().context("running the benchmarks")?;
    drop(servers);
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What nodes share; those that are not installed are missing, and the benchmarks say so.
struct Servers {
    postgres: Option<Postgres>,
    nats: Option<Nats>,
}

impl Servers {
    fn start(work: &Path) -> Result<Self> {
        let postgres = Needs::postgres_programs()
            .map(|programs| Postgres::start_in(work, &programs, Syncing::On))
            .transpose()?;
        let nats = on_path("nats-server")
            .map(|program| Nats::start(&program))
            .transpose()?;
        Ok(Self { postgres, nats })
    }

    fn arguments(&self) -> Vec<String> {
        let postgres = self
            .postgres
            .as_ref()
            .map(|server| ["--postgres".to_owned(), server.url()]);
        let nats = self.nats.as_ref().map(|server| ["--nats".to_owned(), server.url()]);
        postgres.into_iter().chain(nats).flatten().collect()
    }
}
