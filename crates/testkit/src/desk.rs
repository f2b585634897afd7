//! The desk itself: starting, stopping, moving its clock, getting to know its people.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use app::App;
use domain::moment::Moment;
use reqwest::Method;
use serde_json::{Value, json};
use server::config::Url;
use server::{Config, Pace};
use store::Engine;
use store::testing::TestDatabase;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::agent::TestAgent;
use crate::answer::Answer;
use crate::http::Http;
use crate::node::{Node, NodeKit};
use crate::visitor::TestVisitor;

/// The first administrator's e-mail.
pub const ADMIN_EMAIL: &str = "admin@example.com";
/// Everybody's password.
pub const ADMIN_PASSWORD: &str = "correct horse battery";
/// Key of the channel that every test desk has.
pub const CHANNEL: &str = "shop";
/// Where the clock stands at first: Monday, 2026-01-05 09:00 UTC.
pub(crate) const BEGINNING: Moment = Moment(1_767_603_600_000);
/// All tests come from one address, so its limits are lifted unless a test is about them.
const MANY: u32 = 100_000;

/// A whole desk for one test, with an administrator, a skill group with everybody in it, and a channel.
pub struct TestDesk {
    node: Option<Node>,
    config: Config,
    kit: NodeKit,
    http: Http,
    admin: OnceCell<TestAgent>,
    agents: Mutex<HashMap<String, TestAgent>>,
    database: Option<TestDatabase>,
    folder: Option<TempDir>,
}

impl TestDesk {
    /// A desk on SQLite.
    pub async fn start() -> Self {
        Self::start_on(Engine::Sqlite).await
    }

    /// A desk on this engine; PostgreSQL is the server at `TEST_PG_URL`.
    pub async fn start_on(engine: Engine) -> Self {
        Self::start_with(engine, |_| {}).await
    }

    /// A desk with other settings.
    pub async fn start_with(engine: Engine, change: impl FnOnce(&mut Config)) -> Self {
        Self::start_paced(engine, Pace::default(), change).await
    }

    /// A desk whose sockets beat faster and wait less, and with other settings.
    pub async fn start_paced(engine: Engine, pace: Pace, change: impl FnOnce(&mut Config)) -> Self {
        let kit = NodeKit {
            pace,
            ..NodeKit::default()
        };
        Self::start_as(engine, kit, change).await
    }

