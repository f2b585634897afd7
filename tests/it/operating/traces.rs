//! Traces, sent to a collector of the test's own.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use testkit::{Program, Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What was sent: each request's head, and all bodies (protocol buffers, in which texts stand as they are).
#[derive(Default)]
struct Collected {
    heads: Vec<String>,
    bodies: Vec<u8>,
}

async fn collector() -> (SocketAddr, Arc<Mutex<Collected>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let collected = Arc::new(Mutex::new(Collected::default()));
    let kept = Arc::clone(&collected);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(take(stream, Arc::clone(&kept)));
        }
    });
    (address, collected)
}

/// Takes requests of one connection until it ends.
async fn take(mut stream: TcpStream, collected: Arc<Mutex<Collected>>) {
    let mut read = Vec::new();
    loop {
        let end = read.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(end) = end else {
            if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                return;
            }
            continue;
        };
        let head = String::from_utf8_lossy(&read[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let length: usize = length.and_then(|value| value.trim().parse().ok()).expect("a length");
        while read.len() < end + 4 + length {
            if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let body: Vec<u8> = read.drain(..end + 4 + length).skip(end + 4).collect();
        {
            let mut collected = collected.lock().expect("no panic");
            collected.heads.push(head);
            collected.bodies.extend(body);
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// OPS-07: with an address, the steps of a request leave as one trace: route, message, transaction; no text, no name and no
/// token of anybody leaves with them.
#[tokio::test]
async fn requests_leave_traces() {
    let folder = TempDir::new().expect("a folder");
    let (collector, collected) = collector().await;
    let program = Program::on(folder.path())
        .with("FRONTDESK_TRACE__OTLP_ENDPOINT", &format!("http://{collector}"))
        .with("FRONTDESK_TRACE__OTLP_AUTHORIZATION", "Bearer the-collectors-own");
    assert_eq!(program.run(&["demo"]).await.code, Some(0));
    let desk = program.serve().await;
    let client = reqwest::Client::new();
    let claim = client
        .post(format!("{}/api/v1/visitor/channels/demo/token", desk.url))
        .json(&json!({ "nickname": "Marlene-the-visitor", "language": "en" }))
        .send()
        .await
        .expect("an answer");
    let claim: Value = claim.json().await.expect("JSON");
    let token = claim["token"].as_str().expect("a token");
    let post = json!({ "client_id": "key-of-the-test", "content": { "type": "text", "text": "my-secret-text" } });
    let posted = client
        .post(format!("{}/api/v1/visitor/messages", desk.url))
        .bearer_auth(token)
        .json(&post)
        .send()
        .await
        .expect("an answer");
    let request_id = posted.headers()["x-request-id"].to_str().expect("a text").to_owned();
    assert_eq!(posted.status(), 200);
    // What is left is sent before the end.
    assert_eq!(desk.end("TERM").await.code, Some(0));
    let collected = collected.lock().expect("no panic");
    let first = collected.heads.first().expect("a request");
    assert!(first.starts_with("post /v1/traces http/1.1"), "{first}");
    assert!(first.contains("authorization: bearer the-collectors-own"), "{first}");
    for told in [
        "http.request",
        "/api/v1/visitor/messages",
        "message.post",
        "store.write",
        "frontdesk",
        request_id.as_str(),
    ] {
        assert!(contains(&collected.bodies, told), "no {told}");
    }
    for secret in ["my-secret-text", "Marlene", token, "key-of-the-test"] {
        assert!(!contains(&collected.bodies, secret), "{secret} left with the traces");
    }
}

/// OPS-07: a collector that is away costs nobody anything but a line in the log.
#[tokio::test]
async fn a_collector_that_is_away_stops_nothing() {
    let folder = TempDir::new().expect("a folder");
    let spare = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let nobody = spare.local_addr().expect("an address");
    drop(spare);
    let program = Program::on(folder.path()).with("FRONTDESK_TRACE__OTLP_ENDPOINT", &format!("http://{nobody}"));
    let desk = program.serve().await;
    let answer = reqwest::get(format!("{}/api/v1/visitor/channels/none", desk.url)).await;
    assert_eq!(answer.expect("an answer").status(), 404);
    assert_eq!(desk.end("TERM").await.code, Some(0));
    let log = std::fs::read_to_string(folder.path().join("server.log")).expect("a log");
    assert!(log.contains("Traces were not taken"), "{log}");
}
