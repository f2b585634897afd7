//! The proxy breaks what it says that it breaks, and nothing else (D1).

use std::net::SocketAddr;
use std::time::Duration;

use chaos::chance::Chance;
use chaos::proxy::Proxy;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

/// How long anything that must happen may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is waited for something that must not happen.
const SILENCE: Duration = Duration::from_millis(150);

/// A server that sends back what it gets, and closes when its client does.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ended = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    address
}

async fn open() -> (Proxy, TcpStream) {
    let proxy = Proxy::to(echo().await, Chance::new(1)).await.expect("a proxy");
    let stream = TcpStream::connect(proxy.address).await.expect("a connection");
    (proxy, stream)
}

async fn say(stream: &mut TcpStream, text: &str) {
    stream.write_all(text.as_bytes()).await.expect("the connection stands");
}

async fn hear(stream: &mut TcpStream, text: &str) {
    let mut heard = vec![0; text.len()];
    let all = timeout(PATIENCE, stream.read_exact(&mut heard)).await;
    all.expect("it comes in time").expect("the connection stands");
    assert_eq!(String::from_utf8_lossy(&heard), text);
}

async fn hears_nothing(stream: &mut TcpStream) {
    let mut byte = [0];
    assert!(
        timeout(SILENCE, stream.read(&mut byte)).await.is_err(),
        "something came"
    );
}

/// How the connection ends for the client.
async fn end(stream: &mut TcpStream) -> Result<usize, std::io::ErrorKind> {
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    read.expect("it ends in time").map_err(|error| error.kind())
}

#[tokio::test]
async fn it_passes_everything_on() {
    let (_proxy, mut stream) = open().await;
    say(&mut stream, "hello").await;
    hear(&mut stream, "hello").await;
    stream.shutdown().await.expect("a close");
    assert_eq!(end(&mut stream).await, Ok(0));
}

/// F31, F32: a black hole keeps silent in its direction, and lets through what it held when it heals.
#[tokio::test]
async fn a_black_hole_holds_back() {
    for down in [false, true] {
        let (proxy, mut stream) = open().await;
        say(&mut stream, "one").await;
        hear(&mut stream, "one").await;
        proxy.change(|faults| {
            *(if down {
                &mut faults.hole_down
            } else {
                &mut faults.hole_up
            }) = true
        });
        say(&mut stream, "two").await;
        hears_nothing(&mut stream).await;
        proxy.heal();
        hear(&mut stream, "two").await;
    }
}

/// A close does not pass through a black hole.
#[tokio::test]
async fn a_black_hole_hides_a_close() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let proxy = Proxy::to(listener.local_addr().expect("an address"), Chance::new(1))
        .await
        .expect("a proxy");
    let client = TcpStream::connect(proxy.address).await.expect("a connection");
    let (mut server, _) = listener.accept().await.expect("a connection");
    proxy.change(|faults| (faults.hole_up, faults.hole_down) = (true, true));
    drop(client);
    hears_nothing(&mut server).await;
    proxy.heal();
    assert_eq!(end(&mut server).await, Ok(0));
}

#[tokio::test]
async fn latency_delays_and_keeps_the_order() {
    let (proxy, mut stream) = open().await;
    proxy.change(|faults| {
        faults.latency = Duration::from_millis(60);
        faults.jitter = Duration::from_millis(60);
    });
    let began = Instant::now();
    for word in ["one ", "two ", "three ", "four "] {
        say(&mut stream, word).await;
        tokio::task::yield_now().await;
    }
    hear(&mut stream, "one two three four ").await;
    // There and back.
    assert!(began.elapsed() >= Duration::from_millis(120));
}

/// F34: pieces of one byte add up to the same.
#[tokio::test]
async fn slices_add_up() {
    let (proxy, mut stream) = open().await;
    proxy.change(|faults| (faults.slice_up, faults.slice_down) = (Some(1), Some(1)));
    let text = "abcdefghij".repeat(40);
    say(&mut stream, &text).await;
    hear(&mut stream, &text).await;
}

/// F33: no faster than it may be.
#[tokio::test]
async fn bandwidth_is_kept() {
    let (proxy, mut stream) = open().await;
    proxy.change(|faults| {
        faults.bandwidth = Some(1_000);
        faults.slice_up = Some(10);
    });
    let began = Instant::now();
    say(&mut stream, &"x".repeat(200)).await;
    hear(&mut stream, &"x".repeat(200)).await;
    assert!(began.elapsed() >= Duration::from_millis(180));
}

/// F35: exactly so many bytes pass, in either direction, then the connection is reset.
#[tokio::test]
async fn a_limit_resets() {
    for down in [false, true] {
        let (proxy, mut stream) = open().await;
        proxy.change(|faults| {
            *(if down {
                &mut faults.limit_down
            } else {
                &mut faults.limit_up
            }) = Some(5)
        });
        say(&mut stream, "0123456789").await;
        if down {
            hear(&mut stream, "01234").await;
        }
        assert_eq!(end(&mut stream).await, Err(std::io::ErrorKind::ConnectionReset));
        proxy.heal();
        let mut next = TcpStream::connect(proxy.address).await.expect("a connection");
        say(&mut next, "0123456789").await;
        hear(&mut next, "0123456789").await;
    }
}

#[tokio::test]
async fn reset_cuts_what_is_open_and_refuse_what_comes() {
    let (proxy, mut stream) = open().await;
    say(&mut stream, "one").await;
    hear(&mut stream, "one").await;
    proxy.reset();
    assert_eq!(end(&mut stream).await, Err(std::io::ErrorKind::ConnectionReset));
    proxy.change(|faults| faults.refuse = true);
    let mut refused = TcpStream::connect(proxy.address).await.expect("a connection");
    assert_eq!(end(&mut refused).await, Err(std::io::ErrorKind::ConnectionReset));
    proxy.heal();
    let mut next = TcpStream::connect(proxy.address).await.expect("a connection");
    say(&mut next, "two").await;
    hear(&mut next, "two").await;
}

#[tokio::test]
async fn a_half_close_ends_one_direction() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let proxy = Proxy::to(listener.local_addr().expect("an address"), Chance::new(1))
        .await
        .expect("a proxy");
    let mut client = TcpStream::connect(proxy.address).await.expect("a connection");
    let (mut server, _) = listener.accept().await.expect("a connection");
    say(&mut server, "last words").await;
    hear(&mut client, "last words").await;
    proxy.half_close();
    assert_eq!(end(&mut client).await, Ok(0));
    say(&mut client, "still here").await;
    hear(&mut server, "still here").await;
}
