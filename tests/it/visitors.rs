//! Who a visitor is, and what nobody else may see.

use ring::hmac;
use serde_json::{Value, json};

use crate::talk::{Desk, Guest, new_key, texts};

/// A channel with a secret, and that secret.
pub async fn signing(desk: &Desk) -> String {
    let id = desk.channel_id("site").await;
    let answer = desk
        .admin()
        .http
        .post(&format!("/channels/{id}/identity-secret"), &json!({}))
        .await
        .ok();
    answer["secret"].as_str().expect("a secret").to_owned()
}

/// What a site would send for this person.
fn identity(desk: &Desk, secret: &str, user_id: &str) -> Value {
    let expires_at = desk.now_seconds() + 3_600;
    json!({"user_id": user_id, "expires_at": expires_at, "signature": sign(secret, user_id, expires_at)})
}

/// The signature that a site would send.
pub fn sign(secret: &str, user_id: &str, expires_at: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let message = domain::visitor::identity_message(user_id, expires_at);
    hmac::sign(&key, message.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

async fn claim(desk: &Desk, body: &Value) -> crate::talk::Answer {
    desk.nobody().post("/visitor/channels/site/token", body).await
}

async fn guest(desk: &Desk, body: &Value) -> Guest {
    desk.guest_from(&claim(desk, body).await.ok())
}

/// SEC-03, T306, ROUTE-18: the same person on another device is the same visitor with the same conversation; the
/// anonymous visitor of that browser becomes the person, with what was said before.
#[tokio::test]
async fn a_signed_identity_joins_devices() {
    let desk = Desk::start().await;
    let secret = signing(&desk).await;
    let phone = desk.guest().await;
    phone.says("from the phone").await;
    let body = json!({"token": phone.token, "identity": identity(&desk, &secret, "user-1")});
    let known = guest(&desk, &body).await;
    assert_eq!(known.id, phone.id, "the same visitor goes on");
    phone
        .http
        .get("/visitor/conversation")
        .await
        .refused(401, "not_signed_in");
    known.says("signed in").await;

    let laptop = guest(&desk, &json!({"identity": identity(&desk, &secret, "user-1")})).await;
    assert_eq!(laptop.id, known.id);
    let said = texts(&laptop.conversation().await["entries"]);
    assert!(said.contains(&"from the phone".to_owned()) && said.contains(&"signed in".to_owned()));
    let (mut one, mut two) = (known.connect().await, laptop.connect().await);
    laptop.says("to both").await;
    for page in [&mut one, &mut two] {
        page.until(|frame| crate::talk::text_of(frame) == ["to both"]).await;
    }
    let kept = claim(
        &desk,
        &json!({"token": known.token, "identity": identity(&desk, &secret, "user-1")}),
    )
    .await
    .ok();
    assert!(kept.get("token").is_none(), "a good token stays good");
}

/// T304: whatever is wrong with a signature, the answer is the same, and no visitor is made.
#[tokio::test]
async fn a_wrong_signature_is_refused() {
    let desk = Desk::start().await;
    let now = desk.now_seconds();
    let unset = json!({"user_id": "u", "expires_at": now + 60, "signature": sign("", "u", now + 60)});
    claim(&desk, &json!({"identity": unset}))
        .await
        .refused(401, "identity_invalid");
    let older = signing(&desk).await;
    let secret = signing(&desk).await;
    let good = sign(&secret, "user-1", now + 60);
    for (user_id, expires_at, signature) in [
        ("user-2", now + 60, good.clone()),
        ("user-1", now + 61, good.clone()),
        ("user-1", now + 60, good.to_uppercase()),
        ("user-1", now + 60, good[..63].to_owned()),
        ("user-1", now + 60, String::new()),
        ("user-1", now + 60, "0".repeat(64)),
        ("user-1", now + 60, sign(&older, "user-1", now + 60)),
        ("user-1", now, sign(&secret, "user-1", now)),
        ("user-1", now + 86_401, sign(&secret, "user-1", now + 86_401)),
        ("", now + 60, sign(&secret, "", now + 60)),
    ] {
        let identity = json!({"user_id": user_id, "expires_at": expires_at, "signature": signature});
        claim(&desk, &json!({"identity": identity}))
            .await
            .refused(401, "identity_invalid");
    }
    let identity = json!({"user_id": "user-1", "expires_at": now + 60, "signature": good});
    claim(&desk, &json!({"identity": identity})).await.ok();
}

/// SEC-03, T304: where a channel demands an identity nobody talks without one, also not with an older anonymous token
/// of a new claim.
#[tokio::test]
async fn a_channel_may_demand_an_identity() {
    let desk = Desk::start().await;
    let secret = signing(&desk).await;
    let before = desk.guest().await;
    let id = desk.channel_id("site").await;
    desk.admin()
        .http
        .patch(&format!("/channels/{id}"), &json!({"requires_identity": true}))
        .await
        .ok();
    claim(&desk, &json!({})).await.refused(401, "identity_required");
    claim(&desk, &json!({"token": before.token}))
        .await
        .refused(401, "identity_required");
    guest(&desk, &json!({"identity": identity(&desk, &secret, "user-1")}))
        .await
        .says("hello")
        .await;
}

/// U25, T305: another person at the same browser gets a fresh start and sees nothing of the first one.
#[tokio::test]
async fn another_person_at_the_browser_starts_anew() {
    let desk = Desk::start().await;
    let secret = signing(&desk).await;
    let first = guest(&desk, &json!({"identity": identity(&desk, &secret, "user-1")})).await;
    first.says("canary of the first").await;
    let second = guest(
        &desk,
        &json!({"token": first.token, "identity": identity(&desk, &secret, "user-2")}),
    )
    .await;
    assert_ne!(second.id, first.id);
    assert!(second.conversation().await.get("session").is_none());
    assert!(!second.conversation().await.to_string().contains("canary"));
    // And the first one, back again, has everything.
    let back = guest(
        &desk,
        &json!({"token": second.token, "identity": identity(&desk, &secret, "user-1")}),
    )
    .await;
    assert_eq!(back.id, first.id);
    assert!(back.conversation().await.to_string().contains("canary"));
}

/// T306: an anonymous conversation joins a person whom the channel knows already only by being left behind: nobody can
/// slip own words into somebody's history.
#[tokio::test]
async fn a_known_person_keeps_the_own_history() {
    let desk = Desk::start().await;
    let secret = signing(&desk).await;
    let known = guest(&desk, &json!({"identity": identity(&desk, &secret, "user-1")})).await;
    known.says("mine").await;
    let stranger = desk.guest().await;
    stranger.says("slipped in").await;
    let joined = guest(
        &desk,
        &json!({"token": stranger.token, "identity": identity(&desk, &secret, "user-1")}),
    )
    .await;
    assert_eq!(joined.id, known.id);
    assert!(!joined.conversation().await.to_string().contains("slipped in"));
}

/// T309, T316: a token is good for its own channel only; an unknown and a deleted channel are the same nothing.
#[tokio::test]
async fn a_token_is_good_for_its_channel() {
    let desk = Desk::start().await;
    let other = desk.channel("other", &desk.group_id()).await;
    let guest = desk.guest().await;
    let page = guest.try_connect_to(&other, &guest.token).await;
    assert_eq!(page.refused.as_deref(), Some("not_signed_in"));
    assert_eq!(page.close, Some(4003));
    let there = desk
        .nobody()
        .post(
            &format!("/visitor/channels/{other}/token"),
            &json!({"token": guest.token}),
        )
        .await
        .ok();
    assert_ne!(
        there["visitor"]["id"],
        guest.id.as_str(),
        "another channel makes another visitor"
    );
    let id = desk.channel_id(&other).await;
    desk.admin().http.delete(&format!("/channels/{id}")).await.ok();
    for key in [other.as_str(), "nothing"] {
        desk.nobody()
            .get(&format!("/visitor/channels/{key}"))
            .await
            .refused(404, "not_found");
        desk.nobody()
            .post(&format!("/visitor/channels/{key}/token"), &json!({}))
            .await
            .refused(404, "not_found");
    }
    desk.guest_from(&there)
        .http
        .get("/visitor/conversation")
        .await
        .refused(401, "not_signed_in");
}

/// T301, T302: tokens are random, unlike each other, and nothing near one opens anything.
#[tokio::test]
async fn tokens_are_not_guessed() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let token = guest.token.clone();
    assert!(token.len() >= 22, "128 bits: {token}");
    assert_ne!(token, desk.guest().await.token);
    for wrong in [
        String::new(),
        token[..token.len() - 1].to_owned(),
        token.to_lowercase(),
        token.to_uppercase(),
        format!("{token}A"),
        guest.id.clone(),
        "[object Object]".to_owned(),
    ] {
        if wrong == token {
            continue;
        }
        desk.bearer(&wrong)
            .get("/visitor/conversation")
            .await
            .refused(401, "not_signed_in");
        assert_eq!(
            guest.try_connect_to("site", &wrong).await.refused.as_deref(),
            Some("not_signed_in")
        );
    }
    for wrong in [json!({"$regex": "^a"}), json!([token]), json!(0), json!(true)] {
        claim(&desk, &json!({"token": wrong}))
            .await
            .refused(400, "invalid_request");
    }
}

/// T303, T311: what a visitor is told holds no secret and nothing of the desk's inside.
#[tokio::test]
async fn visitors_are_told_nothing_of_the_inside() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;
    ann.says(&id, "hello").await;
    page.until(|frame| crate::talk::text_of(frame) == ["hello"] && frame["entries"][0]["author"] == "agent")
        .await;
    let mut told = vec![guest.conversation().await.to_string()];
    told.extend(page.heard.iter().map(ToString::to_string));
    told.push(desk.nobody().get("/visitor/channels/site").await.text);
    for text in &told {
        for inside in [
            "agt_",
            "grp_",
            "flw_",
            "example.com",
            &guest.token,
            "flow_step",
            "queued",
            "reason",
            "secret",
        ] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
    }
    let seen = ann.http.get("/workbench").await.text;
    assert!(!seen.contains(&guest.token));
}

