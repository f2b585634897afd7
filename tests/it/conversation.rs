//! The main job: a visitor and an agent see every message once, in order, at once; whatever is cut in between.

use serde_json::{Value, json};
use testkit::Engine;

use crate::talk::{Desk, Guest, Person, Socket, entries_of, new_key, text_of, texts};

/// The desk with one agent who is ready.
async fn staffed() -> (Desk, Person, Socket) {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let socket = ann.ready().await;
    (desk, ann, socket)
}

/// A visitor in conversation with the agent of this socket; both heard of it.
async fn conversing(desk: &Desk, bench: &mut Socket) -> (Guest, Socket, String) {
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let posted = guest.says("hello").await;
    let id = posted["session_id"].as_str().expect("an id").to_owned();
    bench
        .until(|frame| frame["type"] == "entries" && frame["session_id"] == id.as_str())
        .await;
    page.until(|frame| frame["type"] == "session" && frame["session"]["stage"] == "active")
        .await;
    (guest, page, id)
}

/// CHAN-03, FLOW-07, ROUTE-01, U4: a first message opens a session; the flow greets before it and queues after it, and
/// nobody's absence is an error.
#[tokio::test]
async fn a_first_message_opens_a_session_that_waits() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    let before = guest.conversation().await;
    assert!(before.get("session").is_none());
    assert_eq!(before["greeting"], json!(["Welcome to Site"]));

    let posted = guest.says("hello").await;
    assert_eq!(posted["replayed"], false);
    let after = guest.conversation().await;
    assert_eq!(
        texts(&after["entries"]),
        ["Welcome to Site", "hello", "Nobody is here, please wait"]
    );
    assert_eq!(after["session"]["stage"], "waiting");
    assert_eq!(after["session"]["ahead"], 0);
    assert_eq!(after["session"]["id"], posted["session_id"]);
}

/// ROUTE-01, FLOW-07: who waits is told how many are before, in the flow's text and, always fresh, in the state.
#[tokio::test]
async fn who_waits_knows_the_place() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    ann.http.put("/me/reception-limit", &json!({"own_limit": 1})).await.ok();
    let mut bench = ann.connect().await;
    let guests = [desk.guest().await, desk.guest().await, desk.guest().await];
    let mut pages = Vec::new();
    for (ahead, guest) in guests.iter().enumerate() {
        guest.says("hello").await;
        let conversation = guest.conversation().await;
        assert_eq!(conversation["session"]["ahead"], ahead);
        assert_eq!(texts(&conversation["entries"])[2], format!("{ahead} before you"));
        pages.push(guest.connect().await);
    }
    bench
        .until(|frame| frame["type"] == "queues" && frame["queues"][0]["waiting"] == 3)
        .await;
    ann.set_status("free").await;
    pages[0].until(|frame| frame["session"]["stage"] == "active").await;
    for (ahead, page) in pages[1..].iter_mut().enumerate() {
        page.until(|frame| frame["session"]["ahead"] == ahead).await;
    }
    bench
        .until(|frame| frame["type"] == "queues" && frame["queues"][0]["waiting"] == 2)
        .await;
}

/// ROUTE-05, FLOW-07, U5: with an agent ready a session is given away at once, and both sides are told by whom.
#[tokio::test]
async fn a_ready_agent_gets_the_session_at_once() {
    let (desk, ann, mut bench) = staffed().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let posted = guest.says("hello").await;

    let seen = bench.next("session").await;
    let summary = &seen["session"];
    assert_eq!(
        (&summary["id"], &summary["stage"]),
        (&posted["session_id"], &json!("active"))
    );
    assert_eq!(summary["source"], "Site@web", "CHAN-18");
    assert_eq!(summary["unread"], 1, "WORK-03");
    assert_eq!(summary["visitor"]["online"], true, "WORK-03");
    assert_eq!(
        summary["last_message"]["preview"], "hello",
        "what people said, not the flow"
    );
    let lines = bench.next("entries").await;
    assert_eq!(
        entries_of(&lines)[0]["seq"],
        1,
        "a new session comes with all its lines"
    );

    let state = page.until(|frame| frame["session"]["stage"] == "active").await;
    assert_eq!(
        state["session"]["agent"],
        json!({"nickname": "Ann", "staff_no": "Ann-no"})
    );
    let conversation = guest.conversation().await;
    let said = texts(&conversation["entries"]);
    assert_eq!(
        said,
        ["Welcome to Site", "hello", "You talk to Ann, Ann-no"],
        "nothing about waiting"
    );
    let me = ann.http.get("/me").await.ok();
    assert_eq!(me["load"], 1);
    assert_eq!(desk.app().reception.rescues(), 0, "U5");
}

