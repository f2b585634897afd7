//! Contents that show something of another website: a card, a picture by its address.

use serde::{Deserialize, Serialize};
use url::Url;

use super::TEXT_MAX_CHARS;
use crate::field::{Fault, FieldError};

/// Longest heading of a card, and longest alternative text of a picture, in characters.
pub const CARD_HEADER_MAX_CHARS: usize = 200;
/// Most fields of a card.
pub const CARD_FIELDS_MAX: usize = 20;
/// Longest address in a content, in bytes.
pub const ADDRESS_MAX_BYTES: usize = 2_000;

/// A card, for example of goods (MSG-22). All parts are texts; only the heading must say something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Heading, at most [`CARD_HEADER_MAX_CHARS`] characters.
    pub header: String,
    /// What stands below it; may be empty.
    pub desc: String,
    /// `https` address of a picture; may be empty.
    pub pic: String,
    /// `https` or `http` address that a click opens; may be empty.
    pub url: String,
    /// More about it, in rows; newer messengers know them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<CardField>,
}

/// One row of a card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CardField {
    /// What it is about.
    pub name: String,
    /// What it says; may be empty.
    pub value: String,
}

/// A picture that lies elsewhere (FLOW-05).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkedImage {
    /// Its `https` address.
    pub url: String,
    /// What it shows, for those who cannot see it; may be empty.
    pub alt: String,
}

impl Card {
    /// Checks limits and addresses.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), FieldError> {
        check_shown(&self.header, CARD_HEADER_MAX_CHARS).map_err(|fault| fault.of("header"))?;
        check_kept(&self.desc, TEXT_MAX_CHARS).map_err(|fault| fault.of("desc"))?;
        if !self.pic.is_empty() {
            check_address(&self.pic, &["https"]).map_err(|fault| fault.of("pic"))?;
        }
        if !self.url.is_empty() {
            check_address(&self.url, &["https", "http"]).map_err(|fault| fault.of("url"))?;
        }
        if self.fields.len() > CARD_FIELDS_MAX {
            return Err(Fault::OutOfRange.of("fields"));
        }
        for field in &self.fields {
            let name = check_shown(&field.name, CARD_HEADER_MAX_CHARS);
            let value = check_kept(&field.value, CARD_HEADER_MAX_CHARS);
            name.and(value).map_err(|fault| fault.of("fields"))?;
        }
        Ok(())
    }
}

impl LinkedImage {
    /// Checks limits and the address.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), FieldError> {
        check_address(&self.url, &["https"]).map_err(|fault| fault.of("url"))?;
        check_kept(&self.alt, CARD_HEADER_MAX_CHARS).map_err(|fault| fault.of("alt"))
    }
}

/// A text that may be blank: within its limit, and without U+0000, which no store keeps.
pub(super) fn check_kept(text: &str, max_chars: usize) -> Result<(), Fault> {
    // Bytes first: no character takes more than four, so a huge text is refused without counting it.
    if text.len() > max_chars * 4 || text.chars().count() > max_chars {
        return Err(Fault::TooLong);
    }
    if text.contains('\0') {
        return Err(Fault::HiddenCharacters);
    }
    Ok(())
}

/// The same for a text that must say something.
pub(super) fn check_shown(text: &str, max_chars: usize) -> Result<(), Fault> {
    check_kept(text, max_chars)?;
    if text.trim().is_empty() {
        Err(Fault::Required)
    } else {
        Ok(())
    }
}

/// An absolute address with one of the schemes, a host and no password: pages make links of it, so nothing like
/// `javascript:` may pass (T101).
fn check_address(text: &str, schemes: &[&str]) -> Result<(), Fault> {
    if text.len() > ADDRESS_MAX_BYTES {
        return Err(Fault::TooLong);
    }
    // The parser forgives blanks and line breaks; a reader of the same text elsewhere might not.
    if text
        .chars()
        .any(|character| character.is_whitespace() || crate::field::is_hidden(character))
    {
        return Err(Fault::Malformed);
    }
    let url = Url::parse(text).map_err(|_| Fault::Malformed)?;
    let is_plain =
        schemes.contains(&url.scheme()) && url.has_host() && url.username().is_empty() && url.password().is_none();
    if is_plain { Ok(()) } else { Err(Fault::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            header: "伞".to_owned(),
            desc: String::new(),
            pic: "https://shop.example/umbrella.png".to_owned(),
            url: "http://shop.example/umbrella?id=1#top".to_owned(),
            fields: vec![CardField {
                name: "Price".to_owned(),
                value: String::new(),
            }],
        }
    }

    /// MSG-22: only the heading must say something.
    #[test]
    fn a_card_needs_a_heading_only() {
        assert_eq!(card().check(), Ok(()));
        let bare = Card {
            header: "Umbrella".to_owned(),
            ..Card::default()
        };
        assert_eq!(bare.check(), Ok(()));
        assert_eq!(Card::default().check(), Err(Fault::Required.of("header")));
        let many = Card {
            fields: vec![card().fields[0].clone(); CARD_FIELDS_MAX + 1],
            ..card()
        };
        assert_eq!(many.check(), Err(Fault::OutOfRange.of("fields")));
        let mut nameless = card();
        nameless.fields[0].name.clear();
        assert_eq!(nameless.check(), Err(Fault::Required.of("fields")));
    }

    /// T101: an address that a page makes a link of cannot run anything.
    #[test]
    fn addresses_are_plain() {
        for bad in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " https://a.example/",
            "https://a.example/\u{202e}gnp",
            "data:text/html,x",
            "//a.example/x",
            "/x",
            "https:///",
            "https://ann:secret@a.example/",
            "ftp://a.example/",
        ] {
            let with_url = Card {
                url: bad.to_owned(),
                ..card()
            };
            assert_eq!(with_url.check(), Err(Fault::Malformed.of("url")), "{bad:?}");
        }
        let with_pic = Card {
            pic: "http://a.example/x.png".to_owned(),
            ..card()
        };
        assert_eq!(
            with_pic.check(),
            Err(Fault::Malformed.of("pic")),
            "pages load pictures by https only"
        );
        let long = Card {
            url: format!("https://a.example/{}", "x".repeat(ADDRESS_MAX_BYTES)),
            ..card()
        };
        assert_eq!(long.check(), Err(Fault::TooLong.of("url")));
    }

    /// FLOW-05: a picture by its address.
    #[test]
    fn a_linked_image_needs_an_address() {
        let image = |url: &str| LinkedImage {
            url: url.to_owned(),
            alt: String::new(),
        };
        assert_eq!(image("https://a.example/x.png").check(), Ok(()));
        assert_eq!(image("").check(), Err(Fault::Malformed.of("url")));
        assert_eq!(image("http://a.example/x.png").check(), Err(Fault::Malformed.of("url")));
    }
}
