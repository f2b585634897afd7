//! Flows that ask the outside: services of their owners (FLOW-09) and bots (FLOW-11), over restarts too (FLOW-17).

use serde_json::{Value, json};
use store::{Engine, Sql};
use testkit::eventually;

use crate::services::{Service, always};
use crate::talk::{Desk, Guest, texts};

static NO_GROUP: Sql = Sql::new("NO_GROUP", file!(), "DELETE FROM skill_groups WHERE name = 'Gone'");
static NO_BOT: Sql = Sql::new("NO_BOT", file!(), "DELETE FROM bots");

/// What a secret says; it must come out nowhere.
const SECRET: &str = "s3cret-canary-77";

fn node(id: &str, kind: &str, fields: Value) -> Value {
    let mut node = json!({"id": id, "label": "", "position": {"x": 0, "y": 0}, "kind": kind});
    for (name, value) in fields.as_object().expect("fields") {
        node[name] = value.clone();
    }
    node
}

fn says(id: &str, text: &str) -> Value {
    node(id, "send_message", json!({"message": {"type": "text", "text": text}}))
}

fn end() -> Value {
    node("end", "end", json!({"silence_text": "", "agent_end_text": "Goodbye"}))
}

/// A call that keeps `data.city` as `${city}`, or `nowhere`.
fn calls(id: &str, url: &str, more: Value) -> Value {
    let mut fields = json!({
        "url": url, "parameters": [{"name": "session", "value": "${SystemSessionId}"}],
        "results": [{"variable": format!("city_{id}"), "field": "data.city", "default": "nowhere"}],
        "headers": [], "timeout_seconds": 0, "max_errors": 1,
    });
    for (name, value) in more.as_object().expect("fields") {
        fields[name] = value.clone();
    }
    node(id, "call_api", fields)
}

/// A document of these nodes; what is not connected here goes on to the next node.
fn document(nodes: &[Value], ports: &[(&str, &str, &str)], fallback: Value) -> Value {
    let nodes = [&[node("start", "start", json!({}))], nodes, &[end()]].concat();
    let mut connections: Vec<Value> = ports
        .iter()
        .map(|(from, port, to)| json!({"from": from, "port": port, "to": to}))
        .collect();
    for pair in nodes.windows(2) {
        if ["start", "send_message", "collect_information", "call_api"]
            .contains(&pair[0]["kind"].as_str().expect("a kind"))
        {
            connections.push(json!({"from": pair[0]["id"], "port": "next", "to": pair[1]["id"]}));
        }
    }
    json!({"format": 2, "time_zone": "UTC", "fallback": fallback, "nodes": nodes, "connections": connections})
}

fn form() -> Value {
    json!({"to": "message_form", "prompt": "Leave a message", "thanks_text": "Thank you"})
}

/// Publishes a document on a channel of its own.
async fn publish(desk: &Desk, key: &str, document: &Value) {
    desk.channel(key, &desk.group_id()).await;
    let admin = &desk.admin().http;
    let flows = admin.get("/flows?limit=100").await.ok();
    let mut flows = flows["items"].as_array().expect("a list").iter();
    let flow = flows
        .find(|flow| flow["name"] == format!("Flow of {key}"))
        .expect("a flow");
    let path = format!("/flows/{}", flow["id"].as_str().expect("an id"));
    let draft = json!({"revision": 0, "document": document});
    let saved = admin.put(&format!("{path}/draft"), &draft).await.ok();
    assert_eq!(saved["faults"], json!([]), "{document:#}");
    admin
        .post(&format!("{path}/publish"), &json!({"revision": saved["revision"]}))
        .await
        .ok();
}

async fn said(guest: &Guest) -> Vec<String> {
    texts(&guest.conversation().await["entries"])
}

async fn hears(guest: &Guest, text: &str) {
    eventually(&format!("the visitor hears {text:?}"), async || {
        said(guest).await.iter().any(|said| said == text)
    })
    .await;
}

async fn session_of(guest: &Guest) -> String {
    let conversation = guest.conversation().await;
    conversation["session"]["id"].as_str().expect("an id").to_owned()
}

/// The session's log of calls, once that many are over.
async fn calls_of(desk: &Desk, session: &str, over: usize) -> Vec<Value> {
    let path = format!("/sessions/{session}/api-calls");
    let items = async || {
        let calls = desk.admin().http.get(&path).await.ok();
        calls["items"].as_array().expect("a list").clone()
    };
    eventually("calls are over", async || {
        items().await.iter().filter(|call| call["outcome"].is_string()).count() >= over
    })
    .await;
    items().await
}

