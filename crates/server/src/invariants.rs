//! `GET /internal/invariants`: what this process had to put right by itself (C18). All of it must stay 0; what is stored
//! is looked at by `frontdesk check`.

use std::sync::Arc;

use app::App;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use serde::Serialize;

use crate::operators::{self, Operators};

/// Counters since the start of this process.
#[derive(Serialize)]
struct Invariants {
    /// Whether all counters are 0.
    ok: bool,
    /// How often somebody waited beside a free agent until the watchdog looked (I12).
    rescues: u64,
    /// The life of the database.
    generation: String,
}

/// For whoever reaches it: for a listener of its own.
pub fn open_router(app: App) -> Router {
    Router::new().route("/internal/invariants", get(show)).with_state(app)
}

/// For operators only.
pub fn router(app: App, operators: Arc<Operators>) -> Router {
    open_router(app).layer(middleware::from_fn_with_state(operators, operators::only))
}

async fn show(State(app): State<App>) -> Response {
    let rescues = app.reception.rescues();
    let told = Invariants {
        ok: rescues == 0,
        rescues,
        generation: app.generation().to_owned(),
    };
    (
        [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))],
        Json(told),
    )
        .into_response()
}
