//! The configuration: one struct a section, read once, checked at the start (OPS-03).
//!
//! A TOML file, overridden by the environment, overridden by flags. Nothing else in the program reads any of them.

mod bus;
mod database;
mod example;
mod files;
mod http;
mod limits;
mod log;
mod mail;
mod metrics;
mod node;
mod outbound;
mod secret;
mod secrets;
mod section;
mod sign_in;
mod source;
mod trace;

use std::path::{Path, PathBuf};

use serde::Serialize;
use store::{DatabaseSettings, DatabaseUrl};

pub use bus::{Bus, Nats};
pub use database::{Database, Url};
pub use example::example;
pub use files::Files;
pub use http::Http;
pub use limits::Limits;
pub use log::{Format, Log};
pub use mail::{Mail, Security};
pub use metrics::Metrics;
pub use node::Node;
pub use outbound::Outbound;
pub use secret::Secret;
pub use secrets::{Secrets, parse_key};
pub use section::{Fault, Key, Section};
pub use sign_in::SignIn;
pub use source::{ConfigError, Overrides, Sources};
pub use trace::Trace;

/// Name of the file that is read from the data folder when none is named.
pub const FILE_NAME: &str = "frontdesk.toml";

/// Everything that the operator decides.
#[derive(Debug, Clone, Serialize)]
pub struct Config {
    /// Folder of the database, the attachments and the key; made when missing.
    pub data_dir: PathBuf,
    /// `[http]`
    pub http: Http,
    /// `[database]`
    pub database: Database,
    /// `[bus]`
    pub bus: Bus,
    /// `[node]`
    pub node: Node,
    /// `[sign_in]`
    pub sign_in: SignIn,
    /// `[files]`
    pub files: Files,
    /// `[mail]`
    pub mail: Mail,
    /// `[outbound]`
    pub outbound: Outbound,
    /// `[limits]`
    pub limits: Limits,
    /// `[log]`
    pub log: Log,
    /// `[metrics]`
    pub metrics: Metrics,
    /// `[trace]`
    pub trace: Trace,
    /// `[secrets]`
    pub secrets: Secrets,
}

impl Config {
    /// The defaults, on this data folder.
    #[must_use]
    pub fn on(data_dir: &Path) -> Self {
        Self {
            data_dir: data_dir.to_owned(),
            http: Http::default(),
            database: Database::default(),
            bus: Bus::default(),
            node: Node::default(),
            sign_in: SignIn::default(),
            files: Files::default(),
            mail: Mail::default(),
            outbound: Outbound::default(),
            limits: Limits::default(),
            log: Log::default(),
            metrics: Metrics::default(),
            trace: Trace::default(),
            secrets: Secrets::default(),
        }
    }

    /// How to open the database.
    #[must_use]
    pub fn database_settings(&self) -> DatabaseSettings {
        let own = || DatabaseUrl::Sqlite(self.data_dir.join("frontdesk.db"));
        DatabaseSettings {
            url: self.database.url.clone().map_or_else(own, |url| url.0),
            pool: self.database.pool,
            lanes: self.database.lanes,
        }
    }

    /// Folder of the attachments.
    #[must_use]
    pub fn attachments_dir(&self) -> PathBuf {
        self.files
            .folder
            .clone()
            .unwrap_or_else(|| self.data_dir.join("attachments"))
    }

    /// Folder in which the bytes of attachments lie, unless they lie in a bucket.
    #[must_use]
    pub fn attachments_folder(&self) -> Option<PathBuf> {
        self.files.s3_bucket.is_none().then(|| self.attachments_dir())
    }

    /// All of it as TOML, with secrets hidden.
    ///
    /// # Errors
    /// When a path is no text.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }
}
