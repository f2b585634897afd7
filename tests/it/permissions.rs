//! SEC-02, T501: every operation, tried by everybody, answers as the table says.
//!
//! `permissions.txt` has a row for each operation of `openapi.json`, in the order in which they are tried: what only
//! reads first, what ends or deletes last. A new operation without a row fails.

use std::collections::BTreeSet;

use domain::ids::{AgentId, Id as _, TenantId};
use domain::permission::Role;
use serde_json::{Value, json};
use store::agents::{NewAgent, NewPassword};
use uuid::Uuid;

use crate::talk::{Answer, Caller, Connected, Desk, Guest, PASSWORD, Person, Socket, new_key};

const TABLE: &str = include_str!("permissions.txt");
const DOCUMENT: &str = include_str!("../../openapi.json");
/// Stands in whatever belongs to the visitor, to the session and to the contact centre.
const CANARY: &str = "Canary-7f3a";

/// One row of the table.
struct Row {
    method: String,
    path: String,
    /// A status for each of [`Everybody::CALLERS`].
    expected: Vec<u16>,
}

fn rows() -> Vec<Row> {
    let lines = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace().map(str::to_owned);
            let (method, path) = (words.next().expect("a method"), words.next().expect("a path"));
            let expected = words.map(|word| word.parse().expect("a status")).collect();
            Row { method, path, expected }
        })
        .collect()
}

/// SEC-02: an operation without a row, and a row without an operation, are noticed.
#[test]
fn every_operation_has_a_row() {
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let mut operations = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("operations").keys() {
            let path = path.strip_prefix("/api/v1").expect("below /api/v1");
            operations.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let named: BTreeSet<_> = rows()
        .iter()
        .map(|row| format!("{} {}", row.method, row.path))
        .collect();
    let (missing, surplus): (Vec<_>, Vec<_>) = (
        operations.difference(&named).collect(),
        named.difference(&operations).collect(),
    );
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "without a row: {missing:?}; without an operation: {surplus:?}"
    );
    assert_eq!(rows().len(), operations.len(), "a row stands twice");
    for row in rows() {
        assert_eq!(
            row.expected.len(),
            Everybody::CALLERS.len(),
            "{} {}",
            row.method,
            row.path
        );
    }
}

/// Everybody who may try, and what they try it on.
struct Everybody {
    callers: Vec<Caller>,
    /// Things of the contact centre, by the beginning of the paths that name them.
    things: Vec<(&'static str, String)>,
    session: String,
    member: String,
    /// The group that everybody talks through, and its flow.
    group: String,
    flow: String,
    _bench: Socket,
}

impl Everybody {
    /// In the order of the table's columns.
    const CALLERS: [&'static str; 7] = [
        "nobody",
        "stranger",
        "visitor",
        "colleague",
        "agent",
        "foreign",
        "admin",
    ];

