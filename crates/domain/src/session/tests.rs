use uuid::Uuid;

use super::*;
use crate::ids::Id;

fn id<T: Id>(n: u128) -> T {
    T::from_uuid(Uuid::from_u128(n))
}

fn stamp(at: i64) -> Stamp {
    Stamp {
        id: id(u128::try_from(at).expect("a test's time is positive")),
        at: Moment(at),
    }
}

fn session() -> Session {
    let origin = Origin {
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
    };
    Session::open(origin, stamp(1))
}

fn text(text: &str) -> Content {
    Content::Text { text: text.into() }
}

fn ann() -> Assignee {
    Assignee {
        agent: id(7),
        nickname: "Ann".into(),
        staff_no: "1001".into(),
    }
}

fn active() -> Session {
    let mut session = session();
    session.enqueue(stamp(2), id(6), 1).expect("open");
    session.assign(stamp(3), ann(), Reason::OnlyOne).expect("it waits");
    session
}

/// C03: numbers are dense from 1.
#[test]
fn lines_are_numbered_without_holes() {
    let mut session = active();
    session.post(stamp(4), Author::Visitor, None, text("hi")).expect("open");
    let seqs: Vec<i64> = session.take_fresh().iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, [1, 2, 3, 4]);
}

/// U12, T508: only the agent who serves the session speaks in it.
#[test]
fn only_its_own_agent_speaks() {
    let mut session = active();
    let stranger = Author::Agent { agent_id: id(8) };
    assert_eq!(
        session.post(stamp(4), stranger, None, text("x")),
        Err(PostError::NotYours)
    );
    assert!(
        session
            .post(stamp(4), Author::Agent { agent_id: id(7) }, None, text("x"))
            .is_ok()
    );
}

/// ROUTE-14, I13: exactly one end, and nothing after it.
#[test]
fn nothing_follows_the_end() {
    let mut session = active();
    session.end(stamp(5), EndedBy::Agent).expect("open");
    assert_eq!(session.end(stamp(6), EndedBy::Visitor), Err(EndError::Ended));
    assert_eq!(
        session.post(stamp(6), Author::Visitor, None, text("x")),
        Err(PostError::Ended)
    );
    assert_eq!(session.enqueue(stamp(7), id(6), 2), Err(EndError::Ended));
    assert_eq!(session.last_agent(), Some(id(7)));
}

/// R5, R18: an agent who is forced offline gives the session back to its old place.
#[test]
fn a_requeued_session_keeps_its_place() {
    let mut session = active();
    let place = session
        .requeue(stamp(9), crate::session::RequeueReason::ForcedOffline)
        .expect("somebody serves it");
    assert_eq!(
        place,
        Place {
            skill_group: id(6),
            number: 1,
            since: Moment(2)
        }
    );
    assert_eq!(session.stage, Stage::Waiting(place));
}

/// U19, FLOW-12: silence counts from the agent's newest message, and a visitor's word ends it.
#[test]
fn silence_is_the_visitors() {
    let mut session = active();
    assert_eq!(session.silent_since, None);
    let ann = Author::Agent { agent_id: id(7) };
    session.post(stamp(10), ann, None, text("hello")).expect("open");
    session.post(stamp(20), ann, None, text("still there?")).expect("open");
    assert_eq!(session.silent_since, Some(Moment(20)));
    session
        .post(stamp(30), Author::Visitor, None, text("yes"))
        .expect("open");
    assert_eq!(session.silent_since, None);
}

/// WORK-03: unread counts the visitor's messages until they are read; marks never go back.
#[test]
fn read_marks_only_move_forward() {
    let mut session = active();
    session.post(stamp(10), Author::Visitor, None, text("a")).expect("open");
    session.post(stamp(11), Author::Visitor, None, text("b")).expect("open");
    assert_eq!(session.unread, 2);
    assert!(session.read_by_agent(99), "a mark beyond the end means: all");
    assert_eq!((session.agent_read, session.unread), (5, 0));
    assert!(!session.read_by_agent(2));
}

/// T311: what the desk does inside stays inside.
#[test]
fn the_visitors_view_skips_the_desks_lines() {
    let session = active();
    assert_eq!(
        session.visitor_seq, 3,
        "the assignment is the newest line for the visitor"
    );
}
