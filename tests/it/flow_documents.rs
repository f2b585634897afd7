//! Flows as documents through the API: drafts, versions, differences, files (FLOW-01, FLOW-13, FLOW-14, FLOW-16).

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use testkit::{Answer, Engine, TestAgent, TestDesk};

/// A flow that says `text` and ends.
fn saying(text: &str) -> Value {
    let node =
        |id: &str, x: i64, kind: &str| json!({ "id": id, "label": "", "position": { "x": x, "y": 0 }, "kind": kind });
    let mut hello = node("hello", 200, "send_message");
    hello["message"] = json!({ "type": "text", "text": text });
    let mut end = node("end", 400, "end");
    end["silence_text"] = "".into();
    end["agent_end_text"] = "".into();
    json!({
        "format": 2,
        "time_zone": "Asia/Shanghai",
        "fallback": { "to": "message_form", "prompt": "Leave a message", "thanks_text": "" },
        "nodes": [node("start", 0, "start"), hello, end],
        "connections": [
            { "from": "start", "port": "next", "to": "hello" },
            { "from": "hello", "port": "next", "to": "end" },
        ],
    })
}

async fn import(admin: &TestAgent, name: &str, document: Value) -> Answer {
    let body = json!({ "name": name, "document": document });
    admin.call(Method::POST, "/flows/import", body).await
}

/// Adds a flow out of a document; answers its path.
async fn imported(admin: &TestAgent, name: &str, document: Value) -> String {
    let made = import(admin, name, document).await.ok();
    format!("/flows/{}", made["id"].as_str().expect("an id"))
}

async fn save(admin: &TestAgent, flow: &str, revision: i64, document: Value) -> Answer {
    let body = json!({ "revision": revision, "document": document });
    admin.call(Method::PUT, &format!("{flow}/draft"), body).await
}

async fn publish(admin: &TestAgent, flow: &str, revision: i64, note: &str) -> Answer {
    let body = json!({ "revision": revision, "note": note });
    admin.call(Method::POST, &format!("{flow}/publish"), body).await
}

async fn restore(admin: &TestAgent, flow: &str, version: i64, note: &str) -> Answer {
    let path = format!("{flow}/versions/{version}/restore");
    admin.call(Method::POST, &path, json!({ "note": note })).await
}

fn numbers(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().expect("a list");
    items
        .iter()
        .map(|item| item["version"].as_i64().expect("a number"))
        .collect()
}

/// FLOW-14, R17: every publication is a version with author, time and note; an old one is published anew as the newest,
/// and none ever changes.
#[tokio::test]
async fn flow_14_versions_and_the_way_back() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = TestDesk::start_on(engine).await;
        let admin = desk.admin().await;
        let flow = imported(&admin, "Night", saying("one")).await;
        assert_eq!(numbers(&admin.get(&format!("{flow}/versions")).await), [0_i64; 0]);
        for (revision, text) in [(1, "one"), (2, "two"), (3, "three")] {
            if revision > 1 {
                save(&admin, &flow, revision - 1, saying(text)).await.ok();
            }
            desk.advance(60);
            let flow = publish(&admin, &flow, revision, &format!("says {text}")).await.ok();
            assert_eq!(flow["version"], revision);
        }
        let first = admin.get(&format!("{flow}/versions?limit=2")).await;
        assert_eq!(numbers(&first), [3, 2]);
        let next = first["next"].as_str().expect("another page");
        let last = admin.get(&format!("{flow}/versions?limit=2&cursor={next}")).await;
        assert_eq!((numbers(&last), &last["next"]), (vec![1], &Value::Null));
        let newest = &first["items"][0];
        assert_eq!(
            (&newest["note"], &newest["published_at"]),
            (&json!("says three"), &json!(desk.now().0))
        );
        assert!(newest["published_by"].is_string(), "{newest}");

        let late = restore(&admin, &flow, 9, "").await;
        late.refused(404, "not_found");
        desk.advance(60);
        let restored = restore(&admin, &flow, 1, "as it was").await.ok();
        assert_eq!(restored["version"], 4);
        let now = admin.get(&format!("{flow}/versions/4")).await;
        assert_eq!((&now["document"], &now["note"]), (&saying("one"), &json!("as it was")));
        for (version, text) in [(1, "one"), (2, "two"), (3, "three")] {
            let old = admin.get(&format!("{flow}/versions/{version}")).await;
            assert_eq!(old["document"], saying(text));
        }
        // Nothing was being edited, so the draft follows.
        let draft = admin.get(&format!("{flow}/draft")).await;
        assert_eq!(
            (&draft["is_published"], &draft["document"]),
            (&json!(true), &saying("one"))
        );

        // What is being edited stays as it is.
        let revision = draft["revision"].as_i64().expect("a number");
        save(&admin, &flow, revision, saying("half done")).await.ok();
        restore(&admin, &flow, 2, "").await.ok();
        let draft = admin.get(&format!("{flow}/draft")).await;
        assert_eq!(
            (&draft["is_published"], &draft["document"]),
            (&json!(false), &saying("half done"))
        );
        desk.stop().await;
    }
}

