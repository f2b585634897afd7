//! Values that a parser, a query or a sum could stumble over: each is taken as the text or number that it is, or
//! refused by name.

use serde_json::{Value, json};
use store::Engine;

use crate::talk::{Answer, Caller, Desk, new_key, texts};
use crate::visitors::{sign, signing};

/// Texts that mean something to one language or another that the desk's own parts speak.
const COMMANDS: [&str; 12] = [
    "' OR 1=1 --",
    "'; DROP TABLE entries; --",
    "\" OR \"\"=\"",
    "x') UNION SELECT password_hash FROM agents --",
    "$1",
    "?1 :name @name",
    "1e999",
    "\\'; SELECT pg_sleep(9); --",
    "%' AND 1=1 ESCAPE '!",
    "/* */ NULL",
    "{\"$ne\": null}",
    "${jndi:ldap://x} $(id) `id` | id",
];

fn labels(answer: &Answer, field: &str) -> Vec<String> {
    let body = answer.ok();
    let items = body["items"].as_array().expect("a list").iter();
    items
        .map(|item| item[field].as_str().unwrap_or_default().to_owned())
        .collect()
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// T806, T104, T502: commands of other languages are texts in every field and every search, on both engines: what was
/// written comes back, what was looked for is found, and nothing else happens.
#[tokio::test]
async fn text_never_becomes_a_command() {
    text_never_becomes_a_command_on(Desk::start_on(Engine::Sqlite).await).await;
    text_never_becomes_a_command_on(Desk::start_on(Engine::Postgres).await).await;
}

async fn text_never_becomes_a_command_on(desk: Desk) {
    let admin = &desk.admin().http;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let flow = admin.get("/flows").await.ok()["items"][0].clone();
    for (number, text) in COMMANDS.into_iter().enumerate() {
        let group = json!({"name": text, "reception_limit": 5});
        admin.post("/skill-groups", &group).await.ok();
        let channel = json!({"title": text, "flow_id": flow["id"]});
        admin.post("/channels", &channel).await.ok();
        let agent = json!({
            "name": text, "nickname": text.chars().take(32).collect::<String>().trim(), "staff_no": format!("n{number}"),
            "email": format!("n{number}@example.com"), "role": "agent",
        });
        admin.post("/agents", &agent).await.ok();
        let flow = json!({"name": text, "settings": flow["settings"]});
        admin.post("/flows", &flow).await.ok();
        // The name itself, and nothing else, is found by it.
        for (list, field) in [
            ("skill-groups", "name"),
            ("channels", "title"),
            ("flows", "name"),
            ("agents", "name"),
        ] {
            let found = labels(&admin.get(&format!("/{list}?query={}", encoded(text))).await, field);
            assert_eq!(found, [text], "{list}");
        }
        admin.get(&format!("/mail-outbox?query={}", encoded(text))).await.ok();
        for path in [
            "/agents?cursor=",
            "/sessions?cursor=",
            "/channels?limit=",
            "/flows?sort=",
            "/sessions?state=",
        ] {
            admin
                .get(&format!("{path}{}", encoded(text)))
                .await
                .refused(400, "invalid_request");
        }
        desk.sign_in(text, text).await.refused(401, "wrong_credentials");
        desk.nobody()
            .get(&format!("/visitor/channels/{}", encoded(text)))
            .await
            .refused(404, "not_found");

        let guest = desk.guest_called(text).await;
        let said = guest.says(text).await;
        let session = said["session_id"].as_str().expect("an id");
        bench.has(|frame| frame["session"]["id"] == session).await;
        ann.says(session, text).await;
        let conversation = guest.conversation().await;
        assert_eq!(conversation["visitor"]["nickname"], text);
        let heard = texts(&conversation["entries"]);
        assert_eq!(heard.iter().filter(|said| *said == text).count(), 2, "{heard:?}");
        ann.http
            .post(&format!("/sessions/{session}/end"), &json!({}))
            .await
            .ok();
        let ended = ann.http.get(&format!("/sessions?query={}", encoded(text))).await.ok();
        assert_eq!(ended["items"].as_array().map(Vec::len), Some(1), "{text}: {ended}");
    }
    desk.stop().await;
}

/// T807, T804: a search finds letters of any script in either case, on both engines, and takes every sign as the sign
/// that it is; a text without end or with a character that cannot be stored is refused.
#[tokio::test]
async fn a_search_takes_letters_as_letters() {
    a_search_takes_letters_as_letters_on(Desk::start_on(Engine::Sqlite).await).await;
    a_search_takes_letters_as_letters_on(Desk::start_on(Engine::Postgres).await).await;
}

async fn a_search_takes_letters_as_letters_on(desk: Desk) {
    let admin = &desk.admin().http;
    for name in [
        "Ärzte ÖSTERREICH",
        "ПОДДЕРЖКА",
        "Ελλάδα",
        "销售一部",
        "100%_x",
        "a\\b*c\"d",
        "NEAR(a OR b)",
    ] {
        admin
            .post("/skill-groups", &json!({"name": name, "reception_limit": 5}))
            .await
            .ok();
    }
    for (query, expected) in [
        ("ärzte", &["Ärzte ÖSTERREICH"][..]),
        ("österreich", &["Ärzte ÖSTERREICH"]),
        ("ÄRZTE", &["Ärzte ÖSTERREICH"]),
        ("поддержка", &["ПОДДЕРЖКА"]),
        ("ПОДдер", &["ПОДДЕРЖКА"]),
        ("ελλάδα", &["Ελλάδα"]),
        ("销售", &["销售一部"]),
        ("%", &["100%_x"]),
        ("_", &["100%_x"]),
        ("0%_X", &["100%_x"]),
        ("\\", &["a\\b*c\"d"]),
        ("*", &["a\\b*c\"d"]),
        ("\"", &["a\\b*c\"d"]),
        ("near(", &["NEAR(a OR b)"]),
        ("a or b", &["NEAR(a OR b)"]),
        ("!", &[]),
        ("a% b", &[]),
    ] {
        let found = labels(
            &admin.get(&format!("/skill-groups?query={}", encoded(query))).await,
            "name",
        );
        assert_eq!(found, expected, "{query}");
    }
    let ann = desk.agent("Ann").await;
    for list in [
        "/agents",
        "/skill-groups",
        "/channels",
        "/flows",
        "/mail-outbox",
        "/sessions",
    ] {
        let caller = if list == "/sessions" { &ann.http } else { admin };
        caller.get(&format!("{list}?query={}", "%25".repeat(100))).await.ok();
        for refused in ["%00".to_owned(), "a%00b".to_owned(), "%25".repeat(10_000 / 4)] {
            let answer = caller.get(&format!("{list}?query={refused}")).await;
            answer.refused(400, "invalid_request");
        }
    }
    desk.stop().await;
}

/// T808, T814: sizes, places and numbers are taken in their range and spelling; a place in one list is none in another.
#[tokio::test]
async fn sizes_and_places_have_their_range() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    let ann = desk.agent("Ann").await;
    for number in 0..3 {
        desk.group(&format!("Group {number}"), 5).await;
    }
    let first = admin.get("/skill-groups?limit=2").await.ok();
    let next = first["next"].as_str().expect("more").to_owned();
    let rest = admin.get(&format!("/skill-groups?limit=2&cursor={next}")).await.ok();
    assert_ne!(first["items"], rest["items"]);
    for list in ["/agents", "/channels", "/flows", "/mail-outbox"] {
        admin
            .get(&format!("{list}?cursor={next}"))
            .await
            .refused(400, "invalid_request");
    }
    for limit in [
        "0",
        "-1",
        "101",
        "1e2",
        "0x10",
        "01e",
        " 5",
        "5.0",
        "null",
        "",
        "9223372036854775808",
    ] {
        for list in ["/agents", "/skill-groups", "/channels", "/flows", "/mail-outbox"] {
            let answer = admin.get(&format!("{list}?limit={}", encoded(limit))).await;
            answer.refused(400, "invalid_request");
        }
    }
    for query in [
        "cursor=0",
        "cursor=-1",
        "cursor=../x",
        "cursor[]=1",
        "limit[]=5",
        "offset=5",
        "page=2",
        "order=name",
        "sort=-created_at",
        "group_by=id",
        "fields=password_hash",
        "include=agents",
        "filter[name][$ne]=x",
        "tenant_id=ten_1",
        "q=a%20OR%20b",
    ] {
        // T519: a filter that is not listed is none.
        admin
            .get(&format!("/agents?{query}"))
            .await
            .refused(400, "invalid_request");
        ann.http
            .get(&format!("/sessions?{query}"))
            .await
            .refused(400, "invalid_request");
    }
    // The last page that can be asked for, and the pages beyond: nothing there, and nothing breaks.
    for id in [
        "grp_ffffffffffffffffffffffffffffffff",
        "grp_00000000000000000000000000000000",
    ] {
        let answer = admin.get(&format!("/skill-groups?cursor={id}")).await;
        assert!(matches!(answer.status, 200 | 400), "{id}: {}", answer.text);
    }
}

