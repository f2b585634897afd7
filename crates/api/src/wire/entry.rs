//! Lines of a session's log, as agents and as visitors see them.

use domain::entry::{Author, EntryBody};
use domain::ids::{AttachmentId, EntryId, SessionId};
use domain::message::{Choice, ClientId, Content};
use domain::moment::Moment;
use domain::rating::RatingAnswer;
use domain::session::EndedBy;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// A line, as agents see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Entry {
    /// Its session.
    pub session_id: SessionId,
    /// Its number.
    pub seq: i64,
    /// The number before in this reader's view (C03).
    pub prev: i64,
    /// Its id.
    pub id: EntryId,
    /// When the server took it.
    pub at: Moment,
    /// Who caused it.
    pub author: Author,
    /// The key that its sender gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<String>,
    /// What happened.
    pub body: EntryBody,
}

/// A line, as the visitor sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct VisitorEntry {
    /// Its session.
    pub session_id: SessionId,
    /// Its number.
    pub seq: i64,
    /// The number before in the visitor's view (C03).
    pub prev: i64,
    /// Its id.
    pub id: EntryId,
    /// When the server took it.
    pub at: Moment,
    /// Who caused it.
    pub author: VisitorAuthor,
    /// The agent's public name, on an agent's lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub author_name: Option<String>,
    /// The key that its sender gave it, on the visitor's own lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<String>,
    /// What happened.
    pub body: VisitorEntryBody,
}

/// Who caused a line, without telling ids of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VisitorAuthor {
    /// The visitor.
    Visitor,
    /// The agent.
    Agent,
    /// The flow.
    Flow,
    /// The desk.
    System,
}

/// What a line tells the visitor.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum VisitorEntryBody {
    /// Something was said.
    Message {
        /// What.
        content: Content,
    },
    /// What the visitor chose in an earlier line, or filled in there.
    Selected {
        /// Number of the line that asked.
        line: i64,
        /// What was chosen or filled in.
        choice: Choice,
    },
    /// The visitor's answer to an earlier line that asked for a rating.
    Rated {
        /// Number of the line that asked.
        line: i64,
        /// What was answered.
        answer: RatingAnswer,
    },
    /// An agent took the session.
    Assigned {
        /// Public name.
        nickname: String,
        /// Public number.
        staff_no: String,
    },
    /// The agent's connection was lost for long; the visitor waits again, at the old place (ROUTE-22).
    Requeued,
    /// It is over.
    Ended {
        /// Who or what ended it.
        by: EndedBy,
    },
}

/// What somebody wants to say.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "type",
    rename_all = "snake_case",
    deny_unknown_fields,
    try_from = "SentContent"
)]
pub enum NewContent {
    /// Text, 1 to 4,000 characters.
    Text {
        /// The text, stored exactly as written.
        text: String,
    },
    /// An uploaded picture.
    Image {
        /// The upload.
        attachment_id: AttachmentId,
    },
    /// Any uploaded file.
    File {
        /// The upload.
        attachment_id: AttachmentId,
    },
}

/// The same as it is read. A frame's parts are read a second time, where a number would do for the name of a kind (T518);
/// here each field takes its own type only.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SentContent {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default, deserialize_with = "present")]
    text: Option<String>,
    #[serde(default, deserialize_with = "present")]
    attachment_id: Option<AttachmentId>,
}

/// A field that is there, and then is not null.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(field: D) -> Result<Option<T>, D::Error> {
    T::deserialize(field).map(Some)
}

impl TryFrom<SentContent> for NewContent {
    type Error = &'static str;

    fn try_from(sent: SentContent) -> Result<Self, Self::Error> {
        match (sent.kind.as_str(), sent.text, sent.attachment_id) {
            ("text", Some(text), None) => Ok(Self::Text { text }),
            ("image", None, Some(attachment_id)) => Ok(Self::Image { attachment_id }),
            ("file", None, Some(attachment_id)) => Ok(Self::File { attachment_id }),
            _ => Err("no such content"),
        }
    }
}

/// A message to send.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostMessage {
    /// Made by the sender, kept until answered, repeated unchanged when in doubt (C02).
    pub client_id: ClientId,
    /// What to say.
    pub content: NewContent,
}

/// A message is on disk (C01).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Posted {
    /// The sender's key.
    pub client_id: String,
    /// Where it went.
    pub session_id: SessionId,
    /// Its number.
    pub seq: i64,
    /// Its id.
    pub entry_id: EntryId,
    /// When the server took it.
    pub at: Moment,
    /// Whether it was there already.
    pub replayed: bool,
}

impl Posted {
    /// What a sender is told of its stored message.
    #[must_use]
    pub fn of(client_id: &ClientId, posted: app::conversation::Posted) -> Self {
        Self {
            client_id: client_id.as_str().to_owned(),
            session_id: posted.session,
            seq: posted.seq,
            entry_id: posted.entry,
            at: posted.at,
            replayed: posted.replayed,
        }
    }
}

impl From<NewContent> for app::conversation::NewContent {
    fn from(content: NewContent) -> Self {
        match content {
            NewContent::Text { text } => Self::Text(text),
            NewContent::Image { attachment_id } => Self::Image(attachment_id),
            NewContent::File { attachment_id } => Self::File(attachment_id),
        }
    }
}
