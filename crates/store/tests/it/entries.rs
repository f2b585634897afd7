//! The numbered lines of sessions: dense, each stored once, and for visitors only what is theirs.

use domain::attachment::Attachment;
use domain::entry::{Author, Entry, EntryBody};
use domain::ids::{AgentId, EntryId, Id, SkillGroupId};
use domain::message::{ClientId, Content};
use domain::routing::Reason;
use domain::session::{EndedBy, Session};
use store::entries::{self, NewLine, StoredEntry, View};
use store::testing::for_each_engine;
use store::{Store, StoreError};
use uuid::Uuid;

use crate::world::{NOW, World, id, stamp, write};

fn key(text: &str) -> ClientId {
    ClientId::parse(text).expect("a key")
}

fn message(text: &str) -> EntryBody {
    EntryBody::Message {
        content: Content::Text { text: text.to_owned() },
    }
}

fn line(seq: i64, author: Author, client_id: Option<&str>, body: EntryBody) -> Entry {
    Entry {
        seq,
        id: id::<EntryId>(),
        at: NOW,
        author,
        client_id: client_id.map(key),
        body,
    }
}

/// Adds one line without its session's row, as a body of a write would before anything else.
async fn add(store: &Store, session: &Session, entry: &Entry, sender: Option<Uuid>) -> Result<(), StoreError> {
    let (tenant, session, entry) = (session.tenant, session.id, entry.clone());
    let added = store.write(async move |tx| {
        let stored = StoredEntry {
            session,
            visitor_prev: entry.body.is_for_visitor().then_some(entry.seq - 1),
            entry: entry.clone(),
        };
        entries::append_all(tx, tenant, vec![NewLine { stored, sender }]).await
    });
    added.await
}

async fn all(store: &Store, session: &Session, view: View) -> Vec<StoredEntry> {
    let place = (session.tenant, session.id);
    entries::after(&mut store.reader(), place, 0, 1000, view)
        .await
        .expect("lines")
}

/// C02: a key is a sender's own and good once; another sender's equal key is another key.
#[tokio::test]
async fn a_senders_key_is_good_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        let other = world.session(world.visitor("Wim").await).await;
        let (vera, wim) = (session.visitor.uuid(), other.visitor.uuid());
        let first = line(2, Author::Visitor, Some("k1"), message("one"));
        add(&store, &session, &first, Some(vera)).await.expect("a first use");
        let again = line(3, Author::Visitor, Some("k1"), message("two"));
        let refused = add(&store, &session, &again, Some(vera)).await;
        assert!(matches!(refused, Err(StoreError::Duplicate { .. })), "{refused:?}");
        // The key is the sender's in all sessions, not one session's.
        let elsewhere = line(2, Author::Visitor, Some("k1"), message("two"));
        let refused = add(&store, &other, &elsewhere, Some(vera)).await;
        assert!(matches!(refused, Err(StoreError::Duplicate { .. })), "{refused:?}");
        add(&store, &other, &elsewhere, Some(wim))
            .await
            .expect("another sender's key");

        let reader = &mut store.reader();
        let found = entries::by_key(reader, vera, &key("k1")).await.expect("a row");
        let expected = StoredEntry {
            session: session.id,
            entry: first,
            visitor_prev: Some(1),
        };
        assert_eq!(found, Some(expected));
        assert_eq!(entries::by_key(reader, vera, &key("k2")).await.expect("a row"), None);
        assert_eq!(
            entries::by_key(reader, Uuid::now_v7(), &key("k1"))
                .await
                .expect("a row"),
            None
        );
    })
    .await;
}

/// C02: lines without a key, from the flow for example, never clash.
#[tokio::test]
async fn lines_without_a_key_never_clash() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        for seq in 2..5 {
            add(&store, &session, &line(seq, Author::Flow, None, message("hello")), None)
                .await
                .expect("a line");
        }
        assert_eq!(all(&store, &session, View::Desk).await.len(), 4);
    })
    .await;
}

