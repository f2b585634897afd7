//! How much may be kept.

use testkit::{Engine, TestDesk, json};

/// T611: a visitor who has kept enough is refused a further file, and so is everybody once the contact centre has; texts
/// go on; what nobody posts gives its room back.
#[tokio::test]
async fn full_quotas_stop_files_but_no_text() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = TestDesk::start_with(engine, |config| {
            config.limits.visitor_storage_mib = 1;
            config.limits.tenant_storage_mib = 2;
        })
        .await;
        let file = || vec![b'a'; 700 * 1024];
        let (ann, bob, eve) = (desk.visitor("Ann"), desk.visitor("Bob"), desk.visitor("Eve"));
        for visitor in [&ann, &bob, &eve] {
            visitor.says("hello").await;
        }
        let posted = ann.uploads("first.txt", file()).await.ok();
        let content = json!({ "type": "file", "attachment_id": posted["id"] });
        ann.posts("first-file", content).await.ok();
        ann.uploads("second.txt", file()).await.refused(507, "storage_full");
        ann.says("texts go on").await;
        bob.uploads("first.txt", file()).await.ok();
        eve.uploads("first.txt", file()).await.refused(507, "storage_full");
        eve.says("texts go on here too").await;
        desk.advance(3_700);
        let removed = app::attachments::remove_unposted(desk.app()).await.expect("removed");
        assert_eq!(removed, 1, "Bob posted his file nowhere");
        eve.uploads("first.txt", file()).await.ok();
        ann.uploads("second.txt", file()).await.refused(507, "storage_full");
        desk.stop().await;
    }
}
