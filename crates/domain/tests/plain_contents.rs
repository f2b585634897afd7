//! Contents as plain text with numbered choices, and the answers back (CHAN-13).

use domain::message::plain::{Answer, answer, to_text};
use domain::message::{Card, CardField, Content, Form, FormInput, LinkedImage, Menu, MenuItem};
use domain::moment::Moment;
use domain::rating::{LevelStyle, RatingLevel, RatingRequest, Start};
use proptest::prelude::*;

fn item(id: usize, content: &str) -> MenuItem {
    MenuItem {
        id: format!("i{id}"),
        content: content.to_owned(),
        desc: String::new(),
    }
}

fn menu(contents: &[&str]) -> Content {
    Content::Menu(Menu {
        header: "What is it about?".to_owned(),
        items: contents
            .iter()
            .enumerate()
            .map(|(id, content)| item(id, content))
            .collect(),
        tail: "Or just write.".to_owned(),
    })
}

fn chosen<'a>(asked: &'a Content, text: &'a str) -> Option<&'a str> {
    match answer(asked, text)? {
        Answer::Item(item) => Some(&item.content),
        Answer::Text(text) => Some(text),
        Answer::Level(level) => Some(&level.content),
    }
}

/// CHAN-13: a menu as text, and both ways to answer it.
#[test]
fn a_menu_is_numbered() {
    let mut asked = menu(&["Sales", "Repairs"]);
    if let Content::Menu(menu) = &mut asked {
        menu.items[1].desc = "within two days".to_owned();
    }
    let text = "What is it about?\n1. Sales\n2. Repairs - within two days\nOr just write.";
    assert_eq!(to_text(&asked), text);
    for (text, content) in [
        ("1", "Sales"),
        ("Sales", "Sales"),
        ("2", "Repairs"),
        ("Repairs", "Repairs"),
    ] {
        assert_eq!(chosen(&asked, text), Some(content));
    }
}

/// R14: nothing is folded: neither width, case, blanks nor the dot behind a number.
#[test]
fn r14_only_what_was_shown_answers() {
    let asked = menu(&["Sales", "Repairs"]);
    for text in ["１", "1.", " 1", "1 ", "01", "+1", "3", "0", "", "sales", "Sales "] {
        assert_eq!(chosen(&asked, text), None, "{text:?}");
    }
}

/// CHAN-13: options that are numbers keep them, in either width, and nobody else gets them.
#[test]
fn options_that_are_numbers_are_their_own() {
    let asked = menu(&["2", "1"]);
    assert_eq!(to_text(&asked), "What is it about?\n2\n1\nOr just write.");
    assert_eq!((chosen(&asked, "1"), chosen(&asked, "2")), (Some("1"), Some("2")));

    let asked = menu(&["Sales", "１", "Repairs", "3"]);
    assert_eq!(
        to_text(&asked),
        "What is it about?\n2. Sales\n１\n4. Repairs\n3\nOr just write."
    );
    for (text, content) in [("2", "Sales"), ("１", "１"), ("4", "Repairs"), ("3", "3")] {
        assert_eq!(chosen(&asked, text), Some(content));
    }
    assert_eq!(chosen(&asked, "1"), None, "looks like an option, but is none (R14)");
}

/// RATE-01: levels by number where there are no stars.
#[test]
fn a_rating_is_numbered() {
    let level = |id: &str, content: &str, value| RatingLevel {
        id: id.to_owned(),
        content: content.to_owned(),
        value,
    };
    let asked = Content::Rating(RatingRequest {
        head: "How was it?".to_owned(),
        tail: "Thank you".to_owned(),
        style: LevelStyle::Stars,
        levels: vec![level("101", "Bad", 1), level("102", "Good", 5)],
        valid_hours: 1,
        expires_at: Moment(0),
        wants_comment: false,
        started_by: Start::AtEnd,
    });
    assert_eq!(
        to_text(&asked),
        "How was it?\n1. Bad\n2. Good",
        "thanks come after the answer"
    );
    let Some(Answer::Level(level)) = answer(&asked, "2") else {
        panic!("2 is a level");
    };
    assert_eq!((&*level.id, level.value), ("102", 5));
    assert_eq!(answer(&asked, "102"), None, "ids are not shown");
}

