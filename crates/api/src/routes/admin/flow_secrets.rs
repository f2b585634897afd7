//! Secrets that flows use (FLOW-09, T1202).

use app::command::CommandKey;
use app::flow_secrets;
use axum::extract::State;
use domain::ids::SecretId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageSecrets};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::flow_secret::{FlowSecret, NewFlowSecret, ReplaceFlowSecret};
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(replace, delete))
}

/// Secrets by name, newest first; what they say is never told.
#[utoipa::path(get, path = "/flow-secrets", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<FlowSecret>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSecrets>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<FlowSecret>>, ApiError> {
    Ok(Json(Page::of(flow_secrets::list(&api.app, &by, &query.into()).await?)))
}

/// Adds a secret.
#[utoipa::path(post, path = "/flow-secrets", tag = "console", security(("agent" = [])), request_body = NewFlowSecret,
    responses((status = 200, body = FlowSecret), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSecrets>,
    Key(key): Key,
    Json(body): Json<NewFlowSecret>,
) -> Result<Answer<FlowSecret>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow_secret.create", &body)?;
    let once = flow_secrets::create(&api.app, &by, (body.name, body.value), key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Replaces what a secret says; the next call uses it.
#[utoipa::path(put, path = "/flow-secrets/{id}", tag = "console", security(("agent" = [])),
    params(("id" = SecretId, Path)), request_body = ReplaceFlowSecret,
    responses((status = 200, body = FlowSecret), (status = "default", body = Problem)))]
async fn replace(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSecrets>,
    Path(id): Path<SecretId>,
    Key(key): Key,
    Json(body): Json<ReplaceFlowSecret>,
) -> Result<Answer<FlowSecret>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow_secret.replace", &(id, &body))?;
    let once = flow_secrets::replace(&api.app, &by, id, body.value, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Deletes a secret; refused while flows name it, which are listed (R19).
#[utoipa::path(delete, path = "/flow-secrets/{id}", tag = "console", security(("agent" = [])),
    params(("id" = SecretId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSecrets>,
    Path(id): Path<SecretId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow_secret.delete", &id)?;
    let once = flow_secrets::delete(&api.app, &by, id, key).await?;
    Ok(Answer::of(once, |_| Done::YES))
}
