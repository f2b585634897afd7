//! What the check finds, node kind by node kind: each row changes the document of all nodes in one place.

use serde_json::{Value, json};

use super::*;

fn all_nodes() -> Value {
    serde_json::from_str(include_str!("../../../../tests/flows/all-nodes.json")).expect("JSON")
}

fn everything_known() -> Known {
    let document: Document = serde_json::from_value(all_nodes()).expect("a document");
    Known {
        skill_groups: document.skill_groups(),
        bots: document.bots(),
        secrets: document.secrets(),
    }
}

fn faults_of(document: Value) -> String {
    let document: Document = serde_json::from_value(document).expect("a document");
    let faults = check(&document, &everything_known());
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    told.join("\n")
}

/// The faults after `node.field` (by JSON pointer) was set to a value.
fn faults_with(node: &str, pointer: &str, value: Value) -> String {
    let mut document = all_nodes();
    let nodes = document["nodes"].as_array_mut().expect("a list");
    let node = nodes.iter_mut().find(|it| it["id"] == node).expect("a node");
    if let Some(place) = node.pointer_mut(pointer) {
        *place = value;
    } else {
        let field = pointer.trim_start_matches('/');
        node[field] = value;
    }
    faults_of(document)
}

fn table(rows: &[(&str, &str, Value)]) -> String {
    let rows = rows.iter().map(|(node, pointer, value)| {
        let shown: String = value.to_string().chars().take(60).collect();
        let shown = shown.replace('\u{202e}', "(202e)");
        format!("{pointer} = {shown}\n{}", faults_with(node, pointer, value.clone()))
    });
    rows.collect::<Vec<_>>().join("\n")
}

/// FLOW-13: the document that everything below is a change of has no fault.
#[test]
fn all_nodes_have_no_fault() {
    assert_eq!(faults_of(all_nodes()), "");
}

