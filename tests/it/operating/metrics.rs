//! `/metrics`: what it tells, whom, and that dashboard and alerts speak of nothing else.

use std::collections::BTreeSet;

use tempfile::TempDir;
use testkit::{Engine, Program, TestDesk, Value, eventually};

use super::repository;

async fn metrics(desk: &TestDesk) -> String {
    let answer = reqwest::get(format!("{}/metrics", desk.url()))
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.text().await.expect("a text")
}

/// The value of a series, by its name with labels.
fn value(text: &str, series: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let line = line.unwrap_or_else(|| panic!("no {series} in\n{text}"));
    line.parse().expect("a number")
}

/// Names of all series.
fn names(text: &str) -> BTreeSet<&str> {
    let series = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    series
        .map(|line| line.split(['{', ' ']).next().unwrap_or(line))
        .collect()
}

/// Figures belong to a process, and tests share one: runs this test again in a process of its own. Answers whether this
/// is that process.
async fn is_alone(test: &str) -> bool {
    const ALONE: &str = "FRONTDESK_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    let program = std::env::current_exe().expect("this program");
    let run = tokio::process::Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env(ALONE, "1")
        .kill_on_drop(true)
        .output();
    let run = run.await.expect("the test runs");
    let (out, err) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success() && out.contains("1 passed"), "{out}\n{err}");
    false
}

/// OPS-07: a conversation shows in the figures, on both engines: sessions, waits, messages, sockets, commits, requests.
#[tokio::test]
async fn a_conversation_is_counted() {
    if !is_alone("operating::metrics::a_conversation_is_counted").await {
        return;
    }
    for engine in [Engine::Sqlite, Engine::Postgres] {
        a_conversation_is_counted_on(engine).await;
    }
}

async fn a_conversation_is_counted_on(engine: Engine) {
    let desk = TestDesk::start_on(engine).await;
    let before = metrics(&desk).await;
    let counted = |text: &str, series: &str| value(text, series) - value(&before, series);
    let visitor = desk.visitor("v1");
    let _page = visitor.connects().await;
    let said = visitor.says("hello").await;
    visitor.says("anybody?").await;
    // What was read a moment ago is told again.
    eventually("the queue is told", async || {
        value(&metrics(&desk).await, "frontdesk_sessions_open{stage=\"waiting\"}") == 1.0
    })
    .await;
    let waiting = metrics(&desk).await;
    let queue = waiting
        .lines()
        .find(|line| line.starts_with("frontdesk_queue_waiting{skill_group=\"grp_"));
    assert!(queue.is_some_and(|line| line.ends_with(" 1")), "{queue:?}");

    let ann = desk.agent("Ann").await;
    let _workbench = ann.is_on_duty().await;
    ann.gets(&said.session).await;
    ann.says(&said.session, "good morning").await;
    visitor.ends().await;
    let after = metrics(&desk).await;
    assert_eq!(counted(&after, "frontdesk_messages_total{from=\"visitor\"}"), 2.0);
    assert_eq!(counted(&after, "frontdesk_messages_total{from=\"agent\"}"), 1.0);
    assert_eq!(
        counted(&after, "frontdesk_message_seconds_count{from=\"visitor\"}"),
        2.0
    );
    assert_eq!(counted(&after, "frontdesk_sessions_started_total"), 1.0);
    assert_eq!(counted(&after, "frontdesk_sessions_ended_total"), 1.0);
    assert_eq!(counted(&after, "frontdesk_assignment_wait_seconds_count"), 1.0);
    assert_eq!(counted(&after, "frontdesk_reception_rescues_total"), 0.0);
    assert_eq!(value(&after, "frontdesk_sockets{kind=\"visitor\"}"), 1.0);
    assert_eq!(value(&after, "frontdesk_sockets{kind=\"agent\"}"), 1.0);
    assert_eq!(value(&after, "frontdesk_database_up"), 1.0);
    for grown in [
        "frontdesk_store_commits_total",
        "frontdesk_store_commit_seconds_count",
        "frontdesk_store_commit_group_size_count",
        "frontdesk_socket_frames_sent_total",
        "frontdesk_socket_frames_received_total",
    ] {
        assert!(counted(&after, grown) > 0.0, "{grown}");
    }
    let posts = "frontdesk_http_requests_total{route=\"/api/v1/visitor/messages\",method=\"POST\",status=\"200\"}";
    // A series begins with its first request.
    let posted_before = if before.contains(posts) {
        value(&before, posts)
    } else {
        0.0
    };
    assert_eq!(value(&after, posts) - posted_before, 2.0);
    desk.stop().await;
}

