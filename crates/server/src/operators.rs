//! What only operators may see: metrics and invariants. To everybody else it does not exist (T710).
//!
//! Whoever shows the token is an operator, and so is everybody at the listener of `metrics.listen`. Without a token a
//! caller of this very machine is one, as long as no proxy can stand between: a proxy on this machine brings strangers
//! from a loopback address too.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::config::{Config, Secret};

/// Headers by which proxies give themselves away.
const OF_PROXIES: [&str; 7] = [
    "forwarded",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "cf-connecting-ip",
];

/// Tells operators from everybody else.
pub struct Operators {
    token: Option<Secret>,
    trusted_proxies: Vec<IpAddr>,
    /// Whether people reach this listener without a proxy between, as far as the settings tell.
    is_direct: bool,
}

impl Operators {
    /// As the settings say.
    #[must_use]
    pub fn new(config: &Config) -> Arc<Self> {
        let url = config.http.public_url.as_deref();
        let host = url.and_then(|url| url::Url::parse(url).ok()?.host_str().map(str::to_owned));
        Arc::new(Self {
            token: config.metrics.token.clone(),
            trusted_proxies: config.http.trusted_proxies.clone(),
            is_direct: config.http.tls_cert.is_some() || host.is_none_or(|host| is_this_machine(&host)),
        })
    }

    fn knows(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        self.is_shown_the_token(headers) || self.is_at_this_machine(peer, headers)
    }

    fn is_shown_the_token(&self, headers: &HeaderMap) -> bool {
        let shown = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match (&self.token, shown) {
            (Some(token), Some(shown)) => app::secrets::same(token.reveal(), shown),
            _ => false,
        }
    }

    fn is_at_this_machine(&self, peer: IpAddr, headers: &HeaderMap) -> bool {
        let peer = peer.to_canonical();
        let called = headers
            .get(header::HOST)
            .and_then(|value| url::Url::parse(&format!("http://{}", value.to_str().ok()?)).ok());
        self.is_direct
            && peer.is_loopback()
            && !self.trusted_proxies.contains(&peer)
            && !OF_PROXIES.iter().any(|name| headers.contains_key(*name))
            // A page of a stranger may have its own name lead here.
            && called.is_some_and(|url| url.host_str().is_some_and(is_this_machine))
    }
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Lets operators through.
pub async fn only(
    State(operators): State<Arc<Operators>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if operators.knows(peer.ip(), request.headers()) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn operators(change: impl FnOnce(&mut Config)) -> Arc<Operators> {
        let mut config = Config::on(std::path::Path::new("data"));
        change(&mut config);
        Operators::new(&config)
    }

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        let all = all.iter();
        all.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect()
    }

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    /// T710: a caller of this machine is an operator; one from outside is none, nor one through a proxy, nor a page
    /// whose name leads here.
    #[test]
    fn strangers_are_no_operators() {
        let plain = operators(|_| ());
        let outside: IpAddr = [203, 0, 113, 7].into();
        assert!(plain.knows(HERE, &headers(&[("host", "127.0.0.1:8080")])));
        assert!(plain.knows([0, 0, 0, 0, 0, 0, 0, 1].into(), &headers(&[("host", "[::1]:8080")])));
        assert!(plain.knows(HERE, &headers(&[("host", "localhost")])));
        assert!(!plain.knows(outside, &headers(&[("host", "127.0.0.1:8080")])));
        assert!(!plain.knows(HERE, &headers(&[("host", "desk.example.com")])));
        assert!(!plain.knows(HERE, &headers(&[])));
        for name in OF_PROXIES {
            assert!(
                !plain.knows(HERE, &headers(&[("host", "127.0.0.1:8080"), (name, "127.0.0.1")])),
                "{name}"
            );
        }
        let own = headers(&[("host", "127.0.0.1:8080")]);
        assert!(!operators(|config| config.http.trusted_proxies = vec![HERE]).knows(HERE, &own));
        let public = |url: &str| operators(|config| config.http.public_url = Some(url.to_owned()));
        assert!(!public("https://desk.example.com").knows(HERE, &own));
        assert!(public("http://127.0.0.1:8080").knows(HERE, &own));
    }

    /// T710: the token opens from anywhere; no other one does.
    #[test]
    fn the_token_opens_from_anywhere() {
        let outside: IpAddr = [203, 0, 113, 7].into();
        let with = operators(|config| config.metrics.token = Some("a-long-secret-token".to_owned().into()));
        assert!(with.knows(outside, &headers(&[("authorization", "Bearer a-long-secret-token")])));
        assert!(!with.knows(outside, &headers(&[("authorization", "Bearer a-long-secret-toke")])));
        assert!(!with.knows(outside, &headers(&[])));
        assert!(!operators(|_| ()).knows(outside, &headers(&[("authorization", "Bearer ")])));
    }
}
