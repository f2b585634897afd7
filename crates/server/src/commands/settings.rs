//! Commands that only print.

use std::process::ExitCode;

use anyhow::Result;

use super::say;
use crate::config::{self, Config};

pub(super) fn check_config(config: &Config) -> Result<ExitCode> {
    say(&format!("# The database is {}", config.database_settings().url));
    let folder = config.attachments_dir();
    match config.files.bucket() {
        Some(bucket) => say(&format!("# Attachments lie in the bucket {}", bucket.bucket)),
        None => say(&format!("# Attachments lie in {}", folder.display())),
    }
    say(config.to_toml()?.trim_end());
    Ok(ExitCode::SUCCESS)
}

pub(super) fn openapi() -> Result<ExitCode> {
    say(&api::document().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn example() -> Result<ExitCode> {
    say(config::example()?.trim_end());
    Ok(ExitCode::SUCCESS)
}
