use super::*;
use crate::flow::{BuiltInTexts, Connection, Fallback, NobodyOnline, QueueFacts, SendMessage, Settings};
use crate::ids::{Id, SkillGroupId};
use crate::message::Content;
use uuid::Uuid;

const NOW: Moment = Moment(1_700_000_000_000);

fn settings() -> Settings {
    Settings {
        texts: BuiltInTexts {
            greeting: "Welcome to ${ClientAppName}".into(),
            waiting_text: "${WaitNo} people are ahead of you".into(),
            accepted_text: "${StaffNickName} (${StaffNo}) is here".into(),
            unavailable_text: "Nobody is here".into(),
            silence_text: "Ended for silence".into(),
            reminder_text: "Are you there?".into(),
            inactive_text: "Ended for quiet".into(),
            agent_end_text: "Goodbye".into(),
        },
        skill_group_id: SkillGroupId::from_uuid(Uuid::from_u128(7)),
        nobody_online: NobodyOnline::Wait,
        queue_timeout_seconds: Some(600),
        queue_limit: Some(5),
        silence_seconds: Some(300),
        reminder_seconds: Some(120),
        inactive_seconds: Some(3_600),
    }
}

fn parameters() -> SystemParameters {
    SystemParameters {
        wait_no: "stale".into(),
        staff_no: "1001".into(),
        staff_nickname: "Ann".into(),
        client_app_id: "chn_1".into(),
        client_app_name: "Shop".into(),
        system_client_user_id: "${StaffNo}".into(),
        system_session_id: "ses_1".into(),
    }
}

fn queue(ahead: i64, online: i64, free: i64) -> Input {
    Input::Queue(QueueFacts { ahead, online, free })
}

fn says(text: &str) -> Input {
    Input::VisitorText(text.into())
}

/// What happens in a flow, input by input.
fn talk(document: &Document, inputs: &[Input]) -> String {
    let mut run = start(document);
    let mut lines = Vec::new();
    for input in inputs {
        lines.push(format!("> {input:?}"));
        let step = step(document, &run, input, &parameters(), NOW);
        lines.extend(step.effects.iter().map(transcript));
        run = step.run;
    }
    lines.push(format!("= {:?} at {}", run.state, run.node));
    lines.join("\n")
}

fn transcript(effect: &Effect) -> String {
    match effect {
        Effect::Step { node } => format!("[{node}]"),
        Effect::Say {
            content: Content::Text { text },
        } => format!("\"{text}\""),
        Effect::AskQueue { .. } => "ask the queue".into(),
        Effect::Enqueue {
            queue_timeout_seconds, ..
        } => format!("enqueue {queue_timeout_seconds:?}"),
        Effect::LeaveQueue => "leave the queue".into(),
        Effect::End => "end".into(),
        Effect::FellBack { reason } => format!("fall back: {reason:?}"),
        other => format!("{other:?}"),
    }
}

fn flow() -> Document {
    Document::from_settings(&settings())
}

fn leaving() -> Document {
    Document::from_settings(&Settings {
        nobody_online: NobodyOnline::Leave,
        ..settings()
    })
}

fn quiet() -> Document {
    Document::from_settings(&Settings {
        texts: BuiltInTexts::default(),
        ..settings()
    })
}

fn said(text: impl Into<String>) -> NodeKind {
    NodeKind::SendMessage(SendMessage {
        message: FlowMessage::Text { text: text.into() },
    })
}

const SERVED: [Input; 3] = [
    Input::Started,
    Input::Queue(QueueFacts {
        ahead: 0,
        online: 1,
        free: 1,
    }),
    Input::Accepted,
];

