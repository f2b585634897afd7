//! What a handler left unread of a request's body.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::header::EXPECT;

/// How much of a body that nobody wanted is read so that the connection can be used again, in bytes.
const LEFT_MAX: usize = 64 * 1024;

/// A body that can still be looked at after its handler threw it away.
struct Shared(Arc<Mutex<Incoming>>);

/// What is left of a body once its handler has answered.
pub(super) struct Left {
    body: Arc<Mutex<Incoming>>,
    /// Whether its sender waits for a word before sending it (`Expect: 100-continue`).
    is_held_back: bool,
}

/// The request as a handler gets it, and what will be left of its body; none when there is no body.
pub(super) fn keep(request: hyper::Request<Incoming>) -> (hyper::Request<Body>, Option<Left>) {
    if hyper::body::Body::is_end_stream(request.body()) {
        return (request.map(Body::new), None);
    }
    let is_held_back = request.headers().contains_key(EXPECT);
    let (parts, body) = request.into_parts();
    let body = Arc::new(Mutex::new(body));
    let shared = Body::new(Shared(Arc::clone(&body)));
    (
        hyper::Request::from_parts(parts, shared),
        Some(Left { body, is_held_back }),
    )
}

impl Left {
    /// Whether some of the body is still to come. A little that is here already is read and thrown away; nothing is waited for.
    pub(super) async fn is_to_come(&self) -> bool {
        poll_fn(|cx| {
            let mut body = self.body.lock().unwrap_or_else(PoisonError::into_inner);
            let mut read = 0;
            while !hyper::body::Body::is_end_stream(&*body) {
                // Asking would tell the sender to send.
                if self.is_held_back || read > LEFT_MAX {
                    return Poll::Ready(true);
                }
                match hyper::body::Body::poll_frame(Pin::new(&mut *body), cx) {
                    Poll::Ready(Some(Ok(frame))) => read += frame.data_ref().map_or(0, Bytes::len),
                    Poll::Ready(None) => return Poll::Ready(false),
                    Poll::Ready(Some(Err(_))) | Poll::Pending => return Poll::Ready(true),
                }
            }
            Poll::Ready(false)
        })
        .await
    }
}

impl hyper::body::Body for Shared {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}
