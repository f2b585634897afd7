//! Properties of flows: whatever is drawn and whatever happens, a flow ends or waits, and can be stored in between.

mod drawing;

use std::collections::BTreeSet;

use domain::flow::{
    Document, Effect, FallbackReason, FlowRun, Input, MAX_CALLS_PER_SESSION, MAX_NODES_PER_INPUT,
    MAX_NODES_PER_SESSION, NodeKind, QueueFacts, RobotReply, RunState, Step, SystemParameters, VARIABLE_MAX_CHARS,
    check, start, step,
};
use domain::message::{Content, check_text};
use domain::moment::Moment;
use proptest::prelude::*;
use proptest::sample::Index;

use self::drawing::{drawn_document, good_document, known, text};

/// What happens next; some of it depends on where the run stands.
#[derive(Debug, Clone)]
enum Event {
    /// Whatever the run waits for right now gets a fitting answer: this option, this outcome.
    Fitting(Index),
    /// Something, whether it fits or not.
    Input(Input),
}

fn any_input() -> impl Strategy<Value = Input> {
    let reply = prop_oneof![
        text().prop_map(|text| RobotReply::Answer {
            content: Content::Text {
                text: format!("-{text}")
            }
        }),
        prop::sample::select(vec![
            RobotReply::Unknown,
            RobotReply::Solved,
            RobotReply::GaveUp,
            RobotReply::Gone
        ]),
    ];
    prop_oneof![
        1 => Just(Input::Started),
        1 => (0..5_i64).prop_map(|line| Input::Asked { line }),
        3 => text().prop_map(Input::VisitorText),
        2 => (0..5_i64, "o[0-3]", text())
            .prop_map(|(line, id, content)| Input::VisitorChoice { line, id, content }),
        1 => Just(Input::VisitorFile),
        1 => (0..5_i64, text()).prop_map(|(call, body)| Input::ApiAnswered { call, body }),
        1 => (0..5_i64).prop_map(|call| Input::ApiFailed { call }),
        1 => (0..5_i64, reply).prop_map(|(call, reply)| Input::RobotAnswered { call, reply }),
        2 => (0..4_i64, 0..3_i64, 0..2_i64)
            .prop_map(|(ahead, online, free)| Input::Queue(QueueFacts { ahead, online, free: free.min(online) })),
        1 => Just(Input::GroupGone),
        1 => (0..4_i64, any::<bool>()).prop_map(|(ahead, is_wanted)| Input::Place { ahead, is_wanted }),
        8 => prop::sample::select(vec![
            Input::PlaceWanted, Input::Accepted, Input::QueueTimedOut, Input::AgentEnded, Input::VisitorSlow,
            Input::VisitorSilent, Input::Inactive,
        ]),
    ]
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => any::<Index>().prop_map(Event::Fitting),
        1 => any_input().prop_map(Event::Input),
    ];
    prop::collection::vec(event, 0..60)
}

/// An input that the run waits for.
fn fitting(document: &Document, run: &FlowRun, pick: Index) -> Input {
    let say = |texts: Vec<String>| Input::VisitorText(texts[pick.index(texts.len())].clone());
    match run.state {
        RunState::Moving => Input::Started,
        RunState::Asking { line: 0, .. } => Input::Asked {
            line: 1 + i64::try_from(pick.index(1_000)).expect("small"),
        },
        RunState::Asking { .. } => match document.node(&run.node).map(|node| &node.kind) {
            Some(NodeKind::Branch(branch)) => say(branch.options.iter().map(|it| it.value.clone()).collect()),
            _ => say(vec!["Ann".into(), "v0".into(), "v1".into()]),
        },
        RunState::Calling { call, .. } => match pick.index(3) {
            0 => Input::ApiFailed { call },
            1 => Input::ApiAnswered {
                call,
                body: "no JSON".into(),
            },
            _ => Input::ApiAnswered {
                call,
                body: r#"{"a":{"b":"${WaitNo}"}}"#.into(),
            },
        },
        RunState::WithRobot { .. } => say(vec!["how?".into(), "human".into(), "thanks".into()]),
        RunState::AskingRobot { call, .. } => {
            let content = Content::Text { text: "so".into() };
            let replies = [
                RobotReply::Answer { content },
                RobotReply::Unknown,
                RobotReply::Solved,
                RobotReply::GaveUp,
            ];
            let reply = replies[pick.index(replies.len())].clone();
            Input::RobotAnswered { call, reply }
        }
        RunState::AskingQueue => {
            let count = i64::try_from(pick.index(4)).expect("small");
            Input::Queue(QueueFacts {
                ahead: count,
                online: count % 2,
                free: 0,
            })
        }
        RunState::InQueue => [Input::Accepted, Input::QueueTimedOut, Input::PlaceWanted][pick.index(3)].clone(),
        RunState::WithAgent | RunState::Done => Input::AgentEnded,
    }
}

