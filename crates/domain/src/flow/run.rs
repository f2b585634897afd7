//! Where a session stands in its flow, what may happen to it and what is to be done then: the interpreter's values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::node::ApiHeader;
use crate::ids::{BotId, SecretId, SkillGroupId};
use crate::message::{Choice, Content};
use crate::moment::Moment;

/// Where a session stands in its flow. Stored with the session, so that a restart loses nothing (FLOW-17).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRun {
    /// The node that it came to last.
    pub node: String,
    /// What was collected under which name.
    pub variables: BTreeMap<String, String>,
    /// What it waits for.
    pub state: RunState,
    /// Nodes passed so far (T901).
    #[serde(default)]
    pub steps: i64,
    /// API calls and questions to robots so far; the number of the last one, by which its answer is known (T906).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub calls: i64,
    /// Whether it left its nodes for the document's fallback.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_fallen_back: bool,
    /// What the visitor was last told about the queue (R27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this form")]
const fn is_zero(number: &i64) -> bool {
    *number == 0
}

/// What a waiting visitor was told, or did not need to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Sessions before this one.
    pub ahead: i64,
    /// When.
    pub at: Moment,
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// [`Input::Started`].
    #[default]
    Moving,
    /// An answer to the question in this line of the log: a branch's menu, a form, the fallback's form.
    Asking {
        /// Number of the line; 0 until [`Input::Asked`] tells it.
        line: i64,
        /// Answers so far that matched nothing.
        unmatched: i64,
    },
    /// [`Input::ApiAnswered`] or [`Input::ApiFailed`] with this number.
    Calling {
        /// Number of the try.
        call: i64,
        /// Which try of this node it is, from 1.
        attempt: i64,
        /// When the first try began.
        since: Moment,
    },
    /// What the visitor writes to the robot.
    WithRobot {
        /// Questions so far.
        turns: i64,
        /// Questions so far that it did not know an answer to.
        unknown: i64,
    },
    /// [`Input::RobotAnswered`] with this number, or what the visitor writes meanwhile.
    AskingRobot {
        /// Number of the question.
        call: i64,
        /// Questions so far, this one included.
        turns: i64,
        /// Questions so far that it did not know an answer to.
        unknown: i64,
    },
    /// [`Input::Queue`] or [`Input::GroupGone`], which the same transaction answers.
    AskingQueue,
    /// [`Input::Accepted`] or [`Input::QueueTimedOut`].
    InQueue,
    /// [`Input::AgentEnded`], [`Input::VisitorSlow`], [`Input::VisitorSilent`] or [`Input::Inactive`].
    WithAgent,
    /// Nothing more.
    Done,
}

/// What happened. An input that the run does not wait for changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The session began.
    Started,
    /// The answer to [`Effect::Ask`], in the same transaction: the question stands in this line of the log.
    Asked {
        /// Number of the line.
        line: i64,
    },
    /// The visitor wrote.
    VisitorText(String),
    /// The visitor clicked on an option.
    VisitorChoice {
        /// Number of the line that showed it: a click on an old menu answers nothing.
        line: i64,
        /// The option's id.
        id: String,
        /// The option's text, which a robot is given.
        content: String,
    },
    /// The visitor sent something without words: a picture, a file.
    VisitorFile,
    /// The answer to [`Effect::CallApi`] with this number.
    ApiAnswered {
        /// Number of the call.
        call: i64,
        /// The body of an answer with a status of 200 to 299. What is no JSON object counts as a failing try.
        body: String,
    },
    /// [`Effect::CallApi`] with this number failed or took too long.
    ApiFailed {
        /// Number of the call.
        call: i64,
    },
    /// The answer to [`Effect::AskRobot`] with this number.
    RobotAnswered {
        /// Number of the question.
        call: i64,
        /// What came of it.
        reply: RobotReply,
    },
    /// The answer to [`Effect::AskQueue`].
    Queue(QueueFacts),
    /// The other answer to [`Effect::AskQueue`]: there is no such group any more.
    GroupGone,
    /// The answer to [`Effect::AskPlace`].
    Place {
        /// Sessions before this one.
        ahead: i64,
        /// As the effect said.
        is_wanted: bool,
    },
    /// The visitor wants to know the place in the queue.
    PlaceWanted,
    /// An agent took the session.
    Accepted,
    /// Nobody took it within the queue time.
    QueueTimedOut,
    /// The agent ended the session.
    AgentEnded,
    /// The visitor stayed silent for the end node's time of a reminder (ROUTE-14).
    VisitorSlow,
    /// The visitor stayed silent for the end node's time (FLOW-12).
    VisitorSilent,
    /// Nobody said anything for the end node's time (ROUTE-14).
    Inactive,
}

/// What a bot makes of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RobotReply {
    /// It answers; a menu offers what it might have been asked.
    Answer {
        /// What it says.
        content: Content,
    },
    /// It knows no answer.
    Unknown,
    /// It says that the visitor is helped.
    Solved,
    /// It gives up.
    GaveUp,
    /// There is no such bot any more.
    Gone,
}

