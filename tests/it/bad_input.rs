//! Every limit is kept before anything is parsed or stored, and every refusal says the same few things.

use serde_json::{Value, json};

use crate::talk::{Answer, Desk, Guest, new_key, texts};

fn message(text: &str) -> Value {
    json!({"client_id": new_key(), "content": {"type": "text", "text": text}})
}

async fn raw(guest: &Guest, body: impl Into<Vec<u8>>) -> Answer {
    guest
        .http
        .raw("POST", "/visitor/messages", "application/json", body.into())
        .await
}

/// C20, T401: a refusal has a stable code, a class, a sentence in the caller's language, and the id of the request,
/// which stands in the header too.
#[tokio::test]
async fn refusals_speak_the_callers_language() {
    let desk = Desk::start().await;
    let mut nobody = desk.nobody();
    let mut sentences = Vec::new();
    for (language, expected) in [
        ("en", "There is no such thing here."),
        ("en-GB,zh;q=0.5", "There is no such thing here."),
        ("zh-CN", "没有找到所需内容。"),
        ("fr", "没有找到所需内容。"),
        ("<script>", "没有找到所需内容。"),
    ] {
        nobody.language = language.to_owned();
        let answer = nobody.get("/visitor/channels/nothing").await;
        answer.refused(404, "not_found");
        assert_eq!(
            (&answer.body["message"], &answer.body["class"]),
            (&json!(expected), &json!("fatal")),
            "{language}"
        );
        let id = answer.body["request_id"].as_str().expect("an id").to_owned();
        assert_eq!(answer.header("x-request-id"), Some(id.as_str()));
        assert_eq!(answer.header("content-type"), Some("application/json"), "T118");
        sentences.push(id);
    }
    sentences.dedup();
    assert_eq!(sentences.len(), 5, "each request has its own id");
    nobody.get("/nothing/at/all").await.refused(404, "not_found");
    let odd = nobody.get("/%3Cscript%3Ealert(1)%3C/script%3E?%00").await;
    odd.refused(404, "not_found");
    assert!(!odd.text.contains("script"), "T117");
    nobody
        .send("PATCH", "/visitor/messages", None)
        .await
        .refused(405, "method_not_allowed");
}

/// T802: what is no JSON, too deep, too wide or too much is refused by its shape, and the server lives on.
#[tokio::test]
async fn broken_json_is_refused() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let wide: String = (0..1_001).map(|number| format!("\"k{number}\":0,")).collect();
    for body in [
        String::new(),
        "{".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "[".repeat(100_000),
        format!("{{{wide}\"client_id\":\"k\"}}"),
        "{\"client_id\":\"k\",\"content\":{\"type\":\"text\",\"text\":NaN}}".to_owned(),
        "{\"client_id\":\"k\",\"content\":{\"type\":\"text\",\"text\":\"\\ud800\"}}".to_owned(),
        "{\"client_id\":\"k\",\"content\":{\"type\":\"text\",\"text\":\"x\"}} trailing".to_owned(),
        "{\"client_id\":\"k\",\"client_id\":\"l\",\"content\":{\"type\":\"text\",\"text\":\"x\"}}".to_owned(),
        "\u{feff}{\"client_id\":\"k\",\"content\":{\"type\":\"text\",\"text\":\"x\"}}".to_owned(),
        "// comment\n{}".to_owned(),
    ] {
        raw(&guest, body.clone()).await.refused(400, "invalid_request");
    }
    raw(&guest, b"\xff\xfe{}".to_vec())
        .await
        .refused(400, "invalid_request");
    let large = format!(
        "{{\"client_id\":\"k\",\"content\":{{\"type\":\"text\",\"text\":\"{}\"}}}}",
        "x".repeat(256 * 1024)
    );
    raw(&guest, large).await.refused(413, "too_large");
    for media_type in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let body = message("x").to_string().into_bytes();
        let answer = guest.http.raw("POST", "/visitor/messages", media_type, body).await;
        answer.refused(415, "unsupported_media_type");
    }
    assert!(
        guest.conversation().await.get("session").is_none(),
        "nothing was stored"
    );
    guest.says("fine").await;
}

