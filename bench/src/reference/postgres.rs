//! The reference on PostgreSQL: one statement, one journey and one commit for all messages that wait.

use anyhow::{Context as _, Result, ensure};
use tokio::sync::mpsc;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Statement};

use super::GROUP;
use super::relay::{Message, Relay};

pub(super) async fn start(url: &str, mut waiting: mpsc::Receiver<Message>, relay: Relay) -> Result<()> {
    let (client, connection) = tokio_postgres::connect(url, NoTls)
        .await
        .context("connecting the reference")?;
    tokio::spawn(connection);
    client
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS messages (pair INT, side INT, client_id TEXT, body TEXT); TRUNCATE messages",
        )
        .await?;
    let setting: String = client.query_one("SHOW synchronous_commit", &[]).await?.get(0);
    ensure!(setting == "on", "synchronous_commit is {setting}");
    let types = [Type::INT4_ARRAY, Type::INT4_ARRAY, Type::TEXT_ARRAY, Type::TEXT_ARRAY];
    let insert = client
        .prepare_typed("INSERT INTO messages SELECT * FROM unnest($1, $2, $3, $4)", &types)
        .await?;
    tokio::spawn(async move {
        let mut group = Vec::with_capacity(GROUP);
        while waiting.recv_many(&mut group, GROUP).await > 0 {
            if let Err(error) = commit(&client, &insert, &group).await {
                eprintln!("the reference cannot write: {error}");
                std::process::exit(1);
            }
            relay.deliver(group.drain(..));
        }
    });
    Ok(())
}

async fn commit(client: &Client, insert: &Statement, group: &[Message]) -> Result<()> {
    let number = |value: usize| i32::try_from(value).unwrap_or(i32::MAX);
    let pairs: Vec<i32> = group.iter().map(|message| number(message.pair)).collect();
    let sides: Vec<i32> = group.iter().map(|message| number(message.side)).collect();
    let keys: Vec<&str> = group.iter().map(|message| message.client_id.as_str()).collect();
    let bodies: Vec<&str> = group.iter().map(|message| message.frame.as_str()).collect();
    client.execute(insert, &[&pairs, &sides, &keys, &bodies]).await?;
    Ok(())
}
