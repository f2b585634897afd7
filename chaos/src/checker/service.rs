//! Who serves whom: one agent at a time (I07), none above the limit (I08), legal lives (I13), one open session per
//! visitor and channel (I14).

use std::collections::{BTreeMap, VecDeque};

use super::{Facts, Findings, acknowledged};
use crate::export::{Entry, Session};

/// Where a log leads, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Stage {
    InFlow,
    Waiting,
    Active(String),
    Ended(String),
}

impl Stage {
    fn word(&self) -> &'static str {
        match self {
            Self::InFlow => "in_flow",
            Self::Waiting => "waiting",
            Self::Active(_) => "active",
            Self::Ended(_) => "ended",
        }
    }
}

pub(super) fn check(facts: &Facts<'_>, findings: &mut Findings) {
    let mut moves = Moves::new();
    for session in &facts.export.sessions {
        let log = facts.log(&session.id);
        let stage = live(session, log, &mut moves, findings);
        row_is_the_end(session, log, stage.as_ref(), findings);
    }
    answers_came_from_the_owner(facts, findings);
    nobody_is_above_the_limit(facts, moves, findings);
    one_is_open(facts, findings);
}

/// Gains (true) and losses of sessions by agents, in the order of each log.
type Moves<'f> = BTreeMap<(String, &'f str), VecDeque<bool>>;

fn live<'f>(session: &'f Session, log: &[Entry], moves: &mut Moves<'f>, findings: &mut Findings) -> Option<Stage> {
    let id = session.id.as_str();
    let mut stage: Option<Stage> = None;
    for entry in log {
        let place = format!("line {} of {id}, {},", entry.seq, entry.kind);
        let word = |name: &str| entry.body[name].as_str().unwrap_or_default().to_owned();
        let before = stage.clone();
        stage = match (before, entry.kind.as_str()) {
            (None, "started") => Some(Stage::InFlow),
            (None, _) => {
                findings.add("I13", format!("{place} stands before the session started"));
                Some(Stage::InFlow)
            }
            (Some(Stage::Ended(by)), _) => {
                findings.add("I13", format!("{place} came after the session had ended"));
                Some(Stage::Ended(by))
            }
            (Some(Stage::InFlow), "queued") | (Some(Stage::Active(_)), "requeued") => Some(Stage::Waiting),
            (Some(Stage::Waiting), "left_queue") => Some(Stage::InFlow),
            (Some(Stage::Waiting), "assigned") => Some(Stage::Active(word("agent_id"))),
            (Some(Stage::Active(owner)), "assigned") => {
                findings.add(
                    "I07",
                    format!("{place} gives the session to {} while {owner} has it", word("agent_id")),
                );
                Some(Stage::Active(word("agent_id")))
            }
            (Some(_), "ended") => Some(Stage::Ended(word("by"))),
            (Some(at), "started" | "queued" | "requeued" | "left_queue" | "assigned") => {
                findings.add("I13", format!("{place} does not follow from {}", at.word()));
                Some(at)
            }
            (at, _) => at,
        };
        if let (Some(Stage::Active(owner)), Some(agent), "message") = (&stage, &entry.agent, entry.kind.as_str())
            && owner != agent
        {
            findings.add("I07", format!("{place} is from {agent} while {owner} has the session"));
        }
        if entry.kind == "message" && entry.agent.is_some() && matches!(stage, Some(Stage::InFlow | Stage::Waiting)) {
            findings.add("I07", format!("{place} is from an agent while nobody has the session"));
        }
        note_move(id, moves, log, entry, &stage);
    }
    stage
}

fn note_move<'f>(id: &'f str, moves: &mut Moves<'f>, log: &[Entry], entry: &Entry, now: &Option<Stage>) {
    match (entry.kind.as_str(), now) {
        ("assigned", Some(Stage::Active(owner))) => moves.entry((owner.clone(), id)).or_default().push_back(true),
        ("requeued", _) => {
            let from = entry.body["from_agent_id"].as_str().unwrap_or_default().to_owned();
            moves.entry((from, id)).or_default().push_back(false);
        }
        ("ended", _) => {
            let gains = log
                .iter()
                .rev()
                .find(|line| matches!(line.kind.as_str(), "assigned" | "requeued"));
            if let Some(gain) = gains.filter(|line| line.kind == "assigned") {
                let owner = gain.body["agent_id"].as_str().unwrap_or_default().to_owned();
                moves.entry((owner, id)).or_default().push_back(false);
            }
        }
        _ => {}
    }
}

