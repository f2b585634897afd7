//! From settings to parts.

use anyhow::{Context as _, Result, anyhow};
use app::files::Bucket;
use app::mail::Mailer;
use app::passwords::Passwords;
use app::presence::Beat;
use app::{App, Clock, Parts, Settings};
use bus::nats::Carrier;
use bus::{Bus, nats};
use egress::{Allowed, Egress};
use store::Store;

use crate::config::Config;
use crate::data_dir;

/// What tests replace.
pub struct Kit {
    /// The clock.
    pub clock: Clock,
    /// Password hashing.
    pub passwords: Passwords,
    /// Beats and deadlines of sockets.
    pub pace: api::Pace,
    /// How this node shows that it lives.
    pub beat: Beat,
    /// The bell; without it the one that the settings want.
    pub bus: Option<Bus>,
    /// Addresses in this network that may be called.
    pub allowed: Allowed,
}

impl Default for Kit {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            passwords: Passwords::new(),
            pace: api::Pace::default(),
            beat: Beat::default(),
            bus: None,
            allowed: Allowed::default(),
        }
    }
}

/// Opens the database and brings its tables to where this program wants them (C16).
///
/// # Errors
/// When another process has the file (F16), a newer program has changed the tables, or the database is not there.
pub async fn open_store(config: &Config, clock: &Clock) -> Result<Store> {
    let store = connect(config).await?;
    store.migrate(clock.now().0).await.context("migrating the database")?;
    Ok(store)
}

/// Opens the database as it is.
///
/// # Errors
/// As [`open_store`].
pub async fn connect(config: &Config) -> Result<Store> {
    data_dir::prepare(config)?;
    data_dir::must_have_database(config)?;
    let settings = config.database_settings();
    Store::open(&settings)
        .await
        .with_context(|| format!("opening the database {}", settings.url))
}

/// The bell that the settings want, and what carries it to other nodes.
#[must_use]
pub fn bus(config: &Config) -> (Bus, Option<Carrier>) {
    match config.bus.nats(&config.node.name()) {
        Some(settings) => {
            let (bus, line) = Bus::shared();
            (bus, Some(nats::carry(line, settings)))
        }
        None => (Bus::local(), None),
    }
}

/// What may be called beside public addresses: the operator's exceptions, which the log shows (T715), and a test's.
fn allowed(config: &Config, kit: Allowed) -> Allowed {
    let (hosts, ports) = (&config.outbound.allowed_hosts, &config.outbound.allowed_ports);
    if !hosts.is_empty() || !ports.is_empty() {
        tracing::info!(?hosts, ?ports, "Flows may also call {hosts:?}, and ports {ports:?}");
    }
    Allowed {
        hosts: [&hosts[..], &kit.hosts].concat(),
        ports: [&ports[..], &kit.ports].concat(),
    }
}

/// Puts the use cases together; starts nothing. `reached_at` is where people reach the desk unless a setting says so.
///
/// # Errors
/// When the key or the mail settings cannot be used.
pub fn app(config: &Config, kit: Kit, store: Store, reached_at: &str) -> Result<App> {
    let public_url = config.http.public_url.as_deref().unwrap_or(reached_at);
    let mailer = config.mail.smtp().map(|settings| Mailer::new(&settings)).transpose()?;
    let bucket = config.files.bucket();
    let bucket = bucket.map(|settings| Bucket::new(&settings)).transpose();
    Ok(App::new(Parts {
        store,
        bucket: bucket.map_err(|reason| anyhow!("the bucket of attachments: {reason}"))?,
        bus: kit.bus.unwrap_or_else(Bus::local),
        clock: kit.clock,
        mailer,
        egress: Egress::new(allowed(config, kit.allowed)).context("setting up calls that leave the house")?,
        passwords: kit.passwords,
        beat: kit.beat,
        settings: Settings {
            node_name: config.node.name(),
            public_url: public_url.trim_end_matches('/').to_owned(),
            attachments_dir: config.attachments_dir(),
            upload_max_bytes: config.files.upload_max_mib * 1024 * 1024,
            limits: (&config.limits).into(),
            login_seconds: config.sign_in.hours * 3_600,
            terms_url: config.sign_in.terms_url.clone(),
        },
        sealing_key: data_dir::sealing_key(config)?,
    }))
}
