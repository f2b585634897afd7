//! A running desk, from start to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use api::{Api, Site};
use app::App;
use app::files::Bucket;
use app::first_start::{self, AddedAdmin, FirstAdmin};
use axum::http::{HeaderValue, header};
use axum::{Router, middleware};
use bus::nats::Carrier;
use store::presence::NodeRow;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::config::Config;
use crate::connections::Service;
use crate::health::Draining;
use crate::metrics::Metrics;
use crate::operators::Operators;
use crate::tls::Certificate;
use crate::wiring::{self, Kit};
use crate::{assets, connections, health, invariants, metrics, room};

/// A desk that serves people.
pub struct Desk {
    /// The use cases.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    /// The certificate, if TLS is ours to speak.
    pub certificate: Option<Arc<Certificate>>,
    /// What is wrong with this node beside others on this database, for people.
    pub complaints: Vec<String>,
    /// The first administrator, if this start made one (OPS-01).
    pub first_admin: Option<AddedAdmin>,
    draining: Draining,
    drains_for: Duration,
    stopping: watch::Sender<bool>,
    workers_stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    telling_operators: Option<JoinHandle<()>>,
    carrier: Option<Carrier>,
    workers: JoinHandle<()>,
}

impl Desk {
    /// Opens the database, migrates it, makes the first administrator in an empty one, and serves.
    ///
    /// # Errors
    /// When the database, the data folder or the port cannot be used.
    pub async fn start(config: &Config, mut kit: Kit, first_admin: &FirstAdmin) -> Result<Self> {
        metrics::start();
        let certificate = Certificate::of(&config.http)?;
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
        let scheme = if certificate.is_some() { "https" } else { "http" };
        let app = wiring::app(config, kit, store, &format!("{scheme}://{address}"))?;
        let others = app::presence::enter(&app)
            .await
            .context("signing that this node lives")?;
        if others.is_empty() {
            // Other nodes may be taking uploads in the same folder.
            app.files
                .clear_incoming()
                .await
                .context("clearing the folder of attachments")?;
        }
        app.learn_generation()
            .await
            .context("reading the life of the database")?;
        let first_admin = first_start::run(&app, first_admin)
            .await
            .context("adding the first administrator")?;

        let complaints = complaints(&app, &others).await?;

        let (stopping, stops) = watch::channel(false);
        let (workers_stop, workers_stops) = watch::channel(false);
        let workers = tokio::spawn(app.clone().run_workers(workers_stops));
        if let Some(bucket) = app.files.bucket().cloned() {
            tokio::spawn(look_at(bucket));
        }
        tokio::spawn(room::watch(config, stops.clone()));
        let metrics = Metrics::of(config, &app, stops.clone());
        let telling_operators = tell_operators(config, &app, metrics.clone(), stops.clone()).await?;
        let api = Api::new(app.clone(), site(config, &app), pace, stops.clone());
        let draining = Draining::default();
        let router = router(api, draining.clone(), metrics, Operators::new(config));
        if let Some(certificate) = &certificate {
            tokio::spawn(Arc::clone(certificate).follow(stops.clone()));
        }
        let service = Service {
            router,
            certificate: certificate.clone(),
            max: config.http.max_connections,
        };
        let serving = tokio::spawn(connections::serve(listener, service, stops));
        Ok(Self {
            app,
            address,
            certificate,
            complaints,
            first_admin,
            draining,
            drains_for: Duration::from_secs(config.http.drain_seconds),
            stopping,
            workers_stop,
            serving,
            telling_operators,
            carrier,
            workers,
        })
    }

    /// Says that it is not ready any more and serves on for as long as the settings say, so that whoever sends people here can
    /// notice before they are refused (C13, OPS-04).
    pub async fn drain(&self) {
        self.draining.begin();
        tokio::time::sleep(self.drains_for).await;
    }

    /// Stops in order (C13): not ready any more, no new connections, sockets are told to come back later, what was
    /// begun is finished within its time; then the workers, then the database.
    pub async fn stop(self) {
        self.stopping.send_replace(true);
        if self.serving.await.is_err() {
            tracing::error!("Serving ended with a panic");
        }
        if let Some(telling) = self.telling_operators
            && telling.await.is_err()
        {
            tracing::error!("Telling operators ended with a panic");
        }
        self.workers_stop.send_replace(true);
        if self.workers.await.is_err() {
            tracing::error!("A worker ended with a panic");
        }
        drop(self.carrier);
        self.app.store.close().await;
    }
}

