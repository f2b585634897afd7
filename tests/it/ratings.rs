//! Ratings: configs in the console, and the life of a session's rating (RATE-01, RATE-02, ADM-12).

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use store::Snapshot;
use testkit::{Answer, Engine, TestAgent, TestDesk, TestVisitor};
use uuid::Uuid;

fn config(name: &str, starters: &[&str]) -> Value {
    json!({
        "name": name,
        "levels": [{"content": "Bad", "value": 1}, {"content": "Fair", "value": 3}, {"content": "很好", "value": 5}],
        "style": "stars", "invitation": "How was it?", "thanks": "Thank you", "valid_hours": 2,
        "starters": {
            "at_end": starters.contains(&"at_end"), "agent": starters.contains(&"agent"),
            "visitor": starters.contains(&"visitor"),
        },
        "wants_comment": true,
    })
}

/// Adds a config and binds the shop to it; answers its id.
async fn bind(desk: &TestDesk, name: &str, starters: &[&str]) -> String {
    let admin = desk.admin().await;
    let made = admin
        .call(Method::POST, "/rating-configs", config(name, starters))
        .await
        .ok();
    let id = made["id"].as_str().expect("an id").to_owned();
    rebind(desk, json!(id)).await;
    id
}

async fn rebind(desk: &TestDesk, config: Value) -> Value {
    let admin = desk.admin().await;
    let channels = admin.get("/channels?query=shop").await;
    let path = format!("/channels/{}", channels["items"][0]["id"].as_str().expect("an id"));
    admin
        .call(Method::PATCH, &path, json!({"rating_config_id": config}))
        .await
        .ok()
}

/// A visitor whom Ann serves, and the session.
async fn served(desk: &TestDesk, ann: &TestAgent, name: &str) -> (TestVisitor, String) {
    let visitor = desk.visitor(name);
    let session = visitor.says("hello").await.session;
    ann.gets(&session).await;
    (visitor, session)
}

async fn rates(visitor: &TestVisitor, session: &str, level: &str, comment: Value) -> Answer {
    let mut body = json!({"client_id": Uuid::new_v4(), "session_id": session, "level_id": level});
    if !comment.is_null() {
        body["comment"] = comment;
    }
    visitor.call(Method::POST, "/visitor/ratings", body).await
}

async fn asks(visitor: &TestVisitor) -> Answer {
    let body = json!({"client_id": Uuid::new_v4()});
    visitor.call(Method::POST, "/visitor/rating-request", body).await
}

async fn invites(agent: &TestAgent, session: &str) -> Answer {
    let path = format!("/sessions/{session}/rating-invitation");
    agent.call(Method::POST, &path, Value::Null).await
}

/// The lines of a session that ask for a rating, and those that answer.
async fn rating_lines(agent: &TestAgent, session: &str) -> (Vec<Value>, Vec<Value>) {
    let lines = agent.reads(session).await;
    let asked = lines.iter().filter(|line| line["body"]["content"]["type"] == "rating");
    let rated = lines.iter().filter(|line| line["body"]["kind"] == "rated");
    (asked.cloned().collect(), rated.cloned().collect())
}

/// What `check` finds wrong.
async fn faults(desk: &TestDesk) -> Vec<String> {
    let mut snapshot = Snapshot::open(&desk.database_url()).await.expect("a snapshot");
    let report = crate::check::report(&mut snapshot, &desk.folder().join("attachments")).await;
    report.faults.iter().map(|fault| format!("{fault:?}")).collect()
}

