//! Files that the server prints about itself, committed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::cargo;

/// A committed file, and the server's command that prints it.
#[derive(Debug, Clone, Copy)]
pub struct Printed {
    file: &'static str,
    command: &'static str,
}

/// The document of the API.
pub const OPENAPI: Printed = Printed {
    file: "openapi.json",
    command: "openapi",
};
/// The settings, each explained.
pub const CONFIG: Printed = Printed {
    file: "config.example.toml",
    command: "example-config",
};

impl Printed {
    /// The committed file.
    #[must_use]
    pub fn committed(self, root: &Path) -> PathBuf {
        root.join(self.file)
    }

    /// What today's server prints; builds the server first when it has to.
    ///
    /// # Errors
    /// When the server does not build or does not answer.
    pub fn print(self, root: &Path) -> Result<String> {
        cargo::output(root, &["run", "--quiet", "--package", "server", "--", self.command])
    }

    /// Renews the committed file.
    ///
    /// # Errors
    /// As [`Printed::print`], or when the file cannot be written.
    pub fn write(self, root: &Path) -> Result<()> {
        let text = self.print(root)?;
        fs::write(self.committed(root), format!("{}\n", text.trim_end()))
            .with_context(|| format!("writing {}", self.file))
    }
}
