//! What people send each other, and its limits.

use serde::{Deserialize, Serialize};

use crate::attachment::Attachment;
use crate::rating::RatingRequest;
use crate::words::words;

mod card;
pub mod plain;
mod question;
pub mod tencent;

pub use card::{ADDRESS_MAX_BYTES, CARD_FIELDS_MAX, CARD_HEADER_MAX_CHARS, Card, CardField, LinkedImage};
pub use question::{Choice, Form, FormInput, ITEM_ID_MAX_BYTES, ITEM_MAX_CHARS, ITEMS_MAX, Menu, MenuItem};

/// Longest message text, in characters (not bytes: a Chinese character counts once).
pub const TEXT_MAX_CHARS: usize = 4_000;
/// How much of a message a session list shows, in characters.
pub const PREVIEW_CHARS: usize = 120;
/// Longest `client_id`, in bytes (C02).
pub const CLIENT_ID_MAX: usize = 64;

/// The content of a message as it is stored and shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Plain text, emoji included; stored exactly as written, never as markup (T101, T804).
    Text {
        /// At most [`TEXT_MAX_CHARS`] characters.
        text: String,
    },
    /// A picture that browsers show: png, jpeg, gif or webp, decided by its bytes (T602).
    Image {
        /// The stored picture.
        attachment: Attachment,
    },
    /// Any other file, offered for download.
    File {
        /// The stored file.
        attachment: Attachment,
    },
    /// A picture that lies elsewhere (FLOW-05).
    LinkedImage(LinkedImage),
    /// A card (MSG-22).
    Card(Card),
    /// A choice of options (MSG-15). What was chosen is said by a later line.
    Menu(Menu),
    /// A question with a field (MSG-21). What was filled in is said by a later line.
    Form(Form),
    /// A request to rate the session (MSG-09). The answer is said by a later line.
    Rating(RatingRequest),
}

impl Content {
    /// One line for lists, notifications and titles: the text with its white space folded, cut at
    /// [`PREVIEW_CHARS`]; for a picture or file its name, for what asks what it asks.
    #[must_use]
    pub fn preview(&self) -> String {
        let source = match self {
            Self::Text { text } => text.as_str(),
            Self::Image { attachment } | Self::File { attachment } => attachment.name.as_str(),
            Self::LinkedImage(image) => image.alt.as_str(),
            Self::Card(card) => card.header.as_str(),
            Self::Menu(menu) => menu.header.as_str(),
            Self::Form(form) => form.header.as_str(),
            Self::Rating(request) => request.head.as_str(),
        };
        let mut folded = String::new();
        for word in source.split_whitespace() {
            if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
            if folded.chars().count() > PREVIEW_CHARS {
                break;
            }
        }
        folded.chars().take(PREVIEW_CHARS).collect()
    }

    /// Which sign a list shows before the preview.
    #[must_use]
    pub const fn kind(&self) -> ContentKind {
        match self {
            Self::Text { .. } => ContentKind::Text,
            Self::Image { .. } => ContentKind::Image,
            Self::File { .. } => ContentKind::File,
            Self::LinkedImage(_) => ContentKind::LinkedImage,
            Self::Card(_) => ContentKind::Card,
            Self::Menu(_) => ContentKind::Menu,
            Self::Form(_) => ContentKind::Form,
            Self::Rating(_) => ContentKind::Rating,
        }
    }
}

words! {
    /// The kind of a message without its content; the word is the content's `type`.
    pub enum ContentKind {
        /// [`Content::Text`].
        Text = "text",
        /// [`Content::Image`].
        Image = "image",
        /// [`Content::File`].
        File = "file",
        /// [`Content::LinkedImage`].
        LinkedImage = "linked_image",
        /// [`Content::Card`].
        Card = "card",
        /// [`Content::Menu`].
        Menu = "menu",
        /// [`Content::Form`].
        Form = "form",
        /// [`Content::Rating`].
        Rating = "rating",
    }
}

/// Why a text is not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the message is empty")]
    Empty,
    /// More than [`TEXT_MAX_CHARS`] characters.
    #[error("the message is longer than {TEXT_MAX_CHARS} characters")]
    TooLong,
    /// U+0000, which no store keeps.
    #[error("the message holds a character that cannot be stored")]
    Unstorable,
}

/// Checks a text before anything else is done with it; it is never changed (T804).
///
/// # Errors
/// Empty, too long, or with a NUL character.
pub fn check_text(text: &str) -> Result<(), TextError> {
    // Bytes first: no character takes more than four, so a huge text is refused without counting it.
    if text.len() > TEXT_MAX_CHARS * 4 || text.chars().count() > TEXT_MAX_CHARS {
        return Err(TextError::TooLong);
    }
    if text.contains('\0') {
        return Err(TextError::Unstorable);
    }
    if text.trim().is_empty() {
        return Err(TextError::Empty);
    }
    Ok(())
}

/// The key by which a sender recognises its own command (C02): 1 to 64 visible ASCII characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, utoipa::ToSchema)]
#[serde(transparent)]
#[schema(min_length = 1, max_length = 64)]
pub struct ClientId(String);

/// A key that is empty, too long or not plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client_id is 1 to 64 visible ASCII characters")]
pub struct BadClientId;

impl ClientId {
    /// Takes `text` as a key.
    ///
    /// # Errors
    /// Empty, longer than 64 bytes, or with anything but visible ASCII.
    pub fn parse(text: impl Into<String>) -> Result<Self, BadClientId> {
        let text = text.into();
        let is_plain =
            !text.is_empty() && text.len() <= CLIENT_ID_MAX && text.bytes().all(|byte| byte.is_ascii_graphic());
        if is_plain { Ok(Self(text)) } else { Err(BadClientId) }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ClientId {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Self::parse(String::deserialize(input)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T804: length counts characters, so 4,000 Chinese characters fit and one more does not.
    #[test]
    fn the_limit_counts_characters() {
        assert_eq!(check_text(&"汉".repeat(TEXT_MAX_CHARS)), Ok(()));
        assert_eq!(check_text(&"汉".repeat(TEXT_MAX_CHARS + 1)), Err(TextError::TooLong));
        assert_eq!(check_text(&"a".repeat(1 << 20)), Err(TextError::TooLong));
    }

    #[test]
    fn blank_and_nul_texts_are_refused() {
        assert_eq!(check_text(" \n\u{3000}"), Err(TextError::Empty));
        assert_eq!(check_text("a\0b"), Err(TextError::Unstorable));
    }

    /// WORK-03: lists show one line.
    #[test]
    fn a_preview_is_one_short_line() {
        let content = Content::Text {
            text: format!("  hello\n\tworld {}", "x".repeat(500)),
        };
        let preview = content.preview();
        assert!(preview.starts_with("hello world x"));
        assert_eq!(preview.chars().count(), PREVIEW_CHARS);
    }

    /// C02: the key is bounded before it reaches the store.
    #[test]
    fn client_ids_are_plain_and_short() {
        assert!(ClientId::parse("a".repeat(64)).is_ok());
        for bad in ["", &"a".repeat(65), "a b", "é", "a\n"] {
            assert_eq!(ClientId::parse(bad), Err(BadClientId), "{bad:?}");
        }
    }
}
