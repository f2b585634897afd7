//! `check`: a good database is clean, and each kind of damage is found where it is, and nothing else (C18, OPS-02).

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use app::check::{Found, Report};
use store::testing::TestDatabase;
use store::{Snapshot, Sql, StoreError, params};
use testkit::{Engine, Method, Program, TestDesk, Value, eventually, json};

/// What a damage is about: ids as the store has them, bare.
struct Place {
    active: String,
    waiting: String,
    ended: String,
    visitor: String,
    ann: String,
    file: PathBuf,
}

/// A desk with sessions in every stage, a file, mails and lines of audit; and the socket of the agent on duty.
async fn world(engine: Engine) -> (TestDesk, Place) {
    let desk = TestDesk::start_on(engine).await;
    ends_when_quiet(&desk).await;
    let ann = desk.agent("Ann").await;
    let bench = ann.is_on_duty().await;
    let vera = desk.visitor("Vera");
    let active = vera.says("Is anybody there?").await.session;
    ann.gets(&active).await;
    let file = vera.uploads("notes.txt", b"a long list".to_vec()).await.ok();
    vera.posts("file-1", json!({ "type": "file", "attachment_id": file["id"] }))
        .await
        .ok();
    ann.says(&active, "Yes, I read it.").await;
    let victor = desk.visitor("Victor");
    let ended = victor.says("Good-bye").await.session;
    ann.gets(&ended).await;
    victor.ends().await;
    ann.goes("not_ready").await;
    let waiting = desk.visitor("Wei").says("你好").await.session;
    drop(bench);
    // Nothing moves any more once the lost connection is noted.
    eventually("Ann is gone", async || {
        let kinds = store::check::timer_kinds(&mut desk.app().store.reader()).await;
        kinds.expect("timers").iter().any(|(kind, _)| kind == "agent_grace")
    })
    .await;
    let place = Place {
        active: bare(&active),
        waiting: bare(&waiting),
        ended: bare(&ended),
        visitor: bare(&vera.id().await),
        ann: bare(ann.id()),
        file: stored_file(&desk),
    };
    (desk, place)
}

/// Has the desk's flow end sessions in which nobody says anything.
async fn ends_when_quiet(desk: &TestDesk) {
    let admin = desk.admin().await;
    let flow = admin.get("/flows").await["items"][0].clone();
    let mut settings = flow["settings"].clone();
    settings["inactive_seconds"] = json!(86_400);
    let path = format!("/flows/{}", flow["id"].as_str().expect("an id"));
    admin
        .call(Method::PATCH, &path, json!({ "settings": settings }))
        .await
        .ok();
}

/// `ses_` and 32 digits as a bare UUID.
fn bare(id: &str) -> String {
    let digits = id.split_once('_').expect("an id").1;
    [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        .map(|(from, to)| &digits[from..to])
        .join("-")
}

fn stored_file(desk: &TestDesk) -> PathBuf {
    let shelves = std::fs::read_dir(desk.folder().join("attachments")).expect("a folder");
    let mut files = shelves
        .map(|shelf| shelf.expect("an entry").path())
        .filter(|shelf| shelf.file_name().is_some_and(|name| name.len() == 2))
        .flat_map(|shelf| std::fs::read_dir(shelf).expect("a folder"))
        .map(|file| file.expect("an entry").path());
    files.next().expect("a stored file")
}

async fn look(desk: &TestDesk) -> Report {
    let mut snapshot = Snapshot::open(&desk.database_url()).await.expect("a snapshot");
    snapshot.schema().await.expect("the tables of this program");
    report(&mut snapshot, &desk.folder().join("attachments")).await
}

/// What there is to say about a database. Files are as old as the machine says, whatever a desk's clock says.
pub async fn report(snapshot: &mut Snapshot, attachments: &std::path::Path) -> Report {
    let now = app::Clock::system().now();
    app::check::run(snapshot, Some(attachments), now)
        .await
        .expect("a report")
}

/// Runs each text, the place's ids filled in, as one write.
async fn run(desk: &TestDesk, place: &Place, texts: &[&str]) {
    let filled: Vec<&'static Sql> = texts
        .iter()
        .map(|text| {
            let text = text
                .replace("{active}", &place.active)
                .replace("{waiting}", &place.waiting)
                .replace("{ended}", &place.ended)
                .replace("{visitor}", &place.visitor)
                .replace("{ann}", &place.ann);
            // The store wants texts that live as long as the program; these few may.
            &*Box::leak(Box::new(Sql::new("DAMAGE", file!(), String::leak(text))))
        })
        .collect();
    let done = desk.app().store.write(async move |tx| {
        for sql in &filled {
            tx.execute(sql, params![]).await?;
        }
        Ok::<_, StoreError>(())
    });
    done.await.expect("a write");
}

/// One way of damaging a database, and how to mend it again.
struct Damage {
    rule: &'static str,
    /// What the place of each fault contains.
    place: &'static str,
    damage: &'static [&'static str],
    mend: &'static [&'static str],
}

