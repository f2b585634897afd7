//! A sample contact centre for trying the desk out: people, groups, a chat page, and conversations of the last days.
//!
//! Everything goes through the same use cases as real conversations, on a clock that goes as fast as they need; so what
//! it leaves is what real use would have left. Nothing of it stays open.

mod talks;

use domain::agent::{AgentStatus, Profile};
use domain::flow::{BuiltInTexts, NobodyOnline, Settings};
use domain::ids::{AgentId, SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::permission::Role;
use domain::routing::Policy;
use serde::Serialize;
use store::Tx;
use store::agents::NewPassword;

use crate::channels::NewChannel;
use crate::error::AppError;
use crate::flows::NewFlow;
use crate::presence::{self, Who};
use crate::principals::Agent;
use crate::sign_in::SignInRequest;
use crate::skill_groups::NewGroup;
use crate::{App, agents, channels, first_start, flows, sign_in, skill_groups};

/// What stands in the address of the chat page.
const CHANNEL_KEY: &str = "demo";
/// Days of conversations.
const DAYS: i64 = 3;
/// How many sessions at once the groups give one agent.
const RECEPTION_LIMIT: i64 = 10;
/// Seconds of a visitor's silence until a session ends.
const SILENCE_SECONDS: i64 = 600;

/// Somebody of the sample contact centre, with the priority in the first and the second group.
struct Person {
    email: &'static str,
    password: &'static str,
    name: &'static str,
    nickname: &'static str,
    staff_no: &'static str,
    priorities: [Option<i64>; 2],
}

const ADMIN: Person = Person {
    email: "demo-admin@example.com",
    password: "orchid-lantern-52",
    name: "管理员 Admin",
    nickname: "管理员 Admin",
    staff_no: "1000",
    priorities: [None, None],
};

const AGENTS: [Person; 3] = [
    Person {
        email: "demo-ann@example.com",
        password: "maple-harbour-17",
        name: "林晓安 Ann Lin",
        nickname: "小安 Ann",
        staff_no: "1001",
        priorities: [Some(1), Some(3)],
    },
    Person {
        email: "demo-leo@example.com",
        password: "copper-meadow-38",
        name: "王立 Leo Wang",
        nickname: "小立 Leo",
        staff_no: "1002",
        priorities: [Some(2), Some(2)],
    },
    Person {
        email: "demo-grace@example.com",
        password: "winter-compass-64",
        name: "陈嘉 Grace Chen",
        nickname: "小嘉 Grace",
        staff_no: "1003",
        priorities: [Some(3), Some(1)],
    },
];

/// What a sample contact centre was filled with: how to sign in and where visitors write.
#[derive(Debug, Clone, Serialize)]
pub struct Filled {
    /// The administrator.
    pub admin: SampleLogin,
    /// The agents.
    pub agents: Vec<SampleAgent>,
    /// The chat pages.
    pub channels: Vec<SampleChannel>,
}

/// How to sign in.
#[derive(Debug, Clone, Serialize)]
pub struct SampleLogin {
    /// E-mail.
    pub email: String,
    /// Password; need not be changed.
    pub password: String,
}

/// How to sign in as an agent.
#[derive(Debug, Clone, Serialize)]
pub struct SampleAgent {
    /// E-mail.
    pub email: String,
    /// Password; need not be changed.
    pub password: String,
    /// Real name.
    pub name: String,
}

/// A chat page.
#[derive(Debug, Clone, Serialize)]
pub struct SampleChannel {
    /// Its key.
    pub key: String,
    /// Its path below the desk's address.
    pub url_path: String,
}

/// When the clock of [`fill`] must begin, so that the last conversation is over before `now`.
#[must_use]
pub const fn beginning(now: Moment) -> Moment {
    now.plus_seconds(-DAYS * 86_400)
}

/// Fills an empty database; `None` when there is a contact centre already. The clock of `app` must be one that can be
/// moved and stand at the [`beginning`].
///
/// # Errors
/// When the database fails.
pub async fn fill(app: &App) -> Result<Option<Filled>, AppError> {
    if store::tenants::oldest(&mut app.store.reader()).await?.is_some() {
        return Ok(None);
    }
    let mut hashes = Vec::new();
    for person in people() {
        hashes.push(app.passwords.hash(person.password).await?);
    }
    let app_there = app.clone();
    let groups = app
        .store
        .write(async move |tx| add_all(tx, &app_there, &hashes).await)
        .await?;
    let Some(groups) = groups else { return Ok(None) };
    hold_talks(app, groups[0]).await?;
    Ok(Some(filled()))
}

/// How to sign in and where visitors write, if the database holds the sample contact centre and its administrator
/// still has the sample's password.
///
/// # Errors
/// When the database fails.
pub async fn known(app: &App) -> Result<Option<Filled>, AppError> {
    for row in store::agents::by_email(&mut app.store.reader(), ADMIN.email, 1).await? {
        if app.passwords.verify(ADMIN.password, Some(&row.password_hash)).await? {
            return Ok(Some(filled()));
        }
    }
    Ok(None)
}

fn people() -> impl Iterator<Item = &'static Person> {
    std::iter::once(&ADMIN).chain(&AGENTS)
}

