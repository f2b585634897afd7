//! The web front: its packages and its builds, renewed only when something changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use crate::tree;

/// The pages that a build of the web leaves behind.
const BUILT: &[&str] = &[
    "apps/desk/dist/index.html",
    "apps/visitor/dist/index.en.html",
    "apps/visitor/dist/widget/widget.js",
];

/// Runs npm in `folder`.
///
/// # Errors
/// When npm is missing or fails.
pub fn npm(folder: &Path, arguments: &[&str]) -> Result<()> {
    let status = Command::new("npm")
        .args(arguments)
        .current_dir(folder)
        .status()
        .context("running npm (Node 20.19 or newer)")?;
    ensure!(
        status.success(),
        "npm {} failed in {}",
        arguments.join(" "),
        folder.display()
    );
    Ok(())
}

/// Installs the packages of the lock file in `folder` unless that was done since it changed.
///
/// # Errors
/// As [`npm`].
pub fn install(folder: &Path) -> Result<()> {
    if is_installed(folder) {
        Ok(())
    } else {
        npm(folder, &["ci"])
    }
}

/// Whether `npm ci` ran since the lock file changed.
#[must_use]
pub fn is_installed(folder: &Path) -> bool {
    let installed = changed(&folder.join("node_modules/.package-lock.json"));
    installed.is_some() && installed >= changed(&folder.join("package-lock.json"))
}

/// Builds both apps when a source is newer than what was built.
///
/// # Errors
/// As [`npm`].
pub fn build_if_stale(root: &Path) -> Result<()> {
    let web = root.join("web");
    let built = BUILT.iter().map(|page| changed(&web.join(page))).min().flatten();
    let newest = sources(&web).iter().filter_map(|source| changed(source)).max();
    if built.is_some() && built >= newest {
        return Ok(());
    }
    install(&web)?;
    npm(&web, &["run", "build"])
}

/// Everything that a build reads; tests are none of it.
fn sources(web: &Path) -> Vec<PathBuf> {
    tree::files(web, &|path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        !name.contains(".test.")
    })
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}
