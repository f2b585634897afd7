//! Flows of the built-in shape: settings in a form, published as documents (FLOW-07, FLOW-12, FLOW-13).

use domain::flow::{Document, Fault, FaultKind, Known, NodeKind, Settings, check};
use domain::ids::{ChannelId, FlowId, SkillGroupId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use serde::{Deserialize, Serialize};
use store::flows::FlowRow;
use store::{Query, Tx};

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, FieldError, FieldFault, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::Done;
use crate::{App, audit};

const MISSING: AppError = AppError::NotFound { what: "flow" };

/// A flow in its published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFacts {
    /// Which.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// The published version.
    pub version: i64,
    /// What it says and does.
    pub settings: Settings,
    /// Channels that use it, with their titles.
    pub channels: Vec<(ChannelId, String)>,
    /// When this version was published.
    pub updated_at: Moment,
}

impl FlowFacts {
    fn of(row: FlowRow, channels: Vec<(ChannelId, String)>) -> Result<Self, AppError> {
        let document = Document::parse(&row.document).map_err(AppError::internal)?;
        let settings = document
            .settings()
            .ok_or_else(|| AppError::Internal(anyhow::anyhow!("flow {} is not of the built-in shape", row.id)))?;
        let updated_at = Moment(row.updated_at);
        Ok(Self {
            id: row.id,
            name: row.name,
            version: row.version,
            settings,
            channels,
            updated_at,
        })
    }
}

/// Flows, newest first; searched by name.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<FlowFacts>, AppError> {
    by.need(Permission::ReadFlows)?;
    let wanted = query.checked::<FlowId>()?;
    let mut reader = app.store.reader();
    let rows = store::flows::list(&mut reader, by.tenant, &wanted).await?;
    let page = Page::cut(rows, wanted.limit, |row| row.id);
    let (Some(newest), Some(oldest)) = (page.items.first(), page.items.last()) else {
        return Ok(Page {
            items: Vec::new(),
            next: None,
        });
    };
    let channels = store::flows::channels_between(&mut reader, by.tenant, oldest.id, newest.id).await?;
    page.try_map(|row| {
        let own = channels.iter().filter(|(flow, ..)| *flow == row.id);
        let own = own.map(|(_, id, title)| (*id, title.clone())).collect();
        FlowFacts::of(row, own)
    })
}

async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: FlowId) -> Result<FlowFacts, AppError> {
    let row = store::flows::find(q, tenant, id).await?.ok_or(MISSING)?;
    let channels = store::flows::channels_between(q, tenant, id, id).await?;
    FlowFacts::of(row, channels.into_iter().map(|(_, id, title)| (id, title)).collect())
}

/// A new flow.
#[derive(Debug, Clone)]
pub struct NewFlow {
    /// Its name.
    pub name: String,
    /// What it says and does.
    pub settings: Settings,
}

/// Adds a flow and publishes its first version.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::NameTaken`], [`Refusal::FlowInvalid`].
pub async fn create(app: &App, by: &Admin, new: NewFlow, key: CommandKey) -> Result<Once<FlowFacts>, AppError> {
    by.need(Permission::ManageFlows)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let id = insert(tx, app, by.tenant, &new).await?;
        let after = facts(tx, by.tenant, id).await?;
        audit::by(tx, app, &by, "flow.created", id, serde_json::json!({ "after": after })).await?;
        Ok(after)
    })
    .await
}

/// Adds the rows of a flow. The tenant must be locked, so that its group stays.
pub(crate) async fn insert(tx: &mut Tx, app: &App, tenant: TenantId, new: &NewFlow) -> Result<FlowId, AppError> {
    domain::skill_group::check_name(&new.name)?;
    let document = fit_document(tx, tenant, &new.settings).await?;
    let id = app.new_id();
    if store::flows::insert(tx, (tenant, id), &new.name, &document, app.clock.now()).await? {
        Ok(id)
    } else {
        Err(Refusal::NameTaken.into())
    }
}

/// The document of these settings as JSON, if it is fit to publish.
async fn fit_document(tx: &mut Tx, tenant: TenantId, settings: &Settings) -> Result<String, AppError> {
    let document = Document::from_settings(settings);
    let known = Known {
        skill_groups: store::skill_groups::ids(tx, tenant).await?,
        ..Known::default()
    };
    refuse(&check(&document, &known))?;
    if let Some(node) = document.nodes.iter().find(|node| !is_available(&node.kind)) {
        let reason = format!("node \"{}\" is of a kind that is not available yet", node.id);
        return Err(Refusal::FlowInvalid(reason).into());
    }
    Ok(store::codec::to_json(&document)?)
}

/// Whether this program carries out what a node of this kind wants ([`crate::effects`]). The format knows more kinds.
const fn is_available(kind: &NodeKind) -> bool {
    !matches!(kind, NodeKind::CallApi(_) | NodeKind::Robot(_))
}

