//! Any node serves anyone; one dies, one is replaced, one is forgotten.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Engine, NodeKit, TestAgent, TestDesk, TestVisitor, eventually};

use super::{Joint, is_ready, lines, mortal, two_nodes};

/// OPS-04: a visitor on one node and an agent on the other talk as if there were one, typing signs included; both see
/// the same log (I25).
#[tokio::test]
async fn any_node_serves_anyone() {
    let (one, two) = two_nodes(&NodeKit::default()).await;
    let ann = one.agent("Ann").await.at(&two);
    let mut bench = ann.is_on_duty().await;
    let vera = one.visitor("Vera");
    let said = vera.says("hello").await;
    let mut page = vera.connects().await;
    bench.hears("hello").await;
    ann.says(&said.session, "how can I help?").await;
    page.hears("how can I help?").await;
    page.send(&json!({ "type": "typing" })).await;
    bench.frame("typing").await;
    bench
        .send(&json!({ "type": "typing", "session_id": said.session }))
        .await;
    page.frame("typing").await;
    assert_eq!(ann.reads(&said.session).await, ann.at(&one).reads(&said.session).await);
    two.stop().await;
    one.stop().await;
}

/// C04, I05: a page that comes back to the other node gets what it missed, in order and once, and then what is new.
#[tokio::test]
async fn pages_resume_on_the_other_node() {
    let (one, two) = two_nodes(&NodeKit::default()).await;
    let ann = one.agent("Ann").await;
    let bench = ann.is_on_duty().await;
    let cursor = bench.welcome["cursor"].clone();
    let vera = one.visitor("Vera");
    let mut page = vera.connects().await;
    let said = vera.says("one").await;
    page.hears("one").await;
    page.leaves().await;
    bench.leaves().await;
    vera.says("two").await;

    let there = vera.at(&two).await;
    let last = json!({ "session_id": said.session, "seq": said.seq });
    let mut page = there.connects_with(last).await;
    assert_eq!(page.welcome["resumed"], true);
    there.says("three").await;
    page.hears("three").await;
    let got = lines(&page.seen);
    let texts: Vec<&str> = got
        .iter()
        .map(|(_, text)| text.as_str())
        .filter(|text| !text.is_empty())
        .collect();
    assert!(texts.ends_with(&["two", "three"]), "{texts:?}");
    assert!(
        !texts.contains(&"one"),
        "what the page has is not sent again: {texts:?}"
    );
    assert!(got.is_sorted_by(|before, after| before.0 < after.0), "{got:?}");

    let known = json!({ "cursor": cursor, "sessions": { &said.session: said.seq } });
    let mut bench = ann.at(&two).connects_with(known).await;
    assert_eq!(bench.welcome["resumed"], true);
    bench.hears("three").await;
    two.stop().await;
    one.stop().await;
}

/// C12, T411, I19, F41: a sign-in on one node ends the one before on the other: its socket is told and closed, and
/// nothing more is done for it.
#[tokio::test]
async fn a_sign_in_ends_the_one_before_on_the_other_node() {
    let (one, two) = two_nodes(&NodeKit::default()).await;
    let ann = one.agent("Ann").await;
    let mut bench = ann.is_on_duty().await;
    let said = one.visitor("Vera").says("hello").await;
    bench.hears("hello").await;
    let again = two.sign_in("ann@example.com").await;
    assert_eq!(bench.frame("kicked").await["reason"], "replaced");
    assert_eq!(bench.is_closed().await, 4001);
    ann.tries_to_say(&said.session, "too late")
        .await
        .refused(401, "signed_in_elsewhere");
    again.says(&said.session, "here I am").await;
    two.stop().await;
    one.stop().await;
}

/// U9, F01, I12: a node dies without a word. After its signature ran out its people count as gone and get no new
/// sessions; they come back to another node and go on where they were; nothing that was confirmed is lost.
#[tokio::test]
async fn a_node_dies() {
    let (one, mut two) = two_nodes(&mortal()).await;
    let ann = one.agent("Ann").await;
    let bench = ann.at(&two).is_on_duty().await;
    let vera = one.visitor("Vera");
    let said = vera.says("hello").await;
    ann.gets(&said.session).await;
    ann.at(&two).says(&said.session, "one moment").await;
    let bob = one.agent("Bob").await;
    let mut watching = bob.connects().await;

    two.crash();
    drop(bench);
    let admin = one.admin().await;
    eventually("Ann counts as gone", async || !is_online(&admin, &ann).await).await;
    // Nobody is there: the next one waits, and is not given to a ghost.
    let waiting = one.visitor("Wang").says("anybody?").await;
    bob.goes("free").await;
    watching.hears("anybody?").await;
    assert!(serves(&bob, &waiting.session).await);

    let mut bench = ann.connects().await;
    assert!(is_online(&admin, &ann).await);
    bench.hears("one moment").await;
    vera.says("still there?").await;
    bench.hears("still there?").await;
    assert!(serves(&ann, &said.session).await);
    one.stop().await;
}

