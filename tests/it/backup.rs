//! Backups made while people talk, and put back (C17, OPS-08).

use std::path::{Path, PathBuf};
use std::time::Duration;

use testkit::{ADMIN_EMAIL, ADMIN_PASSWORD, CHANNEL, Engine, Program, Run, Serving, TestDesk, Value, json};
use tokio::time::timeout;

use crate::check;

/// A visitor of a program's own channel, over HTTP.
pub struct Guest {
    client: reqwest::Client,
    url: String,
    token: String,
}

impl Guest {
    /// A new visitor of the channel `demo`.
    pub async fn of(serving: &Serving) -> Self {
        Self::tries_of(serving).await.expect("an answer")
    }

    /// A new visitor, if the server still answers.
    pub async fn tries_of(serving: &Serving) -> Result<Self, reqwest::Error> {
        let client = reqwest::Client::new();
        let claim = client
            .post(format!("{}/api/v1/visitor/channels/demo/token", serving.url))
            .json(&json!({ "nickname": "Vera", "language": "en" }))
            .send()
            .await?;
        let claim: Value = claim.json().await?;
        Ok(Self {
            client,
            url: serving.url.clone(),
            token: claim["token"].as_str().unwrap_or_else(|| panic!("{claim}")).to_owned(),
        })
    }

    /// The same visitor at a server that was started again.
    pub fn at(self, serving: &Serving) -> Self {
        Self {
            url: serving.url.clone(),
            ..self
        }
    }

    /// The same visitor's browser, coming to another server.
    pub fn again_at(&self, serving: &Serving) -> Self {
        Self {
            client: self.client.clone(),
            url: serving.url.clone(),
            token: self.token.clone(),
        }
    }

