//! Stopping while people talk.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::Client;
use tempfile::TempDir;
use testkit::{PATIENCE, Program, Value, eventually, json};
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

const VISITORS: usize = 24;

/// One browser: what its messages were answered with, and what its socket was told at the end.
struct Told {
    token: String,
    confirmed: BTreeSet<String>,
    reconnect_after_ms: i64,
    close_code: u16,
}

/// C13, C01: told to stop under load, the real program takes no new connection, tells every page to come back within
/// five seconds, finishes what it began and ends with 0; every message that it confirmed is there after the next start,
/// once.
#[tokio::test]
async fn stopping_under_load_loses_nothing() {
    let folder = TempDir::new().expect("a folder");
    let program = Program::on(folder.path())
        .with("FRONTDESK_LIMITS__SESSIONS_PER_ADDRESS", "100000")
        .with("FRONTDESK_LIMITS__SOCKETS_PER_ADDRESS", "100000")
        .with("FRONTDESK_LIMITS__MESSAGE_BURST", "100000");
    let filled = program.run(&["demo", "--json"]).await;
    assert_eq!(filled.code, Some(0), "{filled:?}");
    let desk = program.serve().await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut browsers = JoinSet::new();
    let count = Arc::new(AtomicUsize::new(0));
    for _ in 0..VISITORS {
        browsers.spawn(talk(desk.url.clone(), Arc::clone(&is_over), Arc::clone(&count)));
    }
    eventually("there is some load", async || {
        count.load(Ordering::Relaxed) > 10 * VISITORS
    })
    .await;
    let begin = Instant::now();
    let url = desk.url.clone();
    let run = desk.end("TERM").await;
    let took = begin.elapsed();
    is_over.store(true, Ordering::Relaxed);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(took < Duration::from_secs(12), "stopping took {took:?}");
    reqwest::get(format!("{url}/readyz"))
        .await
        .expect_err("nobody listens any more");
    let all = browsers.join_all().await;
    let pauses: BTreeSet<i64> = all.iter().map(|told| told.reconnect_after_ms).collect();
    assert!(pauses.iter().all(|pause| (0..=5_000).contains(pause)), "{pauses:?}");
    assert!(
        pauses.len() > VISITORS / 2,
        "everybody would come back at once: {pauses:?}"
    );
    assert!(all.iter().all(|told| told.close_code == 1012));

    let again = program.serve().await;
    for told in all {
        let kept = texts(&again.url, &told.token).await;
        let unique: BTreeSet<&String> = kept.iter().collect();
        assert_eq!(unique.len(), kept.len(), "a message stands there twice: {kept:?}");
        let lost: Vec<_> = told.confirmed.iter().filter(|text| !unique.contains(text)).collect();
        assert!(lost.is_empty(), "confirmed and lost: {lost:?}");
    }
    assert_eq!(again.end("TERM").await.code, Some(0));
}

/// C13, OPS-04: with time to drain, a node that was told to stop says so to the load balancer and serves everybody as before, for
/// so long and no longer; told again, it stops at once.
#[tokio::test]
async fn a_stopping_node_is_not_ready_before_it_stops() {
    let folder = TempDir::new().expect("a folder");
    let program = Program::on(folder.path());
    assert_eq!(program.run(&["demo"]).await.code, Some(0));
    for (seconds, is_told_twice) in [("300", true), ("1", false)] {
        let desk = program
            .clone()
            .with("FRONTDESK_HTTP__DRAIN_SECONDS", seconds)
            .serve()
            .await;
        let url = desk.url.clone();
        let get = async |path: &str| reqwest::get(format!("{url}{path}")).await.expect("an answer");
        assert_eq!(get("/readyz").await.status(), 200);
        let begin = Instant::now();
        desk.signal("TERM").await;
        if is_told_twice {
            eventually("it is not ready", async || get("/readyz").await.status() == 503).await;
            assert_eq!(get("/readyz").await.text().await.expect("words"), "stopping\n");
            assert_eq!(get("/healthz").await.status(), 200);
            let path = format!("{url}/api/v1/visitor/channels/demo/token");
            let claim = Client::new().post(path).json(&json!({ "language": "en" })).send().await;
            let claim: Value = claim.expect("an answer").json().await.expect("JSON");
            let token = claim["token"].as_str().expect("a token");
            let post = json!({ "client_id": "k", "content": { "type": "text", "text": "hello" } });
            let path = format!("{url}/api/v1/visitor/messages");
            let posted = Client::new().post(path).bearer_auth(token).json(&post).send().await;
            assert_eq!(posted.expect("an answer").status(), 200, "people are served");
            desk.signal("TERM").await;
        }
        assert_eq!(desk.ends().await.code, Some(0));
        let took = begin.elapsed();
        let expected = if is_told_twice { 0..100 } else { 1..20 };
        assert!(expected.contains(&took.as_secs()), "{took:?}");
    }
}

