//! The bare program: WebSocket in, one durable row, WebSocket out. What it does on a machine is the limit there; it
//! knows no people, no rules and no sessions, only pairs of connections.
//!
//! The first frame of a connection says which: `PAIR SIDE`. Every later one is a message: it is stored, then its
//! sender gets an `ack` with its `client_id`, and the other side of the pair gets the frame as it was.

mod postgres;
mod relay;
mod sqlite;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use relay::Relay;

/// Messages that may wait for the disk; further senders wait.
const QUEUE: usize = 8192;
/// Most messages of one commit.
const GROUP: usize = 1024;

/// Where the reference keeps its rows.
#[derive(Debug, Clone)]
pub enum Database {
    /// A new SQLite file, WAL, `synchronous=FULL`.
    Sqlite(PathBuf),
    /// A PostgreSQL database with `synchronous_commit=on`.
    Postgres(String),
}

impl std::str::FromStr for Database {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text.starts_with("postgres") {
            Self::Postgres(text.to_owned())
        } else {
            Self::Sqlite(PathBuf::from(text))
        })
    }
}

/// Serves on a free port, which is printed, until the process is ended.
///
/// # Errors
/// When the database or the port cannot be used.
pub async fn serve(database: &Database) -> Result<()> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = listener.local_addr()?;
    let (queue, waiting) = mpsc::channel(QUEUE);
    let relay = Relay::new(queue);
    match database {
        Database::Sqlite(path) => {
            sqlite::start(path, waiting, relay.clone()).context("opening the reference's file")?
        }
        Database::Postgres(url) => postgres::start(url, waiting, relay.clone()).await?,
    }
    println!("listening on http://{address}");
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(relay.clone().serve(stream));
    }
}
