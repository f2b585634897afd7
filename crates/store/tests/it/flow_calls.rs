//! What flows ask of the outside: calls, secrets, bots.

use domain::ids::{BotId, SecretId, SessionId};
use domain::moment::Moment;
use store::api_calls::{self, Finished, NewCall};
use store::pages::Wanted;
use store::testing::for_each_engine;
use store::{Store, bots, secrets};

use crate::world::{NOW, World, id, write};

async fn call(store: &Store, world: &World, (session, number): (SessionId, i64), host: &'static str, due_at: Moment) {
    let tenant = world.tenant;
    write(store, async move |tx| {
        let new = NewCall {
            session,
            number,
            tenant,
            node: "ask",
            attempt: 1,
            host,
            request: "{}",
            timeout_seconds: 5,
            due_at,
        };
        api_calls::insert(tx, new, NOW).await
    })
    .await;
}

/// FLOW-09, C06, C12: calls wait by service; a leased one is due again only after its own time; whoever lost the lease
/// changes nothing; what is over is never due again.
#[tokio::test]
async fn calls_are_leased_and_settled_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let visitor = world.visitor("Vera").await;
        let session = world.session(visitor).await.id;
        let later = NOW.plus_seconds(2);
        call(&store, &world, (session, 1), "a:443", NOW).await;
        call(&store, &world, (session, 2), "a:443", NOW).await;
        call(&store, &world, (session, 3), "b:443", later).await;
        let mut reader = store.reader();
        let (a, b) = ((world.tenant, "a:443".to_owned()), (world.tenant, "b:443".to_owned()));
        assert_eq!(
            api_calls::lanes(&mut reader, NOW, 10).await.expect("lanes"),
            std::slice::from_ref(&a)
        );
        assert_eq!(api_calls::next(&mut reader, NOW).await.expect("a time"), Some(later));
        assert_eq!(
            api_calls::lanes(&mut reader, later, 10).await.expect("lanes"),
            [a.clone(), b]
        );
        let due = api_calls::due(&mut reader, (a.0, &a.1), NOW, 10).await.expect("calls");
        assert_eq!(due, [(session, 1, 0), (session, 2, 0)]);
        drop(reader);

        let lease = async |last| {
            let leased = write(&store, async move |tx| {
                api_calls::lease(tx, (session, 1, last), 3, NOW).await
            });
            leased.await.map(|leased| leased.lease)
        };
        assert_eq!(lease(0).await, Some(1));
        assert_eq!(lease(0).await, None, "another worker was faster");
        let due_at = async |at| {
            let mut reader = store.reader();
            let due = api_calls::due(&mut reader, (a.0, &a.1), at, 10).await.expect("calls");
            due.iter().map(|(_, number, _)| *number).collect::<Vec<_>>()
        };
        assert_eq!(due_at(NOW.plus_seconds(7)).await, [2]);
        assert_eq!(due_at(NOW.plus_seconds(8)).await, [2, 1], "5 s for the call and 3 more");
        assert_eq!(lease(1).await, Some(2));
        let finish = async |lease| {
            write(&store, async move |tx| {
                let finished = Finished {
                    outcome: "answered",
                    status: Some(200),
                    answer: Some("汉"),
                };
                api_calls::finish(tx, (session, 1, lease), &finished, NOW).await
            })
            .await
        };
        assert_eq!(
            (finish(1).await, finish(2).await, finish(2).await),
            (false, true, false)
        );
        assert_eq!(lease(2).await, None);
        let mut reader = store.reader();
        let log = api_calls::of_session(&mut reader, world.tenant, session)
            .await
            .expect("a log");
        let told: Vec<_> = log.iter().map(|row| (row.number, row.outcome.as_deref())).collect();
        assert_eq!(told, [(1, Some("answered")), (2, None), (3, None)]);
        assert_eq!((log[0].status, log[0].answer.as_deref()), (Some(200), Some("汉")));
        let other = World::new(&store).await;
        let log = api_calls::of_session(&mut reader, other.tenant, session)
            .await
            .expect("a log");
        assert_eq!(log.len(), 0, "not another contact centre's");
    })
    .await;
}

