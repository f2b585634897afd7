//! Uploads and downloads, for agents and visitors.

use std::time::Duration;

use app::attachments::{self, Form, Opened, Uploader};
use app::{AppError, Refusal};
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::attachment::{Attachment, is_inline_image};
use domain::ids::{AttachmentId, SessionId};
use domain::message::ClientId;
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::{Answer, Key, KnownVisitor, Path, SignedIn};
use crate::problem::ApiError;
use crate::state::{Api, Pace};
use crate::wire::problem::{Problem, ProblemCode};

pub(super) fn operations() -> OpenApiRouter<Api> {
    let uploads = OpenApiRouter::new()
        .routes(routes!(upload_as_agent))
        .routes(routes!(upload_as_visitor))
        // The stream is counted while it comes, against the operator's own limit.
        .layer(DefaultBodyLimit::disable());
    uploads
        .routes(routes!(show_to_agent))
        .routes(routes!(show_thumbnail_to_agent))
        .routes(routes!(show_to_visitor))
        .routes(routes!(show_thumbnail_to_visitor))
}

/// One file, as the form field `file`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form; the stream is read field by field")]
struct UploadForm {
    /// Its bytes.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
}

/// Uploads a file into a session in service; then it can be posted by its id.
#[utoipa::path(post, path = "/sessions/{id}/attachments", tag = "workbench", security(("agent" = [])),
    params(("id" = SessionId, Path)), request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Attachment), (status = "default", body = Problem)))]
async fn upload_as_agent(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<SessionId>,
    Key(key): Key,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Answer<Attachment>, ApiError> {
    let by = Uploader::agent(&api.app, &by, id).await?;
    upload(&api, by, key, &headers, form).await
}

/// Uploads a file; then it can be posted by its id.
#[utoipa::path(post, path = "/visitor/attachments", tag = "visitor", security(("visitor" = [])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 200, body = Attachment), (status = "default", body = Problem)))]
async fn upload_as_visitor(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Key(key): Key,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Answer<Attachment>, ApiError> {
    upload(&api, Uploader::visitor(&by), key, &headers, form).await
}

/// Reads the form's one file, never more of it than allowed, and leaves nothing behind when it breaks off (T607, T608).
async fn upload(
    api: &Api,
    by: Uploader,
    key: Option<ClientId>,
    headers: &HeaderMap,
    mut form: Multipart,
) -> Result<Answer<Attachment>, ApiError> {
    let max = api.app.settings.upload_max_bytes;
    let arrives = Arrives::from_now(&api.pace);
    let told = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    // The form around the file takes some bytes too.
    if told.is_some_and(|length| length > max + 16 * 1024) {
        return Err(Refusal::FileTooLarge { max }.into());
    }
    let field = arrives
        .in_time(form.next_field())
        .await?
        .ok_or_else(|| ApiError::new(ProblemCode::InvalidRequest))?;
    if field.name() != Some("file") {
        return Err(ApiError::new(ProblemCode::InvalidRequest));
    }
    let name = field.file_name().unwrap_or_default().to_owned();
    let incoming = receive(api, field, &arrives, max).await?;
    let more = arrives.in_time(form.next_field()).await;
    if !matches!(more, Ok(None)) {
        incoming.discard();
        return Err(more.err().unwrap_or_else(|| ApiError::new(ProblemCode::InvalidRequest)));
    }
    let kept = attachments::keep(&api.app, by, key, &name, incoming).await?;
    Ok(Answer::of(kept, |attachment| attachment))
}

/// The deadlines of an upload: of the next piece, and of the whole.
struct Arrives {
    piece_within: Duration,
    until: Instant,
}

impl Arrives {
    fn from_now(pace: &Pace) -> Self {
        Self {
            piece_within: pace.body_within,
            until: Instant::now() + pace.upload_within,
        }
    }

    async fn in_time<T>(&self, piece: impl Future<Output = Result<T, MultipartError>>) -> Result<T, ApiError> {
        let deadline = self.until.min(Instant::now() + self.piece_within);
        match tokio::time::timeout_at(deadline, piece).await {
            Ok(piece) => piece.map_err(broken),
            Err(_) => Err(ApiError::new(ProblemCode::TooSlow)),
        }
    }
}

async fn receive(api: &Api, mut field: Field<'_>, arrives: &Arrives, max: u64) -> Result<app::files::Upload, ApiError> {
    let mut incoming = api.app.files.begin().await.map_err(AppError::internal)?;
    loop {
        let refused = match arrives.in_time(field.chunk()).await {
            Ok(Some(bytes)) if incoming.size + bytes.len() as u64 > max => Refusal::FileTooLarge { max }.into(),
            Ok(Some(bytes)) => match incoming.write(&bytes).await {
                Ok(()) => continue,
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => AppError::StorageFull.into(),
                Err(error) => AppError::internal(error).into(),
            },
            Ok(None) => return Ok(incoming),
            Err(refused) => refused,
        };
        incoming.discard();
        return Err(refused);
    }
}

fn broken(error: MultipartError) -> ApiError {
    let is_large = error.status() == StatusCode::PAYLOAD_TOO_LARGE;
    ApiError::new(if is_large {
        ProblemCode::TooLarge
    } else {
        ProblemCode::InvalidRequest
    })
}

/// A file of a conversation that the agent serves or served.
#[utoipa::path(get, path = "/attachments/{id}", tag = "workbench", security(("agent" = [])),
    params(("id" = AttachmentId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = "default", body = Problem)))]
