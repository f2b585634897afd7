//! Bots that answer in flows (FLOW-11).

use app::bots;
use app::command::CommandKey;
use axum::extract::State;
use domain::bot::Faq;
use domain::ids::BotId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageBots};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::bot::{AskBot, Bot, BotChange, BotReply};
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(try_out))
}

/// Bots, newest first; searched by name.
#[utoipa::path(get, path = "/bots", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<Bot>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ManageBots>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Bot>>, ApiError> {
    Ok(Json(Page::of(bots::list(&api.app, &by, &query.into()).await?)))
}

/// Adds a bot.
#[utoipa::path(post, path = "/bots", tag = "console", security(("agent" = [])), request_body = Faq,
    responses((status = 200, body = Bot), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageBots>,
    Key(key): Key,
    Json(body): Json<Faq>,
) -> Result<Answer<Bot>, ApiError> {
    let key = CommandKey::new(by.id, key, "bot.create", &body)?;
    Ok(Answer::of(bots::create(&api.app, &by, body, key).await?, Into::into))
}

/// Sets all of a bot; running sessions ask the newest.
#[utoipa::path(put, path = "/bots/{id}", tag = "console", security(("agent" = [])),
    params(("id" = BotId, Path)), request_body = BotChange,
    responses((status = 200, body = Bot), (status = "default", body = Problem)))]
async fn update(
    State(api): State<Api>,
    Console(by, ..): Console<ManageBots>,
    Path(id): Path<BotId>,
    Key(key): Key,
    Json(body): Json<BotChange>,
) -> Result<Answer<Bot>, ApiError> {
    let key = CommandKey::new(by.id, key, "bot.update", &(id, &body))?;
    let once = bots::update(&api.app, &by, (id, body.revision), body.faq, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Deletes a bot; refused while flows name it, which are listed (R19).
#[utoipa::path(delete, path = "/bots/{id}", tag = "console", security(("agent" = [])),
    params(("id" = BotId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageBots>,
    Path(id): Path<BotId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "bot.delete", &id)?;
    Ok(Answer::of(bots::delete(&api.app, &by, id, key).await?, |_| Done::YES))
}

/// What a bot with this knowledge would answer; nothing is kept.
#[utoipa::path(post, path = "/bot-trials", tag = "console", security(("agent" = [])), request_body = AskBot,
    responses((status = 200, body = BotReply), (status = "default", body = Problem)))]
async fn try_out(Console(by, ..): Console<ManageBots>, Json(body): Json<AskBot>) -> Result<Json<BotReply>, ApiError> {
    Ok(Json(bots::try_out(&by, body.faq, &body.question)?.into()))
}
