//! The program as an operator meets it: starting, stopping, settings, commands.

use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use testkit::{Engine, Method, Program, TestDesk, Value, json};

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

async fn status(url: &str) -> u16 {
    reqwest::get(url).await.expect("an answer").status().as_u16()
}

async fn try_sign_in(url: &str, email: &str, password: &str) -> (u16, Value) {
    let body = json!({ "identifier": email, "password": password });
    let answer = reqwest::Client::new()
        .post(format!("{url}/api/v1/sign-in"))
        .json(&body)
        .send()
        .await;
    let answer = answer.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

/// The value of a line such as `  password  abc   (shown once)`.
fn printed<'a>(text: &'a str, name: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.trim().strip_prefix(name));
    line.and_then(|line| line.split_whitespace().next())
        .unwrap_or_else(|| panic!("no {name} in {text}"))
}

/// OPS-03: a setting that makes no sense, wherever it stands, stops the start with code 78, its key and the reason.
#[tokio::test]
async fn a_bad_setting_stops_the_start_by_name() {
    let folder = folder();
    let bad = |text: &str| std::fs::write(folder.path().join("frontdesk.toml"), text).expect("a file");
    let refused = async |program: &Program, named: &str| {
        let run = program.run(&["serve"]).await;
        assert_eq!(run.code, Some(78), "{run:?}");
        assert!(run.complaints.contains(named), "{run:?}");
        assert_eq!(run.out, "");
    };
    let program = Program::on(folder.path());
    bad("[http]\nlisten = \"nowhere\"\n");
    refused(&program, "http.listen: ").await;
    bad("[http]\nlistn = \"127.0.0.1:1\"\n");
    refused(&program, "http.listn: there is no such setting").await;
    bad("[limits]\nmessage_burst = 0\n");
    refused(&program, "limits.message_burst: 0 is not between").await;
    bad("");
    refused(
        &Program::on(folder.path()).with("FRONTDESK_HTTP__PROT", "1"),
        "http.prot",
    )
    .await;
    refused(
        &Program::on(folder.path()).with("FRONTDESK_PORT", "1"),
        "FRONTDESK_PORT",
    )
    .await;
    assert!(
        !folder.path().join("frontdesk.db").exists(),
        "a bad start left a database"
    );
}

/// OPS-03, T1201: `check-config` shows what was understood, and no secret.
#[tokio::test]
async fn the_configuration_is_shown_without_secrets() {
    let folder = folder();
    let program = Program::on(folder.path())
        .with("FRONTDESK_DATABASE__URL", "postgres://desk:hidden-one@127.0.0.1:1/desk")
        .with("FRONTDESK_MAIL__USERNAME", "desk")
        .with("FRONTDESK_MAIL__PASSWORD", "hidden-two")
        .with("FRONTDESK_SIGN_IN__HOURS", "3");
    let run = program.run(&["check-config"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(
        run.out.contains("hours = 3") && run.out.contains("[redacted]"),
        "{run:?}"
    );
    assert!(
        !run.out.contains("hidden") && !run.complaints.contains("hidden"),
        "{run:?}"
    );
    // The database is not there, which the start says without its password.
    let run = program.run(&["serve"]).await;
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.complaints.contains("127.0.0.1:1") && !run.complaints.contains("hidden"),
        "{run:?}"
    );
}

/// OPS-01: an empty folder gives a working desk in under two seconds, with an administrator whose password is printed
/// once and must be changed; ADM-16. C13: told to stop, it ends in order with code 0.
#[tokio::test]
async fn an_empty_folder_becomes_a_desk() {
    let folder = folder();
    let program = Program::on(folder.path());
    // Brings the program itself up to date, which is no part of the start.
    assert_eq!(program.run(&["check-config"]).await.code, Some(0));
    let begin = Instant::now();
    let desk = program.serve().await;
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(2), "the start took {took:?}");
    let (email, password) = (
        printed(&desk.introduction, "e-mail"),
        printed(&desk.introduction, "password"),
    );
    let (code, me) = try_sign_in(&desk.url, email, password).await;
    assert_eq!((code, &me["must_change_password"]), (200, &Value::Bool(true)), "{me}");
    for path in ["/healthz", "/readyz", "/openapi.json"] {
        assert_eq!(status(&format!("{}{path}", desk.url)).await, 200, "{path}");
    }
    let run = desk.end("TERM").await;
    assert_eq!(run.code, Some(0), "{run:?}");

    let again = program.serve().await;
    assert_eq!(again.introduction, "", "the password is printed once");
    assert_eq!(again.end("INT").await.code, Some(0));
}

/// OPS-01, T405: the first administrator as the environment wants one; a weak password is refused.
#[tokio::test]
async fn the_first_administrator_comes_from_the_environment() {
    let folder = folder();
    let with = |password: &str| {
        Program::on(folder.path())
            .with("FRONTDESK_ADMIN_EMAIL", "ann@example.com")
            .with("FRONTDESK_ADMIN_PASSWORD", password)
    };
    let refused = with("short").run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let desk = with("correct horse battery").serve().await;
    assert!(!desk.introduction.contains("correct horse"), "{}", desk.introduction);
    let (code, me) = try_sign_in(&desk.url, "ann@example.com", "correct horse battery").await;
    assert_eq!((code, &me["must_change_password"]), (200, &Value::Bool(false)), "{me}");
    desk.end("TERM").await;
}

