//! Where settings come from: a file, the environment, flags. Each value is taken by itself, so that a bad one is named
//! by its key, and no parser quotes a secret.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use store::DatabaseUrl;
use toml::{Table, Value};

use super::section::{Fault, Section};
use super::{Bus, Config, Database, FILE_NAME, Files, Http, Limits, Log, Mail, Metrics, Node, Secrets, SignIn, Trace};

/// Beginning of our variables in the environment.
const PREFIX: &str = "FRONTDESK_";
/// Variables that are no settings: the first administrator (OPS-01), and where data and settings are.
const NO_SETTINGS: &[&str] = &[
    "FRONTDESK_ADMIN_EMAIL",
    "FRONTDESK_ADMIN_PASSWORD",
    "FRONTDESK_DATA_DIR",
    "FRONTDESK_CONFIG",
    #[cfg(debug_assertions)]
    store::planted::VARIABLE,
];

/// Where to look for settings.
#[derive(Clone, Default)]
pub struct Sources {
    /// Data folder.
    pub data_dir: PathBuf,
    /// The file named by the operator; else the one in the data folder, if there is one.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// Flags.
    pub overrides: Overrides,
}

/// What flags say; each stands above the environment.
#[derive(Clone, Default)]
pub struct Overrides {
    /// `--listen`
    pub listen: Option<String>,
    /// `--database-url`
    pub database_url: Option<String>,
    /// `--public-url`
    pub public_url: Option<String>,
    /// `--nats-url`
    pub nats_url: Option<String>,
    /// `--node-name`
    pub node_name: Option<String>,
}

/// A setting that makes no sense: the program ends with code 78.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct ConfigError {
    /// The key, the variable or the file.
    pub place: String,
    /// What is wrong with it.
    pub reason: String,
}

impl ConfigError {
    fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            reason: reason.into(),
        }
    }
}

impl Config {
    /// Reads and checks all settings.
    ///
    /// # Errors
    /// The first one that makes no sense, by name (OPS-03).
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let mut table = read_file(sources)?;
        for (name, value) in &sources.environment {
            add_variable(&mut table, name, value)?;
        }
        for (section, key, value) in [
            (Http::NAME, "listen", &sources.overrides.listen),
            (Database::NAME, "url", &sources.overrides.database_url),
            (Http::NAME, "public_url", &sources.overrides.public_url),
            (Bus::NAME, "nats_url", &sources.overrides.nats_url),
            (Node::NAME, "name", &sources.overrides.node_name),
        ] {
            if let Some(value) = value {
                put(&mut table, section, key, Value::String(value.clone()))?;
            }
        }
        let config = Self {
            data_dir: sources.data_dir.clone(),
            http: take(&mut table)?,
            database: take(&mut table)?,
            bus: take(&mut table)?,
            node: take(&mut table)?,
            sign_in: take(&mut table)?,
            files: take(&mut table)?,
            mail: take(&mut table)?,
            outbound: take(&mut table)?,
            limits: take(&mut table)?,
            log: take(&mut table)?,
            metrics: take(&mut table)?,
            trace: take(&mut table)?,
            secrets: take(&mut table)?,
        };
        match table.keys().next() {
            None => config.fits_together(),
            Some(unknown) => Err(ConfigError::new(unknown, "there is no such section")),
        }
    }

    /// What sections alone do not say.
    fn fits_together(self) -> Result<Self, ConfigError> {
        let is_sqlite = matches!(self.database_settings().url, DatabaseUrl::Sqlite(_));
        if is_sqlite && self.bus.nats_url.is_some() {
            return Err(ConfigError::new(
                format!("{}.nats_url", Bus::NAME),
                "several nodes need PostgreSQL (database.url), and an SQLite file serves one",
            ));
        }
        Ok(self)
    }
}

fn read_file(sources: &Sources) -> Result<Table, ConfigError> {
    let in_folder = sources.data_dir.join(FILE_NAME);
    let path: &Path = match &sources.file {
        Some(named) => named,
        None if in_folder.exists() => &in_folder,
        None => return Ok(Table::new()),
    };
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::new(&place, error.to_string()))?;
    text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map_or(1, |span| text[..span.start].lines().count().max(1));
        // Only the reason: the parser's whole message quotes the line, which may hold a secret.
        ConfigError::new(format!("{place}, line {line}"), error.message())
    })
}

