//! The history of flows.

use domain::ids::FlowId;
use store::flows::{self, NewVersion};
use store::pages::Wanted;
use store::testing::for_each_engine;
use store::{flow_drafts, flow_versions};

use crate::world::{NOW, World, id, write};

fn page(before: Option<i64>, limit: i64) -> Wanted<i64> {
    Wanted {
        before,
        text: None,
        limit,
    }
}

/// FLOW-14: versions are listed newest first with who, when and why; those of another tenant are not there.
#[tokio::test]
async fn versions_are_listed_newest_first() {
    for_each_engine(async |store| {
        let (world, stranger) = (World::new(&store).await, World::new(&store).await);
        let (tenant, flow, by) = (world.tenant, world.flow, world.agent("Ann").await.0);
        for (published, note) in [(1, "second"), (2, "third")] {
            let (document, note) = (format!("{{\"after\":{published}}}"), note.to_owned());
            write(&store, async move |tx| {
                let new = NewVersion {
                    document: &document,
                    note: &note,
                    by,
                    at: NOW.plus_seconds(published),
                };
                flows::publish(tx, (tenant, flow), published, &new).await
            })
            .await;
        }
        let mut reader = store.reader();
        let rows = flow_versions::list(&mut reader, tenant, flow, &page(None, 2)).await;
        let rows = rows.expect("versions");
        assert_eq!(rows.iter().map(|row| row.version).collect::<Vec<_>>(), [3, 2]);
        assert_eq!(
            (rows[0].note.as_str(), rows[0].published_at),
            ("third", NOW.plus_seconds(2).0)
        );
        assert!(rows[0].published_by.is_some());
        let first = flow_versions::list(&mut reader, tenant, flow, &page(Some(2), 2)).await;
        let first = first.expect("versions");
        assert_eq!((first.len(), first[0].version, &first[0].published_by), (1, 1, &None));
        let found = flow_versions::find(&mut reader, tenant, flow, 3)
            .await
            .expect("an answer");
        assert_eq!(found.as_ref(), Some(&rows[0]));
        let other = flow_versions::list(&mut reader, stranger.tenant, flow, &page(None, 2)).await;
        assert_eq!(other.expect("an answer"), []);
        let other = flow_versions::find(&mut reader, stranger.tenant, flow, 3).await;
        assert_eq!(other.expect("an answer"), None);
    })
    .await;
}

/// FLOW-16: a flow that nobody has published stands in the list, has no version and is in force for nobody.
#[tokio::test]
async fn an_unpublished_flow_has_no_version() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (tenant, flow, by) = (world.tenant, id::<FlowId>(), world.agent("Ann").await.0);
        let add = async |flow| {
            write(&store, async move |tx| {
                flows::insert_unpublished(tx, (tenant, flow), "Later", NOW).await
            })
            .await
        };
        assert!(add(flow).await);
        assert!(!add(id::<FlowId>()).await, "the name is taken");
        write(&store, async move |tx| {
            flow_drafts::save(tx, (tenant, flow), "{}", 0, (by, NOW)).await
        })
        .await;
        let mut reader = store.reader();
        let row = flows::find(&mut reader, tenant, flow)
            .await
            .expect("an answer")
            .expect("the flow");
        assert_eq!((row.version, row.document, row.updated_at), (0, None, NOW.0));
        assert_eq!(flows::published(&mut reader, tenant, flow).await, Ok(None));
        let in_force = flows::in_force(&mut reader, tenant).await.expect("documents");
        assert!(in_force.iter().all(|(id, ..)| *id != flow));
        let new = write(&store, async move |tx| {
            let new = NewVersion {
                document: "{}",
                note: "",
                by,
                at: NOW,
            };
            flows::publish(tx, (tenant, flow), 0, &new).await
        });
        assert_eq!(new.await, 1);
    })
    .await;
}
