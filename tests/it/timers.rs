//! What happens by itself when time passes. The clock is moved; nobody sleeps.

use serde_json::{Value, json};

use crate::page::Socket;
use crate::talk::{Desk, Guest, Person, new_key, texts};

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

/// A visitor whom Ann serves, with the flow's times for people who say nothing; the session's id.
async fn served(desk: &Desk, ann: &Person, bench: &mut Socket) -> (Guest, String) {
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.has(|frame| frame["session"]["id"] == id.as_str()).await;
    assert_eq!(
        guest.conversation().await["session"]["agent"]["staff_no"],
        "Ann-no",
        "{}",
        ann.id
    );
    (guest, id)
}

async fn said(guest: &Guest) -> Vec<String> {
    texts(&guest.conversation().await["entries"])
}

async fn stage(guest: &Guest) -> Value {
    guest.conversation().await["session"]["stage"].clone()
}

/// How often the flow's reminder stands in the log.
async fn reminders(guest: &Guest) -> usize {
    said(guest)
        .await
        .iter()
        .filter(|text| *text == "Are you there?")
        .count()
}

/// ROUTE-14, U19: before the end for silence the visitor is reminded once, by a line that both sides see; an answer
/// stops both; another message of the agent begins both anew.
#[tokio::test]
async fn the_visitor_is_reminded_before_the_end() {
    let mut desk = Desk::start().await;
    let times = json!({"silence_seconds": 300, "reminder_seconds": 120, "reminder_text": "Are you there?"});
    desk.flow(&times).await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let (guest, id) = served(&desk, &ann, &mut bench).await;
    let mut page = guest.connect().await;
    desk.pass(10_000).await;
    assert_eq!(reminders(&guest).await, 0, "the visitor waits, not the agent");

    ann.says(&id, "what is your number?").await;
    desk.pass(119).await;
    assert_eq!(reminders(&guest).await, 0);
    desk.pass(1).await;
    let line = page
        .until(|frame| texts(&frame["entries"]).contains(&"Are you there?".to_owned()))
        .await;
    assert_eq!(line["entries"][0]["author"], "flow");
    bench
        .until(|frame| texts(&frame["entries"]).contains(&"Are you there?".to_owned()))
        .await;
    desk.pass(100).await;
    assert_eq!(
        (reminders(&guest).await, stage(&guest).await),
        (1, json!("active")),
        "I16: once"
    );

    ann.says(&id, "it stands on the back").await;
    desk.pass(119).await;
    assert_eq!(reminders(&guest).await, 1);
    desk.restart().await;
    let _bench = ann.connect().await;
    desk.pass(1).await;
    assert_eq!(reminders(&guest).await, 2, "C07: also after a restart");
    guest.says("42").await;
    desk.pass(10_000).await;
    assert_eq!(
        (reminders(&guest).await, stage(&guest).await),
        (2, json!("active")),
        "the visitor answered"
    );

    ann.says(&id, "thank you").await;
    desk.pass(300).await;
    let state = guest.conversation().await;
    assert_eq!(state["session"]["ended_by"], "timer");
    let last = texts(&state["entries"]);
    assert_eq!(
        &last[last.len() - 2..],
        ["Are you there?", "Ended for silence"],
        "also when both are due at once"
    );
    desk.pass(10_000).await;
    assert_eq!(reminders(&guest).await, 3, "nobody is reminded after the end");
}

/// ROUTE-14: a session in which nobody says anything ends after its longer time, with a reason and words of its own;
/// whatever is said begins that time anew. Waiting in the queue has another time.
#[tokio::test]
async fn quiet_on_both_sides_ends_the_session() {
    let desk = Desk::start().await;
    let times = json!({"silence_seconds": null, "inactive_seconds": 3_600, "inactive_text": "Ended for quiet"});
    desk.flow(&times).await;
    let guest = desk.guest().await;
    guest.says("hello").await;
    desk.pass(10_000).await;
    assert_eq!(stage(&guest).await, "waiting");
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    bench.has(|frame| frame["me"]["load"] == 1).await;
    desk.pass(3_599).await;
    assert_eq!(stage(&guest).await, "active");
    guest.says("hello?").await;
    desk.pass(3_599).await;
    assert_eq!(stage(&guest).await, "active");
    desk.pass(1).await;
    let state = guest.conversation().await;
    assert_eq!(state["session"]["ended_by"], "inactivity");
    assert_eq!(
        texts(&state["entries"]).last().map(String::as_str),
        Some("Ended for quiet")
    );
    bench.has(|frame| frame["session"]["ended_by"] == "inactivity").await;
    assert_eq!(ann.http.get("/me").await.ok()["load"], 0);
}