#[rustfmt::skip]
const DAMAGES: &[Damage] = &[
    // I04: a hole in the numbers.
    Damage { rule: "numbers", place: "{active} line", damage: &[
        "UPDATE entries SET seq = seq + 100 WHERE session_id = '{active}' AND seq = (SELECT last_seq FROM sessions WHERE id = '{active}')",
        "UPDATE sessions SET last_seq = last_seq + 100, visitor_seq = visitor_seq + 100, agent_read = agent_read + 100 WHERE id = '{active}'",
    ], mend: &[
        "UPDATE entries SET seq = seq - 100 WHERE session_id = '{active}' AND seq = (SELECT last_seq FROM sessions WHERE id = '{active}')",
        "UPDATE sessions SET last_seq = last_seq - 100, visitor_seq = visitor_seq - 100, agent_read = agent_read - 100 WHERE id = '{active}'",
    ] },
    // I04: a line that the visitor would miss.
    Damage { rule: "visitor_view", place: "{active} line", damage: &[
        "UPDATE entries SET visitor_prev = visitor_prev - 1 WHERE session_id = '{active}' AND seq = (SELECT last_seq FROM sessions WHERE id = '{active}')",
    ], mend: &[
        "UPDATE entries SET visitor_prev = visitor_prev + 1 WHERE session_id = '{active}' AND seq = (SELECT last_seq FROM sessions WHERE id = '{active}')",
    ] },
    // I13: something follows the end.
    Damage { rule: "path", place: "{ended} line", damage: &[
        "INSERT INTO entries (session_id, seq, tenant_id, id, at, author, sender_id, client_id, body, visitor_prev)
         SELECT id, last_seq + 1, tenant_id, '00000000-0000-7000-8000-00000000abcd', ended_at, 'flow', NULL, NULL,
                '{\"kind\":\"flow_step\",\"node\":\"again\"}', NULL FROM sessions WHERE id = '{ended}'",
        "UPDATE sessions SET last_seq = last_seq + 1 WHERE id = '{ended}'",
    ], mend: &[
        "DELETE FROM entries WHERE id = '00000000-0000-7000-8000-00000000abcd'",
        "UPDATE sessions SET last_seq = last_seq - 1 WHERE id = '{ended}'",
    ] },
    // I07: a second agent while the first still serves.
    Damage { rule: "owner", place: "{active} line", damage: &[
        "INSERT INTO entries (session_id, seq, tenant_id, id, at, author, sender_id, client_id, body, visitor_prev)
         SELECT id, last_seq + 1, tenant_id, '00000000-0000-7000-8000-00000000abcd', started_at, 'system', NULL, NULL,
                '{\"kind\":\"assigned\",\"agent_id\":\"agt_0000000000007000800000000000abcd\",\"nickname\":\"Bo\",\"staff_no\":\"2\",\"reason\":{\"rule\":\"only_one\"}}',
                visitor_seq FROM sessions WHERE id = '{active}'",
        "UPDATE sessions SET last_seq = last_seq + 1, visitor_seq = last_seq + 1 WHERE id = '{active}'",
    ], mend: &[
        "DELETE FROM entries WHERE id = '00000000-0000-7000-8000-00000000abcd'",
        "UPDATE sessions SET last_seq = last_seq - 1, visitor_seq = last_seq - 1 WHERE id = '{active}'",
    ] },
    // I24: the row is not the fold of the log.
    Damage { rule: "row", place: "{active}", damage: &[
        "UPDATE sessions SET silent_since = silent_since + 1 WHERE id = '{active}'",
    ], mend: &[
        "UPDATE sessions SET silent_since = silent_since - 1 WHERE id = '{active}'",
    ] },
    // I24: an end that the log does not know.
    Damage { rule: "row", place: "{ended}", damage: &[
        "UPDATE sessions SET ended_at = ended_at + 1 WHERE id = '{ended}'",
    ], mend: &[
        "UPDATE sessions SET ended_at = ended_at - 1 WHERE id = '{ended}'",
    ] },
    // I14: two open sessions of one visitor.
    Damage { rule: "open_sessions", place: "vis_", damage: &[
        "DROP INDEX sessions_open",
        "UPDATE sessions SET queue_number = queue_number, visitor_id = '{visitor}' WHERE id = '{waiting}'",
    ], mend: &[
        "UPDATE sessions SET visitor_id = (SELECT id FROM visitors WHERE nickname = 'Wei') WHERE id = '{waiting}'",
        "CREATE UNIQUE INDEX sessions_open ON sessions (visitor_id, channel_id) WHERE stage <> 'ended'",
    ] },
    // I02: a message stored twice under one key.
    Damage { rule: "keys", place: "sender", damage: &[
        "DROP INDEX entries_client_id",
        "UPDATE entries SET sender_id = 'twice', client_id = 'k' WHERE author = 'flow'",
    ], mend: &[
        "UPDATE entries SET sender_id = NULL, client_id = NULL WHERE author = 'flow'",
        "CREATE UNIQUE INDEX entries_client_id ON entries (sender_id, client_id) WHERE client_id IS NOT NULL",
    ] },
    // I02: one id for two lines.
    Damage { rule: "keys", place: "ent_0000000000007000800000000000abcd", damage: &[
        "UPDATE entries SET id = '00000000-0000-7000-8000-00000000abcd' WHERE seq = 1",
    ], mend: &[
        "UPDATE entries SET id = session_id WHERE seq = 1",
    ] },
    // I08: a load that is not the number of sessions.
    Damage { rule: "loads", place: "{ann}", damage: &["UPDATE agents SET load = load + 1 WHERE id = '{ann}'"],
        mend: &["UPDATE agents SET load = load - 1 WHERE id = '{ann}'"] },
    // I09: served by somebody who may not.
    Damage { rule: "eligible", place: "{active}", damage: &[
        "UPDATE agents SET is_forced_offline = TRUE WHERE id = '{ann}'",
    ], mend: &[
        "UPDATE agents SET is_forced_offline = FALSE WHERE id = '{ann}'",
    ] },
    // I10: a number of a queue given twice.
    Damage { rule: "queue_numbers", place: "grp_", damage: &[
        "UPDATE sessions SET queue_number = queue_number - 1 WHERE id = '{ended}'",
    ], mend: &[
        "UPDATE sessions SET queue_number = queue_number + 1 WHERE id = '{ended}'",
    ] },
    // I10: a number beyond the newest.
    Damage { rule: "queue_numbers", place: "ses_", damage: &["UPDATE skill_groups SET last_number = last_number - 1"],
        mend: &["UPDATE skill_groups SET last_number = last_number + 1"] },
    // I16: a timer of nothing.
    Damage { rule: "timers", place: "timer visitor_silence", damage: &[
        "INSERT INTO timers (kind, subject_id, tenant_id, due_at)
         SELECT 'visitor_silence', '00000000-0000-7000-8000-00000000abcd', id, 1 FROM tenants",
    ], mend: &["DELETE FROM timers WHERE subject_id = '00000000-0000-7000-8000-00000000abcd'"] },
    // I16: a timer of a kind that does not exist.
    Damage { rule: "timers", place: "timer tea_time", damage: &[
        "INSERT INTO timers (kind, subject_id, tenant_id, due_at) SELECT 'tea_time', id, tenant_id, 1 FROM sessions WHERE id = '{active}'",
    ], mend: &["DELETE FROM timers WHERE kind = 'tea_time'"] },
    // I16: a session that nothing would ever end.
    Damage { rule: "timers", place: "{active}", damage: &[
        "UPDATE timers SET subject_id = '{ended}' WHERE subject_id = '{active}' AND kind = 'visitor_silence'",
    ], mend: &[
        "UPDATE timers SET subject_id = '{active}' WHERE subject_id = '{ended}' AND kind = 'visitor_silence'",
    ] },
    // I16: a quiet session that nothing would ever end.
    Damage { rule: "timers", place: "{active}", damage: &[
        "UPDATE timers SET kind = 'visitor_reminder' WHERE subject_id = '{active}' AND kind = 'inactivity'",
    ], mend: &[
        "UPDATE timers SET kind = 'inactivity' WHERE subject_id = '{active}' AND kind = 'visitor_reminder'",
    ] },
    // I16: a timer of the one kind for a thing of the other.
    Damage { rule: "timers", place: "timer agent_grace", damage: &[
        "INSERT INTO timers (kind, subject_id, tenant_id, due_at) SELECT 'agent_grace', id, tenant_id, 8999999999999999999 FROM sessions WHERE id = '{active}'",
    ], mend: &["DELETE FROM timers WHERE kind = 'agent_grace' AND subject_id = '{active}'"] },
    // I16: a grace that would never end.
    Damage { rule: "timers", place: "agt_", damage: &[
        "UPDATE agents SET connection = 'disconnected' WHERE id <> '{ann}'",
        "UPDATE agent_spans SET connection = 'disconnected' WHERE agent_id <> '{ann}' AND until = 9223372036854775807",
    ], mend: &[
        "UPDATE agents SET connection = 'gone' WHERE id <> '{ann}'",
        "UPDATE agent_spans SET connection = 'gone' WHERE agent_id <> '{ann}' AND until = 9223372036854775807",
    ] },
    // I16: a grace of somebody who lost nothing.
    Damage { rule: "timers", place: "agt_", damage: &[
        "INSERT INTO timers (kind, subject_id, tenant_id, due_at) SELECT 'agent_grace', id, tenant_id, 8999999999999999999 FROM agents WHERE id <> '{ann}'",
    ], mend: &["DELETE FROM timers WHERE kind = 'agent_grace' AND due_at = 8999999999999999999"] },
    // I17, DATA-05: a span of an agent that is missing.
    Damage { rule: "counters", place: "{ann}", damage: &["UPDATE agent_spans SET number = number + 1 WHERE agent_id = '{ann}' AND until = 9223372036854775807"],
        mend: &["UPDATE agent_spans SET number = number - 1 WHERE agent_id = '{ann}' AND until = 9223372036854775807"] },
    // I17, DATA-05: a span that is longer than time.
    Damage { rule: "counters", place: "{ann}", damage: &["UPDATE agent_spans SET since = until + 1 WHERE agent_id = '{ann}' AND number = 1"],
        mend: &["UPDATE agent_spans SET since = until WHERE agent_id = '{ann}' AND number = 1"] },
    // I17, DATA-05: an agent about whom the spans say something else.
    Damage { rule: "counters", place: "{ann}", damage: &["UPDATE agent_spans SET status = 'free' WHERE agent_id = '{ann}' AND until = 9223372036854775807"],
        mend: &["UPDATE agent_spans SET status = 'not_ready' WHERE agent_id = '{ann}' AND until = 9223372036854775807"] },
    // I17, DATA-05: an agent whose time stands still.
    Damage { rule: "counters", place: "{ann}", damage: &[
        "UPDATE agent_spans SET until = since WHERE agent_id = '{ann}' AND until = 9223372036854775807",
    ], mend: &[
        "UPDATE agent_spans SET until = 9223372036854775807
         WHERE agent_id = '{ann}' AND number = (SELECT MAX(s.number) FROM agent_spans s WHERE s.agent_id = '{ann}')",
    ] },
    // I17, DATA-05: an agent in two states at once.
    Damage { rule: "counters", place: "{ann}", damage: &["UPDATE agent_spans SET until = 9223372036854775807 WHERE agent_id = '{ann}' AND number = 1"],
        mend: &["UPDATE agent_spans SET until = since WHERE agent_id = '{ann}' AND number = 1"] },
    // I18: a mail that is over without an end.
    Damage { rule: "outbox", place: "out_", damage: &["UPDATE outbox SET finished_at = NULL WHERE state = 'dead'"],
        mend: &["UPDATE outbox SET finished_at = created_at WHERE state = 'dead'"] },
    // I17: unread messages that nobody wrote.
    Damage { rule: "counters", place: "{waiting}", damage: &["UPDATE sessions SET unread = unread + 50 WHERE id = '{waiting}'"],
        mend: &["UPDATE sessions SET unread = unread - 50 WHERE id = '{waiting}'"] },
    // I17: a stream that stands before its own events.
    Damage { rule: "counters", place: "agt_", damage: &["UPDATE agents SET stream_pos = stream_pos - 1000"],
        mend: &["UPDATE agents SET stream_pos = stream_pos + 1000"] },
    // I17: bytes of attachments that are counted wrong.
    Damage { rule: "counters", place: "storage of", damage: &["UPDATE storage SET bytes = bytes + 1"],
        mend: &["UPDATE storage SET bytes = bytes - 1"] },
    // I21: a line of another contact centre.
    Damage { rule: "references", place: "{ended} line 1", damage: &[
        "UPDATE entries SET tenant_id = '00000000-0000-7000-8000-00000000abcd' WHERE session_id = '{ended}' AND seq = 1",
    ], mend: &[
        "UPDATE entries SET tenant_id = (SELECT id FROM tenants) WHERE session_id = '{ended}' AND seq = 1",
    ] },
    // I21: a visitor of another contact centre.
    Damage { rule: "references", place: "", damage: &[
        "UPDATE visitors SET tenant_id = '00000000-0000-7000-8000-00000000abcd' WHERE id = '{visitor}'",
    ], mend: &[
        "UPDATE visitors SET tenant_id = (SELECT id FROM tenants) WHERE id = '{visitor}'",
    ] },
    // I21: lines without their session.
    Damage { rule: "references", place: "ses_0000000000007000800000000000abcd", damage: &[
        "INSERT INTO entries (session_id, seq, tenant_id, id, at, author, sender_id, client_id, body, visitor_prev)
         SELECT '00000000-0000-7000-8000-00000000abcd', 1, id, '00000000-0000-7000-8000-00000000abcd', 1, 'system', NULL, NULL,
                '{\"kind\":\"started\"}', NULL FROM tenants",
    ], mend: &["DELETE FROM entries WHERE session_id = '00000000-0000-7000-8000-00000000abcd'"] },
    // I21: a call of another contact centre's flow.
    Damage { rule: "references", place: "call 1 of", damage: &[
        "INSERT INTO api_calls (session_id, number, tenant_id, node, attempt, host, request, timeout_seconds, due_at, lease, created_at)
         VALUES ('{ended}', 1, '00000000-0000-7000-8000-00000000abcd', 'n', 1, 'a:443', '{}', 5, 8999999999999999999, 0, 1)",
    ], mend: &["DELETE FROM api_calls"] },
    // I20: a message speaks of a file that was posted elsewhere, and the file of a session that does not speak of it.
    Damage { rule: "attachments", place: "", damage: &[
        "UPDATE entries SET body = REPLACE(body, '\"size\":11', '\"size\":12') WHERE session_id = '{active}'",
    ], mend: &[
        "UPDATE entries SET body = REPLACE(body, '\"size\":12', '\"size\":11') WHERE session_id = '{active}'",
    ] },
    // I23: a line of audit that nobody can read.
    Damage { rule: "audit", place: "audit", damage: &["UPDATE audit SET detail = '!' || detail"],
        mend: &["UPDATE audit SET detail = SUBSTR(detail, 2)"] },
    // A line that cannot be read.
    Damage { rule: "readable", place: "{ended} line 1", damage: &[
        "UPDATE entries SET body = '!' || body WHERE session_id = '{ended}' AND seq = 1",
    ], mend: &[
        "UPDATE entries SET body = SUBSTR(body, 2) WHERE session_id = '{ended}' AND seq = 1",
    ] },
    // A session that cannot be read.
    Damage { rule: "readable", place: "{ended}", damage: &["UPDATE sessions SET ended_by = 'nobody' WHERE id = '{ended}'"],
        mend: &["UPDATE sessions SET ended_by = 'visitor' WHERE id = '{ended}'"] },
];

