//! Signing in: who gets in, how often one may try, and that the newest sign-in wins.

use app::sign_in::{LoginState, authenticate, authenticate_for_password_change, sign_out, why_over};
use app::{AppError, Refusal};
use domain::agent::{AgentStatus, PasswordError, Profile};
use domain::permission::{Permission, Role};

use crate::desk::{ADDRESS, CHOSEN, Desk, email, new_agent, no_key, refusal, sign_in};

/// ADM-16: by e-mail in any spelling and by phone; the wrong password of a known phone is refused.
#[tokio::test]
async fn agents_sign_in_by_email_and_phone() {
    let desk = Desk::new().await;
    desk.signed_in("Ann").await;
    let by = desk.may(Permission::ManageAgents);
    let agent = desk.try_sign_in("ann@example.com", CHOSEN).await.expect("Ann").agent;
    let change = app::agents::AgentChange {
        phone: Some("+86 138-0000-1111".into()),
        ..Default::default()
    };
    app::agents::update(&desk.app, &by, agent.id, change, no_key())
        .await
        .expect("a phone");
    for identifier in ["ANN@Example.com ", "+8613800001111", "+86 138 0000 1111"] {
        let signed_in = desk.try_sign_in(identifier, CHOSEN).await.expect(identifier);
        assert_eq!(signed_in.agent.id, agent.id);
    }
    let wrong = desk.try_sign_in("+8613800001111", "something else").await;
    assert!(matches!(refusal(wrong), Refusal::WrongCredentials));
    desk.close().await;
}

/// T401: a refused sign-in takes one look at a password, whoever does or does not have the account and however it stands; a
/// locked one takes none, and an unknown one is locked alike. (What one look costs is the same too: see `passwords`.)
#[tokio::test]
async fn refused_sign_ins_take_equally_long() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageAgents);
    desk.signed_in("Ann").await;
    let (bea, cleo) = (desk.signed_in("Bea").await, desk.signed_in("Cleo").await);
    desk.add("Dora").await;
    app::agents::force_offline(&desk.app, &by, bea.agent.id, no_key())
        .await
        .expect("forced offline");
    app::agents::delete(&desk.app, &by, cleo.agent.id, no_key())
        .await
        .expect("deleted");
    for (identifier, password) in [
        ("nobody@example.com", "a wrong password"),
        ("ann@example.com", "a wrong password"),
        ("bea@example.com", CHOSEN),
        ("bea@example.com", "a wrong password"),
        ("cleo@example.com", CHOSEN),
        ("dora@example.com", "a wrong password"),
        ("+8613800000000", CHOSEN),
        ("", ""),
        ("ann\0@example.com", CHOSEN),
        (&"a".repeat(10_000), CHOSEN),
    ] {
        let before = desk.app.passwords.checked();
        let outcome = desk.try_sign_in(identifier, password).await;
        assert!(matches!(refusal(outcome), Refusal::WrongCredentials), "{identifier:?}");
        assert_eq!(desk.app.passwords.checked() - before, 1, "{identifier:?}");
    }
    let mut looks = Vec::new();
    for identifier in ["ann@example.com", "unknown@example.com"] {
        let before = desk.app.passwords.checked();
        let mut locked = 0;
        for number in 0..8 {
            // Each from a place of its own, so that only the account's limit counts.
            let outcome = sign_in(&desk.app, identifier, "a wrong password", &format!("192.0.2.{number}")).await;
            locked += usize::from(matches!(refusal(outcome), Refusal::RateLimited { .. }));
        }
        looks.push((locked, desk.app.passwords.checked() - before));
    }
    assert!(looks[0].0 > 0, "{looks:?}");
    assert_eq!(looks[0], looks[1], "locked, looks");
    desk.close().await;
}