/// OPS-02: `demo` fills an empty desk and prints one JSON object; all of it works; a second time it refuses, or does
/// nothing when asked so.
#[tokio::test]
async fn the_sample_desk_works() {
    let folder = folder();
    let program = Program::on(folder.path());
    let run = program.run(&["demo", "--json"]).await;
    assert_eq!(run.code, Some(0), "{run:?}");
    let demo: Value = serde_json::from_str(&run.out).expect("one JSON object");
    let agents = demo["agents"].as_array().expect("agents");
    assert_eq!(agents.len(), 3);
    assert!(agents.iter().all(|agent| agent["name"].is_string()), "{demo}");
    assert_eq!(demo["channels"], json!([{ "key": "demo", "url_path": "/chat/demo" }]));

    let again = program.run(&["demo", "--json"]).await;
    assert_eq!((again.code, again.out.as_str()), (Some(1), ""), "{again:?}");
    let kept = program.run(&["demo", "--json", "--if-empty"]).await;
    assert_eq!((kept.code, kept.out), (Some(0), run.out), "the sign-ins are told again");

    let desk = program.serve().await;
    assert_eq!(desk.introduction, "", "it has an administrator already");
    for person in agents.iter().chain([&demo["admin"]]) {
        let text = |name: &str| person[name].as_str().expect("a text");
        let (code, me) = try_sign_in(&desk.url, text("email"), text("password")).await;
        assert_eq!((code, &me["must_change_password"]), (200, &Value::Bool(false)), "{me}");
        assert_eq!(
            (&me["load"], &me["shown_status"]),
            (&json!(0), &json!("offline")),
            "{me}"
        );
    }
    assert_eq!(status(&format!("{}/api/v1/visitor/channels/demo", desk.url)).await, 200);
    desk.end("TERM").await;
}

/// F16: a second process on the same file refuses to start and says who has it; the first one goes on.
#[tokio::test]
async fn two_processes_do_not_share_a_file() {
    let folder = folder();
    let program = Program::on(folder.path());
    let first = program.serve().await;
    let second = program.run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(second.code, Some(1), "{second:?}");
    assert!(second.complaints.contains(&first.pid().to_string()), "{second:?}");
    assert_eq!(status(&format!("{}/readyz", first.url)).await, 200);
    first.end("TERM").await;
}

/// OPS-02: `create-admin` and `reset-password` let the operator back in.
#[tokio::test]
async fn the_operator_gets_back_in() {
    let folder = folder();
    let program = Program::on(folder.path());
    let added = program
        .run(&["create-admin", "--email", "bo@example.com", "--name", "Bo"])
        .await;
    assert_eq!(added.code, Some(0), "{added:?}");
    let taken = program.run(&["create-admin", "--email", "bo@example.com"]).await;
    assert_eq!(taken.code, Some(1), "{taken:?}");
    let unknown = program.run(&["reset-password", "--email", "nobody@example.com"]).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");
    let reset = program.run(&["reset-password", "--email", "bo@example.com"]).await;
    assert_eq!(reset.code, Some(0), "{reset:?}");

    let desk = program.serve().await;
    let (old, new) = (printed(&added.out, "password"), printed(&reset.out, "password"));
    assert_eq!(try_sign_in(&desk.url, "bo@example.com", old).await.0, 401);
    let (code, me) = try_sign_in(&desk.url, "bo@example.com", new).await;
    assert_eq!((code, &me["name"]), (200, &json!("Bo")), "{me}");
    desk.end("TERM").await;
}

/// OPS-02, C16: `migrate` brings the tables up to date once; `openapi` prints the document.
#[tokio::test]
async fn commands_that_only_do_one_thing() {
    let folder = folder();
    let program = Program::on(folder.path());
    let first = program.run(&["migrate"]).await;
    assert!(
        first.code == Some(0) && first.out.starts_with("applied 0001_"),
        "{first:?}"
    );
    let second = program.run(&["migrate"]).await;
    assert!(
        second.code == Some(0) && second.out.starts_with("nothing to do"),
        "{second:?}"
    );
    let document: Value = serde_json::from_str(&program.run(&["openapi"]).await.out).expect("JSON");
    assert!(document["paths"]["/api/v1/sign-in"].is_object());
    for command in [
        "",
        "serve",
        "migrate",
        "check",
        "backup",
        "restore",
        "check-config",
        "openapi",
        "create-admin",
        "reset-password",
        "demo",
    ] {
        let arguments: Vec<&str> = [command, "--help"]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect();
        let help = program.run(&arguments).await;
        assert!(
            help.code == Some(0) && help.out.contains("Usage: frontdesk"),
            "{help:?}"
        );
    }
}

