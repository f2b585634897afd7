//! Who may come in, and from where a command may come.

use serde_json::json;

use crate::talk::{Connected, Desk, PASSWORD};

/// ADM-02, T405: a new agent's first password comes by mail, opens nothing but its own change, and then is no good.
#[tokio::test]
async fn the_first_password_must_be_changed() {
    let desk = Desk::start().await;
    let first = desk.add_agent("Ann", &[&desk.group_id()]).await;
    let answer = desk.sign_in("ann@example.com", &first).await;
    assert_eq!(answer.clone().ok()["must_change_password"], true);
    let ann = desk.caller_of(&answer);
    for path in ["/workbench", "/sessions", "/agents"] {
        ann.get(path).await.refused(403, "password_change_required");
    }
    ann.put("/me/status", &json!({"status": "free"}))
        .await
        .refused(403, "password_change_required");
    assert_eq!(
        ann.try_connect().await,
        Connected::Refused(403),
        "T409: no other door either"
    );

    for (new, field) in [
        ("short", "weak_password"),
        (first.as_str(), "weak_password"),
        ("ann@example.com", "weak_password"),
    ] {
        let body = json!({"current_password": first, "new_password": new});
        ann.post("/password", &body).await.refused(400, field);
    }
    ann.post(
        "/password",
        &json!({"current_password": "not this one", "new_password": PASSWORD}),
    )
    .await
    .refused(400, "wrong_password");
    let me = ann
        .post(
            "/password",
            &json!({"current_password": first, "new_password": PASSWORD}),
        )
        .await
        .ok();
    assert_eq!(me["must_change_password"], false);
    ann.get("/workbench").await.ok();
    desk.sign_in("ann@example.com", &first)
        .await
        .refused(401, "wrong_credentials");
    desk.sign_in(" ANN@Example.com ", PASSWORD).await.ok();
    let mails = desk.admin().http.get("/mail-outbox").await;
    assert!(
        !mails.text.contains(&first),
        "T405: once used, the mail does not show it any more"
    );
}

/// T405: a first password runs out after three days.
#[tokio::test]
async fn a_first_password_runs_out() {
    let desk = Desk::start().await;
    let first = desk.add_agent("Ann", &[]).await;
    desk.advance(72 * 3_600);
    desk.sign_in("ann@example.com", &first)
        .await
        .refused(401, "wrong_credentials");
}

/// ADM-04, T407: a reset by an administrator ends every sign-in at once, and only the mailed password works.
#[tokio::test]
async fn an_administrator_resets_a_password() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.connect().await;
    desk.admin()
        .http
        .post(&format!("/agents/{}/reset-password", ann.id), &json!({}))
        .await
        .ok();
    assert_eq!(bench.next("kicked").await["reason"], "password_reset");
    assert_eq!(bench.closed().await, Some(4001));
    ann.http.get("/me").await.refused(401, "not_signed_in");
    desk.sign_in(&ann.email, PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    let mailed = desk.mailed_password(&ann.email).await;
    let again = desk.sign_in(&ann.email, &mailed).await.ok();
    assert_eq!(again["must_change_password"], true);
}

