//! The commands of `frontdesk` (OPS-02).

mod admins;
mod backup;
mod check;
mod demo;
mod flow;
mod reload;
mod serve;
mod settings;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use app::backup::BackupError;
use clap::{Args, Parser, Subcommand};
use store::StoreError;

use crate::config::{Config, Overrides, Sources};
use crate::{log, metrics, trace, wiring};

/// A setting makes no sense (EX_CONFIG).
const BAD_SETTING: u8 = 78;
/// The disk failed (C15; EX_SOFTWARE).
pub(crate) const DISK_FAILED: u8 = 70;

/// Self-hosted online customer service in one program.
///
/// `frontdesk serve` is all that is needed: on an empty folder it makes a database, the first administrator (printed
/// once) and serves the desk at `/` and visitors' pages at `/chat/<channel key>`.
///
/// Settings come from a file (`--config`, else `frontdesk.toml` in the data folder), overridden by the environment
/// (`FRONTDESK_<SECTION>__<KEY>`, for example `FRONTDESK_HTTP__LISTEN`), overridden by flags. `frontdesk check-config`
/// shows what was understood.
///
/// Exit codes: 0 done; 1 failed; 2 wrong arguments; 70 the disk failed; 78 a setting makes no sense.
#[derive(Parser)]
#[command(name = "frontdesk", version, verbatim_doc_comment)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    place: Place,
}

/// Where data and settings are.
#[derive(Args)]
#[command(next_help_heading = "Where data and settings are")]
struct Place {
    /// Folder of the database, the attachments and the key; made when missing.
    #[arg(
        long,
        global = true,
        default_value = "data",
        env = "FRONTDESK_DATA_DIR",
        value_name = "FOLDER"
    )]
    data_dir: PathBuf,
    /// File with settings [default: frontdesk.toml in the data folder, if there is one].
    #[arg(long, global = true, env = "FRONTDESK_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database instead of the file in the data folder: `postgres://user:password@host/name` or `sqlite:/path`.
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the desk until told to stop (SIGTERM or Ctrl-C).
    ///
    /// Brings the database's tables up to date first. The first start prints the first administrator's sign-in, or
    /// takes it from FRONTDESK_ADMIN_EMAIL and FRONTDESK_ADMIN_PASSWORD. Prints `listening on http://ADDRESS:PORT`
    /// once people can come. `/healthz` and `/readyz` tell how it is, `/metrics` what it does. SIGHUP has it read the
    /// certificate and `log.level` again.
    Serve(serve::Serve),
    /// Brings the database's tables to where this version wants them, and lists what it did.
    ///
    /// `serve` does so by itself. A database that a newer version has changed is left alone.
    Migrate,
    /// Looks whether everything stored holds together: recounts all of it from the log.
    ///
    /// Reads one moment of the database and all attachments, changes nothing, and may run beside a server. Exit code 0:
    /// everything holds; 1: something does not, each with its place, or it could not be read.
    Check(check::Check),
    /// Copies everything into a new folder, while the server runs or without it.
    ///
    /// The database as it is at one moment (PostgreSQL: by `pg_dump`, which must be installed), the attachments that it
    /// knows, the hashes of all files (`sha256sum -c files.sha256` reads them) and, last of all, manifest.json: a folder
    /// without it was interrupted and is no backup. Not in it: the settings, and the key that seals secrets
    /// (`secret.key` in the data folder), without which sealed secrets cannot be used; keep copies of both elsewhere.
    ///
    /// Exit code 0: made; 1: not made, or some attachments were missing or changed already, which it names.
    Backup(backup::Backup),
    /// Puts a backup into an empty data folder, or with --database-url into an empty database.
    ///
    /// Compares every file with its hash, restores attachments, then the database, brings its tables up to date and
    /// begins a new life of it: open pages notice that and load everything anew. The data folder may hold secret.key
    /// and frontdesk.toml already, nothing else.
    ///
    /// Exit code 0: restored; 1: not restored, or attachments were missing or changed, or with --verify not everything
    /// holds; each is named.
    Restore(backup::Restore),
    /// Checks a flow in a file, or talks with it, without a desk.
    #[command(subcommand)]
    Flow(flow::Flow),
    /// Prints the settings as they were understood, with secrets hidden.
    CheckConfig,
    /// Prints the description of the API (OpenAPI, JSON).
    Openapi,
    /// Adds an administrator to the first contact centre; prints a password unless one is given.
    ///
    /// On the embedded database the server must be stopped for it.
    CreateAdmin(admins::CreateAdmin),
    /// Sets a new password for the account with this e-mail, and ends its sign-ins.
    ///
    /// Also unlocks an account that was tried too often. On the embedded database the server must be stopped for it.
    ResetPassword(admins::ResetPassword),
    /// Fills an empty database with a sample contact centre: people, groups, a chat page, conversations.
    Demo(demo::Demo),
    /// Prints a file with all settings, their meaning and their defaults.
    #[command(hide = true)]
    ExampleConfig,
}

