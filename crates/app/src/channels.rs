//! Website channels (CHAN-01).

use domain::channel::{ChannelKind, DEFAULT_COLOUR, check_colour, check_key, check_title};
use domain::field;
use domain::ids::{ChannelId, FlowId, RatingConfigId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use domain::widget::{Side, Website, check_launcher_text, websites};
use serde::{Deserialize, Serialize};
use store::channels::{ChannelRow, ChannelSettings};
use store::sessions::Blocked;
use store::{Query, Tx, codec};

use crate::command::{CommandKey, Once, run};
use crate::error::{AppError, FieldError, FieldFault, Refusal};
use crate::pages::{Page, PageQuery};
use crate::principals::Admin;
use crate::secrets::{hex, random};
use crate::sessions::{Done, blocking};
use crate::{App, audit};

const MISSING: AppError = AppError::NotFound { what: "channel" };

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelFacts {
    /// Which.
    pub id: ChannelId,
    /// What kind of place it is.
    pub kind: ChannelKind,
    /// What stands in the chat page's address.
    pub key: String,
    /// Shown in the chat's title bar.
    pub title: String,
    /// `#rrggbb`.
    pub colour: String,
    /// The flow that new sessions run.
    pub flow_id: FlowId,
    /// That flow's name.
    pub flow_name: String,
    /// How new sessions may be rated, and that config's name (ADM-12).
    #[serde(default)]
    pub rating_config: Option<(RatingConfigId, String)>,
    /// Whether only visitors with a signed identity may talk (SEC-03).
    pub requires_identity: bool,
    /// Whether a secret for signing identities was made.
    pub has_identity_secret: bool,
    /// How the chat begins on other pages.
    #[serde(default)]
    pub launcher: Launcher,
    /// Websites that may show the chat; none: only this desk's own pages (T212).
    #[serde(default)]
    pub websites: Vec<Website>,
    /// Since when.
    pub created_at: Moment,
}

/// The button that opens the chat on other pages (CHAN-04).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Launcher {
    /// The corner in which it stands.
    pub side: Side,
    /// Text beside it; empty: none.
    pub text: String,
}

impl Default for Launcher {
    fn default() -> Self {
        Self {
            side: Side::Right,
            text: String::new(),
        }
    }
}

impl ChannelFacts {
    fn of(row: ChannelRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id,
            kind: row.kind,
            key: row.key,
            title: row.title,
            colour: row.colour,
            flow_id: row.flow_id,
            flow_name: row.flow_name,
            rating_config: row.rating_config_id.zip(row.rating_config_name),
            requires_identity: row.requires_identity,
            has_identity_secret: row.identity_secret.is_some(),
            launcher: Launcher {
                side: row.launcher_side,
                text: row.launcher_text,
            },
            websites: codec::from_json(&row.websites)?,
            created_at: Moment(row.created_at),
        })
    }
}

/// Channels, newest first; searched by title and key.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields.
pub async fn list(app: &App, by: &Admin, query: &PageQuery) -> Result<Page<ChannelFacts>, AppError> {
    by.need(Permission::ManageChannels)?;
    let wanted = query.checked::<ChannelId>()?;
    let rows = store::channels::list(&mut app.store.reader(), by.tenant, &wanted).await?;
    Page::cut(rows, wanted.limit, |row| row.id).try_map(ChannelFacts::of)
}

async fn facts<Q: Query>(q: &mut Q, tenant: TenantId, id: ChannelId) -> Result<ChannelFacts, AppError> {
    let row = store::channels::find(q, tenant, id).await?;
    row.map_or(Err(MISSING), ChannelFacts::of)
}

/// A new channel.
#[derive(Debug, Clone)]
pub struct NewChannel {
    /// Shown in the chat's title bar.
    pub title: String,
    /// `#rrggbb`; the usual one when left out.
    pub colour: Option<String>,
    /// The flow that new sessions run.
    pub flow_id: FlowId,
    /// How new sessions may be rated; not at all when left out.
    pub rating_config_id: Option<RatingConfigId>,
    /// Whether only visitors with a signed identity may talk.
    pub requires_identity: bool,
    /// What stands in the chat page's address; made up when left out (T316).
    pub key: Option<String>,
    /// How the chat begins on other pages.
    pub launcher: Launcher,
    /// Websites that may show the chat.
    pub websites: Vec<String>,
}

