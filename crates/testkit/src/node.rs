//! One process of a desk, in the test's own: started on a runtime of its own, so that a test can end it as `kill -9`
//! would.

use app::first_start::FirstAdmin;
use app::passwords::Passwords;
use app::presence::Beat;
use app::{App, Clock};
use bus::Bus;
use egress::Allowed;
use server::{Config, Desk, Kit, Pace};
use tokio::runtime::{Builder, Runtime};

use crate::desk::{ADMIN_EMAIL, ADMIN_PASSWORD, BEGINNING};

/// What a test replaces in a node.
#[derive(Clone)]
pub struct NodeKit {
    /// The clock; one that the test moves unless it wants another.
    pub clock: Clock,
    /// Beats and deadlines of sockets.
    pub pace: Pace,
    /// How the node shows that it lives.
    pub beat: Beat,
    /// The bell; without it the one that the settings want.
    pub bus: Option<Bus>,
    /// Addresses in this network that may be called.
    pub allowed: Allowed,
}

impl Default for NodeKit {
    fn default() -> Self {
        Self {
            clock: Clock::manual(BEGINNING),
            pace: Pace::default(),
            beat: Beat::default(),
            bus: None,
            allowed: Allowed::default(),
        }
    }
}

/// A running node.
pub(crate) struct Node {
    desk: Desk,
    runtime: Runtime,
}

impl Node {
    pub(crate) async fn start(config: &Config, node: &NodeKit) -> Self {
        let kit = Kit {
            clock: node.clock.clone(),
            passwords: Passwords::cheap(),
            pace: node.pace,
            beat: node.beat,
            bus: node.bus.clone(),
            allowed: node.allowed.clone(),
        };
        let admin = FirstAdmin {
            email: Some(ADMIN_EMAIL.to_owned()),
            password: Some(ADMIN_PASSWORD.to_owned()),
            ..FirstAdmin::default()
        };
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let config = config.clone();
        let starting = runtime.spawn(async move { Desk::start(&config, kit, &admin).await });
        match starting.await.expect("no panic") {
            Ok(desk) => Self { desk, runtime },
            Err(error) => {
                runtime.shutdown_background();
                panic!("the desk does not start: {error:#}")
            }
        }
    }

    pub(crate) const fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(crate) const fn app(&self) -> &App {
        &self.desk.app
    }

    /// Stops it in order.
    pub(crate) async fn stop(self) {
        let stopping = self.runtime.spawn(self.desk.stop());
        stopping.await.expect("no panic");
        self.runtime.shutdown_background();
    }

    /// Ends it between two instructions: nobody is told, nothing is signed off.
    pub(crate) fn crash(self) {
        self.runtime.shutdown_background();
    }
}
