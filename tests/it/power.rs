//! Power loss (F03): the disk as it would be found if the machine lost its power now.
//!
//! The data folder lies on an ext4 file system in a file. The server is stopped in the middle of its work, the file is
//! copied, the server goes on: what was only in the machine's memory is not in the copy, as after a power loss. A second
//! server starts on the copy.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use store::testing::need;
use tempfile::TempDir;
use testkit::{Program, Serving, Value};

use crate::backup::{Guest, sample, without_limits};

/// Makes a disk in a file, mounts it, copies the sample desk onto it, and becomes the rest of the command line.
const ON_A_DISK: &str = "mount -t tmpfs -o size=400m box \"$1\" && truncate -s 64m \"$1/disk\" \
    && mkfs.ext4 -q -F \"$1/disk\" && mkdir \"$1/data\" && mount -o loop,commit=$2 \"$1/disk\" \"$1/data\" \
    && cp -a \"$3/.\" \"$1/data\" && sync -f \"$1/data\" && shift 3 && exec \"$@\"";
/// Mounts a disk that was found, and becomes the rest of the command line.
const ON_A_FOUND_DISK: &str = "mount -o loop \"$1\" \"$2\" && shift 2 && exec \"$@\"";
/// Has every sync succeed and do nothing.
const FORGETFUL: &str = "inject=fsync,fdatasync:retval=0";

fn text(path: &Path) -> &str {
    path.to_str().expect("a plain path")
}

/// A server on a disk of its own, and what it has confirmed.
struct Plugged {
    folder: TempDir,
    serving: Serving,
    guest: Arc<Guest>,
    confirmed: Arc<Mutex<Vec<String>>>,
}

impl Plugged {
    /// `prefix` comes between the mounts and the program; `commit` is the file system's own interval in seconds.
    async fn in_with(prefix: &[&str], commit: u32) -> Self {
        assert_eq!(need("TEST_OWN_DISKS"), "1");
        let folder = tempfile::tempdir().expect("a folder");
        let (box_, begin) = (folder.path().join("box"), folder.path().join("begin"));
        std::fs::create_dir_all(box_.join("data")).expect("a folder");
        sample(&begin).await;
        let commit = commit.to_string();
        let mounts = [
            "unshare",
            "-m",
            "sh",
            "-c",
            ON_A_DISK,
            "sh",
            text(&box_),
            &commit,
            text(&begin),
        ];
        let program = without_limits(Program::on(&box_.join("data"))).under(&[&mounts, prefix].concat());
        let serving = program.serve().await;
        let guest = Arc::new(Guest::of(&serving).await);
        Self {
            folder,
            serving,
            guest,
            confirmed: Arc::default(),
        }
    }

    /// Has the visitor talk and send files until the server ends.
    fn talks(&self, name: &'static str) {
        let (guest, confirmed) = (Arc::clone(&self.guest), Arc::clone(&self.confirmed));
        tokio::spawn(async move {
            for number in 0.. {
                let key = format!("{name}-{number}");
                match guest.tries(&key, &key).await {
                    Ok((200, _)) => confirmed.lock().unwrap_or_else(PoisonError::into_inner).push(key),
                    _ => return,
                }
            }
        });
    }

    fn confirmed(&self) -> Vec<String> {
        self.confirmed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until so many more messages were confirmed.
    async fn confirms(&self, more: usize) {
        let wanted = self.confirmed().len() + more;
        testkit::eventually("more messages are confirmed", async || self.confirmed().len() >= wanted).await;
    }

    /// The disk as a power loss would leave it now, and what had been confirmed before.
    async fn loses_power(&self, number: u32) -> (PathBuf, Vec<String>) {
        let image = PathBuf::from(format!("/proc/{}/root", self.serving.pid()))
            .join(text(&self.folder.path().join("box/disk")).trim_start_matches('/'));
        let shot = |which: &str| self.folder.path().join(format!("shot-{number}-{which}"));
        let confirmed = self.confirmed();
        self.serving.signal("STOP").await;
        // The kernel writes on its own too: two equal copies are one moment.
        let mut is_still = false;
        for _ in 0..10 {
            for which in ["one", "two"] {
                run("cp", &["--sparse=always", text(&image), text(&shot(which))]);
            }
            is_still = same(&shot("one"), &shot("two"));
            if is_still {
                break;
            }
        }
        self.serving.signal("CONT").await;
        assert!(is_still, "the disk never came to rest");
        (shot("one"), confirmed)
    }

    /// Starts a server on a disk that was found; answers which confirmed messages it does not have. `None` when it does
    /// not even start.
    async fn finds(&self, disk: &Path, confirmed: &[String]) -> Option<Vec<String>> {
        let place = disk.with_extension("found");
        std::fs::create_dir(&place).expect("a folder");
        let mounts = [
            "unshare",
            "-m",
            "sh",
            "-c",
            ON_A_FOUND_DISK,
            "sh",
            text(disk),
            text(&place),
        ];
        let program = without_limits(Program::on(&place)).under(&mounts);
        let serving = program.try_serve(&[]).await.ok()?;
        let there = self.guest.again_at(&serving).reads_everything().await;
        assert_eq!(serving.end("TERM").await.code, Some(0));
        let checked = program.run(&["check", "--json"]).await;
        let report: Value = serde_json::from_str(&checked.out).unwrap_or_else(|_| panic!("{checked:?}"));
        assert_eq!(report["ok"], true, "{report}");
        Some(confirmed.iter().filter(|text| !there.contains(text)).cloned().collect())
    }
}

fn run(program: &str, arguments: &[&str]) {
    let status = std::process::Command::new(program).args(arguments).status();
    assert!(status.expect("it runs").success(), "{program} {arguments:?}");
}

fn same(one: &Path, other: &Path) -> bool {
    let status = std::process::Command::new("cmp").arg("-s").args([one, other]).status();
    status.expect("cmp runs").success()
}

/// F03, C01, I01, I20: whenever the power is lost, the next server starts on what the disk holds, everything that was
/// confirmed before is there, files with their bytes, and everything holds.
#[tokio::test]
async fn f03_a_power_loss_takes_nothing_that_was_confirmed() {
    let plugged = Plugged::in_with(&[], 1).await;
    plugged.talks("said");
    let mut files = 0;
    for (number, talk) in [3, 40, 150].into_iter().enumerate() {
        plugged.confirms(talk).await;
        plugged.guest.sends_a_file(&format!("file-{number}")).await;
        files += 1;
        let number = u32::try_from(number).expect("few");
        let (disk, confirmed) = plugged.loses_power(number).await;
        let lost = plugged.finds(&disk, &confirmed).await;
        assert_eq!(lost, Some(Vec::new()), "after {} of {files} files", confirmed.len());
    }
    plugged.serving.end("KILL").await;
}

/// F03: the test sees what it must see: a server whose syncs do nothing loses what it confirmed.
#[tokio::test]
async fn f03_the_test_notices_a_server_that_does_not_sync() {
    let strace = need("TEST_STRACE");
    let forgetful = [
        strace.as_str(),
        "-D",
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        FORGETFUL,
        "--",
    ];
    // The file system itself writes nothing for a minute.
    let plugged = Plugged::in_with(&forgetful, 60).await;
    plugged.talks("said");
    plugged.confirms(100).await;
    let (disk, confirmed) = plugged.loses_power(0).await;
    let lost = plugged.finds(&disk, &confirmed).await;
    assert!(
        lost.is_none_or(|lost| !lost.is_empty()),
        "nothing was lost without syncs"
    );
    plugged.serving.end("KILL").await;
}
