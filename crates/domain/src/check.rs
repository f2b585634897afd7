//! What must always hold of the stored data, and how it is recomputed from the log (C18).
//!
//! Each [`Rule`] is one invariant. What needs one session only is recomputed here ([`Recount`]); what compares rows of
//! several tables is asked of the store.

mod recount;

pub use recount::Recount;

/// One invariant of the stored data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The database file reads well, page by page, and its indexes agree with their tables (F15).
    Database,
    /// Every stored value can be read as what it must be.
    Readable,
    /// The lines of a session are numbered 1, 2, 3 … (I04, C03).
    Numbers,
    /// Each line that the visitor may see names the one that the visitor saw before it (I04, C03).
    VisitorView,
    /// A session goes a legal way from its first line to its end (I13).
    Path,
    /// One agent at a time serves a session, and only that agent speaks in it (I07).
    Owner,
    /// A session's row is the fold of its lines (I13, I24).
    Row,
    /// A visitor has one open session in a channel (I14).
    OpenSessions,
    /// A sender's key names one message, an id one line (I02).
    Keys,
    /// An agent's load is the number of sessions that the agent serves, below the ceiling (I08).
    Loads,
    /// Sessions are served by agents who may serve (I09).
    Eligible,
    /// A number of a queue was given once, and none beyond the newest (I10, U6).
    QueueNumbers,
    /// Timers are of a known kind and point to something that exists, and a session that waits for one has it (I16).
    Timers,
    /// What leaves the house is kept, on its way, sent or given up, and each of these wholly (I18).
    Outbox,
    /// The bytes of each attachment are there and unchanged, and there are no others (I20).
    Attachments,
    /// Counters equal a recount (I17, DATA-05).
    Counters,
    /// What belongs together belongs to one contact centre and exists (I21).
    References,
    /// Lines of the audit log can be read (I23).
    Audit,
}

impl Rule {
    /// All of them, in the order in which they are reported.
    pub const ALL: [Self; 18] = [
        Self::Database,
        Self::Readable,
        Self::Numbers,
        Self::VisitorView,
        Self::Path,
        Self::Owner,
        Self::Row,
        Self::OpenSessions,
        Self::Keys,
        Self::Loads,
        Self::Eligible,
        Self::QueueNumbers,
        Self::Timers,
        Self::Outbox,
        Self::Attachments,
        Self::Counters,
        Self::References,
        Self::Audit,
    ];

    /// Its stable name in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Readable => "readable",
            Self::Numbers => "numbers",
            Self::VisitorView => "visitor_view",
            Self::Path => "path",
            Self::Owner => "owner",
            Self::Row => "row",
            Self::OpenSessions => "open_sessions",
            Self::Keys => "keys",
            Self::Loads => "loads",
            Self::Eligible => "eligible",
            Self::QueueNumbers => "queue_numbers",
            Self::Timers => "timers",
            Self::Outbox => "outbox",
            Self::Attachments => "attachments",
            Self::Counters => "counters",
            Self::References => "references",
            Self::Audit => "audit",
        }
    }

    /// What it asks, for people.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Database => "the database file is whole",
            Self::Readable => "every stored value can be read",
            Self::Numbers => "lines of a session are numbered without holes",
            Self::VisitorView => "the visitor's view of a session has no holes",
            Self::Path => "sessions go a legal way to one end",
            Self::Owner => "one agent at a time serves a session",
            Self::Row => "each session's row equals a recount of its log",
            Self::OpenSessions => "one open session per visitor and channel",
            Self::Keys => "no message is stored twice",
            Self::Loads => "agents' loads equal a recount",
            Self::Eligible => "sessions are served by agents who may",
            Self::QueueNumbers => "numbers of queues were given once",
            Self::Timers => "timers point to something that exists, none is missing",
            Self::Outbox => "mails are kept, on their way, sent or given up",
            Self::Attachments => "attachments are there and unchanged, and no others",
            Self::Counters => "counters equal a recount",
            Self::References => "what belongs together exists, in one contact centre",
            Self::Audit => "the audit log can be read",
        }
    }
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The invariant.
    pub rule: Rule,
    /// Where, for example `ses_… line 7`.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Fault {
    /// A fault of `rule` at `place`.
    #[must_use]
    pub fn new(rule: Rule, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            rule,
            place: place.into(),
            what: what.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// C18: names are stable and tell rules apart.
    #[test]
    fn every_rule_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = Rule::ALL.iter().map(|rule| rule.name()).collect();
        assert_eq!(names.len(), Rule::ALL.len());
    }
}
