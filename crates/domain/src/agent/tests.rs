use super::*;

fn ann() -> Profile {
    Profile {
        name: " Ann Lee ".into(),
        nickname: "Ann".into(),
        staff_no: "1001".into(),
        email: " Ann@Desk.Example ".into(),
        phone: Some("+86 138-0013-8000".into()),
    }
}

/// ADM-02: what is stored is the normal form, so that a login is found however it is typed.
#[test]
fn a_profile_is_stored_in_its_normal_form() {
    let stored = ann().checked().expect("a good profile");
    assert_eq!(stored.name, "Ann Lee");
    assert_eq!(stored.email, "ann@desk.example");
    assert_eq!(stored.phone.as_deref(), Some("+8613800138000"));
    let silent = Profile {
        phone: Some("  ".into()),
        ..ann()
    };
    assert_eq!(silent.checked().expect("no phone is fine").phone, None);
}

/// ADM-02: the form shows everything that is wrong at once.
#[test]
fn all_wrong_fields_are_named() {
    let bad = Profile {
        name: String::new(),
        nickname: "系统".into(),
        staff_no: "a b".into(),
        email: "ann".into(),
        phone: Some("call me".into()),
    };
    let faults: Vec<String> = bad
        .checked()
        .expect_err("all wrong")
        .iter()
        .map(ToString::to_string)
        .collect();
    insta::assert_snapshot!(faults.join("\n"), @r"
    name: must not be empty
    nickname: is reserved
    staff_no: is malformed
    email: is malformed
    phone: is malformed
    ");
}

/// T108, T114: public names are visible, short and not the desk's own.
#[test]
fn nicknames_do_not_mislead() {
    assert_eq!(check_nickname("小王"), Ok(()));
    assert_eq!(check_nickname(&"王".repeat(33)), Err(Fault::TooLong.of("nickname")));
    assert_eq!(check_nickname("frontDESK"), Err(Fault::Reserved.of("nickname")));
    assert_eq!(
        check_nickname("nnA\u{202e}"),
        Err(Fault::HiddenCharacters.of("nickname"))
    );
}

/// ADM-02: staff numbers fit into texts and file names.
#[test]
fn staff_numbers_are_plain() {
    for good in ["1", "A-7_b", &"9".repeat(32)] {
        assert_eq!(check_staff_no(good), Ok(()), "{good:?}");
    }
    for bad in ["", "10 01", "工号1", "1\n", &"9".repeat(33)] {
        assert!(check_staff_no(bad).is_err(), "{bad:?}");
    }
}

/// ADM-02: an address cannot bring a header, a second receiver or a name with it.
#[test]
fn addresses_are_plain() {
    for good in ["ann@desk.example", "a.b+c@x-y.example", "admin@localhost"] {
        assert_eq!(check_email(good), Ok(()), "{good:?}");
    }
    let long = format!("a@{}example", "b.".repeat(130));
    for bad in [
        "",
        "ann",
        "@desk.example",
        "ann@",
        "a@b@c",
        "a..b@c",
        ".a@c",
        "a@-b.c",
        "a@b..c",
        "a b@c",
        "a@b\r\nBcc: x@y",
        "\"a\"@b",
        "a@b,c@d",
        "Ann <a@b>",
        "ünn@desk.example",
        &long,
    ] {
        assert!(check_email(bad).is_err(), "{bad:?}");
    }
}

/// ROUTE-03: 1 to 100.
#[test]
fn own_limits_have_bounds() {
    assert!([1, 100].iter().all(|limit| check_own_limit(*limit).is_ok()));
    assert!([i64::MIN, 0, 101].iter().all(|limit| check_own_limit(*limit).is_err()));
}

/// T403: bounded, whole, and not among the first guesses.
#[test]
fn passwords_are_bounded_and_not_guessed_first() {
    let check = |password: &str| check_password(password, "ann.lee@desk.example", "Ann von der Lee");
    for good in ["correct horse", "汉字也可以用作密码的哦", &"aB3$x".repeat(25)] {
        assert_eq!(check(good), Ok(()), "{good:?}");
    }
    for (bad, why) in [
        ("", PasswordError::TooShort),
        ("short 123", PasswordError::TooShort),
        ("汉字密码", PasswordError::TooShort),
        (&*"x1y2z".repeat(26), PasswordError::TooLong),
        (&*"a".repeat(1 << 20), PasswordError::TooLong),
        ("nul\0 inside it", PasswordError::Unusable),
        ("            ", PasswordError::TooSimple),
        ("aaaaaaaaaaaa", PasswordError::TooSimple),
        ("abababababab", PasswordError::TooSimple),
        ("1234567890", PasswordError::TooSimple),
        ("zyxwvutsrqp", PasswordError::TooSimple),
        ("Ann.Lee@Desk.example", PasswordError::OwnName),
        (" ann VON der lee ", PasswordError::OwnName),
    ] {
        assert_eq!(check(bad), Err(why), "{bad:?}");
    }
}

/// ROUTE-04: busy comes and goes with the load; U9, ROUTE-22: who is not connected is disconnected, then offline.
#[test]
fn busy_is_seen_not_chosen() {
    use AgentConnection::{Connected, Disconnected, Gone};
    assert_eq!(shown(AgentStatus::Free, Connected, 2, 3), ShownStatus::Free);
    assert_eq!(shown(AgentStatus::Free, Connected, 3, 3), ShownStatus::Busy);
    assert_eq!(shown(AgentStatus::NotReady, Connected, 3, 3), ShownStatus::NotReady);
    assert_eq!(shown(AgentStatus::Offline, Connected, 0, 3), ShownStatus::Offline);
    assert_eq!(shown(AgentStatus::Free, Gone, 0, 3), ShownStatus::Offline);
    assert_eq!(shown(AgentStatus::Free, Disconnected, 2, 3), ShownStatus::Disconnected);
    assert_eq!(shown(AgentStatus::Offline, Disconnected, 2, 3), ShownStatus::Offline);
}

/// ROUTE-07: the stored word and the sent word are one.
#[test]
fn words_are_spelt_once() {
    for status in AgentStatus::ALL {
        assert_eq!(status.as_str().parse(), Ok(*status));
        let sent = serde_json::to_string(status).expect("a word");
        assert_eq!(sent, format!("\"{status}\""));
    }
    assert!("busy".parse::<AgentStatus>().is_err(), "busy is never stored");
}
