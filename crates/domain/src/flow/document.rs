//! The published format of a flow: what is stored, sent and exported (FLOW-16).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::migrate;
use super::node::{ApiHeaderValue, End, FlowMessage, NodeKind, SendMessage, port};
use crate::ids::{BotId, SecretId, SkillGroupId};

/// The number of this format. Documents of format 1 are read and become this one; any other number is refused, never
/// guessed at.
pub const FORMAT: u32 = 2;
/// The zone of documents that name none: those of format 1, which have no use for it.
pub const DEFAULT_TIME_ZONE: &str = "UTC";

/// A flow: nodes and the connections between their ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Number of the format, [`FORMAT`].
    pub format: u32,
    /// In which zone its service hours are meant: an IANA name such as `Asia/Shanghai` (FLOW-04).
    pub time_zone: String,
    /// What happens to a session where the flow cannot go on.
    pub fallback: Fallback,
    /// The nodes, in any order.
    pub nodes: Vec<Node>,
    /// How they follow each other.
    pub connections: Vec<Connection>,
}

/// What happens to a session where its flow cannot go on: a group or bot is gone, too many nodes were passed, a port
/// leads nowhere, the visitor did not find a matching answer too often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fallback {
    /// It waits for a person, however long. When this group is gone too, `text` asks for a message.
    SkillGroup {
        /// Whose queue; left out in drafts only.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        #[schema(nullable = false)]
        skill_group_id: Option<SkillGroupId>,
        /// Said first; nothing when empty.
        text: String,
    },
    /// The visitor is asked for a message, which is kept in the session, and the session ends.
    MessageForm {
        /// What is asked; must not be blank.
        prompt: String,
        /// Said after the answer.
        thanks_text: String,
    },
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Node {
    /// Unique in the document.
    pub id: String,
    /// For people only.
    pub label: String,
    /// Where it stands on the canvas.
    pub position: Position,
    /// What it does.
    #[serde(flatten)]
    pub kind: NodeKind,
}

/// A place on the canvas, in its pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// To the right.
    pub x: i64,
    /// Downwards.
    pub y: i64,
}

/// The way from one node's port to another node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    /// The node that is left.
    pub from: String,
    /// By which of its ports.
    pub port: String,
    /// The node that follows.
    pub to: String,
}

/// Why text is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or not of this shape.
    #[error("this is not a flow document: {0}")]
    Malformed(String),
    /// Written by a version with another format.
    #[error("this flow document has format {found}, this version reads formats 1 to {FORMAT}")]
    UnknownFormat {
        /// The number it bears.
        found: i64,
    },
}

impl Document {
    /// Reads a document of this format or an older one. What is read may still have faults; [`crate::flow::check`]
    /// finds them.
    ///
    /// # Errors
    /// Not JSON, a format that is not known, or unknown fields.
    pub fn parse(json: &str) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Head {
            format: i64,
        }
        let malformed = |error: serde_json::Error| DocumentError::Malformed(error.to_string());
        // The number first: a newer document's unknown parts are no fault of its writer.
        let head: Head = serde_json::from_str(json).map_err(malformed)?;
        match head.format {
            1 => migrate::from_format_1(json).map_err(malformed),
            2 => serde_json::from_str(json).map_err(malformed),
            found => Err(DocumentError::UnknownFormat { found }),
        }
    }

    /// The node with this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }

    /// The start node.
    #[must_use]
    pub fn start(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| matches!(node.kind, NodeKind::Start))
    }

    /// What the end node says.
    #[must_use]
    pub fn end(&self) -> Option<&End> {
        self.nodes.iter().find_map(|node| match &node.kind {
            NodeKind::End(end) => Some(end),
            _ => None,
        })
    }

    /// The node that follows `node` by `port`.
    #[must_use]
    pub fn next(&self, node: &str, port: &str) -> Option<&Node> {
        self.connections
            .iter()
            .find(|connection| connection.from == node && connection.port == port)
            .and_then(|connection| self.node(&connection.to))
    }

    /// The skill groups that it names, each once.
    #[must_use]
    pub fn skill_groups(&self) -> Vec<SkillGroupId> {
        let fallback = match &self.fallback {
            Fallback::SkillGroup { skill_group_id, .. } => *skill_group_id,
            Fallback::MessageForm { .. } => None,
        };
        let transfers = self.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::TransferToHuman(transfer) => transfer.skill_group_id,
            _ => None,
        });
        each_once(transfers.chain(fallback))
    }

    /// The bots that it names, each once.
    #[must_use]
    pub fn bots(&self) -> Vec<BotId> {
        each_once(self.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::Robot(robot) => robot.bot_id,
            _ => None,
        }))
    }

    /// The secrets that it names, each once.
    #[must_use]
    pub fn secrets(&self) -> Vec<SecretId> {
        let calls = self.nodes.iter().filter_map(|node| match &node.kind {
            NodeKind::CallApi(call) => Some(call),
            _ => None,
        });
        each_once(calls.flat_map(|call| {
            let headers = call.headers.iter().filter_map(|header| match &header.value {
                ApiHeaderValue::Secret { secret_id } => *secret_id,
                ApiHeaderValue::Text { .. } => None,
            });
            headers.chain(call.signing_secret_id)
        }))
    }

    /// The texts that it says before anything else can happen, as written: the page shows them before a session
    /// exists.
    #[must_use]
    pub fn greeting(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut at = self.start();
        // No longer than the nodes there are: a draft may be drawn as a circle.
        for _ in 0..self.nodes.len() {
            let Some(node) = at else { break };
            match &node.kind {
                NodeKind::Start => {}
                NodeKind::SendMessage(SendMessage {
                    message: FlowMessage::Text { text },
                }) => texts.extend(Some(text.clone()).filter(|text| !text.trim().is_empty())),
                _ => break,
            }
            at = self.next(&node.id, port::NEXT);
        }
        texts
    }
}

fn each_once<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    all.collect::<BTreeSet<T>>().into_iter().collect()
}

#[cfg(test)]
mod tests;
