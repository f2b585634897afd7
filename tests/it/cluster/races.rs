//! Nodes that race for the same queue and the same agents.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::{Engine, Method, NodeKit, TestAgent, TestDesk, eventually};

use super::{Joint, holds_together};

/// F50, I07, I08, I12, F.1, F.4: three nodes race for one queue whose agents take one to three sessions each. Nobody ever
/// gets more, no session is given twice, none is forgotten, and no watchdog is needed.
#[tokio::test]
async fn f50_three_nodes_race_on_one_queue() {
    const GUESTS: usize = 60;
    const LIMITS: [i64; 6] = [1, 2, 3, 1, 2, 3];
    let joint = Joint::new();
    let kit = NodeKit::default();
    let one = TestDesk::start_as(Engine::Postgres, kit.clone(), |config| joint.join(config, "one")).await;
    let two = one.joined_by(kit.clone(), |config| joint.join(config, "two")).await;
    let three = one.joined_by(kit, |config| joint.join(config, "three")).await;
    let nodes = [&one, &two, &three];

    let mut agents = Vec::new();
    for (number, limit) in LIMITS.into_iter().enumerate() {
        let agent = one.agent(&format!("Agent{number}")).await.at(nodes[number % 3]);
        let limit = json!({ "own_limit": limit });
        agent.call(Method::PUT, "/me/reception-limit", limit).await.ok();
        agents.push(agent);
    }
    let on_duty = join_all(agents.iter().map(TestAgent::is_on_duty)).await;
    let guests =
        join_all((0..GUESTS).map(async |number| one.visitor(&format!("guest {number}")).at(nodes[number % 3]).await))
            .await;
    let saying = join_all(guests.iter().map(async |guest| guest.says("hello").await.session));
    let left = AtomicUsize::new(GUESTS);
    let serving = join_all(
        agents
            .iter()
            .zip(LIMITS)
            .map(async |(agent, limit)| serve_all(agent, limit, &left).await),
    );
    let (sessions, served) = tokio::time::timeout(testkit::PATIENCE * 8, async { tokio::join!(saying, serving) })
        .await
        .expect("every session is served");

    let mut owners: HashMap<String, usize> = HashMap::new();
    for session in served.into_iter().flatten() {
        *owners.entry(session).or_default() += 1;
    }
    assert_eq!(owners.len(), GUESTS, "every session was served");
    assert!(
        sessions.iter().all(|session| owners[session] == 1),
        "none twice: {owners:?}"
    );
    for node in nodes {
        assert_eq!(node.app().reception.rescues(), 0, "U5");
    }
    for agent in &agents {
        assert_eq!(agent.get("/me").await["load"], 0, "I08");
    }
    drop(on_duty);
    holds_together(&one).await;
    three.stop().await;
    two.stop().await;
    one.stop().await;
}

/// C07, I16: two nodes see the same timers fall due at the same moment; each fires once.
#[tokio::test]
async fn timers_of_two_nodes_fire_once() {
    const GUESTS: usize = 12;
    let (one, two) = super::two_nodes(&NodeKit::default()).await;
    let ann = one.agent("Ann").await;
    let limit = json!({ "own_limit": 100 });
    ann.call(Method::PUT, "/me/reception-limit", limit).await.ok();
    let group = one.admin().await.get("/skill-groups").await["items"][0]["id"].clone();
    let path = format!("/skill-groups/{}", group.as_str().expect("an id"));
    let limit = json!({ "reception_limit": 100 });
    one.admin().await.call(Method::PATCH, &path, limit).await.ok();
    let _bench = ann.is_on_duty().await;
    let mut sessions = Vec::new();
    for number in 0..GUESTS {
        let session = one.visitor(&format!("guest {number}")).says("hello").await.session;
        ann.gets(&session).await;
        ann.says(&session, "yes?").await;
        sessions.push(session);
    }
    // Both nodes share the clock, and both look at it at once.
    one.advance(3_600);
    two.advance(0);
    for session in &sessions {
        eventually("the session is over", async || {
            ann.get(&format!("/sessions/{session}")).await["stage"] == "ended"
        })
        .await;
        let lines = ann.reads(session).await;
        let ends = lines.iter().filter(|line| line["body"]["kind"] == "ended").count();
        assert_eq!(ends, 1, "{lines:#?}");
    }
    holds_together(&one).await;
    two.stop().await;
    one.stop().await;
}

/// Ends sessions as they come, looking at the limit each time, until none is left; answers those that this agent served.
async fn serve_all(agent: &TestAgent, limit: i64, left: &AtomicUsize) -> Vec<String> {
    let mut served = Vec::new();
    while left.load(Ordering::Relaxed) > 0 {
        let workbench = agent.get("/workbench").await;
        let list = workbench["sessions"].as_array().cloned().unwrap_or_default();
        let open: Vec<&Value> = list.iter().filter(|session| session["stage"] == "active").collect();
        assert!(i64::try_from(open.len()).expect("few") <= limit, "I08: {open:#?}");
        assert!(
            workbench["me"]["load"].as_i64().expect("a number") <= limit,
            "I08: {}",
            workbench["me"]
        );
        for session in &open {
            let id = session["id"].as_str().expect("an id");
            agent.ends(id).await;
            served.push(id.to_owned());
            left.fetch_sub(1, Ordering::Relaxed);
        }
        if open.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    served
}
