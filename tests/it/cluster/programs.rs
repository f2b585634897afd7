//! The program itself as one of several nodes: its flags, what it says at the start, its other commands.

use store::DatabaseUrl;
use testkit::{Clock, Engine, NodeKit, Program, TestDesk};

use super::Joint;

/// A way to run the program on the desk's database, key and attachments.
fn beside(desk: &TestDesk) -> Program {
    let DatabaseUrl::Postgres(url) = desk.database_url() else {
        panic!("the desk is on PostgreSQL");
    };
    Program::on(&desk.folder()).with("FRONTDESK_DATABASE__URL", &url)
}

/// OPS-03, OPS-04: NATS beside an SQLite file is refused with the reason, by flag and by environment.
#[tokio::test]
async fn nats_beside_sqlite_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = "nats://127.0.0.1:1";
    let program = Program::on(folder.path());
    let by_flag = program
        .run(&["serve", "--listen", "127.0.0.1:0", "--nats-url", url])
        .await;
    let by_environment = Program::on(folder.path())
        .with("FRONTDESK_BUS__NATS_URL", url)
        .run(&["check-config"])
        .await;
    for run in [by_flag, by_environment] {
        assert_eq!(run.code, Some(78), "{run:?}");
        assert!(
            run.complaints.contains("bus.nats_url") && run.complaints.contains("PostgreSQL"),
            "{run:?}"
        );
    }
}

/// OPS-04: a second program on the database that cannot be heard says so where people look; a joined one has nothing to
/// say, serves, and ends in order.
#[tokio::test]
async fn a_lone_second_node_says_so() {
    let joint = Joint::new();
    let desk = TestDesk::start_as(Engine::Postgres, NodeKit::default(), |config| joint.join(config, "one")).await;
    let program = beside(&desk).with("FRONTDESK_BUS__SUBJECT", &joint.subject);
    let lone = program
        .try_serve(&["--node-name", "two"])
        .await
        .expect("it serves all the same");
    assert!(
        lone.introduction.contains("warning: other nodes live on this database"),
        "{}",
        lone.introduction
    );
    assert!(lone.introduction.contains("(one)"), "{}", lone.introduction);
    assert_eq!(lone.end("TERM").await.code, Some(0));

    let joined = program
        .try_serve(&["--node-name", "two", "--nats-url", &joint.url])
        .await
        .expect("it serves");
    assert!(!joined.introduction.contains("warning"), "{}", joined.introduction);
    assert_eq!(joined.end("TERM").await.code, Some(0));
    desk.stop().await;
}

/// C09, T411: a password that a command sets ends the sign-in on a running node at once, though the command carries no
/// bells.
#[tokio::test]
async fn commands_are_heard_by_running_nodes() {
    let joint = Joint::new();
    // The command's clock is the system's, and so must the desk's be: sign-ins of another time have run out.
    let kit = NodeKit {
        clock: Clock::system(),
        ..NodeKit::default()
    };
    let desk = TestDesk::start_as(Engine::Postgres, kit, |config| joint.join(config, "one")).await;
    let program = beside(&desk).with("FRONTDESK_BUS__NATS_URL", &joint.url);
    // The first run may have to build the program, and an idle page is not waited for that long.
    assert_eq!(program.run(&["check-config"]).await.code, Some(0));
    let ann = desk.agent("Ann").await;
    let mut bench = ann.is_on_duty().await;
    let run = program.run(&["reset-password", "--email", "ann@example.com"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(bench.frame("kicked").await["reason"], "password_reset");
    assert_eq!(bench.is_closed().await, 4001);
    desk.stop().await;
}
