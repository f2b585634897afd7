//! PostgreSQL fails under the nodes: connections end, answers are lost, a node is cut off.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use store::testing::run_at;
use testkit::{Engine, Method, NodeKit, Proxy, TestDesk, TestVisitor, Way, eventually};
use uuid::Uuid;

use super::{Joint, holds_together, mortal};

/// A second node whose way to PostgreSQL can be cut, on the database of `one`.
async fn with_a_thin_wire(one: &TestDesk, kit: NodeKit, joint: Option<&Joint>) -> (TestDesk, Proxy) {
    let store::DatabaseUrl::Postgres(url) = one.database_url() else {
        panic!("the desk is on PostgreSQL");
    };
    let (proxy, url) = Proxy::before(&url).await;
    let two = one
        .joined_by(kit, |config| {
            let url = format!("{url}{}connect_timeout=2", if url.contains('?') { '&' } else { '?' });
            config.database.url = Some(server::config::Url(url.parse().expect("an address")));
            if let Some(joint) = joint {
                joint.join(config, "two");
            }
        })
        .await;
    (two, proxy)
}

/// Says something until it is confirmed, under one key, as pages do (C20): what is not known is asked again, and nothing
/// else may go wrong. Answers its number, and whether it had been there before.
async fn insist(visitor: &TestVisitor, text: &str) -> (i64, bool) {
    let key = Uuid::new_v4().to_string();
    let content = json!({ "type": "text", "text": text });
    let confirmed = tokio::time::timeout(testkit::PATIENCE * 2, async {
        loop {
            let answer = visitor.posts(&key, content.clone()).await;
            match answer.status {
                200 | 201 => {
                    return (
                        answer.body["seq"].as_i64().expect("a number"),
                        answer.body["replayed"] == true,
                    );
                }
                _ => {
                    answer.refused(503, "unavailable");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    });
    confirmed.await.unwrap_or_else(|_| panic!("{text} is never confirmed"))
}

/// The texts of a session, each with its number.
async fn log(visitor: &TestVisitor) -> Vec<(i64, String)> {
    let conversation = visitor.conversation().await;
    let entries = conversation["entries"].as_array().cloned().unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| {
            Some((
                entry["seq"].as_i64()?,
                entry["body"]["content"]["text"].as_str()?.to_owned(),
            ))
        })
        .collect()
}

/// F20, I01, I02, I06: all connections to PostgreSQL end again and again under load, as when it is restarted. What is not
/// confirmed is asked again by its key; in the end everything is there once, and the pool heals.
#[tokio::test]
async fn f20_connections_end_under_load() {
    const MESSAGES: usize = 12;
    let one = TestDesk::start_on(Engine::Postgres).await;
    let (two, wire) = with_a_thin_wire(&one, NodeKit::default(), None).await;
    let guests = join_all((0..6).map(async |number| {
        let guest = one.visitor(&format!("guest {number}"));
        guest.says("hello").await;
        guest.at(&two).await
    }))
    .await;
    let talking = join_all(guests.iter().map(async |guest| {
        let mut confirmed = Vec::new();
        for number in 0..MESSAGES {
            let text = format!("message {number}");
            confirmed.push((insist(guest, &text).await.0, text));
        }
        confirmed
    }));
    let cutting = async {
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(150)).await;
            wire.cut();
        }
        wire.goes(Way::Closed);
        tokio::time::sleep(Duration::from_millis(700)).await;
        wire.goes(Way::Open);
    };
    let (confirmed, ()) = tokio::join!(talking, cutting);
    for (guest, confirmed) in guests.iter().zip(confirmed) {
        let kept: Vec<(i64, String)> = log(&guest.at(&one).await)
            .await
            .into_iter()
            .filter(|(_, text)| text.starts_with("message"))
            .collect();
        assert_eq!(kept, confirmed);
    }
    assert_eq!(two.page("/readyz").await.status, 200, "the pool has healed");
    holds_together(&one).await;
    two.stop().await;
    one.stop().await;
}

