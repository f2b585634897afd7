//! Flows as people draw them: good ones, and good ones after careless changes.

use domain::flow::{
    ApiHeader, ApiHeaderValue, ApiParameter, ApiResult, Branch, BranchOption, CallApi, CollectForm, CollectInformation,
    CollectOption, Comparison, Condition, ConditionBranch, Connection, DayHours, Document, End, FORMAT, Fallback,
    FlowMessage, Known, NobodyOnline, Node, NodeKind, Operator, Position, Robot, SendMessage, ServiceHours,
    ServiceTime, TimeOfDay, TimeSlot, TransferToHuman, Weekday, port,
};
use domain::ids::{BotId, Id, SecretId, SkillGroupId};
use proptest::prelude::*;
use proptest::sample::Index;
use uuid::Uuid;

fn group() -> SkillGroupId {
    SkillGroupId::from_uuid(Uuid::from_u128(7))
}

fn bot() -> BotId {
    BotId::from_uuid(Uuid::from_u128(8))
}

fn secret() -> SecretId {
    SecretId::from_uuid(Uuid::from_u128(9))
}

/// What these flows may name.
pub fn known() -> Known {
    Known {
        skill_groups: vec![group()],
        bots: vec![bot()],
        secrets: vec![secret()],
    }
}

/// Blank, plain and with parameters that have a value everywhere; `$` and braces only where they mean one.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("${WaitNo} ahead, ${StaffNickName}".to_owned()),
        Just("${v}".to_owned()),
        "[ -#%-z]{0,30}|[\\PC&&[^$\u{0}]]{0,30}",
    ]
}

/// A text that says something.
fn words() -> impl Strategy<Value = String> {
    text().prop_map(|text| format!("?{text}"))
}

fn message() -> impl Strategy<Value = NodeKind> {
    let message = prop_oneof![
        text().prop_map(|text| FlowMessage::Text { text }),
        text().prop_map(|alt| FlowMessage::Image {
            url: "https://a.example/${v}.png".into(),
            alt,
        }),
        (words(), text()).prop_map(|(header, desc)| FlowMessage::Card {
            header,
            desc,
            pic: String::new(),
            url: "http://a.example/?q=${v}".into(),
        }),
    ];
    message.prop_map(|message| NodeKind::SendMessage(SendMessage { message }))
}

fn service_time() -> impl Strategy<Value = NodeKind> {
    let time = |minutes: u16| TimeOfDay::from_minutes(minutes).expect("within a day");
    let slot = (0..1440_u16, 1..1440_u16).prop_map(move |(from, length)| TimeSlot {
        from: time(from),
        to: time((from + length) % 1440),
    });
    let hours = prop_oneof![
        Just(ServiceHours::Off),
        slot.prop_map(|slot| ServiceHours::Custom {
            week: vec![DayHours {
                day: Weekday::Monday,
                slots: vec![slot],
            }],
            exceptions: vec![],
        }),
    ];
    hours.prop_map(|hours| NodeKind::ServiceTime(ServiceTime { hours }))
}

fn branch() -> impl Strategy<Value = NodeKind> {
    (words(), words(), 1..4_usize).prop_map(|(title, unmatched_text, options)| {
        let option = |number| BranchOption {
            id: format!("o{number}"),
            value: format!("v{number}"),
            remark: String::new(),
            keywords: vec![format!("{number}")],
        };
        NodeKind::Branch(Branch {
            title,
            unmatched_text,
            options: (0..options).map(option).collect(),
        })
    })
}

