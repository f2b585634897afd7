//! The first contact centre and its first administrator (ADM-16, OPS-01).

use domain::agent::{Profile, check_password};
use domain::flow::{BuiltInTexts, NobodyOnline, Settings};
use domain::ids::{AgentId, TenantId};
use domain::permission::Role;
use domain::routing::Policy;
use domain::skill_group::PRIORITY_DEFAULT;
use store::Tx;
use store::agents::NewPassword;

use crate::error::{AppError, Refusal};
use crate::flows::NewFlow;
use crate::passwords::random_password;
use crate::skill_groups::NewGroup;
use crate::{App, agents, audit, flows, skill_groups};

/// The first administrator's e-mail unless the operator gives one.
pub const DEFAULT_EMAIL: &str = "admin@frontdesk.local";
/// Staff number of the first administrator.
const STAFF_NO: &str = "1000";
/// Seconds of a visitor's silence until a session ends.
const SILENCE_SECONDS: i64 = 300;
/// How many sessions at once the first group gives one agent.
const RECEPTION_LIMIT: i64 = 10;

/// An administrator, as the operator wants one.
#[derive(Clone, Default)]
pub struct FirstAdmin {
    /// The login.
    pub email: Option<String>,
    /// The name that colleagues see.
    pub name: Option<String>,
    /// The password; a random one, to be changed at the first sign-in, when left out.
    pub password: Option<String>,
}

/// An administrator who was added by the operator.
#[derive(Clone)]
pub struct AddedAdmin {
    /// Contact centre.
    pub tenant: TenantId,
    /// Who.
    pub agent: AgentId,
    /// The login.
    pub email: String,
    /// The password, when it was made up: told this once.
    pub password: Option<String>,
}

/// Makes a contact centre with its first administrator, a skill group and a flow, if there is none yet.
///
/// # Errors
/// Wrong fields, [`Refusal::WeakPassword`].
pub async fn run(app: &App, wanted: &FirstAdmin) -> Result<Option<AddedAdmin>, AppError> {
    if store::tenants::oldest(&mut app.store.reader()).await?.is_some() {
        return Ok(None);
    }
    let admin = Prepared::new(app, wanted, STAFF_NO).await?;
    let app_there = app.clone();
    app.store
        .write(async move |tx| {
            // Another process may have been faster.
            if store::tenants::oldest(tx).await?.is_some() {
                return Ok(None);
            }
            let tenant = add_tenant(tx, &app_there).await?;
            let agent = admin.insert(tx, &app_there, tenant).await?;
            add_first_things(tx, &app_there, tenant, agent).await?;
            Ok(Some(admin.added(tenant, agent)))
        })
        .await
}

/// Adds an administrator to the oldest contact centre, which is made when there is none.
///
/// # Errors
/// Wrong fields, [`Refusal::WeakPassword`], [`Refusal::EmailTaken`].
pub async fn create_admin(app: &App, wanted: &FirstAdmin) -> Result<AddedAdmin, AppError> {
    if let Some(added) = run(app, wanted).await? {
        return Ok(added);
    }
    let staff_no = format!("A{}", crate::secrets::hex(&crate::secrets::random::<4>()));
    let admin = Prepared::new(app, wanted, &staff_no).await?;
    let app_there = app.clone();
    app.store
        .write(async move |tx| {
            let tenant = store::tenants::oldest(tx).await?.ok_or(AppError::Stale)?.id;
            let agent = admin.insert(tx, &app_there, tenant).await?;
            Ok(admin.added(tenant, agent))
        })
        .await
}

/// An administrator, checked and hashed, before the transaction.
struct Prepared {
    profile: Profile,
    hash: String,
    made_up: Option<String>,
}

