//! What the nodes of a flow do, kind by kind (FLOW-03 to FLOW-12).
//!
//! Texts may hold parameters (`${WaitNo}`); an empty text says nothing unless its field tells otherwise. What a draft
//! still lacks (a group, a bot, a secret) is left out; [`crate::flow::check`] finds it.

use serde::{Deserialize, Serialize};

use super::hours::ServiceHours;
use crate::ids::{BotId, SecretId, SkillGroupId};

/// Names of the ports that nodes have. Options of a branch and branches of a condition have their ids as ports.
pub mod port {
    /// The only way on.
    pub const NEXT: &str = "next";
    /// Now is within the service hours.
    pub const WITHIN: &str = "within";
    /// Now is outside of them.
    pub const OUTSIDE: &str = "outside";
    /// An agent took the session.
    pub const ACCEPTED: &str = "accepted";
    /// Nobody took it within the queue time.
    pub const TIMED_OUT: &str = "timed_out";
    /// The queue is full, or nobody is online.
    pub const UNAVAILABLE: &str = "unavailable";
    /// No branch of the condition holds.
    pub const DEFAULT: &str = "default";
    /// The visitor asked the robot for a person.
    pub const TO_HUMAN: &str = "to_human";
    /// The robot could not help.
    pub const UNRESOLVED: &str = "unresolved";
    /// The robot helped.
    pub const SOLVED: &str = "solved";
}

/// What a node does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum NodeKind {
    /// Where every session begins (FLOW-03).
    #[serde(deserialize_with = "no_fields")]
    Start,
    /// Goes one of two ways by the clock (FLOW-04).
    ServiceTime(ServiceTime),
    /// Says something (FLOW-05).
    SendMessage(SendMessage),
    /// Lets the visitor choose the way (FLOW-06).
    Branch(Branch),
    /// Queues for a person (FLOW-07).
    TransferToHuman(TransferToHuman),
    /// Asks for a piece of information (FLOW-08).
    CollectInformation(CollectInformation),
    /// Calls another system (FLOW-09).
    CallApi(CallApi),
    /// Goes one of several ways by what is known (FLOW-10).
    Condition(Condition),
    /// Lets a bot answer (FLOW-11).
    Robot(Robot),
    /// The end, and the texts of ends (FLOW-12).
    End(End),
}

impl NodeKind {
    /// The ports that this node has, in the order in which they are drawn; each must be connected.
    #[must_use]
    pub fn ports(&self) -> Vec<&str> {
        match self {
            Self::Start | Self::SendMessage(_) | Self::CollectInformation(_) | Self::CallApi(_) => vec![port::NEXT],
            Self::ServiceTime(_) => vec![port::WITHIN, port::OUTSIDE],
            Self::Branch(branch) => branch.options.iter().map(|option| option.id.as_str()).collect(),
            Self::TransferToHuman(_) => vec![port::ACCEPTED, port::TIMED_OUT, port::UNAVAILABLE],
            Self::Condition(condition) => {
                let own = condition.branches.iter().map(|branch| branch.id.as_str());
                own.chain([port::DEFAULT]).collect()
            }
            Self::Robot(_) => vec![port::TO_HUMAN, port::UNRESOLVED, port::SOLVED],
            Self::End(_) => vec![],
        }
    }
}

/// A service-time node (FLOW-04). The flow's time zone counts. Ports `within` and `outside`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ServiceTime {
    /// When there is service.
    pub hours: ServiceHours,
}

/// A send-message node (FLOW-05). Port `next`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// What is said or shown.
    pub message: FlowMessage,
}

/// What a send-message node says or shows. All texts and addresses may hold parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FlowMessage {
    /// A text; nothing is said when it is blank.
    Text {
        /// Which.
        text: String,
    },
    /// A picture by its address.
    Image {
        /// Its `https` address. Parameters may stand in path and query only and are percent-encoded.
        url: String,
        /// What it shows, for those who cannot see it; may be empty.
        alt: String,
    },
    /// A card (MSG-22).
    Card {
        /// Heading; must not be blank.
        header: String,
        /// What stands below it; may be empty.
        desc: String,
        /// `https` address of a picture, with parameters as above; may be empty.
        pic: String,
        /// `https` or `http` address that a click opens, with parameters as above; may be empty.
        url: String,
    },
}