/// U3, I04, WORK-07: what both write reaches both, once and in order, on every page of theirs.
#[tokio::test]
async fn messages_go_both_ways_once_and_in_order() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let mut tab = guest.connect().await;
    let mut second_bench = ann.connect().await;
    let mut written = Vec::new();
    for number in 0..6 {
        let words = format!("message {number} 汉字 👩‍👩‍👧");
        if number % 2 == 0 {
            page.post(&words).await;
            page.next("ack").await;
        } else {
            bench.post_in(&id, &words).await;
            bench.next("ack").await;
        }
        written.push(words);
    }
    for socket in [&mut page, &mut tab, &mut bench, &mut second_bench] {
        socket
            .has(|frame| text_of(frame).iter().any(|text| *text == written[5]))
            .await;
        let heard = socket.said();
        let of_these: Vec<_> = heard.into_iter().filter(|text| text.starts_with("message")).collect();
        assert_eq!(of_these, written);
    }
    let read = ann.http.get(&format!("/sessions/{id}/entries?limit=200")).await.ok();
    let numbers: Vec<_> = entries_of(&read)
        .iter()
        .map(|entry| entry["seq"].as_i64().expect("a number"))
        .collect();
    assert_eq!(numbers, (1..=numbers.len() as i64).collect::<Vec<_>>(), "C03");
}

/// C02, U3: a repeat, by whichever way, gets the first answer and changes nothing; another text under the key is refused.
#[tokio::test]
async fn a_repeat_is_the_same_message() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let key = new_key();
    page.send(json!({"type": "post", "client_id": key, "content": {"type": "text", "text": "once"}}))
        .await;
    let first = page.next("ack").await;
    page.send(json!({"type": "post", "client_id": key, "content": {"type": "text", "text": "once"}}))
        .await;
    let again = page.next("ack").await;
    assert_eq!((&first["replayed"], &again["replayed"]), (&json!(false), &json!(true)));
    for field in ["client_id", "session_id", "seq", "entry_id", "at"] {
        assert_eq!(first[field], again[field], "{field}");
    }
    let body = json!({"client_id": key, "content": {"type": "text", "text": "once"}});
    let by_http = guest.http.post("/visitor/messages", &body).await.ok();
    assert_eq!(
        (&by_http["entry_id"], &by_http["replayed"]),
        (&first["entry_id"], &json!(true))
    );

    let other = json!({"client_id": key, "content": {"type": "text", "text": "twice"}});
    let refused = guest.http.post("/visitor/messages", &other).await;
    refused.refused(409, "key_reused");
    page.send(json!({"type": "post", "client_id": key, "content": {"type": "text", "text": "twice"}}))
        .await;
    let refused = page.next("refused").await;
    assert_eq!(
        (&refused["client_id"], &refused["problem"]["code"]),
        (&json!(key), &json!("key_reused"))
    );
    assert_eq!(refused["problem"]["class"], "conflict", "C20");

    // The agent's key is another sender's.
    let path = format!("/sessions/{id}/messages");
    let by_agent = ann.http.post(&path, &other).await.ok();
    assert_eq!(by_agent["replayed"], false);
    assert_eq!(ann.http.post(&path, &other).await.ok()["replayed"], true);
    ann.http.post(&path, &body).await.refused(409, "key_reused");
    let said = texts(&guest.conversation().await["entries"]);
    assert_eq!(
        said.iter().filter(|text| *text == "once" || *text == "twice").count(),
        2
    );
}

/// F37, C02: fifty of the same at once are one message, and all are told so.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_of_the_same_at_once_are_one() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        fifty_of_the_same_at_once_are_one_on(Desk::start_on(engine).await).await;
    }
}

