//! The live protocol from the client's side.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::PATIENCE;
use crate::http::Http;

/// A connection of a page. Pings are answered while frames are waited for.
pub struct TestSocket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// The `welcome` frame.
    pub welcome: Value,
    /// Every frame so far, in order.
    pub seen: Vec<Value>,
}

impl TestSocket {
    /// Opens a socket; the error is the status with which that was refused.
    pub(crate) async fn open(http: &Http, path: &str) -> Result<Self, u16> {
        let url = format!("{}{path}", http.url.replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("an address");
        request.headers_mut().extend(http.headers.clone());
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self {
                stream,
                welcome: Value::Null,
                seen: Vec::new(),
            }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("the desk does not answer: {error}"),
        }
    }

    pub(crate) async fn is_welcomed(&mut self) {
        self.welcome = self.frame("welcome").await;
    }

    /// Sends a frame.
    ///
    /// # Panics
    /// When the connection is over.
    pub async fn send(&mut self, frame: &Value) {
        self.stream
            .send(Message::text(frame.to_string()))
            .await
            .expect("the connection stands");
    }

    /// The next frame of this type; others are passed over.
    pub async fn frame(&mut self, kind: &str) -> Value {
        self.next_frame(kind, |frame| frame["type"] == kind).await
    }

    /// The next frame for which `matching` holds; others are passed over. `what` names it when it does not come.
    ///
    /// # Panics
    /// When it does not come in time, or the connection ends before.
    pub async fn next_frame(&mut self, what: &str, matching: impl Fn(&Value) -> bool) -> Value {
        let begin = self.seen.len();
        let found = tokio::time::timeout(PATIENCE, async {
            while let Some(frame) = self.receive().await {
                if matching(&frame) {
                    return Some(frame);
                }
            }
            None
        });
        match found.await {
            Ok(Some(frame)) => frame,
            Ok(None) => panic!(
                "the connection ended before {what}; since then came {:#?}",
                &self.seen[begin..]
            ),
            Err(_) => panic!("no {what} in time; instead came {:#?}", &self.seen[begin..]),
        }
    }

    /// Waits until a line with this text has come, and gives it.
    ///
    /// # Panics
    /// As [`TestSocket::next_frame`].
    pub async fn hears(&mut self, text: &str) -> Value {
        let says = |entry: &Value| entry["body"]["content"]["text"] == text;
        let frame = self
            .next_frame(text, |frame| {
                frame["entries"]
                    .as_array()
                    .is_some_and(|entries| entries.iter().any(says))
            })
            .await;
        let entries = frame["entries"].as_array().expect("lines");
        entries.iter().find(|entry| says(entry)).expect("the line").clone()
    }

    /// Waits until the desk closes the connection; answers its code, 0 when there is none.
    ///
    /// # Panics
    /// When it does not.
    pub async fn is_closed(&mut self) -> u16 {
        let code = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map_or(0, |frame| frame.code.into()),
                    Some(Ok(message)) => self.note(&message),
                    Some(Err(_)) | None => return 0,
                }
            }
        });
        code.await.expect("the desk closes the connection")
    }

    /// Closes the connection in order.
    pub async fn leaves(mut self) {
        // Who was closed already has left too.
        let _closed = self.stream.close(None).await;
    }

    async fn receive(&mut self) -> Option<Value> {
        loop {
            let message = self.stream.next().await?.ok()?;
            if message.is_text() {
                self.note(&message);
                return self.seen.last().cloned();
            }
        }
    }

    fn note(&mut self, message: &Message) {
        if let Message::Text(text) = message {
            self.seen.push(serde_json::from_str(text).expect("frames are JSON"));
        }
    }
}