/// U9: those who look at a visitor see that the visitor's node took them along when it died.
#[tokio::test]
async fn visitors_of_a_dead_node_are_shown_as_gone() {
    let (one, mut two) = two_nodes(&mortal()).await;
    let ann = one.agent("Ann").await;
    let mut bench = ann.is_on_duty().await;
    let vera = one.visitor("Vera");
    let page = vera.at(&two).await.connects().await;
    vera.says("hello").await;
    bench.hears("hello").await;
    eventually("the visitor is shown as present", async || {
        ann.get("/workbench").await["sessions"][0]["visitor"]["online"] == true
    })
    .await;
    two.crash();
    drop(page);
    let is_gone = |frame: &Value| {
        let alone = frame["type"] == "visitor_online" && frame["online"] == false;
        alone || frame["session"]["visitor"]["online"] == false
    };
    bench.next_frame("that the visitor is gone", is_gone).await;
    one.stop().await;
}

/// F05: a node that was away for longer than its signature was given up; it comes back and its connections count again.
#[tokio::test]
async fn a_node_that_was_given_up_comes_back() {
    let desk = TestDesk::start_as(Engine::Postgres, NodeKit::default(), |_| {}).await;
    let ann = desk.agent("Ann").await;
    let _bench = ann.is_on_duty().await;
    let admin = desk.admin().await;
    assert!(is_online(&admin, &ann).await);
    let node = desk.app().node;
    // What another node does to one that stopped signing.
    let buried = desk
        .app()
        .store
        .write(async move |tx| store::presence::leave(tx, node).await);
    buried.await.expect("given up");
    assert!(!is_online(&admin, &ann).await);
    app::presence::sign(desk.app()).await.expect("signed");
    assert!(is_online(&admin, &ann).await);
    let said = desk.visitor("Vera").says("hello").await;
    ann.gets(&said.session).await;
    desk.stop().await;
}

/// OPS-04, C13: nodes are replaced one after the other under a running conversation: sockets are told to go, people come
/// back to whichever is up, and every message is there once and in order (I01, I02, I04).
#[tokio::test]
async fn nodes_are_replaced_one_after_the_other() {
    let (mut one, mut two) = two_nodes(&NodeKit::default()).await;
    let ann = one.agent("Ann").await;
    let mut bench = ann.at(&two).is_on_duty().await;
    let vera = one.visitor("Vera");
    let session = vera.says("0").await.session;
    ann.gets(&session).await;

    let mut page = vera.connects().await;
    one.restart().await;
    page.frame("going_away").await;
    assert_eq!(page.is_closed().await, 1012);
    vera.at(&two).await.says("1").await;
    bench.hears("1").await;

    let mut page = vera.connects().await;
    two.restart().await;
    bench.frame("going_away").await;
    assert_eq!(bench.is_closed().await, 1012);
    vera.says("2").await;
    page.hears("2").await;
    let mut bench = ann.at(&two).connects().await;
    bench.hears("2").await;
    ann.at(&two).says(&session, "3").await;
    page.hears("3").await;

    let said: Vec<String> = ann.reads(&session).await.iter().filter_map(message).collect();
    assert_eq!(said, ["0", "1", "2", "3"]);
    two.stop().await;
    one.stop().await;
}

/// F43, C13, I12: a restart sends everybody away, each for another while; even if all come back at the same moment, each
/// gets in and misses nothing.
#[tokio::test]
async fn f43_everybody_comes_back_at_once() {
    const GUESTS: usize = 150;
    let mut desk = TestDesk::start().await;
    let guests: Vec<TestVisitor> = (0..GUESTS)
        .map(|number| desk.visitor(&format!("guest {number}")))
        .collect();
    let mut pages = join_all(guests.iter().map(async |guest| {
        let said = guest.says("hello").await;
        (said, guest.connects().await)
    }))
    .await;
    desk.restart().await;
    let mut pauses = BTreeSet::new();
    for (_, page) in &mut pages {
        let pause = page.frame("going_away").await["reconnect_after_ms"]
            .as_i64()
            .expect("a time");
        assert!((0..=5_000).contains(&pause), "{pause}");
        pauses.insert(pause);
    }
    assert!(
        pauses.len() > GUESTS / 2,
        "everybody would come back together: {pauses:?}"
    );
    let back = join_all(guests.iter().zip(&pages).map(async |(guest, (said, _))| {
        guest.says("are you back?").await;
        guest
            .connects_with(json!({ "session_id": said.session, "seq": said.seq }))
            .await
    }));
    let back = tokio::time::timeout(testkit::PATIENCE, back)
        .await
        .expect("everybody is in");
    for mut page in back {
        assert_eq!(page.welcome["resumed"], true);
        if lines(&page.seen).iter().all(|(_, text)| text != "are you back?") {
            page.hears("are you back?").await;
        }
    }
    desk.stop().await;
}

