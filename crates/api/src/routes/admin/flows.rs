//! Flows of the built-in shape (FLOW-07, FLOW-12).

use app::command::CommandKey;
use app::flows;
use axum::extract::State;
use domain::ids::FlowId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageFlows, ReadFlows};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::flow::{Flow, FlowChange, NewFlow};
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
}

/// Flows, newest first; searched by name.
#[utoipa::path(get, path = "/flows", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<Flow>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ReadFlows>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Flow>>, ApiError> {
    Ok(Json(Page::of(flows::list(&api.app, &by, &query.into()).await?)))
}

/// Adds a flow and publishes it.
#[utoipa::path(post, path = "/flows", tag = "console", security(("agent" = [])), request_body = NewFlow,
    responses((status = 200, body = Flow), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Key(key): Key,
    Json(body): Json<NewFlow>,
) -> Result<Answer<Flow>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.create", &body)?;
    Ok(Answer::of(
        flows::create(&api.app, &by, body.into(), key).await?,
        Into::into,
    ))
}

/// Changes a flow; running sessions keep the version they began with (R17).
#[utoipa::path(patch, path = "/flows/{id}", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path)), request_body = FlowChange,
    responses((status = 200, body = Flow), (status = "default", body = Problem)))]
async fn update(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Path(id): Path<FlowId>,
    Key(key): Key,
    Json(body): Json<FlowChange>,
) -> Result<Answer<Flow>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.update", &(id, &body))?;
    Ok(Answer::of(
        flows::update(&api.app, &by, id, body.into(), key).await?,
        Into::into,
    ))
}

/// Deletes a flow; refused while channels use it, which are listed (R19).
#[utoipa::path(delete, path = "/flows/{id}", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Path(id): Path<FlowId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.delete", &id)?;
    Ok(Answer::of(flows::delete(&api.app, &by, id, key).await?, |_| Done::YES))
}
