//! Whether every parameter that a text uses has a value on every way that leads there (FLOW-13).

use std::collections::BTreeMap;

use super::fault::{FaultKind, Faults};
use super::graph::Graph;
use super::nodes::templates;
use crate::flow::document::{Document, Fallback, Node};
use crate::flow::node::NodeKind;
use crate::flow::run::SystemParameters;
use crate::flow::template::parameters;

/// Most variables of a flow; a session's row holds them all.
pub(super) const MAX_VARIABLES: usize = 100;

/// When a text is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filled {
    /// On coming to the node.
    Before,
    /// After the node has set its own variables.
    After,
    /// At any time, from wherever the session stands.
    AnyTime,
}

/// The variables that a node sets, with the field that names each.
pub(super) fn set_by(kind: &NodeKind) -> Vec<(String, &str)> {
    match kind {
        NodeKind::CollectInformation(node) => vec![("variable".to_owned(), &node.variable)],
        NodeKind::CallApi(node) => {
            let results = node.results.iter().enumerate();
            results
                .map(|(place, result)| (format!("results.{place}.variable"), result.variable.as_str()))
                .collect()
        }
        _ => vec![],
    }
}

/// A set of variables by their numbers.
#[derive(Clone, PartialEq, Eq)]
struct Set(Vec<bool>);

impl Set {
    fn has(&self, number: usize) -> bool {
        self.0[number]
    }

    /// Keeps what is in the other too; says whether something was lost.
    fn intersect(&mut self, other: &Self) -> bool {
        let mut is_changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            is_changed |= *mine && !theirs;
            *mine &= theirs;
        }
        is_changed
    }
}

/// Adds a fault for each parameter that may have no value when it is used.
pub(super) fn check(document: &Document, graph: &Graph<'_>, faults: &mut Faults) {
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, name) in document.nodes.iter().flat_map(|node| set_by(&node.kind)) {
        let next = numbers.len();
        numbers.entry(name).or_insert(next);
    }
    if numbers.len() > MAX_VARIABLES {
        return faults.add_at(None, "variables", FaultKind::TooMany);
    }
    let sets: Vec<Vec<usize>> = document
        .nodes
        .iter()
        .map(|node| set_by(&node.kind).iter().map(|(_, name)| numbers[name]).collect())
        .collect();
    let before = known_before(document, graph, &sets, numbers.len());
    for (place, node) in document.nodes.iter().enumerate() {
        let mut after = before[place].clone();
        sets[place].iter().for_each(|number| after.0[*number] = true);
        look(node, (&before[place], &after), &numbers, faults);
    }
    let texts = match &document.fallback {
        Fallback::SkillGroup { text, .. } => vec![("fallback.text", text)],
        Fallback::MessageForm { prompt, thanks_text } => {
            vec![("fallback.prompt", prompt), ("fallback.thanks_text", thanks_text)]
        }
    };
    for (field, text) in texts {
        for name in parameters(text).filter(|name| !SystemParameters::NAMES.contains(name)) {
            let name = name.to_owned();
            faults.add_at(None, field, FaultKind::UndefinedParameter { name });
        }
    }
}

/// What is known on coming to each node, whichever way was taken: what is not on one way is taken away until nothing
/// changes any more. Where no way leads everything counts as known.
fn known_before(document: &Document, graph: &Graph<'_>, sets: &[Vec<usize>], variables: usize) -> Vec<Set> {
    let mut before = vec![Set(vec![true; variables]); document.nodes.len()];
    let is_start = |node: &Node| matches!(node.kind, NodeKind::Start);
    let Some(start) = document.nodes.iter().position(is_start) else {
        return before;
    };
    before[start] = Set(vec![false; variables]);
    let mut is_seen = vec![false; document.nodes.len()];
    let mut open = vec![start];
    while let Some(place) = open.pop() {
        is_seen[place] = true;
        let mut after = before[place].clone();
        sets[place].iter().for_each(|number| after.0[*number] = true);
        for next in graph.after(place) {
            if before[next].intersect(&after) || !is_seen[next] {
                open.push(next);
            }
        }
    }
    before
}

fn look(node: &Node, (before, after): (&Set, &Set), numbers: &BTreeMap<&str, usize>, faults: &mut Faults) {
    let is_known = |name: &str, filled: Filled| {
        SystemParameters::NAMES.contains(&name)
            || numbers.get(name).is_some_and(|number| match filled {
                Filled::Before => before.has(*number),
                Filled::After => after.has(*number),
                Filled::AnyTime => false,
            })
    };
    let mut ask = |field: &str, name: &str, filled: Filled| {
        if !is_known(name, filled) {
            let name = name.to_owned();
            faults.add_at(Some(&node.id), field, FaultKind::UndefinedParameter { name });
        }
    };
    for (field, template, filled) in templates(&node.kind) {
        parameters(template).for_each(|name| ask(&field, name, filled));
    }
    if let NodeKind::Condition(condition) = &node.kind {
        for (place, branch) in condition.branches.iter().enumerate() {
            for (number, comparison) in branch.all.iter().enumerate() {
                // That it is missing is told already.
                if !comparison.parameter.is_empty() {
                    let field = format!("branches.{place}.all.{number}.parameter");
                    ask(&field, &comparison.parameter, Filled::Before);
                }
            }
        }
    }
}
