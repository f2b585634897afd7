//! A throw-away PostgreSQL on a free port; gone when the value is dropped.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::needs::on_path;

/// How long the server may take to answer.
const START: Duration = Duration::from_secs(60);
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=300",
    "shared_buffers=128MB",
];

/// Whether the server waits for its disk.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Syncing {
    /// As people run it: for measuring.
    On,
    /// Durability costs time and tests need none. `synchronous_commit` stays on, because the desk refuses a server
    /// without it (C01); with `fsync` off it is free.
    Off,
}

/// Settings of a server that waits for no disk.
const NOT_SYNCING: &[&str] = &["fsync=off", "full_page_writes=off"];

/// A running server.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

/// The system's account that runs the server: PostgreSQL refuses to be root.
#[derive(Clone, Copy)]
struct Account {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Makes a cluster in a temporary folder and starts it with the programs in `programs`.
    ///
    /// # Errors
    /// When a program fails or the server does not answer in time; its log is then part of the error.
    pub fn start(programs: &Path) -> Result<Self> {
        Self::start_in(&std::env::temp_dir(), programs, Syncing::Off)
    }

    /// As [`Postgres::start`], with the cluster in a folder of `place`.
    ///
    /// # Errors
    /// As [`Postgres::start`].
    pub fn start_in(place: &Path, programs: &Path, syncing: Syncing) -> Result<Self> {
        remove_left_overs(place);
        let folder = place.join(format!("frontdesk-postgres-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
        let account = if is_root { Some(unprivileged()?) } else { None };
        if let Some(Account { uid, gid }) = account {
            chown(&folder, Some(uid), Some(gid))?;
        }
        let made = command(&programs.join("initdb"), account)
            .args(["--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8"])
            .args(["--locale=C.UTF-8", "--pgdata"])
            .arg(folder.join("cluster"))
            .current_dir(&folder)
            .output()
            .context("running initdb")?;
        ensure!(
            made.status.success(),
            "initdb: {}",
            String::from_utf8_lossy(&made.stderr)
        );
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = fs::File::create(folder.join("log"))?;
        let mut server = command(&programs.join("postgres"), account);
        server
            .arg("-D")
            .arg(folder.join("cluster"))
            .args(["-p", &port.to_string(), "-k"]);
        server
            .arg(&folder)
            .args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        if syncing == Syncing::Off {
            server.args(NOT_SYNCING.iter().flat_map(|setting| ["-c", setting]));
        }
        let server = server
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("starting postgres")?;
        let mut started = Self { server, folder, port };
        started.wait(programs)?;
        eprintln!("==> PostgreSQL on 127.0.0.1:{port}");
        Ok(started)
    }

    /// The superuser's address.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self, programs: &Path) -> Result<()> {
        let deadline = Instant::now() + START;
        let port = self.port.to_string();
        while Instant::now() < deadline && self.server.try_wait()?.is_none() {
            let answer = Command::new(programs.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--port", &port])
                .status()
                .context("running pg_isready")?;
            if answer.success() {
                return Ok(());
            }
            sleep(Duration::from_millis(100));
        }
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        bail!("PostgreSQL did not start:\n{log}")
    }
}

impl Drop for Postgres {
    /// Stops the server at once (its data are not needed) and removes its folder.
    fn drop(&mut self) {
        let pid = self.server.id().to_string();
        let told = Command::new("kill").args(["-QUIT", &pid]).status();
        if told.is_ok_and(|status| status.success()) {
            self.server.wait().ok();
        } else {
            self.server.kill().ok();
        }
        fs::remove_dir_all(&self.folder).ok();
    }
}

/// `program` as `account`, told to stop when this process dies, however it dies.
fn command(program: &Path, account: Option<Account>) -> Command {
    let Some(setpriv) = on_path("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    if let Some(Account { uid, gid }) = account {
        command.args(["--reuid", &uid.to_string(), "--regid", &gid.to_string()]);
        command.arg("--clear-groups");
    }
    command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
    command
}

/// `postgres` where its package made it, else `nobody`.
fn unprivileged() -> Result<Account> {
    let accounts = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = accounts.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut ids = line.split(':').skip(2).map_while(|id| id.parse().ok());
        Some(Account {
            uid: ids.next()?,
            gid: ids.next()?,
        })
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .context("no account that may run PostgreSQL")
}

/// Folders of runs that were killed: their server died with them, their files did not.
fn remove_left_overs(place: &Path) {
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(|name| name.strip_prefix("frontdesk-postgres-"));
        if owner.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}
