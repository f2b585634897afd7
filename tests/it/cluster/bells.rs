//! Bells that are lost, doubled, shuffled, or have no way at all: nothing is missed, it only comes a little later.

use std::collections::BTreeMap;
use std::time::Duration;

use bus::{Bus, Line, Moved};
use serde_json::Value;
use store::testing::need;
use testkit::{Engine, NodeKit, Proxy, TestDesk, TestSocket, Way};
use tokio::task::JoinSet;

use super::{Joint, is_ready, lines, mortal};

const DEGRADED: &str = "ready, degraded: NATS is not reached, news of other nodes come within two seconds";

/// A desk of two nodes whose way to NATS can be cut.
async fn cuttable() -> (TestDesk, TestDesk, Proxy) {
    let (proxy, url) = Proxy::before(&need("TEST_NATS_URL")).await;
    let joint = Joint::at(url);
    let kit = NodeKit::default();
    let one = TestDesk::start_as(Engine::Postgres, kit.clone(), |config| joint.join(config, "one")).await;
    let two = one.joined_by(kit, |config| joint.join(config, "two")).await;
    (one, two, proxy)
}

/// F25, C09: with NATS gone the desk serves on and says so; nodes hear of each other's news all the same; it comes back
/// by itself.
#[tokio::test]
async fn f25_the_desk_serves_on_without_nats() {
    let (one, two, proxy) = cuttable().await;
    is_ready(&one, "ready").await;
    is_ready(&two, "ready").await;
    proxy.goes(Way::Closed);
    is_ready(&one, DEGRADED).await;
    is_ready(&two, DEGRADED).await;

    let ann = one.agent("Ann").await.at(&two);
    let mut bench = ann.is_on_duty().await;
    let vera = one.visitor("Vera");
    let said = vera.says("anybody?").await;
    let mut page = vera.connects().await;
    bench.hears("anybody?").await;
    ann.says(&said.session, "me").await;
    page.hears("me").await;
    // A sign-in on the other node is enforced by its number at once, and its socket closed by the next look (C12).
    let again = one.sign_in("ann@example.com").await;
    assert_eq!(bench.is_closed().await, 4001);

    proxy.goes(Way::Open);
    is_ready(&one, "ready").await;
    is_ready(&two, "ready").await;
    again.says(&said.session, "back").await;
    page.hears("back").await;
    two.stop().await;
    one.stop().await;
}

/// F25: a desk starts while NATS is not there.
#[tokio::test]
async fn f25_the_desk_starts_without_nats() {
    let (proxy, url) = Proxy::before(&need("TEST_NATS_URL")).await;
    proxy.goes(Way::Closed);
    let joint = Joint::at(url);
    let kit = NodeKit::default();
    let desk = TestDesk::start_as(Engine::Postgres, kit, |config| joint.join(config, "one")).await;
    is_ready(&desk, DEGRADED).await;
    desk.visitor("Vera").says("hello").await;
    proxy.goes(Way::Open);
    is_ready(&desk, "ready").await;
    desk.stop().await;
}

/// F25: NATS flaps under a conversation: every message arrives once and in order, on both sides.
#[tokio::test]
async fn f25_flapping_loses_and_doubles_nothing() {
    let (one, two, proxy) = cuttable().await;
    let ann = one.agent("Ann").await.at(&two);
    let mut bench = ann.is_on_duty().await;
    let vera = one.visitor("Vera");
    let session = vera.says("visitor 0").await.session;
    let mut page = vera.connects().await;
    for round in 1..=8 {
        match round % 3 {
            0 => proxy.cut(),
            1 => proxy.goes(Way::Closed),
            _ => proxy.goes(Way::Open),
        }
        vera.says(&format!("visitor {round}")).await;
        ann.says(&session, &format!("agent {round}")).await;
    }
    bench.hears("agent 8").await;
    page.hears("agent 8").await;
    heard_all(&bench, 8);
    heard_all(&page, 8);
    two.stop().await;
    one.stop().await;
}

/// F27: nodes that cannot hear each other at all share queues and agents through the database alone.
#[tokio::test]
async fn f27_a_partition_between_nodes_assigns_right() {
    let (one, two, proxy) = cuttable().await;
    proxy.goes(Way::Silent);
    let (ann, bob) = (one.agent("Ann").await, one.agent("Bob").await.at(&two));
    let (mut left, mut right) = (ann.is_on_duty().await, bob.is_on_duty().await);
    let (here, there) = (one.visitor("Vera"), one.visitor("Wang").at(&two).await);
    let (one_said, two_said) = tokio::join!(here.says("left?"), there.says("right?"));
    let mut owners = Vec::new();
    for session in [&one_said.session, &two_said.session] {
        testkit::eventually("the session is assigned", async || {
            here_or_there(&ann, &bob, session).await.is_some()
        })
        .await;
        owners.push(here_or_there(&ann, &bob, session).await.expect("assigned"));
    }
    assert_eq!(
        owners.iter().filter(|owner| **owner == "Ann").count(),
        1,
        "one each: {owners:?}"
    );
    left.frame("entries").await;
    right.frame("entries").await;
    assert_eq!(one.app().reception.rescues() + two.app().reception.rescues(), 0, "U5");
    two.stop().await;
    one.stop().await;
}

