//! Calls, with what somebody carries along.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

use crate::answer::Answer;

/// A client of one desk.
#[derive(Clone)]
pub(crate) struct Http {
    client: Client,
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    /// What goes along with every call.
    pub(crate) headers: HeaderMap,
}

impl Http {
    pub(crate) fn new(url: String) -> Self {
        // A restart of the desk closes connections; none is kept for the next call.
        let client = Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        Self {
            client,
            url,
            headers: HeaderMap::new(),
        }
    }

    /// The same caller at another node.
    pub(crate) fn at(mut self, url: &str) -> Self {
        url.clone_into(&mut self.url);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header"),
        );
        self
    }

    /// A call before it is sent; `path` begins with a slash. What does not begin with `/api/` is below `/api/v1`,
    /// but for pages, which [`crate::TestDesk::page`] asks for.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let prefix = if path.starts_with("/api/") { "" } else { "/api/v1" };
        self.client
            .request(method, format!("{}{prefix}{path}", self.url))
            .headers(self.headers.clone())
    }

    pub(crate) async fn page(&self, path: &str) -> Answer {
        let request = self
            .client
            .get(format!("{}{path}", self.url))
            .headers(self.headers.clone());
        Answer::of(request.send().await.expect("the desk answers")).await
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.request(method, path);
        let request = if body.is_null() { request } else { request.json(body) };
        Answer::of(request.send().await.expect("the desk answers")).await
    }

    pub(crate) async fn upload(&self, path: &str, name: &str, bytes: Vec<u8>) -> Answer {
        let form = Form::new().part("file", Part::bytes(bytes).file_name(name.to_owned()));
        let request = self.request(Method::POST, path).multipart(form);
        Answer::of(request.send().await.expect("the desk answers")).await
    }
}
