//! The scenarios, each in the form that the caller wants.

pub mod idle;
pub mod messages;
pub mod screens;
pub mod starting;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::ValueEnum;

use crate::machine;
use crate::target::desk::Site;

/// How long everything takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Between two and three minutes: one round, SQLite only; says whether something broke, not how fast it is.
    Quick,
    /// About 25 minutes: five rounds, two of what needs other servers or a slow disk; the runs of all rounds make up for
    /// longer ones.
    Normal,
    /// By the letter: 60 s for every rate, 5 minutes of idling, 10 million messages. About two hours.
    Full,
}

/// What scenarios work with.
pub struct Bench {
    /// The form.
    pub form: Form,
    /// The desk's program.
    pub program: PathBuf,
    /// Folder for databases, on the disk that is measured.
    pub work: PathBuf,
    /// A PostgreSQL server's superuser address.
    pub postgres: Option<String>,
    /// A NATS server.
    pub nats: Option<String>,
}

/// Which database a run is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum On {
    /// The file in the data folder.
    Sqlite,
    /// PostgreSQL and one node.
    Postgres,
    /// PostgreSQL and two nodes.
    TwoNodes,
}

impl On {
    /// What stands behind a scenario's name.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "-PG",
            Self::TwoNodes => "-PG2",
        }
    }
}

impl Bench {
    /// How often a scenario of messages is run on SQLite.
    #[must_use]
    pub const fn rounds(&self) -> usize {
        match self.form {
            Form::Quick => 1,
            Form::Normal | Form::Full => 5,
        }
    }

    /// How often where fewer rounds must do.
    #[must_use]
    pub const fn few_rounds(&self) -> usize {
        match self.form {
            Form::Quick => 1,
            Form::Normal => 2,
            Form::Full => 5,
        }
    }

    /// Seconds for this form.
    #[must_use]
    pub const fn time(&self, quick: u64, normal: u64, full: u64) -> Duration {
        Duration::from_secs(match self.form {
            Form::Quick => quick,
            Form::Normal => normal,
            Form::Full => full,
        })
    }

    /// How long a rate is tried before it is held.
    #[must_use]
    pub const fn trial(&self) -> Duration {
        Duration::from_millis(match self.form {
            Form::Quick => 600,
            Form::Normal => 1_000,
            Form::Full => 2_000,
        })
    }

    /// Says how the machine is before a round.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn probe(&self, what: &str) -> Result<()> {
        eprintln!(
            "{what}: sync {:.2} ms, others use {:.0} % of the processors",
            machine::disk_probe(&self.work)?,
            machine::busy_share()? * 100.0
        );
        Ok(())
    }

    /// A desk's place for one run.
    ///
    /// # Errors
    /// When no database can be made.
    pub fn site(&self, folder: &Path, on: On) -> Result<Site> {
        Ok(Site {
            program: self.program.clone(),
            folder: folder.to_owned(),
            postgres: self.database(on)?,
            nats: match on {
                On::TwoNodes => Some(self.nats.clone().context("two nodes need NATS")?),
                On::Sqlite | On::Postgres => None,
            },
        })
    }

    /// A new database, unless it is SQLite.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, on: On) -> Result<Option<String>> {
        match (on, &self.postgres) {
            (On::Sqlite, _) => Ok(None),
            (_, None) => anyhow::bail!("there is no PostgreSQL"),
            (_, Some(server)) => crate::postgres::new_database(server).map(Some),
        }
    }

    /// Takes a database away again.
    pub fn drop_database(&self, database: Option<&str>) {
        if let (Some(server), Some(database)) = (&self.postgres, database)
            && let Err(error) = crate::postgres::drop_database(server, database)
        {
            eprintln!("a database stays: {error:#}");
        }
    }
}
