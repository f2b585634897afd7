//! What all connections have in common: frames in, frames out, beats, deadlines, the end.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade};
use futures_util::SinkExt as _;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use crate::metrics;
use crate::problem::ApiError;
use crate::state::Pace;

/// Largest frame from a client, in bytes (the threat model's limit).
const FRAME_MAX: usize = 64 * 1024;
/// Pings that may stay unanswered (C11).
const MISSED_MAX: u32 = 2;

/// Why a connection ends; the code says the same to the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Close {
    /// The other side went, or does not answer.
    Gone,
    /// The client does not speak the protocol.
    Protocol,
    /// This sign-in is over (C12).
    Kicked,
    /// Not known, or not allowed here.
    NotAllowed,
    /// Does not read fast enough (C10).
    Slow,
    /// Said nothing in time (C11).
    NoHello,
    /// The server stops (C13).
    Restart,
}

impl Close {
    const fn code(self) -> Option<u16> {
        match self {
            Self::Gone => None,
            Self::Protocol => Some(4000),
            Self::Kicked => Some(4001),
            Self::NotAllowed => Some(4003),
            Self::Slow => Some(4008),
            Self::NoHello => Some(4009),
            Self::Restart => Some(1012),
        }
    }

    fn count(self) {
        let counter = match self {
            Self::Slow => &metrics::SLOW_CLOSED,
            Self::Gone => &metrics::GONE_CLOSED,
            Self::Protocol | Self::Kicked | Self::NotAllowed | Self::NoHello | Self::Restart => &metrics::OTHERS_CLOSED,
        };
        counter.increment(1);
    }
}

/// What a party wants after something happened.
pub(super) type Flow = Result<(), Close>;

/// Prepares an upgrade: small buffers, since most connections are idle (128 KiB each otherwise), and small frames. What is
/// read into is kept, and most frames are shorter; what is written into grows as it has to.
pub(super) fn prepare(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .read_buffer_size(1024)
        .write_buffer_size(4 * 1024)
        .max_write_buffer_size(4 * 1024 * 1024)
        .max_message_size(FRAME_MAX)
        .max_frame_size(FRAME_MAX)
}

/// A connection with its deadlines.
pub(super) struct Connection {
    socket: WebSocket,
    pace: Pace,
    unanswered: u32,
    has_unsent: bool,
}

/// Something from the client.
pub(super) enum Incoming {
    /// A frame's text.
    Text(String),
    /// A sign of life without content.
    Alive,
}

impl Connection {
    pub(super) const fn new(socket: WebSocket, pace: Pace) -> Self {
        Self {
            socket,
            pace,
            unanswered: 0,
            has_unsent: false,
        }
    }

    /// The first frame, within its time.
    pub(super) async fn hello(&mut self) -> Result<String, Close> {
        let deadline = Instant::now() + self.pace.hello_within;
        loop {
            match timeout_at(deadline, self.receive()).await {
                Ok(Ok(Incoming::Text(text))) => return Ok(text),
                Ok(Ok(Incoming::Alive)) => {}
                Ok(Err(close)) => return Err(close),
                Err(_) => return Err(Close::NoHello),
            }
        }
    }

    /// The next thing from the client.
    pub(super) async fn receive(&mut self) -> Result<Incoming, Close> {
        match self.socket.recv().await {
            Some(Ok(Message::Text(text))) => {
                self.unanswered = 0;
                metrics::FRAMES_RECEIVED.increment(1);
                Ok(Incoming::Text(text.as_str().to_owned()))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {
                self.unanswered = 0;
                Ok(Incoming::Alive)
            }
            Some(Ok(Message::Binary(_))) => Err(Close::Protocol),
            Some(Ok(Message::Close(_)) | Err(_)) | None => Err(Close::Gone),
        }
    }

    /// Sends frames in one go: many small writes would cost six times as much.
    pub(super) async fn send<F: Serialize>(&mut self, frames: &[F]) -> Flow {
        self.put(frames).await?;
        self.flush().await
    }

    /// Has frames leave with the next ones that are sent, or with [`Connection::flush`].
    pub(super) async fn put<F: Serialize>(&mut self, frames: &[F]) -> Flow {
        if frames.is_empty() {
            return Ok(());
        }
        let mut texts = Vec::with_capacity(frames.len());
        for frame in frames {
            texts.push(serde_json::to_string(frame).map_err(|_| Close::Protocol)?);
        }
        metrics::FRAMES_SENT.increment(frames.len() as u64);
        self.has_unsent = true;
        let putting = async {
            for text in texts {
                self.socket.feed(Message::text(text)).await?;
            }
            Ok(())
        };
        in_time(self.pace.write_within, putting).await
    }

    /// Sends what was put, if anything.
    pub(super) async fn flush(&mut self) -> Flow {
        if !std::mem::take(&mut self.has_unsent) {
            return Ok(());
        }
        in_time(self.pace.write_within, self.socket.flush()).await
    }

    /// A ping and its visible twin; ends a connection that answered neither of the last ones.
    pub(super) async fn beat<F: Serialize>(&mut self, frame: F) -> Flow {
        if self.unanswered >= MISSED_MAX {
            return Err(Close::Gone);
        }
        self.unanswered += 1;
        let ping = timeout(
            self.pace.write_within,
            self.socket.send(Message::Ping(bytes::Bytes::new())),
        )
        .await;
        match ping {
            Ok(Ok(())) => self.send(&[frame]).await,
            Ok(Err(_)) => Err(Close::Gone),
            Err(_) => Err(Close::Slow),
        }
    }

    /// Says why, and closes.
    pub(super) async fn close(mut self, why: Close) {
        why.count();
        let Some(code) = why.code() else { return };
        let frame = CloseFrame {
            code,
            reason: "".into(),
        };
        // Whoever does not take the close frame in time is gone anyway. What still comes in is read away: a connection
        // that is dropped with unread bytes is torn, and the reason with it.
        let closing = async {
            if self.socket.send(Message::Close(Some(frame))).await.is_ok() {
                while let Some(Ok(_)) = self.socket.recv().await {}
            }
        };
        let _ = timeout(self.pace.close_within, closing).await;
    }
}

/// Whoever does not take frames in time is too slow (C10).
async fn in_time(within: Duration, sending: impl Future<Output = Result<(), axum::Error>>) -> Flow {
    match timeout(within, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Close::Gone),
        Err(_) => Err(Close::Slow),
    }
}

/// Reads a client's frame.
pub(super) fn parse<F: serde::de::DeserializeOwned>(text: &str) -> Result<F, ApiError> {
    crate::extract::parse(text.as_bytes())
}

/// A random time to stay away, so that not everybody comes back at once (C13), in milliseconds.
pub(super) fn reconnect_after_ms() -> i64 {
    i64::from(u16::from_le_bytes(app::secrets::random::<2>())) * 5_000 / i64::from(u16::MAX)
}

/// Waits until the server stops.
pub(super) async fn until_stopping(stopping: &mut watch::Receiver<bool>) {
    // A server that is gone stops too.
    let _ = stopping.wait_for(|stops| *stops).await;
}
