//! The quick way over NATS: core publish and subscribe, nothing kept there. While NATS cannot be reached bells are let
//! go: they reach other nodes the sure way, and none wait here.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use futures_util::StreamExt as _;
use tokio::task::JoinHandle;

use crate::{Line, Moved};

/// How long NATS may take for one message before it is let go.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to stay away before the first try to come back, and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// So often the connection is asked whether it stands; it is given up after two silent times.
const PING_EVERY: Duration = Duration::from_secs(5);
/// Messages that may wait to be read; more are let go (C10).
const WAITING_MAX: usize = 4_096;

/// Where NATS is: one server or several of a cluster, separated by commas. Prints without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsUrl(Vec<ServerAddr>);

/// No address of NATS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotANatsUrl(String);

impl fmt::Display for NotANatsUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for NotANatsUrl {}

impl FromStr for NatsUrl {
    type Err = NotANatsUrl;

    fn from_str(text: &str) -> Result<Self, NotANatsUrl> {
        // The parser's own words could quote the password.
        let refused = |reason: &str| NotANatsUrl(format!("is no address of NATS: {reason}"));
        let parsed = text.split(',').map(|one| one.trim().parse::<ServerAddr>());
        let servers: Vec<ServerAddr> = parsed
            .collect::<Result<_, _>>()
            .map_err(|_| refused("it looks like nats://host:4222 or tls://user:password@host:4222"))?;
        let is_good = |server: &ServerAddr| matches!(server.scheme(), "nats" | "tls") && !server.host().is_empty();
        if !servers.iter().all(is_good) {
            return Err(refused("it begins with nats:// or tls:// and names a host"));
        }
        Ok(Self(servers))
    }
}

impl fmt::Display for NatsUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, server) in self.0.iter().enumerate() {
            let comma = if number > 0 { "," } else { "" };
            let secret = if server.has_user_pass() { "[redacted]@" } else { "" };
            write!(
                out,
                "{comma}{}://{secret}{}:{}",
                server.scheme(),
                server.host(),
                server.port()
            )?;
        }
        Ok(())
    }
}

impl fmt::Debug for NatsUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self}")
    }
}

/// How to reach the other nodes.
#[derive(Debug, Clone)]
pub struct NatsSettings {
    /// Where NATS is.
    pub url: NatsUrl,
    /// The subject of all nodes of one desk.
    pub subject: String,
    /// This node's name, for those who look at NATS.
    pub node_name: String,
}

/// Carries bells until dropped.
#[derive(Debug)]
pub struct Carrier(JoinHandle<()>);

impl Drop for Carrier {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Carries the bells of `line` from now on. NATS need not be there: it is looked for until it is, and again whenever it
/// is lost.
#[must_use]
pub fn carry(line: Line, settings: NatsSettings) -> Carrier {
    Carrier(tokio::spawn(run(Arc::new(line), settings)))
}

async fn run(line: Arc<Line>, settings: NatsSettings) {
    loop {
        let ended = carry_until_closed(&line, &settings).await;
        line.set_reached(false);
        if let Err(error) = ended {
            tracing::error!(%error, "NATS at {} cannot be used; trying again", settings.url);
        }
        tokio::time::sleep(LONGEST_PAUSE).await;
    }
}

async fn carry_until_closed(line: &Arc<Line>, settings: &NatsSettings) -> Result<(), async_nats::Error> {
    let client = options(line, settings).connect(settings.url.0.clone()).await?;
    let mut bells = client.subscribe(settings.subject.clone()).await?;
    loop {
        tokio::select! {
            moved = line.next() => publish(&client, settings, &moved).await,
            message = bells.next() => match message {
                Some(message) => line.brings(&Moved::from_text(&String::from_utf8_lossy(&message.payload))),
                None => return Ok(()),
            },
        }
    }
}

async fn publish(client: &Client, settings: &NatsSettings, moved: &Moved) {
    if client.connection_state() != State::Connected {
        return;
    }
    let sending = client.publish(settings.subject.clone(), moved.to_text().into());
    match tokio::time::timeout(PATIENCE, sending).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "NATS did not take a bell"),
        Err(_) => tracing::warn!("NATS is too slow for a bell"),
    }
}

fn options(line: &Arc<Line>, settings: &NatsSettings) -> ConnectOptions {
    let (line, url) = (Arc::downgrade(line), settings.url.clone());
    let options = ConnectOptions::new()
        .name(format!("frontdesk {}", settings.node_name))
        // Own bells rang here already.
        .no_echo()
        .retry_on_initial_connect()
        .max_reconnects(None)
        .reconnect_delay_callback(pause)
        .ping_interval(PING_EVERY)
        .subscription_capacity(WAITING_MAX)
        .event_callback(move |event| {
            let (line, url) = (line.clone(), url.clone());
            async move { note(line.upgrade().as_deref(), &url, &event) }
        });
    let server = settings.url.0.first();
    match server.map(|server| (server.username(), server.password())) {
        Some((Some(user), Some(password))) => options.user_and_password(user.to_owned(), password.to_owned()),
        Some((Some(token), None)) => options.token(token.to_owned()),
        _ => options,
    }
}

fn pause(attempts: usize) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(u32::MAX).min(10);
    (FIRST_PAUSE * 2_u32.pow(doublings)).min(LONGEST_PAUSE)
}

fn note(line: Option<&Line>, url: &NatsUrl, event: &Event) {
    let Some(line) = line else { return };
    match event {
        Event::Connected => {
            line.set_reached(true);
            tracing::info!("NATS at {url} is reached: other nodes hear of news at once");
        }
        Event::Disconnected | Event::Closed => {
            line.set_reached(false);
            tracing::warn!("NATS at {url} is lost: other nodes hear of news within two seconds until it is back");
        }
        Event::SlowConsumer(_) => tracing::warn!("Bells came faster than they were heard; some were let go"),
        Event::ServerError(error) => tracing::warn!(%error, "NATS complains"),
        Event::ClientError(error) => tracing::debug!(%error, "NATS is not reached yet"),
        Event::LameDuckMode | Event::Draining => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-03, T1201: addresses are read strictly and print without their passwords.
    #[test]
    fn addresses_print_without_passwords() {
        let shown = |text: &str| text.parse::<NatsUrl>().map(|url| url.to_string());
        assert_eq!(shown("nats://127.0.0.1:4222").as_deref(), Ok("nats://127.0.0.1:4222"));
        assert_eq!(
            shown("nats://one, tls://two:1").as_deref(),
            Ok("nats://one:4222,tls://two:1")
        );
        let with_password = shown("tls://desk:s3cret@nats.example.com").expect("an address");
        assert_eq!(with_password, "tls://[redacted]@nats.example.com:4222");
        for wrong in ["", "http://host", "ws://host", "nats://", "nats://user:s3cret@ho st"] {
            let refused = shown(wrong).expect_err(wrong);
            assert!(!refused.to_string().contains("s3cret"), "{refused}");
        }
    }

    /// F25: it is tried again for ever, never in a hurry and never after long.
    #[test]
    fn pauses_grow_to_a_bound() {
        assert_eq!(
            [1, 2, 5, 6, 1_000_000].map(|tries| pause(tries).as_millis()),
            [100, 200, 1_600, 2_000, 2_000]
        );
        assert_eq!(pause(0), FIRST_PAUSE);
    }
}
