//! TLS without a proxy: certificates, and how they are renewed.

use std::path::Path;
use std::sync::Arc;

use futures_util::{SinkExt as _, StreamExt as _};
use rustls::pki_types::ServerName;
use tempfile::TempDir;
use testkit::{PATIENCE, Program, Serving, eventually};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

/// A new certificate for this machine in the folder; answers it for those who are to believe it.
fn certify(folder: &Path) -> Vec<u8> {
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).expect("a certificate");
    std::fs::write(folder.join("cert.pem"), made.cert.pem()).expect("written");
    std::fs::write(folder.join("key.pem"), made.signing_key.serialize_pem()).expect("written");
    made.cert.der().to_vec()
}

/// A browser that believes this certificate only.
fn client(certificate: &[u8]) -> reqwest::Client {
    let _installed = rustls::crypto::ring::default_provider().install_default();
    let believed = reqwest::Certificate::from_der(certificate).expect("a certificate");
    let built = reqwest::Client::builder().tls_certs_only([believed]).build();
    built.expect("a client")
}

fn with_tls(folder: &Path) -> Program {
    let at = |name: &str| folder.join(name).display().to_string();
    Program::on(folder)
        .with("FRONTDESK_HTTP__TLS_CERT", &at("cert.pem"))
        .with("FRONTDESK_HTTP__TLS_KEY", &at("key.pem"))
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("server.log")).unwrap_or_default()
}

async fn is_believed(client: &reqwest::Client, desk: &Serving) -> bool {
    client.get(format!("{}/healthz", desk.url)).send().await.is_ok()
}

/// OPS-09, T219, T1210: the desk speaks TLS itself, for pages and sockets; it says so to browsers for the future, and its cookie
/// is for TLS only. Who speaks without TLS gets nothing.
#[tokio::test]
async fn the_desk_speaks_tls() {
    let folder = TempDir::new().expect("a folder");
    let certificate = certify(folder.path());
    let program = with_tls(folder.path()).with("FRONTDESK_ADMIN_EMAIL", "ann@example.com");
    let desk = program
        .with("FRONTDESK_ADMIN_PASSWORD", "correct horse battery")
        .serve()
        .await;
    assert!(desk.url.starts_with("https://"), "{}", desk.url);
    let browser = client(&certificate);
    let page = browser.get(&desk.url).send().await.expect("an answer");
    assert_eq!(page.headers()["strict-transport-security"], "max-age=31536000");
    let sign_in = serde_json::json!({ "identifier": "ann@example.com", "password": "correct horse battery" });
    let signed_in = browser
        .post(format!("{}/api/v1/sign-in", desk.url))
        .json(&sign_in)
        .send()
        .await
        .expect("an answer");
    assert_eq!(signed_in.headers()["strict-transport-security"], "max-age=31536000");
    let cookie = signed_in.headers()["set-cookie"].to_str().expect("a text");
    assert!(
        cookie.starts_with("__Host-frontdesk=") && cookie.contains("Secure"),
        "{cookie}"
    );
    let plain = reqwest::get(desk.url.replacen("https", "http", 1)).await;
    plain.expect_err("no answer without TLS");
    let run = desk.end("TERM").await;
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// F78: a renewed certificate is used for new connections once SIGHUP says so; connections that stand, a page's socket
/// among them, notice nothing. F77: files that cannot be used change nothing.
#[tokio::test]
async fn certificates_are_renewed_without_a_drop() {
    let folder = TempDir::new().expect("a folder");
    let old = certify(folder.path());
    let desk = with_tls(folder.path()).serve().await;
    let browser = client(&old);
    assert!(is_believed(&browser, &desk).await);
    let mut socket = open_socket(&desk, &old).await;

    std::fs::write(folder.path().join("cert.pem"), "no certificate").expect("written");
    desk.signal("HUP").await;
    eventually("the bad file is told", async || {
        log(folder.path()).contains("the old one stays")
    })
    .await;
    assert!(
        is_believed(&client(&old), &desk).await,
        "the old certificate is still used"
    );

    let new = certify(folder.path());
    desk.signal("HUP").await;
    eventually("the new certificate is used", async || {
        is_believed(&client(&new), &desk).await
    })
    .await;
    assert!(
        !is_believed(&client(&old), &desk).await,
        "the old certificate is used no more"
    );
    // This browser believes the old one only: it still has its connection.
    assert!(is_believed(&browser, &desk).await, "a connection was dropped");
    socket
        .send(Message::Ping(b"still here".as_slice().into()))
        .await
        .expect("sent");
    let answer = tokio::time::timeout(PATIENCE, async {
        loop {
            let next = socket.next().await.expect("the socket stands");
            if let Message::Pong(text) = next.expect("the socket stands") {
                return text;
            }
        }
    });
    assert_eq!(&*answer.await.expect("an answer"), b"still here");
    let run = desk.end("TERM").await;
    assert_eq!(run.code, Some(0), "{run:?}");
}

async fn open_socket(
    desk: &Serving,
    certificate: &[u8],
) -> tokio_tungstenite::WebSocketStream<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate.to_vec().into()).expect("a certificate");
    let config = rustls::ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let address = desk.url.strip_prefix("https://").expect("an address");
    let tcp = TcpStream::connect(address).await.expect("connected");
    let name = ServerName::try_from("localhost").expect("a name");
    let tls = TlsConnector::from(Arc::new(config))
        .connect(name, tcp)
        .await
        .expect("TLS");
    let request = format!("wss://{address}/api/v1/visitor/socket");
    let request = request.into_client_request().expect("a request");
    tokio_tungstenite::client_async(request, tls).await.expect("a socket").0
}