/// FLOW-07, FLOW-12, ROUTE-01: the whole of an ordinary conversation.
#[test]
fn a_visitor_waits_and_is_served() {
    let inputs = [
        Input::Started,
        queue(2, 1, 0),
        says("hello?"),
        Input::Accepted,
        says("hi"),
        Input::AgentEnded,
    ];
    insta::assert_snapshot!(talk(&flow(), &inputs), @r#"
    > Started
    [start]
    [greet]
    "Welcome to Shop"
    [queue]
    ask the queue
    > Queue(QueueFacts { ahead: 2, online: 1, free: 0 })
    "2 people are ahead of you"
    enqueue Some(600)
    > VisitorText("hello?")
    > Accepted
    "Ann (1001) is here"
    [end]
    > VisitorText("hi")
    > AgentEnded
    "Goodbye"
    = Done at end
    "#);
}

/// FLOW-07: who is taken at once need not read about waiting.
#[test]
fn nothing_is_said_about_waiting_to_whom_is_taken_at_once() {
    insta::assert_snapshot!(talk(&flow(), &[Input::Started, queue(0, 1, 1)]), @r#"
    > Started
    [start]
    [greet]
    "Welcome to Shop"
    [queue]
    ask the queue
    > Queue(QueueFacts { ahead: 0, online: 1, free: 1 })
    enqueue Some(600)
    = InQueue at queue
    "#);
    // Somebody is free, but others come first; or nobody is ahead, but all are busy.
    for facts in [queue(1, 1, 1), queue(0, 1, 0)] {
        let talk = talk(&flow(), &[Input::Started, facts]);
        assert!(talk.contains("people are ahead of you"), "{talk}");
    }
}

/// U4, FLOW-07: with nobody online a session is kept, and whoever comes takes it.
#[test]
fn nobody_online_keeps_the_session() {
    insta::assert_snapshot!(talk(&flow(), &[Input::Started, queue(0, 0, 0), Input::Accepted]), @r#"
    > Started
    [start]
    [greet]
    "Welcome to Shop"
    [queue]
    ask the queue
    > Queue(QueueFacts { ahead: 0, online: 0, free: 0 })
    "Nobody is here"
    enqueue Some(600)
    > Accepted
    "Ann (1001) is here"
    [end]
    = WithAgent at end
    "#);
}

/// FLOW-07: … or goes on without a person, where the flow says so.
#[test]
fn nobody_online_may_end_it() {
    insta::assert_snapshot!(talk(&leaving(), &[Input::Started, queue(0, 0, 0)]), @r#"
    > Started
    [start]
    [greet]
    "Welcome to Shop"
    [queue]
    ask the queue
    > Queue(QueueFacts { ahead: 0, online: 0, free: 0 })
    "Nobody is here"
    [end]
    end
    = Done at end
    "#);
}

/// FLOW-07: at the queue's limit nobody joins, at one less there is room.
#[test]
fn a_full_queue_takes_nobody() {
    insta::assert_snapshot!(talk(&flow(), &[Input::Started, queue(5, 3, 0)]), @r#"
    > Started
    [start]
    [greet]
    "Welcome to Shop"
    [queue]
    ask the queue
    > Queue(QueueFacts { ahead: 5, online: 3, free: 0 })
    "Nobody is here"
    [end]
    end
    = Done at end
    "#);
    assert!(talk(&flow(), &[Input::Started, queue(4, 3, 0)]).ends_with("= InQueue at queue"));
    // Full counts also where those who find nobody online would wait.
    assert!(talk(&flow(), &[Input::Started, queue(5, 0, 0)]).ends_with("end\n= Done at end"));
}

/// FLOW-07: nobody waits longer than the flow says; a late acceptance changes nothing.
#[test]
fn the_queue_times_out() {
    let inputs = [Input::Started, queue(0, 1, 0), Input::QueueTimedOut, Input::Accepted];
    insta::assert_snapshot!(talk(&flow(), &inputs), @r#"
    > Started
    [start]
    [greet]
    "Welcome to Shop"
    [queue]
    ask the queue
    > Queue(QueueFacts { ahead: 0, online: 1, free: 0 })
    "0 people are ahead of you"
    enqueue Some(600)
    > QueueTimedOut
    leave the queue
    [end]
    end
    > Accepted
    = Done at end
    "#);
}

/// R18: a session that went back to its queue and is taken again does not hear the flow a second time; the new
/// agent's name stands in the log.
#[test]
fn a_second_acceptance_says_nothing() {
    let once = talk(&flow(), &SERVED);
    let twice = talk(&flow(), &[&SERVED[..], &[Input::Accepted]].concat());
    assert_eq!(twice, once.replace("\n= ", "\n> Accepted\n= "));
}

/// ROUTE-14: a reminder says its words and changes nothing else; quiet on both sides has its own last words.
#[test]
fn a_reminder_says_its_words_and_quiet_has_its_own() {
    let quiet = [
        Input::VisitorSlow,
        Input::Inactive,
        Input::VisitorSlow,
        Input::VisitorSilent,
    ];
    let inputs: Vec<Input> = SERVED.into_iter().chain(quiet).collect();
    let talk = talk(&flow(), &inputs);
    let end = talk.find("> VisitorSlow").expect("it is in the transcript");
    insta::assert_snapshot!(&talk[end..], @r#"
    > VisitorSlow
    "Are you there?"
    > Inactive
    "Ended for quiet"
    > VisitorSlow
    > VisitorSilent
    = Done at end
    "#);
}

/// FLOW-12: the visitor's silence has its own last words, and comes once.
#[test]
fn silence_ends_with_its_own_text() {
    let silent = [Input::VisitorSilent, Input::VisitorSilent, Input::AgentEnded];
    let inputs: Vec<Input> = SERVED.into_iter().chain(silent).collect();
    let talk = talk(&flow(), &inputs);
    let end = talk.find("> VisitorSilent").expect("it is in the transcript");
    insta::assert_snapshot!(&talk[end..], @r#"
    > VisitorSilent
    "Ended for silence"
    > VisitorSilent
    > AgentEnded
    = Done at end
    "#);
}

/// FLOW-07, FLOW-12: an empty text says nothing, on every way through the flow.
#[test]
fn empty_texts_say_nothing() {
    for inputs in [
        vec![Input::Started, queue(3, 1, 0), Input::Accepted, Input::AgentEnded],
        vec![Input::Started, queue(3, 0, 0), Input::Accepted, Input::VisitorSilent],
        vec![Input::Started, queue(9, 1, 0)],
    ] {
        let talk = talk(&quiet(), &inputs);
        assert!(!talk.contains('"') && talk.ends_with("= Done at end"), "{talk}");
    }
}

/// FLOW-03, T902: all parameters are filled, those of the visitor never expanded, unknown ones left.
#[test]
fn every_parameter_is_filled_once() {
    let mut document = flow();
    document.nodes[1].kind = said(
        "${WaitNo}|${StaffNo}|${StaffNickName}|${ClientAppID}|${ClientAppName}|${SystemClientUserID}|\
               ${SystemSessionId}|${Other}|${city}|${StaffNo2}",
    );
    let mut run = start(&document);
    run.variables.insert("city".into(), "${WaitNo}".into());
    run.variables.insert("StaffNo".into(), "forged".into());
    let said = step(&document, &run, &Input::Started, &parameters(), NOW).effects;
    let text = "stale|1001|Ann|chn_1|Shop|${StaffNo}|ses_1|${Other}|${WaitNo}|${StaffNo2}";
    let content = Content::Text { text: text.into() };
    assert!(said.contains(&Effect::Say { content }), "{said:?}");
}

/// T804: what a text grows to when filled still fits into a message; what shrinks to nothing is not said.
#[test]
fn filled_texts_fit_into_messages() {
    let mut document = flow();
    let greeted = |document: &Document, name: &str| {
        let parameters = SystemParameters {
            client_app_name: name.into(),
            ..parameters()
        };
        let effects = step(document, &start(document), &Input::Started, &parameters, NOW).effects;
        effects.into_iter().find_map(|effect| match effect {
            Effect::Say {
                content: Content::Text { text },
            } => Some(text),
            _ => None,
        })
    };
    document.nodes[1].kind = said("${ClientAppName}".repeat(100));
    let long = greeted(&document, &"汉".repeat(64)).expect("it speaks");
    assert_eq!(long.chars().count(), TEXT_MAX_CHARS);
    assert_eq!(greeted(&document, " "), None);
}

/// T901: circles, holes and nonsense lead to the fallback; nothing panics, nothing runs for ever.
#[test]
fn broken_documents_fall_back() {
    let way = |from: &str, port: &str, to: &str| Connection {
        from: from.into(),
        port: port.into(),
        to: to.into(),
    };
    let mut open = flow();
    open.connections.clear();
    insta::assert_snapshot!(talk(&open, &[Input::Started, queue(9, 0, 0), Input::Accepted, Input::AgentEnded]), @r#"
    > Started
    [start]
    fall back: NoWayOn
    ask the queue
    > Queue(QueueFacts { ahead: 9, online: 0, free: 0 })
    enqueue None
    > Accepted
    > AgentEnded
    "Goodbye"
    = Done at start
    "#);

    let empty = Document {
        nodes: vec![],
        connections: vec![],
        fallback: Fallback::MessageForm {
            prompt: String::new(),
            thanks_text: String::new(),
        },
        ..flow()
    };
    assert_eq!(
        talk(&empty, &[Input::Started]),
        "> Started\nfall back: NoWayOn\nend\n= Done at "
    );

    let mut circle = flow();
    circle.connections = vec![way("start", "next", "greet"), way("greet", "next", "greet")];
    let passed = step(&circle, &start(&circle), &Input::Started, &parameters(), NOW);
    assert_eq!(
        (passed.run.steps, passed.run.state),
        (MAX_NODES_PER_INPUT, RunState::AskingQueue)
    );
    let reason = FallbackReason::TooManySteps;
    assert!(passed.effects.contains(&Effect::FellBack { reason }));
}

/// T901: a flow that asks the same full queue again and again comes to an end all the same.
#[test]
fn asking_a_full_queue_for_ever_ends() {
    let mut document = leaving();
    document.connections[4].to = "queue".into();
    let mut run = step(&document, &start(&document), &Input::Started, &parameters(), NOW).run;
    let mut asked = 0;
    while run.state == RunState::AskingQueue {
        asked += 1;
        assert!(asked <= MAX_NODES_PER_SESSION, "it never stops asking");
        run = step(&document, &run, &queue(0, 0, 0), &parameters(), NOW).run;
    }
    assert_eq!(
        (run.state, run.is_fallen_back),
        (RunState::InQueue, true),
        "a person looks after it"
    );
}

/// U12: a hole behind the acceptance does not take the session from the person who has just taken it.
#[test]
fn who_is_served_stays_served() {
    let mut hole = flow();
    hole.connections.retain(|way| way.port != port::ACCEPTED);
    let mut again = flow();
    again.connections[2].to = "greet".into();
    for document in [hole, again] {
        let talk = talk(&document, &[&SERVED[..], &[Input::AgentEnded]].concat());
        assert!(
            !talk.contains("\nend") && talk.contains("\"Goodbye\"\n= Done"),
            "{talk}"
        );
    }
}

/// FLOW-17: the stored position is plain data that an older version's row also reads as.
#[test]
fn a_run_is_stored_as_plain_data() {
    let run = step(&flow(), &start(&flow()), &Input::Started, &parameters(), NOW).run;
    let json = serde_json::to_string(&run).expect("plain data");
    assert_eq!(
        json,
        r#"{"node":"queue","variables":{},"state":"asking_queue","steps":3}"#
    );
    let older = r#"{"node":"queue","variables":{},"state":"asking_queue"}"#;
    assert_eq!(serde_json::from_str::<FlowRun>(older).expect("reads").steps, 0);
}
