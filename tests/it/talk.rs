//! The words that tests speak: a desk with known texts, and its people.

use domain::ids::{AgentId, Id as _};
use egress::Allowed;
use serde_json::{Value, json};
use store::{Engine, Sql};
use testkit::{ADMIN_EMAIL, ADMIN_PASSWORD, Config, NodeKit, Pace, TestDesk, eventually};
use uuid::Uuid;

pub use crate::caller::{Answer, Caller};
pub use crate::page::{Connected, Sent, Socket};

/// Everybody's password, once it was changed.
pub const PASSWORD: &str = ADMIN_PASSWORD;
/// The channel that tests talk through.
const CHANNEL: &str = "site";

static ROUTE_BY: Sql = Sql::new("ROUTE_BY", file!(), "UPDATE tenants SET routing = $1");

/// A desk whose flow says what tests expect.
pub struct Desk {
    inner: TestDesk,
    admin: Person,
    group: String,
}

/// Somebody who is signed in.
pub struct Person {
    pub id: String,
    pub email: String,
    pub password: String,
    pub http: Caller,
}

/// Somebody on the website.
pub struct Guest {
    pub id: String,
    pub token: String,
    pub http: Caller,
}

/// A sender's key that nobody used before.
pub fn new_key() -> String {
    Uuid::new_v4().to_string()
}

/// The lines of a frame or an answer.
pub fn entries_of(value: &Value) -> Vec<Value> {
    value["entries"].as_array().cloned().unwrap_or_default()
}

/// What the messages among these lines say.
pub fn texts(entries: &Value) -> Vec<String> {
    let lines = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    lines
        .iter()
        .filter_map(|line| line["body"]["content"]["text"].as_str())
        .map(str::to_owned)
        .collect()
}

/// What the messages of a frame or an answer say.
pub fn text_of(value: &Value) -> Vec<String> {
    texts(&value["entries"])
}

/// SQLite; PostgreSQL for the whole run where `TEST_ENGINE` is `postgres` (OPS-04: everything is the same there).
fn usual_engine() -> Engine {
    match std::env::var("TEST_ENGINE").as_deref() {
        Ok("postgres") => Engine::Postgres,
        Ok("sqlite") | Err(_) => Engine::Sqlite,
        Ok(other) => panic!("TEST_ENGINE is sqlite or postgres, not {other}"),
    }
}

/// What the flow of every test desk says and does, unless a test says otherwise.
fn settings(group: &str) -> Value {
    json!({
        "skill_group_id": group,
        "greeting": "Welcome to ${ClientAppName}",
        "waiting_text": "${WaitNo} before you",
        "accepted_text": "You talk to ${StaffNickName}, ${StaffNo}",
        "unavailable_text": "Nobody is here, please wait",
        "nobody_online": "wait",
        "silence_seconds": 300,
        "silence_text": "Ended for silence",
        "agent_end_text": "Goodbye",
    })
}

impl Desk {
    /// Without limits against floods.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// On this engine, without limits against floods.
    pub async fn start_on(engine: Engine) -> Self {
        Self::open(engine, NodeKit::default(), |_| {}).await
    }

