//! `[bus]`: how several nodes on one database hear of each other's news.

use std::fmt;

use ::bus::nats::{NatsSettings, NatsUrl};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::section::{Fault, Section, described, section};

section! {
    /// How several nodes on one PostgreSQL database hear of each other's news. One node needs nothing of this.
    pub struct Bus in "bus" {
        /// NATS server, the same for all nodes; several of a cluster are separated by commas. It carries names of what
        /// moved on and keeps nothing: without it nodes go on, and hear of news within two seconds.
        nats_url: Option<Nats> = None => "\"nats://127.0.0.1:4222\"";
        /// Subject of this desk's messages there. Desks that share a NATS server need different ones.
        subject: String = "frontdesk".to_owned();
    }
}

impl Section for Bus {
    described!();

    fn check(&self) -> Result<(), Fault> {
        let is_token = |token: &str| {
            !token.is_empty()
                && token
                    .chars()
                    .all(|char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_'))
        };
        if self.subject.len() > 128 || !self.subject.split('.').all(is_token) {
            return Err(Fault {
                key: "subject",
                reason: "is not made of letters, digits, - and _, separated by dots".to_owned(),
            });
        }
        Ok(())
    }
}

impl Bus {
    /// How to reach the other nodes; none for a desk on one node.
    #[must_use]
    pub fn nats(&self, node_name: &str) -> Option<NatsSettings> {
        self.nats_url.as_ref().map(|url| NatsSettings {
            url: url.0.clone(),
            subject: self.subject.clone(),
            node_name: node_name.to_owned(),
        })
    }
}

/// The address of NATS; prints without its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Nats(pub NatsUrl);

impl fmt::Debug for Nats {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl Serialize for Nats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Nats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The parser's own words would quote the value, password included.
        let text = String::deserialize(deserializer).map_err(|_| serde::de::Error::custom("is not a text"))?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}
