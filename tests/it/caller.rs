//! Calls below `/api/v1`, with whatever proof a test wants to carry along or to forge.

use reqwest::header::{HeaderMap, HeaderName};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::page::{Connected, Socket};

/// Who calls, and how.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// The sign-in cookie.
    pub cookie: Option<String>,
    /// The page's token; not sent when empty.
    pub csrf: String,
    /// A visitor's token.
    pub bearer: Option<String>,
    /// Where a browser would say that the page is from.
    pub origin: Option<String>,
    /// `Accept-Language`
    pub language: String,
    /// Where a proxy of the operator would say that the call is from.
    pub address: Option<String>,
    /// `Idempotency-Key`
    pub key: Option<String>,
    /// Whatever else is sent along; it stands above what is sent otherwise.
    pub headers: HeaderMap,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub text: String,
    /// The text as JSON; null when it is none.
    pub body: Value,
}

impl Answer {
    async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the desk answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a body").to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Self {
            status,
            headers,
            bytes,
            text,
            body,
        }
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        self.ok_status();
        self.body.clone()
    }

    /// A success, whatever its body.
    #[track_caller]
    pub fn ok_status(&self) {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text);
    }

    /// This refusal, whole and in shape.
    #[track_caller]
    pub fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.text
        );
        for field in ["message", "class", "request_id"] {
            assert!(
                self.body[field].as_str().is_some_and(|text| !text.is_empty()),
                "{field} in {}",
                self.text
            );
        }
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Caller {
    pub fn nobody(base: &str) -> Self {
        // A desk in this program has done it already; a program beside it has not.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        // A restart of the desk closes connections; none is kept for the next call.
        let client = Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        let base = base.to_owned();
        let language = "en".to_owned();
        Self {
            client,
            base,
            cookie: None,
            csrf: String::new(),
            bearer: None,
            origin: None,
            language,
            address: None,
            key: None,
            headers: HeaderMap::new(),
        }
    }

    /// The same with what this sign-in gave.
    pub fn signed_in(&self, answer: &Answer) -> Self {
        let cookie = answer
            .header("set-cookie")
            .and_then(|cookie| cookie.split(';').next())
            .map(str::to_owned);
        let csrf = answer.body["csrf_token"].as_str().expect("a token").to_owned();
        Self {
            cookie,
            csrf,
            ..self.clone()
        }
    }

    fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let mut request = self.client.request(method, format!("{}/api/v1{path}", self.base));
        let bearer = self.bearer.as_ref().map(|token| format!("Bearer {token}"));
        let csrf = Some(self.csrf.clone()).filter(|token| !token.is_empty());
        for (name, value) in [
            ("cookie", &self.cookie),
            ("x-csrf-token", &csrf),
            ("authorization", &bearer),
            ("origin", &self.origin),
            ("accept-language", &Some(self.language.clone())),
            ("idempotency-key", &self.key),
            ("x-forwarded-for", &self.address),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        // Replaces what is there of the same name.
        request.headers(self.headers.clone())
    }

    /// The same with a header more.
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let mut caller = self.clone();
        let name: HeaderName = name.parse().expect("a name");
        caller.headers.insert(name, value.parse().expect("a value"));
        caller
    }

    pub async fn send(&self, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path);
        Answer::of(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, Some(body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, Some(body)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None).await
    }

    /// Posts until it is done, as a client does who is told to try again (C20).
    pub async fn insist(&self, path: &str, body: &Value) -> Value {
        loop {
            let answer = self.post(path, body).await;
            if answer.body["code"] != "stale" {
                return answer.ok();
            }
        }
    }

    /// A body as it is.
    pub async fn raw(&self, method: &str, path: &str, content_type: &str, body: Vec<u8>) -> Answer {
        let mut request = self.request(method, path).body(body);
        if !content_type.is_empty() {
            request = request.header("content-type", content_type);
        }
        Answer::of(request).await
    }

    /// A body as a plain form sends it.
    pub async fn form(&self, method: &str, path: &str, body: &str) -> Answer {
        self.raw(method, path, "application/x-www-form-urlencoded", body.into())
            .await
    }

    /// A body with the boundary `B`, as it is.
    pub async fn multipart(&self, path: &str, body: &str) -> Answer {
        self.raw("POST", path, "multipart/form-data; boundary=B", body.into())
            .await
    }

    /// A file, as a page sends it.
    pub async fn upload(&self, path: &str, name: &str, media_type: &str, bytes: Vec<u8>) -> Answer {
        let part = Part::bytes(bytes)
            .file_name(name.to_owned())
            .mime_str(media_type)
            .expect("a type");
        Answer::of(self.request("POST", path).multipart(Form::new().part("file", part))).await
    }

    /// Opens an agent's socket with this first frame.
    pub async fn connect(&self, hello: &Value) -> Socket {
        let mut socket = Socket::open(self, "agent", Some(&self.base)).await.expect("a socket");
        socket.send(hello.clone()).await;
        socket.next("welcome").await;
        socket
    }

    /// Whether an agent's socket would be opened.
    pub async fn try_connect(&self) -> Connected {
        self.try_connect_from(Some(&self.base)).await
    }

    /// Whether an agent's socket would be opened from this origin.
    pub async fn try_connect_from(&self, origin: Option<&str>) -> Connected {
        Connected::of(&Socket::open(self, "agent", origin).await)
    }
}
