//! Changes that are put off to the commit: nobody can tell, but for the speed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use domain::entry::Author;
use domain::ids::Id as _;
use domain::message::{ClientId, Content};
use domain::session::Session;
use futures_util::future::join_all;
use store::entries::{self, NewLine, StoredEntry, View};
use store::testing::for_each_engine;
use store::{Query, Store, StoreError, Tx, sessions, timers};

use crate::world::{NOW, World, stamp, write};

/// Says something in a session, as a use case does: the row moves, a line is added, both put off.
async fn say(tx: &mut Tx, mut session: Session, key: Option<&str>, text: &str) -> Result<i64, StoreError> {
    let (prev, visitor) = (session.visitor_seq, session.visitor.uuid());
    let content = Content::Text { text: text.to_owned() };
    let key = key.map(|key| ClientId::parse(key).expect("a key"));
    let entry = session
        .post(stamp(), Author::Visitor, key, content)
        .expect("it is open");
    let sender = entry.client_id.as_ref().map(|_| visitor);
    let seq = entry.seq;
    let lines = session.take_fresh().into_iter().map(|entry| NewLine {
        stored: StoredEntry {
            session: session.id,
            entry,
            visitor_prev: Some(prev),
        },
        sender,
    });
    let lines: Vec<_> = lines.collect();
    sessions::save_talk(tx, &mut session).await?;
    entries::append_all(tx, session.tenant, lines).await?;
    Ok(seq)
}

async fn found<Q: Query>(q: &mut Q, session: &Session) -> Result<Session, StoreError> {
    let found = sessions::find(q, session.tenant, session.id).await?;
    Ok(found.expect("a session"))
}

/// Numbers and texts as the rows have them, whatever memory knows.
async fn rows<Q: Query>(q: &mut Q, session: &Session) -> Result<Vec<(i64, String)>, StoreError> {
    let place = (session.tenant, session.id);
    let lines = entries::before(q, place, i64::MAX, 1_000, View::Desk).await?;
    let told = lines.into_iter().filter_map(|line| match line.entry.body {
        domain::entry::EntryBody::Message {
            content: Content::Text { text },
        } => Some((line.entry.seq, text)),
        _ => None,
    });
    Ok(told.collect())
}

async fn open_session(store: &Store) -> Session {
    let world = World::new(store).await;
    world.session(world.visitor("Vera").await).await
}

/// C02: of many who say the same under one key at once, each hoping to be the first, one is, and the others find its
/// line.
#[tokio::test]
async fn c02_who_hopes_in_vain_finds_the_first() {
    for_each_engine(async |store| {
        let session = open_session(&store).await;
        let post = |number: usize| {
            let session = session.clone();
            store.write(async move |tx| {
                let now = found(tx, &session).await?;
                if !tx.hopes()
                    && let Some(known) =
                        entries::by_key(tx, session.visitor.uuid(), &ClientId::parse("once").expect("a key")).await?
                {
                    return Ok((known.entry.seq, true));
                }
                let seq = say(tx, now, Some("once"), &format!("from {number}")).await?;
                Ok::<_, StoreError>((seq, false))
            })
        };
        let answers: Vec<_> = join_all((0..12).map(post)).await;
        let answers: Vec<_> = answers.into_iter().map(|answer| answer.expect("an answer")).collect();
        assert_eq!(
            answers.iter().filter(|(_, is_known)| !is_known).count(),
            1,
            "{answers:?}"
        );
        assert!(answers.iter().all(|(seq, _)| *seq == answers[0].0), "{answers:?}");
        let stored = rows(&mut store.reader(), &session).await.expect("lines");
        assert_eq!(stored.len(), 1, "{stored:?}");
    })
    .await;
}

/// C03, C05: many who speak at once in one session get numbers without holes, and its row ends where the last left it.
#[tokio::test]
async fn c03_c05_many_at_once_are_numbered_densely() {
    for_each_engine(async |store| {
        let session = open_session(&store).await;
        let speak = |number: usize| {
            let (store, session) = (store.clone(), session.clone());
            async move {
                // On PostgreSQL others may be faster more often than a body is tried.
                loop {
                    let session = session.clone();
                    let spoken = store.write(async move |tx| {
                        let now = found(tx, &session).await?;
                        say(tx, now, None, &number.to_string()).await
                    });
                    match spoken.await {
                        Err(StoreError::Stale) => {}
                        spoken => return spoken.expect("a number"),
                    }
                }
            }
        };
        let mut numbers = join_all((0..40).map(speak)).await;
        numbers.sort_unstable();
        let first = session.last_seq + 1;
        assert_eq!(numbers, (first..first + 40).collect::<Vec<_>>());
        let stored = rows(&mut store.reader(), &session).await.expect("lines");
        assert_eq!(stored.iter().map(|line| line.0).collect::<Vec<_>>(), numbers);
        let now = found(&mut store.reader(), &session).await.expect("a session");
        assert_eq!(
            (now.last_seq, now.version),
            (session.last_seq + 40, session.version + 40)
        );
    })
    .await;
}

