//! A desk without HTTP.

use app::agents::{CreatedAgent, NewAgent};
use app::command::CommandKey;
use app::conversation::{NewContent, Post};
use app::first_start::FirstAdmin;
use app::mail::Mailer;
use app::pages::PageQuery;
use app::passwords::Passwords;
use app::principals::{Admin, Agent, Visitor};
use app::sign_in::{SignInRequest, SignedIn};
use app::visitors::{About, Claim};
use app::{App, AppError, Clock, Limits, Parts, Refusal, Settings};
use bus::Bus;
use domain::agent::{AgentStatus, Profile};
use domain::ids::{AgentId, ChannelId, SkillGroupId};
use domain::message::ClientId;
use domain::moment::Moment;
use domain::permission::{Permission, Role};
use domain::visitor::Language;
use store::Store;
use store::testing::TestDatabase;
use tempfile::TempDir;

/// When every test begins.
pub const START: Moment = Moment(1_700_000_000_000);
/// The first administrator's password.
pub const ADMIN_PASSWORD: &str = "a quiet morning";
/// A password that an agent chose.
pub const CHOSEN: &str = "a rainy evening";
/// Where calls come from unless a test says otherwise.
pub const ADDRESS: &str = "203.0.113.9";

/// A desk with its first administrator.
pub struct Desk {
    pub app: App,
    pub admin: Agent,
    database: TestDatabase,
    folder: TempDir,
}

impl Desk {
    pub async fn new() -> Self {
        Self::with_mailer(None).await
    }

    pub async fn with_mailer(mailer: Option<Mailer>) -> Self {
        let (database, folder) = (TestDatabase::sqlite(), tempfile::tempdir().expect("a folder"));
        let store = Store::open(database.settings()).await.expect("an open store");
        store.migrate(START.0).await.expect("a migrated store");
        let app = start(store, Clock::manual(START), &folder, mailer);
        let first = FirstAdmin {
            name: None,
            email: Some("admin@example.com".into()),
            password: Some(ADMIN_PASSWORD.into()),
        };
        app::first_start::run(&app, &first)
            .await
            .expect("a first start")
            .expect("an empty database");
        let admin = sign_in(&app, "admin@example.com", ADMIN_PASSWORD, ADDRESS)
            .await
            .expect("the admin")
            .agent;
        Self {
            app,
            admin,
            database,
            folder,
        }
    }

    /// The same desk after a restart: the database is what it was, memory is empty.
    pub fn restarted(&self) -> App {
        start(self.app.store.clone(), self.app.clock.clone(), &self.folder, None)
    }

    pub async fn close(self) {
        self.app.store.close().await;
        self.database.remove().await;
    }

    /// The first administrator, for something in the console.
    pub fn may(&self, permission: Permission) -> Admin {
        Admin::new(self.admin.clone(), permission).expect("an administrator")
    }

    pub async fn try_sign_in(&self, identifier: &str, password: &str) -> Result<SignedIn, AppError> {
        sign_in(&self.app, identifier, password, ADDRESS).await
    }

    /// Adds an agent of the first group.
    pub async fn add(&self, name: &str) -> CreatedAgent {
        let group = self.group().await;
        let new = new_agent(name, vec![group]);
        let by = self.may(Permission::ManageAgents);
        self.app.clock.advance(1);
        app::agents::create(&self.app, &by, new, no_key())
            .await
            .expect("a new agent")
            .answer
    }

    /// Adds an agent who has signed in and chosen a password.
    pub async fn signed_in(&self, name: &str) -> SignedIn {
        self.add(name).await;
        let first = self.mailed_password(&email(name)).await;
        let signed_in = self.try_sign_in(&email(name), &first).await.expect("the first sign-in");
        app::sign_in::change_password(&self.app, &signed_in.agent, &first, CHOSEN)
            .await
            .expect("a changed password");
        signed_in
    }

    /// The same, connected and free.
    pub async fn free(&self, name: &str) -> SignedIn {
        let signed_in = self.signed_in(name).await;
        app::presence::sign(&self.app).await.expect("a living node");
        app::presence::arrive(&self.app, app::presence::Who::Agent(signed_in.agent.id))
            .await
            .expect("a connection");
        app::agents::set_status(&self.app, &signed_in.agent, AgentStatus::Free)
            .await
            .expect("a status");
        signed_in
    }

    /// The password in the newest mail to somebody, as an administrator reads it in the outbox.
    pub async fn mailed_password(&self, to: &str) -> String {
        let body = self
            .mails(to)
            .await
            .into_iter()
            .flatten()
            .next()
            .expect("a readable mail");
        let line = body
            .lines()
            .find_map(|line| line.split_once("assword: "))
            .expect("a password in it");
        line.1.to_owned()
    }