/// OPS-05: a node that starts leaves what another is just taking in the common folder alone; what a dead one left goes.
#[tokio::test]
async fn a_start_spares_the_uploads_of_others() {
    let mut one = TestDesk::start_as(Engine::Postgres, NodeKit::default(), |_| {}).await;
    let incoming = one.folder().join("attachments/incoming");
    std::fs::create_dir_all(&incoming).expect("a folder");
    std::fs::write(incoming.join("half"), "half").expect("a file");
    let mut two = one.joined_by(NodeKit::default(), |_| {}).await;
    assert!(incoming.join("half").exists());
    two.stop_serving().await;
    one.restart().await;
    assert!(!incoming.join("half").exists());
    one.stop().await;
}

/// OPS-04: two nodes on one database that cannot hear each other are reported at the start, by name; joined ones are
/// not.
#[tokio::test]
async fn nodes_that_cannot_hear_each_other_are_reported() {
    let joint = Joint::new();
    let mut first = TestDesk::start_as(Engine::Postgres, NodeKit::default(), |config| {
        config.node.name = Some("desk-1".into());
    })
    .await;
    assert!(first.complaints().is_empty());
    let second = first
        .joined_by(NodeKit::default(), |config| config.node.name = Some("desk-2".into()))
        .await;
    let [complaint] = second.complaints() else {
        panic!("{:?}", second.complaints());
    };
    assert!(
        complaint.contains("desk-1") && complaint.contains("bus.nats_url"),
        "{complaint}"
    );
    second.stop().await;
    let joined = first
        .joined_by(NodeKit::default(), |config| joint.join(config, "desk-3"))
        .await;
    let [complaint] = joined.complaints() else {
        panic!("{:?}", joined.complaints());
    };
    assert!(
        complaint.contains("desk-1") && complaint.contains("without"),
        "{complaint}"
    );
    first.stop_serving().await;
    let other = joined
        .joined_by(NodeKit::default(), |config| joint.join(config, "desk-4"))
        .await;
    assert!(other.complaints().is_empty(), "{:?}", other.complaints());
    is_ready(&other, "ready").await;
    other.stop().await;
    joined.stop().await;
}

/// OPS-04, T1201: a node that seals with another key than a living one, or cannot open what is sealed in the database, is reported
/// at the start; with the right key it is not.
#[tokio::test]
async fn nodes_with_another_key_are_reported() {
    let joint = Joint::new();
    let right = TestDesk::start_as(Engine::Postgres, NodeKit::default(), |config| {
        joint.join(config, "right")
    })
    .await;
    let complaints_of_wrong = async || {
        let other_key = |config: &mut testkit::Config| {
            joint.join(config, "wrong");
            config.secrets.key = Some("ab".repeat(32).into());
        };
        let wrong = right.joined_by(NodeKit::default(), other_key).await;
        let complaints = wrong.complaints().to_vec();
        wrong.stop().await;
        complaints
    };
    let complaints = complaints_of_wrong().await;
    let [complaint] = &complaints[..] else {
        panic!("{complaints:?}");
    };
    assert!(
        complaint.contains("right") && complaint.contains("another key"),
        "{complaint}"
    );

    let admin = right.admin().await;
    let channel = admin.get("/channels").await["items"][0]["id"].clone();
    let path = format!("/channels/{}/identity-secret", channel.as_str().expect("an id"));
    admin.call(Method::POST, &path, json!({})).await.ok();
    let complaints = complaints_of_wrong().await;
    assert_eq!(complaints.len(), 2, "{complaints:?}");
    assert!(
        complaints[0].contains("1 of the channels") && complaints[0].contains("secrets.key"),
        "{complaints:?}"
    );

    let same = right
        .joined_by(NodeKit::default(), |config| joint.join(config, "same"))
        .await;
    assert!(same.complaints().is_empty(), "{:?}", same.complaints());
    same.stop().await;
    right.stop().await;
}

async fn is_online(admin: &TestAgent, agent: &TestAgent) -> bool {
    let shown = admin.get(&format!("/agents/{}", agent.id())).await["shown_status"].clone();
    shown != "offline" && shown != "disconnected"
}

async fn serves(agent: &TestAgent, session: &str) -> bool {
    let asked = agent
        .call(Method::GET, &format!("/sessions/{session}"), Value::Null)
        .await;
    asked.status == 200
}

fn message(entry: &Value) -> Option<String> {
    entry["body"]["content"]["text"]
        .as_str()
        .filter(|text| text.len() == 1)
        .map(str::to_owned)
}