/// C18, I02, I04, I07-I10, I13, I14, I16-I18, I20, I21, I23, I24: a good database is clean; each damage is reported by its
/// rule and at its place, and by no other rule; mended, the database is clean again. On both engines.
#[tokio::test]
async fn c18_each_damage_is_found_where_it_is() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (desk, place) = world(engine).await;
        clean(&look(&desk).await, "before anything");
        for case in DAMAGES {
            run(&desk, &place, case.damage).await;
            let report = look(&desk).await;
            run(&desk, &place, case.mend).await;
            found(&report, case.rule, &in_place(case.place, &place), case.damage);
        }
        files_are_looked_at(&desk, &place).await;
        clean(&look(&desk).await, "after all was mended");
        desk.stop().await;
    }
}

/// Ids as people see them.
fn in_place(text: &str, place: &Place) -> String {
    let shown = |prefix: &str, id: &str| format!("{prefix}_{}", id.replace('-', ""));
    text.replace("{active}", &shown("ses", &place.active))
        .replace("{waiting}", &shown("ses", &place.waiting))
        .replace("{ended}", &shown("ses", &place.ended))
        .replace("{ann}", &shown("agt", &place.ann))
}

fn clean(report: &Report, when: &str) {
    assert!(report.is_clean(), "{when}: {:#?}", report.faults);
    assert_eq!(report.rules.iter().map(|rule| rule.faults).sum::<u64>(), 0);
    assert_eq!((report.counts.sessions, report.counts.attachments), (3, 1), "{when}");
}

