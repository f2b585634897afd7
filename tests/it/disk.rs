//! Disks that are full, fail, are slow, or cannot be written (C14, C15, F09, F10, F11, F14 to F16).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use store::testing::need;
use testkit::{Program, Serving, Value, eventually};

use crate::backup::{Guest, sample, stored, without_limits};

/// Runs the rest of the command line with a small disk of its own mounted on a folder: a name space of its own keeps
/// others from seeing it, and ends with the process.
const ON_A_SMALL_DISK: &str =
    "mount -t tmpfs -o mode=700,size=$1 small \"$2\" && cp -a \"$3/.\" \"$2\" && shift 3 && exec \"$@\"";

/// The program with a disk of this size on `folder`, which holds what is in `begin` at first.
fn on_a_small_disk(program: Program, size: &str, folder: &Path, begin: &Path) -> Program {
    assert_eq!(need("TEST_OWN_DISKS"), "1");
    let [folder, begin] = [folder, begin].map(|path| path.to_str().expect("a plain path"));
    program.under(&["unshare", "-m", "sh", "-c", ON_A_SMALL_DISK, "sh", size, folder, begin])
}

/// A folder as the process sees it, with its own mounts.
fn seen_by(serving: &Serving, folder: &Path) -> PathBuf {
    let root = PathBuf::from(format!("/proc/{}/root", serving.pid()));
    root.join(folder.strip_prefix("/").expect("a whole path"))
}

/// Fills what is left of a disk.
fn fill(file: &Path) {
    let mut filler = std::fs::File::create(file).expect("a file");
    let block = [b'x'; 4096];
    while std::io::Write::write_all(&mut filler, &block).is_ok() {}
}

/// C14, F09, I01: with the disk of the database full, messages are refused as `storage_full` and none of them is kept,
/// reading goes on; once there is room, messages are taken again by the same process. Everything confirmed is there.
#[tokio::test]
async fn c14_f09_a_full_disk_refuses_and_recovers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, begin) = (folder.path().join("data"), folder.path().join("begin"));
    std::fs::create_dir(&data).expect("a folder");
    sample(&begin).await;
    let program = without_limits(Program::on(&data));
    let serving = on_a_small_disk(program, "12m", &data, &begin).serve().await;
    let inside = seen_by(&serving, &data);
    let guest = Guest::of(&serving).await;
    guest.says("before").await;
    let filler = inside.join("filler");
    fill(&filler);

    let mut confirmed = vec!["before".to_owned()];
    let long = "x".repeat(3_000);
    let mut refusals = 0;
    for number in 0..4_000 {
        let text = format!("{number} {long}");
        let (status, answer) = guest.tries(&format!("full {number}"), &text).await.expect("an answer");
        match status {
            200 => confirmed.push(text),
            507 => {
                assert_eq!(answer["code"], "storage_full", "{answer}");
                refusals += 1;
            }
            other => panic!("{other}: {answer}"),
        }
        if refusals == 5 {
            break;
        }
    }
    assert_eq!(refusals, 5, "the disk was never full");
    assert_eq!(guest.reads_everything().await, confirmed, "reading goes on");

    std::fs::remove_file(&filler).expect("removed");
    eventually("messages are taken again", async || {
        guest
            .tries("with room", "with room")
            .await
            .is_ok_and(|(status, _)| status == 200)
    })
    .await;
    confirmed.push("with room".to_owned());
    assert_eq!(guest.reads_everything().await, confirmed, "exactly what was confirmed");
    let pid = serving.pid().to_string();
    let beside = Program::on(&data).under(&["nsenter", "--target", &pid, "--mount", "--"]);
    let checked = beside.run(&["check"]).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    assert_eq!(serving.end("TERM").await.code, Some(0));
}

/// C14, F09: with the disk of attachments full, uploads are refused as `storage_full` and leave nothing, talking goes on;
/// once there is room, uploads are taken again.
#[tokio::test]
async fn c14_f09_full_attachments_do_not_stop_the_talk() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, files) = (folder.path().join("data"), folder.path().join("files"));
    let nothing = folder.path().join("nothing");
    std::fs::create_dir(&files).expect("a folder");
    std::fs::create_dir(&nothing).expect("a folder");
    let program = sample(&data)
        .await
        .with("FRONTDESK_FILES__FOLDER", files.to_str().expect("plain"));
    let serving = on_a_small_disk(program, "2m", &files, &nothing).serve().await;
    let inside = seen_by(&serving, &files);
    let guest = Guest::of(&serving).await;
    guest.says("hello").await;
    assert_eq!(guest.uploads(vec![b'a'; 100_000]).await.0, 200);
    let filler = inside.join("filler");
    fill(&filler);
    let (status, answer) = guest.uploads(vec![b'b'; 200_000]).await;
    assert_eq!(
        (status, &answer["code"]),
        (507, &Value::from("storage_full")),
        "{answer}"
    );
    guest.says("still here").await;
    assert_eq!(stored(&inside).len(), 1, "the refused upload left something");
    std::fs::remove_file(&filler).expect("removed");
    assert_eq!(guest.uploads(vec![b'b'; 200_000]).await.0, 200);
    serving.end("TERM").await;
}