async fn fifty_of_the_same_at_once_are_one_on(desk: Desk) {
    let guest = desk.guest().await;
    let body = json!({"client_id": "the-same", "content": {"type": "text", "text": "double click"}});
    let tries = (0..50).map(|_| {
        let (http, body) = (guest.http.clone(), body.clone());
        tokio::spawn(async move { http.post("/visitor/messages", &body).await.ok() })
    });
    let mut answers = Vec::new();
    for task in tries.collect::<Vec<_>>() {
        answers.push(task.await.expect("a task"));
    }
    let new = answers.iter().filter(|answer| answer["replayed"] == false).count();
    assert_eq!(new, 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer["entry_id"] == answers[0]["entry_id"])
    );
    let said = texts(&guest.conversation().await["entries"]);
    assert_eq!(said.iter().filter(|text| *text == "double click").count(), 1);
    desk.stop().await;
}

/// U3, I14: many messages of one visitor at once, on no session yet, make one session and lose nothing.
#[tokio::test(flavor = "multi_thread")]
async fn many_first_messages_make_one_session() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        many_first_messages_make_one_session_on(Desk::start_on(engine).await).await;
    }
}

async fn many_first_messages_make_one_session_on(desk: Desk) {
    let guest = desk.guest().await;
    let tries = (0..10).map(|number| {
        let http = guest.http.clone();
        let body = json!({"client_id": new_key(), "content": {"type": "text", "text": format!("m{number}")}});
        tokio::spawn(async move { http.insist("/visitor/messages", &body).await })
    });
    let mut sessions = Vec::new();
    for task in tries.collect::<Vec<_>>() {
        sessions.push(task.await.expect("a task")["session_id"].clone());
    }
    sessions.dedup();
    assert_eq!(sessions.len(), 1);
    let conversation = guest.conversation().await;
    let said = texts(&conversation["entries"]);
    assert_eq!(said.iter().filter(|text| text.starts_with('m')).count(), 10);
    desk.stop().await;
}

/// ROUTE-14, ROUTE-18, WORK-21: the agent ends; both are told; the visitor's next message begins a new session.
#[tokio::test]
async fn the_agent_ends_and_the_visitor_begins_anew() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    ann.http.post(&format!("/sessions/{id}/end"), &json!({})).await.ok();
    let ended = page.until(|frame| frame["session"]["stage"] == "ended").await;
    assert_eq!(ended["session"]["ended_by"], "agent");
    let said = texts(&guest.conversation().await["entries"]);
    assert_eq!(
        said.last().map(String::as_str),
        Some("Goodbye"),
        "FLOW-12: the text for an end by the agent"
    );
    bench
        .until(|frame| frame["session"]["id"] == id.as_str() && frame["session"]["stage"] == "ended")
        .await;
    assert_eq!(ann.http.get("/me").await.ok()["load"], 0);

    let late = json!({"client_id": new_key(), "content": {"type": "text", "text": "late"}});
    ann.http
        .post(&format!("/sessions/{id}/messages"), &late)
        .await
        .refused(409, "session_ended");
    ann.http
        .post(&format!("/sessions/{id}/end"), &json!({}))
        .await
        .refused(409, "session_ended");

    desk.advance(1);
    let next = guest.says("one more thing").await;
    assert_ne!(next["session_id"], id.as_str());
    let state = page.until(|frame| frame["session"]["id"] == next["session_id"]).await;
    assert_eq!(state["type"], "session");
    bench
        .until(|frame| frame["type"] == "session" && frame["session"]["id"] == next["session_id"])
        .await;

    ann.http
        .post(&format!("/sessions/{id}/complete"), &json!({}))
        .await
        .ok();
    bench
        .until(|frame| frame["type"] == "removed" && frame["session_id"] == id.as_str())
        .await;
    let running = next["session_id"].as_str().expect("an id");
    let path = format!("/sessions/{running}/complete");
    ann.http.post(&path, &json!({})).await.refused(409, "session_not_ended");
}

/// ROUTE-14, C02: the visitor ends, by socket and by HTTP, once; with nothing open there is nothing to end.
#[tokio::test]
async fn the_visitor_ends_once() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let key = new_key();
    page.send(json!({"type": "end", "client_id": key})).await;
    assert_eq!(page.next("ended").await["client_id"], key.as_str());
    let listed = bench.until(|frame| frame["session"]["stage"] == "ended").await;
    assert_eq!(
        (&listed["session"]["id"], &listed["session"]["ended_by"]),
        (&json!(id), &json!("visitor"))
    );
    let again = guest.http.post("/visitor/end", &json!({"client_id": key})).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let nothing = guest.http.post("/visitor/end", &json!({"client_id": new_key()})).await;
    nothing.refused(409, "session_ended");
    assert_eq!(ann.http.get("/me").await.ok()["load"], 0);
    let kinds: Vec<_> = guest
        .lines()
        .await
        .into_iter()
        .map(|line| line["body"]["kind"].clone())
        .collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "ended").count(), 1, "I13: one end");
}

