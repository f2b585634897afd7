//! A session: one conversation from its first message to its end.
//!
//! The log is the session. Each decision appends numbered lines, and the fields here are the fold of
//! those lines ([`Session::apply`]), so that a row can be recomputed from its log at any time (C18).
//! Not part of the fold are the cursors that readers move ([`Session::agent_read`],
//! [`Session::visitor_read`]), the flow run and the version that guards a save.

use serde::{Deserialize, Serialize};

use crate::entry::{Author, Entry, EntryBody};
use crate::flow::FlowRun;
use crate::ids::{AgentId, ChannelId, EntryId, FlowId, SessionId, SkillGroupId, TenantId, VisitorId};
use crate::message::{Choice, ClientId, Content, ContentKind};
use crate::moment::Moment;
use crate::rating::{RatingAnswer, RatingRequest};
use crate::routing::Reason;

/// Where a session stands. Wrong combinations cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// The session service flow has it.
    InFlow,
    /// It waits in a queue.
    Waiting(Place),
    /// A person serves it.
    Active {
        /// Who.
        agent: AgentId,
        /// Where it waited; it goes back there when its agent cannot serve it any more (R5, R18).
        place: Place,
        /// Since when.
        since: Moment,
    },
    /// It is over; nothing follows.
    Ended {
        /// Who or what ended it.
        by: EndedBy,
        /// When.
        at: Moment,
        /// Who served it last.
        last_agent: Option<AgentId>,
    },
}

/// A place in a skill group's queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The queue.
    pub skill_group: SkillGroupId,
    /// The order of service: lower first. Given once, inside the commit (C08, U6).
    pub number: i64,
    /// Since when it waits; for showing only.
    pub since: Moment,
}

/// Who or what ended a session; exactly one (I13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The visitor.
    Visitor,
    /// The agent who served it.
    Agent,
    /// An administrator.
    Admin,
    /// The visitor stayed silent for the flow's time (FLOW-12).
    Timer,
    /// Nobody said anything for the flow's longer time (ROUTE-14).
    Inactivity,
    /// The flow came to its end without a person.
    Flow,
}

/// Why a session went from its agent back to its place in the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequeueReason {
    /// An administrator signed the agent out (ADM-06, R18).
    #[default]
    ForcedOffline,
    /// The agent's connection was gone for longer than the grace (ROUTE-22, C11).
    AgentDisconnected,
}

/// The newest message of a person, as session lists show it (WORK-03).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LastMessage {
    /// One line.
    pub preview: String,
    /// What kind of content it is.
    pub kind: ContentKind,
    /// Who said it.
    pub author: Author,
    /// When.
    pub at: Moment,
}

/// What a line needs besides its content: made by whoever has a clock and randomness.
#[derive(Debug, Clone, Copy)]
pub struct Stamp {
    /// The new line's id.
    pub id: EntryId,
    /// Now.
    pub at: Moment,
}

/// What a session is born with.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it came from.
    pub channel: ChannelId,
    /// `title@channel`, kept when the channel is renamed or deleted (CHAN-18).
    pub source: String,
    /// Who talks.
    pub visitor: VisitorId,
    /// The flow that it keeps to its end …
    pub flow: FlowId,
    /// … in this version (R17, CHAN-14).
    pub flow_version: i64,
    /// The flow before its first step.
    pub run: FlowRun,
}

/// See the module's text.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Where it came from.
    pub channel: ChannelId,
    /// `title@channel` (CHAN-18).
    pub source: String,
    /// Who talks.
    pub visitor: VisitorId,
    /// The flow it runs.
    pub flow: FlowId,
    /// In which version.
    pub flow_version: i64,
    /// Where that flow stands.
    pub run: FlowRun,
    /// Where the session stands.
    pub stage: Stage,
    /// When it began.
    pub started_at: Moment,
    /// Number of its newest line.
    pub last_seq: i64,
    /// Number of the newest line that the visitor may see; 0 when there is none (C03).
    pub visitor_seq: i64,
    /// The newest message.
    pub last_message: Option<LastMessage>,
    /// Since when the agent waits for the visitor: the time of the newest agent's message that no
    /// visitor's message followed (U19). `None` while the visitor is the one who waits.
    pub silent_since: Option<Moment>,
    /// How far the agent has read.
    pub agent_read: i64,
    /// How far the visitor has read.
    pub visitor_read: i64,
    /// Visitor's messages since the agent read.
    pub unread: i64,
    /// Put away by the agent after its end (WORK-21).
    pub is_completed: bool,
    /// Guards saving: who is late loads and decides again (C05).
    pub version: i64,
    /// Lines that are not saved yet.
    fresh: Vec<Entry>,
}

