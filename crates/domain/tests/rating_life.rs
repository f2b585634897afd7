//! The life of one rating (RATE-01, RATE-02, WORK-14).

use domain::field::Fault;
use domain::moment::Moment;
use domain::rating::{
    AnswerRefusal, COMMENT_MAX_CHARS, InviteRefusal, Level, LevelStyle, Rating, RatingConfig, Start, Starters,
};
use proptest::prelude::*;

const NOON: Moment = Moment(1_700_000_000_000);
const EVERYBODY: Starters = Starters {
    at_end: true,
    agent: true,
    visitor: true,
};

fn config(starters: Starters) -> RatingConfig {
    let levels = [("Bad", 1), ("Fair", 3), ("Good", 5)];
    RatingConfig {
        name: "Usual".to_owned(),
        levels: levels
            .map(|(content, value)| Level {
                content: content.to_owned(),
                value,
            })
            .to_vec(),
        style: LevelStyle::Stars,
        invitation: "How was it?".to_owned(),
        thanks: "Thank you".to_owned(),
        valid_hours: 2,
        starters,
        wants_comment: true,
    }
}

/// A rating that was asked for at noon, in line 7.
fn asked() -> Rating {
    let mut rating = Rating::new(config(EVERYBODY));
    let request = rating.invite(Start::Agent, true, NOON).expect("may be asked");
    rating.asked = Some((7, request));
    rating
}

/// MSG-09: the request holds the config's words, ids from 101 on, and the moment after which it is void.
#[test]
fn a_request_says_what_the_config_says() {
    let (_, request) = asked().asked.expect("asked");
    assert_eq!((&*request.head, &*request.tail), ("How was it?", "Thank you"));
    let levels: Vec<_> = request
        .levels
        .iter()
        .map(|level| (&*level.id, &*level.content, level.value))
        .collect();
    assert_eq!(levels, [("101", "Bad", 1), ("102", "Fair", 3), ("103", "Good", 5)]);
    assert_eq!(request.expires_at, NOON.plus_seconds(7_200));
    assert_eq!(request.started_by, Start::Agent);
}

/// RATE-02, WORK-14: each way to start is refused with its reason.
#[test]
fn starting_follows_the_config() {
    for start in Start::ALL.iter().copied() {
        let only = |by: Start| Starters {
            at_end: by == Start::AtEnd,
            agent: by == Start::Agent,
            visitor: by == Start::Visitor,
        };
        for allowed in Start::ALL.iter().copied() {
            let outcome = Rating::new(config(only(allowed)))
                .invite(start, true, NOON)
                .map(|request| request.started_by);
            let expected = if start == allowed {
                Ok(start)
            } else {
                Err(InviteRefusal::NotAllowed)
            };
            assert_eq!(outcome, expected, "{start} where {allowed} may");
        }
        let unserved = Rating::new(config(EVERYBODY)).invite(start, false, NOON);
        assert_eq!(unserved, Err(InviteRefusal::NoAgent), "{start} before any agent");
    }
}

/// RATE-02: one request at a time; one that passed away may be sent again, one that was answered never.
#[test]
fn a_request_is_not_doubled() {
    let rating = asked();
    let last = NOON.plus_seconds(7_200);
    assert_eq!(
        rating.invite(Start::AtEnd, true, last),
        Err(InviteRefusal::AlreadyAsked)
    );
    let later = Moment(last.0 + 1);
    assert!(rating.invite(Start::AtEnd, true, later).is_ok());
    let mut rated = asked();
    rated.answer("103", None, NOON).expect("in time");
    assert_eq!(
        rated.invite(Start::AtEnd, true, later),
        Err(InviteRefusal::AlreadyRated)
    );
}

/// RATE-01, RATE-02, MSG-10: what counts, and what changes nothing.
#[test]
fn answers_are_checked() {
    let mut nobody = Rating::new(config(EVERYBODY));
    assert_eq!(nobody.answer("103", None, NOON), Err(AnswerRefusal::NotAsked));
    let last = NOON.plus_seconds(7_200);
    let long = "x".repeat(COMMENT_MAX_CHARS + 1);
    for (id, comment, at, refusal) in [
        ("", None, NOON, AnswerRefusal::UnknownLevel),
        ("1", None, NOON, AnswerRefusal::UnknownLevel),
        ("104", None, NOON, AnswerRefusal::UnknownLevel),
        ("１０３", None, NOON, AnswerRefusal::UnknownLevel),
        ("103", None, Moment(last.0 + 1), AnswerRefusal::Expired),
        (
            "103",
            Some("a\0b"),
            NOON,
            AnswerRefusal::Comment(Fault::HiddenCharacters),
        ),
        ("103", Some(&*long), NOON, AnswerRefusal::Comment(Fault::TooLong)),
    ] {
        let mut rating = asked();
        assert_eq!(rating.answer(id, comment, at), Err(refusal), "{id:?}");
        assert_eq!(rating, asked(), "a refused answer changes nothing");
    }
    let mut rating = asked();
    let answer = rating.answer("103", Some("Very kind"), last).expect("in time");
    assert_eq!((answer.level.value, answer.comment.as_deref()), (5, Some("Very kind")));
    assert_eq!(rating.answered, Some((last, answer)));
    let mut blank = asked();
    assert_eq!(blank.answer("101", Some(" \n"), NOON).expect("in time").comment, None);
    let mut no_field = asked();
    no_field.asked.as_mut().expect("asked").1.wants_comment = false;
    assert_eq!(
        no_field.answer("101", Some("x"), NOON),
        Err(AnswerRefusal::Comment(Fault::Malformed))
    );
}

/// What can happen to a rating.
#[derive(Debug, Clone)]
enum Act {
    Invite(Start, bool),
    Answer(u8, bool),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..3_usize, any::<bool>()).prop_map(|(start, served)| Act::Invite(Start::ALL[start], served)),
        (95..115_u8, any::<bool>()).prop_map(|(id, commented)| Act::Answer(id, commented)),
        (0..5_000_i64).prop_map(Act::Wait),
    ]
}

proptest! {
    /// RATE-02: whatever comes in whatever order, a session has one result at most; it was asked for, in time, of a
    /// level that was offered, and nothing changes it any more.
    #[test]
    fn rate_02_one_result_in_time(acts in prop::collection::vec(act(), 0..60), flags in 0..8_u8) {
        let starters = Starters { at_end: flags & 1 > 0, agent: flags & 2 > 0, visitor: flags & 4 > 0 };
        let mut rating = Rating::new(config(starters));
        let (mut now, mut result, mut line) = (NOON, None, 0);
        for act in acts {
            match act {
                Act::Wait(seconds) => now = now.plus_seconds(seconds),
                Act::Invite(by, served) => {
                    let was_open = rating.asked.as_ref().is_some_and(|(_, request)| now <= request.expires_at);
                    if let Ok(request) = rating.invite(by, served, now) {
                        prop_assert!(served && !was_open && result.is_none());
                        line += 1;
                        rating.asked = Some((line, request));
                    }
                }
                Act::Answer(id, commented) => {
                    let before = rating.clone();
                    match rating.answer(&id.to_string(), commented.then_some("fine"), now) {
                        Ok(answer) => {
                            let (_, request) = before.asked.expect("answered what was asked");
                            prop_assert!(now <= request.expires_at && (101..=103).contains(&id));
                            prop_assert!(result.is_none(), "one result only");
                            result = Some((now, answer));
                        }
                        Err(_) => prop_assert_eq!(&rating, &before),
                    }
                }
            }
            prop_assert_eq!(&rating.answered, &result);
        }
    }
}
