//! Fills a new database with the people of a run, as signing in and claiming would have left them: hundreds of
//! passwords need not be hashed for that.

use anyhow::{Context as _, Result};
use app::clock::Clock;
use app::first_start::{self, FirstAdmin};
use app::passwords::Passwords;
use app::presence::Beat;
use app::secrets::{new_token, token_hash};
use app::{App, AppError, Limits, Parts, Settings};
use bus::Bus;
use domain::agent::AgentStatus;
use domain::flow::Document;
use domain::ids::{AgentId, ChannelId, FlowId, SkillGroupId, TenantId, VisitorId};
use domain::permission::Role;
use domain::widget::Side;
use egress::{Allowed, Egress};
use std::path::Path;
use store::agents::{NewAgent, NewPassword};
use store::channels::{ChannelSettings, NewChannel};
use store::logins::NewLogin;
use store::pages::Wanted;
use store::visitors::{Looks, NewVisitor};
use store::{DatabaseSettings, DatabaseUrl, Store, Tx};

use crate::fill;

/// Key of the channel that visitors come through.
pub const CHANNEL: &str = "bench";
/// Visitors added in one transaction.
const BATCH: usize = 500;
/// Hours until the agents' sign-ins end.
const HOURS: i64 = 12;

/// How many people to add.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    /// Free agents, who take one session each.
    pub agents: usize,
    /// Visitors with a token.
    pub visitors: usize,
    /// Whether each visitor has a session that waits for an agent.
    pub is_waiting: bool,
}

/// The people, by their tokens.
#[derive(Debug, Default)]
pub struct People {
    /// Agents' sign-ins.
    pub agents: Vec<String>,
    /// Visitors' tokens.
    pub visitors: Vec<String>,
}

/// Where everything of a new desk hangs.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// The contact centre.
    pub tenant: TenantId,
    /// The channel.
    pub channel: ChannelId,
    /// The flow.
    pub flow: FlowId,
    /// The skill group.
    pub group: SkillGroupId,
}

/// Opens a database as the desk does, without serving it.
///
/// # Errors
/// When it cannot be opened.
pub async fn open(url: &DatabaseUrl, folder: &Path) -> Result<App> {
    let store = Store::open(&DatabaseSettings::new(url.clone())).await?;
    let clock = Clock::system();
    store.migrate(clock.now().0).await?;
    Ok(App::new(Parts {
        store,
        bus: Bus::local(),
        clock,
        egress: Egress::new(Allowed::default())?,
        bucket: None,
        mailer: None,
        passwords: Passwords::new(),
        beat: Beat::default(),
        settings: Settings {
            node_name: "bench".to_owned(),
            public_url: "http://127.0.0.1".to_owned(),
            attachments_dir: folder.join("attachments"),
            upload_max_bytes: 1,
            limits: Limits::default(),
            login_seconds: HOURS * 3_600,
            terms_url: None,
        },
        sealing_key: [7; 32],
    }))
}

/// Adds the first contact centre, a channel, and the people.
///
/// # Errors
/// When the database fails.
pub async fn add(app: &App, wish: Wish) -> Result<(Place, People)> {
    let admin = FirstAdmin {
        password: Some("bench correct horse".to_owned()),
        ..FirstAdmin::default()
    };
    let added = first_start::run(app, &admin)
        .await?
        .context("the database is not new")?;
    let mut reader = app.store.reader();
    let all = Wanted {
        before: None,
        text: None,
        limit: 1,
    };
    let flow = store::flows::list(&mut reader, added.tenant, &all)
        .await?
        .pop()
        .context("no flow")?
        .id;
    let group = store::skill_groups::ids(&mut reader, added.tenant)
        .await?
        .pop()
        .context("no group")?;
    let place = Place {
        tenant: added.tenant,
        channel: app.new_id(),
        flow,
        group,
    };
    let mut people = People::default();
    let there = app.clone();
    people.agents = app
        .store
        .write(async move |tx| {
            add_channel(&there, tx, place).await?;
            let mut tokens = Vec::new();
            for number in 0..wish.agents {
                tokens.push(add_agent(&there, tx, place, number).await?);
            }
            Ok::<_, AppError>(tokens)
        })
        .await?;
    let published = store::flows::published(&mut reader, place.tenant, place.flow).await?;
    let (version, document) = published.context("no flow")?;
    let run = domain::flow::start(&Document::parse(&document)?);
    while people.visitors.len() < wish.visitors {
        let run = run.clone();
        let (there, from) = (app.clone(), people.visitors.len());
        let upto = wish.visitors.min(from + BATCH);
        let tokens = app.store.write(async move |tx| {
            let mut tokens = Vec::new();
            for number in from..upto {
                let (visitor, token) = add_visitor(&there, tx, place, number).await?;
                if wish.is_waiting {
                    fill::add_waiting(&there, tx, place, visitor, (version, run.clone())).await?;
                }
                tokens.push(token);
            }
            Ok::<_, AppError>(tokens)
        });
        people.visitors.extend(tokens.await?);
    }
    Ok((place, people))
}

