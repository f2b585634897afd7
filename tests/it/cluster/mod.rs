//! Several nodes on one PostgreSQL database (OPS-04): any of them serves anyone, and what is between them may fail.

mod bells;
mod database;
mod nodes;
mod programs;
mod races;

use std::time::Duration;

use store::Snapshot;
use store::testing::need;
use testkit::{Beat, Clock, Config, Engine, NodeKit, TestDesk};
use uuid::Uuid;

/// Settings that join nodes by the NATS server at `TEST_NATS_URL`, on a subject of this test's own.
struct Joint {
    url: String,
    subject: String,
}

impl Joint {
    fn new() -> Self {
        Self::at(need("TEST_NATS_URL"))
    }

    fn at(url: String) -> Self {
        let subject = format!("test-{}", Uuid::new_v4().simple());
        Self { url, subject }
    }

    fn join(&self, config: &mut Config, name: &str) {
        let url = self.url.parse().expect("an address of NATS");
        config.bus.nats_url = Some(server::config::Nats(url));
        config.bus.subject.clone_from(&self.subject);
        config.node.name = Some(name.to_owned());
    }
}

/// A node whose clock goes on by itself, and which is given up soon when it does not sign.
fn mortal() -> NodeKit {
    NodeKit {
        clock: Clock::system(),
        beat: Beat {
            every: Duration::from_millis(500),
            good_for: Duration::from_secs(4),
        },
        ..NodeKit::default()
    }
}

/// Two nodes on one database, joined by NATS; both made of `kit`.
async fn two_nodes(kit: &NodeKit) -> (TestDesk, TestDesk) {
    let joint = Joint::new();
    let one = TestDesk::start_as(Engine::Postgres, kit.clone(), |config| joint.join(config, "one")).await;
    let two = one.joined_by(kit.clone(), |config| joint.join(config, "two")).await;
    (one, two)
}

/// Waits until a node says that it is ready, in these words.
async fn is_ready(desk: &TestDesk, words: &str) {
    testkit::eventually(words, async || {
        let answer = desk.page("/readyz").await;
        answer.status == 200 && answer.body.as_str().is_some_and(|body| body.trim_end() == words)
    })
    .await;
}

/// Recounts everything from the log: loads, places, numbers, owners (C18).
async fn holds_together(desk: &TestDesk) {
    let mut snapshot = Snapshot::open(&desk.database_url())
        .await
        .expect("a moment of the database");
    let report = app::check::run(&mut snapshot, None, desk.now())
        .await
        .expect("a report");
    assert!(report.is_clean(), "{report:#?}");
}

/// What a reader was sent of a session: number and text of each line, in the order of arrival.
fn lines(seen: &[serde_json::Value]) -> Vec<(i64, String)> {
    let entries = seen.iter().filter_map(|frame| {
        frame["entries"]
            .as_array()
            .or_else(|| frame["conversation"]["entries"].as_array())
    });
    entries
        .flatten()
        .map(|entry| {
            let text = entry["body"]["content"]["text"].as_str().unwrap_or_default();
            (entry["seq"].as_i64().expect("a number"), text.to_owned())
        })
        .collect()
}
