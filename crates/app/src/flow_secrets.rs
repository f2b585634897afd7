//! Secrets of a contact centre that its flows use: written, replaced and deleted, never read by people (T1201, T1202).

use domain::field::{Fault, LABEL_MAX_CHARS, check_label};
use domain::ids::{FlowId, Id as _, SecretId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use serde::{Deserialize, Serialize};
use store::Query;
use store::secrets::SecretRow;

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::Done;
use crate::{App, audit, flows};

const MISSING: AppError = AppError::NotFound { what: "secret" };
/// Most secrets of a contact centre.
const SECRETS_MAX: i64 = 100;
/// Longest secret, in bytes: it must fit into a header.
const VALUE_MAX_BYTES: usize = 2_000;

/// A secret, without what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretFacts {
    /// Which.
    pub id: SecretId,
    /// Its name.
    pub name: String,
    /// Flows that name it, published or still running, with their names.
    pub flows: Vec<(FlowId, String)>,
    /// Since when.
    pub created_at: Moment,
    /// When it was replaced last.
    pub updated_at: Moment,
}

impl SecretFacts {
    fn of(row: SecretRow, naming: &flows::Naming) -> Self {
        Self {
            id: row.id,
            flows: naming.of(|document| document.secrets().contains(&row.id)),
            name: row.name,
            created_at: Moment(row.created_at),
            updated_at: Moment(row.updated_at),
        }
    }
}

/// Under which name a secret is sealed: another one's seal does not open it.
pub(crate) fn sealed_as(id: SecretId) -> String {
    format!("flow secret {}", id.uuid())
}

/// Secrets by name, newest first.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<SecretFacts>, AppError> {
    by.need(Permission::ManageSecrets)?;
    let wanted = query.checked::<SecretId>()?;
    let mut reader = app.store.reader();
    let rows = store::secrets::list(&mut reader, by.tenant, &wanted).await?;
    let naming = flows::Naming::load(&mut reader, by.tenant).await?;
    Page::cut(rows, wanted.limit, |row| row.id).try_map(|row| Ok(SecretFacts::of(row, &naming)))
}

async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: SecretId) -> Result<SecretFacts, AppError> {
    let row = store::secrets::find(q, tenant, id).await?.ok_or(MISSING)?;
    Ok(SecretFacts::of(row, &flows::Naming::load(q, tenant).await?))
}

/// Visible ASCII and blanks within: what can stand in a header.
fn check_value(value: &str) -> Result<(), Fault> {
    if value.is_empty() {
        return Err(Fault::Required);
    }
    if value.len() > VALUE_MAX_BYTES {
        return Err(Fault::TooLong);
    }
    if value.trim() != value || !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Err(Fault::Malformed);
    }
    Ok(())
}

/// Adds a secret.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::NameTaken`], [`Refusal::TooMany`].
pub async fn create(
    app: &App,
    by: &Admin,
    (name, value): (String, String),
    key: CommandKey,
) -> Result<Once<SecretFacts>, AppError> {
    by.need(Permission::ManageSecrets)?;
    check_label(&name, LABEL_MAX_CHARS).map_err(|fault| fault.of("name"))?;
    check_value(&value).map_err(|fault| fault.of("value"))?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        if store::secrets::count(tx, by.tenant).await? >= SECRETS_MAX {
            return Err(Refusal::TooMany.into());
        }
        let id = app.new_id();
        let sealed = app.sealer.seal(&sealed_as(id), &value)?;
        if !store::secrets::insert(tx, (by.tenant, id), &name, &sealed, app.clock.now()).await? {
            return Err(Refusal::NameTaken.into());
        }
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "after": after });
        audit::by(tx, app, &by, "secret.created", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Replaces what a secret says; the next call uses it.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields.
pub async fn replace(
    app: &App,
    by: &Admin,
    id: SecretId,
    value: String,
    key: CommandKey,
) -> Result<Once<SecretFacts>, AppError> {
    by.need(Permission::ManageSecrets)?;
    check_value(&value).map_err(|fault| fault.of("value"))?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        let sealed = app.sealer.seal(&sealed_as(id), &value)?;
        if !store::secrets::replace(tx, (by.tenant, id), &sealed, app.clock.now()).await? {
            return Err(MISSING);
        }
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "after": after });
        audit::by(tx, app, &by, "secret.replaced", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Deletes a secret that no flow names.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::InUse`] with the flows (R19).
pub async fn delete(app: &App, by: &Admin, id: SecretId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageSecrets)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        if !before.flows.is_empty() {
            return Err(Refusal::InUse {
                channels: Vec::new(),
                flows: before.flows,
            }
            .into());
        }
        store::secrets::delete(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before });
        audit::by(tx, app, &by, "secret.deleted", id, detail).await?;
        Ok(Done {})
    })
    .await
}
