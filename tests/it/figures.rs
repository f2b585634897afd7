//! Own figures of today: live, and equal to a recount (WORK-20, DATA-05).

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::Pace;

use crate::talk::{Desk, Guest, Person};

/// Where the clock of tests begins an hour before midnight.
const ZONE: &str = "Pacific/Kiritimati";

async fn set_zone(desk: &Desk) {
    let settings = json!({"grace_seconds": 60, "after_grace": "requeue", "time_zone": ZONE});
    desk.admin().http.put("/reception-settings", &settings).await.ok();
}

async fn today(person: &Person) -> Value {
    person.http.get("/me").await.ok()["today"].clone()
}

async fn comes(desk: &Desk) -> (Guest, String) {
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    (guest, id)
}

/// Counts again, from the lines of the logs alone: sessions taken and ended since a moment.
async fn recount(desk: &Desk, person: &Person, ids: &[String], since: i64) -> (usize, usize) {
    let (mut taken, mut ended) = (BTreeSet::new(), 0);
    for id in ids {
        let session: domain::ids::SessionId = id.parse().expect("an id");
        let tenant = desk.admin().http.get("/me").await.ok()["tenant"]["id"]
            .as_str()
            .expect("an id")
            .parse();
        let mut reader = desk.app().store.reader();
        let of = (tenant.expect("an id"), session);
        let lines = store::entries::after(&mut reader, of, 0, 500, store::entries::View::Desk).await;
        let mut mine = None;
        for line in lines.expect("lines") {
            let body = serde_json::to_value(&line.entry.body).expect("JSON");
            match body["kind"].as_str().expect("a kind") {
                "assigned" if body["agent_id"] == person.id.as_str() => mine = Some(line.entry.at.0),
                "assigned" | "requeued" => mine = None,
                "ended" if mine.is_some() && line.entry.at.0 >= since => ended += 1,
                _ => {}
            }
        }
        if mine.is_some_and(|at| at >= since) {
            taken.insert(id.clone());
        }
    }
    (taken.len(), ended)
}

/// WORK-20, DATA-05: figures change with a frame of their own after each change, are equal to a recount from the logs
/// at every moment.
#[tokio::test]
async fn figures_are_live_and_equal_a_recount() {
    let desk = Desk::start().await;
    set_zone(&desk).await;
    let begin = desk.now_seconds() * 1_000;
    let midnight = begin - 23 * 3_600_000;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let mut bench = ann.ready().await;
    let first = bench.has(|frame| frame["type"] == "welcome").await["me"]["today"].clone();
    assert_eq!((&first["taken"], &first["ended"]), (&json!(0), &json!(0)));
    assert_eq!(first["ends_at"], midnight + 24 * 3_600_000);
    assert_eq!(first["online_since"], begin);

    let mut ids = Vec::new();
    for count in 1..=3 {
        ids.push(comes(&desk).await.1);
        bench.has(|frame| frame["me"]["today"]["taken"] == count).await;
    }
    ann.http
        .post(&format!("/sessions/{}/end", ids[0]), &json!({}))
        .await
        .ok();
    bench.has(|frame| frame["me"]["today"]["ended"] == 1).await;
    let of_me = async |person: &Person| {
        let today = today(person).await;
        let count = |name: &str| usize::try_from(today[name].as_i64().expect("a number")).expect("not below 0");
        (count("taken"), count("ended"))
    };
    assert_eq!(of_me(&ann).await, (3, 1));
    assert_eq!(recount(&desk, &ann, &ids, midnight).await, (3, 1));

    // One ends for silence, one goes to somebody else.
    ann.says(&ids[1], "are you there?").await;
    drop(bench);
    ann.is_gone(&desk).await;
    let mut other = bob.ready().await;
    desk.pass(60).await;
    other.has(|frame| frame["me"]["load"] == 2).await;
    for person in [&ann, &bob] {
        assert_eq!(of_me(person).await, recount(&desk, person, &ids, midnight).await);
    }
    assert_eq!((of_me(&ann).await, of_me(&bob).await), ((1, 1), (2, 0)));
    bob.says(&ids[1], "are you there?").await;
    desk.pass(300).await;
    other.has(|frame| frame["me"]["today"]["ended"] == 1).await;
    assert_eq!(recount(&desk, &bob, &ids, midnight).await, (2, 1));
}

/// WORK-20: at midnight of the contact centre the figures begin anew by themselves; what was taken yesterday and ends
/// today counts as ended only.
#[tokio::test]
async fn figures_begin_anew_at_midnight() {
    // Whoever is not listened to for three beats would be given up.
    let desk = Desk::paced(Pace {
        agent_beat: Duration::from_secs(2),
        ..Pace::default()
    })
    .await;
    set_zone(&desk).await;
    let begin = desk.now_seconds() * 1_000;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let (_, id) = comes(&desk).await;
    bench.has(|frame| frame["me"]["today"]["taken"] == 1).await;
    desk.advance(3_600);
    let midnight = begin + 3_600_000;
    let ends_at = midnight + 24 * 3_600_000;
    let next_day = bench.until(|frame| frame["me"]["today"]["ends_at"] == ends_at).await;
    let after = next_day["me"]["today"].clone();
    let counts = [&after["taken"], &after["ended"], &after["online_ms"]];
    assert_eq!(counts, [&json!(0); 3]);
    assert_eq!(after["online_since"], midnight, "online over midnight");
    ann.http.post(&format!("/sessions/{id}/end"), &json!({})).await.ok();
    let ended = bench.until(|frame| frame["me"]["today"]["ended"] == 1).await["me"]["today"].clone();
    assert_eq!(ended["taken"], 0);
    assert_eq!(recount(&desk, &ann, &[id], midnight).await, (0, 1));
}

/// WORK-20: time online is time with a connected workbench and any status but offline; it stands still while
/// disconnected, offline or signed out.
#[tokio::test]
async fn time_online_is_counted_in_stretches() {
    let desk = Desk::start().await;
    set_zone(&desk).await;
    let ann = desk.agent("Ann").await;
    desk.pass(1_000).await;
    assert_eq!(today(&ann).await["online_ms"], 0, "signed in, but no workbench is open");
    let bench = ann.ready().await;
    desk.pass(600).await;
    ann.set_status("not_ready").await;
    desk.pass(60).await;
    let during = today(&ann).await;
    assert_eq!(during["online_ms"], 600_000);
    assert_eq!(
        during["online_since"],
        desk.now_seconds() * 1_000 - 60_000,
        "being not ready is work too"
    );
    ann.set_status("offline").await;
    desk.pass(500).await;
    let offline = today(&ann).await;
    assert_eq!(
        (&offline["online_ms"], &offline["online_since"]),
        (&json!(660_000), &Value::Null)
    );
    ann.set_status("free").await;
    desk.pass(40).await;
    drop(bench);
    ann.is_gone(&desk).await;
    testkit::eventually("the loss is noted", async || {
        today(&ann).await["online_since"].is_null()
    })
    .await;
    desk.pass(500).await;
    assert_eq!(today(&ann).await["online_ms"], 700_000);
}
