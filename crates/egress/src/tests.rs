use std::io::Read as _;
use std::net::TcpListener;
use std::thread;

use super::*;

fn egress(allowed: Allowed) -> Egress {
    // Another test may have been first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Egress::new(allowed).expect("TLS can be set up")
}

fn url(text: &str) -> Url {
    Url::parse(text).expect("a URL")
}

fn get(text: &str) -> Call {
    Call {
        method: Method::GET,
        url: url(text),
        headers: HeaderMap::new(),
        body: Vec::new(),
        timeout: Duration::from_secs(2),
    }
}

/// T701: this machine and its network, in every spelling.
#[test]
fn own_addresses_are_refused_in_every_spelling() {
    let egress = egress(Allowed::default());
    for text in [
        "http://127.0.0.1/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/",
        "http://169.254.169.254/latest/meta-data",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://100.64.0.1/",
        "http://10.1.2.3/",
        "http://172.31.0.1/",
        "http://192.168.0.1/",
        "http://224.0.0.1/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://017700000001/",
        "http://127.1/",
        "http://127.0.0.1./",
    ] {
        assert!(
            matches!(egress.check(&url(text)), Err(EgressError::Forbidden)),
            "{text}"
        );
    }
    assert!(egress.check(&url("https://93.184.215.14/")).is_ok());
    assert!(egress.check(&url("https://[2606:2800:21f::1]/")).is_ok());
}

/// T704, T705, T706: other schemes, other ports, names with a password.
#[test]
fn only_plain_web_addresses_are_called() {
    let egress = egress(Allowed::default());
    for text in [
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://example.com:22/",
        "http://me@example.com/",
    ] {
        assert!(
            matches!(egress.check(&url(text)), Err(EgressError::Forbidden)),
            "{text}"
        );
    }
}

/// T702: a name that leads home is refused when it is resolved, whatever it looks like.
#[tokio::test]
async fn a_name_that_leads_home_is_refused() {
    let refused = egress(Allowed::default()).call(get("http://localhost/")).await;
    assert!(matches!(refused, Err(EgressError::Forbidden)), "{refused:?}");
}

/// Answers one call with these bytes.
fn stub(answer: impl Fn(&mut dyn std::io::Write) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    thread::spawn(move || {
        if let Ok((mut socket, _)) = listener.accept() {
            let _ = socket.read(&mut [0; 4096]);
            answer(&mut socket);
        }
    });
    port
}

fn at_home(port: u16) -> Egress {
    egress(Allowed {
        hosts: vec!["127.0.0.1".into()],
        ports: vec![port],
    })
}

/// T703: a redirect is an answer like any other, and is not followed.
#[tokio::test]
async fn redirects_are_not_followed() {
    let port = stub(|out| {
        let _ = out.write_all(b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n");
    });
    let reply = at_home(port)
        .call(get(&format!("http://127.0.0.1:{port}/")))
        .await
        .expect("an answer");
    assert_eq!(reply.status, 302);
}

/// T708: a reply without end is cut off.
#[tokio::test]
async fn endless_replies_are_cut_off() {
    let port = stub(|out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        while out
            .write_all(b"1000\r\n")
            .and_then(|()| out.write_all(&[b'x'; 0x1000]))
            .and_then(|()| out.write_all(b"\r\n"))
            .is_ok()
        {}
    });
    let cut = at_home(port).call(get(&format!("http://127.0.0.1:{port}/"))).await;
    assert!(matches!(cut, Err(EgressError::ReplyTooLarge)), "{cut:?}");
}

/// The operator's exceptions are called, and their answer comes back whole.
#[tokio::test]
async fn allowed_hosts_are_called() {
    let port = stub(|out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
    let reply = at_home(port)
        .call(get(&format!("http://127.0.0.1:{port}/")))
        .await
        .expect("an answer");
    assert_eq!((reply.status, reply.body.as_slice()), (200, b"ok".as_slice()));
}