/// ADM-16, T406: the mailed link sets a new password once; a second use, a newer link and an hour make it void.
#[tokio::test]
async fn a_forgotten_password_is_reset_once() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.connect().await;
    let nobody = desk.nobody();
    let forgot = async |email: &str| nobody.post("/password/forgot", &json!({"email": email})).await;
    let reset = async |token: &str, new: &str| {
        nobody
            .post("/password/reset", &json!({"token": token, "new_password": new}))
            .await
    };
    assert_eq!(forgot("ANN@example.com").await.status, 202);
    let older = desk.mailed_token(&ann.email).await;
    desk.advance(1);
    forgot(&ann.email).await;
    let token = desk.mailed_token(&ann.email).await;
    assert_ne!(older, token);
    reset(&older, "a new pass phrase")
        .await
        .refused(400, "reset_link_invalid");
    reset(&token.to_uppercase(), "a new pass phrase")
        .await
        .refused(400, "reset_link_invalid");
    for broken in ["", "null", "0", &token[..token.len() - 1]] {
        reset(broken, "a new pass phrase")
            .await
            .refused(400, "reset_link_invalid");
    }
    reset(&token, "short").await.refused(400, "weak_password");
    let new = "a new pass phrase";
    let (one, two) = tokio::join!(reset(&token, new), reset(&token, new));
    assert_eq!(
        [one.status, two.status].iter().filter(|status| **status == 200).count(),
        1,
        "T406: two at once"
    );
    assert_eq!(bench.next("kicked").await["reason"], "password_reset", "T407");
    desk.sign_in(&ann.email, PASSWORD)
        .await
        .refused(401, "wrong_credentials");
    desk.sign_in(&ann.email, new).await.ok();

    forgot(&ann.email).await;
    let token = desk.mailed_token(&ann.email).await;
    desk.advance(3_601);
    reset(&token, "yet another phrase")
        .await
        .refused(400, "reset_link_invalid");
}

/// T401, T406: nothing tells whether anybody has this address: the answer is the same, and only a real one gets a mail.
#[tokio::test]
async fn an_unknown_address_looks_like_a_known_one() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    desk.advance(3_600);
    let nobody = desk.nobody();
    let mails = desk.mails().await.len();
    let known = nobody.post("/password/forgot", &json!({"email": ann.email})).await;
    let unknown = nobody
        .post("/password/forgot", &json!({"email": "nobody@example.com"}))
        .await;
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    assert_eq!(desk.mails().await.len(), mails + 1);

    desk.admin()
        .http
        .post(
            &format!("/agents/{}/force-offline", desk.agent("Bob").await.id),
            &json!({}),
        )
        .await
        .ok();
    let mut answers = Vec::new();
    for (identifier, password) in [
        ("nobody@example.com", PASSWORD),
        ("ann@example.com", "wrong password"),
        ("bob@example.com", PASSWORD),
        ("", ""),
        ("ann@example.com' OR 1=1 --", PASSWORD),
    ] {
        let answer = desk.sign_in(identifier, password).await;
        answer.refused(401, "wrong_credentials");
        let mut body = answer.body.clone();
        body["request_id"] = json!("");
        answers.push(body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
}

/// ADM-16: phone numbers sign in too, however they are written.
#[tokio::test]
async fn a_phone_signs_in_too() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    desk.admin()
        .http
        .patch(&format!("/agents/{}", ann.id), &json!({"phone": "+86 138-0000-0000"}))
        .await
        .ok();
    desk.sign_in("+8613800000000", PASSWORD).await.ok();
    desk.sign_in(" +86 138 0000-0000 ", PASSWORD).await.ok();
    desk.sign_in("+8613800000001", PASSWORD)
        .await
        .refused(401, "wrong_credentials");
}

/// T402, T1108: guessing at one account stops after five, also for the right password and after a restart; the
/// owner's own place is not locked by it, and time opens it again.
#[tokio::test]
async fn guessing_is_limited() {
    let mut desk = Desk::with_default_limits().await;
    let first = desk.add_agent("Ann", &[]).await;
    for _ in 0..5 {
        desk.sign_in("ann@example.com", "wrong password")
            .await
            .refused(401, "wrong_credentials");
    }
    let locked = desk.sign_in("ann@example.com", &first).await;
    locked.refused(429, "rate_limited");
    let wait = locked.body["retry_after"].as_i64().expect("seconds");
    assert!((1..=900).contains(&wait), "{wait}");
    assert_eq!(
        locked.header("retry-after").and_then(|value| value.parse().ok()),
        Some(wait)
    );
    desk.restart().await;
    desk.sign_in("ann@example.com", &first)
        .await
        .refused(429, "rate_limited");
    desk.advance(900);
    desk.sign_in("ann@example.com", &first).await.ok();
    // From a place where she signed in before she has a budget of her own; it is filled by a right password.
    for _ in 0..4 {
        desk.sign_in("ann@example.com", "wrong password")
            .await
            .refused(401, "wrong_credentials");
    }
    desk.sign_in("ann@example.com", &first).await.ok();
}