/// ROUTE-14: a visitor who waits can go; the place is free for the next.
#[tokio::test]
async fn who_waits_can_go() {
    let desk = Desk::start().await;
    let (first, second) = (desk.guest().await, desk.guest().await);
    first.says("hello").await;
    second.says("hello").await;
    let mut page = second.connect().await;
    first
        .http
        .post("/visitor/end", &json!({"client_id": new_key()}))
        .await
        .ok();
    page.until(|frame| frame["session"]["ahead"] == 0).await;
}

/// U1, C03, T311, I04: the visitor's lines chain by `prev` without a gap, though the log holds lines in between that the
/// visitor never sees; what the socket told is what a fresh look tells.
#[tokio::test]
async fn the_visitors_chain_has_no_gap() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    for number in 0..3 {
        page.post(&format!("v{number}")).await;
        page.next("ack").await;
        bench.post_in(&id, &format!("a{number}")).await;
        bench.next("ack").await;
    }
    ann.http.post(&format!("/sessions/{id}/end"), &json!({})).await.ok();
    page.until(|frame| frame["session"]["stage"] == "ended").await;
    bench.until(|frame| frame["session"]["stage"] == "ended").await;
    bench
        .has(|frame| entries_of(frame).iter().any(|line| line["body"]["kind"] == "ended"))
        .await;

    let fresh = guest.lines().await;
    let mut last = 0;
    for line in &fresh {
        assert_eq!(line["prev"], last, "{line}");
        last = line["seq"].as_i64().expect("a number");
        let kind = line["body"]["kind"].as_str().expect("a word");
        assert!(matches!(kind, "message" | "assigned" | "ended"), "T311: {kind}");
        assert!(
            line.get("author").is_some_and(Value::is_string),
            "T311: no ids of the desk"
        );
    }
    assert_eq!(page.lines(), fresh);

    let log = ann.http.get(&format!("/sessions/{id}/entries?limit=200")).await.ok();
    let log = entries_of(&log);
    for (line, seq) in log.iter().zip(1..) {
        assert_eq!(
            (line["seq"].as_i64(), line["prev"].as_i64()),
            (Some(seq), Some(seq - 1)),
            "C03"
        );
    }
    let for_visitor: Vec<_> = log
        .iter()
        .filter(|line| {
            ["message", "assigned", "ended"]
                .iter()
                .any(|kind| line["body"]["kind"] == *kind)
        })
        .map(|line| line["seq"].clone())
        .collect();
    assert_eq!(
        for_visitor,
        fresh.iter().map(|line| line["seq"].clone()).collect::<Vec<_>>()
    );
    assert!(log.len() > fresh.len(), "there are lines in between");
    assert_eq!(bench.lines_of(&id), log, "I25: the agent's socket told the same log");
}

/// C04, U1, U2: after a cut both sides get just what they missed, in order, and then what is new.
#[tokio::test]
async fn after_a_cut_only_what_was_missed_comes() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, page, id) = conversing(&desk, &mut bench).await;
    let (seen, known) = (guest.last_seq().await, bench.last_seq(&id));
    let cursor = bench.cursor();
    drop((page, bench));
    for words in ["one", "two"] {
        ann.says(&id, words).await;
    }
    guest.says("three").await;

    let mut page = guest.connect_after(&id, seen).await;
    let welcome = page.heard[0].clone();
    assert_eq!(welcome["resumed"], true);
    assert_eq!(texts(&welcome["conversation"]["entries"]), ["one", "two", "three"]);
    let mut bench = ann.connect_after(cursor, &id, known).await;
    let missed = bench.next("entries").await;
    assert_eq!(text_of(&missed), ["one", "two", "three"]);
    assert_eq!(bench.heard[0]["resumed"], true);

    page.post("four").await;
    bench.until(|frame| text_of(frame) == ["four"]).await;
    bench.post_in(&id, "five").await;
    page.until(|frame| text_of(frame) == ["five"]).await;
}

