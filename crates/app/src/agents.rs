//! Agents: adding, finding and changing them, and what each may do about the own state.

mod closing;
pub(crate) mod connection;
mod own;
mod today;

use domain::agent::{AgentStatus, Profile, ShownStatus};
use domain::ids::{AgentId, SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::permission::{Permission, Role};
use domain::skill_group::PRIORITY_DEFAULT;
use serde::{Deserialize, Serialize};
use store::agents::{AgentRow, NewPassword, SeenRow, Taken};
use store::events::EventKind;
use store::{Query, Tx};

use crate::command::{CommandKey, Once, run};
use crate::effects::Aftermath;
use crate::error::{AppError, FieldError, FieldFault, Refusal};
use crate::outbox::{Delivery, PasswordCause};
use crate::pages::{Page, PageQuery};
use crate::passwords::random_password;
use crate::principals::Admin;
use crate::{App, audit, mail, outbox, streams};

pub(crate) use closing::shut_out;
pub use closing::{PasswordReset, delete, force_offline, reset_password, restore};
pub use own::{MeFacts, TenantName, me, set_own_limit, set_status};

/// How long a password that was mailed is good, in seconds (T405).
pub(crate) const INITIAL_PASSWORD_SECONDS: i64 = 72 * 3_600;
/// Open sessions of a new agent at most, until the agent chooses.
pub(crate) const OWN_LIMIT_DEFAULT: i64 = 10;

const MISSING: AppError = AppError::NotFound { what: "agent" };

/// A skill group by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillGroupName {
    /// Which.
    pub id: SkillGroupId,
    /// Its name.
    pub name: String,
}

/// An agent, as administrators see one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentFacts {
    /// Who.
    pub id: AgentId,
    /// Public number.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// Also good for signing in.
    pub phone: Option<String>,
    /// Real name.
    pub name: String,
    /// Public name.
    pub nickname: String,
    /// Role.
    pub role: Role,
    /// The chosen status.
    pub status: AgentStatus,
    /// The status as others see it (ROUTE-04).
    pub shown_status: ShownStatus,
    /// Since when the connection is lost, while the grace runs (ROUTE-22).
    pub disconnected_since: Option<Moment>,
    /// Open sessions.
    pub load: i64,
    /// The limit that the agent chose.
    pub own_limit: i64,
    /// Whether an administrator keeps the agent from signing in (ADM-06).
    pub is_forced_offline: bool,
    /// Whether the first password still stands.
    pub must_change_password: bool,
    /// Skill groups, by name.
    pub skill_groups: Vec<SkillGroupName>,
    /// The newest sign-in.
    pub last_sign_in_at: Option<Moment>,
    /// Since when.
    pub created_at: Moment,
}

impl AgentFacts {
    fn of(row: SeenRow, skill_groups: Vec<SkillGroupName>) -> Self {
        let shown_status = own::shown_status(&row);
        let disconnected_since = (shown_status == ShownStatus::Disconnected).then_some(Moment(row.connection_since));
        Self {
            id: row.agent.id,
            staff_no: row.agent.staff_no,
            email: row.agent.email,
            phone: row.agent.phone,
            name: row.agent.name,
            nickname: row.agent.nickname,
            role: row.agent.role,
            status: row.agent.status,
            shown_status,
            disconnected_since,
            load: row.agent.load,
            own_limit: row.agent.own_limit,
            is_forced_offline: row.agent.is_forced_offline,
            must_change_password: row.agent.must_change_password,
            skill_groups,
            last_sign_in_at: row.agent.last_sign_in_at.map(Moment),
            created_at: Moment(row.agent.created_at),
        }
    }
}

/// Agents, newest first; searched by staff number, e-mail, names, phone and group (ADM-02).
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<AgentFacts>, AppError> {
    by.need(Permission::ManageAgents)?;
    let wanted = query.checked::<AgentId>()?;
    let mut reader = app.store.reader();
    let rows = store::agents::list(&mut reader, by.tenant, &wanted, app.clock.now()).await?;
    let page = Page::cut(rows, wanted.limit, |row| row.agent.id);
    // Newest first: the last row has the lowest id.
    let (Some(newest), Some(oldest)) = (page.items.first(), page.items.last()) else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    let groups = store::agents::groups_between(&mut reader, by.tenant, oldest.agent.id, newest.agent.id).await?;
    page.try_map(|row| {
        let own = groups.iter().filter(|(agent, ..)| *agent == row.agent.id);
        let own = own
            .map(|(_, id, name)| SkillGroupName {
                id: *id,
                name: name.clone(),
            })
            .collect();
        Ok(AgentFacts::of(row, own))
    })
}

