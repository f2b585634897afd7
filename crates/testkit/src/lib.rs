//! A whole desk for one test: the real server on a free port, on its own database, with a clock that the test moves.
//!
//! Tests speak the product (`desk.visitor("v1").says("hello")`); only this crate knows paths and shapes.

mod agent;
mod answer;
mod desk;
mod http;
mod node;
mod program;
mod proxy;
mod socket;
mod visitor;

use std::time::Duration;

pub use agent::TestAgent;
pub use answer::{Answer, Said};
pub use app::Clock;
pub use app::presence::Beat;
pub use desk::{ADMIN_EMAIL, ADMIN_PASSWORD, CHANNEL, TestDesk};
pub use node::NodeKit;
pub use program::{Program, Run, Serving};
pub use proxy::{Proxy, Way};
pub use reqwest::Method;
pub use serde_json::{Value, json};
pub use server::{Config, Pace};
pub use socket::TestSocket;
pub use store::Engine;
pub use visitor::TestVisitor;

/// How long anything that must happen may take on a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Waits until `holds` answers true.
///
/// # Panics
/// When it never does.
pub async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    let tried = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(tried.await.is_ok(), "it never came true that {what}");
}