/// RATE-01, RATE-02, MSG-09: whoever ends the session, the request follows its end, and the visitor answers when it is
/// over; the agent sees it come, the visitor finds it after a reload, and it counts once.
#[tokio::test]
async fn rate_02_asked_at_the_end_and_answered_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = TestDesk::start_on(engine).await;
        bind(&desk, "Usual", &["at_end"]).await;
        let ann = desk.agent("Ann").await;
        let mut bench = ann.is_on_duty().await;
        let (vera, session) = served(&desk, &ann, "Vera").await;
        let mut page = vera.connects().await;
        ann.ends(&session).await;
        let came = page
            .next_frame("the request", |frame| {
                let entries = frame["entries"].as_array();
                entries.is_some_and(|lines| lines.iter().any(|line| line["body"]["content"]["type"] == "rating"))
            })
            .await;
        let lines = came["entries"].as_array().expect("lines");
        let request = lines.last().expect("a line");
        let content = &request["body"]["content"];
        assert_eq!(content["head"], "How was it?");
        assert_eq!(
            content["levels"][2],
            json!({"id": "103", "content": "很好", "value": 5})
        );
        assert_eq!(content["expires_at"], desk.now().plus_seconds(7_200).0);
        assert_eq!(content["started_by"], "at_end");

        let noted = rates(&vera, &session, "103", json!("Very kind")).await.ok();
        assert_eq!(noted["seq"], request["seq"].as_i64().expect("a number") + 1);
        let is_rated = |line: &Value| line["body"]["kind"] == "rated";
        let told = bench
            .next_frame("the rating", |frame| {
                frame["entries"]
                    .as_array()
                    .is_some_and(|lines| lines.iter().any(is_rated))
            })
            .await;
        let rated = told["entries"]
            .as_array()
            .expect("lines")
            .iter()
            .find(|line| is_rated(line));
        let body = &rated.expect("the line")["body"];
        assert_eq!(body["line"], request["seq"]);
        assert_eq!(body["answer"]["level"]["value"], 5);
        assert_eq!(body["answer"]["comment"], "Very kind");
        rates(&vera, &session, "101", Value::Null)
            .await
            .refused(409, "already_rated");
        let again = vera.conversation().await;
        let kept = again["entries"].as_array().expect("lines").last().expect("a line");
        assert_eq!(kept["body"]["answer"]["level"]["id"], "103", "after a reload");

        let (wim, other) = served(&desk, &ann, "Wim").await;
        wim.ends().await;
        assert_eq!(
            rating_lines(&ann, &other).await.0.len(),
            1,
            "also when the visitor ends it"
        );
        let (xia, quiet) = served(&desk, &ann, "Xia").await;
        ann.says(&quiet, "Are you there?").await;
        desk.advance(3_600);
        testkit::eventually("the silent session is over", async || {
            xia.conversation().await["session"]["stage"] == "ended"
        })
        .await;
        assert_eq!(
            rating_lines(&ann, &quiet).await.0.len(),
            1,
            "also when the timer ends it"
        );
        assert_eq!(faults(&desk).await, Vec::<String>::new());
        desk.stop().await;
    }
}

/// RATE-02: of many answers at the same moment one counts, on both engines.
#[tokio::test]
async fn rate_02_one_of_many_answers_counts() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = TestDesk::start_on(engine).await;
        bind(&desk, "Usual", &["agent"]).await;
        let ann = desk.agent("Ann").await;
        let _bench = ann.is_on_duty().await;
        let (vera, session) = served(&desk, &ann, "Vera").await;
        invites(&ann, &session).await.ok();
        let levels = ["101", "102", "103", "101", "102", "103"];
        let answers = join_all(levels.map(|level| rates(&vera, &session, level, Value::Null))).await;
        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409, 409, 409, 409, 409]);
        assert_eq!(rating_lines(&ann, &session).await.1.len(), 1);
        assert_eq!(faults(&desk).await, Vec::<String>::new());
        desk.stop().await;
    }
}

