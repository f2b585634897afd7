//! Website channels (CHAN-01).

use domain::channel::ChannelKind;
use domain::ids::{ChannelId, FlowId};
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow::FlowName;

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
    /// Whether only visitors with a signed identity may talk (SEC-03).
    pub requires_identity: bool,
    /// Whether a secret for signing identities was made.
    pub has_identity_secret: bool,
    /// Path of the chat page.
    pub url_path: String,
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
    /// Whether only visitors with a signed identity may talk.
    #[serde(default)]
    pub requires_identity: bool,
    /// 3 to 40 small letters, digits and `-`; made up when left out (T316).
    #[schema(nullable = false)]
    pub key: Option<String>,
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
    /// Whether only visitors with a signed identity may talk.
    #[schema(nullable = false)]
    pub requires_identity: Option<bool>,
}

/// A secret, shown this once.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct IdentitySecret {
    /// 64 hexadecimal digits; the key of HMAC-SHA256.
    pub secret: String,
}
