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

#[cfg(test)]
mod tests {
    use super::*;

    /// T715: exceptions are hosts as they stand in a URL, so that none is there in vain.
    #[test]
    fn exceptions_are_hosts_as_urls_have_them() {
        let check = |host: &str| {
            let section = Outbound {
                allowed_hosts: vec!["intranet".to_owned(), host.to_owned()],
                allowed_ports: vec![8443],
            };
            section.check().is_ok()
        };
        for good in ["crm.example.com", "10.0.0.7", "[fd00::7]", "crm"] {
            assert!(check(good), "{good}");
        }
        for bad in [
            "",
            "CRM",
            "crm:8080",
            "http://crm",
            "crm/",
            "010.0.0.7",
            "fd00::7",
            "*.example.com/",
        ] {
            assert!(!check(bad), "{bad}");
        }
    }
}
