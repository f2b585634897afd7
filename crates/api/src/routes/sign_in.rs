//! Signing in and out, passwords, one's own state.

use app::sign_in::{self, SignInRequest};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{ClientAddress, Json, NotForeign, SignedIn, SignedInForPassword, UserAgent};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::list::Done;
use crate::wire::me::{Me, ReceptionLimitChange, StatusChange};
use crate::wire::problem::Problem;
use crate::wire::sign_in::{ForgottenPassword, PasswordChange, PasswordReset, SignIn, SignInPage};

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in_page))
        .routes(routes!(sign_in))
        .routes(routes!(sign_out))
        .routes(routes!(me))
        .routes(routes!(change_password))
        .routes(routes!(forgot_password))
        .routes(routes!(reset_password))
        .routes(routes!(set_status))
        .routes(routes!(set_reception_limit))
}

/// What the sign-in page shows before anybody is known.
#[utoipa::path(get, path = "/sign-in-page", tag = "sign-in",
    responses((status = 200, body = SignInPage), (status = "default", body = Problem)))]
async fn sign_in_page(State(api): State<Api>) -> Json<SignInPage> {
    Json(SignInPage {
        terms_url: api.app.settings.terms_url.clone(),
    })
}

/// Signs in by e-mail or phone; ends the sign-in at another place (R28).
#[utoipa::path(post, path = "/sign-in", tag = "sign-in", request_body = SignIn,
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
async fn sign_in(
    State(api): State<Api>,
    _: NotForeign,
    ClientAddress(address): ClientAddress,
    UserAgent(user_agent): UserAgent,
    Json(body): Json<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    let request = SignInRequest {
        identifier: body.identifier,
        password: body.password,
        address: address.to_string(),
        user_agent,
    };
    let signed_in = sign_in::sign_in(&api.app, request).await?;
    let me = Me::of(app::agents::me(&api.app, &signed_in.agent).await?, &signed_in.agent);
    let seconds = api.app.settings.login_seconds;
    Ok((cookie(&api, &signed_in.token, seconds)?, Json(me)))
}

/// Signs out; the cookie is void at once, here and everywhere.
#[utoipa::path(post, path = "/sign-out", tag = "sign-in", security(("agent" = [])),
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn sign_out(
    State(api): State<Api>,
    SignedInForPassword(by): SignedInForPassword,
) -> Result<impl IntoResponse, ApiError> {
    sign_in::sign_out(&api.app, &by).await?;
    Ok((cookie(&api, "", 0)?, Json(Done::YES)))
}

/// The sign-in cookie: for this site's own pages only, out of reach of scripts (T219).
fn cookie(api: &Api, token: &str, seconds: i64) -> Result<AppendHeaders<[(HeaderName, HeaderValue); 1]>, ApiError> {
    let secure = if api.site.is_tls { "; Secure" } else { "" };
    let name = api.site.cookie_name();
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    let value = HeaderValue::from_str(&text).map_err(app::AppError::internal)?;
    Ok(AppendHeaders([(header::SET_COOKIE, value)]))
}

/// Who is signed in; also while the first password must be changed.
#[utoipa::path(get, path = "/me", tag = "sign-in", security(("agent" = [])),
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
async fn me(State(api): State<Api>, SignedInForPassword(by): SignedInForPassword) -> Result<Json<Me>, ApiError> {
    Ok(Json(Me::of(app::agents::me(&api.app, &by).await?, &by)))
}

/// Changes one's own password, also the first one (ADM-02). Sign-ins at other places end.
#[utoipa::path(post, path = "/password", tag = "sign-in", security(("agent" = [])), request_body = PasswordChange,
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
async fn change_password(
    State(api): State<Api>,
    SignedInForPassword(by): SignedInForPassword,
    Json(body): Json<PasswordChange>,
) -> Result<Json<Me>, ApiError> {
    sign_in::change_password(&api.app, &by, &body.current_password, &body.new_password).await?;
    Ok(Json(Me::of(app::agents::me(&api.app, &by).await?, &by)))
}

/// Mails a link, if somebody signs in with that e-mail; the answer is the same if nobody does (T401).
#[utoipa::path(post, path = "/password/forgot", tag = "sign-in", request_body = ForgottenPassword,
    responses((status = 202, body = Done), (status = "default", body = Problem)))]
async fn forgot_password(
    State(api): State<Api>,
    _: NotForeign,
    ClientAddress(address): ClientAddress,
    Json(body): Json<ForgottenPassword>,
) -> Result<(StatusCode, Json<Done>), ApiError> {
    sign_in::forgot_password(&api.app, &body.email, &address.to_string()).await?;
    Ok((StatusCode::ACCEPTED, Json(Done::YES)))
}

/// Sets a new password by a mailed link, once.
#[utoipa::path(post, path = "/password/reset", tag = "sign-in", request_body = PasswordReset,
    responses((status = 200, body = Done), (status = "default", body = Problem)))]
async fn reset_password(
    State(api): State<Api>,
    _: NotForeign,
    Json(body): Json<PasswordReset>,
) -> Result<Json<Done>, ApiError> {
    sign_in::reset_password(&api.app, &body.token, &body.new_password).await?;
    Ok(Json(Done::YES))
}

/// Chooses one's own status (ROUTE-03).
#[utoipa::path(put, path = "/me/status", tag = "sign-in", security(("agent" = [])), request_body = StatusChange,
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
async fn set_status(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Json(body): Json<StatusChange>,
) -> Result<Json<Me>, ApiError> {
    app::agents::set_status(&api.app, &by, body.status).await?;
    Ok(Json(Me::of(app::agents::me(&api.app, &by).await?, &by)))
}

/// Chooses one's own reception limit (R7).
#[utoipa::path(put, path = "/me/reception-limit", tag = "sign-in", security(("agent" = [])),
    request_body = ReceptionLimitChange,
    responses((status = 200, body = Me), (status = "default", body = Problem)))]
async fn set_reception_limit(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Json(body): Json<ReceptionLimitChange>,
) -> Result<Json<Me>, ApiError> {
    app::agents::set_own_limit(&api.app, &by, body.own_limit).await?;
    Ok(Json(Me::of(app::agents::me(&api.app, &by).await?, &by)))
}
