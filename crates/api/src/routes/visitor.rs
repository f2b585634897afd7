//! What visitors' pages call.

use app::command::CommandKey;
use app::conversation::{self, Post};
use app::visitors::{self, About, Claim};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::channel::ChannelKind;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Answer, CallerLanguage, ClientAddress, Json, KnownVisitor, Path, Query, UserAgent};
use crate::problem::ApiError;
use crate::security;
use crate::state::Api;
use crate::view::visitor as view;
use crate::wire::entry::{PostMessage, Posted};
use crate::wire::list::Done;
use crate::wire::problem::Problem;
use crate::wire::rating::{GiveRating, NotedLine, RatingWish};
use crate::wire::session::ReadMark;
use crate::wire::visitor::{
    ConversationQuery, Launcher, PublicChannel, Token, TokenRequest, VisitorConversation, VisitorEnd, VisitorHistory,
    VisitorHistoryQuery, VisitorName,
};

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(channel))
        .routes(routes!(launcher))
        .routes(routes!(token))
        .routes(routes!(conversation))
        .routes(routes!(history))
        .routes(routes!(post_message))
        .routes(routes!(read))
        .routes(routes!(end))
        .routes(routes!(ask_rating))
        .routes(routes!(rate))
}

/// What a chat page shows before anybody is known.
#[utoipa::path(get, path = "/visitor/channels/{key}", tag = "visitor", params(("key" = String, Path)),
    responses((status = 200, body = PublicChannel), (status = "default", body = Problem)))]
async fn channel(State(api): State<Api>, Path(key): Path<String>) -> Result<Json<PublicChannel>, ApiError> {
    let channel = visitors::public_channel(&api.app, &key).await?;
    Ok(Json(PublicChannel {
        key: channel.key,
        kind: ChannelKind::Web,
        title: channel.title,
        colour: channel.colour,
        requires_identity: channel.requires_identity,
        greeting: channel.greeting,
        upload_max_bytes: i64::try_from(api.app.settings.upload_max_bytes).unwrap_or(i64::MAX),
    }))
}

/// How the chat begins on the page that asks (CHAN-04). Pages of other websites may read this answer, and no other one, if
/// the channel names their website (T212, T214).
#[utoipa::path(get, path = "/visitor/channels/{key}/launcher", tag = "visitor", params(("key" = String, Path)),
    responses((status = 200, body = Launcher), (status = "default", body = Problem)))]
async fn launcher(State(api): State<Api>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let foreign = origin.filter(|_| security::is_foreign(&headers, &api));
    let mut response = match visitors::launcher(&api.app, &key, foreign).await {
        Ok((look, launcher)) => Json(Launcher {
            title: look.title,
            colour: look.colour,
            side: launcher.side,
            text: launcher.text,
        })
        .into_response(),
        Err(error) => ApiError::from(error).into_response(),
    };
    // Nothing here is anybody's: also why it was refused may be read by the page's own developers.
    let open = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in open {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Who this browser is: keeps the visitor of a token, or makes a new one (SEC-03).
#[utoipa::path(post, path = "/visitor/channels/{key}/token", tag = "visitor", params(("key" = String, Path)),
    request_body = TokenRequest,
    responses((status = 200, body = Token), (status = "default", body = Problem)))]
async fn token(
    State(api): State<Api>,
    Path(key): Path<String>,
    ClientAddress(address): ClientAddress,
    UserAgent(user_agent): UserAgent,
    CallerLanguage(language): CallerLanguage,
    Json(body): Json<TokenRequest>,
) -> Result<Json<Token>, ApiError> {
    let claim = Claim {
        channel_key: key,
        token: body.token,
        language: body.language.unwrap_or(language),
        about: About {
            nickname: body.nickname,
            avatar: body.avatar,
            custom_data: body.custom_data,
        },
        identity: body.identity.map(|identity| visitors::SignedIdentity {
            user_id: identity.user_id,
            expires_at: identity.expires_at,
            signature: identity.signature,
        }),
        address: address.to_string(),
        user_agent,
    };
    let claimed = visitors::claim(&api.app, claim).await?;
    let visitor = VisitorName {
        id: claimed.visitor.id,
        nickname: claimed.visitor.nickname,
    };
    Ok(Json(Token {
        visitor,
        token: claimed.token,
    }))
}

