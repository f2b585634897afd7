//! From an error to what its caller is told: a status, a stable code, a class and a sentence.

mod texts;

use app::error::{FieldError, FieldFault};
use app::{AppError, Refusal};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::message::TextError;
use domain::rating::{AnswerRefusal, InviteRefusal};
use domain::session::{CompleteError, EndError, PostError};
use domain::visitor::Language;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::wire::channel::ChannelName;
use crate::wire::flow::FlowName;
use crate::wire::problem::{
    FieldProblem, FieldProblemCode, OpenSession, Problem, ProblemClass, ProblemCode, ProblemDetails, SavedByOther,
};

/// Why a request is refused, before the caller's language is known.
#[derive(Debug, Clone)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code.
    pub code: ProblemCode,
    /// Wrong fields.
    pub fields: Vec<(String, FieldProblemCode)>,
    /// Seconds to wait.
    pub retry_after: Option<i64>,
    /// What stands in the way.
    pub details: Option<Box<ProblemDetails>>,
}

impl ApiError {
    /// A refusal with a code alone.
    #[must_use]
    pub const fn new(code: ProblemCode) -> Self {
        Self {
            status: status(code),
            code,
            fields: Vec::new(),
            retry_after: None,
            details: None,
        }
    }

    /// A request that cannot be read; `field` names the part at fault where that is known.
    #[must_use]
    pub fn invalid(field: Option<(String, FieldProblemCode)>) -> Self {
        Self {
            fields: field.into_iter().collect(),
            ..Self::new(ProblemCode::InvalidRequest)
        }
    }

