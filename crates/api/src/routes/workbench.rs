//! What an agent's page shows at first.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Json, SignedIn};
use crate::problem::ApiError;
use crate::state::Api;
use crate::view;
use crate::wire::problem::Problem;
use crate::wire::session::Workbench;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(show))
}

/// The whole list of sessions, own state and queues: the `welcome` frame by HTTP.
#[utoipa::path(get, path = "/workbench", tag = "workbench", security(("agent" = [])),
    responses((status = 200, body = Workbench), (status = "default", body = Problem)))]
async fn show(State(api): State<Api>, SignedIn(by): SignedIn) -> Result<Json<Workbench>, ApiError> {
    Ok(Json(view::agent::workbench(&api.app, &by).await?))
}
