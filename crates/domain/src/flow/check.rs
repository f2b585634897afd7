//! Whether a document is fit to publish (FLOW-13).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::document::{Connection, Document, FORMAT, Node, NodeKind, port};
use crate::field::{LABEL_MAX_CHARS, is_hidden};
use crate::ids::SkillGroupId;
use crate::message::TEXT_MAX_CHARS;

/// Most nodes of a flow (T901).
pub const MAX_NODES: usize = 500;
/// Most connections: every port of the largest flow.
const MAX_CONNECTIONS: usize = MAX_NODES * 3;
/// Longest node id, in bytes.
const ID_MAX: usize = 64;
const SILENCE_SECONDS: RangeInclusive<i64> = 10..=86_400;
const QUEUE_TIMEOUT_SECONDS: RangeInclusive<i64> = 10..=86_400;
const QUEUE_LIMITS: RangeInclusive<i64> = 1..=10_000;
const PLACES: RangeInclusive<i64> = -1_000_000..=1_000_000;

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
    /// More than [`MAX_NODES`] nodes, or more connections than those could have.
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

/// All faults of a document, each with its node; none means that it may be published. A document that passes never
/// runs in circles and never leads nowhere.
#[must_use]
pub fn check(document: &Document, known_groups: &[SkillGroupId]) -> Vec<Fault> {
    let mut faults = Faults::default();
    if document.format != FORMAT {
        faults.add(None, FaultKind::UnknownFormat);
    }
    // What is far too large is not looked at any further.
    if document.nodes.len() > MAX_NODES || document.connections.len() > MAX_CONNECTIONS {
        faults.add(None, FaultKind::TooLarge);
        return faults.0;
    }
    check_ends(document, &mut faults);
    let mut ids = BTreeSet::new();
    for node in &document.nodes {
        check_node(node, known_groups, &mut faults);
        if !ids.insert(node.id.as_str()) {
            faults.add(Some(&node.id), FaultKind::DuplicateId);
        }
    }
    let graph = Graph::new(document, &mut faults);
    graph.check_ways(document, &mut faults);
    faults.0
}

#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, node: Option<&str>, kind: FaultKind) {
        self.0.push(Fault { node: node.map(str::to_owned), kind });
    }
}

/// Exactly one start and one end.
fn check_ends(document: &Document, faults: &mut Faults) {
    let mut check = |is_it: fn(&NodeKind) -> bool, none: FaultKind, second: FaultKind| {
        let mut found = document.nodes.iter().filter(|node| is_it(&node.kind));
        if found.next().is_none() {
            faults.add(None, none);
        }
        for node in found {
            faults.add(Some(&node.id), second.clone());
        }
    };
    check(|kind| matches!(kind, NodeKind::Start), FaultKind::NoStart, FaultKind::SecondStart);
    check(|kind| matches!(kind, NodeKind::End(_)), FaultKind::NoEnd, FaultKind::SecondEnd);
}

/// A node by itself: id, texts, numbers and what it names.
fn check_node(node: &Node, known_groups: &[SkillGroupId], faults: &mut Faults) {
    let mut add = |kind| faults.add(Some(&node.id), kind);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if node.id.is_empty() || node.id.len() > ID_MAX || !node.id.bytes().all(is_plain) {
        add(FaultKind::MalformedId);
    }
    if node.label.chars().count() > LABEL_MAX_CHARS {
        add(FaultKind::TextTooLong { field: "label".into() });
    }
    if node.label.chars().any(is_hidden) {
        add(FaultKind::TextUnusable { field: "label".into() });
    }
    for (field, text) in texts(&node.kind) {
        if text.chars().count() > TEXT_MAX_CHARS {
            add(FaultKind::TextTooLong { field: field.into() });
        }
        if text.contains('\0') {
            add(FaultKind::TextUnusable { field: field.into() });
        }
    }
    for (field, number, range) in numbers(node) {
        if !range.contains(&number) {
            add(FaultKind::OutOfRange { field: field.into() });
        }
    }
    if let NodeKind::TransferToHuman(transfer) = &node.kind
        && !known_groups.contains(&transfer.skill_group_id)
    {
        add(FaultKind::UnknownSkillGroup);
    }
}

/// What a node says, by field.
fn texts(kind: &NodeKind) -> Vec<(&'static str, &str)> {
    match kind {
        NodeKind::Start => vec![],
        NodeKind::SendMessage { text } => vec![("text", text)],
        NodeKind::TransferToHuman(transfer) => vec![
            ("waiting_text", &transfer.waiting_text),
            ("accepted_text", &transfer.accepted_text),
            ("unavailable_text", &transfer.unavailable_text),
        ],
        NodeKind::End(end) => {
            vec![("silence_text", &end.silence_text), ("agent_end_text", &end.agent_end_text)]
        }
    }
}

