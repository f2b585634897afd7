//! Somebody who is signed in.

use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::{Answer, Said};
use crate::http::Http;
use crate::socket::TestSocket;

/// A signed-in agent or administrator, with the cookie and the page's token.
#[derive(Clone)]
pub struct TestAgent {
    http: Http,
    /// What the sign-in answered.
    pub me: Value,
}

impl TestAgent {
    #[track_caller]
    pub(crate) fn of(http: &Http, answer: Answer) -> Self {
        let cookie = answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap_or_default()
            .to_owned();
        let me = answer.ok();
        let csrf = me["csrf_token"]
            .as_str()
            .unwrap_or_else(|| panic!("no csrf_token in {me}"))
            .to_owned();
        let http = http.clone().with("cookie", &cookie).with("x-csrf-token", &csrf);
        Self { http, me }
    }

    /// The same browser, sent to another node of the desk.
    #[must_use]
    pub fn at(&self, desk: &crate::TestDesk) -> Self {
        Self {
            http: self.http.clone().at(desk.url()),
            me: self.me.clone(),
        }
    }

    /// The agent's id.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn id(&self) -> &str {
        self.me["id"].as_str().expect("an id")
    }

    /// A call below `/api/v1`; without a body when that is null.
    pub async fn call(&self, method: Method, path: &str, body: Value) -> Answer {
        self.http.call(method, path, &body).await
    }

    /// A call before it is sent, for whatever else a test wants to do to it.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, path)
    }

    /// Reads something that must be there.
    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, Value::Null).await.ok()
    }

    /// Goes `free`, `not_ready` or `offline`.
    pub async fn goes(&self, status: &str) {
        self.call(Method::PUT, "/me/status", json!({ "status": status }))
            .await
            .ok();
    }

    /// Opens the workbench: a socket that has said hello and was welcomed.
    pub async fn connects(&self) -> TestSocket {
        self.connects_with(json!({})).await
    }

    /// Opens the workbench with what its page has already: `cursor`, `sessions`.
    pub async fn connects_with(&self, known: Value) -> TestSocket {
        let mut socket = self.opens_socket().await;
        let mut hello = known;
        hello["type"] = "hello".into();
        socket.send(&hello).await;
        socket.is_welcomed().await;
        socket
    }

    /// A socket that has not said anything yet.
    pub async fn opens_socket(&self) -> TestSocket {
        let origin = self.http.url.clone();
        let http = self.http.clone().with("origin", &origin);
        TestSocket::open(&http, "/api/v1/agent/socket")
            .await
            .expect("the desk takes the socket")
    }

    /// Opens the workbench and goes free: sessions may come.
    pub async fn is_on_duty(&self) -> TestSocket {
        let socket = self.connects().await;
        self.goes("free").await;
        socket
    }

    /// Says something in a session.
    pub async fn says(&self, session: &str, text: &str) -> Said {
        Said::of(&self.tries_to_say(session, text).await.ok())
    }

    /// Tries to say something, under a new key.
    pub async fn tries_to_say(&self, session: &str, text: &str) -> Answer {
        let post = json!({ "client_id": Uuid::new_v4(), "content": { "type": "text", "text": text } });
        self.call(Method::POST, &format!("/sessions/{session}/messages"), post)
            .await
    }

    /// Ends a session.
    pub async fn ends(&self, session: &str) {
        self.call(Method::POST, &format!("/sessions/{session}/end"), Value::Null)
            .await
            .ok();
    }

    /// The first lines of a session.
    ///
    /// # Panics
    /// When it has none.
    pub async fn reads(&self, session: &str) -> Vec<Value> {
        let page = self
            .get(&format!("/sessions/{session}/entries?after_seq=0&limit=200"))
            .await;
        page["entries"].as_array().expect("lines").clone()
    }

    /// Waits until a session is in this agent's list.
    pub async fn gets(&self, session: &str) {
        crate::eventually("the agent got the session", async || {
            let workbench = self.get("/workbench").await;
            workbench["sessions"]
                .as_array()
                .is_some_and(|list| list.iter().any(|known| known["id"] == *session))
        })
        .await;
    }

    /// Uploads a file for a session.
    pub async fn uploads(&self, session: &str, name: &str, bytes: Vec<u8>) -> Answer {
        self.http
            .upload(&format!("/sessions/{session}/attachments"), name, bytes)
            .await
    }
}
