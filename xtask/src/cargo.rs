//! Calls of cargo from a program that cargo itself runs.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// Variables that `cargo run` and `cargo test` set for the program, not for its children: some build
/// scripts watch them and would run again for each caller.
const OF_THE_CALLER: &[&str] = &[
    "CARGO_PKG_",
    "CARGO_MANIFEST_",
    "CARGO_BIN_",
    "CARGO_CRATE_NAME",
    "CARGO_PRIMARY_PACKAGE",
];

/// The cargo that this program was built with, in the repository `root`.
#[must_use]
pub fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root);
    for (key, _) in std::env::vars_os() {
        let name = key.to_string_lossy();
        if OF_THE_CALLER.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&key);
        }
    }
    command
}

/// What cargo printed.
///
/// # Errors
/// When it fails; with what it said about that.
pub fn output(root: &Path, arguments: &[&str]) -> Result<String> {
    let output = command(root, arguments).output().context("running cargo")?;
    ensure!(
        output.status.success(),
        "cargo {} failed:\n{}",
        arguments.join(" "),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(String::from_utf8(output.stdout)?)
}
