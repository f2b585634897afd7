//! How a contact centre receives visitors: what happens when an agent's connection is lost, and when its days begin.

use serde::{Deserialize, Serialize};

use crate::field::{Fault, FieldError};

/// How long an agent's sessions may stay after the connection was lost, in seconds.
pub const GRACE_SECONDS: std::ops::RangeInclusive<i64> = 5..=3_600;
/// Longest name of a time zone, in bytes.
const ZONE_MAX: usize = 64;

/// What an administrator sets for the whole contact centre (ADM-13).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ReceptionSettings {
    /// How long the sessions of an agent stay after the connection was lost, in seconds (C11).
    pub grace_seconds: i64,
    /// What happens to them after that (ROUTE-22).
    pub after_grace: AfterGrace,
    /// IANA name of the zone in which days begin, for figures of today. Empty: the server's own.
    pub time_zone: String,
}

/// What happens to open sessions of an agent who did not come back in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterGrace {
    /// They go back to their old places in the queue, so that somebody else takes them.
    Requeue,
    /// They stay and wait for the agent.
    Keep,
}

impl Default for ReceptionSettings {
    fn default() -> Self {
        Self {
            grace_seconds: 60,
            after_grace: AfterGrace::Requeue,
            time_zone: String::new(),
        }
    }
}

impl ReceptionSettings {
    /// Checks what can be checked without a list of time zones.
    ///
    /// # Errors
    /// Everything that is wrong, field by field.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut faults = Vec::new();
        if !GRACE_SECONDS.contains(&self.grace_seconds) {
            faults.push(Fault::OutOfRange.of("grace_seconds"));
        }
        if self.time_zone.len() > ZONE_MAX {
            faults.push(Fault::TooLong.of("time_zone"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ROUTE-22: settings of a contact centre that never set any, and of one that an older version wrote.
    #[test]
    fn what_is_missing_has_a_default() {
        let settings: ReceptionSettings = serde_json::from_str("{}").expect("settings");
        assert_eq!(settings, ReceptionSettings::default());
        assert_eq!(
            (settings.grace_seconds, settings.after_grace),
            (60, AfterGrace::Requeue)
        );
    }

    /// ROUTE-22: a grace has bounds, and a wrong one is told by its field.
    #[test]
    fn bounds_are_checked() {
        let with = |grace_seconds| ReceptionSettings {
            grace_seconds,
            ..ReceptionSettings::default()
        };
        assert!(with(5).check().is_ok() && with(3_600).check().is_ok());
        for wrong in [4, 3_601, -1] {
            let faults = with(wrong).check().expect_err("out of range");
            assert_eq!(faults, [Fault::OutOfRange.of("grace_seconds")]);
        }
    }
}