/// T402: an address that tries many accounts is stopped after twenty.
#[tokio::test]
async fn spraying_is_limited() {
    let desk = Desk::with_default_limits().await;
    let mut refused = 0;
    for number in 0..25 {
        let answer = desk.sign_in(&format!("nobody{number}@example.com"), "a password").await;
        refused += usize::from(answer.status == 429);
    }
    assert_eq!(refused, 5);
}

/// R28, C12, T411, I19: the newest sign-in wins; the older page is told why, its socket closes with 4001 and its
/// commands fail; sessions stay where they are.
#[tokio::test]
async fn the_newest_sign_in_wins() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let id = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.until(|frame| frame["type"] == "session").await;

    let newer = desk.caller_of(&desk.sign_in(&ann.email, PASSWORD).await);
    assert_eq!(bench.next("kicked").await["reason"], "replaced");
    assert_eq!(bench.closed().await, Some(4001));
    ann.http.get("/me").await.refused(401, "signed_in_elsewhere");
    let late = json!({"client_id": "late", "content": {"type": "text", "text": "from the old place"}});
    ann.http
        .post(&format!("/sessions/{id}/messages"), &late)
        .await
        .refused(401, "signed_in_elsewhere");
    ann.http
        .put("/me/status", &json!({"status": "not_ready"}))
        .await
        .refused(401, "signed_in_elsewhere");
    assert_eq!(ann.http.try_connect().await, Connected::Refused(401));

    let me = newer.get("/me").await.ok();
    assert_eq!(
        (&me["status"], &me["load"]),
        (&json!("free"), &json!(1)),
        "R28: sessions stay untouched"
    );
    newer.post(&format!("/sessions/{id}/messages"), &late).await.ok();
}

/// T411, C12: of many sign-ins at once exactly one is left.
#[tokio::test(flavor = "multi_thread")]
async fn of_many_sign_ins_one_is_left() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let tries = (0..5).map(|_| desk.sign_in(&ann.email, PASSWORD));
    let answers = futures_util::future::join_all(tries).await;
    let mut alive = 0;
    for answer in &answers {
        alive += usize::from(desk.caller_of(answer).get("/me").await.status == 200);
    }
    assert_eq!(alive, 1);
}

/// T410: signing out voids the cookie for good, and the status is offline.
#[tokio::test]
async fn signing_out_voids_the_cookie() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let answer = ann.http.post("/sign-out", &json!({})).await;
    let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.contains("Max-Age=0"), "{cookie}");
    assert_eq!(bench.next("kicked").await["reason"], "signed_out");
    ann.http.get("/me").await.refused(401, "not_signed_in");
    let listed = desk.admin().http.get(&format!("/agents/{}", ann.id)).await.ok();
    assert_eq!(listed["status"], "offline");
}

/// A sign-in does not last for ever.
#[tokio::test]
async fn a_sign_in_runs_out() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    desk.advance(400 * 24 * 3_600);
    ann.http.get("/me").await.refused(401, "not_signed_in");
}

/// T219: the cookie is out of reach of scripts and of other sites, and every sign-in makes a new one (T410).
#[tokio::test]
async fn the_cookie_is_well_kept() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let answer = desk.sign_in(&ann.email, PASSWORD).await;
        let cookie = answer.header("set-cookie").expect("a cookie").to_owned();
        for part in ["frontdesk=", "Path=/", "HttpOnly", "SameSite=Strict"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        seen.push(cookie);
    }
    assert_ne!(seen[0], seen[1]);
}

