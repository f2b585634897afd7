//! Clients that behave oddly without meaning harm: forgetful, double, restless, with a wrong clock. And a group that is
//! changed while it works.

use serde_json::{Value, json};
use testkit::eventually;

use crate::talk::{Desk, Guest, new_key};

async fn stage(guest: &Guest) -> Value {
    guest.conversation().await["session"]["stage"].clone()
}

/// Nobody waits beside a free agent, and nothing had to be put right for that.
async fn nothing_was_rescued(desk: &Desk) {
    for _ in 0..2 {
        app::routing::watch(desk.app()).await.expect("a look");
    }
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// F40, T411: one agent in two tabs is one agent: both see the same, either may answer, and closing one takes nothing away;
/// closing the last one does.
#[tokio::test]
async fn two_tabs_are_one_agent() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut one = ann.ready().await;
    let mut two = ann.connect().await;
    let guest = desk.guest().await;
    let session = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for tab in [&mut one, &mut two] {
        tab.has(|frame| frame["session"]["id"] == session.as_str()).await;
    }
    one.post_in(&session, "from the first tab").await;
    two.until(|frame| frame.to_string().contains("from the first tab"))
        .await;
    two.post_in(&session, "from the second tab").await;
    one.until(|frame| frame.to_string().contains("from the second tab"))
        .await;
    assert_eq!(ann.http.get("/me").await.ok()["load"], 1, "one session, not one a tab");
    drop(one);
    let second = desk.guest().await;
    let next = second.says("me too").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    two.has(|frame| frame["session"]["id"] == next.as_str()).await;
    drop(two);
    ann.is_gone(&desk).await;
    let third = desk.guest().await;
    third.says("and me").await;
    assert_eq!(stage(&third).await, "waiting");
    nothing_was_rescued(&desk).await;
}

/// F42, T303, I14: a browser that forgot its token is somebody new with a conversation of its own; the old one is not there
/// for it, and ends by its rule.
#[tokio::test]
async fn a_browser_that_forgot_is_somebody_new() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let before = desk.guest().await;
    let old = before.says("before").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.has(|frame| frame["session"]["id"] == old.as_str()).await;
    ann.says(&old, "are you there?").await;
    let after = desk.guest().await;
    assert_ne!(before.id, after.id);
    assert!(after.conversation().await.get("session").is_none());
    let new = after.says("after").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    assert_ne!(old, new);
    bench.has(|frame| frame["session"]["id"] == new.as_str()).await;
    let path = format!("/visitor/history?before_session_id={old}&before_seq=99");
    after.http.get(&path).await.refused(404, "not_found");
    // Nobody answers in the old one: the flow's silence ends it, and only it.
    desk.pass(301).await;
    assert_eq!(
        (stage(&before).await, stage(&after).await),
        (json!("ended"), json!("active"))
    );
}

/// F45, C08: whatever a client believes the time to be, lines are in the order in which they came and carry the desk's time.
#[tokio::test]
async fn a_clients_clock_moves_nothing() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let now = desk.now_seconds() * 1_000;
    let mut dated = guest.http.clone();
    for (header, value) in [
        ("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ("if-modified-since", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("x-client-time", "99999999999999"),
    ] {
        dated = dated.with_header(header, value);
    }
    for text in ["one", "two", "three"] {
        let body = json!({"client_id": new_key(), "content": {"type": "text", "text": text}});
        dated.post("/visitor/messages", &body).await.ok();
        for field in ["at", "created_at", "time", "ts"] {
            let mut claimed = body.clone();
            claimed["client_id"] = json!(new_key());
            claimed[field] = json!(now + 366 * 86_400_000);
            dated
                .post("/visitor/messages", &claimed)
                .await
                .refused(400, "invalid_request");
        }
    }
    let lines = guest.lines().await;
    let said = crate::talk::texts(&Value::Array(lines.clone()));
    let mine: Vec<_> = said
        .iter()
        .filter(|text| ["one", "two", "three"].contains(&text.as_str()))
        .collect();
    assert_eq!(mine, ["one", "two", "three"]);
    assert!(lines.iter().all(|line| line["at"].as_i64() == Some(now)), "{lines:?}");
}

/// F54, I08, I12: an agent who changes between free and not ready all the time, while visitors come, gets sessions only while
/// free; in the end every visitor has been taken, and places are counted right.
#[tokio::test(flavor = "multi_thread")]
async fn a_restless_agent_loses_nobody() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    ann.http
        .put("/me/reception-limit", &json!({"own_limit": 50}))
        .await
        .ok();
    let group = format!("/skill-groups/{}", desk.group_id());
    desk.admin()
        .http
        .patch(&group, &json!({"reception_limit": 50}))
        .await
        .ok();
    let mut bench = ann.connect().await;
    let mut guests = Vec::new();
    for _ in 0..12 {
        guests.push(desk.guest().await);
    }
    let toggles = async {
        for turn in 0..40 {
            let status = if turn % 2 == 0 { "free" } else { "not_ready" };
            ann.http.put("/me/status", &json!({"status": status})).await.ok();
        }
    };
    let says = futures_util::future::join_all(guests.iter().map(|guest| guest.says("hello")));
    tokio::join!(toggles, says);
    ann.set_status("free").await;
    bench.has(|frame| frame["me"]["load"] == 12).await;
    for guest in &guests {
        assert_eq!(stage(guest).await, "active");
    }
    nothing_was_rescued(&desk).await;
}

/// F55, I08, I09: a group that is changed while it works: a lower limit takes nothing away and gives nothing more, who is taken
/// out of it keeps the sessions and gets no new ones, and who waits is served by who is left.
#[tokio::test]
async fn a_group_is_changed_while_it_works() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let group = format!("/skill-groups/{}", desk.group_id());
    let mut bench = ann.ready().await;
    let mut guests = Vec::new();
    for count in 1..=3 {
        let guest = desk.guest().await;
        guest.says("hello").await;
        bench.has(|frame| frame["me"]["load"] == count).await;
        guests.push(guest);
    }
    desk.admin()
        .http
        .patch(&group, &json!({"reception_limit": 2}))
        .await
        .ok();
    let late = desk.guest().await;
    late.says("too late").await;
    assert_eq!(
        (stage(&guests[0]).await, stage(&late).await),
        (json!("active"), json!("waiting"))
    );
    assert_eq!(
        ann.http.get("/me").await.ok()["load"],
        3,
        "a lower limit takes nothing away"
    );
    desk.admin()
        .http
        .delete(&format!("{group}/members/{}", ann.id))
        .await
        .ok();
    desk.admin()
        .http
        .patch(&group, &json!({"reception_limit": 50}))
        .await
        .ok();
    assert_eq!(stage(&late).await, "waiting", "Ann is none of the group's any more");
    let session = guests[0].conversation().await["session"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    ann.says(&session, "still with you").await;
    let _second_bench = bob.ready().await;
    eventually("the one who waits is served by who is left", async || {
        stage(&late).await == "active"
    })
    .await;
    assert_eq!(late.conversation().await["session"]["agent"]["nickname"], "Bob");
    assert_eq!(bob.http.get("/me").await.ok()["load"], 1);
    desk.admin().http.delete(&group).await.refused(409, "in_use");
    nothing_was_rescued(&desk).await;
}
