//! `frontdesk`: see `frontdesk --help`.

use std::process::ExitCode;

use clap::Parser as _;
use server::commands::{self, Cli};

#[tokio::main]
async fn main() -> ExitCode {
    // Before anything could want TLS; a second call would only say that there is one already.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    // Whatever this process makes is for its owner only: the database and its log, attachments, backups (T1212).
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    commands::run(Cli::parse()).await
}