    async fn of(desk: &Desk) -> Self {
        let admin = desk.admin();
        let elsewhere = desk.group("Elsewhere", 5).await;
        let (ann, bob, tom) = (
            desk.agent("Ann").await,
            desk.agent("Bob").await,
            desk.agent("Tom").await,
        );
        desk.join(&bob, &elsewhere, 3).await;
        let path = format!("/skill-groups/{}/members/{}", desk.group_id(), bob.id);
        admin.http.delete(&path).await.ok();
        let spare_config = admin.http.post("/rating-configs", &rating_config(CANARY)).await.ok();
        let spare_config = spare_config["id"].as_str().expect("an id").to_owned();
        let spare_bot = admin.http.post("/bots", &bot(CANARY)).await.ok();
        let spare_bot = spare_bot["id"].as_str().expect("an id").to_owned();
        let secret = json!({"name": CANARY, "value": CANARY});
        let spare_secret = admin.http.post("/flow-secrets", &secret).await.ok();
        let spare_secret = spare_secret["id"].as_str().expect("an id").to_owned();
        let config = admin.http.post("/rating-configs", &rating_config("Usual")).await.ok();
        let path = format!("/channels/{}", desk.channel_id("site").await);
        let bound = json!({"rating_config_id": config["id"]});
        admin.http.send("PATCH", &path, Some(&bound)).await.ok();
        let mut bench = ann.ready().await;
        let (vera, wim) = (desk.guest_called(CANARY).await, desk.guest().await);
        let (session, attachment) = conversation(&vera).await;
        bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
        let spare = desk
            .channel(&format!("spare-{}", CANARY.to_lowercase()), &elsewhere)
            .await;
        let flow = json!({"name": CANARY, "settings": unused_settings(&elsewhere)});
        let flow = admin.http.post("/flows", &flow).await.ok();
        let flows = admin.http.get("/flows?limit=100").await.ok();
        let mut flows_there = flows["items"].as_array().expect("a list").iter();
        let used = flows_there.find(|flow| flow["name"] == "Flow of site").expect("a flow");
        let used = used["id"].as_str().expect("an id").to_owned();
        let things = vec![
            ("/agents/", tom.id.clone()),
            ("/attachments/", attachment.clone()),
            ("/visitor/attachments/", attachment),
            ("/channels/", desk.channel_id(&spare).await),
            ("/flows/", flow["id"].as_str().expect("an id").to_owned()),
            ("/rating-configs/", spare_config),
            ("/bots/", spare_bot),
            ("/flow-secrets/", spare_secret),
            ("/skill-groups/", desk.group(&format!("Spare {CANARY}"), 5).await),
            ("/visitor/channels/", spare),
            ("/sessions/", session.clone()),
        ];
        let callers = vec![
            desk.nobody(),
            wim.http,
            vera.http,
            bob.http,
            ann.http,
            foreign_admin(desk).await,
            admin.http.clone(),
        ];
        Self {
            callers,
            things,
            session,
            member: tom.id,
            group: desk.group_id(),
            flow: used,
            _bench: bench,
        }
    }

    fn path(&self, row: &Row) -> String {
        let thing = self.things.iter().find(|(begin, _)| row.path.starts_with(begin));
        let id = thing.map(|(_, id)| id.as_str()).unwrap_or_default();
        let path = row
            .path
            .replace("{id}", id)
            .replace("{key}", id)
            .replace("{version}", "1")
            .replace("{agent_id}", &self.member);
        if row.path == "/visitor/history" {
            return format!("{path}?before_session_id={}&before_seq=99", self.session);
        }
        path
    }

    async fn answer(&self, row: &Row, caller: &Caller) -> Answer {
        let path = self.path(row);
        if path.ends_with("/attachments") {
            return caller.upload(&path, "a.txt", "text/plain", b"words".to_vec()).await;
        }
        let body = self.body(&row.method, &row.path);
        caller.send(&row.method, &path, body.as_ref()).await
    }

