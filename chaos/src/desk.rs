//! The desk under test: one node on SQLite, or two on one PostgreSQL database and one NATS server, each the real
//! program, started, killed and paused from here.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, ensure};
use reqwest::Url;
use store::testing::TestDatabase;
use store::{DatabaseSettings, DatabaseUrl, Engine};
use testkit::{ADMIN_EMAIL, ADMIN_PASSWORD, Program, Serving};
use tokio::sync::Mutex as AsyncMutex;

use crate::chance::Chance;
use crate::proxy::{Proxy, Upstream};

/// Everything in a fault run comes from one address and is in a hurry.
const SETTINGS: &[(&str, &str)] = &[
    ("FRONTDESK_LIMITS__SIGN_IN_PER_ADDRESS", "100000"),
    ("FRONTDESK_LIMITS__SESSIONS_PER_ADDRESS", "100000"),
    ("FRONTDESK_LIMITS__UPLOADS_PER_VISITOR", "100000"),
    ("FRONTDESK_LIMITS__MESSAGE_BURST", "100000"),
    ("FRONTDESK_LIMITS__MESSAGES_PER_MINUTE", "100000"),
    ("FRONTDESK_LIMITS__SOCKETS_PER_ADDRESS", "100000"),
    ("FRONTDESK_LIMITS__SOCKETS_PER_AGENT", "1000"),
    ("FRONTDESK_ADMIN_EMAIL", ADMIN_EMAIL),
    ("FRONTDESK_ADMIN_PASSWORD", ADMIN_PASSWORD),
];
/// How often a start is tried while the database cannot be reached.
const STARTS: u32 = 10;
const BETWEEN_STARTS: Duration = Duration::from_millis(500);

/// What to run.
#[derive(Clone)]
pub struct Wanted {
    /// The program; the one beside the tests when left out.
    pub binary: Option<PathBuf>,
    /// Where everything of the run lies.
    pub folder: PathBuf,
    /// One node on SQLite, or two on PostgreSQL.
    pub engine: Engine,
    /// The NATS server of two nodes.
    pub nats_url: Option<String>,
}

/// A node, running or not.
pub struct Node {
    /// `a` or `b`.
    pub name: String,
    program: Program,
    /// The same program, wrong on purpose.
    wrong: Mutex<Option<Arc<Program>>>,
    arguments: Vec<String>,
    serving: AsyncMutex<Option<Serving>>,
    address: Mutex<Option<SocketAddr>>,
    /// Its ways to the database and to the bus, where it has any.
    pub links: Vec<Proxy>,
}

/// All nodes and their database.
pub struct Desk {
    /// The nodes.
    pub nodes: Vec<Arc<Node>>,
    settings: DatabaseSettings,
    made: Option<TestDatabase>,
}

impl Desk {
    /// Starts the desk.
    ///
    /// # Errors
    /// When a node does not start.
    pub async fn start(wanted: &Wanted, chance: &mut Chance) -> Result<Self> {
        let made = match wanted.engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(TestDatabase::empty_postgres().await),
        };
        let names: &[&str] = match wanted.engine {
            Engine::Sqlite => &["a"],
            Engine::Postgres => &["a", "b"],
        };
        let settings = made.as_ref().map_or_else(
            || DatabaseSettings::new(DatabaseUrl::Sqlite(wanted.folder.join("a").join("frontdesk.db"))),
            |made| made.settings().clone(),
        );
        let mut nodes = Vec::new();
        for name in names {
            let node = Node::new(name, wanted, &settings.url, chance).await?;
            node.start().await?;
            nodes.push(Arc::new(node));
        }
        Ok(Self { nodes, settings, made })
    }

    /// Where a new connection of a client leads to: some node that runs.
    #[must_use]
    pub fn upstream(&self, chance: Chance) -> Upstream {
        let (nodes, chance) = (self.nodes.clone(), Mutex::new(chance));
        Arc::new(move || {
            let alive: Vec<SocketAddr> = nodes.iter().filter_map(|node| node.address()).collect();
            let mut chance = chance.lock().unwrap_or_else(PoisonError::into_inner);
            (!alive.is_empty()).then(|| alive[chance.index(alive.len())])
        })
    }

    /// How to read the database once the nodes are stopped.
    #[must_use]
    pub const fn settings(&self) -> &DatabaseSettings {
        &self.settings
    }

    /// Stops all nodes in order.
    ///
    /// # Errors
    /// When one does not end with code 0 (C13).
    pub async fn stop(&self) -> Result<()> {
        for node in &self.nodes {
            let code = node.end("TERM").await;
            ensure!(
                code == Some(Some(0)),
                "node {} ended with {code:?} when told to stop",
                node.name
            );
        }
        Ok(())
    }

    /// What the program itself finds wrong with its data (C18); the nodes must be stopped. Nothing when all holds.
    pub async fn check(&self) -> Option<String> {
        let url = match &self.settings.url {
            DatabaseUrl::Sqlite(path) => format!("sqlite:{}", path.display()),
            DatabaseUrl::Postgres(url) => url.clone(),
        };
        let run = self.nodes[0]
            .program
            .run(&["check", "--json", "--database-url", &url])
            .await;
        (run.code != Some(0)).then(|| format!("{}{}", run.out, run.complaints))
    }

    /// Removes a database on a server; the nodes must be stopped.
    pub async fn remove(mut self) {
        if let Some(made) = self.made.take() {
            made.remove().await;
        }
    }

    /// What the nodes logged.
    #[must_use]
    pub fn logs(&self) -> String {
        self.nodes.iter().map(|node| node.log()).collect()
    }
}

