//! Whether a document is fit to publish (FLOW-13).

mod fault;
mod graph;
mod hours;
mod nodes;
mod variables;

use std::collections::BTreeSet;

use self::fault::Faults;
use self::graph::Graph;
use super::document::{Document, FORMAT, Fallback};
use super::hours::zone;
use super::node::NodeKind;
use crate::ids::{BotId, SecretId, SkillGroupId};
use crate::message::TEXT_MAX_CHARS;

pub use self::fault::{Fault, FaultKind, Severity};

/// Most nodes of a flow (T901).
pub const MAX_NODES: usize = 500;
/// Most connections of a flow.
const MAX_CONNECTIONS: usize = 5_000;

/// What a document may name.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Skill groups of the contact centre.
    pub skill_groups: Vec<SkillGroupId>,
    /// Its bots.
    pub bots: Vec<BotId>,
    /// Its secrets.
    pub secrets: Vec<SecretId>,
}

/// All faults of a document, each with its node and field. Without one of [`Severity::Error`] it may be published: it
/// never runs in circles, never leads nowhere, and every parameter that it uses has a value.
#[must_use]
pub fn check(document: &Document, known: &Known) -> Vec<Fault> {
    let mut faults = Faults::default();
    if document.format != FORMAT {
        faults.add_at(None, "format", FaultKind::Malformed);
    }
    // What is far too large is not looked at any further.
    if document.nodes.len() > MAX_NODES || document.connections.len() > MAX_CONNECTIONS {
        faults.add(None, FaultKind::TooLarge);
        return faults.0;
    }
    check_ends(document, &mut faults);
    let mut ids = BTreeSet::new();
    for node in &document.nodes {
        nodes::check(node, known, &mut faults);
        if !ids.insert(node.id.as_str()) {
            faults.add(Some(&node.id), FaultKind::DuplicateId);
        }
    }
    let graph = Graph::new(document, &mut faults);
    graph.check_ways(document, &mut faults);
    variables::check(document, &graph, &mut faults);
    check_frame(document, known, &mut faults);
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

/// What stands beside the nodes.
fn check_frame(document: &Document, known: &Known, faults: &mut Faults) {
    if zone(&document.time_zone).is_none() {
        faults.add_at(None, "time_zone", FaultKind::Malformed);
    }
    let mut text = |field: &str, text: &str| {
        if text.chars().count() > TEXT_MAX_CHARS {
            faults.add_at(None, field, FaultKind::TextTooLong);
        }
        if text.contains('\0') {
            faults.add_at(None, field, FaultKind::TextUnusable);
        }
    };
    match &document.fallback {
        Fallback::SkillGroup {
            skill_group_id,
            text: said,
        } => {
            text("fallback.text", said);
            match skill_group_id {
                None => faults.add_at(None, "fallback.skill_group_id", FaultKind::Missing),
                Some(group) if !known.skill_groups.contains(group) => {
                    faults.add_at(None, "fallback.skill_group_id", FaultKind::UnknownSkillGroup);
                }
                Some(_) => {}
            }
        }
        Fallback::MessageForm { prompt, thanks_text } => {
            text("fallback.prompt", prompt);
            text("fallback.thanks_text", thanks_text);
            if prompt.trim().is_empty() {
                faults.add_at(None, "fallback.prompt", FaultKind::Missing);
            }
        }
    }
}

#[cfg(test)]
mod tests;