    /// With other settings.
    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::open(usual_engine(), NodeKit::default(), change).await
    }

    /// With sockets that beat faster, or wait less.
    pub async fn paced(pace: Pace) -> Self {
        let kit = NodeKit {
            pace,
            ..NodeKit::default()
        };
        Self::open(usual_engine(), kit, |_| {}).await
    }

    /// That may call a port of this machine.
    pub async fn calling(port: u16) -> Self {
        Self::calling_on(usual_engine(), &[port]).await
    }

    /// On this engine, that may call these ports of this machine.
    pub async fn calling_on(engine: Engine, ports: &[u16]) -> Self {
        let kit = NodeKit {
            allowed: Allowed {
                hosts: vec!["127.0.0.1".to_owned()],
                ports: ports.to_vec(),
            },
            ..NodeKit::default()
        };
        Self::open(engine, kit, |_| {}).await
    }

    /// With the limits against floods that an operator gets.
    pub async fn with_default_limits() -> Self {
        Self::with(|config| config.limits = Default::default()).await
    }

    /// Behind a proxy of the operator, which says where visitors call from: this machine's own address has no limits.
    pub async fn behind_a_proxy(change: impl FnOnce(&mut Config)) -> Self {
        Self::with(|config| {
            config.http.trusted_proxies = vec![[127, 0, 0, 1].into()];
            change(config);
        })
        .await
    }

    async fn open(engine: Engine, kit: NodeKit, change: impl FnOnce(&mut Config)) -> Self {
        let inner = TestDesk::start_as(engine, kit, change).await;
        let nobody = Caller::nobody(inner.url());
        let answer = sign_in(&nobody, ADMIN_EMAIL, ADMIN_PASSWORD).await;
        let admin = Person::of(&nobody, &answer, ADMIN_PASSWORD);
        let groups = admin.http.get("/skill-groups").await.ok();
        let group = groups["items"][0]["id"].as_str().expect("an id").to_owned();
        let desk = Self { inner, admin, group };
        desk.channel_of(CHANNEL, "Site", &desk.group).await;
        desk
    }

    /// The use cases, for what people cannot see.
    pub fn app(&self) -> &app::App {
        self.inner.app()
    }

    /// Moves the clock by seconds.
    pub fn advance(&self, seconds: i64) {
        self.inner.advance(seconds);
    }

    /// Moves the clock by seconds and lets everything happen that is due then.
    pub async fn pass(&self, seconds: i64) {
        self.advance(seconds);
        app::timers::fire_due(self.app()).await.expect("timers fire");
    }

    /// What time it is, in Unix seconds.
    pub fn now_seconds(&self) -> i64 {
        self.inner.now().0 / 1_000
    }

    /// Stops in order and starts again, at the same address and on the same database.
    pub async fn restart(&mut self) {
        self.inner.restart().await;
    }

    /// Ends as `kill -9` would and starts again, at the same address and on the same database. On SQLite it stops in order:
    /// the file belongs to this process until its end.
    pub async fn break_off(&mut self, engine: Engine) {
        if engine == Engine::Postgres {
            self.inner.crash();
        }
        self.inner.restart().await;
    }

    /// Stops, and removes a database on a server.
    pub async fn stop(self) {
        self.inner.stop().await;
    }

    /// `http://127.0.0.1:PORT`
    pub fn origin(&self) -> String {
        self.inner.url().to_owned()
    }

    /// Names of the stored files, also of unfinished ones, without small pictures.
    pub fn stored_files(&self) -> Vec<String> {
        fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    walk(&path, found);
                } else if path.extension().is_none() {
                    found.push(path.display().to_string());
                }
            }
        }
        let mut found = Vec::new();
        walk(&self.app().settings.attachments_dir, &mut found);
        found.sort();
        found
    }

    /// A caller without any proof.
    pub fn nobody(&self) -> Caller {
        Caller::nobody(self.inner.url())
    }

    /// A caller with this visitor's token.
    pub fn bearer(&self, token: &str) -> Caller {
        let mut caller = self.nobody();
        caller.bearer = Some(token.to_owned());
        caller
    }

    /// The administrator.
    pub fn admin(&self) -> &Person {
        &self.admin
    }

    /// The skill group with everybody in it.
    pub fn group_id(&self) -> String {
        self.group.clone()
    }

    /// Adds a group; answers its id.
    pub async fn group(&self, name: &str, reception_limit: i64) -> String {
        let new = json!({"name": name, "reception_limit": reception_limit});
        let group = self.admin.http.post("/skill-groups", &new).await.ok();
        group["id"].as_str().expect("an id").to_owned()
    }

    /// Makes somebody a member of a group, or changes the priority there.
    pub async fn join(&self, person: &Person, group: &str, priority: i64) {
        let path = format!("/skill-groups/{group}/members/{}", person.id);
        self.admin.http.put(&path, &json!({"priority": priority})).await.ok();
    }

    /// Adds a channel that queues to this group; answers its key.
    pub async fn channel(&self, key: &str, group: &str) -> String {
        self.channel_of(key, key, group).await;
        key.to_owned()
    }

    async fn channel_of(&self, key: &str, title: &str, group: &str) {
        let flow = json!({"name": format!("Flow of {key}"), "settings": settings(group)});
        let flow = self.admin.http.post("/flows", &flow).await.ok();
        let channel = json!({"title": title, "key": key, "flow_id": flow["id"]});
        self.admin.http.post("/channels", &channel).await.ok();
    }

    /// The id of the channel with this key.
    pub async fn channel_id(&self, key: &str) -> String {
        let channels = self.admin.http.get("/channels?limit=100").await.ok();
        let mut items = channels["items"].as_array().expect("a list").iter();
        let channel = items.find(|channel| channel["key"] == key).expect("a channel");
        channel["id"].as_str().expect("an id").to_owned()
    }

    /// Publishes other settings of the flow; what is not named is as in every test desk.
    pub async fn flow(&self, change: &Value) {
        let mut settings = settings(&self.group);
        for (name, value) in change.as_object().expect("settings") {
            settings[name] = value.clone();
        }
        settings
            .as_object_mut()
            .expect("settings")
            .retain(|_, value| !value.is_null());
        let flows = self.admin.http.get("/flows?limit=100").await.ok();
        let mut items = flows["items"].as_array().expect("a list").iter();
        let flow = items.find(|flow| flow["name"] == "Flow of site").expect("a flow");
        let path = format!("/flows/{}", flow["id"].as_str().expect("an id"));
        self.admin.http.patch(&path, &json!({"settings": settings})).await.ok();
    }

    /// How the contact centre routes. There is no page for it yet.
    pub async fn route_by(&self, policy: &Value) {
        let policy = policy.to_string();
        let done = self
            .app()
            .store
            .write(async move |tx| tx.execute(&ROUTE_BY, store::params![policy.as_str()]).await);
        done.await.expect("a write");
    }

    /// Adds an agent of this name; answers the first password, as it was mailed.
    pub async fn add_agent(&self, name: &str, groups: &[&String]) -> String {
        let email = email_of(name);
        let new = json!({
            "name": name, "nickname": name, "staff_no": format!("{name}-no"), "email": email, "role": "agent",
            "skill_group_ids": groups,
        });
        self.admin.http.post("/agents", &new).await.ok();
        self.mailed_password(&email).await
    }

    /// An agent of this name in the group, signed in, not ready.
    pub async fn agent(&self, name: &str) -> Person {
        let email = email_of(name);
        self.add_agent(name, &[&self.group]).await;
        let set = app::sign_in::set_password(self.app(), &email, Some(PASSWORD)).await;
        set.expect("the operator sets a password");
        Person::of(&self.nobody(), &self.sign_in(&email, PASSWORD).await, PASSWORD)
    }

    /// Tries to sign in.
    pub async fn sign_in(&self, identifier: &str, password: &str) -> Answer {
        sign_in(&self.nobody(), identifier, password).await
    }

    /// Whoever this sign-in let in.
    pub fn caller_of(&self, answer: &Answer) -> Caller {
        self.nobody().signed_in(answer)
    }

    /// Mails that are kept, newest first.
    pub async fn mails(&self) -> Vec<Value> {
        let page = self.admin.http.get("/mail-outbox?limit=100").await.ok();
        page["items"].as_array().expect("a list").clone()
    }

    /// What the newest mail to this address says between `from` and the end of that line.
    async fn mailed(&self, email: &str, from: &str) -> String {
        let mails = self.mails().await;
        let bodies = mails
            .iter()
            .filter(|mail| mail["to"] == email)
            .filter_map(|mail| mail["body"].as_str());
        let told = bodies.filter_map(|body| body.split_once(from)).map(|(_, rest)| rest);
        let told = told.filter_map(|rest| rest.split_whitespace().next()).next();
        told.unwrap_or_else(|| panic!("no {from:?} for {email} in {mails:?}"))
            .to_owned()
    }

    /// The password in the newest mail to this address.
    pub async fn mailed_password(&self, email: &str) -> String {
        self.mailed(email, "assword: ").await
    }

    /// The secret of the link in the newest mail to this address.
    pub async fn mailed_token(&self, email: &str) -> String {
        self.mailed(email, "#token=").await
    }

    /// A new visitor.
    pub async fn guest(&self) -> Guest {
        self.guest_of(CHANNEL).await
    }

    /// A new visitor who calls from this address, as the operator's proxy says.
    pub async fn guest_at(&self, address: &str) -> Guest {
        let mut guest = self.guest().await;
        guest.http.address = Some(address.to_owned());
        guest
    }

    /// A new visitor of this channel.
    pub async fn guest_of(&self, channel: &str) -> Guest {
        let path = format!("/visitor/channels/{channel}/token");
        self.guest_from(&self.nobody().post(&path, &json!({"language": "en"})).await.ok())
    }

    /// A new visitor of this name.
    pub async fn guest_called(&self, nickname: &str) -> Guest {
        let path = format!("/visitor/channels/{CHANNEL}/token");
        self.guest_from(&self.nobody().post(&path, &json!({"nickname": nickname})).await.ok())
    }

    /// The visitor to whom this answer gave a token.
    pub fn guest_from(&self, answer: &Value) -> Guest {
        let text = |value: &Value| {
            value
                .as_str()
                .unwrap_or_else(|| panic!("no token in {answer}"))
                .to_owned()
        };
        let token = text(&answer["token"]);
        Guest {
            id: text(&answer["visitor"]["id"]),
            http: self.bearer(&token),
            token,
        }
    }

    /// A visitor's socket that has said nothing yet.
    pub async fn silent_page(&self) -> Socket {
        Socket::open(&self.nobody(), "visitor", None).await.expect("a socket")
    }
}

