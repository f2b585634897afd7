//! Who gets which session, and who gets none.

use serde_json::{Value, json};
use testkit::Engine;

use crate::talk::{Desk, Guest, Person, Socket};

async fn limit(person: &Person, own_limit: i64) {
    person
        .http
        .put("/me/reception-limit", &json!({"own_limit": own_limit}))
        .await
        .ok();
}

/// As many visitors who wrote, in this order.
async fn crowd(desk: &Desk, count: usize) -> Vec<Guest> {
    let mut guests = Vec::new();
    for _ in 0..count {
        let guest = desk.guest().await;
        guest.says("hello").await;
        guests.push(guest);
    }
    guests
}

async fn stage(guest: &Guest) -> Value {
    guest.conversation().await["session"]["stage"].clone()
}

async fn served_by(guest: &Guest) -> Value {
    guest.conversation().await["session"]["agent"]["nickname"].clone()
}

/// Waits until the agent has so many sessions.
async fn has(bench: &mut Socket, load: i64) {
    bench.has(|frame| frame["me"]["load"] == load).await;
}

/// ROUTE-03, ROUTE-04, U8, I08: an agent gets sessions up to the own limit, shows as busy there, and gets the next one
/// when a place is free again.
#[tokio::test]
async fn the_own_limit_holds() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    limit(&ann, 2).await;
    let mut bench = ann.ready().await;
    let guests = crowd(&desk, 3).await;
    has(&mut bench, 2).await;
    bench.has(|frame| frame["me"]["shown_status"] == "busy").await;
    assert_eq!(
        ann.http.get("/me").await.ok()["status"],
        "free",
        "busy is shown, never chosen"
    );
    assert_eq!(
        [
            stage(&guests[0]).await,
            stage(&guests[1]).await,
            stage(&guests[2]).await
        ],
        ["active", "active", "waiting"]
    );

    let id = guests[1].conversation().await["session"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    ann.http.post(&format!("/sessions/{id}/end"), &json!({})).await.ok();
    let mut page = guests[2].connect().await;
    page.has(|frame| frame["session"]["stage"] == "active" || frame["conversation"]["session"]["stage"] == "active")
        .await;
    assert_eq!(ann.http.get("/me").await.ok()["load"], 2);

    // Lowering the limit takes nothing away; it only keeps new ones off.
    limit(&ann, 1).await;
    assert_eq!(ann.http.get("/me").await.ok()["load"], 2);
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// R6: with several groups the open sessions of all of them count against each group's own limit.
#[tokio::test]
async fn a_groups_limit_counts_all_sessions() {
    let desk = Desk::start().await;
    let narrow = desk.group("Narrow", 1).await;
    let channel = desk.channel("narrow", &narrow).await;
    let ann = desk.agent("Ann").await;
    desk.join(&ann, &narrow, 3).await;
    let mut bench = ann.ready().await;
    let wide = crowd(&desk, 1).await;
    has(&mut bench, 1).await;
    let guest = desk.guest_of(&channel).await;
    guest.says("hello").await;
    assert_eq!(
        stage(&guest).await,
        "waiting",
        "one session of another group fills this one"
    );
    let more = crowd(&desk, 1).await;
    has(&mut bench, 2).await;
    assert_eq!([stage(&wide[0]).await, stage(&more[0]).await], ["active", "active"]);
    desk.admin()
        .http
        .patch(&format!("/skill-groups/{narrow}"), &json!({"reception_limit": 3}))
        .await
        .ok();
    has(&mut bench, 3).await;
    assert_eq!(
        stage(&guest).await,
        "active",
        "U5: a limit that was raised lets sessions move"
    );
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// U6, ROUTE-01, I10: those who wait are served in the order in which they came.
#[tokio::test]
async fn first_come_first_served() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    limit(&ann, 1).await;
    let guests = crowd(&desk, 4).await;
    let mut bench = ann.ready().await;
    let mut order = Vec::new();
    for _ in &guests {
        let new = bench
            .until(|frame| frame["type"] == "session" && frame["session"]["stage"] == "active")
            .await;
        let id = new["session"]["id"].clone();
        ann.http
            .post(&format!("/sessions/{}/end", id.as_str().expect("an id")), &json!({}))
            .await
            .ok();
        order.push(id);
    }
    let mut expected = Vec::new();
    for guest in &guests {
        expected.push(guest.conversation().await["session"]["id"].clone());
    }
    assert_eq!(order, expected);
}

/// ROUTE-03, U9, I09: who is not ready, offline, or has no page open gets nothing, whatever was chosen before.
#[tokio::test]
async fn only_who_is_there_and_ready_gets_sessions() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.connect().await;
    let guests = crowd(&desk, 1).await;
    assert_eq!(stage(&guests[0]).await, "waiting", "not ready");
    ann.set_status("free").await;
    has(&mut bench, 1).await;

    ann.set_status("not_ready").await;
    let later = crowd(&desk, 1).await;
    assert_eq!(
        stage(&later[0]).await,
        "waiting",
        "not ready any more; what is served stays"
    );
    assert_eq!(stage(&guests[0]).await, "active");

    ann.set_status("offline").await;
    assert_eq!(stage(&later[0]).await, "waiting", "offline");

    drop(bench);
    ann.is_gone(&desk).await;
    ann.set_status("free").await;
    let last = crowd(&desk, 1).await;
    assert_eq!(
        [stage(&later[0]).await, stage(&last[0]).await],
        ["waiting", "waiting"],
        "U9: free, but no page"
    );
    let mut bench = ann.connect().await;
    bench.has(|frame| frame["me"]["load"] == 3).await;
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// ROUTE-02, R4, U7: by priority within the group, then whoever was idle longest; open work counts, not what was done.
#[tokio::test]
async fn the_best_priority_comes_first() {
    let desk = Desk::start().await;
    desk.route_by(&json!({"by_priority": true, "last_agent_first": false}))
        .await;
    let (ann, bob, eve) = (
        desk.agent("Ann").await,
        desk.agent("Bob").await,
        desk.agent("Eve").await,
    );
    let group = desk.group_id();
    for (person, priority) in [(&ann, 2), (&bob, 1), (&eve, 2)] {
        desk.join(person, &group, priority).await;
        limit(person, 1).await;
    }
    let mut benches = Vec::new();
    for person in [&ann, &bob, &eve] {
        benches.push(person.ready().await);
        desk.advance(1);
    }
    let mut served = Vec::new();
    for _ in 0..3 {
        let guest = crowd(&desk, 1).await.remove(0);
        let mut page = guest.connect().await;
        page.has(|frame| {
            frame["session"]["stage"] == "active" || frame["conversation"]["session"]["stage"] == "active"
        })
        .await;
        served.push(served_by(&guest).await);
    }
    assert_eq!(served, ["Bob", "Ann", "Eve"]);
    drop(benches);
}

/// ROUTE-02, R3: where the desk says so, the agent who served the visitor last comes first.
#[tokio::test]
async fn the_last_agent_comes_first() {
    let desk = Desk::start().await;
    desk.route_by(&json!({"by_priority": false, "last_agent_first": true}))
        .await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let _bench = ann.ready().await;
    let guest = crowd(&desk, 1).await.remove(0);
    let mut page = guest.connect().await;
    page.has(|frame| frame["session"]["stage"] == "active" || frame["conversation"]["session"]["stage"] == "active")
        .await;
    guest.http.post("/visitor/end", &json!({"client_id": "end"})).await.ok();
    // Bob has been idle for longer than Ann, who just had a session.
    desk.advance(1);
    let _other = bob.ready().await;
    desk.advance(1);
    let again = guest.says("me again").await["session_id"].clone();
    page.until(|frame| frame["session"]["id"] == again && frame["session"]["stage"] == "active")
        .await;
    assert_eq!(served_by(&guest).await, "Ann");
}

/// U6, R4, U7: by default whoever has been idle longest.
#[tokio::test]
async fn whoever_is_idle_longest_comes_first() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let _one = ann.ready().await;
    desk.advance(1);
    let _two = bob.ready().await;
    let mut served = Vec::new();
    for _ in 0..4 {
        desk.advance(1);
        let guest = crowd(&desk, 1).await.remove(0);
        let mut page = guest.connect().await;
        page.has(|frame| {
            frame["session"]["stage"] == "active" || frame["conversation"]["session"]["stage"] == "active"
        })
        .await;
        served.push(served_by(&guest).await);
    }
    assert!(served[0] != served[1], "{served:?}");
    assert_eq!(served[..2], served[2..], "in turn");
}