/// How a skill group stands at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFacts {
    /// Sessions that wait already.
    pub ahead: i64,
    /// Members who are at work and connected.
    pub online: i64,
    /// Members who could take a session now.
    pub free: i64,
}

/// What the outside must do, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Log that the run came to a node (DATA-02).
    Step {
        /// Its id.
        node: String,
    },
    /// Say this to the visitor.
    Say {
        /// With its parameters filled in, within the limits of messages, never blank.
        content: Content,
    },
    /// Say this, a menu or a form, and answer with [`Input::Asked`] in the same transaction. Always the last effect.
    Ask {
        /// Within the limits of messages.
        content: Content,
    },
    /// Note what the visitor answered to the question in a line.
    Answered {
        /// Number of the line.
        line: i64,
        /// What was chosen or filled in.
        choice: Choice,
    },
    /// Make this call and answer with [`Input::ApiAnswered`] or [`Input::ApiFailed`]; after a restart it may be made
    /// again under the same number.
    CallApi(ApiCall),
    /// Ask this bot and answer with [`Input::RobotAnswered`].
    AskRobot {
        /// Number of the question; rises within the session.
        call: i64,
        /// Which bot.
        bot_id: BotId,
        /// The visitor's words.
        text: String,
    },
    /// Look how the group stands and answer with [`Input::Queue`] or [`Input::GroupGone`], in the same transaction.
    AskQueue {
        /// Which group.
        skill_group_id: SkillGroupId,
    },
    /// Let the session wait in the group's queue.
    Enqueue {
        /// Which group.
        skill_group_id: SkillGroupId,
        /// After so many seconds, [`Input::QueueTimedOut`].
        queue_timeout_seconds: Option<i64>,
    },
    /// Look how many sessions wait before this one and answer with [`Input::Place`], in the same transaction.
    AskPlace {
        /// Whether the visitor wants to know; to be handed back.
        is_wanted: bool,
    },
    /// Take the session out of its queue.
    LeaveQueue,
    /// Log that the flow could not go on and why; what the fallback does follows.
    FellBack {
        /// Why.
        reason: FallbackReason,
    },
    /// The flow is over: end the session.
    End,
}

/// One try of an API-call node, with everything filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiCall {
    /// Its number; rises within the session.
    pub call: i64,
    /// The node that calls.
    pub node: String,
    /// Which try of this node it is, from 1. Later ones may be made a little later.
    pub attempt: i64,
    /// Where to.
    pub url: String,
    /// A JSON object.
    pub body: String,
    /// Headers beside those of every call.
    pub headers: Vec<ApiHeader>,
    /// With which secret it is signed.
    pub signing_secret_id: Option<SecretId>,
    /// Longest wait for the answer.
    pub timeout_seconds: i64,
}

/// Why a flow could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FallbackReason {
    /// A port leads nowhere, or to a node that is not there.
    NoWayOn,
    /// More nodes were passed than may be (T901).
    TooManySteps,
    /// A skill group is gone, or none was chosen.
    GroupGone,
    /// A bot is gone, or none was chosen.
    RobotGone,
    /// A question cannot be asked: it has no words or no options.
    NothingToAsk,
    /// Too many answers in a row matched nothing (T905).
    TooManyUnmatched,
}

/// The outcome of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where the session stands now.
    pub run: FlowRun,
    /// What is to be done.
    pub effects: Vec<Effect>,
}

/// Values that every text may use (FLOW-03).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemParameters {
    /// `${WaitNo}`: people ahead in the queue. [`QueueFacts::ahead`] counts instead where it is known.
    pub wait_no: String,
    /// `${StaffNo}`: the agent's public number.
    pub staff_no: String,
    /// `${StaffNickName}`: the agent's public name.
    pub staff_nickname: String,
    /// `${ClientAppID}`: the channel's id.
    pub client_app_id: String,
    /// `${ClientAppName}`: the channel's name.
    pub client_app_name: String,
    /// `${SystemClientUserID}`: the visitor's user id.
    pub system_client_user_id: String,
    /// `${SystemSessionId}`: the session's id.
    pub system_session_id: String,
}

impl SystemParameters {
    /// The names in texts.
    pub const NAMES: [&'static str; 7] = [
        "WaitNo",
        "StaffNo",
        "StaffNickName",
        "ClientAppID",
        "ClientAppName",
        "SystemClientUserID",
        "SystemSessionId",
    ];

    /// The value of a parameter by its name in texts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        Some(match name {
            "WaitNo" => &self.wait_no,
            "StaffNo" => &self.staff_no,
            "StaffNickName" => &self.staff_nickname,
            "ClientAppID" => &self.client_app_id,
            "ClientAppName" => &self.client_app_name,
            "SystemClientUserID" => &self.system_client_user_id,
            "SystemSessionId" => &self.system_session_id,
            _ => return None,
        })
    }
}