fn email_of(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}

async fn sign_in(nobody: &Caller, identifier: &str, password: &str) -> Answer {
    nobody
        .post("/sign-in", &json!({"identifier": identifier, "password": password}))
        .await
}

impl Person {
    fn of(nobody: &Caller, answer: &Answer, password: &str) -> Self {
        let me = answer.ok();
        let text = |name: &str| me[name].as_str().expect("a text").to_owned();
        let http = nobody.signed_in(answer);
        Self {
            id: text("id"),
            email: text("email"),
            password: password.to_owned(),
            http,
        }
    }

    /// Opens the workbench.
    pub async fn connect(&self) -> Socket {
        self.http.connect(&json!({"type": "hello"})).await
    }

    /// Opens the workbench with what its page has already.
    pub async fn connect_after(&self, cursor: i64, session: &str, seq: i64) -> Socket {
        self.http
            .connect(&json!({"type": "hello", "cursor": cursor, "sessions": {session: seq}}))
            .await
    }

    /// Opens the workbench and takes sessions from now on.
    pub async fn ready(&self) -> Socket {
        let socket = self.connect().await;
        self.set_status("free").await;
        socket
    }

    /// Waits until the workbench can be opened.
    pub async fn connect_when_possible(&self) {
        eventually("a page has room", async || {
            self.http.try_connect().await == Connected::Yes
        })
        .await;
    }