fn add_variable(table: &mut Table, name: &str, value: &str) -> Result<(), ConfigError> {
    let Some(rest) = name.strip_prefix(PREFIX) else {
        return Ok(());
    };
    if NO_SETTINGS.contains(&name) {
        return Ok(());
    }
    let rest = rest.to_ascii_lowercase();
    let known = rest
        .split_once("__")
        .and_then(|(section, key)| Some((section, key, reader(section)?)));
    let Some((section, key, read)) = known else {
        return Err(ConfigError::new(name, "there is no such setting"));
    };
    put(table, section, key, read(key, value))
}

fn put(table: &mut Table, section: &str, key: &str, value: Value) -> Result<(), ConfigError> {
    let entry = table.entry(section).or_insert_with(|| Value::Table(Table::new()));
    let Value::Table(keys) = entry else {
        return Err(ConfigError::new(section, "is no section"));
    };
    keys.insert(key.to_owned(), value);
    Ok(())
}

/// How a section reads a text of the environment: as a text where the key wants one, else as TOML.
fn reader(section: &str) -> Option<fn(&str, &str) -> Value> {
    Some(match section {
        Http::NAME => read_text::<Http>,
        Database::NAME => read_text::<Database>,
        Bus::NAME => read_text::<Bus>,
        Node::NAME => read_text::<Node>,
        SignIn::NAME => read_text::<SignIn>,
        Files::NAME => read_text::<Files>,
        Mail::NAME => read_text::<Mail>,
        Limits::NAME => read_text::<Limits>,
        Log::NAME => read_text::<Log>,
        Metrics::NAME => read_text::<Metrics>,
        Trace::NAME => read_text::<Trace>,
        Secrets::NAME => read_text::<Secrets>,
        _ => return None,
    })
}

fn read_text<S: Section>(key: &str, text: &str) -> Value {
    let plain = Value::String(text.to_owned());
    if one::<S>(key, plain.clone()).is_ok() {
        return plain;
    }
    let literal = format!("value = {text}")
        .parse::<Table>()
        .ok()
        .and_then(|mut table| table.remove("value"));
    literal
        .filter(|literal| one::<S>(key, literal.clone()).is_ok())
        .unwrap_or(plain)
}

/// Takes a section out of the table.
fn take<S: Section>(table: &mut Table) -> Result<S, ConfigError> {
    let keys = match table.remove(S::NAME) {
        None => Table::new(),
        Some(Value::Table(keys)) => keys,
        Some(_) => return Err(ConfigError::new(S::NAME, "is no section: write it in brackets")),
    };
    for (key, value) in &keys {
        let place = format!("{}.{key}", S::NAME);
        if !S::KEYS.iter().any(|known| known.name == key) {
            return Err(ConfigError::new(place, "there is no such setting"));
        }
        one::<S>(key, value.clone()).map_err(|error| ConfigError::new(place, error.message().trim()))?;
    }
    let section: S = parse(keys).map_err(|error| ConfigError::new(S::NAME, error.message()))?;
    section
        .check()
        .map_err(|Fault { key, reason }| ConfigError::new(format!("{}.{key}", S::NAME), reason))?;
    Ok(section)
}

/// Reads one key alone: all others have defaults.
fn one<S: Section>(key: &str, value: Value) -> Result<S, toml::de::Error> {
    parse(Table::from_iter([(key.to_owned(), value)]))
}

