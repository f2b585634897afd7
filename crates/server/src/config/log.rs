//! `[log]`: what is told on the error output.

use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

use super::section::{Fault, Section, described, section};

section! {
    /// What is told on the error output.
    pub struct Log in "log" {
        /// `error`, `warn`, `info`, `debug` or `trace`; also for parts: `info,store=debug`.
        level: String = "info,tokio_postgres=warn".to_owned();
        /// `text` for people, `json` for programs.
        format: Format = Format::Text;
    }
}

/// How lines of the log look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

impl Section for Log {
    described!();

    fn check(&self) -> Result<(), Fault> {
        let parsed = EnvFilter::builder().parse(&self.level).map(drop);
        parsed.map_err(|error| Fault {
            key: "level",
            reason: format!("{:?}: {error}", self.level),
        })
    }
}

impl Log {
    /// Tells everything from here on to the error output.
    pub fn start(&self) {
        // Checked before, and bad parts of a filter are passed over.
        let filter = EnvFilter::builder().parse_lossy(&self.level);
        let lines = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(std::io::stderr);
        // A second start in the same process (tests) keeps the first one's choice.
        let _started = match self.format {
            Format::Text => lines
                .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
                .try_init(),
            Format::Json => lines.json().flatten_event(true).try_init(),
        };
    }
}