/// T504, T302, T518: fields that nobody asked for, and values of another type, are refused by name.
#[tokio::test]
async fn only_what_is_asked_for_is_taken() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let guest = desk.guest().await;
    for field in [
        "tenant_id",
        "role",
        "seq",
        "created_at",
        "status",
        "author",
        "session_id",
        "__proto__",
    ] {
        let mut body = message("x");
        body[field] = json!("x");
        let refused = guest.http.post("/visitor/messages", &body).await;
        refused.refused(400, "invalid_request");
        assert_eq!(
            (&refused.body["fields"][0]["field"], &refused.body["fields"][0]["code"]),
            (&json!(field), &json!("unknown"))
        );
    }
    let mut inner = message("x");
    inner["content"]["is_admin"] = json!(true);
    guest
        .http
        .post("/visitor/messages", &inner)
        .await
        .refused(400, "invalid_request");
    for path in ["/agents", "/skill-groups", "/channels", "/flows"] {
        let body = json!({"name": "x", "tenant_id": "ten_0", "is_admin": true});
        desk.admin()
            .http
            .post(path, &body)
            .await
            .refused(400, "invalid_request");
    }
    desk.admin()
        .http
        .patch(&format!("/agents/{}", ann.id), &json!({"email": "x@example.com"}))
        .await
        .refused(400, "invalid_request");
    for wrong in [
        json!("0"),
        json!(0),
        json!(null),
        json!(""),
        json!(true),
        json!([]),
        json!({"$ne": 1}),
    ] {
        let body = json!({"client_id": wrong, "content": {"type": "text", "text": "x"}});
        if wrong != json!("0") {
            guest
                .http
                .post("/visitor/messages", &body)
                .await
                .refused(400, "invalid_request");
        }
        let body = json!({"client_id": "k", "content": {"type": "image", "attachment_id": wrong}});
        guest
            .http
            .post("/visitor/messages", &body)
            .await
            .refused(400, "invalid_request");
        ann.http
            .put("/me/status", &json!({"status": wrong}))
            .await
            .refused(400, "invalid_request");
        if wrong != json!(0) {
            ann.http
                .put("/me/reception-limit", &json!({"own_limit": wrong}))
                .await
                .refused(400, "invalid_request");
        }
    }
    for wrong in [0, -1, 101, i64::MAX] {
        let refused = ann.http.put("/me/reception-limit", &json!({"own_limit": wrong})).await;
        refused.refused(400, "invalid_request");
    }
    ann.http
        .put("/me/reception-limit", &json!({"own_limit": 1.5}))
        .await
        .refused(400, "invalid_request");
    for query in [
        "limit=x",
        "limit=1&limit=2",
        "state=all",
        "unknown=1",
        "cursor=%00",
        "limit=99999999999999999999",
    ] {
        ann.http
            .get(&format!("/sessions?{query}"))
            .await
            .refused(400, "invalid_request");
    }
}

/// T310, T518: an id of another kind, a loose spelling or nonsense in a path is a thing that does not exist.
#[tokio::test]
async fn ids_of_another_kind_are_nothing() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;
    ann.http.get(&format!("/sessions/{id}")).await.ok();
    let digits = id.trim_start_matches("ses_");
    for wrong in [
        ann.id.clone(),
        digits.to_owned(),
        id.to_uppercase(),
        format!("{id}0"),
        format!("{id}%20"),
        format!("vis_{digits}"),
        "1".to_owned(),
        "%00".to_owned(),
        "..%2f..%2fetc".to_owned(),
        "'%20OR%201=1".to_owned(),
    ] {
        ann.http
            .get(&format!("/sessions/{wrong}"))
            .await
            .refused(404, "not_found");
        desk.admin()
            .http
            .get(&format!("/agents/{}", wrong.replace("agt_", "ses_")))
            .await
            .refused(404, "not_found");
    }
}

/// T804, C02: texts of 4,000 characters and keys of 64 are taken, anything beyond is refused; what is taken comes back
/// to the letter.
#[tokio::test]
async fn texts_and_keys_have_their_limits() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    for (text, code) in [
        ("汉".repeat(4_001), "message_too_long"),
        (String::new(), "message_empty"),
        (" \n\u{3000}\t".to_owned(), "message_empty"),
        ("a\0b".to_owned(), "message_unstorable"),
    ] {
        guest
            .http
            .post("/visitor/messages", &message(&text))
            .await
            .refused(400, code);
    }
    assert!(
        guest.conversation().await.get("session").is_none(),
        "a refused first message opens no session"
    );
    let odd = [
        "汉".repeat(4_000),
        "e\u{301} é 👩‍👩‍👧 \u{202e}rtl \u{fffd} ٣".to_owned(),
        "<script>alert(1)</script> ${WaitNo} {{7*7}} %s '; DROP TABLE entries;--".to_owned(),
        "  kept  \n as\r\n it is ".to_owned(),
        "a\u{301}".repeat(2_000),
    ];
    for text in &odd {
        guest.says(text).await;
    }
    let said = texts(&guest.conversation().await["entries"]);
    for text in &odd {
        assert!(
            said.contains(text),
            "T101, T104, T804: {text:?} is kept as it was written"
        );
    }
    for key in [
        String::new(),
        "k".repeat(65),
        "a b".to_owned(),
        "é".to_owned(),
        "a\nb".to_owned(),
    ] {
        let body = json!({"client_id": key, "content": {"type": "text", "text": "x"}});
        guest
            .http
            .post("/visitor/messages", &body)
            .await
            .refused(400, "invalid_request");
    }
    let body = json!({"client_id": "k".repeat(64), "content": {"type": "text", "text": "x"}});
    guest.http.post("/visitor/messages", &body).await.ok();
}

