//! What can be wrong with a flow.

use serde::{Deserialize, Serialize};

/// One thing that keeps a flow from being published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fault {
    /// The node to show it at; none when it concerns the whole flow.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub node: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// What can be wrong with a flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema, thiserror::Error)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FaultKind {
    /// Another format than this version's.
    #[error("has another format")]
    UnknownFormat,
    /// More than [`MAX_NODES`](super::MAX_NODES) nodes, or more connections than those could have.
    #[error("is too large")]
    TooLarge,
    /// No start node (FLOW-03).
    #[error("has no start node")]
    NoStart,
    /// A second start node.
    #[error("is a second start node")]
    SecondStart,
    /// Something leads back to the start, which comes first and only once.
    #[error("leads back to the start")]
    LeadsToStart,
    /// No end node (FLOW-12).
    #[error("has no end node")]
    NoEnd,
    /// A second end node.
    #[error("is a second end node")]
    SecondEnd,
    /// An id that is empty, too long, or not of letters, digits, `-` and `_`.
    #[error("has a malformed id")]
    MalformedId,
    /// The id of an earlier node.
    #[error("has the id of another node")]
    DuplicateId,
    /// A connection from or to a node that does not exist.
    #[error("is connected, but does not exist")]
    UnknownNode,
    /// A connection from a port that the node does not have.
    #[error("has no port \"{port}\"")]
    UnknownPort {
        /// Which.
        port: String,
    },
    /// A port that leads nowhere.
    #[error("has nothing connected to its port \"{port}\"")]
    OpenPort {
        /// Which.
        port: String,
    },
    /// A port with two connections.
    #[error("has two connections at its port \"{port}\"")]
    DoublePort {
        /// Which.
        port: String,
    },
    /// Nothing leads from the start to it.
    #[error("cannot be reached")]
    Unreachable,
    /// Part of a circle in which nothing waits.
    #[error("is part of a loop in which nothing waits")]
    EndlessLoop,
    /// Queues a session that a person serves already.
    #[error("queues a session that an agent serves already")]
    TransferWhileServed,
    /// A skill group that does not exist.
    #[error("names a skill group that does not exist")]
    UnknownSkillGroup,
    /// A text that is too long.
    #[error("has a text that is too long: {field}")]
    TextTooLong {
        /// Which.
        field: String,
    },
    /// A text with characters that cannot be kept, or a label with hidden ones.
    #[error("has a text with characters that are not allowed: {field}")]
    TextUnusable {
        /// Which.
        field: String,
    },
    /// A number outside its bounds.
    #[error("has a number out of range: {field}")]
    OutOfRange {
        /// Which.
        field: String,
    },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.node {
            Some(node) => write!(out, "node \"{node}\" {}", self.kind),
            None => write!(out, "the flow {}", self.kind),
        }
    }
}

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, node: Option<&str>, kind: FaultKind) {
        self.0.push(Fault {
            node: node.map(str::to_owned),
            kind,
        });
    }
}
