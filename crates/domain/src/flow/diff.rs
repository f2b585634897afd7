//! What differs between two documents, as data: for the history and the visual comparison (FLOW-14).
//!
//! Nodes are the same when their ids are. Where a node stands on the canvas says nothing about what it does: a move is
//! told apart from a change.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::{Connection, Document, Node};

/// What differs between an earlier document and a later one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = FlowDiff)]
pub struct Diff {
    /// What changed beside the nodes: the time zone, the fallback.
    pub fields: Vec<FieldChange>,
    /// Nodes that only the later one has.
    pub nodes_added: Vec<Node>,
    /// Nodes that only the earlier one has.
    pub nodes_removed: Vec<Node>,
    /// Nodes that both have and that differ, in the order of the later one.
    pub nodes_changed: Vec<NodeChange>,
    /// Connections that only the later one has.
    pub connections_added: Vec<Connection>,
    /// Connections that only the earlier one has.
    pub connections_removed: Vec<Connection>,
}

/// A node that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct NodeChange {
    /// Its id.
    pub id: String,
    /// What people call it in the later document; may be empty.
    pub label: String,
    /// Whether it stands elsewhere on the canvas.
    pub is_moved: bool,
    /// What differs, field by field; nothing when it was only moved.
    pub fields: Vec<FieldChange>,
}

/// A field that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldChange {
    /// Its name; of fields within by dots. Members of a list are named by their `id` where all have one
    /// (`options.sales.value`); a list without is one field.
    pub field: String,
    /// What stood there; left out when nothing did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Value>, nullable = false)]
    pub before: Option<Value>,
    /// What stands there; left out when nothing does.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<Value>, nullable = false)]
    pub after: Option<Value>,
}

impl Diff {
    /// Whether both documents are the same.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.fields.is_empty()
            && self.nodes_added.is_empty()
            && self.nodes_removed.is_empty()
            && self.nodes_changed.is_empty()
            && self.connections_added.is_empty()
            && self.connections_removed.is_empty()
    }
}

/// What differs between `before` and `after`. Drafts may have faults: of several nodes with the same id the first ones
/// are compared with each other, then the second ones.
#[must_use]
pub fn diff(before: &Document, after: &Document) -> Diff {
    let mut diff = Diff {
        fields: frame_changes(before, after),
        ..Diff::default()
    };
    let mut earlier: BTreeMap<&str, Vec<&Node>> = BTreeMap::new();
    // From behind, so that the first one is taken first.
    for node in before.nodes.iter().rev() {
        earlier.entry(&node.id).or_default().push(node);
    }
    for node in &after.nodes {
        match earlier.get_mut(node.id.as_str()).and_then(Vec::pop) {
            Some(old) => diff.nodes_changed.extend(node_change(old, node)),
            None => diff.nodes_added.push(node.clone()),
        }
    }
    let is_left = |node: &&Node| earlier.get(node.id.as_str()).is_some_and(|left| is_among(left, node));
    diff.nodes_removed = before.nodes.iter().filter(is_left).cloned().collect();
    diff.connections_added = only_in(&after.connections, &before.connections);
    diff.connections_removed = only_in(&before.connections, &after.connections);
    diff
}

fn is_among(nodes: &[&Node], node: &Node) -> bool {
    nodes.iter().any(|other| std::ptr::eq(*other, node))
}

fn only_in(these: &[Connection], those: &[Connection]) -> Vec<Connection> {
    let key = |connection: &Connection| (connection.from.clone(), connection.port.clone(), connection.to.clone());
    let known: BTreeSet<_> = those.iter().map(key).collect();
    let new = these.iter().filter(|connection| !known.contains(&key(connection)));
    new.cloned().collect()
}

fn frame_changes(before: &Document, after: &Document) -> Vec<FieldChange> {
    let frame = |document: &Document| {
        let mut frame = members(document);
        frame.remove("nodes");
        frame.remove("connections");
        frame
    };
    let mut changes = Vec::new();
    compare_members("", &frame(before), &frame(after), &mut changes);
    changes
}

fn node_change(before: &Node, after: &Node) -> Option<NodeChange> {
    if before == after {
        return None;
    }
    let own = |node: &Node| {
        let mut own = members(node);
        own.remove("position");
        own
    };
    let mut fields = Vec::new();
    compare_members("", &own(before), &own(after), &mut fields);
    Some(NodeChange {
        id: after.id.clone(),
        label: after.label.clone(),
        is_moved: before.position != after.position,
        fields,
    })
}

/// A part of a document as its JSON object.
fn members(part: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(part) {
        Ok(Value::Object(members)) => members,
        // Documents are plain data with names: they are objects.
        _ => Map::new(),
    }
}

fn compare_members(
    path: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    changes: &mut Vec<FieldChange>,
) {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    for name in names {
        let field = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        compare(&field, before.get(name), after.get(name), changes);
    }
}

fn compare(field: &str, before: Option<&Value>, after: Option<&Value>, changes: &mut Vec<FieldChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => compare_members(field, before, after, changes),
        (Some(Value::Array(old)), Some(Value::Array(new))) => match (by_id(old), by_id(new)) {
            (Some(old_members), Some(new_members)) => {
                compare_members(field, &old_members, &new_members, changes);
                let (old_order, new_order) = (order(old, &new_members), order(new, &old_members));
                if old_order != new_order {
                    changes.push(change(field, Some(&old_order), Some(&new_order)));
                }
            }
            _ => changes.push(change(field, before, after)),
        },
        _ => changes.push(change(field, before, after)),
    }
}

/// The ids of a list's members in their order, without those that the other list does not have.
fn order(items: &[Value], others: &Map<String, Value>) -> Value {
    let ids = items.iter().filter_map(|item| item.get("id"));
    let common = ids.filter(|id| id.as_str().is_some_and(|id| others.contains_key(id)));
    Value::Array(common.cloned().collect())
}

/// A list by the ids of its members; `None` unless all have one of their own.
fn by_id(items: &[Value]) -> Option<Map<String, Value>> {
    let named = items
        .iter()
        .map(|item| Some((item.get("id")?.as_str()?.to_owned(), item.clone())));
    let named: Map<String, Value> = named.collect::<Option<_>>()?;
    (named.len() == items.len()).then_some(named)
}

fn change(field: &str, before: Option<&Value>, after: Option<&Value>) -> FieldChange {
    FieldChange {
        field: field.to_owned(),
        before: before.cloned(),
        after: after.cloned(),
    }
}

#[cfg(test)]
mod tests;
