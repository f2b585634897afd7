//! Visitors and the tokens of their browsers.

use domain::ids::{ChannelId, VisitorId};
use store::testing::for_each_engine;
use store::visitors::{self, Looks, NewVisitor, VisitorRow};
use store::{Store, StoreError};

use crate::world::{NOW, World, id, write};

const LOOKS: Looks<'static> = Looks {
    nickname: "Vera",
    language: "en",
    user_agent: "a browser",
    avatar: None,
    custom_data: "{}",
};

async fn give_token(world: &World, hash: &'static str, visitor: VisitorId) {
    let owner = (world.tenant, visitor, world.channel);
    write(&world.store, async move |tx| {
        visitors::insert_token(tx, hash, owner, NOW).await
    })
    .await;
}

async fn by_token(store: &Store, hash: &str) -> Option<VisitorRow> {
    visitors::by_token(&mut store.reader(), hash).await.expect("a row")
}

async fn add_person(world: &World, channel: ChannelId, person: &'static str) -> Result<VisitorId, StoreError> {
    let (tenant, id) = (world.tenant, id());
    let added = world.store.write(async move |tx| {
        let new = NewVisitor {
            id,
            tenant,
            channel,
            external_id: Some(person),
            looks: LOOKS,
        };
        visitors::insert(tx, &new, NOW).await
    });
    added.await.map(|()| id)
}

/// SEC-03, T301: a token stands for its visitor, and nothing else does.
#[tokio::test]
async fn a_token_stands_for_its_visitor() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (vera, wim) = (world.visitor("Vera").await, world.visitor("Wim").await);
        give_token(&world, "hash-1", vera).await;
        give_token(&world, "hash-2", vera).await;
        give_token(&world, "hash-3", wim).await;
        for (hash, expected) in [
            ("hash-1", Some(vera)),
            ("hash-2", Some(vera)),
            ("hash-3", Some(wim)),
            ("hash", None),
        ] {
            assert_eq!(by_token(&store, hash).await.map(|row| row.id), expected, "{hash}");
        }
        let row = by_token(&store, "hash-1").await.expect("Vera");
        assert_eq!(
            (row.tenant_id, row.channel_id, row.external_id),
            (world.tenant, world.channel, None)
        );
    })
    .await;
}

/// T316: the tokens of a deleted channel are void.
#[tokio::test]
async fn a_deleted_channel_voids_its_tokens() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        give_token(&world, "hash-1", world.visitor("Vera").await).await;
        let (tenant, channel) = (world.tenant, world.channel);
        assert!(
            write(&store, async move |tx| store::channels::delete(tx, tenant, channel)
                .await)
            .await
        );
        assert!(by_token(&store, "hash-1").await.is_none());
    })
    .await;
}

/// SEC-03, T306: an anonymous visitor becomes a person once; one person is one visitor in a channel.
#[tokio::test]
async fn a_person_is_one_visitor_of_a_channel() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let elsewhere = world.another_channel().await;
        let vera = world.visitor("Vera").await;
        assert!(write(&store, async move |tx| visitors::prove(tx, vera, "user-1").await).await);
        assert!(
            !write(&store, async move |tx| visitors::prove(tx, vera, "user-2").await).await,
            "T307: for ever"
        );
        assert_eq!(
            add_person(&world, world.channel, "user-1").await,
            Err(StoreError::Stale)
        );
        let there = add_person(&world, elsewhere, "user-1")
            .await
            .expect("another channel knows nobody");

        let reader = &mut store.reader();
        for (channel, person, expected) in [
            (world.channel, "user-1", Some(vera)),
            (elsewhere, "user-1", Some(there)),
            (world.channel, "USER-1", None),
            (world.channel, "user-2", None),
        ] {
            let found = visitors::by_external_id(reader, channel, person).await.expect("a row");
            assert_eq!(found.map(|row| row.id), expected, "{person}");
        }
    })
    .await;
}

/// T308: once proven, a visitor's older tokens are void; other visitors keep theirs.
#[tokio::test]
async fn tokens_of_one_visitor_are_dropped() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (vera, wim) = (world.visitor("Vera").await, world.visitor("Wim").await);
        give_token(&world, "hash-1", vera).await;
        give_token(&world, "hash-2", vera).await;
        give_token(&world, "hash-3", wim).await;
        write(&store, async move |tx| visitors::drop_tokens(tx, vera).await).await;
        for (hash, is_good) in [("hash-1", false), ("hash-2", false), ("hash-3", true)] {
            assert_eq!(by_token(&store, hash).await.is_some(), is_good, "{hash}");
        }
    })
    .await;
}

/// WORK-04: how a visitor appears is the newest that was said.
#[tokio::test]
async fn looks_are_the_newest() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let vera = world.visitor("Vera").await;
        give_token(&world, "hash-1", vera).await;
        let later = NOW.plus_seconds(5);
        write(&store, async move |tx| {
            let looks = Looks {
                nickname: "薇拉",
                language: "zh-CN",
                user_agent: "another browser",
                avatar: Some("https://img.example/v.png"),
                custom_data: "{\"level\":\"gold\"}",
            };
            visitors::describe(tx, vera, looks, later).await
        })
        .await;
        let row = by_token(&store, "hash-1").await.expect("Vera");
        assert_eq!(
            (row.nickname.as_str(), row.language.as_str(), row.seen_at),
            ("薇拉", "zh-CN", later.0)
        );
    })
    .await;
}
