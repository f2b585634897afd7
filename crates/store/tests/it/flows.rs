//! Flows: versions that never change, and what still follows them.

use domain::ids::FlowId;
use store::StoreError;
use store::flows;
use store::pages::Wanted;
use store::testing::for_each_engine;

use crate::world::{NOW, World, id, write};

async fn add(world: &World, name: &'static str) -> Option<FlowId> {
    let (tenant, flow) = (world.tenant, id::<FlowId>());
    let added = write(&world.store, async move |tx| {
        flows::insert(tx, (tenant, flow), name, "{}", NOW).await
    });
    added.await.then_some(flow)
}

/// R17, FLOW-14: a new version is published beside the old one, which stays as it was.
#[tokio::test]
async fn a_published_version_never_changes() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (tenant, flow) = (world.tenant, add(&world, "Night").await.expect("a free name"));
        let by = world.agent("Ann").await.0;
        let publish = async |published, document: &'static str| {
            store
                .write(async move |tx| {
                    let new = flows::NewVersion {
                        document,
                        note: "a note",
                        by,
                        at: NOW,
                    };
                    flows::publish(tx, (tenant, flow), published, &new).await
                })
                .await
        };
        assert_eq!(publish(1, "{\"second\":1}").await, Ok(2));
        assert_eq!(publish(1, "{\"late\":1}").await, Err(StoreError::Stale));
        let published = flows::published(&mut store.reader(), tenant, flow)
            .await
            .expect("an answer");
        assert_eq!(published, Some((2, "{\"second\":1}".to_owned())));
        let first = flows::document(&mut store.reader(), tenant, flow, 1)
            .await
            .expect("an answer");
        assert_eq!(first.as_deref(), Some("{}"));
        assert_eq!(flows::document(&mut store.reader(), tenant, flow, 3).await, Ok(None));
    })
    .await;
}

/// ADM-15: names are unique in a tenant and free after a deletion; another tenant sees nothing.
#[tokio::test]
async fn flows_stay_in_their_tenant() {
    for_each_engine(async |store| {
        let (here, there) = (World::new(&store).await, World::new(&store).await);
        let flow = add(&here, "Night").await.expect("a free name");
        assert_eq!(add(&here, "Night").await, None);
        assert!(add(&there, "Night").await.is_some());
        assert!(
            flows::find(&mut store.reader(), there.tenant, flow)
                .await
                .expect("no row")
                .is_none()
        );
        assert_eq!(
            flows::document(&mut store.reader(), there.tenant, flow, 1).await,
            Ok(None)
        );
        let (tenant, stranger) = (here.tenant, there.tenant);
        assert!(!write(&store, async move |tx| flows::delete(tx, stranger, flow).await).await);
        assert!(write(&store, async move |tx| flows::delete(tx, tenant, flow).await).await);
        assert!(
            flows::find(&mut store.reader(), tenant, flow)
                .await
                .expect("no row")
                .is_none()
        );
        assert!(add(&here, "Night").await.is_some());
    })
    .await;
}

/// R19: documents in force are those of flows that stand, and of open sessions whatever became of their flow.
#[tokio::test]
async fn a_running_session_keeps_its_version_in_force() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (tenant, flow) = (world.tenant, world.flow);
        let visitor = world.visitor("Vera").await;
        world.session(visitor).await;
        let by = world.agent("Ann").await.0;
        write(&store, async move |tx| {
            let new = flows::NewVersion {
                document: "{\"new\":1}",
                note: "",
                by,
                at: NOW,
            };
            flows::publish(tx, (tenant, flow), 1, &new).await
        })
        .await;
        let in_force = async || {
            let rows = flows::in_force(&mut store.reader(), tenant).await.expect("documents");
            rows.into_iter().filter(|(id, ..)| *id == flow).count()
        };
        assert_eq!(
            in_force().await,
            2,
            "the version of the open session and the published one"
        );
        write(&store, async move |tx| flows::delete(tx, tenant, flow).await).await;
        assert_eq!(in_force().await, 1, "the version of the open session");
    })
    .await;
}

/// A list is searched by name and tells the channels of each flow.
#[tokio::test]
async fn a_list_tells_names_and_channels() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        add(&world, "Night").await.expect("a free name");
        let wanted = Wanted {
            before: None,
            text: Some("BUILT".to_owned()),
            limit: 10,
        };
        let rows = flows::list(&mut store.reader(), world.tenant, &wanted)
            .await
            .expect("a list");
        assert_eq!(
            rows.iter().map(|row| (row.id, row.version)).collect::<Vec<_>>(),
            [(world.flow, 1)]
        );
        let channels = flows::channels_between(&mut store.reader(), world.tenant, world.flow, world.flow).await;
        let channels: Vec<_> = channels.expect("channels").into_iter().map(|(_, id, _)| id).collect();
        assert_eq!(channels, [world.channel]);
        let named = flows::named(&mut store.reader(), world.tenant, "Built in").await;
        assert_eq!(named, Ok(Some(world.flow)));
    })
    .await;
}