/// FLOW-14: what differs between two versions, or a version and the draft, is told by node and field.
#[tokio::test]
async fn flow_14_differences() {
    let desk = TestDesk::start().await;
    let admin = desk.admin().await;
    let flow = imported(&admin, "Night", saying("one")).await;
    publish(&admin, &flow, 1, "").await.ok();
    save(&admin, &flow, 1, saying("two")).await.ok();
    let differs = admin.get(&format!("{flow}/diff?from=1")).await;
    let field = json!({ "field": "message.text", "before": "one", "after": "two" });
    assert_eq!(
        differs["nodes_changed"],
        json!([{ "id": "hello", "label": "", "is_moved": false, "fields": [field] }])
    );
    publish(&admin, &flow, 2, "").await.ok();
    assert_eq!(admin.get(&format!("{flow}/diff?from=1&to=2")).await, differs);
    let same = admin.get(&format!("{flow}/diff?from=2")).await;
    for list in [
        "fields",
        "nodes_added",
        "nodes_removed",
        "nodes_changed",
        "connections_added",
        "connections_removed",
    ] {
        assert_eq!(same[list], json!([]), "{list}");
    }
    let missing = admin
        .call(Method::GET, &format!("{flow}/diff?from=7"), Value::Null)
        .await;
    missing.refused(404, "not_found");
}

/// FLOW-02, FLOW-13: who saves over somebody else's draft is told who and when, and nothing is lost; of several at once
/// one wins. Faults come with the refusal to publish.
#[tokio::test]
async fn flow_13_conflicts_and_faults_are_told() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = TestDesk::start_on(engine).await;
        let admin = desk.admin().await;
        let flow = imported(&admin, "Night", saying("one")).await;
        desk.advance(60);
        let texts: Vec<String> = (0..5).map(|number| format!("text {number}")).collect();
        let saves = texts.iter().map(|text| save(&admin, &flow, 1, saying(text)));
        let answers = join_all(saves).await;
        let won: Vec<usize> = (0..5).filter(|&number| answers[number].status == 200).collect();
        assert_eq!(won.len(), 1, "{answers:?}");
        let draft = admin.get(&format!("{flow}/draft")).await;
        assert_eq!(
            (&draft["document"], &draft["revision"]),
            (&saying(&texts[won[0]]), &json!(2))
        );
        for answer in answers.into_iter().filter(|answer| answer.status != 200) {
            let told = answer.refused(409, "draft_changed").body;
            let other = json!({ "revision": 2, "edited_at": desk.now().0, "editor": draft["editor"] });
            assert!(other["editor"].is_string());
            assert_eq!(
                (&told["details"]["draft"], &told["class"]),
                (&other, &json!("conflict"))
            );
        }
        publish(&admin, &flow, 1, "").await.refused(409, "draft_changed");

        let mut broken = saying("x");
        broken["connections"].as_array_mut().expect("a list").pop();
        let saved = save(&admin, &flow, 2, broken).await.ok();
        let open = json!({ "node": "hello", "severity": "error", "fault": "open_port", "port": "next" });
        assert!(saved["faults"].as_array().expect("a list").contains(&open), "{saved}");
        let refused = publish(&admin, &flow, 3, "").await.refused(400, "flow_invalid").body;
        assert!(
            refused["details"]["faults"].as_array().expect("a list").contains(&open),
            "{refused}"
        );
        publish(&admin, &flow, 3, &"n".repeat(501))
            .await
            .refused(400, "invalid_request");
        desk.stop().await;
    }
}