/// Why somebody may not speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The session is over.
    #[error("the session has ended")]
    Ended,
    /// Another agent serves it, or nobody does yet (U12).
    #[error("another agent serves this session")]
    NotYours,
}

/// Why a choice is not noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// The session is over.
    #[error("the session has ended")]
    Ended,
    /// No line has this number.
    #[error("there is no such line")]
    NoSuchLine,
}

/// Why nobody may be given a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session is not waiting")]
pub struct NotWaiting;

/// Why a session is not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EndError {
    /// It is over already.
    #[error("the session has ended")]
    Ended,
    /// Only its own agent ends it.
    #[error("another agent serves this session")]
    NotYours,
}

/// Why a session is not put away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompleteError {
    /// It still runs.
    #[error("the session has not ended")]
    NotEnded,
    /// Somebody else served it.
    #[error("another agent served this session")]
    NotYours,
}

/// The agent that a session is given to.
#[derive(Debug, Clone)]
pub struct Assignee {
    /// Who.
    pub agent: AgentId,
    /// Public name.
    pub nickname: String,
    /// Public number.
    pub staff_no: String,
}

impl Session {
    /// A new session with its first line.
    #[must_use]
    pub fn open(origin: Origin, stamp: Stamp) -> Self {
        let mut session = Self::unstarted(origin, stamp.at);
        session.append(stamp, Author::System, None, EntryBody::Started);
        session
    }

    /// A session before its first line: where a recount from the log begins.
    #[must_use]
    pub fn unstarted(origin: Origin, started_at: Moment) -> Self {
        Self {
            id: origin.id,
            tenant: origin.tenant,
            channel: origin.channel,
            source: origin.source,
            visitor: origin.visitor,
            flow: origin.flow,
            flow_version: origin.flow_version,
            run: origin.run,
            stage: Stage::InFlow,
            started_at,
            last_seq: 0,
            visitor_seq: 0,
            last_message: None,
            silent_since: None,
            agent_read: 0,
            visitor_read: 0,
            unread: 0,
            is_completed: false,
            version: 0,
            fresh: Vec::new(),
        }
    }

    /// Says something.
    ///
    /// # Errors
    /// After the end, or when an agent speaks who does not serve the session.
    pub fn post(
        &mut self,
        stamp: Stamp,
        author: Author,
        client_id: Option<ClientId>,
        content: Content,
    ) -> Result<&Entry, PostError> {
        match (&self.stage, author) {
            (Stage::Ended { .. }, _) => return Err(PostError::Ended),
            (Stage::Active { agent, .. }, Author::Agent { agent_id }) if *agent != agent_id => {
                return Err(PostError::NotYours);
            }
            (Stage::InFlow | Stage::Waiting(_), Author::Agent { .. }) => {
                return Err(PostError::NotYours);
            }
            _ => {}
        }
        Ok(self.append(stamp, author, client_id, EntryBody::Message { content }))
    }

    /// Notes what the visitor chose in the line with number `line`, which asked (FLOW-06, FLOW-08).
    ///
    /// # Errors
    /// After the end, and for a line that is not there.
    pub fn select(&mut self, stamp: Stamp, line: i64, choice: Choice) -> Result<(), SelectError> {
        if self.is_ended() {
            return Err(SelectError::Ended);
        }
        if !(1..=self.last_seq).contains(&line) {
            return Err(SelectError::NoSuchLine);
        }
        self.append(stamp, Author::Visitor, None, EntryBody::Selected { line, choice });
        Ok(())
    }

    /// Asks the visitor to rate the session, also after its end (RATE-02); answers the line's number. Whether it may
    /// be asked [`crate::rating::Rating::invite`] knows. Nobody has spoken with that: it is neither an agent's message
    /// that the visitor would have to answer, nor news for lists.
    pub fn ask_rating(&mut self, stamp: Stamp, request: RatingRequest) -> i64 {
        let content = Content::Rating(request);
        self.append(stamp, Author::System, None, EntryBody::Message { content })
            .seq
    }

    /// Notes what the visitor answered to the request in the line with number `line`, also after the end. Whether the
    /// answer counts [`crate::rating::Rating::answer`] knows.
    pub fn rate(&mut self, stamp: Stamp, line: i64, answer: RatingAnswer) {
        self.append(stamp, Author::Visitor, None, EntryBody::Rated { line, answer });
    }

