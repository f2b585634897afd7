//! Enums that are one word wherever they are written: in the store, on the wire and in a setting.

/// Declares such an enum with its words: `as_str` and `FromStr` for the store, serde and the schema for the wire
/// from the same spelling, so that the three cannot drift apart.
macro_rules! words {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$case_meta:meta])* $case:ident = $word:tt,)+ }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, utoipa::ToSchema,
        )]
        pub enum $name {
            $($(#[$case_meta])* #[serde(rename = $word)] $case,)+
        }

        impl $name {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Self] = &[$(Self::$case,)+];

            /// The word as it is stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$case => $word,)+
                }
            }
        }

        /// From its word only: a number, which would do where values are read a second time, is none (T518).
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = String::deserialize(from)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::field::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok(Self::$case),)+
                    _ => Err($crate::field::UnknownWord { what: stringify!($name) }),
                }
            }
        }
    };
}

pub(crate) use words;