/// T401, ADM-06, T413: an unknown account, a wrong password, forced offline and deleted all look alike.
#[tokio::test]
async fn refused_sign_ins_look_alike() {
    let desk = Desk::new().await;
    let by = desk.may(Permission::ManageAgents);
    let (ann, bea) = (desk.signed_in("Ann").await, desk.signed_in("Bea").await);
    app::agents::force_offline(&desk.app, &by, ann.agent.id, no_key())
        .await
        .expect("forced offline");
    app::agents::delete(&desk.app, &by, bea.agent.id, no_key())
        .await
        .expect("deleted");
    for (identifier, password) in [
        ("nobody@example.com", CHOSEN),
        ("admin@example.com", CHOSEN),
        ("ann@example.com", CHOSEN),
        ("bea@example.com", CHOSEN),
        ("ann\0@example.com", CHOSEN),
        ("", ""),
    ] {
        let outcome = desk.try_sign_in(identifier, password).await;
        assert!(matches!(refusal(outcome), Refusal::WrongCredentials), "{identifier:?}");
    }
    app::agents::restore(&desk.app, &by, ann.agent.id, no_key())
        .await
        .expect("restored");
    desk.try_sign_in("ann@example.com", CHOSEN).await.expect("Ann is back");
    desk.close().await;
}

/// T402: five failures lock an account for a quarter of an hour, also against the right password; neither a restart
/// nor another address helps, and the owner is let in from where the owner signed in before.
#[tokio::test]
async fn an_account_can_be_tried_five_times() {
    let desk = Desk::new().await;
    desk.signed_in("Ann").await;
    for number in 0..5 {
        let from = format!("198.51.100.{number}");
        let outcome = sign_in(&desk.app, "ann@example.com", "wrong password", &from).await;
        assert!(matches!(refusal(outcome), Refusal::WrongCredentials));
    }
    let restarted = desk.restarted();
    let outcome = sign_in(&restarted, "ann@example.com", CHOSEN, "198.51.100.9").await;
    let Refusal::RateLimited { retry_after } = refusal(outcome) else {
        panic!("the sixth try was checked");
    };
    assert!((1..=900).contains(&retry_after), "{retry_after}");
    sign_in(&restarted, "ann@example.com", CHOSEN, ADDRESS)
        .await
        .expect("the owner at the own place");
    desk.app.clock.advance(900_000);
    sign_in(&restarted, "ann@example.com", CHOSEN, "198.51.100.9")
        .await
        .expect("the window is over");
    desk.close().await;
}

/// T402: the operator unlocks an account at once.
#[tokio::test]
async fn the_operator_unlocks_an_account() {
    let desk = Desk::new().await;
    for _ in 0..5 {
        refusal(sign_in(&desk.app, "admin@example.com", "wrong password", "198.51.100.1").await);
    }
    let set = app::sign_in::set_password(&desk.app, "admin@example.com", Some("another morning")).await;
    assert_eq!(set.expect("one account").len(), 1);
    sign_in(&desk.app, "admin@example.com", "another morning", "198.51.100.1")
        .await
        .expect("unlocked");
    desk.close().await;
}

/// T402: the operator unlocks an account for its own place too, which has a budget apart from everybody else's.
#[tokio::test]
async fn the_operator_unlocks_the_owners_own_place() {
    let desk = Desk::new().await;
    desk.signed_in("Ann").await;
    for _ in 0..8 {
        let outcome = desk.try_sign_in("ann@example.com", "a wrong password").await;
        outcome.expect_err("a wrong password");
    }
    let locked = desk.try_sign_in("ann@example.com", CHOSEN).await;
    assert!(matches!(refusal(locked), Refusal::RateLimited { .. }));
    app::sign_in::set_password(&desk.app, "ann@example.com", Some(CHOSEN))
        .await
        .expect("the operator helps");
    desk.try_sign_in("ann@example.com", CHOSEN).await.expect("unlocked");
    desk.close().await;
}

