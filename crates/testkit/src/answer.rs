//! What the desk answered.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// An answer of the API.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as JSON; a text when it is none.
    pub body: Value,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.expect("the body arrives");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, headers, body }
    }

    /// The body of a success.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    #[expect(clippy::must_use_candidate, reason = "many tests want the check alone")]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.body);
        self.body
    }

    /// Checks that it is this refusal, whole and in shape, and gives it back.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    #[expect(clippy::return_self_not_must_use, reason = "many tests want the check alone")]
    pub fn refused(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        for field in ["message", "class", "request_id"] {
            assert!(self.body[field].is_string(), "a refusal without {field}: {}", self.body);
        }
        self
    }

    /// The value of a header, or an empty text.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// A message that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The session it belongs to.
    pub session: String,
    /// Its number there.
    pub seq: i64,
    /// Its id.
    pub entry: String,
    /// Whether the same key had been answered before.
    pub replayed: bool,
}

impl Said {
    /// Reads the answer of a message.
    ///
    /// # Panics
    /// When it is another shape.
    #[must_use]
    #[track_caller]
    pub fn of(body: &Value) -> Self {
        let text = |name: &str| {
            body[name]
                .as_str()
                .unwrap_or_else(|| panic!("no {name} in {body}"))
                .to_owned()
        };
        Self {
            session: text("session_id"),
            seq: body["seq"].as_i64().unwrap_or_else(|| panic!("no seq in {body}")),
            entry: text("entry_id"),
            replayed: body["replayed"] == true,
        }
    }
}