impl Node {
    async fn new(name: &str, wanted: &Wanted, database: &DatabaseUrl, chance: &mut Chance) -> Result<Self> {
        let folder = wanted.folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let mut program = Program::on(&folder);
        if let Some(binary) = &wanted.binary {
            program = program.binary(binary);
        }
        for (key, value) in SETTINGS {
            program = program.with(key, value);
        }
        let (mut arguments, mut links) = (Vec::new(), Vec::new());
        if let DatabaseUrl::Postgres(url) = database {
            let (link, url) = through_proxy(url, 5432, chance).await?;
            arguments.extend(["--database-url".to_owned(), url]);
            links.push(link);
            // All nodes show the same files and open the same secrets.
            let shared = wanted.folder.join("attachments");
            program = program
                .with("FRONTDESK_FILES__FOLDER", &shared.display().to_string())
                .with("FRONTDESK_SECRETS__KEY", &"5a".repeat(32));
            arguments.extend(["--node-name".to_owned(), name.to_owned()]);
        }
        if let Some(url) = &wanted.nats_url {
            let (link, url) = through_proxy(url, 4222, chance).await?;
            arguments.extend(["--nats-url".to_owned(), url]);
            links.push(link);
        }
        Ok(Self {
            name: name.to_owned(),
            program,
            wrong: Mutex::default(),
            arguments,
            serving: AsyncMutex::default(),
            address: Mutex::default(),
            links,
        })
    }

    /// Where it listens, while it runs.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listens(&self, address: Option<SocketAddr>) {
        *self.address.lock().unwrap_or_else(PoisonError::into_inner) = address;
    }

    /// Starts it again, wrong on purpose from now on; it must be a debug build.
    ///
    /// # Errors
    /// As [`Node::start`].
    pub async fn plant(&self, fault: &str) -> Result<()> {
        self.end("TERM").await;
        let wrong = Arc::new(self.program.clone().with("FRONTDESK_PLANTED_FAULT", fault));
        *self.wrong.lock().unwrap_or_else(PoisonError::into_inner) = Some(wrong);
        self.start().await
    }

    /// Starts it; does nothing while it runs.
    ///
    /// # Errors
    /// When it does not start, however often that is tried.
    pub async fn start(&self) -> Result<()> {
        let mut serving = self.serving.lock().await;
        if serving.is_some() {
            return Ok(());
        }
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let program = wrong.as_deref().unwrap_or(&self.program);
        let mut complaint = String::new();
        for _ in 0..STARTS {
            match program.try_serve(&arguments).await {
                Ok(started) => {
                    let address = started.url.trim_start_matches("http://").parse();
                    self.listens(Some(address.context("the address it printed")?));
                    *serving = Some(started);
                    return Ok(());
                }
                Err(said) => complaint = said,
            }
            tokio::time::sleep(BETWEEN_STARTS).await;
        }
        Err(anyhow!("node {} does not start: {complaint}", self.name))
    }

    /// Ends it by a signal; answers its exit code, or nothing when it did not run.
    pub async fn end(&self, signal: &str) -> Option<Option<i32>> {
        let mut serving = self.serving.lock().await;
        self.listens(None);
        let running = serving.take()?;
        // Who stands still does not hear that it shall end.
        running.signal("CONT").await;
        Some(running.end(signal).await.code)
    }

    /// Sends a signal that does not end it; nothing happens while it does not run.
    pub async fn signal(&self, signal: &str) {
        if let Some(running) = self.serving.lock().await.as_ref() {
            running.signal(signal).await;
        }
    }

    /// Whether it ended though nobody told it to.
    pub async fn has_fallen(&self) -> bool {
        let mut serving = self.serving.lock().await;
        serving.as_mut().is_some_and(|running| running.ended().is_some())
    }

    /// What it logged.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.program.folder().join("server.log")).unwrap_or_default()
    }
}

/// The same address through a proxy of its own.
async fn through_proxy(url: &str, default_port: u16, chance: &mut Chance) -> Result<(Proxy, String)> {
    let mut through = Url::parse(url).context("an address")?;
    let host = through.host_str().context("a host")?.to_owned();
    let to = tokio::net::lookup_host((host.as_str(), through.port().unwrap_or(default_port)))
        .await?
        .next()
        .context("an address of the host")?;
    let proxy = Proxy::to(to, Chance::new(chance.among(0..u64::MAX))).await?;
    let set = through.set_host(Some("127.0.0.1")).is_ok() && through.set_port(Some(proxy.address.port())).is_ok();
    ensure!(set, "{url} takes no other host");
    Ok((proxy, through.to_string()))
}
