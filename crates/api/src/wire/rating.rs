//! Rating configs, and rating a session.

use app::{rating_configs, ratings};
use domain::ids::{RatingConfigId, SessionId};
use domain::message::ClientId;
use domain::moment::Moment;
use domain::rating::RatingConfig;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::channel::ChannelName;

/// A rating config by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RatingConfigName {
    /// Which.
    pub id: RatingConfigId,
    /// Its name.
    pub name: String,
}

/// One rating config of the list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct StoredRatingConfig {
    /// Which.
    pub id: RatingConfigId,
    /// What it says.
    pub config: RatingConfig,
    /// Channels that are bound to it.
    pub channels: Vec<ChannelName>,
    /// Since when.
    pub created_at: Moment,
    /// When it changed last.
    pub updated_at: Moment,
}

/// Copies a rating config.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyRatingConfig {
    /// Name of the copy, 1 to 64 characters.
    pub name: String,
}

/// Asks to rate the open session (MSG-24).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingWish {
    /// The sender's key (C02).
    pub client_id: ClientId,
}

/// A visitor's rating.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GiveRating {
    /// The sender's key (C02).
    pub client_id: ClientId,
    /// The session that is rated, open or over.
    pub session_id: SessionId,
    /// Id of the level, as the request names it.
    pub level_id: String,
    /// In the visitor's own words, at most 1,000 characters, where the request wants them.
    #[schema(nullable = false)]
    pub comment: Option<String>,
}

/// A line that was added to a session.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct NotedLine {
    /// Its session.
    pub session_id: SessionId,
    /// Its number.
    pub seq: i64,
}

impl From<rating_configs::RatingConfigFacts> for StoredRatingConfig {
    fn from(facts: rating_configs::RatingConfigFacts) -> Self {
        Self {
            id: facts.id,
            config: facts.config,
            channels: facts
                .channels
                .into_iter()
                .map(|(id, title)| ChannelName { id, title })
                .collect(),
            created_at: facts.created_at,
            updated_at: facts.updated_at,
        }
    }
}

impl From<ratings::Noted> for NotedLine {
    fn from(noted: ratings::Noted) -> Self {
        Self {
            session_id: noted.session,
            seq: noted.seq,
        }
    }
}
