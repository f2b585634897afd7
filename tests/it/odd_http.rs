//! HTTP as no browser speaks it: crooked, forged, huge. Nothing of it reaches further than a refusal.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{PATIENCE, Pace, eventually};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::caller::Caller;
use crate::talk::{Desk, PASSWORD, new_key};

/// Sends these bytes as they are and reads until the desk closes the connection.
async fn raw(desk: &Desk, bytes: &[u8]) -> String {
    let address = desk.origin().trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // The desk may close while there is still something to send.
    let _refused_early = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    // What is reset has been answered before, or not at all.
    let _read = read.expect("the desk closes the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

fn answers_in(text: &str) -> Vec<&str> {
    let heads = text.match_indices("HTTP/1.1 ");
    heads.map(|(at, head)| &text[at + head.len()..][..3]).collect()
}

/// T815: of a request whose end can be read in two ways nothing is taken for a second request; crooked heads are
/// refused, and other clients notice nothing.
#[tokio::test]
async fn crooked_requests_are_refused() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let post = |headers: &str, body: &str| {
        let token = &guest.token;
        format!(
            "POST /api/v1/visitor/messages HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {token}\r\n\
             connection: close\r\ncontent-type: application/json\r\n{headers}\r\n\r\n{body}"
        )
    };
    let message = json!({"client_id": "hidden", "content": {"type": "text", "text": "smuggled"}}).to_string();
    let hidden = post(&format!("content-length: {}", message.len()), &message);
    for (what, request) in [
        ("two lengths", post("content-length: 2\r\ncontent-length: 3", "{}")),
        ("a list of lengths", post("content-length: 2, 3", "{}")),
        ("a signed length", post("content-length: +2", "{}")),
        ("a huge length", post("content-length: 99999999999999999999", "{}")),
        (
            "chunks that are not last",
            post("transfer-encoding: chunked, identity", &hidden),
        ),
        ("no chunks at all", post("transfer-encoding: identity", &hidden)),
        ("nearly chunks", post("transfer-encoding: xchunked", &hidden)),
        (
            "a crooked chunk",
            post("transfer-encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n"),
        ),
        (
            "a huge chunk",
            post("transfer-encoding: chunked", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n"),
        ),
        ("a blank before the colon", post("content-length : 2", "{}")),
        (
            "a folded header",
            post("x-folded: a\r\n b: c\r\ncontent-length: 2", "{}"),
        ),
        ("a bare CR", post("x-cr: a\rb", "{}")),
        ("a NUL", post("x-nul: a\0b", "{}")),
        ("no HTTP", "hello\r\n\r\n".to_owned()),
        ("another version", "GET / HTTP/9.9\r\nhost: desk\r\n\r\n".to_owned()),
        ("HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned()),
        ("a crooked path", "GET /a b HTTP/1.1\r\nhost: desk\r\n\r\n".to_owned()),
    ] {
        let answer = raw(&desk, request.as_bytes()).await;
        let statuses = answers_in(&answer);
        assert!(statuses.len() <= 1, "{what}: a second request was read: {answer}");
        assert!(
            statuses.iter().all(|status| status.starts_with('4')),
            "{what}: {answer}"
        );
    }
    // Both at once: chunks count, wherever the length stands, and what follows them is the next request, whole.
    for headers in [
        "content-length: 4\r\ntransfer-encoding: chunked",
        "transfer-encoding: chunked\r\ncontent-length: 4",
    ] {
        let answer = raw(
            &desk,
            post(headers, "0\r\n\r\nGET /nothing HTTP/1.1\r\n\r\n").as_bytes(),
        )
        .await;
        assert_eq!(answers_in(&answer).first(), Some(&"400"), "an empty body: {answer}");
    }
    assert!(
        guest.conversation().await.get("session").is_none(),
        "nothing was smuggled in"
    );
    guest.says("fine").await;
}

/// T815, T1101: many headers, a huge one and a huge address are refused before anything is looked at.
#[tokio::test]
async fn huge_heads_are_refused() {
    let desk = Desk::start().await;
    let many: String = (0..10_000).map(|number| format!("x-{number}: y\r\n")).collect();
    for (what, head) in [
        (
            "many headers",
            format!("GET /api/v1/me HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n{many}\r\n"),
        ),
        (
            "many small ones",
            format!(
                "GET /api/v1/me HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n{}\r\n",
                "a:b\r\n".repeat(500)
            ),
        ),
        (
            "a huge header",
            format!(
                "GET /api/v1/me HTTP/1.1\r\nhost: desk\r\nconnection: close\r\nx: {}\r\n\r\n",
                "y".repeat(20_000)
            ),
        ),
        (
            "a huge address",
            format!(
                "GET /api/v1/{} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n",
                "y".repeat(20_000)
            ),
        ),
        (
            "a huge query",
            format!(
                "GET /api/v1/sessions?cursor={} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n",
                "y".repeat(20_000)
            ),
        ),
    ] {
        let answer = raw(&desk, head.as_bytes()).await;
        let statuses = answers_in(&answer);
        assert!(matches!(statuses[..], ["414" | "431" | "400"]), "{what}: {answer}");
    }
    desk.guest().await.says("fine").await;
}

/// Sends this head, then a byte every few milliseconds for as long as the desk takes them; answers what it says meanwhile.
async fn trickle(desk: &Desk, head: &str) -> String {
    let address = desk.origin().trim_start_matches("http://").to_owned();
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(head.as_bytes()).await.expect("the head is taken");
    let drops = async {
        while writer.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let answer = async {
        let mut answer = [0; 4096];
        let read = tokio::time::timeout(PATIENCE, reader.read(&mut answer)).await;
        let read = read.expect("the desk answers").expect("an answer");
        String::from_utf8_lossy(&answer[..read]).into_owned()
    };
    tokio::select! {
        answer = answer => answer,
        () = drops => panic!("cut off without an answer"),
    }
}

/// T815, T607, F34: a body that comes byte by byte is waited for so long and no longer, whether it is a message or a file;
/// nothing of it is kept, and the caller is told to try again.
#[tokio::test]
async fn slow_bodies_are_cut_off() {
    let desk = Desk::paced(Pace {
        body_within: Duration::from_millis(300),
        upload_within: Duration::from_millis(600),
        ..Pace::default()
    })
    .await;
    let guest = desk.guest().await;
    let head = |path: &str, rest: &str| {
        let token = &guest.token;
        format!("POST /api/v1{path} HTTP/1.1\r\nhost: desk\r\nauthorization: Bearer {token}\r\n{rest}")
    };
    let json = "content-type: application/json\r\ncontent-length: 60000\r\n\r\n{\"client_id\": \"";
    let file = "content-type: multipart/form-data; boundary=B\r\ncontent-length: 60000\r\n\r\n\
                --B\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n";
    let endless = "content-type: multipart/form-data; boundary=B\r\ncontent-length: 60000\r\n\r\n--B\r\nx: ";
    for (path, rest) in [
        ("/visitor/messages", json),
        ("/visitor/attachments", file),
        ("/visitor/attachments", endless),
    ] {
        let answer = trickle(&desk, &head(path, rest)).await;
        assert_eq!(answers_in(&answer), ["408"], "{path}: {answer}");
        assert!(
            answer.contains("too_slow") && answer.contains("\"class\":\"retry\""),
            "{answer}"
        );
    }
    eventually("nothing of it is kept", async || desk.stored_files().is_empty()).await;
    assert!(guest.conversation().await.get("session").is_none());
    guest.says("fine").await;
}

/// T816: whoever is refused in the middle of sending, for any reason, reads why, and then the connection ends.
#[tokio::test]
async fn a_refusal_reaches_who_is_still_sending() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let multipart = "content-type: multipart/form-data; boundary=B";
    let mine = format!("authorization: Bearer {}\r\n{multipart}", guest.token);
    for (path, headers, code) in [
        ("/visitor/attachments", multipart, "not_signed_in"),
        ("/visitor/attachments", &mine, "file_too_large"),
        ("/nowhere", multipart, "not_found"),
        ("/visitor/messages", "content-type: application/json", "not_signed_in"),
    ] {
        let address = desk.origin().trim_start_matches("http://").to_owned();
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        let head =
            format!("POST /api/v1{path} HTTP/1.1\r\nhost: desk\r\n{headers}\r\ncontent-length: 90000000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("the head is taken");
        stream.readable().await.expect("an answer");
        for _ in 0..20 {
            stream.write_all(&[b'x'; 100_000]).await.expect("heard to the end");
        }
        let mut answer = String::new();
        let reading = tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await;
        reading
            .expect("the end of the answer")
            .expect("an answer without a reset");
        assert!(
            answer.contains(code) && answer.contains("connection: close"),
            "{path}: {answer}"
        );
    }
    guest.says("fine").await;
}

/// T521: other verbs, override headers and crooked paths lead nowhere, and not past anybody.
#[tokio::test]
async fn crooked_ways_lead_nowhere() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    for (method, path) in [
        ("PUT", "/me"),
        ("DELETE", "/me"),
        ("PATCH", "/sessions"),
        ("TRACE", "/me"),
        ("OPTIONS", "/me"),
        ("PROPFIND", "/me"),
        ("POST", "/workbench"),
        ("DELETE", "/mail-outbox"),
    ] {
        let answer = ann.http.send(method, path, None).await;
        answer.refused(405, "method_not_allowed");
        assert!(!answer.text.contains(&ann.email), "{method} {path}");
    }
    // A read that claims to be a write, and the other way round.
    for header in ["x-http-method-override", "x-http-method", "x-method-override"] {
        let answer = ann.http.with_header(header, "DELETE").get("/me").await;
        assert_eq!(answer.status, 200, "{header} is ignored");
        ann.http.get("/me").await.ok();
        let tunnelled = desk.admin().http.with_header(header, "DELETE");
        let path = format!("/agents/{}", ann.id);
        tunnelled
            .send("POST", &path, Some(&json!({})))
            .await
            .refused(405, "method_not_allowed");
    }
    desk.admin().http.get(&format!("/agents/{}", ann.id)).await.ok();
    // Every spelling that some proxy would tidy up: nobody gets in by it, and the desk's own word is 404.
    for path in [
        "/api/v1//agents",
        "//api/v1/agents",
        "/api/v1/./agents",
        "/api/v1/me/../agents",
        "/api/v1/%61gents",
        "/api/v1/agents%2f",
        "/api/v1/agents/",
        "/api/v1/agents;x=y",
        "/api/v1/agents%00",
        "/api/v1/agents.json",
        "/API/V1/agents",
        "/api/v1/sign-in-page/..%2fagents",
        "/api/v1\\agents",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n");
        let answer = raw(&desk, head.as_bytes()).await;
        let status = answers_in(&answer).first().map(|status| (*status).to_owned());
        assert!(
            !answer.contains(&ann.email) && !answer.contains("admin@example.com"),
            "{path}: {answer}"
        );
        // What is no path of the API is a page, which asks for a sign-in itself.
        let is_page = answer.contains("content-type: text/html") || answer.contains("built without its pages");
        assert!(
            is_page || matches!(status.as_deref(), Some("400" | "401" | "403" | "404")),
            "{path}: {answer}"
        );
    }
}

/// T117, T118, T119: an error repeats nothing of the request, whatever stands in its path, its query or its headers, and
/// no browser takes it for a page.
#[tokio::test]
async fn errors_repeat_nothing() {
    let desk = Desk::start().await;
    let markup = "<img src=x onerror=alert(1)>";
    let hostile = |caller: &Caller| {
        let mut caller = caller.clone();
        for header in [
            "user-agent",
            "referer",
            "x-forwarded-for",
            "x-forwarded-host",
            "forwarded",
        ] {
            caller = caller.with_header(header, markup);
        }
        caller.language = markup.to_owned();
        caller
    };
    let (nobody, admin) = (hostile(&desk.nobody()), hostile(&desk.admin().http));
    let encoded = "%3Cimg%20src=x%20onerror=alert(1)%3E";
    for (caller, path) in [
        (&nobody, format!("/{encoded}")),
        (&nobody, format!("/visitor/channels/{encoded}")),
        (&nobody, format!("/visitor/history?before_session_id={encoded}")),
        (&admin, format!("/agents/{encoded}")),
        (&admin, format!("/agents?cursor={encoded}")),
        (&admin, format!("/sessions?state={encoded}")),
        (&admin, format!("/sessions?{encoded}=1")),
    ] {
        let answer = caller.get(&path).await;
        assert!(answer.status >= 400, "{path}: {}", answer.status);
        for (part, text) in [("body", &answer.text), ("headers", &format!("{:?}", answer.headers))] {
            assert!(!text.contains("onerror"), "{path}: {part}: {text}");
        }
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(
            answer.header("content-security-policy"),
            Some("default-src 'none'; frame-ancestors 'none'"),
            "{path}"
        );
    }
    // No JSONP either: a callback changes nothing.
    let page = desk.nobody().get("/sign-in-page?callback=alert").await;
    assert!(!page.text.contains("alert"), "{}", page.text);
    // Taken as text where they are kept: the browser's name of a visitor and of a sign-in.
    let claim = nobody.post("/visitor/channels/site/token", &json!({})).await.ok();
    desk.guest_from(&claim).says("hello").await;
    let sign_in = json!({"identifier": desk.admin().email, "password": desk.admin().password});
    hostile(&desk.nobody()).post("/sign-in", &sign_in).await.ok();
}

/// T420, T421: headers by which some proxy would say who is there, or on whose behalf, say nothing to the desk.
#[tokio::test]
async fn claimed_identities_are_ignored() {
    let desk = Desk::behind_a_proxy(|_| {}).await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let headers = [
        "remote-user",
        "x-remote-user",
        "x-forwarded-user",
        "x-forwarded-email",
        "x-auth-request-email",
        "x-ms-client-principal-name",
        "x-on-behalf-of",
        "x-act-as",
        "sudo",
        "x-user-id",
        "x-tenant-id",
        "x-role",
    ];
    for header in headers {
        for claimed in [&desk.admin().email, &desk.admin().id] {
            let nobody = desk.nobody().with_header(header, claimed);
            nobody.get("/me").await.refused(401, "not_signed_in");
            let agent = ann.http.with_header(header, claimed);
            assert_eq!(agent.get("/me").await.ok()["id"], ann.id.as_str(), "{header}");
            agent.get("/agents").await.refused(403, "forbidden");
        }
    }
    for query in ["act_as", "on_behalf_of", "agent_id", "user_id", "tenant_id"] {
        let path = format!("/me?{query}={}", bob.id);
        assert_eq!(ann.http.get(&path).await.ok()["id"], ann.id.as_str(), "{query}");
        let body = json!({"status": "free", query: bob.id});
        ann.http.put("/me/status", &body).await.refused(400, "invalid_request");
    }
}

/// T216, T1203: no token is taken from an address or a body that is not for it; a socket without a sign-in is refused
/// before it is opened.
#[tokio::test]
async fn tokens_stand_in_headers_only() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let guest = desk.guest().await;
    let cookie = ann.http.cookie.clone().expect("a cookie");
    let secret = cookie.split_once('=').expect("a value").1;
    for name in ["token", "access_token", "authorization", "frontdesk", "sid"] {
        let nobody = desk.nobody();
        nobody
            .get(&format!("/me?{name}={secret}"))
            .await
            .refused(401, "not_signed_in");
        let path = format!("/visitor/conversation?{name}={}", guest.token);
        assert!(nobody.get(&path).await.status >= 400, "{name}");
        let head = format!(
            "GET /api/v1/agent/socket?{name}={secret} HTTP/1.1\r\nhost: desk\r\norigin: http://desk\r\n\
             upgrade: websocket\r\nconnection: upgrade, close\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let answer = raw(&desk, head.as_bytes()).await;
        assert_eq!(answers_in(&answer), ["401"], "{name}: {answer}");
    }
    // A visitor's socket takes its token in the first frame only.
    let path = format!("/visitor/socket?token={}", guest.token);
    let mut page = crate::page::Socket::open_path(&desk.nobody(), &path, None)
        .await
        .expect("a socket");
    page.send(json!({"type": "hello", "channel": "site"})).await;
    assert_eq!(page.closed().await, Some(4000));
}

/// T1209, G7: nothing of the inside is public: no diagnosis, no source map, no file beside the pages; what is asked by other
/// machines (is it alive, is it ready) answers in a word, without names, versions or addresses.
#[tokio::test]
async fn the_inside_is_not_public() {
    let desk = Desk::start().await;
    for path in [
        "/debug/pprof/",
        "/debug/vars",
        "/internal/invariants",
        "/actuator/env",
        "/server-status",
        "/.git/config",
        "/.env",
        "/frontdesk.toml",
        "/frontdesk.db",
        "/secret.key",
        "/assets/index.js.map",
        "/assets/../frontdesk.toml",
        "/assets/..%2f..%2fCargo.toml",
        "/chat-assets/..%2f..%2fCargo.toml",
        "/chat-assets/index.html",
        "/api/v1/metrics",
        "/api/v1/debug",
    ] {
        let answer = raw(
            &desk,
            format!("GET {path} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n").as_bytes(),
        )
        .await;
        let is_page = answer.contains("content-type: text/html") || answer.contains("built without its pages");
        assert!(is_page || answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        for inside in ["[package]", "SQLite format", "sourcesContent", "goroutine", "database"] {
            assert!(!answer.contains(inside), "{path}: {answer}");
        }
    }
    for (path, word) in [("/healthz", "alive"), ("/readyz", "ready")] {
        let answer = raw(
            &desk,
            format!("GET {path} HTTP/1.1\r\nhost: desk\r\nconnection: close\r\n\r\n").as_bytes(),
        )
        .await;
        let (head, body) = answer.split_once("\r\n\r\n").expect("an answer");
        assert_eq!(body.trim(), word);
        let head = head.to_lowercase();
        assert!(
            !head.contains("\r\nserver:") && !head.contains("x-powered-by"),
            "{head}"
        );
    }
    // What the pages are built of is not built in.
    let web = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/apps");
    for app in ["desk", "visitor"] {
        let built = std::fs::read_dir(web.join(app).join("dist/assets"))
            .into_iter()
            .flatten()
            .flatten();
        for file in built {
            let name = file.file_name().to_string_lossy().into_owned();
            assert!(!name.ends_with(".map"), "{app}: {name}");
        }
    }
}

/// T224, G9: whatever is for one person may be kept by nobody else: each answer of the API says so, also refusals, files
/// and frames' upgrades; pages too, and only files that are the same for all may be kept.
#[tokio::test]
async fn nothing_of_anybody_is_kept_by_caches() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let file = guest
        .http
        .upload("/visitor/attachments", "a.txt", "text/plain", b"words".to_vec())
        .await
        .ok();
    let content = json!({"type": "file", "attachment_id": file["id"]});
    let posted = guest
        .http
        .post(
            "/visitor/messages",
            &json!({"client_id": new_key(), "content": content}),
        )
        .await
        .ok();
    let session = posted["session_id"].as_str().expect("an id");
    bench.has(|frame| frame["session"]["id"] == session).await;
    let file = file["id"].as_str().expect("an id");
    for (caller, path) in [
        (&ann.http, "/me".to_owned()),
        (&ann.http, "/workbench".to_owned()),
        (&ann.http, format!("/sessions/{session}/entries")),
        (&ann.http, format!("/attachments/{file}")),
        (&guest.http, format!("/visitor/attachments/{file}")),
        (&guest.http, "/visitor/conversation".to_owned()),
        (&desk.admin().http, "/agents".to_owned()),
        (&desk.admin().http, "/mail-outbox".to_owned()),
    ] {
        let answer = caller.get(&path).await;
        answer.ok_status();
        let kept = answer.header("cache-control").unwrap_or_default();
        assert!(kept.contains("no-store"), "{path}: {kept:?}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
        // The same address without a sign-in is a refusal, and that is not kept either.
        let refused = desk.nobody().get(&path).await;
        refused.refused(401, "not_signed_in");
        assert_eq!(refused.header("cache-control"), Some("no-store"), "{path}");
    }
}

/// T225: whatever host a call names, mails lead to the configured address, and so does everything else.
#[tokio::test]
async fn a_forged_host_gets_nowhere() {
    let desk = Desk::with(|config| config.http.public_url = Some("http://desk.example.com".to_owned())).await;
    let ann = desk.agent("Ann").await;
    let mut forged = desk.nobody();
    for (header, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "gopher"),
        ("forwarded", "host=evil.example"),
        ("x-original-url", "/evil"),
        ("x-rewrite-url", "/evil"),
    ] {
        forged = forged.with_header(header, value);
    }
    forged
        .post("/password/forgot", &json!({"email": ann.email}))
        .await
        .ok_status();
    let mut mails = Value::Array(desk.mails().await).to_string();
    let body = json!({"identifier": ann.email, "password": PASSWORD});
    let signed_in = forged.post("/sign-in", &body).await;
    signed_in.ok();
    let cookie = signed_in.header("set-cookie").expect("a cookie");
    assert!(!cookie.to_lowercase().contains("domain="), "{cookie}");
    let path = format!("/agents/{}/reset-password", ann.id);
    let mut admin = desk.admin().http.clone();
    for header in ["host", "x-forwarded-host"] {
        admin = admin.with_header(header, "evil.example");
    }
    admin.post(&path, &json!({})).await.ok_status();
    let channels = admin.get("/channels").await;
    let page = forged.get("/visitor/channels/site").await;
    mails.push_str(&Value::Array(desk.mails().await).to_string());
    assert!(
        mails.contains("http://desk.example.com/reset-password#token="),
        "{mails}"
    );
    for text in [&mails, &channels.text, &page.text, &signed_in.text] {
        assert!(!text.contains("evil"), "{text}");
    }
}

/// T219: over TLS the cookie is bound to this very host and is sent over TLS only.
#[tokio::test]
async fn the_cookie_is_bound_to_the_host() {
    let desk = Desk::with(|config| config.http.public_url = Some("https://desk.example.com".to_owned())).await;
    let answer = desk.sign_in(&desk.admin().email, PASSWORD).await;
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.starts_with("__Host-frontdesk="), "{cookie}");
    for part in ["Path=/", "HttpOnly", "Secure", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    // The plain name, which another host of the same domain could set, is no sign-in.
    let secret = cookie.split(['=', ';']).nth(1).expect("a value");
    let mut plain = desk.nobody();
    plain.cookie = Some(format!("frontdesk={secret}"));
    plain.get("/me").await.refused(401, "not_signed_in");
}
