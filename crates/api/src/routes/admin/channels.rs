//! Website channels (CHAN-01).

use app::channels;
use app::command::CommandKey;
use axum::extract::State;
use domain::ids::ChannelId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ManageChannels};
use crate::extract::{Answer, Json, Key, Path, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::channel::{Channel, ChannelChange, IdentitySecret, NewChannel};
use crate::wire::list::{Done, Page, PageQuery};
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(rotate_identity_secret))
}

fn told(api: &Api, facts: channels::ChannelFacts) -> Channel {
    Channel::of(facts, &api.app.settings.public_url)
}

/// Channels, newest first; searched by title and key.
#[utoipa::path(get, path = "/channels", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<Channel>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ManageChannels>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Channel>>, ApiError> {
    let page = channels::list(&api.app, &by, &query.into()).await?;
    Ok(Json(Page {
        items: page.items.into_iter().map(|facts| told(&api, facts)).collect(),
        next: page.next,
    }))
}

/// Adds a channel.
#[utoipa::path(post, path = "/channels", tag = "console", security(("agent" = [])), request_body = NewChannel,
    responses((status = 200, body = Channel), (status = "default", body = Problem)))]
async fn create(
    State(api): State<Api>,
    Console(by, ..): Console<ManageChannels>,
    Key(key): Key,
    Json(body): Json<NewChannel>,
) -> Result<Answer<Channel>, ApiError> {
    let key = CommandKey::new(by.id, key, "channel.create", &body)?;
    Ok(Answer::of(
        channels::create(&api.app, &by, body.into(), key).await?,
        |facts| told(&api, facts),
    ))
}

/// Changes a channel; running sessions keep their flow (CHAN-14).
#[utoipa::path(patch, path = "/channels/{id}", tag = "console", security(("agent" = [])),
    params(("id" = ChannelId, Path)), request_body = ChannelChange,
    responses((status = 200, body = Channel), (status = "default", body = Problem)))]
async fn update(
    State(api): State<Api>,
    Console(by, ..): Console<ManageChannels>,
    Path(id): Path<ChannelId>,
    Key(key): Key,
    Json(body): Json<ChannelChange>,
) -> Result<Answer<Channel>, ApiError> {
    let key = CommandKey::new(by.id, key, "channel.update", &(id, &body))?;
    Ok(Answer::of(
        channels::update(&api.app, &by, id, body.into(), key).await?,
        |facts| told(&api, facts),
    ))
}

/// Deletes a channel; refused while there are open sessions, which are listed (R19).
#[utoipa::path(delete, path = "/channels/{id}", tag = "console", security(("agent" = [])),
    params(("id" = ChannelId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn delete(
    State(api): State<Api>,
    Console(by, ..): Console<ManageChannels>,
    Path(id): Path<ChannelId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "channel.delete", &id)?;
    Ok(Answer::of(channels::delete(&api.app, &by, id, key).await?, |_| {
        Done::YES
    }))
}

/// Makes a new secret for signing visitors' identities, shown this once; the one before is void at once (SEC-03).
#[utoipa::path(post, path = "/channels/{id}/identity-secret", tag = "console", security(("agent" = [])),
    params(("id" = ChannelId, Path)),
    responses((status = 200, body = IdentitySecret), (status = "default", body = Problem)))]
async fn rotate_identity_secret(
    State(api): State<Api>,
    Console(by, ..): Console<ManageChannels>,
    Path(id): Path<ChannelId>,
    Key(key): Key,
) -> Result<Answer<IdentitySecret>, ApiError> {
    let key = CommandKey::new(by.id, key, "channel.rotate_identity_secret", &id)?;
    let once = channels::rotate_identity_secret(&api.app, &by, id, key).await?;
    Ok(Answer::of(once, |secret| IdentitySecret { secret }))
}
