//! The program itself, as an operator runs it.

use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdout, Command};

use crate::PATIENCE;

/// A way to run `frontdesk` on one data folder, without any setting of the tester's own environment.
#[derive(Clone)]
pub struct Program {
    folder: PathBuf,
    binary: Option<PathBuf>,
    under: Vec<String>,
    environment: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: Option<i32>,
    /// What it printed.
    pub out: String,
    /// What it complained about.
    pub complaints: String,
}

/// A server that runs.
pub struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
    /// What it printed before it listened.
    pub introduction: String,
    /// `http://127.0.0.1:PORT`
    pub url: String,
}

impl Program {
    /// The program on a data folder.
    #[must_use]
    pub fn on(folder: &Path) -> Self {
        // For the clients with which tests ask it; a second test in the same program finds it installed.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        Self {
            folder: folder.to_owned(),
            binary: None,
            under: Vec::new(),
            environment: Vec::new(),
        }
    }

    /// Another binary than the one beside the tests.
    #[must_use]
    pub fn binary(mut self, path: &Path) -> Self {
        self.binary = Some(path.to_owned());
        self
    }

    /// Has another program run it, such as `strace`: these words come before its own path. That program must become
    /// this one in the end (`exec`), so that signals reach it.
    #[must_use]
    pub fn under(mut self, words: &[&str]) -> Self {
        self.under = words.iter().map(|&word| word.to_owned()).collect();
        self
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Sets a variable of the environment.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self, arguments: &[impl AsRef<OsStr>]) -> Command {
        let program = self.binary.clone().unwrap_or_else(binary);
        let mut command = match self.under.split_first() {
            Some((other, words)) => {
                let mut command = Command::new(other);
                command.args(words).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args(arguments).arg("--data-dir").arg(&self.folder);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FRONTDESK_") {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().cloned()).kill_on_drop(true);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it does not come to one.
    pub async fn run(&self, arguments: &[&str]) -> Run {
        self.run_with("", arguments).await
    }

    /// Runs a command that reads `input`, to its end. It need not read all of it.
    ///
    /// # Panics
    /// When it does not come to one.
    pub async fn run_with(&self, input: &str, arguments: &[&str]) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut its_input = child.stdin.take().expect("piped");
        let (_not_read, output) = tokio::join!(
            async move { its_input.write_all(input.as_bytes()).await },
            tokio::time::timeout(PATIENCE, child.wait_with_output()),
        );
        let output = output.expect("the program ends").expect("the program runs");
        Run {
            code: output.status.code(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Starts a server on a free port and waits until it listens.
    ///
    /// # Panics
    /// When it does not.
    pub async fn serve(&self) -> Serving {
        self.try_serve(&[])
            .await
            .unwrap_or_else(|complaint| panic!("{complaint}"))
    }

    /// Starts a server on a free port, with further arguments, and waits until it listens.
    ///
    /// # Errors
    /// What it said before it ended, or that it did not listen in time.
    ///
    /// # Panics
    /// When the program cannot be run at all.
    pub async fn try_serve(&self, arguments: &[&str]) -> Result<Serving, String> {
        let mut command = self.command(&[&["serve", "--listen", "127.0.0.1:0"], arguments].concat());
        let log = self.folder.join("server.log");
        let file = File::options().create(true).append(true).open(&log).expect("a log");
        let mut child = command.stderr(file).spawn().expect("the program runs");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut introduction = String::new();
        let listening = tokio::time::timeout(PATIENCE, async {
            loop {
                let mut line = String::new();
                let read = out.read_line(&mut line).await.expect("text");
                if read == 0 {
                    let complaints = std::fs::read_to_string(&log).unwrap_or_default();
                    return Err(format!("the server ended early: {introduction}{complaints}"));
                }
                match line.trim_end().strip_prefix("listening on ") {
                    Some(url) => return Ok(url.to_owned()),
                    None => introduction.push_str(&line),
                }
            }
        });
        let url = listening
            .await
            .map_err(|_| format!("the server does not listen: {introduction}"))??;
        Ok(Serving {
            child,
            out,
            introduction,
            url,
        })
    }
}

impl Serving {
    /// Its process.
    ///
    /// # Panics
    /// When it has ended.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id().expect("it runs")
    }

    /// Sends a signal by its name, such as `STOP`.
    ///
    /// # Panics
    /// When the process is gone.
    pub async fn signal(&self, signal: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(self.pid().to_string())
            .status()
            .await;
        assert!(sent.expect("kill runs").success(), "no such process");
    }

    /// Whether it ended by itself, and with which code.
    ///
    /// # Panics
    /// When the system does not tell.
    pub fn ended(&mut self) -> Option<Option<i32>> {
        self.child.try_wait().expect("a status").map(|status| status.code())
    }

    /// Waits until it ends by itself.
    ///
    /// # Panics
    /// When it does not.
    pub async fn ends(self) -> Run {
        self.finish().await
    }

    /// Sends a signal by its name, such as `TERM`, and waits for the end.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn end(self, signal: &str) -> Run {
        self.signal(signal).await;
        self.finish().await
    }

    async fn finish(mut self) -> Run {
        let status = tokio::time::timeout(PATIENCE, self.child.wait())
            .await
            .expect("it ends")
            .expect("a status");
        let mut out = self.introduction;
        self.out.read_to_string(&mut out).await.expect("text");
        Run {
            code: status.code(),
            out,
            complaints: String::new(),
        }
    }
}

/// The program: `FRONTDESK_BIN`, or `target/<profile>/frontdesk` beside the tests, brought up to date first.
fn binary() -> PathBuf {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| match std::env::var_os("FRONTDESK_BIN") {
        Some(given) => PathBuf::from(given),
        None => build(),
    });
    BUILT.clone()
}

fn build() -> PathBuf {
    let here = std::env::current_exe().expect("a path");
    let folder = here.parent().expect("a folder");
    // Tests lie in target/<profile>/deps, programs beside that folder.
    let profile = if folder.ends_with("deps") {
        folder.parent().expect("target/<profile>")
    } else {
        folder
    };
    let mut cargo = std::process::Command::new(env!("CARGO"));
    cargo
        .args(["build", "--quiet", "--package", "server"])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    if profile.ends_with("release") {
        cargo.arg("--release");
    }
    // What cargo sets for the tests would have build scripts run again.
    for (name, _) in std::env::vars_os() {
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_NAME",
            "CARGO_PRIMARY_PACKAGE",
        ]
        .iter()
        .any(|foreign| name.to_string_lossy().starts_with(foreign))
        {
            cargo.env_remove(name);
        }
    }
    assert!(
        cargo.status().expect("cargo runs").success(),
        "the program does not build"
    );
    profile.join("frontdesk")
}
