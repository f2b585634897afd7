//! What visitors' pages send and see.

use domain::channel::ChannelKind;
use domain::ids::{SessionId, VisitorId};
use domain::message::ClientId;
use domain::moment::Moment;
use domain::session::EndedBy;
use domain::visitor::{CustomData, Language};
use domain::widget::Side;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entry::{NewContent, Posted, VisitorEntry};
use super::problem::Problem;

/// A channel, as anybody may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicChannel {
    /// What stands in the address.
    pub key: String,
    /// What kind of place it is.
    pub kind: ChannelKind,
    /// Shown in the title bar.
    pub title: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Whether a signed identity is needed.
    pub requires_identity: bool,
    /// What the flow says at first.
    pub greeting: Vec<String>,
    /// Largest upload in bytes.
    pub upload_max_bytes: i64,
}

/// How the chat begins on another page (CHAN-04).
#[derive(Debug, Serialize, ToSchema)]
pub struct Launcher {
    /// What the panel is called.
    pub title: String,
    /// `#rrggbb`.
    pub colour: String,
    /// The corner in which the launcher stands.
    pub side: Side,
    /// Text beside it; empty: none.
    pub text: String,
}

/// Asks for a visitor's token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The token that this browser has already.
    #[schema(nullable = false, max_length = 128)]
    pub token: Option<String>,
    /// Language of the page.
    #[schema(nullable = false)]
    pub language: Option<Language>,
    /// Name to be shown, at most 64 characters.
    #[schema(nullable = false)]
    pub nickname: Option<String>,
    /// Address of a picture of the visitor, `https` only; empty: none any more. The desk fetches it for agents (T106).
    #[schema(nullable = false, max_length = 500)]
    pub avatar: Option<String>,
    /// Data about the visitor for agents to see, in place of what was told before: at most 20 texts of 256 characters, with names
    /// of 64.
    #[schema(nullable = false)]
    pub custom_data: Option<CustomData>,
    /// Who the host page says this is, signed (SEC-03).
    #[schema(nullable = false)]
    pub identity: Option<SignedIdentity>,
}

/// Who the host page says the visitor is. The signature is HMAC-SHA256 with the channel's secret over
/// `frontdesk-identity:v1:<expires_at>:<user_id>`, in hexadecimal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedIdentity {
    /// The host page's own id of this person, 1 to 128 characters.
    pub user_id: String,
    /// Unix seconds after which the signature is void; at most a day ahead.
    pub expires_at: i64,
    /// 64 hexadecimal digits.
    pub signature: String,
}

/// Who this browser is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VisitorName {
    /// Which visitor.
    pub id: VisitorId,
    /// Name shown to agents.
    pub nickname: String,
}

/// A visitor's token, when a new one was made; else the old one stays good.
#[derive(Serialize, ToSchema)]
pub struct Token {
    /// The visitor.
    pub visitor: VisitorName,
    /// The new token: a secret of this browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub token: Option<String>,
}

/// Where a visitor's session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorStage {
    /// The flow has it.
    InFlow,
    /// It waits for an agent.
    Waiting,
    /// An agent serves it.
    Active,
    /// It is over.
    Ended,
}

/// A visitor's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct VisitorSession {
    /// Which.
    pub id: SessionId,
    /// Where it stands.
    pub stage: VisitorStage,
    /// People before this one, while it waits (ROUTE-01).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ahead: Option<i64>,
    /// Who serves it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agent: Option<PublicAgent>,
    /// The agent has read up to here.
    pub agent_read: i64,
    /// The visitor has read up to here.
    pub visitor_read: i64,
    /// Number of the newest line in the visitor's view.
    pub last_seq: i64,
    /// When it began.
    pub started_at: Moment,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<Moment>,
    /// Who or what ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_by: Option<EndedBy>,
}

/// An agent, as visitors see one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PublicAgent {
    /// Public name.
    pub nickname: String,
    /// Public number.
    pub staff_no: String,
}

