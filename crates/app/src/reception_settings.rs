//! How a contact centre receives visitors, as an administrator sets it (ADM-13, ROUTE-22).

use domain::ids::TenantId;
use domain::permission::Permission;
use domain::reception::ReceptionSettings;
use jiff::tz::TimeZone;
use store::Query;

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, FieldError, FieldFault, Refusal};
use crate::principals::Admin;
use crate::{App, audit};

/// The settings of a contact centre.
///
/// # Errors
/// When the database fails.
pub async fn of<Q: Query>(q: &mut Q, tenant: TenantId) -> Result<ReceptionSettings, AppError> {
    Ok(store::codec::from_json(&store::tenants::reception(q, tenant).await?)?)
}

/// The settings of one's own contact centre.
///
/// # Errors
/// [`AppError::Forbidden`].
pub async fn get(app: &App, by: &Admin) -> Result<ReceptionSettings, AppError> {
    by.need(Permission::ManageReception)?;
    of(&mut app.store.reader(), by.tenant).await
}

/// Sets all of them. A grace that runs already follows the new length.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn set(
    app: &App,
    by: &Admin,
    settings: ReceptionSettings,
    key: CommandKey,
) -> Result<Once<ReceptionSettings>, AppError> {
    by.need(Permission::ManageReception)?;
    settings.check()?;
    if !settings.time_zone.is_empty() && TimeZone::get(&settings.time_zone).is_err() {
        return Err(Refusal::Fields(vec![FieldError {
            field: "time_zone".to_owned(),
            fault: FieldFault::Unknown,
        }])
        .into());
    }
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let (app, settings) = (&app_there, settings.clone());
        store::tenants::lock(tx, by.tenant).await?;
        let before = of(tx, by.tenant).await?;
        store::tenants::set_reception(tx, by.tenant, &store::codec::to_json(&settings)?).await?;
        let detail = serde_json::json!({ "before": before, "after": settings });
        audit::by(tx, app, &by, "reception.changed", by.tenant, detail).await?;
        Ok(settings)
    })
    .await
}

/// The zone in which the contact centre's days begin.
#[must_use]
pub fn zone(settings: &ReceptionSettings) -> TimeZone {
    if settings.time_zone.is_empty() {
        return TimeZone::system();
    }
    // It was checked when it was set; a zone that was renamed since then is better shown in UTC than not at all.
    TimeZone::get(&settings.time_zone).unwrap_or(TimeZone::UTC)
}
