//! Drafts of flows: edited as documents, kept whatever their faults, published when they have none (FLOW-02, FLOW-13).

use domain::flow::{Document, Fault, check};
use domain::ids::{AgentId, FlowId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use serde::{Deserialize, Serialize};
use store::flows::NewVersion;
use store::{Query, Tx};

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, FieldError, FieldFault, Refusal};
use crate::flows::{self, FlowFacts, MISSING};
use crate::principals::Admin;
use crate::{App, audit};

/// Longest note of a version, in characters.
const NOTE_MAX_CHARS: usize = 500;

/// What is being edited of a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Of which flow.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// The published version; 0 while there is none.
    pub version: i64,
    /// Whether the draft is what is published.
    pub is_published: bool,
    /// The draft; the published document while nobody has edited it.
    pub document: Document,
    /// Rises with each save.
    pub revision: i64,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// When it was saved.
    pub edited_at: Moment,
    /// By whom, with their real name.
    pub editor: Option<(AgentId, String)>,
}

/// The draft of a flow.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn find(app: &App, by: &Admin, id: FlowId) -> Result<Draft, AppError> {
    by.need(Permission::ReadFlows)?;
    load(&mut app.store.reader(), by.tenant, id).await
}

pub(crate) async fn load<Q: Query>(q: &mut Q, tenant: TenantId, id: FlowId) -> Result<Draft, AppError> {
    let flow = store::flows::find(q, tenant, id).await?.ok_or(MISSING)?;
    let saved = store::flow_drafts::find(q, tenant, id).await?;
    let parse = |json: &str| Document::parse(json).map_err(AppError::internal);
    let published = flow.document.as_deref().map(parse).transpose()?;
    let (document, revision, edited_at, editor) = match (saved, &published) {
        (Some(row), _) => {
            let editor = Some((row.edited_by, row.editor));
            (parse(&row.document)?, row.revision, row.edited_at, editor)
        }
        (None, Some(published)) => (published.clone(), 0, flow.updated_at, None),
        (None, None) => {
            return Err(AppError::Internal(anyhow::anyhow!(
                "flow {id} has neither draft nor version"
            )));
        }
    };
    Ok(Draft {
        id,
        name: flow.name,
        version: flow.version,
        is_published: published.as_ref() == Some(&document),
        faults: check(&document, &flows::known(q, tenant).await?),
        document,
        revision,
        edited_at: Moment(edited_at),
        editor,
    })
}

/// A draft that is to be saved.
#[derive(Debug, Clone)]
pub struct Save {
    /// From which revision it was made.
    pub revision: i64,
    /// The draft, as JSON.
    pub document: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    /// Its revision now.
    pub revision: i64,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// When it was saved.
    pub edited_at: Moment,
}

/// Saves a draft, faults or not, if nobody else has saved one since.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::DraftChanged`], [`Refusal::FlowUnreadable`].
pub async fn save(app: &App, by: &Admin, id: FlowId, save: Save, key: CommandKey) -> Result<Once<Saved>, AppError> {
    by.need(Permission::ManageFlows)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        let document = Document::parse(&save.document).map_err(Refusal::from)?;
        store::tenants::lock(tx, by.tenant).await?;
        let before = load(tx, by.tenant, id).await?;
        need_revision(&before, save.revision)?;
        let edited_at = app.clock.now();
        put(tx, &by, id, &document, (save.revision, edited_at)).await?;
        Ok(Saved {
            revision: save.revision + 1,
            faults: check(&document, &flows::known(tx, by.tenant).await?),
            edited_at,
        })
    })
    .await
}

/// Saves a draft in place of the one with `revision`.
pub(crate) async fn put(
    tx: &mut Tx,
    by: &Admin,
    id: FlowId,
    document: &Document,
    (revision, now): (i64, Moment),
) -> Result<(), AppError> {
    let json = store::codec::to_json(document)?;
    if store::flow_drafts::save(tx, (by.tenant, id), &json, revision, (by.id, now)).await? {
        Ok(())
    } else {
        // Another node saved one between the look and this: look again.
        Err(AppError::Stale)
    }
}

/// Refuses what was made from another revision than the one that stands, with who saved that one.
fn need_revision(draft: &Draft, revision: i64) -> Result<(), AppError> {
    if draft.revision == revision {
        return Ok(());
    }
    Err(Refusal::DraftChanged {
        revision: draft.revision,
        edited_at: draft.edited_at,
        editor: draft.editor.as_ref().map(|(_, name)| name.clone()),
    }
    .into())
}

