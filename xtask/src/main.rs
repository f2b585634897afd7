//! `cargo xtask <command>`: see `--help`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use xtask::catalogue::{Catalogue, State};
use xtask::{ids, printed, run, tree, web};

/// Generates, checks and runs Frontdesk's tree.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs all checks and tests: starts what they need, stops it, and says what could not run.
    Test {
        /// Only this part.
        #[arg(long)]
        only: Option<Part>,
    },
    /// Lists the capabilities, rules, complaints and contracts of an issue, or the threats or faults, that no test
    /// names.
    Ids(Ids),
    /// Writes `openapi.json` as the server knows it.
    Openapi,
    /// Renews everything generated: `openapi.json`, `config.example.toml`, then the TypeScript types.
    Gen,
    /// Builds for release and measures; `BENCH=quick` in two minutes, `BENCH=full` by the letter.
    Bench,
    /// Breaks a release for `CHAOS_SECONDS` (3600) on each engine and proves that nothing is lost.
    Chaos,
    /// Installs the web packages when the lock file changed and builds the web when a source did.
    Web,
}

/// Which ids.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Ids {
    /// Those of this issue.
    #[arg(long)]
    issue: Option<u32>,
    /// Threats (T ids), with what they wait for.
    #[arg(long)]
    threats: bool,
    /// Contracts, invariants and faults (C, I and F ids), with what they wait for.
    #[arg(long)]
    faults: bool,
}

/// A part of `test`.
#[derive(Clone, Copy, ValueEnum)]
enum Part {
    /// Format, clippy, all Rust tests.
    Rust,
    /// Types, lint, unit tests, builds with their budgets.
    Web,
    /// The journeys in a browser.
    E2e,
}

fn main() -> Result<ExitCode> {
    let root = tree::root();
    match Cli::parse().command {
        Command::Test { only } => {
            let wanted = match only {
                None => run::Wanted::all(),
                Some(Part::Rust) => run::Wanted {
                    rust: true,
                    ..run::Wanted::default()
                },
                Some(Part::Web) => run::Wanted {
                    web: true,
                    ..run::Wanted::default()
                },
                Some(Part::E2e) => run::Wanted {
                    e2e: true,
                    ..run::Wanted::default()
                },
            };
            return run::test(&root, wanted);
        }
        Command::Ids(Ids { issue: Some(issue), .. }) => return list_issue(&root, issue),
        Command::Ids(Ids { threats: true, .. }) => return list_cases(&root, Catalogue::Threats),
        Command::Ids(_) => return list_cases(&root, Catalogue::Faults),
        Command::Openapi => printed::OPENAPI.write(&root)?,
        Command::Gen => {
            printed::OPENAPI.write(&root)?;
            printed::CONFIG.write(&root)?;
            web::install(&root.join("web"))?;
            web::npm(
                &root.join("web"),
                &["run", "gen", "--workspace", "@frontdesk/api-client"],
            )?;
        }
        Command::Bench => return run::bench(&root),
        Command::Chaos => return run::chaos(&root),
        Command::Web => web::build_if_stale(&root)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists an issue's rows without a test; there should be none.
fn list_issue(root: &Path, issue: u32) -> Result<ExitCode> {
    let untested = ids::untested(root, issue)?;
    for row in &untested {
        println!("{}  {}", row.id, row.says);
    }
    if untested.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} of issue {issue} without a test", untested.len());
    Ok(ExitCode::FAILURE)
}

/// Lists the cases without a test and what they wait for; fails where the list and the tests contradict each other.
fn list_cases(root: &Path, catalogue: Catalogue) -> Result<ExitCode> {
    let cases = catalogue.cases(root)?;
    for case in cases.iter().filter(|case| case.state != State::Tested) {
        println!("{}  {}", case.id, case.state);
    }
    let untruths = catalogue.untruths(root)?;
    for untruth in &untruths {
        eprintln!("{}: {untruth}", catalogue.file());
    }
    let count = |is: fn(&State) -> bool| cases.iter().filter(|case| is(&case.state)).count();
    eprintln!(
        "{} tested, {} not built yet, {} open",
        count(|state| *state == State::Tested),
        count(|state| matches!(state, State::NotBuilt(_))),
        count(|state| matches!(state, State::Open(_))),
    );
    Ok(if untruths.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
