use proptest::prelude::*;

use super::*;
use crate::flow::node::ApiParameter;

fn node() -> CallApi {
    CallApi {
        url: String::new(),
        parameters: vec![],
        results: vec![],
        headers: vec![],
        signing_secret_id: None,
        timeout_seconds: 0,
        max_errors: 1,
    }
}

/// The address with `v` as the value of `${v}`.
fn with(template: &str, v: &str) -> Option<String> {
    let get = |name: &str| (name == "v").then(|| Cow::Owned(v.to_owned()));
    address(template, get).map(String::from)
}

/// FLOW-09, T707: values stand in path and query, percent-encoded.
#[test]
fn values_in_addresses_are_encoded() {
    for (template, v, url) in [
        ("https://a.example/x", "", "https://a.example/x"),
        ("http://a.example", "", "http://a.example/"),
        ("https://a.example:8443/o/${v}/x", "7", "https://a.example:8443/o/7/x"),
        (
            "https://a.example/?q=${v}",
            "a b&c=d#e",
            "https://a.example/?q=a%20b%26c%3Dd%23e",
        ),
        ("https://a.example/${v}", "a/b?c", "https://a.example/a%2Fb%3Fc"),
        ("https://a.example/?n=${v}", "王", "https://a.example/?n=%E7%8E%8B"),
        ("https://a.example/?n=${v}", "${v}", "https://a.example/?n=%24%7Bv%7D"),
        ("https://a.example/?a=${v}&b=${v}", "1", "https://a.example/?a=1&b=1"),
        ("https://a.example/${v}x", "..", "https://a.example/..x"),
    ] {
        assert_eq!(with(template, v).as_deref(), Some(url), "{template} with {v:?}");
    }
}

/// T704, T706, T707: no value chooses scheme, host, port or another path; the address is a plain web address.
#[test]
fn addresses_lead_where_they_were_written() {
    for (template, v) in [
        ("${v}://a.example/", "https"),
        ("https://${v}/", "a.example"),
        ("https://a.example${v}/x", ".evil.example"),
        ("https://a.example:${v}/", "80"),
        ("https://${v}@a.example/", "x"),
        ("${v}", "https://a.example/"),
        ("https://a.example/users/${v}/orders", ".."),
        ("https://a.example/users/${v}", "."),
        ("https://a.example/users/${v}${v}/x", "."),
        ("ftp://a.example/", ""),
        ("file:///etc/passwd", ""),
        ("javascript:alert(1)", ""),
        ("https://ann:secret@a.example/", ""),
        ("https://a.example/#${v}", "x"),
        ("https://a.example/\n", ""),
        ("https://a.example/ x", ""),
        ("https:///", ""),
        ("//a.example/", ""),
        ("/x", ""),
        ("", ""),
    ] {
        assert_eq!(with(template, v), None, "{template:?} with {v:?}");
    }
    // Backslashes are slashes to the one parser, so what follows is a path.
    assert_eq!(
        with("https://a.example\\@b.example/${v}", "x").as_deref(),
        Some("https://a.example/@b.example/x")
    );
    assert_eq!(
        with("https://a.example/${v}", &"x".repeat(URL_MAX_BYTES)),
        None,
        "too long"
    );
}

/// T903: values are JSON strings, never parts of the structure.
#[test]
fn values_in_bodies_are_strings() {
    let mut node = node();
    node.parameters = [
        ("city", "${v}"),
        ("both", "<${v}>"),
        ("fixed", "{\"a\":1}"),
        ("number", "7"),
    ]
    .map(|(name, value)| ApiParameter {
        name: name.into(),
        value: value.into(),
    })
    .into();
    let sent = body(&node, |name| {
        (name == "v").then_some(Cow::Borrowed("\",\"admin\":true,\n\"x\":\"\u{0}"))
    });
    let read: Value = serde_json::from_str(&sent).expect("JSON");
    let city = "\",\"admin\":true,\n\"x\":\"\u{0}";
    let both = format!("<{city}>");
    assert_eq!(
        read,
        serde_json::json!({ "city": city, "both": both, "fixed": "{\"a\":1}", "number": "7" })
    );
    node.parameters.clear();
    assert_eq!(body(&node, |_| None), "{}");
}

