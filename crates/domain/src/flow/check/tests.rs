mod kinds;

use super::*;
use crate::flow::{BuiltInTexts, Connection, FlowMessage, Node, Position, SendMessage, TransferToHuman};
use crate::ids::Id;
use uuid::Uuid;

fn group() -> SkillGroupId {
    SkillGroupId::from_uuid(Uuid::from_u128(7))
}

fn built_in() -> Document {
    Document::built_in(group(), &BuiltInTexts::default())
}

fn node(id: &str, kind: NodeKind) -> Node {
    Node {
        id: id.into(),
        label: String::new(),
        position: Position::default(),
        kind,
    }
}

fn said(text: impl Into<String>) -> NodeKind {
    NodeKind::SendMessage(SendMessage {
        message: FlowMessage::Text { text: text.into() },
    })
}

fn known() -> Known {
    Known {
        skill_groups: vec![group()],
        ..Known::default()
    }
}

fn message(id: &str) -> Node {
    node(id, said("…"))
}

fn way(from: &str, port: &str, to: &str) -> Connection {
    Connection {
        from: from.into(),
        port: port.into(),
        to: to.into(),
    }
}

fn transfer(document: &mut Document) -> &mut TransferToHuman {
    let found = document.nodes.iter_mut().find_map(|node| match &mut node.kind {
        NodeKind::TransferToHuman(transfer) => Some(transfer),
        _ => None,
    });
    found.expect("the built-in flow queues")
}

/// Leads `port` of `from` to another node.
fn redirect(document: &mut Document, from: &str, port: &str, to: &str) {
    let mut ways = document.connections.iter_mut();
    let way = ways.find(|way| way.from == from && way.port == port);
    way.expect("it is connected").to = to.into();
}