async fn show_to_agent(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<AttachmentId>,
) -> Result<Response, ApiError> {
    Ok(whole(
        attachments::open_for_agent(&api.app, &by, id, Form::Whole).await?,
    ))
}

/// The small picture of such a file.
#[utoipa::path(get, path = "/attachments/{id}/thumbnail", tag = "workbench", security(("agent" = [])),
    params(("id" = AttachmentId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"), (status = "default", body = Problem)))]
async fn show_thumbnail_to_agent(
    State(api): State<Api>,
    SignedIn(by): SignedIn,
    Path(id): Path<AttachmentId>,
) -> Result<Response, ApiError> {
    Ok(thumbnail(
        attachments::open_for_agent(&api.app, &by, id, Form::Thumbnail).await?,
    ))
}

/// A file of the visitor's own conversation.
#[utoipa::path(get, path = "/visitor/attachments/{id}", tag = "visitor", security(("visitor" = [])),
    params(("id" = AttachmentId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"), (status = "default", body = Problem)))]
async fn show_to_visitor(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Path(id): Path<AttachmentId>,
) -> Result<Response, ApiError> {
    Ok(whole(
        attachments::open_for_visitor(&api.app, &by, id, Form::Whole).await?,
    ))
}

/// The small picture of such a file.
#[utoipa::path(get, path = "/visitor/attachments/{id}/thumbnail", tag = "visitor", security(("visitor" = [])),
    params(("id" = AttachmentId, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/png"), (status = "default", body = Problem)))]
async fn show_thumbnail_to_visitor(
    State(api): State<Api>,
    KnownVisitor(by): KnownVisitor,
    Path(id): Path<AttachmentId>,
) -> Result<Response, ApiError> {
    Ok(thumbnail(
        attachments::open_for_visitor(&api.app, &by, id, Form::Thumbnail).await?,
    ))
}

/// The bytes, shown in place only if they are a picture that runs nothing (T603).
fn whole(opened: Opened) -> Response {
    let Opened { row, content, .. } = opened;
    let is_picture = is_inline_image(&row.media_type) && row.width.is_some();
    let (kind, media_type) = if is_picture {
        ("inline", row.media_type.as_str())
    } else {
        ("attachment", "application/octet-stream")
    };
    let mut response = Body::from_stream(content).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(row.size));
    set(headers, header::CONTENT_TYPE, media_type);
    set(headers, header::CONTENT_DISPOSITION, &disposition(kind, &row.name));
    harden(headers);
    response
}

fn thumbnail(opened: Opened) -> Response {
    picture(Body::from_stream(opened.content), &opened.media_type)
}

/// A picture that this desk wrote itself.
pub(super) fn picture(content: Body, media_type: &str) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    set(headers, header::CONTENT_TYPE, media_type);
    harden(headers);
    response
}

/// Nothing of it runs. Nobody keeps it either, which holds for every answer: whoever may not read it any more must not find it
/// in a browser (T224, T522).
fn harden(headers: &mut HeaderMap) {
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox"),
    );
}

fn set(headers: &mut HeaderMap, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// RFC 6266: a plain name for old programs, and the real one percent-encoded (T604).
fn disposition(kind: &str, name: &str) -> String {
    use std::fmt::Write as _;
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{kind}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    /// T604: whatever a name holds, the header stays one header and tells the real name.
    #[test]
    fn names_do_not_break_the_header() {
        let header = disposition("attachment", "报\"告\r\nX: y.pdf");
        assert!(header.is_ascii() && !header.contains(['\r', '\n']));
        assert!(
            header.ends_with("filename*=UTF-8''%E6%8A%A5%22%E5%91%8A%0D%0AX%3A%20y.pdf"),
            "{header}"
        );
    }
}