/// T1201, ADM-15: secrets stay in their contact centre, under names of their own; lists do not say what they are.
#[tokio::test]
async fn secrets_stay_in_their_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let (one, two) = (id::<SecretId>(), id::<SecretId>());
        let insert = async |tenant, id, name: &'static str| {
            write(&store, async move |tx| {
                secrets::insert(tx, (tenant, id), name, "sealed", NOW).await
            })
            .await
        };
        assert!(insert(here.tenant, one, "Key").await);
        assert!(!insert(here.tenant, id(), "Key").await);
        assert!(insert(there.tenant, two, "Key").await);
        let mut reader = store.reader();
        assert_eq!(secrets::ids(&mut reader, here.tenant).await.expect("ids"), [one]);
        assert_eq!(secrets::count(&mut reader, here.tenant).await.expect("a number"), 1);
        assert!(
            secrets::find(&mut reader, there.tenant, one)
                .await
                .expect("an answer")
                .is_none()
        );
        assert_eq!(
            secrets::sealed(&mut reader, there.tenant, one)
                .await
                .expect("an answer"),
            None
        );
        let wanted = Wanted {
            before: None,
            text: Some("kE".to_owned()),
            limit: 10,
        };
        assert_eq!(
            secrets::list(&mut reader, here.tenant, &wanted)
                .await
                .expect("a list")
                .len(),
            1
        );
        drop(reader);
        let change = async |tenant| {
            write(&store, async move |tx| {
                let replaced = secrets::replace(tx, (tenant, one), "other", NOW).await?;
                Ok((replaced, secrets::delete(tx, tenant, one).await?))
            })
            .await
        };
        assert_eq!(change(there.tenant).await, (false, false));
        assert_eq!(change(here.tenant).await, (true, true));
    })
    .await;
}

/// FLOW-11, ADM-15: bots stay in their contact centre; a change needs the revision that was looked at.
#[tokio::test]
async fn bots_stay_in_their_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let bot = id::<BotId>();
        let insert = async |tenant, id| {
            write(&store, async move |tx| {
                bots::insert(tx, (tenant, id), "Bot", "{}", NOW).await
            })
            .await
        };
        assert!(insert(here.tenant, bot).await);
        assert!(!insert(here.tenant, id()).await);
        assert!(insert(there.tenant, id()).await);
        let update = async |tenant, revision| {
            write(&store, async move |tx| {
                bots::update(tx, (tenant, bot, revision), "Other", "{\"a\":1}", NOW).await
            })
            .await
        };
        assert!(!update(there.tenant, 1).await);
        assert!(!update(here.tenant, 2).await);
        assert!(update(here.tenant, 1).await);
        let mut reader = store.reader();
        assert_eq!(
            bots::revision(&mut reader, here.tenant, bot).await.expect("one"),
            Some(2)
        );
        assert_eq!(
            bots::revision(&mut reader, there.tenant, bot).await.expect("none"),
            None
        );
        assert_eq!(bots::ids(&mut reader, here.tenant).await.expect("ids"), [bot]);
        assert_eq!(bots::count(&mut reader, here.tenant).await.expect("a number"), 1);
        assert_eq!(
            bots::named(&mut reader, here.tenant, "Other").await.expect("one"),
            Some(bot)
        );
        let row = bots::find(&mut reader, here.tenant, bot)
            .await
            .expect("an answer")
            .expect("a bot");
        assert_eq!((row.name.as_str(), row.document.as_str()), ("Other", "{\"a\":1}"));
        let wanted = Wanted {
            before: None,
            text: Some("oth".to_owned()),
            limit: 10,
        };
        assert_eq!(
            bots::list(&mut reader, here.tenant, &wanted)
                .await
                .expect("a list")
                .len(),
            1
        );
        drop(reader);
        let delete = async |tenant| write(&store, async move |tx| bots::delete(tx, tenant, bot).await).await;
        assert!(!delete(there.tenant).await);
        assert!(delete(here.tenant).await);
    })
    .await;
}
