//! How a contact centre receives visitors (ADM-13, ROUTE-22).

use domain::reception::{AfterGrace, ReceptionSettings as Settings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How a contact centre receives visitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReceptionSettings {
    /// How long the open sessions of an agent stay after the connection was lost, 5 to 3,600 seconds (C11).
    #[schema(minimum = 5, maximum = 3_600)]
    pub grace_seconds: i64,
    /// What happens to them after that (ROUTE-22).
    pub after_grace: AfterGrace,
    /// IANA name of the time zone in which days begin, for figures of today. Empty: the server's own.
    pub time_zone: String,
}

impl From<Settings> for ReceptionSettings {
    fn from(settings: Settings) -> Self {
        Self {
            grace_seconds: settings.grace_seconds,
            after_grace: settings.after_grace,
            time_zone: settings.time_zone,
        }
    }
}

impl From<ReceptionSettings> for Settings {
    fn from(settings: ReceptionSettings) -> Self {
        Self {
            grace_seconds: settings.grace_seconds,
            after_grace: settings.after_grace,
            time_zone: settings.time_zone,
        }
    }
}
