//! Bots that answer in flows (FLOW-11).

use std::sync::Arc;

use domain::bot::{Faq, Matcher};
use domain::flow::RobotReply;
use domain::ids::{BotId, FlowId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use store::bots::BotRow;
use store::{Query, Tx, codec};

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::sessions::Done;
use crate::{App, audit, flows};

const MISSING: AppError = AppError::NotFound { what: "bot" };
/// Most bots of a contact centre.
const BOTS_MAX: i64 = 100;
/// Bots kept in memory, ready to be asked; at most some megabytes each.
const READY_MAX: u64 = 32;

/// Bots that this node has read, by id and revision.
pub struct Bots(Cache<(BotId, i64), Arc<Matcher>>);

impl Default for Bots {
    fn default() -> Self {
        Self(Cache::new(READY_MAX))
    }
}

/// Has a bot answer what a visitor asked, in the transaction of the question.
///
/// # Errors
/// When the database fails.
pub(crate) async fn answer(
    app: &App,
    tx: &mut Tx,
    (tenant, id): (TenantId, BotId),
    asked: &str,
) -> Result<RobotReply, AppError> {
    let Some(revision) = store::bots::revision(tx, tenant, id).await? else {
        return Ok(RobotReply::Gone);
    };
    if let Some(ready) = app.bots.0.get(&(id, revision)) {
        return Ok(ready.answer(asked));
    }
    let row = store::bots::find(tx, tenant, id).await?.ok_or(MISSING)?;
    let ready = Arc::new(Matcher::new(codec::from_json(&row.document)?));
    let reply = ready.answer(asked);
    app.bots.0.insert((id, row.revision), ready);
    Ok(reply)
}

/// A bot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BotFacts {
    /// Which.
    pub id: BotId,
    /// What it knows.
    pub faq: Faq,
    /// Rises with each change.
    pub revision: i64,
    /// Flows that name it, published or still running, with their names.
    pub flows: Vec<(FlowId, String)>,
    /// Since when.
    pub created_at: Moment,
    /// When it changed last.
    pub updated_at: Moment,
}

impl BotFacts {
    fn of(row: &BotRow, naming: &flows::Naming) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id,
            faq: codec::from_json(&row.document)?,
            revision: row.revision,
            flows: naming.of(|document| document.bots().contains(&row.id)),
            created_at: Moment(row.created_at),
            updated_at: Moment(row.updated_at),
        })
    }
}

/// Bots, newest first; searched by name.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<BotFacts>, AppError> {
    by.need(Permission::ManageBots)?;
    let wanted = query.checked::<BotId>()?;
    let mut reader = app.store.reader();
    let rows = store::bots::list(&mut reader, by.tenant, &wanted).await?;
    let naming = flows::Naming::load(&mut reader, by.tenant).await?;
    Page::cut(rows, wanted.limit, |row| row.id).try_map(|row| BotFacts::of(&row, &naming))
}

async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: BotId) -> Result<BotFacts, AppError> {
    let row = store::bots::find(q, tenant, id).await?.ok_or(MISSING)?;
    BotFacts::of(&row, &flows::Naming::load(q, tenant).await?)
}

/// Adds a bot.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::NameTaken`], [`Refusal::TooMany`].
pub async fn create(app: &App, by: &Admin, faq: Faq, key: CommandKey) -> Result<Once<BotFacts>, AppError> {
    by.need(Permission::ManageBots)?;
    faq.check()?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        if store::bots::count(tx, by.tenant).await? >= BOTS_MAX {
            return Err(Refusal::TooMany.into());
        }
        let (id, document) = (app.new_id(), codec::to_json(&faq)?);
        if !store::bots::insert(tx, (by.tenant, id), &faq.name, &document, app.clock.now()).await? {
            return Err(Refusal::NameTaken.into());
        }
        let after = facts(tx, by.tenant, id).await?;
        audit::by(tx, app, &by, "bot.created", id, told(&after)).await?;
        Ok(after)
    })
    .await
}

/// What the audit keeps of a bot: not all that it knows, which may be long.
fn told(bot: &BotFacts) -> serde_json::Value {
    serde_json::json!({ "name": bot.faq.name, "revision": bot.revision, "questions": bot.faq.questions.len() })
}

/// Sets all of a bot, if nobody else has changed it since; running sessions ask the newest.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields, [`Refusal::NameTaken`], [`AppError::Stale`].
pub async fn update(
    app: &App,
    by: &Admin,
    (id, revision): (BotId, i64),
    faq: Faq,
    key: CommandKey,
) -> Result<Once<BotFacts>, AppError> {
    by.need(Permission::ManageBots)?;
    faq.check()?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        let named = store::bots::named(tx, by.tenant, &faq.name).await?;
        if named.is_some_and(|other| other != id) {
            return Err(Refusal::NameTaken.into());
        }
        let document = codec::to_json(&faq)?;
        let of = (by.tenant, id, revision);
        if !store::bots::update(tx, of, &faq.name, &document, app.clock.now()).await? {
            return Err(AppError::Stale);
        }
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": told(&before), "after": told(&after) });
        audit::by(tx, app, &by, "bot.changed", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Deletes a bot that no flow names.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::InUse`] with the flows (R19).
pub async fn delete(app: &App, by: &Admin, id: BotId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageBots)?;
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
        store::bots::delete(tx, by.tenant, id).await?;
        audit::by(tx, app, &by, "bot.deleted", id, told(&before)).await?;
        Ok(Done {})
    })
    .await
}

/// What a bot that is being edited would answer; nothing is kept.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub fn try_out(by: &Admin, faq: Faq, asked: &str) -> Result<RobotReply, AppError> {
    by.need(Permission::ManageBots)?;
    faq.check()?;
    domain::message::check_text(asked)?;
    Ok(Matcher::new(faq).answer(asked))
}