    /// Tries to say something under this key; the status and the answer, or why there is none.
    pub async fn tries(&self, key: &str, text: &str) -> Result<(u16, Value), reqwest::Error> {
        let key = key.replace(' ', "-");
        let post = json!({ "client_id": key, "content": { "type": "text", "text": text } });
        let answer = self
            .client
            .post(format!("{}/api/v1/visitor/messages", self.url))
            .bearer_auth(&self.token)
            .json(&post)
            .send()
            .await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Says something that is taken.
    pub async fn says(&self, key: &str) -> Value {
        let (status, answer) = self.tries(key, key).await.expect("an answer");
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Everything that this visitor ever said, in order, as texts; nothing where nobody knows the visitor.
    pub async fn reads_everything(&self) -> Vec<String> {
        let mut page = self.reads("conversation").await;
        let mut said = Vec::new();
        loop {
            let Some(lines) = page["entries"].as_array() else {
                return said;
            };
            let own = lines.iter().filter(|line| line["author"] == "visitor");
            let mut texts: Vec<String> = own
                .filter_map(|line| Some(line["body"]["content"]["text"].as_str()?.to_owned()))
                .collect();
            texts.append(&mut said);
            said = texts;
            let (Some(first), true) = (lines.first(), page["has_earlier"] == true) else {
                return said;
            };
            let (session, seq) = (&first["session_id"], &first["seq"]);
            let session = session.as_str().expect("an id");
            let before = format!("history?limit=100&before_session_id={session}&before_seq={seq}");
            page = self.reads(&before).await;
        }
    }

    async fn reads(&self, path: &str) -> Value {
        let answer = self
            .client
            .get(format!("{}/api/v1/visitor/{path}", self.url))
            .bearer_auth(&self.token)
            .send();
        answer.await.expect("an answer").json().await.expect("JSON")
    }

    /// Uploads a text file; the status and the answer.
    pub async fn uploads(&self, bytes: Vec<u8>) -> (u16, Value) {
        self.tries_to_upload(bytes).await.expect("an answer")
    }

    async fn tries_to_upload(&self, bytes: Vec<u8>) -> Result<(u16, Value), reqwest::Error> {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("notes.txt");
        let answer = self
            .client
            .post(format!("{}/api/v1/visitor/attachments", self.url))
            .bearer_auth(&self.token)
            .multipart(reqwest::multipart::Form::new().part("file", part))
            .send()
            .await?;
        Ok((answer.status().as_u16(), answer.json().await?))
    }

    /// Uploads a file and posts it.
    pub async fn sends_a_file(&self, key: &str) {
        self.tries_to_send_a_file(key).await.expect("answers");
    }

    /// Uploads a file and posts it, if the server answers so long.
    pub async fn tries_to_send_a_file(&self, key: &str) -> Result<(), reqwest::Error> {
        let (status, file) = self.tries_to_upload(b"a long list".to_vec()).await?;
        assert_eq!(status, 200, "{file}");
        let key = key.replace(' ', "-");
        let post = json!({ "client_id": key, "content": { "type": "file", "attachment_id": file["id"] } });
        let answer = self
            .client
            .post(format!("{}/api/v1/visitor/messages", self.url))
            .bearer_auth(&self.token)
            .json(&post)
            .send()
            .await?;
        assert_eq!(answer.status(), 200);
        Ok(())
    }
}

/// A desk in a folder, with a channel `demo` and without limits on floods; nobody is on duty.
pub async fn sample(folder: &Path) -> Program {
    let program = without_limits(Program::on(folder))
        .with("FRONTDESK_ADMIN_EMAIL", ADMIN_EMAIL)
        .with("FRONTDESK_ADMIN_PASSWORD", ADMIN_PASSWORD);
    if folder.join("frontdesk.db").exists() {
        return program;
    }
    std::fs::create_dir_all(folder).expect("a folder");
    let serving = program.serve().await;
    let client = reqwest::Client::new();
    let credentials = json!({ "identifier": ADMIN_EMAIL, "password": ADMIN_PASSWORD });
    let url = format!("{}/api/v1", serving.url);
    let signed_in = client
        .post(format!("{url}/sign-in"))
        .json(&credentials)
        .send()
        .await
        .expect("an answer");
    let cookie = signed_in.headers()["set-cookie"].to_str().expect("a text");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    let me: Value = signed_in.json().await.expect("JSON");
    let flows = client
        .get(format!("{url}/flows"))
        .header("cookie", &cookie)
        .send()
        .await
        .expect("an answer");
    let flows: Value = flows.json().await.expect("JSON");
    let added = client
        .post(format!("{url}/channels"))
        .header("cookie", &cookie)
        .header("x-csrf-token", me["csrf_token"].as_str().expect("a token"))
        .json(&json!({ "title": "Demo", "flow_id": flows["items"][0]["id"], "key": "demo" }))
        .send();
    let added = added.await.expect("an answer");
    assert!(added.status().is_success(), "{:?}", added.text().await);
    assert_eq!(serving.end("TERM").await.code, Some(0));
    program
}

/// The program without limits on floods: all tests come from one address.
pub fn without_limits(program: Program) -> Program {
    [
        "MESSAGE_BURST",
        "MESSAGES_PER_MINUTE",
        "UPLOADS_PER_VISITOR",
        "SESSIONS_PER_ADDRESS",
    ]
    .into_iter()
    .fold(program, |program, limit| {
        program.with(&format!("FRONTDESK_LIMITS__{limit}"), "100000")
    })
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

async fn restore(from: &Path, to: &Path) -> Run {
    Program::on(to)
        .run(&["restore", "--verify", "--from", text(from)])
        .await
}

fn manifest(backup: &Path) -> Value {
    let text = std::fs::read_to_string(backup.join("manifest.json")).expect("a manifest");
    serde_json::from_str(&text).expect("JSON")
}

/// C17, OPS-08, F74, I28: a backup made while somebody talks holds a moment of the desk: everything said before it, files
/// with their bytes, nothing half. It goes back into an empty folder, where everything holds, the desk serves, and the
/// conversation goes on with new numbers.
#[tokio::test]
async fn c17_f74_a_backup_is_made_while_people_talk() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let program = sample(&place("desk")).await;
    let serving = program.serve().await;
    let guest = Guest::of(&serving).await;
    guest.says("before").await;
    guest.sends_a_file("file").await;
    let talking = async {
        for number in 0..200 {
            guest.says(&format!("while {number}")).await;
        }
    };
    let backup = place("backup");
    let arguments = ["backup", "--to", text(&backup)];
    let making = program.run(&arguments);
    let (made, ()) = tokio::join!(making, talking);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.out.contains("secret.key"), "{made:?}");
    guest.says("after").await;

    let about = manifest(&backup);
    assert_eq!(
        (&about["engine"], &about["format"]),
        (&json!("sqlite"), &json!(1)),
        "{about}"
    );
    assert!(about["files"].as_i64().is_some_and(|files| files >= 1), "{about}");
    let listed = std::process::Command::new("sha256sum")
        .args(["--quiet", "-c", "files.sha256"])
        .current_dir(&backup)
        .status();
    assert!(listed.expect("sha256sum runs").success());
    assert!(!backup.join("secret.key").exists());

    // Made twice into the same place it would be two halves.
    let again = program.run(&["backup", "--to", text(&backup)]).await;
    assert_eq!(again.code, Some(1), "{again:?}");
    assert!(again.complaints.contains("not empty"), "{again:?}");

    let restored = restore(&backup, &place("restored")).await;
    assert_eq!(restored.code, Some(0), "{restored:?}");
    assert!(restored.out.contains("Everything holds."), "{restored:?}");
    serving.end("KILL").await;
    // The key that sealed what is sealed in there.
    std::fs::copy(place("desk").join("secret.key"), place("restored").join("secret.key")).expect("copied");
    let serving = Program::on(&place("restored")).serve().await;
    let guest = guest.at(&serving);
    let lines = guest.reads_everything().await;
    assert!(lines.contains(&"before".to_owned()) && !lines.contains(&"after".to_owned()));
    let whiles: Vec<&String> = lines.iter().filter(|line| line.starts_with("while")).collect();
    for (number, line) in whiles.iter().enumerate() {
        assert_eq!(**line, format!("while {number}"), "a prefix of what was said");
    }
    guest.says("here again").await;
    let checked = Program::on(&place("restored")).run(&["check"]).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    serving.end("TERM").await;
}

/// C17, F75, T1215: what is restored is exactly what was backed up. A missing, changed or foreign file is named; a changed
/// database, a changed list and a backup that was interrupted are refused; so is a place that is not empty.
#[tokio::test]
async fn c17_f75_a_damaged_backup_is_named_or_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let program = sample(&place("desk")).await;
    let serving = program.serve().await;
    let guest = Guest::of(&serving).await;
    guest.sends_a_file("one").await;
    guest.sends_a_file("two").await;
    serving.end("TERM").await;
    let whole = place("backup");
    let made = program.run(&["backup", "--to", text(&whole)]).await;
    assert_eq!(made.code, Some(0), "{made:?}");

