//! Use cases: one function for each thing that a person, a timer or a provider can do.
//!
//! Each reads: load, decide (in `domain`), save in one transaction, then tell the world. Only this crate
//! opens transactions. Never in here: HTTP, sockets, SQL text.

pub mod agents;
pub mod api_calls;
pub mod attachments;
pub mod audit;
pub mod avatars;
pub mod backup;
pub mod bells;
pub mod bots;
pub mod budgets;
pub mod channels;
pub mod check;
pub mod clock;
pub mod command;
pub mod conversation;
pub mod demo;
pub mod effects;
pub mod error;
pub mod files;
pub mod first_start;
pub mod flow_drafts;
pub mod flow_secrets;
pub mod flow_versions;
pub mod flows;
pub mod housekeeping;
pub mod leases;
pub mod mail;
pub mod metrics;
pub mod orphans;
pub mod outbox;
pub mod pages;
pub mod passwords;
pub mod pictures;
pub mod presence;
pub mod principals;
pub mod rating_configs;
pub mod ratings;
pub mod reception_settings;
pub mod routing;
pub mod secrets;
pub mod sessions;
pub mod sign_in;
pub mod skill_groups;
pub mod streams;
pub mod timers;
pub mod visitors;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use bus::Bus;
use domain::ids::{EntryId, Id, NodeId};
use domain::session::Stamp;
use egress::Egress;
use store::Store;
use uuid::Uuid;

pub use clock::Clock;
use error::OrLog as _;
pub use error::{AppError, Refusal};

/// Everything that a use case needs from outside. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What an [`App`] holds.
pub struct Inner {
    /// The database.
    pub store: Store,
    /// The bell.
    pub bus: Bus,
    /// The only clock.
    pub clock: Clock,
    /// This process, as other nodes know it.
    pub node: NodeId,
    /// Where attachments lie.
    pub files: files::Files,
    /// How mail leaves; `None` keeps it in the outbox for the administrator to read (OPS-06).
    pub mailer: Option<mail::Mailer>,
    /// Calls that leave the house.
    pub egress: Egress,
    /// Pictures that host pages told of.
    pub avatars: avatars::Avatars,
    /// Settings of the operator.
    pub settings: Settings,
    /// Seals secrets that are needed in clear (T1201).
    pub sealer: secrets::Sealer,
    /// Password hashing, bounded.
    pub passwords: passwords::Passwords,
    /// Message budgets of this node.
    pub floods: budgets::Floods,
    /// Published flows that this node has read.
    pub documents: effects::Documents,
    /// The life of the database, once it was read.
    generation: OnceLock<String>,
    /// Who is connected to this node.
    pub connections: presence::Connections,
    /// What this node told others the sure way.
    pub bells: bells::Written,
    /// How this node shows that it lives.
    pub beat: presence::Beat,
    /// Whether this node is cut off from the database.
    pub standing: presence::Standing,
    /// Groups whose waiting sessions might find somebody now.
    pub reception: routing::Reception,
    /// Wakes the timer worker.
    pub timers: timers::Wake,
    /// Wakes the outbox worker.
    pub outbox: outbox::Wake,
    /// Wakes the worker that makes flows' calls.
    pub api_calls: api_calls::Wake,
    /// Bots that this node has read.
    pub bots: bots::Bots,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// What the operator decides and use cases need.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What the operator calls this node, for logs and for who looks after several.
    pub node_name: String,
    /// Where people reach the desk, without a slash at the end; links in mails begin with it, never
    /// with what a request says (T225).
    pub public_url: String,
    /// Folder of attachments.
    pub attachments_dir: PathBuf,
    /// Largest upload in bytes.
    pub upload_max_bytes: u64,
    /// Limits against floods.
    pub limits: Limits,
    /// How long a sign-in lasts without a new one, in seconds.
    pub login_seconds: i64,
    /// Terms of use, shown on the sign-in page (ADM-16).
    pub terms_url: Option<String>,
}

