//! `[database]`: where everything is kept.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use store::DatabaseUrl;

use super::section::{Fault, Section, described, section};

section! {
    /// Where everything is kept.
    pub struct Database in "database" {
        /// An SQLite file (`sqlite:/path/to/frontdesk.db`) or a PostgreSQL database
        /// (`postgres://user:password@host/name`). Without it: the file `frontdesk.db` in the data folder.
        url: Option<Url> = None => "\"postgres://frontdesk:secret@127.0.0.1/frontdesk\"";
        /// At most this many connections for reading.
        pool: usize = 8;
        /// PostgreSQL: so many connections for writing. SQLite always has one.
        lanes: usize = 4;
    }
}

impl Section for Database {
    described!();

    fn check(&self) -> Result<(), Fault> {
        Fault::unless_in("pool", self.pool, 1..=200)?;
        Fault::unless_in("lanes", self.lanes, 1..=64)
    }
}

/// The address of a database; prints without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url(pub DatabaseUrl);

impl Serialize for Url {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The parser's own words would quote the value, password included.
        let text = String::deserialize(deserializer).map_err(|_| serde::de::Error::custom("is not a text"))?;
        text.parse().map(Self).map_err(serde::de::Error::custom)
    }
}
