//! What handlers share.

use std::net::IpAddr;
use std::sync::Arc;

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
    pub fn new(app: App, site: Site, stopping: watch::Receiver<bool>) -> Self {
        let hub = Hub::start(&app);
        Self {
            app,
            hub,
            site: Arc::new(site),
            stopping,
        }
    }
}
