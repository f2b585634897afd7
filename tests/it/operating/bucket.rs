//! Attachments in an S3-compatible store: s3s-fs, a server of its own that checks signatures and keeps objects in a folder.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use hyper_util::rt::TokioIo;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tempfile::TempDir;
use testkit::{Config, Engine, Method, Program, TestDesk, eventually, json};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

const KEY: &str = "AKIDOFTHETEST";
const SECRET: &str = "secret-of-the-test";

/// A store with one bucket, `desk`.
struct ObjectStore {
    folder: TempDir,
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl ObjectStore {
    async fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        std::fs::create_dir(folder.path().join("desk")).expect("a bucket");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(serve(folder.path().to_owned(), listener));
        Self {
            folder,
            address,
            serving,
        }
    }

    fn configure(&self, config: &mut Config) {
        config.files.s3_bucket = Some("desk".to_owned());
        config.files.s3_endpoint = Some(format!("http://{}", self.address));
        config.files.s3_prefix = Some("kept/here".to_owned());
        config.files.s3_access_key = Some(KEY.to_owned().into());
        config.files.s3_secret_key = Some(SECRET.to_owned().into());
    }

    /// Names of the objects, without what the server notes for itself.
    fn objects(&self) -> Vec<String> {
        let mut found = Vec::new();
        walk(&self.folder.path().join("desk"), &mut found);
        let root = self.folder.path().join("desk").display().to_string();
        let mut names: Vec<String> = found.iter().map(|path| path.replacen(&root, "", 1)).collect();
        names.sort();
        names
    }
}

impl Drop for ObjectStore {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(folder: std::path::PathBuf, listener: TcpListener) {
    let files = s3s_fs::FileSystem::new(folder).expect("a store");
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = service.build().into_shared();
    // Connections end with the server.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let service = service.clone();
        connections.spawn(async move {
            let connection = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            let _ended = connection.await;
        });
    }
}

fn walk(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            walk(&entry.path(), found);
        } else if !entry.file_name().to_string_lossy().starts_with('.') {
            found.push(entry.path().display().to_string());
        }
    }
}

fn picture() -> Vec<u8> {
    // One red pixel.
    const PNG: &str = "89504e470d0a1a0a0000000d49484452000000010000000108020000009077\
        53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082";
    let digits: Vec<u8> = PNG.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("text"));
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("digits"))
        .collect()
}

async fn bytes_of(desk: &TestDesk, visitor: &testkit::TestVisitor, path: &str) -> (u16, Vec<u8>) {
    let request = desk.request(Method::GET, path).bearer_auth(visitor.token().await);
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.bytes().await.expect("bytes").to_vec())
}