fn parse<S: DeserializeOwned>(keys: Table) -> Result<S, toml::de::Error> {
    Value::Table(keys).try_into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let folder = std::env::temp_dir().join(format!("frontdesk-config-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir(&folder).expect("a folder");
        let path = folder.join("desk.toml");
        std::fs::write(&path, file).expect("a file");
        let environment = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let sources = Sources {
            data_dir: folder.clone(),
            file: Some(path),
            environment,
            ..Sources::default()
        };
        let loaded = Config::load(&sources);
        std::fs::remove_dir_all(folder).expect("removed");
        loaded
    }

    /// OPS-03: the environment stands above the file, and its texts become what each key wants. The check of the mail
    /// settings makes a mailer, which lives on a runtime.
    #[tokio::test]
    async fn the_environment_overrides_the_file() {
        let config = load(
            "[http]\nlisten = \"127.0.0.1:1\"\n[limits]\nmessage_burst = 3\n",
            &[
                ("FRONTDESK_HTTP__LISTEN", "127.0.0.1:2"),
                ("FRONTDESK_HTTP__TRUSTED_PROXIES", "[\"10.0.0.1\"]"),
                ("FRONTDESK_DATABASE__POOL", "3"),
                ("FRONTDESK_MAIL__HOST", "localhost"),
                ("FRONTDESK_MAIL__FROM", "desk@example.com"),
                ("FRONTDESK_MAIL__USERNAME", "desk"),
                ("FRONTDESK_MAIL__PASSWORD", "12345"),
                ("FRONTDESK_ADMIN_EMAIL", "ann@example.com"),
                ("HOME", "/root"),
            ],
        )
        .expect("good settings");
        assert_eq!(config.http.listen.port(), 2);
        assert_eq!(config.http.trusted_proxies.len(), 1);
        assert_eq!((config.database.pool, config.limits.message_burst), (3, 3));
        assert_eq!(config.mail.password.expect("a password").reveal(), "12345");
    }

    /// OPS-03: whatever makes no sense is refused by name.
    #[test]
    fn bad_settings_are_named() {
        let place = |file: &str, environment: &[(&str, &str)]| load(file, environment).expect_err(file).place;
        assert_eq!(place("[http]\nlisten = \"nowhere\"", &[]), "http.listen");
        assert_eq!(place("[http]\npublic_url = \"ftp://a\"", &[]), "http.public_url");
        assert_eq!(place("[http]\nport = 1", &[]), "http.port");
        assert_eq!(place("[hppt]\nport = 1", &[]), "hppt");
        assert_eq!(place("http = 1", &[]), "http");
        assert_eq!(place("[mail]\nhost = \"a\"", &[]), "mail.from");
        assert_eq!(place("[limits]\nmessage_burst = 0", &[]), "limits.message_burst");
        assert_eq!(place("[secrets]\nkey = \"00\"", &[]), "secrets.key");
        assert_eq!(place("[bus]\nnats_url = \"http://nats\"", &[]), "bus.nats_url");
        assert_eq!(place("[bus]\nsubject = \"two words\"", &[]), "bus.subject");
        assert_eq!(place("[node]\nname = \"\"", &[]), "node.name");
        // OPS-04: the embedded database is for one node.
        assert_eq!(place("[bus]\nnats_url = \"nats://nats\"", &[]), "bus.nats_url");
        assert_eq!(place("", &[("FRONTDESK_DATABASE__POOL", "many")]), "database.pool");
        assert_eq!(place("", &[("FRONTDESK_DATABASE__POOLS", "1")]), "database.pools");
        assert_eq!(place("", &[("FRONTDESK_LISTEN", "1")]), "FRONTDESK_LISTEN");
        assert!(place("[http\n", &[]).ends_with("desk.toml, line 1"));
    }

    /// OPS-03, T1201: neither errors nor the printed configuration show a secret.
    #[test]
    fn secrets_are_not_printed() {
        let errors = [
            load("[mail]\npassword = 987654", &[]),
            load("[secrets]\nkey = \"987654\"", &[]),
            load("[database]\nurl = \"mysql://desk:987654@db\"", &[]),
            load("[mail]\npassword = \"987654", &[]),
            load("[bus]\nnats_url = \"http://desk:987654@nats\"", &[]),
        ];
        for error in errors {
            let error = error.expect_err("bad").to_string();
            assert!(!error.contains("987654"), "{error}");
        }
        let config = load(
            "[mail]\nusername = \"a\"\npassword = \"987654\"\n[database]\nurl = \"postgres://desk:987654@db/desk\"\n\
             [bus]\nnats_url = \"nats://desk:987654@nats\"",
            &[],
        );
        let config = config.expect("good settings");
        let shown = config.to_toml().expect("TOML");
        assert!(
            !shown.contains("987654") && !format!("{config:?}").contains("987654"),
            "{shown}"
        );
        assert_eq!(shown.matches("[redacted]").count(), 3, "{shown}");
    }
}
