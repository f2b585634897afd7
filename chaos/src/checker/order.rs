//! Numbers and order: dense logs and chained views (I04), reads that do not go back (I05).

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Findings, acknowledged, client, is_final};
use crate::history::{Op, Record};

pub(super) fn check(facts: &Facts<'_>, findings: &mut Findings) {
    logs_are_dense(facts, findings);
    views_are_chained(facts, findings);
    links_go_forward(facts, findings);
    what_came_after_an_answer_has_a_higher_number(facts, findings);
    reads_do_not_go_back(facts, findings);
}

fn logs_are_dense(facts: &Facts<'_>, findings: &mut Findings) {
    for (session, log) in &facts.export.entries {
        for (expected, entry) in (1..).zip(log) {
            if entry.seq != expected {
                findings.add(
                    "I04",
                    format!("{session} has line {} where {expected} must be", entry.seq),
                );
                break;
            }
        }
        let mut prev = 0;
        for entry in log {
            if let Some(told) = entry.visitor_prev {
                if told != prev {
                    findings.add(
                        "I04",
                        format!(
                            "line {} of {session} says that {told} comes before it for the visitor; it is {prev}",
                            entry.seq
                        ),
                    );
                }
                prev = entry.seq;
            }
        }
    }
    for session in &facts.export.sessions {
        let log = facts.log(&session.id);
        let last = log.last().map_or(0, |entry| entry.seq);
        let visible = log
            .iter()
            .filter(|entry| entry.visitor_prev.is_some())
            .map(|entry| entry.seq)
            .max();
        if (session.last_seq, session.visitor_seq) != (last, visible.unwrap_or(0)) {
            findings.add(
                "I04",
                format!(
                    "the row of {} counts to {} and {}, its log to {last} and {visible:?}",
                    session.id, session.last_seq, session.visitor_seq
                ),
            );
        }
    }
}

fn views_are_chained(facts: &Facts<'_>, findings: &mut Findings) {
    for line in &facts.lines {
        let Some((_, entry)) = facts.by_id.get(line.id.as_str()) else {
            continue;
        };
        let sees_all = facts.agents.contains_key(client(&line.client));
        let prev = if sees_all {
            Some(entry.seq - 1)
        } else {
            entry.visitor_prev
        };
        if prev != Some(line.prev) {
            findings.add(
                "I04",
                format!(
                    "{} was told that {} comes before line {} of {}; it is {prev:?}",
                    line.client, line.prev, line.seq, line.session
                ),
            );
        }
    }
}

/// On one connection lines come in the order of their numbers; what comes again came before.
fn links_go_forward(facts: &Facts<'_>, findings: &mut Findings) {
    let mut seen: BTreeMap<(&str, u32, &str), BTreeSet<i64>> = BTreeMap::new();
    for line in facts
        .lines
        .iter()
        .filter(|line| line.link > 0 && !is_final(&line.client))
    {
        let seen = seen.entry((&line.client, line.link, &line.session)).or_default();
        let is_new = !seen.contains(&line.seq);
        if is_new && seen.last().is_some_and(|last| line.seq < *last) {
            findings.add(
                "I04",
                format!(
                    "{} got line {} of {} after line {:?} on connection {}",
                    line.client,
                    line.seq,
                    line.session,
                    seen.last(),
                    line.link
                ),
            );
        }
        seen.insert(line.seq);
    }
}

/// When somebody said something first, when it was answered, and its number.
type Said = (u64, u64, i64);

fn what_came_after_an_answer_has_a_higher_number(facts: &Facts<'_>, findings: &mut Findings) {
    // The first answer of a key counts: later ones repeat it.
    let mut first: BTreeMap<&str, &Op> = BTreeMap::new();
    let mut invoked: BTreeMap<&str, u64> = BTreeMap::new();
    for op in &facts.ops {
        let begun = invoked.entry(&op.key).or_insert(op.invoked);
        *begun = op.invoked.min(*begun);
        if acknowledged(op).is_some() {
            first.entry(&op.key).or_insert(op);
        }
    }
    let mut talks: BTreeMap<(&str, &str), Vec<Said>> = BTreeMap::new();
    for (key, op) in first {
        if let Some((session, seq, _)) = acknowledged(op) {
            let begun = invoked[key];
            talks
                .entry((&op.client, session))
                .or_default()
                .push((begun, op.returned, seq));
        }
    }
    for ((client, session), mut talk) in talks {
        talk.sort_unstable();
        let mut answered: Vec<(u64, i64)> = talk.iter().map(|(_, returned, seq)| (*returned, *seq)).collect();
        answered.sort_unstable();
        let (mut at, mut highest) = (0, 0);
        for (begun, _, seq) in talk {
            while answered.get(at).is_some_and(|(returned, _)| *returned < begun) {
                highest = highest.max(answered[at].1);
                at += 1;
            }
            if seq < highest {
                findings.add(
                    "I04",
                    format!("{client} had the answer for line {highest} of {session} before it said line {seq}"),
                );
            }
        }
    }
}

fn reads_do_not_go_back(facts: &Facts<'_>, findings: &mut Findings) {
    let mut known: BTreeMap<(&str, &str), Vec<(u64, i64)>> = BTreeMap::new();
    for line in &facts.lines {
        known
            .entry((client(&line.client), &line.session))
            .or_default()
            .push((line.at, line.seq));
    }
    for op in &facts.ops {
        if let Some((session, seq, _)) = acknowledged(op) {
            known.entry((&op.client, session)).or_default().push((op.returned, seq));
        }
    }
    for record in facts.history {
        let Record::Glance(glance) = record else { continue };
        let known = known.get(&(glance.client.as_str(), glance.session.as_str()));
        let before = known.into_iter().flatten().filter(|(at, _)| *at < glance.invoked);
        if let Some(had) = before.map(|(_, seq)| *seq).max().filter(|had| *had > glance.last_seq) {
            findings.add(
                "I05",
                format!(
                    "{} had line {had} of {} and was then told that it ends at {}",
                    glance.client, glance.session, glance.last_seq
                ),
            );
        }
    }
}
