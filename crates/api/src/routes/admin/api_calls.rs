//! Calls that flows made in a session (FLOW-09).

use app::api_calls;
use axum::extract::State;
use domain::ids::SessionId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ReadApiCalls};
use crate::extract::{Json, Path};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::api_call::ApiCalls;
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(of_session))
}

/// Calls that the flow of a session made, in their order; secrets are not in it.
#[utoipa::path(get, path = "/sessions/{id}/api-calls", tag = "console", security(("agent" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 200, body = ApiCalls), (status = "default", body = Problem)))]
async fn of_session(
    State(api): State<Api>,
    Console(by, ..): Console<ReadApiCalls>,
    Path(id): Path<SessionId>,
) -> Result<Json<ApiCalls>, ApiError> {
    let calls = api_calls::of_session(&api.app, &by, id).await?;
    Ok(Json(ApiCalls {
        items: calls.into_iter().map(Into::into).collect(),
    }))
}