    /// Notes that the flow came to a node (DATA-02).
    pub fn note_step(&mut self, stamp: Stamp, node: String) {
        self.append(stamp, Author::Flow, None, EntryBody::FlowStep { node });
    }

    /// Joins a queue with the number that the commit gives (ROUTE-01).
    ///
    /// # Errors
    /// After the end: nothing leads back from there (I13).
    pub fn enqueue(&mut self, stamp: Stamp, skill_group: SkillGroupId, number: i64) -> Result<(), EndError> {
        if self.is_ended() {
            return Err(EndError::Ended);
        }
        let body = EntryBody::Queued {
            skill_group_id: skill_group,
            number,
        };
        self.append(stamp, Author::Flow, None, body);
        Ok(())
    }

    /// Leaves the queue without an agent; answers which queue, or `None` when it does not wait.
    pub fn leave_queue(&mut self, stamp: Stamp) -> Option<SkillGroupId> {
        let Stage::Waiting(place) = self.stage else {
            return None;
        };
        let body = EntryBody::LeftQueue {
            skill_group_id: place.skill_group,
        };
        self.append(stamp, Author::Flow, None, body);
        Some(place.skill_group)
    }

    /// Gives the session to an agent (ROUTE-05, C05).
    ///
    /// # Errors
    /// When it does not wait (any more).
    pub fn assign(&mut self, stamp: Stamp, to: Assignee, reason: Reason) -> Result<(), NotWaiting> {
        if !matches!(self.stage, Stage::Waiting(_)) {
            return Err(NotWaiting);
        }
        let body = EntryBody::Assigned {
            agent_id: to.agent,
            nickname: to.nickname,
            staff_no: to.staff_no,
            reason,
        };
        self.append(stamp, Author::System, None, body);
        Ok(())
    }

    /// Takes the session from its agent and puts it back at its old place (R5, R18, ROUTE-22). Answers the
    /// place, or `None` when nobody serves it.
    pub fn requeue(&mut self, stamp: Stamp, reason: RequeueReason) -> Option<Place> {
        let Stage::Active { agent, place, .. } = self.stage else {
            return None;
        };
        let body = EntryBody::Requeued {
            skill_group_id: place.skill_group,
            number: place.number,
            from_agent_id: agent,
            reason,
        };
        self.append(stamp, Author::System, None, body);
        Some(place)
    }

    /// Ends the session (ROUTE-14).
    ///
    /// # Errors
    /// When it has ended already.
    pub fn end(&mut self, stamp: Stamp, by: EndedBy) -> Result<(), EndError> {
        if self.is_ended() {
            return Err(EndError::Ended);
        }
        let author = match (by, &self.stage) {
            (EndedBy::Visitor, _) => Author::Visitor,
            (EndedBy::Agent, Stage::Active { agent, .. }) => Author::Agent { agent_id: *agent },
            (EndedBy::Flow, _) => Author::Flow,
            _ => Author::System,
        };
        self.append(stamp, author, None, EntryBody::Ended { by });
        Ok(())
    }

    /// Whether a timer may end it: not after its end (I13). A lock by its agent belongs here too (ROUTE-14, WORK-19).
    #[must_use]
    pub const fn may_time_out(&self) -> bool {
        !self.is_ended()
    }

    /// Since when nobody has said anything: the newest message of a person, or since its agent has it, or since it
    /// began. `None` while it waits for an agent, which has a time of its own (FLOW-07), and after its end.
    #[must_use]
    pub fn quiet_since(&self) -> Option<Moment> {
        let since = match self.stage {
            Stage::InFlow => self.started_at,
            Stage::Active { since, .. } => since,
            Stage::Waiting(_) | Stage::Ended { .. } => return None,
        };
        let said = self.last_message.as_ref().map_or(since, |message| message.at);
        Some(since.max(said))
    }

    /// Whether `agent` may end it now.
    ///
    /// # Errors
    /// When it has ended, or somebody else serves it.
    pub fn may_end(&self, agent: AgentId) -> Result<(), EndError> {
        match &self.stage {
            Stage::Ended { .. } => Err(EndError::Ended),
            Stage::Active { agent: owner, .. } if *owner == agent => Ok(()),
            _ => Err(EndError::NotYours),
        }
    }

