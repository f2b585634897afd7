//! Rating configs (ADM-12).

use app::command::CommandKey;
use app::rating_configs;
use axum::extract::State;
use domain::ids::RatingConfigId;
use domain::rating::RatingConfig;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageRatings};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;
use crate::wire::rating::{CopyRatingConfig, StoredRatingConfig};

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(copy))
}

/// Rating configs, newest first; searched by name.
#[utoipa::path(get, path = "/rating-configs", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<StoredRatingConfig>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ManageRatings>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<StoredRatingConfig>>, ApiError> {
    let page = rating_configs::list(&api.app, &by, &query.into()).await?;
    Ok(Json(Page::of(page)))
}

/// Adds a rating config.
#[utoipa::path(post, path = "/rating-configs", tag = "console", security(("agent" = [])),
    request_body = RatingConfig,
    responses((status = 200, body = StoredRatingConfig), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageRatings>,
    Key(key): Key,
    Json(body): Json<RatingConfig>,
) -> Result<Answer<StoredRatingConfig>, ApiError> {
    let key = CommandKey::new(by.id, key, "rating_config.create", &body)?;
    let once = rating_configs::create(&api.app, &by, body, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Sets all of a rating config; sessions that began before keep what they began with (CHAN-14).
#[utoipa::path(put, path = "/rating-configs/{id}", tag = "console", security(("agent" = [])),
    params(("id" = RatingConfigId, Path)), request_body = RatingConfig,
    responses((status = 200, body = StoredRatingConfig), (status = "default", body = Problem)))]
async fn update(
    State(api): State<Api>,
    Console(by, ..): Console<ManageRatings>,
    Path(id): Path<RatingConfigId>,
    Key(key): Key,
    Json(body): Json<RatingConfig>,
) -> Result<Answer<StoredRatingConfig>, ApiError> {
    let key = CommandKey::new(by.id, key, "rating_config.update", &(id, &body))?;
    let once = rating_configs::update(&api.app, &by, id, body, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Copies a rating config under another name.
#[utoipa::path(post, path = "/rating-configs/{id}/copy", tag = "console", security(("agent" = [])),
    params(("id" = RatingConfigId, Path)), request_body = CopyRatingConfig,
    responses((status = 200, body = StoredRatingConfig), (status = "default", body = Problem)))]
async fn copy(
    State(api): State<Api>,
    Console(by, ..): Console<ManageRatings>,
    Path(id): Path<RatingConfigId>,
    Key(key): Key,
    Json(body): Json<CopyRatingConfig>,
) -> Result<Answer<StoredRatingConfig>, ApiError> {
    let key = CommandKey::new(by.id, key, "rating_config.copy", &(id, &body))?;
    let once = rating_configs::copy(&api.app, &by, id, body.name, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Deletes a rating config; refused while channels are bound to it, which are listed (R19).
#[utoipa::path(delete, path = "/rating-configs/{id}", tag = "console", security(("agent" = [])),
    params(("id" = RatingConfigId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageRatings>,
    Path(id): Path<RatingConfigId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "rating_config.delete", &id)?;
    let once = rating_configs::delete(&api.app, &by, id, key).await?;
    Ok(Answer::of(once, |_| Done::YES))
}