/// C01: a body that fails takes back what it has put off, and nothing of its neighbours'.
#[tokio::test]
async fn c01_a_failing_body_takes_back_only_its_own() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let mut open = Vec::new();
        for number in 0..9 {
            open.push(world.session(world.visitor(&format!("Vera {number}")).await).await);
        }
        let speak = |(number, session): (usize, &Session)| {
            let session = session.clone();
            store.write(async move |tx| {
                let now = found(tx, &session).await?;
                say(tx, now, None, "said").await?;
                // Some have a change of their own to roll back, too.
                if number % 2 == 0 {
                    timers::arm(tx, timers::TimerKind::Inactivity, (session.tenant, session.id), NOW).await?;
                }
                if number % 3 == 0 {
                    return Err(StoreError::Unavailable("on second thoughts".to_owned()));
                }
                Ok(())
            })
        };
        let answers = join_all(open.iter().enumerate().map(speak)).await;
        for (number, (session, answer)) in open.iter().zip(answers).enumerate() {
            let stored = rows(&mut store.reader(), session).await.expect("lines");
            let now = found(&mut store.reader(), session).await.expect("a session");
            assert_eq!(answer.is_ok(), number % 3 != 0, "{answer:?}");
            assert_eq!(stored.len(), usize::from(number % 3 != 0), "{number}");
            assert_eq!(now.last_seq, session.last_seq + i64::from(number % 3 != 0), "{number}");
        }
    })
    .await;
}

/// What was put off is seen by the body that did so, and by those after it in the same commit.
#[tokio::test]
async fn who_looks_sees_what_was_put_off() {
    for_each_engine(async |store| {
        let session = open_session(&store).await;
        for number in 0..6 {
            let (one, other) = (session.clone(), session.clone());
            let speak = store.write(async move |tx| {
                let now = found(tx, &one).await?;
                say(tx, now, None, &format!("number {number}")).await?;
                let seen = rows(tx, &one).await?;
                Ok::<_, StoreError>(seen.last().map(|line| line.1.clone()))
            });
            let look = store.write(async move |tx| Ok::<_, StoreError>(rows(tx, &other).await?.len()));
            let (spoken, seen) = tokio::join!(biased; speak, look);
            assert_eq!(spoken.expect("an answer"), Some(format!("number {number}")));
            let seen = seen.expect("an answer");
            // Another lane of PostgreSQL may look before the commit of the first.
            let least = match store.engine() {
                store::Engine::Sqlite => number + 1,
                store::Engine::Postgres => number,
            };
            assert!(seen >= least, "{seen} of {number}");
        }
    })
    .await;
}

/// What is refused in hope is decided again by who looks first, once.
#[tokio::test]
async fn a_refusal_in_hope_is_decided_again() {
    for_each_engine(async |store| {
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&runs);
        let hoped = write(&store, async move |tx| {
            counted.fetch_add(1, Ordering::Relaxed);
            if tx.hopes() {
                return Err(StoreError::Unavailable("it looks bad".to_owned()));
            }
            Ok("it was all right")
        })
        .await;
        assert_eq!((hoped, runs.load(Ordering::Relaxed)), ("it was all right", 2));
    })
    .await;
}

/// C05: whoever moves a row from a version that it no longer has is told so, and nothing of it stays.
#[tokio::test]
async fn c05_a_late_move_is_stale() {
    for_each_engine(async |store| {
        let session = open_session(&store).await;
        write(&store, {
            let session = session.clone();
            async move |tx| {
                let now = found(tx, &session).await?;
                say(tx, now, None, "in time").await
            }
        })
        .await;
        let late = session.clone();
        let refused = store
            .write(async move |tx| say(tx, late.clone(), None, "too late").await)
            .await;
        assert!(
            matches!(refused, Err(StoreError::Stale | StoreError::Duplicate { .. })),
            "{refused:?}"
        );
        let stored = rows(&mut store.reader(), &session).await.expect("lines");
        assert_eq!(stored.len(), 1, "{stored:?}");
    })
    .await;
}