/// C04: whoever asks from a number gets the lines after it, also by `catch_up`; a session out of reach gives nothing.
#[tokio::test]
async fn catch_up_gives_the_lines_after_a_number() {
    let (desk, _, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let fresh = guest.lines().await;
    page.forget();
    page.send(json!({"type": "catch_up", "session_id": id, "after_seq": fresh[0]["seq"]}))
        .await;
    page.until(|frame| frame["type"] == "entries").await;
    assert_eq!(page.lines(), fresh[1..]);
    bench.forget();
    bench
        .send(json!({"type": "catch_up", "session_id": id, "after_seq": 2}))
        .await;
    let lines = bench.next("entries").await;
    assert_eq!(entries_of(&lines)[0]["seq"], 3);
    let foreign = desk.guest().await.says("hello").await;
    for socket in [&mut page, &mut bench] {
        socket
            .send(json!({"type": "catch_up", "session_id": "ses_00000000000000000000000000000000", "after_seq": 0}))
            .await;
        socket.next("resync_required").await;
    }
    page.send(json!({"type": "catch_up", "session_id": foreign["session_id"], "after_seq": 0}))
        .await;
    page.next("resync_required").await;
}

/// C04, C13, C02, U2: a restart in mid-conversation: everybody is told, comes back by the numbers, and has lost nothing;
/// keys from before are still known.
#[tokio::test]
async fn a_restart_loses_nothing() {
    let (mut desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let key = new_key();
    let body = json!({"client_id": key, "content": {"type": "text", "text": "before the restart"}});
    let before = guest.http.post("/visitor/messages", &body).await.ok();
    page.until(|frame| text_of(frame) == ["before the restart"]).await;
    bench.until(|frame| text_of(frame) == ["before the restart"]).await;
    let (seen, known, cursor) = (guest.last_seq().await, bench.last_seq(&id), bench.cursor());

    desk.restart().await;
    for socket in [&mut page, &mut bench] {
        assert!(
            socket.next("going_away").await["reconnect_after_ms"]
                .as_i64()
                .is_some_and(|ms| ms <= 5_000),
            "C13"
        );
        assert_eq!(socket.closed().await, Some(1012));
    }
    let again = guest.http.post("/visitor/messages", &body).await.ok();
    assert_eq!(
        (&again["entry_id"], &again["replayed"]),
        (&before["entry_id"], &json!(true))
    );
    guest.says("after the restart").await;
    let page = guest.connect_after(&id, seen).await;
    assert_eq!(texts(&page.heard[0]["conversation"]["entries"]), ["after the restart"]);
    let mut bench = ann.connect_after(cursor, &id, known).await;
    assert_eq!(bench.heard[0]["resumed"], true);
    assert_eq!(text_of(&bench.next("entries").await), ["after the restart"]);
    assert_eq!(
        bench.heard[0]["me"]["status"], "free",
        "U11: a restart does not change the chosen status"
    );
}

/// I24: the list as frames told it is the list as a fresh page gets it.
#[tokio::test]
async fn frames_add_up_to_the_list() {
    let (desk, ann, mut bench) = staffed().await;
    let mut pages = Vec::new();
    let mut ids = Vec::new();
    for _ in 0..3 {
        let (guest, page, id) = conversing(&desk, &mut bench).await;
        pages.push((guest, page));
        ids.push(id);
    }
    ann.says(&ids[0], "hello").await;
    ann.http
        .post(&format!("/sessions/{}/end", ids[1]), &json!({}))
        .await
        .ok();
    ann.http
        .post(&format!("/sessions/{}/end", ids[2]), &json!({}))
        .await
        .ok();
    ann.http
        .post(&format!("/sessions/{}/complete", ids[2]), &json!({}))
        .await
        .ok();
    bench.until(|frame| frame["type"] == "removed").await;

    let fresh = ann.http.get("/workbench").await.ok();
    bench.has(|frame| frame["cursor"] == fresh["cursor"]).await;
    let mut expected: Vec<_> = fresh["sessions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    let mut told = bench.list();
    for ids in [&mut expected, &mut told] {
        ids.sort_by_key(ToString::to_string);
    }
    assert_eq!(told, expected);
    assert_eq!(
        ann.http.post("/sessions/complete-all", &json!({})).await.ok()["completed"],
        1,
        "WORK-21"
    );
    bench
        .until(|frame| frame["type"] == "removed" && frame["session_id"] == ids[1].as_str())
        .await;
}

/// CHAN-03, WORK-03: read marks reach the other side and only move forward.
#[tokio::test]
async fn read_marks_reach_the_other_side() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let posted = ann.says(&id, "seen?").await;
    page.until(|frame| text_of(frame) == ["seen?"]).await;
    page.send(json!({"type": "read", "seq": posted["seq"]})).await;
    let told = bench.next("read").await;
    assert_eq!(
        (&told["session_id"], &told["visitor_read"]),
        (&json!(id), &posted["seq"])
    );

    let answer = guest.says("yes").await;
    bench.until(|frame| text_of(frame) == ["yes"]).await;
    assert_eq!(ann.http.get(&format!("/sessions/{id}")).await.ok()["unread"], 1);
    bench
        .send(json!({"type": "read", "session_id": id, "seq": answer["seq"]}))
        .await;
    page.until(|frame| frame["session"]["agent_read"] == answer["seq"])
        .await;
    assert_eq!(ann.http.get(&format!("/sessions/{id}")).await.ok()["unread"], 0);
    ann.http
        .post(&format!("/sessions/{id}/read"), &json!({"seq": 1}))
        .await
        .ok();
    guest.http.post("/visitor/read", &json!({"seq": 1_000_000})).await.ok();
    let state = guest.conversation().await["session"].clone();
    assert_eq!(state["agent_read"], answer["seq"], "never back");
    assert_eq!(state["visitor_read"], state["last_seq"], "never beyond what there is");
}

/// T1103: typing signs reach the other side, and no line is written for them.
#[tokio::test]
async fn typing_signs_are_passed_on_and_not_stored() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, mut page, id) = conversing(&desk, &mut bench).await;
    let before = guest.lines().await.len();
    for _ in 0..20 {
        page.send(json!({"type": "typing"})).await;
        bench.send(json!({"type": "typing", "session_id": id})).await;
    }
    assert_eq!(bench.next("typing").await["session_id"], id.as_str());
    page.next("typing").await;
    ann.says(&id, "done").await;
    page.until(|frame| text_of(frame) == ["done"]).await;
    bench.until(|frame| text_of(frame) == ["done"]).await;
    for socket in [&page, &bench] {
        let signs = socket.heard.iter().filter(|frame| frame["type"] == "typing").count();
        assert!(signs < 5, "{signs} of twenty in a moment");
    }
    assert_eq!(guest.lines().await.len(), before + 1);
}

