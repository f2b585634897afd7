//! Finds the programs that tests need, and installs what Debian has when it may.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::Wanted;

/// What was found.
pub struct Needs {
    /// The folder with `initdb` and `postgres`; none when `postgres_url` is given instead.
    pub postgres: Option<PathBuf>,
    /// A server that the caller runs: `TEST_PG_URL`.
    pub postgres_url: Option<String>,
    /// The program `nats-server`; none when `nats_url` is given instead.
    pub nats: Option<PathBuf>,
    /// A NATS server that the caller runs: `TEST_NATS_URL`.
    pub nats_url: Option<String>,
    /// The program `strace`, which makes the disk fail.
    pub strace: Option<PathBuf>,
    /// Whether tests may have disks of their own (`unshare`, `mount`, `mkfs.ext4`): only root may.
    pub own_disks: bool,
    /// The browser.
    pub chromium: Option<PathBuf>,
    /// Whether there is an npm.
    pub npm: bool,
}

impl Needs {
    /// Looks for what the wanted parts need; what stays missing is told to `not_run`.
    pub fn find_or_install(wanted: Wanted, not_run: &mut Vec<String>) -> Self {
        let given = |name| std::env::var(name).ok().filter(|url: &String| !url.is_empty());
        let (postgres_url, nats_url) = (given("TEST_PG_URL"), given("TEST_NATS_URL"));
        let wants_postgres = (wanted.rust || wanted.e2e) && postgres_url.is_none();
        let wants_nats = wanted.rust && nats_url.is_none();
        let packages = [
            ("postgresql", wants_postgres && postgres_folder().is_none()),
            ("nats-server", wants_nats && nats_server().is_none()),
            ("strace", wanted.rust && on_path("strace").is_none()),
            ("e2fsprogs", wanted.rust && mkfs().is_none()),
            ("chromium", wanted.e2e && chromium().is_none()),
            ("fonts-wqy-zenhei", wanted.e2e && !draws_chinese()),
        ];
        let missing: Vec<&str> = packages
            .iter()
            .filter(|(_, is_missing)| *is_missing)
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            install(&missing);
        }
        let needs = Self {
            postgres: wants_postgres.then(postgres_folder).flatten(),
            postgres_url,
            nats: wants_nats.then(nats_server).flatten(),
            nats_url,
            strace: on_path("strace").filter(|strace| can_trace(strace)),
            own_disks: mkfs().is_some() && can_mount(),
            chromium: chromium(),
            npm: on_path("npm").is_some(),
        };
        if wants_postgres && needs.postgres.is_none() {
            not_run.push("tests on PostgreSQL: none found or installed".to_owned());
        }
        if wants_nats && needs.nats.is_none() {
            not_run.push("tests on NATS: no nats-server found or installed".to_owned());
        }
        if wanted.rust && needs.strace.is_none() {
            not_run.push("tests of failing disks: no strace that may trace".to_owned());
        }
        if wanted.rust && !needs.own_disks {
            not_run.push("tests of full disks and power loss: not root, or no mounts and loop devices here".to_owned());
        }
        if wanted.e2e && needs.chromium.is_none() {
            not_run.push("journeys: no Chromium found or installed".to_owned());
        }
        if wanted.e2e && !draws_chinese() {
            not_run.push("Chinese in pictures: no Chinese font found or installed".to_owned());
        }
        needs
    }
}

impl Needs {
    /// The program `nats-server`, if there is one.
    pub fn nats_program() -> Option<PathBuf> {
        nats_server()
    }

    /// The folder with `initdb` and `postgres`, if there is one.
    pub fn postgres_programs() -> Option<PathBuf> {
        postgres_folder()
    }
}

/// The newest PostgreSQL of Debian's layout, or the one on the path.
fn postgres_folder() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .map(|version| version.path().join("bin"))
        .filter(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .max_by_key(|folder| {
            let version = folder.parent().and_then(Path::file_name);
            version
                .and_then(|name| name.to_str())
                .and_then(|name| name.parse::<u32>().ok())
        });
    newest.or_else(|| Some(on_path("initdb")?.parent()?.to_owned()))
}

/// Debian puts it where only root's path leads.
fn nats_server() -> Option<PathBuf> {
    on_path("nats-server").or_else(|| Some(PathBuf::from("/usr/sbin/nats-server")).filter(|file| file.is_file()))
}

fn chromium() -> Option<PathBuf> {
    std::env::var_os("CHROMIUM")
        .map(PathBuf::from)
        .or_else(|| on_path("chromium"))
        .or_else(|| on_path("chromium-browser"))
        .or_else(|| on_path("google-chrome"))
}

fn draws_chinese() -> bool {
    let fonts = Command::new("fc-list").arg(":lang=zh-cn").output();
    fonts.is_ok_and(|fonts| !fonts.stdout.is_empty())
}

fn mkfs() -> Option<PathBuf> {
    on_path("mkfs.ext4").or_else(|| Some(PathBuf::from("/usr/sbin/mkfs.ext4")).filter(|file| file.is_file()))
}

/// Containers often forbid it.
fn can_trace(strace: &Path) -> bool {
    run(
        &strace.to_string_lossy(),
        &["-o", "/dev/null", "-e", "trace=none", "true"],
    )
    .is_some()
}

/// Whether a file can be mounted as a disk, in a name space of its own.
fn can_mount() -> bool {
    let try_it = "d=$(mktemp -d) && mount -t tmpfs -o size=8m tmpfs $d && mkdir $d/m && truncate -s 4m $d/i \
                  && mkfs.ext4 -q -F $d/i && mount -o loop $d/i $d/m && umount $d/m; ok=$?; umount $d; rmdir $d; exit $ok";
    run("unshare", &["-m", "sh", "-c", try_it]).is_some()
}

/// The file of a program.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// Installs Debian packages as root or by a `sudo` that asks nothing. What goes wrong shows in that
/// the program is still missing.
fn install(packages: &[&str]) {
    let Some(apt) = on_path("apt-get") else {
        return;
    };
    let is_root = run("id", &["-u"]).is_some_and(|id| id.trim() == "0");
    let prefix: &[&str] = if is_root {
        &[]
    } else if run("sudo", &["-n", "true"]).is_some() {
        &["sudo", "-n"]
    } else {
        return;
    };
    println!("==> installing {}", packages.join(", "));
    let apt = apt.to_string_lossy().into_owned();
    let environment = ["env", "DEBIAN_FRONTEND=noninteractive"];
    let apt_get = |arguments: &[&str]| {
        let words = [prefix, &environment, &[apt.as_str(), "-qq"], arguments].concat();
        let outcome = Command::new(words[0]).args(&words[1..]).stdin(Stdio::null()).status();
        outcome.is_ok_and(|status| status.success())
    };
    apt_get(&["update"]);
    apt_get(&[&["install", "--yes", "--no-install-recommends"], packages].concat());
}

/// What a program printed, when it succeeded.
fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