/// Limits against floods (threats.md of the spec; each is a setting).
#[derive(Debug, Clone)]
pub struct Limits {
    /// Wrong passwords for one account in 15 minutes.
    pub sign_in_per_account: i64,
    /// Wrong passwords from one address in 15 minutes.
    pub sign_in_per_address: i64,
    /// New sessions from one address in 10 minutes.
    pub sessions_per_address: i64,
    /// Messages of one visitor at once.
    pub message_burst: u32,
    /// Messages of one visitor a minute.
    pub messages_per_minute: u32,
    /// Uploads of one visitor in 10 minutes.
    pub uploads_per_visitor: i64,
    /// Bytes of attachments that are kept of one visitor.
    pub visitor_storage_bytes: i64,
    /// Bytes of attachments that are kept of one contact centre.
    pub tenant_storage_bytes: i64,
    /// Anonymous connections from one address.
    pub sockets_per_address: usize,
    /// Connections of one agent.
    pub sockets_per_agent: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_per_account: 5,
            sign_in_per_address: 20,
            sessions_per_address: 5,
            message_burst: 20,
            messages_per_minute: 60,
            uploads_per_visitor: 10,
            visitor_storage_bytes: 500 << 20,
            tenant_storage_bytes: i64::MAX,
            sockets_per_address: 20,
            sockets_per_agent: 10,
        }
    }
}

/// What an [`App`] is made of.
pub struct Parts {
    /// The database, migrated.
    pub store: Store,
    /// The bell.
    pub bus: Bus,
    /// The clock.
    pub clock: Clock,
    /// How mail leaves.
    pub mailer: Option<mail::Mailer>,
    /// Where attachments lie, unless in the folder.
    pub bucket: Option<files::Bucket>,
    /// Calls that leave the house.
    pub egress: Egress,
    /// Password hashing.
    pub passwords: passwords::Passwords,
    /// Settings of the operator.
    pub settings: Settings,
    /// Key that seals secrets.
    pub sealing_key: [u8; 32],
    /// How this node shows that it lives.
    pub beat: presence::Beat,
}

impl App {
    /// Puts the parts together; starts nothing ([`App::run_workers`] does).
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let folder = parts.settings.attachments_dir.clone();
        let files = match parts.bucket {
            Some(bucket) => files::Files::in_bucket(bucket, folder),
            None => files::Files::in_folder(folder),
        };
        Self(Arc::new(Inner {
            node: NodeId::from_uuid(Uuid::new_v4()),
            floods: budgets::Floods::new(&parts.settings.limits),
            sealer: secrets::Sealer::new(parts.sealing_key),
            passwords: parts.passwords,
            documents: effects::Documents::default(),
            generation: OnceLock::new(),
            connections: presence::Connections::default(),
            bells: bells::Written::default(),
            beat: parts.beat,
            standing: presence::Standing::default(),
            reception: routing::Reception::default(),
            timers: timers::Wake::default(),
            outbox: outbox::Wake::default(),
            api_calls: api_calls::Wake::default(),
            bots: bots::Bots::default(),
            store: parts.store,
            bus: parts.bus,
            clock: parts.clock,
            mailer: parts.mailer,
            egress: parts.egress,
            avatars: avatars::Avatars::default(),
            settings: parts.settings,
            files,
        }))
    }

    /// Reads which life of the database this is; its first one begins here (C04, C17).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn learn_generation(&self) -> Result<(), AppError> {
        let (id, now) = (Uuid::new_v4(), self.clock.now());
        let body = async move |tx: &mut store::Tx| store::generations::ensure(tx, id, now).await;
        let life = self.store.write(body).await?;
        self.generation.get_or_init(|| life);
        Ok(())
    }

    /// The life of the database: cursors of another one are void. Empty until [`App::learn_generation`].
    #[must_use]
    pub fn generation(&self) -> &str {
        self.generation.get().map_or("", String::as_str)
    }

    /// A new time-ordered id.
    #[must_use]
    pub fn new_id<T: Id>(&self) -> T {
        T::from_uuid(self.clock.new_uuid())
    }

    /// Now and a new id, for one line of a log.
    #[must_use]
    pub fn stamp(&self) -> Stamp {
        Stamp {
            id: self.new_id::<EntryId>(),
            at: self.clock.now(),
        }
    }

    /// Runs what goes on by itself until `stop` is told: timers, outbox, flows' calls, routing and its watchdog, this
    /// node's heartbeat, pruning.
    pub async fn run_workers(self, stop: tokio::sync::watch::Receiver<bool>) {
        tokio::join!(
            presence::run(self.clone(), stop.clone()),
            routing::run(self.clone(), stop.clone()),
            timers::run(self.clone(), stop.clone()),
            outbox::run(self.clone(), stop.clone()),
            api_calls::run(self.clone(), stop.clone()),
            housekeeping::run(self.clone(), stop.clone()),
            bells::run(self.clone(), stop),
        );
        // What the workers rang last.
        bells::write(&self).await.or_log("telling other nodes the last news");
    }
}
