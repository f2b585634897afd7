//! The flows in `examples/flows`: each may be published as it is, and does what it is there for.

use std::collections::BTreeSet;
use std::path::PathBuf;

use domain::flow::trial::{Event, Trial, Waiting, World, time};
use domain::flow::{Document, Input, Known, QueueFacts, RobotReply, RunState, check};
use domain::message::plain::to_text;

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "..", "examples", "flows"]
        .iter()
        .collect()
}

fn example(name: &str) -> Document {
    let text = std::fs::read_to_string(folder().join(name)).expect("an example");
    Document::parse(&text).expect("a document")
}

/// FLOW-13, FLOW-16: no example has a fault or looks as if it had one, and each is written as it would be exported.
#[test]
fn every_example_may_be_published() {
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(folder()).expect("examples") {
        let name = file.expect("a file").file_name().into_string().expect("a name");
        let document = example(&name);
        let known = Known {
            skill_groups: document.skill_groups(),
            bots: document.bots(),
            secrets: document.secrets(),
        };
        let faults: Vec<String> = check(&document, &known).iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
        let text = std::fs::read_to_string(folder().join(&name)).expect("an example");
        let written: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(serde_json::to_value(&document).expect("plain data"), written, "{name}");
        names.insert(name);
    }
    let named = [
        "all-nodes.json",
        "departments-zh.json",
        "greet-and-queue.json",
        "office-hours.json",
        "order-status.json",
        "robot-first.json",
    ];
    assert_eq!(names, named.map(str::to_owned).into());
}

/// FLOW-03 to FLOW-12: the example of all nodes has one of every kind.
#[test]
fn all_nodes_are_all_nodes() {
    let kinds: BTreeSet<String> = example("all-nodes.json")
        .nodes
        .iter()
        .map(|node| serde_json::to_value(node).expect("plain data")["kind"].to_string())
        .collect();
    assert_eq!(kinds.len(), 10, "{kinds:?}");
}

fn world() -> World {
    let mut world = World::default();
    "Shop".clone_into(&mut world.parameters.client_app_name);
    "1001".clone_into(&mut world.parameters.staff_no);
    "Ann".clone_into(&mut world.parameters.staff_nickname);
    world
}

/// What the flow says to a visitor who writes these lines; `/…` are the words of agents, bots and the clock.
fn talk(name: &str, at: &str, world: &World, lines: &[&str]) -> String {
    let document = example(name);
    let now = time(at, &document).expect("a time");
    let mut trial = Trial::new(&document);
    let mut said = Vec::new();
    for line in ["/start"].iter().chain(lines) {
        let input = match *line {
            "/start" => Input::Started,
            "/accept" => Input::Accepted,
            "/timeout" => Input::QueueTimedOut,
            "/end" => Input::AgentEnded,
            "/unknown" => match trial.run.state {
                RunState::AskingRobot { call, .. } => Input::RobotAnswered {
                    call,
                    reply: RobotReply::Unknown,
                },
                other => panic!("no bot was asked: {other:?}"),
            },
            text => Input::VisitorText(text.to_owned()),
        };
        for event in trial.take(&document, input, world, now) {
            match event {
                Event::Said { content, .. } | Event::Asked { content, .. } => said.push(to_text(&content)),
                Event::Enqueued { .. } => said.push("(waits)".to_owned()),
                Event::FellBack { reason } => panic!("{name} cannot go on: {reason:?}"),
                _ => {}
            }
        }
    }
    if trial.waiting() == Waiting::Over {
        said.push("(over)".to_owned());
    }
    said.join("\n")
}

const NOBODY: QueueFacts = QueueFacts {
    ahead: 0,
    online: 0,
    free: 0,
};

