//! Bots that answer in flows (FLOW-11).

use app::bots;
use domain::bot::Faq;
use domain::flow::RobotReply;
use domain::ids::BotId;
use domain::message::Content;
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow::FlowName;

/// One bot of the list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Bot {
    /// Which.
    pub id: BotId,
    /// What it knows.
    pub faq: Faq,
    /// Rises with each change.
    pub revision: i64,
    /// Flows that name it, published or still running.
    pub flows: Vec<FlowName>,
    /// Since when.
    pub created_at: Moment,
    /// When it changed last.
    pub updated_at: Moment,
}

/// Sets all of a bot.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BotChange {
    /// Which revision was changed; refused with `stale` when there is a newer one.
    pub revision: i64,
    /// What it is to know.
    pub faq: Faq,
}

/// Asks a bot that is being edited.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskBot {
    /// What it knows.
    pub faq: Faq,
    /// What is asked, at most 4,000 characters.
    pub question: String,
}

/// What a bot answers.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct BotReply {
    /// A text, or a menu of questions that might have been meant; left out when it knows no answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub content: Option<Content>,
}

impl From<bots::BotFacts> for Bot {
    fn from(facts: bots::BotFacts) -> Self {
        Self {
            id: facts.id,
            faq: facts.faq,
            revision: facts.revision,
            flows: facts
                .flows
                .into_iter()
                .map(|(id, name)| FlowName { id, name })
                .collect(),
            created_at: facts.created_at,
            updated_at: facts.updated_at,
        }
    }
}

impl From<RobotReply> for BotReply {
    fn from(reply: RobotReply) -> Self {
        let content = match reply {
            RobotReply::Answer { content } => Some(content),
            RobotReply::Unknown | RobotReply::Solved | RobotReply::GaveUp | RobotReply::Gone => None,
        };
        Self { content }
    }
}