/// WORK-14: the agent invites, is refused with the reason, and the conversation tells it; an invitation that was sent
/// with the same key is not sent twice.
#[tokio::test]
async fn work_14_the_agent_invites() {
    let desk = TestDesk::start().await;
    let ann = desk.agent("Ann").await;
    let _bench = ann.is_on_duty().await;
    let (_, unrated) = served(&desk, &ann, "Uma").await;
    invites(&ann, &unrated).await.refused(409, "rating_not_allowed");
    bind(&desk, "At the end", &["at_end"]).await;
    let (_, at_end_only) = served(&desk, &ann, "Vera").await;
    invites(&ann, &at_end_only).await.refused(409, "rating_not_allowed");
    bind(&desk, "By agents", &["agent", "at_end"]).await;
    let (wim, session) = served(&desk, &ann, "Wim").await;
    let path = format!("/sessions/{session}/rating-invitation");
    for is_repeat in [false, true] {
        let sent = ann
            .request(Method::POST, &path)
            .header("idempotency-key", "invite-1")
            .send();
        let sent = sent.await.expect("an answer");
        assert_eq!((sent.status().as_u16(), is_repeat), (200, is_repeat));
    }
    invites(&ann, &session).await.refused(409, "rating_already_asked");
    assert_eq!(rating_lines(&ann, &session).await.0.len(), 1);
    rates(&wim, &session, "102", Value::Null).await.ok();
    invites(&ann, &session).await.refused(409, "already_rated");
    ann.ends(&session).await;
    let (asked, _) = rating_lines(&ann, &session).await;
    assert_eq!(asked.len(), 1, "who rated is not asked again at the end");
    invites(&ann, &session).await.refused(409, "session_ended");
}

/// MSG-24, RATE-02: the visitor asks only while an agent serves, and where the config lets visitors ask.
#[tokio::test]
async fn msg_24_the_visitor_asks() {
    let desk = TestDesk::start().await;
    bind(&desk, "By visitors", &["visitor"]).await;
    let vera = desk.visitor("Vera");
    asks(&vera).await.refused(409, "session_ended");
    let session = vera.says("hello").await.session;
    asks(&vera).await.refused(409, "rating_no_agent");
    let ann = desk.agent("Ann").await;
    let _bench = ann.is_on_duty().await;
    ann.gets(&session).await;
    asks(&vera).await.ok();
    asks(&vera).await.refused(409, "rating_already_asked");
    let (asked, _) = rating_lines(&ann, &session).await;
    assert_eq!(asked[0]["body"]["content"]["started_by"], "visitor");
    rates(&vera, &session, "101", Value::Null).await.ok();
    rebind(&desk, Value::Null).await;
    let (wim, _) = served(&desk, &ann, "Wim").await;
    asks(&wim).await.refused(409, "rating_not_allowed");
}

/// RATE-02, MSG-10: late, foreign, unknown and malformed answers change nothing, and the first good one counts.
#[tokio::test]
async fn rate_02_late_and_foreign_answers_change_nothing() {
    let desk = TestDesk::start().await;
    bind(&desk, "Usual", &["agent"]).await;
    let ann = desk.agent("Ann").await;
    let _bench = ann.is_on_duty().await;
    let (vera, session) = served(&desk, &ann, "Vera").await;
    rates(&vera, &session, "103", Value::Null)
        .await
        .refused(409, "rating_not_open");
    invites(&ann, &session).await.ok();
    let stranger = desk.visitor("Wim");
    rates(&stranger, &session, "103", Value::Null)
        .await
        .refused(404, "not_found");
    let of_field = async |level: &str, comment: Value| {
        let refused = rates(&vera, &session, level, comment)
            .await
            .refused(400, "invalid_request");
        refused.body["fields"][0]["field"].as_str().expect("a field").to_owned()
    };
    for level in ["", "5", "100", "104", "１０３"] {
        assert_eq!(of_field(level, Value::Null).await, "level_id", "{level:?}");
    }
    assert_eq!(of_field("103", json!("x".repeat(1_001))).await, "comment");
    assert_eq!(of_field("103", json!("a\0b")).await, "comment");
    desk.advance(7_201);
    rates(&vera, &session, "103", Value::Null)
        .await
        .refused(409, "rating_not_open");
    assert_eq!(rating_lines(&ann, &session).await.1, Vec::<Value>::new());
}

