//! Conversations with flows, node kind by node kind: what goes in, and what comes out of it.

use domain::flow::{
    Document, Effect, FlowRun, Input, Known, QueueFacts, RobotReply, RunState, SystemParameters, check, start, step,
};
use domain::message::{Content, FormInput, Menu, MenuItem};
use domain::moment::Moment;
use serde_json::{Value, json};

/// Saturday, 21 November 2026, 12:00 in Shanghai.
const NOON: Moment = Moment(1_795_233_600_000);

/// A flow of these nodes, `start` and `end`; `ways` reads `start.next>menu menu.a>end …`. Its faults are `faults`.
fn flow_with(nodes: Value, ways: &str, faults: &str) -> Document {
    let mut all = vec![
        json!({ "id": "start", "kind": "start" }),
        json!({ "id": "end", "kind": "end", "silence_text": "", "agent_end_text": "", "inactive_text": "Quiet here" }),
    ];
    all.extend(nodes.as_array().expect("a list").iter().cloned());
    for node in &mut all {
        node["label"] = "".into();
        node["position"] = json!({ "x": 0, "y": 0 });
    }
    let connection = |way: &str| {
        let (from, to) = way.split_once('>').expect("from.port>to");
        let (from, port) = from.split_once('.').expect("from.port");
        json!({ "from": from, "port": port, "to": to })
    };
    let document = json!({
        "format": 2,
        "time_zone": "Asia/Shanghai",
        "fallback": { "to": "message_form", "prompt": "Leave a message", "thanks_text": "Thanks" },
        "nodes": all,
        "connections": ways.split_whitespace().map(connection).collect::<Vec<_>>(),
    });
    let document = Document::parse(&document.to_string()).expect("a document");
    let known = Known {
        skill_groups: document.skill_groups(),
        bots: document.bots(),
        secrets: document.secrets(),
    };
    let found: Vec<String> = check(&document, &known).iter().map(ToString::to_string).collect();
    assert_eq!(found.join("\n"), faults);
    document
}

/// The same without a fault.
fn flow(nodes: Value, ways: &str) -> Document {
    flow_with(nodes, ways, "")
}

fn input(line: &str) -> Input {
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let words: Vec<&str> = line.split(' ').collect();
    match words.as_slice() {
        ["start"] => Input::Started,
        [">", ..] => Input::VisitorText(line[2..].to_owned()),
        ["click", line, id, content] => Input::VisitorChoice {
            line: number(line),
            id: (*id).to_owned(),
            content: (*content).to_owned(),
        },
        ["file"] => Input::VisitorFile,
        ["api", call, "fails"] => Input::ApiFailed { call: number(call) },
        ["api", call, body @ ..] => Input::ApiAnswered {
            call: number(call),
            body: body.join(" "),
        },
        ["bot", call, reply @ ..] => Input::RobotAnswered {
            call: number(call),
            reply: match reply {
                ["knows", "nothing"] => RobotReply::Unknown,
                ["helped"] => RobotReply::Solved,
                ["gives", "up"] => RobotReply::GaveUp,
                ["is", "gone"] => RobotReply::Gone,
                words => RobotReply::Answer {
                    content: Content::Text { text: words.join(" ") },
                },
            },
        },
        ["queue", ahead, online, free] => Input::Queue(QueueFacts {
            ahead: number(ahead),
            online: number(online),
            free: number(free),
        }),
        ["group", "gone"] => Input::GroupGone,
        ["place", ahead] => Input::Place {
            ahead: number(ahead),
            is_wanted: false,
        },
        ["wanted", "place", ahead] => Input::Place {
            ahead: number(ahead),
            is_wanted: true,
        },
        ["place?"] => Input::PlaceWanted,
        ["accepted"] => Input::Accepted,
        ["timed", "out"] => Input::QueueTimedOut,
        ["inactive"] => Input::Inactive,
        ["agent", "ends"] => Input::AgentEnded,
        other => panic!("no input reads {other:?}"),
    }
}

fn items(items: &[MenuItem]) -> String {
    let all: Vec<String> = items
        .iter()
        .map(|item| format!("{}={}", item.id, item.content))
        .collect();
    all.join(" ")
}