/// The faults of the built-in flow after a change, one a line.
fn faults_after(change: impl FnOnce(&mut Document)) -> String {
    let mut document = built_in();
    change(&mut document);
    let lines: Vec<String> = check(&document, &known()).iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// FLOW-13: the flow that everything below is a change of has no fault.
#[test]
fn a_good_flow_has_no_fault() {
    assert_eq!(faults_after(|_| {}), "");
}

/// FLOW-03, FLOW-12, FLOW-13: exactly one start and one end.
#[test]
fn one_start_and_one_end() {
    insta::assert_snapshot!(faults_after(|it| it.nodes.clear()), @r#"
    the flow has no start node
    the flow has no end node
    node "start" is connected, but does not exist
    node "greet" is connected, but does not exist
    node "queue" is connected, but does not exist
    node "queue" is connected, but does not exist
    node "queue" is connected, but does not exist
    "#);
    insta::assert_snapshot!(faults_after(|it| {
        let mut end = it.nodes[3].clone();
        end.id = "end2".into();
        it.nodes.push(end);
        it.nodes.push(node("start2", NodeKind::Start));
        it.connections.push(way("start2", "next", "end2"));
    }), @r#"
    node "start2" is a second start node
    node "end2" is a second end node
    node "end2" cannot be reached
    node "start2" cannot be reached
    "#);
}

/// FLOW-13: every port is connected, once, and only ports that exist.
#[test]
fn every_port_leads_somewhere() {
    insta::assert_snapshot!(faults_after(|it| it.connections.clear()), @r#"
    node "start" has nothing connected to its port "next"
    node "greet" has nothing connected to its port "next"
    node "greet" cannot be reached
    node "queue" has nothing connected to its port "accepted"
    node "queue" has nothing connected to its port "timed_out"
    node "queue" has nothing connected to its port "unavailable"
    node "queue" cannot be reached
    node "end" cannot be reached
    "#);
    insta::assert_snapshot!(faults_after(|it| {
        it.connections.push(way("greet", "next", "end"));
        it.connections.push(way("greet", "accepted", "end"));
        it.connections.push(way("end", "next", "greet"));
        it.connections.push(way("greet", "next", "nowhere"));
    }), @r#"
    node "greet" has two connections at its port "next"
    node "greet" has no port "accepted"
    node "end" has no port "next"
    node "nowhere" is connected, but does not exist
    "#);
}

/// FLOW-13: every node is reached.
#[test]
fn every_node_is_reached() {
    insta::assert_snapshot!(faults_after(|it| {
        it.nodes.push(message("island"));
        it.connections.push(way("island", "next", "end"));
    }), @r#"node "island" cannot be reached"#);
}

/// FLOW-13, T901: no circle without something that waits. A queue that is not joined does not wait.
#[test]
fn no_circle_without_waiting() {
    insta::assert_snapshot!(faults_after(|it| redirect(it, "greet", "next", "greet")), @r#"
    node "greet" is part of a loop in which nothing waits
    node "queue" cannot be reached
    node "end" cannot be reached
    "#);
    insta::assert_snapshot!(faults_after(|it| redirect(it, "queue", "unavailable", "greet")), @r#"
    node "greet" is part of a loop in which nothing waits
    node "queue" is part of a loop in which nothing waits
    "#);
    assert_eq!(
        faults_after(|it| redirect(it, "queue", "timed_out", "greet")),
        "",
        "the queue waits"
    );
}

/// FLOW-03: the start comes first and only once.
#[test]
fn nothing_leads_back_to_the_start() {
    insta::assert_snapshot!(faults_after(|it| redirect(it, "queue", "timed_out", "start")),
        @r#"node "queue" leads back to the start"#);
}

/// U12: a session that a person serves is not queued once more by its flow.
#[test]
fn who_is_served_is_not_queued_again() {
    insta::assert_snapshot!(faults_after(|it| {
        let mut second = it.nodes[2].clone();
        second.id = "again".into();
        it.nodes.push(second);
        it.nodes.push(message("thanks"));
        redirect(it, "queue", "accepted", "thanks");
        it.connections.push(way("thanks", "next", "again"));
        for port in ["accepted", "timed_out", "unavailable"] {
            it.connections.push(way("again", port, "end"));
        }
    }), @r#"node "again" acts in a session that an agent serves already"#);
}

/// FLOW-13: groups exist when a flow is published.
#[test]
fn groups_exist() {
    insta::assert_snapshot!(faults_after(|it| {
        transfer(it).skill_group_id = Some(SkillGroupId::from_uuid(Uuid::from_u128(8)));
    }), @r#"node "queue" names a skill group that does not exist (skill_group_id)"#);
}

/// FLOW-13, T518: ids are unique and plain.
#[test]
fn ids_are_unique_and_plain() {
    insta::assert_snapshot!(faults_after(|it| {
        it.nodes.push(it.nodes[1].clone());
        it.nodes.push(message(&"x".repeat(65)));
        it.nodes.push(message("a b"));
    }).lines().filter(|line| line.contains(" id")).collect::<Vec<_>>().join("\n"), @r#"
    node "greet" has the id of another node
    node "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" has a malformed id
    node "a b" has a malformed id
    "#);
}

/// FLOW-12, FLOW-13: texts fit into messages and numbers keep their bounds.
/// ROUTE-14: a reminder comes before the end that it warns of, or it is none.
#[test]
fn a_reminder_comes_before_the_end() {
    let faults = |reminder, silence| {
        faults_after(|it| {
            if let NodeKind::End(end) = &mut it.nodes[3].kind {
                (end.reminder_seconds, end.silence_seconds) = (Some(reminder), silence);
            }
        })
    };
    assert_eq!(faults(299, Some(300)), "");
    assert_eq!(faults(86_400, None), "");
    for (reminder, silence) in [(300, Some(300)), (301, Some(300)), (4, Some(300)), (86_401, None)] {
        assert_eq!(
            faults(reminder, silence).trim(),
            "node \"end\" has a number out of range (reminder_seconds)"
        );
    }
}

#[test]
fn texts_and_numbers_have_bounds() {
    insta::assert_snapshot!(faults_after(|it| {
        it.nodes[1].kind = said("汉".repeat(TEXT_MAX_CHARS + 1));
        it.nodes[1].label = "x".repeat(65);
        it.nodes[1].position.x = i64::MAX;
        let transfer = transfer(it);
        transfer.queue_timeout_seconds = Some(9);
        transfer.queue_limit = Some(0);
        transfer.waiting_text = "a\0b".into();
        if let NodeKind::End(end) = &mut it.nodes[3].kind {
            end.silence_seconds = Some(86_401);
            end.inactive_seconds = Some(59);
        }
        it.nodes[3].label = "\u{202e}dne".into();
    }), @r#"
    node "greet" has a text that is too long (label)
    node "greet" has a number out of range (position.x)
    node "greet" has a text that is too long (message.text)
    node "queue" has a number out of range (queue_timeout_seconds)
    node "queue" has a number out of range (queue_limit)
    node "queue" has a text with characters that are not allowed (waiting_text)
    node "end" has a text with characters that are not allowed (label)
    node "end" has a number out of range (silence_seconds)
    node "end" has a number out of range (inactive_seconds)
    "#);
    assert_eq!(
        faults_after(|it| {
            let transfer = transfer(it);
            transfer.queue_timeout_seconds = Some(10);
            transfer.queue_limit = Some(10_000);
            transfer.waiting_text = "汉".repeat(TEXT_MAX_CHARS);
        }),
        ""
    );
}

/// T901: a huge document is refused at once, the largest allowed one is looked at in full.
#[test]
fn size_is_bounded() {
    let chain = |length: usize| {
        let mut document = built_in();
        document.connections.retain(|way| way.from != "start");
        document.connections.push(way("start", "next", "m0"));
        for place in 0..length {
            document.nodes.push(message(&format!("m{place}")));
            let next = if place + 1 < length {
                format!("m{}", place + 1)
            } else {
                "greet".into()
            };
            document.connections.push(way(&format!("m{place}"), "next", &next));
        }
        document
    };
    assert_eq!(check(&chain(MAX_NODES - 4), &known()), []);
    let too_large = [Fault {
        node: None,
        field: None,
        severity: Severity::Error,
        kind: FaultKind::TooLarge,
    }];
    assert_eq!(check(&chain(MAX_NODES - 3), &known()), too_large);
    assert_eq!(check(&chain(10_000), &known()), too_large);
    let mut knotted = built_in();
    knotted.connections = vec![way("greet", "next", "end"); 100_000];
    assert_eq!(check(&knotted, &known()), too_large);
}

/// FLOW-13: the console shows each fault at its node; this is how it gets them.
#[test]
fn faults_are_data() {
    let fault = Fault {
        node: Some("queue".into()),
        field: None,
        severity: Severity::Error,
        kind: FaultKind::OpenPort {
            port: "accepted".into(),
        },
    };
    let json = serde_json::to_string(&fault).expect("plain data");
    assert_eq!(
        json,
        r#"{"node":"queue","severity":"error","fault":"open_port","port":"accepted"}"#
    );
    assert_eq!(serde_json::from_str::<Fault>(&json).expect("reads back"), fault);
}
