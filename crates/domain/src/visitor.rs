//! Visitors: what they are called, which language they read, and how a site vouches for them.

use std::collections::BTreeMap;

use url::Url;

use crate::field::{Fault, FieldError, LABEL_MAX_CHARS, check_label, is_hidden, is_reserved};
use crate::ids::{Id, VisitorId};
use crate::words::words;

/// Longest nickname, in characters.
pub const NICKNAME_MAX_CHARS: usize = LABEL_MAX_CHARS;
/// Longest user id that a site may vouch for, in characters.
pub const USER_ID_MAX_CHARS: usize = 128;
/// Most entries of the data that a site passes about a visitor.
pub const CUSTOM_DATA_MAX: usize = 20;
/// Longest value of such an entry, in characters.
pub const CUSTOM_VALUE_MAX_CHARS: usize = 256;
/// Longest address of a picture, in bytes.
const AVATAR_MAX_BYTES: usize = 500;

/// What a site passes about a visitor for agents to see, such as a customer's level or the page's article. It comes through the
/// visitor's browser, so it is never proof of anything (T307).
pub type CustomData = BTreeMap<String, String>;

words! {
    /// A language that the pages speak.
    pub enum Language {
        /// Simplified Chinese.
        Zh = "zh-CN",
        /// English.
        En = "en",
    }
}

impl Language {
    /// The first language of an `Accept-Language` header that the pages speak; Chinese when in doubt.
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let tag = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q=").map(str::trim))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            let language = match tag.split('-').next() {
                Some("zh" | "*") => Self::Zh,
                Some("en") => Self::En,
                _ => continue,
            };
            if weight > best.map_or(0.0, |(most, _)| most) {
                best = Some((weight, language));
            }
        }
        best.map_or(Self::Zh, |(_, language)| language)
    }
}

/// The name that a visitor asks for, made fit to show: without hidden characters, blanks folded, at most
/// [`NICKNAME_MAX_CHARS`]. `None` when nothing is left or the name would pass for the desk itself (T102, T108, T114).
#[must_use]
pub fn clean_nickname(raw: &str) -> Option<String> {
    // What lies beyond is cut anyway; a huge text is not walked.
    let near = raw.chars().take(NICKNAME_MAX_CHARS * 8);
    let visible: String = near
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_hidden(*c))
        .collect();
    let folded = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = folded.chars().take(NICKNAME_MAX_CHARS).collect();
    let nickname = cut.trim_end();
    if nickname.is_empty() || is_reserved(nickname) {
        None
    } else {
        Some(nickname.to_owned())
    }
}

/// What a visitor is called who gave no name: four digits of the id tell several apart in a list.
#[must_use]
pub fn default_nickname(id: VisitorId, language: Language) -> String {
    let digits = id.uuid().as_u128() % 10_000;
    match language {
        Language::Zh => format!("访客_{digits:04}"),
        Language::En => format!("Visitor_{digits:04}"),
    }
}

/// Checks a user id of the site that vouches for its visitor.
///
/// # Errors
/// Empty, longer than 128 characters, with blanks around or with hidden characters.
pub fn check_user_id(user_id: &str) -> Result<(), FieldError> {
    check_label(user_id, USER_ID_MAX_CHARS).map_err(|fault: Fault| fault.of("user_id"))
}

/// What a site passes about a visitor, made fit to show: plain text without hidden characters but line ends (T102, T108).
///
/// # Errors
/// More than 20 entries, a name that is no label of 64 characters, or a value longer than 256 characters.
pub fn clean_custom_data(data: &CustomData) -> Result<CustomData, FieldError> {
    let fault = |fault: Fault| fault.of("custom_data");
    if data.len() > CUSTOM_DATA_MAX {
        return Err(fault(Fault::TooLong));
    }
    let mut clean = CustomData::new();
    for (name, value) in data {
        check_label(name, LABEL_MAX_CHARS).map_err(fault)?;
        if value.len() > CUSTOM_VALUE_MAX_CHARS * 4 || value.chars().count() > CUSTOM_VALUE_MAX_CHARS {
            return Err(fault(Fault::TooLong));
        }
        let visible = value.chars().filter(|c| !is_hidden(*c) || *c == '\n').collect();
        clean.insert(name.clone(), visible);
    }
    Ok(clean)
}

/// Checks the address of a visitor's picture and brings it into one spelling. No agent's browser is sent there: the desk
/// fetches the picture (T106).
///
/// # Errors
/// Anything but a plain `https` address of at most 500 bytes.
pub fn check_avatar(address: &str) -> Result<String, FieldError> {
    let fault = || Fault::Malformed.of("avatar");
    let is_odd = |c: char| c.is_whitespace() || c == '\\' || is_hidden(c);
    if address.len() > AVATAR_MAX_BYTES || address.chars().any(is_odd) || !address.starts_with("https://") {
        return Err(fault());
    }
    let url = Url::parse(address).map_err(|_| fault())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(fault());
    }
    Ok(url.into())
}

