//! The built web front, carried inside the program; debug builds read it from its folder.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};
use tower_http::compression::CompressionLayer;

/// The desk: workbench, console, sign-in, and the page about the API.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/desk/dist"]
#[allow_missing = true]
struct DeskPages;

/// The visitor's page.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/visitor/dist"]
#[allow_missing = true]
struct VisitorPages;

/// What the desk's pages may load (T120, T211): no script but ours, no frame around them. Styles may stand in the page,
/// since the component library makes them at run time.
const DESK_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'self'";
/// What the visitor's page may load (T120, T211).
const VISITOR_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'self'; form-action 'self'";

/// Told instead of a page when the program was built without the web front.
const MISSING: &str = "This Frontdesk was built without its pages. Build them with `make build` \
    (or `cargo xtask web`, then build the server again), and start it again. The API works.\n";

/// Browsers may keep these as long as they like: their names change with their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
const NEVER: &str = "no-store";
const ASK_AGAIN: &str = "no-cache";

/// All pages and what they load.
pub fn router() -> Router {
    Router::new()
        .route(
            "/chat/{key}",
            get(|| async { page::<VisitorPages>("index.html", VISITOR_POLICY) }),
        )
        .route("/chat-assets/{*path}", get(visitor_file))
        .route(
            "/api/docs",
            get(|| async { page::<DeskPages>("api-docs.html", DESK_POLICY) }),
        )
        .fallback(get(desk_file))
        .layer(CompressionLayer::new())
}

async fn visitor_file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match VisitorPages::get(&path) {
        Some(found) if path != "index.html" => file(&path, found, &headers, VISITOR_POLICY),
        _ => not_found(),
    }
}

/// A file of the desk, or its page: the page itself knows what its addresses mean.
async fn desk_file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_page = path.is_empty() || path == "index.html" || path == "api-docs.html";
    if let Some(found) = DeskPages::get(path).filter(|_| !is_page) {
        return file(path, found, &headers, DESK_POLICY);
    }
    let first = path.split('/').next().unwrap_or_default();
    if matches!(first, "api" | "assets" | "chat" | "chat-assets") {
        return not_found();
    }
    page::<DeskPages>("index.html", DESK_POLICY)
}

fn page<Pages: RustEmbed>(name: &str, policy: &'static str) -> Response {
    let Some(found) = Pages::get(name) else {
        return secured(
            (StatusCode::SERVICE_UNAVAILABLE, MISSING).into_response(),
            policy,
            NEVER,
        );
    };
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    secured((headers, Body::from(found.data)).into_response(), policy, NEVER)
}

fn file(path: &str, found: EmbeddedFile, headers: &HeaderMap, policy: &'static str) -> Response {
    // Weak, since what is sent may be compressed in several ways.
    let etag = format!("W/\"{}\"", app::secrets::hex(&found.metadata.sha256_hash()[..16]));
    let keep = if path.starts_with("assets/") {
        FOREVER
    } else {
        ASK_AGAIN
    };
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let mut response = if known.is_some_and(|known| known.split(',').any(|one| one.trim() == etag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = found.metadata.mimetype().to_owned();
        ([(header::CONTENT_TYPE, kind)], Body::from(found.data)).into_response()
    };
    if let Ok(value) = HeaderValue::from_str(&etag) {
        response.headers_mut().insert(header::ETAG, value);
    }
    secured(response, policy, keep)
}

fn not_found() -> Response {
    secured(
        (StatusCode::NOT_FOUND, "There is no such page.\n").into_response(),
        DESK_POLICY,
        NEVER,
    )
}

fn secured(mut response: Response, policy: &'static str, keep: &'static str) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
