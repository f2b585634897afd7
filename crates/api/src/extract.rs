//! What handlers are given: checked bodies, principals, keys, addresses.

mod json_shape;

use std::net::{IpAddr, SocketAddr};

use app::principals::{Agent, Visitor};
use app::{Refusal, sign_in, visitors};
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use domain::message::ClientId;
use domain::visitor::Language;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::{ApiError, language_of};
use crate::security;
use crate::state::Api;
use crate::wire::problem::{FieldProblemCode, ProblemCode};

/// A JSON body, or JSON as an answer. Requests are measured and their shape is checked before they are parsed
/// (T802); unknown fields are refused by the types (T504).
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Api> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Api) -> Result<Self, ApiError> {
        parse(&json_body(request, state).await?).map(Self)
    }
}

/// A JSON body that holds a flow document, which may be larger than others are.
#[derive(Debug, Clone)]
pub struct DocumentJson<T>(pub T);

/// Most bytes of such a body (FLOW-16).
pub const DOCUMENT_BODY_MAX: usize = 2 * 1024 * 1024;

impl<T: DeserializeOwned> FromRequest<Api> for DocumentJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &Api) -> Result<Self, ApiError> {
        let body = json_body(request, state).await?;
        parse_within(&body, json_shape::DOCUMENT_KEYS_MAX).map(Self)
    }
}

/// The bytes of a JSON body, within the limit of its route.
async fn json_body(request: Request, state: &Api) -> Result<Bytes, ApiError> {
    if !is_json(request.headers()) {
        return Err(ApiError::new(ProblemCode::UnsupportedMediaType));
    }
    let arrived = tokio::time::timeout(state.pace.body_within, Bytes::from_request(request, state)).await;
    let arrived = arrived.map_err(|_| ApiError::new(ProblemCode::TooSlow))?;
    arrived.map_err(|error| {
        let is_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
        ApiError::new(if is_large {
            ProblemCode::TooLarge
        } else {
            ProblemCode::InvalidRequest
        })
    })
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type
        .and_then(|value| value.split(';').next())
        .unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Reads a JSON text whose size is bounded already.
///
/// # Errors
/// [`ProblemCode::InvalidRequest`], with the field at fault where the parser names one.
pub fn parse<T: DeserializeOwned>(text: &[u8]) -> Result<T, ApiError> {
    parse_within(text, json_shape::KEYS_MAX)
}

fn parse_within<T: DeserializeOwned>(text: &[u8], keys_max: usize) -> Result<T, ApiError> {
    // Each body is an object; a list of its fields' values would be read as one too (T518).
    let is_object = text.trim_ascii_start().first() == Some(&b'{');
    if !is_object || !json_shape::is_sane(text, keys_max) {
        return Err(ApiError::new(ProblemCode::InvalidRequest));
    }
    serde_json::from_slice(text).map_err(|error| {
        let reason = error.to_string();
        let code = if reason.starts_with("missing field") {
            FieldProblemCode::Required
        } else if reason.starts_with("unknown field") {
            FieldProblemCode::Unknown
        } else {
            FieldProblemCode::Malformed
        };
        let field = reason.split('`').nth(1).filter(|_| reason.contains(" field `"));
        ApiError::invalid(field.map(|field| (field.chars().take(64).collect(), code)))
    })
}

/// The parameters behind the question mark.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        query.map(|query| Self(query.0)).map_err(|_| ApiError::invalid(None))
    }
}

/// Ids in the path. One that cannot be read is one that does not exist.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|path| Self(path.0))
            .map_err(|_| ApiError::new(ProblemCode::NotFound))
    }
}

/// A signed-in agent; on anything but a read the call must come from the desk's own page (T217).
#[derive(Debug, Clone)]
pub struct SignedIn(pub Agent);

impl FromRequestParts<Api> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let token = LoginToken::from_request_parts(parts, state).await?.0;
        let agent = sign_in::authenticate(&state.app, &token).await?;
        check_own_page(parts, state, &agent)?;
        Ok(Self(agent))
    }
}

/// A signed-in agent who may still have to change the first password.
#[derive(Debug, Clone)]
pub struct SignedInForPassword(pub Agent);

