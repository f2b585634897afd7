//! What a bot takes for a question it knows.

use proptest::prelude::*;

use super::*;

fn question(wordings: &[&str], answer: &str) -> Question {
    Question {
        wordings: wordings.iter().map(|wording| (*wording).to_owned()).collect(),
        answer: answer.to_owned(),
    }
}

fn shop() -> Faq {
    Faq {
        name: "Shop".to_owned(),
        suggestion_text: "Did you mean:".to_owned(),
        questions: vec![
            question(
                &["How do I return an order?", "怎么退货", "我要退货"],
                "Within 30 days.",
            ),
            question(
                &["When will my order arrive?", "什么时候发货", "多久能到货"],
                "In three days.",
            ),
            question(&["你们的营业时间是几点", "Opening hours"], "9 to 6."),
            question(&["Opening hours of the museum"], "10 to 4."),
        ],
    }
}

/// The answer, or the questions that are offered.
fn said(faq: Faq, asked: &str) -> Vec<String> {
    match Matcher::new(faq).answer(asked) {
        RobotReply::Answer {
            content: Content::Text { text },
        } => vec![text],
        RobotReply::Answer {
            content: Content::Menu(menu),
        } => menu.items.into_iter().map(|item| item.content).collect(),
        RobotReply::Unknown => vec![],
        other => panic!("{other:?} is no answer of this bot"),
    }
}

/// FLOW-11: what is asked in a known wording is answered, whatever its case, width, blanks and punctuation.
#[test]
fn known_wordings_are_answered_however_they_are_written() {
    for asked in [
        "how do i return an order",
        "HOW DO I RETURN AN ORDER?!",
        "怎么退货？",
        " 怎 么 退 货 ",
        "我要退货。",
    ] {
        assert_eq!(said(shop(), asked), ["Within 30 days."], "{asked:?}");
    }
    assert_eq!(
        said(shop(), "ｏｐｅｎｉｎｇ　ｈｏｕｒｓ"),
        ["9 to 6."],
        "the exact one, not the longer one"
    );
}

/// FLOW-11: near wordings are answered, in Chinese by pairs of characters and elsewhere by words.
#[test]
fn near_wordings_are_answered() {
    for (asked, answer) in [
        ("请问怎么退货", "Within 30 days."),
        ("how do i return my order", "Within 30 days."),
        ("什么时候发货呢", "In three days."),
        ("你们营业时间是几点", "9 to 6."),
        ("opening hours of museum", "10 to 4."),
    ] {
        assert_eq!(said(shop(), asked), [answer], "{asked:?}");
    }
}

/// FLOW-11: what is only likely is offered, best first; what is neither is not known, and nothing is offered without
/// words for it.
#[test]
fn likely_questions_are_offered_and_others_are_unknown() {
    assert_eq!(said(shop(), "order return please soon"), ["How do I return an order?"]);
    for asked in ["", "?!", "天气怎么样", "Who was Dante?", "a"] {
        assert_eq!(said(shop(), asked), [""; 0], "{asked:?}");
    }
    let silent = Faq {
        suggestion_text: String::new(),
        ..shop()
    };
    assert_eq!(said(silent, "order return please soon"), [""; 0]);
}

/// FLOW-11: an offered question, sent back, is answered.
#[test]
fn an_offered_question_is_answered_when_it_is_chosen() {
    for question in shop().questions {
        for wording in &question.wordings {
            assert_eq!(said(shop(), wording), [question.answer.as_str()]);
        }
    }
}

/// FLOW-11, T804: a bot has bounds, and says which field is outside.
#[test]
fn a_bot_has_bounds() {
    assert_eq!(shop().check(), Ok(()));
    let with = |change: fn(&mut Faq)| {
        let mut faq = shop();
        change(&mut faq);
        let errors = faq.check().expect_err("out of bounds");
        errors
            .iter()
            .map(|error| (error.field, error.fault))
            .collect::<Vec<_>>()
    };
    assert_eq!(with(|faq| faq.name.clear()), [("name", Fault::Required)]);
    assert_eq!(
        with(|faq| faq.suggestion_text = "x".repeat(501)),
        [("suggestion_text", Fault::TooLong)]
    );
    assert_eq!(
        with(|faq| faq.questions = vec![question(&["q"], "a"); 501]),
        [("questions", Fault::OutOfRange)]
    );
    assert_eq!(
        with(|faq| faq.questions = vec![question(&["q"], &"长".repeat(4_000)); 51]),
        [("questions", Fault::TooLong)]
    );
    assert_eq!(
        with(|faq| faq.questions[0].wordings.clear()),
        [("wordings", Fault::OutOfRange)]
    );
    assert_eq!(
        with(|faq| faq.questions[0].wordings = vec!["w".to_owned(); 21]),
        [("wordings", Fault::OutOfRange)]
    );
    assert_eq!(
        with(|faq| faq.questions[1].wordings.push("x".repeat(201))),
        [("wordings", Fault::TooLong)]
    );
    assert_eq!(
        with(|faq| faq.questions[1].answer = "  ".to_owned()),
        [("answer", Fault::Required)]
    );
    assert_eq!(
        with(|faq| faq.questions[1].answer = "x".repeat(4_001)),
        [("answer", Fault::TooLong)]
    );
    assert_eq!(
        with(|faq| faq.questions[1].answer = "a\0b".to_owned()),
        [("answer", Fault::HiddenCharacters)]
    );
}

proptest! {
    /// FLOW-11: no question of a visitor breaks a bot, and what it says may always be sent.
    #[test]
    fn every_question_has_an_answer_that_may_be_sent(asked in "\\PC{0,300}") {
        if let RobotReply::Answer { content: Content::Menu(menu) } = Matcher::new(shop()).answer(&asked) {
            prop_assert_eq!(menu.check(), Ok(()));
        }
    }
}
