//! What can be wrong with a flow.

use serde::{Deserialize, Serialize};

/// One thing that is wrong with a flow, or looks as if it were.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Fault {
    /// The node to show it at; none when it concerns the whole flow.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub node: Option<String>,
    /// Which field of the node, or of the flow: names and places in lists, joined by dots (`options.0.value`); none
    /// when it concerns the whole node.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// Whether it keeps the flow from being published.
    pub severity: Severity,
    /// What is wrong.
    #[serde(flatten)]
    pub kind: FaultKind,
}

/// How grave a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The flow cannot be published.
    Error,
    /// It can, but somebody should look.
    Warning,
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
    /// Asks or calls in a session that a person serves already (U12, U21).
    #[error("acts in a session that an agent serves already")]
    ActsWhileServed,
    /// A skill group that does not exist.
    #[error("names a skill group that does not exist")]
    UnknownSkillGroup,
    /// A bot that does not exist.
    #[error("names a bot that does not exist")]
    UnknownBot,
    /// A secret that does not exist.
    #[error("names a secret that does not exist")]
    UnknownSecret,
    /// Nothing is written or chosen where something must be.
    #[error("is missing something")]
    Missing,
    /// A text that is too long.
    #[error("has a text that is too long")]
    TextTooLong,
    /// A text with characters that cannot be kept, or a label with hidden ones.
    #[error("has a text with characters that are not allowed")]
    TextUnusable,
    /// A number outside its bounds.
    #[error("has a number out of range")]
    OutOfRange,
    /// A list with too many members.
    #[error("has too many of something")]
    TooMany,
    /// Not written as it must be: an address, a name, a time zone, a time.
    #[error("has something malformed")]
    Malformed,
    /// A name that belongs to the system: of a parameter, of a header.
    #[error("uses a name of the system: \"{name}\"")]
    ReservedName {
        /// Which.
        name: String,
    },
    /// The same as an earlier one, where each must differ (R14).
    #[error("says twice: \"{value}\"")]
    Duplicate {
        /// What.
        value: String,
    },
    /// Differs from an earlier one only by case, width or blanks, which people hardly see (R14). A warning.
    #[error("has look-alikes: \"{value}\" and \"{other}\"")]
    LookAlike {
        /// What.
        value: String,
        /// The earlier one.
        other: String,
    },
    /// Times that overlap.
    #[error("has times that overlap")]
    Overlap,
    /// A parameter that has no value on some way to this node.
    #[error("uses a parameter that may have no value yet: \"{name}\"")]
    UndefinedParameter {
        /// Which.
        name: String,
    },
}

impl FaultKind {
    const fn severity(&self) -> Severity {
        match self {
            Self::LookAlike { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.node {
            Some(node) => write!(out, "node \"{node}\" {}", self.kind)?,
            None => write!(out, "the flow {}", self.kind)?,
        }
        match &self.field {
            Some(field) => write!(out, " ({field})"),
            None => Ok(()),
        }
    }
}

/// The faults found so far.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<Fault>);

impl Faults {
    pub(super) fn add(&mut self, node: Option<&str>, kind: FaultKind) {
        self.push(node, None, kind);
    }

    pub(super) fn add_at(&mut self, node: Option<&str>, field: impl Into<String>, kind: FaultKind) {
        self.push(node, Some(field.into()), kind);
    }

    fn push(&mut self, node: Option<&str>, field: Option<String>, kind: FaultKind) {
        self.0.push(Fault {
            node: node.map(str::to_owned),
            field,
            severity: kind.severity(),
            kind,
        });
    }
}
