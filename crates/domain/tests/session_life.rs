//! A session's life under any sequence of commands: the log is dense, legal and the whole truth.

use domain::entry::{Author, Entry, EntryBody};
use domain::flow::FlowRun;
use domain::ids::{AgentId, Id, SkillGroupId};
use domain::message::{ClientId, Content};
use domain::moment::Moment;
use domain::routing::Reason;
use domain::session::{Assignee, EndedBy, Origin, PostError, Session, Stage, Stamp};
use proptest::prelude::*;
use uuid::Uuid;

fn id<T: Id>(n: u128) -> T {
    T::from_uuid(Uuid::from_u128(n))
}

fn origin() -> Origin {
    Origin {
        id: id(1),
        tenant: id(2),
        channel: id(3),
        source: "官网@web".into(),
        visitor: id(4),
        flow: id(5),
        flow_version: 1,
        run: FlowRun {
            node: "start".into(),
            ..FlowRun::default()
        },
    }
}

/// One thing that a person, the flow or the desk tries. Agents are few, so that they meet.
#[derive(Debug, Clone)]
enum Command {
    VisitorPosts(String),
    AgentPosts(u8, String),
    FlowPosts(String),
    Step,
    Enqueue(u8),
    LeaveQueue,
    Assign(u8),
    Requeue,
    End(EndedBy),
    AgentReads(i64),
    VisitorReads(i64),
    Complete(u8),
}

fn command() -> impl Strategy<Value = Command> {
    let ended_by = prop::sample::select(vec![
        EndedBy::Visitor,
        EndedBy::Agent,
        EndedBy::Admin,
        EndedBy::Timer,
        EndedBy::Flow,
    ]);
    prop_oneof![
        4 => "[a-z]{1,8}".prop_map(Command::VisitorPosts),
        6 => (0..3_u8, "[a-z]{1,8}").prop_map(|(agent, text)| Command::AgentPosts(agent, text)),
        1 => "[a-z]{1,8}".prop_map(Command::FlowPosts),
        1 => Just(Command::Step),
        3 => (0..2_u8).prop_map(Command::Enqueue),
        1 => Just(Command::LeaveQueue),
        5 => (0..3_u8).prop_map(Command::Assign),
        1 => Just(Command::Requeue),
        1 => ended_by.prop_map(Command::End),
        2 => (0..50_i64).prop_map(Command::AgentReads),
        2 => (0..50_i64).prop_map(Command::VisitorReads),
        1 => (0..3_u8).prop_map(Command::Complete),
    ]
}

fn agent(n: u8) -> AgentId {
    id(100 + u128::from(n))
}

fn group(n: u8) -> SkillGroupId {
    id(200 + u128::from(n))
}

fn text(text: &str) -> Content {
    Content::Text { text: text.to_owned() }
}

/// A session, its whole log, and what is known about it from the outside.
struct Life {
    session: Session,
    log: Vec<Entry>,
    now: i64,
    number: i64,
}

impl Life {
    fn begin() -> Self {
        let mut life = Self {
            session: Session::unstarted(origin(), Moment(1)),
            log: Vec::new(),
            now: 0,
            number: 0,
        };
        let stamp = life.stamp();
        life.session = Session::open(origin(), stamp);
        life.log.extend(life.session.take_fresh());
        life
    }

    fn stamp(&mut self) -> Stamp {
        self.now += 1;
        Stamp {
            id: id(u128::try_from(self.now).expect("positive")),
            at: Moment(self.now * 1_000),
        }
    }