/// F58, I13, I14: a message at the very moment of the end for silence lands before that end or in a new session, never
/// after an end; in both orders, and at the same time.
#[tokio::test]
async fn a_message_at_the_moment_of_the_end() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let (early, early_id) = served(&desk, &ann, &mut bench).await;
    let (late, late_id) = served(&desk, &ann, &mut bench).await;
    for id in [&early_id, &late_id] {
        ann.says(id, "are you there?").await;
    }
    desk.pass(299).await;
    assert_eq!(
        early.says("yes").await["session_id"],
        early_id.as_str(),
        "before the end"
    );
    desk.pass(1).await;
    assert_eq!(
        (stage(&early).await, stage(&late).await),
        (json!("active"), json!("ended"))
    );
    assert_ne!(
        late.says("yes").await["session_id"],
        late_id.as_str(),
        "after it: a new session"
    );

    let mut racing = Vec::new();
    for _ in 0..6 {
        let (guest, id) = served(&desk, &ann, &mut bench).await;
        ann.says(&id, "are you there?").await;
        racing.push((guest, id));
    }
    desk.advance(300);
    let answers = futures_util::future::join_all(racing.iter().map(|(guest, _)| guest.says("yes")));
    let (answers, ()) = tokio::join!(answers, desk.pass(0));
    for ((_, id), answer) in racing.iter().zip(answers) {
        let log = ann
            .http
            .get(&format!("/sessions/{id}/entries?after_seq=0&limit=200"))
            .await
            .ok();
        let lines = log["entries"].as_array().expect("lines");
        let place = |of: &dyn Fn(&Value) -> bool| lines.iter().position(of);
        let said = place(&|line| line["body"]["content"]["text"] == "yes");
        let ended = place(&|line| line["body"]["kind"] == "ended");
        assert_eq!(said.is_some(), answer["session_id"] == id.as_str());
        if let (Some(said), Some(ended)) = (said, ended) {
            assert!(said < ended, "{lines:#?}");
        }
        assert!(said.is_some() || ended.is_some(), "{lines:#?}");
    }
}

/// F52, I13: the visitor, the agent and the timer end a session in every order, and all at once: it ends once, for the
/// first of them, and the others are told.
#[tokio::test]
async fn all_orders_of_ending() {
    #[derive(Clone, Copy, PartialEq)]
    enum Ender {
        Visitor,
        Agent,
        Timer,
    }
    use Ender::{Agent, Timer, Visitor};
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let end = async |ender: Ender, guest: &Guest, id: &str| match ender {
        Visitor => {
            guest
                .http
                .post("/visitor/end", &json!({"client_id": new_key()}))
                .await
                .status
        }
        Agent => ann.http.post(&format!("/sessions/{id}/end"), &json!({})).await.status,
        Timer => {
            desk.pass(0).await;
            200
        }
    };
    let orders = [
        [Visitor, Agent, Timer],
        [Visitor, Timer, Agent],
        [Agent, Visitor, Timer],
        [Agent, Timer, Visitor],
        [Timer, Visitor, Agent],
        [Timer, Agent, Visitor],
    ];
    let ends = async |id: &str| {
        let log = ann
            .http
            .get(&format!("/sessions/{id}/entries?after_seq=0&limit=200"))
            .await
            .ok();
        let lines = log["entries"].as_array().expect("lines").clone();
        let ends = lines.into_iter().filter(|line| line["body"]["kind"] == "ended");
        ends.map(|line| line["body"]["by"].clone()).collect::<Vec<_>>()
    };
    for order in orders {
        let (guest, id) = served(&desk, &ann, &mut bench).await;
        ann.says(&id, "are you there?").await;
        // The timer is due for all who come; the worker that it wakes may be the first.
        let by_timer = order[0] == Timer;
        let mut statuses = Vec::new();
        if by_timer {
            desk.pass(300).await;
        }
        for ender in order {
            if ender == Timer && !by_timer {
                desk.pass(300).await;
            }
            statuses.push(end(ender, &guest, &id).await);
        }
        let first = match order[0] {
            Visitor => "visitor",
            Agent => "agent",
            Timer => "timer",
        };
        assert_eq!(ends(&id).await, [json!(first)]);
        assert_eq!(statuses[0], 200);
        for (ender, status) in order
            .iter()
            .zip(&statuses)
            .skip(1)
            .filter(|(ender, _)| **ender != Timer)
        {
            assert_eq!(*status, 409, "{} comes too late", *ender == Agent);
        }
    }
    let (guest, id) = served(&desk, &ann, &mut bench).await;
    ann.says(&id, "are you there?").await;
    desk.advance(300);
    tokio::join!(
        end(Visitor, &guest, &id),
        end(Agent, &guest, &id),
        end(Timer, &guest, &id)
    );
    assert_eq!(ends(&id).await.len(), 1);
    assert_eq!(
        ann.http.get("/me").await.ok()["load"],
        0,
        "its place is free again, once"
    );
}

/// R27: who writes while waiting is told the place again when it has changed, not with every message, and not twice in
/// a moment.
#[tokio::test]
async fn r27_a_changed_place_is_told_again() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    ann.http.put("/me/reception-limit", &json!({"own_limit": 1})).await.ok();
    let mut bench = ann.ready().await;
    let (served, first, second) = (desk.guest().await, desk.guest().await, desk.guest().await);
    served.says("hello").await;
    bench.has(|frame| frame["me"]["load"] == 1).await;
    first.says("hello").await;
    second.says("hello").await;
    let told = async || {
        let said = texts(&second.conversation().await["entries"]);
        said.into_iter()
            .filter(|text| text.ends_with("before you"))
            .collect::<Vec<_>>()
    };
    desk.pass(31).await;
    second.says("anybody?").await;
    assert_eq!(told().await, ["1 before you"], "nothing has changed");
    first
        .http
        .post("/visitor/end", &json!({"client_id": new_key()}))
        .await
        .ok();
    second.says("hello?").await;
    assert_eq!(told().await, ["1 before you", "0 before you"]);
    desk.pass(31).await;
    second.says("still here").await;
    assert_eq!(told().await, ["1 before you", "0 before you"]);
}
