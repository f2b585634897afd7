//! Drafts: saved as one goes, never over somebody else's, published when nothing is wrong with them.

use app::flow_drafts::{Draft, Publish, Save, copy, find, publish, save};
use app::flows::{FlowChange, list, update};
use app::pages::PageQuery;
use app::principals::Admin;
use app::{AppError, Refusal};
use domain::flow::{Document, FaultKind, NodeKind};
use domain::permission::Permission;

use crate::desk::{Desk, no_key, refusal, wrong_fields};

/// The first flow's draft.
async fn draft(desk: &Desk, by: &Admin) -> Draft {
    let flows = list(&desk.app, by, &PageQuery::default()).await.expect("flows");
    find(&desk.app, by, flows.items[0].id).await.expect("a draft")
}

fn json(document: &Document) -> String {
    serde_json::to_string(document).expect("JSON")
}

fn saving(revision: i64, document: &Document) -> Save {
    Save {
        revision,
        document: json(document),
    }
}

/// A document whose end says something else.
fn with_end_text(document: &Document, text: &str) -> Document {
    let mut changed = document.clone();
    for node in &mut changed.nodes {
        if let NodeKind::End(end) = &mut node.kind {
            text.clone_into(&mut end.agent_end_text);
        }
    }
    changed
}

fn publishing(revision: i64) -> Publish {
    Publish {
        revision,
        note: "kinder words".into(),
    }
}

/// FLOW-02, FLOW-13: a draft is kept with its faults and changes no session; it is published without them, as the next
/// version, once.
#[tokio::test]
async fn a_draft_is_kept_with_faults_and_published_without() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageFlows);
    let before = draft(&desk, &by).await;
    assert_eq!((before.revision, before.version, before.is_published), (0, 1, true));
    assert_eq!((before.faults.len(), &before.editor), (0, &None));

    let mut broken = before.document.clone();
    let cut = broken.connections.pop().expect("a connection");
    let saved = save(&desk.app, &by, before.id, saving(0, &broken), no_key())
        .await
        .expect("saved, faults or not")
        .answer;
    assert_eq!(saved.revision, 1);
    let open = FaultKind::OpenPort { port: cut.port };
    assert!(
        saved.faults.iter().any(|fault| fault.kind == open),
        "{:?}",
        saved.faults
    );
    let refused = publish(&desk.app, &by, before.id, publishing(1), no_key()).await;
    assert!(matches!(refusal(refused), Refusal::FlowInvalid(_)));
    let still = draft(&desk, &by).await;
    assert_eq!(
        (still.version, still.is_published, &still.document),
        (1, false, &broken)
    );
    assert_eq!(still.editor.map(|(id, _)| id), Some(by.id));

    let mended = with_end_text(&before.document, "Goodbye");
    save(&desk.app, &by, before.id, saving(1, &mended), no_key())
        .await
        .expect("saved");
    let flow = publish(&desk.app, &by, before.id, publishing(2), no_key())
        .await
        .expect("published")
        .answer;
    assert_eq!(flow.version, 2);
    assert!(flow.editor.is_some(), "FLOW-01: the list names who edited it last");
    let again = publish(&desk.app, &by, before.id, publishing(2), no_key())
        .await
        .expect("nothing new")
        .answer;
    assert_eq!(again.version, 2);
    let stored = store::flows::document(&mut desk.app.store.reader(), by.tenant, before.id, 2).await;
    assert_eq!(stored.expect("an answer"), Some(json(&mended)));
    desk.close().await;
}

/// FLOW-02: who saves or publishes on an older revision is told, and nothing is overwritten.
#[tokio::test]
async fn nobody_overwrites_a_draft_unseen() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageFlows);
    let before = draft(&desk, &by).await;
    let (mine, theirs) = (
        with_end_text(&before.document, "mine"),
        with_end_text(&before.document, "theirs"),
    );
    save(&desk.app, &by, before.id, saving(0, &theirs), no_key())
        .await
        .expect("the first");
    for revision in [0, 2, -1] {
        let late = save(&desk.app, &by, before.id, saving(revision, &mine), no_key()).await;
        assert!(
            matches!(refusal(late), Refusal::DraftChanged { .. }),
            "revision {revision}"
        );
        let unseen = publish(&desk.app, &by, before.id, publishing(revision), no_key()).await;
        assert!(
            matches!(refusal(unseen), Refusal::DraftChanged { .. }),
            "revision {revision}"
        );
    }
    assert_eq!(draft(&desk, &by).await.document, theirs);
    save(&desk.app, &by, before.id, saving(1, &mine), no_key())
        .await
        .expect("knowingly");
    assert_eq!(draft(&desk, &by).await.revision, 2);
    desk.close().await;
}

