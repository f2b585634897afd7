//! `cargo xtask <command>`: see `--help`.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};
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
    /// Lists the capabilities, rules, complaints and contracts of an issue that no test names.
    Ids {
        /// Number of the issue.
        #[arg(long)]
        issue: u32,
    },
    /// Writes `openapi.json` as the server knows it.
    Openapi,
    /// Renews everything generated: `openapi.json`, `config.example.toml`, then the TypeScript types.
    Gen,
    /// Installs the web packages when the lock file changed and builds the web when a source did.
    Web,
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
        Command::Ids { issue } => {
            let untested = ids::untested(&root, issue)?;
            for row in &untested {
                println!("{}  {}", row.id, row.says);
            }
            if !untested.is_empty() {
                eprintln!("{} of issue {issue} without a test", untested.len());
                return Ok(ExitCode::FAILURE);
            }
        }
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
        Command::Web => web::build_if_stale(&root)?,
    }
    Ok(ExitCode::SUCCESS)
}
