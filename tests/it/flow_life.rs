//! A session keeps the flow that it began with: over a rebinding of its channel, and over a restart.

use serde_json::json;

use crate::talk::{Desk, texts};

async fn said(guest: &crate::talk::Guest) -> Vec<String> {
    texts(&guest.conversation().await["entries"])
}

/// CHAN-14, R17: a channel that is bound to another flow uses it for new sessions only; those that run, waiting ones
/// too, go on with the texts and times of their own.
#[tokio::test]
async fn rebinding_a_channel_affects_new_sessions_only() {
    let desk = Desk::start().await;
    let running = desk.guest().await;
    running.says("hello").await;
    let other = json!({
        "skill_group_id": desk.group_id(), "greeting": "Another welcome", "waiting_text": "",
        "accepted_text": "Another ${StaffNickName}", "unavailable_text": "", "nobody_online": "wait",
        "silence_seconds": 60, "silence_text": "Another end for silence", "agent_end_text": "Another goodbye",
    });
    let admin = &desk.admin().http;
    let flow = admin
        .post("/flows", &json!({"name": "Another", "settings": other}))
        .await
        .ok();
    let path = format!("/channels/{}", desk.channel_id("site").await);
    admin.patch(&path, &json!({"flow_id": flow["id"]})).await.ok();
    let new = desk.guest().await;
    new.says("hello").await;

    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    bench.has(|frame| frame["me"]["load"] == 2).await;
    assert_eq!(
        said(&running).await,
        [
            "Welcome to Site",
            "hello",
            "Nobody is here, please wait",
            "You talk to Ann, Ann-no"
        ]
    );
    assert_eq!(said(&new).await, ["Another welcome", "hello", "Another Ann"]);
    for guest in [&running, &new] {
        let id = guest.conversation().await["session"]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        ann.says(&id, "are you there?").await;
    }
    desk.pass(60).await;
    assert_eq!(
        said(&new).await.last().map(String::as_str),
        Some("Another end for silence")
    );
    assert_eq!(
        running.conversation().await["session"]["stage"],
        "active",
        "its own time is longer"
    );
    desk.pass(240).await;
    assert_eq!(
        said(&running).await.last().map(String::as_str),
        Some("Ended for silence")
    );
    running.says("once more").await;
    assert_eq!(
        said(&running).await[0],
        "Another welcome",
        "the next session is a new one"
    );
}

/// FLOW-17, R17: a restart in the middle of a flow loses nothing, whether the session waits or is served: it goes on at
/// the same node, in the version it began with, and says nothing twice.
#[tokio::test]
async fn a_flow_goes_on_after_a_restart() {
    let mut desk = Desk::start().await;
    let guest = desk.guest().await;
    guest.says("hello").await;
    let id = guest.conversation().await["session"]["id"].clone();
    desk.flow(&json!({"greeting": "A newer welcome", "accepted_text": "A newer version", "agent_end_text": "Newer"}))
        .await;
    desk.restart().await;
    let waiting = guest.conversation().await;
    assert_eq!(
        (&waiting["session"]["id"], &waiting["session"]["stage"]),
        (&id, &json!("waiting"))
    );

    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    bench.has(|frame| frame["me"]["load"] == 1).await;
    desk.restart().await;
    let path = format!("/sessions/{}/end", id.as_str().expect("an id"));
    ann.http.post(&path, &json!({})).await.ok();
    assert_eq!(
        said(&guest).await,
        [
            "Welcome to Site",
            "hello",
            "Nobody is here, please wait",
            "You talk to Ann, Ann-no",
            "Goodbye"
        ]
    );
}