    /// A desk made of other parts, and with other settings.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_as(engine: Engine, kit: NodeKit, change: impl FnOnce(&mut Config)) -> Self {
        // A second test in the same program finds it installed.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        // Before the database is opened: who looks a counter up earlier counts nothing.
        server::metrics::start();
        let folder = tempfile::Builder::new()
            .prefix("frontdesk-test-")
            .tempdir()
            .expect("a folder");
        let mut config = Config::on(folder.path());
        config.http.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        lift_limits(&mut config);
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(TestDatabase::postgres().await),
        };
        if let Some(database) = &database {
            let settings = database.settings();
            config.database.url = Some(Url(settings.url.clone()));
            (config.database.pool, config.database.lanes) = (settings.pool, settings.lanes);
        }
        change(&mut config);
        let mut desk = Self::of(config, kit).await;
        (desk.database, desk.folder) = (database, Some(folder));
        desk.add_channel().await;
        desk
    }

    /// Another node on the same database and data folder, made of other parts and with other settings. Its people are
    /// its own: `at` brings those of another node here.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn joined_by(&self, kit: NodeKit, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = self.config.clone();
        config.http.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        change(&mut config);
        Self::of(config, kit).await
    }

    async fn of(mut config: Config, kit: NodeKit) -> Self {
        let node = Node::start(&config, &kit).await;
        // A restart comes back to the same place.
        config.http.listen = node.desk().address;
        Self {
            http: Http::new(format!("http://{}", node.desk().address)),
            node: Some(node),
            config,
            kit,
            admin: OnceCell::new(),
            agents: Mutex::default(),
            database: None,
            folder: None,
        }
    }

    async fn add_channel(&self) {
        let admin = self.admin().await;
        let flow = admin.get("/flows").await["items"][0]["id"].clone();
        let channel = json!({ "title": "Shop", "flow_id": flow, "key": CHANNEL });
        admin.call(Method::POST, "/channels", channel).await.ok();
    }

    /// `http://127.0.0.1:PORT`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.http.url
    }

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.config.data_dir.clone()
    }

    /// The use cases, for what people cannot see.
    ///
    /// # Panics
    /// While the desk is stopped.
    #[must_use]
    pub fn app(&self) -> &App {
        self.node.as_ref().expect("the desk runs").app()
    }

    /// Where its database is.
    #[must_use]
    pub fn database_url(&self) -> store::DatabaseUrl {
        self.config.database_settings().url
    }

    /// What time it is at the desk.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.kit.clock.now()
    }

    /// Moves the clock and has everybody look at it who waits for a time.
    pub fn advance(&self, seconds: i64) {
        self.kit.clock.advance(seconds * 1_000);
        self.app().timers.wake();
        self.app().outbox.wake();
        self.app().api_calls.wake();
    }

    /// Stops the desk in order and starts it again, at the same address and on the same database.
    pub async fn restart(&mut self) {
        self.stop_serving().await;
        self.node = Some(Node::start(&self.config, &self.kit).await);
    }

    /// What the start complained about.
    ///
    /// # Panics
    /// While the desk is stopped.
    #[must_use]
    pub fn complaints(&self) -> &[String] {
        &self.node.as_ref().expect("the desk runs").desk().complaints
    }

    /// Ends this node as `kill -9` would: nobody is told, nothing is signed off.
    pub fn crash(&mut self) {
        if let Some(node) = self.node.take() {
            node.crash();
        }
    }

    /// Stops the desk and removes its database; a test that ends without it leaves that to the system.
    pub async fn stop(mut self) {
        self.stop_serving().await;
        if let Some(database) = self.database.take() {
            database.remove().await;
        }
    }

    /// Stops the desk in order; its database stays for those who joined it.
    pub async fn stop_serving(&mut self) {
        if let Some(node) = self.node.take() {
            node.stop().await;
        }
    }

    /// The administrator, signed in once.
    pub async fn admin(&self) -> TestAgent {
        let admin = self.admin.get_or_init(|| self.sign_in(ADMIN_EMAIL));
        admin.await.clone()
    }

    /// An agent of this name, in the first skill group; hired and signed in when first asked for.
    pub async fn agent(&self, name: &str) -> TestAgent {
        let known = self
            .agents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
            .cloned();
        if let Some(known) = known {
            return known;
        }
        self.hire(name).await;
        let agent = self.sign_in(&email_of(name)).await;
        self.agents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name.to_owned(), agent.clone());
        agent
    }

    /// Adds an agent of this name to the first skill group, with a password that need not be changed.
    async fn hire(&self, name: &str) {
        let admin = self.admin().await;
        let group = admin.get("/skill-groups").await["items"][0]["id"].clone();
        let new = json!({
            "name": name, "nickname": name, "staff_no": format!("S-{name}"), "email": email_of(name), "role": "agent",
            "skill_group_ids": [group],
        });
        admin.call(Method::POST, "/agents", new).await.ok();
        let set = app::sign_in::set_password(self.app(), &email_of(name), Some(ADMIN_PASSWORD)).await;
        set.expect("the operator sets a password");
    }

    /// Signs in with everybody's password; a sign-in of the same account elsewhere ends (R28).
    ///
    /// # Panics
    /// When that is refused.
    pub async fn sign_in(&self, email: &str) -> TestAgent {
        let answer = self.try_sign_in(email, ADMIN_PASSWORD).await;
        TestAgent::of(&self.http, answer)
    }

    /// Tries to sign in.
    pub async fn try_sign_in(&self, identifier: &str, password: &str) -> Answer {
        self.call(
            Method::POST,
            "/sign-in",
            json!({ "identifier": identifier, "password": password }),
        )
        .await
    }

    /// A visitor of the shop, by a name of the test's own; known to the desk from the first word on. Asking twice
    /// gives two visitors.
    #[must_use]
    pub fn visitor(&self, name: &str) -> TestVisitor {
        TestVisitor::new(
            self.http.clone(),
            CHANNEL,
            json!({ "nickname": name, "language": "en" }),
        )
    }

    /// A visitor of this channel who asks for a token in this way.
    #[must_use]
    pub fn visitor_of(&self, channel: &str, request: Value) -> TestVisitor {
        TestVisitor::new(self.http.clone(), channel, request)
    }

    /// A stranger's call below `/api/v1`; without a body when that is null.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        self.http.call(method, path, &body).await
    }

    /// A stranger's call before it is sent, for whatever else a test wants to do to it.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, path)
    }

    /// A page or another path outside the API.
    pub async fn page(&self, path: &str) -> Answer {
        self.http.page(path).await
    }
}

impl Drop for TestDesk {
    /// A failed test keeps its folder and says where it is.
    fn drop(&mut self) {
        self.crash();
        if std::thread::panicking()
            && let Some(folder) = self.folder.take()
        {
            eprintln!("The desk's folder is kept: {}", folder.keep().display());
        }
    }
}

fn lift_limits(config: &mut Config) {
    let limits = &mut config.limits;
    limits.sign_in_per_address = i64::from(MANY);
    limits.sessions_per_address = i64::from(MANY);
    limits.uploads_per_visitor = i64::from(MANY);
    limits.message_burst = MANY;
    limits.messages_per_minute = MANY;
    limits.sockets_per_address = MANY as usize;
}

fn email_of(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}
