//! What visitors may do in how much time.

use app::attachments::{self, Uploader};
use app::conversation::{self, NewContent, Post};
use app::principals::Visitor;
use app::visitors::{self, About, Claim};
use app::{AppError, Refusal};
use domain::message::ClientId;
use domain::visitor::Language;

use crate::desk::{Desk, refusal};

async fn visitor(desk: &Desk, address: &str) -> Visitor {
    let claim = Claim {
        channel_key: "shop".to_owned(),
        token: None,
        language: Language::En,
        about: About::default(),
        identity: None,
        address: address.to_owned(),
        user_agent: String::new(),
    };
    visitors::claim(&desk.app, claim).await.expect("a visitor").visitor
}

async fn says_hello(desk: &Desk, address: &str) -> Result<conversation::Posted, AppError> {
    let by = visitor(desk, address).await;
    let post = Post {
        client_id: ClientId::parse("hello-1").expect("plain"),
        content: NewContent::Text("hello".to_owned()),
    };
    conversation::post_visitor_message(&desk.app, &by, address, post).await
}

/// T1101: one address opens so many sessions in ten minutes and no more; others are not touched, time heals, and this
/// machine's own address, behind which everybody may stand, has no such budget.
#[tokio::test]
async fn one_address_opens_only_so_many_sessions() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    for _ in 0..desk.app.settings.limits.sessions_per_address {
        says_hello(&desk, "203.0.113.7").await.expect("within the budget");
    }
    let refused = refusal(says_hello(&desk, "203.0.113.7").await);
    assert!(matches!(refused, Refusal::RateLimited { retry_after } if retry_after > 0));
    says_hello(&desk, "203.0.113.8").await.expect("another address");
    for _ in 0..20 {
        says_hello(&desk, "127.0.0.1").await.expect("this machine");
    }
    desk.app.clock.advance(601_000);
    says_hello(&desk, "203.0.113.7").await.expect("ten minutes later");
    desk.close().await;
}

/// T1102: one visitor who floods is told to wait; what was taken stays, and another visitor is not touched.
#[tokio::test]
async fn one_visitor_writes_only_so_fast() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let by = visitor(&desk, "203.0.113.7").await;
    let mut refused = None;
    for number in 0..200 {
        let post = Post {
            client_id: ClientId::parse(format!("m-{number}")).expect("plain"),
            content: NewContent::Text("again".to_owned()),
        };
        let posted = conversation::post_visitor_message(&desk.app, &by, "203.0.113.7", post).await;
        if posted.is_err() {
            refused = Some((number, refusal(posted)));
            break;
        }
    }
    let (taken, reason) = refused.expect("a limit");
    assert!(taken >= desk.app.settings.limits.message_burst, "{taken}");
    assert!(matches!(reason, Refusal::RateLimited { .. }), "{reason:?}");
    says_hello(&desk, "203.0.113.7").await.expect("another visitor");
    desk.close().await;
}

/// C02, OPS-05: an upload that comes twice under one key is one attachment, and the second copy leaves no bytes; other
/// bytes under the same key are refused and leave none either.
#[tokio::test]
async fn an_upload_that_comes_twice_is_one_attachment() {
    let desk = Desk::new().await;
    desk.channel("shop").await;
    let by = visitor(&desk, "203.0.113.7").await;
    let keep = async |bytes: &[u8]| {
        let mut upload = desk.app.files.begin().await.expect("writable");
        upload.write(bytes).await.expect("room");
        let key = Some(ClientId::parse("upload-1").expect("plain"));
        attachments::keep(&desk.app, Uploader::visitor(&by), key, "notes.txt", upload).await
    };
    let first = keep(b"one").await.expect("kept");
    let again = keep(b"one").await.expect("kept");
    assert_eq!(
        (again.answer.id, first.replayed, again.replayed),
        (first.answer.id, false, true)
    );
    assert!(matches!(refusal(keep(b"other").await), Refusal::KeyReused));
    let files = walk(&desk.app.settings.attachments_dir);
    assert_eq!(files, 1, "bytes of one attachment");
    desk.close().await;
}

fn walk(folder: &std::path::Path) -> usize {
    let inside = std::fs::read_dir(folder)
        .expect("there")
        .map(|entry| entry.expect("readable").path());
    inside.map(|path| if path.is_dir() { walk(&path) } else { 1 }).sum()
}
