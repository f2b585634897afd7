//! Messages: none lost (I01), none twice (I02), none invented (I03), none half (I06).

use std::collections::{BTreeMap, BTreeSet};

use super::{Facts, Findings, acknowledged, client, is_final};
use crate::history::{Kind, Op, Outcome};
use crate::load::is_whole;

pub(super) fn check(facts: &Facts<'_>, findings: &mut Findings) {
    nothing_acknowledged_is_lost(facts, findings);
    nothing_seen_is_lost(facts, findings);
    finals_are_whole(facts, findings);
    nothing_is_there_twice(facts, findings);
    nothing_is_invented(facts, findings);
    what_failed_is_absent(facts, findings);
}

fn nothing_acknowledged_is_lost(facts: &Facts<'_>, findings: &mut Findings) {
    for op in &facts.ops {
        if let Some((session, seq, id)) = acknowledged(op) {
            let Some((found_in, entry)) = facts.by_id.get(id) else {
                findings.add(
                    "I01",
                    format!("{} was told that {:?} is stored as {id}; it is not", op.client, op.text),
                );
                continue;
            };
            let is_same = (*found_in, entry.seq, entry.key.as_deref(), entry.text.as_str())
                == (session, seq, Some(op.key.as_str()), op.text.as_str());
            if !is_same {
                findings.add(
                    "I01",
                    format!(
                        "{} was told {session} {seq} for key {}; {id} is {entry:?}",
                        op.client, op.key
                    ),
                );
            }
        }
        if let (Kind::End, Outcome::Ok { session, .. }) = (op.kind, &op.outcome)
            && !session.is_empty()
            && facts.log(session).last().is_none_or(|entry| entry.kind != "ended")
        {
            findings.add(
                "I01",
                format!("{} was told that {session} is over; it is not", op.client),
            );
        }
    }
}

/// What somebody saw was answered for, too.
fn nothing_seen_is_lost(facts: &Facts<'_>, findings: &mut Findings) {
    for line in &facts.lines {
        match facts.by_id.get(line.id.as_str()) {
            None => findings.add(
                "I01",
                format!(
                    "{} saw line {} {} {:?}, which is gone",
                    line.client, line.session, line.seq, line.text
                ),
            ),
            Some((session, entry)) => {
                if (*session, entry.seq) != (line.session.as_str(), line.seq) {
                    findings.add(
                        "I02",
                        format!(
                            "{} saw line {} at {} {}, and it is at {session} {}",
                            line.client, line.id, line.session, line.seq, entry.seq
                        ),
                    );
                }
                let is_same = entry.kind == line.kind && entry.text == line.text && entry.author == line.author;
                if !is_same {
                    findings.add(
                        "I03",
                        format!(
                            "{} saw {:?} in line {}, and it says {:?}",
                            line.client, line.text, line.id, entry.text
                        ),
                    );
                }
            }
        }
    }
}

/// Everybody's last reads show everything that they may see.
fn finals_are_whole(facts: &Facts<'_>, findings: &mut Findings) {
    let mut read: BTreeMap<&str, BTreeSet<(&str, i64)>> = BTreeMap::new();
    for line in facts.lines.iter().filter(|line| is_final(&line.client)) {
        read.entry(client(&line.client))
            .or_default()
            .insert((&line.session, line.seq));
    }
    let mut sessions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for op in &facts.ops {
        if let Some(places) = facts
            .by_key
            .get(op.key.as_str())
            .filter(|_| !facts.agents.contains_key(op.client.as_str()))
        {
            sessions
                .entry(&op.client)
                .or_default()
                .extend(places.iter().map(|(session, _)| *session));
        }
    }
    let owners: BTreeMap<&str, &str> = facts.agents.iter().map(|(client, agent)| (*agent, *client)).collect();
    for session in &facts.export.sessions {
        if let Some(client) = session.agent.as_deref().and_then(|agent| owners.get(agent)) {
            sessions.entry(client).or_default().insert(&session.id);
        }
    }
    for (client, sessions) in sessions {
        let sees_all = facts.agents.contains_key(client);
        let seen = read.remove(client).unwrap_or_default();
        for session in sessions {
            let lines = facts
                .log(session)
                .iter()
                .filter(|entry| sees_all || entry.visitor_prev.is_some());
            for entry in lines.filter(|entry| !seen.contains(&(session, entry.seq))) {
                findings.add(
                    "I01",
                    format!(
                        "{client} does not see line {} of {session} in the end: {:?}",
                        entry.seq, entry.text
                    ),
                );
            }
        }
    }
}