/// ADM-06, R18, T412: forcing an agent offline ends the sign-in and puts the sessions back at their old places, before
/// those who came later; nobody is lost.
#[tokio::test]
async fn forced_offline_puts_sessions_back_at_their_places() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    limit(&ann, 1).await;
    let mut bench = ann.ready().await;
    let guests = crowd(&desk, 2).await;
    has(&mut bench, 1).await;
    desk.admin()
        .http
        .post(&format!("/agents/{}/force-offline", ann.id), &json!({}))
        .await
        .ok();
    assert_eq!(bench.next("kicked").await["reason"], "forced_offline");
    assert_eq!(bench.closed().await, Some(4001));
    ann.http.get("/me").await.refused(401, "not_signed_in");
    for (ahead, guest) in guests.iter().enumerate() {
        let state = guest.conversation().await["session"].clone();
        assert_eq!((&state["stage"], &state["ahead"]), (&json!("waiting"), &json!(ahead)));
    }
    limit(&bob, 1).await;
    let _bench = bob.ready().await;
    let mut page = guests[0].connect().await;
    page.has(|frame| frame["session"]["stage"] == "active" || frame["conversation"]["session"]["stage"] == "active")
        .await;
    assert_eq!(
        [stage(&guests[0]).await, stage(&guests[1]).await],
        ["active", "waiting"]
    );
    guests[0].says("still here").await;

    let refused = desk.sign_in(&ann.email, &ann.password).await;
    refused.refused(401, "wrong_credentials");
    desk.admin()
        .http
        .post(&format!("/agents/{}/restore", ann.id), &json!({}))
        .await
        .ok();
    desk.sign_in(&ann.email, &ann.password).await.ok();
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// R19, ADM-05, CHAN-01: what has open sessions is not deleted, and the answer lists them; afterwards it is.
#[tokio::test]
async fn what_serves_is_not_deleted() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = crowd(&desk, 1).await.remove(0);
    has(&mut bench, 1).await;
    let id = guest.conversation().await["session"]["id"].clone();
    let channels = desk.admin().http.get("/channels").await.ok();
    let channel = channels["items"][0]["id"].as_str().expect("an id").to_owned();
    for path in [format!("/agents/{}", ann.id), format!("/channels/{channel}")] {
        let refused = desk.admin().http.delete(&path).await;
        refused.refused(409, "has_open_sessions");
        assert_eq!(refused.body["details"]["sessions"][0]["id"], id, "{path}");
    }
    guest.http.post("/visitor/end", &json!({"client_id": "end"})).await.ok();
    desk.admin().http.delete(&format!("/agents/{}", ann.id)).await.ok();
    assert_eq!(bench.next("kicked").await["reason"], "deleted");
    desk.sign_in(&ann.email, &ann.password)
        .await
        .refused(401, "wrong_credentials");
    desk.admin().http.delete(&format!("/channels/{channel}")).await.ok();
    guest
        .http
        .get("/visitor/conversation")
        .await
        .refused(401, "not_signed_in");
}

