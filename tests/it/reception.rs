//! Agents whose connection is lost: what stays, what moves, and when. The clock is moved; nobody sleeps.

use domain::ids::Id as _;
use futures_util::future::join_all;
use serde_json::{Value, json};
use store::{Query as _, Sql};
use testkit::eventually;

use crate::talk::{Desk, Guest, Person, texts};

static SETTINGS_CHANGED: Sql = Sql::new(
    "SETTINGS_CHANGED",
    file!(),
    "SELECT action, detail FROM audit WHERE action = 'reception.changed' ORDER BY id",
);

/// Somebody who talks with Ann; the session's id.
async fn served_by(desk: &Desk, person: &Person) -> (Guest, String) {
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    eventually("the session is served", async || {
        let sessions = person.http.get("/workbench").await.ok()["sessions"].clone();
        sessions
            .as_array()
            .is_some_and(|list| list.iter().any(|it| it["id"] == id.as_str()))
    })
    .await;
    (guest, id)
}

async fn session(guest: &Guest) -> Value {
    guest.conversation().await["session"].clone()
}

async fn seen(desk: &Desk, person: &Person) -> Value {
    desk.admin().http.get(&format!("/agents/{}", person.id)).await.ok()
}

async fn limit(person: &Person, own_limit: i64) {
    let limit = json!({"own_limit": own_limit});
    person.http.put("/me/reception-limit", &limit).await.ok();
}

/// The lines of a session of this kind, as its agent reads them.
async fn lines(person: &Person, id: &str, kind: &str) -> Vec<Value> {
    let page = person
        .http
        .get(&format!("/sessions/{id}/entries?after_seq=0&limit=200"))
        .await
        .ok();
    let all = page["entries"].as_array().expect("lines").iter();
    all.filter(|line| line["body"]["kind"] == kind).cloned().collect()
}

/// M9, ROUTE-22, C11, U9: a drop shorter than the grace moves nothing; meanwhile nothing new comes, and everybody sees
/// that the agent is disconnected, and since when.
#[tokio::test]
async fn a_short_drop_moves_nothing() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let bench = ann.ready().await;
    let (guest, id) = served_by(&desk, &ann).await;
    let lost_at = desk.now_seconds() * 1_000;
    drop(bench);
    ann.is_gone(&desk).await;
    eventually("the loss is noted", async || {
        seen(&desk, &ann).await["shown_status"] == "disconnected"
    })
    .await;
    assert_eq!(seen(&desk, &ann).await["disconnected_since"], lost_at);
    let other = desk.guest().await;
    other.says("is anybody there?").await;
    desk.pass(59).await;
    assert_eq!(
        session(&other).await["stage"],
        "waiting",
        "nothing new comes to who is not there"
    );
    assert_eq!(session(&guest).await["agent"]["nickname"], "Ann");

    let mut again = ann.connect().await;
    again.has(|frame| frame["me"]["load"] == 2).await;
    assert_eq!(
        session(&other).await["stage"],
        "active",
        "who waited is served by who came back"
    );
    let back = seen(&desk, &ann).await;
    assert_eq!(
        (&back["shown_status"], &back["disconnected_since"]),
        (&json!("free"), &Value::Null)
    );
    desk.pass(3_600).await;
    assert_eq!(
        session(&guest).await["agent"]["nickname"],
        "Ann",
        "the old grace is forgotten"
    );
    assert_eq!(lines(&ann, &id, "requeued").await, Vec::<Value>::new());
}

/// ROUTE-22, C11, C07, F39, I07: after the grace sessions go back to their old places in the queue, before those who
/// came later; the log says why, the visitor is told, and who comes back too late cannot write to them any more.
#[tokio::test]
async fn after_the_grace_somebody_else_serves() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    limit(&ann, 1).await;
    limit(&bob, 1).await;
    let bench = ann.ready().await;
    let (first, id) = served_by(&desk, &ann).await;
    let mut page = first.connect().await;
    let second = desk.guest().await;
    second.says("me too").await;
    drop(bench);
    ann.is_gone(&desk).await;
    desk.pass(60).await;

    let waiting = page.until(|frame| frame["session"]["stage"] == "waiting").await;
    assert_eq!(waiting["session"]["ahead"], 0, "at the old place");
    assert_eq!(session(&second).await["ahead"], 1);
    let told = page.lines_of(&id);
    assert_eq!(told.last().expect("a line")["body"], json!({"kind": "requeued"}));
    assert_eq!(seen(&desk, &ann).await["shown_status"], "offline");
    desk.pass(3_600).await;
    assert_eq!(session(&first).await["stage"], "waiting", "I16: the timer fires once");

    let mut other = bob.ready().await;
    other.has(|frame| frame["me"]["load"] == 1).await;
    assert_eq!(
        session(&first).await["agent"]["nickname"],
        "Bob",
        "who waited longer is first"
    );
    let requeued = lines(&bob, &id, "requeued").await;
    assert_eq!(requeued.len(), 1);
    assert_eq!(requeued[0]["body"]["reason"], "agent_disconnected");
    assert_eq!(requeued[0]["body"]["from_agent_id"], ann.id.as_str());

    let mut late = ann.connect().await;
    let welcome = late.has(|frame| frame["type"] == "welcome").await;
    assert!(
        !welcome["sessions"].to_string().contains(&id),
        "the session has left Ann's list"
    );
    let body = json!({"client_id": "late-1", "content": {"type": "text", "text": "sorry"}});
    let refused = ann.http.post(&format!("/sessions/{id}/messages"), &body).await;
    assert_eq!(refused.status, 404, "U12: it is not hers any more");
    late.has(|frame| frame["me"]["load"] == 1).await;
    assert_eq!(
        session(&second).await["agent"]["nickname"],
        "Ann",
        "she serves who waits now"
    );
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// ROUTE-22: where the contact centre says so, sessions stay with their agent; the change of the rule is in the audit.
#[tokio::test]
async fn sessions_may_be_kept() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    let usual = json!({"grace_seconds": 60, "after_grace": "requeue", "time_zone": ""});
    assert_eq!(admin.get("/reception-settings").await.ok(), usual);
    let kept = json!({"grace_seconds": 5, "after_grace": "keep", "time_zone": "Asia/Shanghai"});
    assert_eq!(admin.put("/reception-settings", &kept).await.ok(), kept);
    let ann = desk.agent("Ann").await;
    let bench = ann.ready().await;
    let (guest, id) = served_by(&desk, &ann).await;
    drop(bench);
    ann.is_gone(&desk).await;
    eventually("the loss is noted", async || {
        seen(&desk, &ann).await["shown_status"] == "disconnected"
    })
    .await;
    desk.pass(5).await;
    assert_eq!(seen(&desk, &ann).await["shown_status"], "offline");
    assert_eq!(session(&guest).await["agent"]["nickname"], "Ann");
    guest.says("are you there?").await;
    let mut bench = ann.connect().await;
    bench
        .has(|frame| texts(&frame["entries"]).contains(&"are you there?".to_owned()))
        .await;
    assert_eq!(lines(&ann, &id, "requeued").await, Vec::<Value>::new());

    let mut reader = desk.app().store.reader();
    let noted: Vec<(String, String)> = reader.all(&SETTINGS_CHANGED, store::params![]).await.expect("rows");
    assert_eq!(noted.len(), 1);
    let detail: Value = serde_json::from_str(&noted[0].1).expect("JSON");
    assert_eq!(detail["before"], usual);
    assert_eq!(detail["after"], kept);
}

