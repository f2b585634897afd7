//! `openapi.json`: what the server says about itself, committed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cargo;

/// The committed document.
#[must_use]
pub fn committed(root: &Path) -> PathBuf {
    root.join("openapi.json")
}

/// The document as today's server prints it; builds the server first when it has to.
///
/// # Errors
/// When the server does not build or does not answer.
pub fn printed(root: &Path) -> Result<String> {
    cargo::output(root, &["run", "--quiet", "--package", "server", "--", "openapi"])
}

/// Renews the committed document.
///
/// # Errors
/// As [`printed`], or when the file cannot be written.
pub fn write(root: &Path) -> Result<()> {
    let document = printed(root)?;
    fs::write(committed(root), format!("{}\n", document.trim_end())).context("writing openapi.json")
}
