//! One session, recomputed from its lines.

use super::{Fault, Rule};
use crate::entry::{Author, Entry, EntryBody};
use crate::flow::FlowRun;
use crate::ids::AgentId;
use crate::message::Content;
use crate::session::{EndedBy, Origin, Session, Stage};

/// Takes a session's lines one by one, in their order, and then its row. Keeps a few numbers only, so that logs of any
/// length can be read.
pub struct Recount {
    place: String,
    session: Session,
    /// Number of the newest line that the visitor may see.
    seen: i64,
    /// How far the row says that the agent has read.
    agent_read: i64,
    /// Visitor's messages behind that mark.
    unread_at_least: i64,
    lines: i64,
    is_rated: bool,
}

impl Recount {
    /// Begins before the first line of the session that `row` stands for.
    #[must_use]
    pub fn of(row: &Session) -> Self {
        let origin = Origin {
            id: row.id,
            tenant: row.tenant,
            channel: row.channel,
            source: row.source.clone(),
            visitor: row.visitor,
            flow: row.flow,
            flow_version: row.flow_version,
            run: FlowRun::clone(&row.run),
        };
        Self {
            place: row.id.to_string(),
            session: Session::unstarted(origin, row.started_at),
            seen: 0,
            agent_read: row.agent_read,
            unread_at_least: 0,
            lines: 0,
            is_rated: false,
        }
    }

    /// Takes the next line; `visitor_prev` is what it names as the line before in the visitor's view. Answers what is
    /// wrong with it.
    pub fn line(&mut self, entry: &Entry, visitor_prev: Option<i64>) -> Vec<Fault> {
        let place = format!("{} line {}", self.place, entry.seq);
        let mut faults = Vec::new();
        let wanted = self.session.last_seq + 1;
        if entry.seq != wanted {
            let what = format!("line {wanted} should follow");
            faults.push(Fault::new(Rule::Numbers, place.as_str(), what));
        }
        let expected = entry.body.is_for_visitor().then_some(self.seen);
        if visitor_prev != expected {
            let what = format!(
                "names {} as the line before in the visitor's view instead of {}",
                number(visitor_prev),
                number(expected)
            );
            faults.push(Fault::new(Rule::VisitorView, place.as_str(), what));
        }
        if expected.is_some() {
            self.seen = entry.seq;
        }
        if let Err((rule, what)) = self.step(entry) {
            faults.push(Fault::new(rule, place, what));
        }
        if entry.author == Author::Visitor && is_message(&entry.body) && entry.seq > self.agent_read {
            self.unread_at_least += 1;
        }
        self.lines += 1;
        self.is_rated |= matches!(entry.body, EntryBody::Rated { .. });
        self.session.apply(entry);
        faults
    }

