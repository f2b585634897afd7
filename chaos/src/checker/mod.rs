//! Does a history agree with itself and with what the database holds in the end? (D10)
//!
//! One file per group of invariants, each a pure function. An invariant is named by its id in the list of faults and
//! invariants: I01 to I08, I12 to I14, I20, I24.

mod messages;
mod order;
mod pictures;
mod service;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::export::{Entry, Export};
use crate::history::{Line, Op, Outcome, Record};

/// Something that must not be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The invariant's id.
    pub invariant: &'static str,
    /// What is wrong, for people.
    pub says: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.invariant, self.says)
    }
}

/// Checks everything; no finding is the proof.
#[must_use]
pub fn check(history: &[Record], export: &Export) -> BTreeSet<Finding> {
    let facts = Facts::new(history, export);
    let mut findings = Findings::default();
    messages::check(&facts, &mut findings);
    order::check(&facts, &mut findings);
    service::check(&facts, &mut findings);
    waiting::check(&facts, &mut findings);
    pictures::check(&facts, &mut findings);
    findings.0
}

/// What was found so far.
#[derive(Default)]
struct Findings(BTreeSet<Finding>);

impl Findings {
    fn add(&mut self, invariant: &'static str, says: impl Into<String>) {
        let says = says.into();
        self.0.insert(Finding { invariant, says });
    }
}

/// A history and an export, sorted for looking things up.
struct Facts<'f> {
    history: &'f [Record],
    export: &'f Export,
    ops: Vec<&'f Op>,
    lines: Vec<&'f Line>,
    /// Session and line by the line's id.
    by_id: BTreeMap<&'f str, (&'f str, &'f Entry)>,
    /// Session and lines by the sender's key.
    by_key: BTreeMap<&'f str, Vec<(&'f str, &'f Entry)>>,
    /// The agent behind a client.
    agents: BTreeMap<&'f str, &'f str>,
}

impl<'f> Facts<'f> {
    fn new(history: &'f [Record], export: &'f Export) -> Self {
        let mut facts = Self {
            history,
            export,
            ops: Vec::new(),
            lines: Vec::new(),
            by_id: BTreeMap::new(),
            by_key: BTreeMap::new(),
            agents: BTreeMap::new(),
        };
        for record in history {
            match record {
                Record::Op(op) => facts.ops.push(op),
                Record::Line(line) => facts.lines.push(line),
                Record::Ready(ready) => {
                    facts.agents.insert(&ready.client, &ready.agent);
                }
                _ => {}
            }
        }
        for (session, log) in &export.entries {
            for entry in log {
                facts.by_id.insert(&entry.id, (session, entry));
                if let Some(key) = &entry.key {
                    facts.by_key.entry(key).or_default().push((session, entry));
                }
            }
        }
        facts
    }

    fn log(&self, session: &str) -> &'f [Entry] {
        self.export.entries.get(session).map_or(&[], Vec::as_slice)
    }
}

/// The client behind a name in a history: what `v1:final` saw, `v1` saw.
fn client(name: &str) -> &str {
    name.split(':').next().unwrap_or(name)
}

fn is_final(name: &str) -> bool {
    name.ends_with(":final")
}

/// Where an acknowledged message is said to be: session, number, id.
fn acknowledged(op: &Op) -> Option<(&str, i64, &str)> {
    match &op.outcome {
        Outcome::Ok { session, seq, entry } if !entry.is_empty() => Some((session, *seq, entry)),
        _ => None,
    }
}
