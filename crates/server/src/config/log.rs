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
