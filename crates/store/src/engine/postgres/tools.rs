//! PostgreSQL's own tools for copying a database, which know more about it than we ever shall.

use std::path::Path;
use std::process::{Command, Stdio};

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls;
use crate::engine::error::StoreError;

/// Writes a snapshot into a file, in `pg_restore`'s own format.
pub(super) fn dump(url: &str, snapshot: &str, file: &Path) -> Result<(), StoreError> {
    let mut command = tool("pg_dump", url)?;
    command
        .args(["--format=custom", "--no-owner", "--no-privileges", "--no-password"])
        .arg(format!("--snapshot={snapshot}"))
        .arg("--file")
        .arg(file);
    run("pg_dump", command)?;
    let synced = std::fs::File::open(file).and_then(|dump| dump.sync_all());
    synced.map_err(|error| StoreError::Disk(format!("pg_dump: {error}")))
}

/// Fills an empty database from such a file, wholly or not at all.
pub(crate) fn restore(url: &str, file: &Path) -> Result<(), StoreError> {
    let mut command = tool("pg_restore", url)?;
    command
        .args([
            "--exit-on-error",
            "--single-transaction",
            "--no-owner",
            "--no-privileges",
        ])
        .args(["--no-password", "--dbname", ""])
        .arg(file);
    run("pg_restore", command)
}

/// The tool, told by its environment where the database is: an argument would show the password to everybody on this
/// machine.
fn tool(name: &str, url: &str) -> Result<Command, StoreError> {
    let (config, tls) = tls::parse(url)?;
    let mut command = Command::new(name);
    let host = config.get_hosts().first().map(|host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    });
    let port = config.get_ports().first().map(u16::to_string);
    let password = config
        .get_password()
        .map(|word| String::from_utf8_lossy(word).into_owned());
    let settings = [
        ("PGHOST", host),
        ("PGPORT", port),
        ("PGUSER", config.get_user().map(str::to_owned)),
        ("PGPASSWORD", password),
        ("PGDATABASE", database(&config)),
    ];
    for (name, value) in settings {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    if tls.is_some() && config.get_ssl_mode() != SslMode::Disable {
        command.env("PGSSLMODE", "verify-full");
        command.env("PGSSLROOTCERT", tls::roots(url).unwrap_or_else(|| "system".to_owned()));
    }
    command.stdin(Stdio::null());
    Ok(command)
}

fn database(config: &Config) -> Option<String> {
    config.get_dbname().or(config.get_user()).map(str::to_owned)
}

fn run(name: &str, mut command: Command) -> Result<(), StoreError> {
    let output = command.output().map_err(|error| {
        StoreError::Unavailable(format!(
            "cannot run {name}: {error}; it comes with PostgreSQL's client programs (Debian: postgresql-client)"
        ))
    })?;
    if output.status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    if complaint.contains("No space left on device") {
        return Err(StoreError::StorageFull);
    }
    Err(StoreError::Unavailable(format!("{name} failed: {}", complaint.trim())))
}
