//! How sessions of a channel may be rated (ADM-12).

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::field::{Fault, FieldError, LABEL_MAX_CHARS, check_label, check_range};
use crate::words::words;

/// How many levels there may be.
pub const LEVELS: RangeInclusive<usize> = 1..=10;
/// What a level may be worth; more is better.
pub const VALUES: RangeInclusive<i64> = 1..=10;
/// How long a request may stay open, in hours.
pub const VALID_HOURS: RangeInclusive<i64> = 1..=24;
/// Longest invitation and longest thanks, in characters.
pub const TEXT_MAX_CHARS: usize = 500;
/// Longest comment, in characters.
pub const COMMENT_MAX_CHARS: usize = 1_000;

words! {
    /// How levels are drawn (RATE-01).
    pub enum LevelStyle {
        /// As a row of stars: the first level is one star.
        Stars = "stars",
        /// As a list of numbers.
        Numbers = "numbers",
    }
}

/// One level of a config.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// What the visitor reads, unique in its config.
    pub content: String,
    /// How good it is, 1 to 10, unique in its config; more is better. Said here because neither the place nor the id of
    /// a level tells it (R1).
    pub value: i64,
}

/// Who may start a rating; each may or may not, in any mixture (ADM-12).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Starters {
    /// The desk itself, when the session ends.
    pub at_end: bool,
    /// The agent, who invites the visitor (WORK-14).
    pub agent: bool,
    /// The visitor (MSG-24).
    pub visitor: bool,
}

/// How sessions may be rated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingConfig {
    /// For administrators, at most 64 characters.
    pub name: String,
    /// 1 to 10 levels in the order in which they are shown. As stars they rise in value from the first to the last.
    pub levels: Vec<Level>,
    /// How they are drawn.
    pub style: LevelStyle,
    /// Said above the levels, at most 500 characters.
    pub invitation: String,
    /// Said after the answer, at most 500 characters; may be empty.
    pub thanks: String,
    /// How long a request stays open, 1 to 24 hours.
    pub valid_hours: i64,
    /// Who may start a rating.
    pub starters: Starters,
    /// Whether a comment may be written beside the level, where the channel has a field for it (RATE-01).
    pub wants_comment: bool,
}

impl RatingConfig {
    /// Checks all of it.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let checks = [
            check_label(&self.name, LABEL_MAX_CHARS).map_err(|fault| fault.of("name")),
            self.check_levels().map_err(|fault| fault.of("levels")),
            check_text(&self.invitation, true).map_err(|fault| fault.of("invitation")),
            check_text(&self.thanks, false).map_err(|fault| fault.of("thanks")),
            check_range(self.valid_hours, &VALID_HOURS).map_err(|fault| fault.of("valid_hours")),
        ];
        let faults: Vec<FieldError> = checks.into_iter().filter_map(Result::err).collect();
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    fn check_levels(&self) -> Result<(), Fault> {
        if !LEVELS.contains(&self.levels.len()) {
            return Err(Fault::OutOfRange);
        }
        let (mut contents, mut values) = (BTreeSet::new(), BTreeSet::new());
        for level in &self.levels {
            check_label(&level.content, LABEL_MAX_CHARS)?;
            check_range(level.value, &VALUES)?;
            // A text that stands twice cannot be told apart in an answer, a value that does says nothing.
            if !contents.insert(&level.content) || !values.insert(level.value) {
                return Err(Fault::Malformed);
            }
        }
        let rises = self.levels.is_sorted_by(|one, next| one.value < next.value);
        if self.style == LevelStyle::Stars && !rises {
            return Err(Fault::Malformed);
        }
        Ok(())
    }
}

fn check_text(text: &str, must_say_something: bool) -> Result<(), Fault> {
    if text.len() > TEXT_MAX_CHARS * 4 || text.chars().count() > TEXT_MAX_CHARS {
        return Err(Fault::TooLong);
    }
    if text.contains('\0') {
        return Err(Fault::HiddenCharacters);
    }
    if must_say_something && text.trim().is_empty() {
        return Err(Fault::Required);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(content: &str, value: i64) -> Level {
        Level {
            content: content.to_owned(),
            value,
        }
    }

    fn config(style: LevelStyle, levels: Vec<Level>) -> RatingConfig {
        RatingConfig {
            name: "Usual".to_owned(),
            levels,
            style,
            invitation: "How was it?".to_owned(),
            thanks: String::new(),
            valid_hours: 24,
            starters: Starters::default(),
            wants_comment: true,
        }
    }

    /// ADM-12: the limits of each field.
    #[test]
    fn fields_have_limits() {
        let good = config(LevelStyle::Numbers, vec![level("不满意", 1), level("满意", 5)]);
        assert_eq!(good.check(), Ok(()));
        let bad = RatingConfig {
            name: " ".to_owned(),
            levels: vec![],
            invitation: "汉".repeat(501),
            thanks: "\0".to_owned(),
            valid_hours: 25,
            ..good.clone()
        };
        let fields = [
            Fault::Required.of("name"),
            Fault::OutOfRange.of("levels"),
            Fault::TooLong.of("invitation"),
            Fault::HiddenCharacters.of("thanks"),
            Fault::OutOfRange.of("valid_hours"),
        ];
        assert_eq!(bad.check(), Err(fields.to_vec()));
        for (count, is_good) in [(1, true), (10, true), (11, false)] {
            let levels = (1..=count).map(|n| level(&n.to_string(), n)).collect();
            assert_eq!(
                config(LevelStyle::Numbers, levels).check().is_ok(),
                is_good,
                "{count} levels"
            );
        }
    }

    /// R1: numbers may stand in any order of value; stars rise, because more stars look better.
    #[test]
    fn r1_polarity_is_said_and_consistent() {
        let falling = vec![level("Very good", 5), level("Good", 4), level("Bad", 1)];
        assert_eq!(config(LevelStyle::Numbers, falling.clone()).check(), Ok(()));
        let fault = Err(vec![Fault::Malformed.of("levels")]);
        assert_eq!(config(LevelStyle::Stars, falling).check(), fault);
        let rising = vec![level("Bad", 1), level("Good", 4), level("Very good", 10)];
        assert_eq!(config(LevelStyle::Stars, rising).check(), Ok(()));
        for twice in [
            vec![level("Good", 1), level("Good", 2)],
            vec![level("Bad", 1), level("Good", 1)],
        ] {
            assert_eq!(config(LevelStyle::Numbers, twice).check(), fault);
        }
    }
}