/// T215: a page of another site opens no socket with somebody's cookie, nor does anything without an `Origin`.
#[tokio::test]
async fn sockets_are_for_own_pages() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let own = desk.origin();
    for origin in [
        None,
        Some("https://evil.example".to_owned()),
        Some("null".to_owned()),
        Some(format!("{own}.evil.example")),
        Some(format!("{own}0")),
    ] {
        assert_eq!(
            ann.http.try_connect_from(origin.as_deref()).await,
            Connected::Refused(403),
            "{origin:?}"
        );
    }
    assert_eq!(ann.http.try_connect_from(Some(&own)).await, Connected::Yes);
    assert_eq!(desk.nobody().try_connect().await, Connected::Refused(401));
}

/// T217, T218: no state changes without the page's own token, whoever's cookie is sent along; nor by GET, nor as a form.
#[tokio::test]
async fn commands_come_from_own_pages() {
    let desk = Desk::start().await;
    let (ann, bob) = (desk.agent("Ann").await, desk.agent("Bob").await);
    let body = json!({"status": "free"});
    let mut older = ann.http.clone();
    older.csrf = "0".repeat(older.csrf.len());
    for csrf in [
        String::new(),
        "undefined".to_owned(),
        bob.http.csrf.clone(),
        older.csrf,
        ann.http.csrf[1..].to_owned(),
    ] {
        let mut forged = ann.http.clone();
        forged.csrf = csrf;
        for (method, path) in [
            ("PUT", "/me/status"),
            ("POST", "/sign-out"),
            ("PUT", "/me/reception-limit"),
        ] {
            forged
                .send(method, path, Some(&body))
                .await
                .refused(403, "cross_site_refused");
        }
    }
    for origin in ["https://evil.example", "null"] {
        let mut foreign = ann.http.clone();
        foreign.origin = Some(origin.to_owned());
        foreign
            .put("/me/status", &body)
            .await
            .refused(403, "cross_site_refused");
        let request = json!({"identifier": ann.email, "password": PASSWORD});
        foreign
            .post("/sign-in", &request)
            .await
            .refused(403, "cross_site_refused");
    }
    ann.http
        .send("GET", "/me/status", None)
        .await
        .refused(405, "method_not_allowed");
    let form = ann.http.form("PUT", "/me/status", "status=free").await;
    form.refused(415, "unsupported_media_type");
    assert_eq!(
        ann.http.get("/me").await.ok()["status"],
        "not_ready",
        "nothing happened"
    );
    ann.http.put("/me/status", &body).await.ok();
}

/// T214: no answer lets another site's page read it.
#[tokio::test]
async fn no_answer_is_for_other_sites() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut foreign = ann.http.clone();
    foreign.origin = Some("https://evil.example".to_owned());
    for answer in [
        foreign.get("/me").await,
        foreign.send("OPTIONS", "/me/status", None).await,
        foreign.get("/visitor/channels/site").await,
    ] {
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "T118");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

/// T415: whoever loses the role loses its rights at once, also with a page open.
#[tokio::test]
async fn a_lost_role_is_lost_at_once() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let path = format!("/agents/{}", ann.id);
    ann.http.get("/agents").await.refused(403, "forbidden");
    desk.admin().http.patch(&path, &json!({"role": "admin"})).await.ok();
    let mut bench = ann.connect().await;
    assert_eq!(bench.heard[0]["me"]["role"], "admin");
    ann.http.get("/agents").await.ok();
    desk.admin().http.patch(&path, &json!({"role": "agent"})).await.ok();
    ann.http.get("/agents").await.refused(403, "forbidden");
    bench.until(|frame| frame["me"]["role"] == "agent").await;
}

/// ADM-07, ADM-06: nobody shuts out the own self, so an administrator is always left.
#[tokio::test]
async fn nobody_shuts_out_the_own_self() {
    let desk = Desk::start().await;
    let admin = desk.admin();
    let own = format!("/agents/{}", admin.id);
    admin
        .http
        .patch(&own, &json!({"role": "agent"}))
        .await
        .refused(409, "not_yourself");
    admin
        .http
        .post(&format!("{own}/force-offline"), &json!({}))
        .await
        .refused(409, "not_yourself");
    admin.http.delete(&own).await.refused(409, "not_yourself");
    admin.http.get("/agents").await.ok();
}
