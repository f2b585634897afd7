use super::*;

/// A document of format 1 with every kind of node that it has, as it was stored.
const FORMAT_1: &str = r#"{
  "format": 1,
  "nodes": [
    {"id": "start", "label": "Start", "position": {"x": 0, "y": 0}, "kind": "start"},
    {"id": "hi", "label": "", "position": {"x": 240, "y": 0}, "kind": "send_message", "text": "Hello"},
    {"id": "blank", "label": "", "position": {"x": 240, "y": 0}, "kind": "send_message", "text": " "},
    {"id": "more", "label": "", "position": {"x": 240, "y": 0}, "kind": "send_message", "text": "${WaitNo}"},
    {"id": "queue", "label": "", "position": {"x": 480, "y": 0}, "kind": "transfer_to_human",
     "skill_group_id": "grp_00000000000000000000000000000007",
     "waiting_text": "w", "accepted_text": "a", "unavailable_text": "u", "nobody_online": "leave",
     "queue_limit": 5},
    {"id": "end", "label": "", "position": {"x": 720, "y": 0}, "kind": "end",
     "silence_seconds": 300, "silence_text": "s", "agent_end_text": "e"}
  ],
  "connections": [
    {"from": "start", "port": "next", "to": "hi"},
    {"from": "hi", "port": "next", "to": "blank"},
    {"from": "blank", "port": "next", "to": "more"},
    {"from": "more", "port": "next", "to": "queue"},
    {"from": "queue", "port": "accepted", "to": "end"},
    {"from": "queue", "port": "timed_out", "to": "end"},
    {"from": "queue", "port": "unavailable", "to": "end"}
  ]
}"#;

/// A document with every kind of node and every field.
const JSON: &str = include_str!("../../../tests/flows/all-nodes.json");

fn document() -> Document {
    Document::parse(JSON).expect("a good document")
}

fn old_document() -> Document {
    Document::parse(FORMAT_1).expect("a good document")
}

