//! Visitors and the tokens of their browsers.

use domain::ids::{ChannelId, TenantId, VisitorId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    BY_TOKEN = "SELECT v.id, v.tenant_id, v.channel_id, v.external_id, v.nickname, v.language, v.seen_at, v.avatar,
                  v.custom_data
                FROM visitor_tokens t JOIN visitors v ON v.id = t.visitor_id
                  JOIN channels c ON c.id = t.channel_id AND c.is_deleted = FALSE
                WHERE t.token_hash = $1";
    BY_EXTERNAL_ID = "SELECT id, tenant_id, channel_id, external_id, nickname, language, seen_at, avatar,
                        custom_data
                      FROM visitors WHERE channel_id = $1 AND external_id = $2";
    AVATAR = "SELECT avatar FROM visitors WHERE id = $1 AND tenant_id = $2";
    INSERT = "INSERT INTO visitors (id, tenant_id, channel_id, external_id, nickname, language, user_agent, created_at, seen_at,
                  avatar, custom_data)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10) ON CONFLICT DO NOTHING";
    INSERT_TOKEN = "INSERT INTO visitor_tokens (token_hash, tenant_id, visitor_id, channel_id, created_at)
                    VALUES ($1, $2, $3, $4, $5)";
    PROVE = "UPDATE visitors SET external_id = $2 WHERE id = $1 AND external_id IS NULL";
    DESCRIBE = "UPDATE visitors SET nickname = $2, language = $3, user_agent = $4, seen_at = $5, avatar = $6, custom_data = $7
                WHERE id = $1";
    DROP_TOKENS = "DELETE FROM visitor_tokens WHERE visitor_id = $1";
}

row! {
    /// A visitor.
    #[derive(Debug, Clone)]
    pub struct VisitorRow {
        /// Which.
        pub id: VisitorId,
        /// Contact centre.
        pub tenant_id: TenantId,
        /// Where.
        pub channel_id: ChannelId,
        /// The host page's own user id, once proven.
        pub external_id: Option<String>,
        /// Name shown.
        pub nickname: String,
        /// Language of the page.
        pub language: String,
        /// The newest visit.
        pub seen_at: i64,
        /// Address of the visitor's picture, as the host page told it.
        pub avatar: Option<String>,
        /// What the host page tells about the visitor, as a JSON object of texts.
        pub custom_data: String,
    }
}

/// A new visitor.
#[derive(Debug)]
pub struct NewVisitor<'a> {
    /// Which.
    pub id: VisitorId,
    /// Contact centre.
    pub tenant: TenantId,
    /// Where.
    pub channel: ChannelId,
    /// The host page's own user id, proven.
    pub external_id: Option<&'a str>,
    /// How the visitor appears.
    pub looks: Looks<'a>,
}

/// How a visitor appears.
#[derive(Debug, Clone, Copy)]
pub struct Looks<'a> {
    /// Name shown.
    pub nickname: &'a str,
    /// Language of the page.
    pub language: &'a str,
    /// The browser, as it names itself.
    pub user_agent: &'a str,
    /// Address of the visitor's picture.
    pub avatar: Option<&'a str>,
    /// What the host page tells about the visitor, as a JSON object of texts.
    pub custom_data: &'a str,
}

/// The visitor that a token stands for; of its own channel only (T309), and not of a deleted one (T316).
///
/// # Errors
/// When the database fails.
pub async fn by_token<Q: Query>(q: &mut Q, token_hash: &str) -> Result<Option<VisitorRow>, StoreError> {
    q.optional(&BY_TOKEN, params![token_hash]).await
}

/// The visitor whom the host page knows by this id.
///
/// # Errors
/// When the database fails.
pub async fn by_external_id<Q: Query>(
    q: &mut Q,
    channel: ChannelId,
    external_id: &str,
) -> Result<Option<VisitorRow>, StoreError> {
    q.optional(&BY_EXTERNAL_ID, params![channel, external_id]).await
}

/// The address of a visitor's picture, if the host page told of one.
///
/// # Errors
/// When the database fails.
pub async fn avatar<Q: Query>(q: &mut Q, tenant: TenantId, visitor: VisitorId) -> Result<Option<String>, StoreError> {
    let found: Option<(Option<String>,)> = q.optional(&AVATAR, params![visitor, tenant]).await?;
    Ok(found.and_then(|(address,)| address))
}

/// Adds a visitor.
///
/// # Errors
/// [`StoreError::Stale`] when the same proven person was added at the same time.
pub async fn insert(tx: &mut Tx, new: &NewVisitor<'_>, now: Moment) -> Result<(), StoreError> {
    let values = params![
        new.id,
        new.tenant,
        new.channel,
        new.external_id,
        new.looks.nickname,
        new.looks.language,
        new.looks.user_agent,
        now.0,
        new.looks.avatar,
        new.looks.custom_data
    ];
    if tx.execute(&INSERT, values).await? == 0 {
        Err(StoreError::Stale)
    } else {
        Ok(())
    }
}

/// Gives a browser of the visitor its token.
///
/// # Errors
/// When the database fails.
pub async fn insert_token(
    tx: &mut Tx,
    token_hash: &str,
    (tenant, visitor, channel): (TenantId, VisitorId, ChannelId),
    now: Moment,
) -> Result<(), StoreError> {
    tx.execute(&INSERT_TOKEN, params![token_hash, tenant, visitor, channel, now.0])
        .await?;
    Ok(())
}

/// An anonymous visitor turns out to be a person whom the host page knows (T306).
///
/// # Errors
/// When the database fails.
pub async fn prove(tx: &mut Tx, visitor: VisitorId, external_id: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&PROVE, params![visitor, external_id]).await? > 0)
}

/// Notes how a visitor appears now.
///
/// # Errors
/// When the database fails.
pub async fn describe(tx: &mut Tx, visitor: VisitorId, looks: Looks<'_>, now: Moment) -> Result<(), StoreError> {
    tx.execute(
        &DESCRIBE,
        params![
            visitor,
            looks.nickname,
            looks.language,
            looks.user_agent,
            now.0,
            looks.avatar,
            looks.custom_data
        ],
    )
    .await?;
    Ok(())
}

/// Makes all tokens of a visitor void, because it became a proven person (T308).
///
/// # Errors
/// When the database fails.
pub async fn drop_tokens(tx: &mut Tx, visitor: VisitorId) -> Result<(), StoreError> {
    tx.execute(&DROP_TOKENS, params![visitor]).await?;
    Ok(())
}
