//! `frontdesk check`.

use std::process::ExitCode;

use anyhow::{Context as _, Result};
use app::check::Report;
use clap::Args;
use serde::Serialize;
use store::Snapshot;

use super::say;
use crate::config::Config;

/// Flags of `check`.
#[derive(Args)]
pub(super) struct Check {
    /// Print one JSON object: `ok`, `database`, `schema`, `counts`, `rules`, `faults`.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Printed<'r> {
    ok: bool,
    database: String,
    schema: &'r str,
    #[serde(flatten)]
    report: &'r Report,
}

impl Check {
    pub(super) async fn run(self, config: &Config) -> Result<ExitCode> {
        let url = config.database_settings().url;
        let (schema, report) = look(config).await?;
        if self.json {
            let printed = Printed {
                ok: report.is_clean(),
                database: url.to_string(),
                schema: &schema,
                report: &report,
            };
            say(&serde_json::to_string(&printed)?);
        } else {
            say(&format!("Database {url}, at {schema}"));
            tell(&report);
        }
        Ok(if report.is_clean() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}

/// Looks at everything; answers the newest migration too.
pub(super) async fn look(config: &Config) -> Result<(String, Report)> {
    let url = config.database_settings().url;
    let mut snapshot = Snapshot::open(&url)
        .await
        .with_context(|| format!("opening the database {url}"))?;
    let schema = snapshot.schema().await?;
    let folder = config.attachments_folder();
    let report = app::check::run(&mut snapshot, folder.as_deref(), app::Clock::system().now()).await?;
    Ok((schema, report))
}

/// Tells a person what was looked at and what was found.
pub(super) fn tell(report: &Report) {
    let counts = &report.counts;
    say(&format!(
        "{} sessions, {} lines, {} attachments ({} MiB), {} agents, {} visitors, {} mails, {} lines of audit",
        counts.sessions,
        counts.entries,
        counts.attachments,
        report.attachment_bytes / (1024 * 1024),
        counts.agents,
        counts.visitors,
        counts.outbox,
        counts.audit
    ));
    for rule in &report.rules {
        let verdict = match rule.faults {
            0 => "ok".to_owned(),
            1 => "1 FAULT".to_owned(),
            faults => format!("{faults} FAULTS"),
        };
        say(&format!("  {:<14} {:<10} {}", rule.rule, verdict, rule.about));
    }
    for fault in &report.faults {
        say(&format!("{}: {} {}", fault.rule, fault.place, fault.what));
    }
    if report.not_listed > 0 {
        say(&format!("… and {} more", report.not_listed));
    }
    say(if report.is_clean() {
        "Everything holds."
    } else {
        "Not everything holds: docs/backup.md says what to do."
    });
}
