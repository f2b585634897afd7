//! Channels: the places visitors come from.

use domain::channel::ChannelKind;
use domain::ids::{ChannelId, FlowId, RatingConfigId, TenantId};
use domain::moment::Moment;
use domain::widget::Side;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT c.id, c.tenant_id, c.kind, c.key, c.title, c.colour, c.flow_id, f.name, c.requires_identity,
                    c.identity_secret, c.created_at, c.launcher_side, c.launcher_text, c.websites,
                    c.rating_config_id, r.name
             FROM channels c JOIN flows f ON f.id = c.flow_id LEFT JOIN rating_configs r ON r.id = c.rating_config_id ",
            $($rest),*
        )
    };
}

sql! {
    FIND = columns!("WHERE c.tenant_id = $1 AND c.id = $2 AND c.is_deleted = FALSE");
    FIND_BY_KEY = columns!("WHERE c.key = $1 AND c.is_deleted = FALSE");
    LIST = columns!("WHERE c.tenant_id = $1 AND c.is_deleted = FALSE AND (CAST($2 AS TEXT) IS NULL OR c.id < $2)
                       AND (CAST($3 AS TEXT) IS NULL OR LOWER(c.title) LIKE $3 ESCAPE '!' OR c.key LIKE $3 ESCAPE '!')
                     ORDER BY c.id DESC LIMIT $4");
    INSERT = "INSERT INTO channels (id, tenant_id, kind, key, title, colour, flow_id, requires_identity, identity_secret,
                  is_deleted, created_at, launcher_side, launcher_text, websites, rating_config_id)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, FALSE, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING";
    UPDATE = "UPDATE channels SET title = $3, colour = $4, flow_id = $5, requires_identity = $6, launcher_side = $7,
                  launcher_text = $8, websites = $9, rating_config_id = $10
              WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE";
    SET_SECRET = "UPDATE channels SET identity_secret = $3 WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE";
    SECRETS = "SELECT id, identity_secret FROM channels
               WHERE identity_secret IS NOT NULL AND is_deleted = FALSE ORDER BY id";
    DELETE = "UPDATE channels SET is_deleted = TRUE WHERE tenant_id = $1 AND id = $2 AND is_deleted = FALSE";
}

row! {
    /// A channel that is not deleted.
    #[derive(Debug, Clone)]
    pub struct ChannelRow {
        /// Which.
        pub id: ChannelId,
        /// Contact centre.
        pub tenant_id: TenantId,
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
        /// Whether only visitors with a signed identity may talk.
        pub requires_identity: bool,
        /// The secret that signs identities, sealed.
        pub identity_secret: Option<String>,
        /// Since when.
        pub created_at: i64,
        /// The corner in which the launcher stands.
        pub launcher_side: Side,
        /// Text beside the launcher; empty: none.
        pub launcher_text: String,
        /// Websites that may show the chat, as a JSON list.
        pub websites: String,
        /// How new sessions may be rated.
        pub rating_config_id: Option<RatingConfigId>,
        /// That config's name.
        pub rating_config_name: Option<String>,
    }
}

/// A new website channel.
#[derive(Debug, Clone, Copy)]
pub struct NewChannel<'a> {
    /// Which.
    pub id: ChannelId,
    /// Contact centre.
    pub tenant: TenantId,
    /// What stands in the chat page's address.
    pub key: &'a str,
    /// How it looks and what it runs.
    pub settings: ChannelSettings<'a>,
}

/// What may change about a channel.
#[derive(Debug, Clone, Copy)]
pub struct ChannelSettings<'a> {
    /// Shown in the chat's title bar.
    pub title: &'a str,
    /// `#rrggbb`.
    pub colour: &'a str,
    /// The flow that new sessions run.
    pub flow: FlowId,
    /// Whether only visitors with a signed identity may talk.
    pub requires_identity: bool,
    /// The corner in which the launcher stands.
    pub launcher_side: Side,
    /// Text beside the launcher; empty: none.
    pub launcher_text: &'a str,
    /// Websites that may show the chat, as a JSON list.
    pub websites: &'a str,
    /// How new sessions may be rated.
    pub rating_config: Option<RatingConfigId>,
}

/// A tenant's channel.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, id: ChannelId) -> Result<Option<ChannelRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// The channel of a chat page's address. A deleted one is like a missing one (T316).
///
/// # Errors
/// When the database fails.
pub async fn find_by_key<Q: Query>(q: &mut Q, key: &str) -> Result<Option<ChannelRow>, StoreError> {
    // What cannot be stored names nothing; asking for it would be an error of its own (T804).
    if key.contains('\0') {
        return Ok(None);
    }
    q.optional(&FIND_BY_KEY, params![key]).await
}

/// A page of a tenant's channels, newest first; searched by title and key.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    wanted: &Wanted<ChannelId>,
) -> Result<Vec<ChannelRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}

/// Adds a website channel. Answers false when the key is taken, by whatever tenant, even if deleted.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewChannel<'_>, now: Moment) -> Result<bool, StoreError> {
    let values = params![
        new.id,
        new.tenant,
        ChannelKind::Web,
        new.key,
        new.settings.title,
        new.settings.colour,
        new.settings.flow,
        new.settings.requires_identity,
        now.0,
        new.settings.launcher_side,
        new.settings.launcher_text,
        new.settings.websites,
        new.settings.rating_config
    ];
    Ok(tx.execute(&INSERT, values).await? > 0)
}

/// Changes a channel. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn update(
    tx: &mut Tx,
    tenant: TenantId,
    id: ChannelId,
    settings: ChannelSettings<'_>,
) -> Result<bool, StoreError> {
    let values = params![
        tenant,
        id,
        settings.title,
        settings.colour,
        settings.flow,
        settings.requires_identity,
        settings.launcher_side,
        settings.launcher_text,
        settings.websites,
        settings.rating_config
    ];
    Ok(tx.execute(&UPDATE, values).await? > 0)
}

/// Stores another sealed secret. Answers false when there is no such channel.
///
/// # Errors
/// When the database fails.
pub async fn set_identity_secret(
    tx: &mut Tx,
    tenant: TenantId,
    id: ChannelId,
    sealed: &str,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET_SECRET, params![tenant, id, sealed]).await? > 0)
}

/// The sealed secrets of all channels, whoever's they are.
///
/// # Errors
/// When the database fails.
pub async fn sealed_secrets<Q: Query>(q: &mut Q) -> Result<Vec<(ChannelId, String)>, StoreError> {
    q.all(&SECRETS, params![]).await
}

/// Deletes a channel; its key is never given away again. Answers false when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, tenant: TenantId, id: ChannelId) -> Result<bool, StoreError> {
    Ok(tx.execute(&DELETE, params![tenant, id]).await? > 0)
}