/// A draft that is to be published.
#[derive(Debug, Clone)]
pub struct Publish {
    /// Which revision was looked at.
    pub revision: i64,
    /// What its author says about it.
    pub note: String,
}

/// Publishes the draft as a new version; new sessions run it, running ones keep theirs (R17, FLOW-14). A draft that is
/// published already makes no new version.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::DraftChanged`], [`Refusal::FlowInvalid`], a note that is
/// too long.
pub async fn publish(
    app: &App,
    by: &Admin,
    id: FlowId,
    publish: Publish,
    key: CommandKey,
) -> Result<Once<FlowFacts>, AppError> {
    by.need(Permission::ManageFlows)?;
    check_note(&publish.note)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let draft = load(tx, by.tenant, id).await?;
        need_revision(&draft, publish.revision)?;
        let before = flows::facts(tx, by.tenant, id).await?;
        if draft.is_published {
            return Ok(before);
        }
        flows::need_fit(tx, by.tenant, &draft.document).await?;
        let new = NewVersion {
            document: &store::codec::to_json(&draft.document)?,
            note: &publish.note,
            by: by.id,
            at: app.clock.now(),
        };
        store::flows::publish(tx, (by.tenant, id), draft.version, &new).await?;
        let after = flows::facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after, "note": publish.note });
        audit::by(tx, app, &by, "flow.published", id, detail).await?;
        Ok(after)
    })
    .await
}

pub(crate) fn check_note(note: &str) -> Result<(), AppError> {
    let fault = if note.chars().count() > NOTE_MAX_CHARS {
        FieldFault::TooLong
    } else if note.contains('\0') {
        FieldFault::HiddenCharacters
    } else {
        return Ok(());
    };
    let field = "note".to_owned();
    Err(Refusal::Fields(vec![FieldError { field, fault }]).into())
}

/// Copies a flow under another name: its published version, and its draft when that differs.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::NameTaken`].
pub async fn copy(
    app: &App,
    by: &Admin,
    id: FlowId,
    name: String,
    key: CommandKey,
) -> Result<Once<FlowFacts>, AppError> {
    by.need(Permission::ManageFlows)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        domain::skill_group::check_name(&name)?;
        store::tenants::lock(tx, by.tenant).await?;
        let row = store::flows::find(tx, by.tenant, id).await?.ok_or(MISSING)?;
        let draft = load(tx, by.tenant, id).await?;
        let (copied, now) = (app.new_id(), app.clock.now());
        let is_free = match &row.document {
            Some(published) => store::flows::insert(tx, (by.tenant, copied), &name, published, now).await?,
            None => store::flows::insert_unpublished(tx, (by.tenant, copied), &name, now).await?,
        };
        if !is_free {
            return Err(Refusal::NameTaken.into());
        }
        if !draft.is_published {
            put(tx, &by, copied, &draft.document, (0, now)).await?;
        }
        let after = flows::facts(tx, by.tenant, copied).await?;
        let detail = serde_json::json!({ "copy_of": id, "after": after });
        audit::by(tx, app, &by, "flow.created", copied, detail).await?;
        Ok(after)
    })
    .await
}

/// A flow that came as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Imported {
    /// Its id here.
    pub id: FlowId,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Adds a flow out of a file, as a draft that nobody has published yet (FLOW-16).
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::NameTaken`], [`Refusal::FlowUnreadable`].
pub async fn import(
    app: &App,
    by: &Admin,
    name: String,
    document: String,
    key: CommandKey,
) -> Result<Once<Imported>, AppError> {
    by.need(Permission::ManageFlows)?;
    domain::skill_group::check_name(&name)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        let document = Document::parse(&document).map_err(Refusal::from)?;
        store::tenants::lock(tx, by.tenant).await?;
        let (id, now) = (app.new_id(), app.clock.now());
        if !store::flows::insert_unpublished(tx, (by.tenant, id), &name, now).await? {
            return Err(Refusal::NameTaken.into());
        }
        put(tx, &by, id, &document, (0, now)).await?;
        let after = flows::facts(tx, by.tenant, id).await?;
        audit::by(tx, app, &by, "flow.imported", id, serde_json::json!({ "after": after })).await?;
        let faults = check(&document, &flows::known(tx, by.tenant).await?);
        Ok(Imported { id, faults })
    })
    .await
}