/// A node's numbers, by field, with their bounds.
fn numbers(node: &Node) -> Vec<(&'static str, i64, RangeInclusive<i64>)> {
    let mut numbers =
        vec![("position", node.position.x, PLACES), ("position", node.position.y, PLACES)];
    match &node.kind {
        NodeKind::Start | NodeKind::SendMessage { .. } => {}
        NodeKind::TransferToHuman(transfer) => {
            let timeout = transfer.queue_timeout_seconds;
            numbers.extend(timeout.map(|it| ("queue_timeout_seconds", it, QUEUE_TIMEOUT_SECONDS)));
            numbers.extend(transfer.queue_limit.map(|it| ("queue_limit", it, QUEUE_LIMITS)));
        }
        NodeKind::End(end) => {
            numbers.extend(end.silence_seconds.map(|it| ("silence_seconds", it, SILENCE_SECONDS)));
        }
    }
    numbers
}

/// The good connections, by the places of nodes in the document.
struct Graph<'a> {
    ways: Vec<BTreeMap<&'a str, usize>>,
}

impl<'a> Graph<'a> {
    /// Takes in the connections that make sense and reports the others.
    fn new(document: &'a Document, faults: &mut Faults) -> Self {
        let mut place_of: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, node) in document.nodes.iter().enumerate() {
            place_of.entry(&node.id).or_insert(place);
        }
        let mut graph = Self { ways: vec![BTreeMap::new(); document.nodes.len()] };
        for Connection { from, port, to } in &document.connections {
            let (Some(&source), Some(&target)) =
                (place_of.get(from.as_str()), place_of.get(to.as_str()))
            else {
                let missing = if place_of.contains_key(from.as_str()) { to } else { from };
                faults.add(Some(missing), FaultKind::UnknownNode);
                continue;
            };
            if !document.nodes[source].kind.ports().contains(&port.as_str()) {
                faults.add(Some(from), FaultKind::UnknownPort { port: port.clone() });
            } else if graph.ways[source].insert(port, target).is_some() {
                faults.add(Some(from), FaultKind::DoublePort { port: port.clone() });
            }
            if matches!(document.nodes[target].kind, NodeKind::Start) {
                faults.add(Some(from), FaultKind::LeadsToStart);
            }
        }
        graph
    }

    /// Open ports, and nodes that are never reached, never left, or reached when it makes no sense.
    fn check_ways(&self, document: &Document, faults: &mut Faults) {
        let start = document.nodes.iter().position(|node| matches!(node.kind, NodeKind::Start));
        let reached = self.reached(start.as_slice(), |_| true);
        let served = self.reached(&self.accepting(), |place| {
            !matches!(document.nodes[place].kind, NodeKind::TransferToHuman(_))
        });
        for (place, node) in document.nodes.iter().enumerate() {
            for port in node.kind.ports() {
                if !self.ways[place].contains_key(port) {
                    faults.add(Some(&node.id), FaultKind::OpenPort { port: (*port).to_owned() });
                }
            }
            if start.is_some() && !reached.contains(&place) {
                faults.add(Some(&node.id), FaultKind::Unreachable);
            }
            if self.is_in_endless_loop(place) {
                faults.add(Some(&node.id), FaultKind::EndlessLoop);
            }
            if served.contains(&place) && matches!(node.kind, NodeKind::TransferToHuman(_)) {
                faults.add(Some(&node.id), FaultKind::TransferWhileServed);
            }
        }
    }

    /// Where sessions come to that a person has just taken.
    fn accepting(&self) -> Vec<usize> {
        self.ways.iter().filter_map(|ways| ways.get(port::ACCEPTED).copied()).collect()
    }

    /// All places that can be come to from `from`, these included, going on only from places that `goes_on`.
    fn reached(&self, from: &[usize], goes_on: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let mut reached: BTreeSet<usize> = from.iter().copied().collect();
        let mut open: Vec<usize> = from.to_vec();
        while let Some(place) = open.pop() {
            let ways = goes_on(place).then_some(&self.ways[place]);
            for &next in ways.into_iter().flat_map(BTreeMap::values) {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    }

    /// Whether a way leads from a place back to itself on which nothing waits. Only a person and the queue's time make
    /// a session wait; a queue that is not joined does not.
    fn is_in_endless_loop(&self, place: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![place];
        while let Some(at) = open.pop() {
            for (port, &next) in &self.ways[at] {
                let waits = *port == port::ACCEPTED || *port == port::TIMED_OUT;
                if !waits && next == place {
                    return true;
                }
                if !waits && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