fn parameters() -> SystemParameters {
    SystemParameters {
        staff_nickname: "${WaitNo}".into(),
        ..SystemParameters::default()
    }
}

/// One input and what it led to.
struct Turn {
    before: FlowRun,
    input: Input,
    now: Moment,
    step: Step,
}

/// The outcomes of all events, one after the other, half a minute apart.
fn run(document: &Document, events: &[Event]) -> Vec<Turn> {
    let mut before = start(document);
    let mut turns = Vec::new();
    let started = [Event::Input(Input::Started)];
    for (number, event) in started.iter().chain(events).enumerate() {
        let now = Moment(1_790_000_000_000).plus_seconds(30 * i64::try_from(number).expect("small"));
        let input = match event {
            Event::Fitting(pick) => fitting(document, &before, *pick),
            Event::Input(input) => input.clone(),
        };
        let step = step(document, &before, &input, &parameters(), now);
        let after = step.run.clone();
        turns.push(Turn {
            before,
            input,
            now,
            step,
        });
        before = after;
    }
    turns
}

fn is_fit_to_send(content: &Content) -> bool {
    match content {
        Content::Text { text } => check_text(text).is_ok(),
        Content::LinkedImage(image) => image.check().is_ok(),
        Content::Card(card) => card.check().is_ok(),
        Content::Menu(menu) => menu.check().is_ok(),
        Content::Form(form) => form.check().is_ok(),
        Content::Image { .. } | Content::File { .. } | Content::Rating(_) => false,
    }
}

