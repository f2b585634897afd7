//! Files are there with the bytes that were sent (I20); what frames made is what a fresh look shows (I24).

use std::collections::BTreeMap;

use super::{Facts, Findings};
use crate::history::Record;

pub(super) fn check(facts: &Facts<'_>, findings: &mut Findings) {
    let mut blobs = BTreeMap::new();
    for record in facts.history {
        match record {
            Record::Blob(blob) => {
                blobs.insert(blob.attachment.as_str(), blob);
            }
            Record::Fold(fold) if fold.folded != fold.fresh => {
                let differs = first_difference(&fold.folded, &fold.fresh, "");
                findings.add(
                    "I24",
                    format!("{} folded another picture than a fresh one: {differs}", fold.client),
                );
            }
            _ => {}
        }
    }
    for (session, log) in &facts.export.entries {
        for entry in log {
            let attachment = &entry.body["content"]["attachment"]["id"];
            let Some(blob) = attachment.as_str().and_then(|id| blobs.get(id)) else {
                continue;
            };
            if blob.sent != blob.fetched {
                findings.add(
                    "I20",
                    format!(
                        "the file of line {} of {session} came back as {}",
                        entry.seq, blob.fetched
                    ),
                );
            }
        }
    }
}

/// Where two pictures differ first.
fn first_difference(one: &serde_json::Value, other: &serde_json::Value, path: &str) -> String {
    use serde_json::Value::{Array, Object};
    match (one, other) {
        (Object(one), Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            let null = serde_json::Value::Null;
            names
                .filter(|name| one.get(*name) != other.get(*name))
                .map(|name| {
                    let (one, other) = (one.get(name).unwrap_or(&null), other.get(name).unwrap_or(&null));
                    first_difference(one, other, &format!("{path}/{name}"))
                })
                .next()
                .unwrap_or_default()
        }
        (Array(one), Array(other)) if one.len() == other.len() => one
            .iter()
            .zip(other)
            .enumerate()
            .find(|(_, (one, other))| one != other)
            .map(|(at, (one, other))| first_difference(one, other, &format!("{path}/{at}")))
            .unwrap_or_default(),
        _ => format!("{path} is {one}, fresh {other}"),
    }
}
