//! What nobody comes across: foreign words, secrets, the desk's inside. And nothing is allowed because something fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::permissions::foreign_admin;
use crate::talk::{Desk, Guest, Person, Socket, new_key};

/// All names of fields in a value, however deep.
fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                found.insert(name.clone());
                fields(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| fields(value, found)),
        _ => {}
    }
}

/// A visitor in a conversation with an agent, each with words that nobody else may read.
struct Talk {
    guest: Guest,
    page: Socket,
    session: String,
    secret: String,
}

async fn talk(desk: &Desk, agent: &Person, bench: &mut Socket, name: &str) -> Talk {
    let secret = format!("secret-of-{name}");
    let guest = desk.guest_called(&format!("name-of-{name}")).await;
    let mut page = guest.connect().await;
    let session = guest.says(&secret).await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
    agent.says(&session, &format!("answer to {secret}")).await;
    page.until(|frame| frame.to_string().contains("answer to")).await;
    page.send(json!({"type": "typing"})).await;
    bench.send(json!({"type": "typing", "session_id": session})).await;
    Talk {
        guest,
        page,
        session,
        secret,
    }
}

/// I21, T502, T517, T507, T515, T312: several visitors, two agents and two contact centres talk at the same time;
/// everything that any of them hears, reads, searches or is refused holds no word of somebody else's.
#[tokio::test]
async fn nobody_hears_foreign_words() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let foreign = foreign_admin(&desk).await;
    let mut bench_of_ann = ann.ready().await;
    let vera = talk(&desk, &ann, &mut bench_of_ann, "vera").await;
    let wim = talk(&desk, &ann, &mut bench_of_ann, "wim").await;
    ann.set_status("not_ready").await;
    let mut bench_of_bob = bob.ready().await;
    let xenia = talk(&desk, &bob, &mut bench_of_bob, "xenia").await;

    // Everybody knows everybody's ids and tries them.
    let mut seen: Vec<(&str, String)> = Vec::new();
    for talk in [&vera, &wim, &xenia] {
        let id = &talk.session;
        for path in [
            format!("/sessions/{id}"),
            format!("/sessions/{id}/entries"),
            format!("/sessions/{id}/history"),
            format!("/sessions?state=active&query={}", talk.secret),
            "/sessions?state=active&query=name-of".to_owned(),
            "/sessions?state=ended&query=name-of".to_owned(),
            "/workbench".to_owned(),
            "/agents?query=name-of".to_owned(),
            "/skill-groups?query=secret".to_owned(),
        ] {
            seen.push(("ann", ann.http.get(&path).await.text));
            seen.push(("bob", bob.http.get(&path).await.text));
            seen.push(("foreign", foreign.get(&path).await.text));
            seen.push(("nobody", desk.nobody().get(&path).await.text));
        }
        for path in [
            format!("/visitor/conversation?session_id={id}&after_seq=0"),
            format!("/visitor/history?before_session_id={id}&before_seq=99"),
            "/visitor/conversation".to_owned(),
        ] {
            seen.push(("vera", vera.guest.http.get(&path).await.text));
            seen.push(("wim", wim.guest.http.get(&path).await.text));
            seen.push(("xenia", xenia.guest.http.get(&path).await.text));
            seen.push(("nobody", desk.nobody().get(&path).await.text));
        }
        // T515: a page that says it has somebody else's session gets nothing of it.
        let resumed = json!({"type": "hello", "cursor": 0, "sessions": {id: 0}});
        for (name, http) in [("ann", &ann.http), ("bob", &bob.http)] {
            let socket = http.connect(&resumed).await;
            seen.extend(socket.heard.iter().map(|frame| (name, frame.to_string())));
        }
        for (name, guest) in [("vera", &vera.guest), ("wim", &wim.guest), ("xenia", &xenia.guest)] {
            let socket = guest.connect_after(id, 0).await;
            seen.extend(socket.heard.iter().map(|frame| (name, frame.to_string())));
        }
    }
    let mut pages = [("vera", vera.page), ("wim", wim.page), ("xenia", xenia.page)];
    for (_, page) in &mut pages {
        for id in [&vera.session, &wim.session, &xenia.session] {
            page.send(json!({"type": "catch_up", "session_id": id, "after_seq": 0}))
                .await;
        }
        page.post("the end").await;
        page.next("ack").await;
    }
    for (name, page) in &pages {
        seen.extend(page.heard.iter().map(|frame| (*name, frame.to_string())));
    }
    for (bench, id) in [(&mut bench_of_ann, &xenia.session), (&mut bench_of_bob, &vera.session)] {
        bench
            .send(json!({"type": "catch_up", "session_id": id, "after_seq": 0}))
            .await;
        bench.next("resync_required").await;
    }
    seen.extend(bench_of_ann.heard.iter().map(|frame| ("ann", frame.to_string())));
    seen.extend(bench_of_bob.heard.iter().map(|frame| ("bob", frame.to_string())));

    for (who, text) in &seen {
        let own: &[&str] = match *who {
            "ann" => &["vera", "wim"],
            "bob" => &["xenia"],
            "vera" => &["vera"],
            "wim" => &["wim"],
            "xenia" => &["xenia"],
            _ => &[],
        };
        for other in ["vera", "wim", "xenia"].into_iter().filter(|name| !own.contains(name)) {
            for word in [format!("secret-of-{other}"), format!("name-of-{other}")] {
                assert!(!text.contains(&word), "{who} came across {word}: {text}");
            }
        }
    }
    let heard = |who: &str, word: &str| seen.iter().any(|(name, text)| *name == who && text.contains(word));
    assert!(
        heard("vera", "secret-of-vera") && heard("ann", "secret-of-wim"),
        "the test listens"
    );
}