    /// What is well-formed for this operation, so that nothing but the right decides.
    fn body(&self, method: &str, path: &str) -> Option<Value> {
        let message = || json!({"client_id": new_key(), "content": {"type": "text", "text": "words"}});
        Some(match (method, path) {
            ("GET" | "DELETE", _) => return None,
            ("POST", "/sign-in") => json!({"identifier": new_key(), "password": "no password"}),
            ("POST", "/password") => json!({"current_password": PASSWORD, "new_password": "another pass phrase"}),
            ("POST", "/password/forgot") => json!({"email": "nobody@example.com"}),
            ("POST", "/password/reset") => json!({"token": "never given", "new_password": "another pass phrase"}),
            ("PUT", "/me/status") => json!({"status": "free"}),
            ("PUT", "/me/reception-limit") => json!({"own_limit": 7}),
            ("POST", "/sessions/{id}/messages" | "/visitor/messages") => message(),
            ("POST", "/sessions/{id}/read" | "/visitor/read") => json!({"seq": 1}),
            ("POST", "/visitor/end") => json!({"client_id": new_key()}),
            ("POST", "/agents") => json!({
                "name": "New", "nickname": "New", "staff_no": "new", "email": "new@example.com", "role": "agent",
            }),
            ("PATCH", "/agents/{id}") => json!({"nickname": "Renamed"}),
            ("POST", "/skill-groups") => json!({"name": "New group", "reception_limit": 5}),
            ("PATCH", "/skill-groups/{id}") => json!({"reception_limit": 6}),
            ("PUT", "/skill-groups/{id}/members/{agent_id}") => json!({"priority": 2}),
            ("POST", "/channels") => json!({"title": "New", "flow_id": self.flow}),
            ("PATCH", "/channels/{id}") => json!({"colour": "#00ff00"}),
            ("POST", "/flows") => json!({"name": "New flow", "settings": unused_settings(&self.group)}),
            ("PUT", "/reception-settings") => {
                json!({"grace_seconds": 90, "after_grace": "keep", "time_zone": "Asia/Shanghai"})
            }
            ("PATCH", "/flows/{id}") => json!({"name": "Renamed flow"}),
            ("PUT", "/flows/{id}/draft") => json!({"revision": 0, "document": shortest_flow()}),
            ("POST", "/flows/{id}/publish") => json!({"revision": 1}),
            ("POST", "/flows/{id}/copy") => json!({"name": "Copied flow"}),
            ("POST", "/flows/import") => json!({"name": "Imported flow", "document": shortest_flow()}),
            ("POST", "/bots") => bot("New bot"),
            ("PUT", "/bots/{id}") => json!({"revision": 1, "faq": bot("Renamed bot")}),
            ("POST", "/bot-trials") => json!({"faq": bot("Tried bot"), "question": "words"}),
            ("POST", "/flow-secrets") => json!({"name": "New secret", "value": "words"}),
            ("PUT", "/flow-secrets/{id}") => json!({"value": "words"}),
            ("POST", "/rating-configs") => rating_config("New config"),
            ("PUT", "/rating-configs/{id}") => rating_config("Renamed config"),
            ("POST", "/rating-configs/{id}/copy") => json!({"name": "Copied config"}),
            ("POST", "/visitor/rating-request") => json!({"client_id": new_key()}),
            ("POST", "/visitor/ratings") => {
                json!({"client_id": new_key(), "session_id": self.session, "level_id": "101"})
            }
            _ => json!({}),
        })
    }
}

fn bot(name: &str) -> Value {
    let questions = json!([{"wordings": ["hello"], "answer": "Hi"}]);
    json!({"name": name, "suggestion_text": "", "questions": questions})
}

fn rating_config(name: &str) -> Value {
    json!({
        "name": name, "levels": [{"content": "Good", "value": 5}], "style": "numbers", "invitation": "How was it?",
        "thanks": "", "valid_hours": 24, "starters": {"at_end": false, "agent": true, "visitor": true},
        "wants_comment": false,
    })
}

/// A flow that begins and ends.
fn shortest_flow() -> Value {
    json!({
        "format": 2,
        "time_zone": "UTC",
        "fallback": {"to": "message_form", "prompt": "Leave a message", "thanks_text": ""},
        "nodes": [
            {"id": "start", "label": "", "position": {"x": 0, "y": 0}, "kind": "start"},
            {"id": "end", "label": "", "position": {"x": 300, "y": 0}, "kind": "end",
             "silence_text": "", "agent_end_text": ""},
        ],
        "connections": [{"from": "start", "port": "next", "to": "end"}],
    })
}

fn unused_settings(group: &str) -> Value {
    json!({
        "skill_group_id": group, "greeting": CANARY, "waiting_text": "", "accepted_text": "", "unavailable_text": "",
        "nobody_online": "wait", "silence_text": "", "agent_end_text": "",
    })
}

/// A conversation with a posted picture; answers both ids.
async fn conversation(visitor: &Guest) -> (String, String) {
    let session = visitor.says(CANARY).await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let file = visitor
        .http
        .upload("/visitor/attachments", CANARY, "text/plain", CANARY.into())
        .await
        .ok();
    let content = json!({"type": "file", "attachment_id": file["id"]});
    visitor
        .http
        .post(
            "/visitor/messages",
            &json!({"client_id": new_key(), "content": content}),
        )
        .await
        .ok();
    (session, file["id"].as_str().expect("an id").to_owned())
}

/// The administrator of another contact centre on the same desk.
pub async fn foreign_admin(desk: &Desk) -> Caller {
    let app = desk.app();
    let hash = app.passwords.hash(PASSWORD).await.expect("a hash");
    let (now, email) = (app.clock.now(), "boss@elsewhere.example");
    let (tenant, id) = (TenantId::from_uuid(Uuid::now_v7()), AgentId::from_uuid(Uuid::now_v7()));
    let added = app.store.write(async move |tx| {
        let routing = store::codec::to_json(&domain::routing::Policy::default())?;
        store::tenants::insert(tx, tenant, "Elsewhere", &routing, now).await?;
        let admin = NewAgent {
            id,
            tenant,
            staff_no: "1",
            email,
            phone: None,
            name: "Boss",
            nickname: "Boss",
            role: Role::Admin,
            password: NewPassword {
                hash: &hash,
                must_change: false,
                expires_at: None,
            },
            own_limit: 5,
        };
        store::agents::insert(tx, &admin, now).await
    });
    added.await.expect("a write").expect("nobody has this address there");
    desk.caller_of(&desk.sign_in(email, PASSWORD).await)
}

/// Whether somebody may come across the words that belong to the visitor or to this contact centre. What anybody may
/// see of a channel is no secret.
fn may_see(caller: &str, row: &Row) -> bool {
    let is_public = row.path.starts_with("/visitor/channels/");
    is_public || matches!(caller, "visitor" | "agent" | "admin") || (caller == "colleague" && row.path == "/me")
}

/// SEC-02, T501, T502, T503, T507, T509, T310, ADM-15, I21: everybody tries every operation on things that are
/// somebody's; the answers are those of the table, refusals are whole, and no answer lets out a word that is not the
/// caller's to know.
#[tokio::test]
async fn everybody_tries_everything() {
    let desk = Desk::start().await;
    let everybody = Everybody::of(&desk).await;
    let mut wrong = Vec::new();
    for row in rows() {
        let mut found = Vec::new();
        for (name, caller) in Everybody::CALLERS.iter().zip(&everybody.callers) {
            let answer = everybody.answer(&row, caller).await;
            if answer.status >= 400 {
                answer.refused(answer.status, answer.body["code"].as_str().unwrap_or("none"));
            }
            if !may_see(name, &row) {
                assert!(
                    !answer.text.contains(CANARY),
                    "T502: {name}, {} {}: {}",
                    row.method,
                    row.path,
                    answer.text
                );
            }
            found.push(answer.status);
        }
        if found != row.expected {
            wrong.push(format!("{} {} {found:?}, not {:?}", row.method, row.path, row.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything that the rows are about, as those see it who may.
async fn picture(everybody: &Everybody) -> Vec<Value> {
    let [_, _, visitor, _, agent, foreign, admin] = everybody.callers.as_slice() else {
        panic!("seven callers");
    };
    let members = format!("/skill-groups/{}/members", everybody.group);
    let mut seen = Vec::new();
    for caller in [admin, foreign] {
        for list in [
            "/agents",
            "/skill-groups",
            "/channels",
            "/flows",
            "/rating-configs",
            "/mail-outbox",
            "/me",
        ] {
            seen.push(
                caller
                    .get(&format!("{list}?limit=100").replace("/me?limit=100", "/me"))
                    .await
                    .ok(),
            );
        }
    }
    seen.push(admin.get(&members).await.ok());
    seen.push(agent.get("/workbench").await.ok());
    seen.push(
        agent
            .get(&format!("/sessions/{}/entries?after_seq=0", everybody.session))
            .await
            .ok(),
    );
    seen.push(visitor.get("/visitor/conversation").await.ok());
    seen
}

/// T513, T508, T514: what is refused has not happened: after everybody tried everything that they may not do, all is as
/// it was.
#[tokio::test]
async fn what_is_refused_has_not_happened() {
    let desk = Desk::start().await;
    let everybody = Everybody::of(&desk).await;
    let before = picture(&everybody).await;
    let mut tried = 0;
    for row in rows() {
        for (expected, caller) in row.expected.iter().zip(&everybody.callers) {
            // A clash depends on what was done before; a refusal does not.
            if matches!(*expected, 400..=404) {
                let answer = everybody.answer(&row, caller).await;
                assert_eq!(answer.status, *expected, "{} {}", row.method, row.path);
                tried += 1;
            }
        }
    }
    assert!(tried > 200, "{tried} refusals");
    for (before, after) in before.iter().zip(picture(&everybody).await) {
        assert_eq!(*before, after);
    }
}

/// I22, T1214, T409: with the database gone nobody may do anything that was not allowed before, and nothing that is
/// somebody's is shown; what is refused for that reason says so, and tells nothing of the inside.
#[tokio::test]
async fn a_fault_permits_nothing() {
    let desk = Desk::start().await;
    let everybody = Everybody::of(&desk).await;
    desk.app().store.close().await;
    let mut refused = 0;
    for row in rows() {
        for ((name, expected), caller) in Everybody::CALLERS.iter().zip(&row.expected).zip(&everybody.callers) {
            let answer = everybody.answer(&row, caller).await;
            let what = format!("{name}, {} {}: {}", row.method, row.path, answer.text);
            if answer.status < 400 {
                assert!(*expected < 400, "{what}");
                assert!(!answer.text.contains(CANARY), "{what}");
                assert_eq!(row.method, "GET", "something was acknowledged: {what}");
                continue;
            }
            for inside in ["sqlite", "SQL", "SELECT", "frontdesk.db", ".rs:", "panicked", CANARY] {
                assert!(!answer.text.contains(inside), "{inside} in {what}");
            }
            answer.refused(answer.status, answer.body["code"].as_str().unwrap_or("none"));
            if answer.status >= 500 {
                assert_eq!(answer.body["code"], "unavailable", "{what}");
                assert_eq!(answer.body["class"], "retry", "{what}");
                refused += 1;
            }
        }
    }
    assert!(refused > 150, "{refused} refusals for want of a database");
    let [_, _, visitor, _, agent, ..] = everybody.callers.as_slice() else {
        panic!("seven callers");
    };
    assert_eq!(agent.try_connect().await, Connected::Refused(503));
    let token = visitor.bearer.clone().expect("a token");
    let mut page = desk.silent_page().await;
    page.send(json!({"type": "hello", "channel": "site", "token": token}))
        .await;
    let sent = page.sent_away().await;
    assert_ne!(sent.close, None, "{sent:?}");
}

/// T503, ADM-15: ids of one contact centre in another one's commands name nothing: no member, flow or group crosses.
#[tokio::test]
async fn no_id_crosses_contact_centres() {
    let desk = Desk::start().await;
    let foreign = foreign_admin(&desk).await;
    let ann: Person = desk.agent("Ann").await;
    let own = foreign
        .post("/skill-groups", &json!({"name": "Own", "reception_limit": 5}))
        .await
        .ok();
    let own = own["id"].as_str().expect("an id");
    let path = format!("/skill-groups/{own}/members/{}", ann.id);
    foreign
        .put(&path, &json!({"priority": 1}))
        .await
        .refused(404, "not_found");
    let there = desk.group_id();
    let new = json!({
        "name": "Spy", "nickname": "Spy", "staff_no": "spy", "email": "spy@example.com", "role": "agent",
        "skill_group_ids": [there],
    });
    let refused = foreign.post("/agents", &new).await;
    refused.refused(400, "invalid_request");
    assert_eq!(
        (&refused.body["fields"][0]["field"], &refused.body["fields"][0]["code"]),
        (&json!("skill_group_ids"), &json!("unknown"))
    );
    let flow = json!({"name": "Spy", "settings": unused_settings(&there)});
    assert_eq!(foreign.post("/flows", &flow).await.status, 400);
    let flows = desk.admin().http.get("/flows").await.ok();
    let channel = json!({"title": "Spy", "flow_id": flows["items"][0]["id"]});
    assert_eq!(foreign.post("/channels", &channel).await.status, 400);
    for list in [
        "/agents",
        "/skill-groups",
        "/channels",
        "/flows",
        "/mail-outbox",
        "/sessions",
    ] {
        let page = foreign.get(&format!("{list}?query=a")).await;
        assert!(
            !page.text.contains("Ann") && !page.text.contains("Site"),
            "{list}: {}",
            page.text
        );
    }
}