fn content(content: &Content) -> String {
    match content {
        Content::Text { text } => format!("\"{text}\""),
        Content::LinkedImage(image) => format!("picture {} \"{}\"", image.url, image.alt),
        Content::Card(card) => format!("card \"{}\" \"{}\" {} {}", card.header, card.desc, card.pic, card.url),
        Content::Menu(Menu { header, items: all, .. }) => format!("menu \"{header}\" {}", items(all)),
        Content::Form(form) => match &form.input {
            FormInput::Text => format!("form \"{}\"", form.header),
            FormInput::Options { items: all } => format!("form \"{}\" {}", form.header, items(all)),
        },
        other => panic!("no flow shows {other:?}"),
    }
}

fn written(effect: &Effect) -> String {
    match effect {
        Effect::Step { node } => format!("[{node}]"),
        Effect::Say { content: it } => content(it),
        Effect::Ask { content: it } => format!("ask {}", content(it)),
        Effect::Answered { line, choice } => match &choice.id {
            Some(id) => format!("line {line} answered: {id} \"{}\"", choice.content),
            None => format!("line {line} answered: \"{}\"", choice.content),
        },
        Effect::CallApi(call) => format!(
            "call {} (try {}, {} s) {} {}",
            call.call, call.attempt, call.timeout_seconds, call.url, call.body
        ),
        Effect::AskRobot { call, text, .. } => format!("robot {call} \"{text}\""),
        Effect::AskQueue { .. } => "ask the queue".into(),
        Effect::Enqueue { .. } => "enqueue".into(),
        Effect::AskPlace { is_wanted } => format!("ask the place{}", if *is_wanted { ", wanted" } else { "" }),
        Effect::LeaveQueue => "leave the queue".into(),
        Effect::FellBack { reason } => format!("fall back: {reason:?}"),
        Effect::End => "end".into(),
    }
}

fn parameters() -> SystemParameters {
    SystemParameters {
        staff_nickname: "Ann".into(),
        system_client_user_id: "vis_1".into(),
        ..SystemParameters::default()
    }
}

/// Goes on with a run; lines of the log count from where they were.
fn talk_on(document: &Document, mut run: FlowRun, from: Moment, script: &[&str]) -> (FlowRun, String) {
    let (mut now, mut line, mut out) = (from, 0, Vec::new());
    for said in script {
        if let Some(seconds) = said.strip_prefix('+') {
            now = now.plus_seconds(seconds.parse().expect("seconds"));
            continue;
        }
        out.push(format!("- {said}"));
        let mut next = Some(input(said));
        while let Some(input) = next.take() {
            let step = step(document, &run, &input, &parameters(), now);
            run = step.run;
            for effect in &step.effects {
                out.push(written(effect));
                if matches!(effect, Effect::Ask { .. }) {
                    line += 1;
                    next = Some(Input::Asked { line });
                }
            }
        }
    }
    (run, out.join("\n"))
}

/// What happens in a flow, input by input; `+30` lets half a minute pass.
fn talk(document: &Document, script: &[&str]) -> String {
    let script: Vec<&str> = std::iter::once(&"start").chain(script).copied().collect();
    let (run, mut out) = talk_on(document, start(document), NOON, &script);
    let variables: Vec<String> = run
        .variables
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    out.push_str(&format!("\n= {:?} at {} {}", run.state, run.node, variables.join(" ")));
    out.trim_end().to_owned()
}

fn menu() -> Document {
    flow(
        json!([
            { "id": "menu", "kind": "branch", "title": "What is it about, ${SystemClientUserID}?",
              "unmatched_text": "Please choose.",
              "options": [
                { "id": "orders", "value": "Orders", "remark": "Where is it?", "keywords": ["1", "order"] },
                { "id": "more", "value": "More" },
              ] },
            { "id": "bye", "kind": "send_message", "message": { "type": "text", "text": "Bye" } },
        ]),
        "start.next>menu menu.orders>bye menu.more>menu bye.next>end",
    )
}

