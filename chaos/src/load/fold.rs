//! What a client makes of lines: it notes each one, and keeps those of a session in a row without holes.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Context;
use crate::history::{Line, Record};

/// The lines of one session that follow each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// The number before the first of them.
    base: i64,
    /// Number and id.
    lines: Vec<(i64, String)>,
}

/// All lines that a client has.
#[derive(Debug, Clone, Default)]
pub(super) struct Fold {
    rows: BTreeMap<String, Row>,
    /// Sessions of which something is missing, with the last good number.
    behind: BTreeMap<String, i64>,
}

impl Row {
    fn last(&self) -> i64 {
        self.lines.last().map_or(self.base, |(seq, _)| *seq)
    }
}

impl Fold {
    /// Number of the newest line of a session that was taken in.
    pub(super) fn last(&self, session: &str) -> Option<i64> {
        self.rows.get(session).map(Row::last)
    }

    /// The newest number of each session.
    pub(super) fn all_last(&self) -> BTreeMap<String, i64> {
        self.rows.iter().map(|(id, row)| (id.clone(), row.last())).collect()
    }

    /// A session and the number after which lines are missing.
    pub(super) fn missing(&self) -> Option<(String, i64)> {
        let (session, _) = self.behind.first_key_value()?;
        Some((session.clone(), self.last(session)?))
    }

    /// Forgets a session.
    pub(super) fn forget(&mut self, session: &str) {
        self.rows.remove(session);
        self.behind.remove(session);
    }

    /// Numbers and ids of a session's lines after `base`, as one text each.
    pub(super) fn told(&self, session: &str) -> (i64, Vec<Value>) {
        let row = self.rows.get(session).cloned().unwrap_or_default();
        let lines = row.lines.iter().map(|(seq, id)| Value::from(format!("{seq} {id}")));
        (row.base, lines.collect())
    }

    /// Takes lines in; answers the keys of senders that they carry.
    pub(super) fn add(&mut self, context: &Context, link: u32, entries: &Value) -> Vec<String> {
        let mut keys = Vec::new();
        for entry in entries.as_array().into_iter().flatten() {
            let line = note(context, link, entry);
            keys.extend(line.key.clone());
            let row = self.rows.entry(line.session.clone()).or_insert_with(|| Row {
                base: line.prev,
                lines: Vec::new(),
            });
            if line.prev == row.last() {
                row.lines.push((line.seq, line.id));
                self.behind.remove(&line.session);
            } else if line.prev > row.last() {
                self.behind.insert(line.session, line.prev);
            }
        }
        keys
    }
}

/// Notes a line, as it came.
pub(super) fn note(context: &Context, link: u32, entry: &Value) -> Line {
    let line = read(&context.name, link, context.recorder.now(), entry);
    context.note(Record::Line(line.clone()));
    line
}

fn read(client: &str, link: u32, at: u64, entry: &Value) -> Line {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let content = &entry["body"]["content"];
    let said = match content["type"].as_str() {
        Some("text") => text(&content["text"]),
        Some(_) => format!("attachment:{}", text(&content["attachment"]["name"])),
        None => String::new(),
    };
    Line {
        client: client.to_owned(),
        link,
        at,
        session: text(&entry["session_id"]),
        seq: entry["seq"].as_i64().unwrap_or_default(),
        prev: entry["prev"].as_i64().unwrap_or_default(),
        id: text(&entry["id"]),
        author: entry["author"]["type"]
            .as_str()
            .map_or_else(|| text(&entry["author"]), str::to_owned),
        key: entry["client_id"].as_str().map(str::to_owned),
        kind: text(&entry["body"]["kind"]),
        text: said,
    }
}
