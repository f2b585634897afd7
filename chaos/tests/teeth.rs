//! The checker bites (D10): a good history passes; with one entry lost, doubled, reordered, invented or overlapping
//! it does not, and the objection names the invariant.

use chaos::checker::check;
use chaos::export::{AgentRow, Entry, Export, Session};
use chaos::history::{Blob, Fault, Fold, Glance, Kind, Line, Op, Outcome, Ready, Record, Stuck};
use chaos::load::payload;
use serde_json::{Value, json};

const SESSION: &str = "ses_1";
/// Milliseconds since 1970 when the run began.
const BEGAN: i64 = 1_767_603_600_000;

/// One visitor, two agents with room for one session each, one session: four messages, one agent, an end.
struct Story {
    history: Vec<Record>,
    export: Export,
}

fn entry(seq: i64, author: &str, key: Option<&str>, body: Value, visitor_prev: Option<i64>) -> Entry {
    let (author, agent) = match author.split_once(':') {
        Some((kind, id)) => (kind.to_owned(), Some(id.to_owned())),
        None => (author.to_owned(), None),
    };
    Entry {
        seq,
        id: format!("ent_{seq}"),
        at: BEGAN + seq * 100,
        author,
        agent,
        key: key.map(str::to_owned),
        kind: body["kind"].as_str().expect("a kind").to_owned(),
        text: body["content"]["text"].as_str().unwrap_or_default().to_owned(),
        body,
        visitor_prev,
    }
}

fn message(text: &str) -> Value {
    json!({ "kind": "message", "content": { "type": "text", "text": text } })
}

fn line(client: &str, link: u32, entry: &Entry) -> Record {
    let sees_all = client.starts_with('a');
    Record::Line(Line {
        client: client.to_owned(),
        link,
        at: u64::try_from(entry.seq).expect("a number") * 100_000 + 60_000,
        session: SESSION.to_owned(),
        seq: entry.seq,
        prev: if sees_all {
            entry.seq - 1
        } else {
            entry.visitor_prev.expect("a visible line")
        },
        id: entry.id.clone(),
        author: entry.author.clone(),
        key: entry.key.clone(),
        kind: entry.kind.clone(),
        text: entry.text.clone(),
    })
}

fn post(client: &str, entry: &Entry) -> Record {
    let at = u64::try_from(entry.seq).expect("a number") * 100_000;
    Record::Op(Op {
        client: client.to_owned(),
        kind: Kind::Post,
        key: entry.key.clone().expect("a key"),
        text: entry.text.clone(),
        invoked: at,
        returned: at + 50_000,
        outcome: Outcome::Ok {
            session: SESSION.to_owned(),
            seq: entry.seq,
            entry: entry.id.clone(),
        },
    })
}

fn story() -> Story {
    let log = vec![
        entry(1, "system", None, json!({ "kind": "started" }), None),
        entry(2, "flow", None, message("Welcome"), Some(0)),
        entry(3, "visitor", Some("k1"), message(&payload("v1", 1, "hello")), Some(2)),
        entry(
            4,
            "flow",
            None,
            json!({ "kind": "queued", "skill_group_id": "grp_1", "number": 1 }),
            None,
        ),
        entry(
            5,
            "system",
            None,
            json!({ "kind": "assigned", "agent_id": "agt_1" }),
            Some(3),
        ),
        entry(
            6,
            "agent:agt_1",
            Some("k2"),
            message(&payload("a1", 1, "good day")),
            Some(5),
        ),
        entry(7, "visitor", Some("k3"), message(&payload("v1", 2, "bye")), Some(6)),
        entry(8, "visitor", None, json!({ "kind": "ended", "by": "visitor" }), Some(7)),
    ];
    let visible: Vec<&Entry> = log.iter().filter(|entry| entry.visitor_prev.is_some()).collect();
    let mut history = vec![
        Record::Ready(Ready {
            client: "a1".to_owned(),
            agent: "agt_1".to_owned(),
            at: 10,
            is_ready: true,
        }),
        post("v1", &log[2]),
        post("a1", &log[5]),
        post("v1", &log[6]),
        Record::Glance(Glance {
            client: "v1".to_owned(),
            invoked: 900_000,
            returned: 910_000,
            session: SESSION.to_owned(),
            last_seq: 8,
        }),
        Record::Blob(Blob {
            client: "v1:final".to_owned(),
            attachment: "att_1".to_owned(),
            sent: "aa".to_owned(),
            fetched: "aa".to_owned(),
        }),
        Record::Fold(Fold {
            client: "a1".to_owned(),
            folded: json!({ "sessions": { "ses_1": { "unread": 0 } } }),
            fresh: json!({ "sessions": { "ses_1": { "unread": 0 } } }),
        }),
        Record::Fault(Fault {
            at: 1_000_000,
            what: "heal".to_owned(),
        }),
    ];
    history.extend(visible.iter().map(|entry| line("v1", 1, entry)));
    history.extend(visible.iter().map(|entry| line("v1:final", 0, entry)));
    history.extend(log.iter().map(|entry| line("a1", 1, entry)));
    history.extend(log.iter().map(|entry| line("a1:final", 0, entry)));
    let agent = |id: &str| AgentRow {
        id: id.to_owned(),
        load: 0,
        cap: 1,
    };
    let session = Session {
        id: SESSION.to_owned(),
        visitor: "vis_1".to_owned(),
        channel: "chn_1".to_owned(),
        stage: "ended".to_owned(),
        agent: Some("agt_1".to_owned()),
        ended_by: Some("visitor".to_owned()),
        last_seq: 8,
        visitor_seq: 8,
    };
    let event = ("agt_1".to_owned(), SESSION.to_owned());
    let export = Export {
        sessions: vec![session],
        entries: [(SESSION.to_owned(), log)].into(),
        agents: vec![agent("agt_1"), agent("agt_2")],
        events: vec![event.clone(), event],
        began: BEGAN,
    };
    Story { history, export }
}

