//! Sessions as agents see them.

use std::collections::BTreeMap;

use domain::ids::{SessionId, SkillGroupId, VisitorId};
use domain::message::ClientId;
use domain::moment::Moment;
use domain::session::{EndedBy, LastMessage};
use domain::visitor::Language;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entry::{Entry, NewContent, Posted};
use super::me::{Me, SkillGroupName};
use super::problem::Problem;

/// Where a session in an agent's list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ListedStage {
    /// Being served.
    Active,
    /// Over.
    Ended,
}

/// One session in an agent's list.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SessionSummary {
    /// Which.
    pub id: SessionId,
    /// Where it stands.
    pub stage: ListedStage,
    /// Who talks.
    pub visitor: SessionVisitor,
    /// `title@channel` (CHAN-18).
    pub source: String,
    /// The queue it came through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub skill_group: Option<SkillGroupName>,
    /// When it began.
    pub started_at: Moment,
    /// When the agent got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub assigned_at: Option<Moment>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_at: Option<Moment>,
    /// Who or what ended it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ended_by: Option<EndedBy>,
    /// Number of its newest line.
    pub last_seq: i64,
    /// The newest message.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub last_message: Option<LastMessage>,
    /// Visitor's messages that the agent has not read.
    pub unread: i64,
    /// How far the agent has read.
    pub agent_read: i64,
    /// How far the visitor has read.
    pub visitor_read: i64,
}

/// The visitor of a session.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SessionVisitor {
    /// Which.
    pub id: VisitorId,
    /// Name shown.
    pub nickname: String,
    /// Whether a page is open and connected (WORK-03).
    pub online: bool,
    /// The host page's own user id, when its signature was checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub external_id: Option<String>,
    /// Language of the visitor's page.
    pub language: Language,
    /// The visitor's browser, as it names itself.
    pub user_agent: String,
    /// The first visit.
    pub first_seen_at: Moment,
    /// Address of a picture that the host page told of: a text, which no agent's browser is to load (T106). The desk fetches it:
    /// `GET /sessions/{id}/visitor-picture`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub avatar: Option<String>,
    /// What the host page tells about the visitor, through the visitor's browser: shown, never believed (T307).
    pub custom_data: BTreeMap<String, String>,
}

/// How many wait in a skill group (WORK-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QueueCount {
    /// Which group.
    pub skill_group_id: SkillGroupId,
    /// Its name.
    pub name: String,
    /// Sessions in its queue.
    pub waiting: i64,
}

/// Everything an agent's page shows at first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Workbench {
    /// Place in the agent's stream that this picture belongs to (C04).
    pub cursor: i64,
    /// The life of the database that this is from; another one follows a restored backup (C17).
    pub generation: String,
    /// Own state.
    pub me: Me,
    /// Open sessions and ended ones that are not put away, newest change first.
    pub sessions: Vec<SessionSummary>,
    /// Queues of the own groups.
    pub queues: Vec<QueueCount>,
}

/// Lines of one session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Entries {
    /// Which session.
    pub session_id: SessionId,
    /// Its lines in order.
    pub entries: Vec<Entry>,
    /// Whether there are more in the asked direction.
    pub has_more: bool,
}

/// Which lines are wanted: after a number, before a number, or the newest.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EntriesQuery {
    /// Lines after this number.
    pub after_seq: Option<i64>,
    /// Lines before this number.
    pub before_seq: Option<i64>,
    /// At most so many, 1 to 200; 50 unless set.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
}

/// Messages of a visitor's earlier sessions, oldest first (WORK-06).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct History {
    /// The messages, each with its session.
    pub entries: Vec<Entry>,
    /// The sessions they belong to.
    pub sessions: Vec<HistorySession>,
    /// Cursor for older ones, when there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<String>,
}

/// An earlier session.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HistorySession {
    /// Which.
    pub id: SessionId,
    /// `title@channel`.
    pub source: String,
    /// When it began.
    pub started_at: Moment,
    /// The public name of who served it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub agent_nickname: Option<String>,
}