async fn add_channel(app: &App, tx: &mut Tx, place: Place) -> Result<(), AppError> {
    let settings = ChannelSettings {
        title: "Bench",
        colour: "#1677ff",
        flow: place.flow,
        requires_identity: false,
        launcher_side: Side::Right,
        launcher_text: "",
        websites: "[]",
        rating_config: None,
    };
    let new = NewChannel {
        id: place.channel,
        tenant: place.tenant,
        key: CHANNEL,
        settings,
    };
    store::channels::insert(tx, new, app.clock.now()).await?;
    Ok(())
}

/// A free agent in the group who takes one session; answers the sign-in's token.
async fn add_agent(app: &App, tx: &mut Tx, place: Place, number: usize) -> Result<String, AppError> {
    let (id, now): (AgentId, _) = (app.new_id(), app.clock.now());
    let (staff_no, email) = (format!("B{number}"), format!("bench-{number}@example.com"));
    let new = NewAgent {
        id,
        tenant: place.tenant,
        staff_no: &staff_no,
        email: &email,
        phone: None,
        name: &staff_no,
        nickname: &staff_no,
        role: Role::Agent,
        // Nobody signs in with it.
        password: NewPassword {
            hash: "-",
            must_change: false,
            expires_at: None,
        },
        own_limit: 1,
    };
    let taken = store::agents::insert(tx, &new, now).await?;
    taken.map_err(|taken| AppError::Internal(anyhow::anyhow!("{taken:?} is taken")))?;
    store::skill_groups::join(tx, (place.tenant, place.group), id, 1).await?;
    let token = new_token();
    let login = NewLogin {
        token_hash: &token_hash("login", &token),
        id: app.new_id(),
        tenant: place.tenant,
        agent: id,
        epoch: 0,
        expires_at: now.plus_seconds(HOURS * 3_600),
        address: "127.0.0.1",
        user_agent: "bench",
    };
    store::logins::insert(tx, login, now).await?;
    store::agents::set_status(tx, (id, 0), AgentStatus::Free, now).await?;
    Ok(token)
}

/// A visitor of the channel; answers the browser's token too.
///
/// # Errors
/// When the database fails.
pub async fn add_visitor(app: &App, tx: &mut Tx, place: Place, number: usize) -> Result<(VisitorId, String), AppError> {
    let (id, now) = (app.new_id(), app.clock.now());
    let nickname = format!("Visitor {number}");
    let looks = Looks {
        nickname: &nickname,
        language: "en",
        user_agent: "bench",
        avatar: None,
        custom_data: "{}",
    };
    let new = NewVisitor {
        id,
        tenant: place.tenant,
        channel: place.channel,
        external_id: None,
        looks,
    };
    store::visitors::insert(tx, &new, now).await?;
    let token = new_token();
    let owner = (place.tenant, id, place.channel);
    store::visitors::insert_token(tx, &token_hash("visitor", &token), owner, now).await?;
    Ok((id, token))
}
