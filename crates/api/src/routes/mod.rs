//! All operations, one router a noun.

pub mod admin;
pub mod attachments;
pub mod sessions;
pub mod sign_in;
pub mod visitor;
pub mod workbench;

use axum::extract::DefaultBodyLimit;
use axum::routing::any;
use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::problem::ProblemCode;
use crate::{openapi, problem, security, socket};

/// Largest JSON body, in bytes (the threat model's limit).
const BODY_MAX: usize = 256 * 1024;

/// All operations with their documentation, below `/api/v1`.
#[must_use]
pub fn operations() -> OpenApiRouter<Api> {
    let operations = OpenApiRouter::new()
        .merge(sign_in::operations())
        .merge(workbench::operations())
        .merge(sessions::operations())
        .merge(attachments::operations())
        .merge(visitor::operations())
        .merge(admin::operations());
    OpenApiRouter::with_openapi(openapi::base()).nest("/api/v1", operations)
}

/// Everything below `/api/v1`, with what holds for all of it.
pub fn router(api: Api) -> Router {
    let (operations, _) = operations().split_for_parts();
    operations
        .route("/api/v1/visitor/socket", any(socket::open_visitor))
        .route("/api/v1/agent/socket", any(socket::open_agent))
        .route(
            "/api/v1/{*rest}",
            any(|| async { ApiError::new(ProblemCode::NotFound) }),
        )
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            axum::response::IntoResponse::into_response(ApiError::new(ProblemCode::Internal))
        }))
        .layer(middleware::from_fn(problem::render))
        .layer(middleware::from_fn(security::headers))
        .with_state(api)
}