/// C02: other commands take their key from a header; with one they are done once, and a crooked key is refused.
#[tokio::test]
async fn commands_are_done_once_by_their_key() {
    let desk = Desk::start().await;
    let mut admin = desk.admin().http.clone();
    admin.key = Some("make-a-group".to_owned());
    let body = json!({"name": "Sales", "reception_limit": 5});
    let first = admin.post("/skill-groups", &body).await;
    let again = admin.post("/skill-groups", &body).await;
    assert_eq!(first.clone().ok()["id"], again.clone().ok()["id"]);
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        (None, Some("true"))
    );
    let other = json!({"name": "Other", "reception_limit": 5});
    admin.post("/skill-groups", &other).await.refused(409, "key_reused");
    admin.key = Some("another".to_owned());
    admin.post("/skill-groups", &body).await.refused(409, "name_taken");
    for key in ["k".repeat(65), "a b".to_owned()] {
        admin.key = Some(key);
        admin
            .post("/skill-groups", &other)
            .await
            .refused(400, "invalid_request");
    }
}

/// T803, C10, C20: a frame that cannot be read is refused and nothing else happens; one that breaks the protocol ends
/// this connection and no other.
#[tokio::test]
async fn broken_frames_hurt_nobody_else() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let long = json!({"type": "post", "client_id": "k", "content": {"type": "text", "text": "汉".repeat(4_001)}});
    page.send(long).await;
    assert_eq!(page.next("refused").await["problem"]["code"], "message_too_long");
    for text in [
        "not json".to_owned(),
        "{}".to_owned(),
        "{\"type\":\"nothing\"}".to_owned(),
        "{\"type\":\"read\",\"seq\":\"1\"}".to_owned(),
        "{\"type\":\"typing\",\"extra\":1}".to_owned(),
        "[".repeat(40),
    ] {
        for socket in [&mut page, &mut bench] {
            socket.send_text(&text).await;
            let refused = socket.next("refused").await;
            assert_eq!(
                (&refused["problem"]["code"], &refused["problem"]["class"]),
                (&json!("invalid_request"), &json!("fatal"))
            );
            assert!(
                refused["problem"]["request_id"]
                    .as_str()
                    .is_some_and(|id| !id.is_empty())
            );
        }
    }
    page.post("still here").await;
    page.next("ack").await;

    for breaks in [Break::Binary, Break::SecondHello, Break::Huge] {
        let mut broken = guest.connect().await;
        match breaks {
            Break::Binary => broken.send_binary(vec![1, 2, 3]).await,
            Break::SecondHello => {
                broken
                    .send(json!({"type": "hello", "channel": "site", "token": guest.token}))
                    .await
            }
            Break::Huge => broken.send_text(&"x".repeat(64 * 1024 + 1)).await,
        }
        let code = broken.closed().await;
        let expected = if breaks == Break::Huge {
            [None, Some(1009)]
        } else {
            [Some(4000), Some(4000)]
        };
        assert!(expected.contains(&code), "{breaks:?}: {code:?}");
    }
    page.post("and still").await;
    page.next("ack").await;
    bench.has(|frame| frame["type"] == "session").await;
}

/// How a page may break the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Break {
    Binary,
    SecondHello,
    Huge,
}

/// T803: whoever does not begin with `hello` is sent away at once.
#[tokio::test]
async fn the_first_frame_is_hello() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    for text in ["{\"type\":\"typing\"}", "hello", "{\"type\":\"hello\",\"extra\":1}"] {
        let mut page = desk.silent_page().await;
        page.send_text(text).await;
        assert_eq!(page.closed().await, Some(4000), "{text}");
        let mut bench = ann.silent_page().await;
        bench.send_text(text).await;
        assert_eq!(bench.closed().await, Some(4000), "{text}");
    }
}

/// C10: connections of one agent and of one address have their limits; who leaves makes room.
#[tokio::test]
async fn connections_are_limited() {
    let desk = Desk::behind_a_proxy(|config| {
        config.limits.sockets_per_agent = 2;
        config.limits.sockets_per_address = 2;
    })
    .await;
    let ann = desk.agent("Ann").await;
    let guest = desk.guest_at("203.0.113.7").await;
    let (_one, two) = (ann.connect().await, ann.connect().await);
    assert_eq!(ann.http.try_connect().await, crate::talk::Connected::Refused(429));
    let (_three, four) = (guest.connect().await, guest.connect().await);
    assert_eq!(guest.try_connect().await, crate::talk::Connected::Refused(429));
    assert_eq!(
        desk.guest_at("203.0.113.8").await.try_connect().await,
        crate::talk::Connected::Yes
    );
    drop((two, four));
    ann.connect_when_possible().await;
    guest.connect_when_possible().await;
}