/// T516, T311, T303: what a visitor is told is a closed list of fields, in answers and in frames alike: one that is not
/// here must be thought about first.
#[tokio::test]
async fn visitors_are_told_known_fields_only() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let mut talk = talk(&desk, &ann, &mut bench, "vera").await;
    bench
        .send(json!({"type": "read", "session_id": talk.session, "seq": 99}))
        .await;
    let file = talk
        .guest
        .http
        .upload("/visitor/attachments", "a.txt", "text/plain", b"words".to_vec())
        .await
        .ok();
    let content = json!({"type": "file", "attachment_id": file["id"]});
    talk.guest
        .http
        .post(
            "/visitor/messages",
            &json!({"client_id": new_key(), "content": content}),
        )
        .await
        .ok();
    talk.page.send(json!({"type": "post"})).await;
    talk.page.next("refused").await;
    talk.page.send(json!({"type": "end", "client_id": new_key()})).await;
    talk.page.next("ended").await;
    let mut told = BTreeSet::new();
    for frame in &talk.page.heard {
        fields(frame, &mut told);
    }
    fields(&talk.guest.conversation().await, &mut told);
    fields(&file, &mut told);
    let history = format!("/visitor/history?before_session_id={}&before_seq=99", talk.session);
    fields(&talk.guest.http.get(&history).await.ok(), &mut told);
    let known: BTreeSet<String> = [
        // Frames.
        "type",
        "conversation",
        "resumed",
        "session",
        "session_id",
        "entries",
        "client_id",
        "problem",
        "online",
        "stage",
        // The session and its lines.
        "id",
        "entry_id",
        "seq",
        "prev",
        "at",
        "started_at",
        "ended_at",
        "ended_by",
        "by",
        "body",
        "author",
        "content",
        "text",
        "last_seq",
        "visitor_read",
        "agent_read",
        "agent",
        "nickname",
        "staff_no",
        "visitor",
        "visitor_id",
        "waiting",
        "ahead",
        "has_earlier",
        "greeting",
        "replayed",
        "reason",
        "name",
        "language",
        "external_id",
        "source",
        "author_name",
        "kind",
        "generation",
        // Files.
        "attachment",
        "attachment_id",
        "media_type",
        "size",
        "width",
        "height",
        "has_thumbnail",
        // Refusals.
        "code",
        "message",
        "class",
        "request_id",
        "fields",
        "field",
    ]
    .map(str::to_owned)
    .into();
    let unknown: Vec<_> = told.difference(&known).collect();
    assert!(unknown.is_empty(), "visitors are told of {unknown:?}");
    for inside in [
        "skill_group",
        "flow",
        "email",
        "phone",
        "token",
        "agent_id",
        "tenant_id",
        "cursor",
        "load",
        "user_agent",
    ] {
        assert!(!told.contains(inside), "{inside}");
    }
}

/// T516: a frame about a session tells an agent what a look at that session tells, line by line.
#[tokio::test]
async fn frames_tell_what_a_look_tells() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let talk = talk(&desk, &ann, &mut bench, "vera").await;
    bench.post_in(&talk.session, "the last line").await;
    bench.next("ack").await;
    bench.until(|frame| frame.to_string().contains("the last line")).await;
    let looked = ann
        .http
        .get(&format!("/sessions/{}/entries?after_seq=0", talk.session))
        .await
        .ok();
    let looked = looked["entries"].as_array().expect("lines");
    for line in bench.lines_of(&talk.session) {
        let seen = looked.iter().find(|seen| seen["seq"] == line["seq"]);
        assert_eq!(seen, Some(&line), "a frame tells something else than a look");
    }
    let one = ann.http.get(&format!("/sessions/{}", talk.session)).await.ok();
    let mut of_one = BTreeSet::new();
    fields(&one, &mut of_one);
    for frame in bench.heard.iter().filter(|frame| frame["type"] == "session") {
        let mut of_frame = BTreeSet::new();
        fields(&frame["session"], &mut of_frame);
        let surplus: Vec<_> = of_frame.difference(&of_one).collect();
        assert!(surplus.is_empty(), "{surplus:?}");
    }
}

