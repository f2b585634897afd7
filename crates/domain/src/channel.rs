//! Channels: the places visitors come from (CHAN-01).

use std::ops::RangeInclusive;

use crate::field::{Fault, FieldError, LABEL_MAX_CHARS, check_label};
use crate::words::words;

mod abilities;

pub use abilities::Ability;

/// Length of a channel's key, in characters.
pub const KEY_CHARS: RangeInclusive<usize> = 3..=40;
/// The colour of a chat page that nobody chose one for.
pub const DEFAULT_COLOUR: &str = "#0b57d0";

words! {
    /// What kind of place a channel is.
    pub enum ChannelKind {
        /// A website's chat page.
        Web = "web",
        /// Tencent's IM, as an account that nobody signs in to.
        Im = "im",
        /// A WeChat official account of the service type.
        WechatService = "wechat_service",
        /// A WeChat official account of the subscription type.
        WechatSubscription = "wechat_subscription",
        /// Customer messages of a WeChat mini program.
        WechatMiniProgram = "wechat_mini_program",
        /// WeChat customer service.
        WechatKf = "wechat_kf",
    }
}

/// What a session's source reads everywhere: `title@channel` (CHAN-18).
#[must_use]
pub fn source(title: &str, kind: ChannelKind) -> String {
    format!("{title}@{kind}")
}

/// Checks a title.
///
/// # Errors
/// Empty, longer than 64 characters, or with hidden characters (T108).
pub fn check_title(title: &str) -> Result<(), FieldError> {
    check_label(title, LABEL_MAX_CHARS).map_err(|fault| fault.of("title"))
}

/// Checks a key, which stands in the chat page's address.
///
/// # Errors
/// Not 3 to 40 small letters, digits and `-`.
pub fn check_key(key: &str) -> Result<(), FieldError> {
    let is_plain = key
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if is_plain && KEY_CHARS.contains(&key.len()) {
        Ok(())
    } else {
        Err(Fault::Malformed.of("key"))
    }
}

/// Checks a colour. It ends up in a style sheet, so nothing but `#rrggbb` passes.
///
/// # Errors
/// Any other spelling.
pub fn check_colour(colour: &str) -> Result<(), FieldError> {
    let is_colour = colour
        .strip_prefix('#')
        .is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_colour {
        Ok(())
    } else {
        Err(Fault::Malformed.of("colour"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CHAN-18: title@channel, whatever the title holds.
    #[test]
    fn a_source_reads_title_at_channel() {
        assert_eq!(source("官网", ChannelKind::Web), "官网@web");
    }

    /// CHAN-01, T316: a key is a plain word of an address.
    #[test]
    fn keys_are_plain_words() {
        for good in ["demo", "a-1", &"k".repeat(40)] {
            assert_eq!(check_key(good), Ok(()), "{good:?}");
        }
        for bad in ["", "ab", "Demo", "de mo", "../x", "démo", &"k".repeat(41)] {
            assert!(check_key(bad).is_err(), "{bad:?}");
        }
    }

    /// CHAN-01: a colour brings nothing else into a style sheet.
    #[test]
    fn colours_are_six_digits() {
        assert_eq!(check_colour(DEFAULT_COLOUR), Ok(()));
        assert_eq!(check_colour("#FFaa00"), Ok(()));
        for bad in [
            "",
            "red",
            "#fff",
            "1677ff",
            "#1677ff;",
            "#1677fg",
            "#1677ff url(x)",
            "#汉汉",
        ] {
            assert!(check_colour(bad).is_err(), "{bad:?}");
        }
    }

    /// CHAN-01: titles are shown, so they are visible.
    #[test]
    fn titles_are_checked() {
        assert_eq!(check_title("Shop & <b>more</b>"), Ok(()), "markup is only text (T103)");
        assert_eq!(check_title("\u{202e}x"), Err(Fault::HiddenCharacters.of("title")));
    }
}
