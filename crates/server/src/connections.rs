//! Connections: so many at once, with deadlines for slow clients, counted until they are really over (C10, C11).

mod placed;
mod unread;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tower::ServiceExt as _;

use self::placed::{Lingering, Placed};
use crate::tls::Certificate;

/// How long a request's head may take; also how long an idle connection is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(30);
/// Largest head of a request, in bytes (the threat model's limit).
const HEAD_MAX: usize = 16 * 1024;
/// How long the other side's system may leave what was sent unanswered (C11).
const UNANSWERED_MAX: Duration = Duration::from_secs(20);
/// How long agreeing on TLS may take.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// How long to wait for file descriptors.
const BREATH: Duration = Duration::from_millis(200);
/// How long what was begun may take to end after the server was told to stop (C13).
pub const GRACE: Duration = Duration::from_secs(10);

/// How connections are answered.
#[derive(Clone)]
pub struct Service {
    /// What answers.
    pub router: Router,
    /// With TLS, if it is ours to speak.
    pub certificate: Option<Arc<Certificate>>,
    /// Most connections at the same time.
    pub max: usize,
}

/// Who is at the other end of a connection.
struct Caller {
    peer: SocketAddr,
    lingering: Lingering,
}

/// Answers connections until `stopping` turns true, then waits for those that are left, at most [`GRACE`].
pub async fn serve(listener: TcpListener, service: Service, mut stopping: watch::Receiver<bool>) {
    let max = service.max;
    let places = Arc::new(Semaphore::new(max));
    loop {
        let (stream, from) = tokio::select! {
            () = until_true(&mut stopping) => break,
            accepted = accept(&listener, &places) => accepted,
        };
        tokio::spawn(meet(stream, from, service.clone(), stopping.clone()));
    }
    drop(listener);
    // Sockets, which left HTTP long ago, keep their places too until they are over.
    let all_over = places.acquire_many(u32::try_from(max).unwrap_or(u32::MAX));
    if tokio::time::timeout(GRACE, all_over).await.is_err() {
        tracing::warn!("{} connections did not end in time", max - places.available_permits());
    }
}

/// Answers a connection, after shaking hands if TLS is ours to speak.
async fn meet(stream: Placed, from: Caller, service: Service, mut stopping: watch::Receiver<bool>) {
    let peer = from.peer;
    let Some(certificate) = service.certificate else {
        return answer(stream, from, service.router, stopping).await;
    };
    let shaking = tokio::time::timeout(HANDSHAKE_WITHIN, certificate.acceptor().accept(stream));
    let shaken = tokio::select! {
        shaken = shaking => shaken,
        () = until_true(&mut stopping) => return,
    };
    match shaken {
        Ok(Ok(stream)) => answer(stream, from, service.router, stopping).await,
        Ok(Err(error)) => tracing::debug!(%error, "{peer} did not agree on TLS"),
        Err(_) => tracing::debug!("{peer} took too long to agree on TLS"),
    }
}

/// Answers the requests of one connection; the one at hand is finished when the server stops.
async fn answer<S>(stream: S, from: Caller, router: Router, mut stopping: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Caller { peer, lingering } = from;
    let refusing = lingering.clone();
    let service = hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let (mut request, left) = unread::keep(request);
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answering, refusing) = (router.clone().oneshot(request), refusing.clone());
        async move {
            let mut response = answering.await?;
            if let Some(left) = left
                && left.is_to_come().await
            {
                refusing.wanted();
                response
                    .headers_mut()
                    .insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, std::convert::Infallible>(response)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_MAX)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => Some(ended),
        () = until_true(&mut stopping) => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            connection.as_mut().graceful_shutdown();
            connection.as_mut().await
        }
    };
    if let Err(error) = ended {
        if error.is_parse() {
            // A head that is refused for its size has more to come.
            lingering.wanted();
        }
        tracing::debug!(%error, "The connection of {peer} ended early");
    }
}

async fn until_true(stopping: &mut watch::Receiver<bool>) {
    // A sender that is gone stops too.
    let _stops = stopping.wait_for(|stops| *stops).await;
}

/// The next connection, once there is a place for it. Without file descriptors it waits instead of spinning (C14).
async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> (Placed, Caller) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else {
            // The semaphore is never closed.
            return std::future::pending().await;
        };
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = prepare(&stream) {
                    tracing::debug!(%error, "The connection of {peer} ended at once");
                    continue;
                }
                let (stream, lingering) = Placed::new(stream, place);
                return (stream, Caller { peer, lingering });
            }
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "No connection can be accepted at the moment");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn prepare(stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    SockRef::from(stream).set_tcp_user_timeout(Some(UNANSWERED_MAX))
}