/// F77: settings that make no sense change nothing while the desk runs; those that can change do, the others are named.
#[tokio::test]
async fn bad_settings_change_nothing() {
    let folder = TempDir::new().expect("a folder");
    let settings = |text: &str| std::fs::write(folder.path().join("frontdesk.toml"), text).expect("written");
    settings("[log]\nlevel = \"info\"\n");
    let desk = Program::on(folder.path()).serve().await;
    let healthy = async || {
        reqwest::get(format!("{}/readyz", desk.url))
            .await
            .is_ok_and(|answer| answer.status() == 200)
    };
    settings("[limits]\nmessage_burst = 0\n");
    desk.signal("HUP").await;
    eventually("the bad setting is named", async || {
        log(folder.path()).contains("The settings stay as they are. limits.message_burst: 0 is not between")
    })
    .await;
    assert!(healthy().await);
    settings("[log]\nlevel = \"debug\"\n[limits]\nmessage_burst = 3\n");
    desk.signal("HUP").await;
    eventually("what waits for a restart is named", async || {
        log(folder.path()).contains("these need a restart: limits.message_burst")
    })
    .await;
    assert!(healthy().await);
    let run = desk.end("TERM").await;
    assert_eq!(run.code, Some(0), "{run:?}");
}

/// OPS-03, T1201: a certificate without its key, or with another one, stops the start and tells nothing of the key.
#[tokio::test]
async fn a_bad_certificate_stops_the_start() {
    let folder = TempDir::new().expect("a folder");
    certify(folder.path());
    let half = Program::on(folder.path()).with("FRONTDESK_HTTP__TLS_CERT", "cert.pem");
    let run = half.run(&["serve"]).await;
    assert_eq!(run.code, Some(78), "{run:?}");
    assert!(run.complaints.contains("http.tls_key: is missing"), "{run:?}");
    let other = rcgen::KeyPair::generate().expect("a key").serialize_pem();
    std::fs::write(folder.path().join("key.pem"), &other).expect("written");
    let run = with_tls(folder.path()).run(&["serve", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(run.code, Some(1), "{run:?}");
    let secret = other.lines().nth(1).expect("a line");
    assert!(
        run.complaints.contains("key.pem") && !run.complaints.contains(secret),
        "{run:?}"
    );
}