/// U8, I07, I08, U5: many visitors and agents at once: every session has one agent, nobody more than the limit, nobody
/// waits beside a free agent, and the watchdog had nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn a_rush_keeps_every_limit() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        a_rush_keeps_every_limit_on(Desk::start_on(engine).await).await;
    }
}

async fn a_rush_keeps_every_limit_on(desk: Desk) {
    let mut people = Vec::new();
    for name in ["Ann", "Bob", "Eve"] {
        let person = desk.agent(name).await;
        limit(&person, 3).await;
        people.push(person);
    }
    let mut guests = Vec::new();
    for _ in 0..12 {
        guests.push(desk.guest().await);
    }
    let ready = people.iter().map(Person::ready);
    let says = guests.iter().map(|guest| guest.says("hello"));
    let (mut benches, _) = tokio::join!(
        futures_util::future::join_all(ready),
        futures_util::future::join_all(says)
    );
    for bench in &mut benches {
        bench.has(|frame| frame["me"]["load"] == 3).await;
    }
    let mut stages = Vec::new();
    for guest in &guests {
        stages.push(stage(guest).await);
    }
    assert_eq!(stages.iter().filter(|stage| *stage == "active").count(), 9);
    assert_eq!(stages.iter().filter(|stage| *stage == "waiting").count(), 3);
    for person in &people {
        assert_eq!(person.http.get("/me").await.ok()["load"], 3);
    }
    // The watchdog complains of what it sees twice.
    for _ in 0..2 {
        app::routing::watch(desk.app()).await.expect("a look");
    }
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
    desk.stop().await;
}