/// T310: a visitor's token opens nothing of the desk's, and an agent's cookie nothing of a visitor's.
#[tokio::test]
async fn one_kind_of_proof_does_not_serve_for_the_other() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let guest = desk.guest().await;
    let mut mixed = desk.nobody();
    mixed.cookie = Some(format!("frontdesk={}", guest.token));
    mixed.get("/me").await.refused(401, "not_signed_in");
    guest.http.get("/me").await.refused(401, "not_signed_in");
    ann.http
        .get("/visitor/conversation")
        .await
        .refused(401, "not_signed_in");
    let secret = ann
        .http
        .cookie
        .as_deref()
        .and_then(|cookie| cookie.split_once('='))
        .expect("a cookie")
        .1
        .to_owned();
    desk.bearer(&secret)
        .get("/visitor/conversation")
        .await
        .refused(401, "not_signed_in");
}

/// T312: by somebody else's ids a visitor reads nothing, which looks as if there were nothing.
#[tokio::test]
async fn another_visitors_session_is_not_there() {
    let desk = Desk::start().await;
    let (vera, wim) = (desk.guest().await, desk.guest().await);
    let foreign = vera.says("canary").await;
    wim.says("hello").await;
    let id = foreign["session_id"].as_str().expect("an id");
    let path = format!("/visitor/history?before_session_id={id}&before_seq=99");
    wim.http.get(&path).await.refused(404, "not_found");
    let path = format!("/visitor/conversation?session_id={id}&after_seq=0");
    assert!(!wim.http.get(&path).await.text.contains("canary"));
    let page = wim.connect_after(id, 0).await;
    assert_eq!(page.heard[0]["resumed"], false);
    assert!(!page.heard[0].to_string().contains("canary"));
    wim.http.post("/visitor/read", &json!({"seq": 99})).await.ok();
    assert_eq!(
        vera.conversation().await["session"]["visitor_read"],
        foreign["seq"],
        "moved by the own words only"
    );
}