/// Everything a visitor's page shows at first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorConversation {
    /// Who this browser is.
    pub visitor: VisitorName,
    /// The open session, else the latest one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub session: Option<VisitorSession>,
    /// Its lines: the newest 50, or all after the number that was asked for.
    pub entries: Vec<VisitorEntry>,
    /// Whether there is something before these lines.
    pub has_earlier: bool,
    /// What the flow says at first; shown while no session is open.
    pub greeting: Vec<String>,
    /// The life of the database that these lines are from; another one follows a restored backup (C17).
    pub generation: String,
}

/// What a visitor's page has already.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// The session that the page shows.
    pub session_id: Option<SessionId>,
    /// Only lines after this number of that session.
    pub after_seq: Option<i64>,
    /// The life of the database that the page's lines are from; in another one all lines come anew.
    pub generation: Option<String>,
}

/// Lines before those that the page shows, oldest first, also of earlier sessions.
#[derive(Debug, Serialize, ToSchema)]
pub struct VisitorHistory {
    /// The lines, each with its session.
    pub entries: Vec<VisitorEntry>,
    /// Whether there are older ones.
    pub has_earlier: bool,
}

/// The oldest line that the page shows.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct VisitorHistoryQuery {
    /// Its session.
    pub before_session_id: SessionId,
    /// Its number.
    pub before_seq: i64,
    /// At most so many lines, 1 to 100; 30 unless set.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

/// Ends the visitor's open session.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitorEnd {
    /// The sender's key (C02).
    pub client_id: ClientId,
}

/// The last line that a visitor's page has.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LastSeen {
    /// The session it shows.
    pub session_id: SessionId,
    /// The number of its newest line there.
    pub seq: i64,
    /// The life of the database that it is from; in another one all lines come anew.
    #[serde(default)]
    #[schema(nullable = false)]
    pub generation: Option<String>,
}

/// Frames from a visitor's page.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum VisitorClientFrame {
    /// The first frame: who, and what this page has already.
    Hello {
        /// Key of the channel.
        channel: String,
        /// This browser's secret.
        token: String,
        /// Language of the page.
        #[serde(default)]
        #[schema(nullable = false)]
        language: Option<Language>,
        /// The last line that the page has.
        #[serde(default)]
        #[schema(nullable = false)]
        last: Option<LastSeen>,
    },
    /// Say something.
    Post {
        /// The sender's key (C02).
        client_id: ClientId,
        /// What.
        content: NewContent,
    },
    /// Send what I miss.
    CatchUp {
        /// Which session.
        session_id: SessionId,
        /// The last good number.
        after_seq: i64,
    },
    /// Everything up to here was on a visible screen.
    Read {
        /// Up to here.
        seq: i64,
    },
    /// A key was pressed.
    Typing {},
    /// End the session.
    End {
        /// The sender's key (C02).
        client_id: ClientId,
    },
}

/// Frames to a visitor's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum VisitorServerFrame {
    /// The whole state.
    Welcome {
        /// The conversation; with `resumed` its lines are only what came after `last`.
        conversation: Box<VisitorConversation>,
        /// Whether the lines are added to what the page has, rather than replacing it.
        resumed: bool,
    },
    /// The session's state, always whole.
    Session {
        /// The session.
        session: VisitorSession,
    },
    /// New lines.
    Entries {
        /// Which session.
        session_id: SessionId,
        /// Its lines in order.
        entries: Vec<VisitorEntry>,
    },
    /// A message is on disk.
    Ack(Posted),
    /// The session was ended as asked.
    Ended {
        /// The key of the request.
        client_id: String,
    },
    /// Not done.
    Refused {
        /// The key of what was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        client_id: Option<String>,
        /// Why.
        problem: Problem,
    },
    /// The agent is typing.
    Typing,
    /// What the page knows is too old.
    ResyncRequired,
    /// The server stops.
    GoingAway {
        /// Come back after so many milliseconds.
        reconnect_after_ms: i64,
    },
    /// Nothing new; the server lives.
    Beat {
        /// Server time.
        at: Moment,
    },
}