/// What holds after each input, however the document is drawn.
fn is_sound(turn: &Turn) -> Result<(), TestCaseError> {
    let (before, Step { run, effects }) = (&turn.before, &turn.step);
    let count = |is_it: fn(&Effect) -> bool| effects.iter().filter(|effect| is_it(effect)).count();
    let asks = count(|effect| matches!(effect, Effect::AskQueue { .. }));
    let joins = count(|effect| matches!(effect, Effect::Enqueue { .. }));
    let ends = count(|effect| matches!(effect, Effect::End));
    let leaves = count(|effect| matches!(effect, Effect::LeaveQueue));
    let nodes = count(|effect| matches!(effect, Effect::Step { .. }));
    let questions = count(|effect| matches!(effect, Effect::Ask { .. }));
    let calls = count(|effect| matches!(effect, Effect::CallApi(_)));
    let robots = count(|effect| matches!(effect, Effect::AskRobot { .. }));
    let is_moved = run != before || !effects.is_empty();
    let changed = |is_it: bool| usize::from(is_moved && is_it && run.state != before.state);

    prop_assert!(
        asks + joins + ends + questions + calls + robots <= 1,
        "one way on at most: {effects:?}"
    );
    prop_assert_eq!(asks, usize::from(is_moved && run.state == RunState::AskingQueue));
    prop_assert_eq!(joins, changed(run.state == RunState::InQueue));
    prop_assert_eq!(
        questions,
        usize::from(is_moved && matches!(run.state, RunState::Asking { line: 0, .. }))
    );
    prop_assert_eq!(calls, changed(matches!(run.state, RunState::Calling { .. })));
    prop_assert_eq!(robots, changed(matches!(run.state, RunState::AskingRobot { .. })));
    prop_assert_eq!(
        leaves,
        usize::from(before.state == RunState::InQueue && matches!(turn.input, Input::QueueTimedOut))
    );
    prop_assert!(ends == 0 || (run.state == RunState::Done && effects.last() == Some(&Effect::End)));
    prop_assert!(
        questions == 0 || matches!(effects.last(), Some(Effect::Ask { .. })),
        "the line is told next"
    );
    prop_assert!(
        ends == 0 || before.state != RunState::WithAgent,
        "a person ends what a person serves"
    );
    prop_assert!(before.state != RunState::Done || !is_moved, "nothing follows the end");
    prop_assert!(i64::try_from(nodes).expect("small") <= MAX_NODES_PER_INPUT);
    prop_assert_eq!(run.steps, before.steps + i64::try_from(nodes).expect("small"));
    prop_assert!(run.steps <= MAX_NODES_PER_SESSION);
    prop_assert!(
        run.variables
            .values()
            .all(|value| value.chars().count() <= VARIABLE_MAX_CHARS)
    );
    prop_assert!(
        before.is_fallen_back <= run.is_fallen_back,
        "nobody comes back from the fallback"
    );
    for effect in effects {
        match effect {
            Effect::Say { content } | Effect::Ask { content } => prop_assert!(is_fit_to_send(content), "{content:?}"),
            Effect::CallApi(call) => {
                prop_assert!(call.call > before.calls && call.call == run.calls && call.timeout_seconds > 0);
                let body: serde_json::Value = serde_json::from_str(&call.body).expect("JSON");
                prop_assert!(body.is_object() && call.url.starts_with("http"));
            }
            _ => {}
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// T901, FLOW-13: whatever is drawn and whatever happens, every input leads to a sound outcome.
    #[test]
    fn every_outcome_is_sound(document in drawn_document(), events in events()) {
        for turn in run(&document, &events) {
            is_sound(&turn)?;
        }
    }

    /// FLOW-13, T901: the check accepts good flows, and what it accepts never loops without waiting and never gets
    /// lost: it waits, ends at its end node, or goes to the fallback because something else is gone or nobody finds
    /// an answer.
    #[test]
    fn a_flow_that_passes_the_check_never_gets_lost(
        good in good_document(), drawn in drawn_document(), events in events(),
    ) {
        prop_assert_eq!(check(&good, &known()), []);
        for document in [good, drawn] {
            if !check(&document, &known()).is_empty() {
                continue;
            }
            for Turn { step, .. } in run(&document, &events) {
                let passed: Vec<&String> = step.effects.iter().filter_map(|effect| match effect {
                    Effect::Step { node } => Some(node),
                    _ => None,
                }).collect();
                let distinct: BTreeSet<&&String> = passed.iter().collect();
                prop_assert_eq!(distinct.len(), passed.len(), "no node twice for one input");
                let lost = [FallbackReason::NoWayOn, FallbackReason::TooManySteps, FallbackReason::NothingToAsk];
                for reason in lost {
                    prop_assert!(!step.effects.contains(&Effect::FellBack { reason }), "{reason:?}");
                }
                if step.run.state == RunState::WithAgent && !step.run.is_fallen_back {
                    let at = document.node(&step.run.node).map(|node| &node.kind);
                    prop_assert!(matches!(at, Some(NodeKind::End(_))), "lost at {at:?}");
                }
            }
        }
    }

    /// T901: a flow that is answered by the queues alone, which take nobody, comes to an end or waits.
    #[test]
    fn queues_that_take_nobody_are_not_asked_for_ever(document in good_document()) {
        let refusing = Event::Input(Input::Queue(QueueFacts { ahead: 9, online: 0, free: 0 }));
        let turns = run(&document, &vec![refusing; document.nodes.len() + 1]);
        let last = turns.last().map(|turn| turn.step.run.state);
        prop_assert!(last != Some(RunState::AskingQueue), "it asks a full queue for ever");
    }

    /// FLOW-17: a restart between any two inputs changes nothing: the stored run goes on as the live one does.
    #[test]
    fn every_step_is_stored_and_read_back(document in drawn_document(), events in events()) {
        let json = serde_json::to_string(&document).expect("plain data");
        prop_assert_eq!(Document::parse(&json), Ok(document.clone()));
        for Turn { before, input, now, step: live } in run(&document, &events) {
            let stored = serde_json::to_string(&before).expect("plain data");
            let restarted: FlowRun = serde_json::from_str(&stored).expect("reads back");
            let input = serde_json::to_string(&input).expect("plain data");
            let input: Input = serde_json::from_str(&input).expect("reads back");
            let again = step(&document, &restarted, &input, &parameters(), now);
            let json = serde_json::to_string(&again).expect("plain data");
            prop_assert_eq!(serde_json::from_str::<Step>(&json).expect("reads back"), live);
        }
    }

    /// FLOW-17, R12: an answer that comes a second time, at once or later, changes nothing: neither of a call, nor of
    /// a bot, nor a click on a line that was answered.
    #[test]
    fn answers_count_once(document in good_document(), events in events()) {
        let turns = run(&document, &events);
        for (number, turn) in turns.iter().enumerate() {
            let is_numbered = match &turn.input {
                Input::ApiAnswered { .. } | Input::ApiFailed { .. } | Input::RobotAnswered { .. } => true,
                Input::VisitorChoice { .. } => matches!(turn.before.state, RunState::Asking { .. })
                    && turn.step.effects.iter().any(|effect| matches!(effect, Effect::Answered { .. })),
                _ => false,
            };
            if !is_numbered || turn.step.run == turn.before {
                continue;
            }
            for later in &turns[number..] {
                let run = &later.step.run;
                let is_robots = matches!(run.state, RunState::WithRobot { .. } | RunState::AskingRobot { .. });
                let is_asked_there = matches!((run.state, &turn.input),
                    (RunState::Asking { line, .. }, Input::VisitorChoice { line: clicked, .. }) if line == *clicked);
                // A robot takes every click for words, and the lines of this test come again.
                if is_asked_there || (is_robots && matches!(turn.input, Input::VisitorChoice { .. })) {
                    continue;
                }
                let again = step(&document, run, &turn.input, &parameters(), later.now);
                if run.state == RunState::InQueue {
                    continue;
                }
                prop_assert_eq!(&again.run, run);
                prop_assert_eq!(again.effects, vec![]);
            }
        }
    }

    /// T906: however long it goes on, a session makes no more calls than it may.
    #[test]
    fn calls_are_bounded(document in good_document(), picks in prop::collection::vec(any::<Index>(), 400)) {
        let events: Vec<Event> = picks.into_iter().map(Event::Fitting).collect();
        let turns = run(&document, &events);
        let calls = turns.iter().flat_map(|turn| &turn.step.effects);
        let calls = calls.filter(|effect| matches!(effect, Effect::CallApi(_))).count();
        prop_assert!(i64::try_from(calls).expect("small") <= MAX_CALLS_PER_SESSION);
    }

    /// T802: reading arbitrary text answers, and never panics.
    #[test]
    fn any_text_is_read_or_refused(noise in "\\PC{0,200}", document in good_document(), cut: Index) {
        prop_assert!(Document::parse(&noise).is_err());
        let json = serde_json::to_string(&document).expect("plain data");
        let end = (0..=cut.index(json.len())).rev().find(|end| json.is_char_boundary(*end)).unwrap_or(0);
        prop_assert!(Document::parse(&json[..end]).is_err(), "half a document is none");
    }
}
