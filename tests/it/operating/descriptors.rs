//! Few file descriptors.

use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tempfile::TempDir;
use testkit::{Program, eventually};

/// F07, C14: without descriptors new connections wait; nothing spins, the ones that stand go on, and once there are
/// descriptors again everybody is answered.
#[tokio::test]
async fn few_descriptors_only_delay() {
    const MANY: usize = 120;
    let folder = TempDir::new().expect("a folder");
    let desk = Program::on(folder.path()).serve().await;
    let address: SocketAddr = desk.url.trim_start_matches("http://").parse().expect("an address");
    let standing = reqwest::Client::new();
    let metrics = async || {
        let answer = standing
            .get(format!("{}/metrics", desk.url))
            .send()
            .await
            .expect("an answer");
        answer.text().await.expect("a text")
    };
    let figure = |text: &str, name: &str| -> f64 {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.expect("a figure").parse().expect("a number")
    };
    let open = figure(&metrics().await, "process_open_fds");
    let limit = format!("--nofile={0}:{0}", open as u64 + 60);
    let limited = std::process::Command::new("prlimit")
        .args(["--pid", &desk.pid().to_string(), &limit])
        .status();
    assert!(limited.expect("prlimit runs").success());

    let idle: Vec<TcpStream> = (0..MANY)
        .map(|_| TcpStream::connect(address).expect("the system takes it"))
        .collect();
    let log = || std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
    eventually("the desk has no descriptors left", async || {
        log().contains("No connection can be accepted at the moment")
    })
    .await;
    let used = || processor_ticks(desk.pid());
    let told = || log().matches("No connection can be accepted").count();
    let (before, told_before) = (used(), told());
    tokio::time::sleep(Duration::from_secs(2)).await;
    let ticks = used() - before;
    assert!(
        ticks < 60,
        "{ticks} hundredths of a second of processor time in two seconds of waiting"
    );
    let lines = told() - told_before;
    assert!(lines <= 20, "{lines} lines in two seconds");
    assert!(
        metrics().await.contains("process_open_fds"),
        "the connection that stands goes on"
    );

    drop(idle);
    eventually("new connections are answered again", async || {
        let fresh = reqwest::Client::new()
            .get(format!("{}/readyz", desk.url))
            .timeout(Duration::from_secs(2));
        fresh.send().await.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
    let run = desk.end("TERM").await;
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// Processor time of a process in hundredths of a second.
fn processor_ticks(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let rest = stat.rsplit_once(')').expect("a name").1;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |index: usize| fields[index].parse::<u64>().expect("a number");
    number(11) + number(12)
}
