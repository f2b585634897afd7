//! Agents (ADM-02, ADM-04 to ADM-06).

use app::agents;
use app::command::CommandKey;
use axum::extract::State;
use domain::ids::AgentId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageAgents};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::agent::{Agent, AgentChange, CreatedAgent, NewAgent, ResetPassword};
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(show, update, delete))
        .routes(routes!(reset_password))
        .routes(routes!(force_offline))
        .routes(routes!(restore))
}

/// Agents, newest first; searched by staff number, e-mail, names, phone and group.
#[utoipa::path(get, path = "/agents", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<Agent>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Agent>>, ApiError> {
    Ok(Json(Page::of(agents::list(&api.app, &by, &query.into()).await?)))
}

/// One agent.
#[utoipa::path(get, path = "/agents/{id}", tag = "console", security(("agent" = [])), params(("id" = AgentId, Path)),
    responses((status = 200, body = Agent), (status = "default", body = Problem)))]
async fn show(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Path(id): Path<AgentId>,
) -> Result<Json<Agent>, ApiError> {
    Ok(Json(agents::get(&api.app, &by, id).await?.into()))
}

/// Adds an agent; a random password goes out by mail.
#[utoipa::path(post, path = "/agents", tag = "console", security(("agent" = [])), request_body = NewAgent,
    responses((status = 200, body = CreatedAgent), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Key(key): Key,
    Json(body): Json<NewAgent>,
) -> Result<Answer<CreatedAgent>, ApiError> {
    let key = CommandKey::new(by.id, key, "agent.create", &body)?;
    Ok(Answer::of(
        agents::create(&api.app, &by, body.into(), key).await?,
        Into::into,
    ))
}

/// Changes an agent.
#[utoipa::path(patch, path = "/agents/{id}", tag = "console", security(("agent" = [])),
    params(("id" = AgentId, Path)), request_body = AgentChange,
    responses((status = 200, body = Agent), (status = "default", body = Problem)))]
async fn update(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Path(id): Path<AgentId>,
    Key(key): Key,
    Json(body): Json<AgentChange>,
) -> Result<Answer<Agent>, ApiError> {
    let key = CommandKey::new(by.id, key, "agent.update", &(id, &body))?;
    Ok(Answer::of(
        agents::update(&api.app, &by, id, body.into(), key).await?,
        Into::into,
    ))
}

/// Deletes an agent; refused while there are open sessions, which are listed (R19).
#[utoipa::path(delete, path = "/agents/{id}", tag = "console", security(("agent" = [])),
    params(("id" = AgentId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Path(id): Path<AgentId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "agent.delete", &id)?;
    Ok(Answer::of(agents::delete(&api.app, &by, id, key).await?, |_| Done::YES))
}

/// Mails a new random password; the old one stops working at once.
#[utoipa::path(post, path = "/agents/{id}/reset-password", tag = "console", security(("agent" = [])),
    params(("id" = AgentId, Path)),
    responses((status = 200, body = ResetPassword), (status = "default", body = Problem)))]
async fn reset_password(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Path(id): Path<AgentId>,
    Key(key): Key,
) -> Result<Answer<ResetPassword>, ApiError> {
    let key = CommandKey::new(by.id, key, "agent.reset_password", &id)?;
    Ok(Answer::of(
        agents::reset_password(&api.app, &by, id, key).await?,
        Into::into,
    ))
}

/// Signs an agent out at once and keeps the agent out; open sessions go back to their places (R18).
#[utoipa::path(post, path = "/agents/{id}/force-offline", tag = "console", security(("agent" = [])),
    params(("id" = AgentId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn force_offline(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Path(id): Path<AgentId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "agent.force_offline", &id)?;
    Ok(Answer::of(agents::force_offline(&api.app, &by, id, key).await?, |_| {
        Done::YES
    }))
}

/// Lets an agent who was forced offline sign in again.
#[utoipa::path(post, path = "/agents/{id}/restore", tag = "console", security(("agent" = [])),
    params(("id" = AgentId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn restore(
    State(api): State<Api>,
    Console(by, ..): Console<ManageAgents>,
    Path(id): Path<AgentId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "agent.restore", &id)?;
    Ok(Answer::of(agents::restore(&api.app, &by, id, key).await?, |_| {
        Done::YES
    }))
}
