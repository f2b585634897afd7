//! The chat on other people's pages: who may show it, and what their browsers are told.

use serde_json::{Value, json};

use crate::caller::Answer;
use crate::talk::{Desk, text_of};

/// Names the websites of the first channel.
async fn allow(desk: &Desk, websites: &[&str]) -> Answer {
    let id = desk.channel_id("site").await;
    let body = json!({"websites": websites});
    desk.admin().http.patch(&format!("/channels/{id}"), &body).await
}

async fn launcher(desk: &Desk, origin: Option<&str>) -> Answer {
    let mut caller = desk.nobody();
    caller.origin = origin.map(str::to_owned);
    caller.get("/visitor/channels/site/launcher").await
}

/// Something outside of the API.
async fn page(desk: &Desk, path: &str, language: &str) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let request = client.get(format!("{}{path}", desk.nobody().base));
    let request = request.header("accept-language", language);
    request.send().await.expect("the desk answers")
}

fn header(response: &reqwest::Response, name: &str) -> String {
    let value = response.headers().get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// T212, T213, G11: only the channel's websites are told how the launcher looks, by exact origin; without any website
/// nobody but the desk itself. What is told may be read by those pages, a refusal too, and nothing else may.
#[tokio::test]
async fn only_the_channels_websites_are_told() {
    let desk = Desk::start().await;
    launcher(&desk, None).await.ok();
    launcher(&desk, Some(&desk.origin())).await.ok();
    launcher(&desk, Some("https://shop.example"))
        .await
        .refused(403, "website_unknown");
    allow(
        &desk,
        &[
            "https://Shop.example/",
            "https://*.shop.example",
            "http://localhost:3000",
        ],
    )
    .await
    .ok();
    for good in [
        "https://shop.example",
        "https://www.shop.example",
        "http://localhost:3000",
    ] {
        let told = launcher(&desk, Some(good)).await;
        assert_eq!(told.ok()["side"], "right", "{good}");
        assert_eq!(told.header("access-control-allow-origin"), Some("*"));
        assert_eq!(told.header("access-control-allow-credentials"), None, "T214");
    }
    for bad in [
        "http://shop.example",
        "https://shop.example:8443",
        "https://shop.example.evil.tld",
        "https://evilshop.example",
        "https://shop.example.",
        "http://localhost:3001",
        "null",
        "nonsense",
    ] {
        let refused = launcher(&desk, Some(bad)).await;
        refused.refused(403, "website_unknown");
        assert_eq!(refused.header("access-control-allow-origin"), Some("*"), "{bad}");
    }
    let mut page = desk.nobody();
    page.origin = Some("https://shop.example".to_owned());
    let other = page.get("/visitor/channels/site").await;
    assert_eq!(other.header("access-control-allow-origin"), None);
}

/// T212, T120: which sites may frame the chat page is said by the server, for each channel; a wrong one is not taken.
#[tokio::test]
async fn the_chat_page_says_who_may_frame_it() {
    let desk = Desk::start().await;
    let framing = async |path: &str| {
        let policy = header(&page(&desk, path, "en").await, "content-security-policy");
        assert!(!policy.contains("unsafe"), "{policy}");
        let (_, framing) = policy.split_once("frame-ancestors ").expect("somebody");
        framing.to_owned()
    };
    assert_eq!(framing("/chat/site").await, "'self'");
    allow(&desk, &["https://shop.example", "https://*.shop.example:8443"])
        .await
        .ok();
    assert_eq!(
        framing("/chat/site").await,
        "'self' https://shop.example https://*.shop.example:8443"
    );
    assert_eq!(framing("/chat/nothing").await, "'self'");
    for bad in [
        "*",
        "https://*",
        "https://a.example; script-src *",
        "https://a.example/x",
        "javascript:alert(1)",
        "",
    ] {
        let refused = allow(&desk, &[bad]).await;
        refused.refused(400, "invalid_request");
        assert_eq!(refused.body["fields"][0]["field"], "websites", "{bad}");
    }
    let many: Vec<String> = (0..51).map(|n| format!("https://s{n}.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    allow(&desk, &many).await.refused(400, "invalid_request");
    assert_eq!(
        framing("/chat/site").await,
        "'self' https://shop.example https://*.shop.example:8443"
    );
}

/// T220, T224, CHAN-04: the script may be loaded from anywhere and checked by its hash; the name that pages keep is asked
/// for again soon, the one with the hash in it never.
#[tokio::test]
async fn the_script_is_for_every_page() {
    let desk = Desk::start().await;
    let script = page(&desk, "/widget.js", "en").await;
    if script.status() == 404 {
        // Built without the web: there is no script, and no page stands in for it.
        assert_eq!(header(&script, "cache-control"), "no-store");
        return;
    }
    assert_eq!(header(&script, "content-type"), "text/javascript");
    assert_eq!(header(&script, "access-control-allow-origin"), "*");
    assert_eq!(header(&script, "cross-origin-resource-policy"), "cross-origin");
    assert!(header(&script, "cache-control").starts_with("public, max-age=300"));
    let tag = header(&script, "etag");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let again = client.get(format!("{}/widget.js", desk.nobody().base));
    let again = again.header("if-none-match", tag).send().await.expect("an answer");
    assert_eq!(again.status(), 304);

    let text = script.text().await.expect("a text");
    let told = page(&desk, "/chat-assets/widget/widget.json", "en")
        .await
        .text()
        .await
        .expect("a text");
    let told: Value = serde_json::from_str(&told).expect("JSON");
    let kept = page(&desk, told["path"].as_str().expect("a path"), "en").await;
    assert_eq!(header(&kept, "cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(header(&kept, "access-control-allow-origin"), "*");
    assert_eq!(kept.text().await.expect("a text"), text);

    let chat = page(&desk, "/chat/site", "en-GB").await;
    assert_eq!(header(&chat, "cache-control"), "no-store");
    assert!(header(&chat, "vary").contains("accept-language"));
    assert!(chat.text().await.expect("a text").contains("<html lang=\"en\">"));
    let chat = page(&desk, "/chat/site", "").await.text().await.expect("a text");
    assert!(chat.contains("<html lang=\"zh-CN\">"));
    assert_eq!(page(&desk, "/try/site", "en").await.status(), 200);
}

/// CHAN-04, T102, T106, T307: what a host page tells about its visitor is shown to the agent as the text that it is, at once
/// and without being believed; what cannot be shown is refused and changes nothing.
#[tokio::test]
async fn agents_see_what_the_host_page_tells() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let guest = desk.guest().await;
    let mut workbench = ann.ready().await;
    guest.says("hello").await;
    let shown = workbench.until(|frame| frame["type"] == "session").await;
    assert_eq!(shown["session"]["visitor"]["custom_data"], json!({}));
    let tell = async |about: Value| {
        let mut body = about;
        body["token"] = guest.token.clone().into();
        desk.nobody().post("/visitor/channels/site/token", &body).await
    };
    let hostile = "<img src=x onerror=alert(1)> {{7*7}}";
    let data = json!({"level": "gold", "__proto__": hostile, "备注": "x\u{202e}y"});
    tell(json!({"nickname": hostile, "avatar": "https://img.example/v.png", "custom_data": data}))
        .await
        .ok();
    let told = workbench
        .until(|frame| frame["session"]["visitor"]["custom_data"]["level"] == "gold")
        .await;
    let visitor = &told["session"]["visitor"];
    assert_eq!(visitor["nickname"], hostile);
    assert_eq!(visitor["avatar"], "https://img.example/v.png");
    assert_eq!(visitor["custom_data"]["__proto__"], hostile);
    assert_eq!(visitor["custom_data"]["备注"], "xy", "T108");
    assert!(visitor.get("external_id").is_none(), "nothing is proven by it");

    let many: serde_json::Map<String, Value> = (0..21).map(|n| (n.to_string(), "x".into())).collect();
    for (bad, field) in [
        (json!({"avatar": "javascript:alert(1)"}), "avatar"),
        (json!({"avatar": "http://img.example/v.png"}), "avatar"),
        (json!({"custom_data": many}), "custom_data"),
        (json!({"custom_data": {"a": "x".repeat(257)}}), "custom_data"),
        (json!({"custom_data": {"": "x"}}), "custom_data"),
    ] {
        let refused = tell(bad.clone()).await;
        refused.refused(400, "invalid_request");
        assert_eq!(refused.body["fields"][0]["field"], field, "{bad}");
    }
    tell(json!({"custom_data": {"a": 7}}))
        .await
        .refused(400, "invalid_request");
    // What is not told stays; what is told empty goes.
    tell(json!({"nickname": "Vera", "avatar": ""})).await.ok();
    let told = workbench
        .until(|frame| frame["session"]["visitor"]["nickname"] == "Vera")
        .await;
    assert_eq!(told["session"]["visitor"]["custom_data"]["level"], "gold");
    assert!(told["session"]["visitor"].get("avatar").is_none());
    guest.says("still here").await;
    workbench.until(|frame| text_of(frame) == ["still here"]).await;
}

/// T309: a page of another site that got hold of a visitor's token cannot use it.
#[tokio::test]
async fn a_token_is_good_on_the_desks_own_pages() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    guest.says("hello").await;
    let mut thief = desk.bearer(&guest.token);
    thief.origin = Some("https://shop.example".to_owned());
    allow(&desk, &["https://shop.example"]).await.ok();
    thief.get("/visitor/conversation").await.refused(401, "not_signed_in");
    let body = json!({"client_id": "k", "content": {"type": "text", "text": "stolen"}});
    thief
        .post("/visitor/messages", &body)
        .await
        .refused(401, "not_signed_in");
    thief.origin = Some(desk.origin());
    thief.get("/visitor/conversation").await.ok();
}