    /// Does what the shell does with a command; the flow acts only where the interpreter would let it.
    fn does(&mut self, command: &Command) -> Result<(), TestCaseError> {
        let stamp = self.stamp();
        let stage = self.session.stage.clone();
        let is_ended = self.session.is_ended();
        let session = &mut self.session;
        match command {
            Command::VisitorPosts(words) => {
                let key = ClientId::parse(format!("c{}", stamp.at.0)).expect("a plain key");
                let posted = session.post(stamp, Author::Visitor, Some(key), text(words)).err();
                prop_assert_eq!(posted, is_ended.then_some(PostError::Ended));
            }
            Command::AgentPosts(n, words) => {
                let author = Author::Agent { agent_id: agent(*n) };
                let posted = session.post(stamp, author, None, text(words)).err();
                let expected = match stage {
                    Stage::Ended { .. } => Some(PostError::Ended),
                    Stage::Active { agent: owner, .. } if owner == agent(*n) => None,
                    _ => Some(PostError::NotYours),
                };
                prop_assert_eq!(posted, expected);
            }
            Command::FlowPosts(words) => {
                let posted = session.post(stamp, Author::Flow, None, text(words)).err();
                prop_assert_eq!(posted, is_ended.then_some(PostError::Ended));
            }
            Command::Step if !is_ended => session.note_step(stamp, "greet".into()),
            Command::Enqueue(n) if stage == Stage::InFlow => {
                self.number += 1;
                session.enqueue(stamp, group(*n), self.number).expect("open");
            }
            Command::Step | Command::Enqueue(_) => {}
            Command::LeaveQueue => {
                let left = session.leave_queue(stamp);
                prop_assert_eq!(left.is_some(), matches!(stage, Stage::Waiting(_)));
            }
            Command::Assign(n) => {
                let to = Assignee {
                    agent: agent(*n),
                    nickname: "Ann".into(),
                    staff_no: "1001".into(),
                };
                let assigned = session.assign(stamp, to, Reason::OnlyOne);
                prop_assert_eq!(assigned.is_ok(), matches!(stage, Stage::Waiting(_)));
            }
            Command::Requeue => {
                let place = session.requeue(stamp, domain::session::RequeueReason::ForcedOffline);
                prop_assert_eq!(place.is_some(), matches!(stage, Stage::Active { .. }));
            }
            Command::End(by) => {
                let ended = session.end(stamp, *by);
                prop_assert_eq!(ended.is_err(), is_ended);
            }
            Command::AgentReads(seq) => {
                let before = session.agent_read;
                let moved = session.read_by_agent(*seq);
                prop_assert_eq!(moved, session.agent_read > before);
            }
            Command::VisitorReads(seq) => {
                let before = session.visitor_read;
                let moved = session.read_by_visitor(*seq);
                prop_assert_eq!(moved, session.visitor_read > before);
            }
            Command::Complete(n) => {
                let last = session.last_agent();
                let completed = session.complete(agent(*n));
                prop_assert_eq!(completed.is_ok(), is_ended && last == Some(agent(*n)));
            }
        }
        self.log.extend(self.session.take_fresh());
        Ok(())
    }
}

/// What the log says about where the session stands, by rules of its own.
#[derive(Debug, Clone, PartialEq)]
enum Told {
    InFlow,
    Waiting(SkillGroupId, i64),
    Active(AgentId, SkillGroupId, i64),
    Ended(EndedBy),
}

/// Walks the log from line to line; every step must be a legal one (I13), and who speaks must serve (I07, U12).
fn told(log: &[Entry]) -> Result<Told, TestCaseError> {
    let mut at = Told::InFlow;
    for (place, entry) in log.iter().enumerate() {
        prop_assert_eq!(
            place == 0,
            entry.body == EntryBody::Started,
            "a session starts once, first"
        );
        at = match (at, &entry.body) {
            (Told::Ended(by), body) => {
                return Err(TestCaseError::fail(format!("{body:?} after the end by {by:?}")));
            }
            (Told::InFlow, EntryBody::Queued { skill_group_id, number }) => Told::Waiting(*skill_group_id, *number),
            (Told::Waiting(group, _), EntryBody::LeftQueue { skill_group_id }) => {
                prop_assert_eq!(group, *skill_group_id);
                Told::InFlow
            }
            (Told::Waiting(group, number), EntryBody::Assigned { agent_id, .. }) => {
                Told::Active(*agent_id, group, number)
            }
            (
                Told::Active(agent, group, number),
                EntryBody::Requeued {
                    skill_group_id,
                    number: back_at,
                    from_agent_id,
                    ..
                },
            ) => {
                prop_assert_eq!((agent, group, number), (*from_agent_id, *skill_group_id, *back_at));
                Told::Waiting(group, number)
            }
            (_, EntryBody::Ended { by }) => Told::Ended(*by),
            (at, EntryBody::Message { .. }) => {
                if let Author::Agent { agent_id } = entry.author {
                    prop_assert!(matches!(at, Told::Active(owner, ..) if owner == agent_id));
                }
                at
            }
            (at, EntryBody::Started | EntryBody::FlowStep { .. }) => at,
            (at, body) => return Err(TestCaseError::fail(format!("{body:?} at {at:?}"))),
        };
    }
    Ok(at)
}

/// U19, by the words of the rule: since when the agent waits for the visitor.
fn silent_since(log: &[Entry]) -> Option<Moment> {
    let newest = log.iter().rev().find(|entry| match &entry.body {
        EntryBody::Message { .. } => !matches!(entry.author, Author::Flow | Author::System),
        body => matches!(body, EntryBody::Requeued { .. } | EntryBody::Ended { .. }),
    })?;
    matches!(
        (&newest.body, newest.author),
        (EntryBody::Message { .. }, Author::Agent { .. })
    )
    .then_some(newest.at)
}

