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

/// What a stub was sent, once it has answered.
fn listening_stub(answer: &'static [u8]) -> (u16, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    let (tell, told) = std::sync::mpsc::sync_channel(1);
    thread::spawn(move || {
        if let Ok((mut socket, _)) = listener.accept() {
            let mut head = [0; 8192];
            let read = socket.read(&mut head).unwrap_or_default();
            let _ = tell.send(String::from_utf8_lossy(&head[..read]).into_owned());
            let _ = std::io::Write::write_all(&mut socket, answer);
        }
    });
    (port, told)
}

/// T711: nothing leaves with a call but what its caller put in: no cookie, no secret, no name of this program.
#[tokio::test]
async fn nothing_of_ours_leaves_with_a_call() {
    let (port, told) = listening_stub(
        b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nWWW-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nok",
    );
    let egress = at_home(port);
    let mut call = get(&format!("http://127.0.0.1:{port}/path?query=1#fragment"));
    call.method = Method::POST;
    call.body = b"{}".to_vec();
    call.headers
        .insert("content-type", "application/json".parse().expect("a value"));
    egress.call(call).await.expect("an answer");
    let head = told.recv_timeout(Duration::from_secs(5)).expect("it was called");
    let (first, rest) = head.split_once("\r\n").expect("a head");
    assert_eq!(first, "POST /path?query=1 HTTP/1.1", "the fragment stays here");
    let mut names: Vec<_> = rest
        .split("\r\n")
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split(':').next())
        .map(str::to_lowercase)
        .collect();
    names.sort();
    assert_eq!(names, ["accept", "content-length", "content-type", "host"], "{head}");
}

/// T710, T701, T713: a service of this machine hears nothing, by whatever name it is called; and the refusal is the same
/// whether somebody listens there or nobody does.
#[tokio::test]
async fn a_service_at_home_hears_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("a listener that does not wait");
    let open = listener.local_addr().expect("bound").port();
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|other| other.local_addr())
        .expect("bound")
        .port();
    // Also where the operator opened the port: it is opened for others, not for the own machine.
    for (egress, what) in [
        (egress(Allowed::default()), "no exception"),
        (
            egress(Allowed {
                hosts: vec!["partner.example".into()],
                ports: vec![open, closed],
            }),
            "an open port",
        ),
    ] {
        let mut refusals = [Vec::new(), Vec::new()];
        for (port, refusals) in [open, closed].into_iter().zip(&mut refusals) {
            for host in [
                "127.0.0.1",
                "localhost",
                "LOCALHOST",
                "[::1]",
                "2130706433",
                "0x7f.1",
                "0.0.0.0",
            ] {
                let call = egress.call(get(&format!("http://{host}:{port}/metrics"))).await;
                refusals.push(call.expect_err("no call is made").to_string());
            }
            // Some resolvers do not know this spelling; then it is a name like any other that leads nowhere.
            let call = egress.call(get(&format!("http://localhost.:{port}/"))).await;
            call.expect_err("no call is made");
        }
        assert_eq!(refusals[0], refusals[1], "{what}");
        refusals[0].dedup();
        assert_eq!(refusals[0], ["this address may not be called"], "{what}");
    }
    assert!(listener.accept().is_err(), "somebody called");
}

/// T713: what cannot be reached is told in one sentence, without an address and without a reason.
#[tokio::test]
async fn a_failure_tells_nothing_of_the_network() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|other| other.local_addr())
        .expect("bound")
        .port();
    let rude = stub(|out| {
        let _ = out.write_all(b"nonsense\r\n\r\n");
    });
    for port in [closed, rude] {
        let failed = at_home(port).call(get(&format!("http://127.0.0.1:{port}/"))).await;
        assert_eq!(
            failed.expect_err("no answer").to_string(),
            "the other side cannot be reached"
        );
    }
}

/// T708: an answer that comes byte by byte, one whose head has no end, one that promises more than it sends and one that is
/// packed cost their time and size and no more.
#[tokio::test]
async fn odd_replies_are_cut_off() {
    let slow = stub(|out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while out.write_all(b"x").is_ok() {
            thread::sleep(Duration::from_millis(50));
        }
    });
    let mut call = get(&format!("http://127.0.0.1:{slow}/"));
    call.timeout = Duration::from_millis(300);
    let cut = at_home(slow).call(call).await;
    assert!(matches!(cut, Err(EgressError::TimedOut)), "{cut:?}");

    let long_head = stub(|out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\n");
        for number in 0..100_000 {
            if out.write_all(format!("x-{number}: y\r\n").as_bytes()).is_err() {
                return;
            }
        }
    });
    let cut = at_home(long_head)
        .call(get(&format!("http://127.0.0.1:{long_head}/")))
        .await;
    assert!(matches!(cut, Err(EgressError::Unreachable(_))), "{cut:?}");

    let short = stub(|out| {
        let _ = out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort");
    });
    let cut = at_home(short).call(get(&format!("http://127.0.0.1:{short}/"))).await;
    assert!(matches!(cut, Err(EgressError::Unreachable(_))), "{cut:?}");

    // Nothing is unpacked: what is told to be packed comes as the bytes that it is.
    let packed = stub(|out| {
        let _ =
            out.write_all(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00");
    });
    let reply = at_home(packed)
        .call(get(&format!("http://127.0.0.1:{packed}/")))
        .await
        .expect("an answer");
    assert_eq!(reply.body, b"\x1f\x8b\x08\x00");
}

/// T706: what one reader of addresses could take for the host and another for a password, a path or a fragment is read by
/// one reader only, the one that calls.
#[test]
fn an_address_is_read_once() {
    let egress = egress(Allowed::default());
    for (text, host) in [
        ("http://93.184.215.14\\@127.0.0.1/", Some("93.184.215.14")),
        ("http://93.184.215.14#@127.0.0.1/", Some("93.184.215.14")),
        ("http://93.184.215.14?@127.0.0.1/", Some("93.184.215.14")),
        ("http://exa\tmple.com/", Some("example.com")),
        ("http://EXAMPLE.com./", Some("example.com.")),
        ("http://ex\u{e4}mple.com/", Some("xn--exmple-cua.com")),
        ("http://\u{ff11}27.0.0.1/", None),
        ("http://127\u{3002}0\u{3002}0\u{3002}1/", None),
        ("http://93.184.215.14@127.0.0.1/", None),
        ("http://[::ffff:169.254.169.254]/", None),
    ] {
        let url = url(text);
        match host {
            Some(host) => {
                assert_eq!(url.host_str(), Some(host), "{text:?}");
                assert!(egress.check(&url).is_ok(), "{text:?}");
            }
            None => assert!(matches!(egress.check(&url), Err(EgressError::Forbidden)), "{text:?}"),
        }
    }
}
