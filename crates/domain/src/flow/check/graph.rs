//! Where the ways of a flow lead.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{FaultKind, Faults};
use crate::flow::document::{Connection, Document};
use crate::flow::node::{NodeKind, port};

/// The good connections, by the places of nodes in the document.
pub(super) struct Graph<'a> {
    ways: Vec<BTreeMap<&'a str, usize>>,
}

impl<'a> Graph<'a> {
    /// Takes in the connections that make sense and reports the others.
    pub(super) fn new(document: &'a Document, faults: &mut Faults) -> Self {
        let mut place_of: BTreeMap<&str, usize> = BTreeMap::new();
        for (place, node) in document.nodes.iter().enumerate() {
            place_of.entry(&node.id).or_insert(place);
        }
        let mut graph = Self {
            ways: vec![BTreeMap::new(); document.nodes.len()],
        };
        let ports: Vec<BTreeSet<&str>> = document
            .nodes
            .iter()
            .map(|node| node.kind.ports().into_iter().collect())
            .collect();
        for Connection { from, port, to } in &document.connections {
            let (Some(&source), Some(&target)) = (place_of.get(from.as_str()), place_of.get(to.as_str())) else {
                let missing = if place_of.contains_key(from.as_str()) { to } else { from };
                faults.add(Some(missing), FaultKind::UnknownNode);
                continue;
            };
            if !ports[source].contains(port.as_str()) {
                faults.add(Some(from), FaultKind::UnknownPort { port: port.clone() });
            } else if graph.ways[source].contains_key(port.as_str()) {
                faults.add(Some(from), FaultKind::DoublePort { port: port.clone() });
            } else {
                graph.ways[source].insert(port, target);
            }
            if matches!(document.nodes[target].kind, NodeKind::Start) {
                faults.add(Some(from), FaultKind::LeadsToStart);
            }
        }
        graph
    }

    /// Open ports, and nodes that are never reached, never left, or reached when it makes no sense.
    pub(super) fn check_ways(&self, document: &Document, faults: &mut Faults) {
        let start = document
            .nodes
            .iter()
            .position(|node| matches!(node.kind, NodeKind::Start));
        let reached = self.reached(start.as_slice(), |_| true);
        let served = self.reached(&self.accepting(document), |place| !acts(&document.nodes[place].kind));
        for (place, node) in document.nodes.iter().enumerate() {
            for port in node.kind.ports() {
                if !self.ways[place].contains_key(port) {
                    let port = port.to_owned();
                    faults.add(Some(&node.id), FaultKind::OpenPort { port });
                }
            }
            if start.is_some() && !reached.contains(&place) {
                faults.add(Some(&node.id), FaultKind::Unreachable);
            }
            if self.is_in_endless_loop(document, place) {
                faults.add(Some(&node.id), FaultKind::EndlessLoop);
            }
            if served.contains(&place) && acts(&node.kind) {
                faults.add(Some(&node.id), FaultKind::ActsWhileServed);
            }
        }
    }

    /// Where sessions come to that a person has just taken.
    fn accepting(&self, document: &Document) -> Vec<usize> {
        let ways = document.nodes.iter().zip(&self.ways);
        let transfers = ways.filter(|(node, _)| matches!(node.kind, NodeKind::TransferToHuman(_)));
        transfers
            .filter_map(|(_, ways)| ways.get(port::ACCEPTED).copied())
            .collect()
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

    /// Whether a way leads from a place back to itself on which nothing waits.
    fn is_in_endless_loop(&self, document: &Document, place: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![place];
        while let Some(at) = open.pop() {
            for (port, &next) in &self.ways[at] {
                let goes_on = !waits(&document.nodes[at].kind, port);
                if goes_on && next == place {
                    return true;
                }
                if goes_on && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }

    /// The places that follow a place.
    pub(super) fn after(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        self.ways[place].values().copied()
    }
}

/// Whether a node is left by a port only after a person did something, or the queue's time is over. A queue that is
/// not joined does not wait, nor does a call: a session that has made too many makes no more (T906).
fn waits(kind: &NodeKind, port_left: &str) -> bool {
    match kind {
        NodeKind::Branch(_) | NodeKind::CollectInformation(_) | NodeKind::Robot(_) => true,
        NodeKind::TransferToHuman(_) => port_left == port::ACCEPTED || port_left == port::TIMED_OUT,
        NodeKind::Start
        | NodeKind::ServiceTime(_)
        | NodeKind::SendMessage(_)
        | NodeKind::CallApi(_)
        | NodeKind::Condition(_)
        | NodeKind::End(_) => false,
    }
}

/// Whether a node does what only a person does while a person serves.
const fn acts(kind: &NodeKind) -> bool {
    match kind {
        NodeKind::Branch(_)
        | NodeKind::TransferToHuman(_)
        | NodeKind::CollectInformation(_)
        | NodeKind::CallApi(_)
        | NodeKind::Robot(_) => true,
        NodeKind::Start
        | NodeKind::ServiceTime(_)
        | NodeKind::SendMessage(_)
        | NodeKind::Condition(_)
        | NodeKind::End(_) => false,
    }
}
