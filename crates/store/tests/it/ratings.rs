//! Rating configs and the ratings of sessions.

use domain::ids::{RatingConfigId, SessionId, TenantId};
use domain::rating::{Level, LevelStyle, Rating, RatingConfig, Start, Starters};
use store::channels::ChannelSettings;
use store::pages::Wanted;
use store::testing::for_each_engine;
use store::{Store, codec, rating_configs, ratings};

use crate::world::{NOW, World, id, write};

fn config(name: &str) -> RatingConfig {
    let level = |content: &str, value| Level {
        content: content.to_owned(),
        value,
    };
    RatingConfig {
        name: name.to_owned(),
        levels: vec![level("Bad", 1), level("好", 5)],
        style: LevelStyle::Stars,
        invitation: "How was it?".to_owned(),
        thanks: String::new(),
        valid_hours: 1,
        starters: Starters {
            at_end: true,
            agent: true,
            visitor: true,
        },
        wants_comment: true,
    }
}

async fn add(store: &Store, tenant: TenantId, name: &'static str) -> Option<RatingConfigId> {
    let new = id::<RatingConfigId>();
    let added = write(store, async move |tx| {
        let text = codec::to_json(&config(name))?;
        rating_configs::insert(tx, (tenant, new), name, &text, NOW).await
    });
    added.await.then_some(new)
}

/// Binds the world's channel.
async fn bind(world: &World, rating_config: Option<RatingConfigId>) {
    let (tenant, channel, flow) = (world.tenant, world.channel, world.flow);
    let bound = write(&world.store, async move |tx| {
        let settings = ChannelSettings {
            title: "Site",
            colour: "#123456",
            flow,
            requires_identity: false,
            launcher_side: domain::widget::Side::Right,
            launcher_text: "",
            websites: "[]",
            rating_config,
        };
        store::channels::update(tx, tenant, channel, settings).await
    });
    assert!(bound.await);
}

/// ADM-12, ADM-15: names are unique in a contact centre, and nothing is seen or changed from another one.
#[tokio::test]
async fn configs_stay_in_their_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let usual = add(&store, here.tenant, "Usual").await.expect("a free name");
        assert_eq!(add(&store, here.tenant, "Usual").await, None);
        assert!(add(&store, there.tenant, "Usual").await.is_some());
        let mut reader = store.reader();
        let found = async |tenant, reader: &mut store::Reader| {
            let row = rating_configs::find(reader, tenant, usual).await.expect("an answer");
            row.map(|row| (row.name, row.config))
        };
        let text = codec::to_json(&config("Usual")).expect("JSON");
        assert_eq!(found(here.tenant, &mut reader).await, Some(("Usual".to_owned(), text)));
        assert_eq!(found(there.tenant, &mut reader).await, None);
        let change = async |tenant| {
            write(&store, async move |tx| {
                let changed = rating_configs::update(tx, (tenant, usual), "Other", "{}", NOW.plus_seconds(1)).await?;
                Ok((changed, rating_configs::named(tx, tenant, "Other").await?))
            })
            .await
        };
        assert_eq!(change(there.tenant).await, (false, None));
        assert_eq!(change(here.tenant).await, (true, Some(usual)));
        let wanted = Wanted {
            before: None,
            text: Some("OTH".to_owned()),
            limit: 10,
        };
        let listed = rating_configs::list(&mut reader, here.tenant, &wanted)
            .await
            .expect("a list");
        let listed: Vec<_> = listed
            .iter()
            .map(|row| (row.id, row.created_at, row.updated_at))
            .collect();
        assert_eq!(listed, [(usual, NOW.0, NOW.plus_seconds(1).0)]);
        let delete =
            async |tenant| write(&store, async move |tx| rating_configs::delete(tx, tenant, usual).await).await;
        assert!(!delete(there.tenant).await);
        assert!(delete(here.tenant).await);
        assert!(!delete(here.tenant).await);
    })
    .await;
}

/// ADM-12, R19: channels that are bound are found; a deleted channel stands in nobody's way.
#[tokio::test]
async fn bound_channels_are_known() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let usual = add(&store, world.tenant, "Usual").await.expect("a free name");
        bind(&world, Some(usual)).await;
        let channels = async || {
            rating_configs::channels_between(&mut store.reader(), world.tenant, usual, usual)
                .await
                .expect("a list")
        };
        assert_eq!(channels().await, [(usual, world.channel, "Site".to_owned())]);
        let row = store::channels::find(&mut store.reader(), world.tenant, world.channel).await;
        let row = row.expect("an answer").expect("the channel");
        assert_eq!(
            (row.rating_config_id, row.rating_config_name.as_deref()),
            (Some(usual), Some("Usual"))
        );
        let (tenant, channel) = (world.tenant, world.channel);
        let gone = write(&store, async move |tx| {
            store::channels::delete(tx, tenant, channel).await?;
            rating_configs::delete(tx, tenant, usual).await
        });
        assert!(gone.await);
        assert_eq!(channels().await, []);
    })
    .await;
}

/// CHAN-14, RATE-02: a session keeps the config that it began with, whatever becomes of it, and what was asked and
/// answered reads back.
#[tokio::test]
async fn a_session_keeps_its_rating() {
    for_each_engine(async |store| {
        let (world, there) = (World::new(&store).await, World::new(&store).await);
        let usual = add(&store, world.tenant, "Usual").await.expect("a free name");
        let session: SessionId = world.session(world.visitor("Vera").await).await.id;
        let unrated: SessionId = world.session(world.visitor("Wim").await).await.id;
        let (tenant, foreign) = (world.tenant, there.tenant);
        write(&store, async move |tx| {
            ratings::begin(tx, (foreign, unrated), usual).await?;
            ratings::begin(tx, (tenant, session), usual).await?;
            rating_configs::update(tx, (tenant, usual), "Usual", "{}", NOW).await?;
            rating_configs::delete(tx, tenant, usual).await
        })
        .await;
        let find = async |tenant, session| {
            ratings::find(&mut store.reader(), tenant, session)
                .await
                .expect("an answer")
        };
        let mut rating = Rating::new(config("Usual"));
        assert_eq!(find(tenant, session).await, Some(rating.clone()));
        assert_eq!(find(foreign, session).await, None);
        assert_eq!(
            find(tenant, unrated).await,
            None,
            "a config of another contact centre is none"
        );
        rating.asked = Some((7, rating.invite(Start::Agent, true, NOW).expect("may be asked")));
        rating.answer("102", Some("Very kind"), NOW).expect("in time");
        let answered = rating.clone();
        write(&store, async move |tx| {
            ratings::save(tx, (tenant, session), &answered).await
        })
        .await;
        assert_eq!(find(tenant, session).await, Some(rating));
    })
    .await;
}
