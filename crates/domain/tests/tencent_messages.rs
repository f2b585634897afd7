//! The messages of Tencent's IM clients, written and read (MSG-09, 10, 15, 19 to 23).

use domain::message::tencent::{Custom, CustomError, Invitation, MAX_BYTES, RatingChoice};
use domain::message::{Card, CardField, Choice, Form, FormInput, Menu, MenuItem};
use domain::moment::Moment;
use domain::rating::{LevelStyle, RatingLevel, RatingRequest, Start, Starters};
use proptest::prelude::*;

fn items(contents: &[(&str, &str)]) -> Vec<MenuItem> {
    let item = |(place, (content, desc)): (usize, &(&str, &str))| MenuItem {
        id: (place + 1).to_string(),
        content: (*content).to_owned(),
        desc: (*desc).to_owned(),
    };
    contents.iter().enumerate().map(item).collect()
}

fn menu() -> Menu {
    Menu {
        header: "请选择".to_owned(),
        items: items(&[("Sales", "new things"), ("Repairs", "")]),
        tail: String::new(),
    }
}

fn form(input: FormInput) -> Form {
    Form {
        header: "Size?".to_owned(),
        input,
    }
}

fn request() -> RatingRequest {
    let level = |id: &str, content: &str, value| RatingLevel {
        id: id.to_owned(),
        content: content.to_owned(),
        value,
    };
    RatingRequest {
        head: "How was it?".to_owned(),
        tail: "Thank you".to_owned(),
        style: LevelStyle::Numbers,
        levels: vec![level("101", "Good", 5), level("102", "Bad", 1)],
        valid_hours: 24,
        expires_at: Moment(1_700_086_400_999),
        wants_comment: true,
        started_by: Start::AtEnd,
    }
}

fn picked(id: &str, content: &str, desc: &str) -> Choice {
    Choice {
        id: Some(id.to_owned()),
        content: content.to_owned(),
        desc: desc.to_owned(),
    }
}

fn options() -> FormInput {
    FormInput::Options {
        items: items(&[("S", ""), ("L", "big")]),
    }
}

fn card(fields: Vec<CardField>) -> Card {
    Card {
        header: "Umbrella".to_owned(),
        desc: String::new(),
        pic: "https://shop.example/u.png".to_owned(),
        url: "https://shop.example/u".to_owned(),
        fields,
    }
}

fn invitation(selected: Option<&Choice>) -> Custom {
    let mut invitation = Invitation::of(&request(), "ses_1", selected);
    // On the wire there are whole seconds.
    invitation.expires_at = Moment(1_700_086_400_000);
    Custom::RatingInvitation(invitation)
}