/// C14: somebody is told before a disk is full.
#[tokio::test]
async fn c14_a_nearly_full_disk_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let [data, files, begin] = ["data", "files", "begin"].map(|name| folder.path().join(name));
    std::fs::create_dir(&files).expect("a folder");
    std::fs::create_dir(&begin).expect("a folder");
    std::fs::write(begin.join("filler"), vec![b'x'; 1_900_000]).expect("written");
    let program = sample(&data)
        .await
        .with("FRONTDESK_FILES__FOLDER", files.to_str().expect("plain"));
    let serving = on_a_small_disk(program, "2m", &files, &begin).serve().await;
    eventually("the alarm", async || {
        let log = std::fs::read_to_string(data.join("server.log")).expect("a log");
        log.contains("% full") && log.contains(files.to_str().expect("plain"))
    })
    .await;
    serving.end("TERM").await;
}

/// C14, F09: a log that cannot be written holds nobody up.
#[tokio::test]
async fn c14_f09_a_full_log_is_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = sample(folder.path()).await.with("FRONTDESK_LOG__LEVEL", "debug");
    let serving = program
        .under(&["sh", "-c", "exec \"$@\" 2>/dev/full", "sh"])
        .serve()
        .await;
    let guest = Guest::of(&serving).await;
    for number in 0..20 {
        guest.says(&format!("{number}")).await;
    }
    assert_eq!(serving.end("TERM").await.code, Some(0));
}

/// Has the `number`th of these calls fail and every one after it.
fn failing(program: Program, calls: &str, error: &str, number: u32) -> Program {
    injected(program, calls, &format!("error={error}:when={number}+"))
}

/// Ends the process by force at the `number`th of these calls.
fn killed(program: Program, calls: &str, number: u32) -> Program {
    injected(program, calls, &format!("signal=KILL:when={number}"))
}

/// Has `strace` do something to some of these calls.
fn injected(program: Program, calls: &str, what: &str) -> Program {
    let (strace, traced) = (need("TEST_STRACE"), format!("trace={calls}"));
    let inject = format!("inject={calls}:{what}");
    program.under(&[
        &strace,
        "-D",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        &traced,
        "-e",
        &inject,
        "--",
    ])
}

/// C15, F10, I01, I06: whichever sync or write of the disk fails first, nothing is confirmed after it, the process ends
/// with code 70 at once, and the next one finds everything that was confirmed, nothing twice, and everything holds.
#[tokio::test]
async fn c15_f10_a_failing_disk_ends_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let program = sample(&data).await;
    let serving = program.serve().await;
    let mut guest = Guest::of(&serving).await;
    guest.says("before").await;
    serving.end("TERM").await;
    let mut said = BTreeSet::from(["before".to_owned()]);
    let mut unknown = BTreeSet::new();
    for (calls, error, number) in [
        ("fsync,fdatasync", "EIO", 1),
        ("fsync,fdatasync", "EIO", 4),
        ("fsync,fdatasync", "EIO", 9),
        ("fsync,fdatasync", "EIO", 30),
        ("pwrite64", "EIO", 3),
        ("pwrite64", "EIO", 20),
        ("pwrite64", "EIO", 60),
    ] {
        let case = format!("{calls} {number}");
        match failing(sample(&data).await, calls, error, number).try_serve(&[]).await {
            // It failed before anybody could come.
            Err(complaint) => assert!(complaint.contains("disk"), "{case}: {complaint}"),
            Ok(serving) => {
                guest = guest.at(&serving);
                let failed = talk_until_it_fails(&guest, &case, &mut said, &mut unknown).await;
                let run = serving.ends().await;
                assert_eq!(run.code, Some(70), "{case}: {run:?}");
                assert!(
                    failed.elapsed() < Duration::from_secs(1),
                    "{case}: {:?}",
                    failed.elapsed()
                );
            }
        }
        let checked = Program::on(&data).run(&["check"]).await;
        assert_eq!(checked.code, Some(0), "{case}: {checked:?}");
        let serving = sample(&data).await.serve().await;
        guest = guest.at(&serving);
        // Whoever got no answer asks again with the same key (C20).
        for key in std::mem::take(&mut unknown) {
            guest.says(&key).await;
            said.insert(key);
        }
        let lines = guest.reads_everything().await;
        let there: BTreeSet<String> = lines.iter().cloned().collect();
        assert_eq!(there, said, "{case}: exactly what was confirmed");
        assert_eq!(lines.len(), there.len(), "{case}: something twice");
        serving.end("TERM").await;
    }
}

