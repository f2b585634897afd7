//! What is measured: the desk as it ships, or the bare reference; a process of its own either way.

pub mod bare;
pub mod desk;

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// How long a process may take to end when it is told to.
const END_WITHIN: Duration = Duration::from_secs(40);

/// A process that serves; killed when dropped.
pub struct Serving {
    child: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
}

impl Serving {
    /// Starts a program and waits for its `listening on http://…`; what it complains about goes to `log`.
    ///
    /// # Errors
    /// When it ends instead.
    pub fn start(program: &Path, arguments: &[&OsStr], environment: &[(&str, String)], log: &Path) -> Result<Self> {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FRONTDESK_") {
                command.env_remove(name);
            }
        }
        let file = File::options().create(true).append(true).open(log)?;
        let mut child = command
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("no pipe")?).lines();
        while let Some(line) = lines.next().transpose()? {
            if let Some(address) = line.strip_prefix("listening on http://") {
                return Ok(Self {
                    child,
                    address: address.to_owned(),
                });
            }
        }
        child.kill().ok();
        child.wait()?;
        bail!("{} ended early; see {}", program.display(), log.display())
    }

    /// Its process.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop in order, and waits for that.
    ///
    /// # Errors
    /// When it does not.
    pub fn stop(mut self) -> Result<()> {
        self.signal("TERM")?;
        let begin = Instant::now();
        while begin.elapsed() < END_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                anyhow::ensure!(status.success(), "it ended with {status}");
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("it does not stop")
    }

    /// Ends it as a power cut would.
    ///
    /// # Errors
    /// When it has ended already.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    fn signal(&self, name: &str) -> Result<()> {
        let pid = self.pid().to_string();
        let status = Command::new("kill").args([format!("-{name}"), pid]).status()?;
        anyhow::ensure!(status.success(), "it had ended already");
        Ok(())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended long ago.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
