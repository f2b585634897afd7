//! What happens by itself when time passes. The clock is moved; nobody sleeps.

use serde_json::json;

use crate::talk::{Desk, texts};

/// FLOW-12, U19, ROUTE-14, C07: silence after an agent's message ends the session with the flow's text, not one
/// moment earlier.
#[tokio::test]
async fn silence_after_the_agent_ends_the_session() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;
    ann.says(&id, "what is your number?").await;
    desk.pass(299).await;
    assert_eq!(guest.conversation().await["session"]["stage"], "active");
    desk.pass(1).await;
    let ended = page.until(|frame| frame["session"]["stage"] == "ended").await;
    assert_eq!(ended["session"]["ended_by"], "timer");
    let said = texts(&guest.conversation().await["entries"]);
    assert_eq!(said.last().map(String::as_str), Some("Ended for silence"));
    bench
        .until(|frame| frame["session"]["id"] == id.as_str() && frame["session"]["stage"] == "ended")
        .await;
    assert_eq!(ann.http.get("/me").await.ok()["load"], 0);
    desk.pass(3_000).await;
    let kinds: Vec<_> = guest
        .lines()
        .await
        .into_iter()
        .map(|line| line["body"]["kind"].clone())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "ended").count(), 1, "I16: once");
}

/// U19: while the visitor waits for the agent no time runs, and an answer stops it; a later message of the agent
/// begins it anew.
#[tokio::test]
async fn no_time_runs_while_the_visitor_waits() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;
    desk.pass(10_000).await;
    let stage = async || guest.conversation().await["session"]["stage"].clone();
    assert_eq!(stage().await, "active", "the agent has not answered yet");
    ann.says(&id, "one moment").await;
    desk.pass(200).await;
    guest.says("fine").await;
    desk.pass(10_000).await;
    assert_eq!(stage().await, "active", "the visitor answered");
    ann.says(&id, "here it is").await;
    desk.pass(200).await;
    ann.says(&id, "and this").await;
    desk.pass(200).await;
    assert_eq!(stage().await, "active", "counted from the agent's last message");
    desk.pass(100).await;
    assert_eq!(stage().await, "ended");
}

/// C07, F01: a timer that came due while the server was down fires at the start.
#[tokio::test]
async fn overdue_timers_fire_at_the_start() {
    let mut desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;
    ann.says(&id, "are you there?").await;
    desk.advance(400);
    desk.restart().await;
    let mut page = guest.connect().await;
    page.has(|frame| frame["session"]["stage"] == "ended" || frame["conversation"]["session"]["stage"] == "ended")
        .await;
}

/// FLOW-07: a session that has waited for its longest time leaves the queue and the flow goes on; one that an agent
/// took meanwhile stays.
#[tokio::test]
async fn waiting_has_an_end_where_the_flow_says_so() {
    let desk = Desk::start().await;
    desk.flow(&json!({"queue_timeout_seconds": 60, "silence_seconds": null}))
        .await;
    let (waiting, served) = (desk.guest().await, desk.guest().await);
    served.says("hello").await;
    let ann = desk.agent("Ann").await;
    ann.http.put("/me/reception-limit", &json!({"own_limit": 1})).await.ok();
    let mut bench = ann.ready().await;
    bench.has(|frame| frame["me"]["load"] == 1).await;
    waiting.says("hello").await;
    desk.pass(59).await;
    assert_eq!(waiting.conversation().await["session"]["stage"], "waiting");
    desk.pass(1).await;
    let state = waiting.conversation().await["session"].clone();
    assert_eq!((&state["stage"], &state["ended_by"]), (&json!("ended"), &json!("flow")));
    assert_eq!(served.conversation().await["session"]["stage"], "active");
    let again = waiting.says("still here").await;
    assert_ne!(
        again["session_id"], state["id"],
        "U4: nothing is lost; a new session begins"
    );
}

/// FLOW-07, U4: with nobody online the flow says so and, where it is told to, does not queue; with a full queue likewise.
#[tokio::test]
async fn nobody_there_and_a_full_queue() {
    let desk = Desk::start().await;
    desk.flow(&json!({"nobody_online": "leave"})).await;
    let guest = desk.guest().await;
    guest.says("hello").await;
    let conversation = guest.conversation().await;
    assert_eq!(
        texts(&conversation["entries"]),
        ["Welcome to Site", "hello", "Nobody is here, please wait"]
    );
    assert_eq!(conversation["session"]["ended_by"], "flow");

    desk.flow(&json!({"nobody_online": "wait", "queue_limit": 1})).await;
    let (first, second) = (desk.guest().await, desk.guest().await);
    first.says("hello").await;
    second.says("hello").await;
    assert_eq!(first.conversation().await["session"]["stage"], "waiting");
    assert_eq!(second.conversation().await["session"]["stage"], "ended");
}
