//! Logins and reset links: found by their hashes, ended with a reason, forgotten in time.

use domain::ids::{AgentId, LoginId};
use domain::moment::Moment;
use store::logins::{self, EndReason, LoginRow, NewLogin};
use store::testing::for_each_engine;
use store::{Store, password_resets};

use crate::world::{NOW, World, id, write};

async fn sign_in(world: &World, agent: AgentId, token_hash: &'static str) -> LoginId {
    let epoch = world.sign_in(agent).await;
    let (tenant, login) = (world.tenant, id::<LoginId>());
    write(&world.store, async move |tx| {
        let new = NewLogin {
            token_hash,
            id: login,
            tenant,
            agent,
            epoch,
            expires_at: NOW.plus_seconds(3_600),
            address: "203.0.113.9",
            user_agent: "a browser",
        };
        logins::insert(tx, new, NOW).await
    })
    .await;
    login
}

async fn by_token(store: &Store, token_hash: &str) -> Option<LoginRow> {
    logins::by_token(&mut store.reader(), token_hash).await.expect("a row")
}

async fn end_all(store: &Store, agent: AgentId, but: Option<LoginId>, now: Moment) -> u64 {
    write(store, async move |tx| {
        logins::end_all(tx, agent, but, EndReason::Replaced, now).await
    })
    .await
}

/// C12, R28: a login knows its own number and the account's newest one.
#[tokio::test]
async fn a_login_knows_whether_it_is_the_newest() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let agent = world.stranger("Ann").await;
        sign_in(&world, agent, "first").await;
        sign_in(&world, agent, "second").await;
        let (first, second) = (by_token(&store, "first").await, by_token(&store, "second").await);
        let first = first.expect("the first");
        assert_eq!((first.epoch, first.newest_epoch, first.ended()), (1, 2, None));
        let second = second.expect("the second");
        assert_eq!((second.epoch, second.newest_epoch), (2, 2));
        assert!(by_token(&store, "fir").await.is_none());
    })
    .await;
}

/// T407, R28: all logins end but the one that is kept, each once and with its reason.
#[tokio::test]
async fn logins_end_with_a_reason() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, other) = (world.stranger("Ann").await, world.stranger("Bea").await);
        sign_in(&world, agent, "first").await;
        let kept = sign_in(&world, agent, "kept").await;
        sign_in(&world, other, "others").await;
        assert_eq!(end_all(&store, agent, Some(kept), NOW).await, 1);
        assert_eq!(end_all(&store, agent, Some(kept), NOW).await, 0);
        let ended = async |hash| by_token(&store, hash).await.and_then(|row| row.ended());
        assert_eq!(ended("first").await, Some(EndReason::Replaced));
        assert_eq!((ended("kept").await, ended("others").await), (None, None));
        let signed_out = async || {
            write(&store, async move |tx| {
                logins::end(tx, kept, EndReason::SignedOut, NOW).await
            })
            .await
        };
        assert!(signed_out().await);
        assert!(!signed_out().await, "it ended twice");
        assert_eq!(ended("kept").await, Some(EndReason::SignedOut));
    })
    .await;
}

/// T402: an address is known from which the account signed in lately.
#[tokio::test]
async fn an_address_is_known_for_a_while() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let agent = world.stranger("Ann").await;
        sign_in(&world, agent, "first").await;
        let knows = async |address, since| {
            logins::is_known(&mut store.reader(), agent, address, since)
                .await
                .expect("an answer")
        };
        assert!(knows("203.0.113.9", NOW.plus_seconds(-1)).await);
        assert!(!knows("203.0.113.9", NOW).await);
        assert!(!knows("203.0.113.10", NOW.plus_seconds(-1)).await);
    })
    .await;
}

/// V29: logins that are over are forgotten in time, running ones are not.
#[tokio::test]
async fn logins_are_forgotten_when_they_are_long_over() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let agent = world.stranger("Ann").await;
        let ended = sign_in(&world, agent, "ended").await;
        sign_in(&world, agent, "runs").await;
        write(&store, async move |tx| {
            logins::end(tx, ended, EndReason::SignedOut, NOW).await
        })
        .await;
        let prune = async |before| write(&store, async move |tx| logins::prune(tx, before).await).await;
        assert_eq!(prune(NOW).await, 0);
        assert_eq!(prune(NOW.plus_seconds(1)).await, 1);
        assert!(by_token(&store, "runs").await.is_some());
        assert_eq!(prune(NOW.plus_seconds(3_601)).await, 1);
    })
    .await;
}

/// T406: a link works once, in its time, for its agent; a newer one or a new password makes it void.
#[tokio::test]
async fn a_reset_link_works_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let agent = world.stranger("Ann").await;
        let owner = (world.tenant, agent);
        let mail = async |hash: &'static str| {
            write(&store, async move |tx| {
                password_resets::insert(tx, hash, owner, NOW, NOW.plus_seconds(3_600)).await
            })
            .await;
        };
        let live = async |hash, now| {
            password_resets::live(&mut store.reader(), hash, now)
                .await
                .expect("an answer")
        };
        let take = async |hash: &'static str, now| {
            write(&store, async move |tx| password_resets::take(tx, hash, now).await).await
        };
        mail("first").await;
        assert_eq!(live("first", NOW).await, Some(owner));
        assert_eq!(live("", NOW).await, None);
        assert_eq!(live("first", NOW.plus_seconds(3_600)).await, None, "it is too old");
        assert!(!take("first", NOW.plus_seconds(3_600)).await);
        assert!(take("first", NOW).await);
        assert!(!take("first", NOW).await, "it worked twice");
        assert_eq!(live("first", NOW).await, None);
        mail("second").await;
        write(&store, async move |tx| password_resets::void(tx, agent, NOW).await).await;
        assert_eq!(live("second", NOW).await, None);
        let pruned = write(&store, async move |tx| {
            password_resets::prune(tx, NOW.plus_seconds(3_601)).await
        });
        assert_eq!(pruned.await, 2);
    })
    .await;
}
