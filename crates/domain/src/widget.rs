//! The chat on a customer's own pages: where its launcher stands, and which websites may show it (CHAN-04).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::field::{Fault, FieldError, check_label};
use crate::words::words;

/// Longest text beside the launcher, in characters.
pub const LAUNCHER_TEXT_MAX_CHARS: usize = 24;
/// Most websites of one channel.
pub const WEBSITES_MAX: usize = 50;
/// Longest spelling of a website, in bytes.
const WEBSITE_MAX_BYTES: usize = 300;

words! {
    /// The lower corner of a page in which the launcher stands.
    pub enum Side {
        /// The right one.
        Right = "right",
        /// The left one.
        Left = "left",
    }
}

/// Checks the text beside the launcher; an empty one is none.
///
/// # Errors
/// Longer than 24 characters, with hidden characters or with blanks at its ends (T103, T108).
pub fn check_launcher_text(text: &str) -> Result<(), FieldError> {
    if text.is_empty() {
        return Ok(());
    }
    check_label(text, LAUNCHER_TEXT_MAX_CHARS).map_err(|fault| fault.of("launcher_text"))
}

/// A website that may show the chat: an origin such as `https://shop.example`, or all hosts below a name as
/// `https://*.shop.example` (T213). Kept in the one spelling that browsers use, which is also a source of the
/// `frame-ancestors` directive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Website(String);

/// Stands for any labels before a host.
const ANY: &str = "*.";

impl Website {
    /// The spelling of browsers.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a page of this origin belongs to the website: the same scheme, host and port, after parsing. With a
    /// wild card any host below the name belongs to it, as in `frame-ancestors`; the name itself does not.
    #[must_use]
    pub fn is_home_of(&self, origin: &str) -> bool {
        let Some(origin) = plain_origin(origin) else {
            return false;
        };
        match self.0.split_once("://*.") {
            None => self.0 == origin,
            Some((scheme, rest)) => origin
                .strip_prefix(scheme)
                .and_then(|origin| origin.strip_prefix("://"))
                .and_then(|host| host.strip_suffix(rest))
                .is_some_and(|labels| labels.len() > 1 && labels.ends_with('.')),
        }
    }
}

/// The origin of an address that is nothing but an origin; of `http` and `https` only.
fn plain_origin(text: &str) -> Option<String> {
    if text.len() > WEBSITE_MAX_BYTES || text.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\') {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_bare = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    let has_plain_host = match url.host()? {
        // Only what host names are made of: the parser would let through what ends a place in a header.
        Host::Domain(name) => {
            !name.ends_with('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        }
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    };
    (is_bare && has_plain_host && matches!(url.scheme(), "http" | "https")).then(|| url.origin().ascii_serialization())
}

impl FromStr for Website {
    type Err = Fault;

    /// Reads what an administrator wrote; names are brought to the spelling of browsers (punycode, small letters, no
    /// standard port, no slash at the end).
    fn from_str(text: &str) -> Result<Self, Fault> {
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err(Fault::Malformed);
        };
        let Some(name) = rest.strip_prefix(ANY) else {
            return plain_origin(text).map(Self).ok_or(Fault::Malformed);
        };
        // A wild card directly below a public suffix would let strangers in; a name of one label surely is one.
        let origin = plain_origin(&format!("{scheme}://{name}")).ok_or(Fault::Malformed)?;
        let (scheme, host) = origin.split_once("://").ok_or(Fault::Malformed)?;
        let url = Url::parse(&origin).map_err(|_| Fault::Malformed)?;
        let is_deep = matches!(url.host(), Some(Host::Domain(name)) if name.contains('.'));
        if is_deep {
            Ok(Self(format!("{scheme}://{ANY}{host}")))
        } else {
            Err(Fault::Malformed)
        }
    }
}

