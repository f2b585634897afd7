//! A running desk, from start to stop.

use std::net::SocketAddr;

use anyhow::{Context as _, Result};
use api::{Api, Site};
use app::App;
use app::first_start::{self, AddedAdmin, FirstAdmin};
use axum::Router;
use bus::nats::Carrier;
use store::presence::NodeRow;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::Config;
use crate::wiring::{self, Kit};
use crate::{assets, connections, health};

/// A desk that serves people.
pub struct Desk {
    /// The use cases.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// Complaints about other nodes on this database, for people.
    pub lone_nodes: Vec<String>,
    /// The first administrator, if this start made one (OPS-01).
    pub first_admin: Option<AddedAdmin>,
    stopping: watch::Sender<bool>,
    workers_stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    carrier: Option<Carrier>,
    workers: JoinHandle<()>,
}

impl Desk {
    /// Opens the database, migrates it, makes the first administrator in an empty one, and serves.
    ///
    /// # Errors
    /// When the database, the data folder or the port cannot be used.
    pub async fn start(config: &Config, mut kit: Kit, first_admin: &FirstAdmin) -> Result<Self> {
        let store = wiring::open_store(config, &kit.clock).await?;
        let listen = config.http.listen;
        let listener = TcpListener::bind(listen)
            .await
            .with_context(|| format!("listening on {listen}"))?;
        let address = listener.local_addr()?;
        let pace = kit.pace;
        let carrier = match kit.bus {
            Some(_) => None,
            None => {
                let (bus, carrier) = wiring::bus(config);
                kit.bus = Some(bus);
                carrier
            }
        };
        let app = wiring::app(config, kit, store, &format!("http://{address}"))?;
        app.files
            .clear_incoming()
            .await
            .context("clearing the folder of attachments")?;
        let first_admin = first_start::run(&app, first_admin)
            .await
            .context("adding the first administrator")?;

        let others = app::presence::enter(&app)
            .await
            .context("signing that this node lives")?;
        let lone_nodes = lone_nodes(&app, &others);

        let (stopping, stops) = watch::channel(false);
        let (workers_stop, workers_stops) = watch::channel(false);
        let workers = tokio::spawn(app.clone().run_workers(workers_stops));
        let router = router(Api::new(app.clone(), site(config, &app), pace, stops.clone()));
        let serving = tokio::spawn(connections::serve(listener, router, config.http.max_connections, stops));
        Ok(Self {
            app,
            address,
            lone_nodes,
            first_admin,
            stopping,
            workers_stop,
            serving,
            carrier,
            workers,
        })
    }

    /// Stops in order (C13): not ready any more, no new connections, sockets are told to come back later, what was
    /// begun is finished within its time; then the workers, then the database.
    pub async fn stop(self) {
        self.stopping.send_replace(true);
        if self.serving.await.is_err() {
            tracing::error!("Serving ended with a panic");
        }
        self.workers_stop.send_replace(true);
        if self.workers.await.is_err() {
            tracing::error!("A worker ended with a panic");
        }
        drop(self.carrier);
        self.app.store.close().await;
    }
}

/// Says what is wrong when several nodes live on this database and some cannot be heard by others (OPS-04): they serve
/// people, and show each other's news late or never.
fn lone_nodes(app: &App, others: &[NodeRow]) -> Vec<String> {
    let mut complaints = Vec::new();
    if !app.bus.is_shared() && !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|node| node.name.as_str()).collect();
        complaints.push(format!(
            "other nodes live on this database ({}), but this one has no bus.nats_url: people on different nodes will \
             not see each other's news",
            names.join(", ")
        ));
    }
    for node in others.iter().filter(|node| app.bus.is_shared() && node.is_alone) {
        complaints.push(format!(
            "the node {} lives on this database without bus.nats_url: people on it will not see the news of others",
            node.name
        ));
    }
    for complaint in &complaints {
        tracing::warn!(node.name = %app.settings.node_name, "{complaint}");
    }
    complaints
}

fn site(config: &Config, app: &App) -> Site {
    Site {
        is_tls: app.settings.public_url.starts_with("https://"),
        trusted_proxies: config.http.trusted_proxies.clone(),
    }
}

fn router(api: Api) -> Router {
    api::router(api.clone())
        .merge(health::router(api))
        .merge(assets::router())
}
