//! What others ask about this process: whether it lives, whether to send it people, what its API is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use api::Api;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether this node is about to stop, while it still serves as before.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on nobody new is to be sent here.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// `/healthz`, `/readyz` and `/openapi.json` (OPS-07).
pub fn router(api: Api, draining: Draining) -> Router {
    Router::new()
        .route("/healthz", get(|| async { plain(StatusCode::OK, "alive\n") }))
        .route("/readyz", get(ready))
        .route("/openapi.json", get(openapi))
        .with_state((api, draining))
}

/// Whether this node can serve people: its database answers, and it is not about to stop (C13).
async fn ready(State((api, draining)): State<(Api, Draining)>) -> Response {
    if draining.0.load(Ordering::Relaxed) || *api.stopping.borrow() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    if *api.app.standing.is_cut_off().borrow() {
        return plain(StatusCode::SERVICE_UNAVAILABLE, "cut off from the database\n");
    }
    let mut reader = api.app.store.reader();
    match tokio::time::timeout(PATIENCE, store::tenants::oldest(&mut reader)).await {
        Ok(Ok(_)) if api.app.bus.is_reached() => plain(StatusCode::OK, "ready\n"),
        Ok(Ok(_)) => plain(
            StatusCode::OK,
            "ready, degraded: NATS is not reached, news of other nodes come within two seconds\n",
        ),
        Ok(Err(error)) => {
            tracing::warn!(%error, "Not ready: the database fails");
            plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}

async fn openapi() -> Response {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| api::document().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT.as_str()).into_response()
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, text).into_response()
}
