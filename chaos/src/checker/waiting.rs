//! Nobody waits beside a free agent (I12), and nothing stays broken once everything was mended.

use std::collections::BTreeMap;

use super::{Facts, Findings};
use crate::history::Record;

/// How long a waiting session and an agent with room may stand beside each other after everything was mended.
const PATIENCE: u64 = 5_000_000;

/// A stretch of time in microseconds: from, to.
type Span = (u64, u64);

pub(super) fn check(facts: &Facts<'_>, findings: &mut Findings) {
    for record in facts.history {
        if let Record::Stuck(stuck) = record {
            findings.add("I12", format!("{} {}", stuck.client, stuck.what));
        }
    }
    let calm = calm_spans(facts);
    let waiting = waiting_spans(facts);
    for (agent, spans) in spans_with_room(facts) {
        for (session, waits) in &waiting {
            for span in &spans {
                let both = calm.iter().filter_map(|calm| common(*calm, common(*span, *waits)?));
                if let Some((from, to)) = both.into_iter().find(|(from, to)| to - from > PATIENCE) {
                    findings.add(
                        "I12",
                        format!("{session} waited from {from} to {to} beside {agent}, who had room"),
                    );
                }
            }
        }
    }
}

/// When nothing was broken.
fn calm_spans(facts: &Facts<'_>) -> Vec<Span> {
    let (mut spans, mut since) = (Vec::new(), Some(0));
    for record in facts.history {
        if let Record::Fault(fault) = record {
            if fault.what == "heal" {
                since = since.or(Some(fault.at));
            } else if let Some(from) = since.take() {
                spans.push((from, fault.at));
            }
        }
    }
    spans.extend(since.map(|from| (from, end(facts))));
    spans
}

/// The history's last moment.
fn end(facts: &Facts<'_>) -> u64 {
    let moments = facts.history.iter().map(|record| match record {
        Record::Op(op) => op.returned,
        Record::Line(line) => line.at,
        Record::Fault(fault) => fault.at,
        _ => 0,
    });
    moments.max().unwrap_or(0)
}

/// A stamp of the desk's as a time of the history.
fn moment(facts: &Facts<'_>, at: i64) -> u64 {
    u64::try_from((at - facts.export.began) * 1_000).unwrap_or(0)
}

fn waiting_spans<'f>(facts: &Facts<'f>) -> Vec<(&'f str, Span)> {
    let mut spans = Vec::new();
    for (session, log) in &facts.export.entries {
        let mut since = None;
        for entry in log {
            match entry.kind.as_str() {
                "queued" | "requeued" => since = Some(moment(facts, entry.at)),
                "assigned" | "left_queue" | "ended" => {
                    spans.extend(
                        since
                            .take()
                            .map(|from| (session.as_str(), (from, moment(facts, entry.at)))),
                    );
                }
                _ => {}
            }
        }
        spans.extend(since.map(|from| (session.as_str(), (from, end(facts)))));
    }
    spans
}

/// When, what an agent's readiness became, and by how much the load changed.
type Change = (u64, Option<bool>, i64);

/// When each agent was ready and below the limit.
fn spans_with_room<'f>(facts: &Facts<'f>) -> BTreeMap<&'f str, Vec<Span>> {
    let mut changes: BTreeMap<&str, Vec<Change>> = BTreeMap::new();
    for record in facts.history {
        if let Record::Ready(ready) = record {
            changes
                .entry(&ready.agent)
                .or_default()
                .push((ready.at, Some(ready.is_ready), 0));
        }
    }
    for log in facts.export.entries.values() {
        let mut owner = None;
        for entry in log {
            let at = moment(facts, entry.at);
            let gone = matches!(entry.kind.as_str(), "assigned" | "requeued" | "ended")
                .then(|| owner.take())
                .flatten();
            if let Some(gone) = gone {
                changes.entry(gone).or_default().push((at, None, -1));
            }
            if entry.kind == "assigned"
                && let Some(agent) = entry.body["agent_id"].as_str()
            {
                owner = Some(agent);
                changes.entry(agent).or_default().push((at, None, 1));
            }
        }
    }
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for agent in &facts.export.agents {
        let Some(mut changes) = changes.remove(agent.id.as_str()) else {
            continue;
        };
        changes.sort_unstable();
        let (mut is_ready, mut load, mut since) = (false, 0, None);
        let spans = spans.entry(&agent.id).or_default();
        for (at, readiness, by) in changes {
            is_ready = readiness.unwrap_or(is_ready);
            load += by;
            let has_room = is_ready && load < agent.cap;
            if has_room {
                since = since.or(Some(at));
            } else if let Some(from) = since.take() {
                spans.push((from, at));
            }
        }
        spans.extend(since.map(|from| (from, end(facts))));
    }
    spans
}

fn common(one: Span, other: Span) -> Option<Span> {
    let (from, to) = (one.0.max(other.0), one.1.min(other.1));
    (from < to).then_some((from, to))
}
