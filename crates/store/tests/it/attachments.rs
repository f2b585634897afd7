//! What is known of files: posted once, by their own uploader, and forgotten only when nobody posted them.

use domain::attachment::Attachment;
use domain::ids::{AttachmentId, Id, SessionId, VisitorId};
use domain::moment::Moment;
use store::attachments::{self, NewAttachment};
use store::testing::for_each_engine;
use uuid::Uuid;

use crate::world::{NOW, World, id, write};

fn file(id: AttachmentId) -> Attachment {
    Attachment {
        id,
        name: "猫.png".to_owned(),
        media_type: "image/png".to_owned(),
        size: 20 << 20,
        width: Some(640),
        height: None,
    }
}

async fn upload(world: &World, visitor: VisitorId, uploader: Uuid, at: Moment) -> AttachmentId {
    let (tenant, id) = (world.tenant, id());
    write(&world.store, async move |tx| {
        let new = NewAttachment {
            tenant,
            visitor,
            uploader,
            attachment: file(id),
            sha256: "00ff".to_owned(),
            storage_key: format!("key of {id}"),
            has_thumbnail: true,
        };
        attachments::insert(tx, &new, at).await
    })
    .await;
    id
}

async fn post(world: &World, by: Uuid, id: AttachmentId, session: SessionId) -> bool {
    let tenant = world.tenant;
    write(&world.store, async move |tx| {
        attachments::post(tx, (tenant, by), id, session).await
    })
    .await
}

/// T610: a file is posted once, by who uploaded it.
#[tokio::test]
async fn a_file_is_posted_once_by_its_uploader() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let foreign = World::new(&store).await;
        let vera = world.visitor("Vera").await;
        let (session, other): (SessionId, SessionId) = (id(), id());
        let posted = upload(&world, vera, vera.uuid(), NOW).await;
        assert!(!post(&world, Uuid::now_v7(), posted, session).await, "somebody else");
        assert!(
            !post(&foreign, vera.uuid(), posted, session).await,
            "T503: another tenant"
        );
        assert!(post(&world, vera.uuid(), posted, session).await);
        assert!(
            !post(&world, vera.uuid(), posted, other).await,
            "in another session too"
        );
        assert!(!post(&world, vera.uuid(), posted, session).await, "twice");
        assert!(!post(&world, vera.uuid(), id(), session).await, "a file that never was");
        let row = attachments::find(&mut store.reader(), world.tenant, posted)
            .await
            .expect("a row");
        assert_eq!(row.expect("the file").session_id, Some(session));
    })
    .await;
}

/// OPS-05: what is known of a file reads back, and only within its tenant (ADM-15, T503).
#[tokio::test]
async fn a_file_reads_back_within_its_tenant() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let foreign = World::new(&store).await;
        let vera = world.visitor("Vera").await;
        let stored = upload(&world, vera, vera.uuid(), NOW).await;
        let reader = &mut store.reader();
        let row = attachments::find(reader, world.tenant, stored)
            .await
            .expect("a row")
            .expect("the file");
        assert_eq!(row.to_attachment(), file(stored));
        assert_eq!((row.visitor_id, row.session_id, row.has_thumbnail), (vera, None, true));
        assert_eq!(
            (row.uploader_id.as_str(), row.sha256.as_str()),
            (&*vera.uuid().to_string(), "00ff")
        );
        assert_eq!(row.storage_key, format!("key of {stored}"));
        assert!(
            attachments::find(reader, foreign.tenant, stored)
                .await
                .expect("a row")
                .is_none()
        );
    })
    .await;
}

/// I20: files that nobody posted are found oldest first and forgotten; a posted one never is.
#[tokio::test]
async fn only_unposted_files_are_forgotten() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let vera = world.visitor("Vera").await;
        let at = |seconds| NOW.plus_seconds(seconds);
        let young = upload(&world, vera, vera.uuid(), at(20)).await;
        let old = upload(&world, vera, vera.uuid(), at(10)).await;
        let posted = upload(&world, vera, vera.uuid(), at(5)).await;
        assert!(post(&world, vera.uuid(), posted, id()).await);
        let unposted = async |before, limit| {
            let rows = attachments::unposted(&mut store.reader(), before, limit)
                .await
                .expect("rows");
            rows.into_iter().map(|row| row.0).collect::<Vec<_>>()
        };
        assert_eq!(unposted(at(20), 9).await, [old]);
        assert_eq!(unposted(at(21), 9).await, [old, young]);
        assert_eq!(unposted(at(21), 1).await, [old]);
        for (id, is_gone) in [(old, true), (old, false), (posted, false)] {
            let removed = write(&store, async move |tx| attachments::remove_unposted(tx, id).await).await;
            assert_eq!(removed, is_gone);
        }
        assert!(
            !post(&world, vera.uuid(), old, id()).await,
            "what is forgotten cannot be posted"
        );
        assert!(
            attachments::find(&mut store.reader(), world.tenant, posted)
                .await
                .expect("a row")
                .is_some()
        );
    })
    .await;
}