/// T402, T1107: twenty failures stop an address, whatever accounts it tries; a whole IPv6 network is one address.
#[tokio::test]
async fn an_address_can_try_twenty_times() {
    let desk = Desk::new().await;
    for number in 0..20 {
        let from = format!("2001:db8::{number:x}");
        let outcome = sign_in(&desk.app, &email(&format!("nobody{number}")), "wrong password", &from).await;
        assert!(matches!(refusal(outcome), Refusal::WrongCredentials), "try {number}");
    }
    let outcome = sign_in(&desk.app, "fresh@example.com", "wrong password", "2001:db8::ffff").await;
    assert!(matches!(refusal(outcome), Refusal::RateLimited { .. }));
    let elsewhere = sign_in(&desk.app, "fresh@example.com", "wrong password", "2001:db8:0:1::1").await;
    assert!(matches!(refusal(elsewhere), Refusal::WrongCredentials));
    desk.close().await;
}

/// T402: tries that come all at once do not get past the limit; right ones take nothing from it.
#[tokio::test]
async fn tries_at_once_are_counted_before_they_are_checked() {
    let desk = Desk::new().await;
    let tries: Vec<_> = (0..15)
        .map(|_| {
            let app = desk.app.clone();
            tokio::spawn(async move { sign_in(&app, "admin@example.com", "wrong password", "198.51.100.1").await })
        })
        .collect();
    let mut checked = 0;
    for each in tries {
        checked += usize::from(matches!(
            refusal(each.await.expect("no panic")),
            Refusal::WrongCredentials
        ));
    }
    assert_eq!(checked, 5);
    for _ in 0..30 {
        desk.try_sign_in("admin@example.com", crate::desk::ADMIN_PASSWORD)
            .await
            .expect("right each time");
    }
    desk.close().await;
}

/// T411, R28, C12, I19: the newest sign-in wins, the older place learns why, and its status choices are refused.
#[tokio::test]
async fn the_newest_sign_in_wins() {
    let desk = Desk::new().await;
    let old = desk.signed_in("Ann").await;
    assert!(!old.replaced);
    let new = desk.try_sign_in("ann@example.com", CHOSEN).await.expect("again");
    assert!(new.replaced);
    let outcome = authenticate(&desk.app, &old.token).await;
    assert!(matches!(refusal(outcome), Refusal::SignedInElsewhere));
    assert_eq!(
        why_over(&desk.app, &old.token).await.expect("an answer"),
        LoginState::Replaced
    );
    let outcome = app::agents::set_status(&desk.app, &old.agent, AgentStatus::Free).await;
    assert!(matches!(refusal(outcome), Refusal::SignedInElsewhere));
    assert_eq!(
        authenticate(&desk.app, &new.token).await.expect("signed in").id,
        old.agent.id
    );
    desk.close().await;
}

/// T411: of several sign-ins at once exactly one is in force.
#[tokio::test]
async fn a_race_of_sign_ins_has_one_winner() {
    let desk = Desk::new().await;
    desk.signed_in("Ann").await;
    let racers: Vec<_> = (0..4)
        .map(|_| {
            let app = desk.app.clone();
            tokio::spawn(async move { sign_in(&app, "ann@example.com", CHOSEN, ADDRESS).await })
        })
        .collect();
    let mut live = 0;
    let mut tokens = Vec::new();
    for racer in racers {
        tokens.push(racer.await.expect("no panic").expect("the right password").token);
    }
    for token in &tokens {
        live += usize::from(why_over(&desk.app, token).await.expect("an answer") == LoginState::Live);
    }
    assert_eq!((tokens.len(), live), (4, 1));
    desk.close().await;
}

/// T301, T422: signing out ends the login and takes the agent offline; unknown tokens stand for nobody.
#[tokio::test]
async fn signing_out_ends_the_login() {
    let desk = Desk::new().await;
    let ann = desk.free("Ann").await;
    sign_out(&desk.app, &ann.agent).await.expect("signed out");
    for token in [ann.token.as_str(), "", "never given"] {
        assert!(matches!(
            refusal(authenticate(&desk.app, token).await),
            Refusal::NotSignedIn
        ));
        assert_eq!(
            why_over(&desk.app, token).await.expect("an answer"),
            LoginState::SignedOut
        );
    }
    let facts = app::agents::get(&desk.app, &desk.may(Permission::ManageAgents), ann.agent.id).await;
    assert_eq!(facts.expect("Ann").status, AgentStatus::Offline);
    desk.close().await;
}