/// ROUTE-22: wrong settings are refused field by field and change nothing.
#[tokio::test]
async fn wrong_settings_are_refused() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    for (field, value) in [
        ("grace_seconds", json!(4)),
        ("grace_seconds", json!(3_601)),
        ("time_zone", json!("Mars/Olympus")),
    ] {
        let mut wrong = json!({"grace_seconds": 60, "after_grace": "keep", "time_zone": ""});
        wrong[field] = value;
        let refused = admin.put("/reception-settings", &wrong).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.body["fields"][0]["field"], field);
    }
    assert_eq!(admin.get("/reception-settings").await.ok()["after_grace"], "requeue");
}

/// C11, C07, C13: while no server ran nobody could come back, so the grace counts from its start; it is kept over a
/// restart, not forgotten.
#[tokio::test]
async fn a_restart_gives_the_whole_grace() {
    let mut desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let bench = ann.ready().await;
    let (guest, _) = served_by(&desk, &ann).await;
    drop(bench);
    ann.is_gone(&desk).await;
    desk.pass(50).await;
    desk.restart().await;
    desk.pass(59).await;
    assert_eq!(session(&guest).await["stage"], "active", "59 seconds after the start");
    desk.pass(1).await;
    assert_eq!(session(&guest).await["stage"], "waiting");
}

/// U9, I12: a node that dies takes its connections with it; who was connected there is disconnected, with the same
/// grace, though no connection ever said goodbye.
#[tokio::test]
async fn who_was_connected_to_a_dead_node_is_disconnected() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let bench = ann.ready().await;
    let (guest, _) = served_by(&desk, &ann).await;
    let id: domain::ids::AgentId = ann.id.parse().expect("an id");
    let node = desk.app().node;
    // As another node does with one that stopped signing.
    let buried = desk
        .app()
        .store
        .write(async move |tx| store::presence::disconnect(tx, id.uuid(), node).await);
    assert!(buried.await.expect("a write"));
    app::presence::sign(desk.app()).await.expect("signed");
    assert_eq!(seen(&desk, &ann).await["shown_status"], "disconnected");
    desk.pass(60).await;
    assert_eq!(session(&guest).await["stage"], "waiting");
    drop(bench);
}

/// F51, I07, I08: agents who come back at the very moment at which their grace is over: each session is with its agent
/// or in the queue, and places are counted right.
#[tokio::test]
async fn coming_back_at_the_last_moment() {
    let desk = Desk::start().await;
    let mut agents = Vec::new();
    for name in ["Ann", "Bob", "Cid", "Dan", "Eve"] {
        let agent = desk.agent(name).await;
        limit(&agent, 1).await;
        let bench = agent.ready().await;
        let served = served_by(&desk, &agent).await;
        agents.push((agent, bench, served));
    }
    let mut gone = Vec::new();
    for (agent, bench, (guest, _)) in agents {
        drop(bench);
        agent.is_gone(&desk).await;
        agent.http.put("/me/status", &json!({"status": "not_ready"})).await.ok();
        gone.push((agent, guest));
    }
    desk.advance(60);
    let come_back = join_all(gone.iter().map(|(agent, _)| agent.connect()));
    let (benches, ()) = tokio::join!(come_back, desk.pass(0));
    for (agent, guest) in &gone {
        let state = session(guest).await;
        let is_mine = state["agent"]["nickname"] == agent.http.get("/me").await.ok()["nickname"];
        assert!(is_mine || state["stage"] == "waiting", "{state}");
        let me = agent.http.get("/me").await.ok();
        assert_eq!(
            me["load"],
            i64::from(is_mine),
            "a place is held by a session and by nothing else"
        );
        assert_eq!(me["shown_status"], "not_ready");
    }
    drop(benches);
}