/// Messages and their exact texts, as the clients read and write them.
fn vectors() -> Vec<(Custom, &'static str)> {
    let level = picked("101", "Good", "");
    vec![
        (
            invitation(None),
            r#"{"customerServicePlugin":0,"src":"9","menuContent":{"head":"How was it?","tail":"Thank you","type":2,"menu":[{"id":"101","content":"Good"},{"id":"102","content":"Bad"}],"sessionId":"ses_1","effectiveHour":24,"expireTime":1700086400}}"#,
        ),
        (
            invitation(Some(&level)),
            r#"{"customerServicePlugin":0,"src":"9","menuContent":{"head":"How was it?","tail":"Thank you","type":2,"menu":[{"id":"101","content":"Good"},{"id":"102","content":"Bad"}],"sessionId":"ses_1","effectiveHour":24,"expireTime":1700086400,"selected":{"id":"101","content":"Good"}}}"#,
        ),
        (
            Custom::RatingChoice(RatingChoice {
                id: "101".to_owned(),
                content: "Good".to_owned(),
                session: "ses_1".to_owned(),
            }),
            r#"{"customerServicePlugin":0,"src":"10","menuSelected":{"id":"101","content":"Good","sessionId":"ses_1"}}"#,
        ),
        (
            Custom::Menu(menu(), None),
            r#"{"customerServicePlugin":0,"src":"15","content":{"header":"请选择","items":[{"content":"Sales","desc":"new things"},{"content":"Repairs","desc":""}],"tail":""}}"#,
        ),
        (
            Custom::Menu(menu(), Some(picked("1", "Sales", "new things"))),
            r#"{"customerServicePlugin":0,"src":"15","content":{"header":"请选择","items":[{"content":"Sales","desc":"new things"},{"content":"Repairs","desc":""}],"tail":"","selected":{"content":"Sales","desc":"new things"}}}"#,
        ),
        (Custom::Ended, r#"{"customerServicePlugin":0,"src":"19"}"#),
        (Custom::TimedOut, r#"{"customerServicePlugin":0,"src":"20"}"#),
        (
            Custom::Form(form(FormInput::Text), Some(Choice::text("42"))),
            r#"{"customerServicePlugin":0,"src":"21","content":{"header":"Size?","type":0,"selected":{"content":"42"}}}"#,
        ),
        (
            Custom::Form(form(options()), None),
            r#"{"customerServicePlugin":0,"src":"21","content":{"header":"Size?","type":1,"items":[{"content":"S","desc":""},{"content":"L","desc":"big"}]}}"#,
        ),
        (
            Custom::Card(card(vec![])),
            r#"{"customerServicePlugin":0,"src":"22","content":{"header":"Umbrella","desc":"","pic":"https://shop.example/u.png","url":"https://shop.example/u"}}"#,
        ),
        (
            Custom::Card(card(vec![CardField {
                name: "Price".to_owned(),
                value: "10".to_owned(),
            }])),
            r#"{"customerServicePlugin":0,"src":"22","content":{"header":"Umbrella","desc":"","pic":"https://shop.example/u.png","url":"https://shop.example/u","customField":[{"name":"Price","value":"10"}]}}"#,
        ),
        (
            Custom::RatingRules(Starters {
                at_end: true,
                agent: false,
                visitor: true,
            }),
            r#"{"customerServicePlugin":0,"src":"23","content":{"menuSendRuleFlag":5}}"#,
        ),
    ]
}

fn value(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("JSON")
}

/// MSG-09, MSG-10, MSG-15, MSG-19, MSG-20, MSG-21, MSG-22, MSG-23: written as the clients read them, field by field,
/// and read back.
#[test]
fn messages_are_exactly_what_clients_know() {
    for (message, text) in vectors() {
        assert_eq!(value(&message.to_json()), value(text));
        assert_eq!(Custom::parse(text), Ok(message), "{text}");
    }
}

/// MSG-10, MSG-23: signals are told from messages.
#[test]
fn signals_are_not_stored() {
    for (message, _) in vectors() {
        assert_eq!(
            message.is_signal(),
            ["10", "23"].contains(&message.src()),
            "{message:?}"
        );
    }
}

/// What newer clients add is passed over; what the web plug-in reads instead of a heading is read.
#[test]
fn additions_are_passed_over() {
    let text = r#"{"chatbotPlugin":1,"src":"15","extra":{"a":[1]},"content":{"title":"T","items":[{"content":"S","icon":1}],"new":true}}"#;
    let expected = Menu {
        header: "T".to_owned(),
        items: items(&[("S", "")]),
        tail: String::new(),
    };
    assert_eq!(Custom::parse(text), Ok(Custom::Menu(expected, None)));
    let text = r#"{"customerServicePlugin":0,"src":"20","triggeredContent":{"language":"zh"}}"#;
    assert_eq!(Custom::parse(text), Ok(Custom::TimedOut));
}

/// What is no message of ours, and what is one but wrong, is refused with the reason.
#[test]
fn wrong_messages_are_refused() {
    for text in [
        "",
        "null",
        "[]",
        "\"9\"",
        "{\"customerServicePlugin\":0",
        r#"{"customerServicePlugin":0,"src":19}"#,
    ] {
        let refused = Custom::parse(text);
        assert!(
            matches!(refused, Err(CustomError::Unreadable(_))),
            "{text}: {refused:?}"
        );
    }
    for text in [
        "{}",
        r#"{"src":"19"}"#,
        r#"{"customerServicePlugin":"0","src":"19"}"#,
        r#"{"customerServicePlugin":1,"src":"19"}"#,
        r#"{"customerServicePlugin":null,"src":"19"}"#,
        r#"{"chatbotPlugin":0,"src":"19"}"#,
        r#"{"title":"card of a business page"}"#,
    ] {
        assert_eq!(Custom::parse(text), Err(CustomError::NotOurs), "{text}");
    }
    for src in ["", "0", "09", "８", "8", "32", "-9"] {
        let text = format!(r#"{{"customerServicePlugin":0,"src":"{src}"}}"#);
        assert_eq!(Custom::parse(&text), Err(CustomError::UnknownSource(src.to_owned())));
    }
    for (src, rest) in [
        ("9", ""),
        (
            "9",
            r#","menuContent":{"head":"h","tail":"t","type":3,"menu":[],"sessionId":"s","effectiveHour":1,"expireTime":1}"#,
        ),
        (
            "9",
            r#","menuContent":{"head":"h","tail":null,"type":1,"menu":[],"sessionId":"s","effectiveHour":1,"expireTime":1}"#,
        ),
        (
            "9",
            r#","menuContent":{"head":"h","tail":"t","type":1,"menu":[],"sessionId":"s","effectiveHour":1,"expireTime":1.5}"#,
        ),
        ("10", r#","menuSelected":{}"#),
        ("10", r#","menuSelected":{"id":"","content":"","sessionId":""}"#),
        ("10", r#","menuSelected":{"id":101,"content":"Good","sessionId":"s"}"#),
        ("15", r#","content":{"items":[]}"#),
        ("15", r#","content":{"header":"h","items":["S"]}"#),
        ("21", r#","content":{"header":"h"}"#),
        ("21", r#","content":{"header":"h","type":1}"#),
        ("21", r#","content":{"header":"h","type":2}"#),
        ("22", r#","content":{"header":"h","desc":"","pic":""}"#),
        ("22", r#","content":{"header":"h","desc":"","pic":"","url":null}"#),
        ("23", r#","content":{"menuSendRuleFlag":8}"#),
        ("23", r#","content":{"menuSendRuleFlag":-1}"#),
        ("23", r#","content":{"menuSendRuleFlag":"1"}"#),
    ] {
        let text = format!(r#"{{"customerServicePlugin":0,"src":"{src}"{rest}}}"#);
        let refused = Custom::parse(&text);
        assert!(
            matches!(&refused, Err(CustomError::Malformed { src: named, .. }) if *named == src),
            "{text}: {refused:?}"
        );
    }
    let long = format!(
        r#"{{"customerServicePlugin":0,"src":"19","x":"{}"}}"#,
        "x".repeat(MAX_BYTES)
    );
    assert_eq!(Custom::parse(&long), Err(CustomError::TooLong));
    let deep = format!("{}1{}", "[".repeat(9_000), "]".repeat(9_000));
    let beside = format!(r#"{{"customerServicePlugin":0,"src":"19","x":{deep}}}"#);
    assert_eq!(
        Custom::parse(&beside),
        Ok(Custom::Ended),
        "what is not known is passed over at any depth"
    );
    let within = format!(r#"{{"customerServicePlugin":0,"src":{deep}}}"#);
    assert!(
        matches!(Custom::parse(&within), Err(CustomError::Unreadable(_))),
        "depth is bounded"
    );
}

/// R8: the flag is a mask of three bits.
#[test]
fn r8_flags_are_bits() {
    for flag in 0..8_i64 {
        let text = format!(r#"{{"customerServicePlugin":0,"src":"23","content":{{"menuSendRuleFlag":{flag}}}}}"#);
        let Ok(Custom::RatingRules(starters)) = Custom::parse(&text) else {
            panic!("{text} is read");
        };
        assert_eq!(
            (starters.at_end, starters.agent, starters.visitor),
            (flag & 1 != 0, flag & 2 != 0, flag & 4 != 0)
        );
        assert_eq!(value(&Custom::RatingRules(starters).to_json()), value(&text));
    }
}

fn any_item() -> impl Strategy<Value = (String, String)> {
    ("\\PC{1,8}", "\\PC{0,4}")
}

fn any_message() -> impl Strategy<Value = Custom> {
    let list = || {
        prop::collection::vec(any_item(), 1..6).prop_map(|list| {
            let texts: Vec<(&str, &str)> = list.iter().map(|(content, desc)| (&**content, &**desc)).collect();
            items(&texts)
        })
    };
    prop_oneof![
        ("\\PC{0,9}", list(), "\\PC{0,9}", any::<Option<prop::sample::Index>>()).prop_map(
            |(header, items, tail, chosen)| {
                let selected = chosen.map(|index| {
                    let content = &index.get(&items).content;
                    let first = items.iter().find(|item| item.content == *content).expect("it is there");
                    Choice::from(first)
                });
                Custom::Menu(Menu { header, items, tail }, selected)
            }
        ),
        ("\\PC{0,9}", list()).prop_map(|(header, items)| {
            let input = FormInput::Options { items };
            Custom::Form(Form { header, input }, None)
        }),
        ("\\PC{0,9}", any::<Option<String>>()).prop_map(|(header, filled)| {
            let form = Form {
                header,
                input: FormInput::Text,
            };
            Custom::Form(form, filled.map(Choice::text))
        }),
        (
            any::<String>(),
            any::<String>(),
            any::<String>(),
            any::<String>(),
            prop::collection::vec(any_item(), 0..3)
        )
            .prop_map(|(header, desc, pic, url, fields)| {
                let fields = fields
                    .into_iter()
                    .map(|(name, value)| CardField { name, value })
                    .collect();
                Custom::Card(Card {
                    header,
                    desc,
                    pic,
                    url,
                    fields,
                })
            }),
        (
            any::<String>(),
            any::<String>(),
            any::<bool>(),
            prop::collection::vec(any_item(), 0..11),
            0..10_000_000_000_i64
        )
            .prop_map(
                |(head, tail, stars, levels, seconds)| Custom::RatingInvitation(Invitation {
                    head,
                    tail,
                    style: if stars { LevelStyle::Stars } else { LevelStyle::Numbers },
                    selected: levels.first().cloned(),
                    levels,
                    session: "ses_1".to_owned(),
                    valid_hours: 24,
                    expires_at: Moment(seconds * 1_000),
                })
            ),
    ]
}

/// A message with something changed: bytes cut out, doubled or replaced.
fn spoil(text: &str, (at, length, with): (usize, usize, &str)) -> String {
    let mut places = text.char_indices().map(|(place, _)| place).chain([text.len()]);
    let from = places.clone().nth(at % (text.chars().count() + 1)).unwrap_or_default();
    let to = places.find(|place| *place >= from + length).unwrap_or(text.len());
    format!("{}{with}{}", &text[..from], &text[to..])
}

proptest! {
    /// MSG-09, MSG-15, MSG-21, MSG-22: whatever is written reads back the same.
    #[test]
    fn what_is_written_reads_back(message in any_message()) {
        prop_assert_eq!(Custom::parse(&message.to_json()), Ok(message));
    }

    /// Nothing that comes in panics: neither any text nor a message with something changed.
    #[test]
    fn nothing_panics(
        text in any::<String>(),
        message in any_message(),
        at in any::<usize>(),
        length in 0..9_usize,
        with in prop::sample::select(vec!["", "{", "}", "\"", "null", "0", "-1", "9e999", "[[", "\u{0}", "，"]),
    ) {
        let _: Result<Custom, CustomError> = Custom::parse(&text);
        let spoilt = spoil(&message.to_json(), (at, length, with));
        if let Ok(read) = Custom::parse(&spoilt) {
            prop_assert_eq!(Custom::parse(&read.to_json()), Ok(read));
        }
    }
}