    // Both attachments' bytes are the same; their places are not.
    let files = stored(&whole.join("attachments"));
    assert_eq!(files.len(), 2, "{files:?}");
    let damaged = |name: &str, damage: &dyn Fn(&Path)| {
        let copy = place(name);
        copy_folder(&whole, &copy);
        damage(&copy);
        (copy, place(&format!("{name}-restored")))
    };
    let refused = async |(from, to): (PathBuf, PathBuf), words: &str| {
        let run = restore(&from, &to).await;
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.complaints.contains(words), "{words}: {run:?}");
        assert!(!to.join("frontdesk.db").exists(), "{words}");
    };
    let cut = damaged("interrupted", &|copy| {
        std::fs::remove_file(copy.join("manifest.json")).expect("removed");
    });
    refused(cut, "no whole backup").await;
    let changed = damaged("changed", &|copy| {
        let database = copy.join("frontdesk.db");
        let mut bytes = std::fs::read(&database).expect("bytes");
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(database, bytes).expect("written");
    });
    refused(changed, "frontdesk.db was changed").await;
    let list = damaged("list", &|copy| {
        std::fs::write(copy.join("files.sha256"), "").expect("written");
    });
    refused(list, "files.sha256 was changed").await;
    let newer = damaged("newer", &|copy| {
        let mut about = manifest(copy);
        about["format"] = json!(2);
        std::fs::write(copy.join("manifest.json"), about.to_string()).expect("written");
    });
    refused(newer, "format 2").await;

    let (from, to) = damaged("files", &|copy| {
        let files = stored(&copy.join("attachments"));
        std::fs::remove_file(&files[0]).expect("removed");
        std::fs::write(&files[1], "other bytes").expect("written");
        std::fs::write(copy.join("attachments/stranger"), "what is this?").expect("written");
    });
    let run = restore(&from, &to).await;
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        run.complaints.matches("is missing or was changed").count(),
        2,
        "{run:?}"
    );
    assert!(
        run.complaints.contains("attachments/stranger does not belong"),
        "{run:?}"
    );
    assert!(run.out.contains("attachments    2 FAULTS"), "{run:?}");
    // The rest is there, and the desk serves it.
    let serving = Program::on(&to).serve().await;
    serving.end("TERM").await;

    let taken = restore(&whole, &to).await;
    assert_eq!(taken.code, Some(1), "{taken:?}");
    assert!(taken.complaints.contains("into an empty place"), "{taken:?}");
    let back = restore(&whole, &place("whole")).await;
    assert_eq!(back.code, Some(0), "{back:?}");
}

