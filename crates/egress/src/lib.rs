//! The one client for calls that leave the house (G5 of the threat model).
//!
//! A tenant may name any address, so none is believed: the host is resolved, every answer is checked, and the
//! connection goes to a checked address. Redirects are not followed. Replies, times and headers are bounded. SMTP and the
//! object store keep clients of their own: their addresses come from the operator, never from a tenant.
//!
//! Never in here: what is called and why, secrets of this desk, cookies.

mod address;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::HeaderMap;
use reqwest::{Method, Url, redirect};

pub use address::is_public;

/// Largest reply of an API, in bytes (the threat model's limit).
pub const REPLY_MAX: usize = 64 * 1024;
/// Longest time for one call, whatever the caller asks for.
pub const TIME_MAX: Duration = Duration::from_secs(30);

/// Why a call was not made, or gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The address is not one that may be called.
    #[error("this address may not be called")]
    Forbidden,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The reply is larger than asked for.
    #[error("the reply is too large")]
    ReplyTooLarge,
    /// The other side cannot be reached, or broke off. The reason is for the log: it would tell a tenant what
    /// stands in this network (T713).
    #[error("the other side cannot be reached")]
    Unreachable(#[source] reqwest::Error),
}

/// Hosts in the operator's own network that may be called all the same, and ports beside 80 and 443.
#[derive(Debug, Clone, Default)]
pub struct Allowed {
    /// Host names or addresses, exactly as they stand in a URL.
    pub hosts: Vec<String>,
    /// Ports.
    pub ports: Vec<u16>,
}

/// A call to make.
#[derive(Debug, Clone)]
pub struct Call {
    /// Method.
    pub method: Method,
    /// Where; `http` or `https` only.
    pub url: Url,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
    /// How long to wait, at most [`TIME_MAX`].
    pub timeout: Duration,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Body, at most as long as was asked for.
    pub body: Vec<u8>,
}

/// The client; cheap to clone.
#[derive(Debug, Clone)]
pub struct Egress {
    client: reqwest::Client,
    allowed: Arc<Allowed>,
}

impl Egress {
    /// A client with the operator's exceptions.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(allowed: Allowed) -> Result<Self, reqwest::Error> {
        // Only the first one in a process is installed.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let allowed = Arc::new(allowed);
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .dns_resolver(Guard(Arc::clone(&allowed)))
            .connect_timeout(Duration::from_secs(3))
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { client, allowed })
    }

    /// Makes a call whose reply is at most [`REPLY_MAX`] bytes long.
    ///
    /// # Errors
    /// See [`EgressError`].
    pub async fn call(&self, call: Call) -> Result<Reply, EgressError> {
        self.call_for(call, REPLY_MAX).await
    }

    /// Makes a call whose reply is at most so many bytes long.
    ///
    /// # Errors
    /// See [`EgressError`].
    pub async fn call_for(&self, call: Call, reply_max: usize) -> Result<Reply, EgressError> {
        self.check(&call.url)?;
        let wait = call.timeout.min(TIME_MAX);
        let sent = self
            .client
            .request(call.method, call.url)
            .headers(call.headers)
            .body(call.body)
            .timeout(wait);
        let mut response = sent.send().await.map_err(refused)?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(refused)? {
            if body.len() + chunk.len() > reply_max {
                return Err(EgressError::ReplyTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Reply {
            status: response.status().as_u16(),
            body,
        })
    }

    /// Whether a URL may be called, as far as its text tells; also for refusing it when it is saved. The resolver's hook
    /// does not see hosts that are addresses already, in whatever spelling, so they are checked here.
    ///
    /// # Errors
    /// [`EgressError::Forbidden`].
    pub fn check(&self, url: &Url) -> Result<(), EgressError> {
        let is_web = matches!(url.scheme(), "http" | "https");
        let is_plain = url.username().is_empty() && url.password().is_none();
        let port = url.port_or_known_default().unwrap_or_default();
        let port_is_open = matches!(port, 80 | 443) || self.allowed.ports.contains(&port);
        let host_is_open = match url.host() {
            None => false,
            Some(host) if self.allowed.hosts.contains(&host.to_string()) => true,
            Some(url::Host::Ipv4(address)) => is_public(address.into()),
            Some(url::Host::Ipv6(address)) => is_public(address.into()),
            Some(url::Host::Domain(_)) => true,
        };
        if is_web && is_plain && port_is_open && host_is_open {
            Ok(())
        } else {
            Err(EgressError::Forbidden)
        }
    }
}

fn refused(error: reqwest::Error) -> EgressError {
    if error.is_timeout() {
        return EgressError::TimedOut;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(&error);
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return EgressError::Forbidden;
        }
        cause = inner.source();
    }
    EgressError::Unreachable(error)
}

/// A name that leads into a network of ours.
#[derive(Debug, thiserror::Error)]
#[error("the name does not lead to a public address")]
struct NotPublic;

/// Resolves names and keeps only addresses that may be called; the connection goes to one of them and no other, so
/// an answer that changes afterwards changes nothing (T702).
#[derive(Debug)]
struct Guard(Arc<Allowed>);

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let is_exempt = self.0.hosts.iter().any(|host| host == name.as_str());
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let open: Vec<SocketAddr> = found.filter(|address| is_exempt || is_public(address.ip())).collect();
            if open.is_empty() {
                return Err(NotPublic.into());
            }
            let addresses: Addrs = Box::new(open.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests;
