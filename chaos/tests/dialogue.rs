//! A dialogue that breaks at every part of it, and one that comes in small pieces.

use std::time::Duration;

use chaos::chance::Chance;
use chaos::nemesis::SLICES;
use chaos::proxy::{Faults, Proxy};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use testkit::{CHANNEL, TestDesk};
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;

/// How long anything that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of a whole dialogue in either direction are fewer than this; the test checks that.
const WHOLE: usize = 16_000;
/// Says one thing on a connection of its own; the acknowledgement, or nothing when the connection broke.
async fn say(proxy: &Proxy, token: &str, key: &str, text: &str) -> Option<Value> {
    let url = format!("ws://{}/api/v1/visitor/socket", proxy.address);
    let (mut socket, _) = connect_async(url).await.ok()?;
    let hello = json!({ "type": "hello", "channel": CHANNEL, "token": token, "language": "en" });
    let content = json!({ "type": "text", "text": text });
    let post = json!({ "type": "post", "client_id": key, "content": content });
    socket.send(Message::text(hello.to_string())).await.ok()?;
    socket.send(Message::text(post.to_string())).await.ok()?;
    loop {
        let message = timeout(PATIENCE, socket.next())
            .await
            .expect("an answer or an end")?
            .ok()?;
        let frame: Value = serde_json::from_str(message.to_text().ok()?).unwrap_or_default();
        if frame["type"] == "ack" {
            return Some(frame);
        }
    }
}

/// All texts of the visitor's sessions, oldest first.
async fn texts(visitor: &testkit::TestVisitor) -> Vec<String> {
    let text = |entry: &Value| entry["body"]["content"]["text"].as_str().map(str::to_owned);
    let of = |entries: &Value| -> Vec<Value> { entries.as_array().expect("lines").clone() };
    let newest = visitor.conversation().await;
    let (mut lines, mut has_earlier) = (of(&newest["entries"]), newest["has_earlier"] == true);
    while has_earlier {
        let (session, seq) = (&lines[0]["session_id"], &lines[0]["seq"]);
        let session = session.as_str().expect("an id");
        let path = format!("/visitor/history?before_session_id={session}&before_seq={seq}&limit=100");
        let page = visitor.call(testkit::Method::GET, &path, Value::Null).await.ok();
        has_earlier = page["has_earlier"] == true;
        lines.splice(0..0, of(&page["entries"]));
    }
    let own = lines.iter().filter(|line| line["author"] == "visitor");
    own.filter_map(text).collect()
}

/// Breaks dialogues after each `step` bytes more.
async fn breaks_everywhere(step: usize, limit: impl Fn(&mut Faults, Option<usize>)) {
    let desk = TestDesk::start().await;
    let address = desk.url().trim_start_matches("http://").parse().expect("an address");
    let proxy = Proxy::to(address, Chance::new(35)).await.expect("a proxy");
    let visitor = desk.visitor("v1");
    let token = visitor.token().await;
    let mut said = Vec::new();
    for bytes in (0..WHOLE).step_by(step) {
        let (key, text) = (format!("key-{bytes}"), format!("broken after {bytes} bytes"));
        proxy.change(|faults| limit(faults, Some(bytes)));
        let broken = say(&proxy, &token, &key, &text).await;
        proxy.heal();
        let again = say(&proxy, &token, &key, &text)
            .await
            .expect("an answer on a whole line");
        if let Some(first) = &broken {
            assert_eq!((&first["seq"], &first["entry_id"]), (&again["seq"], &again["entry_id"]));
            assert_eq!(again["replayed"], true);
        }
        said.push(text);
        // Once the whole dialogue fits, further bytes tell nothing new.
        if broken.is_some() {
            break;
        }
    }
    assert!(said.len() * step < WHOLE, "no dialogue came to its end");
    assert!(said.len() > 10, "only {} dialogues broke", said.len());
    assert_eq!(texts(&visitor).await, said);
    desk.stop().await;
}

/// F35, I02, I06: what is said arrives once, wherever on its way to the desk the connection breaks.
#[tokio::test]
async fn a_dialogue_that_breaks_on_the_way_there_is_said_once() {
    breaks_everywhere(7, |faults, bytes| faults.limit_up = bytes).await;
}

/// F35, I02, I06: the same on the way back, where what was said is stored already.
#[tokio::test]
async fn a_dialogue_that_breaks_on_the_way_back_is_said_once() {
    breaks_everywhere(61, |faults, bytes| faults.limit_down = bytes).await;
}

/// F34, I04: late, in small pieces and out of step, everything is understood and keeps its order.
#[tokio::test]
async fn small_pieces_are_understood() {
    let desk = TestDesk::start().await;
    let address = desk.url().trim_start_matches("http://").parse().expect("an address");
    let proxy = Proxy::to(address, Chance::new(34)).await.expect("a proxy");
    proxy.change(|faults| {
        (faults.slice_up, faults.slice_down) = SLICES;
        (faults.latency, faults.jitter) = (Duration::from_millis(5), Duration::from_millis(40));
    });
    let visitor = desk.visitor("v1");
    let token = visitor.token().await;
    let mut said = Vec::new();
    for number in 0..8 {
        let text = format!("{number}, 你好 🙂");
        say(&proxy, &token, &format!("key-{number}"), &text)
            .await
            .expect("an answer");
        said.push(text);
    }
    assert_eq!(texts(&visitor).await, said);
    desk.stop().await;
}
