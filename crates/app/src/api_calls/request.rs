//! What goes over the wire: a POST of JSON with the node's headers, signed where the node says so.

use std::collections::BTreeMap;
use std::time::Duration;

use domain::flow::{ApiCall, ApiHeaderValue};
use domain::ids::{SecretId, SessionId};
use domain::moment::Moment;
use egress::Call;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};
use ring::hmac;

use crate::secrets::hex;

/// The call's own name: the same when it is made again.
const CALL: HeaderName = HeaderName::from_static("x-frontdesk-call");
/// When it was signed, in seconds since 1970.
const TIMESTAMP: HeaderName = HeaderName::from_static("x-frontdesk-timestamp");
/// `v1=` and the signature.
const SIGNATURE: HeaderName = HeaderName::from_static("x-frontdesk-signature");
/// What stands where a secret was.
const MASK: &str = "•••";
/// Longest beginning of an answer that is kept, in characters.
const KEPT_MAX_CHARS: usize = 4_000;

/// The secrets of one call, in clear. They never leave memory but in headers and signatures.
pub(super) type Opened = BTreeMap<SecretId, String>;

/// The secrets that a call needs.
pub(super) fn secrets_of(call: &ApiCall) -> Vec<SecretId> {
    let headers = call.headers.iter().filter_map(|header| match &header.value {
        ApiHeaderValue::Secret { secret_id } => *secret_id,
        ApiHeaderValue::Text { .. } => None,
    });
    headers.chain(call.signing_secret_id).collect()
}

/// The call as it is made; `None` when a secret is missing, or cannot stand in a header.
pub(super) fn build(call: &ApiCall, url: Url, session: SessionId, secrets: &Opened, now: Moment) -> Option<Call> {
    let mut headers = HeaderMap::new();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(USER_AGENT, HeaderValue::from_static("Frontdesk"));
    for header in &call.headers {
        let name = HeaderName::try_from(&header.name).ok()?;
        let value = match &header.value {
            ApiHeaderValue::Text { text } => HeaderValue::from_str(text).ok()?,
            ApiHeaderValue::Secret { secret_id } => {
                let mut value = HeaderValue::from_str(secrets.get(&(*secret_id)?)?).ok()?;
                value.set_sensitive(true);
                value
            }
        };
        headers.insert(name, value);
    }
    headers.insert(CALL, HeaderValue::from_str(&format!("{session}.{}", call.call)).ok()?);
    if let Some(id) = call.signing_secret_id {
        let timestamp = (now.0 / 1_000).to_string();
        let signature = sign(secrets.get(&id)?, &timestamp, &call.body);
        headers.insert(TIMESTAMP, HeaderValue::from_str(&timestamp).ok()?);
        headers.insert(SIGNATURE, HeaderValue::from_str(&signature).ok()?);
    }
    Some(Call {
        method: Method::POST,
        url,
        headers,
        body: call.body.clone().into_bytes(),
        timeout: Duration::from_secs(call.timeout_seconds.clamp(1, 30).unsigned_abs()),
    })
}

/// `v1=` and HMAC-SHA256 of `timestamp.body` under the secret, as 64 hexadecimal digits (T711).
fn sign(secret: &str, timestamp: &str, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
    format!("v1={}", hex(tag.as_ref()))
}

/// The beginning of an answer as it is kept: secrets struck out, without U+0000, which no store keeps.
pub(super) fn kept(answer: &str, secrets: &Opened) -> String {
    let mut kept = answer.replace('\0', "");
    for secret in secrets.values().filter(|secret| !secret.is_empty()) {
        kept = kept.replace(secret, MASK);
    }
    if let Some((end, _)) = kept.char_indices().nth(KEPT_MAX_CHARS) {
        kept.truncate(end);
    }
    kept
}

#[cfg(test)]
mod tests {
    use domain::flow::ApiHeader;
    use domain::ids::Id as _;
    use uuid::Uuid;

    use super::*;

    fn call() -> (ApiCall, Opened) {
        let (key, signing) = (
            SecretId::from_uuid(Uuid::from_u128(1)),
            SecretId::from_uuid(Uuid::from_u128(2)),
        );
        let header = |name: &str, value| ApiHeader {
            name: name.to_owned(),
            value,
        };
        let call = ApiCall {
            call: 7,
            node: "n".to_owned(),
            attempt: 1,
            url: "https://api.example.com/v1?a=b".to_owned(),
            body: r#"{"city":"上海"}"#.to_owned(),
            headers: vec![
                header("X-Key", ApiHeaderValue::Secret { secret_id: Some(key) }),
                header(
                    "X-Kind",
                    ApiHeaderValue::Text {
                        text: "flow".to_owned(),
                    },
                ),
            ],
            signing_secret_id: Some(signing),
            timeout_seconds: 5,
        };
        let secrets = Opened::from([(key, "the key".to_owned()), (signing, "the signing secret".to_owned())]);
        (call, secrets)
    }

    fn built(call: &ApiCall, secrets: &Opened) -> Option<Call> {
        let url = Url::parse(&call.url).expect("an address");
        let session = SessionId::from_uuid(Uuid::from_u128(3));
        build(call, url, session, secrets, Moment(1_767_603_600_999))
    }

    /// T711, FLOW-09: the test vector of docs/api-calls.md, made with `openssl dgst -sha256 -hmac`.
    #[test]
    fn a_call_is_signed_so_that_others_can_check_it() {
        let (call, secrets) = call();
        let built = built(&call, &secrets).expect("all is there");
        let told = |name: &str| built.headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(told("x-frontdesk-timestamp"), Some("1767603600"));
        assert_eq!(
            told("x-frontdesk-signature"),
            Some("v1=dc075aafe6c93b286b80960c6854e0c4703e868d8d548172b4134223b5b9867e")
        );
        assert_eq!(told("x-frontdesk-call"), Some("ses_00000000000000000000000000000003.7"));
        assert_eq!((told("x-key"), told("x-kind")), (Some("the key"), Some("flow")));
        assert_eq!(built.body, call.body.as_bytes());
        assert!(
            !format!("{built:?}").contains("the key"),
            "secrets do not show themselves"
        );
    }

    /// T1202: a call whose secret is gone, or can be no header, is not made at all.
    #[test]
    fn a_call_without_its_secrets_is_not_made() {
        let (call, secrets) = call();
        for id in secrets.keys() {
            let mut fewer = secrets.clone();
            fewer.remove(id);
            assert!(built(&call, &fewer).is_none(), "without {id}");
        }
        let mut broken = secrets;
        broken.extend(secrets_of(&call).first().map(|id| (*id, "two\r\nlines".to_owned())));
        assert!(built(&call, &broken).is_none());
    }

    /// T1202: what is kept of an answer holds no secret, and is short.
    #[test]
    fn answers_are_kept_short_and_without_secrets() {
        let (_, secrets) = call();
        assert_eq!(
            kept("you sent the key\0, and the signing secret", &secrets),
            "you sent •••, and •••"
        );
        assert_eq!(kept(&"汉".repeat(5_000), &secrets), "汉".repeat(4_000));
    }
}