/// One number in one place where a client may say one.
async fn tries(caller: &Caller, method: &str, path: &str, number: &Value, body: impl Fn(&Value) -> Value) -> u16 {
    let answer = caller.send(method, path, Some(&body(number))).await;
    if answer.status >= 400 {
        answer.refused(answer.status, answer.body["code"].as_str().unwrap_or("none"));
    }
    answer.status
}

/// T814, T910, T813: every number that somebody may set is taken as a whole number in its range and refused otherwise;
/// no sum of times runs over.
#[tokio::test]
async fn numbers_have_their_range() {
    let desk = Desk::start().await;
    let admin = &desk.admin().http;
    let ann = desk.agent("Ann").await;
    let group = desk.group_id();
    let (group_path, member) = (
        format!("/skill-groups/{group}"),
        format!("/skill-groups/{group}/members/{}", ann.id),
    );
    let flow = admin.get("/flows").await.ok()["items"][0].clone();
    let flow_path = format!("/flows/{}", flow["id"].as_str().expect("an id"));
    let flow_with = |field: &'static str| {
        let settings = flow["settings"].clone();
        move |number: &Value| {
            let mut settings = settings.clone();
            settings[field] = number.clone();
            json!({"settings": settings})
        }
    };
    let never = [
        json!(-1),
        json!(1.5),
        json!("5"),
        json!("0x5"),
        json!("05"),
        json!(true),
        json!([5]),
        json!(i64::MIN),
        json!(i64::MAX),
        json!(2_147_483_648_i64),
        json!(u64::MAX),
        json!(1e300),
    ];
    let limit = |number: &Value| json!({"reception_limit": number});
    let own = |number: &Value| json!({"own_limit": number});
    let priority = |number: &Value| json!({"priority": number});
    for number in never.iter().chain([&json!(0)]) {
        assert_eq!(
            tries(admin, "PATCH", &group_path, number, limit).await,
            400,
            "reception_limit {number}"
        );
        assert_eq!(
            tries(&ann.http, "PUT", "/me/reception-limit", number, own).await,
            400,
            "own_limit {number}"
        );
        assert_eq!(
            tries(admin, "PUT", &member, number, priority).await,
            400,
            "priority {number}"
        );
        for field in ["silence_seconds", "queue_timeout_seconds", "queue_limit"] {
            let status = tries(admin, "PATCH", &flow_path, number, flow_with(field)).await;
            assert_eq!(status, 400, "{field} {number}");
        }
    }
    for (field, range) in [
        ("silence_seconds", 10..=86_400),
        ("queue_timeout_seconds", 10..=86_400),
        ("queue_limit", 1..=10_000),
    ] {
        for (number, expected) in [
            (range.start() - 1, 400),
            (*range.start(), 200),
            (*range.end(), 200),
            (range.end() + 1, 400),
        ] {
            let status = tries(admin, "PATCH", &flow_path, &json!(number), flow_with(field)).await;
            assert_eq!(status, expected, "{field} {number}");
        }
    }
    for (number, expected) in [(1, 200), (200, 200), (201, 400)] {
        assert_eq!(
            tries(admin, "PATCH", &group_path, &json!(number), limit).await,
            expected,
            "{number}"
        );
    }
    for (number, expected) in [(1, 200), (5, 200), (6, 400)] {
        assert_eq!(
            tries(admin, "PUT", &member, &json!(number), priority).await,
            expected,
            "{number}"
        );
    }
    for (number, expected) in [(1, 200), (100, 200), (101, 400)] {
        assert_eq!(
            tries(&ann.http, "PUT", "/me/reception-limit", &json!(number), own).await,
            expected,
            "{number}"
        );
    }
}

