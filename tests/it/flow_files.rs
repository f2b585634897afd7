//! `frontdesk flow`: flows in files, checked and talked with on the terminal (FLOW-13, FLOW-15).

use std::path::PathBuf;

use testkit::{Program, Value, json};

fn program(folder: &tempfile::TempDir) -> Program {
    Program::on(folder.path())
}

fn example(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "examples", "flows", name]
        .iter()
        .collect();
    path.to_string_lossy().into_owned()
}

/// FLOW-13: a flow without faults passes in silence and needs no data folder; every fault of another one is printed.
#[tokio::test]
async fn check_prints_every_fault_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(&folder);
    let good = program.run(&["flow", "check", &example("all-nodes.json")]).await;
    assert_eq!(
        (good.code, good.out.as_str(), good.complaints.as_str()),
        (Some(0), "", "")
    );
    let text = std::fs::read_to_string(example("all-nodes.json")).expect("an example");
    let mut flow: Value = serde_json::from_str(&text).expect("JSON");
    flow["time_zone"] = "Mars/Base".into();
    flow["connections"].as_array_mut().expect("a list").remove(0);
    let file = folder.path().join("flow.json");
    std::fs::write(&file, flow.to_string()).expect("written");
    let file = file.to_string_lossy().into_owned();
    let bad = program.run(&["flow", "check", &file]).await;
    assert_eq!(bad.code, Some(1));
    for fault in [
        "node \"start\" has nothing connected to its port \"next\"",
        "node \"menu\" cannot be reached",
        "the flow has something malformed (time_zone)",
    ] {
        assert!(bad.out.lines().any(|line| line == fault), "{}", bad.out);
    }
    let told = program.run(&["flow", "check", "--json", &file]).await;
    assert_eq!(
        (told.code, told.out.lines().count()),
        (Some(1), bad.out.lines().count())
    );
    let faults: Vec<Value> = told
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert!(faults.contains(&json!({ "field": "time_zone", "severity": "error", "fault": "malformed" })));
}

/// FLOW-13, FLOW-16: what is no flow, or one of a later format, is refused with the reason.
#[tokio::test]
async fn what_is_no_flow_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(&folder);
    let file = folder.path().join("flow.json");
    let path = file.to_string_lossy().into_owned();
    for (text, reason) in [
        ("{", "this is not a flow document"),
        ("[]", "this is not a flow document"),
        (
            r#"{"format":99,"new":true}"#,
            "this flow document has format 99, this version reads formats 1 to 2",
        ),
    ] {
        std::fs::write(&file, text).expect("written");
        for command in ["check", "try"] {
            let run = program.run(&["flow", command, &path]).await;
            assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{text}");
            assert!(run.complaints.contains(reason), "{}", run.complaints);
        }
    }
    let missing = program.run(&["flow", "check", &format!("{path}.none")]).await;
    assert_eq!(missing.code, Some(1));
    assert!(missing.complaints.contains("flow.json.none"), "{}", missing.complaints);
}

/// FLOW-15: a person talks with a flow: numbers answer, words stand for agents, bots and the clock.
#[tokio::test]
async fn a_person_talks_with_a_flow() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = "2\n2\nWhen are you open?\n/bot Nine to six.\n/nonsense\nhuman\n/accept\n/end\nnobody reads this\n";
    let arguments = ["flow", "try", &example("all-nodes.json"), "--at", "2026-11-24 10:00"];
    let run = program(&folder).run_with(lines, &arguments).await;
    assert_eq!(run.code, Some(0), "{}", run.complaints);
    assert!(run.complaints.contains("/nonsense: no such word"), "{}", run.complaints);
    insta::assert_snapshot!(run.out, @r#"
      [start]
      [hours] Service hours
      [hello] Greeting
    Welcome to Try.
      [menu] What is it about?
    What is it about?
    1. My order - Where is it?
    2. A question
    3. Talk to a person
      answered: A question
      [language] Language
    In which language?
    1. 中文
    2. English - in the daytime
      answered: English
      [robot] FAQ
    I am a robot. Ask me anything, or write "human" to talk to a person.
      bot_00000000000000000000000000000001 is asked: When are you open?
      (/bot TEXT answers, /bot-unknown, /bot-solved and /bot-gives-up do not)
    Nine to six.
      [queue] To a person
      grp_00000000000000000000000000000001: 0 wait, 1 online
      waits for grp_00000000000000000000000000000001
      (/accept takes the session, /timeout is the end of the wait)
    You are talking with Agent, no. 1001.
      [end]
      (/end, /reminder, /silent and /inactive are how it goes on)
    Thank you for writing to us.
      the session ends
    "#);
}