/// T515, T310, G8: a first frame that names more sessions than an agent can have is refused; tokens of one kind open no
/// socket of the other; a page of another channel or contact centre is sent away.
#[tokio::test]
async fn sockets_follow_what_is_theirs() {
    let desk = Desk::start().await;
    let (ann, guest) = (desk.agent("Ann").await, desk.guest().await);
    let many: serde_json::Map<String, Value> = (0..501)
        .map(|number| (format!("ses_{}", uuid::Uuid::from_u128(number).simple()), json!(1)))
        .collect();
    let mut bench = ann.silent_page().await;
    bench.send(json!({"type": "hello", "sessions": many})).await;
    let sent = bench.sent_away().await;
    assert_eq!(sent.close, Some(4000), "{sent:?}");
    for sessions in [
        json!({"*": 1}),
        json!({"ses_*": 1}),
        json!({"#": 1}),
        json!(["*"]),
        json!("*"),
    ] {
        let mut bench = ann.silent_page().await;
        bench.send(json!({"type": "hello", "sessions": sessions})).await;
        assert_eq!(bench.closed().await, Some(4000));
    }
    let mut with_token = desk.nobody();
    with_token.cookie = Some(format!("frontdesk={}", guest.token));
    assert_eq!(with_token.try_connect().await, crate::talk::Connected::Refused(401));
    let secret = ann.http.cookie.clone().expect("a cookie");
    let secret = secret.split_once('=').expect("a value").1.to_owned();
    for token in [
        secret,
        ann.http.csrf.clone(),
        guest.id.clone(),
        String::new(),
        "*".to_owned(),
    ] {
        let sent = guest.try_connect_to("site", &token).await;
        assert_eq!(sent.refused.as_deref(), Some("not_signed_in"), "{sent:?}");
    }
    let elsewhere = desk.group("Elsewhere", 5).await;
    let other = desk.channel("other", &elsewhere).await;
    for channel in [other.as_str(), "nothing", "", "*", "SITE"] {
        let sent = guest.try_connect_to(channel, &guest.token).await;
        assert!(sent.refused.is_some() && sent.close.is_some(), "{channel}: {sent:?}");
    }
}

/// T1202, T514: a channel's secret is told once, to who may set channels, and never again; a change of something else
/// keeps it; no answer of the console holds a hash, a token or a key.
#[tokio::test]
async fn secrets_are_told_once() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let admin = &desk.admin().http;
    let id = desk.channel_id("site").await;
    let path = format!("/channels/{id}");
    ann.http
        .post(&format!("{path}/identity-secret"), &json!({}))
        .await
        .refused(403, "forbidden");
    ann.http.get("/channels").await.refused(403, "forbidden");
    let secret = crate::visitors::signing(&desk).await;
    admin.patch(&path, &json!({"title": "Renamed"})).await.ok();
    admin
        .patch(&path, &json!({"identity_secret": null}))
        .await
        .refused(400, "invalid_request");
    let expires_at = desk.now_seconds() + 60;
    let signature = crate::visitors::sign(&secret, "vera", expires_at);
    let identity = json!({"user_id": "vera", "expires_at": expires_at, "signature": signature});
    let claim = desk
        .nobody()
        .post("/visitor/channels/site/token", &json!({"identity": identity}))
        .await;
    claim.ok();
    let mut told = BTreeSet::new();
    for list in [
        "/channels",
        "/agents",
        "/skill-groups",
        "/flows",
        "/mail-outbox",
        "/me",
        "/workbench",
        "/sessions",
    ] {
        let answer = admin.get(list).await;
        fields(&answer.ok(), &mut told);
        assert!(
            !answer.text.contains(&secret) && !answer.text.contains("argon2"),
            "{list}"
        );
    }
    for inside in [
        "identity_secret",
        "secret",
        "password_hash",
        "password",
        "token",
        "token_hash",
        "epoch",
        "smtp",
    ] {
        assert!(!told.contains(inside), "{inside} in an answer");
    }
}

/// T1208: no operation changes or removes a line of a conversation, a mail or what was noted about a change.
#[test]
fn what_was_said_stays() {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("operations").keys() {
            let is_change = matches!(method.as_str(), "put" | "patch" | "delete");
            let of_talk = [
                "/messages",
                "/entries",
                "/history",
                "/mail-outbox",
                "/audit",
                "/attachments",
            ]
            .iter()
            .any(|part| path.contains(part));
            assert!(!(is_change && of_talk), "{method} {path}");
        }
    }
}

