//! A contact centre with a queue, on the store under test.

use domain::agent::AgentStatus;
use domain::flow::{BuiltInTexts, Document};
use domain::ids::{AgentId, ChannelId, EntryId, FlowId, Id, NodeId, SessionId, SkillGroupId, TenantId, VisitorId};
use domain::moment::Moment;
use domain::permission::Role;
use domain::routing::Reason;
use domain::session::{Assignee, Origin, Session, Stamp};
use store::agents::{NewAgent, NewPassword};
use store::channels::{ChannelSettings, NewChannel};
use store::entries::{NewLine, StoredEntry};
use store::presence::NodeRow;
use store::skill_groups::NewSkillGroup;
use store::visitors::{Looks, NewVisitor};
use store::{Store, StoreError, Tx, entries, reception, sessions};
use uuid::Uuid;

/// The hash of every agent's password here; nobody verifies it.
const HASH: &str = "$argon2id$not-verified";
/// The moment at which everything here happens, unless a test says otherwise.
pub const NOW: Moment = Moment(1_700_000_000_000);
/// Agents of a world carry so many sessions, by their own limit and by the group's.
pub const LIMIT: i64 = 3;

/// One tenant with a flow, a channel, a skill group and a living node.
#[derive(Clone)]
pub struct World {
    pub store: Store,
    pub tenant: TenantId,
    pub flow: FlowId,
    pub channel: ChannelId,
    pub group: SkillGroupId,
    pub node: NodeId,
}

/// A new id; later ones are higher.
pub fn id<T: Id>() -> T {
    T::from_uuid(Uuid::now_v7())
}

/// A line's id and time.
pub fn stamp() -> Stamp {
    stamp_at(NOW)
}

/// A line's id, and this time.
pub fn stamp_at(at: Moment) -> Stamp {
    Stamp {
        id: id::<EntryId>(),
        at,
    }
}

/// One write that must succeed.
pub async fn write<T: Send + 'static>(
    store: &Store,
    body: impl AsyncFn(&mut Tx) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(body).await.expect("a write")
}

impl World {
    pub async fn new(store: &Store) -> Self {
        let world = Self {
            store: store.clone(),
            tenant: id(),
            flow: id(),
            channel: id(),
            group: id(),
            node: id(),
        };
        let made = world.clone();
        write(store, async move |tx| made.insert(tx).await).await;
        world
    }

    async fn insert(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let name = self.tenant.to_string();
        let routing = store::codec::to_json(&domain::routing::Policy::default())?;
        store::tenants::insert(tx, self.tenant, &name, &routing, NOW).await?;
        assert!(self.insert_group(tx, self.group, "Service", LIMIT).await?);
        let document = store::codec::to_json(&Document::built_in(self.group, &BuiltInTexts::default()))?;
        assert!(store::flows::insert(tx, (self.tenant, self.flow), "Built in", &document, NOW).await?);
        self.insert_channel(tx, self.channel).await?;
        let node = NodeRow {
            id: self.node,
            name: "here".into(),
            is_alone: true,
            key_mark: String::new(),
        };
        store::presence::enter(tx, &node, NOW, NOW.plus_seconds(3600)).await
    }

    async fn insert_group(&self, tx: &mut Tx, id: SkillGroupId, name: &str, limit: i64) -> Result<bool, StoreError> {
        let new = NewSkillGroup {
            id,
            tenant: self.tenant,
            name,
            reception_limit: limit,
        };
        store::skill_groups::insert(tx, new, NOW).await
    }

    async fn insert_channel(&self, tx: &mut Tx, id: ChannelId) -> Result<(), StoreError> {
        let settings = ChannelSettings {
            title: "Site",
            colour: "#123456",
            flow: self.flow,
            requires_identity: false,
            launcher_side: domain::widget::Side::Right,
            launcher_text: "",
            websites: "[]",
            rating_config: None,
        };
        let new = NewChannel {
            id,
            tenant: self.tenant,
            key: &id.to_string(),
            settings,
        };
        assert!(store::channels::insert(tx, new, NOW).await?);
        Ok(())
    }

    /// Another channel of the same tenant.
    pub async fn another_channel(&self) -> ChannelId {
        let (world, id) = (self.clone(), id());
        write(&self.store, async move |tx| world.insert_channel(tx, id).await).await;
        id
    }

    /// Another group of the same tenant, with this reception limit.
    pub async fn another_group(&self, limit: i64) -> SkillGroupId {
        let (world, group) = (self.clone(), id::<SkillGroupId>());
        let name = group.to_string();
        assert!(
            write(&self.store, async move |tx| world
                .insert_group(tx, group, &name, limit)
                .await)
            .await
        );
        group
    }

    /// An agent outside all groups who never signed in.
    pub async fn stranger(&self, nickname: &str) -> AgentId {
        let (tenant, agent, nickname) = (self.tenant, id::<AgentId>(), nickname.to_owned());
        let inserted = write(&self.store, async move |tx| {
            let new = NewAgent {
                id: agent,
                tenant,
                staff_no: &agent.to_string(),
                email: &format!("{agent}@example.com"),
                phone: None,
                name: &nickname,
                nickname: &nickname,
                role: Role::Agent,
                password: NewPassword {
                    hash: HASH,
                    must_change: false,
                    expires_at: None,
                },
                own_limit: LIMIT,
            };
            store::agents::insert(tx, &new, NOW).await
        });
        inserted.await.expect("a free address and number");
        agent
    }

    /// An agent of the group who is signed in, connected and free. Answers the epoch too.
    pub async fn agent(&self, nickname: &str) -> (AgentId, i64) {
        let agent = self.stranger(nickname).await;
        let epoch = self.sign_in(agent).await;
        self.set_status((agent, epoch), AgentStatus::Free).await;
        self.join(self.group, agent).await;
        self.connect(agent.uuid()).await;
        (agent, epoch)
    }

