//! Skill groups: who serves what, and how much of it (ADM-09).

use std::ops::RangeInclusive;

use crate::agent::HARD_LIMIT;
use crate::field::{FieldError, LABEL_MAX_CHARS, check_label, check_range};
use crate::words::words;

/// Allowed reception limits: at so many open sessions an agent gets no more from this group (R6).
pub const RECEPTION_LIMITS: RangeInclusive<i64> = 1..=HARD_LIMIT;
/// Allowed priorities of a member; 1 is asked first (ROUTE-02).
pub const PRIORITIES: RangeInclusive<i64> = 1..=5;
/// The priority of a new member.
pub const PRIORITY_DEFAULT: i64 = 3;

words! {
    /// What a skill group serves.
    pub enum SkillGroupKind {
        /// Online sessions.
        Online = "online",
    }
}

/// Checks a group's name.
///
/// # Errors
/// Empty, longer than 64 characters, or with hidden characters (T108).
pub fn check_name(name: &str) -> Result<(), FieldError> {
    check_label(name, LABEL_MAX_CHARS).map_err(|fault| fault.of("name"))
}

/// Checks a reception limit.
///
/// # Errors
/// Outside 1 to 200.
pub fn check_reception_limit(limit: i64) -> Result<(), FieldError> {
    check_range(limit, &RECEPTION_LIMITS).map_err(|fault| fault.of("reception_limit"))
}

/// Checks a member's priority.
///
/// # Errors
/// Outside 1 to 5.
pub fn check_priority(priority: i64) -> Result<(), FieldError> {
    check_range(priority, &PRIORITIES).map_err(|fault| fault.of("priority"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::Fault;

    /// ADM-09, R6: limits and priorities keep their bounds.
    #[test]
    fn numbers_have_bounds() {
        assert!([1, 200].iter().all(|limit| check_reception_limit(*limit).is_ok()));
        assert!(
            [-1, 0, 201, i64::MAX]
                .iter()
                .all(|limit| check_reception_limit(*limit).is_err())
        );
        assert!((1..=5).all(|priority| check_priority(priority).is_ok()));
        assert!([0, 6].iter().all(|priority| check_priority(*priority).is_err()));
        assert_eq!(check_priority(PRIORITY_DEFAULT), Ok(()));
    }

    /// ADM-09: names say which field is wrong.
    #[test]
    fn names_are_checked() {
        assert_eq!(check_name("售前"), Ok(()));
        assert_eq!(check_name(""), Err(Fault::Required.of("name")));
        assert_eq!(check_name(&"x".repeat(65)), Err(Fault::TooLong.of("name")));
    }
}
