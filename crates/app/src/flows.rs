//! Flows: their list, names and deletion, and those of the built-in shape, which settings in a form describe (FLOW-01, FLOW-13). What is edited as a
//! document stands in [`crate::flow_drafts`].

use domain::flow::{Document, Fault, FaultKind, Known, Settings, Severity, check};
use domain::ids::{ChannelId, FlowId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use serde::{Deserialize, Serialize};
use store::flows::{FlowRow, NewVersion};
use store::{Query, Tx};

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, FieldError, FieldFault, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::Done;
use crate::{App, audit};

pub(crate) const MISSING: AppError = AppError::NotFound { what: "flow" };

/// A flow in its published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowFacts {
    /// Which.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// The published version; 0 while there is none.
    pub version: i64,
    /// What it says and does, when it is of the built-in shape; other flows are documents only.
    pub settings: Option<Settings>,
    /// Channels that use it, with their titles.
    pub channels: Vec<(ChannelId, String)>,
    /// When this version was published; without one, when the flow was added.
    pub updated_at: Moment,
    /// When it was edited last, published or not (FLOW-01).
    pub edited_at: Moment,
    /// Real name of whoever edited it last; nobody has since it was added when missing.
    pub editor: Option<String>,
}

impl FlowFacts {
    fn of(row: FlowRow, channels: Vec<(ChannelId, String)>) -> Result<Self, AppError> {
        let published = row.document.as_deref().map(Document::parse).transpose();
        let settings = published
            .map_err(AppError::internal)?
            .and_then(|document| document.settings());
        let updated_at = Moment(row.updated_at);
        Ok(Self {
            id: row.id,
            name: row.name,
            version: row.version,
            settings,
            channels,
            updated_at,
            edited_at: row.edited_at.map_or(updated_at, Moment),
            editor: row.editor,
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

pub(crate) async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: FlowId) -> Result<FlowFacts, AppError> {
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
    refuse(&check(&document, &known(tx, tenant).await?))?;
    Ok(store::codec::to_json(&document)?)
}

/// What a tenant's flows may name.
pub(crate) async fn known<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<Known, AppError> {
    Ok(Known {
        skill_groups: store::skill_groups::ids(q, tenant).await?,
        bots: store::bots::ids(q, tenant).await?.into_iter().collect(),
        secrets: store::secrets::ids(q, tenant).await?.into_iter().collect(),
    })
}

/// Refuses a document with a fault that keeps it from being published.
pub(crate) async fn need_fit<Q: Query>(q: &mut Q, tenant: TenantId, document: &Document) -> Result<(), AppError> {
    let mut faults = check(document, &known(q, tenant).await?);
    faults.retain(|fault| fault.severity == Severity::Error);
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refusal::FlowInvalid(faults).into())
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
        None => Refusal::FlowInvalid(faults.to_vec()).into(),
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
            .filter(|settings| before.settings.as_ref() != Some(*settings))
        {
            let document = fit_document(tx, by.tenant, settings).await?;
            let new = NewVersion {
                document: &document,
                note: "",
                by: by.id,
                at: app.clock.now(),
            };
            store::flows::publish(tx, (by.tenant, id), before.version, &new).await?;
            // A draft of the flow as it was would undo this when it is published.
            if let Some(draft) = store::flow_drafts::find(tx, by.tenant, id).await? {
                store::flow_drafts::save(tx, (by.tenant, id), &document, draft.revision, (by.id, new.at)).await?;
            }
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

/// The documents of a tenant's flows: the published versions, and those that a session still runs.
pub(crate) struct Naming(Vec<(FlowId, String, Document)>);

impl Naming {
    /// Reads them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn load<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<Self, AppError> {
        let rows = store::flows::in_force(q, tenant).await?.into_iter();
        let parsed = rows.map(|(id, name, document)| {
            let document = Document::parse(&document).map_err(AppError::internal)?;
            Ok((id, name, document))
        });
        parsed.collect::<Result<_, AppError>>().map(Self)
    }

    /// The flows of which one of these documents names what is asked for, each once.
    pub(crate) fn of(&self, names: impl Fn(&Document) -> bool) -> Vec<(FlowId, String)> {
        let mut found: Vec<(FlowId, String)> = Vec::new();
        for (id, name, document) in &self.0 {
            if found.iter().all(|(known, _)| known != id) && names(document) {
                found.push((*id, name.clone()));
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use domain::flow::{BuiltInTexts, NobodyOnline};
    use domain::ids::{Id, SkillGroupId};
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
                ("settings.skill_group_id", FieldFault::Unknown),
                ("settings.queue_timeout_seconds", FieldFault::OutOfRange),
                ("settings.silence_text", FieldFault::HiddenCharacters),
            ]
        );
    }
}