/// Does what the command line says.
pub async fn run(cli: Cli) -> ExitCode {
    let Cli { command, place } = cli;
    let sources = sources(&command, place);
    let config = match Config::load(&sources) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("frontdesk: a setting makes no sense: {error}");
            return ExitCode::from(BAD_SETTING);
        }
    };
    metrics::start();
    let traces = match &command {
        Command::Serve(_) => trace::layer(&config.trace, &config.node.name()),
        _ => Ok(None),
    };
    let traces = match traces {
        Ok(traces) => traces,
        Err(error) => {
            eprintln!("frontdesk: {error:#}");
            return ExitCode::FAILURE;
        }
    };
    log::start(&config.log, traces);
    let done = match command {
        Command::Serve(_) => serve::run(config, &sources).await,
        Command::Migrate => migrate(&config).await,
        Command::Check(command) => command.run(&config).await,
        Command::Backup(command) => command.run(&config).await,
        Command::Restore(command) => command.run(&config).await,
        Command::Flow(command) => command.run(),
        Command::CheckConfig => settings::check_config(&config),
        Command::Openapi => settings::openapi(),
        Command::CreateAdmin(command) => command.run(&config).await,
        Command::ResetPassword(command) => command.run(&config).await,
        Command::Demo(command) => command.run(&config).await,
        Command::ExampleConfig => settings::example(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("frontdesk: {error:#}");
        if is_disk(&error) {
            ExitCode::from(DISK_FAILED)
        } else {
            ExitCode::FAILURE
        }
    })
}

/// Whether the disk failed, not what was asked of it (C15).
fn is_disk(error: &anyhow::Error) -> bool {
    let is_disk = |error: &StoreError| matches!(error, StoreError::Disk(_));
    error.chain().any(|cause| {
        cause.downcast_ref::<StoreError>().is_some_and(is_disk)
            || matches!(cause.downcast_ref::<BackupError>(), Some(BackupError::Store(error)) if is_disk(error))
    })
}

fn sources(command: &Command, place: Place) -> Sources {
    let serve = match command {
        Command::Serve(serve) => Some(serve),
        _ => None,
    };
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect();
    Sources {
        data_dir: place.data_dir,
        file: place.config,
        environment,
        overrides: Overrides {
            listen: serve.and_then(|serve| serve.listen.clone()),
            database_url: place.database_url,
            public_url: serve.and_then(|serve| serve.public_url.clone()),
            nats_url: serve.and_then(|serve| serve.nats_url.clone()),
            node_name: serve.and_then(|serve| serve.node_name.clone()),
        },
    }
}

async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let store = wiring::connect(config).await?;
    let applied = store.migrate(app::Clock::system().now().0).await;
    store.close().await;
    let applied = applied?;
    if applied.is_empty() {
        say("nothing to do: the database is up to date");
    }
    for name in applied {
        say(&format!("applied {name}"));
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints a line for people and scripts. Nobody has to listen.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _closed = writeln!(out, "{line}").and_then(|()| out.flush());
}
