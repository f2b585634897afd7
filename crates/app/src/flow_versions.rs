//! The history of a flow: who published what and when, what differs, and the way back (FLOW-14).

use domain::flow::{Diff, Document, diff};
use domain::ids::{FlowId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use store::Query;
use store::flow_versions::VersionRow;
use store::flows::NewVersion;

use crate::command::{CommandKey, Once, run};
use crate::error::AppError;
use crate::flow_drafts;
use crate::flows::{self, FlowFacts, MISSING};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::{App, audit};

const NO_VERSION: AppError = AppError::NotFound { what: "flow version" };

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub version: i64,
    /// What its author said about it; may be empty.
    pub note: String,
    /// When it was published.
    pub published_at: Moment,
    /// Real name of whoever published it; nobody is known for the version with which a flow was added.
    pub published_by: Option<String>,
}

impl From<VersionRow> for Version {
    fn from(row: VersionRow) -> Self {
        Self {
            version: row.version,
            note: row.note,
            published_at: Moment(row.published_at),
            published_by: row.published_by,
        }
    }
}

/// A flow's versions, newest first; the newest is the published one.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields.
pub async fn list(app: &App, by: &Admin, id: FlowId, query: &PageQuery) -> Result<Page<Version>, AppError> {
    by.need(Permission::ReadFlows)?;
    let wanted = query.checked::<i64>()?;
    let mut reader = app.store.reader();
    store::flows::find(&mut reader, by.tenant, id).await?.ok_or(MISSING)?;
    let rows = store::flow_versions::list(&mut reader, by.tenant, id, &wanted).await?;
    Page::cut(rows, wanted.limit, |row| row.version).try_map(|row| Ok(row.into()))
}

/// One version with its document.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn find(app: &App, by: &Admin, id: FlowId, version: i64) -> Result<(Version, Document), AppError> {
    by.need(Permission::ReadFlows)?;
    let mut reader = app.store.reader();
    store::flows::find(&mut reader, by.tenant, id).await?.ok_or(MISSING)?;
    let row = store::flow_versions::find(&mut reader, by.tenant, id, version).await?;
    let document = document_of(&mut reader, by.tenant, id, Edition::Version(version)).await?;
    Ok((row.ok_or(NO_VERSION)?.into(), document))
}

/// A document of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    /// What is being edited.
    Draft,
    /// A published version.
    Version(i64),
}

async fn document_of<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: FlowId,
    edition: Edition,
) -> Result<Document, AppError> {
    match edition {
        Edition::Draft => Ok(flow_drafts::load(q, tenant, id).await?.document),
        Edition::Version(version) => {
            let json = store::flows::document(q, tenant, id, version)
                .await?
                .ok_or(NO_VERSION)?;
            Document::parse(&json).map_err(AppError::internal)
        }
    }
}

/// What differs between two documents of a flow.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn compare(app: &App, by: &Admin, id: FlowId, from: Edition, to: Edition) -> Result<Diff, AppError> {
    by.need(Permission::ReadFlows)?;
    let mut reader = app.store.reader();
    store::flows::find(&mut reader, by.tenant, id).await?.ok_or(MISSING)?;
    let before = document_of(&mut reader, by.tenant, id, from).await?;
    let after = document_of(&mut reader, by.tenant, id, to).await?;
    Ok(diff(&before, &after))
}

/// A document of a flow, to be kept as a file (FLOW-16).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn export(app: &App, by: &Admin, id: FlowId, edition: Edition) -> Result<Document, AppError> {
    by.need(Permission::ReadFlows)?;
    let mut reader = app.store.reader();
    store::flows::find(&mut reader, by.tenant, id).await?.ok_or(MISSING)?;
    document_of(&mut reader, by.tenant, id, edition).await
}

/// Publishes an old version anew: its document becomes the newest version. Running sessions keep theirs (R17). A draft
/// with changes of its own stays as it is; one without follows.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], a note that is too long, [`crate::Refusal::FlowFaults`] when the
/// version names what does not exist any more.
pub async fn restore(
    app: &App,
    by: &Admin,
    id: FlowId,
    version: i64,
    note: String,
    key: CommandKey,
) -> Result<Once<FlowFacts>, AppError> {
    by.need(Permission::ManageFlows)?;
    flow_drafts::check_note(&note)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = flows::facts(tx, by.tenant, id).await?;
        let document = document_of(tx, by.tenant, id, Edition::Version(version)).await?;
        let draft = flow_drafts::load(tx, by.tenant, id).await?;
        flows::need_fit(tx, by.tenant, &document).await?;
        let new = NewVersion {
            document: &store::codec::to_json(&document)?,
            note: &note,
            by: by.id,
            at: app.clock.now(),
        };
        store::flows::publish(tx, (by.tenant, id), before.version, &new).await?;
        if draft.is_published {
            flow_drafts::put(tx, &by, id, &document, (draft.revision, new.at)).await?;
        }
        let after = flows::facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after, "restored": version, "note": note });
        audit::by(tx, app, &by, "flow.published", id, detail).await?;
        Ok(after)
    })
    .await
}
