//! Passwords: first ones, forgotten ones, and who is thrown out when they change.

use app::Refusal;
use app::passwords::Passwords;
use app::sign_in::{LoginState, authenticate, change_password, forgot_password, reset_password, why_over};
use domain::permission::Permission;

use crate::desk::{ADDRESS, ADMIN_PASSWORD, CHOSEN, Desk, no_key, refusal};

const NEW: &str = "a windy afternoon";

async fn mailed_link(desk: &Desk, to: &str) -> String {
    let body = desk
        .mails(to)
        .await
        .into_iter()
        .flatten()
        .next()
        .expect("a readable mail");
    let start = body.find("https://desk.example/reset-password#token=").expect("a link");
    let link = body[start..].lines().next().expect("a line");
    link.split_once("#token=").expect("a token").1.to_owned()
}

/// T405: a mailed password is good for three days.
#[tokio::test]
async fn a_first_password_expires() {
    let desk = Desk::new().await;
    desk.add("Ann").await;
    let first = desk.mailed_password("ann@example.com").await;
    desk.app.clock.advance(72 * 3_600_000 - 1);
    desk.try_sign_in("ann@example.com", &first).await.expect("in time");
    desk.app.clock.advance(1);
    assert!(matches!(
        refusal(desk.try_sign_in("ann@example.com", &first).await),
        Refusal::WrongCredentials
    ));
    desk.close().await;
}

/// T407: changing one's own password needs the one in force, and keeps this place signed in.
#[tokio::test]
async fn changing_needs_the_password_in_force() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    let outcome = change_password(&desk.app, &ann.agent, "not the one", NEW).await;
    assert!(matches!(refusal(outcome), Refusal::WrongPassword));
    for weak in ["short", "1234567890", "ann@example.com"] {
        let outcome = change_password(&desk.app, &ann.agent, CHOSEN, weak).await;
        assert!(matches!(refusal(outcome), Refusal::WeakPassword(_)), "{weak}");
    }
    change_password(&desk.app, &ann.agent, CHOSEN, NEW)
        .await
        .expect("changed");
    authenticate(&desk.app, &ann.token).await.expect("still signed in here");
    desk.try_sign_in("ann@example.com", NEW).await.expect("the new one");
    desk.close().await;
}

/// T402: who is signed in cannot guess the password either.
#[tokio::test]
async fn guessing_the_password_in_force_is_limited() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    for _ in 0..5 {
        let outcome = change_password(&desk.app, &ann.agent, "not the one", NEW).await;
        assert!(matches!(refusal(outcome), Refusal::WrongPassword));
    }
    let outcome = change_password(&desk.app, &ann.agent, CHOSEN, NEW).await;
    assert!(matches!(refusal(outcome), Refusal::RateLimited { .. }));
    desk.close().await;
}

/// ADM-04, T407: a reset by an administrator ends the old password and every sign-in at once, and mails a new one
/// that must be changed; the mail before can no longer be read (T405).
#[tokio::test]
async fn a_reset_by_an_administrator_ends_everything_before() {
    let desk = Desk::new().await;
    desk.add("Ann").await;
    let first = desk.mailed_password("ann@example.com").await;
    let ann = desk
        .try_sign_in("ann@example.com", &first)
        .await
        .expect("the first sign-in");
    desk.app.clock.advance(1);
    let by = desk.may(Permission::ManageAgents);
    app::agents::reset_password(&desk.app, &by, ann.agent.id, no_key())
        .await
        .expect("reset");
    assert_eq!(
        why_over(&desk.app, &ann.token).await.expect("an answer"),
        LoginState::PasswordReset
    );
    assert!(matches!(
        refusal(desk.try_sign_in("ann@example.com", &first).await),
        Refusal::WrongCredentials
    ));
    let mails = desk.mails("ann@example.com").await;
    assert_eq!(
        (mails.len(), mails[1].is_none()),
        (2, true),
        "the first password can still be read"
    );
    let second = desk.mailed_password("ann@example.com").await;
    assert!(
        desk.try_sign_in("ann@example.com", &second)
            .await
            .expect("the new one")
            .must_change_password
    );
    desk.close().await;
}

/// ADM-16, T406: a forgotten password is set by the mailed link, once; every sign-in before ends (T407).
#[tokio::test]
async fn a_forgotten_password_is_set_by_link_once() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    desk.app.clock.advance(1);
    forgot_password(&desk.app, "ANN@example.com", ADDRESS)
        .await
        .expect("quietly done");
    let token = mailed_link(&desk, "ann@example.com").await;
    let weak = reset_password(&desk.app, &token, "short").await;
    assert!(
        matches!(refusal(weak), Refusal::WeakPassword(_)),
        "and the link is still good"
    );
    reset_password(&desk.app, &token, NEW).await.expect("set");
    assert_eq!(
        why_over(&desk.app, &ann.token).await.expect("an answer"),
        LoginState::PasswordReset
    );
    let again = reset_password(&desk.app, &token, "yet another one").await;
    assert!(matches!(refusal(again), Refusal::ResetLinkInvalid));
    assert!(
        !desk
            .try_sign_in("ann@example.com", NEW)
            .await
            .expect("the new one")
            .must_change_password
    );
    desk.close().await;
}

