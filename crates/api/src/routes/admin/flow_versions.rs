//! The history of flows, and flows as files (FLOW-14, FLOW-16).

use app::command::CommandKey;
use app::{flow_drafts, flow_versions};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::flow::{Diff, Document};
use domain::ids::FlowId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageFlows, ReadFlows};
use crate::extract::{Answer, DOCUMENT_BODY_MAX, DocumentJson, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::flow::Flow;
use crate::wire::flow_version::{
    FlowEdition, FlowEditions, FlowVersion, FlowVersionDocument, ImportFlow, ImportedFlow, RestoreFlow, edition,
};
use crate::wire::list::{Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    let documents = OpenApiRouter::new()
        .routes(routes!(import))
        .layer(DefaultBodyLimit::max(DOCUMENT_BODY_MAX));
    documents
        .routes(routes!(list))
        .routes(routes!(find))
        .routes(routes!(restore))
        .routes(routes!(diff))
        .routes(routes!(export))
}

/// A flow's published versions, newest first; the newest is the one that new sessions run.
#[utoipa::path(get, path = "/flows/{id}/versions", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path), PageQuery),
    responses((status = 200, body = Page<FlowVersion>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ReadFlows>,
    Path(id): Path<FlowId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<FlowVersion>>, ApiError> {
    Ok(Json(Page::of(
        flow_versions::list(&api.app, &by, id, &query.into()).await?,
    )))
}

/// One published version with its document.
#[utoipa::path(get, path = "/flows/{id}/versions/{version}", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path), ("version" = i64, Path)),
    responses((status = 200, body = FlowVersionDocument), (status = "default", body = Problem)))]
async fn find(
    State(api): State<Api>,
    Console(by, ..): Console<ReadFlows>,
    Path((id, version)): Path<(FlowId, i64)>,
) -> Result<Json<FlowVersionDocument>, ApiError> {
    let (version, document) = flow_versions::find(&api.app, &by, id, version).await?;
    Ok(Json(FlowVersionDocument {
        version: version.into(),
        document,
    }))
}

/// Publishes an old version anew, as the newest one; running sessions keep theirs (R17). Refused with `flow_invalid` when
/// it names what does not exist any more.
#[utoipa::path(post, path = "/flows/{id}/versions/{version}/restore", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path), ("version" = i64, Path)), request_body = RestoreFlow,
    responses((status = 200, body = Flow), (status = "default", body = Problem)))]
async fn restore(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Path((id, version)): Path<(FlowId, i64)>,
    Key(key): Key,
    Json(body): Json<RestoreFlow>,
) -> Result<Answer<Flow>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.restore", &(id, version, &body))?;
    let once = flow_versions::restore(&api.app, &by, id, version, body.note, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// What differs between two documents of a flow, node by node and field by field.
#[utoipa::path(get, path = "/flows/{id}/diff", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path), FlowEditions),
    responses((status = 200, body = Diff), (status = "default", body = Problem)))]
async fn diff(
    State(api): State<Api>,
    Console(by, ..): Console<ReadFlows>,
    Path(id): Path<FlowId>,
    Query(query): Query<FlowEditions>,
) -> Result<Json<Diff>, ApiError> {
    let (from, to) = (edition(query.from), edition(query.to));
    Ok(Json(flow_versions::compare(&api.app, &by, id, from, to).await?))
}

/// A flow as a file: the document alone, as `POST /flows/import` and `frontdesk flow` read it.
#[utoipa::path(get, path = "/flows/{id}/export", tag = "console", security(("agent" = [])),
    params(("id" = FlowId, Path), FlowEdition),
    responses((status = 200, body = Document), (status = "default", body = Problem)))]
async fn export(
    State(api): State<Api>,
    Console(by, ..): Console<ReadFlows>,
    Path(id): Path<FlowId>,
    Query(query): Query<FlowEdition>,
) -> Result<Response, ApiError> {
    let document = flow_versions::export(&api.app, &by, id, edition(query.version)).await?;
    let disposition = format!("attachment; filename=\"{id}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, disposition)], Json(document)).into_response())
}

/// Adds a flow out of a file, as a draft that nobody has published yet. Refused with `flow_unreadable` when it is no flow
/// document or one of a later format; the reason is told.
#[utoipa::path(post, path = "/flows/import", tag = "console", security(("agent" = [])), request_body = ImportFlow,
    responses((status = 200, body = ImportedFlow), (status = "default", body = Problem)))]
async fn import(
    State(api): State<Api>,
    Console(by, ..): Console<ManageFlows>,
    Key(key): Key,
    DocumentJson(body): DocumentJson<ImportFlow>,
) -> Result<Answer<ImportedFlow>, ApiError> {
    let key = CommandKey::new(by.id, key, "flow.import", &body)?;
    let once = flow_drafts::import(&api.app, &by, body.name, body.document.to_string(), key).await?;
    Ok(Answer::of(once, Into::into))
}
