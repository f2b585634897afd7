//! `/metrics` for Prometheus (OPS-07): what this node counts, and how things stand when it is asked.

mod process;
mod standing;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use app::App;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Router, middleware};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::sync::watch;

use crate::config::Config;
use crate::operators::{self, Operators};
use standing::Standing;

/// How often samples are put into their buckets, so that they do not pile up between two questions.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Version of the text format.
const FORMAT: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Upper bounds of what takes moments, in seconds.
const MOMENTS: [f64; 14] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// Upper bounds of what people wait for, in seconds.
const WAITS: [f64; 13] = [
    0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0,
];
/// Upper bounds of how late something is, in seconds.
const LATE: [f64; 9] = [0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 3_600.0];
/// Upper bounds of how many writes share a commit.
const GROUP: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// Has this process count. Comes before anything that counts: who looks a counter up earlier counts nothing. A second
/// call changes nothing. `None` when another recorder was installed before ours, which only tests could do.
pub fn start() -> Option<&'static PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE.get_or_init(install).as_ref()
}

fn install() -> Option<PrometheusHandle> {
    let bounds = [
        (Matcher::Suffix("_seconds".to_owned()), &MOMENTS[..]),
        (Matcher::Full("frontdesk_assignment_wait_seconds".to_owned()), &WAITS),
        (Matcher::Full("frontdesk_timer_late_seconds".to_owned()), &LATE),
        (Matcher::Full("frontdesk_store_commit_group_size".to_owned()), &GROUP),
    ];
    let builder = bounds
        .into_iter()
        .try_fold(PrometheusBuilder::new(), |builder, (names, bounds)| {
            builder.set_buckets_for_metric(names, bounds)
        });
    let recorder = builder.ok()?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    store::metrics::announce();
    app::metrics::announce();
    api::metrics::announce();
    crate::log::announce();
    standing::announce();
    process::announce();
    Some(handle)
}

/// What answers `/metrics`.
pub struct Metrics {
    handle: &'static PrometheusHandle,
    standing: Standing,
}

impl Metrics {
    /// For this desk. Tidies up until `stop` is told.
    #[must_use]
    pub fn of(config: &Config, app: &App, stop: watch::Receiver<bool>) -> Option<Arc<Self>> {
        let handle = start()?;
        tokio::spawn(keep_up(handle, stop));
        Some(Arc::new(Self {
            handle,
            standing: Standing::new(config, app),
        }))
    }
}

async fn keep_up(handle: &'static PrometheusHandle, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(UPKEEP_EVERY);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = every.tick() => handle.run_upkeep(),
        }
    }
}

/// `/metrics` for whoever reaches it: for a listener of its own.
pub fn open_router(metrics: Arc<Metrics>) -> Router {
    Router::new().route("/metrics", get(show)).with_state(metrics)
}

/// `/metrics` for operators only.
pub fn router(metrics: Arc<Metrics>, operators: Arc<Operators>) -> Router {
    open_router(metrics).layer(middleware::from_fn_with_state(operators, operators::only))
}

async fn show(State(metrics): State<Arc<Metrics>>) -> Response {
    metrics.standing.look().await;
    process::look();
    let headers = [
        (header::CONTENT_TYPE, FORMAT),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, metrics.handle.render()).into_response()
}