/// C03: a number is given once, and a write that clashes keeps none of its lines.
#[tokio::test]
async fn a_number_is_given_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        let (tenant, id) = (session.tenant, session.id);
        let before = all(&store, &session, View::Desk).await;
        let refused = store
            .write(async move |tx| {
                let lines = [2, 1].map(|seq| line(seq, Author::Visitor, None, message("x")));
                let statements = lines
                    .iter()
                    .map(|entry| entries::append(tenant, id, entry, None, Some(0)))
                    .collect::<Result<_, _>>()?;
                tx.execute_all(statements).await
            })
            .await;
        assert!(matches!(refused, Err(StoreError::Duplicate { .. })), "{refused:?}");
        assert_eq!(all(&store, &session, View::Desk).await, before);
    })
    .await;
}

/// C03, T311, I04: the log is dense; the visitor's view holds only the visitor's lines, chained by `prev` without a
/// gap, whatever happens in between.
#[tokio::test]
async fn the_visitors_view_is_a_chain_of_its_own() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        let session = world.active(world.visitor("Vera").await, agent).await;
        let session = world
            .change(session.id, move |session| {
                session.note_step(stamp(), "end".to_owned());
                let say = |text: &str| Content::Text { text: text.to_owned() };
                session
                    .post(stamp(), Author::Flow, None, say("Ann is here"))
                    .expect("open");
                session.note_step(stamp(), "end".to_owned());
                session
                    .post(stamp(), Author::Agent { agent_id: agent }, None, say("hello"))
                    .expect("open");
            })
            .await;
        let session = world
            .change(session.id, |session| {
                assert!(
                    session
                        .requeue(stamp(), domain::session::RequeueReason::ForcedOffline)
                        .is_some()
                );
                session.end(stamp(), EndedBy::Visitor).expect("open");
            })
            .await;

        let desk = all(&store, &session, View::Desk).await;
        assert_eq!(
            desk.iter().map(|line| line.entry.seq).collect::<Vec<_>>(),
            (1..=9).collect::<Vec<_>>()
        );
        let seen = all(&store, &session, View::Visitor).await;
        let expected = desk
            .iter()
            .filter(|line| line.entry.body.is_for_visitor())
            .cloned()
            .collect::<Vec<_>>();
        assert_eq!(seen, expected);
        let mut last = 0;
        for line in &seen {
            assert_eq!(line.visitor_prev, Some(last));
            last = line.entry.seq;
        }
        assert_eq!(
            (seen.len(), last),
            (4, session.visitor_seq),
            "assigned, two messages, ended"
        );
        let hidden = desk
            .iter()
            .filter(|line| line.visitor_prev.is_none())
            .map(|line| line.entry.seq);
        assert_eq!(hidden.collect::<Vec<_>>(), [1, 2, 4, 6, 8]);
    })
    .await;
}

/// C03: windows after and before a number, in both views, in order and never wider than asked.
#[tokio::test]
async fn windows_are_in_order_and_bounded() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        // Even numbers are the visitor's, odd ones the desk's own.
        for seq in 2..=9 {
            let body = if seq % 2 == 0 {
                message("x")
            } else {
                EntryBody::FlowStep { node: "n".to_owned() }
            };
            add(&store, &session, &line(seq, Author::Flow, None, body), None)
                .await
                .expect("a line");
        }
        let place = (session.tenant, session.id);
        let reader = &mut store.reader();
        let numbers = |lines: Vec<StoredEntry>| lines.iter().map(|line| line.entry.seq).collect::<Vec<_>>();
        for (after, limit, view, expected) in [
            (0, 3, View::Desk, vec![1, 2, 3]),
            (3, 2, View::Desk, vec![4, 5]),
            (9, 5, View::Desk, vec![]),
            (0, 2, View::Visitor, vec![2, 4]),
            (4, 9, View::Visitor, vec![6, 8]),
            (8, 9, View::Visitor, vec![]),
        ] {
            let lines = entries::after(reader, place, after, limit, view).await.expect("lines");
            assert_eq!(numbers(lines), expected, "after {after}, {limit} at most, {view:?}");
        }
        for (before, limit, view, expected) in [
            (i64::MAX, 2, View::Desk, vec![8, 9]),
            (4, 9, View::Desk, vec![1, 2, 3]),
            (1, 9, View::Desk, vec![]),
            (i64::MAX, 2, View::Visitor, vec![6, 8]),
            (6, 9, View::Visitor, vec![2, 4]),
        ] {
            let lines = entries::before(reader, place, before, limit, view)
                .await
                .expect("lines");
            assert_eq!(numbers(lines), expected, "before {before}, {limit} at most, {view:?}");
        }
    })
    .await;
}

