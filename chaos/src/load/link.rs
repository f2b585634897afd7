//! A socket that may die at any moment, in silence.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::http::Http;

/// One connection.
pub(super) struct Link {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The how-manieth of its client, from 1.
    pub(super) number: u32,
    patience: Duration,
}

impl Link {
    /// Opens a socket and says hello; nothing when that does not work in time.
    pub(super) async fn open(http: &Http, path: &str, hello: &Value, number: u32, patience: Duration) -> Option<Self> {
        let url = format!("{}{path}", http.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().ok()?;
        request.headers_mut().extend(http.headers.clone());
        let (stream, _) = timeout(patience, connect_async(request)).await.ok()?.ok()?;
        let mut link = Self {
            stream,
            number,
            patience,
        };
        link.send(hello).await.then_some(link)
    }

    /// Sends a frame; whether it went out.
    pub(super) async fn send(&mut self, frame: &Value) -> bool {
        let sending = self.stream.send(Message::text(frame.to_string()));
        matches!(timeout(self.patience, sending).await, Ok(Ok(())))
    }

    /// The next frame; nothing when the connection is over.
    pub(super) async fn next(&mut self) -> Option<Value> {
        loop {
            match self.stream.next().await?.ok()? {
                Message::Text(text) => return serde_json::from_str(&text).ok(),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}
