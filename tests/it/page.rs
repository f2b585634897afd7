//! A page's connection: the live protocol from the client's side.

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use testkit::PATIENCE;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::caller::Caller;
use crate::talk::{entries_of, new_key, texts};

/// An open connection. Every frame is kept, so that a test can ask for one that came earlier than it thought.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    /// Every frame so far.
    pub heard: Vec<Value>,
    /// How many of them were looked at by [`Socket::until`].
    looked: usize,
}

/// Whether a connection was opened.
#[derive(Debug, PartialEq, Eq)]
pub enum Connected {
    Yes,
    /// With this status instead.
    Refused(u16),
}

/// How a connection was sent away.
#[derive(Debug)]
pub struct Sent {
    /// The refusal's code.
    pub refused: Option<String>,
    /// The close code.
    pub close: Option<u16>,
}

impl Connected {
    pub fn of(opened: &Result<Socket, u16>) -> Self {
        match opened {
            Ok(_) => Self::Yes,
            Err(status) => Self::Refused(*status),
        }
    }
}

impl Socket {
    /// Opens `visitor` or `agent`; the error is the status with which that was refused.
    pub async fn open(caller: &Caller, whose: &str, origin: Option<&str>) -> Result<Self, u16> {
        Self::open_path(caller, &format!("/{whose}/socket"), origin).await
    }

    /// Opens this path below `/api/v1`.
    pub async fn open_path(caller: &Caller, path: &str, origin: Option<&str>) -> Result<Self, u16> {
        let url = format!("{}/api/v1{path}", caller.base.replacen("http", "ws", 1));
        let mut request = url.into_client_request().expect("an address");
        let headers = [
            ("cookie", caller.cookie.as_deref()),
            ("origin", origin),
            ("accept-language", Some("en")),
            ("x-forwarded-for", caller.address.as_deref()),
        ];
        for (name, value) in headers {
            if let Some(value) = value {
                request.headers_mut().insert(name, value.parse().expect("a header"));
            }
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self {
                stream,
                heard: Vec::new(),
                looked: 0,
            }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("the desk does not answer: {error}"),
        }
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.stream
            .send(Message::text(text))
            .await
            .expect("the connection stands");
    }

    pub async fn send_binary(&mut self, bytes: Vec<u8>) {
        self.stream
            .send(Message::binary(bytes))
            .await
            .expect("the connection stands");
    }

    /// Says something, as a visitor's page.
    pub async fn post(&mut self, text: &str) {
        let content = json!({"type": "text", "text": text});
        self.send(json!({"type": "post", "client_id": new_key(), "content": content}))
            .await;
    }

    /// Says something in a session, as an agent's page.
    pub async fn post_in(&mut self, session: &str, text: &str) {
        let content = json!({"type": "text", "text": text});
        let post = json!({"type": "post", "client_id": new_key(), "session_id": session, "content": content});
        self.send(post).await;
    }

    /// The next frame of this type.
    pub async fn next(&mut self, kind: &str) -> Value {
        self.until(|frame| frame["type"] == kind).await
    }

    /// The next frame that matches; those before it are passed over.
    pub async fn until(&mut self, matching: impl Fn(&Value) -> bool) -> Value {
        let found = self.find(self.looked, matching).await;
        self.looked = found + 1;
        self.heard[found].clone()
    }

    /// Waits until a frame that matches has come, since the beginning.
    pub async fn has(&mut self, matching: impl Fn(&Value) -> bool) -> Value {
        let found = self.find(0, matching).await;
        self.heard[found].clone()
    }

    async fn find(&mut self, begin: usize, matching: impl Fn(&Value) -> bool) -> usize {
        let mut at = begin;
        loop {
            while at < self.heard.len() {
                if matching(&self.heard[at]) {
                    return at;
                }
                at += 1;
            }
            match tokio::time::timeout(PATIENCE, self.receive()).await {
                Ok(Some(())) => {}
                Ok(None) => panic!(
                    "the connection ended; since the last look came {:#?}",
                    &self.heard[begin..]
                ),
                Err(_) => panic!("what was waited for did not come; instead {:#?}", &self.heard[begin..]),
            }
        }
    }

    /// Forgets what was heard so far.
    pub fn forget(&mut self) {
        self.heard.clear();
        self.looked = 0;
    }

    /// Waits for the end; answers its code, if one was told.
    pub async fn closed(&mut self) -> Option<u16> {
        let ended = tokio::time::timeout(PATIENCE, async {
            loop {
                match self.stream.next().await {
                    Some(Ok(Message::Close(frame))) => return frame.map(|frame| frame.code.into()),
                    Some(Ok(message)) => self.note(&message),
                    Some(Err(_)) | None => return None,
                }
            }
        });
        ended.await.expect("the desk closes the connection")
    }

    /// How this connection is sent away.
    pub async fn sent_away(mut self) -> Sent {
        let close = self.closed().await;
        let refused = self
            .heard
            .iter()
            .find_map(|frame| frame["problem"]["code"].as_str())
            .map(str::to_owned);
        Sent { refused, close }
    }

    /// All lines that came, also those of the welcome, in their order of coming.
    pub fn lines(&self) -> Vec<Value> {
        let of = |frame: &Value| [entries_of(&frame["conversation"]), entries_of(frame)].concat();
        self.heard.iter().flat_map(of).collect()
    }

    /// All lines of a session that came.
    pub fn lines_of(&self, session: &str) -> Vec<Value> {
        self.lines()
            .into_iter()
            .filter(|line| line["session_id"] == session)
            .collect()
    }

    /// What all messages that came say, in their order of coming.
    pub fn said(&self) -> Vec<String> {
        texts(&Value::Array(self.lines()))
    }

    /// Number of the newest line of a session that came.
    pub fn last_seq(&self, session: &str) -> i64 {
        let last = self.lines_of(session).last().and_then(|line| line["seq"].as_i64());
        last.expect("a line")
    }

    /// The newest place in the agent's stream.
    pub fn cursor(&self) -> i64 {
        self.heard
            .iter()
            .filter_map(|frame| frame["cursor"].as_i64())
            .next_back()
            .expect("a cursor")
    }

    /// The ids of the list, as the frames add up.
    pub fn list(&self) -> Vec<Value> {
        let mut list: Vec<Value> = Vec::new();
        for frame in &self.heard {
            match frame["type"].as_str() {
                Some("welcome") => {
                    let sessions = frame["sessions"].as_array().into_iter().flatten();
                    list = sessions.map(|session| session["id"].clone()).collect();
                }
                Some("session") if !list.contains(&frame["session"]["id"]) => list.push(frame["session"]["id"].clone()),
                Some("removed") => list.retain(|id| *id != frame["session_id"]),
                _ => {}
            }
        }
        list
    }

    async fn receive(&mut self) -> Option<()> {
        let message = self.stream.next().await?.ok()?;
        self.note(&message);
        Some(())
    }

    fn note(&mut self, message: &Message) {
        if let Message::Text(text) = message {
            self.heard.push(serde_json::from_str(text).expect("frames are JSON"));
        }
    }
}
