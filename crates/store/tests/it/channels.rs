//! Channels: keys that are never given twice, secrets that stay sealed.

use domain::ids::ChannelId;
use domain::widget::Side;
use store::channels::{self, ChannelSettings, NewChannel};
use store::pages::Wanted;
use store::testing::for_each_engine;

use crate::world::{NOW, World, id, write};

async fn add(world: &World, key: &'static str) -> Option<ChannelId> {
    let (tenant, flow, channel) = (world.tenant, world.flow, id::<ChannelId>());
    let added = write(&world.store, async move |tx| {
        let settings = ChannelSettings {
            title: "Shop",
            colour: "#123456",
            flow,
            requires_identity: false,
            launcher_side: Side::Right,
            launcher_text: "",
            websites: "[]",
            rating_config: None,
        };
        let new = NewChannel {
            id: channel,
            tenant,
            key,
            settings,
        };
        channels::insert(tx, new, NOW).await
    });
    added.await.then_some(channel)
}

/// T316: a key is unique everywhere; a deleted channel is like a missing one, and its key is never given again.
#[tokio::test]
async fn a_key_is_given_once() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let shop = add(&here, "shop").await.expect("a free key");
        assert_eq!(add(&there, "shop").await, None);
        let by_key = async |key| {
            let found = channels::find_by_key(&mut store.reader(), key)
                .await
                .expect("an answer");
            found.map(|row| (row.id, row.tenant_id, row.flow_name))
        };
        assert_eq!(by_key("shop").await, Some((shop, here.tenant, "Built in".to_owned())));
        assert_eq!(by_key("sho").await, None);
        let tenant = here.tenant;
        assert!(write(&store, async move |tx| channels::delete(tx, tenant, shop).await).await);
        assert!(!write(&store, async move |tx| channels::delete(tx, tenant, shop).await).await);
        assert_eq!(by_key("shop").await, None);
        assert_eq!(add(&here, "shop").await, None);
    })
    .await;
}

/// CHAN-01, CHAN-04, ADM-15: changes and secrets reach the own tenant's channels only.
#[tokio::test]
async fn channels_stay_in_their_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let (channel, flow) = (here.channel, here.flow);
        let change = async |tenant| {
            write(&store, async move |tx| {
                let settings = ChannelSettings {
                    title: "Renamed",
                    colour: "#abcdef",
                    flow,
                    requires_identity: true,
                    launcher_side: Side::Left,
                    launcher_text: "Chat",
                    websites: "[\"https://shop.example\"]",
                    rating_config: None,
                };
                let changed = channels::update(tx, tenant, channel, settings).await?;
                Ok((
                    changed,
                    channels::set_identity_secret(tx, tenant, channel, "sealed").await?,
                ))
            })
            .await
        };
        assert_eq!(change(there.tenant).await, (false, false));
        assert_eq!(change(here.tenant).await, (true, true));
        let row = channels::find(&mut store.reader(), here.tenant, channel)
            .await
            .expect("a row");
        let row = row.expect("the channel");
        assert_eq!(
            (row.title.as_str(), row.colour.as_str(), row.requires_identity),
            ("Renamed", "#abcdef", true)
        );
        let launcher = (row.launcher_side, row.launcher_text.as_str(), row.websites.as_str());
        assert_eq!(launcher, (Side::Left, "Chat", "[\"https://shop.example\"]"));
        assert_eq!(row.identity_secret.as_deref(), Some("sealed"));
        assert!(
            channels::find(&mut store.reader(), there.tenant, channel)
                .await
                .expect("no row")
                .is_none()
        );
    })
    .await;
}

/// CHAN-01: found by title and key, newest first.
#[tokio::test]
async fn channels_are_found_by_title_and_key() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let shop = add(&world, "front-door").await.expect("a free key");
        let find = async |text: Option<&str>| {
            let wanted = Wanted {
                before: None,
                text: text.map(str::to_owned),
                limit: 10,
            };
            let rows = channels::list(&mut store.reader(), world.tenant, &wanted)
                .await
                .expect("a list");
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(find(None).await, [shop, world.channel]);
        assert_eq!(find(Some("SHOP")).await, [shop]);
        assert_eq!(find(Some("front")).await, [shop]);
    })
    .await;
}
