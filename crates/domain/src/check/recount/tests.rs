use uuid::Uuid;

use super::*;
use crate::ids::{AgentId, Id};
use crate::message::{Choice, Content};
use crate::moment::Moment;
use crate::rating::{LevelStyle, RatingAnswer, RatingLevel, RatingRequest, Start};
use crate::routing::Reason;
use crate::session::{Assignee, Stamp};

fn id<T: Id>(n: u128) -> T {
    T::from_uuid(Uuid::from_u128(n))
}

fn stamp(at: i64) -> Stamp {
    Stamp {
        id: id(u128::try_from(at).expect("a test's time is positive")),
        at: Moment(at),
    }
}

fn text(text: &str) -> Content {
    Content::Text { text: text.into() }
}

/// A session that was served, put back, served again and ended, with all its lines.
fn whole() -> (Session, Vec<Entry>) {
    let origin = Origin {
        id: id(1),
        tenant: id(2),
        channel: id(3),
        source: "Site@Web".into(),
        visitor: id(4),
        flow: id(5),
        flow_version: 1,
        run: FlowRun {
            node: "start".into(),
            ..FlowRun::default()
        },
    };
    let to = |agent| Assignee {
        agent,
        nickname: "Ann".into(),
        staff_no: "1".into(),
    };
    let (ann, bo): (AgentId, AgentId) = (id(7), id(8));
    let mut session = Session::open(origin, stamp(1));
    let say = |session: &mut Session, at, author| {
        session.post(stamp(at), author, None, text("hello")).expect("open");
    };
    say(&mut session, 2, Author::Visitor);
    session.enqueue(stamp(3), id(6), 1).expect("open");
    session.assign(stamp(4), to(ann), Reason::OnlyOne).expect("it waits");
    say(&mut session, 5, Author::Agent { agent_id: ann });
    assert!(
        session
            .requeue(stamp(6), crate::session::RequeueReason::ForcedOffline)
            .is_some()
    );
    say(&mut session, 7, Author::Visitor);
    session.assign(stamp(8), to(bo), Reason::OnlyOne).expect("it waits");
    say(&mut session, 9, Author::Agent { agent_id: bo });
    session.end(stamp(10), EndedBy::Agent).expect("open");
    let lines = session.take_fresh();
    (session, lines)
}

/// Recounts the lines, each naming the one that the visitor saw before it.
fn faults(row: &Session, lines: &[Entry]) -> Vec<Fault> {
    let mut recount = Recount::of(row);
    let mut seen = 0;
    let mut faults = Vec::new();
    for line in lines {
        let prev = line.body.is_for_visitor().then_some(seen);
        if prev.is_some() {
            seen = line.seq;
        }
        faults.extend(recount.line(line, prev));
    }
    faults.extend(recount.finish(row));
    faults
}

fn rules(faults: &[Fault]) -> Vec<Rule> {
    let mut rules: Vec<Rule> = faults.iter().map(|fault| fault.rule).collect();
    rules.dedup();
    rules
}

/// I13, I24: what the desk's own decisions wrote holds.
#[test]
fn a_whole_session_holds() {
    let (row, lines) = whole();
    assert_eq!(faults(&row, &lines), vec![]);
}

/// I04: a line that is gone leaves a hole, and is told by the number that should follow.
#[test]
fn i04_a_missing_line_is_a_hole() {
    let (row, mut lines) = whole();
    lines.remove(2);
    let found = faults(&row, &lines);
    assert_eq!(found[0].rule, Rule::Numbers);
    assert!(found[0].place.ends_with("line 4"), "{found:?}");
    assert_eq!(found[0].what, "line 3 should follow");
}

/// I04: a line names the wrong one before it, or one where it should name none.
#[test]
fn i04_the_visitors_view_is_a_chain() {
    let (row, lines) = whole();
    let mut recount = Recount::of(&row);
    assert_eq!(rules(&recount.line(&lines[0], Some(0))), [Rule::VisitorView]);
    assert_eq!(rules(&recount.line(&lines[1], Some(1))), [Rule::VisitorView]);
    assert_eq!(recount.line(&lines[2], None), vec![]);
    assert_eq!(recount.line(&lines[3], Some(2)), vec![]);
}

