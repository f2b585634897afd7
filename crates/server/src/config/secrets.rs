//! `[secrets]`: the key that seals what the database keeps secret.

use super::secret::Secret;
use super::section::{Fault, Section, described, section};

section! {
    /// The key that seals secrets in the database.
    pub struct Secrets in "secrets" {
        /// 64 hexadecimal digits (`openssl rand -hex 32`). Without it: the file `secret.key` in the data folder, made
        /// at the first start. Keep a copy apart from the database's backups.
        key: Option<Secret> = None => "\"0000000000000000000000000000000000000000000000000000000000000000\"";
    }
}

impl Section for Secrets {
    described!();

    fn check(&self) -> Result<(), Fault> {
        match &self.key {
            Some(key) if parse_key(key.reveal()).is_none() => Err(Fault {
                key: "key",
                reason: "is not 64 hexadecimal digits".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// Reads 64 hexadecimal digits.
#[must_use]
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = [0; 32];
    for (byte, digits) in key.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(key)
}
