//! What was said before: ten messages, and ten more, across sessions.

use serde_json::{Value, json};

use crate::talk::{Desk, Guest, Person, Socket, entries_of, text_of};

/// Ends the open session and begins another one in which the visitor says `first`; answers its id.
async fn next_session(desk: &Desk, guest: &Guest, bench: &mut Socket, first: &str) -> String {
    desk.advance(1);
    let id = guest.says(first).await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench
        .until(|frame| frame["type"] == "session" && frame["session"]["id"] == id.as_str())
        .await;
    id
}

async fn pages(ann: &Person, id: &str) -> Vec<Value> {
    let (mut pages, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = ann.http.get(&format!("/sessions/{id}/history?{cursor}")).await.ok();
        let next = page["next"].as_str().map(|next| format!("cursor={next}"));
        pages.push(page);
        match next {
            Some(next) => cursor = next,
            None => return pages,
        }
    }
}

/// WORK-06: the last ten messages of earlier sessions, then ten more at a time, across sessions and whoever served
/// them, each once and in order.
#[tokio::test]
async fn ten_messages_and_ten_more() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let guest = desk.guest().await;
    let mut bench = bob.ready().await;
    let mut sessions = Vec::new();
    for round in 0..3 {
        let id = next_session(&desk, &guest, &mut bench, &format!("{round}.0")).await;
        for number in 1..8 {
            guest.says(&format!("{round}.{number}")).await;
        }
        bob.http.post(&format!("/sessions/{id}/end"), &json!({})).await.ok();
        sessions.push(id);
    }
    bob.set_status("not_ready").await;
    let mut bench = ann.ready().await;
    let id = next_session(&desk, &guest, &mut bench, "now").await;

    let pages = pages(&ann, &id).await;
    let sizes: Vec<_> = pages.iter().map(|page| entries_of(page).len()).collect();
    // Each session: eight of the visitor's, and the flow's greeting, acceptance and goodbye.
    assert_eq!(sizes, [10, 10, 10, 3]);
    let mut said: Vec<String> = pages.iter().rev().flat_map(text_of).collect();
    said.retain(|text| text.contains('.'));
    let expected: Vec<_> = (0..3)
        .flat_map(|round| (0..8).map(move |number| format!("{round}.{number}")))
        .collect();
    assert_eq!(said, expected);
    for page in &pages {
        for entry in entries_of(page) {
            assert_eq!(entry["body"]["kind"], "message");
            let named = page["sessions"].as_array().expect("a list").iter();
            let named: Vec<_> = named.filter(|session| session["id"] == entry["session_id"]).collect();
            assert_eq!(named.len(), 1, "each line's session is described once");
            assert_eq!(
                (&named[0]["agent_nickname"], &named[0]["source"]),
                (&json!("Bob"), &json!("Site@web"))
            );
        }
    }
    let page = ann.http.get(&format!("/sessions/{id}/history?limit=50")).await.ok();
    assert_eq!((entries_of(&page).len(), page.get("next")), (33, None));
}

/// WORK-06: whoever never was here has no history.
#[tokio::test]
async fn a_first_session_has_no_history() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let id = next_session(&desk, &desk.guest().await, &mut bench, "hello").await;
    let page = ann.http.get(&format!("/sessions/{id}/history")).await.ok();
    assert_eq!(page, json!({"entries": [], "sessions": []}));
}

/// T507, T312, SEC-03: only who serves or served the session reads its history, and a tampered cursor opens nothing.
#[tokio::test]
async fn history_is_for_who_serves() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let mut bench = ann.ready().await;
    let (guest, other) = (desk.guest().await, desk.guest().await);
    let canary = next_session(&desk, &other, &mut bench, "canary").await;
    let id = next_session(&desk, &guest, &mut bench, "hello").await;
    bob.http
        .get(&format!("/sessions/{id}/history"))
        .await
        .refused(404, "not_found");
    for cursor in [
        "",
        "x",
        "ses_1.2",
        id.as_str(),
        &format!("{id}.x"),
        "9223372036854775808.1",
    ] {
        let path = format!("/sessions/{id}/history?cursor={cursor}");
        ann.http.get(&path).await.refused(400, "invalid_request");
    }
    // The session of somebody else, which this agent may even read by itself, is no part of this visitor's history.
    let refused = ann
        .http
        .get(&format!("/sessions/{id}/history?cursor={canary}.99"))
        .await;
    refused.refused(400, "invalid_request");
}

/// WORK-02, WORK-05, T807: ended sessions are found by name, page by page; wild cards are plain characters.
#[tokio::test]
async fn ended_sessions_are_found() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    for name in ["Vera 100%", "Vera 1000", "Wim_"] {
        let guest = desk.guest_called(name).await;
        let id = next_session(&desk, &guest, &mut bench, "hello").await;
        ann.http.post(&format!("/sessions/{id}/end"), &json!({})).await.ok();
    }
    let found = async |query: &str| {
        let page = ann.http.get(&format!("/sessions?state=ended&{query}")).await.ok();
        let items = page["items"].as_array().expect("a list").clone();
        let names: Vec<_> = items
            .iter()
            .map(|one| one["visitor"]["nickname"].as_str().unwrap_or("").to_owned())
            .collect();
        (names, page["next"].as_str().map(str::to_owned))
    };
    assert_eq!(found("").await.0, ["Wim_", "Vera 1000", "Vera 100%"]);
    assert_eq!(found("query=vera").await.0, ["Vera 1000", "Vera 100%"]);
    assert_eq!(found("query=0%25").await.0, ["Vera 100%"]);
    assert_eq!(found("query=_").await.0, ["Wim_"]);
    let (first, next) = found("limit=2").await;
    assert_eq!(first.len(), 2);
    let (rest, end) = found(&format!("limit=2&cursor={}", next.expect("more"))).await;
    assert_eq!((rest, end), (vec!["Vera 100%".to_owned()], None));
    ann.http
        .get("/sessions?state=ended&cursor=1")
        .await
        .refused(400, "invalid_request");
}
