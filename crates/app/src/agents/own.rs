//! What agents see and change of their own state (ROUTE-03, ROUTE-07).

use domain::agent::{AgentStatus, HARD_LIMIT, ShownStatus, SpanCause, check_own_limit, shown};
use domain::figures::Today;
use domain::ids::{AgentId, TenantId};
use domain::permission::{Permission, Role};
use domain::routing::cap;
use store::Tx;
use store::agents::SeenRow;

use super::{SkillGroupName, groups_of, note_own_change};
use crate::App;
use crate::effects::Aftermath;
use crate::error::{AppError, Refusal};
use crate::principals::Agent;

/// A contact centre by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantName {
    /// Which.
    pub id: TenantId,
    /// Its name.
    pub name: String,
}

/// Who is signed in, and how they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeFacts {
    /// The agent.
    pub id: AgentId,
    /// The contact centre.
    pub tenant: TenantName,
    /// Real name.
    pub name: String,
    /// Public name.
    pub nickname: String,
    /// Public number.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// Role.
    pub role: Role,
    /// What that role allows.
    pub permissions: Vec<Permission>,
    /// The chosen status.
    pub status: AgentStatus,
    /// The status as others see it (ROUTE-04).
    pub shown_status: ShownStatus,
    /// Open sessions now.
    pub load: i64,
    /// Most sessions that automatic reception gives this agent.
    pub limit: i64,
    /// The limit that the agent chose.
    pub own_limit: i64,
    /// Own skill groups.
    pub skill_groups: Vec<SkillGroupName>,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Own figures of today (WORK-20).
    pub today: Today,
}

/// Most sessions that automatic reception gives an agent: the own limit, the widest group limit and 200, the least of
/// them (R6, R7). Without any group the own limit counts.
pub(super) fn limit(row: &SeenRow) -> i64 {
    cap(row.agent.own_limit, row.group_limit.unwrap_or(HARD_LIMIT))
}

/// The status that others see, by what living nodes say and what was noted of the connection.
pub(super) fn shown_status(row: &SeenRow) -> ShownStatus {
    let connection = row.connection.seen(row.is_online);
    shown(row.agent.status, connection, row.agent.load, limit(row))
}

/// The signed-in agent.
///
/// # Errors
/// [`Refusal::NotSignedIn`] when the account is gone.
pub async fn me(app: &App, by: &Agent) -> Result<MeFacts, AppError> {
    let mut reader = app.store.reader();
    let row = store::agents::seen(&mut reader, by.tenant, by.id, app.clock.now()).await?;
    let row = row.ok_or(Refusal::NotSignedIn)?;
    let tenant = store::tenants::find(&mut reader, by.tenant)
        .await?
        .ok_or(Refusal::NotSignedIn)?;
    let skill_groups = groups_of(&mut reader, by.tenant, by.id).await?;
    let limit = limit(&row);
    let shown_status = shown_status(&row);
    let today = super::today::today(&mut reader, by, app.clock.now()).await?;
    Ok(MeFacts {
        id: row.agent.id,
        tenant: TenantName {
            id: tenant.id,
            name: tenant.name,
        },
        name: row.agent.name,
        nickname: row.agent.nickname,
        staff_no: row.agent.staff_no,
        email: row.agent.email,
        role: row.agent.role,
        permissions: row.agent.role.permissions(),
        status: row.agent.status,
        shown_status,
        load: row.agent.load,
        limit,
        own_limit: row.agent.own_limit,
        skill_groups,
        must_change_password: row.agent.must_change_password,
        today,
    })
}

/// The agent chooses a status; sessions at hand stay (ROUTE-07). Choosing it again changes nothing.
///
/// # Errors
/// [`Refusal::SignedInElsewhere`] for an older sign-in (C12).
pub async fn set_status(app: &App, by: &Agent, status: AgentStatus) -> Result<(), AppError> {
    let (app_there, by) = (app.clone(), by.clone());
    let aftermath = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            if !store::agents::set_status(tx, (by.id, by.epoch), status, app.clock.now()).await? {
                return Err(Refusal::SignedInElsewhere.into());
            }
            store::agent_spans::note(tx, by.id, SpanCause::Chosen, Some(by.id), app.clock.now()).await?;
            own_change(tx, app, &by, status == AgentStatus::Free).await
        })
        .await?;
    aftermath.tell(app);
    Ok(())
}

/// The agent chooses how many sessions at most (R7). Choosing it again changes nothing.
///
/// # Errors
/// Wrong fields; [`Refusal::SignedInElsewhere`] for an older sign-in (C12).
pub async fn set_own_limit(app: &App, by: &Agent, limit: i64) -> Result<(), AppError> {
    check_own_limit(limit)?;
    let (app_there, by) = (app.clone(), by.clone());
    let aftermath = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            if !store::agents::set_own_limit(tx, (by.id, by.epoch), limit).await? {
                return Err(Refusal::SignedInElsewhere.into());
            }
            own_change(tx, app, &by, true).await
        })
        .await?;
    aftermath.tell(app);
    Ok(())
}

/// What an agent's own change has to tell; with `may_take` somebody who waits might find the agent now.
async fn own_change(tx: &mut Tx, app: &App, by: &Agent, may_take: bool) -> Result<Aftermath, AppError> {
    let mut aftermath = Aftermath::default();
    note_own_change(tx, app, by.id, &mut aftermath).await?;
    if may_take {
        for group in store::reception::groups_of(tx, by.id).await? {
            aftermath.fill(group);
        }
    }
    Ok(aftermath)
}
