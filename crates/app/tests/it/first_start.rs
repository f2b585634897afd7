//! The first start and the command line's administrators.

use app::first_start::{self, FirstAdmin};
use app::pages::PageQuery;
use app::sign_in::authenticate;
use app::{AppError, Refusal};
use domain::permission::Permission;

use crate::desk::{Desk, refusal, wrong_fields};

fn wanted(email: &str, password: Option<&str>) -> FirstAdmin {
    FirstAdmin {
        name: None,
        email: Some(email.into()),
        password: password.map(str::to_owned),
    }
}

/// ADM-16, OPS-01: the first start makes a contact centre in which a channel can be made at once, and happens once.
#[tokio::test]
async fn the_first_start_happens_once() {
    let desk = Desk::new().await;
    let again = first_start::run(&desk.app, &wanted("other@example.com", None))
        .await
        .expect("nothing to do");
    assert!(again.is_none());
    desk.channel("shop").await;
    let (_, session) = desk.says("shop", "hello").await;
    let stored = store::sessions::find(&mut desk.app.store.reader(), desk.admin.tenant, session).await;
    let stage = stored.expect("a row").expect("the session").stage;
    assert!(matches!(stage, domain::session::Stage::Waiting(_)), "{stage:?}");
    desk.close().await;
}

/// OPS-02: the command line adds administrators; a made-up password is told once and must be changed.
#[tokio::test]
async fn the_command_line_adds_administrators() {
    let desk = Desk::new().await;
    let added = first_start::create_admin(&desk.app, &wanted("second@example.com", None))
        .await
        .expect("added");
    assert_eq!(added.tenant, desk.admin.tenant);
    let password = added.password.expect("told once");
    let second = desk
        .try_sign_in("second@example.com", &password)
        .await
        .expect("a sign-in");
    let outcome = authenticate(&desk.app, &second.token).await;
    assert!(matches!(refusal(outcome), Refusal::PasswordChangeRequired));
    let page = app::agents::list(&desk.app, &desk.may(Permission::ManageAgents), &PageQuery::default()).await;
    assert_eq!(page.expect("agents").items.len(), 2);
    desk.close().await;
}

/// ADM-02: what is wrong with a wanted administrator is told, and nothing is made.
#[tokio::test]
async fn a_wrong_administrator_is_refused() {
    let desk = Desk::new().await;
    let outcome = first_start::create_admin(&desk.app, &wanted("no address", None))
        .await
        .map(drop);
    assert_eq!(wrong_fields(outcome), ["email"]);
    let outcome = first_start::create_admin(&desk.app, &wanted("b@example.com", Some("short")))
        .await
        .map(drop);
    assert!(matches!(refusal(outcome), Refusal::WeakPassword(_)));
    let outcome = first_start::create_admin(&desk.app, &wanted("admin@example.com", None))
        .await
        .map(drop);
    assert!(matches!(outcome, Err(AppError::Refused(Refusal::EmailTaken))));
    desk.close().await;
}
