//! `frontdesk flow`: flows without a desk, on the same check and interpreter (FLOW-13, FLOW-15).

mod talk;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use domain::flow::{Document, Known, Severity, check};

use self::talk::Try;
use super::say;

/// What to do with a flow.
#[derive(Subcommand)]
pub(super) enum Flow {
    /// Prints every fault of a flow that keeps it from being published, one a line, or nothing.
    ///
    /// Reads no database: groups, bots and secrets that the flow names count as existing. What only looks like a fault
    /// is told on standard error. Exit code 0: it has no faults; 1: it has, or the file cannot be read.
    Check(Check),
    /// Talks with a flow by standard input and output, as a visitor would.
    ///
    /// Each line is a message of the visitor; options may be answered by their number. What the outside must do is
    /// answered by flags and by lines that begin with a slash: `/help` lists them. Nothing is called, stored or sent.
    Try(Try),
}

/// Flags of `flow check`.
#[derive(Args)]
pub(super) struct Check {
    /// The flow, as exported (JSON).
    file: PathBuf,
    /// Print each fault as a JSON object: `node`, `field`, `severity`, `fault`. Includes what only looks like one.
    #[arg(long)]
    json: bool,
}

impl Flow {
    pub(super) fn run(self) -> Result<ExitCode> {
        match self {
            Self::Check(command) => command.run(),
            Self::Try(command) => command.run(),
        }
    }
}

impl Check {
    fn run(self) -> Result<ExitCode> {
        let document = read(&self.file)?;
        let faults = check(&document, &known(&document));
        for fault in &faults {
            if self.json {
                say(&serde_json::to_string(fault)?);
            } else if fault.severity == Severity::Error {
                say(&fault.to_string());
            } else {
                eprintln!("frontdesk: {fault}");
            }
        }
        let is_fit = faults.iter().all(|fault| fault.severity != Severity::Error);
        Ok(if is_fit { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The flow in a file.
fn read(file: &Path) -> Result<Document> {
    let text = std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))?;
    // Some editors mark UTF-8 so.
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    Document::parse(text).with_context(|| file.display().to_string())
}

/// Everything that a document names: without a desk nobody knows better.
fn known(document: &Document) -> Known {
    Known {
        skill_groups: document.skill_groups(),
        bots: document.bots(),
        secrets: document.secrets(),
    }
}