/// T814, T803: no line number, however far out, breaks a read, a mark or a page's first frame; the marks stay where
/// there are lines.
#[tokio::test]
async fn line_numbers_far_out_break_nothing() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let session = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
    for seq in [i64::MIN, -1, 0, i64::MAX] {
        for (caller, path, body) in [
            (&ann.http, format!("/sessions/{session}/read"), json!({"seq": seq})),
            (&guest.http, "/visitor/read".to_owned(), json!({"seq": seq})),
        ] {
            let answer = caller.post(&path, &body).await;
            assert!(matches!(answer.status, 200 | 400), "{seq}: {}", answer.text);
        }
        for (caller, path) in [
            (&ann.http, format!("/sessions/{session}/entries?after_seq={seq}")),
            (&ann.http, format!("/sessions/{session}/entries?before_seq={seq}")),
            (&ann.http, format!("/sessions/{session}/entries?limit={seq}")),
            (&ann.http, format!("/sessions/{session}/history?limit={seq}")),
            (&ann.http, format!("/sessions/{session}/history?cursor={session}.{seq}")),
            (&ann.http, format!("/sessions?cursor={seq}.{session}")),
            (&ann.http, format!("/sessions?limit={seq}")),
            (
                &guest.http,
                format!("/visitor/conversation?session_id={session}&after_seq={seq}"),
            ),
            (
                &guest.http,
                format!("/visitor/history?before_session_id={session}&before_seq={seq}"),
            ),
            (
                &guest.http,
                format!("/visitor/history?before_session_id={session}&before_seq=5&limit={seq}"),
            ),
        ] {
            let answer = caller.get(&path).await;
            assert!(
                matches!(answer.status, 200 | 400),
                "{path}: {} {}",
                answer.status,
                answer.text
            );
        }
        page.send(json!({"type": "read", "seq": seq})).await;
        page.send(json!({"type": "catch_up", "session_id": session, "after_seq": seq}))
            .await;
        bench
            .send(json!({"type": "read", "session_id": session, "seq": seq}))
            .await;
        bench
            .send(json!({"type": "catch_up", "session_id": session, "after_seq": seq}))
            .await;
        drop(ann.connect_after(seq, &session, seq).await);
        drop(guest.connect_after(&session, seq).await);
    }
    let marks = ann.http.get(&format!("/sessions/{session}")).await.ok();
    for mark in ["agent_read", "visitor_read"] {
        let (at, last) = (
            marks[mark].as_i64().expect("a number"),
            marks["last_seq"].as_i64().expect("a number"),
        );
        assert!((0..=last).contains(&at), "{mark}: {marks}");
    }
    page.post("still here").await;
    page.next("ack").await;
    bench.post_in(&session, "still here too").await;
    bench.next("ack").await;
}