fn is_of_the_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(5);

    async fn start(max: usize) -> (SocketAddr, watch::Sender<bool>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let slow = || async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            "done"
        };
        let router = Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/slow", get(slow));
        let (stop, stopping) = watch::channel(false);
        let service = Service {
            router,
            certificate: None,
            max,
        };
        (address, stop, tokio::spawn(serve(listener, service, stopping)))
    }

    async fn ask(stream: &mut TcpStream, head: &str) -> String {
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut buffer = [0; 1024];
        let read = tokio::time::timeout(PATIENCE, stream.read(&mut buffer))
            .await
            .expect("an answer")
            .expect("read");
        String::from_utf8_lossy(&buffer[..read]).into_owned()
    }

    /// T1101: a head of many headers is refused before it is kept.
    #[tokio::test]
    async fn large_heads_are_refused() {
        let (address, _stop, _serving) = start(10).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let head = format!("GET / HTTP/1.1\r\nhost: a\r\nx-large: {}\r\n\r\n", "x".repeat(HEAD_MAX));
        assert!(ask(&mut stream, &head).await.starts_with("HTTP/1.1 431"));
    }

    /// T816: somebody who is refused while sending gets the answer, which says that the connection ends, however much is sent
    /// after it.
    #[tokio::test]
    async fn an_answer_in_mid_sending_arrives() {
        let (address, _stop, _serving) = start(10).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let head = "POST /slow HTTP/1.1\r\nhost: a\r\ncontent-length: 4000000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("sent");
        // The answer has left, and a desk that is in a hurry has closed the connection.
        stream.readable().await.expect("an answer");
        for _ in 0..40 {
            stream.write_all(&[b'x'; 100_000]).await.expect("heard to the end");
        }
        let mut answer = String::new();
        let reading = stream.read_to_string(&mut answer);
        tokio::time::timeout(PATIENCE, reading)
            .await
            .expect("the end of the answer")
            .expect("an answer without a reset");
        assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }

    /// A small body that nobody reads does not cost the connection.
    #[tokio::test]
    async fn a_small_unread_body_is_passed_over() {
        let (address, _stop, _serving) = start(10).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let refused = ask(
            &mut stream,
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nwords",
        )
        .await;
        assert!(
            refused.starts_with("HTTP/1.1 405") && !refused.contains("close"),
            "{refused}"
        );
        let answer = ask(&mut stream, "GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        assert!(answer.contains("hello"), "{answer}");
    }

    /// T816: whoever asks before sending is told no, and not to go on.
    #[tokio::test]
    async fn nobody_is_asked_for_what_is_refused() {
        let (address, _stop, _serving) = start(10).await;
        let mut stream = TcpStream::connect(address).await.expect("connected");
        let head = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n";
        let refused = ask(&mut stream, head).await;
        assert!(refused.starts_with("HTTP/1.1 405"), "{refused}");
        assert!(refused.contains("connection: close"), "{refused}");
    }

    /// C10: one more than allowed waits until somebody goes.
    #[tokio::test]
    async fn connections_beyond_the_most_wait() {
        const HEAD: &str = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
        let (address, _stop, _serving) = start(1).await;
        let mut first = TcpStream::connect(address).await.expect("connected");
        assert!(ask(&mut first, HEAD).await.starts_with("HTTP/1.1 200"));
        let mut second = TcpStream::connect(address).await.expect("the system takes it");
        let asking = ask(&mut second, HEAD);
        let mut asking = pin!(asking);
        tokio::time::timeout(Duration::from_millis(200), asking.as_mut())
            .await
            .expect_err("there was no place");
        drop(first);
        assert!(asking.await.starts_with("HTTP/1.1 200"));
    }

    /// C13: a request at hand is finished, an idle connection is not waited for.
    #[tokio::test]
    async fn stopping_finishes_what_was_begun() {
        let (address, stop, serving) = start(10).await;
        let mut idle = TcpStream::connect(address).await.expect("connected");
        assert!(
            ask(&mut idle, "GET / HTTP/1.1\r\nhost: a\r\n\r\n")
                .await
                .contains("hello")
        );
        let mut busy = TcpStream::connect(address).await.expect("connected");
        let asking = tokio::spawn(async move { ask(&mut busy, "GET /slow HTTP/1.1\r\nhost: a\r\n\r\n").await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send_replace(true);
        assert!(asking.await.expect("asked").contains("done"));
        tokio::time::timeout(PATIENCE, serving)
            .await
            .expect("stopped in time")
            .expect("without a panic");
        TcpStream::connect(address).await.expect_err("nobody listens any more");
    }
}