fn found(report: &Report, rule: &str, place: &str, damage: impl std::fmt::Debug) {
    assert!(!report.is_clean(), "not found: {damage:?}");
    let elsewhere: Vec<&Found> = report
        .faults
        .iter()
        .filter(|fault| fault.rule != rule || !fault.place.contains(place))
        .collect();
    assert!(elsewhere.is_empty(), "{damage:?} at {place} gave {elsewhere:#?}");
}

/// I20, F75: bytes that are missing, short, changed or nobody's.
async fn files_are_looked_at(desk: &TestDesk, place: &Place) {
    let file = &place.file;
    let bytes = std::fs::read(file).expect("the file");
    for changed in [b"a long lisp".to_vec(), b"a long".to_vec()] {
        std::fs::write(file, changed).expect("written");
        found(&look(desk).await, "attachments", "att_", "other bytes");
    }
    std::fs::remove_file(file).expect("removed");
    found(&look(desk).await, "attachments", "att_", "a missing file");
    std::fs::write(file, bytes).expect("written");
    // What is being uploaded is not known yet; after an hour it should be.
    let orphan = file.with_file_name("ab".repeat(16));
    std::fs::write(&orphan, "left behind").expect("written");
    clean(&look(desk).await, "with an upload under way");
    let two_hours_ago = SystemTime::UNIX_EPOCH + now().saturating_sub(Duration::from_secs(7_200));
    let opened = std::fs::File::options().write(true).open(&orphan).expect("the file");
    opened.set_modified(two_hours_ago).expect("an older file");
    let name = orphan.file_name().and_then(|name| name.to_str()).expect("a name");
    found(&look(desk).await, "attachments", name, "a file of nobody");
    std::fs::remove_file(&orphan).expect("removed");
}

