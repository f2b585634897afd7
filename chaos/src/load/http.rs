//! Calls that may be lost.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Result, bail};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// Somebody who calls, with what goes along each time.
#[derive(Clone)]
pub struct Http {
    client: Client,
    /// `http://127.0.0.1:PORT`
    pub base: String,
    /// What goes along.
    pub headers: HeaderMap,
    patience: Duration,
}

/// What came of a call.
#[derive(Debug)]
pub enum Answered {
    /// Done.
    Ok {
        /// The body as JSON; null when it is none.
        body: Value,
        /// The first part of a cookie that was set.
        cookie: Option<String>,
        /// The body as it is.
        bytes: Vec<u8>,
    },
    /// Not done.
    Refused {
        /// The stable code.
        code: String,
        /// What to do now: `retry`, `conflict` or `fatal` (C20).
        class: String,
    },
    /// Nobody knows.
    Lost,
}

impl Http {
    /// Calls to this address; who does not answer in time is lost.
    ///
    /// # Errors
    /// When there can be no client.
    pub fn new(address: SocketAddr, patience: Duration) -> Result<Self> {
        let client = Client::builder().no_proxy().pool_max_idle_per_host(0).build()?;
        Ok(Self {
            client,
            base: format!("http://{address}"),
            headers: HeaderMap::new(),
            patience,
        })
    }

    /// The same with another header.
    ///
    /// # Panics
    /// When the value is none for a header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a header");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/api/v1{path}", self.base))
            .headers(self.headers.clone())
            .timeout(self.patience)
    }

    /// A call; without a body when that is null.
    pub async fn call(&self, method: Method, path: &str, body: &Value) -> Answered {
        let request = self.request(method, path);
        send(if body.is_null() { request } else { request.json(body) }).await
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answered {
        self.call(Method::GET, path, &Value::Null).await
    }

    /// A command under a key.
    pub async fn command(&self, path: &str, key: &str) -> Answered {
        send(self.request(Method::POST, path).header("idempotency-key", key)).await
    }

    /// Sends a file.
    pub async fn upload(&self, path: &str, name: &str, bytes: Vec<u8>) -> Answered {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
        send(self.request(Method::POST, path).multipart(form)).await
    }

    /// A call that must succeed: nothing is broken yet.
    ///
    /// # Errors
    /// When it does not.
    pub async fn must(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        match self.call(method.clone(), path, body).await {
            Answered::Ok { body, .. } => Ok(body),
            other => bail!("{method} {path}: {other:?}"),
        }
    }
}

async fn send(request: RequestBuilder) -> Answered {
    let Ok(response) = request.send().await else {
        return Answered::Lost;
    };
    let is_done = response.status().is_success();
    let cookie = response
        .headers()
        .get("set-cookie")
        .and_then(|cookie| cookie.to_str().ok());
    let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
    let status = response.status();
    let Ok(bytes) = response.bytes().await else {
        return Answered::Lost;
    };
    let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    if is_done {
        let bytes = bytes.to_vec();
        return Answered::Ok { body, cookie, bytes };
    }
    let text = |name: &str, instead: &str| body[name].as_str().unwrap_or(instead).to_owned();
    Answered::Refused {
        code: text("code", status.as_str()),
        class: text("class", "retry"),
    }
}
