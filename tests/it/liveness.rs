//! Connections that say nothing, vanish, or do not read. Their deadlines are shortened; nobody sleeps.

use std::time::Duration;

use serde_json::json;
use testkit::Pace;

use crate::talk::Desk;

const MOMENT: Duration = Duration::from_millis(50);

/// C11, T1101, T1105: whoever opens a connection and says nothing is sent away with 4009.
#[tokio::test]
async fn a_connection_without_hello_is_closed() {
    let desk = Desk::paced(Pace {
        hello_within: MOMENT,
        ..Pace::default()
    })
    .await;
    let ann = desk.agent("Ann").await;
    assert_eq!(desk.silent_page().await.closed().await, Some(4009));
    assert_eq!(ann.silent_page().await.closed().await, Some(4009));
}

/// C11, F31, I09: an agent whose other end vanished without a word (nobody answers pings) is known to be gone after
/// two missed beats; one who answers stays.
#[tokio::test]
async fn an_agent_who_answers_no_ping_is_gone() {
    let desk = Desk::paced(Pace {
        agent_beat: Duration::from_millis(500),
        ..Pace::default()
    })
    .await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    // Pings are answered by reading, and nobody reads here.
    let vanished = ann.ready().await;
    let mut lives = bob.connect().await;
    let hears = async {
        for _ in 0..8 {
            lives.next("beat").await;
        }
    };
    tokio::join!(hears, ann.is_gone(&desk));
    assert_eq!(bob.http.get("/me").await.ok()["shown_status"], "not_ready");
    drop(vanished);
}

/// C10, F33, T1104: a page that asks for much and reads nothing is closed with 4008; what it did not read lies in the
/// database, and the page resumes by its numbers. Others notice nothing.
#[tokio::test]
async fn a_page_that_does_not_read_is_closed() {
    let desk = Desk::paced(Pace {
        write_within: Duration::from_millis(500),
        close_within: Duration::from_secs(20),
        ..Pace::default()
    })
    .await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let long = "好".repeat(4_000);
    let said = guest.says(&long).await;
    let id = said["session_id"].as_str().expect("an id").to_owned();
    for _ in 0..20 {
        guest.says(&long).await;
    }
    let mut page = guest.connect().await;
    bench
        .until(|frame| frame["type"] == "visitor_online" && frame["online"] == true)
        .await;
    // Some 250 KB an answer: more than both ends' buffers hold together.
    for _ in 0..200 {
        page.send(json!({"type": "catch_up", "session_id": id, "after_seq": 0}))
            .await;
    }
    // The desk has given up on the page; only then the page reads again.
    bench
        .until(|frame| frame["type"] == "visitor_online" && frame["online"] == false)
        .await;
    assert_eq!(page.closed().await, Some(4008));
    ann.says(&id, "are you there?").await;
    let last = said["seq"].as_i64().expect("a number");
    let mut again = guest.connect_after(&id, last).await;
    assert_eq!(again.has(|frame| frame["type"] == "welcome").await["resumed"], true);
    assert_eq!(again.said().last().map(String::as_str), Some("are you there?"));
}

/// F43, C13: a server that stops tells each page a time of its own to come back at, spread over five seconds, so that
/// not everybody comes at once; who comes back resumes where it was.
#[tokio::test]
async fn pages_are_told_to_come_back_at_different_times() {
    const PAGES: usize = 40;
    let mut desk = Desk::start().await;
    let mut pages = Vec::new();
    for _ in 0..PAGES {
        let guest = desk.guest().await;
        let said = guest.says("hello").await;
        pages.push((guest.connect().await, guest, said));
    }
    desk.restart().await;
    let mut times = Vec::new();
    for (page, ..) in &mut pages {
        times.push(
            page.next("going_away").await["reconnect_after_ms"]
                .as_i64()
                .expect("a number"),
        );
        assert_eq!(page.closed().await, Some(1012));
    }
    assert!(times.iter().all(|time| (0..=5_000).contains(time)), "{times:?}");
    let seconds: std::collections::BTreeSet<i64> = times.iter().map(|time| time / 1_000).collect();
    assert!(seconds.len() >= 4, "spread over five seconds: {times:?}");
    let back = pages.iter().map(|(_, guest, said)| async {
        let (id, seq) = (
            said["session_id"].as_str().expect("an id"),
            said["seq"].as_i64().expect("a number"),
        );
        let mut again = guest.connect_after(id, seq).await;
        again.has(|frame| frame["type"] == "welcome").await["resumed"].clone()
    });
    let resumed = futures_util::future::join_all(back).await;
    assert!(resumed.iter().all(|resumed| *resumed == true));
}