fn now() -> Duration {
    Duration::from_millis(u64::try_from(app::Clock::system().now().0).expect("after 1970"))
}

/// OPS-02, C18: `frontdesk check` beside a running server and without one: a report for people and one for programs,
/// exit code 0; 1 with the place when something is wrong, and when there is no database, which it does not make.
#[tokio::test]
async fn c18_the_command_tells_people_and_programs() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = Program::on(folder.path());
    let missing = program.run(&["check"]).await;
    assert_eq!(missing.code, Some(1), "{missing:?}");
    assert!(missing.complaints.contains("there is no database"), "{missing:?}");
    assert!(!folder.path().join("frontdesk.db").exists());

    let serving = crate::backup::sample(folder.path()).await.serve().await;
    crate::backup::Guest::of(&serving).await.says("hello").await;
    let beside = program.run(&["check"]).await;
    assert_eq!(beside.code, Some(0), "{beside:?}");
    assert!(beside.out.contains("Everything holds."), "{beside:?}");
    assert_eq!(serving.end("KILL").await.code, None);

    let alone = program.run(&["check", "--json"]).await;
    assert_eq!(alone.code, Some(0), "{alone:?}");
    let report: Value = serde_json::from_str(&alone.out).expect("one JSON object");
    assert_eq!(report["ok"], true);
    assert_eq!(report["counts"]["sessions"], 1, "{report}");
    assert!(
        report["rules"].as_array().is_some_and(|rules| rules.len() > 10),
        "{report}"
    );

    damage(&folder.path().join("frontdesk.db"), "UPDATE agents SET load = 7").await;
    let wrong = program.run(&["check", "--json"]).await;
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    let report: Value = serde_json::from_str(&wrong.out).expect("one JSON object");
    assert_eq!(report["faults"][0]["rule"], "loads", "{report}");
}

