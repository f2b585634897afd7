//! What a client has said and nobody has answered yet. It outlives every connection (C02).

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;

use super::Context;
use crate::history::{Kind, Op, Outcome, Record};

/// A conflict is tried again this often.
const MOST_CONFLICTS: u32 = 5;

/// Something on its way.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) key: String,
    pub(super) kind: Kind,
    /// What is said, as a text; `attachment:NAME` for a file.
    pub(super) text: String,
    /// The `content` of a post; the session that an end means.
    pub(super) content: Value,
    /// Where; empty for a visitor, who has one session.
    pub(super) session: String,
    not_before: Instant,
    conflicts: u32,
}

/// An attempt that was not answered yet.
struct Flight {
    invoked: u64,
    since: Instant,
}

/// See the module's text.
pub(super) struct Outbox {
    items: Vec<Item>,
    flights: HashMap<String, Flight>,
    /// Answers that may come twice, because the request went out twice.
    answered: HashMap<String, (Kind, String)>,
    /// One at a time per session, as our pages do; otherwise everything at once (F38).
    is_patient: bool,
}

impl Outbox {
    pub(super) fn new(is_patient: bool) -> Self {
        Self {
            items: Vec::new(),
            flights: HashMap::new(),
            answered: HashMap::new(),
            is_patient,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Something that waits for its answer.
    pub(super) fn find(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }

    /// Keeps something to be sent.
    pub(super) fn add(&mut self, kind: Kind, session: &str, text: String, content: Value) {
        self.items.push(Item {
            key: Uuid::new_v4().to_string(),
            kind,
            text,
            content,
            session: session.to_owned(),
            not_before: Instant::now(),
            conflicts: 0,
        });
    }

    /// Whether something for this session waits.
    pub(super) fn concerns(&self, session: &str) -> bool {
        self.items.iter().any(|item| item.session == session)
    }

    /// The next thing that may go out now.
    pub(super) fn next(&self) -> Option<Item> {
        let now = Instant::now();
        let mut busy = HashSet::new();
        for item in &self.items {
            let may_go = item.not_before <= now && !self.flights.contains_key(&item.key);
            if may_go && !busy.contains(&item.session) {
                return Some(item.clone());
            }
            if self.is_patient {
                busy.insert(&item.session);
            }
        }
        None
    }

    /// It went out, or is about to.
    pub(super) fn fly(&mut self, context: &Context, key: &str) {
        let flight = Flight {
            invoked: context.recorder.now(),
            since: Instant::now(),
        };
        self.flights.insert(key.to_owned(), flight);
    }

    /// When the oldest attempt has waited as long as it may.
    pub(super) fn overdue(&self, patience: Duration) -> Option<Instant> {
        let oldest = self.flights.values().map(|flight| flight.since).min()?;
        Some(oldest + patience)
    }

    /// When something that was told to wait may go again.
    pub(super) fn wakes(&self) -> Option<Instant> {
        let waiting = self.items.iter().filter(|item| !self.flights.contains_key(&item.key));
        waiting.map(|item| item.not_before).min()
    }

    /// Done.
    pub(super) fn acknowledge(&mut self, context: &Context, key: &str, outcome: Outcome) {
        if let Some(at) = self.items.iter().position(|item| item.key == key) {
            let item = self.items.remove(at);
            self.note(context, &item, outcome);
            self.answered.insert(item.key, (item.kind, item.text));
        } else if let Some((kind, text)) = self.answered.get(key) {
            // The same request went out twice: its second answer must be the first one again.
            let now = context.recorder.now();
            context.note(Record::Op(Op {
                client: context.name.clone(),
                kind: *kind,
                key: key.to_owned(),
                text: text.clone(),
                invoked: now,
                returned: now,
                outcome,
            }));
        }
    }

    /// Its line is on the page: our pages ask no further (the attempt stays unknown in the history).
    pub(super) fn shown(&mut self, context: &Context, key: &str) {
        if !self.is_patient {
            return;
        }
        if let Some(at) = self.items.iter().position(|item| item.key == key) {
            let item = self.items.remove(at);
            if self.flights.contains_key(key) {
                self.note(context, &item, Outcome::Unknown);
            }
            self.answered.insert(item.key, (item.kind, item.text));
        }
    }

    /// Not done; whether it is kept for another attempt is told by the class (C20).
    pub(super) fn refuse(&mut self, context: &Context, key: &str, code: &str, class: &str) {
        let Some(at) = self.items.iter().position(|item| item.key == key) else {
            return;
        };
        let mut item = self.items[at].clone();
        item.conflicts += u32::from(class == "conflict");
        let is_final = class == "fatal" || item.conflicts > MOST_CONFLICTS || code == "session_ended";
        // "Again with the same key" does not say that nothing was done.
        let outcome = if class == "retry" {
            Outcome::Unknown
        } else {
            Outcome::Fail { code: code.to_owned() }
        };
        self.note(context, &item, outcome);
        if is_final {
            self.items.remove(at);
        } else {
            item.not_before = Instant::now() + Duration::from_millis(200);
            self.items[at] = item;
        }
    }

    /// What was under way is in doubt and goes again.
    pub(super) fn doubt(&mut self, context: &Context) {
        for item in self.items.clone() {
            if self.flights.contains_key(&item.key) {
                self.note(context, &item, Outcome::Unknown);
            }
        }
    }

    fn note(&mut self, context: &Context, item: &Item, outcome: Outcome) {
        let returned = context.recorder.now();
        let flight = self.flights.remove(&item.key);
        context.note(Record::Op(Op {
            client: context.name.clone(),
            kind: item.kind,
            key: item.key.clone(),
            text: item.text.clone(),
            invoked: flight.map_or(returned, |flight| flight.invoked),
            returned,
            outcome,
        }));
    }
}