/// F75: bytes that were missing already when the backup was made are named then, and the rest is kept.
#[tokio::test]
async fn f75_a_backup_of_a_desk_that_lost_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let program = sample(&place("desk")).await;
    let serving = program.serve().await;
    Guest::of(&serving).await.sends_a_file("one").await;
    serving.end("TERM").await;
    std::fs::remove_file(&stored(&place("desk").join("attachments"))[0]).expect("removed");
    let made = program.run(&["backup", "--to", text(&place("backup"))]).await;
    assert_eq!(made.code, Some(1), "{made:?}");
    assert!(made.complaints.contains("is missing"), "{made:?}");
    assert_eq!(manifest(&place("backup"))["damaged"].as_array().map(Vec::len), Some(1));
    let restored = restore(&place("backup"), &place("restored")).await;
    assert!(restored.out.contains("attachments    1 FAULT"), "{restored:?}");
}

/// OPS-08, OPS-04, C17: the same on PostgreSQL, whose own tools copy the database.
#[tokio::test]
async fn c17_a_postgres_database_is_backed_up_by_its_own_tools() {
    let desk = TestDesk::start_on(Engine::Postgres).await;
    let vera = desk.visitor("Vera");
    vera.says("before").await;
    let mut snapshot = store::Snapshot::open(&desk.database_url()).await.expect("a snapshot");
    vera.says("after").await;
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup");
    let attachments = desk.folder().join("attachments");
    let made = app::backup::make(&mut snapshot, Some(&attachments), &backup, desk.now()).await;
    assert_eq!(made.expect("a backup").engine, "postgres");

    let empty = store::testing::TestDatabase::empty_postgres().await;
    let (data, files) = (folder.path().join("data"), folder.path().join("files"));
    let restored = app::backup::restore(&backup, empty.settings(), &data, &files, desk.now()).await;
    assert!(restored.expect("restored").damaged.is_empty());
    let mut copy = store::Snapshot::open(&empty.settings().url).await.expect("a snapshot");
    assert!(check::report(&mut copy, &files).await.is_clean());
    // The restored one holds the moment of the snapshot, and is in another life.
    let (there, here) = (
        store::check::counts(&mut copy).await,
        store::check::counts(&mut snapshot).await,
    );
    assert_eq!(there, here);
    let lives = (
        store::generations::current(&mut copy).await.expect("a life"),
        store::generations::current(&mut snapshot).await.expect("a life"),
    );
    assert!(lives.0.is_some() && lives.0 != lives.1, "{lives:?}");
    drop(copy);
    let taken = app::backup::restore(&backup, empty.settings(), &data, &files, desk.now()).await;
    assert!(taken.is_err(), "a database that is not empty was filled again");
    empty.remove().await;
    drop(snapshot);
    desk.stop().await;
}