impl FromRequestParts<Api> for SignedInForPassword {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let token = LoginToken::from_request_parts(parts, state).await?.0;
        let agent = sign_in::authenticate_for_password_change(&state.app, &token).await?;
        check_own_page(parts, state, &agent)?;
        Ok(Self(agent))
    }
}

fn check_own_page(parts: &Parts, state: &Api, agent: &Agent) -> Result<(), ApiError> {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return Ok(());
    }
    let token = parts
        .headers
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let is_own = app::secrets::same(token, &agent.csrf_token) && !security::is_foreign(&parts.headers, state);
    if is_own {
        Ok(())
    } else {
        Err(ApiError::new(ProblemCode::CrossSiteRefused))
    }
}

/// A call that no page of another site made: for doors that need no sign-in yet change something.
#[derive(Debug, Clone, Copy)]
pub struct NotForeign;

impl FromRequestParts<Api> for NotForeign {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        if security::is_foreign(&parts.headers, state) {
            return Err(ApiError::new(ProblemCode::CrossSiteRefused));
        }
        Ok(Self)
    }
}

/// The secret in the sign-in cookie.
pub struct LoginToken(pub String);

impl FromRequestParts<Api> for LoginToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar
            .get(state.site.cookie_name())
            .map(|cookie| cookie.value().to_owned());
        token.map(Self).ok_or_else(|| Refusal::NotSignedIn.into())
    }
}

/// A visitor, by the token of its browser.
#[derive(Debug, Clone)]
pub struct KnownVisitor(pub Visitor);

impl FromRequestParts<Api> for KnownVisitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        // A token is good for the desk's own pages only, also when a page of another site has got hold of it (T309).
        if security::is_foreign(&parts.headers, state) {
            return Err(Refusal::NotSignedIn.into());
        }
        let header = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let token = header
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(Refusal::NotSignedIn)?;
        Ok(Self(visitors::authenticate(&state.app, token).await?))
    }
}

/// The sender's key for a command that may come twice (C02).
#[derive(Debug, Clone)]
pub struct Key(pub Option<ClientId>);

impl FromRequestParts<Api> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get("idempotency-key") else {
            return Ok(Self(None));
        };
        let text = value.to_str().unwrap_or_default();
        let key = ClientId::parse(text)
            .map_err(|_| ApiError::invalid(Some(("Idempotency-Key".to_owned(), FieldProblemCode::Malformed))))?;
        Ok(Self(Some(key)))
    }
}

/// Where a call comes from: the connection's own address, or what a trusted proxy says (T1107).
#[derive(Debug, Clone)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Api> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let ConnectInfo(peer) = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .copied()
            .ok_or_else(|| ApiError::new(ProblemCode::Internal))?;
        Ok(Self(security::client_address(peer.ip(), &parts.headers, &state.site)))
    }
}

/// The caller's browser, as it names itself.
#[derive(Debug, Clone)]
pub struct UserAgent(pub String);

impl FromRequestParts<Api> for UserAgent {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        let value = parts
            .headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok());
        Ok(Self(value.unwrap_or_default().chars().take(300).collect()))
    }
}

/// The caller's language.
#[derive(Debug, Clone, Copy)]
pub struct CallerLanguage(pub Language);

impl FromRequestParts<Api> for CallerLanguage {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, ApiError> {
        Ok(Self(language_of(&parts.headers)))
    }
}

/// An answer, and whether the command had been done before (C02).
#[derive(Debug)]
pub struct Answer<T> {
    /// The answer.
    pub body: T,
    /// Whether it was given before.
    pub replayed: bool,
}

impl<T> Answer<T> {
    /// The answer of a command, translated.
    pub fn of<U>(once: app::command::Once<U>, translate: impl FnOnce(U) -> T) -> Self {
        Self {
            body: translate(once.answer),
            replayed: once.replayed,
        }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.body).into_response();
        if self.replayed {
            let value = axum::http::HeaderValue::from_static("true");
            response.headers_mut().insert("idempotency-replayed", value);
        }
        response
    }
}

#[cfg(test)]
mod tests;