/// Longest heading of a card and longest description of a picture, in characters; what is longer when filled in is
/// cut.
pub(super) const HEADING_MAX_CHARS: usize = 200;

/// A branch node (FLOW-06). Its ports are the ids of its options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// What stands above the options; must not be blank.
    pub title: String,
    /// Said when the visitor sends anything else; must not be blank.
    pub unmatched_text: String,
    /// The options, at least one.
    pub options: Vec<BranchOption>,
}

/// One way out of a branch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchOption {
    /// Unique in the node; its port.
    pub id: String,
    /// What is shown, what a click sends, and what a visitor may send instead: exactly these characters (R14).
    pub value: String,
    /// A remark beside it; may be empty.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    #[schema(required = false)]
    pub remark: String,
    /// Other texts that lead the same way, not shown; exactly these characters too.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(required = false)]
    pub keywords: Vec<String>,
}

impl BranchOption {
    /// Whether a visitor's text means this option (R14: no folding of case, width or blanks).
    #[must_use]
    pub fn is_meant_by(&self, text: &str) -> bool {
        self.value == text || self.keywords.iter().any(|keyword| keyword == text)
    }
}

/// A transfer-to-human node (FLOW-07). Ports `accepted`, `timed_out`, `unavailable`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferToHuman {
    /// Whose queue; left out in drafts only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub skill_group_id: Option<SkillGroupId>,
    /// Said on joining the queue, unless somebody takes the session at once, and again when the visitor writes and
    /// the place has changed (R27).
    pub waiting_text: String,
    /// Said when an agent takes it.
    pub accepted_text: String,
    /// Said when the queue is full, or nobody is online.
    pub unavailable_text: String,
    /// What happens when nobody is online.
    pub nobody_online: NobodyOnline,
    /// Longest wait in seconds; without end when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 10, maximum = 86_400)]
    pub queue_timeout_seconds: Option<i64>,
    /// Most sessions that may wait; any number when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 1, maximum = 10_000)]
    pub queue_limit: Option<i64>,
}

/// What happens to a session when nobody of the group is online.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NobodyOnline {
    /// It waits; what the visitor wrote is kept until somebody comes (U4).
    Wait,
    /// It goes on by the port `unavailable`.
    Leave,
}

/// A collect-information node (FLOW-08). Port `next`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectInformation {
    /// What is asked; must not be blank.
    pub prompt: String,
    /// Said after the answer.
    pub success_text: String,
    /// Under which name the answer is kept, without `${}`.
    pub variable: String,
    /// How it is answered.
    pub form: CollectForm,
}

/// How information is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum CollectForm {
    /// By any text.
    #[serde(deserialize_with = "no_fields")]
    Text,
    /// By one of these: a click, or exactly these characters (R13).
    Options {
        /// At least one.
        options: Vec<CollectOption>,
        /// Said when the visitor sends anything else; the prompt again when empty.
        unmatched_text: String,
    },
}

/// One possible answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectOption {
    /// Unique in the node.
    pub id: String,
    /// What is shown, what a click sends, and what is kept.
    pub value: String,
    /// A remark beside it; may be empty.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    #[schema(required = false)]
    pub remark: String,
}

/// An API-call node (FLOW-09): a POST of a JSON object in UTF-8. Port `next`, also when every try failed: then each
/// result takes its default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CallApi {
    /// Where to, by `https` or `http`. Parameters may stand in path and query only and are percent-encoded (T707).
    pub url: String,
    /// The members of the object that is sent; their values are sent as JSON strings (T903).
    pub parameters: Vec<ApiParameter>,
    /// What is taken out of the answer.
    pub results: Vec<ApiResult>,
    /// Headers beside those of every call.
    pub headers: Vec<ApiHeader>,
    /// With which secret the call is signed, so that the receiver can trust it; unsigned when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub signing_secret_id: Option<SecretId>,
    /// Longest wait for one answer; 0 is the default of 5 seconds (R12).
    #[schema(minimum = 0, maximum = 30)]
    pub timeout_seconds: i64,
    /// After how many failing tries it gives up; the first one counts (R12).
    #[schema(minimum = 1, maximum = 5)]
    pub max_errors: i64,
}