/// Says one thing after another; answers when the first was not confirmed.
async fn talk_until_it_fails(
    guest: &Guest,
    case: &str,
    said: &mut BTreeSet<String>,
    unknown: &mut BTreeSet<String>,
) -> Instant {
    for number in 0..2_000 {
        let key = format!("{case} {number}").replace([' ', ','], "-");
        match guest.tries(&key, &key).await {
            Ok((200, _)) => {
                said.insert(key);
            }
            _ => {
                unknown.insert(key);
                return Instant::now();
            }
        }
    }
    panic!("{case}: the disk never failed");
}

/// F11, I02: a disk that takes its time makes answers late and nothing else: what is said at once shares its syncs, and
/// who asks again with the same key gets the same answer.
#[tokio::test]
async fn f11_a_slow_disk_is_only_slow() {
    let folder = tempfile::tempdir().expect("a folder");
    let strace = need("TEST_STRACE");
    let delay = "inject=fsync,fdatasync:delay_enter=300000";
    let serving = sample(folder.path())
        .await
        .under(&[
            &strace,
            "-D",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
            delay,
            "--",
        ])
        .serve()
        .await;
    let guest = Guest::of(&serving).await;
    guest.says("first").await;
    let keys: Vec<String> = (0..40).map(|number| format!("at-once-{number}")).collect();
    let twice = keys.iter().chain(&keys).map(|key| guest.says(key));
    let answers = futures_util::future::join_all(twice).await;
    for (first, second) in answers.iter().zip(&answers[keys.len()..]) {
        assert!(first["entry_id"].is_string());
        assert_eq!(
            (&first["entry_id"], &first["seq"]),
            (&second["entry_id"], &second["seq"])
        );
    }
    let lines = guest.reads_everything().await;
    assert_eq!(lines.len(), 41, "{lines:?}");
    assert_eq!(serving.end("TERM").await.code, Some(0));
    assert_eq!(Program::on(folder.path()).run(&["check"]).await.code, Some(0));
}

/// F15: a database whose file is gone or empty is missed, not begun anew, also beside its attachments only; the operator
/// is told what to do.
#[tokio::test]
async fn f15_a_lost_database_is_not_begun_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str| folder.path().join(name);
    let program = sample(folder.path()).await;
    let serving = program.serve().await;
    Guest::of(&serving).await.sends_a_file("file").await;
    serving.end("TERM").await;
    let refused = async |words: &str| {
        let run = program.run(&["serve", "--listen", "127.0.0.1:0"]).await;
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.complaints.contains(words), "{words}: {run:?}");
    };
    std::fs::rename(place("frontdesk.db"), place("kept")).expect("moved");
    refused("there are attachments in").await;
    std::fs::rename(place("attachments"), place("away")).expect("moved");
    refused("is gone, though there was one").await;
    assert!(!place("frontdesk.db").exists());
    std::fs::write(place("frontdesk.db"), "").expect("written");
    refused("is empty, though there was one").await;
    assert_eq!(std::fs::metadata(place("frontdesk.db")).expect("there").len(), 0);
    std::fs::remove_file(place("frontdesk.db.lock")).expect("removed");
    std::fs::remove_file(place("frontdesk.db")).expect("removed");
    // Only its log is left.
    std::fs::write(place("frontdesk.db-wal"), "something").expect("written");
    refused("is gone, though there was one").await;
    std::fs::remove_file(place("frontdesk.db-wal")).expect("removed");
    // What was asked for: an empty desk.
    let serving = program.serve().await;
    assert!(
        serving.introduction.contains("This is a new desk"),
        "{}",
        serving.introduction
    );
    serving.end("TERM").await;
}