    /// What the caller is told, in its language.
    #[must_use]
    pub fn to_problem(&self, language: Language, request_id: &str) -> Problem {
        Problem {
            code: self.code,
            message: texts::sentence(self.code, language).to_owned(),
            class: class(self.code),
            request_id: request_id.to_owned(),
            retry_after: self.retry_after,
            fields: self
                .fields
                .iter()
                .map(|(field, code)| FieldProblem {
                    field: field.clone(),
                    code: *code,
                    message: texts::field_sentence(*code, language).to_owned(),
                })
                .collect(),
            details: self.details.as_deref().cloned(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Names a request in the log and in its refusal.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Writes refusals out in the caller's language, with the id of the request.
pub async fn render(mut request: Request, next: Next) -> Response {
    let request_id = Uuid::new_v4().simple().to_string();
    let language = language_of(request.headers());
    request.extensions_mut().insert(RequestId(request_id.clone()));
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let span = tracing::debug_span!(
        target: "trace",
        "http.request",
        otel.kind = "server",
        http.request.method = %method,
        http.route = route,
        http.response.status_code = tracing::field::Empty,
        request.id = request_id,
    );
    let mut response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("x-request-id", value);
    }
    // Routing's own refusals have a status and no body.
    let error = match response.extensions_mut().remove::<ApiError>() {
        Some(error) => error,
        None if response.status() == StatusCode::METHOD_NOT_ALLOWED => ApiError::new(ProblemCode::MethodNotAllowed),
        None => return response,
    };
    if error.status.is_server_error() {
        tracing::error!(request.id = %request_id, code = ?error.code, "{method} {path} failed");
    }
    let retry_after = error.retry_after;
    let mut told = (error.status, axum::Json(error.to_problem(language, &request_id))).into_response();
    if let Some(seconds) = retry_after {
        told.headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in response.headers() {
        if name != header::CONTENT_TYPE && name != header::CONTENT_LENGTH {
            told.headers_mut().insert(name.clone(), value.clone());
        }
    }
    told
}

/// The language that a request's headers ask for.
#[must_use]
pub fn language_of(headers: &axum::http::HeaderMap) -> Language {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Language::from_accept_language(accepted.unwrap_or_default())
}

/// What a client should do now (C20).
const fn class(code: ProblemCode) -> ProblemClass {
    match code {
        ProblemCode::TooSlow
        | ProblemCode::RateLimited
        | ProblemCode::Busy
        | ProblemCode::StorageFull
        | ProblemCode::Unavailable
        | ProblemCode::Internal => ProblemClass::Retry,
        ProblemCode::Stale
        | ProblemCode::DraftChanged
        | ProblemCode::KeyReused
        | ProblemCode::SessionEnded
        | ProblemCode::NotYourSession
        | ProblemCode::SessionNotEnded
        | ProblemCode::RatingNotAllowed
        | ProblemCode::RatingNoAgent
        | ProblemCode::RatingAlreadyAsked
        | ProblemCode::RatingNotOpen
        | ProblemCode::AlreadyRated
        | ProblemCode::HasOpenSessions
        | ProblemCode::InUse => ProblemClass::Conflict,
        _ => ProblemClass::Fatal,
    }
}

const fn status(code: ProblemCode) -> StatusCode {
    match code {
        ProblemCode::InvalidRequest
        | ProblemCode::WrongPassword
        | ProblemCode::WeakPassword
        | ProblemCode::ResetLinkInvalid
        | ProblemCode::FlowInvalid
        | ProblemCode::FlowUnreadable
        | ProblemCode::MessageEmpty
        | ProblemCode::MessageTooLong
        | ProblemCode::MessageUnstorable
        | ProblemCode::AttachmentUnknown
        | ProblemCode::FileEmpty
        | ProblemCode::ImageTooLarge => StatusCode::BAD_REQUEST,
        ProblemCode::TooLarge | ProblemCode::FileTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemCode::TooSlow => StatusCode::REQUEST_TIMEOUT,
        ProblemCode::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemCode::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemCode::NotFound => StatusCode::NOT_FOUND,
        ProblemCode::NotSignedIn
        | ProblemCode::SignedInElsewhere
        | ProblemCode::WrongCredentials
        | ProblemCode::IdentityRequired
        | ProblemCode::IdentityInvalid => StatusCode::UNAUTHORIZED,
        ProblemCode::Forbidden
        | ProblemCode::PasswordChangeRequired
        | ProblemCode::CrossSiteRefused
        | ProblemCode::WebsiteUnknown => StatusCode::FORBIDDEN,
        ProblemCode::KeyReused
        | ProblemCode::TooMany
        | ProblemCode::Stale
        | ProblemCode::DraftChanged
        | ProblemCode::SessionEnded
        | ProblemCode::NotYourSession
        | ProblemCode::SessionNotEnded
        | ProblemCode::RatingNotAllowed
        | ProblemCode::RatingNoAgent
        | ProblemCode::RatingAlreadyAsked
        | ProblemCode::RatingNotOpen
        | ProblemCode::AlreadyRated
        | ProblemCode::HasOpenSessions
        | ProblemCode::InUse
        | ProblemCode::LastAdmin
        | ProblemCode::NotYourself
        | ProblemCode::NameTaken
        | ProblemCode::EmailTaken
        | ProblemCode::StaffNoTaken
        | ProblemCode::KeyTaken => StatusCode::CONFLICT,
        ProblemCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ProblemCode::Busy | ProblemCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemCode::StorageFull => StatusCode::INSUFFICIENT_STORAGE,
        ProblemCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound { .. } => Self::new(ProblemCode::NotFound),
            AppError::Refused(refusal) => refusal.into(),
            AppError::Forbidden => Self::new(ProblemCode::Forbidden),
            AppError::Stale => Self::new(ProblemCode::Stale),
            AppError::StorageFull => Self {
                retry_after: Some(30),
                ..Self::new(ProblemCode::StorageFull)
            },
            AppError::Unavailable(reason) => {
                tracing::error!(%reason, "The database does not answer");
                Self {
                    retry_after: Some(2),
                    ..Self::new(ProblemCode::Unavailable)
                }
            }
            AppError::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "A fault of ours");
                Self::new(ProblemCode::Internal)
            }
        }
    }
}

impl From<store::StoreError> for ApiError {
    fn from(error: store::StoreError) -> Self {
        AppError::from(error).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::NotSignedIn => ProblemCode::NotSignedIn,
            Refusal::SignedInElsewhere => ProblemCode::SignedInElsewhere,
            Refusal::PasswordChangeRequired => ProblemCode::PasswordChangeRequired,
            Refusal::WrongCredentials => ProblemCode::WrongCredentials,
            Refusal::WrongPassword => ProblemCode::WrongPassword,
            Refusal::WeakPassword(_) => ProblemCode::WeakPassword,
            Refusal::ResetLinkInvalid => ProblemCode::ResetLinkInvalid,
            Refusal::KeyReused => ProblemCode::KeyReused,
            Refusal::RateLimited { retry_after } => {
                return Self {
                    retry_after: Some(retry_after),
                    ..Self::new(ProblemCode::RateLimited)
                };
            }
            Refusal::Fields(fields) => {
                let fields = fields.into_iter().map(field_problem).collect();
                return Self {
                    fields,
                    ..Self::new(ProblemCode::InvalidRequest)
                };
            }
            Refusal::Post(PostError::Ended) | Refusal::End(EndError::Ended) => ProblemCode::SessionEnded,
            Refusal::Post(PostError::NotYours)
            | Refusal::End(EndError::NotYours)
            | Refusal::Complete(CompleteError::NotYours) => ProblemCode::NotYourSession,
            Refusal::Complete(CompleteError::NotEnded) => ProblemCode::SessionNotEnded,
            Refusal::Text(TextError::Empty) => ProblemCode::MessageEmpty,
            Refusal::Text(TextError::TooLong) => ProblemCode::MessageTooLong,
            Refusal::Text(TextError::Unstorable) => ProblemCode::MessageUnstorable,
            Refusal::RatingInvitation(InviteRefusal::NotAllowed) => ProblemCode::RatingNotAllowed,
            Refusal::RatingInvitation(InviteRefusal::NoAgent) => ProblemCode::RatingNoAgent,
            Refusal::RatingInvitation(InviteRefusal::AlreadyAsked) => ProblemCode::RatingAlreadyAsked,
            Refusal::RatingInvitation(InviteRefusal::AlreadyRated) | Refusal::Rating(AnswerRefusal::AlreadyRated) => {
                ProblemCode::AlreadyRated
            }
            Refusal::Rating(AnswerRefusal::NotAsked | AnswerRefusal::Expired) => ProblemCode::RatingNotOpen,
            Refusal::Rating(AnswerRefusal::UnknownLevel) => {
                let fields = vec![("level_id".to_owned(), FieldProblemCode::Unknown)];
                return Self {
                    fields,
                    ..Self::new(ProblemCode::InvalidRequest)
                };
            }
            Refusal::Rating(AnswerRefusal::Comment(fault)) => {
                return Self {
                    fields: vec![field_problem(fault.of("comment").into())],
                    ..Self::new(ProblemCode::InvalidRequest)
                };
            }
            Refusal::HasOpenSessions(sessions) => return has_open_sessions(sessions),
            Refusal::InUse { channels, flows } => {
                let details = ProblemDetails {
                    channels: channels
                        .into_iter()
                        .map(|(id, title)| ChannelName { id, title })
                        .collect(),
                    flows: flows.into_iter().map(|(id, name)| FlowName { id, name }).collect(),
                    ..ProblemDetails::default()
                };
                return Self {
                    details: Some(Box::new(details)),
                    ..Self::new(ProblemCode::InUse)
                };
            }
            Refusal::LastAdmin => ProblemCode::LastAdmin,
            Refusal::NotYourself => ProblemCode::NotYourself,
            Refusal::NameTaken => return taken(ProblemCode::NameTaken, "name"),
            Refusal::EmailTaken => return taken(ProblemCode::EmailTaken, "email"),
            Refusal::StaffNoTaken => return taken(ProblemCode::StaffNoTaken, "staff_no"),
            Refusal::KeyTaken => return taken(ProblemCode::KeyTaken, "key"),
            Refusal::TooMany => ProblemCode::TooMany,
            Refusal::DraftChanged {
                revision,
                edited_at,
                editor,
            } => {
                let draft = Some(SavedByOther {
                    revision,
                    edited_at,
                    editor,
                });
                return with_details(
                    ProblemCode::DraftChanged,
                    ProblemDetails {
                        draft,
                        ..ProblemDetails::default()
                    },
                );
            }
            Refusal::FlowInvalid(faults) => {
                return with_details(
                    ProblemCode::FlowInvalid,
                    ProblemDetails {
                        faults,
                        ..ProblemDetails::default()
                    },
                );
            }
            Refusal::FlowUnreadable(error) => {
                let reason = Some(error.to_string());
                return with_details(
                    ProblemCode::FlowUnreadable,
                    ProblemDetails {
                        reason,
                        ..ProblemDetails::default()
                    },
                );
            }
            Refusal::AttachmentUnknown => ProblemCode::AttachmentUnknown,
            Refusal::FileEmpty => ProblemCode::FileEmpty,
            Refusal::FileTooLarge { .. } => ProblemCode::FileTooLarge,
            Refusal::ImageTooLarge => ProblemCode::ImageTooLarge,
            Refusal::IdentityRequired => ProblemCode::IdentityRequired,
            Refusal::IdentityInvalid => ProblemCode::IdentityInvalid,
            Refusal::WebsiteUnknown => ProblemCode::WebsiteUnknown,
        };
        Self::new(code)
    }
}

