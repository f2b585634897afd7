//! Connections of the reference.

use std::sync::{Arc, PoisonError, RwLock};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::accept_async_with_config;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Message as Frame, Utf8Bytes};

/// Most frames that leave in one write.
const FRAMES: usize = 256;
/// Most frames that wait for one connection.
const OUT: usize = 16_384;

/// A message on its way to the disk.
pub struct Message {
    /// Which pair of connections.
    pub pair: usize,
    /// Which of the two said it.
    pub side: usize,
    /// The sender's key.
    pub client_id: String,
    /// The frame as it came.
    pub frame: Utf8Bytes,
}

type Out = mpsc::Sender<Utf8Bytes>;

/// Which connections there are.
#[derive(Clone)]
pub struct Relay {
    pairs: Arc<RwLock<Vec<[Option<Out>; 2]>>>,
    queue: mpsc::Sender<Message>,
}

impl Relay {
    pub(super) fn new(queue: mpsc::Sender<Message>) -> Self {
        Self {
            pairs: Arc::default(),
            queue,
        }
    }

    /// Tells both sides of messages that are on disk.
    pub(super) fn deliver(&self, stored: impl Iterator<Item = Message>) {
        let pairs = self.pairs.read().unwrap_or_else(PoisonError::into_inner);
        for message in stored {
            let Some(pair) = pairs.get(message.pair) else { continue };
            // Whoever has gone, or reads nothing for seconds at the highest rate, hears no more.
            if let Some(sender) = &pair[message.side] {
                let ack = format!(r#"{{"type":"ack","client_id":"{}"}}"#, message.client_id);
                let _gone = sender.try_send(ack.into());
            }
            if let Some(receiver) = &pair[1 - message.side] {
                let _gone = receiver.try_send(message.frame);
            }
        }
    }

    fn enter(&self, pair: usize, side: usize, out: Out) {
        let mut pairs = self.pairs.write().unwrap_or_else(PoisonError::into_inner);
        if pairs.len() <= pair {
            pairs.resize_with(pair + 1, Default::default);
        }
        pairs[pair][side] = Some(out);
    }

    /// One connection, until it ends.
    pub(super) async fn serve(self, stream: TcpStream) {
        let config = WebSocketConfig::default()
            .read_buffer_size(4096)
            .write_buffer_size(4096)
            .max_write_buffer_size(4 << 20);
        let Ok(mut socket) = accept_async_with_config(stream, Some(config)).await else {
            return;
        };
        let Some(Ok(hello)) = socket.next().await else { return };
        let Some((pair, side)) = hello.to_text().ok().and_then(parse_hello) else {
            return;
        };
        let (out, mut leaving) = mpsc::channel(OUT);
        self.enter(pair, side, out);
        let mut frames = Vec::new();
        loop {
            tokio::select! {
                incoming = socket.next() => match incoming {
                    Some(Ok(Frame::Text(frame))) => {
                        let Some(client_id) = crate::scan::client_id(&frame) else { return };
                        let message = Message { pair, side, client_id: client_id.to_owned(), frame };
                        if self.queue.send(message).await.is_err() {
                            return;
                        }
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return,
                },
                _ = leaving.recv_many(&mut frames, FRAMES) => {
                    for frame in frames.drain(..) {
                        if socket.feed(Frame::Text(frame)).await.is_err() {
                            return;
                        }
                    }
                    if socket.flush().await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

fn parse_hello(text: &str) -> Option<(usize, usize)> {
    let (pair, side) = text.split_once(' ')?;
    let side = side.parse().ok().filter(|side| *side < 2)?;
    Some((pair.parse().ok()?, side))
}
