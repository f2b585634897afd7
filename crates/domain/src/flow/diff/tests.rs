use serde_json::{Value, json};

use super::*;

fn all_nodes() -> Value {
    serde_json::from_str(include_str!("../../../tests/flows/all-nodes.json")).expect("JSON")
}

fn document(json: &Value) -> Document {
    Document::parse(&json.to_string()).expect("a document")
}

/// The node with this id, to be changed.
fn node<'j>(json: &'j mut Value, id: &str) -> &'j mut Value {
    let mut nodes = json["nodes"].as_array_mut().expect("a list").iter_mut();
    nodes.find(|node| node["id"] == id).expect("the node")
}

/// What changes when `edit` is done to a flow of all nodes, as JSON.
fn diff_of(edit: impl FnOnce(&mut Value)) -> Value {
    let before = all_nodes();
    let mut after = before.clone();
    edit(&mut after);
    let found = diff(&document(&before), &document(&after));
    let back = diff(&document(&after), &document(&before));
    // What goes there comes back the other way round.
    assert_eq!(back.nodes_added, found.nodes_removed);
    assert_eq!(back.nodes_removed, found.nodes_added);
    assert_eq!(back.connections_added, found.connections_removed);
    assert_eq!(back.connections_removed, found.connections_added);
    assert_eq!(back.fields.len(), found.fields.len());
    assert_eq!(back.nodes_changed.len(), found.nodes_changed.len());
    let mut told = serde_json::to_value(&found).expect("plain data");
    let lists = told.as_object_mut().expect("an object");
    lists.retain(|_, list| list.as_array().is_none_or(|list| !list.is_empty()));
    told
}

/// FLOW-14: nothing differs between a document and itself, whatever the order of its nodes and connections.
#[test]
fn the_same_documents_do_not_differ() {
    assert_eq!(diff_of(|_| ()), json!({}));
    let turned = diff_of(|after| {
        after["nodes"].as_array_mut().expect("a list").reverse();
        after["connections"].as_array_mut().expect("a list").reverse();
    });
    assert_eq!(turned, json!({}));
}

/// FLOW-14: changes of fields are told one by one, with what stood there and what stands there.
#[test]
fn fields_are_told_one_by_one() {
    let changed = diff_of(|after| {
        after["time_zone"] = "UTC".into();
        after["fallback"]["text"] = "Somebody comes.".into();
        node(after, "hi")["message"]["text"] = "Welcome".into();
        node(after, "hi")["label"] = "Greeting".into();
        node(after, "queue")
            .as_object_mut()
            .expect("a node")
            .remove("queue_limit");
    });
    assert_eq!(
        changed,
        json!({
            "fields": [
                { "field": "fallback.text", "before": "A person will see to it.", "after": "Somebody comes." },
                { "field": "time_zone", "before": "Asia/Shanghai", "after": "UTC" },
            ],
            "nodes_changed": [
                { "id": "hi", "label": "Greeting", "is_moved": false, "fields": [
                    { "field": "label", "before": "", "after": "Greeting" },
                    { "field": "message.text", "before": "Hello", "after": "Welcome" },
                ] },
                { "id": "queue", "label": "", "is_moved": false, "fields": [{ "field": "queue_limit", "before": 5 }] },
            ],
        })
    );
}

/// FLOW-14: options are told by their ids, so that one that goes does not make all below it look changed.
#[test]
fn members_of_lists_are_told_by_id() {
    let option = json!({ "id": "new", "value": "New" });
    let changed = diff_of(|after| {
        let options = node(after, "menu")["options"].as_array_mut().expect("a list");
        options.remove(0);
        options.push(option.clone());
    });
    let orders = json!({ "id": "orders", "value": "Orders", "remark": "Where is it?", "keywords": ["1", "order"] });
    assert_eq!(
        changed["nodes_changed"][0]["fields"],
        json!([{ "field": "options.new", "after": option }, { "field": "options.orders", "before": orders }])
    );
    let reordered = diff_of(|after| node(after, "menu")["options"].as_array_mut().expect("a list").reverse());
    assert_eq!(
        reordered["nodes_changed"][0]["fields"],
        json!([{ "field": "options", "before": ["orders", "else"], "after": ["else", "orders"] }])
    );
    let keywords = diff_of(|after| node(after, "menu")["options"][0]["keywords"] = json!(["order"]));
    assert_eq!(
        keywords["nodes_changed"][0]["fields"],
        json!([{ "field": "options.orders.keywords", "before": ["1", "order"], "after": ["order"] }])
    );
}

/// FLOW-14: a node that only stands elsewhere is moved, not changed.
#[test]
fn a_move_is_no_change() {
    let moved = diff_of(|after| node(after, "hi")["position"]["x"] = 7.into());
    assert_eq!(
        moved,
        json!({ "nodes_changed": [{ "id": "hi", "label": "", "is_moved": true, "fields": [] }] })
    );
}

/// FLOW-14: nodes and connections that came or went; of nodes with one id in a draft the first are compared.
#[test]
fn nodes_and_connections_come_and_go() {
    let added = json!({ "id": "bye", "label": "", "position": { "x": 0, "y": 0 }, "kind": "send_message",
        "message": { "type": "text", "text": "Bye" } });
    let changed = diff_of(|after| {
        let nodes = after["nodes"].as_array_mut().expect("a list");
        nodes.retain(|node| node["id"] != "card");
        nodes.push(added.clone());
        let connections = after["connections"].as_array_mut().expect("a list");
        connections.retain(|connection| connection["from"] != "card" && connection["to"] != "card");
        connections.push(json!({ "from": "late", "port": "default", "to": "bye" }));
    });
    assert_eq!(changed["nodes_added"], json!([added]));
    assert_eq!(changed["nodes_removed"][0]["id"], "card");
    assert_eq!(
        changed["connections_added"],
        json!([{ "from": "late", "port": "default", "to": "bye" }])
    );
    assert_eq!(
        changed["connections_removed"],
        json!([{ "from": "late", "port": "default", "to": "card" }, { "from": "card", "port": "next", "to": "end" }])
    );
    let twin = node(&mut all_nodes(), "hi").clone();
    let twins = diff_of(|after| after["nodes"].as_array_mut().expect("a list").push(twin.clone()));
    assert_eq!(twins, json!({ "nodes_added": [twin] }));
}