    /// Compares what the lines give with the row.
    #[must_use]
    pub fn finish(self, row: &Session) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.lines == 0 {
            faults.push(Fault::new(Rule::Numbers, self.place, "has no lines"));
            return faults;
        }
        let is = &self.session;
        let mut differs = |name: &str, row: String, log: String| {
            if row != log {
                let what = format!("{name} is {row}, the log gives {log}");
                faults.push(Fault::new(Rule::Row, self.place.as_str(), what));
            }
        };
        differs("stage", format!("{:?}", row.stage), format!("{:?}", is.stage));
        differs("last_seq", row.last_seq.to_string(), is.last_seq.to_string());
        differs("visitor_seq", row.visitor_seq.to_string(), is.visitor_seq.to_string());
        differs(
            "last_message",
            format!("{:?}", row.last_message),
            format!("{:?}", is.last_message),
        );
        differs(
            "silent_since",
            format!("{:?}", row.silent_since),
            format!("{:?}", is.silent_since),
        );
        let mut marks = |name: &str, row: i64, least: i64, most: i64| {
            if !(least..=most).contains(&row) {
                let what = format!("{name} is {row}, the log allows {least} to {most}");
                faults.push(Fault::new(Rule::Row, self.place.as_str(), what));
            }
        };
        marks("agent_read", row.agent_read, is.agent_read, is.last_seq);
        marks("visitor_read", row.visitor_read, is.visitor_read, is.visitor_seq);
        if !(self.unread_at_least..=is.unread).contains(&row.unread) {
            let what = format!(
                "unread is {}, the log gives {} to {}",
                row.unread, self.unread_at_least, is.unread
            );
            faults.push(Fault::new(Rule::Counters, self.place.as_str(), what));
        }
        if row.is_completed && !is.is_ended() {
            faults.push(Fault::new(Rule::Row, self.place, "is put away while it runs"));
        }
        faults
    }

    /// Whether the line may follow where the session stands.
    fn step(&self, entry: &Entry) -> Result<(), (Rule, String)> {
        let wrong = |what: &str| Err((Rule::Path, what.to_owned()));
        let is_first = self.lines == 0;
        match (&self.session.stage, &entry.body) {
            (_, EntryBody::Started) if is_first => self.begins(entry),
            (_, EntryBody::Started) => wrong("begins a session that has begun"),
            _ if is_first => wrong("is the first line, but does not begin the session"),
            (_, EntryBody::Selected { line, .. } | EntryBody::Rated { line, .. })
                if *line >= entry.seq || *line < 1 =>
            {
                wrong("answers a line that does not come before it")
            }
            (_, EntryBody::Rated { .. }) if self.is_rated => wrong("rates the session again"),
            // A session may be rated when it is over (RATE-02); nothing else follows the end.
            (_, EntryBody::Rated { .. }) => Ok(()),
            (
                Stage::Ended { .. },
                EntryBody::Message {
                    content: Content::Rating(_),
                },
            ) if entry.author == Author::System => Ok(()),
            (Stage::Ended { .. }, _) => wrong("follows the end of the session"),
            (Stage::Active { agent, .. }, EntryBody::Assigned { agent_id, .. }) => Err((
                Rule::Owner,
                format!("gives the session to {agent_id} while {agent} serves it"),
            )),
            (Stage::Waiting(_), EntryBody::Assigned { .. }) => Ok(()),
            (Stage::InFlow, EntryBody::Assigned { .. }) => wrong("gives a session away that does not wait"),
            (Stage::Active { .. }, EntryBody::Queued { .. }) => wrong("queues a session that an agent serves"),
            (Stage::Waiting(place), EntryBody::LeftQueue { skill_group_id })
                if place.skill_group == *skill_group_id =>
            {
                Ok(())
            }
            (_, EntryBody::LeftQueue { .. }) => wrong("leaves a queue in which the session does not wait"),
            (
                Stage::Active { agent, place, .. },
                EntryBody::Requeued {
                    skill_group_id,
                    number,
                    from_agent_id,
                    ..
                },
            ) if agent == from_agent_id && place.skill_group == *skill_group_id && place.number == *number => Ok(()),
            (_, EntryBody::Requeued { .. }) => wrong("puts the session back from where it was not"),
            (stage, EntryBody::Message { .. }) => may_speak(stage, entry.author),
            (stage, EntryBody::Ended { by }) => may_end(stage, *by, entry.author),
            (_, EntryBody::Queued { .. } | EntryBody::FlowStep { .. } | EntryBody::Selected { .. }) => Ok(()),
        }
    }

    fn begins(&self, entry: &Entry) -> Result<(), (Rule, String)> {
        if entry.at == self.session.started_at {
            return Ok(());
        }
        let what = format!("began at {}, its row says {}", entry.at.0, self.session.started_at.0);
        Err((Rule::Row, what))
    }
}

fn may_speak(stage: &Stage, author: Author) -> Result<(), (Rule, String)> {
    let Author::Agent { agent_id } = author else {
        return Ok(());
    };
    match stage {
        Stage::Active { agent, .. } if *agent == agent_id => Ok(()),
        _ => Err((
            Rule::Owner,
            format!("was said by {agent_id}, who does not serve the session"),
        )),
    }
}

fn may_end(stage: &Stage, by: EndedBy, author: Author) -> Result<(), (Rule, String)> {
    let owner: Option<AgentId> = match stage {
        Stage::Active { agent, .. } => Some(*agent),
        _ => None,
    };
    match (by, author) {
        (EndedBy::Agent, Author::Agent { agent_id }) if owner == Some(agent_id) => Ok(()),
        (EndedBy::Agent, _) => Err((
            Rule::Owner,
            "was ended by an agent who does not serve the session".to_owned(),
        )),
        _ => Ok(()),
    }
}

const fn is_message(body: &EntryBody) -> bool {
    matches!(body, EntryBody::Message { .. })
}

fn number(seq: Option<i64>) -> String {
    seq.map_or_else(|| "none".to_owned(), |seq| seq.to_string())
}

#[cfg(test)]
mod tests;