/// T813: a proof of identity from the far past, the far future or no time at all is refused; no date that somebody may
/// send makes the desk stumble.
#[tokio::test]
async fn times_far_out_are_refused() {
    let desk = Desk::start().await;
    let secret = signing(&desk).await;
    let now = desk.now_seconds();
    for (number, (expires_at, is_good)) in [
        (json!(now + 3_600), true),
        (json!(now + 86_400), true),
        (json!(now - 1), false),
        (json!(now + 86_400 + 600), false),
        (json!(0), false),
        (json!(-1), false),
        (json!(i64::MIN), false),
        (json!(i64::MAX), false),
        (json!(now + 366 * 86_400 * 100), false),
        (json!(253_402_300_800_i64), false),
        (json!("2026-02-30T25:61:61Z"), false),
        (json!(now.to_string()), false),
        (json!(1.5), false),
        (json!(null), false),
    ]
    .into_iter()
    .enumerate()
    {
        let user_id = format!("user-{number}");
        let signature = sign(&secret, &user_id, expires_at.as_i64().unwrap_or(now));
        let identity = json!({"user_id": user_id, "expires_at": expires_at, "signature": signature});
        let body = json!({"identity": identity});
        let answer = desk.nobody().post("/visitor/channels/site/token", &body).await;
        if is_good {
            answer.ok_status();
        } else {
            assert!((400..500).contains(&answer.status), "{expires_at}: {}", answer.text);
        }
    }
}

