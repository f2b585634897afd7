//! What all clients did and saw, as one list; on disk it is `history.jsonl`, one record a line.
//!
//! Times are microseconds since the run began, on one clock for all clients.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something that was done or seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// One attempt to do something; a repeat under the same key is another one.
    Op(Op),
    /// A line of a session came to a client.
    Line(Line),
    /// The desk told a client how far a session is: a welcome or a read.
    Glance(Glance),
    /// An agent became able to take sessions, or stopped being it.
    Ready(Ready),
    /// What a client had folded from frames, beside a fresh picture of the same moment (I24).
    Fold(Fold),
    /// A file, as it was sent and as it came back (I20).
    Blob(Blob),
    /// The nemesis did something, or mended it.
    Fault(Fault),
    /// A client could not do what must be possible once everything was mended.
    Stuck(Stuck),
}

/// What was attempted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Saying something.
    Post,
    /// Ending a session.
    End,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Op {
    /// Who.
    pub client: String,
    /// What.
    pub kind: Kind,
    /// The key under which it may be repeated (C02).
    pub key: String,
    /// What was said; empty for anything but posts.
    pub text: String,
    /// When it went out.
    pub invoked: u64,
    /// When it was answered or given up.
    pub returned: u64,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Done, says the desk.
    Ok {
        /// Where.
        session: String,
        /// Under which number; 0 for anything but posts.
        seq: i64,
        /// As which line; empty for anything but posts.
        entry: String,
    },
    /// Not done, says the desk.
    Fail {
        /// The stable code.
        code: String,
    },
    /// Nobody knows.
    Unknown,
}

/// A line as a client saw it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Who saw it.
    pub client: String,
    /// On which of its connections; 0 for HTTP.
    pub link: u32,
    /// When.
    pub at: u64,
    /// Its session.
    pub session: String,
    /// Its number.
    pub seq: i64,
    /// The number before in this reader's view (C03).
    pub prev: i64,
    /// Its id.
    pub id: String,
    /// `visitor`, `agent`, `flow` or `system`.
    pub author: String,
    /// The sender's key, where it is told.
    pub key: Option<String>,
    /// What it is: `message`, `assigned`, …
    pub kind: String,
    /// What was said; `attachment:NAME` for files, empty for anything but messages.
    pub text: String,
}

/// How far a session was when a client looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Glance {
    /// Who looked.
    pub client: String,
    /// When the look began.
    pub invoked: u64,
    /// When it was answered.
    pub returned: u64,
    /// Which session.
    pub session: String,
    /// Its newest number in this reader's view.
    pub last_seq: i64,
}

/// An agent's readiness, as its own client knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The agent's client.
    pub client: String,
    /// The agent's id.
    pub agent: String,
    /// When.
    pub at: u64,
    /// Whether it is connected, welcomed and free.
    pub is_ready: bool,
}

/// A folded picture and a fresh one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// Whose.
    pub client: String,
    /// From frames.
    pub folded: Value,
    /// Read at once.
    pub fresh: Value,
}

/// A file that was sent and fetched again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blob {
    /// Who sent and fetched it.
    pub client: String,
    /// Its attachment id.
    pub attachment: String,
    /// SHA-256 of what was sent, hexadecimal.
    pub sent: String,
    /// SHA-256 of what came back; the refusal's code when nothing did.
    pub fetched: String,
}

/// Something that the nemesis did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// When.
    pub at: u64,
    /// What, for people; `heal` when nothing is broken any more.
    pub what: String,
}

/// Something that did not become possible again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    /// Who could not go on.
    pub client: String,
    /// What it could not do.
    pub what: String,
}

/// Where all clients note what they do and see.
pub struct Recorder {
    began: Instant,
    kept: Mutex<Kept>,
}

struct Kept {
    records: Vec<Record>,
    file: BufWriter<File>,
}

impl Recorder {
    /// Notes into `history.jsonl` of this folder.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn new(folder: &Path) -> std::io::Result<Self> {
        let file = BufWriter::new(File::create(folder.join("history.jsonl"))?);
        let kept = Mutex::new(Kept {
            records: Vec::new(),
            file,
        });
        Ok(Self {
            began: Instant::now(),
            kept,
        })
    }

    /// Now, in microseconds since the run began.
    #[must_use]
    pub fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Notes something.
    pub fn note(&self, record: Record) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // The list in memory is what is checked; the file is for people, and a full disk shows in it.
        let _written = serde_json::to_writer(&mut kept.file, &record).map(|()| writeln!(kept.file));
        kept.records.push(record);
    }

    /// Everything so far.
    #[must_use]
    pub fn all(&self) -> Vec<Record> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let _flushed = kept.file.flush();
        kept.records.clone()
    }
}
