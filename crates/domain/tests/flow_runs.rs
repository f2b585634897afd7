//! Properties of flows: whatever is drawn and whatever happens, a flow ends or waits, and can be stored in between.

use std::collections::BTreeSet;

use domain::flow::{
    Connection, Document, Effect, End, FORMAT, FlowRun, Input, MAX_NODES_PER_INPUT, MAX_NODES_PER_SESSION,
    NobodyOnline, Node, NodeKind, Position, QueueFacts, RunState, Step, SystemParameters, TransferToHuman, check, port,
    start, step,
};
use domain::ids::{Id, SkillGroupId};
use proptest::prelude::*;
use uuid::Uuid;

fn group() -> SkillGroupId {
    SkillGroupId::from_uuid(Uuid::from_u128(7))
}

/// Blank, plain and with parameters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("${WaitNo} ahead, ${StaffNickName}".to_owned()),
        "[ -~]{0,30}|\\PC{0,30}",
    ]
}

fn send_message() -> impl Strategy<Value = NodeKind> {
    text().prop_map(|text| NodeKind::SendMessage { text })
}

fn transfer() -> impl Strategy<Value = NodeKind> {
    let nobody_online = prop::sample::select(vec![NobodyOnline::Wait, NobodyOnline::Leave]);
    let timeout = prop::option::of(10..=86_400_i64);
    let limit = prop::option::of(1..4_i64);
    (text(), text(), text(), nobody_online, timeout, limit).prop_map(
        |(waiting_text, accepted_text, unavailable_text, nobody_online, timeout, queue_limit)| {
            NodeKind::TransferToHuman(TransferToHuman {
                skill_group_id: group(),
                waiting_text,
                accepted_text,
                unavailable_text,
                nobody_online,
                queue_timeout_seconds: timeout,
                queue_limit,
            })
        },
    )
}

fn end() -> impl Strategy<Value = NodeKind> {
    (text(), text()).prop_map(|(silence_text, agent_end_text)| {
        NodeKind::End(End {
            silence_seconds: Some(300),
            reminder_seconds: Some(120),
            reminder_text: silence_text.clone(),
            inactive_seconds: Some(3_600),
            inactive_text: agent_end_text.clone(),
            silence_text,
            agent_end_text,
        })
    })
}

fn node(place: usize, kind: NodeKind) -> Node {
    Node {
        id: format!("n{place}"),
        label: String::new(),
        position: Position::default(),
        kind,
    }
}

/// Flows that are fit to publish: each node goes on to the next one at once; a queue that times out goes anywhere
/// behind the start; an accepted session goes to the last words before the end.
fn good_document() -> impl Strategy<Value = Document> {
    let middle = prop::collection::vec(prop_oneof![send_message(), transfer()], 0..10);
    (
        middle,
        send_message(),
        end(),
        prop::collection::vec(any::<prop::sample::Index>(), 12),
    )
        .prop_map(|(middle, last_words, end, anywhere)| {
            let mut kinds = vec![NodeKind::Start];
            kinds.extend(middle);
            kinds.extend([last_words, end]);
            let last = kinds.len() - 1;
            let nodes: Vec<Node> = kinds
                .into_iter()
                .enumerate()
                .map(|(place, kind)| node(place, kind))
                .collect();
            let mut connections = Vec::new();
            for (place, from) in nodes.iter().enumerate() {
                for port in from.kind.ports() {
                    let to = match *port {
                        port::ACCEPTED => last - 1,
                        port::TIMED_OUT => 1 + anywhere[place % anywhere.len()].index(last),
                        _ => place + 1,
                    };
                    connections.push(Connection {
                        from: from.id.clone(),
                        port: (*port).to_owned(),
                        to: nodes[to].id.clone(),
                    });
                }
            }
            Document {
                format: FORMAT,
                nodes,
                connections,
            }
        })
}

/// A good flow after some careless drawing; often not fit to publish any more.
fn drawn_document() -> impl Strategy<Value = Document> {
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..4_u8);
    (good_document(), prop::collection::vec(change, 0..4)).prop_map(|(mut document, changes)| {
        for (at, to, change) in changes {
            if document.connections.is_empty() || document.nodes.is_empty() {
                break;
            }
            let way = at.index(document.connections.len());
            match change {
                0 => drop(document.connections.remove(way)),
                1 => drop(document.nodes.remove(to.index(document.nodes.len()))),
                _ => {
                    let target = document.nodes[to.index(document.nodes.len())].id.clone();
                    document.connections[way].to = target;
                }
            }
        }
        document
    })
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        1 => Just(Input::Started),
        4 => (0..4_i64, 0..3_i64, 0..2_i64)
            .prop_map(|(ahead, online, free)| Input::Queue(QueueFacts { ahead, online, free: free.min(online) })),
        2 => Just(Input::Accepted),
        3 => Just(Input::QueueTimedOut),
        1 => text().prop_map(Input::VisitorText),
        1 => Just(Input::AgentEnded),
        1 => Just(Input::VisitorSilent),
        1 => Just(Input::VisitorSlow),
        1 => Just(Input::Inactive),
    ]
}

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    prop::collection::vec(input(), 0..40).prop_map(|mut inputs| {
        inputs.insert(0, Input::Started);
        inputs
    })
}

fn parameters() -> SystemParameters {
    SystemParameters {
        staff_nickname: "${WaitNo}".into(),
        ..SystemParameters::default()
    }
}

