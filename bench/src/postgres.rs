//! Databases of one run on a PostgreSQL server that somebody else started.

use anyhow::{Context as _, Result};
use tokio_postgres::NoTls;
use url::Url;
use uuid::Uuid;

use crate::target::desk::block_on;

/// Makes a database; answers its address.
///
/// # Errors
/// When the server refuses.
pub fn new_database(server: &str) -> Result<String> {
    let name = format!("bench_{}", Uuid::new_v4().simple());
    command(server, &format!("CREATE DATABASE {name}"))?;
    let mut url = Url::parse(server)?;
    url.set_path(&name);
    Ok(url.into())
}

/// Removes a database, whoever is connected.
///
/// # Errors
/// When the server refuses.
pub fn drop_database(server: &str, database: &str) -> Result<()> {
    let url = Url::parse(database)?;
    let name = url.path().trim_start_matches('/');
    command(server, &format!("DROP DATABASE {name} WITH (FORCE)"))
}

fn command(server: &str, text: &str) -> Result<()> {
    block_on(async {
        let (client, connection) = tokio_postgres::connect(server, NoTls)
            .await
            .context("connecting to PostgreSQL")?;
        let running = tokio::spawn(connection);
        client.batch_execute(text).await?;
        drop(client);
        running.await??;
        Ok(())
    })
}