impl Prepared {
    async fn new(app: &App, wanted: &FirstAdmin, staff_no: &str) -> Result<Self, AppError> {
        let name = wanted.name.clone().unwrap_or_else(|| "Admin".to_owned());
        let profile = Profile {
            nickname: name.clone(),
            name,
            staff_no: staff_no.to_owned(),
            email: wanted.email.clone().unwrap_or_else(|| DEFAULT_EMAIL.to_owned()),
            phone: None,
        };
        let profile = profile.checked()?;
        if let Some(password) = &wanted.password {
            check_password(password, &profile.email, &profile.name).map_err(Refusal::WeakPassword)?;
        }
        let made_up = wanted.password.is_none().then(random_password);
        let password = wanted.password.as_deref().or(made_up.as_deref()).unwrap_or_default();
        let hash = app.passwords.hash(password).await?;
        Ok(Self { profile, hash, made_up })
    }

    async fn insert(&self, tx: &mut Tx, app: &App, tenant: TenantId) -> Result<AgentId, AppError> {
        // Shown on the operator's own screen, so it does not run out: nobody else could let the operator in.
        let password = NewPassword {
            hash: &self.hash,
            must_change: self.made_up.is_some(),
            expires_at: None,
        };
        let id = agents::insert(tx, app, tenant, &self.profile, Role::Admin, password).await?;
        let detail = serde_json::json!({ "email": self.profile.email }).to_string();
        audit::note(
            tx,
            app,
            tenant,
            audit::OPERATOR,
            "agent.created",
            &id.to_string(),
            &detail,
        )
        .await?;
        Ok(id)
    }

    fn added(&self, tenant: TenantId, agent: AgentId) -> AddedAdmin {
        AddedAdmin {
            tenant,
            agent,
            email: self.profile.email.clone(),
            password: self.made_up.clone(),
        }
    }
}

async fn add_tenant(tx: &mut Tx, app: &App) -> Result<TenantId, AppError> {
    let id = app.new_id();
    let routing = store::codec::to_json(&Policy::default())?;
    store::tenants::insert(tx, id, "联络中心 Contact centre", &routing, app.clock.now()).await?;
    Ok(id)
}

/// A group with the administrator in it and a flow that queues to it, so that a channel works as soon as it is made.
async fn add_first_things(tx: &mut Tx, app: &App, tenant: TenantId, admin: AgentId) -> Result<(), AppError> {
    let group = NewGroup {
        name: "客服 Support".to_owned(),
        reception_limit: RECEPTION_LIMIT,
    };
    let group = skill_groups::insert(tx, app, tenant, &group).await?;
    store::skill_groups::join(tx, (tenant, group), admin, PRIORITY_DEFAULT).await?;
    let settings = Settings {
        texts: first_texts(),
        skill_group_id: group,
        nobody_online: NobodyOnline::Wait,
        queue_timeout_seconds: None,
        queue_limit: None,
        silence_seconds: Some(SILENCE_SECONDS),
        reminder_seconds: None,
        inactive_seconds: None,
    };
    flows::insert(
        tx,
        app,
        tenant,
        &NewFlow {
            name: "默认 Default".to_owned(),
            settings,
        },
    )
    .await?;
    Ok(())
}

/// What a flow says until somebody writes better texts.
#[must_use]
pub fn first_texts() -> BuiltInTexts {
    BuiltInTexts {
        greeting: "您好，请问有什么可以帮您？\nHello, how can we help you?".to_owned(),
        waiting_text: "正在为您转接客服，您前面还有 ${WaitNo} 位。\nPeople before you: ${WaitNo}.".to_owned(),
        accepted_text: "客服 ${StaffNickName}（工号 ${StaffNo}）为您服务。\n${StaffNickName} is with you.".to_owned(),
        unavailable_text: "客服暂时不在线，请留言，我们会尽快回复。\nNobody is here at the moment; \
                           leave a message and we will answer."
            .to_owned(),
        silence_text: "由于您长时间没有回复，会话已结束。\nThe conversation ended because we heard nothing more."
            .to_owned(),
        reminder_text: "请问您还在吗？如果没有回复，会话将自动结束。\nAre you still there? Without an answer the \
                        conversation will end."
            .to_owned(),
        inactive_text:
            "由于长时间没有新消息，会话已结束。\nThe conversation ended because nobody wrote for a long time."
                .to_owned(),
        agent_end_text: "感谢您的咨询，再见！\nThank you, and goodbye!".to_owned(),
    }
}