fn taken(answer: &str, field: &str) -> Option<String> {
    let mut node = node();
    node.results = vec![ApiResult {
        variable: "x".into(),
        field: field.into(),
        default: "default".into(),
    }];
    let mut results = results(&node, answer)?;
    assert_eq!(results.len(), 1);
    let (variable, value) = results.remove(0);
    assert_eq!(variable, "x");
    Some(value)
}

/// FLOW-09, T709: texts, numbers and truth values come out, by the field's name or way; everything else takes the
/// default.
#[test]
fn results_are_taken_by_field() {
    let answer = r#"{
        "city": "北京", "n": 7, "price": 1.50, "vip": true, "nothing": null, "empty": "",
        "data": {"items": [{"id": "a"}, {"id": "b"}], "a.b": "inner"}, "a.b": "flat", "__proto__": "p",
        "StaffNo": "forged"
    }"#;
    for (field, value) in [
        ("city", "北京"),
        ("n", "7"),
        ("price", "1.5"),
        ("vip", "true"),
        ("empty", ""),
        ("data.items.1.id", "b"),
        ("a.b", "flat"),
        ("__proto__", "p"),
        ("nothing", "default"),
        ("data", "default"),
        ("data.items", "default"),
        ("data.items.2.id", "default"),
        ("data.items.x.id", "default"),
        ("data.items.-1", "default"),
        ("data.a.b", "default"),
        ("city.length", "default"),
        ("missing", "default"),
        ("", "default"),
        (".", "default"),
    ] {
        assert_eq!(taken(answer, field).as_deref(), Some(value), "{field:?}");
    }
}

/// T708: what is no JSON object is no answer.
#[test]
fn other_answers_are_none() {
    for answer in [
        "",
        "null",
        "[]",
        "\"x\"",
        "7",
        "{",
        "<html>",
        "{} trailing",
        &"[".repeat(100_000),
        "\u{feff}{}",
    ] {
        assert_eq!(taken(answer, "x"), None, "{:.20}", answer);
    }
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(taken(&deep, "a"), None);
}

/// T709, T804: values are bounded, and hold nothing that cannot be stored.
#[test]
fn results_are_bounded() {
    let long = serde_json::json!({ "x": "汉".repeat(1_000_000), "nul": "a\0b" }).to_string();
    assert_eq!(
        taken(&long, "x").map(|value| value.chars().count()),
        Some(VARIABLE_MAX_CHARS)
    );
    assert_eq!(taken(&long, "nul").as_deref(), Some("ab"));
}

proptest! {
    /// T707: whatever a value is, scheme, host and port stay as written, and the path keeps its parts.
    #[test]
    fn no_value_leads_elsewhere(v in "\\PC{0,12}|[./\\\\?#@:%]{0,8}") {
        if let Some(url) = with("https://a.example:444/x/${v}/y?q=${v}", &v) {
            let url = Url::parse(&url).expect("an address");
            prop_assert_eq!((url.scheme(), url.host_str(), url.port()), ("https", Some("a.example"), Some(444)));
            let path: Vec<&str> = url.path_segments().expect("a path").collect();
            prop_assert_eq!((path.len(), path[0], path[2]), (3, "x", "y"));
            let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            prop_assert_eq!(query, vec![("q".to_owned(), v)]);
        }
    }

    /// T903: the body is an object with exactly the declared members, whatever the values are.
    #[test]
    fn bodies_keep_their_structure(v in "\\PC{0,30}|[\"\\\\{}\\n]{0,10}") {
        let mut node = node();
        node.parameters = vec![ApiParameter { name: "a".into(), value: "${v}".into() }];
        let sent = body(&node, |_| Some(Cow::Borrowed(&*v)));
        prop_assert_eq!(serde_json::from_str::<Value>(&sent).expect("JSON"), serde_json::json!({ "a": v }));
    }

    /// T708, T709: any answer is taken or refused, and never crashes.
    #[test]
    fn any_answer_is_read_or_refused(answer in "\\PC{0,60}|[\\[\\]{}\":,a0.]{0,40}", field in "[a.0]{0,6}") {
        let _ = taken(&answer, &field);
    }
}