fn outcomes(calls: &[Value]) -> Vec<&str> {
    calls.iter().filter_map(|call| call["outcome"].as_str()).collect()
}

async fn secret(desk: &Desk, name: &str) -> Value {
    let new = json!({"name": name, "value": SECRET});
    desk.admin().http.post("/flow-secrets", &new).await.ok()["id"].clone()
}

/// FLOW-09, T711, T1202: a flow posts JSON with stored secrets and a signature, keeps what the answer says, and the log
/// of the session's calls shows all of it but the secrets. On both engines.
#[tokio::test]
async fn a_flow_asks_a_service_and_goes_on_with_its_answer() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let service = Service::start(|_, call| {
            let key = call.header("x-key").unwrap_or_default();
            (200, json!({"data": {"city": "上海"}, "echo": key}).to_string())
        })
        .await;
        let desk = Desk::calling_on(engine, &[service.port]).await;
        let secret = secret(&desk, "Key").await;
        let more = json!({
            "headers": [{"name": "X-Key", "value": {"type": "secret", "secret_id": secret}}],
            "signing_secret_id": secret,
        });
        let nodes = [
            calls("ask", &service.url(), more),
            says("tell", "You are in ${city_ask}"),
        ];
        publish(&desk, "calls", &document(&nodes, &[], form())).await;
        let guest = desk.guest_of("calls").await;
        guest.says("hello").await;
        hears(&guest, "You are in 上海").await;

        let heard = service.heard();
        assert_eq!(heard.len(), 1, "{heard:?}");
        let session = session_of(&guest).await;
        assert_eq!(heard[0].body, json!({"session": session}).to_string());
        assert!(heard[0].head.starts_with("POST /api HTTP/1.1"), "{heard:?}");
        assert_eq!(heard[0].header("content-type"), Some("application/json; charset=utf-8"));
        assert_eq!(heard[0].header("x-key"), Some(SECRET));
        assert_eq!(heard[0].header("x-frontdesk-call"), Some(&*format!("{session}.1")));
        let timestamp = heard[0].header("x-frontdesk-timestamp").expect("a time");
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
        let signed = format!("{timestamp}.{}", heard[0].body);
        let tag = app::secrets::hex(ring::hmac::sign(&key, signed.as_bytes()).as_ref());
        assert_eq!(heard[0].header("x-frontdesk-signature"), Some(&*format!("v1={tag}")));

        let calls = calls_of(&desk, &session, 1).await;
        assert_eq!(outcomes(&calls), ["answered"]);
        assert_eq!(
            (&calls[0]["status"], &calls[0]["url"]),
            (&json!(200), &json!(service.url()))
        );
        assert_eq!(calls[0]["headers"][0]["value"]["secret_id"], secret);
        let log = json!(calls).to_string();
        assert!(log.contains("•••") && !log.contains(SECRET), "{log}");
        desk.stop().await;
    }
}

/// FLOW-09, R12, F60, T703, T708: each failing try counts, later ones come after a pause, and when all have failed the
/// results take their defaults and the flow goes on.
#[tokio::test]
async fn failing_tries_end_in_defaults() {
    let service = Service::start(|number, _| match number {
        0 => (500, "{}".to_owned()),
        1 => (302, "{}".to_owned()),
        2 => (200, "no JSON".to_owned()),
        3 => (200, format!("{{\"data\":{{\"city\":\"{}\"}}}}", "x".repeat(70_000))),
        _ => (200, json!({"data": {"city": "Rome"}}).to_string()),
    })
    .await;
    let desk = Desk::calling(service.port).await;
    let nodes = [
        calls("a", &service.url(), json!({"max_errors": 4})),
        says("tell_a", "First: ${city_a}"),
        calls("b", &service.url(), json!({"max_errors": 4})),
        says("tell_b", "Then: ${city_b}"),
    ];
    publish(&desk, "calls", &document(&nodes, &[], form())).await;
    let guest = desk.guest_of("calls").await;
    guest.says("hello").await;
    let session = session_of(&guest).await;
    for tries in 1..=4 {
        calls_of(&desk, &session, tries).await;
        desk.advance(10);
    }
    hears(&guest, "First: nowhere").await;
    hears(&guest, "Then: Rome").await;
    let calls = calls_of(&desk, &session, 5).await;
    assert_eq!(
        outcomes(&calls),
        ["bad_status", "bad_status", "answered", "bad_answer", "answered"]
    );
    let attempts: Vec<i64> = calls.iter().filter_map(|call| call["attempt"].as_i64()).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 1]);
    assert_eq!(service.heard().len(), 5, "the redirect is not followed");
}

