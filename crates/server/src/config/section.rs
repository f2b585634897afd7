//! How a section of the configuration is declared: its keys, their defaults and their words in one place, so the
//! example file cannot say anything else.

/// One key of a section, for the example file.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment, a line each.
    pub docs: &'static [&'static str],
    /// What the example file shows instead of a default that is empty.
    pub example: Option<&'static str>,
}

/// A section of the configuration.
pub trait Section: Default + serde::Serialize + serde::de::DeserializeOwned {
    /// What stands in brackets in the file.
    const NAME: &'static str;
    /// Its doc comment, a line each.
    const DOCS: &'static [&'static str];
    /// Its keys in order.
    const KEYS: &'static [Key];

    /// What types alone do not say.
    ///
    /// # Errors
    /// The first key that makes no sense, and why.
    fn check(&self) -> Result<(), Fault> {
        Ok(())
    }
}

/// A key that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Its name within the section.
    pub key: &'static str,
    /// Why.
    pub reason: String,
}

impl Fault {
    /// Refuses numbers outside of a range.
    ///
    /// # Errors
    /// When `value` is outside.
    pub fn unless_in<T: PartialOrd + std::fmt::Display>(
        key: &'static str,
        value: T,
        range: std::ops::RangeInclusive<T>,
    ) -> Result<(), Self> {
        if range.contains(&value) {
            return Ok(());
        }
        Err(Self {
            key,
            reason: format!("{value} is not between {} and {}", range.start(), range.end()),
        })
    }
}

/// Declares a section: `/// words  key: Type = default;`, with `=> "example"` for defaults that are empty.
macro_rules! section {
    (
        $(#[doc = $section_doc:literal])+
        pub struct $section:ident in $name:literal {
            $($(#[doc = $doc:literal])+ $key:ident: $type:ty = $default:expr $(=> $example:literal)?;)+
        }
    ) => {
        $(#[doc = $section_doc])+
        #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $section {
            $($(#[doc = $doc])+ pub $key: $type,)+
        }

        impl Default for $section {
            fn default() -> Self {
                Self { $($key: $default,)+ }
            }
        }

        impl $section {
            const ALL_KEYS: &'static [$crate::config::section::Key] = &[$($crate::config::section::Key {
                name: stringify!($key),
                docs: &[$($doc),+],
                example: [$(Some($example),)? None][0],
            },)+];
            const ALL_DOCS: &'static [&'static str] = &[$($section_doc),+];
            const SECTION: &'static str = $name;
        }
    };
}

/// The part of [`Section`] that every section has alike.
macro_rules! described {
    () => {
        const NAME: &'static str = Self::SECTION;
        const DOCS: &'static [&'static str] = Self::ALL_DOCS;
        const KEYS: &'static [$crate::config::section::Key] = Self::ALL_KEYS;
    };
}

pub(super) use {described, section};