    /// Puts an ended session away from its agent's list (WORK-21).
    ///
    /// # Errors
    /// While it runs, or when somebody else served it.
    pub fn complete(&mut self, agent: AgentId) -> Result<(), CompleteError> {
        match self.stage {
            Stage::Ended {
                last_agent: Some(last), ..
            } if last == agent => {
                self.is_completed = true;
                Ok(())
            }
            Stage::Ended { .. } => Err(CompleteError::NotYours),
            _ => Err(CompleteError::NotEnded),
        }
    }

    /// Moves the agent's read mark forward, never back; answers whether it moved.
    pub fn read_by_agent(&mut self, seq: i64) -> bool {
        let seq = seq.min(self.last_seq);
        if seq <= self.agent_read {
            return false;
        }
        self.agent_read = seq;
        self.unread = if seq == self.last_seq { 0 } else { self.unread };
        true
    }

    /// Moves the visitor's read mark forward, never back; answers whether it moved.
    pub fn read_by_visitor(&mut self, seq: i64) -> bool {
        let seq = seq.min(self.visitor_seq);
        if seq <= self.visitor_read {
            return false;
        }
        self.visitor_read = seq;
        true
    }

    /// Who serves it now.
    #[must_use]
    pub const fn agent(&self) -> Option<AgentId> {
        match self.stage {
            Stage::Active { agent, .. } => Some(agent),
            _ => None,
        }
    }

    /// Who serves it, or served it last.
    #[must_use]
    pub const fn last_agent(&self) -> Option<AgentId> {
        match self.stage {
            Stage::Active { agent, .. } => Some(agent),
            Stage::Ended { last_agent, .. } => last_agent,
            Stage::InFlow | Stage::Waiting(_) => None,
        }
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        matches!(self.stage, Stage::Ended { .. })
    }

    /// Takes the lines that are not saved yet.
    #[must_use]
    pub fn take_fresh(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.fresh)
    }

    /// Folds one line into the fields. Lines come in order and without holes.
    pub fn apply(&mut self, entry: &Entry) {
        self.last_seq = entry.seq;
        if entry.body.is_for_visitor() {
            self.visitor_seq = entry.seq;
        }
        match &entry.body {
            EntryBody::Started | EntryBody::FlowStep { .. } | EntryBody::Selected { .. } | EntryBody::Rated { .. } => {}
            EntryBody::Message { content } => self.apply_message(entry, content),
            EntryBody::Queued { skill_group_id, number } => {
                self.stage = Stage::Waiting(Place {
                    skill_group: *skill_group_id,
                    number: *number,
                    since: entry.at,
                });
            }
            EntryBody::LeftQueue { .. } => self.stage = Stage::InFlow,
            EntryBody::Requeued { .. } => {
                if let Stage::Active { place, .. } = self.stage {
                    self.stage = Stage::Waiting(place);
                    self.silent_since = None;
                }
            }
            EntryBody::Assigned { agent_id, .. } => {
                if let Stage::Waiting(place) = self.stage {
                    self.stage = Stage::Active {
                        agent: *agent_id,
                        place,
                        since: entry.at,
                    };
                }
            }
            EntryBody::Ended { by } => {
                let last_agent = self.agent();
                self.stage = Stage::Ended {
                    by: *by,
                    at: entry.at,
                    last_agent,
                };
                self.silent_since = None;
            }
        }
    }

    fn apply_message(&mut self, entry: &Entry, content: &Content) {
        match entry.author {
            Author::Visitor => {
                self.unread += 1;
                self.silent_since = None;
                // Who writes has seen what stood above.
                self.visitor_read = self.visitor_read.max(entry.seq);
            }
            Author::Agent { .. } => {
                self.silent_since = Some(entry.at);
                self.agent_read = self.agent_read.max(entry.seq);
                self.unread = 0;
            }
            // What the flow says is no news to the agent: the list shows what people said last (WORK-03).
            Author::Flow | Author::System => return,
        }
        self.last_message = Some(LastMessage {
            preview: content.preview(),
            kind: content.kind(),
            author: entry.author,
            at: entry.at,
        });
    }

    /// Numbers a line, folds it in and keeps it for saving.
    fn append(&mut self, stamp: Stamp, author: Author, client_id: Option<ClientId>, body: EntryBody) -> &Entry {
        let entry = Entry {
            seq: self.last_seq + 1,
            id: stamp.id,
            at: stamp.at,
            author,
            client_id,
            body,
        };
        self.apply(&entry);
        let place = self.fresh.len();
        self.fresh.push(entry);
        &self.fresh[place]
    }
}

#[cfg(test)]
mod tests;
