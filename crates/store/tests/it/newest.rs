//! What readers are given from memory is what stands in the database.

use domain::entry::Author;
use domain::ids::Id as _;
use domain::message::Content;
use domain::session::{EndedBy, Session, Stamp};
use store::entries::View;
use store::testing::for_each_engine;
use store::{Engine, Query, Store, StoreError, entries, sessions};
use uuid::Uuid;

use crate::world::{World, keep, write};

fn stamp() -> Stamp {
    Stamp {
        id: domain::ids::EntryId::from_uuid(Uuid::now_v7()),
        at: domain::moment::Moment(1_700_000_000_000),
    }
}

fn text(number: usize) -> Content {
    Content::Text {
        text: format!("message {number}"),
    }
}

/// Says something and saves it, as a use case does.
async fn say(store: &Store, session: Session, number: usize) -> Session {
    write(store, async move |tx| {
        let (mut session, seen) = (session.clone(), session.visitor_seq);
        session
            .post(stamp(), Author::Visitor, None, text(number))
            .expect("it is open");
        keep(tx, session, Some(seen)).await
    })
    .await
}

/// The same session and lines through a reader that remembers and, on SQLite, through a second process's eyes: the file.
async fn agrees_with_the_file(store: &Store, session: &Session) {
    let reader = &mut store.reader();
    let place = (session.tenant, session.id);
    let told = sessions::find(reader, session.tenant, session.id)
        .await
        .expect("a read");
    let open = sessions::find_open(reader, session.visitor, session.channel)
        .await
        .expect("a read");
    let latest = sessions::find_latest(reader, session.visitor, session.channel)
        .await
        .expect("a read");
    assert_eq!(told.as_ref(), Some(session));
    assert_eq!(open, (!session.is_ended()).then(|| session.clone()));
    assert_eq!(latest.as_ref(), Some(session));
    // Windows before a number are always read from the rows.
    let rows = entries::before(reader, place, i64::MAX, 10_000, View::Desk)
        .await
        .expect("lines");
    for after in [0, session.last_seq - 1, session.last_seq] {
        let lines = entries::after(reader, place, after, 10_000, View::Desk)
            .await
            .expect("lines");
        let expected: Vec<_> = rows.iter().filter(|line| line.entry.seq > after).cloned().collect();
        assert_eq!(lines, expected, "after {after}");
    }
}

/// Decision 3: a reader sees each commit at once, from its first line to its end, also of a session longer than what is
/// kept, and only SQLite, which has one writer, answers from memory.
#[tokio::test]
async fn memory_agrees_with_the_rows() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let mut session = world.session(world.visitor("Vera").await).await;
        for number in 0..80 {
            session = say(&store, session, number).await;
        }
        assert_eq!(
            store.reader().known(session.id).is_some(),
            store.engine() == Engine::Sqlite
        );
        agrees_with_the_file(&store, &session).await;
        session = write(&store, async move |tx| {
            let (mut session, seen) = (session.clone(), session.visitor_seq);
            session.end(stamp(), EndedBy::Visitor).expect("it is open");
            keep(tx, session, Some(seen)).await
        })
        .await;
        agrees_with_the_file(&store, &session).await;
    })
    .await;
}

/// C01, decision 3: what is rolled back was never there, neither for readers nor for the next body of the same commit.
#[tokio::test]
async fn what_is_rolled_back_is_not_remembered() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let session = say(&store, world.session(world.visitor("Vera").await).await, 0).await;
        let lost = session.clone();
        let refused = store
            .write(async move |tx| {
                let (mut session, seen) = (lost.clone(), lost.visitor_seq);
                session
                    .post(stamp(), Author::Visitor, None, text(1))
                    .expect("it is open");
                let kept = keep(tx, session, Some(seen)).await?;
                let inside = sessions::find(tx, kept.tenant, kept.id).await?;
                assert_eq!(inside.as_ref(), Some(&kept), "the body sees its own change");
                Err::<(), _>(StoreError::Unavailable("on second thoughts".to_owned()))
            })
            .await;
        assert!(refused.is_err());
        agrees_with_the_file(&store, &session).await;
        let next = say(&store, session, 2).await;
        agrees_with_the_file(&store, &next).await;
    })
    .await;
}

/// Decision 3: every statement that changes sessions tells memory; a new one must be added here and do so too.
#[test]
fn statements_that_change_sessions_are_known() {
    let changing = store::statements().filter(|sql| {
        let text = sql.text.to_uppercase();
        ["INSERT INTO SESSIONS ", "UPDATE SESSIONS ", "DELETE FROM SESSIONS "]
            .iter()
            .any(|verb| text.contains(verb))
    });
    let mut names: Vec<_> = changing.map(|sql| sql.name).collect();
    names.sort_unstable();
    assert_eq!(names, ["COMPLETE_ALL", "INSERT", "SAVE", "SAVE_TALK"]);
}