/// OPS-07, G11: nothing that a visitor or an agent said, is called or asked for becomes a label; a stranger's path
/// makes no new series.
#[tokio::test]
async fn labels_come_from_closed_sets() {
    let desk = TestDesk::start().await;
    let visitor = desk.visitor("Marlene-the-visitor");
    let said = visitor.says("my-secret-text").await;
    for path in [
        "/api/v1/never-heard-of",
        "/assets/some-file",
        "/api/v1/sessions/ses_none",
    ] {
        reqwest::get(format!("{}{path}", desk.url())).await.expect("an answer");
    }
    let text = metrics(&desk).await;
    let told = [
        "Marlene",
        "my-secret-text",
        "never-heard",
        "some-file",
        "ses_",
        "vis_",
        "@example.com",
        "127.0.0.1",
    ];
    for word in told.into_iter().chain([said.session.as_str()]) {
        assert!(!text.contains(word), "{word} in\n{text}");
    }
    desk.stop().await;
}

/// OPS-07: every figure that the dashboard and the alerts speak of is really told.
#[tokio::test]
async fn dashboard_and_alerts_speak_of_real_figures() {
    let desk = TestDesk::start().await;
    desk.visitor("v1").says("hello").await;
    let text = metrics(&desk).await;
    let told = names(&text);
    let read = |path: &str| std::fs::read_to_string(repository(path)).expect("a file");
    let dashboard: Value = serde_json::from_str(&read("deploy/grafana/frontdesk.json")).expect("JSON");
    let alerts = read("deploy/prometheus/alerts.yml");
    let panels = dashboard["panels"].as_array().expect("panels");
    let asked = panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten();
    let mut questions: Vec<&str> = asked.filter_map(|target| target["expr"].as_str()).collect();
    assert!(questions.len() > 30, "{}", questions.len());
    let rules = alerts.lines().filter_map(|line| line.trim().strip_prefix("expr: "));
    let from_alerts: Vec<&str> = rules.collect();
    assert!(from_alerts.len() > 10);
    questions.extend(from_alerts);
    let mut missing = BTreeSet::new();
    for question in questions {
        let words = question.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let figures = words.filter(|word| word.starts_with("frontdesk_") || word.starts_with("process_"));
        // A queue's own figures are there while somebody waits.
        missing.extend(figures.filter(|figure| !told.contains(figure) && !figure.starts_with("frontdesk_queue_")));
    }
    assert_eq!(missing, BTreeSet::new(), "in\n{text}");
    desk.stop().await;
}

/// T710: strangers, also those whom a proxy of this machine brings, find nothing at `/metrics`; the token opens it, and
/// so does a listener of its own, which has nothing else.
#[tokio::test]
async fn only_operators_read_metrics() {
    let folder = TempDir::new().expect("a folder");
    let spare = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let inside = spare.local_addr().expect("an address");
    drop(spare);
    let program = Program::on(folder.path())
        .with("FRONTDESK_METRICS__TOKEN", "a-long-secret-token")
        .with("FRONTDESK_METRICS__LISTEN", &inside.to_string());
    let desk = program.serve().await;
    let client = reqwest::Client::new();
    let url = format!("{}/metrics", desk.url);
    let status = async |request: reqwest::RequestBuilder| request.send().await.expect("an answer").status().as_u16();
    assert_eq!(status(client.get(&url)).await, 200);
    assert_eq!(
        status(client.get(&url).header("x-forwarded-for", "203.0.113.7")).await,
        404
    );
    assert_eq!(status(client.get(&url).header("host", "desk.example.com")).await, 404);
    let behind = client.get(&url).header("x-forwarded-for", "203.0.113.7");
    assert_eq!(status(behind.bearer_auth("a-long-secret-token")).await, 200);
    let wrong = client.get(&url).header("x-forwarded-for", "203.0.113.7");
    assert_eq!(status(wrong.bearer_auth("another-long-token")).await, 404);
    let own = client.get(format!("http://{inside}/metrics"));
    assert_eq!(status(own.header("x-forwarded-for", "203.0.113.7")).await, 200);
    assert_eq!(status(client.get(format!("http://{inside}/api/v1/me"))).await, 404);
    let run = desk.end("TERM").await;
    assert_eq!(run.code, Some(0), "{run:?}");
    let log = std::fs::read_to_string(folder.path().join("server.log")).expect("a log");
    assert!(!log.contains("a-long-secret-token"), "{log}");
}