/// A sign-in lasts as long as the operator says.
#[tokio::test]
async fn a_sign_in_expires() {
    let desk = Desk::new().await;
    let ann = desk.signed_in("Ann").await;
    desk.app.clock.advance(7 * 86_400_000 - 1);
    authenticate(&desk.app, &ann.token).await.expect("still in force");
    desk.app.clock.advance(1);
    assert!(matches!(
        refusal(authenticate(&desk.app, &ann.token).await),
        Refusal::NotSignedIn
    ));
    assert_eq!(
        why_over(&desk.app, &ann.token).await.expect("an answer"),
        LoginState::Expired
    );
    desk.close().await;
}

/// ADM-02: until the first password is changed nothing else can be done.
#[tokio::test]
async fn the_first_password_must_be_changed() {
    let desk = Desk::new().await;
    desk.add("Ann").await;
    let first = desk.mailed_password("ann@example.com").await;
    let ann = desk
        .try_sign_in("ann@example.com", &first)
        .await
        .expect("the first sign-in");
    assert!(ann.must_change_password);
    let outcome = authenticate(&desk.app, &ann.token).await;
    assert!(matches!(refusal(outcome), Refusal::PasswordChangeRequired));
    let by = authenticate_for_password_change(&desk.app, &ann.token)
        .await
        .expect("for the change");
    let same = app::sign_in::change_password(&desk.app, &by, &first, &first).await;
    assert!(matches!(refusal(same), Refusal::WeakPassword(PasswordError::Unchanged)));
    app::sign_in::change_password(&desk.app, &by, &first, CHOSEN)
        .await
        .expect("changed");
    authenticate(&desk.app, &ann.token)
        .await
        .expect("everything is open now");
    assert_eq!(
        desk.mails("ann@example.com").await,
        [None],
        "the first password can still be read (T405)"
    );
    assert!(matches!(
        refusal(desk.try_sign_in("ann@example.com", &first).await),
        Refusal::WrongCredentials
    ));
    desk.close().await;
}

/// ADM-15, ADM-16: the same e-mail in two contact centres: the password tells which one is meant.
#[tokio::test]
async fn the_password_tells_the_contact_centre() {
    let desk = Desk::new().await;
    let here = desk.signed_in("Ann").await.agent;
    let there = desk.app.new_id();
    let hash = desk.app.passwords.hash("the other password").await.expect("a hash");
    let (clock, id) = (desk.app.clock.clone(), desk.app.new_id());
    let added = desk.app.store.write(async move |tx| {
        store::tenants::insert(tx, there, "Other", "{}", clock.now()).await?;
        let Profile {
            name,
            nickname,
            staff_no,
            email,
            ..
        } = new_agent("Ann", vec![]).profile;
        let password = store::agents::NewPassword {
            hash: &hash,
            must_change: false,
            expires_at: None,
        };
        let new = store::agents::NewAgent {
            id,
            tenant: there,
            staff_no: &staff_no,
            email: &email,
            phone: None,
            name: &name,
            nickname: &nickname,
            role: Role::Admin,
            password,
            own_limit: 10,
        };
        Ok::<_, AppError>(store::agents::insert(tx, &new, clock.now()).await?.is_ok())
    });
    assert!(added.await.expect("a second tenant"));
    let signed_in = desk
        .try_sign_in("ann@example.com", "the other password")
        .await
        .expect("the other Ann");
    assert_eq!(signed_in.agent.tenant, there);
    let signed_in = desk
        .try_sign_in("ann@example.com", CHOSEN)
        .await
        .expect("the first Ann");
    assert_eq!((signed_in.agent.tenant, signed_in.agent.id), (here.tenant, here.id));
    desk.close().await;
}
