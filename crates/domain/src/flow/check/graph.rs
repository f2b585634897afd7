//! Where the ways of a flow lead.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::{FaultKind, Faults};
use crate::flow::document::{Connection, Document, NodeKind, port};

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
        for Connection { from, port, to } in &document.connections {
            let (Some(&source), Some(&target)) = (place_of.get(from.as_str()), place_of.get(to.as_str())) else {
                let missing = if place_of.contains_key(from.as_str()) { to } else { from };
                faults.add(Some(missing), FaultKind::UnknownNode);
                continue;
            };
            if !document.nodes[source].kind.ports().contains(&port.as_str()) {
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
        let served = self.reached(&self.accepting(), |place| {
            !matches!(document.nodes[place].kind, NodeKind::TransferToHuman(_))
        });
        for (place, node) in document.nodes.iter().enumerate() {
            for port in node.kind.ports() {
                if !self.ways[place].contains_key(port) {
                    faults.add(
                        Some(&node.id),
                        FaultKind::OpenPort {
                            port: (*port).to_owned(),
                        },
                    );
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
        self.ways
            .iter()
            .filter_map(|ways| ways.get(port::ACCEPTED).copied())
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