/// C01, C13: what was said is there after an orderly restart, under the same sign-in and the same token; a socket is
/// told to come back. OPS-04: on both engines.
#[tokio::test]
async fn a_restart_keeps_everything() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        restart_keeps_everything_on(engine).await;
    }
}

async fn restart_keeps_everything_on(engine: Engine) {
    let mut desk = TestDesk::start_on(engine).await;
    let ann = desk.agent("Ann").await;
    let visitor = desk.visitor("v1");
    let said = visitor.says("hello").await;
    let mut page = visitor.connects().await;
    let restarted = async {
        desk.restart().await;
    };
    let told = async {
        let told = page.frame("going_away").await;
        assert!(
            (0..=5_000).contains(&told["reconnect_after_ms"].as_i64().expect("a time")),
            "{told}"
        );
        assert_eq!(page.is_closed().await, 1012);
    };
    let begin = Instant::now();
    tokio::join!(restarted, told);
    assert!(
        begin.elapsed() < Duration::from_secs(8),
        "stopping waited for connections that were over"
    );

    assert_eq!(ann.get("/me").await["email"], "ann@example.com");
    let _workbench = ann.is_on_duty().await;
    ann.gets(&said.session).await;
    let lines = ann.reads(&said.session).await;
    assert!(
        lines.iter().any(|line| line["body"]["content"]["text"] == "hello"),
        "{lines:?}"
    );
    let again = visitor.says("still here").await;
    assert_eq!((again.session, again.seq > said.seq), (said.session, true));
    desk.stop().await;
}

/// OPS-01, T120, T211, T118: pages and files say what they may load and who may frame them; what does not exist is no
/// page; the API stays the API.
#[tokio::test]
async fn pages_are_served_with_their_policies() {
    let desk = TestDesk::start().await;
    for (path, framing) in [("/", "'none'"), ("/console/agents", "'none'"), ("/chat/shop", "'self'")] {
        let page = desk.page(path).await;
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self';") && policy.contains("object-src 'none'"),
            "{path}: {policy}"
        );
        assert!(
            policy.contains(&format!("frame-ancestors {framing}")),
            "{path}: {policy}"
        );
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        // The pages, or a sentence on how to build them.
        let is_built = built(path);
        assert_eq!(page.status, if is_built { 200 } else { 503 }, "{path}");
        let text = page.body.as_str().expect("a text").to_lowercase();
        assert!(
            text.contains(if is_built { "<!doctype html>" } else { "make build" }),
            "{path}: {text}"
        );
    }
    for path in [
        "/assets/none.js",
        "/chat-assets/none.js",
        "/chat-assets/index.html",
        "/chat",
        "/api/none",
    ] {
        assert_eq!(desk.page(path).await.status, 404, "{path}");
    }
    desk.call(Method::GET, "/none", Value::Null)
        .await
        .refused(404, "not_found");
    assert_eq!(desk.page("/healthz").await.body, "alive\n");
}

/// OPS-01: files whose names change with their content are kept for ever, others are asked for again; what a browser
/// has already is not sent twice, and texts are compressed. Needs the web build, which `make test` makes first.
#[tokio::test]
async fn files_are_kept_by_browsers() {
    assert!(
        built("/chat/shop"),
        "the visitor's page is not built: `cargo xtask web`"
    );
    let desk = TestDesk::start().await;
    let page = desk.page("/chat/shop").await;
    let text = page.body.as_str().expect("a text");
    let script = text
        .split('"')
        .find(|part| part.starts_with("/chat-assets/") && part.ends_with(".js"));
    let script = format!(
        "{}{}",
        desk.url(),
        script.unwrap_or_else(|| panic!("no script in {text}"))
    );
    let client = reqwest::Client::new();
    let first = client.get(&script).send().await.expect("an answer");
    let header = |answer: &reqwest::Response, name: &str| answer.headers()[name].to_str().expect("a text").to_owned();
    assert_eq!(first.status(), 200);
    assert_eq!(header(&first, "cache-control"), "public, max-age=31536000, immutable");
    assert!(header(&first, "content-type").contains("javascript"));
    let known = client
        .get(&script)
        .header("if-none-match", header(&first, "etag"))
        .send()
        .await
        .expect("an answer");
    assert_eq!(known.status(), 304);
    let small = client
        .get(&script)
        .header("accept-encoding", "br, gzip")
        .send()
        .await
        .expect("an answer");
    assert_eq!(header(&small, "content-encoding"), "br");
    let (whole, small) = (
        first.bytes().await.expect("bytes").len(),
        small.bytes().await.expect("bytes").len(),
    );
    assert!(small * 2 < whole, "{small} of {whole} bytes");
}

fn built(path: &str) -> bool {
    let page = if path.starts_with("/chat/") {
        "visitor/dist/index.zh-CN.html"
    } else {
        "desk/dist/index.html"
    };
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../web/apps")
        .join(page)
        .exists()
}
