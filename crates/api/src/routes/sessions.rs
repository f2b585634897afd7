//! Sessions, as the agent who serves them uses them.

use app::command::CommandKey;
use app::conversation::{self, Post};
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use domain::ids::SessionId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::attachments::picture;
use crate::extract::{Answer, Json, Key, Path, Query, SignedIn};
use crate::problem::ApiError;
use crate::state::Api;
use crate::view::agent as view;
use crate::wire::entry::{PostMessage, Posted};
use crate::wire::list::{Done, Page};
use crate::wire::problem::{Problem, ProblemCode};
use crate::wire::rating::NotedLine;
use crate::wire::session::{
    CompletedAll, Entries, EntriesQuery, History, HistoryQuery, ReadMark, SessionSummary, SessionsQuery,
};

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(entries))
        .routes(routes!(history))
        .routes(routes!(show_picture_of_visitor))
        .routes(routes!(post_message))
        .routes(routes!(read))
        .routes(routes!(end))
        .routes(routes!(invite_rating))
        .routes(routes!(complete))
        .routes(routes!(complete_all))
}

/// Own sessions, newest first; ended ones unless asked otherwise.
#[utoipa::path(get, path = "/sessions", tag = "workbench", security(("agent" = [])), params(SessionsQuery),
    responses((status = 200, body = Page<SessionSummary>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Query(query): Query<SessionsQuery>,
) -> Result<Json<Page<SessionSummary>>, ApiError> {
    Ok(Json(view::sessions(&api.app, &by, &query).await?))
}

/// One own session.
#[utoipa::path(get, path = "/sessions/{id}", tag = "workbench", security(("agent" = [])), params(("id" = SessionId, Path)),
    responses((status = 200, body = SessionSummary), (status = "default", body = Problem)))]
async fn show(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionSummary>, ApiError> {
    let row = store::session_list::find(&mut api.app.store.reader(), by.tenant, id, api.app.clock.now()).await?;
    let row = row
        .filter(|row| row.agent_id == Some(by.id))
        .ok_or_else(|| ApiError::new(ProblemCode::NotFound))?;
    Ok(Json(view::summary(row)?))
}

/// Lines of an own session.
#[utoipa::path(get, path = "/sessions/{id}/entries", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path), EntriesQuery),
    responses((status = 200, body = Entries), (status = "default", body = Problem)))]
async fn entries(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Query(query): Query<EntriesQuery>,
) -> Result<Json<Entries>, ApiError> {
    Ok(Json(view::entries(&api.app, &by, id, &query).await?))
}

/// Messages of the visitor's earlier sessions, whoever served them (WORK-06).
#[utoipa::path(get, path = "/sessions/{id}/history", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path), HistoryQuery),
    responses((status = 200, body = History), (status = "default", body = Problem)))]
async fn history(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<History>, ApiError> {
    Ok(Json(view::history(&api.app, &by, id, &query).await?))
}

/// The small picture of the visitor of an own session, fetched by the desk from the address that the host page told (CHAN-04,
/// T106). None, when the address gives none.
#[utoipa::path(get, path = "/sessions/{id}/visitor-picture", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"), (status = "default", body = Problem)))]
async fn show_picture_of_visitor(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
) -> Result<Response, ApiError> {
    let found = app::avatars::of_session(&api.app, &by, id).await?;
    Ok(picture(Body::from(found.bytes), found.media_type))
}

/// Says something. The key stands in the body, as in the socket's frame.
#[utoipa::path(post, path = "/sessions/{id}/messages", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)), request_body = PostMessage,
    responses((status = 200, body = Posted), (status = "default", body = Problem)))]
async fn post_message(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Json(body): Json<PostMessage>,
) -> Result<Json<Posted>, ApiError> {
    let post = Post {
        client_id: body.client_id.clone(),
        content: body.content.into(),
    };
    let posted = conversation::post_agent_message(&api.app, &by, id, post).await?;
    Ok(Json(Posted::of(&body.client_id, posted)))
}

/// The conversation up to here was on the screen. Marks only move forward, so a repeat changes nothing.
#[utoipa::path(post, path = "/sessions/{id}/read", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)), request_body = ReadMark,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn read(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Json(body): Json<ReadMark>,
) -> Result<Json<Done>, ApiError> {
    app::sessions::read_by_agent(&api.app, &by, id, body.seq).await?;
    Ok(Json(Done::YES))
}

/// Ends the session (ROUTE-14).
#[utoipa::path(post, path = "/sessions/{id}/end", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn end(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "session.end", &id)?;
    Ok(Answer::of(
        app::sessions::end_by_agent(&api.app, &by, id, key).await?,
        |_| Done::YES,
    ))
}

/// Invites the visitor to rate the session (WORK-14).
#[utoipa::path(post, path = "/sessions/{id}/rating-invitation", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 200, body = NotedLine), (status = "default", body = Problem)))]
async fn invite_rating(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Key(key): Key,
) -> Result<Answer<NotedLine>, ApiError> {
    let key = CommandKey::new(by.id, key, "session.invite_rating", &id)?;
    let once = app::ratings::invite_by_agent(&api.app, &by, id, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Puts an ended session away (WORK-21).
#[utoipa::path(post, path = "/sessions/{id}/complete", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn complete(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Key(key): Key,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, key, "session.complete", &id)?;
    Ok(Answer::of(
        app::sessions::complete(&api.app, &by, id, key).await?,
        |_| Done::YES,
    ))
}

/// Puts all ended sessions away (WORK-21).
#[utoipa::path(post, path = "/sessions/complete-all", tag = "workbench", security(("agent" = [])),
    responses((status = 200, body = CompletedAll), (status = "default", body = Problem)))]
async fn complete_all(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Key(key): Key,
) -> Result<Answer<CompletedAll>, ApiError> {
    let key = CommandKey::new(by.id, key, "session.complete_all", &())?;
    let once = app::sessions::complete_all(&api.app, &by, key).await?;
    Ok(Answer::of(once, |all| CompletedAll {
        completed: all.completed,
    }))
}