/// Adds a channel.
///
/// # Errors
/// [`AppError::Forbidden`], wrong fields, [`Refusal::KeyTaken`].
pub async fn create(app: &App, by: &Admin, new: NewChannel, key: CommandKey) -> Result<Once<ChannelFacts>, AppError> {
    by.need(Permission::ManageChannels)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let id = insert(tx, app, by.tenant, &new).await?;
        let after = facts(tx, by.tenant, id).await?;
        audit::by(
            tx,
            app,
            &by,
            "channel.created",
            id,
            serde_json::json!({ "after": after }),
        )
        .await?;
        Ok(after)
    })
    .await
}

/// Adds the row of a channel. The tenant must be locked, so that its flow stays.
pub(crate) async fn insert(tx: &mut Tx, app: &App, tenant: TenantId, new: &NewChannel) -> Result<ChannelId, AppError> {
    let made_up = hex(&random::<10>());
    let key = new.key.as_deref().unwrap_or(&made_up);
    let colour = new.colour.as_deref().unwrap_or(DEFAULT_COLOUR);
    let websites = websites(new.websites.iter().map(String::as_str));
    all_good([
        check_title(&new.title),
        check_colour(colour),
        check_key(key),
        check_launcher_text(&new.launcher.text),
        websites.as_ref().map(|_| ()).map_err(|fault| *fault),
    ])?;
    let websites = codec::to_json(&websites.unwrap_or_default())?;
    known_flow(tx, tenant, new.flow_id).await?;
    known_rating_config(tx, tenant, new.rating_config_id).await?;
    let settings = ChannelSettings {
        title: &new.title,
        colour,
        flow: new.flow_id,
        requires_identity: new.requires_identity,
        launcher_side: new.launcher.side,
        launcher_text: &new.launcher.text,
        websites: &websites,
        rating_config: new.rating_config_id,
    };
    let row = store::channels::NewChannel {
        id: app.new_id(),
        tenant,
        key,
        settings,
    };
    if store::channels::insert(tx, row, app.clock.now()).await? {
        Ok(row.id)
    } else {
        Err(Refusal::KeyTaken.into())
    }
}

fn all_good<const N: usize>(checks: [Result<(), field::FieldError>; N]) -> Result<(), AppError> {
    let faults: Vec<field::FieldError> = checks.into_iter().filter_map(Result::err).collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

async fn known_flow(tx: &mut Tx, tenant: TenantId, id: FlowId) -> Result<(), AppError> {
    // New sessions need a version that they can run.
    if store::flows::published(tx, tenant, id).await?.is_some() {
        return Ok(());
    }
    Err(unknown("flow_id"))
}

async fn known_rating_config(tx: &mut Tx, tenant: TenantId, id: Option<RatingConfigId>) -> Result<(), AppError> {
    match id {
        Some(id) if store::rating_configs::find(tx, tenant, id).await?.is_none() => Err(unknown("rating_config_id")),
        _ => Ok(()),
    }
}

/// A field that names something that does not exist, or not for this caller.
fn unknown(field: &str) -> AppError {
    let error = FieldError {
        field: field.to_owned(),
        fault: FieldFault::Unknown,
    };
    Refusal::Fields(vec![error]).into()
}

/// A change of a channel; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct ChannelChange {
    /// Shown in the chat's title bar.
    pub title: Option<String>,
    /// `#rrggbb`.
    pub colour: Option<String>,
    /// The flow that new sessions run.
    pub flow_id: Option<FlowId>,
    /// How new sessions may be rated; `Some(None)`: not at all any more.
    pub rating_config_id: Option<Option<RatingConfigId>>,
    /// Whether only visitors with a signed identity may talk.
    pub requires_identity: Option<bool>,
    /// The corner in which the launcher stands.
    pub launcher_side: Option<Side>,
    /// Text beside the launcher; empty: none.
    pub launcher_text: Option<String>,
    /// Websites that may show the chat.
    pub websites: Option<Vec<String>>,
}