/// T507, T508, U12, U13: a colleague's session is not there for an agent: neither to read nor to write nor to end.
#[tokio::test]
async fn a_colleagues_session_is_not_there() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let id = guest.says("canary").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;
    let before = guest.lines().await;
    let post = json!({"client_id": new_key(), "content": {"type": "text", "text": "intruder"}});
    for (method, path, body) in [
        ("GET", format!("/sessions/{id}"), None),
        ("GET", format!("/sessions/{id}/entries"), None),
        ("GET", format!("/sessions/{id}/history"), None),
        ("POST", format!("/sessions/{id}/messages"), Some(&post)),
        ("POST", format!("/sessions/{id}/read"), Some(&json!({"seq": 1}))),
        ("POST", format!("/sessions/{id}/end"), Some(&json!({}))),
        ("POST", format!("/sessions/{id}/complete"), Some(&json!({}))),
    ] {
        bob.http.send(method, &path, body).await.refused(404, "not_found");
    }
    let mut other = bob.connect().await;
    other
        .send(json!({"type": "post", "session_id": id, "client_id": "k", "content": {"type": "text", "text": "x"}}))
        .await;
    assert_eq!(other.next("refused").await["problem"]["code"], "not_found");
    other.send(json!({"type": "read", "session_id": id, "seq": 1})).await;
    assert_eq!(other.next("refused").await["problem"]["code"], "not_found");
    other.send(json!({"type": "typing", "session_id": id})).await;
    other
        .send(json!({"type": "catch_up", "session_id": id, "after_seq": 0}))
        .await;
    other.next("resync_required").await;
    assert_eq!(guest.lines().await, before);
}

