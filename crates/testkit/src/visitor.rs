//! Somebody on a website.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::answer::{Answer, Said};
use crate::http::Http;
use crate::socket::TestSocket;

/// A visitor's browser. It asks for its token when it first needs it.
pub struct TestVisitor {
    stranger: Http,
    channel: String,
    request: Value,
    known: OnceCell<(Http, Value)>,
}

impl TestVisitor {
    pub(crate) fn new(stranger: Http, channel: &str, request: Value) -> Self {
        Self {
            stranger,
            channel: channel.to_owned(),
            request,
            known: OnceCell::new(),
        }
    }

    /// Asks for a token, in this browser's way.
    pub async fn claims(&self) -> Answer {
        let path = format!("/visitor/channels/{}/token", self.channel);
        self.stranger.call(Method::POST, &path, &self.request).await
    }

    async fn known(&self) -> &(Http, Value) {
        self.known
            .get_or_init(async || {
                let claim = self.claims().await.ok();
                let given = claim["token"]
                    .as_str()
                    .or(self.request["token"].as_str())
                    .expect("a token");
                (
                    self.stranger.clone().with("authorization", &format!("Bearer {given}")),
                    claim,
                )
            })
            .await
    }

    /// The same browser, sent to another node of the desk.
    pub async fn at(&self, desk: &crate::TestDesk) -> Self {
        let (http, claim) = self.known().await;
        Self {
            stranger: self.stranger.clone().at(desk.url()),
            channel: self.channel.clone(),
            request: self.request.clone(),
            known: OnceCell::new_with(Some((http.clone().at(desk.url()), claim.clone()))),
        }
    }

    /// This browser's secret.
    pub async fn token(&self) -> String {
        let (http, _) = self.known().await;
        let header = http.headers["authorization"].to_str().expect("a text");
        header.trim_start_matches("Bearer ").to_owned()
    }

    /// The visitor's id.
    pub async fn id(&self) -> String {
        self.known().await.1["visitor"]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// A call below `/api/v1`; without a body when that is null.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        self.known().await.0.call(method, path, &body).await
    }

    /// Says something.
    pub async fn says(&self, text: &str) -> Said {
        Said::of(&self.tries_to_say(text).await.ok())
    }

    /// Tries to say something, under a new key.
    pub async fn tries_to_say(&self, text: &str) -> Answer {
        self.posts(&Uuid::new_v4().to_string(), json!({ "type": "text", "text": text }))
            .await
    }

    /// Posts content under a key.
    pub async fn posts(&self, client_id: &str, content: Value) -> Answer {
        let post = json!({ "client_id": client_id, "content": content });
        self.call(Method::POST, "/visitor/messages", post).await
    }

    /// Ends the session.
    pub async fn ends(&self) {
        self.call(Method::POST, "/visitor/end", json!({ "client_id": Uuid::new_v4() }))
            .await
            .ok();
    }

    /// The conversation as the page sees it.
    pub async fn conversation(&self) -> Value {
        self.call(Method::GET, "/visitor/conversation", Value::Null).await.ok()
    }

    /// Opens the chat page: a socket that has said hello and was welcomed.
    pub async fn connects(&self) -> TestSocket {
        self.connects_with(Value::Null).await
    }

    /// Opens the chat page with the last line that it has: `{session_id, seq}`.
    pub async fn connects_with(&self, last: Value) -> TestSocket {
        let mut socket = self.opens_socket().await;
        let mut hello = json!({
            "type": "hello", "channel": self.channel, "token": self.token().await, "language": "en",
        });
        if !last.is_null() {
            hello["last"] = last;
        }
        socket.send(&hello).await;
        socket.is_welcomed().await;
        socket
    }

    /// A socket that has not said anything yet.
    pub async fn opens_socket(&self) -> TestSocket {
        TestSocket::open(&self.stranger, "/api/v1/visitor/socket")
            .await
            .expect("the desk takes the socket")
    }

    /// Uploads a file.
    pub async fn uploads(&self, name: &str, bytes: Vec<u8>) -> Answer {
        self.known().await.0.upload("/visitor/attachments", name, bytes).await
    }
}