/// FLOW-09, T701, T705, T710: a flow cannot call into the desk's own network; it goes on with its defaults.
#[tokio::test]
async fn a_flow_calls_nothing_inside() {
    let service = always(json!({"data": {"city": "inside"}})).await;
    let desk = Desk::start().await;
    let hosts = [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:7f00:1]",
        "2130706433",
        "0x7f.1",
        "169.254.169.254",
    ];
    let mut nodes = Vec::new();
    for (number, host) in hosts.iter().enumerate() {
        nodes.push(calls(
            &format!("n{number}"),
            &format!("http://{host}:{}/", service.port),
            json!({}),
        ));
        nodes.push(calls(&format!("m{number}"), &format!("http://{host}/"), json!({})));
    }
    nodes.push(says("tell", "Still here: ${city_n0}"));
    publish(&desk, "calls", &document(&nodes, &[], form())).await;
    let guest = desk.guest_of("calls").await;
    guest.says("hello").await;
    hears(&guest, "Still here: nowhere").await;
    let calls = calls_of(&desk, &session_of(&guest).await, nodes.len() - 1).await;
    assert!(
        outcomes(&calls).iter().all(|outcome| *outcome == "forbidden"),
        "{calls:#?}"
    );
    assert_eq!(service.heard().len(), 0);
}

/// FLOW-09, F60, T906: a service that never answers keeps nobody else waiting: others' calls and messages go on, and not more
/// than its share of calls is open.
#[tokio::test]
async fn a_hanging_service_slows_nobody_else() {
    let (hanging, lively) = (
        Service::hanging(|_, _| (200, json!({"data": {"city": "late"}}).to_string())).await,
        always(json!({"data": {"city": "soon"}})).await,
    );
    let desk = Desk::calling_on(Engine::Sqlite, &[hanging.port, lively.port]).await;
    let flow = |service: &Service| {
        let call = calls("ask", &service.url(), json!({"timeout_seconds": 30}));
        document(&[call, says("tell", "From ${city_ask}")], &[], form())
    };
    publish(&desk, "hanging", &flow(&hanging)).await;
    publish(&desk, "lively", &flow(&lively)).await;
    let mut waiting = Vec::new();
    for _ in 0..40 {
        let guest = desk.guest_of("hanging").await;
        guest.says("hello").await;
        waiting.push(guest);
    }
    eventually("the service has its share of calls", async || {
        hanging.heard().len() == 16
    })
    .await;
    for _ in 0..20 {
        let guest = desk.guest_of("lively").await;
        guest.says("hello").await;
        hears(&guest, "From soon").await;
    }
    assert_eq!(hanging.heard().len(), 16, "the others wait for a place");
    for guest in &waiting {
        assert_eq!(said(guest).await, ["hello"]);
    }
    hanging.open();
    for guest in &waiting {
        hears(guest, "From late").await;
    }
}

/// FLOW-09, C12: an answer that comes after the session has ended changes nothing.
#[tokio::test]
async fn a_late_answer_changes_nothing() {
    let service = Service::hanging(|_, _| (200, json!({"data": {"city": "late"}}).to_string())).await;
    let desk = Desk::calling(service.port).await;
    let nodes = [
        calls("ask", &service.url(), json!({})),
        says("tell", "From ${city_ask}"),
    ];
    publish(&desk, "calls", &document(&nodes, &[], form())).await;
    let guest = desk.guest_of("calls").await;
    guest.says("hello").await;
    eventually("the service is asked", async || service.heard().len() == 1).await;
    let session = session_of(&guest).await;
    let end = json!({"client_id": crate::talk::new_key()});
    guest.http.post("/visitor/end", &end).await.ok();
    let before = guest.conversation().await;
    service.open();
    calls_of(&desk, &session, 1).await;
    assert_eq!(guest.conversation().await, before);
}

