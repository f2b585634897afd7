//! What lies in `deploy/` fits the program: names, paths, settings.

use std::collections::BTreeSet;

use testkit::Program;

use super::repository;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// OPS-09: the container is built from what is there, does not run as root, can be asked how it is, and its settings are
/// ours.
#[tokio::test]
async fn the_container_file_fits() {
    let text = read("deploy/container/Containerfile");
    let copies = text.lines().filter_map(|line| line.strip_prefix("COPY "));
    let mut copied = BTreeSet::new();
    for copy in copies.filter(|copy| !copy.starts_with("--from")) {
        let words: Vec<&str> = copy.split_whitespace().collect();
        for path in &words[..words.len() - 1] {
            assert!(repository(path).exists(), "{path} is not there");
            copied.insert((*path).to_owned());
        }
    }
    // Every member of the workspace must be there, or cargo refuses the whole of it.
    let workspace = read("Cargo.toml");
    let members = workspace
        .lines()
        .find_map(|line| line.strip_prefix("members = ["))
        .expect("members");
    for member in members.trim_end_matches(']').split(',') {
        let folder = member.trim().trim_matches('"').trim_end_matches("/*");
        assert!(copied.contains(folder), "{folder} is not copied");
    }
    let user = text.lines().rfind(|line| line.starts_with("USER ")).expect("a user");
    assert!(!user.contains("root") && !user.contains(" 0"), "{user}");
    assert!(text.contains("HEALTHCHECK") && text.contains("/readyz") && text.contains("STOPSIGNAL SIGTERM"));
    let folder = tempfile::tempdir().expect("a folder");
    let settings = text.split_whitespace().filter_map(|word| word.split_once('='));
    let settings = settings.filter(|(name, _)| name.starts_with("FRONTDESK_") && *name != "FRONTDESK_DATA_DIR");
    let mut program = Program::on(folder.path());
    let mut count = 0;
    for (name, value) in settings {
        program = program.with(name, value);
        count += 1;
    }
    assert!(count > 0);
    let run = program.run(&["check-config"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// OPS-09: the unit starts the command that there is, stops it in its own time, does not start again what cannot start,
/// and reloads it by the signal that it listens to.
#[tokio::test]
async fn the_unit_fits() {
    let unit = read("deploy/systemd/frontdesk.service");
    let value = |key: &str| {
        let lines = unit
            .lines()
            .filter_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        value("ExecStart"),
        ["/usr/local/bin/frontdesk serve --data-dir /var/lib/frontdesk"]
    );
    assert_eq!(value("RestartPreventExitStatus"), ["78"]);
    assert_eq!(value("Restart"), ["on-failure"]);
    assert!(value("ExecReload")[0].contains("-HUP"));
    let patience: u64 = value("TimeoutStopSec")[0].parse().expect("seconds");
    assert!(patience > server::connections::GRACE.as_secs() + 20, "{patience}");
    let help = Program::on(tempfile::tempdir().expect("a folder").path())
        .run(&["serve", "--help"])
        .await;
    assert!(help.out.contains("SIGHUP") && help.out.contains("SIGTERM"), "{help:?}");
}

/// OPS-09: what the samples of proxies say to set is set that way: sockets pass, the caller's address is told, metrics stay
/// inside.
#[test]
fn the_proxies_fit() {
    let nginx = read("deploy/nginx/frontdesk.conf");
    for needed in [
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        "location = /metrics   { return 404; }",
    ] {
        assert!(nginx.contains(needed), "{needed}");
    }
    let caddy = read("deploy/caddy/Caddyfile");
    assert!(caddy.contains("path /metrics /internal/*") && caddy.contains("health_uri /readyz"));
}
