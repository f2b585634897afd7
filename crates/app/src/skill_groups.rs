//! Skill groups and who is in them (ADM-09).

mod members;

use domain::ids::{SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use domain::skill_group::{SkillGroupKind, check_name, check_reception_limit};
use serde::{Deserialize, Serialize};
use store::sessions::Blocked;
use store::skill_groups::{NewSkillGroup, SkillGroupRow};
use store::{Query, Tx};

use crate::agents::note_own_change;
use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::{Done, blocking};
use crate::{App, audit};

pub use members::{MemberFacts, members, put_member, remove_member};

const MISSING: AppError = AppError::NotFound { what: "skill group" };

/// A skill group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SkillGroupFacts {
    /// Which.
    pub id: SkillGroupId,
    /// Its name.
    pub name: String,
    /// What it serves.
    pub kind: SkillGroupKind,
    /// Most open sessions of one agent for whom this group still gets new ones (R6).
    pub reception_limit: i64,
    /// Members.
    pub member_count: i64,
    /// Sessions in its queue.
    pub waiting: i64,
    /// Since when.
    pub created_at: Moment,
}

impl From<SkillGroupRow> for SkillGroupFacts {
    fn from(row: SkillGroupRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            kind: row.kind,
            reception_limit: row.reception_limit,
            member_count: row.member_count,
            waiting: row.waiting,
            created_at: Moment(row.created_at),
        }
    }
}

/// Skill groups, newest first; searched by the group's name and its members' names and e-mails.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<SkillGroupFacts>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    let wanted = query.checked::<SkillGroupId>()?;
    let rows = store::skill_groups::list(&mut app.store.reader(), by.tenant, &wanted).await?;
    Page::cut(rows, wanted.limit, |row| row.id).try_map(|row| Ok(row.into()))
}

/// A new skill group.
#[derive(Debug, Clone)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
    /// Reception limit.
    pub reception_limit: i64,
}

/// Adds a skill group.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::NameTaken`].
pub async fn create(app: &App, by: &Admin, new: NewGroup, key: CommandKey) -> Result<Once<SkillGroupFacts>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    check(&new.name, new.reception_limit)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        let id = insert(tx, app, by.tenant, &new).await?;
        let after = facts(tx, by.tenant, id).await?;
        audit::by(
            tx,
            app,
            &by,
            "skill_group.created",
            id,
            serde_json::json!({ "after": after }),
        )
        .await?;
        Ok(after)
    })
    .await
}

/// Adds the row of a group.
pub(crate) async fn insert(tx: &mut Tx, app: &App, tenant: TenantId, new: &NewGroup) -> Result<SkillGroupId, AppError> {
    let id = app.new_id();
    let row = NewSkillGroup {
        id,
        tenant,
        name: &new.name,
        reception_limit: new.reception_limit,
    };
    if store::skill_groups::insert(tx, row, app.clock.now()).await? {
        Ok(id)
    } else {
        Err(Refusal::NameTaken.into())
    }
}

fn check(name: &str, reception_limit: i64) -> Result<(), AppError> {
    let faults: Vec<_> = [check_name(name), check_reception_limit(reception_limit)]
        .into_iter()
        .filter_map(Result::err)
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: SkillGroupId) -> Result<SkillGroupFacts, AppError> {
    let row = store::skill_groups::find(q, tenant, id).await?;
    row.map(SkillGroupFacts::from).ok_or(MISSING)
}

/// A change of a skill group; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct GroupChange {
    /// Its name.
    pub name: Option<String>,
    /// Reception limit; a lower one only stops new sessions.
    pub reception_limit: Option<i64>,
}

/// Changes a skill group.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::NameTaken`].
pub async fn update(
    app: &App,
    by: &Admin,
    id: SkillGroupId,
    change: GroupChange,
    key: CommandKey,
) -> Result<Once<SkillGroupFacts>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        let name = change.name.as_ref().unwrap_or(&before.name);
        let reception_limit = change.reception_limit.unwrap_or(before.reception_limit);
        check(name, reception_limit)?;
        if store::skill_groups::named(tx, by.tenant, name)
            .await?
            .is_some_and(|other| other != id)
        {
            return Err(Refusal::NameTaken.into());
        }
        store::skill_groups::update(tx, by.tenant, id, name, reception_limit).await?;
        // Members see the group's name, and the limit is part of theirs.
        for member in store::skill_groups::member_ids(tx, by.tenant, id).await? {
            note_own_change(tx, app, member, aftermath).await?;
        }
        aftermath.fill(id);
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after });
        audit::by(tx, app, &by, "skill_group.changed", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Deletes a skill group; its members stay agents.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::HasOpenSessions`] with these sessions, or
/// [`Refusal::InUse`] with the flows that name it (R19).
pub async fn delete(app: &App, by: &Admin, id: SkillGroupId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageSkillGroups)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, aftermath| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        let naming = crate::flows::Naming::load(tx, by.tenant).await?;
        let flows = naming.of(|document| document.skill_groups().contains(&id));
        if !flows.is_empty() {
            return Err(Refusal::InUse {
                channels: Vec::new(),
                flows,
            }
            .into());
        }
        let open = blocking(tx, by.tenant, Blocked::SkillGroup(id)).await?;
        if !open.is_empty() {
            return Err(Refusal::HasOpenSessions(open).into());
        }
        for member in store::skill_groups::member_ids(tx, by.tenant, id).await? {
            note_own_change(tx, app, member, aftermath).await?;
        }
        store::skill_groups::delete(tx, by.tenant, id).await?;
        audit::by(
            tx,
            app,
            &by,
            "skill_group.deleted",
            id,
            serde_json::json!({ "before": before }),
        )
        .await?;
        Ok(Done {})
    })
    .await
}
