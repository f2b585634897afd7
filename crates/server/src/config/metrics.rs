//! `[metrics]`: who may read `/metrics`.

use std::net::SocketAddr;

use super::secret::Secret;
use super::section::{Fault, Section, described, section};

section! {
    /// Who may read `/metrics` and what else is for operators only. Callers of this machine may, as long as no
    /// proxy is between; everybody else finds nothing there.
    pub struct Metrics in "metrics" {
        /// Address and port of a listener of its own, which answers whoever reaches it: keep it inside your
        /// network. Without it there is none.
        listen: Option<SocketAddr> = None => "\"10.0.0.5:9090\"";
        /// Whoever sends it (`Authorization: Bearer …`) may read them at the desk's own address too. At least
        /// 16 characters.
        token: Option<Secret> = None => "\"a long secret text\"";
    }
}

impl Section for Metrics {
    described!();

    fn check(&self) -> Result<(), Fault> {
        match &self.token {
            Some(token) if token.reveal().len() < 16 => Err(Fault {
                key: "token",
                reason: "is shorter than 16 characters".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}
