//! What the fuzz targets do with their bytes. `crates/domain/tests/fuzz_corpus.rs` does the same with the corpus.

// Each target uses one of them.
#![allow(dead_code)]

use std::borrow::Cow;

use domain::flow::{
    Document, Effect, Input, Known, MAX_NODES_PER_INPUT, QueueFacts, RobotReply, RunState, SystemParameters, check,
    fill, start, step,
};
use domain::message::Content;
use domain::moment::Moment;

/// Most inputs that a document is given.
const INPUTS: usize = 60;

/// Any bytes as a document: they are read or refused; what is read is written and read back, checked, and talked to,
/// and never runs away.
pub fn flow_document(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(document) = Document::parse(text) else { return };
    let json = serde_json::to_string(&document).expect("plain data");
    assert_eq!(
        Document::parse(&json).as_ref(),
        Ok(&document),
        "what is written reads back"
    );
    let known = Known {
        skill_groups: document.skill_groups(),
        bots: document.bots(),
        secrets: document.secrets(),
    };
    let _ = check(&document, &known);
    let _ = document.greeting();
    talk(&document, text);
}

/// Gives a document whatever it waits for.
fn talk(document: &Document, text: &str) {
    let parameters = SystemParameters::default();
    let mut run = start(document);
    let mut input = Input::Started;
    for number in 0..INPUTS {
        let now = Moment(1_790_000_000_000).plus_seconds(30 * i64::try_from(number).expect("small"));
        let done = step(document, &run, &input, &parameters, now);
        assert!(done.run.steps - run.steps <= MAX_NODES_PER_INPUT);
        let stored = serde_json::to_string(&done.run).expect("plain data");
        assert_eq!(
            serde_json::from_str::<domain::flow::FlowRun>(&stored).expect("reads back"),
            done.run
        );
        for effect in &done.effects {
            if let Effect::Say {
                content: Content::Text { text },
            } = effect
            {
                assert!(domain::message::check_text(text).is_ok(), "it says {text:?}");
            }
        }
        run = done.run;
        let word = text.split('"').nth(number * 7 % 97).unwrap_or("x").to_owned();
        input = match run.state {
            RunState::Moving => Input::Started,
            RunState::Asking { line: 0, .. } => Input::Asked { line: 1 },
            RunState::Asking { .. } | RunState::WithRobot { .. } => Input::VisitorText(word),
            RunState::Calling { call, .. } if number % 3 == 0 => Input::ApiFailed { call },
            RunState::Calling { call, .. } => Input::ApiAnswered {
                call,
                body: text.to_owned(),
            },
            RunState::AskingRobot { call, .. } => Input::RobotAnswered {
                call,
                reply: if number % 2 == 0 {
                    RobotReply::Unknown
                } else {
                    RobotReply::GaveUp
                },
            },
            RunState::AskingQueue => Input::Queue(QueueFacts {
                ahead: 1,
                online: i64::from(number % 2 == 0),
                free: 0,
            }),
            RunState::InQueue if number % 2 == 0 => Input::QueueTimedOut,
            RunState::InQueue => Input::Accepted,
            RunState::WithAgent => Input::Inactive,
            RunState::Done => return,
        };
    }
}

/// Bytes, cut at their first line break, as a template and the value of `${v}`: one pass, bounded, nothing lost.
pub fn flow_template(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (value, template) = text.split_once('\n').unwrap_or(("", text));
    let whole = fill(template, usize::MAX, |name| {
        (name == "v").then_some(Cow::Borrowed(value))
    });
    // A second way to the same: nothing in the value is looked at again.
    assert_eq!(whole, template.split("${v}").collect::<Vec<_>>().join(value));
    for max in [0, 1, 7, 100] {
        let cut = fill(template, max, |name| (name == "v").then_some(Cow::Borrowed(value)));
        assert_eq!(cut, whole.chars().take(max).collect::<String>());
    }
}

/// Bytes, cut at their first two line breaks, as the value of a variable, the address of a call and its answer: the
/// call goes where its address was written, with a body that is one object.
pub fn flow_call(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let mut parts = text.splitn(3, '\n');
    let (value, url, answer) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let node = |id: &str, rest: serde_json::Value| {
        let mut node = serde_json::json!({ "id": id, "label": "", "position": { "x": 0, "y": 0 } });
        let fields = node.as_object_mut().expect("an object");
        fields.extend(rest.as_object().expect("an object").clone());
        node
    };
    let ways = [("start", "ask"), ("ask", "call"), ("call", "end")];
    let document = serde_json::json!({
        "format": 2, "time_zone": "UTC",
        "fallback": { "to": "message_form", "prompt": "?", "thanks_text": "" },
        "nodes": [
            node("start", serde_json::json!({ "kind": "start" })),
            node("ask", serde_json::json!({ "kind": "collect_information", "prompt": "?", "success_text": "",
                "variable": "v", "form": { "type": "text" } })),
            node("call", serde_json::json!({ "kind": "call_api", "url": url,
                "parameters": [{ "name": "v", "value": "<${v}>" }],
                "results": [{ "variable": "r", "field": "a.0.b", "default": "d" }],
                "headers": [], "timeout_seconds": 0, "max_errors": 1 })),
            node("end", serde_json::json!({ "kind": "end", "silence_text": "", "agent_end_text": "" })),
        ],
        "connections": ways.map(|(from, to)| serde_json::json!({ "from": from, "port": "next", "to": to })),
    });
    let document = Document::parse(&document.to_string()).expect("a document");
    let (parameters, now) = (SystemParameters::default(), Moment(0));
    let mut run = start(&document);
    let inputs = [
        Input::Started,
        Input::Asked { line: 1 },
        Input::VisitorText(value.to_owned()),
        Input::ApiAnswered {
            call: 1,
            body: answer.to_owned(),
        },
    ];
    for input in inputs {
        let done = step(&document, &run, &input, &parameters, now);
        for effect in &done.effects {
            if let Effect::CallApi(call) = effect {
                let sent: serde_json::Value = serde_json::from_str(&call.body).expect("JSON");
                let kept = &done.run.variables["v"];
                assert_eq!(sent, serde_json::json!({ "v": format!("<{kept}>") }));
                assert!(
                    call.url.starts_with("https://") || call.url.starts_with("http://"),
                    "{}",
                    call.url
                );
            }
        }
        run = done.run;
    }
    assert!(matches!(run.state, RunState::Done), "it came to its end");
    assert!(
        run.variables
            .values()
            .all(|value| value.chars().count() <= domain::flow::VARIABLE_MAX_CHARS)
    );
}
