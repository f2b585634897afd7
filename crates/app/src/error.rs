//! Why a use case did not do what it was asked.

use domain::agent::PasswordError;
use domain::field::{self, Fault};
use domain::flow;
use domain::ids::{ChannelId, FlowId, SessionId};
use domain::message::TextError;
use domain::moment::Moment;
use domain::rating::{AnswerRefusal, InviteRefusal};
use domain::session::{CompleteError, EndError, PostError};
use store::{StoreError, WriteError};

/// What callers act on.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// There is no such thing, or not for this caller: both look alike (G1 of the threat model).
    #[error("no such {what}")]
    NotFound {
        /// What was looked for; for the log.
        what: &'static str,
    },
    /// The rules say no.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Signed in, but without the right.
    #[error("not allowed")]
    Forbidden,
    /// Somebody else was faster, several times in a row.
    #[error("changed at the same time")]
    Stale,
    /// The database does not answer; nothing is known about the outcome (C20: retry with the same key).
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The disk is full (C14).
    #[error("the disk is full")]
    StorageFull,
    /// A fault of ours; the text goes to the log only.
    #[error("internal: {0:#}")]
    Internal(anyhow::Error),
}

/// Why the rules say no.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody is signed in, or the sign-in is over.
    #[error("not signed in")]
    NotSignedIn,
    /// The sign-in was replaced by a newer one (R28, C12).
    #[error("signed in elsewhere")]
    SignedInElsewhere,
    /// The first password must be changed first (ADM-02).
    #[error("the password must be changed first")]
    PasswordChangeRequired,
    /// Unknown account, wrong password, or not allowed to sign in: all look alike (T401).
    #[error("wrong credentials")]
    WrongCredentials,
    /// The password in force was given wrong.
    #[error("wrong password")]
    WrongPassword,
    /// The new password is refused.
    #[error("weak password: {0}")]
    WeakPassword(PasswordError),
    /// A reset link that is not good (any more).
    #[error("reset link invalid")]
    ResetLinkInvalid,
    /// The key was used for another command (C02).
    #[error("key reused")]
    KeyReused,
    /// Too much in too short a time.
    #[error("rate limited for {retry_after} s")]
    RateLimited {
        /// Seconds to wait.
        retry_after: i64,
    },
    /// Fields of the request are wrong.
    #[error("{} fields are wrong", .0.len())]
    Fields(Vec<FieldError>),
    /// May not speak.
    #[error("{0}")]
    Post(#[from] PostError),
    /// The text is refused.
    #[error("{0}")]
    Text(#[from] TextError),
    /// May not end.
    #[error("{0}")]
    End(#[from] EndError),
    /// May not put away.
    #[error("{0}")]
    Complete(#[from] CompleteError),
    /// A rating is not asked for (WORK-14).
    #[error("{0}")]
    RatingInvitation(#[from] InviteRefusal),
    /// A rating does not count (MSG-10).
    #[error("{0}")]
    Rating(#[from] AnswerRefusal),
    /// Open sessions stand in the way (R19).
    #[error("{} open sessions", .0.len())]
    HasOpenSessions(Vec<BlockingSession>),
    /// Something else uses it (R19).
    #[error("in use")]
    InUse {
        /// Channels that use it, with their titles.
        channels: Vec<(ChannelId, String)>,
        /// Flows that use it, with their names.
        flows: Vec<(FlowId, String)>,
    },
    /// The last administrator must stay.
    #[error("last administrator")]
    LastAdmin,
    /// One cannot do this to oneself.
    #[error("not to oneself")]
    NotYourself,
    /// The name is taken.
    #[error("name taken")]
    NameTaken,
    /// The e-mail is taken.
    #[error("e-mail taken")]
    EmailTaken,
    /// The staff number is taken.
    #[error("staff number taken")]
    StaffNoTaken,
    /// The channel key is taken.
    #[error("channel key taken")]
    KeyTaken,
    /// There are as many as there may be.
    #[error("too many")]
    TooMany,
    /// Somebody else saved the draft meanwhile (FLOW-02).
    #[error("the draft was changed")]
    DraftChanged {
        /// The revision that stands now.
        revision: i64,
        /// When it was saved.
        edited_at: Moment,
        /// Real name of whoever saved it; nobody has when missing.
        editor: Option<String>,
    },
    /// The flow has faults (FLOW-13).
    #[error("{} faults", .0.len())]
    FlowInvalid(Vec<flow::Fault>),
    /// This is no flow, or one of a later format (FLOW-16).
    #[error("{0}")]
    FlowUnreadable(#[from] flow::DocumentError),
    /// No such upload of this sender (T610).
    #[error("attachment unknown")]
    AttachmentUnknown,
    /// The file is empty.
    #[error("file empty")]
    FileEmpty,
    /// The file is larger than allowed.
    #[error("file larger than {max} bytes")]
    FileTooLarge {
        /// Most bytes.
        max: u64,
    },
    /// The picture has too many pixels (T605).
    #[error("image too large")]
    ImageTooLarge,
    /// The channel wants a signed identity (SEC-03).
    #[error("identity required")]
    IdentityRequired,
    /// The identity's signature is wrong or too old: both look alike (T304).
    #[error("identity invalid")]
    IdentityInvalid,
    /// The page's website is none of the channel's (T212).
    #[error("website unknown")]
    WebsiteUnknown,
}

/// An open session that stands in the way.
#[derive(Debug, Clone)]
pub struct BlockingSession {
    /// Which.
    pub id: SessionId,
    /// The visitor's nickname.
    pub visitor: String,
    /// `title@channel`.
    pub source: String,
    /// When it began.
    pub started_at: Moment,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Its path in the request.
    pub field: String,
    /// What is wrong.
    pub fault: FieldFault,
}

/// What can be wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFault {
    /// It must not be empty.
    Required,
    /// Too many characters.
    TooLong,
    /// Outside the allowed numbers.
    OutOfRange,
    /// Not written as it must be.
    Malformed,
    /// Characters that are not seen, or cannot be stored.
    HiddenCharacters,
    /// A name that would pass for the desk itself (T114).
    Reserved,
    /// Another one has it.
    Taken,
    /// Names something that does not exist.
    Unknown,
}

impl From<field::FieldError> for FieldError {
    fn from(error: field::FieldError) -> Self {
        let fault = match error.fault {
            Fault::Required => FieldFault::Required,
            Fault::TooLong => FieldFault::TooLong,
            Fault::OutOfRange => FieldFault::OutOfRange,
            Fault::Malformed => FieldFault::Malformed,
            Fault::HiddenCharacters => FieldFault::HiddenCharacters,
            Fault::Reserved => FieldFault::Reserved,
        };
        Self {
            field: error.field.to_owned(),
            fault,
        }
    }
}

impl From<Vec<field::FieldError>> for AppError {
    fn from(errors: Vec<field::FieldError>) -> Self {
        Refusal::Fields(errors.into_iter().map(FieldError::from).collect()).into()
    }
}

impl From<field::FieldError> for AppError {
    fn from(error: field::FieldError) -> Self {
        vec![error].into()
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale => Self::Stale,
            StoreError::StorageFull => Self::StorageFull,
            StoreError::Unavailable(reason) => Self::Unavailable(reason),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<PostError> for AppError {
    fn from(error: PostError) -> Self {
        Refusal::Post(error).into()
    }
}

impl From<TextError> for AppError {
    fn from(error: TextError) -> Self {
        Refusal::Text(error).into()
    }
}

impl From<EndError> for AppError {
    fn from(error: EndError) -> Self {
        Refusal::End(error).into()
    }
}

impl From<InviteRefusal> for AppError {
    fn from(error: InviteRefusal) -> Self {
        Refusal::RatingInvitation(error).into()
    }
}

impl From<AnswerRefusal> for AppError {
    fn from(error: AnswerRefusal) -> Self {
        Refusal::Rating(error).into()
    }
}

impl From<CompleteError> for AppError {
    fn from(error: CompleteError) -> Self {
        Refusal::Complete(error).into()
    }
}

impl WriteError for AppError {
    fn retry(&self) -> bool {
        matches!(self, Self::Stale)
    }
}

impl AppError {
    /// A fault of ours.
    pub fn internal(error: impl Into<anyhow::Error>) -> Self {
        Self::Internal(error.into())
    }
}

/// Work whose failure is only worth a line in the log.
pub trait OrLog<T> {
    /// Logs a failure of `doing` and goes on.
    fn or_log(self, doing: &'static str) -> Option<T>;
}

impl<T, E: std::fmt::Display> OrLog<T> for Result<T, E> {
    fn or_log(self, doing: &'static str) -> Option<T> {
        match self {
            Ok(value) => Some(value),
            Err(error) => {
                tracing::warn!(%error, "Failed while {doing}");
                None
            }
        }
    }
}
