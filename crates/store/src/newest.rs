//! What sessions look like since their newest commit, in memory (decision 3).
//!
//! Only where one process alone writes the database, which is SQLite: there the writer's thread notes each session and
//! each line that it commits, before anybody is told of the commit, so what stands here is what stands in the database.
//! It saves the connections from reading back what this process has just written. What is not here is read from the
//! database; nothing is lost with it, and it never holds more than a few megabytes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::ids::{ChannelId, SessionId, VisitorId};
use domain::session::Session;

use crate::entries::StoredEntry;

/// Most lines kept of one session.
const LINES_MAX: usize = 64;
/// From this many bytes on what has not moved since is forgotten; twice this much is kept at most.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// About what a session costs without its lines.
const SESSION_BYTES: usize = 1024;
/// About what a line costs without its text.
const LINE_BYTES: usize = 384;

/// Something that a transaction has changed.
pub(crate) enum News {
    /// A session was saved.
    Session(Arc<Session>),
    /// A line was added to a session.
    Line(Box<StoredEntry>),
    /// A session was changed without being read.
    Changed(SessionId),
}

/// The newest sessions.
#[derive(Default)]
pub(crate) struct Newest(Mutex<Generations>);

/// What moved lately, and what moved before: a generation that is full becomes the old one.
#[derive(Default)]
struct Generations {
    young: Generation,
    old: Generation,
}

#[derive(Default)]
struct Generation {
    heads: HashMap<SessionId, Head>,
    of_visitors: HashMap<(VisitorId, ChannelId), SessionId>,
    bytes: usize,
}

/// One session and its newest lines, without holes.
struct Head {
    session: Arc<Session>,
    lines: VecDeque<StoredEntry>,
}

impl Newest {
    /// Takes in what a commit has changed, in its order.
    pub(crate) fn publish(&self, news: impl Iterator<Item = News>) {
        let mut generations = self.lock();
        for news in news {
            match news {
                News::Session(session) => generations.save(session),
                News::Line(line) => generations.add(*line),
                News::Changed(id) => generations.forget(id),
            }
        }
    }

    /// A session as it was committed last.
    pub(crate) fn session(&self, id: SessionId) -> Option<Arc<Session>> {
        self.lock().head(id).map(|head| Arc::clone(&head.session))
    }

    /// The open session of a visitor in a channel; there is at most one (I14), so it is also the latest one.
    pub(crate) fn open_of(&self, visitor: VisitorId, channel: ChannelId) -> Option<Arc<Session>> {
        let generations = self.lock();
        let key = (visitor, channel);
        let young = generations.young.of_visitors.get(&key);
        let id = *young.or_else(|| generations.old.of_visitors.get(&key))?;
        let head = generations.head(id)?;
        (!head.session.is_ended()).then(|| Arc::clone(&head.session))
    }

    /// All lines of a session after a number, if all of them are here.
    pub(crate) fn lines_after(&self, id: SessionId, seq: i64) -> Option<Vec<StoredEntry>> {
        let generations = self.lock();
        let head = generations.head(id)?;
        let newest = head.lines.back().map_or(0, |last| last.entry.seq);
        if seq >= newest.max(head.session.last_seq) {
            return Some(Vec::new());
        }
        let reaches_back = head.lines.front().is_some_and(|first| first.entry.seq <= seq + 1);
        let is_whole = reaches_back && newest >= head.session.last_seq;
        is_whole.then(|| head.lines.iter().filter(|line| line.entry.seq > seq).cloned().collect())
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn head(&self, id: SessionId) -> Option<&Head> {
        self.young.heads.get(&id).or_else(|| self.old.heads.get(&id))
    }

    /// What is known of a session moves to the young generation.
    fn save(&mut self, session: Arc<Session>) {
        let key = (session.visitor, session.channel);
        let id = session.id;
        if let Some(head) = self.young.heads.get_mut(&id) {
            head.session = session;
        } else {
            let lines = self.old.heads.remove(&id).map(|head| head.lines).unwrap_or_default();
            self.young.bytes += SESSION_BYTES + lines.iter().map(bytes_of).sum::<usize>();
            self.young.heads.insert(id, Head { session, lines });
        }
        self.young.of_visitors.insert(key, id);
        if self.young.bytes > BYTES_MAX {
            self.old = std::mem::take(&mut self.young);
        }
    }

    fn add(&mut self, line: StoredEntry) {
        // Its session was saved a moment ago; a generation may have become the old one since.
        let generation = if self.young.heads.contains_key(&line.session) {
            &mut self.young
        } else {
            &mut self.old
        };
        let Some(head) = generation.heads.get_mut(&line.session) else {
            return;
        };
        let follows = head
            .lines
            .back()
            .is_none_or(|last| last.entry.seq + 1 == line.entry.seq);
        if !follows {
            let bytes: usize = head.lines.drain(..).map(|line| bytes_of(&line)).sum();
            generation.bytes = generation.bytes.saturating_sub(bytes);
        }
        generation.bytes += bytes_of(&line);
        head.lines.push_back(line);
        if head.lines.len() > LINES_MAX
            && let Some(first) = head.lines.pop_front()
        {
            generation.bytes = generation.bytes.saturating_sub(bytes_of(&first));
        }
    }

    fn forget(&mut self, id: SessionId) {
        for generation in [&mut self.young, &mut self.old] {
            if let Some(head) = generation.heads.remove(&id) {
                let bytes = SESSION_BYTES + head.lines.iter().map(bytes_of).sum::<usize>();
                generation.bytes = generation.bytes.saturating_sub(bytes);
            }
        }
    }
}

fn bytes_of(line: &StoredEntry) -> usize {
    let text = match &line.entry.body {
        domain::entry::EntryBody::Message {
            content: domain::message::Content::Text { text },
        } => text.len(),
        _ => 0,
    };
    LINE_BYTES + text
}