/// FLOW-02: settings published through the form are the draft from then on, and whoever edits the old one is told.
#[tokio::test]
async fn the_form_and_the_draft_stay_in_step() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageFlows);
    let before = draft(&desk, &by).await;
    let edited = with_end_text(&before.document, "half done");
    save(&desk.app, &by, before.id, saving(0, &edited), no_key())
        .await
        .expect("saved");
    let mut settings = before.document.settings().expect("the built-in shape");
    settings.texts.greeting = "By the form".into();
    let change = FlowChange {
        name: None,
        settings: Some(settings),
    };
    update(&desk.app, &by, before.id, change, no_key())
        .await
        .expect("published");
    let after = draft(&desk, &by).await;
    assert_eq!((after.revision, after.version, after.is_published), (2, 2, true));
    let late = save(&desk.app, &by, before.id, saving(1, &edited), no_key()).await;
    assert!(matches!(refusal(late), Refusal::DraftChanged { .. }));
    desk.close().await;
}

/// FLOW-01: a copy has another name, the same version and the same draft; a flow of any shape is listed.
#[tokio::test]
async fn a_copy_holds_version_and_draft() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageFlows);
    let before = draft(&desk, &by).await;
    let mut other = with_end_text(&before.document, "half done");
    other
        .nodes
        .retain(|node| matches!(node.kind, NodeKind::Start | NodeKind::End(_)));
    other.connections.clear();
    save(&desk.app, &by, before.id, saving(0, &other), no_key())
        .await
        .expect("saved");
    let copied = copy(&desk.app, &by, before.id, "Copy".into(), no_key())
        .await
        .expect("copied")
        .answer;
    let copied = find(&desk.app, &by, copied.id).await.expect("its draft");
    assert_eq!(
        (copied.name.as_str(), copied.version, copied.is_published),
        ("Copy", 1, false)
    );
    assert_eq!(copied.document, other);
    let taken = copy(&desk.app, &by, before.id, "Copy".into(), no_key()).await;
    assert!(matches!(refusal(taken), Refusal::NameTaken));

    other.connections = vec![domain::flow::Connection {
        from: other.nodes[0].id.clone(),
        port: "next".into(),
        to: other.nodes[1].id.clone(),
    }];
    save(&desk.app, &by, copied.id, saving(1, &other), no_key())
        .await
        .expect("saved");
    publish(&desk.app, &by, copied.id, publishing(2), no_key())
        .await
        .expect("published");
    let flows = list(&desk.app, &by, &PageQuery::default())
        .await
        .expect("flows of any shape");
    let shapes: Vec<bool> = flows.items.iter().map(|flow| flow.settings.is_some()).collect();
    assert_eq!(shapes, [false, true]);
    desk.close().await;
}

/// FLOW-13, FLOW-16: what is no document is refused with the reason; too long a note by its field; another flow's id as
/// not there.
#[tokio::test]
async fn bad_drafts_are_refused() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageFlows);
    let before = draft(&desk, &by).await;
    for text in ["null", "{}", r#"{"format":99}"#, r#"{"format":2,"nodes":[]}"#] {
        let document = text.to_owned();
        let refused = save(&desk.app, &by, before.id, Save { revision: 0, document }, no_key()).await;
        assert!(matches!(refusal(refused), Refusal::FlowUnreadable(_)), "{text}");
    }
    let note = "x".repeat(501);
    let long = publish(&desk.app, &by, before.id, Publish { revision: 0, note }, no_key()).await;
    assert_eq!(wrong_fields(long), ["note"]);
    let nowhere = desk.app.new_id();
    let gone = save(&desk.app, &by, nowhere, saving(0, &before.document), no_key()).await;
    assert!(matches!(gone, Err(AppError::NotFound { .. })));
    let gone = find(&desk.app, &by, nowhere).await;
    assert!(matches!(gone, Err(AppError::NotFound { .. })));
    desk.close().await;
}