/// FLOW-17, F61, C06: a node that dies while a service is asked has it asked again, under the same name, and the flow goes on
/// once. On PostgreSQL it dies, on SQLite it is stopped in the middle of the call.
#[tokio::test]
async fn a_call_survives_the_end_of_its_node() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let service = Service::hanging(|_, _| (200, json!({"data": {"city": "Rome"}}).to_string())).await;
        let mut desk = Desk::calling_on(engine, &[service.port]).await;
        let nodes = [
            calls("ask", &service.url(), json!({})),
            says("tell", "From ${city_ask}"),
        ];
        publish(&desk, "calls", &document(&nodes, &[], form())).await;
        let guest = desk.guest_of("calls").await;
        guest.says("hello").await;
        eventually("the service is asked", async || service.heard().len() == 1).await;
        desk.break_off(engine).await;
        service.open();
        desk.advance(30);
        hears(&guest, "From Rome").await;
        let heard = service.heard();
        assert_eq!(heard.len(), 2, "{heard:?}");
        assert_eq!(heard[0].header("x-frontdesk-call"), heard[1].header("x-frontdesk-call"));
        assert_eq!(
            outcomes(&calls_of(&desk, &session_of(&guest).await, 1).await),
            ["answered"]
        );
        assert_eq!(said(&guest).await, ["hello", "From Rome"]);
        desk.stop().await;
    }
}

fn faq() -> Value {
    json!({
        "name": "Shop", "suggestion_text": "Did you mean:",
        "questions": [
            {"wordings": ["怎么退货", "How do I return an order?"], "answer": "Within 30 days."},
            {"wordings": ["什么时候发货"], "answer": "In three days."},
        ],
    })
}

fn robot(bot: &Value) -> Value {
    let fields = json!({
        "bot_id": bot, "welcome_text": "I am a robot", "unknown_text": "I do not know", "turn_limit": 5,
        "unknown_limit": 2, "human_words": ["人工"], "solved_words": ["谢谢"],
    });
    node("bot", "robot", fields)
}

/// The robot's ways out, each to a text of its own.
fn robot_ports() -> [(&'static str, &'static str, &'static str); 3] {
    [
        ("bot", "to_human", "human"),
        ("bot", "unresolved", "unresolved"),
        ("bot", "solved", "solved"),
    ]
}

fn robot_flow(bot: &Value) -> Value {
    let mut document = document(
        &[
            robot(bot),
            says("human", "To a human"),
            says("unresolved", "Unresolved"),
            says("solved", "Solved"),
        ],
        &robot_ports(),
        form(),
    );
    // Each text is an end of its own.
    let connections = document["connections"].as_array_mut().expect("a list");
    connections
        .retain(|connection| !["human", "unresolved", "solved"].contains(&connection["from"].as_str().unwrap_or("")));
    for text in ["human", "unresolved", "solved"] {
        connections.push(json!({"from": text, "port": "next", "to": "end"}));
    }
    document
}

/// FLOW-11: a bot answers, offers what might have been meant, says when it does not know, and gives way by each of its
/// ports. What an administrator changes counts from the next question on. On both engines.
#[tokio::test]
async fn a_robot_answers_until_it_gives_way() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = Desk::start_on(engine).await;
        let admin = &desk.admin().http;
        let bot = admin.post("/bots", &faq()).await.ok();
        publish(&desk, "bot", &robot_flow(&bot["id"])).await;
        let guest = desk.guest_of("bot").await;
        guest.says("hello").await;
        for (text, answer) in [
            ("请问怎么退货？", "Within 30 days."),
            ("How do I return an order", "Within 30 days."),
            ("Is it going to rain?", "I do not know"),
        ] {
            guest.says(text).await;
            assert_eq!(said(&guest).await.last().map(String::as_str), Some(answer), "{text}");
        }
        let mut changed = faq();
        changed["questions"][0]["answer"] = json!("Within 60 days.");
        let change = json!({"revision": bot["revision"], "faq": changed});
        let path = format!("/bots/{}", bot["id"].as_str().expect("an id"));
        admin.put(&path, &change).await.ok();
        admin.put(&path, &change).await.refused(409, "stale");
        guest.says("怎么退货").await;
        assert_eq!(said(&guest).await.last().map(String::as_str), Some("Within 60 days."));
        guest.says("order return soon please").await;
        let line = guest.lines().await.pop().expect("a line");
        assert_eq!(line["body"]["content"]["type"], "menu", "{line}");
        assert_eq!(line["body"]["content"]["items"][0]["content"], "怎么退货");
        for (text, way) in [("人工", "To a human"), ("谢谢", "Solved")] {
            let guest = desk.guest_of("bot").await;
            guest.says("hello").await;
            guest.says(text).await;
            assert_eq!(said(&guest).await.last().map(String::as_str), Some(way));
            assert_eq!(guest.conversation().await["session"]["stage"], "ended");
        }
        let lost = desk.guest_of("bot").await;
        for text in ["hello", "天气", "下雨"] {
            lost.says(text).await;
        }
        assert_eq!(said(&lost).await.last().map(String::as_str), Some("Unresolved"));
        desk.stop().await;
    }
}