    /// The texts of all mails to somebody, newest first; `None` for those that cannot be read any more.
    pub async fn mails(&self, to: &str) -> Vec<Option<String>> {
        let query = PageQuery {
            query: Some(to.to_owned()),
            ..PageQuery::default()
        };
        let by = self.may(Permission::ReadMailOutbox);
        let page = app::outbox::list(&self.app, &by, &query).await.expect("the outbox");
        page.items
            .into_iter()
            .map(|mail| mail.body.filter(|body| !body.is_empty()))
            .collect()
    }

    /// The group that the first start makes.
    pub async fn group(&self) -> SkillGroupId {
        let by = self.may(Permission::ManageSkillGroups);
        let page = app::skill_groups::list(&self.app, &by, &PageQuery::default())
            .await
            .expect("groups");
        page.items.last().expect("the first group").id
    }

    /// A channel on the first flow.
    pub async fn channel(&self, key: &str) -> ChannelId {
        let flows = app::flows::list(&self.app, &self.may(Permission::ReadFlows), &PageQuery::default()).await;
        let new = app::channels::NewChannel {
            title: "Shop".into(),
            colour: None,
            flow_id: flows.expect("flows").items.last().expect("the first flow").id,
            rating_config_id: None,
            requires_identity: false,
            key: Some(key.into()),
            launcher: app::channels::Launcher::default(),
            websites: Vec::new(),
        };
        let by = self.may(Permission::ManageChannels);
        app::channels::create(&self.app, &by, new, no_key())
            .await
            .expect("a channel")
            .answer
            .id
    }

    /// A visitor who says something in a channel.
    pub async fn says(&self, channel: &str, text: &str) -> (Visitor, domain::ids::SessionId) {
        let claim = Claim {
            channel_key: channel.into(),
            token: None,
            language: Language::En,
            about: About {
                nickname: Some("Vera".into()),
                ..About::default()
            },
            identity: None,
            address: ADDRESS.into(),
            user_agent: "a browser".into(),
        };
        let visitor = app::visitors::claim(&self.app, claim).await.expect("a visitor").visitor;
        let post = Post {
            client_id: ClientId::parse(text).expect("a key"),
            content: NewContent::Text(text.into()),
        };
        let posted = app::conversation::post_visitor_message(&self.app, &visitor, ADDRESS, post).await;
        (visitor, posted.expect("a message").session)
    }
}

fn start(store: Store, clock: Clock, folder: &TempDir, mailer: Option<Mailer>) -> App {
    App::new(Parts {
        store,
        bus: Bus::local(),
        clock,
        bucket: None,
        mailer,
        egress: egress::Egress::new(egress::Allowed::default()).expect("TLS can be set up"),
        passwords: Passwords::cheap(),
        settings: Settings {
            node_name: "test".into(),
            public_url: "https://desk.example".into(),
            attachments_dir: folder.path().join("attachments"),
            upload_max_bytes: 1 << 20,
            limits: Limits::default(),
            login_seconds: 7 * 86_400,
            terms_url: None,
        },
        sealing_key: [7; 32],
        beat: app::presence::Beat::default(),
    })
}

pub async fn sign_in(app: &App, identifier: &str, password: &str, address: &str) -> Result<SignedIn, AppError> {
    let request = SignInRequest {
        identifier: identifier.into(),
        password: password.into(),
        address: address.into(),
        user_agent: "a browser".into(),
    };
    app::sign_in::sign_in(app, request).await
}

pub fn email(name: &str) -> String {
    format!("{}@example.com", name.to_lowercase())
}

pub fn new_agent(name: &str, skill_group_ids: Vec<SkillGroupId>) -> NewAgent {
    let profile = Profile {
        name: format!("{name} Lee"),
        nickname: name.into(),
        staff_no: name.to_lowercase(),
        email: email(name),
        phone: None,
    };
    NewAgent {
        profile,
        role: Role::Agent,
        skill_group_ids,
    }
}

/// A command that nobody repeats.
pub fn no_key() -> CommandKey {
    CommandKey::new("nobody", None, "test", &()).expect("a key")
}

/// A command with a key of its own; `request` is what is asked.
pub fn key(by: AgentId, key: &str, request: &str) -> CommandKey {
    CommandKey::new(by, Some(ClientId::parse(key).expect("a key")), "test", &request).expect("a key")
}

/// What the rules said no with.
pub fn refusal<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> Refusal {
    match outcome {
        Err(AppError::Refused(refusal)) => refusal,
        other => panic!("a refusal was expected, not {other:?}"),
    }
}

/// Which fields are wrong.
pub fn wrong_fields<T: std::fmt::Debug>(outcome: Result<T, AppError>) -> Vec<String> {
    match refusal(outcome) {
        Refusal::Fields(fields) => fields.into_iter().map(|error| error.field).collect(),
        other => panic!("wrong fields were expected, not {other:?}"),
    }
}