/// CHAN-14: a session keeps the config with which it began, whatever is bound, changed or deleted later.
#[tokio::test]
async fn chan_14_running_sessions_keep_their_config() {
    let desk = TestDesk::start().await;
    let first = bind(&desk, "First", &["agent"]).await;
    let ann = desk.agent("Ann").await;
    let _bench = ann.is_on_duty().await;
    let (vera, session) = served(&desk, &ann, "Vera").await;
    let admin = desk.admin().await;
    let mut changed = config("First", &[]);
    changed["invitation"] = "Other words".into();
    let path = format!("/rating-configs/{first}");
    admin.call(Method::PUT, &path, changed).await.ok();
    bind(&desk, "Second", &["at_end"]).await;
    admin.call(Method::DELETE, &path, Value::Null).await.ok();
    invites(&ann, &session).await.ok();
    let (asked, _) = rating_lines(&ann, &session).await;
    assert_eq!(asked[0]["body"]["content"]["head"], "How was it?");
    rates(&vera, &session, "103", Value::Null).await.ok();
    let (_, new) = served(&desk, &ann, "Wim").await;
    invites(&ann, &new).await.refused(409, "rating_not_allowed");
}

/// ADM-12, R19, R1: configs are added, searched, changed, copied and deleted; one that is bound is not, and the
/// channels are named; wrong fields are told one by one.
#[tokio::test]
async fn adm_12_configs_in_the_console() {
    let desk = TestDesk::start().await;
    let id = bind(&desk, "Usual", &["at_end", "agent"]).await;
    let admin = desk.admin().await;
    let path = format!("/rating-configs/{id}");
    let copied = admin
        .call(Method::POST, &format!("{path}/copy"), json!({"name": "Other"}))
        .await
        .ok();
    assert_eq!(copied["config"]["levels"], config("", &[])["levels"]);
    assert_eq!(copied["channels"], json!([]));
    admin
        .call(Method::POST, &format!("{path}/copy"), json!({"name": "Other"}))
        .await
        .refused(409, "name_taken");
    admin
        .call(Method::POST, "/rating-configs", config("Usual", &[]))
        .await
        .refused(409, "name_taken");
    admin
        .call(Method::PUT, &path, config("Other", &[]))
        .await
        .refused(409, "name_taken");
    let listed = admin.get("/rating-configs?query=usu").await;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["items"][0]["channels"][0]["title"], "Shop");
    let channel = rebind(&desk, json!(id)).await;
    assert_eq!(channel["rating_config"], json!({"id": id, "name": "Usual"}));

    let refused = admin
        .call(Method::DELETE, &path, Value::Null)
        .await
        .refused(409, "in_use");
    assert_eq!(refused.body["details"]["channels"][0]["title"], "Shop");
    assert!(rebind(&desk, Value::Null).await["rating_config"].is_null());
    admin.call(Method::DELETE, &path, Value::Null).await.ok();
    admin
        .call(Method::DELETE, &path, Value::Null)
        .await
        .refused(404, "not_found");
    let admin_again = desk.admin().await;
    let channels = admin_again.get("/channels?query=shop").await;
    let shop = format!("/channels/{}", channels["items"][0]["id"].as_str().expect("an id"));
    let gone = admin.call(Method::PATCH, &shop, json!({"rating_config_id": id})).await;
    assert_eq!(
        gone.refused(400, "invalid_request").body["fields"][0]["field"],
        "rating_config_id"
    );

    let mut wrong = config(" ", &[]);
    wrong["levels"] = json!([{"content": "Good", "value": 5}, {"content": "Bad", "value": 1}]);
    wrong["valid_hours"] = json!(25);
    let refused = admin
        .call(Method::POST, "/rating-configs", wrong)
        .await
        .refused(400, "invalid_request");
    let fields: Vec<&str> = refused.body["fields"]
        .as_array()
        .expect("fields")
        .iter()
        .filter_map(|it| it["field"].as_str())
        .collect();
    assert_eq!(fields, ["name", "levels", "valid_hours"], "R1: more stars are better");
}