/// FLOW-11, R19: what a flow names cannot be deleted, and is listed; a bot or a secret that nobody names can.
#[tokio::test]
async fn what_a_flow_names_is_not_deleted() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    let bot = admin.post("/bots", &faq()).await.ok()["id"].clone();
    let secret = secret(&desk, "Key").await;
    admin.post("/bots", &faq()).await.refused(409, "name_taken");
    let twice = json!({"name": "Key", "value": "other"});
    admin.post("/flow-secrets", &twice).await.refused(409, "name_taken");
    let mut both = robot_flow(&bot);
    let call = calls("ask", "https://api.example.com/", json!({"signing_secret_id": secret}));
    both["nodes"].as_array_mut().expect("a list").push(call);
    let connections = both["connections"].as_array_mut().expect("a list");
    connections.retain(|connection| connection["from"] != "solved");
    connections.push(json!({"from": "solved", "port": "next", "to": "ask"}));
    connections.push(json!({"from": "ask", "port": "next", "to": "end"}));
    publish(&desk, "both", &both).await;
    let (bot, secret) = (bot.as_str().expect("an id"), secret.as_str().expect("an id"));
    for path in [format!("/bots/{bot}"), format!("/flow-secrets/{secret}")] {
        let refused = admin.delete(&path).await;
        refused.refused(409, "in_use");
        assert!(refused.text.contains("Flow of both"), "{}", refused.text);
    }
    let secrets = admin.get("/flow-secrets").await;
    assert_eq!(secrets.ok()["items"][0]["flows"][0]["name"], "Flow of both");
    assert!(!secrets.text.contains(SECRET));
    let value = json!({"value": "another"});
    admin.put(&format!("/flow-secrets/{secret}"), &value).await.ok();
    publish(&desk, "none", &document(&[says("a", "b")], &[], form())).await;
    for bad in ["", " edge", "two\nlines", "密码", &"x".repeat(2_001)] {
        let new = json!({"name": "Bad", "value": bad});
        admin.post("/flow-secrets", &new).await.refused(400, "invalid_request");
    }
    let spare = admin
        .post("/flow-secrets", &json!({"name": "Spare", "value": "x"}))
        .await
        .ok();
    let path = format!("/flow-secrets/{}", spare["id"].as_str().expect("an id"));
    admin.delete(&path).await.ok();
    admin.delete(&path).await.refused(404, "not_found");
}

/// FLOW-11: an administrator tries a bot that is not saved yet.
#[tokio::test]
async fn a_bot_is_tried_before_it_is_saved() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    let ask = async |question: &str| {
        let body = json!({"faq": faq(), "question": question});
        admin.post("/bot-trials", &body).await.ok()
    };
    assert_eq!(ask("怎么退货").await["content"]["text"], "Within 30 days.");
    assert_eq!(ask("天气").await, json!({}));
    assert_eq!(admin.get("/bots").await.ok()["items"], json!([]));
}

/// FLOW-17, T907: a bot or a group that is gone leads to the flow's fallback: the default group, or the message form,
/// whose answer the log keeps.
#[tokio::test]
async fn what_is_gone_leads_to_the_fallback() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    let bot = admin.post("/bots", &faq()).await.ok()["id"].clone();
    publish(&desk, "bot", &robot_flow(&bot)).await;
    let gone = desk.group("Gone", 5).await;
    let transfer = json!({
        "skill_group_id": gone, "waiting_text": "Wait", "accepted_text": "", "unavailable_text": "",
        "nobody_online": "wait",
    });
    let ports = ["accepted", "timed_out", "unavailable"].map(|port| ("queue", port, "end"));
    for (key, fallback) in [
        ("form", form()),
        (
            "group",
            json!({"to": "skill_group", "skill_group_id": desk.group_id(), "text": "To the others"}),
        ),
    ] {
        let flow = document(
            &[node("queue", "transfer_to_human", transfer.clone())],
            &ports,
            fallback,
        );
        publish(&desk, key, &flow).await;
    }
    let talking = desk.guest_of("bot").await;
    talking.says("hello").await;
    let deleted = desk.app().store.write(async move |tx| {
        tx.execute(&NO_BOT, store::params![]).await?;
        tx.execute(&NO_GROUP, store::params![]).await
    });
    deleted.await.expect("a write");

    talking.says("怎么退货").await;
    let guest = desk.guest_of("form").await;
    guest.says("hello").await;
    for guest in [&talking, &guest] {
        let line = guest.lines().await.pop().expect("a line");
        assert_eq!(line["body"]["content"]["header"], "Leave a message", "{line}");
        guest.says("Please call me").await;
        assert_eq!(said(guest).await.last().map(String::as_str), Some("Thank you"));
    }
    let guest = desk.guest_of("group").await;
    guest.says("hello").await;
    assert_eq!(guest.conversation().await["session"]["stage"], "waiting");
    assert!(said(&guest).await.contains(&"To the others".to_owned()));
}