fn transfer() -> impl Strategy<Value = NodeKind> {
    let nobody_online = prop::sample::select(vec![NobodyOnline::Wait, NobodyOnline::Leave]);
    let timeout = prop::option::of(10..=86_400_i64);
    let limit = prop::option::of(1..4_i64);
    (text(), text(), text(), nobody_online, timeout, limit).prop_map(
        |(waiting_text, accepted_text, unavailable_text, nobody_online, timeout, queue_limit)| {
            NodeKind::TransferToHuman(TransferToHuman {
                skill_group_id: Some(group()),
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

fn collect() -> impl Strategy<Value = NodeKind> {
    (words(), text(), any::<bool>()).prop_map(|(prompt, success_text, is_text)| {
        let option = |number| CollectOption {
            id: format!("o{number}"),
            value: format!("v{number}"),
            remark: String::new(),
        };
        let form = if is_text {
            CollectForm::Text
        } else {
            CollectForm::Options {
                options: (0..3).map(option).collect(),
                unmatched_text: String::new(),
            }
        };
        NodeKind::CollectInformation(CollectInformation {
            prompt,
            success_text,
            variable: "v".into(),
            form,
        })
    })
}

fn call() -> impl Strategy<Value = NodeKind> {
    (text(), 0..10_i64, 1..=5_i64).prop_map(|(value, timeout_seconds, max_errors)| {
        NodeKind::CallApi(CallApi {
            url: "https://a.example/${v}/x?q=${v}".into(),
            parameters: vec![ApiParameter {
                name: "a".into(),
                value,
            }],
            results: vec![ApiResult {
                variable: "v".into(),
                field: "a.b".into(),
                default: String::new(),
            }],
            headers: vec![ApiHeader {
                name: "X-Key".into(),
                value: ApiHeaderValue::Secret {
                    secret_id: Some(secret()),
                },
            }],
            signing_secret_id: None,
            timeout_seconds,
            max_errors,
        })
    })
}

fn condition() -> impl Strategy<Value = NodeKind> {
    let operators = vec![
        Operator::Equal,
        Operator::NotEqual,
        Operator::Greater,
        Operator::LessOrEqual,
    ];
    (prop::sample::select(operators), text(), 1..3_usize).prop_map(|(operator, value, branches)| {
        let branch = |number| ConditionBranch {
            id: format!("c{number}"),
            label: String::new(),
            all: vec![Comparison {
                parameter: "v".into(),
                operator,
                value: value.clone(),
            }],
        };
        NodeKind::Condition(Condition {
            branches: (0..branches).map(branch).collect(),
        })
    })
}

fn robot() -> impl Strategy<Value = NodeKind> {
    (text(), text(), 1..4_i64, 1..4_i64).prop_map(|(welcome_text, unknown_text, turn_limit, unknown_limit)| {
        NodeKind::Robot(Robot {
            bot_id: Some(bot()),
            welcome_text,
            unknown_text,
            turn_limit,
            unknown_limit,
            human_words: vec!["human".into()],
            solved_words: vec!["thanks".into()],
        })
    })
}

fn end() -> impl Strategy<Value = NodeKind> {
    (text(), text()).prop_map(|(silence_text, agent_end_text)| {
        NodeKind::End(End {
            silence_seconds: Some(300),
            reminder_seconds: Some(120),
            reminder_text: silence_text.clone(),
            inactive_seconds: Some(3_600),
            inactive_text: "Quiet".into(),
            silence_text,
            agent_end_text,
        })
    })
}

fn fallback() -> impl Strategy<Value = Fallback> {
    prop_oneof![
        Just(Fallback::SkillGroup {
            skill_group_id: Some(group()),
            text: "A person will see to it".into(),
        }),
        Just(Fallback::MessageForm {
            prompt: "Leave a message".into(),
            thanks_text: "Thanks".into(),
        }),
    ]
}

/// The first node behind the start: from here on `v` has a value.
fn first_question() -> NodeKind {
    NodeKind::CollectInformation(CollectInformation {
        prompt: "Who are you?".into(),
        success_text: "Hello ${v}".into(),
        variable: "v".into(),
        form: CollectForm::Text,
    })
}

/// Whether a port is left only after somebody did something: then it may lead anywhere.
fn waits(kind: &NodeKind, name: &str) -> bool {
    match kind {
        NodeKind::Branch(_) | NodeKind::CollectInformation(_) | NodeKind::Robot(_) => true,
        NodeKind::TransferToHuman(_) => name == port::TIMED_OUT,
        _ => false,
    }
}

fn connect(nodes: &[Node], anywhere: &[Index]) -> Vec<Connection> {
    let last = nodes.len() - 1;
    let mut connections = Vec::new();
    for (place, from) in nodes.iter().enumerate() {
        for (number, name) in from.kind.ports().into_iter().enumerate() {
            let pick = anywhere[(place * 3 + number) % anywhere.len()];
            let to = if name == port::ACCEPTED {
                last - 1
            } else if name == port::UNAVAILABLE || name == port::TO_HUMAN || (name != port::TIMED_OUT && number == 0) {
                // So that every node is reached.
                place + 1
            } else if waits(&from.kind, name) {
                1 + pick.index(last)
            } else {
                place + 1 + pick.index(last - place)
            };
            connections.push(Connection {
                from: from.id.clone(),
                port: name.to_owned(),
                to: nodes[to].id.clone(),
            });
        }
    }
    connections
}

/// Flows that are fit to publish: they go forward where nothing waits; an accepted session goes to the last words
/// before the end.
pub fn good_document() -> impl Strategy<Value = Document> {
    let kind = prop_oneof![
        message(),
        service_time(),
        branch(),
        transfer(),
        collect(),
        call(),
        condition(),
        robot()
    ];
    let last_words = words().prop_map(|text| {
        NodeKind::SendMessage(SendMessage {
            message: FlowMessage::Text { text },
        })
    });
    let anywhere = prop::collection::vec(any::<Index>(), 12);
    (
        prop::collection::vec(kind, 0..10),
        last_words,
        end(),
        fallback(),
        anywhere,
    )
        .prop_map(|(middle, last_words, end, fallback, anywhere)| {
            let mut kinds = vec![NodeKind::Start, first_question()];
            kinds.extend(middle);
            kinds.extend([last_words, end]);
            let node = |(place, kind)| Node {
                id: format!("n{place}"),
                label: String::new(),
                position: Position::default(),
                kind,
            };
            let nodes: Vec<Node> = kinds.into_iter().enumerate().map(node).collect();
            Document {
                format: FORMAT,
                time_zone: "Europe/Berlin".into(),
                fallback,
                connections: connect(&nodes, &anywhere),
                nodes,
            }
        })
}

/// A good flow after some careless drawing; often not fit to publish any more.
pub fn drawn_document() -> impl Strategy<Value = Document> {
    let change = (any::<Index>(), any::<Index>(), 0..5_u8);
    (good_document(), prop::collection::vec(change, 0..4)).prop_map(|(mut document, changes)| {
        for (at, to, change) in changes {
            if document.connections.is_empty() || document.nodes.is_empty() {
                break;
            }
            let way = at.index(document.connections.len());
            match change {
                0 => drop(document.connections.remove(way)),
                1 => drop(document.nodes.remove(to.index(document.nodes.len()))),
                2 => {
                    document.fallback = Fallback::SkillGroup {
                        skill_group_id: None,
                        text: String::new(),
                    };
                }
                _ => {
                    let target = document.nodes[to.index(document.nodes.len())].id.clone();
                    document.connections[way].to = target;
                }
            }
        }
        document
    })
}