    /// A socket that has said nothing yet.
    pub async fn silent_page(&self) -> Socket {
        let origin = self.http.base.clone();
        Socket::open(&self.http, "agent", Some(&origin))
            .await
            .expect("a socket")
    }

    pub async fn set_status(&self, status: &str) {
        self.http.put("/me/status", &json!({"status": status})).await.ok();
    }

    /// Says something in a session; answers what the desk answered.
    pub async fn says(&self, session: &str, text: &str) -> Value {
        let body = json!({"client_id": new_key(), "content": {"type": "text", "text": text}});
        self.http
            .post(&format!("/sessions/{session}/messages"), &body)
            .await
            .ok()
    }

    /// Waits until the desk knows that no page of this agent is open.
    pub async fn is_gone(&self, desk: &Desk) {
        let id: AgentId = self.id.parse().expect("an id");
        eventually("the agent is gone", async || {
            let app = desk.app();
            let online = store::presence::is_online(&mut app.store.reader(), id.uuid(), app.clock.now()).await;
            !online.expect("a flag")
        })
        .await;
    }
}

impl Guest {
    /// Says something; answers what the desk answered.
    pub async fn says(&self, text: &str) -> Value {
        let body = json!({"client_id": new_key(), "content": {"type": "text", "text": text}});
        self.http.post("/visitor/messages", &body).await.ok()
    }

    pub async fn conversation(&self) -> Value {
        self.http.get("/visitor/conversation").await.ok()
    }

    /// The lines of the newest session, as a fresh look shows them.
    pub async fn lines(&self) -> Vec<Value> {
        entries_of(&self.conversation().await)
    }

    /// Number of the newest line.
    pub async fn last_seq(&self) -> i64 {
        self.conversation().await["session"]["last_seq"]
            .as_i64()
            .expect("a number")
    }

    /// Opens the chat page.
    pub async fn connect(&self) -> Socket {
        self.hello(&json!({"type": "hello", "channel": CHANNEL, "token": self.token}))
            .await
    }

    /// Whether another page would be opened.
    pub async fn try_connect(&self) -> Connected {
        Connected::of(&Socket::open(&self.http, "visitor", None).await)
    }

    /// Waits until another page can be opened.
    pub async fn connect_when_possible(&self) {
        eventually("a page has room", async || self.try_connect().await == Connected::Yes).await;
    }

    /// Opens the chat page with the last line that it has.
    pub async fn connect_after(&self, session: &str, seq: i64) -> Socket {
        let last = json!({"session_id": session, "seq": seq});
        self.hello(&json!({"type": "hello", "channel": CHANNEL, "token": self.token, "last": last}))
            .await
    }

    async fn hello(&self, hello: &Value) -> Socket {
        let mut socket = Socket::open(&self.http, "visitor", None).await.expect("a socket");
        socket.send(hello.clone()).await;
        socket.next("welcome").await;
        socket
    }

    /// What happens to a page of this channel with this token.
    pub async fn try_connect_to(&self, channel: &str, token: &str) -> Sent {
        let mut socket = Socket::open(&self.http, "visitor", None).await.expect("a socket");
        socket
            .send(json!({"type": "hello", "channel": channel, "token": token}))
            .await;
        socket.sent_away().await
    }
}