/// C18, T804: every kind of line and author reads back to the letter.
#[tokio::test]
async fn every_line_reads_back_to_the_letter() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        let agent_id: AgentId = id();
        let skill_group_id: SkillGroupId = id();
        let attachment = Attachment {
            id: id(),
            name: "报告 \"1\".pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: i64::MAX,
            width: None,
            height: Some(7),
        };
        let odd = "'; DROP TABLE entries; -- 👩‍👩‍👧 \u{202e}\r\n\t\\ <b>&amp;</b> ٣ 汉";
        let written = [
            (Author::Visitor, message(odd)),
            (
                Author::Agent { agent_id },
                EntryBody::Message {
                    content: Content::Image {
                        attachment: attachment.clone(),
                    },
                },
            ),
            (
                Author::Visitor,
                EntryBody::Message {
                    content: Content::File { attachment },
                },
            ),
            (
                Author::Flow,
                EntryBody::FlowStep {
                    node: "节点".to_owned(),
                },
            ),
            (
                Author::Flow,
                EntryBody::Queued {
                    skill_group_id,
                    number: 7,
                },
            ),
            (Author::Flow, EntryBody::LeftQueue { skill_group_id }),
            (
                Author::System,
                EntryBody::Requeued {
                    skill_group_id,
                    number: 7,
                    from_agent_id: agent_id,
                    reason: domain::session::RequeueReason::AgentDisconnected,
                },
            ),
            (
                Author::System,
                EntryBody::Assigned {
                    agent_id,
                    nickname: "安".to_owned(),
                    staff_no: "007".to_owned(),
                    reason: Reason::Priority { priority: 2 },
                },
            ),
            (Author::Agent { agent_id }, EntryBody::Ended { by: EndedBy::Agent }),
        ];
        let written = (2..)
            .zip(written)
            .map(|(seq, (author, body))| line(seq, author, Some(&format!("k{seq}")), body));
        let written = written.collect::<Vec<_>>();
        for entry in &written {
            add(&store, &session, entry, Some(session.visitor.uuid()))
                .await
                .expect("a line");
        }
        let read = all(&store, &session, View::Desk).await;
        let read = read.into_iter().skip(1).map(|line| line.entry).collect::<Vec<_>>();
        assert_eq!(read, written);
    })
    .await;
}

/// ADM-15, T503: lines are read with the tenant's own scope only.
#[tokio::test]
async fn a_foreign_tenant_reads_no_lines() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let foreign = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        add(
            &store,
            &session,
            &line(2, Author::Visitor, None, message("canary")),
            None,
        )
        .await
        .expect("a line");
        for view in [View::Desk, View::Visitor] {
            let place = (foreign.tenant, session.id);
            let reader = &mut store.reader();
            assert_eq!(entries::after(reader, place, 0, 9, view).await.expect("lines"), []);
            assert_eq!(
                entries::before(reader, place, i64::MAX, 9, view).await.expect("lines"),
                []
            );
        }
        assert_eq!(all(&store, &session, View::Visitor).await.len(), 1);
    })
    .await;
}

/// C18: an author that no version wrote is an error, not a guess.
#[tokio::test]
async fn a_broken_line_is_reported() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = world.session(world.visitor("Vera").await).await;
        let (tenant, id) = (session.tenant, session.id);
        let entry = line(2, Author::Visitor, None, message("x"));
        write(&store, async move |tx| {
            let (sql, mut values) = entries::append(tenant, id, &entry, None, None)?;
            let author = values
                .iter_mut()
                .find(|value| **value == store::Value::Text("visitor".to_owned()));
            *author.expect("the author's value") = store::Value::Text("agent:nobody".to_owned());
            tx.execute(sql, values).await
        })
        .await;
        let read = entries::before(&mut store.reader(), (tenant, id), i64::MAX, 9, View::Desk).await;
        assert!(matches!(read, Err(StoreError::Decode { .. })), "{read:?}");
    })
    .await;
}