/// FLOW-06, MSG-15: a click or the exact text chooses; everything else gets the hint, and the menu waits on.
#[test]
fn a_branch_waits_for_an_exact_answer() {
    insta::assert_snapshot!(talk(&menu(), &["> orders", "file", "> Orders "]), @r#"
    - start
    [start]
    [menu]
    ask menu "What is it about, vis_1?" orders=Orders more=More
    - > orders
    "Please choose."
    - file
    "Please choose."
    - > Orders 
    "Please choose."
    = Asking { line: 1, unmatched: 3 } at menu
    "#);
    insta::assert_snapshot!(talk(&menu(), &["> Orders"]), @r#"
    - start
    [start]
    [menu]
    ask menu "What is it about, vis_1?" orders=Orders more=More
    - > Orders
    line 1 answered: orders "Orders"
    [bye]
    "Bye"
    [end]
    end
    = Done at end
    "#);
    insta::assert_snapshot!(talk(&menu(), &["click 1 orders Orders"]), @r#"
    - start
    [start]
    [menu]
    ask menu "What is it about, vis_1?" orders=Orders more=More
    - click 1 orders Orders
    line 1 answered: orders "Orders"
    [bye]
    "Bye"
    [end]
    end
    = Done at end
    "#);
}

/// FLOW-06: several keywords lead to one port.
#[test]
fn keywords_lead_to_their_option() {
    for keyword in ["> 1", "> order"] {
        let talk = talk(&menu(), &[keyword]);
        assert!(talk.contains("line 1 answered: orders \"Orders\"\n[bye]"), "{talk}");
    }
}

/// R14, T905: no folding of case, width or blanks.
#[test]
fn r14_look_alikes_do_not_match() {
    for text in [
        "orders", "ORDERS", "Orders ", " Orders", "Ｏrders", "１", "1.", "", "Order",
    ] {
        let talk = talk(&menu(), &[&format!("> {text}")]);
        assert!(
            talk.ends_with("\"Please choose.\"\n= Asking { line: 1, unmatched: 1 } at menu"),
            "{text:?}: {talk}"
        );
    }
}

/// FLOW-06: a click on an old menu answers nothing, nor does one on an option that is not there.
#[test]
fn old_menus_answer_nothing() {
    insta::assert_snapshot!(
        talk(&menu(), &["> More", "click 1 orders Orders", "click 2 none Nothing", "click 2 orders Orders"]), @r#"
    - start
    [start]
    [menu]
    ask menu "What is it about, vis_1?" orders=Orders more=More
    - > More
    line 1 answered: more "More"
    [menu]
    ask menu "What is it about, vis_1?" orders=Orders more=More
    - click 1 orders Orders
    - click 2 none Nothing
    "Please choose."
    - click 2 orders Orders
    line 2 answered: orders "Orders"
    [bye]
    "Bye"
    [end]
    end
    = Done at end
    "#);
}

/// T905: whoever never finds an answer ends with a person or a form, not in a loop of hints.
#[test]
fn t905_hints_are_not_repeated_for_ever() {
    let script = ["> x"; 25];
    let talk = talk(&menu(), &script);
    assert_eq!(talk.matches("\"Please choose.\"").count(), 19);
    insta::assert_snapshot!(talk.split_once("fall back").map(|(_, rest)| rest).unwrap_or_default(), @r#"
    : TooManyUnmatched
    ask form "Leave a message"
    - > x
    line 2 answered: "x"
    "Thanks"
    end
    - > x
    - > x
    - > x
    - > x
    = Done at menu
    "#);
}

fn form(form: Value) -> Document {
    flow(
        json!([
            { "id": "ask", "kind": "collect_information", "prompt": "Which city?", "success_text": "${city}, good.",
              "variable": "city", "form": form },
            { "id": "bye", "kind": "send_message", "message": { "type": "text", "text": "See you in ${city}" } },
        ]),
        "start.next>ask ask.next>bye bye.next>end",
    )
}

/// FLOW-08, MSG-21, T902: a form of text keeps any words under its name; they are never expanded.
#[test]
fn a_form_keeps_what_is_written() {
    let form = form(json!({ "type": "text" }));
    insta::assert_snapshot!(talk(&form, &["file", "> ${WaitNo} & \"co\""]), @r#"
    - start
    [start]
    [ask]
    ask form "Which city?"
    - file
    "Which city?"
    - > ${WaitNo} & "co"
    line 1 answered: "${WaitNo} & "co""
    "${WaitNo} & "co", good."
    [bye]
    "See you in ${WaitNo} & "co""
    [end]
    end
    = Done at end city=${WaitNo} & "co"
    "#);
}

/// FLOW-08, R13: a form with options takes these only, and asks again.
#[test]
fn r13_a_form_with_options_asks_again() {
    let options = json!([{ "id": "bj", "value": "北京" }, { "id": "sh", "value": "上海" }]);
    let with_hint = form(json!({ "type": "options", "options": options, "unmatched_text": "One of these." }));
    insta::assert_snapshot!(talk(&with_hint, &["> 广州", "> 上海"]), @r#"
    - start
    [start]
    [ask]
    ask form "Which city?" bj=北京 sh=上海
    - > 广州
    "One of these."
    - > 上海
    line 1 answered: sh "上海"
    "上海, good."
    [bye]
    "See you in 上海"
    [end]
    end
    = Done at end city=上海
    "#);
    let without = form(json!({ "type": "options", "options": options, "unmatched_text": "" }));
    insta::assert_snapshot!(talk(&without, &["> 广州", "click 1 bj 北京"]), @r#"
    - start
    [start]
    [ask]
    ask form "Which city?" bj=北京 sh=上海
    - > 广州
    "Which city?"
    - click 1 bj 北京
    line 1 answered: bj "北京"
    "北京, good."
    [bye]
    "See you in 北京"
    [end]
    end
    = Done at end city=北京
    "#);
}

/// T804: what is kept is bounded.
#[test]
fn variables_are_bounded() {
    let form = form(json!({ "type": "text" }));
    let long = format!("> {}", "汉".repeat(4_000));
    let (run, _) = talk_on(&form, start(&form), NOON, &["start", &long]);
    assert_eq!(run.variables["city"].chars().count(), domain::flow::VARIABLE_MAX_CHARS);
}

fn hours(hours: Value) -> Document {
    flow(
        json!([
            { "id": "hours", "kind": "service_time", "hours": hours },
            { "id": "open", "kind": "send_message", "message": { "type": "text", "text": "Open" } },
            { "id": "closed", "kind": "send_message", "message": { "type": "text", "text": "Closed" } },
        ]),
        "start.next>hours hours.within>open hours.outside>closed open.next>end closed.next>end",
    )
}

/// FLOW-04: the moment and the flow's zone decide the way.
#[test]
fn service_time_goes_by_the_clock() {
    let saturdays = hours(json!({ "mode": "standard", "days": ["saturday"],
        "slots": [{ "from": "09:00", "to": "12:30" }] }));
    for (script, says) in [(["+0", "start"], "Open"), (["+1800", "start"], "Closed")] {
        let (_, talk) = talk_on(&saturdays, start(&saturdays), NOON, &script);
        assert!(talk.contains(&format!("\"{says}\"")), "{talk}");
    }
    assert!(talk(&hours(json!({ "mode": "off" })), &[]).contains("\"Open\""));
    let holiday = json!({ "mode": "custom", "week": [{ "day": "saturday", "slots": [{ "from": "00:00", "to": "24:00" }] }],
        "exceptions": [{ "first": "2026-11-21", "last": "2026-11-21", "slots": [], "remark": "" }] });
    assert!(talk(&hours(holiday), &[]).contains("\"Closed\""));
}

/// FLOW-05, MSG-22: texts, pictures and cards, with parameters in texts and in addresses.
#[test]
fn messages_are_texts_pictures_and_cards() {
    let document = flow(
        json!([
            { "id": "ask", "kind": "collect_information", "prompt": "Who?", "success_text": "", "variable": "v",
              "form": { "type": "text" } },
            { "id": "text", "kind": "send_message", "message": { "type": "text", "text": "For ${v}" } },
            { "id": "picture", "kind": "send_message",
              "message": { "type": "image", "url": "https://a.example/${v}.png", "alt": "It shows ${v}" } },
            { "id": "card", "kind": "send_message", "message": { "type": "card", "header": "${v}", "desc": "d",
              "pic": "https://a.example/p.png", "url": "http://a.example/u/${v}?v=${v}" } },
        ]),
        "start.next>ask ask.next>text text.next>picture picture.next>card card.next>end",
    );
    insta::assert_snapshot!(talk(&document, &["> a b/&"]), @r#"
    - start
    [start]
    [ask]
    ask form "Who?"
    - > a b/&
    line 1 answered: "a b/&"
    [text]
    "For a b/&"
    [picture]
    picture https://a.example/a%20b%2F%26.png "It shows a b/&"
    [card]
    card "a b/&" "d" https://a.example/p.png http://a.example/u/a%20b%2F%26?v=a%20b%2F%26
    [end]
    end
    = Done at end v=a b/&
    "#);
    // T707: what would lead elsewhere is left out; the words stay.
    insta::assert_snapshot!(talk(&document, &["> .."]).split_once("[text]").map(|(_, rest)| rest).unwrap_or_default(), @r#"
    "For .."
    [picture]
    picture https://a.example/...png "It shows .."
    [card]
    card ".." "d" https://a.example/p.png 
    [end]
    end
    = Done at end v=..
    "#);
}

fn call(max_errors: i64) -> Document {
    flow(
        json!([
            { "id": "ask", "kind": "collect_information", "prompt": "Number?", "success_text": "", "variable": "n",
              "form": { "type": "text" } },
            { "id": "call", "kind": "call_api", "url": "https://shop.example/orders/${n}",
              "parameters": [{ "name": "n", "value": "No. ${n}" }, { "name": "who", "value": "${SystemClientUserID}" }],
              "results": [{ "variable": "days", "field": "order.days", "default": "?" }],
              "headers": [], "timeout_seconds": 0, "max_errors": max_errors },
            { "id": "say", "kind": "send_message", "message": { "type": "text", "text": "${days} days" } },
        ]),
        "start.next>ask ask.next>call call.next>say say.next>end",
    )
}

/// FLOW-09, R12, T903: the call carries everything filled in; its answer's field becomes a variable. What the visitor
/// writes meanwhile waits in the log.
#[test]
fn a_call_is_answered() {
    insta::assert_snapshot!(talk(&call(3), &["> 7\"}", "> hello?", "api 1 {\"order\":{\"days\":3}}"]), @r#"
    - start
    [start]
    [ask]
    ask form "Number?"
    - > 7"}
    line 1 answered: "7"}"
    [call]
    call 1 (try 1, 5 s) https://shop.example/orders/7%22%7D {"n":"No. 7\"}","who":"vis_1"}
    - > hello?
    - api 1 {"order":{"days":3}}
    [say]
    "3 days"
    [end]
    end
    = Done at end days=3 n=7"}
    "#);
}

/// FLOW-09, R12: "maximum errors" counts all tries; then the defaults are taken and the flow goes on. Answers of
/// earlier tries come too late.
#[test]
fn r12_a_call_that_fails_takes_its_defaults() {
    let script = [
        "> 7",
        "api 1 fails",
        "api 1 fails",
        "api 1 {\"order\":{\"days\":3}}",
        "api 2 <html>",
        "api 3 fails",
        "api 3 {}",
    ];
    insta::assert_snapshot!(talk(&call(3), &script), @r#"
    - start
    [start]
    [ask]
    ask form "Number?"
    - > 7
    line 1 answered: "7"
    [call]
    call 1 (try 1, 5 s) https://shop.example/orders/7 {"n":"No. 7","who":"vis_1"}
    - api 1 fails
    call 2 (try 2, 5 s) https://shop.example/orders/7 {"n":"No. 7","who":"vis_1"}
    - api 1 fails
    - api 1 {"order":{"days":3}}
    - api 2 <html>
    call 3 (try 3, 5 s) https://shop.example/orders/7 {"n":"No. 7","who":"vis_1"}
    - api 3 fails
    [say]
    "? days"
    [end]
    end
    - api 3 {}
    = Done at end days=? n=7
    "#);
    assert!(talk(&call(1), &["> 7", "api 1 fails"]).contains("\"? days\""));
}

/// R12: all tries of a node together have a minute.
#[test]
fn r12_tries_have_a_budget() {
    insta::assert_snapshot!(talk(&call(5), &["> 7", "+57", "api 1 fails", "+3", "api 2 fails"]), @r#"
    - start
    [start]
    [ask]
    ask form "Number?"
    - > 7
    line 1 answered: "7"
    [call]
    call 1 (try 1, 5 s) https://shop.example/orders/7 {"n":"No. 7","who":"vis_1"}
    - api 1 fails
    call 2 (try 2, 3 s) https://shop.example/orders/7 {"n":"No. 7","who":"vis_1"}
    - api 2 fails
    [say]
    "? days"
    [end]
    end
    = Done at end days=? n=7
    "#);
}

/// FLOW-10: the first branch of which all comparisons hold; otherwise the default.
#[test]
fn a_condition_takes_the_first_branch_that_holds() {
    let document = flow(
        json!([
            { "id": "ask", "kind": "collect_information", "prompt": "Age?", "success_text": "", "variable": "age",
              "form": { "type": "text" } },
            { "id": "which", "kind": "condition", "branches": [
                { "id": "grown", "label": "", "all": [
                    { "parameter": "age", "operator": "greater_or_equal", "value": "18" },
                    { "parameter": "age", "operator": "less", "value": "65" } ] },
                { "id": "old", "label": "", "all": [{ "parameter": "age", "operator": "greater_or_equal", "value": "18" }] },
                { "id": "me", "label": "", "all": [{ "parameter": "SystemClientUserID", "operator": "equal", "value": "${age}" }] },
            ] },
            { "id": "a", "kind": "send_message", "message": { "type": "text", "text": "grown" } },
            { "id": "b", "kind": "send_message", "message": { "type": "text", "text": "old" } },
            { "id": "c", "kind": "send_message", "message": { "type": "text", "text": "me" } },
            { "id": "d", "kind": "send_message", "message": { "type": "text", "text": "default" } },
        ]),
        "start.next>ask ask.next>which which.grown>a which.old>b which.me>c which.default>d \
         a.next>end b.next>end c.next>end d.next>end",
    );
    for (age, way) in [
        ("18", "grown"),
        ("9", "default"),
        ("100", "old"),
        ("65.0", "old"),
        ("064", "grown"),
    ] {
        let talk = talk(&document, &[&format!("> {age}")]);
        assert!(talk.contains(&format!("\"{way}\"")), "{age}: {talk}");
    }
    let talk = talk(&document, &["> vis_1"]);
    assert!(talk.contains("\"old\""), "text after digits: {talk}");
}

fn robot(turn_limit: i64, unknown_limit: i64) -> Document {
    flow(
        json!([
            { "id": "robot", "kind": "robot", "bot_id": "bot_00000000000000000000000000000001",
              "welcome_text": "Ask me.", "unknown_text": "I do not know.", "turn_limit": turn_limit,
              "unknown_limit": unknown_limit, "human_words": ["人工", "human"], "solved_words": ["thanks"] },
            { "id": "human", "kind": "send_message", "message": { "type": "text", "text": "To a person" } },
            { "id": "unresolved", "kind": "send_message", "message": { "type": "text", "text": "Unresolved" } },
            { "id": "solved", "kind": "send_message", "message": { "type": "text", "text": "Solved" } },
        ]),
        "start.next>robot robot.to_human>human robot.unresolved>unresolved robot.solved>solved \
         human.next>end unresolved.next>end solved.next>end",
    )
}

/// FLOW-11: the bot answers until the visitor asks for a person.
#[test]
fn a_robot_answers_until_a_person_is_wanted() {
    insta::assert_snapshot!(talk(&robot(20, 3), &["> how?", "bot 1 So.", "click 9 x and_then?", "bot 2 So too.", "> 人工"]), @r#"
    - start
    [start]
    [robot]
    "Ask me."
    - > how?
    robot 1 "how?"
    - bot 1 So.
    "So."
    - click 9 x and_then?
    robot 2 "and_then?"
    - bot 2 So too.
    "So too."
    - > 人工
    [human]
    "To a person"
    [end]
    end
    = Done at end
    "#);
}

/// FLOW-11: it leaves when the visitor or the bot is done, when the bot knows nothing, and at the limit of turns.
#[test]
fn a_robot_knows_when_to_stop() {
    for (script, says) in [
        (&["> thanks"][..], "Solved"),
        (&["> how?", "bot 1 helped"], "Solved"),
        (&["> how?", "bot 1 gives up"], "Unresolved"),
        (
            &["> a", "bot 1 knows nothing", "> b", "bot 2 knows nothing"],
            "Unresolved",
        ),
        (
            &["> a", "bot 1 A.", "> b", "bot 2 B.", "> c", "bot 3 C.", "> d"],
            "Unresolved",
        ),
        (&["file", "file"], "Unresolved"),
    ] {
        let talk = talk(&robot(3, 2), script);
        assert!(talk.contains(&format!("\"{says}\"\n[end]\nend")), "{script:?}: {talk}");
    }
    let talk = talk(&robot(3, 2), &["> a", "bot 1 A.", "> b", "bot 2 B.", "> c", "bot 3 C."]);
    assert!(
        talk.ends_with("= WithRobot { turns: 3, unknown: 0 } at robot"),
        "the last answer is read: {talk}"
    );
}

/// U21: an answer to a question that was replaced, or that comes after a person was asked for, is not said.
#[test]
fn u21_late_words_of_a_robot_are_dropped() {
    insta::assert_snapshot!(talk(&robot(20, 3), &["> a", "> b", "bot 1 A.", "bot 2 B.", "> c", "> human", "bot 3 C."]), @r#"
    - start
    [start]
    [robot]
    "Ask me."
    - > a
    robot 1 "a"
    - > b
    robot 2 "b"
    - bot 1 A.
    - bot 2 B.
    "B."
    - > c
    robot 3 "c"
    - > human
    [human]
    "To a person"
    [end]
    end
    - bot 3 C.
    = Done at end
    "#);
}

fn queue(fallback: Value) -> Document {
    let mut document = flow(
        json!([
            { "id": "queue", "kind": "transfer_to_human", "skill_group_id": "grp_00000000000000000000000000000007",
              "waiting_text": "${WaitNo} before you", "accepted_text": "${StaffNickName} is here",
              "unavailable_text": "Nobody is here", "nobody_online": "wait" },
        ]),
        "start.next>queue queue.accepted>end queue.timed_out>end queue.unavailable>end",
    );
    document.fallback = serde_json::from_value(fallback).expect("a fallback");
    document
}

fn message_form() -> Value {
    json!({ "to": "message_form", "prompt": "Leave a message", "thanks_text": "Thanks" })
}

/// R27: who writes while waiting is told the place again when it changed, and not every second.
#[test]
fn r27_the_place_is_told_when_it_changed() {
    let script = [
        "queue 3 1 0",
        "> hello?",
        "+29",
        "> hello?",
        "+1",
        "> hello?",
        "place 3",
        "file",
        "place 2",
        "> hello?",
        "+30",
        "> hello?",
        "place 1",
        "accepted",
        "> hello?",
    ];
    insta::assert_snapshot!(talk(&queue(message_form()), &script), @r#"
    - start
    [start]
    [queue]
    ask the queue
    - queue 3 1 0
    "3 before you"
    enqueue
    - > hello?
    - > hello?
    - > hello?
    ask the place
    - place 3
    - file
    ask the place
    - place 2
    "2 before you"
    - > hello?
    - > hello?
    ask the place
    - place 1
    "1 before you"
    - accepted
    "Ann is here"
    [end]
    - > hello?
    = WithAgent at end
    "#);
}

/// R27: who asks is told at once, changed or not, but not over and over.
#[test]
fn r27_the_place_is_told_on_wish() {
    let script = [
        "queue 3 1 0",
        "+5",
        "place?",
        "wanted place 3",
        "place?",
        "+5",
        "place?",
        "wanted place 2",
    ];
    insta::assert_snapshot!(talk(&queue(message_form()), &script), @r#"
    - start
    [start]
    [queue]
    ask the queue
    - queue 3 1 0
    "3 before you"
    enqueue
    - place?
    ask the place, wanted
    - wanted place 3
    "3 before you"
    - place?
    - place?
    ask the place, wanted
    - wanted place 2
    "2 before you"
    = InQueue at queue
    "#);
}

/// FLOW-13, architecture: where a group is gone the session goes to the fallback; a form keeps the message.
#[test]
fn a_group_that_is_gone_leads_to_the_form() {
    insta::assert_snapshot!(talk(&queue(message_form()), &["group gone", "> call me"]), @r#"
    - start
    [start]
    [queue]
    ask the queue
    - group gone
    fall back: GroupGone
    ask form "Leave a message"
    - > call me
    line 1 answered: "call me"
    "Thanks"
    end
    = Done at queue
    "#);
    let talk = talk(&queue(message_form()), &["group gone", "file"]);
    assert!(
        talk.ends_with("\"Thanks\"\nend\n= Done at queue"),
        "a file is a message too: {talk}"
    );
}

/// … or to the default group, in which everybody may wait; and if that is gone too, its words ask for a message.
#[test]
fn a_group_that_is_gone_leads_to_the_default_group() {
    let group =
        json!({ "to": "skill_group", "skill_group_id": "grp_00000000000000000000000000000017", "text": "One moment" });
    insta::assert_snapshot!(talk(&queue(group.clone()), &["group gone", "queue 99 0 0", "> hello?", "accepted", "agent ends"]), @r#"
    - start
    [start]
    [queue]
    ask the queue
    - group gone
    fall back: GroupGone
    "One moment"
    ask the queue
    - queue 99 0 0
    enqueue
    - > hello?
    - accepted
    - agent ends
    = Done at queue
    "#);
    insta::assert_snapshot!(talk(&queue(group), &["group gone", "group gone", "> call me"]), @r#"
    - start
    [start]
    [queue]
    ask the queue
    - group gone
    fall back: GroupGone
    "One moment"
    ask the queue
    - group gone
    ask form "One moment"
    - > call me
    line 1 answered: "call me"
    end
    = Done at queue
    "#);
}

/// FLOW-11: the same for a bot that is gone.
#[test]
fn a_robot_that_is_gone_leads_to_the_fallback() {
    let talk = talk(&robot(20, 3), &["> how?", "bot 1 is gone"]);
    assert!(
        talk.ends_with(
            "fall back: RobotGone\nask form \"Leave a message\"\n= Asking { line: 1, unmatched: 0 } at robot"
        ),
        "{talk}"
    );
}

/// FLOW-13: what a draft lacks leads to the fallback too, so that it can be tried out.
#[test]
fn a_draft_can_be_tried() {
    let document = flow_with(
        json!([
            { "id": "robot", "kind": "robot", "welcome_text": "", "unknown_text": "", "turn_limit": 1, "unknown_limit": 1,
              "human_words": [], "solved_words": [] },
        ]),
        "start.next>robot robot.to_human>end robot.unresolved>end robot.solved>end",
        "node \"robot\" is missing something (bot_id)",
    );
    assert!(talk(&document, &[]).contains("fall back: RobotGone"));
}

/// ROUTE-14: a session that is asked something ends for inactivity as one that is served does.
#[test]
fn silence_ends_questions_too() {
    for (document, script) in [
        (menu(), &["inactive"][..]),
        (robot(20, 3), &["inactive"]),
        (robot(20, 3), &["> how?", "inactive"]),
        (call(3), &["> 7", "inactive"]),
    ] {
        let talk = talk(&document, script);
        assert!(talk.contains("- inactive\n\"Quiet here\"\n= Done"), "{talk}");
    }
}

/// FLOW-03 to FLOW-12: a long way through every kind of node, stored and read back after each input (FLOW-17).
#[test]
fn a_way_through_all_nodes() {
    let document = Document::parse(include_str!("flows/all-nodes.json")).expect("a document");
    let script = [
        "start",
        "> order",
        "> A-7",
        "api 1 fails",
        "api 2 {\"order\":{\"days\":5}}",
        "queue 2 1 0",
        "timed out",
        "> Something else",
        "> English",
        "> opening hours?",
        "bot 3 Nine to five.",
        "> thanks",
    ];
    let (mut run, mut out, mut lines) = (start(&document), Vec::new(), 0);
    for (number, said) in script.iter().enumerate() {
        let stored = serde_json::to_string(&run).expect("plain data");
        run = serde_json::from_str(&stored).expect("reads back");
        let seconds = i64::try_from(number).expect("small");
        let (mut after, text) = talk_on(&document, run, NOON.plus_seconds(seconds), &[said]);
        if let RunState::Asking { line, .. } = &mut after.state {
            lines += 1;
            *line = lines;
        }
        run = after;
        out.push(text);
    }
    insta::assert_snapshot!(out.join("\n"), @r#"
    - start
    [start]
    [hi]
    "Hello"
    [always]
    [hours]
    [holidays]
    [picture]
    picture https://a.example/hours.png "Our hours"
    [menu]
    ask menu "What is it about?" orders=Orders else=Something else
    - > order
    line 1 answered: orders "Orders"
    [number]
    ask form "Your order number?"
    - > A-7
    line 2 answered: "A-7"
    "Thanks."
    [look-up]
    call 1 (try 1, 5 s) https://shop.example/orders/A-7 {"visitor":"vis_1"}
    - api 1 fails
    call 2 (try 2, 5 s) https://shop.example/orders/A-7 {"visitor":"vis_1"}
    - api 2 {"order":{"days":5}}
    [late]
    [queue]
    ask the queue
    - queue 2 1 0
    "w"
    enqueue
    - timed out
    leave the queue
    [menu]
    ask menu "What is it about?" orders=Orders else=Something else
    - > Something else
    line 3 answered: else "Something else"
    [language]
    ask form "In which language?" zh=中文 en=English
    - > English
    line 4 answered: en "English"
    [robot]
    "Ask me."
    - > opening hours?
    robot 3 "opening hours?"
    - bot 3 Nine to five.
    "Nine to five."
    - > thanks
    [end]
    end
    "#);
}