/// T113, T520: what a client may say is a closed list: nothing that only the desk says, in HTTP and frames alike, and
/// nothing by a name that a language keeps for itself.
#[tokio::test]
async fn only_known_words_are_understood() {
    let desk = Desk::start().await;
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let mut page = guest.connect().await;
    let session = guest.says("hello").await["session_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    bench.has(|frame| frame["session"]["id"] == session.as_str()).await;
    let before = guest.lines().await;
    let mut contents: Vec<Value> = [
        "notice",
        "system",
        "custom",
        "card",
        "form",
        "rating",
        "assigned",
        "ended",
        "started",
        "flow_step",
        "queued",
        "html",
        "markdown",
        "TEXT",
        "Text",
        " text",
        "",
        "__proto__",
        "constructor",
        "toString",
    ]
    .into_iter()
    .map(|kind| json!({"type": kind, "text": "x"}))
    .collect();
    for src in [7, 9, 10, 12, 15, 19, 20, 21, 22, 23, 24, 26, 27] {
        contents.push(json!({"type": "text", "text": "x", "src": src}));
        contents.push(json!({"customServicePlugin": 0, "src": src, "content": "x"}));
        contents.push(json!({"type": "custom", "customerServicePlugin": 0, "src": src}));
    }
    contents.push(json!({"type": "text", "text": "x", "author": "system"}));
    contents.push(json!({"type": ["text"], "text": "x"}));
    contents.push(json!({"type": 0, "text": "x"}));
    for content in contents {
        let body = json!({"client_id": new_key(), "content": content});
        guest
            .http
            .post("/visitor/messages", &body)
            .await
            .refused(400, "invalid_request");
        let path = format!("/sessions/{session}/messages");
        ann.http.post(&path, &body).await.refused(400, "invalid_request");
        let mut frame = body;
        frame["type"] = json!("post");
        page.send(frame.clone()).await;
        assert_eq!(
            page.next("refused").await["problem"]["code"],
            "invalid_request",
            "{frame}"
        );
        frame["session_id"] = json!(session);
        bench.send(frame.clone()).await;
        assert_eq!(
            bench.next("refused").await["problem"]["code"],
            "invalid_request",
            "{frame}"
        );
    }
    for kind in [
        "welcome",
        "entries",
        "ack",
        "refused",
        "kicked",
        "going_away",
        "session",
        "removed",
        "me",
        "assign",
        "transfer",
        "sessionEnded",
        "subscribe",
        "Hello",
        "POST",
        "end_session",
        "__proto__",
        "constructor",
        "",
    ] {
        page.send(json!({"type": kind})).await;
        assert_eq!(
            page.next("refused").await["problem"]["code"],
            "invalid_request",
            "{kind}"
        );
        bench.send(json!({"type": kind})).await;
        assert_eq!(
            bench.next("refused").await["problem"]["code"],
            "invalid_request",
            "{kind}"
        );
    }
    for (path, body) in [
        ("/me/status", json!({"status": "busy"})),
        ("/me/status", json!({"status": "forced_offline"})),
        ("/me/status", json!({"status": "Free"})),
        ("/me/status", json!({"status": "free", "agent_id": "agt_1"})),
    ] {
        // T424: busy is what the desk computes, and nobody sets somebody else's.
        ann.http.put(path, &body).await.refused(400, "invalid_request");
    }
    assert_eq!(
        guest.lines().await,
        before,
        "nothing was written, and the session is open"
    );
}

/// T510: what has an id and a key is found by the one that an address asks for, never by the other.
#[tokio::test]
async fn an_id_is_no_name() {
    let desk = Desk::start().await;
    let (admin, id) = (&desk.admin().http, desk.channel_id("site").await);
    admin
        .patch(&format!("/channels/{id}"), &json!({"colour": "#00ff00"}))
        .await
        .ok();
    for name in ["site", "Site"] {
        admin
            .patch(&format!("/channels/{name}"), &json!({"colour": "#00ff00"}))
            .await
            .refused(404, "not_found");
        admin
            .delete(&format!("/channels/{name}"))
            .await
            .refused(404, "not_found");
    }
    desk.nobody()
        .get(&format!("/visitor/channels/{id}"))
        .await
        .refused(404, "not_found");
    let path = format!("/visitor/channels/{id}/token");
    desk.nobody().post(&path, &json!({})).await.refused(404, "not_found");
    for name in ["Ann", "ann@example.com", "Ann-no"] {
        admin.get(&format!("/agents/{name}")).await.refused(404, "not_found");
    }
    // Keys are compared to the letter.
    for key in ["SITE", "Site", "site%20", "s%C4%B1te", "site%00"] {
        desk.nobody()
            .get(&format!("/visitor/channels/{key}"))
            .await
            .refused(404, "not_found");
    }
}

/// A zip file of one entry that says it unpacks to four gigabytes, as its format writes it.
fn zip_bomb() -> Vec<u8> {
    let name = b"a.png";
    let packed = [0x03, 0x00];
    let mut local = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    local.extend(2_u32.to_le_bytes());
    local.extend(u32::MAX.to_le_bytes());
    local.extend([5, 0, 0, 0]);
    local.extend(name);
    local.extend(packed);
    let mut central = b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    central.extend(2_u32.to_le_bytes());
    central.extend(u32::MAX.to_le_bytes());
    central.extend([5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    central.extend(name);
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend(u32::try_from(central.len()).expect("short").to_le_bytes());
    end.extend(u32::try_from(local.len()).expect("short").to_le_bytes());
    end.extend([0, 0]);
    [local, central, end].concat()
}

/// T606: an archive is kept and given back as the bytes that it is, whatever it is called: nothing is unpacked, no small
/// picture is made of it, and nothing of its inside is told.
#[tokio::test]
async fn archives_are_never_unpacked() {
    let desk = Desk::start().await;
    let guest = desk.guest().await;
    for name in ["a.zip", "a.png", "a.docx", "a.svgz", "a.jar"] {
        let before = desk.stored_files().len();
        let file = guest
            .http
            .upload("/visitor/attachments", name, "image/png", zip_bomb())
            .await
            .ok();
        assert_eq!(file["size"], zip_bomb().len(), "{name}: {file}");
        assert!(
            file.get("width").is_none() && file["media_type"] != "image/png",
            "{name}: {file}"
        );
        assert_eq!(desk.stored_files().len(), before + 1, "{name}");
        let path = format!("/visitor/attachments/{}", file["id"].as_str().expect("an id"));
        let back = guest.http.get(&path).await;
        assert_eq!(back.bytes, zip_bomb(), "{name}");
        assert_eq!(back.header("content-type"), Some("application/octet-stream"), "{name}");
        guest
            .http
            .get(&format!("{path}/thumbnail"))
            .await
            .refused(404, "not_found");
    }
}