/// The row is the fold of the log.
fn row_is_the_end(session: &Session, log: &[Entry], stage: Option<&Stage>, findings: &mut Findings) {
    let Some(stage) = stage else {
        return findings.add("I13", format!("{} has no log", session.id));
    };
    if session.stage != stage.word() {
        findings.add(
            "I13",
            format!(
                "the row of {} says {}, its log {}",
                session.id,
                session.stage,
                stage.word()
            ),
        );
    }
    if let Stage::Active(owner) = stage
        && session.agent.as_ref() != Some(owner)
    {
        findings.add(
            "I07",
            format!("the row of {} says {:?}, its log {owner}", session.id, session.agent),
        );
    }
    if let Stage::Ended(by) = stage
        && session.ended_by.as_ref() != Some(by)
    {
        findings.add(
            "I13",
            format!(
                "the row of {} says that {:?} ended it, its log {by}",
                session.id, session.ended_by
            ),
        );
    }
    if log.iter().filter(|entry| entry.kind == "ended").count() > 1 {
        findings.add("I13", format!("{} ended more than once", session.id));
    }
}

/// Who was told that a message is stored served the session at that line.
fn answers_came_from_the_owner(facts: &Facts<'_>, findings: &mut Findings) {
    for op in &facts.ops {
        let (Some(agent), Some((session, seq, _))) = (facts.agents.get(op.client.as_str()), acknowledged(op)) else {
            continue;
        };
        let before = facts.log(session).iter().take_while(|entry| entry.seq < seq);
        let last = before
            .filter(|entry| matches!(entry.kind.as_str(), "assigned" | "requeued"))
            .last();
        let owner = last
            .filter(|entry| entry.kind == "assigned")
            .and_then(|entry| entry.body["agent_id"].as_str());
        if owner != Some(agent) {
            findings.add(
                "I07",
                format!("{} wrote line {seq} of {session}, which {owner:?} served", op.client),
            );
        }
    }
}

/// Each agent's stream has its own order of commits, so loads are counted along it, whatever the clocks said.
fn nobody_is_above_the_limit<'f>(facts: &Facts<'f>, mut moves: Moves<'f>, findings: &mut Findings) {
    let caps: BTreeMap<&str, i64> = facts
        .export
        .agents
        .iter()
        .map(|agent| (agent.id.as_str(), agent.cap))
        .collect();
    let mut loads: BTreeMap<&str, i64> = BTreeMap::new();
    for (agent, session) in &facts.export.events {
        let Some(gains) = moves
            .get_mut(&(agent.clone(), session.as_str()))
            .and_then(VecDeque::pop_front)
        else {
            continue;
        };
        let load = loads.entry(agent).or_default();
        *load += if gains { 1 } else { -1 };
        let cap = caps.get(agent.as_str()).copied().unwrap_or(0);
        if gains && *load > cap {
            findings.add(
                "I08",
                format!("{agent} got {session} as number {load} of at most {cap}"),
            );
        }
    }
    for ((agent, session), left) in moves.iter().filter(|(_, left)| !left.is_empty()) {
        findings.add(
            "I08",
            format!("{} changes of {session} are not in the stream of {agent}", left.len()),
        );
    }
    for agent in &facts.export.agents {
        let open = facts
            .export
            .sessions
            .iter()
            .filter(|session| session.stage == "active" && session.agent.as_ref() == Some(&agent.id));
        let open = i64::try_from(open.count()).unwrap_or(i64::MAX);
        if open != agent.load {
            findings.add(
                "I08",
                format!("{} has the load {} and {open} open sessions", agent.id, agent.load),
            );
        }
        if open > agent.cap {
            findings.add(
                "I08",
                format!("{} has {open} open sessions of at most {}", agent.id, agent.cap),
            );
        }
    }
}

fn one_is_open(facts: &Facts<'_>, findings: &mut Findings) {
    let mut newest: BTreeMap<(&str, &str), &Session> = BTreeMap::new();
    // Ids rise with time, so all but the last of a visitor's sessions must be over.
    for session in &facts.export.sessions {
        if let Some(before) = newest.insert((&session.visitor, &session.channel), session)
            && before.stage != "ended"
        {
            findings.add(
                "I14",
                format!(
                    "{} began while {} of the same visitor was {}",
                    session.id, before.id, before.stage
                ),
            );
        }
    }
}
