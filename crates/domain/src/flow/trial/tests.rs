use super::*;
use crate::flow::RobotReply;

/// Tuesday, 24 November 2026, 10:00 in Shanghai.
const MORNING: Moment = Moment(1_795_485_600_000);

fn all_nodes() -> Document {
    Document::parse(include_str!("../../../tests/flows/all-nodes.json")).expect("a document")
}

/// What happened, in one word each.
fn words(events: &[Event]) -> Vec<String> {
    let word = |event: &Event| match event {
        Event::Step { node } => format!("[{node}]"),
        Event::Said { line, .. } => format!("said {line}"),
        Event::Asked { line, .. } => format!("asked {line}"),
        Event::Answered { line, choice } => format!("answered {line} {}", choice.content),
        Event::Called {
            node, attempt, answer, ..
        } => format!("called {node} {attempt} {}", answer.is_some()),
        Event::AskedRobot { call, text, .. } => format!("robot {call} {text}"),
        Event::AskedQueue { .. } => "queue?".to_owned(),
        Event::Enqueued {
            queue_timeout_seconds, ..
        } => format!("enqueued {queue_timeout_seconds:?}"),
        Event::LeftQueue => "left".to_owned(),
        Event::FellBack { reason } => format!("{reason:?}"),
        Event::Ended => "ended".to_owned(),
    };
    events.iter().map(word).collect()
}

fn text(text: &str) -> Input {
    Input::VisitorText(text.to_owned())
}

/// FLOW-15: a conversation goes on by itself until somebody must say something; lines of both sides are numbered, and
/// what is handed from input to input is plain data.
#[test]
fn a_conversation_is_tried_without_a_desk() {
    let (document, mut world) = (all_nodes(), World::default());
    world
        .answers
        .insert("look-up".to_owned(), r#"{"order":{"days":5}}"#.to_owned());
    let mut trial = Trial::new(&document);
    let mut take = |input: Input| {
        let kept = serde_json::to_string(&trial).expect("plain data");
        trial = serde_json::from_str(&kept).expect("reads back");
        let events = trial.take(&document, input, &world, MORNING);
        (words(&events).join(" "), trial.waiting())
    };
    let answer = |words: &str, waiting| (words.to_owned(), waiting);
    assert_eq!(
        take(Input::Started),
        answer("[start] [hi] said 1 [always] [hours] [menu] asked 2", Waiting::Answer)
    );
    assert_eq!(
        take(text("order")),
        answer("answered 2 Orders [number] asked 4", Waiting::Answer)
    );
    assert_eq!(
        take(text("A-7")),
        answer(
            "answered 4 A-7 said 6 [look-up] called look-up 1 true [late] [queue] queue? enqueued Some(600)",
            Waiting::Queue
        )
    );
    assert_eq!(take(Input::Accepted), answer("said 7 [end]", Waiting::Agent));
    assert_eq!(take(Input::AgentEnded), answer("said 8 ended", Waiting::Over));
    assert_eq!(take(text("hello?")), answer("", Waiting::Over));
}

/// FLOW-09, FLOW-15: calls without an answer fail as often as the node allows, and so do answers that are no object.
#[test]
fn calls_without_an_answer_fail() {
    for given in [None, Some("null")] {
        let (document, mut world) = (all_nodes(), World::default());
        if let Some(given) = given {
            world.answers.insert("look-up".to_owned(), given.to_owned());
        }
        let mut trial = Trial::new(&document);
        for input in [Input::Started, text("order")] {
            trial.take(&document, input, &world, MORNING);
        }
        let events = trial.take(&document, text("A-7"), &world, MORNING);
        let told = words(&events).join(" ");
        let is_answered = given.is_some();
        let tries: Vec<String> = (1..=3)
            .map(|attempt| format!("called look-up {attempt} {is_answered}"))
            .collect();
        assert!(told.contains(&tries.join(" ")), "{told}");
        assert!(told.ends_with("[card] said 7 [end] ended"), "{told}");
        assert_eq!(trial.run.variables["days"], "0");
    }
}

/// FLOW-11, FLOW-15: a bot's question waits for its answer, which is the next input.
#[test]
fn a_bot_answers_as_the_next_input() {
    let (document, world) = (all_nodes(), World::default());
    let mut trial = Trial::new(&document);
    for input in [Input::Started, text("Something else"), text("English")] {
        trial.take(&document, input, &world, MORNING);
    }
    assert_eq!(trial.waiting(), Waiting::Question);
    let asked = trial.take(&document, text("When?"), &world, MORNING);
    assert_eq!(words(&asked), ["robot 1 When?"]);
    assert_eq!(trial.waiting(), Waiting::Robot);
    let reply = Input::RobotAnswered {
        call: 1,
        reply: RobotReply::GaveUp,
    };
    let gone = trial.take(&document, reply, &world, MORNING);
    assert_eq!(words(&gone), ["[queue]", "queue?", "enqueued Some(600)"]);
    let timed_out = trial.take(&document, Input::QueueTimedOut, &world, MORNING);
    assert_eq!(words(&timed_out), ["left", "[menu]", "asked 8"]);
}

/// FLOW-07, FLOW-15: how the queue stands is the world's word.
#[test]
fn nobody_online_leads_the_other_way() {
    let (document, mut world) = (all_nodes(), World::default());
    world.queue = QueueFacts {
        ahead: 0,
        online: 0,
        free: 0,
    };
    let mut trial = Trial::new(&document);
    for input in [Input::Started, text("Something else"), text("English")] {
        trial.take(&document, input, &world, MORNING);
    }
    let events = trial.take(&document, text("human"), &world, MORNING);
    assert_eq!(words(&events), ["[queue]", "queue?", "said 8", "[end]", "ended"]);
}

/// FLOW-04, FLOW-15: times are read with an offset, or as wall time of the flow's zone.
#[test]
fn times_are_read_in_the_flows_zone() {
    let document = all_nodes();
    for written in [
        "2026-11-24T10:00:00+08:00",
        "2026-11-24T02:00:00Z",
        "2026-11-24T10:00:00",
        "2026-11-24T10:00",
        "2026-11-24 10:00",
    ] {
        assert_eq!(time(written, &document), Some(MORNING), "{written}");
    }
    assert_eq!(time("2026-11-24", &document), Some(Moment(MORNING.0 - 36_000_000)));
    for written in ["", "noon", "2026-02-30", "2026-11-24 25:00", "10:00", "1795485600000"] {
        assert_eq!(time(written, &document), None, "{written}");
    }
}