/// Reads the log into a session that never ran.
fn refold(log: &[Entry]) -> Session {
    let mut session = Session::unstarted(origin(), log[0].at);
    for entry in log {
        session.apply(entry);
    }
    session
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// I04, I07, I13, I24, C03, C18, U12, U19, ROUTE-14: after every command of any life the log is numbered without
    /// holes and legal, nobody but its one agent speaks in a session, and the row is what the log says.
    #[test]
    fn the_log_is_the_session(commands in prop::collection::vec(command(), 0..40)) {
        let mut life = Life::begin();
        for command in &commands {
            let lines = life.log.len();
            let ended = life.session.is_ended().then(|| life.session.stage.clone());
            life.does(command)?;
            let Life { session, log, .. } = &life;

            prop_assert!(log.len() <= lines + 1, "one line at most for one command");
            for (seq, entry) in (1..).zip(log) {
                prop_assert_eq!(entry.seq, seq);
            }
            if let Some(end) = ended {
                prop_assert_eq!(&session.stage, &end, "an end is final");
                prop_assert_eq!(log.len(), lines, "nothing follows it");
            }
            let row = match &session.stage {
                Stage::InFlow => Told::InFlow,
                Stage::Waiting(place) => Told::Waiting(place.skill_group, place.number),
                Stage::Active { agent, place, .. } => Told::Active(*agent, place.skill_group, place.number),
                Stage::Ended { by, .. } => Told::Ended(*by),
            };
            prop_assert_eq!(told(log)?, row);
            prop_assert_eq!(session.silent_since, silent_since(log));
        }
    }

    /// I24, C18: a session read from its log stands where the live one stands, in everything that the log keeps.
    #[test]
    fn a_recount_gives_the_same_session(commands in prop::collection::vec(command(), 0..40)) {
        let mut life = Life::begin();
        for command in &commands {
            life.does(command)?;
        }
        let (live, read) = (&life.session, refold(&life.log));
        prop_assert_eq!(&read.stage, &live.stage);
        prop_assert_eq!(read.started_at, live.started_at);
        prop_assert_eq!(read.last_seq, live.last_seq);
        prop_assert_eq!(read.visitor_seq, live.visitor_seq);
        prop_assert_eq!(&read.last_message, &live.last_message);
        prop_assert_eq!(read.silent_since, live.silent_since);
        // Reading is not in the log: it can only have moved marks on, and with them the count of the unread.
        prop_assert!(read.agent_read <= live.agent_read && live.agent_read <= live.last_seq);
        prop_assert!(read.visitor_read <= live.visitor_read && live.visitor_read <= live.visitor_seq);
        prop_assert!(live.unread <= read.unread);
        if !commands.iter().any(|command| matches!(command, Command::AgentReads(_))) {
            prop_assert_eq!(live.unread, read.unread);
        }
    }

    /// C03, T311: the visitor's own numbering chains without gaps through what the visitor may see, and ends at the
    /// number that the row keeps.
    #[test]
    fn the_visitors_view_is_chained(commands in prop::collection::vec(command(), 0..40)) {
        let mut life = Life::begin();
        for command in &commands {
            life.does(command)?;
        }
        let seen: Vec<&Entry> = life.log.iter().filter(|entry| entry.body.is_for_visitor()).collect();
        prop_assert_eq!(seen.last().map_or(0, |entry| entry.seq), life.session.visitor_seq);
        for entry in seen {
            let is_inner = matches!(
                entry.body,
                EntryBody::Started | EntryBody::FlowStep { .. } | EntryBody::Queued { .. }
                    | EntryBody::LeftQueue { .. } | EntryBody::Requeued { .. }
            );
            prop_assert!(!is_inner, "{entry:?} is the desk's own");
        }
    }

    /// C03: every line is stored as plain data and reads back as it was.
    #[test]
    fn every_line_reads_back(commands in prop::collection::vec(command(), 0..40)) {
        let mut life = Life::begin();
        for command in &commands {
            life.does(command)?;
        }
        for entry in &life.log {
            let json = serde_json::to_string(&(&entry.author, &entry.body)).expect("plain data");
            let back: (Author, EntryBody) = serde_json::from_str(&json).expect("reads back");
            prop_assert_eq!(&back, &(entry.author, entry.body.clone()));
        }
    }
}
