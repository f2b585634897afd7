//! Flows, their drafts and versions (FLOW-01, FLOW-13).

use app::command::CommandKey;
use app::{flow_drafts, flows};
use axum::extract::{DefaultBodyLimit, State};
use domain::ids::FlowId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageFlows, ReadFlows};
use crate::extract::{Answer, DOCUMENT_BODY_MAX, DocumentJson, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::flow::{CopyFlow, Flow, FlowChange, FlowDraft, NewFlow, PublishFlow, SaveFlowDraft, SavedFlowDraft};
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    let documents = OpenApiRouter::new()
        .routes(routes!(draft, save_draft))
        .layer(DefaultBodyLimit::max(DOCUMENT_BODY_MAX));
    documents
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(publish))
        .routes(routes!(copy))
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

/// What is being edited of a flow, with its faults (FLOW-13).
#[utoipa::path(get, path = "/flows/{id}/draft", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path)),
    responses((status = 200, body = FlowDraft), (status = "default", body = Problem)))]
async fn draft(
    State(api): State<Api>,
    Console(by, ..): Console<ReadFlows>,
    Path(id): Path<FlowId>,
) -> Result<Json<FlowDraft>, ApiError> {
    Ok(Json(flow_drafts::find(&api.app, &by, id).await?.into()))
}

/// Saves a draft, faults or not; refused with `draft_changed` when somebody else has saved one since (FLOW-02).
#[utoipa::path(put, path = "/flows/{id}/draft", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path)), request_body = SaveFlowDraft,
    responses((status = 200, body = SavedFlowDraft), (status = "default", body = Problem)))]
async fn save_draft(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Path(id): Path<FlowId>,
    Key(key): Key,
    DocumentJson(body): DocumentJson<SaveFlowDraft>,
) -> Result<Answer<SavedFlowDraft>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.save_draft", &(id, &body))?;
    let once = flow_drafts::save(&api.app, &by, id, body.into(), key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Publishes the draft; running sessions keep the version they began with (R17). Refused with `flow_invalid` while it
/// has faults (FLOW-13).
#[utoipa::path(post, path = "/flows/{id}/publish", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path)), request_body = PublishFlow,
    responses((status = 200, body = Flow), (status = "default", body = Problem)))]
async fn publish(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Path(id): Path<FlowId>,
    Key(key): Key,
    Json(body): Json<PublishFlow>,
) -> Result<Answer<Flow>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.publish", &(id, &body))?;
    let once = flow_drafts::publish(&api.app, &by, id, body.into(), key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Copies a flow under another name (FLOW-01).
#[utoipa::path(post, path = "/flows/{id}/copy", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path)), request_body = CopyFlow,
    responses((status = 200, body = Flow), (status = "default", body = Problem)))]
async fn copy(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Path(id): Path<FlowId>,
    Key(key): Key,
    Json(body): Json<CopyFlow>,
) -> Result<Answer<Flow>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.copy", &(id, &body))?;
    let once = flow_drafts::copy(&api.app, &by, id, body.name, key).await?;
    Ok(Answer::of(once, Into::into))
}