/// FLOW-16: a flow goes out as a file and comes back as the same one, as a draft that no channel may use before it is
/// published.
#[tokio::test]
async fn flow_16_out_and_in_again() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = TestDesk::start_on(engine).await;
        let admin = desk.admin().await;
        let flows = admin.get("/flows").await;
        let path = format!("/flows/{}/export", flows["items"][0]["id"].as_str().expect("an id"));
        let file = admin.call(Method::GET, &path, Value::Null).await;
        assert!(
            file.header("content-disposition")
                .starts_with("attachment; filename=\"flw_")
        );
        let document = file.ok();
        let made = import(&admin, "Once more", document.clone()).await.ok();
        assert_eq!(made["faults"], json!([]));
        let flow = format!("/flows/{}", made["id"].as_str().expect("an id"));
        assert_eq!(admin.get(&format!("{flow}/export")).await, document);
        let draft = admin.get(&format!("{flow}/draft")).await;
        assert_eq!((&draft["version"], &draft["is_published"]), (&json!(0), &json!(false)));
        let listed = admin.get("/flows?query=once").await;
        assert_eq!(
            (&listed["items"][0]["id"], &listed["items"][0]["version"]),
            (&made["id"], &json!(0))
        );

        let channel = |title: &str| json!({ "title": title, "flow_id": made["id"] });
        let early = admin.call(Method::POST, "/channels", channel("Early")).await;
        assert_eq!(
            early.refused(400, "invalid_request").body["fields"][0]["field"],
            "flow_id"
        );
        import(&admin, "Once more", document.clone())
            .await
            .refused(409, "name_taken");
        let copy = admin
            .call(Method::POST, &format!("{flow}/copy"), json!({ "name": "Copy" }))
            .await
            .ok();
        let copied = admin
            .get(&format!("/flows/{}/draft", copy["id"].as_str().expect("an id")))
            .await;
        assert_eq!((&copied["document"], &copied["version"]), (&document, &json!(0)));

        publish(&admin, &flow, 1, "").await.ok();
        admin.call(Method::POST, "/channels", channel("Late")).await.ok();
        let used = admin.call(Method::DELETE, &flow, Value::Null).await;
        assert_eq!(
            used.refused(409, "in_use").body["details"]["channels"][0]["title"],
            "Late"
        );
        desk.stop().await;
    }
}

/// FLOW-16: another contact centre's groups are faults of the draft; what is no flow or one of a later format is refused
/// with the reason, in the caller's language.
#[tokio::test]
async fn flow_16_what_cannot_be_read_is_told() {
    let desk = TestDesk::start().await;
    let admin = desk.admin().await;
    let example: Value = serde_json::from_str(include_str!("../../examples/flows/all-nodes.json")).expect("an example");
    let made = import(&admin, "All nodes", example).await.ok();
    let faults = made["faults"].as_array().expect("a list");
    let kinds: Vec<&str> = faults.iter().filter_map(|fault| fault["fault"].as_str()).collect();
    for kind in ["unknown_skill_group", "unknown_bot", "unknown_secret"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    let mut unknown = saying("x");
    unknown["nodes"][1]["colour"] = "red".into();
    for (document, reason) in [
        (json!({ "format": 99, "new": true }), "this flow document has format 99"),
        (json!({ "format": 2 }), "missing field"),
        (json!([]), "this is not a flow document"),
        (unknown, "unknown field `colour`"),
    ] {
        let refused = import(&admin, "No", document.clone())
            .await
            .refused(400, "flow_unreadable");
        let told = refused.body["details"]["reason"].as_str().expect("a reason").to_owned();
        assert!(told.contains(reason), "{told}");
        let id = made["id"].as_str().expect("an id");
        save(&admin, &format!("/flows/{id}"), 1, document)
            .await
            .refused(400, "flow_unreadable");
    }
    let body = json!({ "name": "No", "document": { "format": 3 } });
    let asked = admin
        .request(Method::POST, "/flows/import")
        .header("accept-language", "zh-CN");
    let told: Value = asked
        .json(&body)
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(told["message"], "这不是会话服务流文件，或其格式版本不受支持。");
}

/// FLOW-16, T802: 500 nodes are no problem; what is larger than a flow can be is refused before it is read.
#[tokio::test]
async fn flow_16_large_flows_have_bounds() {
    let desk = TestDesk::start().await;
    let admin = desk.admin().await;
    let mut large = saying("x".repeat(1_000).as_str());
    let nodes = large["nodes"].as_array_mut().expect("a list");
    let hello = nodes[1].clone();
    for number in 3..500 {
        let mut node = hello.clone();
        node["id"] = format!("n{number}").into();
        nodes.push(node);
    }
    let connections = large["connections"].as_array_mut().expect("a list");
    connections[1]["to"] = "n3".into();
    for number in 3..500 {
        let to = if number == 499 {
            "end".to_owned()
        } else {
            format!("n{}", number + 1)
        };
        connections.push(json!({ "from": format!("n{number}"), "port": "next", "to": to }));
    }
    let made = import(&admin, "Large", large.clone()).await.ok();
    let flow = format!("/flows/{}", made["id"].as_str().expect("an id"));
    assert_eq!(admin.get(&format!("{flow}/draft")).await["document"], large);
    let mut padded = large.clone();
    padded["nodes"][1]["message"]["text"] = "x".repeat(2 * 1024 * 1024).into();
    import(&admin, "Larger", padded).await.refused(413, "too_large");
    let many = json!({ "format": 2, "nodes": vec![json!({ "a": 0 }); 60_000] });
    import(&admin, "Many", many).await.refused(400, "invalid_request");
}
