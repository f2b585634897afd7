//! `frontdesk backup` and `frontdesk restore`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use app::Clock;
use app::backup::{self, Manifest};
use clap::Args;
use store::Snapshot;

use super::check::look;
use super::say;
use crate::config::Config;

/// Flags of `backup`.
#[derive(Args)]
pub(super) struct Backup {
    /// New folder for the backup, or an empty one.
    #[arg(long, value_name = "FOLDER")]
    to: PathBuf,
}

/// Flags of `restore`.
#[derive(Args)]
pub(super) struct Restore {
    /// Folder of the backup.
    #[arg(long, value_name = "FOLDER")]
    from: PathBuf,
    /// Look afterwards whether everything holds together, like `frontdesk check`.
    #[arg(long)]
    verify: bool,
}

impl Backup {
    pub(super) async fn run(self, config: &Config) -> Result<ExitCode> {
        let url = config.database_settings().url;
        let mut snapshot = Snapshot::open(&url)
            .await
            .with_context(|| format!("opening the database {url}"))?;
        let folder = config.attachments_folder();
        let manifest = backup::make(&mut snapshot, folder.as_deref(), &self.to, Clock::system().now()).await?;
        say(&format!("Backup {}: {}", self.to.display(), contents(&manifest)));
        say("Not in it: secret.key (seals secrets in the database) and the settings. Keep copies of both elsewhere.");
        if manifest.attachments_elsewhere {
            say("Not in it: attachments, which lie in the object store. Keep versions of that bucket.");
        }
        Ok(complain(&manifest.damaged))
    }
}

impl Restore {
    pub(super) async fn run(self, config: &Config) -> Result<ExitCode> {
        let settings = config.database_settings();
        let now = Clock::system().now();
        let restored = backup::restore(&self.from, &settings, &config.data_dir, &config.attachments_dir(), now).await?;
        say(&format!("Restored {}", contents(&restored.manifest)));
        for name in &restored.applied {
            say(&format!("applied {name}"));
        }
        if config.secrets.key.is_none() && !config.data_dir.join("secret.key").exists() {
            say("Put your copy of secret.key into the data folder before the first start.");
        }
        let left = complain(&restored.damaged);
        if !self.verify {
            return Ok(left);
        }
        let (_, report) = look(config).await?;
        super::check::tell(&report);
        Ok(if report.is_clean() { left } else { ExitCode::FAILURE })
    }
}

fn contents(manifest: &Manifest) -> String {
    let counts = &manifest.counts;
    format!(
        "{} sessions, {} lines, {} agents, {} visitors, {} files of attachments, {} MiB, at {}",
        counts.sessions,
        counts.entries,
        counts.agents,
        counts.visitors,
        manifest.files,
        manifest.bytes.div_ceil(1024 * 1024),
        manifest.schema
    )
}

/// Names what is wrong with attachments; everything else is good.
fn complain(damaged: &[String]) -> ExitCode {
    for what in damaged {
        eprintln!("frontdesk: {what}");
    }
    if damaged.is_empty() {
        ExitCode::SUCCESS
    } else {
        eprintln!("frontdesk: everything else is whole, but not these attachments");
        ExitCode::FAILURE
    }
}