/// The message that a site signs with its channel's secret to vouch for a visitor (SEC-03). The number comes first,
/// so that no user id can be written that reads as another id with another time.
#[must_use]
pub fn identity_message(user_id: &str, expires_at_seconds: i64) -> String {
    format!("frontdesk-identity:v1:{expires_at_seconds}:{user_id}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    /// CHAN-03: the page speaks the visitor's language, Chinese when in doubt.
    #[test]
    fn the_header_chooses_the_language() {
        for (header, language) in [
            ("", Language::Zh),
            ("fr-FR, de;q=0.9", Language::Zh),
            ("en", Language::En),
            ("en-GB,en;q=0.9,zh-CN;q=0.8", Language::En),
            ("zh-TW,zh;q=0.9,en;q=0.8", Language::Zh),
            ("fr, en;q=0.3, zh;q=0.2", Language::En),
            ("en;q=0, zh;q=0.1", Language::Zh),
            ("en;q=x", Language::Zh),
            ("*", Language::Zh),
            ("EN-us", Language::En),
        ] {
            assert_eq!(Language::from_accept_language(header), language, "{header:?}");
        }
    }

    /// T102, T108, T114: a visitor's name is visible and not the desk's.
    #[test]
    fn nicknames_are_made_harmless() {
        for (raw, clean) in [
            ("  Li \t Lei\n", Some("Li Lei")),
            ("<img onerror=x>", Some("<img onerror=x>")),
            ("a\u{202e}b\0", Some("ab")),
            ("\u{200b}", None),
            ("Sys\u{200b}tem", None),
            ("客服", None),
            ("", None),
        ] {
            assert_eq!(clean_nickname(raw).as_deref(), clean, "{raw:?}");
        }
    }

    /// CHAN-03: nameless visitors can be told apart, in either language.
    #[test]
    fn nameless_visitors_get_digits() {
        let id = VisitorId::from_uuid(Uuid::from_u128(120_042));
        assert_eq!(default_nickname(id, Language::Zh), "访客_0042");
        assert_eq!(default_nickname(id, Language::En), "Visitor_0042");
    }

    /// SEC-03: the documented message, byte for byte.
    #[test]
    fn the_signed_message_is_as_documented() {
        assert_eq!(
            identity_message("u:1", 1_700_000_000),
            "frontdesk-identity:v1:1700000000:u:1"
        );
    }

    /// SEC-03: user ids are printable and bounded.
    #[test]
    fn user_ids_are_printable() {
        assert_eq!(check_user_id("user-1@例"), Ok(()));
        for bad in ["", " x", "a\nb", "a\0", &"u".repeat(129)] {
            assert!(check_user_id(bad).is_err(), "{bad:?}");
        }
    }

    /// T102, CHAN-04: data about a visitor is small visible text; markup is only text.
    #[test]
    fn custom_data_is_small_and_visible() {
        let of = |name: &str, value: &str| CustomData::from([(name.to_owned(), value.to_owned())]);
        for (name, value) in [
            ("level", "gold"),
            ("等级", ""),
            ("__proto__", "<script>"),
            ("note", "two\nlines"),
        ] {
            assert_eq!(clean_custom_data(&of(name, value)), Ok(of(name, value)), "{name:?}");
        }
        for (name, value) in [("", "x"), (" a", "x"), ("a\u{202e}", "x"), ("a", &*"值".repeat(257))] {
            assert!(clean_custom_data(&of(name, value)).is_err(), "{name:?}: {value:?}");
        }
        assert_eq!(clean_custom_data(&of("a", "x\0\u{202e}y")), Ok(of("a", "xy")));
        let many: CustomData = (0..=CUSTOM_DATA_MAX).map(|n| (n.to_string(), String::new())).collect();
        assert!(clean_custom_data(&many).is_err());
    }

    /// T106: a picture's address is a plain `https` one.
    #[test]
    fn avatars_are_plain_https_addresses() {
        assert_eq!(
            check_avatar("https://Img.example/a.png?s=1"),
            Ok("https://img.example/a.png?s=1".to_owned())
        );
        for bad in [
            "",
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            " https://img.example/a.png",
            "ht\ttps://img.example/a.png",
            "http://img.example/a.png",
            "data:image/png;base64,AA==",
            "blob:https://img.example/1",
            "//img.example/a.png",
            "https:/img.example",
            "https:\\\\img.example",
            "https://good@img.example/a.png",
            "https://",
        ] {
            assert!(check_avatar(bad).is_err(), "{bad:?} was taken");
        }
    }

    proptest! {
        /// T102, T108: whatever comes in, the name that is kept is short, visible and stays as it is.
        #[test]
        fn a_cleaned_nickname_is_clean(raw in "\\PC{0,80}|.{0,200}") {
            if let Some(nickname) = clean_nickname(&raw) {
                prop_assert!(crate::field::check_label(&nickname, NICKNAME_MAX_CHARS).is_ok());
                prop_assert_eq!(clean_nickname(&nickname), Some(nickname));
            }
        }

        /// SEC-03: two identities never sign the same message.
        #[test]
        fn messages_are_unambiguous(a in ".{1,20}", b in ".{1,20}", x: i64, y: i64) {
            prop_assume!((&a, x) != (&b, y));
            prop_assert_ne!(identity_message(&a, x), identity_message(&b, y));
        }
    }
}
