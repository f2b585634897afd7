//! `[outbound]`: calls that the desk makes because a contact centre wants them, such as those of flows.

use super::section::{Fault, Section, described, section};

section! {
    /// Calls that leave the desk because a contact centre wants them, such as those of flows. They reach public
    /// addresses on ports 80 and 443 only; what else they may reach stands here. Each start says so in the log.
    pub struct Outbound in "outbound" {
        /// Hosts in your own network that may be called all the same: names or addresses, as they stand in a URL.
        allowed_hosts: Vec<String> = Vec::new();
        /// Ports beside 80 and 443 that may be called, on any host that may be.
        allowed_ports: Vec<u16> = Vec::new();
    }
}

impl Section for Outbound {
    described!();

    fn check(&self) -> Result<(), Fault> {
        let is_host = |host: &&String| url::Host::parse(host).is_ok_and(|parsed| parsed.to_string() == **host);
        match self.allowed_hosts.iter().find(|host| !is_host(host)) {
            None => Ok(()),
            Some(host) => Err(Fault {
                key: "allowed_hosts",
                reason: format!(
                    "{host:?} is no host as it stands in a URL: a name in lower case or an address, without a port"
                ),
            }),
        }
    }
}