/// Says what is wrong when several nodes live on this database and some cannot be heard by others, or cannot open what others
/// seal (OPS-04, T1201): they serve people all the same, and show each other's news late or never, or refuse signed visitors.
async fn complaints(app: &App, others: &[NodeRow]) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    let sealed_otherwise = app::channels::sealed_otherwise(app)
        .await
        .context("opening the secrets of channels")?;
    if sealed_otherwise > 0 {
        complaints.push(format!(
            "the key of this node (secrets.key, or secret.key in its data folder) does not open {sealed_otherwise} of \
             the channels' identity secrets, which another key has sealed: signed visitors are refused here"
        ));
    }
    let is_other = |node: &&NodeRow| !node.key_mark.is_empty() && node.key_mark != app.sealer.mark();
    for node in others.iter().filter(is_other) {
        complaints.push(format!(
            "the node {} lives on this database with another key (secrets.key): what one of the two seals the other cannot open",
            node.name
        ));
    }
    if !app.bus.is_shared() && !others.is_empty() {
        let names: Vec<&str> = others.iter().map(|node| node.name.as_str()).collect();
        complaints.push(format!(
            "other nodes live on this database, or did until a moment ago ({}), but this one has no bus.nats_url: people \
             on different nodes do not see each other's news",
            names.join(", ")
        ));
    }
    for node in others.iter().filter(|node| app.bus.is_shared() && node.is_alone) {
        complaints.push(format!(
            "the node {} lives on this database without bus.nats_url: people on it do not see the news of others",
            node.name
        ));
    }
    for complaint in &complaints {
        tracing::warn!(node.name = %app.settings.node_name, "{complaint}");
    }
    Ok(complaints)
}

/// Tells at the start, and not with the first upload, that a bucket cannot be used. Texts need none.
async fn look_at(bucket: Bucket) {
    if let Err(error) = bucket.check().await {
        tracing::error!(%error, "The bucket {} lets nobody in: attachments cannot be kept or shown", bucket.name());
    }
}

fn site(config: &Config, app: &App) -> Site {
    Site {
        is_tls: app.settings.public_url.starts_with("https://"),
        trusted_proxies: config.http.trusted_proxies.clone(),
    }
}

/// Routes outside the API that are counted by their own name.
const OWN_ROUTES: [&str; 11] = [
    "/healthz",
    "/readyz",
    "/openapi.json",
    "/metrics",
    "/internal/invariants",
    "/chat/{key}",
    "/chat-assets/{*path}",
    "/widget.js",
    "/try/{key}",
    "/api/docs",
    "/api/v1/{*rest}",
];
/// Browsers come back by TLS only; they hear it when people come by TLS.
const A_YEAR_OF_TLS: HeaderValue = HeaderValue::from_static("max-age=31536000");
/// Connections of operators' programs at the same time.
const OPERATORS_MAX: usize = 64;

fn router(api: Api, draining: Draining, metrics: Option<Arc<Metrics>>, operators: Arc<Operators>) -> Router {
    let (app, is_tls) = (api.app.clone(), api.site.is_tls);
    let mut router = api::router(api.clone())
        .merge(health::router(api, draining))
        .merge(assets::router(app.clone()));
    router = router.merge(invariants::router(app, Arc::clone(&operators)));
    if let Some(metrics) = metrics {
        router = router.merge(metrics::router(metrics, operators));
    }
    if is_tls {
        let layer = SetResponseHeaderLayer::if_not_present(header::STRICT_TRANSPORT_SECURITY, A_YEAR_OF_TLS);
        router = router.layer(layer);
    }
    let count = middleware::from_fn_with_state(api::metrics::Http::new(&OWN_ROUTES), api::metrics::count);
    router.layer(count)
}

/// The listener of `metrics.listen`, if there is to be one.
async fn tell_operators(
    config: &Config,
    app: &App,
    metrics: Option<Arc<Metrics>>,
    stops: watch::Receiver<bool>,
) -> Result<Option<JoinHandle<()>>> {
    let (Some(listen), Some(metrics)) = (config.metrics.listen, metrics) else {
        return Ok(None);
    };
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("listening on {listen} for metrics"))?;
    tracing::info!("Metrics are told at http://{}/metrics", listener.local_addr()?);
    let service = Service {
        router: metrics::open_router(metrics).merge(invariants::open_router(app.clone())),
        certificate: None,
        max: OPERATORS_MAX,
    };
    Ok(Some(tokio::spawn(connections::serve(listener, service, stops))))
}