#[test]
fn greet_and_queue() {
    let world = world();
    let said = talk("greet-and-queue.json", "2026-11-24 10:00", &world, &["/accept", "/end"]);
    insta::assert_snapshot!(said, @r#"
    Welcome to Shop. How can we help?
    (waits)
    You are talking with Ann, no. 1001.
    Thank you for writing to us.
    (over)
    "#);
}

#[test]
fn departments() {
    let world = World {
        queue: NOBODY,
        ..world()
    };
    let said = talk(
        "departments-zh.json",
        "2026-11-24 10:00",
        &world,
        &["你好", "退货", "屏幕坏了，电话 555-0100"],
    );
    insta::assert_snapshot!(said, @r#"
    您好，欢迎光临 Shop。
    请选择您要咨询的内容：
    1. 售前咨询 - 商品与价格
    2. 售后服务 - 退换与维修
    3. 其他问题
    请点击选项，或发送选项的文字。
    暂时没有客服在线。
    请留下您的问题和联系方式，我们会尽快联系您。
    已收到您的留言，谢谢。
    (over)
    "#);
}

/// FLOW-04: the same flow on a working day, at lunch, on a holiday and on an extra working day.
#[test]
fn office_hours() {
    let world = world();
    let first = |at| {
        let said = talk("office-hours.json", at, &world, &[]);
        said.lines().next().expect("it says something").to_owned()
    };
    let open = "Welcome. We are here for you.";
    assert_eq!(first("2026-11-24 11:59"), open);
    assert_ne!(first("2026-11-24 12:00"), open);
    assert_eq!(first("2026-11-24 13:30"), open);
    assert_ne!(first("2027-01-01 10:00"), open);
    assert_ne!(first("2026-11-28 11:00"), open);
    assert_eq!(first("2027-02-06 11:00"), open);
    let said = talk(
        "office-hours.json",
        "2026-11-24 20:00",
        &world,
        &["Vera", "Please call me"],
    );
    insta::assert_snapshot!(said, @r#"
    Our office is closed: we are here Monday to Friday, 9:00 to 12:00 and 13:30 to 18:00.
    What is your name?
    What can we do for you, Vera?
    Thank you, Vera. We answer on the next working day.
    (over)
    "#);
}

/// FLOW-09, FLOW-10: found and on time, late, and not found.
#[test]
fn order_status() {
    let with = |answer: &str| World {
        answers: [("look-up".to_owned(), answer.to_owned())].into(),
        ..world()
    };
    let at = "2026-11-24 10:00";
    let in_time = with(r#"{"order":{"status":"sent","days":2}}"#);
    let late = with(r#"{"order":{"status":"sent","days":10}}"#);
    let told = [
        talk("order-status.json", at, &in_time, &["A-7", "yes"]),
        talk("order-status.json", at, &late, &["A-7"]),
        talk("order-status.json", at, &world(), &["A-7"]),
    ];
    insta::assert_snapshot!(told.join("\n--\n"), @r#"
    Welcome. We tell you where your order is.
    What is your order number?
    One moment, please.
    Your order A-7: sent.
    Does that help?
    1. Yes, thank you
    2. I would like to talk to a person
    (over)
    --
    Welcome. We tell you where your order is.
    What is your order number?
    One moment, please.
    Your order A-7 left us 10 days ago and should have reached you. We look into it at once.
    (waits)
    --
    Welcome. We tell you where your order is.
    What is your order number?
    One moment, please.
    We cannot find order A-7 right now.
    (waits)
    "#);
}

/// FLOW-11: a robot that does not know gives way to a person.
#[test]
fn robot_first() {
    let world = world();
    let lines = ["Why?", "/unknown", "Why not?", "/unknown", "/timeout", "v@example.com"];
    let said = talk("robot-first.json", "2026-11-24 10:00", &world, &lines);
    insta::assert_snapshot!(said, @r#"
    I am a robot. Ask me anything, or write "human" to talk to a person.
    I do not know that. Can you say it in other words?
    I do not know that. Can you say it in other words?
    I ask a colleague.
    (waits)
    Leave your e-mail address, and we write to you.
    Thank you.
    (over)
    "#);
}

/// FLOW-03 to FLOW-12: in hours to a person, out of hours to a message.
#[test]
fn all_nodes() {
    let world = World {
        answers: [(
            "look-up".to_owned(),
            r#"{"order":{"status":"on its way","days":1}}"#.to_owned(),
        )]
        .into(),
        ..world()
    };
    let told = [
        talk("all-nodes.json", "2026-11-24 10:00", &world, &["order", "A-7"]),
        talk(
            "all-nodes.json",
            "2026-11-24 10:00",
            &world,
            &["question", "English", "human", "/accept", "/end"],
        ),
        talk("all-nodes.json", "2026-11-24 20:00", &world, &["Hello?"]),
    ];
    insta::assert_snapshot!(told.join("\n--\n"), @r#"
    Welcome to Shop.
    What is it about?
    1. My order - Where is it?
    2. A question
    3. Talk to a person
    What is your order number?
    One moment, please.
    Your order A-7
    It is: on its way.
    https://shop.example/orders?number=A-7
    (over)
    --
    Welcome to Shop.
    What is it about?
    1. My order - Where is it?
    2. A question
    3. Talk to a person
    In which language?
    1. 中文
    2. English - in the daytime
    I am a robot. Ask me anything, or write "human" to talk to a person.
    (waits)
    You are talking with Ann, no. 1001.
    Thank you for writing to us.
    (over)
    --
    We are here Monday to Friday, 9:00 to 18:00
    https://shop.example/pictures/opening-hours.png
    Leave a message, and we answer as soon as we can.
    Thank you.
    (over)
    "#);
}