impl TryFrom<String> for Website {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

impl From<Website> for String {
    fn from(website: Website) -> Self {
        website.0
    }
}

impl fmt::Display for Website {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Reads all websites of a channel: each once, in their order.
///
/// # Errors
/// More than 50, or one that is no origin (T213).
pub fn websites<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Website>, FieldError> {
    let mut websites = Vec::new();
    for text in texts {
        let website: Website = text.trim().parse().map_err(|fault: Fault| fault.of("websites"))?;
        if !websites.contains(&website) {
            websites.push(website);
        }
        if websites.len() > WEBSITES_MAX {
            return Err(Fault::TooLong.of("websites"));
        }
    }
    Ok(websites)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn website(text: &str) -> Website {
        text.parse().unwrap_or_else(|fault| panic!("{text:?}: {fault}"))
    }

    /// T213: whatever the spelling, one website has one, and it is that of browsers.
    #[test]
    fn websites_are_kept_in_one_spelling() {
        for (written, kept) in [
            ("https://shop.example", "https://shop.example"),
            ("HTTPS://Shop.Example/", "https://shop.example"),
            ("https://shop.example:443", "https://shop.example"),
            ("https://shop.example:8443", "https://shop.example:8443"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("https://商店.example", "https://xn--czrs0t.example"),
            ("https://*.Shop.example", "https://*.shop.example"),
            ("https://*.shop.example:8443/", "https://*.shop.example:8443"),
        ] {
            assert_eq!(website(written).as_str(), kept, "{written:?}");
        }
        for bad in [
            "",
            "*",
            "null",
            "shop.example",
            "//shop.example",
            "ftp://shop.example",
            "javascript:alert(1)",
            "https://",
            "https://shop.example/path",
            "https://shop.example?x",
            "https://shop.example#x",
            "https://user@shop.example",
            "https://shop.example.",
            "https://*",
            "https://*.example",
            "https://*.127.0.0.1",
            "https://a.*.example",
            "https://a*.shop.example",
            "https://*.*.shop.example",
            "https://shop.example; script-src *",
            "https://shop.example https://evil.example",
            "https://shop.example\n",
            "https:\\\\shop.example",
        ] {
            assert!(bad.parse::<Website>().is_err(), "{bad:?} was taken");
        }
    }

    /// T213: an origin matches exactly, after parsing; a wild card is whole labels at the left end only.
    #[test]
    fn origins_match_exactly() {
        let exact = website("https://good.com");
        for good in ["https://good.com", "https://GOOD.com", "https://good.com:443"] {
            assert!(exact.is_home_of(good), "{good:?}");
        }
        for bad in [
            "https://good.com.evil.tld",
            "https://evilgood.com",
            "https://www.good.com",
            "http://good.com",
            "https://good.com:8443",
            "https://good.com.",
            "https://good.com@evil.tld",
            "https://evil.tld#good.com",
            "null",
            "",
            "file://",
            "https://gооd.com",
        ] {
            assert!(!exact.is_home_of(bad), "{bad:?}");
        }
        let below = website("https://*.good.com");
        for good in ["https://www.good.com", "https://a.b.good.com"] {
            assert!(below.is_home_of(good), "{good:?}");
        }
        for bad in [
            "https://good.com",
            "https://evilgood.com",
            "https://.good.com",
            "http://www.good.com",
            "https://www.good.com:8443",
        ] {
            assert!(!below.is_home_of(bad), "{bad:?}");
        }
    }

    /// T103: the launcher's text is a short plain label, or none.
    #[test]
    fn launcher_texts_are_labels() {
        for good in ["", "Chat with us", "在线咨询", "<b>"] {
            assert_eq!(check_launcher_text(good), Ok(()), "{good:?}");
        }
        for bad in [" ", "a\nb", "x\u{202e}", &"字".repeat(25)] {
            assert!(check_launcher_text(bad).is_err(), "{bad:?}");
        }
    }

    /// T213: each website stands in the list once, and lists are short.
    #[test]
    fn lists_are_short_and_without_repeats() {
        let list = websites(["https://a.example", " https://A.example/ ", "https://b.example"]).expect("good");
        assert_eq!(list.len(), 2);
        let many: Vec<String> = (0..=WEBSITES_MAX).map(|n| format!("https://s{n}.example")).collect();
        assert!(websites(many.iter().map(String::as_str)).is_err());
        assert_eq!(websites(["nonsense"]).expect_err("bad").field, "websites");
    }

    proptest! {
        /// T213: what is kept reads back as itself and cannot end its place in a header.
        #[test]
        fn kept_websites_are_safe_in_a_header(text in "\\PC{0,60}|https?://[*a-z0-9.:;, -]{0,40}") {
            if let Ok(website) = text.parse::<Website>() {
                prop_assert!(website.as_str().bytes().all(|b| b.is_ascii_graphic() && !b"; ,'\"".contains(&b)));
                prop_assert_eq!(website.as_str().parse::<Website>(), Ok(website.clone()));
            }
        }
    }
}
