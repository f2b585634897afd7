use super::*;

/// A document with every kind of node, as it is stored.
const JSON: &str = r#"{
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

fn document() -> Document {
    Document::parse(JSON).expect("a good document")
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
    for found in [-1, 0, 2, 99] {
        let json = format!(r#"{{"format": {found}, "nodes": "of another kind", "extra": true}}"#);
        assert_eq!(Document::parse(&json), Err(DocumentError::UnknownFormat { found }));
    }
    let reason = DocumentError::UnknownFormat { found: 2 }.to_string();
    assert_eq!(reason, "this flow document has format 2, this version reads format 1");
}

/// T518, T802: unknown fields, kinds and loose types are refused at every level, never passed over.
#[test]
fn documents_are_read_strictly() {
    for (good, bad) in [
        (r#""format": 1"#, r#""format": "1""#),
        (r#""format": 1"#, r#""format": 1.0"#),
        (r#""format": 1,"#, ""),
        (r#""format": 1,"#, r#""format": 1, "extra": 1,"#),
        (r#""kind": "start""#, r#""kind": "start", "text": "x""#),
        (r#""kind": "start""#, r#""kind": "robot""#),
        (r#""text": "Hello""#, r#""text": "Hello", "html": "x""#),
        (r#""text": "Hello""#, r#""text": 7"#),
        (r#""queue_limit": 5"#, r#""queue_limit": 5, "priority": 1"#),
        (r#""queue_limit": 5"#, r#""queue_limit": 5.5"#),
        (r#""nobody_online": "leave""#, r#""nobody_online": "Leave""#),
        (
            "grp_00000000000000000000000000000007",
            "agt_00000000000000000000000000000007",
        ),
        (r#""silence_text": "s""#, r#""silence_text": "s", "x": null"#),
        (r#"{"x": 720, "y": 0}"#, r#"{"x": 720, "y": 0, "z": 0}"#),
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
    let document = document();
    assert_eq!(
        document.next("hi", port::NEXT).map(|node| node.id.as_str()),
        Some("blank")
    );
    assert_eq!(document.next("queue", port::NEXT), None);
    assert_eq!(document.next("nowhere", port::NEXT), None);
    assert_eq!(document.end().and_then(|end| end.silence_seconds), Some(300));
    let groups: Vec<String> = document.skill_groups().iter().map(ToString::to_string).collect();
    assert_eq!(groups, ["grp_00000000000000000000000000000007"]);
}

/// CHAN-03: the page greets before a session exists, with the texts as they are written.
#[test]
fn the_greeting_is_what_comes_before_anything_else() {
    assert_eq!(document().greeting(), ["Hello", "${WaitNo}"]);
}

/// T901: a draft that runs in a circle still has an end to its greeting.
#[test]
fn a_greeting_in_a_circle_ends() {
    let mut document = document();
    document.connections[3].to = "hi".into();
    assert!(document.greeting().len() <= document.nodes.len());
    document.connections.clear();
    assert_eq!(document.greeting(), Vec::<String>::new());
}
