//! Values that are never printed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What is printed instead.
const HIDDEN: &str = "[redacted]";

/// A value of the configuration that nothing prints: neither logs, nor errors, nor `check-config` (OPS-03, T1201).
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(HIDDEN)
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(HIDDEN)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The parser's own words would quote the value.
        let text = String::deserialize(deserializer).map_err(|_| serde::de::Error::custom("is not a text"))?;
        Ok(Self(text))
    }
}
