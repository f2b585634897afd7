//! `[http]`: how people reach the desk.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use super::section::{Fault, Section, described, section};

section! {
    /// How people reach the desk.
    pub struct Http in "http" {
        /// Address and port to listen on. Port 0 takes any free one.
        listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8080));
        /// Where people reach the desk: links in mails begin with it, and with `https` the sign-in cookie is sent
        /// over TLS only. Without it: what the server listens on.
        public_url: Option<String> = None => "\"https://desk.example.com\"";
        /// Certificate with its chain (PEM), to speak TLS without a proxy. Read again on SIGHUP and when it changes.
        tls_cert: Option<PathBuf> = None => "\"/etc/frontdesk/fullchain.pem\"";
        /// Its private key (PEM).
        tls_key: Option<PathBuf> = None => "\"/etc/frontdesk/privkey.pem\"";
        /// Addresses of your own reverse proxies. Their `X-Forwarded-For` is believed, nobody else's.
        trusted_proxies: Vec<IpAddr> = Vec::new();
        /// Connections at the same time, over all addresses. More wait.
        max_connections: usize = 20_000;
        /// How long a server that was told to stop goes on as before while `/readyz` says that it stops, in seconds: behind a
        /// load balancer, as long as this takes to notice. 0: it stops at once.
        drain_seconds: u64 = 0;
    }
}

impl Section for Http {
    described!();

    fn check(&self) -> Result<(), Fault> {
        Fault::unless_in("max_connections", self.max_connections, 16..=1_000_000)?;
        Fault::unless_in("drain_seconds", self.drain_seconds, 0..=300)?;
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            return Err(Fault {
                key: if self.tls_cert.is_some() { "tls_key" } else { "tls_cert" },
                reason: "is missing: a certificate and its key come together".to_owned(),
            });
        }
        self.public_url.as_deref().map_or(Ok(()), check_public_url)
    }
}

fn check_public_url(text: &str) -> Result<(), Fault> {
    let fault = |reason: &str| Fault {
        key: "public_url",
        reason: format!("{text:?} {reason}"),
    };
    let url = url::Url::parse(text).map_err(|error| fault(&format!("is no address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(fault("does not begin with http:// or https://"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err(fault("holds more than a scheme, a host and a port"));
    }
    if url.path() != "/" {
        return Err(fault("has a path: the desk needs a host of its own"));
    }
    Ok(())
}