/// FLOW-04: tables of hours.
#[test]
fn service_times_are_checked() {
    let slots = |text: &str| {
        let slot = |slot: &str| {
            let (from, to) = slot.split_once('-').expect("from-to");
            json!({ "from": from, "to": to })
        };
        Value::Array(text.split_whitespace().map(slot).collect())
    };
    let exception = |first: &str, last: &str| json!({ "first": first, "last": last, "slots": [], "remark": "" });
    insta::assert_snapshot!(table(&[
        ("hours", "/hours/days", json!([])),
        ("hours", "/hours/days", json!(["monday", "monday"])),
        ("hours", "/hours/slots", json!([])),
        ("hours", "/hours/slots", slots("09:00-12:00 11:59-13:00")),
        ("hours", "/hours/slots", slots("09:00-12:00 12:00-13:00 22:00-09:00")),
        ("hours", "/hours/slots", slots("09:00-12:00 22:00-09:01 08:00-09:00")),
        ("hours", "/hours/slots", slots("09:00-09:00")),
        ("hours", "/hours/slots", slots("24:00-09:00")),
        ("hours", "/hours/slots", Value::Array(vec![json!({ "from": "09:00", "to": "10:00" }); 11])),
        ("holidays", "/hours/week", json!([{ "day": "monday", "slots": [] }, { "day": "monday", "slots": [] }])),
        ("holidays", "/hours/exceptions", json!([exception("2026-10-07", "2026-10-01")])),
        ("holidays", "/hours/exceptions", json!([exception("2026-10-01", "2026-10-07"), exception("2026-10-07", "2026-10-07")])),
        ("holidays", "/hours/exceptions", json!([exception("1999-12-31", "2026-10-07")])),
        ("holidays", "/hours/exceptions", json!([exception("9999-12-31", "9999-12-31")])),
        ("holidays", "/hours/exceptions", Value::Array(vec![exception("2026-10-01", "2026-10-01"); 401])),
        ("holidays", "/hours/exceptions/0/remark", "x".repeat(65).into()),
        ("holidays", "/hours/exceptions/0/remark", "a\u{202e}b".into()),
    ]), @r#"
    /hours/days = []
    node "hours" is missing something (hours.days)
    /hours/days = ["monday","monday"]
    node "hours" says twice: "monday" (hours.days.1)
    /hours/slots = []
    node "hours" is missing something (hours.slots)
    /hours/slots = [{"from":"09:00","to":"12:00"},{"from":"11:59","to":"13:00"}
    node "hours" has times that overlap (hours.slots.1)
    /hours/slots = [{"from":"09:00","to":"12:00"},{"from":"12:00","to":"13:00"}

    /hours/slots = [{"from":"09:00","to":"12:00"},{"from":"22:00","to":"09:01"}

    /hours/slots = [{"from":"09:00","to":"09:00"}]
    node "hours" has something malformed (hours.slots.0)
    /hours/slots = [{"from":"24:00","to":"09:00"}]
    node "hours" has something malformed (hours.slots.0)
    /hours/slots = [{"from":"09:00","to":"10:00"},{"from":"09:00","to":"10:00"}
    node "hours" has too many of something (hours.slots)
    /hours/week = [{"day":"monday","slots":[]},{"day":"monday","slots":[]}]
    node "holidays" says twice: "monday" (hours.week.1)
    /hours/exceptions = [{"first":"2026-10-07","last":"2026-10-01","remark":"","slot
    node "holidays" has something malformed (hours.exceptions.0.last)
    /hours/exceptions = [{"first":"2026-10-01","last":"2026-10-07","remark":"","slot
    node "holidays" has times that overlap (hours.exceptions.1.first)
    /hours/exceptions = [{"first":"1999-12-31","last":"2026-10-07","remark":"","slot
    node "holidays" has a number out of range (hours.exceptions.0.first)
    /hours/exceptions = [{"first":"9999-12-31","last":"9999-12-31","remark":"","slot
    node "holidays" has a number out of range (hours.exceptions.0.first)
    /hours/exceptions = [{"first":"2026-10-01","last":"2026-10-01","remark":"","slot
    node "holidays" has too many of something (hours.exceptions)
    /hours/exceptions/0/remark = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    node "holidays" has a text that is too long (hours.exceptions.0.remark)
    /hours/exceptions/0/remark = "a(202e)b"
    node "holidays" has a text with characters that are not allowed (hours.exceptions.0.remark)
    "#);
}

/// FLOW-05, FLOW-06, FLOW-08: what is said, asked and chosen. R14: duplicates are refused, look-alikes are warned of.
#[test]
fn r14_messages_and_questions_are_checked() {
    let many: Vec<String> = (100..151).map(|number| number.to_string()).collect();
    insta::assert_snapshot!(table(&[
        ("picture", "/message/url", "".into()),
        ("picture", "/message/url", "http://a.example/x.png".into()),
        ("picture", "/message/url", "https://${SystemClientUserID}/x.png".into()),
        ("picture", "/message/alt", "x".repeat(201).into()),
        ("card", "/message/header", " ".into()),
        ("card", "/message/pic", "javascript:alert(1)".into()),
        ("card", "/message/url", "ftp://a.example/".into()),
        ("menu", "/title", "\n".into()),
        ("menu", "/unmatched_text", "".into()),
        ("menu", "/options/0/value", "Something else".into()),
        ("menu", "/options/0/keywords/1", "1".into()),
        ("menu", "/options/0/keywords/1", "Orders".into()),
        ("menu", "/options/0/keywords/1", " ".into()),
        ("menu", "/options/0/keywords/1", "ｓomething ELSE".into()),
        ("menu", "/options/0/keywords/1", "１".into()),
        ("menu", "/options/0/value", "x".repeat(201).into()),
        ("menu", "/options/0/id", "else".into()),
        ("menu", "/options/0/id", "a b".into()),
        ("menu", "/options/0/keywords", json!(many)),
        ("language", "/prompt", "".into()),
        ("language", "/form/options", json!([])),
        ("language", "/form/options/0/value", "English".into()),
        ("language", "/form/options/0/value", "english".into()),
        ("language", "/form/options/0/id", "en".into()),
        ("language", "/variable", "".into()),
        ("language", "/variable", "StaffNo".into()),
        ("language", "/variable", "my name".into()),
        ("language", "/variable", "1st".into()),
        ("language", "/variable", "x".repeat(33).into()),
        ("language", "/variable", "名_1".into()),
    ]), @r#"
    /message/url = ""
    node "picture" is missing something (message.url)
    /message/url = "http://a.example/x.png"
    node "picture" has something malformed (message.url)
    /message/url = "https://${SystemClientUserID}/x.png"
    node "picture" has something malformed (message.url)
    /message/alt = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    node "picture" has a text that is too long (message.alt)
    /message/header = " "
    node "card" is missing something (message.header)
    /message/pic = "javascript:alert(1)"
    node "card" has something malformed (message.pic)
    /message/url = "ftp://a.example/"
    node "card" has something malformed (message.url)
    /title = "\n"
    node "menu" is missing something (title)
    /unmatched_text = ""
    node "menu" is missing something (unmatched_text)
    /options/0/value = "Something else"
    node "menu" says twice: "Something else" (options.1.value)
    /options/0/keywords/1 = "1"
    node "menu" says twice: "1" (options.0.keywords.1)
    /options/0/keywords/1 = "Orders"
    node "menu" says twice: "Orders" (options.0.keywords.1)
    /options/0/keywords/1 = " "
    node "menu" is missing something (options.0.keywords.1)
    /options/0/keywords/1 = "ｓomething ELSE"
    node "menu" has look-alikes: "Something else" and "ｓomething ELSE" (options.1.value)
    /options/0/keywords/1 = "１"
    node "menu" has look-alikes: "１" and "1" (options.0.keywords.1)
    /options/0/value = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    node "menu" has a text that is too long (options.0.value)
    /options/0/id = "else"
    node "menu" says twice: "else" (options.1.id)
    node "menu" has no port "orders"
    node "card" cannot be reached
    node "number" cannot be reached
    node "look-up" cannot be reached
    node "late" cannot be reached
    /options/0/id = "a b"
    node "menu" has something malformed (options.0.id)
    node "menu" has no port "orders"
    node "card" cannot be reached
    node "menu" has nothing connected to its port "a b"
    node "number" cannot be reached
    node "look-up" cannot be reached
    node "late" cannot be reached
    /options/0/keywords = ["100","101","102","103","104","105","106","107","108","109"
    node "menu" has too many of something (options.0.keywords)
    /prompt = ""
    node "language" is missing something (prompt)
    /form/options = []
    node "language" is missing something (form.options)
    /form/options/0/value = "English"
    node "language" says twice: "English" (form.options.1.value)
    /form/options/0/value = "english"
    node "language" has look-alikes: "English" and "english" (form.options.1.value)
    /form/options/0/id = "en"
    node "language" says twice: "en" (form.options.1.id)
    /variable = ""
    node "language" is missing something (variable)
    /variable = "StaffNo"
    node "language" uses a name of the system: "StaffNo" (variable)
    /variable = "my name"
    node "language" has something malformed (variable)
    /variable = "1st"
    node "language" has something malformed (variable)
    /variable = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
    node "language" has something malformed (variable)
    /variable = "名_1"
    "#);
}

/// FLOW-09, T704, T707, T709, T1202: calls.
#[test]
fn calls_are_checked() {
    let header = |name: &str| json!([{ "name": name, "value": { "type": "text", "text": "x" } }]);
    insta::assert_snapshot!(table(&[
        ("look-up", "/url", "".into()),
        ("look-up", "/url", "file:///etc/passwd".into()),
        ("look-up", "/url", "https://${order}.example/".into()),
        ("look-up", "/url", "https://a:b@shop.example/".into()),
        ("look-up", "/url", "https://shop.example/${nobody}".into()),
        ("look-up", "/timeout_seconds", 31.into()),
        ("look-up", "/timeout_seconds", (-1).into()),
        ("look-up", "/max_errors", 0.into()),
        ("look-up", "/max_errors", 6.into()),
        ("look-up", "/parameters/0/name", "".into()),
        ("look-up", "/parameters/0/value", "${later}".into()),
        ("look-up", "/parameters", Value::Array(vec![json!({ "name": "a", "value": "" }); 2])),
        ("look-up", "/parameters", (0..51).map(|it| json!({ "name": it.to_string(), "value": "" })).collect()),
        ("look-up", "/results/0/variable", "WaitNo".into()),
        ("look-up", "/results/0/field", " ".into()),
        ("look-up", "/results/0/default", "x".repeat(2_001).into()),
        ("look-up", "/headers", header("Content-Type")),
        ("look-up", "/headers", header("X-Frontdesk-Signature")),
        ("look-up", "/headers", header("X Key")),
        ("look-up", "/headers/1/name", "x-key".into()),
        ("look-up", "/headers/1/value/text", "a\r\nHost: b".into()),
        ("look-up", "/headers/0/value", json!({ "type": "secret" })),
        ("look-up", "/headers/0/value/secret_id", "sec_00000000000000000000000000000099".into()),
        ("look-up", "/signing_secret_id", "sec_00000000000000000000000000000099".into()),
    ]), @r#"
    /url = ""
    node "look-up" is missing something (url)
    /url = "file:///etc/passwd"
    node "look-up" has something malformed (url)
    /url = "https://${order}.example/"
    node "look-up" has something malformed (url)
    /url = "https://a:b@shop.example/"
    node "look-up" has something malformed (url)
    /url = "https://shop.example/${nobody}"
    node "look-up" uses a parameter that may have no value yet: "nobody" (url)
    /timeout_seconds = 31
    node "look-up" has a number out of range (timeout_seconds)
    /timeout_seconds = -1
    node "look-up" has a number out of range (timeout_seconds)
    /max_errors = 0
    node "look-up" has a number out of range (max_errors)
    /max_errors = 6
    node "look-up" has a number out of range (max_errors)
    /parameters/0/name = ""
    node "look-up" is missing something (parameters.0.name)
    /parameters/0/value = "${later}"
    node "look-up" uses a parameter that may have no value yet: "later" (parameters.0.value)
    /parameters = [{"name":"a","value":""},{"name":"a","value":""}]
    node "look-up" says twice: "a" (parameters.1.name)
    /parameters = [{"name":"0","value":""},{"name":"1","value":""},{"name":"2"
    node "look-up" has too many of something (parameters)
    /results/0/variable = "WaitNo"
    node "look-up" uses a name of the system: "WaitNo" (results.0.variable)
    node "late" uses a parameter that may have no value yet: "days" (branches.0.all.0.parameter)
    /results/0/field = " "
    node "look-up" is missing something (results.0.field)
    /results/0/default = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    node "look-up" has a text that is too long (results.0.default)
    /headers = [{"name":"Content-Type","value":{"text":"x","type":"text"}}]
    node "look-up" uses a name of the system: "content-type" (headers.0.name)
    /headers = [{"name":"X-Frontdesk-Signature","value":{"text":"x","type":
    node "look-up" uses a name of the system: "x-frontdesk-signature" (headers.0.name)
    /headers = [{"name":"X Key","value":{"text":"x","type":"text"}}]
    node "look-up" has something malformed (headers.0.name)
    /headers/1/name = "x-key"
    node "look-up" says twice: "x-key" (headers.1.name)
    /headers/1/value/text = "a\r\nHost: b"
    node "look-up" has a text with characters that are not allowed (headers.1.value)
    /headers/0/value = {"type":"secret"}
    node "look-up" is missing something (headers.0.value)
    /headers/0/value/secret_id = "sec_00000000000000000000000000000099"
    node "look-up" names a secret that does not exist (headers.0.value)
    /signing_secret_id = "sec_00000000000000000000000000000099"
    node "look-up" names a secret that does not exist (signing_secret_id)
    "#);
}

/// FLOW-07, FLOW-10, FLOW-11, FLOW-12: what decides, and who is asked.
#[test]
fn the_other_kinds_are_checked() {
    let branch = |id: &str, all: Value| json!([{ "id": id, "label": "", "all": all }]);
    let comparison = |parameter: &str| json!([{ "parameter": parameter, "operator": "equal", "value": "${order}" }]);
    insta::assert_snapshot!(table(&[
        ("late", "/branches", json!([])),
        ("late", "/branches", branch("late", json!([]))),
        ("late", "/branches", branch("late", comparison(""))),
        ("late", "/branches", branch("late", comparison("语言"))),
        ("late", "/branches", branch("late", comparison("SystemSessionId"))),
        ("late", "/branches/0/id", "default".into()),
        ("late", "/branches/0/label", "x".repeat(65).into()),
        ("robot", "/bot_id", "bot_00000000000000000000000000000099".into()),
        ("robot", "/turn_limit", 0.into()),
        ("robot", "/turn_limit", 101.into()),
        ("robot", "/unknown_limit", 21.into()),
        ("robot", "/human_words/0", "thanks".into()),
        ("robot", "/human_words/0", "Ｔhanks".into()),
        ("robot", "/human_words", Value::Array((0..51).map(|it| it.to_string().into()).collect())),
        ("robot", "/welcome_text", "${order}".into()),
        ("queue", "/skill_group_id", "grp_00000000000000000000000000000099".into()),
        ("queue", "/waiting_text", "${WaitNo} ${order}".into()),
        ("end", "/silence_text", "${order}".into()),
        ("end", "/inactive_text", "${order}".into()),
    ]), @r#"
    /branches = []
    node "late" is missing something (branches)
    node "late" has no port "late"
    /branches = [{"all":[],"id":"late","label":""}]
    node "late" is missing something (branches.0.all)
    /branches = [{"all":[{"operator":"equal","parameter":"","value":"${order
    node "late" is missing something (branches.0.all.0.parameter)
    /branches = [{"all":[{"operator":"equal","parameter":"语言","value":"${ord
    node "late" uses a parameter that may have no value yet: "语言" (branches.0.all.0.parameter)
    /branches = [{"all":[{"operator":"equal","parameter":"SystemSessionId","

    /branches/0/id = "default"
    node "late" says twice: "default" (branches.0.id)
    node "late" has no port "late"
    /branches/0/label = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
    node "late" has a text that is too long (branches.0.label)
    /bot_id = "bot_00000000000000000000000000000099"
    node "robot" names a bot that does not exist (bot_id)
    /turn_limit = 0
    node "robot" has a number out of range (turn_limit)
    /turn_limit = 101
    node "robot" has a number out of range (turn_limit)
    /unknown_limit = 21
    node "robot" has a number out of range (unknown_limit)
    /human_words/0 = "thanks"
    node "robot" says twice: "thanks" (solved_words.0)
    /human_words/0 = "Ｔhanks"
    node "robot" has look-alikes: "thanks" and "Ｔhanks" (solved_words.0)
    /human_words = ["0","1","2","3","4","5","6","7","8","9","10","11","12","13"
    node "robot" has too many of something (human_words)
    /welcome_text = "${order}"
    node "robot" uses a parameter that may have no value yet: "order" (welcome_text)
    /skill_group_id = "grp_00000000000000000000000000000099"
    node "queue" names a skill group that does not exist (skill_group_id)
    /waiting_text = "${WaitNo} ${order}"
    node "queue" uses a parameter that may have no value yet: "order" (waiting_text)
    /silence_text = "${order}"
    node "end" uses a parameter that may have no value yet: "order" (silence_text)
    /inactive_text = "${order}"
    node "end" uses a parameter that may have no value yet: "order" (inactive_text)
    "#);
    let mut draft = all_nodes();
    for node in draft["nodes"].as_array_mut().expect("a list") {
        for field in ["skill_group_id", "bot_id"] {
            node.as_object_mut().expect("an object").remove(field);
        }
    }
    insta::assert_snapshot!(faults_of(draft), @r#"
    node "robot" is missing something (bot_id)
    node "queue" is missing something (skill_group_id)
    "#);
}

/// FLOW-13: the zone and the fallback belong to the flow, and may use nothing that only some sessions have.
#[test]
fn the_frame_is_checked() {
    let with = |pointer: &str, value: Value| {
        let mut document = all_nodes();
        *document.pointer_mut(pointer).expect("a field") = value;
        faults_of(document)
    };
    let form = |prompt: &str, thanks: &str| json!({ "to": "message_form", "prompt": prompt, "thanks_text": thanks });
    let faults = [
        with("/time_zone", "Mars/Olympus".into()),
        with("/time_zone", "".into()),
        with(
            "/fallback/skill_group_id",
            "grp_00000000000000000000000000000099".into(),
        ),
        with("/fallback", json!({ "to": "skill_group", "text": "${order}" })),
        with("/fallback", form(" ", "${order}")),
        with("/fallback", form("a\0b", &"x".repeat(4_001))),
        with("/fallback", form("${SystemClientUserID}?", "")),
    ];
    insta::assert_snapshot!(faults.join("\n"), @r#"
    the flow has something malformed (time_zone)
    the flow has something malformed (time_zone)
    the flow names a skill group that does not exist (fallback.skill_group_id)
    the flow uses a parameter that may have no value yet: "order" (fallback.text)
    the flow is missing something (fallback.skill_group_id)
    the flow uses a parameter that may have no value yet: "order" (fallback.thanks_text)
    the flow is missing something (fallback.prompt)
    the flow has a text with characters that are not allowed (fallback.prompt)
    the flow has a text that is too long (fallback.thanks_text)
    "#);
}

/// FLOW-13: a parameter has a value on every way that leads to its use, and each way counts.
#[test]
fn parameters_have_values_on_every_way() {
    let mut document = all_nodes();
    let say = |id: &str, text: &str| {
        json!({ "id": id, "label": "", "position": { "x": 0, "y": 0 }, "kind": "send_message",
            "message": { "type": "text", "text": text } })
    };
    let nodes = document["nodes"].as_array_mut().expect("a list");
    nodes.push(say("both", "${order} ${语言} ${nobody} ${} ${ order}"));
    nodes.push(say("known", "${order} ${days}"));
    for way in document["connections"].as_array_mut().expect("a list") {
        // Behind the card the order and the days are known; where both ways meet neither is.
        if way["from"] == "card" {
            way["to"] = "known".into();
        }
        if way["from"] == "robot" && way["port"] == "solved" {
            way["to"] = "both".into();
        }
    }
    let ways = document["connections"].as_array_mut().expect("a list");
    ways.push(json!({ "from": "known", "port": "next", "to": "both" }));
    ways.push(json!({ "from": "both", "port": "next", "to": "end" }));
    insta::assert_snapshot!(faults_of(document), @r#"
    node "both" uses a parameter that may have no value yet: "order" (message.text)
    node "both" uses a parameter that may have no value yet: "语言" (message.text)
    node "both" uses a parameter that may have no value yet: "nobody" (message.text)
    node "both" uses a parameter that may have no value yet: " order" (message.text)
    "#);
}

/// FLOW-13: a session's row holds all variables, so there are not too many.
#[test]
fn variables_are_counted() {
    let results = |count: usize| -> Value {
        let result = |number| json!({ "variable": format!("v{number}"), "field": "x", "default": "" });
        (0..count).map(result).collect()
    };
    let mut document = all_nodes();
    let first = document["nodes"][10].clone();
    assert_eq!(first["id"], "look-up");
    let mut again = first.clone();
    again["id"] = "again".into();
    again["results"] = results(50);
    let nodes = document["nodes"].as_array_mut().expect("a list");
    nodes.push(again);
    nodes[10]["results"] = (50..97)
        .map(|number| json!({ "variable": format!("v{number}"), "field": "x", "default": "" }))
        .collect();
    let keep = json!({ "variable": "days", "field": "x", "default": "" });
    nodes[10]["results"].as_array_mut().expect("a list").push(keep);
    let ways = document["connections"].as_array_mut().expect("a list");
    let way = ways.iter_mut().find(|way| way["from"] == "look-up").expect("a way");
    way["to"] = "again".into();
    ways.push(json!({ "from": "again", "port": "next", "to": "late" }));
    // 97 and the order, the language and the days make a hundred.
    assert_eq!(faults_of(document.clone()), "");
    let more = json!({ "variable": "more", "field": "x", "default": "" });
    document["nodes"][10]["results"]
        .as_array_mut()
        .expect("a list")
        .push(more);
    assert_eq!(faults_of(document), "the flow has too many of something (variables)");
}

/// FLOW-13, T906: a call waits for nobody, so a circle of calls is endless; one with a question is not.
#[test]
fn a_circle_of_calls_is_endless() {
    let mut document = all_nodes();
    for way in document["connections"].as_array_mut().expect("a list") {
        if way["from"] == "card" {
            way["to"] = "look-up".into();
        }
    }
    insta::assert_snapshot!(faults_of(document), @r#"
    node "card" is part of a loop in which nothing waits
    node "look-up" is part of a loop in which nothing waits
    node "late" is part of a loop in which nothing waits
    "#);
}

/// U12, U21: only people ask while a person serves.
#[test]
fn nothing_is_asked_while_somebody_serves() {
    let mut document = all_nodes();
    for way in document["connections"].as_array_mut().expect("a list") {
        if way["from"] == "queue" && way["port"] == "accepted" {
            way["to"] = "always".into();
        }
    }
    insta::assert_snapshot!(faults_of(document), @r#"node "menu" acts in a session that an agent serves already"#);
}

/// R14: a look-alike is a warning, everything else an error.
#[test]
fn r14_look_alikes_are_warnings() {
    let mut document = all_nodes();
    document["nodes"][7]["options"][0]["value"] = "something else".into();
    let document: Document = serde_json::from_value(document).expect("a document");
    let faults = check(&document, &everything_known());
    let severities: Vec<Severity> = faults.iter().map(|fault| fault.severity).collect();
    assert_eq!(severities, [Severity::Warning]);
    let json = serde_json::to_value(&faults[0]).expect("plain data");
    assert_eq!(
        json,
        json!({ "node": "menu", "field": "options.1.value", "severity": "warning", "fault": "look_alike",
            "value": "Something else", "other": "something else" })
    );
}