/// Changes a channel; running sessions keep their flow and source (CHAN-14).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], wrong fields.
pub async fn update(
    app: &App,
    by: &Admin,
    id: ChannelId,
    change: ChannelChange,
    key: CommandKey,
) -> Result<Once<ChannelFacts>, AppError> {
    by.need(Permission::ManageChannels)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        let websites = match &change.websites {
            Some(texts) => websites(texts.iter().map(String::as_str)),
            None => Ok(before.websites.clone()),
        };
        let kept = codec::to_json(&websites.clone().unwrap_or_default())?;
        let settings = ChannelSettings {
            title: change.title.as_ref().unwrap_or(&before.title),
            colour: change.colour.as_ref().unwrap_or(&before.colour),
            flow: change.flow_id.unwrap_or(before.flow_id),
            requires_identity: change.requires_identity.unwrap_or(before.requires_identity),
            launcher_side: change.launcher_side.unwrap_or(before.launcher.side),
            launcher_text: change.launcher_text.as_ref().unwrap_or(&before.launcher.text),
            websites: &kept,
            rating_config: change
                .rating_config_id
                .unwrap_or_else(|| before.rating_config.as_ref().map(|(id, _)| *id)),
        };
        all_good([
            check_title(settings.title),
            check_colour(settings.colour),
            check_launcher_text(settings.launcher_text),
            websites.map(|_| ()),
        ])?;
        known_flow(tx, by.tenant, settings.flow).await?;
        known_rating_config(tx, by.tenant, settings.rating_config).await?;
        store::channels::update(tx, by.tenant, id, settings).await?;
        let after = facts(tx, by.tenant, id).await?;
        let detail = serde_json::json!({ "before": before, "after": after });
        audit::by(tx, app, &by, "channel.changed", id, detail).await?;
        Ok(after)
    })
    .await
}

/// Deletes a channel: its chat page and its visitors' tokens are gone at once (T316).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`], [`Refusal::HasOpenSessions`] with these sessions (R19).
pub async fn delete(app: &App, by: &Admin, id: ChannelId, key: CommandKey) -> Result<Once<Done>, AppError> {
    by.need(Permission::ManageChannels)?;
    let (app_there, by) = (app.clone(), by.clone());
    run(app, key, async move |tx, _| {
        let app = &app_there;
        store::tenants::lock(tx, by.tenant).await?;
        let before = facts(tx, by.tenant, id).await?;
        let open = blocking(tx, by.tenant, Blocked::Channel(id)).await?;
        if !open.is_empty() {
            return Err(Refusal::HasOpenSessions(open).into());
        }
        store::channels::delete(tx, by.tenant, id).await?;
        audit::by(
            tx,
            app,
            &by,
            "channel.deleted",
            id,
            serde_json::json!({ "before": before }),
        )
        .await?;
        Ok(Done {})
    })
    .await
}

/// How many channels have a secret that the key of this node does not open: it is not the one that sealed them.
///
/// # Errors
/// When the database fails.
pub async fn sealed_otherwise(app: &App) -> Result<usize, AppError> {
    let sealed = store::channels::sealed_secrets(&mut app.store.reader()).await?;
    let opens = |(id, sealed): &(ChannelId, String)| app.sealer.open(&id.to_string(), sealed).is_ok();
    Ok(sealed.iter().filter(|secret| !opens(secret)).count())
}

/// Makes a new secret for signing visitors' identities; the one before is void at once. The secret is told this once
/// and stored sealed only, also in the answer that a repeat of the command gets (T1201).
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn rotate_identity_secret(
    app: &App,
    by: &Admin,
    id: ChannelId,
    key: CommandKey,
) -> Result<Once<String>, AppError> {
    by.need(Permission::ManageChannels)?;
    let context = id.to_string();
    let sealed = app.sealer.seal(&context, &hex(&random::<32>()))?;
    let (app_there, by) = (app.clone(), by.clone());
    let once = run(app, key, async move |tx, _| {
        if !store::channels::set_identity_secret(tx, by.tenant, id, &sealed).await? {
            return Err(MISSING);
        }
        audit::by(tx, &app_there, &by, "channel.secret_rotated", id, serde_json::json!({})).await?;
        Ok(sealed.clone())
    })
    .await?;
    Ok(Once {
        answer: app.sealer.open(&context, &once.answer)?,
        replayed: once.replayed,
    })
}
