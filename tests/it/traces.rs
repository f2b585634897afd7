//! What the running program leaves behind: its log, its files, what it shows at its ports.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::Program;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::caller::Caller;
use crate::talk::new_key;

const EMAIL: &str = "boss@example.com";
const PASSWORD: &str = "planted-password of the boss";

fn program(folder: &TempDir) -> Program {
    Program::on(folder.path())
        .with("FRONTDESK_ADMIN_EMAIL", EMAIL)
        .with("FRONTDESK_ADMIN_PASSWORD", PASSWORD)
}

async fn signed_in(url: &str) -> Caller {
    let nobody = Caller::nobody(url);
    let body = json!({"identifier": EMAIL, "password": PASSWORD});
    nobody.signed_in(&nobody.post("/sign-in", &body).await)
}

/// Bytes that would begin a line, colour a screen or close a string, as far as each place lets them in.
const HOSTILE: &str = "x\r\n2026-01-05T09:00:00Z ERROR forged: line\u{1b}[31m\u{7}\",\"level\":\"ERROR";

async fn send_raw(url: &str, bytes: &[u8]) {
    let address = url.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let _refused_early = stream.write_all(bytes).await;
    let mut rest = Vec::new();
    let read = tokio::time::timeout(testkit::PATIENCE, stream.read_to_end(&mut rest)).await;
    let _read = read.expect("the desk closes the connection");
}

/// Works at the desk with planted words in every secret place, and tries every place with hostile ones; answers what must
/// stand in no log.
async fn work(url: &str) -> Vec<String> {
    let admin = signed_in(url).await;
    let cookie = admin.cookie.clone().expect("a cookie");
    let mut secrets = vec![
        PASSWORD.to_owned(),
        "planted".to_owned(),
        cookie.split_once('=').expect("a value").1.to_owned(),
        admin.csrf.clone(),
    ];
    let flow = admin.get("/flows").await.ok()["items"][0].clone();
    let channel = json!({"title": "Site", "key": "site", "flow_id": flow["id"]});
    let channel = admin.post("/channels", &channel).await.ok();
    let path = format!("/channels/{}/identity-secret", channel["id"].as_str().expect("an id"));
    secrets.push(
        admin.post(&path, &json!({})).await.ok()["secret"]
            .as_str()
            .expect("a secret")
            .to_owned(),
    );
    let agent = json!({
        "name": "Ann", "nickname": "Ann", "staff_no": "1", "email": "ann@example.com", "role": "agent",
    });
    admin.post("/agents", &agent).await.ok();
    admin
        .post("/password/forgot", &json!({"email": "ann@example.com"}))
        .await
        .ok_status();
    let mails = admin.get("/mail-outbox").await.ok();
    for mail in mails["items"].as_array().expect("mails") {
        let body = mail["body"].as_str().unwrap_or_default();
        for begin in ["assword: ", "#token="] {
            let told = body
                .split_once(begin)
                .and_then(|(_, rest)| rest.split_whitespace().next());
            secrets.extend(told.map(str::to_owned));
        }
    }
    assert_eq!(secrets.len(), 7, "a password and a link were mailed: {mails}");

    let claim = json!({"nickname": "planted-name", "language": "en"});
    let claim = admin.post("/visitor/channels/site/token", &claim).await.ok();
    let mut visitor = Caller::nobody(url);
    visitor.bearer = claim["token"].as_str().map(str::to_owned);
    secrets.extend(visitor.bearer.clone());
    for text in ["planted-message", HOSTILE] {
        let body = json!({"client_id": new_key(), "content": {"type": "text", "text": text}});
        visitor.post("/visitor/messages", &body).await.ok();
    }
    visitor
        .upload(
            "/visitor/attachments",
            "planted-name.txt",
            "text/plain",
            b"planted-bytes".to_vec(),
        )
        .await
        .ok();

    // Hostile words wherever there is a place for words, in the order of the way in.
    let encoded: String = HOSTILE.bytes().map(|byte| format!("%{byte:02x}")).collect();
    for path in [
        format!("/{encoded}"),
        format!("/sessions?cursor={encoded}"),
        format!("/agents/{encoded}"),
    ] {
        admin.get(&path).await;
        visitor.get(&path).await;
    }
    for body in [
        json!({"identifier": HOSTILE, "password": HOSTILE}),
        json!({"identifier": "x".repeat(100_000), "password": "y"}),
    ] {
        visitor.post("/sign-in", &body).await;
    }
    for (path, body) in [
        (
            "/agents",
            json!({"name": HOSTILE, "nickname": HOSTILE, "staff_no": HOSTILE, "email": HOSTILE, "role": HOSTILE}),
        ),
        (
            "/flows",
            json!({"name": "Hostile", "settings": with_text(&flow["settings"], HOSTILE)}),
        ),
        ("/skill-groups", json!({"name": HOSTILE, "reception_limit": 5})),
        (
            "/visitor/channels/site/token",
            json!({"nickname": HOSTILE, "language": HOSTILE}),
        ),
    ] {
        admin.post(path, &body).await;
    }
    let host = url.trim_start_matches("http://");
    for head in [
        format!("GET /\x1b[31m HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: {host}\r\nuser-agent: \x1b[31m\x07\"}}\r\nconnection: close\r\n\r\n"),
        format!(
            "GET /{} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n",
            "a".repeat(12_000)
        ),
        "\x16\x03\x01\x02\x00nonsense\r\n\r\n".to_owned(),
        format!("GET /api/v1/agent/socket?token=planted HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n"),
    ] {
        send_raw(url, head.as_bytes()).await;
    }
    secrets
}

