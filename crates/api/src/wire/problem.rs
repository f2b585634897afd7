//! The one shape of an error.

use serde::Serialize;
use utoipa::ToSchema;

/// Why something was not done. `code` is for programs, `message` for people.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the reason.
    pub code: ProblemCode,
    /// A sentence in the caller's language.
    pub message: String,
    /// What a client should do now (C20).
    pub class: ProblemClass,
    /// Names this request in the server's log.
    pub request_id: String,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after: Option<i64>,
    /// What is wrong with which field of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub fields: Vec<FieldProblem>,
    /// What stands in the way, for example open sessions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<ProblemDetails>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Its path in the request, for example `settings.greeting`.
    pub field: String,
    /// Stable name of the reason, for example `too_long`.
    pub code: FieldProblemCode,
    /// A sentence in the caller's language.
    pub message: String,
}

/// What stands in the way.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// Open sessions (R19).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub sessions: Vec<OpenSession>,
    /// Channels that use it (R19).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub channels: Vec<super::channel::ChannelName>,
    /// Flows that use it (R19).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub flows: Vec<super::flow::FlowName>,
    /// What keeps a flow from being published (FLOW-13).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub faults: Vec<domain::flow::Fault>,
    /// The draft that somebody else saved (FLOW-02).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub draft: Option<SavedByOther>,
    /// Why a file is no flow: what was found and where, in English (FLOW-16).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reason: Option<String>,
}

/// A draft that somebody else saved.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SavedByOther {
    /// Its revision.
    pub revision: i64,
    /// When it was saved.
    pub edited_at: domain::moment::Moment,
    /// Real name of whoever saved it; left out when nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub editor: Option<String>,
}

/// An open session that stands in the way.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OpenSession {
    /// Which.
    pub id: domain::ids::SessionId,
    /// The visitor's nickname.
    pub visitor: String,
    /// `title@channel`.
    pub source: String,
    /// When it began.
    pub started_at: domain::moment::Moment,
}

/// What a client should do after a refusal (C20).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemClass {
    /// Again, with the same key.
    Retry,
    /// Read again, then decide.
    Conflict,
    /// Do not repeat.
    Fatal,
}

/// Every reason that this API gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The request cannot be read or has wrong fields.
    InvalidRequest,
    /// The body is larger than allowed.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// The body has another type than this address takes.
    UnsupportedMediaType,
    /// This address does not do that.
    MethodNotAllowed,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// Nobody is signed in, or the sign-in is over.
    NotSignedIn,
    /// This account signed in at another place (R28).
    SignedInElsewhere,
    /// Signed in, but without the right to do this.
    Forbidden,
    /// The first password must be changed before anything else (ADM-02).
    PasswordChangeRequired,
    /// E-mail or password is wrong, or the account may not sign in.
    WrongCredentials,
    /// The current password is wrong.
    WrongPassword,
    /// The new password is too weak.
    WeakPassword,
    /// The link is used up, too old or was never given.
    ResetLinkInvalid,
    /// The call did not come from the desk's own page.
    CrossSiteRefused,
    /// The same key was used for something else (C02).
    KeyReused,
    /// Somebody else changed it at the same time.
    Stale,
    /// The session is over.
    SessionEnded,
    /// Another agent serves the session.
    NotYourSession,
    /// The session still runs.
    SessionNotEnded,
    /// The rating config lets nobody start a rating in this way (WORK-14).
    RatingNotAllowed,
    /// No agent serves the session, so there is nothing to rate.
    RatingNoAgent,
    /// A rating was asked for already and is still open.
    RatingAlreadyAsked,
    /// No rating is open, or it is open no longer (RATE-02).
    RatingNotOpen,
    /// The session is rated already (RATE-02).
    AlreadyRated,
    /// There are open sessions (R19).
    HasOpenSessions,
    /// Something else uses it (R19).
    InUse,
    /// The last administrator must stay.
    LastAdmin,
    /// One cannot do this to oneself.
    NotYourself,
    /// The name is taken.
    NameTaken,
    /// The e-mail is taken.
    EmailTaken,
    /// The staff number is taken.
    StaffNoTaken,
    /// The channel key is taken.
    KeyTaken,
    /// There are as many as there may be.
    TooMany,
    /// Somebody else saved the draft meanwhile.
    DraftChanged,
    /// The flow has faults.
    FlowInvalid,
    /// This is no flow, or one of a later format.
    FlowUnreadable,
    /// The message is empty.
    MessageEmpty,
    /// The message is too long.
    MessageTooLong,
    /// The message holds a character that cannot be stored.
    MessageUnstorable,
    /// No such upload of this sender.
    AttachmentUnknown,
    /// The file is empty.
    FileEmpty,
    /// The file is larger than allowed.
    FileTooLarge,
    /// The picture has more pixels than allowed.
    ImageTooLarge,
    /// Too much in too short a time.
    RateLimited,
    /// This channel takes only visitors with a signed identity.
    IdentityRequired,
    /// The signed identity is wrong or too old.
    IdentityInvalid,
    /// This website may not show the channel's chat (T212).
    WebsiteUnknown,
    /// The server has too much to do.
    Busy,
    /// The disk is full (C14).
    StorageFull,
    /// The database does not answer.
    Unavailable,
    /// A fault of ours; the log knows more.
    Internal,
}

/// Every reason why a field is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldProblemCode {
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
