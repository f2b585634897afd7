//! Members of a skill group, each with a priority (ROUTE-02).

use domain::agent::{HARD_LIMIT, ShownStatus, shown};
use domain::ids::{AgentId, SkillGroupId};
use domain::permission::Permission;
use domain::routing::cap;
use domain::skill_group::check_priority;
use store::skill_groups::MemberRow;

use super::{MISSING, facts};
use crate::agents::note_own_change;
use crate::command::{CommandKey, Once, run};
use crate::error::AppError;
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::Done;
use crate::{App, audit};

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFacts {
    /// Who.
    pub id: AgentId,
    /// Real name.
    pub name: String,
    /// Public name.
    pub nickname: String,
    /// Public number.
    pub staff_no: String,
    /// The login.
    pub email: String,
    /// The status as others see it.
    pub shown_status: ShownStatus,
    /// 1 (first) to 5.
    pub priority: i64,
}

impl From<MemberRow> for MemberFacts {
    fn from(row: MemberRow) -> Self {
        let limit = cap(row.own_limit, row.group_limit.unwrap_or(HARD_LIMIT));
        Self {
            id: row.id,
            name: row.name,
            nickname: row.nickname,
            staff_no: row.staff_no,
            email: row.email,
            shown_status: shown(row.status, row.connection.seen(row.is_online), row.load, limit),
            priority: row.priority,
        }
    }
}

/// Members of a group, the newest agent first; searched by names, e-mail and staff number.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields.
pub async fn members(
    app: &App,
    by: &Admin,
    group: SkillGroupId,
    query: &PageQuery,
) -> Result<Page<MemberFacts>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    let wanted = query.checked::<AgentId>()?;
    let mut reader = app.store.reader();
    facts(&mut reader, by.tenant, group).await?;
    let rows = store::skill_groups::members(&mut reader, (by.tenant, group), &wanted, app.clock.now()).await?;
    Page::cut(rows, wanted.limit, |row| row.id).try_map(|row| Ok(row.into()))
}

/// Makes an agent a member, or changes the priority of one.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`] for a group or an agent out of reach, wrong fields.
pub async fn put_member(
    app: &App,
    by: &Admin,
    (group, agent): (SkillGroupId, AgentId),
    priority: i64,
    key: CommandKey,
) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    check_priority(priority)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        facts(tx, by.tenant, group).await?;
        let known = store::agents::find(tx, by.tenant, agent).await?;
        known.ok_or(AppError::NotFound { what: "agent" })?;
        store::skill_groups::put_member(tx, (by.tenant, group), agent, priority).await?;
        note_own_change(tx, app, agent, aftermath).await?;
        aftermath.fill(group);
        let detail = serde_json::json!({ "agent": agent, "priority": priority });
        audit::by(tx, app, &by, "skill_group.member_put", group, detail).await?;
        Ok(Done {})
    })
    .await
}

/// Takes a member out of a group; sessions at hand stay.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`] for no such membership (T509).
pub async fn remove_member(
    app: &App,
    by: &Admin,
    (group, agent): (SkillGroupId, AgentId),
    key: CommandKey,
) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        if !store::skill_groups::leave(tx, (by.tenant, group), agent).await? {
            return Err(MISSING);
        }
        note_own_change(tx, app, agent, aftermath).await?;
        let detail = serde_json::json!({ "agent": agent });
        audit::by(tx, app, &by, "skill_group.member_removed", group, detail).await?;
        Ok(Done {})
    })
    .await
}