impl Story {
    fn log(&mut self) -> &mut Vec<Entry> {
        self.export.entries.get_mut(SESSION).expect("a log")
    }

    fn ops(&mut self) -> impl Iterator<Item = &mut Op> {
        self.history.iter_mut().filter_map(|record| match record {
            Record::Op(op) => Some(op),
            _ => None,
        })
    }

    fn op(&mut self, key: &str) -> &mut Op {
        self.ops().find(|op| op.key == key).expect("an attempt")
    }

    fn line(&mut self, client: &str, seq: i64) -> &mut Line {
        let lines = self.history.iter_mut().filter_map(|record| match record {
            Record::Line(line) => Some(line),
            _ => None,
        });
        lines
            .into_iter()
            .find(|line| line.client == client && line.seq == seq)
            .expect("a line")
    }

    fn forget_line(&mut self, client: &str, seq: i64) {
        self.history
            .retain(|record| !matches!(record, Record::Line(line) if line.client == client && line.seq == seq));
    }
}

/// Tells the story with a change, and which invariant must object.
#[track_caller]
fn objects(invariant: &str, change: impl FnOnce(&mut Story)) {
    let mut story = story();
    change(&mut story);
    let findings = check(&story.history, &story.export);
    assert!(
        findings.iter().any(|finding| finding.invariant == invariant),
        "{invariant} did not object; instead: {findings:#?}"
    );
}

#[test]
fn the_story_is_good() {
    let Story { history, export } = story();
    assert_eq!(check(&history, &export).into_iter().collect::<Vec<_>>(), Vec::new());
}

/// I01: what was acknowledged, or seen, is there for everybody.
#[test]
fn a_lost_entry_is_noticed() {
    objects("I01", |story| {
        story.log().retain(|entry| entry.seq != 7);
    });
    objects("I01", |story| story.log()[6].text = payload("v1", 2, "good bye"));
    objects("I01", |story| story.op("k3").outcome = ok(SESSION, 6, "ent_6"));
    objects("I01", |story| story.forget_line("v1:final", 7));
    objects("I01", |story| story.forget_line("a1:final", 7));
    // Nobody was answered, but somebody has read it.
    objects("I01", |story| {
        story
            .history
            .retain(|record| !matches!(record, Record::Op(op) if op.key == "k3"));
        story.log().retain(|entry| entry.seq != 7);
    });
    // An end that was acknowledged.
    objects("I01", |story| {
        story.op("k3").kind = Kind::End;
        story.op("k3").outcome = ok(SESSION, 0, "");
        story.log().pop();
    });
}

/// I02: one key, one line; one line, one place.
#[test]
fn a_doubled_entry_is_noticed() {
    objects("I02", |story| {
        let mut twin = story.log()[2].clone();
        (twin.seq, twin.id) = (9, "ent_9".to_owned());
        story.log().push(twin);
    });
    // Its key was lost on the way.
    objects("I02", |story| {
        let mut twin = story.log()[2].clone();
        (twin.seq, twin.id, twin.key) = (9, "ent_9".to_owned(), None);
        story.log().push(twin);
    });
    objects("I02", |story| {
        let mut other = story.op("k1").clone();
        other.outcome = ok(SESSION, 7, "ent_7");
        story.history.push(Record::Op(other));
    });
    objects("I02", |story| {
        story.line("v1", 7).id = "ent_6".to_owned();
    });
    objects("I02", |story| story.log()[6].id = "ent_3".to_owned());
}

/// I03: nothing is there that nobody said.
#[test]
fn an_invented_entry_is_noticed() {
    objects("I03", |story| story.log()[6].key = Some("k9".to_owned()));
    objects("I03", |story| story.log()[1].text = payload("v1", 9, "psst"));
    objects("I03", |story| story.line("v1", 7).text = "other words".to_owned());
    objects("I03", |story| {
        let text = story.log()[6].text.replace("bye", "buy");
        story.log()[6].text.clone_from(&text);
        story.op("k3").text = text;
    });
    // Somebody else's words.
    objects("I03", |story| {
        story.log()[5].author = "visitor".to_owned();
        story.log()[5].agent = None;
    });
}

