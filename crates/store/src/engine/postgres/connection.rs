//! How a connection is made, and what its errors mean.

use std::time::Duration;

use deadpool_postgres::Connect;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, Error, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use tracing::{debug, warn};

use super::tls;
use crate::engine::error::StoreError;

/// A server that takes longer to accept a connection is treated as gone.
const CONNECT: Duration = Duration::from_secs(5);
/// A peer that stays silent on sent data for so long is gone (C11).
const SILENCE: Duration = Duration::from_secs(20);

/// A forgotten transaction must not hold its locks, and no statement of ours runs long.
const SETTINGS: &str = "SET idle_in_transaction_session_timeout = '10s'; SET statement_timeout = '30s'";
/// Readers cannot write even by mistake.
const READER_SETTINGS: &str = "SET default_transaction_read_only = on";

/// Makes connections.
#[derive(Clone)]
pub(super) struct Connector {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    is_reader: bool,
}

impl Connector {
    pub(super) fn new(url: &str) -> Result<Self, StoreError> {
        let (mut config, tls) = tls::parse(url)?;
        config
            .connect_timeout(CONNECT)
            .tcp_user_timeout(SILENCE)
            .keepalives_idle(SILENCE);
        if config.get_application_name().is_none() {
            config.application_name("frontdesk");
        }
        Ok(Self {
            config,
            tls,
            is_reader: false,
        })
    }

    /// The same for connections that only read.
    pub(super) fn for_reading(mut self) -> Self {
        self.is_reader = true;
        self
    }

    /// What a pool wants to know; the connector itself does the connecting.
    pub(super) fn config(&self) -> Config {
        self.config.clone()
    }

    /// A connection that confirms only what is durable (C01).
    pub(super) async fn durable(&self) -> Result<Client, StoreError> {
        let connecting = async {
            let (client, _) = self.open().await.map_err(|error| failure("connecting", &error))?;
            verify_durability(&client).await?;
            Ok(client)
        };
        let late = || StoreError::Unavailable("PostgreSQL does not answer".to_owned());
        tokio::time::timeout(CONNECT, connecting).await.map_err(|_| late())?
    }

    async fn open(&self) -> Result<(Client, JoinHandle<()>), Error> {
        let (client, task) = match &self.tls {
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await?;
                (client, tokio::spawn(connection.map(report)))
            }
            None => {
                let (client, connection) = self.config.connect(NoTls).await?;
                (client, tokio::spawn(connection.map(report)))
            }
        };
        client.batch_execute(SETTINGS).await?;
        if self.is_reader {
            client.batch_execute(READER_SETTINGS).await?;
        }
        Ok((client, task))
    }
}

impl Connect for Connector {
    fn connect(&self, _: &Config) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), Error>> {
        Box::pin(self.open())
    }
}

/// Whoever used the connection reports the failure; this is for those who look for its cause.
fn report(ended: Result<(), Error>) {
    if let Err(error) = ended {
        debug!("A connection to PostgreSQL ended: {error}");
    }
}

async fn verify_durability(client: &Client) -> Result<(), StoreError> {
    const SHOWN: &str = "SELECT current_setting('synchronous_commit'), current_setting('fsync'),
                                current_setting('server_encoding')";
    let row = client
        .query_one(SHOWN, &[])
        .await
        .map_err(|error| failure("connecting", &error))?;
    let (commit, fsync, encoding): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
    if !matches!(commit, "on" | "remote_apply") {
        let text =
            format!("PostgreSQL runs with synchronous_commit = {commit}: confirmed writes could be lost. Set it to on");
        return Err(StoreError::Durability(text));
    }
    if encoding != "UTF8" {
        let text = format!("the PostgreSQL database has the encoding {encoding}; create it with ENCODING 'UTF8'");
        return Err(StoreError::Url(text));
    }
    if fsync != "on" {
        warn!("PostgreSQL runs with fsync = {fsync}: after a crash of its machine confirmed writes are lost");
    }
    Ok(())
}

/// The engine's error in the store's words.
pub(super) fn failure(statement: &'static str, error: &Error) -> StoreError {
    let Some(cause) = error.as_db_error() else {
        return StoreError::Unavailable(format!("{statement}: {}", in_full(error)));
    };
    let detail = format!("{} ({})", cause.message(), cause.code().code());
    let code = cause.code();
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return StoreError::Stale;
    }
    if *code == SqlState::UNIQUE_VIOLATION {
        return StoreError::Duplicate { statement, detail };
    }
    if *code == SqlState::DISK_FULL {
        return StoreError::StorageFull;
    }
    // Connections (08), resources (53), interventions (57), locks (55), sign-in (28), no such base (3D).
    let class = code.code().get(..2).unwrap_or_default();
    if matches!(class, "08" | "53" | "57" | "55" | "28" | "3D") {
        return StoreError::Unavailable(format!("{statement}: {detail}"));
    }
    StoreError::Sql { statement, detail }
}

/// Whether the connection cannot be used any more: it broke, or the server said good-bye.
pub(super) fn is_lost(error: &Error) -> bool {
    let Some(cause) = error.as_db_error() else {
        return true;
    };
    let code = cause.code().code();
    code.starts_with("08") || code.starts_with("57P")
}

/// The driver's errors hide their cause behind a short word.
pub(super) fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(deeper) = cause {
        text = format!("{text}: {deeper}");
        cause = deeper.source();
    }
    text
}