/// I07: nobody speaks, ends or gets a session beside the agent who serves it.
#[test]
fn i07_one_agent_serves_at_a_time() {
    let (row, lines) = whole();
    let stranger = Author::Agent { agent_id: id(9) };
    for (place, author) in [(4, stranger), (4, Author::Agent { agent_id: id(8) }), (9, stranger)] {
        let mut lines = lines.clone();
        lines[place].author = author;
        let found = faults(&row, &lines);
        assert_eq!(found[0].rule, Rule::Owner, "{found:?}");
    }
    let mut lines = lines;
    // Bo gets it while Ann still serves.
    lines.swap(5, 7);
    (lines[5].seq, lines[7].seq) = (6, 8);
    let found = faults(&row, &lines);
    assert_eq!(found[0].rule, Rule::Owner, "{found:?}");
}

/// I13: no way leads out of the end, into service without a queue, or out of a queue that was not entered.
#[test]
fn i13_only_legal_paths_hold() {
    let (row, lines) = whole();
    let with = |place: usize, body: EntryBody| {
        let mut lines = lines.clone();
        lines[place].body = body;
        faults(&row, &lines)[0].rule
    };
    let queued = EntryBody::Queued {
        skill_group_id: id(6),
        number: 9,
    };
    let left = EntryBody::LeftQueue { skill_group_id: id(9) };
    assert_eq!(with(0, queued.clone()), Rule::Path);
    assert_eq!(with(2, EntryBody::Started), Rule::Path);
    assert_eq!(with(2, left.clone()), Rule::Path);
    assert_eq!(with(4, queued), Rule::Path);
    assert_eq!(with(6, EntryBody::Ended { by: EndedBy::Visitor }), Rule::Path);
}

/// I13, RATE-02: a session is rated when it is over, once, for a line that asked before; nothing else follows the end.
#[test]
fn i13_only_ratings_follow_the_end() {
    let (mut row, mut lines) = whole();
    let request = RatingRequest {
        head: "How was it?".into(),
        tail: String::new(),
        style: LevelStyle::Stars,
        levels: vec![],
        valid_hours: 1,
        expires_at: Moment(99),
        wants_comment: false,
        started_by: Start::AtEnd,
    };
    let answer = RatingAnswer {
        level: RatingLevel {
            id: "101".into(),
            content: "Good".into(),
            value: 5,
        },
        comment: None,
    };
    let line = row.ask_rating(stamp(11), request);
    row.rate(stamp(12), line, answer.clone());
    lines.extend(row.take_fresh());
    assert_eq!(faults(&row, &lines), vec![]);

    let with = |body: EntryBody, author: Author| {
        let (mut row, mut lines) = (row.clone(), lines.clone());
        row.rate(stamp(13), line, answer.clone());
        lines.extend(row.take_fresh());
        let last = lines.last_mut().expect("a line");
        (last.body, last.author) = (body, author);
        faults(&row, &lines)[0].rule
    };
    let rated = |line| EntryBody::Rated {
        line,
        answer: answer.clone(),
    };
    assert_eq!(with(rated(line), Author::Visitor), Rule::Path, "a second answer");
    assert_eq!(with(rated(99), Author::Visitor), Rule::Path, "a line that is not there");
    let words = EntryBody::Message {
        content: text("still there?"),
    };
    assert_eq!(with(words, Author::System), Rule::Path);
    let chosen = EntryBody::Selected {
        line: 2,
        choice: Choice::text("x"),
    };
    assert_eq!(with(chosen, Author::Visitor), Rule::Path);
}

/// I24, I17: each column of the row that the log gives is compared.
#[test]
fn i24_the_row_equals_the_log() {
    let (row, lines) = whole();
    let changed = |change: &dyn Fn(&mut Session)| {
        let mut row = row.clone();
        change(&mut row);
        rules(&faults(&row, &lines))
    };
    type Change<'c> = &'c dyn Fn(&mut Session);
    let changes: [(Change<'_>, Rule); 9] = [
        (&|row| row.stage = Stage::InFlow, Rule::Row),
        (&|row| row.last_seq += 1, Rule::Row),
        (&|row| row.visitor_seq -= 1, Rule::Row),
        (&|row| row.last_message = None, Rule::Row),
        (&|row| row.silent_since = Some(Moment(1)), Rule::Row),
        (&|row| row.started_at = Moment(5), Rule::Row),
        (&|row| row.agent_read = row.last_seq + 1, Rule::Row),
        (&|row| row.visitor_read = 0, Rule::Row),
        (&|row| row.unread = 1, Rule::Counters),
    ];
    for (number, (change, rule)) in changes.into_iter().enumerate() {
        assert_eq!(changed(change), [rule], "change {number}");
    }
    assert_eq!(faults(&row, &[])[0].what, "has no lines");
}
