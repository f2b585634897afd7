//! Documents of older formats, which stay readable: sessions run on them (R17, FLOW-16).

use serde::Deserialize;

use super::document::{Connection, DEFAULT_TIME_ZONE, Document, FORMAT, Fallback, Node, Position};
use super::node::{End, FlowMessage, NobodyOnline, NodeKind, SendMessage, TransferToHuman};
use crate::ids::SkillGroupId;

/// Format 1: start, send message, transfer to human, end.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document1 {
    #[serde(rename = "format")]
    _format: u32,
    nodes: Vec<Node1>,
    connections: Vec<Connection>,
}

#[derive(Deserialize)]
struct Node1 {
    id: String,
    label: String,
    position: Position,
    #[serde(flatten)]
    kind: NodeKind1,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum NodeKind1 {
    #[serde(deserialize_with = "super::node::no_fields")]
    Start,
    SendMessage {
        text: String,
    },
    TransferToHuman(TransferToHuman1),
    End(End),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransferToHuman1 {
    skill_group_id: SkillGroupId,
    waiting_text: String,
    accepted_text: String,
    unavailable_text: String,
    nobody_online: NobodyOnline,
    #[serde(default)]
    queue_timeout_seconds: Option<i64>,
    #[serde(default)]
    queue_limit: Option<i64>,
}

/// Reads a document of format 1. Where it cannot go on it now queues to the first group that it names, without a word,
/// since it has none for this.
pub(super) fn from_format_1(json: &str) -> serde_json::Result<Document> {
    let old: Document1 = serde_json::from_str(json)?;
    let nodes: Vec<Node> = old.nodes.into_iter().map(node).collect();
    let skill_group_id = nodes.iter().find_map(|node| match &node.kind {
        NodeKind::TransferToHuman(transfer) => transfer.skill_group_id,
        _ => None,
    });
    Ok(Document {
        format: FORMAT,
        time_zone: DEFAULT_TIME_ZONE.to_owned(),
        fallback: Fallback::SkillGroup {
            skill_group_id,
            text: String::new(),
        },
        nodes,
        connections: old.connections,
    })
}

fn node(old: Node1) -> Node {
    let kind = match old.kind {
        NodeKind1::Start => NodeKind::Start,
        NodeKind1::SendMessage { text } => NodeKind::SendMessage(SendMessage {
            message: FlowMessage::Text { text },
        }),
        NodeKind1::TransferToHuman(old) => NodeKind::TransferToHuman(TransferToHuman {
            skill_group_id: Some(old.skill_group_id),
            waiting_text: old.waiting_text,
            accepted_text: old.accepted_text,
            unavailable_text: old.unavailable_text,
            nobody_online: old.nobody_online,
            queue_timeout_seconds: old.queue_timeout_seconds,
            queue_limit: old.queue_limit,
        }),
        NodeKind1::End(end) => NodeKind::End(end),
    };
    Node {
        id: old.id,
        label: old.label,
        position: old.position,
        kind,
    }
}