fn with_text(settings: &Value, text: &str) -> Value {
    let mut settings = settings.clone();
    settings["greeting"] = json!(text);
    settings
}

/// T811, T502, T1201, T1203, T405, G13: whatever is said, typed or forged, and however much the log is asked to tell, each
/// event is one line of bounded length, and no line holds a message, a name, a password, a token or another secret.
#[tokio::test]
async fn the_log_keeps_secrets_and_lines() {
    for format in ["json", "text"] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = program(&folder)
            .with("FRONTDESK_LOG__FORMAT", format)
            .with("FRONTDESK_LOG__LEVEL", "debug")
            .serve()
            .await;
        let secrets = work(&server.url).await;
        let run = server.end("TERM").await;
        assert_eq!(run.code, Some(0));
        let log = fs::read(folder.path().join("server.log")).expect("a log");
        let log = String::from_utf8(log).expect("the log is text");
        assert!(log.lines().count() > 3, "something was told: {log}");
        for line in log.lines() {
            assert!(line.len() <= 8 * 1024, "a line of {} bytes", line.len());
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            if format == "json" {
                let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
                assert!(event["level"].is_string() && event["timestamp"].is_string(), "{line}");
            } else {
                assert!(line.starts_with("20"), "a line that is no event: {line:?}");
                assert!(!line.starts_with("2026-01-05T09:00:00Z ERROR forged"), "{line:?}");
            }
        }
        for secret in &secrets {
            let told = log.lines().find(|line| line.contains(secret.as_str()));
            assert_eq!(told, None, "{secret} in the log");
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        }
        found.push(path);
    }
}

/// All files and folders below it, but for the log, which the test itself made.
fn are_private(folder: &Path, when: &str) {
    let mut found = Vec::new();
    files(folder, &mut found);
    let names: Vec<_> = found.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    for expected in ["frontdesk.db", "secret.key", "attachments"] {
        assert!(names.contains(&expected), "{when}: no {expected} in {names:?}");
    }
    for path in found
        .iter()
        .filter(|path| path.file_name() != Some("server.log".as_ref()))
    {
        let mode = fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        assert_eq!(mode & 0o077, 0, "{when}: {} has mode {mode:o}", path.display());
    }
}

/// T1212, T1201: every file and folder of the desk is its owner's only, also in a folder that others may enter, and no
/// secret stands in any of them as it is, but for what administrators may read of mails that cannot be sent.
#[tokio::test]
async fn files_are_the_owners_only() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("others may enter");
    let server = program(&folder).serve().await;
    let secrets = work(&server.url).await;
    are_private(folder.path(), "running");
    server.end("TERM").await;
    are_private(folder.path(), "ended");
    let database = fs::read(folder.path().join("frontdesk.db")).expect("a database");
    let holds = |secret: &str| database.windows(secret.len()).any(|part| part == secret.as_bytes());
    assert!(holds("planted-message"), "the database was read");
    // The password, the cookie, the page's token, the channel's secret, the visitor's token; not the two mailed ones.
    for secret in [&secrets[0], &secrets[2], &secrets[3], &secrets[4], &secrets[7]] {
        assert!(!holds(secret), "{secret} stands in the database");
    }
}

/// T423, OPS-01: what made the first administrator does nothing at a second start: neither another one nor another
/// password.
#[tokio::test]
async fn the_first_administrator_is_made_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = program(&folder).serve().await;
    signed_in(&server.url).await.get("/me").await.ok();
    server.end("TERM").await;
    let second = Program::on(folder.path())
        .with("FRONTDESK_ADMIN_EMAIL", "evil@example.com")
        .with("FRONTDESK_ADMIN_PASSWORD", "another pass phrase")
        .serve()
        .await;
    assert!(
        !second.introduction.contains("evil@example.com"),
        "{}",
        second.introduction
    );
    let nobody = Caller::nobody(&second.url);
    for (email, password) in [
        ("evil@example.com", "another pass phrase"),
        (EMAIL, "another pass phrase"),
    ] {
        let body = json!({"identifier": email, "password": password});
        nobody.post("/sign-in", &body).await.refused(401, "wrong_credentials");
    }
    signed_in(&second.url).await.get("/me").await.ok();
    assert_eq!(second.end("TERM").await.code, Some(0));
}