/// Changes a database behind the program's back.
pub async fn damage(file: &std::path::Path, text: &'static str) {
    let url = store::DatabaseUrl::Sqlite(file.to_owned());
    let store = store::Store::open(&store::DatabaseSettings::new(url))
        .await
        .expect("a free file");
    let sql: &'static Sql = Box::leak(Box::new(Sql::new("DAMAGE", file!(), text)));
    let done = store.write(async move |tx| tx.execute(sql, params![]).await);
    done.await.expect("a write");
    store.close().await;
}

/// C16, C18: what another version has made is not judged.
#[tokio::test]
async fn c16_c18_only_known_tables_are_checked() {
    for database in [TestDatabase::sqlite(), TestDatabase::empty_postgres().await] {
        let store = store::Store::open(database.settings()).await.expect("an open store");
        let url = &database.settings().url;
        let older = Snapshot::open(url).await.expect("a snapshot").schema().await;
        assert!(matches!(older, Err(StoreError::OlderSchema(_))), "{older:?}");
        store.migrate(0).await.expect("migrated");
        let mut snapshot = Snapshot::open(url).await.expect("a snapshot");
        assert!(snapshot.schema().await.is_ok());
        static LATER: Sql = Sql::new(
            "LATER",
            file!(),
            "INSERT INTO migrations (name, checksum, applied_at) VALUES ('9999_later', '', 0)",
        );
        let written = store.write(async |tx| tx.execute(&LATER, params![]).await);
        written.await.expect("a write");
        // The snapshot still sees its own moment.
        assert!(snapshot.schema().await.is_ok());
        let newer = Snapshot::open(url).await.expect("a snapshot").schema().await;
        assert!(matches!(newer, Err(StoreError::NewerSchema { .. })), "{newer:?}");
        drop(snapshot);
        store.close().await;
        database.remove().await;
    }
}