async fn talk(url: String, is_over: Arc<AtomicBool>, count: Arc<AtomicUsize>) -> Told {
    let client = Client::new();
    let claim = client
        .post(format!("{url}/api/v1/visitor/channels/demo/token"))
        .json(&json!({ "nickname": "Load", "language": "en" }))
        .send()
        .await
        .expect("an answer");
    let claim: Value = claim.json().await.expect("JSON");
    let token = claim["token"].as_str().expect("a token").to_owned();
    let socket = format!("{}/api/v1/visitor/socket", url.replacen("http", "ws", 1));
    let (mut socket, _) = tokio_tungstenite::connect_async(socket).await.expect("a socket");
    let hello = json!({ "type": "hello", "channel": "demo", "token": token, "language": "en" });
    socket.send(Message::text(hello.to_string())).await.expect("sent");
    let told = tokio::spawn(async move {
        let (mut pause, mut code) = (-1, 0);
        while let Some(Ok(message)) = socket.next().await {
            match message {
                Message::Text(text) => {
                    let frame: Value = serde_json::from_str(&text).expect("JSON");
                    if frame["type"] == "going_away" {
                        pause = frame["reconnect_after_ms"].as_i64().expect("a time");
                    }
                }
                Message::Close(Some(frame)) => code = frame.code.into(),
                _ => {}
            }
        }
        (pause, code)
    });
    let mut confirmed = BTreeSet::new();
    while !is_over.load(Ordering::Relaxed) {
        let text = format!("message {}", Uuid::new_v4());
        let post = json!({ "client_id": Uuid::new_v4(), "content": { "type": "text", "text": text } });
        let answer = client
            .post(format!("{url}/api/v1/visitor/messages"))
            .bearer_auth(&token)
            .json(&post)
            .timeout(PATIENCE)
            .send()
            .await;
        // An answer that broke off confirms nothing; refusals do not either.
        let is_confirmed = match answer {
            Ok(answer) => answer.status() == 200 && answer.json::<Value>().await.is_ok(),
            Err(_) => false,
        };
        if is_confirmed {
            confirmed.insert(text);
            count.fetch_add(1, Ordering::Relaxed);
        } else {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let (reconnect_after_ms, close_code) = told.await.expect("no panic");
    Told {
        token,
        confirmed,
        reconnect_after_ms,
        close_code,
    }
}

/// All texts of the visitor's conversation.
async fn texts(url: &str, token: &str) -> Vec<String> {
    let client = Client::new();
    let ask = async |path: &str| -> Value {
        let answer = client.get(format!("{url}{path}")).bearer_auth(token).send().await;
        answer.expect("an answer").json().await.expect("JSON")
    };
    let first = ask("/api/v1/visitor/conversation").await;
    let session = first["session"]["id"].as_str().expect("a session").to_owned();
    let (mut found, mut after) = (Vec::new(), 0);
    loop {
        let page = ask(&format!(
            "/api/v1/visitor/conversation?session_id={session}&after_seq={after}"
        ))
        .await;
        let entries = page["entries"].as_array().expect("lines");
        let Some(last) = entries.iter().filter_map(|entry| entry["seq"].as_i64()).max() else {
            return found;
        };
        let said = entries
            .iter()
            .filter_map(|entry| entry["body"]["content"]["text"].as_str());
        found.extend(said.filter(|text| text.starts_with("message ")).map(str::to_owned));
        after = last;
    }
}