/// Tells the faults of a document of the built-in shape by the fields of its form.
fn refuse(faults: &[Fault]) -> Result<(), AppError> {
    if faults.is_empty() {
        return Ok(());
    }
    // The form has no fallback of its own: it is the same group, whose fault is told at the node.
    let told = faults
        .iter()
        .filter(|fault| fault.field.as_deref() != Some("fallback.skill_group_id"));
    let fields: Option<Vec<FieldError>> = told.map(field_error).collect();
    Err(match fields {
        Some(fields) => Refusal::Fields(fields).into(),
        None => {
            let all: Vec<String> = faults.iter().map(Fault::to_string).collect();
            Refusal::FlowInvalid(all.join("; ")).into()
        }
    })
}

fn field_error(fault: &Fault) -> Option<FieldError> {
    let kind = match &fault.kind {
        FaultKind::UnknownSkillGroup => FieldFault::Unknown,
        FaultKind::TextTooLong => FieldFault::TooLong,
        FaultKind::TextUnusable => FieldFault::HiddenCharacters,
        FaultKind::OutOfRange => FieldFault::OutOfRange,
        _ => return None,
    };
    // The greeting is the text of the only node that sends a message.
    let field = match fault.field.as_deref()? {
        "message.text" => "greeting",
        field => field,
    };
    Some(FieldError {
        field: format!("settings.{field}"),
        fault: kind,
    })
}

/// A change of a flow; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct FlowChange {
    /// Its name.
    pub name: Option<String>,
    /// What it says and does in new sessions; running ones keep their version (R17).
    pub settings: Option<Settings>,
}

/// Changes a flow; new settings are published as a new version.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::NameTaken`], [`Refusal::FlowInvalid`].
pub async fn update(
    app: &App,
    by: &Admin,
    id: FlowId,
    change: FlowChange,
    key: CommandKey,
) -> Result<Once<FlowFacts>, AppError> {
    by.need(Permission::ManageFlows)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        if let Some(name) = &change.name {
            rename(tx, by.tenant, id, name).await?;
        }
        if let Some(settings) = change
            .settings
            .as_ref()
            .filter(|settings| **settings != before.settings)
        {
            let document = fit_document(tx, by.tenant, settings).await?;
            store::flows::publish(tx, (by.tenant, id), before.version, &document, app.clock.now()).await?;
        }
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after });
        audit::by(tx, app, &by, "flow.changed", id, detail).await?;
        Ok(after)
    })
    .await
}

async fn rename(tx: &mut Tx, tenant: TenantId, id: FlowId, name: &str) -> Result<(), AppError> {
    domain::skill_group::check_name(name)?;
    if store::flows::named(tx, tenant, name)
        .await?
        .is_some_and(|other| other != id)
    {
        return Err(Refusal::NameTaken.into());
    }
    Ok(store::flows::rename(tx, tenant, id, name).await?)
}

/// Deletes a flow; running sessions keep their version.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::InUse`] with its channels (R19).
pub async fn delete(app: &App, by: &Admin, id: FlowId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageFlows)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        if !before.channels.is_empty() {
            return Err(Refusal::InUse {
                channels: before.channels,
                flows: Vec::new(),
            }
            .into());
        }
        store::flows::delete(tx, by.tenant, id).await?;
        audit::by(
            tx,
            app,
            &by,
            "flow.deleted",
            id,
            serde_json::json!({ "before": before }),
        )
        .await?;
        Ok(Done {})
    })
    .await
}

/// The flows whose published version, or a version that a session still runs, names a group.
pub(crate) async fn naming(
    tx: &mut Tx,
    tenant: TenantId,
    group: SkillGroupId,
) -> Result<Vec<(FlowId, String)>, AppError> {
    let mut naming: Vec<(FlowId, String)> = Vec::new();
    for (id, name, document) in store::flows::in_force(tx, tenant).await? {
        let document = Document::parse(&document).map_err(AppError::internal)?;
        if document.skill_groups().contains(&group) && naming.iter().all(|(known, _)| *known != id) {
            naming.push((id, name));
        }
    }
    Ok(naming)
}

#[cfg(test)]
mod tests {
    use domain::flow::{BuiltInTexts, NobodyOnline};
    use domain::ids::Id;
    use uuid::Uuid;

    use super::*;

    /// FLOW-13: what is wrong in the form is told by the form's fields.
    #[test]
    fn faults_are_told_by_field() {
        let group = SkillGroupId::from_uuid(Uuid::from_u128(1));
        let settings = Settings {
            texts: BuiltInTexts {
                greeting: "x".repeat(4_001),
                silence_text: "\0".into(),
                ..BuiltInTexts::default()
            },
            skill_group_id: group,
            nobody_online: NobodyOnline::Wait,
            queue_timeout_seconds: Some(9),
            queue_limit: None,
            silence_seconds: None,
            reminder_seconds: None,
            inactive_seconds: None,
        };
        let faults = check(&Document::from_settings(&settings), &Known::default());
        let Err(AppError::Refused(Refusal::Fields(fields))) = refuse(&faults) else {
            panic!("{faults:?} were taken");
        };
        let told: Vec<(&str, FieldFault)> = fields.iter().map(|error| (error.field.as_str(), error.fault)).collect();
        assert_eq!(
            told,
            [
                ("settings.greeting", FieldFault::TooLong),
                ("settings.queue_timeout_seconds", FieldFault::OutOfRange),
                ("settings.skill_group_id", FieldFault::Unknown),
                ("settings.silence_text", FieldFault::HiddenCharacters),
            ]
        );
    }
}
