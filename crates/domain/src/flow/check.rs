//! Whether a document is fit to publish (FLOW-13).

mod fault;
mod graph;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use self::fault::Faults;
use self::graph::Graph;
use super::document::{Document, FORMAT, Node, NodeKind};
use crate::field::{LABEL_MAX_CHARS, is_hidden};
use crate::ids::SkillGroupId;
use crate::message::TEXT_MAX_CHARS;

pub use self::fault::{Fault, FaultKind};

/// Most nodes of a flow (T901).
pub const MAX_NODES: usize = 500;
/// Most connections: every port of the largest flow.
const MAX_CONNECTIONS: usize = MAX_NODES * 3;
/// Longest node id, in bytes.
const ID_MAX: usize = 64;
const SILENCE_SECONDS: RangeInclusive<i64> = 10..=86_400;
const REMINDER_SECONDS: RangeInclusive<i64> = 5..=86_400;
const INACTIVE_SECONDS: RangeInclusive<i64> = 60..=604_800;
const QUEUE_TIMEOUT_SECONDS: RangeInclusive<i64> = 10..=86_400;
const QUEUE_LIMITS: RangeInclusive<i64> = 1..=10_000;
const PLACES: RangeInclusive<i64> = -1_000_000..=1_000_000;

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
    check(
        |kind| matches!(kind, NodeKind::Start),
        FaultKind::NoStart,
        FaultKind::SecondStart,
    );
    check(
        |kind| matches!(kind, NodeKind::End(_)),
        FaultKind::NoEnd,
        FaultKind::SecondEnd,
    );
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
            vec![
                ("silence_text", &end.silence_text),
                ("reminder_text", &end.reminder_text),
                ("inactive_text", &end.inactive_text),
                ("agent_end_text", &end.agent_end_text),
            ]
        }
    }
}

/// A node's numbers, by field, with their bounds.
fn numbers(node: &Node) -> Vec<(&'static str, i64, RangeInclusive<i64>)> {
    let mut numbers = vec![
        ("position", node.position.x, PLACES),
        ("position", node.position.y, PLACES),
    ];
    match &node.kind {
        NodeKind::Start | NodeKind::SendMessage { .. } => {}
        NodeKind::TransferToHuman(transfer) => {
            let timeout = transfer.queue_timeout_seconds;
            numbers.extend(timeout.map(|it| ("queue_timeout_seconds", it, QUEUE_TIMEOUT_SECONDS)));
            numbers.extend(transfer.queue_limit.map(|it| ("queue_limit", it, QUEUE_LIMITS)));
        }
        NodeKind::End(end) => {
            numbers.extend(end.silence_seconds.map(|it| ("silence_seconds", it, SILENCE_SECONDS)));
            // A reminder after the end reminds nobody.
            let last = end
                .silence_seconds
                .map_or(*REMINDER_SECONDS.end(), |end| end.saturating_sub(1));
            let reminders = *REMINDER_SECONDS.start()..=last;
            numbers.extend(end.reminder_seconds.map(|it| ("reminder_seconds", it, reminders)));
            numbers.extend(
                end.inactive_seconds
                    .map(|it| ("inactive_seconds", it, INACTIVE_SECONDS)),
            );
        }
    }
    numbers
}

#[cfg(test)]
mod tests;