/// OPS-05, F04: with a bucket an upload is there before it is confirmed, with its small picture; both come back byte for
/// byte, also a file that goes in parts; nothing stays on this machine. What nobody posts is removed from the bucket,
/// and so are objects that no attachment knows.
#[tokio::test]
async fn attachments_live_in_a_bucket() {
    let store = ObjectStore::start().await;
    let desk = TestDesk::start_with(Engine::Sqlite, |config| store.configure(config)).await;
    let visitor = desk.visitor("v1");
    visitor.says("see here").await;
    let image = visitor.uploads("red.png", picture()).await.ok();
    let id = image["id"].as_str().expect("an id");
    assert_eq!(store.objects().len(), 2, "{:?}", store.objects());
    assert!(
        store.objects().iter().all(|name| name.starts_with("/kept/here/")),
        "{:?}",
        store.objects()
    );
    let content = json!({ "type": "image", "attachment_id": id });
    visitor.posts("posted-image", content).await.ok();
    let whole = bytes_of(&desk, &visitor, &format!("/visitor/attachments/{id}")).await;
    assert_eq!(whole, (200, picture()));
    let (status, small) = bytes_of(&desk, &visitor, &format!("/visitor/attachments/{id}/thumbnail")).await;
    assert!(status == 200 && !small.is_empty());

    let large: Vec<u8> = (0..18 * 1024 * 1024_u32).map(|at| (at % 251) as u8).collect();
    let file = visitor.uploads("large.bin", large.clone()).await.ok();
    let path = format!("/visitor/attachments/{}", file["id"].as_str().expect("an id"));
    let (status, read) = bytes_of(&desk, &visitor, &path).await;
    assert!(status == 200 && read == large, "{status}, {} bytes", read.len());
    let mut local = Vec::new();
    walk(&desk.folder().join("attachments"), &mut local);
    assert_eq!(local, Vec::<String>::new(), "something stayed on this machine");

    // Nobody posts the large one.
    desk.advance(3_700);
    app::attachments::remove_unposted(desk.app()).await.expect("removed");
    assert_eq!(store.objects().len(), 2, "{:?}", store.objects());
    // What a crash left between the bucket and the commit.
    let left = store.folder.path().join("desk/kept/here/ab");
    std::fs::create_dir_all(&left).expect("a folder");
    std::fs::write(left.join("ab".repeat(16)), b"left").expect("written");
    let young = app::attachments::remove_orphans(desk.app(), Duration::from_secs(3_600)).await;
    assert_eq!(
        young.expect("looked"),
        0,
        "it might be an upload that is just being confirmed"
    );
    let old = app::attachments::remove_orphans(desk.app(), Duration::ZERO).await;
    assert_eq!(old.expect("looked"), 1);
    assert_eq!(
        bytes_of(&desk, &visitor, &format!("/visitor/attachments/{id}")).await.0,
        200
    );
    desk.stop().await;
}

/// OPS-05, C14: while the bucket is away uploads are refused with a code that says "again later", texts go on; once it is
/// back, uploads go on. The log has no secret.
#[tokio::test]
async fn a_bucket_that_is_away_stops_no_text() {
    let store = ObjectStore::start().await;
    let away = store.address;
    let desk = TestDesk::start_with(Engine::Sqlite, |config| store.configure(config)).await;
    let visitor = desk.visitor("v1");
    store.serving.abort();
    eventually("the bucket is away", async || {
        tokio::net::TcpStream::connect(away).await.is_err()
    })
    .await;
    visitor
        .uploads("a.txt", b"text".to_vec())
        .await
        .refused(503, "unavailable");
    visitor.says("texts go on").await;
    assert_eq!(store.objects(), Vec::<String>::new());
    let listener = TcpListener::bind(away).await.expect("the same port");
    let back = tokio::spawn(serve(store.folder.path().to_owned(), listener));
    visitor.uploads("a.txt", b"text".to_vec()).await.ok();
    assert_eq!(store.objects().len(), 1);
    back.abort();
    desk.stop().await;
}

/// T1201: wrong keys are told at the start as what they are, without the secret; the desk serves all the same.
#[tokio::test]
async fn wrong_keys_are_told_without_the_secret() {
    let store = ObjectStore::start().await;
    let folder = TempDir::new().expect("a folder");
    let program = Program::on(folder.path())
        .with("FRONTDESK_FILES__S3_BUCKET", "desk")
        .with("FRONTDESK_FILES__S3_ENDPOINT", &format!("http://{}", store.address))
        .with("FRONTDESK_FILES__S3_ACCESS_KEY", KEY)
        .with("FRONTDESK_FILES__S3_SECRET_KEY", "some-other-secret");
    let shown = program.run(&["check-config"]).await;
    assert!(
        shown.out.contains("bucket desk") && !shown.out.contains("some-other"),
        "{shown:?}"
    );
    let desk = program.serve().await;
    let log = || std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
    eventually("the log tells", async || {
        log().contains("The bucket desk lets nobody in")
    })
    .await;
    assert!(!log().contains("some-other-secret"), "{}", log());
    let ready = reqwest::get(format!("{}/readyz", desk.url)).await.expect("an answer");
    assert_eq!(ready.status(), 200);
    assert_eq!(desk.end("TERM").await.code, Some(0));
}
