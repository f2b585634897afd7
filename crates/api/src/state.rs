//! What handlers share.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use app::App;
use tokio::sync::watch;

use crate::socket::hub::Hub;

/// What handlers share; cheap to clone.
#[derive(Clone)]
pub struct Api {
    /// The use cases.
    pub app: App,
    /// Sockets of this node.
    pub hub: Arc<Hub>,
    /// How this desk is reached.
    pub site: Arc<Site>,
    /// Beats and deadlines of sockets.
    pub pace: Pace,
    /// Turns true when the server stops.
    pub stopping: watch::Receiver<bool>,
}

/// How this desk is reached.
#[derive(Debug, Clone, Default)]
pub struct Site {
    /// Whether people come by TLS: then the cookie is sent over TLS only.
    pub is_tls: bool,
    /// Addresses of the operator's own proxies, whose `X-Forwarded-For` is believed (T1107).
    pub trusted_proxies: Vec<IpAddr>,
}

/// Beats and deadlines of connections (C11). Operators cannot set them: clients know them too.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// How long a JSON body may take to arrive, and each piece of an upload (T815).
    pub body_within: Duration,
    /// How long a whole upload may take: twenty megabytes over a poor mobile network, and no longer (T607).
    pub upload_within: Duration,
    /// How long a client may take to say `hello`.
    pub hello_within: Duration,
    /// How long one wake-up's frames may take to leave.
    pub write_within: Duration,
    /// How long a client may take to read why its connection ends.
    pub close_within: Duration,
    /// How often agents are pinged: a silent loss is known within 30 s.
    pub agent_beat: Duration,
    /// How often visitors are pinged: a silent loss is known within 60 s.
    pub visitor_beat: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            body_within: Duration::from_secs(30),
            upload_within: Duration::from_secs(600),
            hello_within: Duration::from_secs(10),
            write_within: Duration::from_secs(10),
            close_within: Duration::from_secs(1),
            agent_beat: Duration::from_secs(10),
            visitor_beat: Duration::from_secs(20),
        }
    }
}

impl Site {
    /// Name of the sign-in cookie (T219).
    #[must_use]
    pub const fn cookie_name(&self) -> &'static str {
        if self.is_tls { "__Host-frontdesk" } else { "frontdesk" }
    }
}

impl Api {
    /// Puts the parts together and lets the hub hear the bell.
    #[must_use]
    pub fn new(app: App, site: Site, pace: Pace, stopping: watch::Receiver<bool>) -> Self {
        let hub = Hub::start(&app);
        Self {
            app,
            hub,
            site: Arc::new(site),
            pace,
            stopping,
        }
    }
}