/// FLOW-15: a program talks with a flow: every line is an object, options are answered by their text (R14), API nodes by
/// what was given.
#[tokio::test]
async fn a_program_talks_with_a_flow() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = "1\nMy order\n{\"visitor_text\":\"A-7\"}\n{\"no\":1}\n\"accepted\"\n";
    let example = example("all-nodes.json");
    let answer = r#"look-up={"order":{"status":"sent","days":9}}"#;
    let arguments = [
        "flow",
        "try",
        &example,
        "--json",
        "--at",
        "2026-11-24T10:00",
        "--ahead",
        "3",
        "--answer",
        answer,
    ];
    let run = program(&folder).run_with(lines, &arguments).await;
    assert_eq!(run.code, Some(0), "{}", run.complaints);
    let events: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).collect::<Vec<_>>();
    let nodes: Vec<&Value> = of("step").into_iter().map(|step| &step["node"]).collect();
    assert_eq!(
        nodes,
        [
            "start", "hours", "hello", "menu", "number", "look-up", "late", "queue", "end"
        ]
    );
    assert_eq!(of("called")[0]["answer"], r#"{"order":{"status":"sent","days":9}}"#);
    assert_eq!(of("refused").len(), 1);
    let said: Vec<&Value> = of("said").into_iter().map(|said| &said["content"]["text"]).collect();
    assert!(
        said.contains(&&json!("Please choose one of these.")),
        "\"1\" chose something: {said:?}"
    );
    assert!(
        said.contains(&&json!("You are in the queue, 3 before you.")),
        "{said:?}"
    );
    let waits = of("waits");
    let whom: Vec<&Value> = waits.iter().map(|waits| &waits["for"]).collect();
    assert_eq!(whom, ["answer", "answer", "answer", "queue", "agent"]);
    assert_eq!(
        waits[3]["variables"],
        json!({ "order": "A-7", "status": "sent", "days": "9" })
    );
}

/// FLOW-04, FLOW-15: the time is the flow's own, and what makes no sense is refused before anything is said.
#[tokio::test]
async fn the_clock_can_be_set() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = program(&folder);
    let example = example("office-hours.json");
    for (at, node) in [
        ("2026-11-24T10:00", "hello"),
        ("2026-11-24T10:00:00+08:00", "closed"),
        ("2027-01-01 10:00", "closed"),
    ] {
        let run = program.run(&["flow", "try", &example, "--json", "--at", at]).await;
        assert_eq!(run.code, Some(0), "{}", run.complaints);
        assert!(
            run.out.contains(&format!(r#"{{"type":"step","node":"{node}"}}"#)),
            "{at}: {}",
            run.out
        );
    }
    for (flag, value, reason) in [
        ("--at", "noon", "\"noon\" is no time"),
        ("--answer", "name", "write NODE=JSON"),
        ("--answer", "nobody={}", "the flow has no node \"nobody\""),
        ("--answer", "name={", "not JSON"),
    ] {
        let run = program.run(&["flow", "try", &example, flag, value]).await;
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{value}");
        assert!(run.complaints.contains(reason), "{}", run.complaints);
    }
}
