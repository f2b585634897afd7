//! What can be wrong with one field that a person filled in, and the checks that several nouns share.

/// Longest label, title or name of a thing, in characters.
pub const LABEL_MAX_CHARS: usize = 64;

/// Names that would pass for the desk itself (T114); compared without case and inner blanks.
const RESERVED: [&str; 5] = ["system", "系统", "系統", "客服", "frontdesk"];

/// One wrong field. The words for people belong to the pages; this only says which field and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {fault}")]
pub struct FieldError {
    /// The field's name as it stands in the API.
    pub field: &'static str,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing, or nothing but blanks.
    #[error("must not be empty")]
    Required,
    /// Too many characters.
    #[error("is too long")]
    TooLong,
    /// Outside the allowed numbers.
    #[error("is out of range")]
    OutOfRange,
    /// Not written as it must be.
    #[error("is malformed")]
    Malformed,
    /// Characters that are not seen, or change how the rest reads (T108).
    #[error("holds hidden characters")]
    HiddenCharacters,
    /// A name that would pass for the desk itself (T114).
    #[error("is reserved")]
    Reserved,
}

impl Fault {
    /// This fault of `field`.
    #[must_use]
    pub const fn of(self, field: &'static str) -> FieldError {
        FieldError { field, fault: self }
    }
}

/// A stored or sent word that no case of `what` has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such {what}")]
pub struct UnknownWord {
    /// The enum's name.
    pub what: &'static str,
}

/// Checks a short text that people see: 1 to `max_chars` characters, none of them hidden, no blanks at its ends.
///
/// # Errors
/// The first thing that is wrong.
pub fn check_label(text: &str, max_chars: usize) -> Result<(), Fault> {
    // Bytes first: a huge text is refused without counting its characters.
    if text.len() > max_chars * 4 || text.chars().count() > max_chars {
        return Err(Fault::TooLong);
    }
    if text.chars().any(is_hidden) {
        return Err(Fault::HiddenCharacters);
    }
    if text.trim().is_empty() {
        return Err(Fault::Required);
    }
    if text.trim() != text {
        return Err(Fault::Malformed);
    }
    Ok(())
}

/// Checks a number.
///
/// # Errors
/// Outside `range`.
pub const fn check_range(number: i64, range: &std::ops::RangeInclusive<i64>) -> Result<(), Fault> {
    if number < *range.start() || number > *range.end() {
        Err(Fault::OutOfRange)
    } else {
        Ok(())
    }
}

/// Whether a public name would pass for the desk itself (T114).
#[must_use]
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&folded(name).as_str())
}

/// A text without blanks and hidden characters, in half width and lower case: what looks the same to people is the
/// same here.
#[must_use]
pub fn folded(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && !is_hidden(*character))
        .flat_map(|character| half_width(character).to_lowercase())
        .collect()
}

/// The plain form of a full-width letter, which would let `Ｓｙｓｔｅｍ` through.
const fn half_width(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => (character as u8).wrapping_add(0x20) as char,
        other => other,
    }
}

/// Characters that change how a text reads without being seen: controls, zero-width and bidirectional ones (T108).
#[must_use]
pub const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T108, T804: length counts characters; what cannot be seen is refused.
    #[test]
    fn labels_are_short_and_visible() {
        assert_eq!(check_label(&"汉".repeat(64), 64), Ok(()));
        assert_eq!(check_label("O'Brien <b>", 64), Ok(()), "markup is only text (T103)");
        for (text, fault) in [
            (&*"汉".repeat(65), Fault::TooLong),
            ("", Fault::Required),
            (" \u{3000}", Fault::Required),
            (" Ann", Fault::Malformed),
            ("An\0n", Fault::HiddenCharacters),
            ("An\nn", Fault::HiddenCharacters),
            ("nnA\u{202e}", Fault::HiddenCharacters),
            ("An\u{200b}n", Fault::HiddenCharacters),
            ("\u{3164}", Fault::HiddenCharacters),
        ] {
            assert_eq!(check_label(text, 64), Err(fault), "{text:?}");
        }
    }

    /// T114: nobody passes for the desk itself, however it is spelt.
    #[test]
    fn reserved_names_are_known_in_every_spelling() {
        for name in [
            "System",
            "SYSTEM",
            "s y s t e m",
            "Ｓｙｓｔｅｍ",
            "系统",
            "客服",
            "客 服",
            "FrontDesk",
        ] {
            assert!(is_reserved(name), "{name:?} passes for the desk");
        }
        for name in ["Ann", "客服小王", "Systema"] {
            assert!(!is_reserved(name), "{name:?} is an ordinary name");
        }
    }
}
