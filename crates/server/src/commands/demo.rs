//! `frontdesk demo`.

use std::process::ExitCode;

use anyhow::{Result, bail};
use app::demo::{self, Filled};
use app::{App, Clock};
use clap::Args;

use super::say;
use crate::config::Config;
use crate::wiring::{self, Kit};

/// The people of the sample sign in once for all its days, in hours.
const PLAYED_HOURS: i64 = 30 * 24;

/// Flags of `demo`.
#[derive(Args)]
pub(super) struct Demo {
    /// Print one JSON object: `admin`, `agents`, `channels`.
    #[arg(long)]
    json: bool,
    /// Do nothing, instead of failing, when there is data already.
    #[arg(long)]
    if_empty: bool,
}

impl Demo {
    pub(super) async fn run(self, config: &Config) -> Result<ExitCode> {
        // Conversations of the last days are played with a clock that goes as fast as they need.
        let system = Clock::system();
        let kit = Kit {
            clock: Clock::manual(demo::beginning(system.now())),
            ..Kit::default()
        };
        let mut config = config.clone();
        config.sign_in.hours = config.sign_in.hours.max(PLAYED_HOURS);
        let store = wiring::open_store(&config, &system).await?;
        let app = wiring::app(&config, kit, store, &format!("http://{}", config.http.listen))?;
        let outcome = self.fill(&app).await;
        app.store.close().await;
        outcome
    }

    async fn fill(&self, app: &App) -> Result<ExitCode> {
        let filled = match demo::fill(app).await? {
            Some(filled) => filled,
            None if self.if_empty => {
                eprintln!("There is data already: nothing done.");
                match demo::known(app).await? {
                    Some(known) => known,
                    None => return Ok(ExitCode::SUCCESS),
                }
            }
            None => bail!("there is data already: the sample contact centre goes into an empty database only"),
        };
        if self.json {
            say(&serde_json::to_string(&filled)?);
        } else {
            tell(&filled, &app.settings.public_url);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(filled: &Filled, address: &str) {
    say("The sample contact centre. Sign in at the desk as");
    say(&format!(
        "  {:<28} {:<18} administrator",
        filled.admin.email, filled.admin.password
    ));
    for agent in &filled.agents {
        say(&format!("  {:<28} {:<18} {}", agent.email, agent.password, agent.name));
    }
    say(&format!("  desk          {address}/"));
    for channel in &filled.channels {
        say(&format!("  visitor page  {address}{}", channel.url_path));
    }
}
