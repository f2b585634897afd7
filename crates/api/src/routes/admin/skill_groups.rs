//! Skill groups and their members (ADM-09).

use app::command::CommandKey;
use app::skill_groups;
use axum::extract::State;
use domain::ids::{AgentId, SkillGroupId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageSkillGroups};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;
use crate::wire::skill_group::{Member, Membership, NewSkillGroup, SkillGroup, SkillGroupChange};

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(members))
        .routes(routes!(put_member, remove_member))
}

/// Skill groups, newest first; searched by the group's name and its members' names and e-mails.
#[utoipa::path(get, path = "/skill-groups", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<SkillGroup>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<SkillGroup>>, ApiError> {
    Ok(Json(Page::of(skill_groups::list(&api.app, &by, &query.into()).await?)))
}

/// Adds a skill group.
#[utoipa::path(post, path = "/skill-groups", tag = "console", security(("agent" = [])), request_body = NewSkillGroup,
    responses((status = 200, body = SkillGroup), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Key(key): Key,
    Json(body): Json<NewSkillGroup>,
) -> Result<Answer<SkillGroup>, ApiError> {
    let key = CommandKey::new(by.id, key, "skill_group.create", &body)?;
    Ok(Answer::of(
        skill_groups::create(&api.app, &by, body.into(), key).await?,
        Into::into,
    ))
}

/// Changes a skill group.
#[utoipa::path(patch, path = "/skill-groups/{id}", tag = "console", security(("agent" = [])),
    params(("id" = SkillGroupId, Path)), request_body = SkillGroupChange,
    responses((status = 200, body = SkillGroup), (status = "default", body = Problem)))]
async fn update(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Path(id): Path<SkillGroupId>,
    Key(key): Key,
    Json(body): Json<SkillGroupChange>,
) -> Result<Answer<SkillGroup>, ApiError> {
    let key = CommandKey::new(by.id, key, "skill_group.update", &(id, &body))?;
    Ok(Answer::of(
        skill_groups::update(&api.app, &by, id, body.into(), key).await?,
        Into::into,
    ))
}

/// Deletes a skill group, whose members stay agents; refused while flows or open sessions use it, which are listed
/// (R19).
#[utoipa::path(delete, path = "/skill-groups/{id}", tag = "console", security(("agent" = [])),
    params(("id" = SkillGroupId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Path(id): Path<SkillGroupId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "skill_group.delete", &id)?;
    Ok(Answer::of(skill_groups::delete(&api.app, &by, id, key).await?, |_| {
        Done::YES
    }))
}

/// Members of a group, the newest agent first; searched by names, e-mail and staff number.
#[utoipa::path(get, path = "/skill-groups/{id}/members", tag = "console", security(("agent" = [])),
    params(("id" = SkillGroupId, Path), PageQuery),
    responses((status = 200, body = Page<Member>), (status = "default", body = Problem)))]
async fn members(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Path(id): Path<SkillGroupId>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Member>>, ApiError> {
    Ok(Json(Page::of(
        skill_groups::members(&api.app, &by, id, &query.into()).await?,
    )))
}

/// Makes an agent a member, or changes the priority of one.
#[utoipa::path(put, path = "/skill-groups/{id}/members/{agent_id}", tag = "console", security(("agent" = [])),
    params(("id" = SkillGroupId, Path), ("agent_id" = AgentId, Path)), request_body = Membership,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn put_member(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Path(ids): Path<(SkillGroupId, AgentId)>,
    Key(key): Key,
    Json(body): Json<Membership>,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "skill_group.put_member", &(ids, &body))?;
    Ok(Answer::of(
        skill_groups::put_member(&api.app, &by, ids, body.priority, key).await?,
        |_| Done::YES,
    ))
}

/// Takes a member out of a group.
#[utoipa::path(delete, path = "/skill-groups/{id}/members/{agent_id}", tag = "console", security(("agent" = [])),
    params(("id" = SkillGroupId, Path), ("agent_id" = AgentId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn remove_member(
    State(api): State<Api>,
    Console(by, ..): Console<ManageSkillGroups>,
    Path(ids): Path<(SkillGroupId, AgentId)>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "skill_group.remove_member", &ids)?;
    Ok(Answer::of(
        skill_groups::remove_member(&api.app, &by, ids, key).await?,
        |_| Done::YES,
    ))
}