/// I20, F04: bytes that a crash left behind are removed once nobody can be about to note them; known ones stay.
#[tokio::test]
async fn i20_bytes_of_nobody_are_removed_in_time() {
    let desk = TestDesk::start().await;
    let vera = desk.visitor("Vera");
    vera.uploads("notes.txt", b"a long list".to_vec()).await.ok();
    let known = stored_file(&desk);
    let [young, old] = ["ab", "cd"].map(|two| known.with_file_name(two.repeat(16)));
    let an_hour_ago = Duration::from_millis(u64::try_from(desk.now().0).expect("after 1970") - 3_600_000);
    for file in [&young, &old] {
        std::fs::write(file, "left behind").expect("written");
    }
    for file in [&known, &old] {
        let opened = std::fs::File::options().write(true).open(file).expect("the file");
        opened
            .set_modified(SystemTime::UNIX_EPOCH + an_hour_ago)
            .expect("an older file");
    }
    assert_eq!(app::orphans::remove(desk.app()).await.expect("removed"), 1);
    assert!(known.exists() && young.exists() && !old.exists());
    desk.stop().await;
}

/// C18: what a process had to put right by itself is told to operators and to nobody else.
#[tokio::test]
async fn c18_counters_are_told_to_operators() {
    let desk = TestDesk::start().await;
    let told = desk.page("/internal/invariants").await;
    assert_eq!(told.status, 200);
    assert_eq!((&told.body["ok"], &told.body["rescues"]), (&json!(true), &json!(0)));
    let stranger = reqwest::Client::new()
        .get(format!("{}/internal/invariants", desk.url()))
        .header("x-forwarded-for", "203.0.113.9")
        .send();
    assert_eq!(stranger.await.expect("an answer").status(), 404);
    desk.stop().await;
}
