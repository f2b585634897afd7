//! The outbox: leases with numbers, order per mailbox, texts that do not stay.

use domain::ids::OutboxId;
use domain::moment::Moment;
use store::Store;
use store::outbox::{self, LeasedRow, MailRow, NewMail, Outcome};
use store::pages::Wanted;
use store::testing::for_each_engine;

use crate::world::{NOW, World, id, write};

async fn add(world: &World, to: &'static str, is_kept: bool) -> OutboxId {
    let (tenant, mail) = (world.tenant, id::<OutboxId>());
    write(&world.store, async move |tx| {
        let new = NewMail {
            id: mail,
            tenant,
            to,
            subject: "Your account",
            body: "secret",
            cause: "agent.created ann",
            is_kept,
        };
        outbox::insert(tx, new, NOW).await
    })
    .await;
    mail
}

async fn due(store: &Store, now: Moment) -> Vec<(OutboxId, i64)> {
    outbox::due(&mut store.reader(), now, 10).await.expect("a list")
}

async fn lease(store: &Store, mail: (OutboxId, i64)) -> Option<LeasedRow> {
    write(store, async move |tx| {
        outbox::lease(tx, mail, NOW.plus_seconds(120)).await
    })
    .await
}

async fn finish(store: &Store, mail: (OutboxId, i64), outcome: Outcome) -> bool {
    write(store, async move |tx| outbox::finish(tx, mail, &outcome, NOW).await).await
}

async fn listed(world: &World) -> Vec<MailRow> {
    let wanted = Wanted {
        before: None,
        text: None,
        limit: 10,
    };
    outbox::list(&mut world.store.reader(), world.tenant, &wanted)
        .await
        .expect("a list")
}

/// C06, C12: one worker gets a mail; after its lease another may, and the late one's outcome is refused.
#[tokio::test]
async fn a_late_workers_outcome_is_refused() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let mail = add(&world, "ann@example.com", false).await;
        let first = due(&store, NOW).await;
        assert_eq!(first, [(mail, 0)]);
        let leased = lease(&store, first[0]).await.expect("the lease");
        assert_eq!((leased.attempts, leased.lease, leased.body.as_str()), (1, 1, "secret"));
        assert!(lease(&store, first[0]).await.is_none(), "two workers have it");
        assert_eq!(due(&store, NOW).await, [], "it is being sent");
        let again = due(&store, NOW.plus_seconds(120)).await;
        let second = lease(&store, again[0]).await.expect("the lease ran out");
        assert_eq!((second.attempts, second.lease), (2, 2));
        assert!(
            !finish(&store, (mail, 1), Outcome::Sent).await,
            "the late worker was believed"
        );
        assert!(finish(&store, (mail, 2), Outcome::Sent).await);
        assert_eq!(due(&store, NOW.plus_seconds(9_999)).await, []);
    })
    .await;
}

/// T405, OPS-06: the text of a mail stays only while it is needed.
#[tokio::test]
async fn a_text_goes_with_its_mail() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        add(&world, "ann@example.com", true).await;
        let sent = add(&world, "bea@example.com", false).await;
        let dead = add(&world, "cay@example.com", false).await;
        assert_eq!(due(&store, NOW).await.len(), 2, "a kept mail is not sent");
        for mail in [sent, dead] {
            lease(&store, (mail, 0)).await.expect("the lease");
        }
        let error = "no such mailbox".to_owned();
        assert!(finish(&store, (sent, 1), Outcome::Sent).await);
        assert!(finish(&store, (dead, 1), Outcome::Dead { error }).await);
        let rows = listed(&world).await;
        let shown: Vec<_> = rows
            .iter()
            .map(|row| (row.to.as_str(), row.state.as_str(), row.body.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("cay@example.com", "dead", ""),
                ("bea@example.com", "sent", ""),
                ("ann@example.com", "kept", "secret")
            ]
        );
        assert_eq!(rows[0].last_error.as_deref(), Some("no such mailbox"));
        assert_eq!(rows[0].finished_at, Some(NOW.0));
        assert!(
            listed(&World::new(&store).await).await.is_empty(),
            "another tenant reads them (ADM-15)"
        );
    })
    .await;
}

/// C06: mails to one mailbox leave in their order, also when the first has to wait; others do not wait for it.
#[tokio::test]
async fn mails_to_one_mailbox_keep_their_order() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let first = add(&world, "ann@example.com", false).await;
        let second = add(&world, "ann@example.com", false).await;
        let other = add(&world, "bea@example.com", false).await;
        assert_eq!(due(&store, NOW).await, [(first, 0), (other, 0)]);
        for mail in [first, other] {
            lease(&store, (mail, 0)).await.expect("the lease");
        }
        let later = NOW.plus_seconds(500);
        let outcome = Outcome::Again {
            due_at: later,
            error: "greylisted".to_owned(),
        };
        assert!(finish(&store, (first, 1), outcome).await);
        assert!(finish(&store, (other, 1), Outcome::Sent).await);
        assert_eq!(
            due(&store, NOW.plus_seconds(499)).await,
            [],
            "the second overtook the first"
        );
        assert_eq!(outbox::next(&mut store.reader()).await, Ok(Some(later)));
        lease(&store, (first, 1)).await.expect("the lease");
        assert!(finish(&store, (first, 2), Outcome::Sent).await);
        assert_eq!(due(&store, NOW).await, [(second, 0)]);
    })
    .await;
}

/// T405: mails that tell what is no longer true are taken back, even while one is being sent.
#[tokio::test]
async fn overtaken_mails_are_taken_back() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let pending = add(&world, "ann@example.com", false).await;
        add(&world, "ann@example.com", true).await;
        lease(&store, (pending, 0)).await.expect("the lease");
        let tenant = world.tenant;
        write(&store, async move |tx| {
            outbox::void(tx, tenant, "agent.created ann", NOW).await
        })
        .await;
        let outcome = Outcome::Again {
            due_at: NOW,
            error: "not now".to_owned(),
        };
        assert!(!finish(&store, (pending, 1), outcome).await);
        for row in listed(&world).await {
            assert_eq!((row.state.as_str(), row.body.as_str()), ("dead", ""));
        }
        assert_eq!(outbox::next(&mut store.reader()).await, Ok(None));
    })
    .await;
}
