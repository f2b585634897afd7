//! Measures Frontdesk as it ships against a bare program that does only what a durable message must cost.
//!
//! Never in here: anything that the desk itself uses. See `docs/benchmarks.md` for the scenarios and their figures.

mod fill;
mod link;
mod load;
mod machine;
mod people;
mod postgres;
mod reference;
mod report;
mod scan;
mod scenarios;
mod target;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};

use reference::Database;
use scenarios::{Bench, Form, On, idle, messages, screens, starting};

/// Measures Frontdesk.
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs scenarios; prints one JSON line for each on standard output.
    Run(Run),
    /// Holds one rate between 200 pairs on SQLite, with a profiler beside it; prints what became of it.
    Hold {
        /// As for `run`.
        #[command(flatten)]
        run: Run,
        /// Messages a second.
        #[arg(long)]
        rate: f64,
        /// Seconds.
        #[arg(long, default_value_t = 10)]
        seconds: u64,
    },
    /// Serves the bare program until ended.
    Reference {
        /// A new SQLite file, or the address of a PostgreSQL database.
        #[arg(long)]
        database: Database,
    },
    /// Fills a data folder with ended sessions.
    Fill {
        /// The new folder.
        #[arg(long)]
        data_dir: PathBuf,
        /// How many messages.
        #[arg(long)]
        messages: u64,
    },
    /// Writes and syncs in a folder until ended.
    #[command(hide = true)]
    SlowDisk {
        /// The folder.
        folder: PathBuf,
    },
}

#[derive(Args)]
struct Run {
    /// How long everything takes.
    #[arg(long, env = "BENCH", default_value = "normal")]
    form: Form,
    /// The desk's program, built for release.
    #[arg(long)]
    program: PathBuf,
    /// Folder for databases, on the disk to be measured.
    #[arg(long)]
    work: PathBuf,
    /// Only these.
    #[arg(long, env = "BENCH_ONLY", value_delimiter = ',')]
    only: Vec<Scenario>,
    /// A PostgreSQL server that syncs; its superuser's address.
    #[arg(long)]
    postgres: Option<String>,
    /// A NATS server.
    #[arg(long)]
    nats: Option<String>,
}

/// What can be measured.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scenario {
    S1,
    S1b,
    S2,
    S2s,
    S3,
    S6,
    S7,
    S1Pg,
    S2Pg,
    S1Pg2,
    S2Pg2,
}

fn main() -> Result<()> {
    // Only the first one in a process is installed.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    match Cli::parse().command {
        Command::Run(wanted) => run(wanted),
        Command::Hold { run, rate, seconds } => messages::hold(&bench(&run)?, rate, Duration::from_secs(seconds)),
        Command::Reference { database } => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(reference::serve(&database))
        }
        Command::Fill { data_dir, messages } => {
            std::fs::create_dir_all(&data_dir)?;
            fill::fill(&data_dir, messages).map(drop)
        }
        Command::SlowDisk { folder } => machine::sync_for_ever(&folder),
    }
}

fn bench(wanted: &Run) -> Result<Bench> {
    std::fs::create_dir_all(&wanted.work)?;
    Ok(Bench {
        form: wanted.form,
        program: wanted.program.clone(),
        work: wanted.work.clone(),
        postgres: wanted.postgres.clone(),
        nats: wanted.nats.clone(),
    })
}

fn run(wanted: Run) -> Result<()> {
    let bench = bench(&wanted)?;
    let wanted = match (wanted.only.is_empty(), bench.form) {
        (false, _) => wanted.only,
        // What needs other servers is left to the longer forms.
        (true, Form::Quick) => Scenario::value_variants()[..7].to_vec(),
        (true, Form::Normal | Form::Full) => Scenario::value_variants().to_vec(),
    };
    for scenario in wanted {
        measure(&bench, scenario)?;
    }
    Ok(())
}

fn measure(bench: &Bench, scenario: Scenario) -> Result<()> {
    match scenario {
        Scenario::S1 => messages::s1(bench, On::Sqlite),
        Scenario::S1b => messages::s1b(bench),
        Scenario::S2 => messages::s2(bench, On::Sqlite),
        Scenario::S2s => messages::s2s(bench),
        Scenario::S3 => idle::s3(bench),
        Scenario::S6 => screens::s6(bench),
        Scenario::S7 => starting::s7(bench),
        Scenario::S1Pg => on(bench, On::Postgres, messages::s1),
        Scenario::S2Pg => on(bench, On::Postgres, messages::s2),
        Scenario::S1Pg2 => on(bench, On::TwoNodes, messages::s1),
        Scenario::S2Pg2 => on(bench, On::TwoNodes, messages::s2),
    }
}

/// Runs a scenario where its servers are there, and says where they are not.
fn on(bench: &Bench, on: On, scenario: fn(&Bench, On) -> Result<()>) -> Result<()> {
    if bench.postgres.is_none() || (on == On::TwoNodes && bench.nats.is_none()) {
        eprintln!(
            "not measured: scenarios{} need PostgreSQL (and NATS for two nodes)",
            on.suffix()
        );
        return Ok(());
    }
    scenario(bench, on)
}