/// One member of the object that an API-call node sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiParameter {
    /// Its name, unique in the node.
    pub name: String,
    /// Its value; may hold parameters.
    pub value: String,
}

/// One thing that an API-call node takes out of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiResult {
    /// Under which name it is kept, without `${}`; unique in the node.
    pub variable: String,
    /// Which member of the answer's object; of objects within by dots, of lists by numbers: `data.items.0.city`.
    pub field: String,
    /// What is kept when the call failed, or the answer has no such text, number or truth value.
    pub default: String,
}

/// One header of an API call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiHeader {
    /// Its name, unique in the node.
    pub name: String,
    /// Its value.
    pub value: ApiHeaderValue,
}

/// The value of a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ApiHeaderValue {
    /// As it stands here; holds no parameters.
    Text {
        /// Visible ASCII and blanks.
        text: String,
    },
    /// A stored secret, which never stands in a document (T1202).
    Secret {
        /// Which; left out in drafts only.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        #[schema(nullable = false)]
        secret_id: Option<SecretId>,
    },
}

/// A condition node (FLOW-10). Its ports are the ids of its branches, and `default`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Looked at in this order; the first that holds is taken, `default` when none does.
    pub branches: Vec<ConditionBranch>,
}

/// One way out of a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionBranch {
    /// Unique in the node; its port.
    pub id: String,
    /// For people only.
    pub label: String,
    /// It holds when all of these do; at least one.
    pub all: Vec<Comparison>,
}

/// A comparison of a parameter with a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Name of a variable or system parameter, without `${}`.
    pub parameter: String,
    /// How they are compared.
    pub operator: Operator,
    /// With what; may hold parameters.
    pub value: String,
}

/// How a condition compares. Numbers are compared as numbers, everything else as text ([`super::compare`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Both are the same.
    Equal,
    /// They differ.
    NotEqual,
    /// The parameter is greater.
    Greater,
    /// The parameter is less.
    Less,
    /// The parameter is greater or the same.
    GreaterOrEqual,
    /// The parameter is less or the same.
    LessOrEqual,
}

/// A robot node (FLOW-11). Ports `to_human`, `unresolved`, `solved`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Robot {
    /// Which bot answers; left out in drafts only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub bot_id: Option<BotId>,
    /// Said first.
    pub welcome_text: String,
    /// Said when the bot knows no answer.
    pub unknown_text: String,
    /// Most questions it answers; the next one leaves by `unresolved`.
    #[schema(minimum = 1, maximum = 100)]
    pub turn_limit: i64,
    /// After how many questions without an answer it leaves by `unresolved`.
    #[schema(minimum = 1, maximum = 20)]
    pub unknown_limit: i64,
    /// Texts that ask for a person and leave by `to_human`: exactly these characters (R14).
    pub human_words: Vec<String>,
    /// Texts that say that all is well and leave by `solved`, in the same way.
    pub solved_words: Vec<String>,
}

/// An end node (FLOW-12). Texts may hold parameters; an empty text says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Seconds without a visitor's answer after an agent's message until the session ends; never when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 10, maximum = 86_400)]
    pub silence_seconds: Option<i64>,
    /// Said at that end.
    pub silence_text: String,
    /// Seconds without a visitor's answer after an agent's message until the visitor is reminded, fewer than
    /// `silence_seconds` (ROUTE-14); never when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 5, maximum = 86_400)]
    pub reminder_seconds: Option<i64>,
    /// Said then.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    #[schema(required = false)]
    pub reminder_text: String,
    /// Seconds in which nobody says anything, whoever's turn it is, until the session ends (ROUTE-14); never when left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 60, maximum = 604_800)]
    pub inactive_seconds: Option<i64>,
    /// Said at that end.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    #[schema(required = false)]
    pub inactive_text: String,
    /// Said when the agent ends the session.
    pub agent_end_text: String,
}

/// A kind without fields of its own: serde alone would let anything pass here.
pub(super) fn no_fields<'de, D: serde::Deserializer<'de>>(input: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoFields {}
    NoFields::deserialize(input).map(|NoFields {}| ())
}