/// How to ask for history.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// `next` of the answer before.
    pub cursor: Option<String>,
    /// At most so many messages, 1 to 50; 10 unless set.
    #[param(minimum = 1, maximum = 50)]
    pub limit: Option<i64>,
}

/// Own sessions that are wanted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SessionsQuery {
    /// `active` or `ended`; ended unless set.
    pub state: Option<ListedStage>,
    /// Part of the visitor's nickname.
    #[param(max_length = 100)]
    pub query: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; 20 unless set.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
}

/// How far somebody has read.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMark {
    /// Everything up to this number was on the screen.
    pub seq: i64,
}

/// How many were put away.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct CompletedAll {
    /// Sessions put away.
    pub completed: i64,
}

/// Frames from an agent's page.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum AgentClientFrame {
    /// The first frame: what this page has already.
    Hello {
        /// Place in the agent's stream, when the page has one.
        #[serde(default)]
        #[schema(nullable = false)]
        cursor: Option<i64>,
        /// The last number of each session that the page has, at most 500.
        #[serde(default)]
        #[schema(required = false)]
        sessions: BTreeMap<SessionId, i64>,
        /// The life of the database that all this is from; in another one everything comes anew (C17).
        #[serde(default)]
        #[schema(nullable = false)]
        generation: Option<String>,
    },
    /// Say something.
    Post {
        /// The sender's key (C02).
        client_id: ClientId,
        /// Where.
        session_id: SessionId,
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
    /// The conversation up to here was on the screen.
    Read {
        /// Which session.
        session_id: SessionId,
        /// Up to here.
        seq: i64,
    },
    /// A key was pressed.
    Typing {
        /// Which session.
        session_id: SessionId,
    },
}

/// Frames to an agent's page.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AgentServerFrame {
    /// The whole list; replaces what the page has.
    Welcome {
        /// Place in the agent's stream.
        cursor: i64,
        /// Own state.
        me: Me,
        /// The list.
        sessions: Vec<SessionSummary>,
        /// Queues of the own groups.
        queues: Vec<QueueCount>,
        /// Whether the page's own cursor was still good.
        resumed: bool,
        /// The life of the database that this is from. Whoever has lines of another one forgets them.
        generation: String,
    },
    /// A session in the list now looks like this.
    Session {
        /// Place in the agent's stream.
        cursor: i64,
        /// The session.
        session: SessionSummary,
    },
    /// A session left the list.
    Removed {
        /// Place in the agent's stream.
        cursor: i64,
        /// Which.
        session_id: SessionId,
    },
    /// New lines.
    Entries {
        /// Which session.
        session_id: SessionId,
        /// Its lines in order.
        entries: Vec<Entry>,
    },
    /// The visitor has read.
    Read {
        /// Which session.
        session_id: SessionId,
        /// Up to here.
        visitor_read: i64,
    },
    /// The visitor came or went.
    VisitorOnline {
        /// Which session.
        session_id: SessionId,
        /// Whether a page is open and connected.
        online: bool,
    },
    /// The visitor is typing.
    Typing {
        /// Which session.
        session_id: SessionId,
    },
    /// Own state changed.
    Me {
        /// Now.
        me: Me,
    },
    /// Queues changed.
    Queues {
        /// All own groups.
        queues: Vec<QueueCount>,
    },
    /// A message is on disk.
    Ack(Posted),
    /// Not done.
    Refused {
        /// The key of what was refused.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        client_id: Option<String>,
        /// Why.
        problem: Problem,
    },
    /// What the page knows is too old.
    ResyncRequired,
    /// This sign-in is over (C12).
    Kicked {
        /// Why.
        reason: KickReason,
    },
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

/// Why a sign-in is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum KickReason {
    /// The same account signed in at another place (R28).
    Replaced,
    /// Signed out here or in another tab.
    SignedOut,
    /// By an administrator (ADM-06).
    ForcedOffline,
    /// The password was reset (ADM-04).
    PasswordReset,
    /// The account is gone (ADM-05).
    Deleted,
    /// It lasted its time.
    Expired,
}