/// One agent.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn get(app: &App, by: &Admin, id: AgentId) -> Result<AgentFacts, AppError> {
    by.need(Permission::ManageAgents)?;
    facts(&mut app.store.reader(), app, by.tenant, id).await
}

async fn facts<Q: Query>(q: &mut Q, app: &App, tenant: TenantId, id: AgentId) -> Result<AgentFacts, AppError> {
    let row = store::agents::seen(q, tenant, id, app.clock.now())
        .await?
        .ok_or(MISSING)?;
    Ok(AgentFacts::of(row, groups_of(q, tenant, id).await?))
}

async fn groups_of<Q: Query>(q: &mut Q, tenant: TenantId, id: AgentId) -> Result<Vec<SkillGroupName>, AppError> {
    let rows = store::agents::groups_between(q, tenant, id, id).await?;
    Ok(rows
        .into_iter()
        .map(|(_, id, name)| SkillGroupName { id, name })
        .collect())
}

/// A new agent.
#[derive(Debug, Clone)]
pub struct NewAgent {
    /// Who it is.
    pub profile: Profile,
    /// Role.
    pub role: Role,
    /// Groups to join, each with the usual priority.
    pub skill_group_ids: Vec<SkillGroupId>,
}

/// A new agent, and where the initial password went.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CreatedAgent {
    /// The agent.
    pub agent: AgentFacts,
    /// Where the password went.
    pub password_mail: Delivery,
}

/// Adds an agent; a random password goes out by mail and must be changed at the first sign-in (ADM-02).
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::EmailTaken`], [`Refusal::StaffNoTaken`].
pub async fn create(app: &App, by: &Admin, new: NewAgent, key: CommandKey) -> Result<Once<CreatedAgent>, AppError> {
    by.need(Permission::ManageAgents)?;
    let profile = new.profile.checked()?;
    let password = random_password();
    let hash = app.passwords.hash(&password).await?;
    let (app_there, by) = (app.clone(), by.clone());
    let once = run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        let wanted = known_groups(tx, by.tenant, &new.skill_group_ids).await?;
        let expires_at = Some(app.clock.now().plus_seconds(INITIAL_PASSWORD_SECONDS));
        let initial = NewPassword {
            hash: &hash,
            must_change: true,
            expires_at,
        };
        let id = insert(tx, app, by.tenant, &profile, new.role, initial).await?;
        for group in &wanted {
            store::skill_groups::join(tx, (by.tenant, *group), id, PRIORITY_DEFAULT).await?;
            aftermath.fill(*group);
        }
        let hours = INITIAL_PASSWORD_SECONDS / 3_600;
        let text = mail::initial_password(
            &profile.name,
            &profile.email,
            &password,
            &app.settings.public_url,
            hours,
        );
        let owner = (by.tenant, id);
        let password_mail =
            outbox::enqueue_password_mail(tx, app, owner, &profile.email, &text, PasswordCause::Created).await?;
        let agent = facts(tx, app, by.tenant, id).await?;
        audit::by(tx, app, &by, "agent.created", id, serde_json::json!({ "after": agent })).await?;
        Ok(CreatedAgent { agent, password_mail })
    })
    .await?;
    app.outbox.wake();
    Ok(once)
}

/// Adds the row of an agent.
pub(crate) async fn insert(
    tx: &mut Tx,
    app: &App,
    tenant: TenantId,
    profile: &Profile,
    role: Role,
    password: NewPassword<'_>,
) -> Result<AgentId, AppError> {
    let new = store::agents::NewAgent {
        id: app.new_id(),
        tenant,
        staff_no: &profile.staff_no,
        email: &profile.email,
        phone: profile.phone.as_deref(),
        name: &profile.name,
        nickname: &profile.nickname,
        role,
        password,
        own_limit: OWN_LIMIT_DEFAULT,
    };
    match store::agents::insert(tx, &new, app.clock.now()).await? {
        Ok(()) => Ok(new.id),
        Err(Taken::Email) => Err(Refusal::EmailTaken.into()),
        Err(Taken::StaffNo) => Err(Refusal::StaffNoTaken.into()),
    }
}

/// The groups, each once; all of them must be the tenant's.
async fn known_groups(tx: &mut Tx, tenant: TenantId, wanted: &[SkillGroupId]) -> Result<Vec<SkillGroupId>, AppError> {
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(wanted);
    }
    let known = store::skill_groups::ids(tx, tenant).await?;
    if wanted.iter().all(|group| known.contains(group)) {
        return Ok(wanted);
    }
    let error = FieldError {
        field: "skill_group_ids".to_owned(),
        fault: FieldFault::Unknown,
    };
    Err(Refusal::Fields(vec![error]).into())
}

/// A change of an agent; what is `None` stays. Staff number and e-mail always stay (R2).
#[derive(Debug, Clone, Default)]
pub struct AgentChange {
    /// Real name.
    pub name: Option<String>,
    /// Public name.
    pub nickname: Option<String>,
    /// Phone; an empty text removes it.
    pub phone: Option<String>,
    /// Role.
    pub role: Option<Role>,
    /// All groups from now on; priorities of those that stay are kept.
    pub skill_group_ids: Option<Vec<SkillGroupId>>,
}

/// Changes an agent (ADM-05).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::LastAdmin`]; [`Refusal::NotYourself`]
/// for giving up one's own administrator's rights.
pub async fn update(
    app: &App,
    by: &Admin,
    id: AgentId,
    change: AgentChange,
    key: CommandKey,
) -> Result<Once<AgentFacts>, AppError> {
    by.need(Permission::ManageAgents)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let row = store::agents::find(tx, by.tenant, id).await?.ok_or(MISSING)?;
        let before = facts(tx, app, by.tenant, id).await?;
        let role = change.role.unwrap_or(row.role);
        if row.role == Role::Admin && role != Role::Admin {
            may_lose_admin(tx, &by, id).await?;
        }
        let profile = changed_profile(row, &change).checked()?;
        let stored = store::agents::Change {
            name: &profile.name,
            nickname: &profile.nickname,
            phone: profile.phone.as_deref(),
            role,
        };
        store::agents::update(tx, by.tenant, id, stored).await?;
        if let Some(wanted) = &change.skill_group_ids {
            set_groups(tx, by.tenant, id, wanted, aftermath).await?;
        }
        note_own_change(tx, app, id, aftermath).await?;
        let after = facts(tx, app, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after });
        audit::by(tx, app, &by, "agent.changed", id, detail).await?;
        Ok(after)
    })
    .await
}

