//! Ids that know what they identify: an [`AgentId`] does not fit where a [`VisitorId`] is wanted.
//!
//! On the wire an id reads `agt_` and 32 hexadecimal digits; in the store it is a bare UUID. Ids are
//! time-ordered (UUID version 7) and no secret: knowing one gives nobody a right (T303).

use uuid::Uuid;

/// What every typed id can do.
pub trait Id: Copy + Ord + Send + Sync + 'static {
    /// What stands before the underscore on the wire, for example `agt`.
    const PREFIX: &'static str;
    /// The id of this kind that holds `uuid`.
    fn from_uuid(uuid: Uuid) -> Self;
    /// The bare value, as it is stored.
    fn uuid(self) -> Uuid;
}

/// Text that is no id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is not an id that begins with {expected}_")]
pub struct NotAnId {
    /// The prefix of the wanted kind.
    pub expected: &'static str,
}

/// Reads `prefix_` and 32 lower-case hexadecimal digits, and nothing else.
fn parse(text: &str, prefix: &'static str) -> Result<Uuid, NotAnId> {
    let refused = NotAnId { expected: prefix };
    let digits = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(refused.clone())?;
    let is_plain = digits.len() == 32
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !is_plain {
        return Err(refused);
    }
    Uuid::try_parse(digits).map_err(|_| refused)
}

macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl Id for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(out, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, out)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text, $prefix).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                out.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .pattern(Some(concat!("^", $prefix, "_[0-9a-f]{32}$")))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

id!(/** A contact centre; data never crosses tenants (ADM-15). */ TenantId, "ten");
id!(/** A person who answers visitors. */ AgentId, "agt");
id!(/** One sign-in of an agent at one place. */ LoginId, "log");
id!(/** A skill group with its queue. */ SkillGroupId, "grp");
id!(/** A place visitors come from. */ ChannelId, "chn");
id!(/** A session service flow. */ FlowId, "flw");
id!(/** An end user. */ VisitorId, "vis");
id!(/** One conversation from its first message to its end. */ SessionId, "ses");
id!(/** One line in a session's log. */ EntryId, "ent");
id!(/** A stored file; this id alone opens nothing. */ AttachmentId, "att");
id!(/** One mail or call that leaves the house. */ OutboxId, "out");
id!(/** A running server. */ NodeId, "nod");
id!(/** How sessions of a channel may be rated. */ RatingConfigId, "rtg");
id!(/** A bot that answers in flows. */ BotId, "bot");
id!(/** A secret that flows use without showing it. */ SecretId, "sec");

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What is written reads back, and as no other kind of id (T310).
        #[test]
        fn an_id_reads_back_only_as_its_own_kind(bits: u128) {
            let agent = AgentId::from_uuid(Uuid::from_u128(bits));
            let text = agent.to_string();
            prop_assert_eq!(text.parse::<AgentId>(), Ok(agent));
            prop_assert!(text.parse::<VisitorId>().is_err());
        }
    }

    /// T518: loose spellings of an id are refused, not repaired.
    #[test]
    fn loose_spellings_are_refused() {
        let good = AgentId::from_uuid(Uuid::from_u128(0xabc)).to_string();
        for bad in [
            "",
            "agt_",
            "agt_0",
            &good.to_uppercase(),
            &good.replace('_', "-"),
            &format!("{good}0"),
            &format!(" {good}"),
            "agt_00000000-0000-0000-0000-000000000abc",
        ] {
            assert!(bad.parse::<AgentId>().is_err(), "{bad:?} was taken for an id");
        }
    }
}