/// FLOW-17: a node ends as by `kill -9` in the middle of each kind of flow node that waits; the visitor goes on where
/// the flow stood, and nothing is said twice. On SQLite, whose file one process holds, it is stopped and started instead.
#[tokio::test]
async fn a_flow_goes_on_after_kill_in_every_kind_of_node() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let service = Service::hanging(|_, _| (200, json!({"data": {"city": "Rome"}}).to_string())).await;
        let mut desk = Desk::calling_on(engine, &[service.port]).await;
        let bot = desk.admin().http.post("/bots", &faq()).await.ok()["id"].clone();
        let branch = json!({"title": "What is it?", "unmatched_text": "Please choose",
            "options": [{"id": "o1", "value": "Sales"}, {"id": "o2", "value": "Support"}]});
        let collect = json!({"prompt": "Your name?", "success_text": "", "variable": "name", "form": {"type": "text"}});
        let condition = json!({"branches": [{"id": "c1", "label": "",
            "all": [{"parameter": "city_ask", "operator": "equal", "value": "Rome"}]}]});
        let transfer = json!({"skill_group_id": desk.group_id(), "waiting_text": "Wait", "accepted_text": "Hi",
            "unavailable_text": "Wait", "nobody_online": "wait"});
        let nodes = [
            node("hours", "service_time", json!({"hours": {"mode": "off"}})),
            says("welcome", "Welcome"),
            node("branch", "branch", branch),
            node("name", "collect_information", collect),
            calls("ask", &service.url(), json!({})),
            node("if", "condition", condition),
            robot(&bot),
            node("queue", "transfer_to_human", transfer),
        ];
        let mut ports = vec![
            ("hours", "within", "welcome"),
            ("hours", "outside", "end"),
            ("branch", "o1", "name"),
            ("branch", "o2", "end"),
            ("if", "c1", "bot"),
            ("if", "default", "end"),
            ("bot", "to_human", "queue"),
            ("bot", "unresolved", "end"),
            ("bot", "solved", "end"),
        ];
        ports.extend(["accepted", "timed_out", "unavailable"].map(|port| ("queue", port, "end")));
        publish(&desk, "all", &document(&nodes, &ports, form())).await;
        let guest = desk.guest_of("all").await;
        for text in ["hello", "Sales", "Ann"] {
            guest.says(text).await;
            desk.break_off(engine).await;
        }
        // Whoever was about to ask when the node ended had the lease.
        service.open();
        desk.advance(30);
        hears(&guest, "I am a robot").await;
        for text in ["怎么退货", "人工"] {
            desk.break_off(engine).await;
            guest.says(text).await;
        }
        desk.break_off(engine).await;
        assert_eq!(guest.conversation().await["session"]["stage"], "waiting");
        let ann = desk.agent("Ann").await;
        let mut bench = ann.ready().await;
        bench.has(|frame| frame["me"]["load"] == 1).await;
        desk.break_off(engine).await;
        let path = format!("/sessions/{}/end", session_of(&guest).await);
        ann.http.post(&path, &json!({})).await.ok();
        let headers: Vec<String> = guest
            .lines()
            .await
            .iter()
            .filter_map(|line| line["body"]["content"]["header"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(headers, ["What is it?", "Your name?"]);
        assert_eq!(
            said(&guest).await,
            [
                "Welcome",
                "hello",
                "Sales",
                "Ann",
                "I am a robot",
                "怎么退货",
                "Within 30 days.",
                "人工",
                "Wait",
                "Hi",
                "Goodbye"
            ]
        );
        desk.stop().await;
    }
}