/// The whole conversation, or what came after a line: the `welcome` frame by HTTP.
#[utoipa::path(get, path = "/visitor/conversation", tag = "visitor", security(("visitor" = [])), params(ConversationQuery),
    responses((status = 200, body = VisitorConversation), (status = "default", body = Problem)))]
async fn conversation(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Query(query): Query<ConversationQuery>,
) -> Result<Json<VisitorConversation>, ApiError> {
    Ok(Json(view::conversation(&api.app, &api.hub, &by, &query).await?.0))
}

/// Lines before the oldest one that the page shows, also of earlier sessions.
#[utoipa::path(get, path = "/visitor/history", tag = "visitor", security(("visitor" = [])), params(VisitorHistoryQuery),
    responses((status = 200, body = VisitorHistory), (status = "default", body = Problem)))]
async fn history(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Query(query): Query<VisitorHistoryQuery>,
) -> Result<Json<VisitorHistory>, ApiError> {
    Ok(Json(view::history(&api.app, &by, &query).await?))
}

/// Says something; opens a session when none is open. The key stands in the body, as in the socket's frame.
#[utoipa::path(post, path = "/visitor/messages", tag = "visitor", security(("visitor" = [])), request_body = PostMessage,
    responses((status = 200, body = Posted), (status = "default", body = Problem)))]
async fn post_message(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    ClientAddress(address): ClientAddress,
    Json(body): Json<PostMessage>,
) -> Result<Json<Posted>, ApiError> {
    let post = Post {
        client_id: body.client_id.clone(),
        content: body.content.into(),
    };
    let posted = conversation::post_visitor_message(&api.app, &by, &address.to_string(), post).await?;
    Ok(Json(Posted::of(&body.client_id, posted)))
}

/// Everything up to here was on a visible screen.
#[utoipa::path(post, path = "/visitor/read", tag = "visitor", security(("visitor" = [])), request_body = ReadMark,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn read(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Json(body): Json<ReadMark>,
) -> Result<Json<Done>, ApiError> {
    app::sessions::read_by_visitor(&api.app, &by, body.seq).await?;
    Ok(Json(Done::YES))
}

/// Ends the open session (ROUTE-14).
#[utoipa::path(post, path = "/visitor/end", tag = "visitor", security(("visitor" = [])), request_body = VisitorEnd,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn end(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Json(body): Json<VisitorEnd>,
) -> Result<Answer<Done>, ApiError> {
    let key = CommandKey::new(by.id, Some(body.client_id), "visitor.end", &())?;
    Ok(Answer::of(
        app::sessions::end_by_visitor(&api.app, &by, key).await?,
        |_| Done::YES,
    ))
}

/// Asks to rate the open session, while an agent serves it (MSG-24).
#[utoipa::path(post, path = "/visitor/rating-request", tag = "visitor", security(("visitor" = [])),
    request_body = RatingWish,
    responses((status = 200, body = NotedLine), (status = "default", body = Problem)))]
async fn ask_rating(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Json(body): Json<RatingWish>,
) -> Result<Answer<NotedLine>, ApiError> {
    let key = CommandKey::new(by.id, Some(body.client_id), "visitor.ask_rating", &())?;
    let once = app::ratings::ask_by_visitor(&api.app, &by, key).await?;
    Ok(Answer::of(once, Into::into))
}

/// Rates a session, once and in time (RATE-02).
#[utoipa::path(post, path = "/visitor/ratings", tag = "visitor", security(("visitor" = [])), request_body = GiveRating,
    responses((status = 200, body = NotedLine), (status = "default", body = Problem)))]
async fn rate(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Json(body): Json<GiveRating>,
) -> Result<Answer<NotedLine>, ApiError> {
    let key = CommandKey::new(by.id, Some(body.client_id.clone()), "visitor.rate", &body)?;
    let answer = app::ratings::Answer {
        session: body.session_id,
        level: body.level_id,
        comment: body.comment,
    };
    let once = app::ratings::answer(&api.app, &by, answer, key).await?;
    Ok(Answer::of(once, Into::into))
}