/// FLOW-16, R17: sessions run on documents of format 1; they mean what they meant, and queue to their own group where
/// they cannot go on.
#[test]
fn format_1_is_migrated() {
    let document = old_document();
    let group: SkillGroupId = "grp_00000000000000000000000000000007".parse().expect("an id");
    assert_eq!((document.format, document.time_zone.as_str()), (FORMAT, "UTC"));
    assert_eq!(
        document.fallback,
        Fallback::SkillGroup {
            skill_group_id: Some(group),
            text: String::new()
        }
    );
    let old: serde_json::Value = serde_json::from_str(FORMAT_1).expect("JSON");
    let mut expected = old.clone();
    expected["format"] = 2.into();
    expected["time_zone"] = "UTC".into();
    expected["fallback"] = serde_json::json!({ "to": "skill_group", "skill_group_id": group, "text": "" });
    for node in expected["nodes"].as_array_mut().expect("a list") {
        if let Some(text) = node.as_object_mut().expect("an object").remove("text") {
            node["message"] = serde_json::json!({ "type": "text", "text": text });
        }
    }
    assert_eq!(serde_json::to_value(&document).expect("plain data"), expected);
    // Nothing of format 2 passes as format 1.
    for (good, bad) in [
        (r#""kind": "start""#, r#""kind": "start", "text": "x""#),
        (r#""kind": "start""#, r#""kind": "robot""#),
        (r#""text": "Hello""#, r#""message": {"type": "text", "text": "Hello"}"#),
        (r#""queue_limit": 5"#, r#""queue_limit": 5, "priority": 1"#),
        (r#""format": 1,"#, r#""format": 1, "time_zone": "UTC","#),
    ] {
        let json = FORMAT_1.replacen(good, bad, 1);
        assert_ne!(json, FORMAT_1, "{good:?} stands in the document");
        assert!(
            matches!(Document::parse(&json), Err(DocumentError::Malformed(_))),
            "{bad}"
        );
    }
}

/// FLOW-16: a document reads, writes and reads back without loss, and each kind has its place in the format.
#[test]
fn a_document_reads_back() {
    let json = serde_json::to_string(&document()).expect("plain data");
    assert_eq!(Document::parse(&json), Ok(document()));
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let original: serde_json::Value = serde_json::from_str(JSON).expect("JSON");
    assert_eq!(value, original, "nothing is added and nothing renamed");
}

/// FLOW-16, C16: a document of another version is refused by its number, whatever else it holds.
#[test]
fn another_format_is_refused_with_its_number() {
    for found in [-1, 0, 3, 99] {
        let json = format!(r#"{{"format": {found}, "nodes": "of another kind", "extra": true}}"#);
        assert_eq!(Document::parse(&json), Err(DocumentError::UnknownFormat { found }));
    }
    let reason = DocumentError::UnknownFormat { found: 3 }.to_string();
    assert_eq!(
        reason,
        "this flow document has format 3, this version reads formats 1 to 2"
    );
}

/// T518, T802: unknown fields, kinds and loose types are refused at every level, never passed over.
#[test]
fn documents_are_read_strictly() {
    for (good, bad) in [
        (r#""format": 2"#, r#""format": "2""#),
        (r#""format": 2"#, r#""format": 2.0"#),
        (r#""format": 2,"#, ""),
        (r#""format": 2,"#, r#""format": 2, "extra": 1,"#),
        (r#""time_zone": "Asia/Shanghai","#, ""),
        (r#""to": "skill_group""#, r#""to": "anybody""#),
        (r#""to": "skill_group""#, r#""to": "skill_group", "prompt": "x""#),
        (r#""kind": "start""#, r#""kind": "start", "text": "x""#),
        (r#""kind": "start""#, r#""kind": "set_variables""#),
        (r#""text": "Hello""#, r#""text": "Hello", "html": "x""#),
        (r#""text": "Hello""#, r#""text": 7"#),
        (r#""mode": "off""#, r#""mode": "off", "days": []"#),
        (r#"{"type": "text"}"#, r#"{"type": "text", "options": []}"#),
        (r#""from": "09:00""#, r#""from": "9:00""#),
        (r#""from": "09:00""#, r#""from": 540"#),
        (r#""first": "2026-10-01""#, r#""first": "2026-02-30""#),
        (r#""first": "2026-10-01""#, r#""first": "2026-10-01T00:00:00Z""#),
        (r#""day": "monday""#, r#""day": "Monday""#),
        (r#""value": "Orders""#, r#""value": "Orders", "next": "x""#),
        (r#""type": "secret""#, r#""type": "secret", "text": "x""#),
        (r#""operator": "greater""#, r#""operator": ">""#),
        (r#""timeout_seconds": 0"#, r#""timeout_seconds": 0.5"#),
        (r#""turn_limit": 20"#, r#""turn_limit": "20""#),
        (r#""queue_limit": 5"#, r#""queue_limit": 5, "priority": 1"#),
        (r#""queue_limit": 5"#, r#""queue_limit": 5.5"#),
        (r#""nobody_online": "leave""#, r#""nobody_online": "Leave""#),
        (
            "grp_00000000000000000000000000000007",
            "agt_00000000000000000000000000000007",
        ),
        (r#""silence_text": "s""#, r#""silence_text": "s", "x": null"#),
        (r#"{"x": 0, "y": 0}"#, r#"{"x": 0, "y": 0, "z": 0}"#),
        (r#""port": "accepted""#, r#""port": "accepted", "label": "x""#),
    ] {
        let json = JSON.replacen(good, bad, 1);
        assert_ne!(json, JSON, "{good:?} stands in the document");
        let refused = Document::parse(&json);
        assert!(
            matches!(refused, Err(DocumentError::Malformed(_))),
            "{bad}: {refused:?}"
        );
    }
    for bad in ["", "null", "[]", "{", &format!("{JSON} trailing"), &"[".repeat(100_000)] {
        assert!(matches!(Document::parse(bad), Err(DocumentError::Malformed(_))));
    }
}

/// FLOW-07: ports lead where they are drawn.
#[test]
fn ports_lead_to_nodes() {
    let document = old_document();
    assert_eq!(
        document.next("hi", port::NEXT).map(|node| node.id.as_str()),
        Some("blank")
    );
    assert_eq!(document.next("queue", port::NEXT), None);
    assert_eq!(document.next("nowhere", port::NEXT), None);
    assert_eq!(document.end().and_then(|end| end.silence_seconds), Some(300));
}

/// FLOW-03 to FLOW-12: the ports of each kind, in the order in which they are drawn.
#[test]
fn every_kind_has_its_ports() {
    let ports: Vec<String> = document()
        .nodes
        .iter()
        .map(|node| format!("{}: {}", node.id, node.kind.ports().join(" ")))
        .collect();
    insta::assert_snapshot!(ports.join("\n"), @r#"
    start: next
    hi: next
    always: within outside
    hours: within outside
    holidays: within outside
    picture: next
    card: next
    menu: orders else
    number: next
    language: next
    look-up: next
    late: late default
    robot: to_human unresolved solved
    queue: accepted timed_out unavailable
    end:
    "#);
}

/// FLOW-13: what a document names, each once, the fallback's group included.
#[test]
fn a_document_tells_what_it_names() {
    let document = document();
    let groups: Vec<String> = document.skill_groups().iter().map(ToString::to_string).collect();
    assert_eq!(
        groups,
        [
            "grp_00000000000000000000000000000007",
            "grp_00000000000000000000000000000017"
        ]
    );
    let bots: Vec<String> = document.bots().iter().map(ToString::to_string).collect();
    assert_eq!(bots, ["bot_00000000000000000000000000000008"]);
    let secrets: Vec<String> = document.secrets().iter().map(ToString::to_string).collect();
    assert_eq!(
        secrets,
        [
            "sec_00000000000000000000000000000009",
            "sec_00000000000000000000000000000019"
        ]
    );
}

/// CHAN-03: the page greets before a session exists, with the texts as they are written.
#[test]
fn the_greeting_is_what_comes_before_anything_else() {
    assert_eq!(old_document().greeting(), ["Hello", "${WaitNo}"]);
    assert_eq!(
        document().greeting(),
        ["Hello"],
        "what depends on the clock is not said beforehand"
    );
}

/// T901: a draft that runs in a circle still has an end to its greeting.
#[test]
fn a_greeting_in_a_circle_ends() {
    let mut document = old_document();
    document.connections[3].to = "hi".into();
    assert!(document.greeting().len() <= document.nodes.len());
    document.connections.clear();
    assert_eq!(document.greeting(), Vec::<String>::new());
}
