//! Website channels (CHAN-01).

use app::channels;
use domain::channel::ChannelKind;
use domain::ids::{ChannelId, FlowId, RatingConfigId};
use domain::moment::Moment;
use domain::widget::Side;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::flow::FlowName;
use super::rating::RatingConfigName;

/// A channel by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChannelName {
    /// Which.
    pub id: ChannelId,
    /// Its title.
    pub title: String,
}

/// One channel.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Channel {
    /// Which.
    pub id: ChannelId,
    /// What kind of place it is.
    pub kind: ChannelKind,
    /// What stands in the chat page's address.
    pub key: String,
    /// Shown in the chat's title bar.
    pub title: String,
    /// Colour of the chat, `#rrggbb`.
    pub colour: String,
    /// The flow that new sessions run.
    pub flow: FlowName,
    /// How new sessions may be rated; not at all when left out (ADM-12).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rating_config: Option<RatingConfigName>,
    /// Whether only visitors with a signed identity may talk (SEC-03).
    pub requires_identity: bool,
    /// Whether a secret for signing identities was made.
    pub has_identity_secret: bool,
    /// Path of the chat page.
    pub url_path: String,
    /// Address of this desk as its operator set it, for links and scripts that stand elsewhere (T225).
    pub desk_url: String,
    /// The corner of other pages in which the launcher stands (CHAN-04).
    pub launcher_side: Side,
    /// Text beside the launcher; empty: none.
    pub launcher_text: String,
    /// Websites that may show the chat, as `https://shop.example` or `https://*.shop.example`; none: only this desk's own
    /// pages (T212).
    pub websites: Vec<String>,
    /// Since when.
    pub created_at: Moment,
}

/// A new channel.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    /// 1 to 64 characters.
    pub title: String,
    /// `#rrggbb`.
    #[schema(nullable = false)]
    pub colour: Option<String>,
    /// The bound flow.
    pub flow_id: FlowId,
    /// The bound rating config; sessions are not rated when left out.
    #[schema(nullable = false)]
    pub rating_config_id: Option<RatingConfigId>,
    /// Whether only visitors with a signed identity may talk.
    #[serde(default)]
    pub requires_identity: bool,
    /// 3 to 40 small letters, digits and `-`; made up when left out (T316).
    #[schema(nullable = false)]
    pub key: Option<String>,
    /// The corner of other pages in which the launcher stands; the right one when left out.
    #[schema(nullable = false)]
    pub launcher_side: Option<Side>,
    /// Text beside the launcher, at most 24 characters; none when left out.
    #[schema(nullable = false)]
    pub launcher_text: Option<String>,
    /// Websites that may show the chat, at most 50: origins, or all hosts below a name with `*.` (T213).
    #[serde(default)]
    #[schema(required = false)]
    pub websites: Vec<String>,
}

/// A change of a channel; what is left out stays. It affects new sessions only (CHAN-14).
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelChange {
    /// 1 to 64 characters.
    #[schema(nullable = false)]
    pub title: Option<String>,
    /// `#rrggbb`.
    #[schema(nullable = false)]
    pub colour: Option<String>,
    /// The bound flow.
    #[schema(nullable = false)]
    pub flow_id: Option<FlowId>,
    /// The bound rating config; null: new sessions are not rated any more.
    #[serde(
        default,
        deserialize_with = "null_is_something",
        skip_serializing_if = "Option::is_none"
    )]
    #[schema(required = false, value_type = Option<RatingConfigId>)]
    pub rating_config_id: Option<Option<RatingConfigId>>,
    /// Whether only visitors with a signed identity may talk.
    #[schema(nullable = false)]
    pub requires_identity: Option<bool>,
    /// The corner of other pages in which the launcher stands.
    #[schema(nullable = false)]
    pub launcher_side: Option<Side>,
    /// Text beside the launcher, at most 24 characters; empty: none.
    #[schema(nullable = false)]
    pub launcher_text: Option<String>,
    /// Websites that may show the chat, at most 50: origins, or all hosts below a name with `*.` (T213).
    #[schema(nullable = false)]
    pub websites: Option<Vec<String>>,
}

/// A secret, shown this once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IdentitySecret {
    /// 64 hexadecimal digits; the key of HMAC-SHA256.
    pub secret: String,
}

/// A field that may be left out, be null or be something.
#[allow(clippy::option_option, reason = "three answers, as they come")]
fn null_is_something<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(field).map(Some)
}

impl Channel {
    /// A channel of a desk that is reached at `desk_url`.
    #[must_use]
    pub fn of(facts: channels::ChannelFacts, desk_url: &str) -> Self {
        Self {
            desk_url: desk_url.to_owned(),
            launcher_side: facts.launcher.side,
            launcher_text: facts.launcher.text,
            websites: facts.websites.into_iter().map(String::from).collect(),
            id: facts.id,
            kind: facts.kind,
            url_path: format!("/chat/{}", facts.key),
            key: facts.key,
            title: facts.title,
            colour: facts.colour,
            flow: FlowName {
                id: facts.flow_id,
                name: facts.flow_name,
            },
            rating_config: facts.rating_config.map(|(id, name)| RatingConfigName { id, name }),
            requires_identity: facts.requires_identity,
            has_identity_secret: facts.has_identity_secret,
            created_at: facts.created_at,
        }
    }
}

impl From<NewChannel> for channels::NewChannel {
    fn from(new: NewChannel) -> Self {
        Self {
            title: new.title,
            colour: new.colour,
            flow_id: new.flow_id,
            rating_config_id: new.rating_config_id,
            requires_identity: new.requires_identity,
            key: new.key,
            launcher: channels::Launcher {
                side: new.launcher_side.unwrap_or(Side::Right),
                text: new.launcher_text.unwrap_or_default(),
            },
            websites: new.websites,
        }
    }
}

impl From<ChannelChange> for channels::ChannelChange {
    fn from(change: ChannelChange) -> Self {
        Self {
            title: change.title,
            colour: change.colour,
            flow_id: change.flow_id,
            rating_config_id: change.rating_config_id,
            requires_identity: change.requires_identity,
            launcher_side: change.launcher_side,
            launcher_text: change.launcher_text,
            websites: change.websites,
        }
    }
}