fn nothing_is_there_twice(facts: &Facts<'_>, findings: &mut Findings) {
    for (key, places) in &facts.by_key {
        if places.len() > 1 {
            findings.add("I02", format!("key {key} is stored {} times: {places:?}", places.len()));
        }
    }
    let (mut ids, mut texts) = (BTreeSet::new(), BTreeMap::new());
    for (session, log) in &facts.export.entries {
        for entry in log {
            if !ids.insert(&entry.id) {
                findings.add("I02", format!("two lines have the id {}", entry.id));
            }
            // Each text says who wrote it and the how-manieth it is: nobody says the same twice.
            let is_person = matches!(entry.author.as_str(), "visitor" | "agent") && entry.kind == "message";
            if let Some(other) = texts.insert(&entry.text, (session, entry.seq)).filter(|_| is_person) {
                findings.add(
                    "I02",
                    format!("{:?} is stored at {other:?} and at {session} {}", entry.text, entry.seq),
                );
            }
        }
    }
    let mut answers: BTreeMap<&str, (&str, i64, &str)> = BTreeMap::new();
    for op in &facts.ops {
        if let Some(place) = acknowledged(op)
            && *answers.entry(&op.key).or_insert(place) != place
        {
            findings.add(
                "I02",
                format!(
                    "key {} got the answers {:?} and {place:?}",
                    op.key,
                    answers[op.key.as_str()]
                ),
            );
        }
    }
}

fn nothing_is_invented(facts: &Facts<'_>, findings: &mut Findings) {
    let mut attempted: BTreeMap<&str, &Op> = BTreeMap::new();
    for op in facts.ops.iter().filter(|op| op.kind == Kind::Post) {
        attempted.insert(&op.key, op);
    }
    for (session, log) in &facts.export.entries {
        for entry in log.iter().filter(|entry| entry.kind == "message") {
            let place = format!("line {} of {session}, {:?}", entry.seq, entry.text);
            if !matches!(entry.author.as_str(), "visitor" | "agent") {
                if is_whole(&entry.text) {
                    findings.add(
                        "I03",
                        format!("{place}, was said by a person and not by {}", entry.author),
                    );
                }
                continue;
            }
            let Some(op) = entry.key.as_deref().and_then(|key| attempted.get(key)) else {
                findings.add("I03", format!("nobody said {place}"));
                continue;
            };
            let is_whole = is_whole(&entry.text) || entry.text.starts_with("attachment:");
            let author = facts.agents.get(op.client.as_str()).copied();
            if op.text != entry.text || !is_whole || author != entry.agent.as_deref() {
                findings.add(
                    "I03",
                    format!(
                        "{} said {:?}; stored is {place} by {:?}",
                        op.client, op.text, entry.agent
                    ),
                );
            }
        }
    }
}

fn what_failed_is_absent(facts: &Facts<'_>, findings: &mut Findings) {
    let mut failed: BTreeMap<&str, bool> = BTreeMap::new();
    for op in facts.ops.iter().filter(|op| op.kind == Kind::Post) {
        *failed.entry(&op.key).or_insert(true) &= matches!(op.outcome, Outcome::Fail { .. });
    }
    for (key, _) in failed.into_iter().filter(|(_, failed)| *failed) {
        if let Some(places) = facts.by_key.get(key) {
            findings.add(
                "I06",
                format!("key {key} was refused each time, and it is stored: {places:?}"),
            );
        }
    }
}
