//! The rating of each session that may be rated (RATE-02).

use domain::ids::{RatingConfigId, SessionId, TenantId};
use domain::moment::Moment;
use domain::rating::Rating;

use crate::codec::{broken, from_json, to_json};
use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    BEGIN = "INSERT INTO ratings (session_id, tenant_id, config_id, config)
             SELECT $1, tenant_id, id, config FROM rating_configs WHERE tenant_id = $2 AND id = $3";
    FIND = "SELECT config, line, request, answered_at, answer FROM ratings WHERE tenant_id = $1 AND session_id = $2";
    SAVE = "UPDATE ratings SET line = $3, request = $4, answered_at = $5, answer = $6
            WHERE tenant_id = $1 AND session_id = $2";
}

row! {
    struct RatingRow {
        config: String,
        line: Option<i64>,
        request: Option<String>,
        answered_at: Option<i64>,
        answer: Option<String>,
    }
}

/// Keeps a config for a new session, as it is now (CHAN-14). A config that is gone leaves the session without a rating.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    tx: &mut Tx,
    (tenant, session): (TenantId, SessionId),
    config: RatingConfigId,
) -> Result<(), StoreError> {
    tx.execute(&BEGIN, params![session, tenant, config]).await?;
    Ok(())
}

/// The rating of a session; `None` when it may not be rated.
///
/// # Errors
/// When the database fails or the row is broken.
pub async fn find<Q: Query>(q: &mut Q, tenant: TenantId, session: SessionId) -> Result<Option<Rating>, StoreError> {
    let row: Option<RatingRow> = q.optional(&FIND, params![tenant, session]).await?;
    row.map(rating).transpose()
}

fn rating(row: RatingRow) -> Result<Rating, StoreError> {
    let asked = match (row.line, row.request) {
        (Some(line), Some(request)) => Some((line, from_json(&request)?)),
        (None, None) => None,
        _ => return Err(broken("a rating request without its line")),
    };
    let answered = match (row.answered_at, row.answer) {
        (Some(at), Some(answer)) => Some((Moment(at), from_json(&answer)?)),
        (None, None) => None,
        _ => return Err(broken("a rating without its time")),
    };
    Ok(Rating {
        config: from_json(&row.config)?,
        asked,
        answered,
    })
}

/// Writes what was asked and answered. The session must be saved in the same transaction: its version is what keeps
/// two answers apart.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &mut Tx, (tenant, session): (TenantId, SessionId), rating: &Rating) -> Result<(), StoreError> {
    let request = rating.asked.as_ref().map(|(_, request)| to_json(request)).transpose()?;
    let answer = rating
        .answered
        .as_ref()
        .map(|(_, answer)| to_json(answer))
        .transpose()?;
    let values = params![
        tenant,
        session,
        rating.asked.as_ref().map(|(line, _)| *line),
        request,
        rating.answered.as_ref().map(|(at, _)| at.0),
        answer
    ];
    tx.execute(&SAVE, values).await?;
    Ok(())
}