/// WORK-03, U9: the agent sees a visitor's page come and go; a second page open means still there.
#[tokio::test]
async fn the_agent_sees_the_visitor_come_and_go() {
    let (desk, _, mut bench) = staffed().await;
    let (guest, page, _) = conversing(&desk, &mut bench).await;
    let tab = guest.connect().await;
    drop(page);
    drop(tab);
    assert_eq!(bench.next("visitor_online").await["online"], false);
    let _page = guest.connect().await;
    assert_eq!(bench.next("visitor_online").await["online"], true);
}

/// ROUTE-18, CHAN-03: on another day and page the conversation is there, and what is older comes on request.
#[tokio::test]
async fn older_lines_come_on_request() {
    let (desk, ann, mut bench) = staffed().await;
    let (guest, _, first) = conversing(&desk, &mut bench).await;
    ann.http.post(&format!("/sessions/{first}/end"), &json!({})).await.ok();
    desk.advance(1);
    let second = guest.says("back again").await;
    let now = guest.conversation().await;
    assert_eq!(now["has_earlier"], true);
    let oldest = &now["entries"][0];
    assert_eq!(
        (&oldest["session_id"], &oldest["prev"]),
        (&second["session_id"], &json!(0))
    );
    let path = |session: &Value, seq: &Value, limit: usize| {
        format!(
            "/visitor/history?before_session_id={}&before_seq={seq}&limit={limit}",
            session.as_str().unwrap_or_default()
        )
    };
    let page = guest
        .http
        .get(&path(&oldest["session_id"], &oldest["seq"], 2))
        .await
        .ok();
    assert_eq!((entries_of(&page).len(), &page["has_earlier"]), (2, &json!(true)));
    assert!(
        entries_of(&page)
            .iter()
            .all(|entry| entry["session_id"] == first.as_str())
    );
    let top = &entries_of(&page)[0];
    let rest = guest.http.get(&path(&top["session_id"], &top["seq"], 100)).await.ok();
    assert_eq!(rest["has_earlier"], false);
    assert_eq!(entries_of(&rest)[0]["prev"], 0);
}