/// The outcomes of all inputs, one after the other.
fn run(document: &Document, inputs: &[Input]) -> Vec<(FlowRun, Step)> {
    let mut before = start(document);
    let mut steps = Vec::new();
    for input in inputs {
        let step = step(document, &before, input, &parameters());
        let after = step.run.clone();
        steps.push((before, step));
        before = after;
    }
    steps
}

/// What holds after each input, however the document is drawn.
fn is_sound(before: &FlowRun, step: &Step) -> Result<(), TestCaseError> {
    let Step { run, effects } = step;
    let count = |is_it: fn(&Effect) -> bool| effects.iter().filter(|effect| is_it(effect)).count();
    let asks = count(|effect| matches!(effect, Effect::AskQueue { .. }));
    let joins = count(|effect| matches!(effect, Effect::Enqueue { .. }));
    let ends = count(|effect| matches!(effect, Effect::End));
    let leaves = count(|effect| matches!(effect, Effect::LeaveQueue));
    let nodes = count(|effect| matches!(effect, Effect::Step { .. }));
    let is_moved = run != before || !effects.is_empty();

    prop_assert_eq!(asks, usize::from(is_moved && run.state == RunState::AskingQueue));
    prop_assert_eq!(joins, usize::from(is_moved && run.state == RunState::InQueue));
    prop_assert!(asks + joins + ends <= 1, "one way on at most: {effects:?}");
    prop_assert_eq!(
        leaves,
        usize::from(is_moved && before.state == RunState::InQueue && ends + asks == 1)
    );
    prop_assert!(ends == 0 || (run.state == RunState::Done && effects.last() == Some(&Effect::End)));
    prop_assert!(
        ends == 0 || before.state != RunState::WithAgent,
        "a person ends what a person serves"
    );
    prop_assert!(before.state != RunState::Done || !is_moved, "nothing follows the end");
    prop_assert!(i64::try_from(nodes).expect("small") <= MAX_NODES_PER_INPUT);
    prop_assert_eq!(run.steps, before.steps + i64::try_from(nodes).expect("small"));
    prop_assert!(run.steps <= MAX_NODES_PER_SESSION);
    for effect in effects {
        if let Effect::Say { text } = effect {
            prop_assert!(domain::message::check_text(text).is_ok(), "it says {text:?}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// T901, FLOW-13: whatever is drawn and whatever happens, every input leads to a sound outcome.
    #[test]
    fn every_outcome_is_sound(document in drawn_document(), inputs in inputs()) {
        for (before, step) in run(&document, &inputs) {
            is_sound(&before, &step)?;
        }
    }

    /// FLOW-13, T901: the check accepts good flows, and what it accepts ends only at its end node and never by the
    /// bound on passed nodes, queues that take nobody included.
    #[test]
    fn a_flow_that_passes_the_check_never_gets_lost(
        good in good_document(), drawn in drawn_document(), inputs in inputs(),
    ) {
        prop_assert_eq!(check(&good, &[group()]), []);
        for document in [good, drawn] {
            if !check(&document, &[group()]).is_empty() {
                continue;
            }
            let refusing: Vec<Input> = std::iter::once(Input::Started)
                .chain(document.nodes.iter().map(|_| Input::Queue(QueueFacts { ahead: 9, online: 0, free: 0 })))
                .collect();
            for (_, step) in run(&document, &inputs).into_iter().chain(run(&document, &refusing)) {
                let passed: Vec<&String> = step.effects.iter().filter_map(|effect| match effect {
                    Effect::Step { node } => Some(node),
                    _ => None,
                }).collect();
                let distinct: BTreeSet<&&String> = passed.iter().collect();
                prop_assert_eq!(distinct.len(), passed.len(), "no node twice for one input");
                if step.run.state == RunState::Done || step.run.state == RunState::WithAgent {
                    let at = document.node(&step.run.node).map(|node| &node.kind);
                    prop_assert!(matches!(at, Some(NodeKind::End(_))), "lost at {at:?}");
                }
            }
            let last = run(&document, &refusing).pop().map(|(_, step)| step.run.state);
            prop_assert!(last != Some(RunState::AskingQueue), "it asks a full queue for ever");
        }
    }

    /// FLOW-17: a restart between any two inputs changes nothing: the stored run goes on as the live one does.
    #[test]
    fn every_step_is_stored_and_read_back(document in drawn_document(), inputs in inputs()) {
        let json = serde_json::to_string(&document).expect("plain data");
        prop_assert_eq!(Document::parse(&json), Ok(document.clone()));
        for (input, (before, live)) in inputs.iter().zip(run(&document, &inputs)) {
            let stored = serde_json::to_string(&before).expect("plain data");
            let restarted: FlowRun = serde_json::from_str(&stored).expect("reads back");
            let again = step(&document, &restarted, input, &parameters());
            let json = serde_json::to_string(&again).expect("plain data");
            prop_assert_eq!(serde_json::from_str::<Step>(&json).expect("reads back"), live);
        }
    }

    /// T802: reading arbitrary text answers, and never panics.
    #[test]
    fn any_text_is_read_or_refused(noise in "\\PC{0,200}", document in good_document(), cut: prop::sample::Index) {
        prop_assert!(Document::parse(&noise).is_err());
        let json = serde_json::to_string(&document).expect("plain data");
        let end = (0..=cut.index(json.len())).rev().find(|end| json.is_char_boundary(*end)).unwrap_or(0);
        prop_assert!(Document::parse(&json[..end]).is_err(), "half a document is none");
    }
}