/// T1101, T402: one address opens five new sessions in ten minutes; who talks already is not disturbed.
#[tokio::test]
async fn new_sessions_of_one_address_are_limited() {
    let desk = Desk::behind_a_proxy(|config| config.limits = Default::default()).await;
    let mut guests = Vec::new();
    for _ in 0..5 {
        let guest = desk.guest_at("203.0.113.7").await;
        guest.says("hello").await;
        guests.push(guest);
    }
    let late = desk.guest_at("203.0.113.7").await;
    let body = json!({"client_id": "k", "content": {"type": "text", "text": "hello"}});
    let refused = late.http.post("/visitor/messages", &body).await;
    refused.refused(429, "rate_limited");
    assert_eq!(refused.body["class"], "retry", "C20");
    assert!(
        late.conversation().await.get("session").is_none(),
        "nothing half written"
    );
    guests[0].says("still here").await;
    desk.guest_at("203.0.113.8").await.says("from elsewhere").await;
    desk.advance(600);
    late.http.post("/visitor/messages", &body).await.ok();
}

/// T1102: a visitor's messages are limited; what was refused is not stored, and goes through later with the same key.
#[tokio::test]
async fn a_flood_of_messages_is_limited() {
    let desk = Desk::with_default_limits().await;
    let guest = desk.guest().await;
    let mut refused = Vec::new();
    for number in 0..25 {
        let body =
            json!({"client_id": format!("k{number}"), "content": {"type": "text", "text": format!("m{number}")}});
        let answer = guest.http.post("/visitor/messages", &body).await;
        if answer.status == 429 {
            assert!(
                answer.body["retry_after"]
                    .as_i64()
                    .is_some_and(|seconds| (1..=60).contains(&seconds))
            );
            refused.push(number);
        }
    }
    assert!(
        (1..=5).contains(&refused.len()),
        "twenty at once, one more a second: {refused:?}"
    );
    let said = texts(&guest.conversation().await["entries"]);
    assert_eq!(
        said.iter().filter(|text| text.starts_with('m')).count(),
        25 - refused.len()
    );
}

/// T102, T108, T114: a name is made harmless, and none passes for the desk.
#[tokio::test]
async fn names_are_made_harmless() {
    let desk = Desk::start().await;
    let named = guest(&desk, &json!({"nickname": "  <b>Vé\u{202e}ra</b>\u{200b} "})).await;
    assert_eq!(named.conversation().await["visitor"]["nickname"], "<b>Véra</b>");
    for reserved in ["System", "客服", "\u{200b}", ""] {
        claim(&desk, &json!({"nickname": reserved}))
            .await
            .refused(400, "invalid_request");
    }
    assert!(
        claim(&desk, &json!({"language": "en"})).await.ok()["visitor"]["nickname"]
            .as_str()
            .is_some_and(|n| n.starts_with("Visitor_"))
    );
    assert!(
        claim(&desk, &json!({"language": "zh-CN"})).await.ok()["visitor"]["nickname"]
            .as_str()
            .is_some_and(|n| n.starts_with("访客_"))
    );
}
