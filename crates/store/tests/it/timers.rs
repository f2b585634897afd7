//! Timers: one of a kind for each session, taken once, only as they were seen.

use domain::ids::{SessionId, TenantId};
use domain::moment::Moment;
use store::testing::for_each_engine;
use store::timers::{self, TimerKind};
use store::{Query, Store};

use crate::world::{NOW, id, write};

use TimerKind::{QueueTimeout, VisitorSilence};

async fn arm(store: &Store, kind: TimerKind, session: SessionId, due_at: Moment) {
    let tenant: TenantId = id();
    write(store, async move |tx| {
        timers::arm(tx, kind, (tenant, session), due_at).await
    })
    .await;
}

async fn take(store: &Store, kind: TimerKind, session: SessionId, due_at: Moment) -> bool {
    write(store, async move |tx| timers::take(tx, kind, session, due_at.0).await).await
}

async fn due(q: &mut impl Query, now: Moment, limit: i64) -> Vec<(SessionId, i64)> {
    let rows = timers::due(q, now, limit).await.expect("timers");
    rows.iter()
        .map(|row| (row.subject().expect("an id"), row.due_at))
        .collect()
}

/// C07, I16: a timer fires once.
#[tokio::test(flavor = "multi_thread")]
async fn a_timer_is_taken_once() {
    for_each_engine(async |store| {
        let session = id();
        arm(&store, VisitorSilence, session, NOW).await;
        arm(&store, QueueTimeout, session, NOW).await;
        let tasks = (0..4).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { take(&store, VisitorSilence, session, NOW).await })
        });
        let mut taken = 0;
        for task in tasks.collect::<Vec<_>>() {
            taken += usize::from(task.await.expect("a task"));
        }
        assert_eq!(taken, 1);
        assert!(
            take(&store, QueueTimeout, session, NOW).await,
            "another kind is another timer"
        );
        assert_eq!(due(&mut store.reader(), Moment(i64::MAX), 9).await, []);
    })
    .await;
}

/// C07: a timer that was moved or taken away since it was seen has no effect.
#[tokio::test]
async fn a_moved_timer_is_not_taken() {
    for_each_engine(async |store| {
        let session = id();
        arm(&store, VisitorSilence, session, NOW).await;
        let later = NOW.plus_seconds(60);
        arm(&store, VisitorSilence, session, later).await;
        assert!(!take(&store, VisitorSilence, session, NOW).await);
        assert_eq!(
            due(&mut store.reader(), later, 9).await,
            [(session, later.0)],
            "one, at its new time"
        );
        write(&store, async move |tx| {
            timers::disarm(tx, VisitorSilence, session).await
        })
        .await;
        assert!(!take(&store, VisitorSilence, session, later).await);
        assert_eq!(timers::next(&mut store.reader()).await, Ok(None));
    })
    .await;
}

/// C07: what a firing does and the taking of its timer are one: when the rest fails, it fires again.
#[tokio::test]
async fn a_failed_firing_keeps_the_timer() {
    for_each_engine(async |store| {
        let session = id();
        arm(&store, VisitorSilence, session, NOW).await;
        let failed = store.write(async move |tx| {
            assert!(timers::take(tx, VisitorSilence, session, NOW.0).await?);
            Err::<(), _>(store::StoreError::Unavailable("a test".to_owned()))
        });
        failed.await.expect_err("the body's own error");
        assert!(take(&store, VisitorSilence, session, NOW).await);
    })
    .await;
}

/// C07: overdue timers come in due order, none before its time.
#[tokio::test]
async fn timers_come_in_due_order() {
    for_each_engine(async |store| {
        let sessions: [SessionId; 3] = [id(), id(), id()];
        for (session, seconds) in sessions.into_iter().zip([30, 10, 20]) {
            arm(&store, VisitorSilence, session, NOW.plus_seconds(seconds)).await;
        }
        let reader = &mut store.reader();
        let at = |seconds: i64| NOW.plus_seconds(seconds);
        assert_eq!(timers::next(reader).await, Ok(Some(at(10))));
        assert_eq!(due(reader, Moment(at(10).0 - 1), 9).await, []);
        assert_eq!(due(reader, at(10), 9).await, [(sessions[1], at(10).0)]);
        let all = [
            (sessions[1], at(10).0),
            (sessions[2], at(20).0),
            (sessions[0], at(30).0),
        ];
        assert_eq!(due(reader, at(1000), 9).await, all);
        assert_eq!(due(reader, at(1000), 2).await, all[..2]);
        let rows = timers::due(reader, at(1000), 1).await.expect("timers");
        assert_eq!(TimerKind::from_word(&rows[0].kind), Some(VisitorSilence));
    })
    .await;
}