    pub async fn sign_in(&self, agent: AgentId) -> i64 {
        let epoch = write(&self.store, async move |tx| {
            store::agents::sign_in(tx, agent, HASH, NOW).await
        });
        epoch.await.expect("a good sign-in")
    }

    pub async fn set_status(&self, by: (AgentId, i64), status: AgentStatus) {
        let is_set = write(&self.store, async move |tx| {
            store::agents::set_status(tx, by, status, NOW).await
        });
        assert!(is_set.await);
    }

    pub async fn join(&self, group: SkillGroupId, agent: AgentId) {
        let tenant = self.tenant;
        write(&self.store, async move |tx| {
            store::skill_groups::put_member(tx, (tenant, group), agent, 3).await
        })
        .await;
    }

    pub async fn connect(&self, who: Uuid) -> bool {
        let node = self.node;
        write(&self.store, async move |tx| {
            store::presence::connect(tx, who, node, NOW).await
        })
        .await
    }

    pub async fn disconnect(&self, who: Uuid) -> bool {
        let node = self.node;
        write(&self.store, async move |tx| {
            store::presence::disconnect(tx, who, node).await
        })
        .await
    }

    pub async fn visitor(&self, nickname: &str) -> VisitorId {
        let (tenant, channel, visitor, nickname) = (self.tenant, self.channel, id(), nickname.to_owned());
        write(&self.store, async move |tx| {
            let looks = Looks {
                nickname: &nickname,
                language: "en",
                user_agent: "a browser",
                avatar: None,
                custom_data: "{}",
            };
            let new = NewVisitor {
                id: visitor,
                tenant,
                channel,
                external_id: None,
                looks,
            };
            store::visitors::insert(tx, &new, NOW).await
        })
        .await;
        visitor
    }

    /// A session that is not stored yet.
    pub fn unsaved(&self, visitor: VisitorId) -> Session {
        let origin = Origin {
            id: id(),
            tenant: self.tenant,
            channel: self.channel,
            source: "Site@Web".to_owned(),
            visitor,
            flow: self.flow,
            flow_version: 1,
            run: domain::flow::start(&Document::built_in(self.group, &BuiltInTexts::default())),
        };
        Session::open(origin, stamp())
    }

    /// A stored session in its flow.
    pub async fn session(&self, visitor: VisitorId) -> Session {
        let session = self.unsaved(visitor);
        write(&self.store, async move |tx| keep(tx, session.clone(), None).await).await
    }

    /// A stored session in the group's queue.
    pub async fn waiting(&self, visitor: VisitorId) -> Session {
        let session = self.session(visitor).await;
        self.enqueue(session.id).await
    }

    /// Puts a stored session at the end of the group's queue.
    pub async fn enqueue(&self, session: SessionId) -> Session {
        let group = self.group;
        let number = write(&self.store, async move |tx| reception::next_number(tx, group).await);
        let number = number.await.expect("a group");
        self.change(session, move |session| {
            session.enqueue(stamp(), group, number).expect("an open session")
        })
        .await
    }

    /// A stored session in this agent's service.
    pub async fn active(&self, visitor: VisitorId, agent: AgentId) -> Session {
        let session = self.waiting(visitor).await;
        self.change(session.id, move |session| {
            let to = Assignee {
                agent,
                nickname: "Ann".to_owned(),
                staff_no: "1".to_owned(),
            };
            session.assign(stamp(), to, Reason::OnlyOne).expect("a waiting session");
        })
        .await
    }

    /// Loads a session, changes it, and stores its new lines beside it.
    pub async fn change(&self, id: SessionId, change: impl Fn(&mut Session) + Send + 'static) -> Session {
        let tenant = self.tenant;
        write(&self.store, async move |tx| {
            let mut session = sessions::find(tx, tenant, id).await?.expect("a session");
            let seen = session.visitor_seq;
            change(&mut session);
            keep(tx, session, Some(seen)).await
        })
        .await
    }

    /// The session as it is stored.
    pub async fn stored(&self, id: SessionId) -> Session {
        let found = sessions::find(&mut self.store.reader(), self.tenant, id).await;
        found.expect("a good row").expect("a session")
    }

    /// Open sessions of an agent, as the agent's row counts them.
    pub async fn load(&self, agent: AgentId) -> i64 {
        let found = store::agents::find(&mut self.store.reader(), self.tenant, agent).await;
        found.expect("a good row").expect("an agent").load
    }
}

/// Stores a session with its fresh lines; `seen` is the number of the newest stored line that the visitor may see,
/// `None` for a new session.
pub async fn keep(tx: &mut Tx, mut session: Session, seen: Option<i64>) -> Result<Session, StoreError> {
    // The row comes first: whoever is late is told by its version, before lines clash by their numbers.
    match seen {
        Some(_) => sessions::save(tx, &mut session).await?,
        None => sessions::insert(tx, &mut session).await?,
    }
    let mut prev = seen.unwrap_or_default();
    let mut lines = Vec::new();
    for entry in session.take_fresh() {
        let visitor_prev = entry.body.is_for_visitor().then_some(prev);
        if visitor_prev.is_some() {
            prev = entry.seq;
        }
        let sender = entry.client_id.as_ref().map(|_| session.visitor.uuid());
        let stored = StoredEntry {
            session: session.id,
            entry,
            visitor_prev,
        };
        lines.push(NewLine { stored, sender });
    }
    entries::append_all(tx, session.tenant, lines).await?;
    Ok(session)
}