/// F15: a file that is no database, and one with a broken page, are named as such, by the server or by `check`, and left
/// as they are.
#[tokio::test]
async fn f15_a_damaged_database_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("frontdesk.db");
    let program = sample(folder.path()).await;
    let good = std::fs::read(&database).expect("a database");

    let mut broken = good.clone();
    for page in (2..broken.len() / 4096).step_by(3) {
        broken[page * 4096..page * 4096 + 64].fill(0xa5);
    }
    std::fs::write(&database, &broken).expect("written");
    let checked = program.run(&["check"]).await;
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(
        checked.out.contains("database: the file") || checked.complaints.contains("the database is damaged"),
        "{checked:?}"
    );

    std::fs::write(&database, vec![b'?'; 8192]).expect("written");
    for command in [["serve", "--listen", "127.0.0.1:0"].as_slice(), &["check"]] {
        let run = program.run(command).await;
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(run.complaints.contains("the database is damaged"), "{run:?}");
    }
    assert_eq!(std::fs::read(&database).expect("there"), vec![b'?'; 8192]);
    std::fs::write(&database, &good).expect("written");
    assert_eq!(program.run(&["check"]).await.code, Some(0));
}

/// F14: on a disk that cannot be written the server does not start and says so; a backup tool that locks the file only
/// makes writes wait.
#[tokio::test]
async fn f14_a_read_only_disk_is_named() {
    assert_eq!(need("TEST_OWN_DISKS"), "1");
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    sample(&data).await;
    let read_only = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" && shift && exec \"$@\"";
    let place = data.to_str().expect("a plain path").to_owned();
    let program = Program::on(&data).under(&["unshare", "-m", "sh", "-c", read_only, "sh", &place]);
    let run = program.run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(
        run.complaints.contains("cannot write") && run.complaints.contains("Read-only file system"),
        "{run:?}"
    );
}

/// C16, F70: a first start, with all its migrations, that is killed at any write or sync: the next start finishes what
/// was begun, and everything holds.
#[tokio::test]
async fn c16_migrations_that_are_killed_begin_again() {
    let mut survived = 0;
    for (calls, number) in [
        ("pwrite64", 1),
        ("pwrite64", 3),
        ("pwrite64", 12),
        ("pwrite64", 40),
        ("fdatasync,fsync", 2),
        ("fdatasync,fsync", 4),
        ("fdatasync,fsync", 7),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let run = killed(Program::on(folder.path()), calls, number)
            .run(&["migrate"])
            .await;
        survived += usize::from(run.code.is_some());
        let again = Program::on(folder.path()).run(&["migrate"]).await;
        assert_eq!(again.code, Some(0), "{calls} {number}: {again:?}");
        let checked = Program::on(folder.path()).run(&["check"]).await;
        assert_eq!(checked.code, Some(0), "{calls} {number}: {checked:?}");
    }
    assert!(survived < 3, "hardly any was killed");
}

/// F04, I20: an upload that is cut off by the end of the process, wherever it stands: no message speaks of bytes that are
/// not there, and everything holds.
#[tokio::test]
async fn f04_an_upload_that_is_cut_off_leaves_no_half_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut killings = 0;
    for (calls, number) in [
        ("rename", 1),
        ("rename", 2),
        ("fsync", 1),
        ("fsync", 2),
        ("fsync", 3),
        ("fdatasync", 3),
    ] {
        match killed(sample(folder.path()).await, calls, number).try_serve(&[]).await {
            Err(_) => killings += 1,
            Ok(mut serving) => {
                send_files(&serving, &format!("{calls}-{number}")).await;
                match serving.ended() {
                    Some(_) => killings += 1,
                    None => drop(serving.end("KILL").await),
                }
            }
        }
        let checked = Program::on(folder.path()).run(&["check"]).await;
        assert_eq!(checked.code, Some(0), "{calls} {number}: {checked:?}");
    }
    assert!(killings > 1, "nothing was cut off");
}

/// Sends files until the server has gone.
async fn send_files(serving: &Serving, name: &str) {
    let Ok(guest) = Guest::tries_of(serving).await else {
        return;
    };
    for number in 0..3 {
        if guest.tries_to_send_a_file(&format!("{name}-{number}")).await.is_err() {
            return;
        }
    }
}

/// F72, C16: a database that a newer version has changed is left alone, with a sentence.
#[tokio::test]
async fn f72_a_newer_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    sample(folder.path()).await;
    crate::check::damage(
        &folder.path().join("frontdesk.db"),
        "INSERT INTO migrations (name, checksum, applied_at) VALUES ('9999_later', '', 0)",
    )
    .await;
    for command in [
        ["serve", "--listen", "127.0.0.1:0"].as_slice(),
        &["migrate"],
        &["check"],
    ] {
        let run = Program::on(folder.path()).run(command).await;
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(
            run.complaints.contains("9999_later") && run.complaints.contains("start a newer one"),
            "{run:?}"
        );
    }
}