/// T406: two uses at once: one works.
#[tokio::test]
async fn a_link_used_twice_at_once_works_once() {
    let desk = Desk::new().await;
    desk.signed_in("Ann").await;
    desk.app.clock.advance(1);
    forgot_password(&desk.app, "ann@example.com", ADDRESS)
        .await
        .expect("quietly done");
    let token = mailed_link(&desk, "ann@example.com").await;
    let (one, other) = tokio::join!(
        reset_password(&desk.app, &token, "the first of them"),
        reset_password(&desk.app, &token, "the second of them")
    );
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
    desk.close().await;
}

/// T406: an expired link, an overtaken one, an unknown one and an empty one do nothing.
#[tokio::test]
async fn only_the_live_link_works() {
    let desk = Desk::new().await;
    desk.signed_in("Ann").await;
    desk.app.clock.advance(1);
    forgot_password(&desk.app, "ann@example.com", ADDRESS)
        .await
        .expect("quietly done");
    let first = mailed_link(&desk, "ann@example.com").await;
    desk.app.clock.advance(1);
    forgot_password(&desk.app, "ann@example.com", ADDRESS)
        .await
        .expect("quietly done");
    let second = mailed_link(&desk, "ann@example.com").await;
    assert_ne!(first, second);
    for bad in [first.as_str(), "", "0", "null"] {
        assert!(
            matches!(
                refusal(reset_password(&desk.app, bad, NEW).await),
                Refusal::ResetLinkInvalid
            ),
            "{bad}"
        );
    }
    desk.app.clock.advance(3_600_000);
    assert!(matches!(
        refusal(reset_password(&desk.app, &second, NEW).await),
        Refusal::ResetLinkInvalid
    ));
    desk.close().await;
}

/// T401, T1110: nobody learns whether an e-mail is known; a mailbox gets at most three links an hour, and asking does
/// not take back a first password (T405).
#[tokio::test]
async fn asking_for_links_tells_and_floods_nothing() {
    let desk = Desk::new().await;
    desk.add("Ann").await;
    for number in 0..8 {
        desk.app.clock.advance(1);
        let from = format!("198.51.100.{number}");
        forgot_password(&desk.app, "ann@example.com", &from)
            .await
            .expect("quietly done");
        forgot_password(&desk.app, "nobody@example.com", &from)
            .await
            .expect("quietly done");
    }
    assert_eq!(desk.mails("nobody@example.com").await.len(), 0);
    let mails = desk.mails("ann@example.com").await;
    assert_eq!(mails.len(), 4, "three links and the first password");
    assert!(mails[3].is_some(), "a stranger took back the first password");
    for _ in 0..10 {
        forgot_password(&desk.app, "nobody@example.com", ADDRESS)
            .await
            .expect("quietly done");
    }
    let flood = forgot_password(&desk.app, "nobody@example.com", ADDRESS).await;
    assert!(matches!(refusal(flood), Refusal::RateLimited { .. }));
    desk.close().await;
}

/// T404: a hash with other parameters is made anew at the sign-in, for the same password.
#[tokio::test]
async fn an_old_hash_is_renewed_at_sign_in() {
    let desk = Desk::new().await;
    let old = Passwords::new().hash(ADMIN_PASSWORD).await.expect("a hash");
    let (admin, stored) = (desk.admin.id, old.clone());
    let set = desk.app.store.write(async move |tx| {
        let password = store::agents::NewPassword {
            hash: &stored,
            must_change: false,
            expires_at: None,
        };
        store::agents::set_password(tx, admin, password).await
    });
    set.await.expect("an old hash");
    for _ in 0..2 {
        desk.try_sign_in("admin@example.com", ADMIN_PASSWORD)
            .await
            .expect("the same password");
    }
    let row = store::agents::find(&mut desk.app.store.reader(), desk.admin.tenant, admin).await;
    let hash = row.expect("a row").expect("the admin").password_hash;
    assert_ne!(hash, old);
    assert!(!desk.app.passwords.is_old(&hash));
    desk.close().await;
}

/// OPS-02: the operator's new password is made up unless given; then it must be changed.
#[tokio::test]
async fn the_operator_sets_a_password() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    let set = app::sign_in::set_password(&desk.app, "ann@example.com", None)
        .await
        .expect("one account");
    assert_eq!((set.len(), set[0].email.as_str()), (1, "ann@example.com"));
    assert_eq!(
        why_over(&desk.app, &ann.token).await.expect("an answer"),
        LoginState::PasswordReset
    );
    let made_up = set[0].password.as_deref().expect("told once");
    assert!(
        desk.try_sign_in("ann@example.com", made_up)
            .await
            .expect("the new one")
            .must_change_password
    );
    let unknown = app::sign_in::set_password(&desk.app, "nobody@example.com", None).await;
    assert!(matches!(unknown, Err(app::AppError::NotFound { .. })));
    desk.close().await;
}
