//! `chaos`: fault runs from the command line. See `docs/fault-runs.md`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
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
    /// File of runs that once found something: they come first.
    #[arg(long)]
    seeds: Option<PathBuf>,
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
        println!("seed {seed}");
        for caught in planted::catch_all(&plan(&cli, Engine::Sqlite, seed, 0)).await? {
            println!("caught {caught}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut all_is_well = true;
    for plan in remembered(&cli)?.iter().filter(|plan| engines.contains(&plan.engine)) {
        all_is_well &= round(plan).await?;
    }
    let mut left = cli.seconds;
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

/// The runs of the file of seeds: `engine seed seconds # what it was`, one a line.
fn remembered(cli: &Cli) -> Result<Vec<Plan>> {
    let Some(file) = &cli.seeds else {
        return Ok(Vec::new());
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    let lines = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let [engine, seed, seconds] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                bail!("no engine, seed and seconds: {line}");
            };
            let engine = match engine {
                "sqlite" => Engine::Sqlite,
                "cluster" => Engine::Postgres,
                other => bail!("no engine: {other}"),
            };
            Ok(plan(cli, engine, seed.parse()?, seconds.parse()?))
        })
        .collect()
}

fn plan(cli: &Cli, engine: Engine, seed: u64, seconds: u64) -> Plan {
    Plan {
        engine,
        seed,
        time: Duration::from_secs(seconds),
        visitors: cli.visitors,
        agents: cli.agents,
        binary: cli.binary.clone(),
        nats_url: (engine == Engine::Postgres).then(|| store::testing::need("TEST_NATS_URL")),
        planted: None,
    }
}

/// One run, told to whoever looks; whether all was well.
async fn round(plan: &Plan) -> Result<bool> {
    println!("seed {} on {:?}, {} s", plan.seed, plan.engine, plan.time.as_secs());
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