/// T716: an address in a message is called by nobody at the desk, whoever says it.
#[tokio::test]
async fn no_address_in_a_message_is_called() {
    let canary = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/preview", canary.local_addr().expect("an address"));
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest_called(&url).await;
    let session = guest.says(&url).await["session_id"].as_str().expect("an id").to_owned();
    bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
    ann.says(&session, &format!("see {url} or <img src={url}>")).await;
    let file = guest.http.upload(
        "/visitor/attachments",
        "a.svg",
        "image/svg+xml",
        format!("<svg><image href=\"{url}\"/></svg>").into_bytes(),
    );
    let content = json!({"type": "file", "attachment_id": file.await.ok()["id"]});
    guest
        .http
        .post(
            "/visitor/messages",
            &json!({"client_id": new_key(), "content": content}),
        )
        .await
        .ok();
    desk.pass(3_600).await;
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(300), canary.accept())
            .await
            .is_err(),
        "somebody called"
    );
}

/// T612: two who upload the same bytes learn nothing of each other: each gets an own file, as if the other did not exist.
#[tokio::test]
async fn equal_files_are_two_files() {
    let desk = Desk::start().await;
    let (vera, wim) = (desk.guest().await, desk.guest().await);
    let mut answers = Vec::new();
    for guest in [&vera, &wim] {
        let answer = guest
            .http
            .upload(
                "/visitor/attachments",
                "a.txt",
                "text/plain",
                b"the same words".to_vec(),
            )
            .await;
        answers.push(answer.ok());
    }
    assert_eq!(desk.stored_files().len(), 2);
    let ids: BTreeSet<_> = answers.iter().map(|answer| answer["id"].to_string()).collect();
    assert_eq!(ids.len(), 2);
    let mut alike = answers.clone();
    alike.iter_mut().for_each(|answer| answer["id"] = Value::Null);
    assert_eq!(alike[0], alike[1], "nothing else differs");
    let foreign = format!("/visitor/attachments/{}", answers[1]["id"].as_str().expect("an id"));
    vera.http.get(&foreign).await.refused(404, "not_found");
}

/// T907, F59, FLOW-14: a session goes on in the flow with which it began, whatever is published meanwhile; the next one
/// gets the new flow.
#[tokio::test]
async fn a_running_session_keeps_its_flow() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let early = desk.guest().await;
    let session = early.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    desk.flow(&json!({"accepted_text": "The new text", "greeting": "New greeting"}))
        .await;
    let mut bench = ann.ready().await;
    bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
    let said = |lines: &[Value]| crate::talk::texts(&Value::Array(lines.to_vec()));
    assert_eq!(
        said(&early.lines().await).last().map(String::as_str),
        Some("You talk to Ann, Ann-no")
    );
    let late = desk.guest().await;
    let session = late.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
    let lines = said(&late.lines().await);
    assert_eq!(lines, ["New greeting", "hello", "The new text"]);
    // A flow in use is not deleted under a session.
    let flows = desk.admin().http.get("/flows?limit=100").await.ok();
    let mut flows = flows["items"].as_array().expect("a list").iter();
    let used = flows.find(|flow| flow["name"] == "Flow of site").expect("a flow");
    let path = format!("/flows/{}", used["id"].as_str().expect("an id"));
    desk.admin().http.delete(&path).await.refused(409, "in_use");
}

/// T908, I10, I14: who leaves the queue and comes back stands at its end; several pages of one visitor are one place.
#[tokio::test]
async fn nobody_gets_ahead_by_coming_back() {
    let desk = Desk::start().await;
    let (vera, wim) = (desk.guest().await, desk.guest().await);
    vera.says("first").await;
    wim.says("second").await;
    let ahead = async |guest: &Guest| guest.conversation().await["session"]["ahead"].as_i64();
    assert_eq!((ahead(&vera).await, ahead(&wim).await), (Some(0), Some(1)));
    // More pages, more words: still one place.
    let (mut one, mut two) = (vera.connect().await, vera.connect().await);
    one.post("still here").await;
    two.post("here too").await;
    one.next("ack").await;
    two.next("ack").await;
    assert_eq!((ahead(&vera).await, ahead(&wim).await), (Some(0), Some(1)));
    one.send(json!({"type": "end", "client_id": new_key()})).await;
    one.next("ended").await;
    vera.says("back again").await;
    assert_eq!((ahead(&wim).await, ahead(&vera).await), (Some(0), Some(1)));
    let queues = desk.admin().http.get("/skill-groups").await.ok();
    assert_eq!(queues["items"][0]["waiting"], 2);
}
