//! The published format of a flow: what is stored, sent and exported (FLOW-16).

use serde::{Deserialize, Serialize};

use crate::ids::SkillGroupId;

/// The number of this format. A document with another number is refused, never guessed at.
pub const FORMAT: u32 = 1;

/// Names of the ports that nodes have.
pub mod port {
    /// The only way on from a start or send-message node.
    pub const NEXT: &str = "next";
    /// An agent took the session.
    pub const ACCEPTED: &str = "accepted";
    /// Nobody took it within the queue time.
    pub const TIMED_OUT: &str = "timed_out";
    /// The queue is full, or nobody is online.
    pub const UNAVAILABLE: &str = "unavailable";
}

/// A flow: nodes and the connections between their ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Number of the format, [`FORMAT`].
    pub format: u32,
    /// The nodes, in any order.
    pub nodes: Vec<Node>,
    /// How they follow each other.
    pub connections: Vec<Connection>,
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

/// What a node does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum NodeKind {
    /// Where every session begins (FLOW-03).
    #[serde(deserialize_with = "no_fields")]
    Start,
    /// Says something (FLOW-05).
    SendMessage {
        /// What; may hold parameters.
        text: String,
    },
    /// Queues for a person (FLOW-07).
    TransferToHuman(TransferToHuman),
    /// The end, and the texts of ends (FLOW-12).
    End(End),
}

/// A transfer-to-human node (FLOW-07). Texts may hold parameters; an empty text says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferToHuman {
    /// Whose queue.
    pub skill_group_id: SkillGroupId,
    /// Said on joining the queue, unless somebody takes the session at once.
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
    #[error("this flow document has format {found}, this version reads format {FORMAT}")]
    UnknownFormat {
        /// The number it bears.
        found: i64,
    },
}

impl Document {
    /// Reads a document. What is read may still have faults; [`crate::flow::check`] finds them.
    ///
    /// # Errors
    /// Not JSON, another format, or unknown fields.
    pub fn parse(json: &str) -> Result<Self, DocumentError> {
        #[derive(Deserialize)]
        struct Head {
            format: i64,
        }
        let malformed = |error: serde_json::Error| DocumentError::Malformed(error.to_string());
        // The number first: a newer document's unknown parts are no fault of its writer.
        let head: Head = serde_json::from_str(json).map_err(malformed)?;
        if head.format != i64::from(FORMAT) {
            return Err(DocumentError::UnknownFormat { found: head.format });
        }
        serde_json::from_str(json).map_err(malformed)
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
        let mut groups: Vec<SkillGroupId> = self
            .nodes
            .iter()
            .filter_map(|node| match &node.kind {
                NodeKind::TransferToHuman(transfer) => Some(transfer.skill_group_id),
                _ => None,
            })
            .collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// What it says before anything else can happen, as written: the page shows it before a session exists.
    #[must_use]
    pub fn greeting(&self) -> Vec<String> {
        let mut texts = Vec::new();
        let mut at = self.start();
        // No longer than the nodes there are: a draft may be drawn as a circle.
        for _ in 0..self.nodes.len() {
            let Some(node) = at else { break };
            match &node.kind {
                NodeKind::Start => {}
                NodeKind::SendMessage { text } if text.trim().is_empty() => {}
                NodeKind::SendMessage { text } => texts.push(text.clone()),
                NodeKind::TransferToHuman(_) | NodeKind::End(_) => break,
            }
            at = self.next(&node.id, port::NEXT);
        }
        texts
    }
}

impl NodeKind {
    /// The ports that a node of this kind has; each must be connected.
    #[must_use]
    pub const fn ports(&self) -> &'static [&'static str] {
        match self {
            Self::Start | Self::SendMessage { .. } => &[port::NEXT],
            Self::TransferToHuman(_) => &[port::ACCEPTED, port::TIMED_OUT, port::UNAVAILABLE],
            Self::End(_) => &[],
        }
    }
}

/// A node without fields of its own: serde alone would let anything pass here.
fn no_fields<'de, D: serde::Deserializer<'de>>(input: D) -> Result<(), D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct NoFields {}
    NoFields::deserialize(input).map(|NoFields {}| ())
}

#[cfg(test)]
mod tests;