/// F21, C02, I06: the answer to a COMMIT is lost. Nobody is told that it failed for good; asked again by its key, what
/// was committed is found, and there once.
#[tokio::test]
async fn f21_the_answer_to_a_commit_is_lost() {
    let one = TestDesk::start_on(Engine::Postgres).await;
    let (two, wire) = with_a_thin_wire(&one, NodeKit::default(), None).await;
    let vera = one.visitor("Vera");
    vera.says("hello").await;
    let there = vera.at(&two).await;
    let mut found = 0;
    for round in 0..5 {
        let text = format!("round {round}");
        let lost = wire.lost_commits();
        let key = Uuid::new_v4().to_string();
        let content = json!({ "type": "text", "text": text });
        wire.lose_commits(1);
        let first = there.posts(&key, content.clone()).await;
        let again = loop {
            let again = there.posts(&key, content.clone()).await;
            if again.status != 503 {
                break again.ok();
            }
        };
        // Another commit of this node may have been the one whose answer was lost.
        if wire.lost_commits() > lost && first.status != 200 {
            first.refused(503, "unavailable");
            found += usize::from(again["replayed"] == true);
        }
    }
    assert!(found > 0, "no answer to a message's commit was lost");
    let said: Vec<String> = log(&vera)
        .await
        .into_iter()
        .map(|(_, text)| text)
        .filter(|text| text.starts_with("round"))
        .collect();
    assert_eq!(said, ["round 0", "round 1", "round 2", "round 3", "round 4"]);
    holds_together(&one).await;
    two.stop().await;
    one.stop().await;
}

/// F28: a node that is cut off from PostgreSQL is not ready, answers that it may be tried again, lets nobody do anything
/// on what it remembers, and sends its people away; they go on at another node.
#[tokio::test]
async fn f28_a_node_that_is_cut_off_sends_people_away() {
    let joint = Joint::new();
    let one = TestDesk::start_as(Engine::Postgres, mortal(), |config| joint.join(config, "one")).await;
    let (two, wire) = with_a_thin_wire(&one, mortal(), Some(&joint)).await;
    let ann = one.agent("Ann").await;
    let mut bench = ann.at(&two).is_on_duty().await;
    let vera = one.visitor("Vera");
    let mut page = vera.at(&two).await.connects().await;
    let said = vera.says("hello").await;
    ann.gets(&said.session).await;

    wire.goes(Way::Silent);
    bench.frame("going_away").await;
    assert_eq!(bench.is_closed().await, 1012);
    page.frame("going_away").await;
    assert_eq!(page.is_closed().await, 1012);
    eventually("the node is not ready", async || {
        two.page("/readyz").await.status == 503
    })
    .await;

    let mut bench = ann.connects().await;
    let mut page = vera.connects().await;
    vera.says("I moved").await;
    bench.hears("I moved").await;
    ann.says(&said.session, "so did I").await;
    page.hears("so did I").await;

    wire.goes(Way::Closed);
    let refused = ann.at(&two).call(Method::GET, "/workbench", Value::Null).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    wire.goes(Way::Open);
    eventually("the node is ready again", async || {
        two.page("/readyz").await.status == 200
    })
    .await;
    ann.at(&two).says(&said.session, "and back").await;
    page.hears("and back").await;
    two.stop().await;
    one.stop().await;
}

/// F23: PostgreSQL grants fewer connections than the settings want. Whoever must wait for long is told to try again;
/// nothing else goes wrong, and it works with those there are.
#[tokio::test]
async fn f23_few_connections() {
    let one = TestDesk::start_on(Engine::Postgres).await;
    let store::DatabaseUrl::Postgres(url) = one.database_url() else {
        panic!("the desk is on PostgreSQL");
    };
    let role = format!("few_{}", Uuid::new_v4().simple());
    let granting = format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT 5;
         GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; GRANT ALL ON SCHEMA public TO {role}"
    );
    run_at(&url, &granting).await;
    let limited = url.replacen("postgres@", &format!("{role}@"), 1);
    assert_ne!(limited, url, "TEST_PG_URL names the user postgres");
    let few = one
        .joined_by(NodeKit::default(), |config| {
            config.database.url = Some(server::config::Url(limited.parse().expect("an address")));
            (config.database.pool, config.database.lanes) = (8, 4);
        })
        .await;
    let guests = join_all((0..12).map(async |number| {
        let guest = one.visitor(&format!("guest {number}"));
        guest.says("hello").await;
        guest.at(&few).await
    }))
    .await;
    let said = join_all(guests.iter().map(async |guest| {
        for number in 0..4 {
            insist(guest, &format!("message {number}")).await;
        }
        let ready = few.page("/readyz").await.status;
        assert!(matches!(ready, 200 | 503), "{ready}");
    }));
    said.await;
    for guest in &guests {
        let kept = log(&guest.at(&one).await).await;
        assert_eq!(
            kept.iter().filter(|(_, text)| text.starts_with("message")).count(),
            4,
            "{kept:?}"
        );
    }
    few.stop().await;
    run_at(&url, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
    one.stop().await;
}