async fn here_or_there(ann: &testkit::TestAgent, bob: &testkit::TestAgent, session: &str) -> Option<&'static str> {
    let path = format!("/sessions/{session}");
    let (hers, his) = tokio::join!(
        ann.call(reqwest::Method::GET, &path, Value::Null),
        bob.call(reqwest::Method::GET, &path, Value::Null)
    );
    match (hers.status, his.status) {
        (200, 404) => Some("Ann"),
        (404, 200) => Some("Bob"),
        (404, 404) => None,
        both => panic!("{both:?}"),
    }
}

/// Chance that can be repeated.
struct Dice(u64);

impl Dice {
    fn percent(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % 100
    }
}

/// Carries bells between buses badly: drops a third, doubles a third, and brings them late and out of order.
fn carry_badly(ends: Vec<(Bus, Line)>) -> (Vec<Bus>, JoinSet<()>) {
    let buses: Vec<Bus> = ends.iter().map(|(bus, _)| bus.clone()).collect();
    let mut carriers = JoinSet::new();
    for (me, (_, line)) in ends.into_iter().enumerate() {
        let others: Vec<Bus> = buses
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != me)
            .map(|(_, bus)| bus.clone())
            .collect();
        carriers.spawn(async move {
            let mut dice = Dice(0x5eed + me as u64);
            let mut late: Vec<Moved> = Vec::new();
            loop {
                let moved = line.next().await;
                let Moved::Streams(streams) = moved else { continue };
                for stream in streams {
                    let one = Moved::from_text(stream.name());
                    match dice.percent() {
                        0..30 => {}
                        30..60 => late.extend([one.clone(), one]),
                        _ => late.push(one),
                    }
                }
                while late.len() > 3 {
                    let pick = usize::try_from(dice.percent()).expect("small") % late.len();
                    let moved = late.swap_remove(pick);
                    others.iter().for_each(|bus| bus.hear(&moved));
                }
            }
        });
    }
    (buses, carriers)
}

/// F26: with a third of the bells lost, a third doubled and all of them shuffled, nobody sees anything but a little
/// delay: each page has all messages once, in order.
#[tokio::test]
async fn f26_bad_bells_are_harmless() {
    const ROUNDS: usize = 12;
    let (buses, _carriers) = carry_badly((0..3).map(|_| Bus::shared()).collect());
    let kit = |number: usize| NodeKit {
        bus: Some(buses[number].clone()),
        ..NodeKit::default()
    };
    let one = TestDesk::start_as(Engine::Postgres, kit(0), |_| {}).await;
    let two = one.joined_by(kit(1), |_| {}).await;
    let three = one.joined_by(kit(2), |_| {}).await;
    let ann = one.agent("Ann").await.at(&two);
    let mut bench = ann.is_on_duty().await;
    let vera = one.visitor("Vera");
    let mut page = vera.at(&three).await.connects().await;
    let session = vera.says("visitor 0").await.session;
    ann.gets(&session).await;
    for round in 1..=ROUNDS {
        vera.says(&format!("visitor {round}")).await;
        ann.at([&one, &two, &three][round % 3])
            .says(&session, &format!("agent {round}"))
            .await;
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    let last = format!("agent {ROUNDS}");
    bench.hears(&last).await;
    page.hears(&last).await;
    heard_all(&bench, ROUNDS);
    heard_all(&page, ROUNDS);
    for desk in [three, two, one] {
        desk.stop().await;
    }
}

/// F01, F25, I12: a node dies right after a commit, and no bell of it ever left. Once it counts as gone others look at
/// everything, and the message is shown.
#[tokio::test]
async fn the_last_words_of_a_dead_node_are_shown() {
    let deaf = || NodeKit {
        bus: Some(Bus::shared().0),
        ..mortal()
    };
    let one = TestDesk::start_as(Engine::Postgres, deaf(), |_| {}).await;
    let mut two = one.joined_by(deaf(), |_| {}).await;
    let ann = one.agent("Ann").await;
    let mut bench = ann.is_on_duty().await;
    let vera = one.visitor("Vera");
    let session = vera.says("hello").await.session;
    bench.hears("hello").await;
    ann.gets(&session).await;
    let there = vera.at(&two).await;
    there.says("my last words").await;
    two.crash();
    bench.hears("my last words").await;
    one.stop().await;
}

/// The page was sent every message of both sides in the order of their numbers. A line may come again as it is, and a
/// page drops it then (I02).
fn heard_all(socket: &TestSocket, rounds: usize) {
    let mut known = BTreeMap::new();
    let mut got = lines(&socket.seen);
    got.retain(|(seq, text)| match known.insert(*seq, text.clone()) {
        None => true,
        Some(before) => {
            assert_eq!(before, *text, "line {seq} came again as another");
            false
        }
    });
    assert!(got.is_sorted_by(|before, after| before.0 < after.0), "{got:?}");
    for who in ["visitor", "agent"] {
        let said: Vec<&str> = got
            .iter()
            .map(|(_, text)| text.as_str())
            .filter(|text| text.starts_with(who))
            .collect();
        let first = usize::from(who == "agent");
        let wanted: Vec<String> = (first..=rounds).map(|round| format!("{who} {round}")).collect();
        assert_eq!(said, wanted);
    }
}
