//! A throw-away NATS server on a free port; gone when the value is dropped.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::needs::on_path;

/// How long the server may take to listen.
const START: Duration = Duration::from_secs(20);

/// A running server.
pub struct Nats {
    server: Child,
    log: PathBuf,
    port: u16,
}

impl Nats {
    /// Starts `program`, which keeps nothing.
    ///
    /// # Errors
    /// When it does not listen in time; its log is then part of the error.
    pub fn start(program: &Path) -> Result<Self> {
        let log = std::env::temp_dir().join(format!("frontdesk-nats-{}.log", std::process::id()));
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let file = fs::File::create(&log)?;
        let server = command(program)
            .args(["--addr", "127.0.0.1", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .context("starting nats-server")?;
        let mut started = Self { server, log, port };
        started.wait()?;
        eprintln!("==> NATS on 127.0.0.1:{port}");
        Ok(started)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    fn wait(&mut self) -> Result<()> {
        let deadline = Instant::now() + START;
        while Instant::now() < deadline && self.server.try_wait()?.is_none() {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        bail!("NATS did not start:\n{log}")
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
        fs::remove_file(&self.log).ok();
    }
}

/// `program`, told to stop when this process dies, however it dies.
fn command(program: &Path) -> Command {
    let Some(setpriv) = on_path("setpriv") else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "TERM", "--"]).arg(program);
    command
}
