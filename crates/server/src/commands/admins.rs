//! Commands for getting back in.

use std::io::BufRead as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use app::first_start::{self, FirstAdmin};
use app::{App, AppError, Refusal};
use bus::Bus;
use clap::Args;

use super::say;
use crate::config::Config;
use crate::wiring::{self, Kit};

/// Flags of `create-admin`.
#[derive(Args)]
pub(super) struct CreateAdmin {
    /// The new administrator's e-mail: the login.
    #[arg(long)]
    email: String,
    /// The name that colleagues see.
    #[arg(long)]
    name: Option<String>,
    /// Read the password from the first line of the input instead of making one up.
    #[arg(long)]
    password_stdin: bool,
}

/// Flags of `reset-password`.
#[derive(Args)]
pub(super) struct ResetPassword {
    /// The account's e-mail.
    #[arg(long)]
    email: String,
    /// Read the password from the first line of the input instead of making one up.
    #[arg(long)]
    password_stdin: bool,
}

impl CreateAdmin {
    pub(super) async fn run(self, config: &Config) -> Result<ExitCode> {
        let wanted = FirstAdmin {
            email: Some(self.email),
            name: self.name,
            password: read_password(self.password_stdin)?,
        };
        let app = open(config).await?;
        let added = first_start::create_admin(&app, &wanted).await;
        close(app).await?;
        let added = added.map_err(in_words)?;
        say(&format!("e-mail    {}", added.email));
        tell_password(added.password.as_deref());
        Ok(ExitCode::SUCCESS)
    }
}

impl ResetPassword {
    pub(super) async fn run(self, config: &Config) -> Result<ExitCode> {
        let password = read_password(self.password_stdin)?;
        let app = open(config).await?;
        let set = app::sign_in::set_password(&app, &self.email, password.as_deref()).await;
        close(app).await?;
        for account in set.map_err(in_words)? {
            say(&format!("e-mail    {} ({})", account.email, account.tenant));
            tell_password(account.password.as_deref());
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(config: &Config) -> Result<App> {
    let mut kit = Kit::default();
    if config.bus.nats_url.is_some() {
        // Nothing is carried: what this command rings is written down for the nodes, by `close`.
        kit.bus = Some(Bus::shared().0);
    }
    let store = wiring::open_store(config, &kit.clock).await?;
    wiring::app(config, kit, store, &format!("http://{}", config.http.listen))
}

/// Lets running nodes hear what was changed, and closes the database.
async fn close(app: App) -> Result<()> {
    let told = app::bells::write(&app).await;
    app.store.close().await;
    Ok(told?)
}

fn tell_password(made_up: Option<&str>) {
    match made_up {
        Some(password) => say(&format!(
            "password  {password}   (shown once; to be changed at the first sign-in)"
        )),
        None => say("password  as given"),
    }
}

fn read_password(from_stdin: bool) -> Result<Option<String>> {
    if !from_stdin {
        return Ok(None);
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("reading the password")?;
    let password = line.trim_end_matches(['\n', '\r']);
    ensure!(!password.is_empty(), "the input holds no password");
    Ok(Some(password.to_owned()))
}

/// What the operator can do about it, where there is something.
fn in_words(error: AppError) -> anyhow::Error {
    match error {
        AppError::NotFound { .. } => anyhow::anyhow!("no account has this e-mail"),
        AppError::Refused(Refusal::EmailTaken) => anyhow::anyhow!("an account with this e-mail exists already"),
        AppError::Refused(Refusal::Fields(fields)) => {
            let named: Vec<String> = fields
                .iter()
                .map(|error| format!("{}: {:?}", error.field, error.fault))
                .collect();
            anyhow::anyhow!("refused: {}", named.join(", "))
        }
        other => other.into(),
    }
}