fn has_open_sessions(sessions: Vec<app::error::BlockingSession>) -> ApiError {
    let sessions = sessions
        .into_iter()
        .map(|session| OpenSession {
            id: session.id,
            visitor: session.visitor,
            source: session.source,
            started_at: session.started_at,
        })
        .collect();
    let details = ProblemDetails {
        sessions,
        ..ProblemDetails::default()
    };
    ApiError {
        details: Some(Box::new(details)),
        ..ApiError::new(ProblemCode::HasOpenSessions)
    }
}

fn with_details(code: ProblemCode, details: ProblemDetails) -> ApiError {
    ApiError {
        details: Some(Box::new(details)),
        ..ApiError::new(code)
    }
}

fn taken(code: ProblemCode, field: &str) -> ApiError {
    ApiError {
        fields: vec![(field.to_owned(), FieldProblemCode::Taken)],
        ..ApiError::new(code)
    }
}

fn field_problem(error: FieldError) -> (String, FieldProblemCode) {
    let code = match error.fault {
        FieldFault::Required => FieldProblemCode::Required,
        FieldFault::TooLong => FieldProblemCode::TooLong,
        FieldFault::OutOfRange => FieldProblemCode::OutOfRange,
        FieldFault::Malformed => FieldProblemCode::Malformed,
        FieldFault::HiddenCharacters => FieldProblemCode::HiddenCharacters,
        FieldFault::Reserved => FieldProblemCode::Reserved,
        FieldFault::Taken => FieldProblemCode::Taken,
        FieldFault::Unknown => FieldProblemCode::Unknown,
    };
    (error.field, code)
}
