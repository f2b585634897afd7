//! One connection: it holds its place among all, and ends so that its last answer arrives.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

/// How long somebody who has been refused is listened to; shorter than the grace of a stop (C13).
const LINGER_WITHIN: Duration = Duration::from_secs(5);
/// How much of what somebody goes on sending is read and thrown away, in bytes.
const LINGER_MAX: u64 = 32 * 1024 * 1024;

/// A connection that holds its place until it is over, also after it became a socket.
pub(super) struct Placed {
    /// Taken out when it is dropped.
    stream: Option<TcpStream>,
    place: Option<OwnedSemaphorePermit>,
    lingers: Arc<AtomicBool>,
}

/// Says that the other side may still be sending when the connection is closed.
///
/// To close it at once would reset it, and the reset could overtake the answer (T816).
#[derive(Clone)]
pub(super) struct Lingering(Arc<AtomicBool>);

impl Lingering {
    pub(super) fn wanted(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Placed {
    pub(super) fn new(stream: TcpStream, place: OwnedSemaphorePermit) -> (Self, Lingering) {
        let lingers = Arc::new(AtomicBool::new(false));
        let placed = Self {
            stream: Some(stream),
            place: Some(place),
            lingers: Arc::clone(&lingers),
        };
        (placed, Lingering(lingers))
    }

    fn stream(self: Pin<&mut Self>) -> io::Result<Pin<&mut TcpStream>> {
        let stream = self.get_mut().stream.as_mut();
        stream.map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        let Some(stream) = self.stream.take().filter(|_| self.lingers.load(Ordering::Relaxed)) else {
            return;
        };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let place = self.place.take();
            runtime.spawn(async move {
                linger(stream, LINGER_WITHIN).await;
                drop(place);
            });
        }
    }
}

/// Says that nothing more will be said, and listens until the other side is done too: so long, so much, and no longer,
/// however it is sent.
async fn linger(mut stream: TcpStream, within: Duration) {
    let listening = async {
        stream.shutdown().await?;
        tokio::io::copy(&mut stream.take(LINGER_MAX), &mut tokio::io::sink()).await
    };
    // Whoever is gone, or sends on, has had the time to read the answer.
    if let Ok(Err(error)) = tokio::time::timeout(within, listening).await {
        tracing::debug!(%error, "A connection broke while it was being closed");
    }
}

impl AsyncRead for Placed {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_read(cx, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream()?.poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.as_ref().is_some_and(AsyncWrite::is_write_vectored)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream()?.poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// T816, T815: who goes on sending byte by byte is cut off in time.
    #[tokio::test]
    async fn a_lingering_connection_ends_in_time() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut slow = TcpStream::connect(address).await.expect("connected");
        let (ours, _) = listener.accept().await.expect("accepted");
        let lingering = linger(ours, Duration::from_millis(200));
        let dribbling = async {
            while slow.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let both = async { tokio::join!(lingering, dribbling) };
        tokio::time::timeout(Duration::from_secs(5), both)
            .await
            .expect("both ended");
    }
}