/// CHAN-13: cards and pictures keep what they say and where they lead.
#[test]
fn cards_and_pictures_become_lines() {
    let mut card = Card {
        header: "Umbrella".to_owned(),
        desc: String::new(),
        pic: "https://shop.example/u.png".to_owned(),
        url: "https://shop.example/u".to_owned(),
        fields: vec![CardField {
            name: "Price".to_owned(),
            value: "10".to_owned(),
        }],
    };
    let text = "Umbrella\nPrice: 10\nhttps://shop.example/u";
    assert_eq!(to_text(&Content::Card(card.clone())), text);
    card.url.clear();
    let text = "Umbrella\nPrice: 10\nhttps://shop.example/u.png";
    assert_eq!(to_text(&Content::Card(card)), text);
    let image = Content::LinkedImage(LinkedImage {
        url: "https://shop.example/u.png".to_owned(),
        alt: String::new(),
    });
    assert_eq!(to_text(&image), "https://shop.example/u.png");
    assert_eq!(answer(&image, "1"), None);
}

/// FLOW-08: a form of text takes any text, numbers too.
#[test]
fn a_form_of_text_takes_text() {
    let asked = Content::Form(Form {
        header: "Order number?".to_owned(),
        input: FormInput::Text,
    });
    assert_eq!(to_text(&asked), "Order number?");
    assert_eq!(answer(&asked, "1"), Some(Answer::Text("1")));
}

/// Options as they come: words, numbers in both widths, numbers with something around them.
fn option() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,4}",
        "[0-9]{1,3}",
        "[０-９]{1,2}",
        "[0-9０-９]{2,3}",
        "[0-9]\\. [a-z]{1,3}",
        " [0-9]",
        "\\PC{1,5}",
    ]
}

proptest! {
    /// CHAN-13: the same choice comes out whichever way it was made, for every option of every menu and form; and
    /// each way that was shown means one option only.
    #[test]
    fn chan_13_number_and_text_choose_the_same(
        contents in prop::collection::btree_set(option(), 1..14).prop_map(|set| set.into_iter().collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let options: Vec<MenuItem> = contents.iter().enumerate().map(|(id, content)| item(id, content)).collect();
        let as_menu = Content::Menu(Menu { header: "?".to_owned(), items: options.clone(), tail: String::new() });
        let as_form = Content::Form(Form { header: "?".to_owned(), input: FormInput::Options { items: options.clone() } });
        for asked in [&as_menu, &as_form] {
            let shown = to_text(asked);
            let rows = shown.strip_prefix("?").expect("the heading");
            let mut rest = rows;
            for option in &options {
                prop_assert_eq!(answer(asked, &option.content), Some(Answer::Item(option)));
                rest = rest.strip_prefix('\n').expect("a row of its own");
                rest = if let Some(rest) = rest.strip_prefix(&option.content) {
                    rest
                } else {
                    let (number, rest) = rest.split_once(". ").expect("a number");
                    prop_assert_eq!(answer(asked, number), Some(Answer::Item(option)), "number {}", number);
                    rest.strip_prefix(&option.content).expect("the option")
                };
            }
            prop_assert_eq!(rest, "", "nothing else is shown");
        }
    }

    /// CHAN-13: any text to any content is an answer or none, never a panic.
    #[test]
    fn any_text_is_an_answer_or_none(contents in prop::collection::vec("\\PC{0,6}", 0..6), text in "\\PC{0,8}") {
        let texts: Vec<&str> = contents.iter().map(String::as_str).collect();
        let asked = menu(&texts);
        if let Some(content) = chosen(&asked, &text) {
            prop_assert!(contents.iter().any(|known| known == content));
        }
        prop_assert!(to_text(&asked).starts_with("What is it about?"));
    }
}
