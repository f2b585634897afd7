//! The built web front, carried inside the program; debug builds read it from its folder.

use app::App;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use domain::visitor::Language;
use ring::digest::{SHA256, digest};
use rust_embed::{EmbeddedFile, RustEmbed};
use tower_http::compression::CompressionLayer;

/// The desk: workbench, console, sign-in, and the page about the API.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/desk/dist"]
#[allow_missing = true]
struct DeskPages;

/// The visitor's page, and the script that puts it into other pages.
#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/apps/visitor/dist"]
#[allow_missing = true]
struct VisitorPages;

/// What the desk's pages may load (T120, T211): no script but ours, no frame around them. Styles may stand in the page,
/// since the component library makes them at run time.
const DESK_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'self'";
/// What the visitor's page may load (T120). Who may frame it is added for each channel; the styles in the page are named by
/// their hash.
const VISITOR_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'{styles}; \
    img-src 'self' blob: data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
    require-trusted-types-for 'script'; frame-ancestors 'self'";
/// What the page may load on which an admin tries the widget.
const TRY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
    frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Told instead of a page when the program was built without the web front.
const MISSING: &str = "This Frontdesk was built without its pages. Build them with `make build` \
    (or `cargo xtask web`, then build the server again), and start it again. The API works.\n";

/// Browsers may keep these as long as they like: their names change with their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
const NEVER: &str = "no-store";
const ASK_AGAIN: &str = "no-cache";
/// For the script that other pages name: a new version arrives within minutes, and no page waits for the question.
const A_WHILE: &str = "public, max-age=300, stale-while-revalidate=86400";

/// All pages and what they load.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/chat/{key}", get(chat_page))
        .route("/widget.js", get(widget))
        .route(
            "/try/{key}",
            get(|| async { page::<VisitorPages>("try.html", TRY_POLICY) }),
        )
        .route("/chat-assets/{*path}", get(visitor_file))
        .route(
            "/api/docs",
            get(|| async { page::<DeskPages>("api-docs.html", DESK_POLICY) }),
        )
        .fallback(get(desk_file))
        .layer(CompressionLayer::new())
        .with_state(app)
}

/// The visitor's page, with its words in the caller's language and under the leave of the channel's websites (T212).
async fn chat_page(State(app): State<App>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    let wish = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let language = Language::from_accept_language(wish.unwrap_or_default());
    let name = format!("index.{language}.html");
    let mut policy = VISITOR_POLICY.replace("{styles}", &style_sources(VisitorPages::get(&name)));
    // Without an answer nobody but ourselves may frame the page (G12).
    let websites = app::visitors::websites(&app, &key).await.unwrap_or_else(|error| {
        tracing::error!(%error, channel.key = %key, "Looking up who may show the chat {key} failed");
        Vec::new()
    });
    for website in &websites {
        policy.push(' ');
        policy.push_str(website.as_str());
    }
    let mut response = page::<VisitorPages>(&name, &policy);
    let vary = HeaderValue::from_static("accept-language");
    response.headers_mut().append(header::VARY, vary);
    response
}

/// The hashes of the styles that stand in a page, as sources of its policy.
fn style_sources(page: Option<EmbeddedFile>) -> String {
    let Some(page) = page else { return String::new() };
    let text = String::from_utf8_lossy(&page.data);
    let styles = text
        .split("<style>")
        .skip(1)
        .filter_map(|rest| rest.split("</style>").next());
    let hash = |style: &str| base64::engine::general_purpose::STANDARD.encode(digest(&SHA256, style.as_bytes()));
    styles.map(|style| format!(" 'sha256-{}'", hash(style))).collect()
}

/// The script that other pages load (CHAN-04).
async fn widget(headers: HeaderMap) -> Response {
    match VisitorPages::get("widget/widget.js") {
        Some(found) => for_everybody(file(A_WHILE, found, &headers, TRY_POLICY)),
        None => not_found(),
    }
}

/// Lets pages of other sites load a file, also under a hash of its content (T220).
fn for_everybody(mut response: Response) -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

async fn visitor_file(Path(path): Path<String>, headers: HeaderMap) -> Response {
    match VisitorPages::get(&path) {
        Some(found) if path.starts_with("widget/") => for_everybody(file(kept(&path), found, &headers, TRY_POLICY)),
        Some(found) if !path.ends_with(".html") => file(kept(&path), found, &headers, TRY_POLICY),
        _ => not_found(),
    }
}

/// How long browsers may keep a file.
fn kept(path: &str) -> &'static str {
    if path.starts_with("assets/") || path.starts_with("widget/assets/") {
        FOREVER
    } else {
        ASK_AGAIN
    }
}

/// A file of the desk, or its page: the page itself knows what its addresses mean.
async fn desk_file(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_page = path.is_empty() || path == "index.html" || path == "api-docs.html";
    if let Some(found) = DeskPages::get(path).filter(|_| !is_page) {
        return file(kept(path), found, &headers, DESK_POLICY);
    }
    let first = path.split('/').next().unwrap_or_default();
    if matches!(first, "api" | "assets" | "chat" | "chat-assets" | "try") {
        return not_found();
    }
    page::<DeskPages>("index.html", DESK_POLICY)
}

fn page<Pages: RustEmbed>(name: &str, policy: &str) -> Response {
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

fn file(keep: &'static str, found: EmbeddedFile, headers: &HeaderMap, policy: &str) -> Response {
    // Weak, since what is sent may be compressed in several ways.
    let etag = format!("W/\"{}\"", app::secrets::hex(&found.metadata.sha256_hash()[..16]));
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

fn secured(mut response: Response, policy: &str, keep: &'static str) -> Response {
    // Made of our own words and of checked websites only.
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let headers = [
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
