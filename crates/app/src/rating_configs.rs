//! How sessions of a channel may be rated (ADM-12).

use domain::ids::{ChannelId, RatingConfigId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use domain::rating::RatingConfig;
use serde::{Deserialize, Serialize};
use store::rating_configs::RatingConfigRow;
use store::{Query, Tx, codec};

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::Done;
use crate::{App, audit};

const MISSING: AppError = AppError::NotFound { what: "rating config" };

/// A rating config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingConfigFacts {
    /// Which.
    pub id: RatingConfigId,
    /// What it says.
    pub config: RatingConfig,
    /// Channels that are bound to it, with their titles.
    pub channels: Vec<(ChannelId, String)>,
    /// Since when.
    pub created_at: Moment,
    /// When it changed last.
    pub updated_at: Moment,
}

impl RatingConfigFacts {
    fn of(row: &RatingConfigRow, channels: Vec<(ChannelId, String)>) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id,
            config: codec::from_json(&row.config)?,
            channels,
            created_at: Moment(row.created_at),
            updated_at: Moment(row.updated_at),
        })
    }
}

/// Rating configs, newest first; searched by name.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<RatingConfigFacts>, AppError> {
    by.need(Permission::ManageRatings)?;
    let wanted = query.checked::<RatingConfigId>()?;
    let mut reader = app.store.reader();
    let rows = store::rating_configs::list(&mut reader, by.tenant, &wanted).await?;
    let page = Page::cut(rows, wanted.limit, |row| row.id);
    let (Some(newest), Some(oldest)) = (page.items.first(), page.items.last()) else {
        return page.try_map(|row| RatingConfigFacts::of(&row, Vec::new()));
    };
    let channels = store::rating_configs::channels_between(&mut reader, by.tenant, oldest.id, newest.id).await?;
    page.try_map(|row| {
        let own = channels.iter().filter(|(config, ..)| *config == row.id);
        RatingConfigFacts::of(&row, own.map(|(_, id, title)| (*id, title.clone())).collect())
    })
}

async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: RatingConfigId) -> Result<RatingConfigFacts, AppError> {
    let row = store::rating_configs::find(q, tenant, id).await?.ok_or(MISSING)?;
    let channels = store::rating_configs::channels_between(q, tenant, id, id).await?;
    RatingConfigFacts::of(&row, channels.into_iter().map(|(_, id, title)| (id, title)).collect())
}

/// Adds a rating config.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::NameTaken`].
pub async fn create(
    app: &App,
    by: &Admin,
    config: RatingConfig,
    key: CommandKey,
) -> Result<Once<RatingConfigFacts>, AppError> {
    by.need(Permission::ManageRatings)?;
    config.check()?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        let id = insert(tx, app, by.tenant, &config).await?;
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "after": after });
        audit::by(tx, app, &by, "rating_config.created", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Adds the row of a config that was checked.
async fn insert(tx: &mut Tx, app: &App, tenant: TenantId, config: &RatingConfig) -> Result<RatingConfigId, AppError> {
    let id = app.new_id();
    let text = codec::to_json(config)?;
    if store::rating_configs::insert(tx, (tenant, id), &config.name, &text, app.clock.now()).await? {
        Ok(id)
    } else {
        Err(Refusal::NameTaken.into())
    }
}

/// Adds a config that says the same under another name; no channel is bound to it.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::NameTaken`].
pub async fn copy(
    app: &App,
    by: &Admin,
    id: RatingConfigId,
    name: String,
    key: CommandKey,
) -> Result<Once<RatingConfigFacts>, AppError> {
    by.need(Permission::ManageRatings)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        let mut config = facts(tx, by.tenant, id).await?.config;
        config.name.clone_from(&name);
        config.check()?;
        let copy = insert(tx, app, by.tenant, &config).await?;
        let after = facts(tx, by.tenant, copy).await?;
        let detail = serde_json::json!({ "copied_from": id, "after": after });
        audit::by(tx, app, &by, "rating_config.created", copy, detail).await?;
        Ok(after)
    })
    .await
}

/// Sets all of a config. Sessions that began before keep what they began with (CHAN-14).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::NameTaken`].
pub async fn update(
    app: &App,
    by: &Admin,
    id: RatingConfigId,
    config: RatingConfig,
    key: CommandKey,
) -> Result<Once<RatingConfigFacts>, AppError> {
    by.need(Permission::ManageRatings)?;
    config.check()?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        let named = store::rating_configs::named(tx, by.tenant, &config.name).await?;
        if named.is_some_and(|other| other != id) {
            return Err(Refusal::NameTaken.into());
        }
        let text = codec::to_json(&config)?;
        store::rating_configs::update(tx, (by.tenant, id), &config.name, &text, app.clock.now()).await?;
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after });
        audit::by(tx, app, &by, "rating_config.changed", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Deletes a config that no channel is bound to.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::InUse`] with the channels (R19).
pub async fn delete(app: &App, by: &Admin, id: RatingConfigId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageRatings)?;
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
        store::rating_configs::delete(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before });
        audit::by(tx, app, &by, "rating_config.deleted", id, detail).await?;
        Ok(Done {})
    })
    .await
}
