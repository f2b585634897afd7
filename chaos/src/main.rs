//! `chaos`: fault runs from the command line. See `docs/fault-runs.md`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use chaos::planted;
use chaos::run::{Plan, run};
use clap::{Parser, ValueEnum};
use store::Engine;
use tokio::time::Instant;

/// Breaks a desk under load, mends it, and proves that nothing was lost.
#[derive(Parser)]
#[command(name = "chaos")]
struct Cli {
    /// How long things break in all; each round has a desk of its own.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// How long things break in one round.
    #[arg(long, default_value_t = 60)]
    round: u64,
    /// Where every choice comes from; one that was not used before when left out.
    #[arg(long)]
    seed: Option<u64>,
    /// What the desk runs on.
    #[arg(long, value_enum, default_value_t = On::Sqlite)]
    engine: On,
    /// People who talk.
    #[arg(long, default_value_t = 16)]
    visitors: usize,
    /// People who answer.
    #[arg(long, default_value_t = 4)]
    agents: usize,
    /// The program [default: the one of this build].
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Instead: short runs against servers that are wrong on purpose, each of which must be noticed. The program must
    /// be a debug build.
    #[arg(long)]
    planted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    /// One node on SQLite.
    Sqlite,
    /// Two nodes on the PostgreSQL at TEST_PG_URL and the NATS at TEST_NATS_URL.
    Cluster,
    /// One after the other.
    Both,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    // A second provider would be refused; there is none.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    let engines: &[Engine] = match cli.engine {
        On::Sqlite => &[Engine::Sqlite],
        On::Cluster => &[Engine::Postgres],
        On::Both => &[Engine::Sqlite, Engine::Postgres],
    };
    let mut seed = cli.seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0 >> 16);
    if cli.planted {
        for caught in planted::catch_all(&plan(&cli, Engine::Sqlite, seed, 0)).await? {
            println!("caught {caught}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut left = cli.seconds;
    let mut all_is_well = true;
    while left > 0 {
        let time = left.min(cli.round);
        left -= time;
        for engine in engines {
            all_is_well &= round(&plan(&cli, *engine, seed, time)).await?;
        }
        seed += 1;
    }
    Ok(if all_is_well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn plan(cli: &Cli, engine: Engine, seed: u64, seconds: u64) -> Plan {
    println!("seed {seed} on {engine:?}, {seconds} s");
    Plan {
        engine,
        seed,
        time: Duration::from_secs(seconds),
        visitors: cli.visitors,
        agents: cli.agents,
        binary: cli.binary.clone(),
        nats_url: std::env::var("TEST_NATS_URL")
            .ok()
            .filter(|_| engine == Engine::Postgres),
        planted: None,
    }
}

/// One run, told to whoever looks; whether all was well.
async fn round(plan: &Plan) -> Result<bool> {
    let began = Instant::now();
    let verdict = run(plan).await?;
    println!("  {} ({} s)", verdict.told, began.elapsed().as_secs());
    for finding in &verdict.findings {
        println!("  {finding}");
    }
    if !verdict.findings.is_empty() {
        println!("  history, export and logs are kept in {}", verdict.folder.display());
    }
    Ok(verdict.findings.is_empty())
}