fn filled() -> Filled {
    let agent = |person: &Person| SampleAgent {
        email: person.email.to_owned(),
        password: person.password.to_owned(),
        name: person.name.to_owned(),
    };
    Filled {
        admin: SampleLogin {
            email: ADMIN.email.to_owned(),
            password: ADMIN.password.to_owned(),
        },
        agents: AGENTS.iter().map(agent).collect(),
        channels: vec![SampleChannel {
            key: CHANNEL_KEY.to_owned(),
            url_path: format!("/chat/{CHANNEL_KEY}"),
        }],
    }
}

/// Everything but the conversations, in one transaction. `None` when another process was faster.
async fn add_all(tx: &mut Tx, app: &App, hashes: &[String]) -> Result<Option<[SkillGroupId; 2]>, AppError> {
    if store::tenants::oldest(tx).await?.is_some() {
        return Ok(None);
    }
    let tenant: TenantId = app.new_id();
    let routing = store::codec::to_json(&Policy::default())?;
    store::tenants::insert(tx, tenant, "演示 Demo", &routing, app.clock.now()).await?;
    let mut groups = Vec::new();
    for name in ["售前 Sales", "售后 Support"] {
        let group = NewGroup {
            name: name.to_owned(),
            reception_limit: RECEPTION_LIMIT,
        };
        groups.push(skill_groups::insert(tx, app, tenant, &group).await?);
    }
    let groups = [groups[0], groups[1]];
    for (person, hash) in people().zip(hashes) {
        let agent = add_person(tx, app, tenant, person, hash).await?;
        for (group, priority) in groups.iter().zip(person.priorities) {
            if let Some(priority) = priority {
                store::skill_groups::join(tx, (tenant, *group), agent, priority).await?;
            }
        }
    }
    add_flows_and_channel(tx, app, tenant, groups).await?;
    Ok(Some(groups))
}

async fn add_person(
    tx: &mut Tx,
    app: &App,
    tenant: TenantId,
    person: &Person,
    hash: &str,
) -> Result<AgentId, AppError> {
    let profile = Profile {
        name: person.name.to_owned(),
        nickname: person.nickname.to_owned(),
        staff_no: person.staff_no.to_owned(),
        email: person.email.to_owned(),
        phone: None,
    };
    let role = if person.staff_no == ADMIN.staff_no {
        Role::Admin
    } else {
        Role::Agent
    };
    let password = NewPassword {
        hash,
        must_change: false,
        expires_at: None,
    };
    agents::insert(tx, app, tenant, &profile.checked()?, role, password).await
}

async fn add_flows_and_channel(
    tx: &mut Tx,
    app: &App,
    tenant: TenantId,
    [sales, support]: [SkillGroupId; 2],
) -> Result<(), AppError> {
    let greeting = "您好，这里是 Frontdesk 演示店铺，请问想了解哪款产品？\n\
                    Hello, this is the Frontdesk sample shop. What would you like to know?";
    let texts = BuiltInTexts {
        greeting: greeting.to_owned(),
        ..first_start::first_texts()
    };
    let flow = NewFlow {
        name: "售前咨询 Sales".to_owned(),
        settings: settings(texts, sales),
    };
    let flow_id = flows::insert(tx, app, tenant, &flow).await?;
    let flow = NewFlow {
        name: "售后服务 Support".to_owned(),
        settings: settings(first_start::first_texts(), support),
    };
    flows::insert(tx, app, tenant, &flow).await?;
    let channel = NewChannel {
        title: "Frontdesk 演示".to_owned(),
        colour: None,
        flow_id,
        rating_config_id: None,
        requires_identity: false,
        key: Some(CHANNEL_KEY.to_owned()),
        launcher: channels::Launcher::default(),
        websites: Vec::new(),
    };
    channels::insert(tx, app, tenant, &channel).await?;
    Ok(())
}

fn settings(texts: BuiltInTexts, skill_group_id: SkillGroupId) -> Settings {
    Settings {
        texts,
        skill_group_id,
        nobody_online: NobodyOnline::Wait,
        queue_timeout_seconds: None,
        queue_limit: None,
        silence_seconds: Some(SILENCE_SECONDS),
        reminder_seconds: None,
        inactive_seconds: None,
    }
}

/// Holds all conversations, each agent signed in and connected all the while, and signs everybody out again.
async fn hold_talks(app: &App, group: SkillGroupId) -> Result<(), AppError> {
    presence::sign(app).await?;
    let mut here = Vec::new();
    for person in &AGENTS {
        let agent = signed_in(app, person).await?;
        presence::arrive(app, Who::Agent(agent.id)).await?;
        here.push(agent);
    }
    talks::hold(app, group, &here).await?;
    for agent in &here {
        agents::set_status(app, agent, AgentStatus::Offline).await?;
        presence::leave(app, Who::Agent(agent.id)).await?;
        sign_in::sign_out(app, agent).await?;
    }
    let node = app.node;
    app.store
        .write(async move |tx| Ok(store::presence::leave(tx, node).await?))
        .await
}

async fn signed_in(app: &App, person: &Person) -> Result<Agent, AppError> {
    let request = SignInRequest {
        identifier: person.email.to_owned(),
        password: person.password.to_owned(),
        address: "127.0.0.1".to_owned(),
        user_agent: "frontdesk demo".to_owned(),
    };
    Ok(sign_in::sign_in(app, request).await?.agent)
}
