//! Requests, counted by route, method and status without building a single string.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{Counter, Histogram, counter, histogram};

/// Methods with a label of their own.
const METHODS: [Method; 6] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::HEAD,
];
/// Statuses with a label of their own: those that this server gives.
const STATUSES: [u16; 21] = [
    101, 200, 201, 204, 206, 304, 400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 431, 500, 502, 503, 507,
];
/// What everything else is called.
const OTHER: &str = "other";

/// Counters of every route, known beforehand: what a request says never makes a new one.
pub struct Http {
    routes: HashMap<String, Route>,
    other: Route,
}

struct Route {
    template: String,
    methods: [OfMethod; METHODS.len() + 1],
}

#[derive(Default)]
struct OfMethod {
    counts: [OnceLock<Counter>; STATUSES.len() + 1],
    seconds: OnceLock<Histogram>,
}

impl Http {
    /// Counters for the API's operations, its sockets and these templates besides.
    #[must_use]
    pub fn new(others: &[&str]) -> Arc<Self> {
        let document = crate::document();
        let sockets = ["/api/v1/visitor/socket", "/api/v1/agent/socket"];
        let templates = document.paths.paths.keys().map(String::as_str);
        let routes = templates.chain(sockets).chain(others.iter().copied());
        Arc::new(Self {
            routes: routes.map(|route| (route.to_owned(), Route::new(route))).collect(),
            other: Route::new(OTHER),
        })
    }

    fn record(&self, route: Option<&MatchedPath>, method: &Method, status: StatusCode, took: Duration) {
        let route = route
            .and_then(|route| self.routes.get(route.as_str()))
            .unwrap_or(&self.other);
        route.record(method, status.as_u16(), took);
    }
}

impl Route {
    fn new(template: &str) -> Self {
        Self {
            template: template.to_owned(),
            methods: std::array::from_fn(|_| OfMethod::default()),
        }
    }

    fn record(&self, method: &Method, status: u16, took: Duration) {
        let method = METHODS
            .iter()
            .position(|known| known == method)
            .unwrap_or(METHODS.len());
        let status = STATUSES
            .iter()
            .position(|known| *known == status)
            .unwrap_or(STATUSES.len());
        let of_method = &self.methods[method];
        of_method.counts[status]
            .get_or_init(|| self.counter(method, status))
            .increment(1);
        of_method.seconds.get_or_init(|| self.histogram(method)).record(took);
    }

    fn counter(&self, method: usize, status: usize) -> Counter {
        let status = STATUSES
            .get(status)
            .map_or_else(|| OTHER.to_owned(), ToString::to_string);
        counter!(
            "frontdesk_http_requests_total",
            "route" => self.template.clone(), "method" => method_name(method), "status" => status
        )
    }

    fn histogram(&self, method: usize) -> Histogram {
        histogram!(
            "frontdesk_http_request_seconds",
            "route" => self.template.clone(), "method" => method_name(method)
        )
    }
}

fn method_name(index: usize) -> String {
    METHODS.get(index).map_or(OTHER, Method::as_str).to_owned()
}

/// Counts a request and its answer.
pub async fn count(
    State(http): State<Arc<Http>>,
    route: Option<MatchedPath>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let response = next.run(request).await;
    http.record(route.as_ref(), &method, response.status(), began.elapsed());
    response
}