/// I04: dense numbers, chained views, order.
#[test]
fn a_reordered_entry_is_noticed() {
    objects("I04", |story| {
        for entry in story.log().iter_mut().skip(6) {
            entry.seq += 1;
        }
    });
    objects("I04", |story| story.log()[6].visitor_prev = Some(5));
    objects("I04", |story| story.export.sessions[0].last_seq = 9);
    objects("I04", |story| story.line("v1", 7).prev = 3);
    objects("I04", |story| story.line("a1", 4).prev = 2);
    // Line 3 comes for the first time after line 7 on the same connection.
    objects("I04", |story| {
        let late = Record::Line(story.line("v1", 3).clone());
        story.forget_line("v1", 3);
        story.history.push(late);
    });
    // The answer for k3 was there before k1 was said, and k1 has the lower number.
    objects("I04", |story| {
        let op = story.op("k1");
        (op.invoked, op.returned) = (2_000_000, 2_000_001);
    });
}

/// I05: nobody is told that a session is shorter than what they have seen.
#[test]
fn a_read_that_goes_back_is_noticed() {
    objects("I05", |story| {
        story.history.iter_mut().for_each(|record| {
            if let Record::Glance(glance) = record {
                glance.last_seq = 7;
            }
        });
    });
}

/// I06: what was refused did not happen.
#[test]
fn a_refused_message_that_is_there_is_noticed() {
    objects("I06", |story| {
        story.op("k3").outcome = Outcome::Fail {
            code: "stale".to_owned(),
        };
    });
}

/// I07: one agent at a time.
#[test]
fn two_owners_are_noticed() {
    objects("I07", |story| {
        let second = json!({ "kind": "assigned", "agent_id": "agt_2" });
        story.log()[6] = entry(7, "system", None, second, Some(6));
    });
    objects("I07", |story| story.log()[5].agent = Some("agt_2".to_owned()));
    objects("I07", |story| story.log()[4].body["agent_id"] = "agt_2".into());
    // Nobody has it yet.
    objects("I07", |story| {
        story.log()[4] = entry(5, "system", None, json!({ "kind": "flow_step" }), None)
    });
}

/// I08: never above the limit, and the load is the number of open sessions.
#[test]
fn a_load_above_the_limit_is_noticed() {
    objects("I08", |story| story.export.agents[0].cap = 0);
    objects("I08", |story| story.export.agents[1].load = 1);
    objects("I08", |story| drop(story.export.events.pop()));
    objects("I08", |story| {
        story.export.sessions[0].stage = "active".to_owned();
    });
}

/// I12: nobody waits beside a free agent, and nobody is stuck.
#[test]
fn waiting_beside_a_free_agent_is_noticed() {
    objects("I12", |story| {
        for entry in story.log().iter_mut().skip(4) {
            entry.at += 8_000;
        }
        story.history.push(Record::Fault(Fault {
            at: 20_000_000,
            what: "heal".to_owned(),
        }));
    });
    objects("I12", |story| {
        story.history.push(Record::Stuck(Stuck {
            client: "v1".to_owned(),
            what: "could not say it".to_owned(),
        }));
    });
}

/// I13: a legal life with one end.
#[test]
fn an_illegal_life_is_noticed() {
    objects("I13", |story| {
        let late = entry(9, "flow", None, message("anybody there?"), Some(8));
        story.log().push(late);
    });
    objects("I13", |story| {
        let again = entry(9, "system", None, json!({ "kind": "ended", "by": "timer" }), Some(8));
        story.log().push(again);
    });
    objects("I13", |story| drop(story.log().remove(0)));
    objects("I13", |story| drop(story.log().remove(3)));
    objects("I13", |story| story.export.sessions[0].stage = "waiting".to_owned());
    objects("I13", |story| {
        story.export.sessions[0].ended_by = Some("timer".to_owned())
    });
    objects("I13", |story| story.export.entries.clear());
}

/// I14: one open session per visitor and channel.
#[test]
fn two_open_sessions_are_noticed() {
    objects("I14", |story| {
        let mut second = story.export.sessions[0].clone();
        second.id = "ses_2".to_owned();
        story.export.sessions[0].stage = "active".to_owned();
        story.export.sessions.push(second);
    });
}

/// I20: a file comes back with its bytes.
#[test]
fn a_broken_file_is_noticed() {
    objects("I20", |story| {
        story.log()[2].body =
            json!({ "kind": "message", "content": { "type": "file", "attachment": { "id": "att_1" } } });
        for record in &mut story.history {
            if let Record::Blob(blob) = record {
                blob.fetched = "not_found".to_owned();
            }
        }
    });
}

/// I24: frames make the picture that a fresh look shows.
#[test]
fn a_picture_that_drifted_is_noticed() {
    objects("I24", |story| {
        for record in &mut story.history {
            if let Record::Fold(fold) = record {
                fold.folded["sessions"]["ses_1"]["unread"] = 1.into();
            }
        }
    });
}

fn ok(session: &str, seq: i64, entry: &str) -> Outcome {
    Outcome::Ok {
        session: session.to_owned(),
        seq,
        entry: entry.to_owned(),
    }
}