fn changed_profile(row: AgentRow, change: &AgentChange) -> Profile {
    Profile {
        name: change.name.clone().unwrap_or(row.name),
        nickname: change.nickname.clone().unwrap_or(row.nickname),
        staff_no: row.staff_no,
        email: row.email,
        phone: change.phone.clone().or(row.phone),
    }
}

/// Leaves and joins groups until the agent is in exactly these.
async fn set_groups(
    tx: &mut Tx,
    tenant: TenantId,
    id: AgentId,
    wanted: &[SkillGroupId],
    aftermath: &mut Aftermath,
) -> Result<(), AppError> {
    let wanted = known_groups(tx, tenant, wanted).await?;
    for (_, group, _) in store::agents::groups_between(tx, tenant, id, id).await? {
        if !wanted.contains(&group) {
            store::skill_groups::leave(tx, (tenant, group), id).await?;
        }
    }
    for group in wanted {
        store::skill_groups::join(tx, (tenant, group), id, PRIORITY_DEFAULT).await?;
        aftermath.fill(group);
    }
    Ok(())
}

/// Whether this administrator may be taken the rights: not by the one who has them, and not the last one's. The
/// tenant must be locked.
async fn may_lose_admin(tx: &mut Tx, by: &Admin, id: AgentId) -> Result<(), AppError> {
    if by.id == id {
        return Err(Refusal::NotYourself.into());
    }
    if store::agents::other_admins(tx, by.tenant, id).await? == 0 {
        return Err(Refusal::LastAdmin.into());
    }
    Ok(())
}

/// Tells an agent's pages that something about the agent changed.
pub(crate) async fn note_own_change(
    tx: &mut Tx,
    app: &App,
    id: AgentId,
    aftermath: &mut Aftermath,
) -> Result<(), AppError> {
    store::events::append(tx, id, EventKind::Me, None, app.clock.now()).await?;
    aftermath.ring(streams::agent(id));
    Ok(())
}
