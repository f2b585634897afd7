//! How a contact centre receives visitors (ADM-13, ROUTE-22).

use app::command::CommandKey;
use app::reception_settings;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageReception};
use crate::extract::{Answer, Json, Key};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::problem::Problem;
use crate::wire::reception::ReceptionSettings;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get, set))
}

/// How visitors are received.
#[utoipa::path(get, path = "/reception-settings", tag = "console", security(("agent" = [])),
    responses((status = 200, body = ReceptionSettings), (status = "default", body = Problem)))]
async fn get(
    State(api): State<Api>,
    Console(by, ..): Console<ManageReception>,
) -> Result<Json<ReceptionSettings>, ApiError> {
    Ok(Json(reception_settings::get(&api.app, &by).await?.into()))
}

/// Sets how visitors are received.
#[utoipa::path(put, path = "/reception-settings", tag = "console", security(("agent" = [])),
    request_body = ReceptionSettings,
    responses((status = 200, body = ReceptionSettings), (status = "default", body = Problem)))]
async fn set(
    State(api): State<Api>,
    Console(by, ..): Console<ManageReception>,
    Key(key): Key,
    Json(body): Json<ReceptionSettings>,
) -> Result<Answer<ReceptionSettings>, ApiError> {
    let key = CommandKey::new(by.id, key, "reception_settings.set", &body)?;
    Ok(Answer::of(
        reception_settings::set(&api.app, &by, body.into(), key).await?,
        Into::into,
    ))
}