/// All files in the folders of a folder.
pub fn stored(folder: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = inside(folder)
        .filter(|shelf| shelf.file_name().len() == 2)
        .flat_map(|shelf| inside(&shelf.path()).map(|file| file.path()).collect::<Vec<_>>())
        .collect();
    files.sort();
    files
}

fn copy_folder(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.expect("cp runs").success());
}

/// F74, C17: a backup that is cut off leaves a folder that is no backup, and the desk as it was.
#[tokio::test]
async fn f74_an_interrupted_backup_is_no_backup() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let program = sample(&place("desk")).await;
    let serving = program.serve().await;
    let guest = Guest::of(&serving).await;
    for number in 0..20 {
        guest.sends_a_file(&format!("file {number}")).await;
    }
    // Killed at many moments: before it began, in the middle, after its end.
    let mut whole = 0;
    for number in 0..12 {
        let backup = place(&format!("backup-{number}"));
        let arguments = ["backup", "--to", text(&backup)];
        let running = program.run(&arguments);
        let cut = timeout(Duration::from_millis(10 * number), running).await.is_err();
        let run = restore(&backup, &place(&format!("restored-{number}"))).await;
        if backup.join("manifest.json").exists() {
            whole += 1;
            assert_eq!(run.code, Some(0), "{run:?}");
        } else {
            assert!(cut);
            assert!(run.complaints.contains("no whole backup"), "{run:?}");
        }
    }
    assert!(whole < 12, "none was cut off");
    guest.says("still here").await;
    serving.end("TERM").await;
    assert_eq!(program.run(&["check"]).await.code, Some(0));
}

/// F74, C04, C17: in a new life of the database, places of the old one are void: whoever comes back with them gets
/// everything anew, over sockets and over HTTP; with places of this life only what is missing.
#[tokio::test]
async fn f74_places_of_another_life_are_void() {
    let mut desk = TestDesk::start().await;
    let ann = desk.agent("Ann").await;
    let bench = ann.is_on_duty().await;
    let vera = desk.visitor("Vera");
    let said = vera.says("hello").await;
    ann.gets(&said.session).await;
    drop(bench);
    let old = vera.conversation().await["generation"].clone();
    assert_eq!(ann.get("/workbench").await["generation"], old);
    let workbench = ann.get("/workbench").await;
    let comes_back = async |desk: &TestDesk, life: &Value| {
        let known = json!({ "session_id": said.session, "seq": said.seq, "generation": life });
        let mut page = vera.opens_socket().await;
        let hello = json!({ "type": "hello", "channel": CHANNEL, "token": vera.token().await, "last": known });
        page.send(&hello).await;
        let page = page.frame("welcome").await;
        let mut bench = ann.opens_socket().await;
        let sessions = json!({ said.session.as_str(): said.seq });
        let hello = json!({ "type": "hello", "cursor": workbench["cursor"], "sessions": sessions, "generation": life });
        bench.send(&hello).await;
        let bench = bench.frame("welcome").await;
        let life = life.as_str().expect("a text");
        let path = format!(
            "/visitor/conversation?session_id={}&after_seq={}&generation={life}",
            said.session, said.seq
        );
        let read = vera.call(testkit::Method::GET, &path, Value::Null).await.ok();
        let read = read["entries"].as_array().expect("lines").len();
        assert_eq!(page["conversation"]["generation"], bench["generation"]);
        assert!(desk.app().generation() == bench["generation"]);
        (page["resumed"].clone(), bench["resumed"].clone(), read)
    };
    let (page, bench, later) = comes_back(&desk, &old).await;
    assert_eq!((page, bench), (json!(true), json!(true)));

    let now = desk.now();
    let begun = desk
        .app()
        .store
        .write(async move |tx| store::generations::begin(tx, uuid::Uuid::new_v4(), now).await);
    begun.await.expect("a new life");
    desk.restart().await;
    let (page, bench, all) = comes_back(&desk, &old).await;
    assert_eq!((page, bench), (json!(false), json!(false)));
    assert!(all > later, "{all} lines instead of more than {later}");
    desk.stop().await;
}
