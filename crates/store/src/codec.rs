//! Words and documents as columns.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// A column that does not hold what it must.
pub(crate) fn broken(reason: impl std::fmt::Display) -> StoreError {
    StoreError::Decode {
        statement: "a stored document",
        column: 0,
        reason: reason.to_string(),
    }
}

/// A document as JSON text.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(broken)
}

/// A document from JSON text.
///
/// # Errors
/// When the text is not such a document.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(broken)
}

/// A closed word (an enum without content) as bare text.
///
/// # Errors
/// When the value is no such enum.
pub fn to_word(value: &impl Serialize) -> Result<String, StoreError> {
    match serde_json::to_value(value).map_err(broken)? {
        serde_json::Value::String(word) => Ok(word),
        other => Err(broken(format!("{other} is no word"))),
    }
}

/// A closed word from bare text.
///
/// # Errors
/// When the text is no such word.
pub fn from_word<T: DeserializeOwned>(word: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).map_err(broken)
}

/// The text in small letters, one by one: what PostgreSQL's `LOWER` makes of it. Whole words would be another thing, such as
/// a Greek one that ends in sigma.
#[must_use]
pub fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// A `LIKE … ESCAPE '!'` pattern that finds `text` anywhere, in lower case; its own wild cards are plain
/// characters (T807).
#[must_use]
pub fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for character in lower(text).chars() {
        if matches!(character, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

#[cfg(test)]
mod tests {
    use super::like_pattern;

    /// T807: what a person types is looked for literally.
    #[test]
    fn wild_cards_are_plain_characters() {
        assert_eq!(like_pattern("50%_A!"), "%50!%!_a!!%");
    }
}
