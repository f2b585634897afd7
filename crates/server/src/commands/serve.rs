//! `frontdesk serve`.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use app::first_start::{AddedAdmin, FirstAdmin};
use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::{DISK_FAILED, reload, say};
use crate::config::{Config, Sources};
use crate::desk::Desk;
use crate::trace;
use crate::wiring::Kit;

/// Flags of `serve`.
#[derive(Args)]
pub(super) struct Serve {
    /// Address and port to listen on; port 0 takes any free one [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub(super) listen: Option<String>,
    /// Where people reach the desk, for links in mails [default: what it listens on].
    #[arg(long, value_name = "URL")]
    pub(super) public_url: Option<String>,
    /// NATS server that joins several nodes on one PostgreSQL database: `nats://user:password@host:4222`.
    #[arg(long, value_name = "URL")]
    pub(super) nats_url: Option<String>,
    /// What to call this node among several [default: the name of the machine].
    #[arg(long, value_name = "NAME")]
    pub(super) node_name: Option<String>,
}

pub(super) async fn run(mut config: Config, sources: &Sources) -> Result<ExitCode> {
    let mut told = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hung_up = signal(SignalKind::hangup())?;
    let desk = Desk::start(&config, Kit::default(), &first_admin()).await?;
    if let Some(admin) = &desk.first_admin {
        introduce(&desk, admin);
    }
    for complaint in &desk.complaints {
        say(&format!("warning: {complaint}"));
    }
    let scheme = if desk.certificate.is_some() { "https" } else { "http" };
    say(&format!("listening on {scheme}://{}", desk.address));
    let reason = loop {
        tokio::select! {
            reason = desk.app.store.fatal() => break reason,
            _ = told.0.recv() => return finish(desk, told).await,
            _ = told.1.recv() => return finish(desk, told).await,
            _ = hung_up.recv() => reload::reload(&desk, &mut config, sources),
        }
    };
    end_at_once(&reason);
}

async fn finish(desk: Desk, mut told: (Signal, Signal)) -> Result<ExitCode> {
    tracing::info!("Stopping");
    let store = desk.app.store.clone();
    // Who is told twice is in a hurry.
    tokio::select! {
        () = desk.drain() => {}
        _ = told.0.recv() => {}
        _ = told.1.recv() => {}
        reason = store.fatal() => end_at_once(&reason),
    }
    // The disk may fail under the last writes: that is no orderly end.
    tokio::select! {
        () = desk.stop() => {}
        reason = store.fatal() => end_at_once(&reason),
    }
    if let Ok(reason) = tokio::time::timeout(Duration::ZERO, store.fatal()).await {
        end_at_once(&reason);
    }
    tracing::info!("Stopped");
    trace::finish().await;
    Ok(ExitCode::SUCCESS)
}

/// What was confirmed is on the disk; nothing else may be done with a disk that fails (C15).
fn end_at_once(reason: &str) -> ! {
    tracing::error!("The disk of the database failed, ending at once: {reason}");
    std::process::exit(i32::from(DISK_FAILED));
}

/// The first administrator as the environment wants one (OPS-01).
fn first_admin() -> FirstAdmin {
    let given = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    FirstAdmin {
        email: given("FRONTDESK_ADMIN_EMAIL"),
        password: given("FRONTDESK_ADMIN_PASSWORD"),
        ..FirstAdmin::default()
    }
}

fn introduce(desk: &Desk, admin: &AddedAdmin) {
    say("This is a new desk. Its first administrator:");
    say(&format!("  address   {}/", desk.app.settings.public_url));
    say(&format!("  e-mail    {}", admin.email));
    match &admin.password {
        Some(password) => say(&format!(
            "  password  {password}   (shown once; to be changed at the first sign-in)"
        )),
        None => say("  password  as given in FRONTDESK_ADMIN_PASSWORD"),
    }
}
