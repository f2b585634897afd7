//! Visitors' pictures that host pages tell of by address (CHAN-04, T106): the desk fetches them, or nobody does.

use std::sync::{Arc, Mutex};

use domain::ids::{Id as _, VisitorId};
use serde_json::json;
use store::Sql;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::attachments::{checksum, png};
use crate::talk::{Answer, Desk, Guest, Person};

static LOOKS_LIKE: Sql = Sql::new("LOOKS_LIKE", file!(), "UPDATE visitors SET avatar = $2 WHERE id = $1");

/// A host of pictures that keeps what it was asked.
struct Host {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Host {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let keeping = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&keeping)));
            }
        });
        Self { port, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }
}

async fn answer(mut stream: TcpStream, asked: Arc<Mutex<Vec<String>>>) {
    let mut head = vec![0; 8192];
    let read = stream.read(&mut head).await.unwrap_or_default();
    let head = String::from_utf8_lossy(&head[..read]).into_owned();
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    asked.lock().expect("no panic").push(head);
    let (status, more, body): (&str, &str, Vec<u8>) = match path.as_str() {
        "/a.png" => ("200 OK", "content-type: text/html", png(600, 300)),
        "/moved.png" => ("302 Found", "location: /a.png", Vec::new()),
        "/bomb.png" => ("200 OK", "content-type: image/png", bomb()),
        "/large.png" => (
            "200 OK",
            "content-type: image/png",
            [png(2, 2), vec![0; 1 << 20]].concat(),
        ),
        "/page.png" => (
            "200 OK",
            "content-type: image/png",
            b"<html><script>alert(1)</script>".to_vec(),
        ),
        "/vector.svg" => (
            "200 OK",
            "content-type: image/svg+xml",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(),
        ),
        "/cut.png" => ("200 OK", "content-type: image/png", png(40, 40)[..300].to_vec()),
        _ => ("404 Not Found", "content-type: image/png", png(2, 2)),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\n{more}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    // Whoever has had enough may close early.
    let _sent = stream.write_all(&[head.as_bytes(), &body].concat()).await;
}

/// A few bytes that claim to be 50,000 pixels wide and high.
fn bomb() -> Vec<u8> {
    let mut bomb = png(2, 2);
    bomb[16..24].copy_from_slice(&[0, 0, 0xc3, 0x50, 0, 0, 0xc3, 0x50]);
    let sum = checksum(&bomb[12..29]).to_be_bytes();
    bomb[29..33].copy_from_slice(&sum);
    bomb
}

/// Ann serves a guest; answers the session too.
async fn served(desk: &Desk) -> (Person, Guest, String) {
    let ann = desk.agent("Ann").await;
    let mut bench = ann.ready().await;
    let guest = desk.guest().await;
    let posted = guest.says("hello").await;
    bench.until(|frame| frame["type"] == "session").await;
    (ann, guest, posted["session_id"].as_str().expect("an id").to_owned())
}

async fn seen_by(person: &Person, session: &str) -> Answer {
    person.http.get(&format!("/sessions/{session}/visitor-picture")).await
}

/// Has the visitor's picture lie at an address that only a test's host may have: a page can tell `https` ones only.
async fn looks_like(desk: &Desk, guest: &Guest, address: String) {
    let id: VisitorId = guest.id.parse().expect("an id");
    let body = async move |tx: &mut store::Tx| {
        let values = store::params![id.uuid().to_string(), address.as_str()];
        tx.execute(&LOOKS_LIKE, values).await
    };
    desk.app().store.write(body).await.expect("written");
}

/// CHAN-04, T106, T602, T711: an agent sees a visitor's picture from the desk itself, made small and under a policy that runs
/// nothing; its host is asked once, by the desk, and hears nothing of the agent.
#[tokio::test]
async fn the_desk_shows_a_picture_that_it_fetched() {
    let host = Host::start().await;
    let desk = Desk::calling(host.port).await;
    let (ann, guest, session) = served(&desk).await;
    seen_by(&ann, &session).await.refused(404, "not_found");
    looks_like(&desk, &guest, format!("http://127.0.0.1:{}/a.png?s=1", host.port)).await;
    // Whatever else comes of the query, the path is what the host answers.
    seen_by(&ann, &session).await.refused(404, "not_found");
    looks_like(&desk, &guest, format!("http://127.0.0.1:{}/a.png", host.port)).await;
    let both = tokio::join!(seen_by(&ann, &session), seen_by(&ann, &session));
    for shown in [both.0, both.1] {
        shown.ok_status();
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        assert!(shown.bytes.starts_with(&[0xff, 0xd8]), "written anew");
        assert!(
            shown
                .header("content-security-policy")
                .is_some_and(|policy| policy.contains("sandbox"))
        );
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    }
    let asked = host.asked();
    assert_eq!(asked.len(), 2, "once for each address: {asked:?}");
    let told = asked[1].to_lowercase();
    for kept in ["cookie", "referer", "authorization", "frontdesk", "ann", &session] {
        assert!(!told.contains(kept), "{kept} in {told}");
    }
}

/// T106, T605, T703, T708: what is no picture, too much of one, broken, elsewhere or not there is not shown, whatever the host
/// calls it, and not asked for again and again.
#[tokio::test]
async fn what_is_no_good_picture_is_not_shown() {
    let host = Host::start().await;
    let desk = Desk::calling(host.port).await;
    let (ann, guest, session) = served(&desk).await;
    let paths = [
        "moved.png",
        "bomb.png",
        "large.png",
        "page.png",
        "vector.svg",
        "cut.png",
        "none.png",
    ];
    for path in paths {
        looks_like(&desk, &guest, format!("http://127.0.0.1:{}/{path}", host.port)).await;
        for _ in 0..2 {
            seen_by(&ann, &session).await.refused(404, "not_found");
        }
    }
    assert_eq!(host.asked().len(), paths.len(), "{:?}", host.asked());
}

/// T106, T701, T507: an address inside the desk's own network is not called, and nobody but who serves the visitor has the desk
/// call anything.
#[tokio::test]
async fn nothing_inside_is_called_for_a_picture() {
    let host = Host::start().await;
    let desk = Desk::start().await;
    let (ann, guest, session) = served(&desk).await;
    let tell = async |address: &str| {
        let body = json!({"token": guest.token, "avatar": address});
        desk.nobody().post("/visitor/channels/site/token", &body).await
    };
    for inside in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        tell(&format!("https://{inside}:{}/a.png", host.port)).await.ok();
        seen_by(&ann, &session).await.refused(404, "not_found");
        looks_like(&desk, &guest, format!("http://{inside}:{}/a.png", host.port)).await;
        seen_by(&ann, &session).await.refused(404, "not_found");
    }
    assert!(host.asked().is_empty(), "{:?}", host.asked());

    let open = Desk::calling(host.port).await;
    let (_ann, guest, session) = served(&open).await;
    looks_like(&open, &guest, format!("http://127.0.0.1:{}/a.png", host.port)).await;
    let bob = open.agent("Bob").await;
    seen_by(&bob, &session).await.refused(404, "not_found");
    seen_by(open.admin(), &session).await.refused(404, "not_found");
    assert!(host.asked().is_empty(), "{:?}", host.asked());
}
