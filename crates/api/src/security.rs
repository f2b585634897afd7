//! Where a call comes from, and what every answer says to browsers.

use std::net::IpAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

use crate::state::{Api, Site};

/// Whether a call comes from a page of another site. Calls without `Origin` come from no page; what they could do with
/// somebody's cookie is kept from them by the CSRF token and by taking JSON only (T214, T217).
#[must_use]
pub fn is_foreign(headers: &HeaderMap, api: &Api) -> bool {
    headers.contains_key(header::ORIGIN) && !is_own_origin(headers, api)
}

/// Whether a call says that it comes from a page of this desk: the `Origin` is the configured address, or the very
/// host that was called. Sockets need it, since browsers open them across sites with cookies (T215).
#[must_use]
pub fn is_own_origin(headers: &HeaderMap, api: &Api) -> bool {
    let Some(origin) = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let Ok(origin) = Url::parse(origin) else {
        return false;
    };
    let configured = Url::parse(&api.app.settings.public_url).is_ok_and(|own| own.origin() == origin.origin());
    configured || is_called_host(&origin, headers)
}

fn is_called_host(origin: &Url, headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let called = Url::parse(&format!("{}://{host}", origin.scheme()));
    matches!(origin.scheme(), "http" | "https") && called.is_ok_and(|called| called.origin() == origin.origin())
}

/// The address of the caller. `X-Forwarded-For` counts only from a trusted proxy, and only its last hop that is not
/// one itself (T1107).
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, site: &Site) -> IpAddr {
    let peer = peer.to_canonical();
    if !site.trusted_proxies.contains(&peer) {
        return peer;
    }
    let forwarded = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok());
    let mut hops: Vec<IpAddr> = forwarded
        .flat_map(|value| value.split(','))
        .filter_map(|hop| hop.trim().parse::<IpAddr>().ok())
        .map(|hop| hop.to_canonical())
        .collect();
    while let Some(hop) = hops.pop() {
        if !site.trusted_proxies.contains(&hop) {
            return hop;
        }
    }
    peer
}

/// Says to browsers and caches what holds for every answer of the API (G9, T118, T224).
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let defaults = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in defaults {
        response
            .headers_mut()
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(value).expect("plain"));
        headers
    }

    /// T1107: what anybody may write into a header does not move the address; what a trusted proxy adds does.
    #[test]
    fn only_trusted_proxies_are_believed() {
        let (proxy, peer): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [203, 0, 113, 7].into());
        let site = Site {
            trusted_proxies: vec![proxy],
            ..Site::default()
        };
        assert_eq!(client_address(peer, &forwarded("198.51.100.1"), &site), peer);
        let told: IpAddr = [198, 51, 100, 1].into();
        assert_eq!(client_address(proxy, &forwarded("1.2.3.4, 198.51.100.1"), &site), told);
        assert_eq!(client_address(proxy, &forwarded("198.51.100.1, 10.0.0.1"), &site), told);
        assert_eq!(client_address(proxy, &forwarded("nonsense"), &site), proxy);
    }
}
