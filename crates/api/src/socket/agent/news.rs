//! What an agent's page does not have yet: the list, the lines, the queues.

use std::collections::BTreeSet;

use app::{AppError, streams};
use domain::ids::{Id as _, SessionId, VisitorId};
use store::Query as _;
use store::entries::View;

use super::{Desk, Open};
use crate::view::agent::{self as view, NEWEST_LINES};
use crate::wire::me::Me;
use crate::wire::session::{AgentServerFrame, ListedStage, SessionSummary};

/// Lines read at once when a page missed many.
const MISSED_LINES: i64 = 200;
/// Most events read at once; a page that missed more starts anew.
const MISSED_EVENTS: i64 = 500;

impl Desk {
    pub(super) fn hear_queues(&mut self, me: &Me) {
        for group in &me.skill_groups {
            self.listening.add_and_look(streams::queue(group.id));
        }
    }

    /// Follows a session of the list; answers its lines after `has`, or the newest ones.
    pub(super) async fn take_in(
        &mut self,
        session: &SessionSummary,
        has: Option<i64>,
    ) -> Result<Option<AgentServerFrame>, AppError> {
        let mut reader = self.api.app.store.reader();
        let of = (self.by.tenant, session.id);
        let [log, visitor, typing] = Self::streams_of(session.id, session.visitor.id);
        self.listening.add_and_look(log);
        self.listening.add_and_look(visitor);
        self.listening.add(typing);
        let lines = match has {
            Some(after) if session.last_seq.saturating_sub(after) <= MISSED_LINES => {
                store::entries::after(&mut reader, of, after, MISSED_LINES, View::Desk).await?
            }
            _ if session.stage == ListedStage::Ended && has.is_none() => Vec::new(),
            _ => store::entries::before(&mut reader, of, i64::MAX, NEWEST_LINES, View::Desk).await?,
        };
        let seq = lines.last().map_or(session.last_seq, |line| line.entry.seq);
        self.open.insert(
            session.id,
            Open {
                shown: session.clone(),
                seq,
                version: 0,
            },
        );
        let entries: Vec<_> = lines.into_iter().map(view::entry).collect();
        Ok((!entries.is_empty()).then_some(AgentServerFrame::Entries {
            session_id: session.id,
            entries,
        }))
    }

    fn streams_of(session: SessionId, visitor: VisitorId) -> [bus::Stream; 3] {
        [
            streams::session(session),
            streams::visitor(visitor),
            streams::visitor_typing(session),
        ]
    }

    fn let_go(&mut self, id: SessionId) {
        if let Some(open) = self.open.remove(&id) {
            let of = open.shown.visitor.id;
            let [session, visitor, typing] = Self::streams_of(id, of);
            self.listening.remove(&session);
            self.listening.remove(&typing);
            let is_shared = self.open.values().any(|other| other.shown.visitor.id == of);
            if !is_shared {
                self.listening.remove(&visitor);
            }
        }
    }

    /// What changed about the list and the agent; `None` when too much did.
    pub(super) async fn own_news(&mut self) -> Result<Option<Vec<AgentServerFrame>>, AppError> {
        let mut reader = self.api.app.store.reader();
        let events = store::events::after(&mut reader, self.by.id, self.cursor, MISSED_EVENTS).await?;
        if i64::try_from(events.len()).is_ok_and(|count| count >= MISSED_EVENTS) {
            return Ok(None);
        }
        let mut frames = Vec::new();
        let cursor = events.last().map_or(self.cursor, |event| event.pos);
        self.cursor = cursor;
        let changed: BTreeSet<SessionId> = events.iter().filter_map(|event| event.session_id).collect();
        for id in changed {
            match view::listed(&mut reader, &self.by, id, self.api.app.clock.now()).await? {
                Some(session) => {
                    let has = self.open.get(&id).map(|open| open.seq);
                    let lines = self.take_in(&session, has).await?;
                    frames.push(AgentServerFrame::Session { cursor, session });
                    frames.extend(lines);
                }
                None => {
                    self.let_go(id);
                    frames.push(AgentServerFrame::Removed { cursor, session_id: id });
                }
            }
        }
        let me = Me::of(app::agents::me(&self.api.app, &self.by).await?, &self.by);
        if self.me.as_ref() != Some(&me) {
            self.by.role = me.role;
            self.hear_queues(&me);
            self.me = Some(me.clone());
            frames.push(AgentServerFrame::Me { me });
            frames.extend(self.queue_news().await?);
        }
        Ok(Some(frames))
    }

    async fn queue_news(&mut self) -> Result<Option<AgentServerFrame>, AppError> {
        let queues = view::queues(&mut self.api.app.store.reader(), &self.by).await?;
        if queues == self.queues {
            return Ok(None);
        }
        self.queues.clone_from(&queues);
        Ok(Some(AgentServerFrame::Queues { queues }))
    }

    pub(super) async fn session_news(
        &mut self,
        moved: &BTreeSet<bus::Stream>,
    ) -> Result<Vec<AgentServerFrame>, AppError> {
        let mut frames = Vec::new();
        let ids: Vec<(SessionId, VisitorId)> = self
            .open
            .iter()
            .map(|(id, open)| (*id, open.shown.visitor.id))
            .collect();
        for (id, visitor) in ids {
            let [session, presence, typing] = Self::streams_of(id, visitor);
            if moved.contains(&session) {
                frames.extend(self.lines_of(id).await?);
            }
            if moved.contains(&presence) {
                frames.extend(self.online_news(id, visitor).await?);
            }
            if moved.contains(&typing) {
                frames.push(AgentServerFrame::Typing { session_id: id });
            }
        }
        if moved.iter().any(|stream| stream.name().starts_with("que:")) {
            frames.extend(self.queue_news().await?);
        }
        Ok(frames)
    }

    /// New lines of a session in the list, then how it looks now: unread, newest message, marks.
    pub(super) async fn lines_of(&mut self, id: SessionId) -> Result<Vec<AgentServerFrame>, AppError> {
        let mut frames = Vec::new();
        let mut reader = self.api.app.store.reader();
        let Some(open) = self.open.get_mut(&id) else {
            return Ok(frames);
        };
        // Somebody spoke or read: the rest of the row is as it was shown.
        let known = reader.known(id).filter(|known| known.version != open.version);
        let told = known
            .as_ref()
            .and_then(|known| view::told_again(&open.shown, &self.by, known));
        open.version = known.map_or(0, |known| known.version);
        let session = match told {
            Some(session) => session,
            // A session that left the list is told of by the agent's own stream.
            None => match view::listed(&mut reader, &self.by, id, self.api.app.clock.now()).await? {
                Some(session) => session,
                None => return Ok(frames),
            },
        };
        while open.seq < session.last_seq {
            let of = (self.by.tenant, id);
            let lines = store::entries::after(&mut reader, of, open.seq, MISSED_LINES, View::Desk).await?;
            let Some(last) = lines.last() else { break };
            open.seq = last.entry.seq;
            let entries = lines.into_iter().map(view::entry).collect();
            frames.push(AgentServerFrame::Entries {
                session_id: id,
                entries,
            });
        }
        let read = SessionSummary {
            visitor_read: session.visitor_read,
            ..open.shown.clone()
        };
        if read == session && open.shown != session {
            frames.push(AgentServerFrame::Read {
                session_id: id,
                visitor_read: session.visitor_read,
            });
        } else if open.shown != session {
            frames.push(AgentServerFrame::Session {
                cursor: self.cursor,
                session: session.clone(),
            });
        }
        open.shown = session;
        Ok(frames)
    }

    async fn online_news(&mut self, id: SessionId, visitor: VisitorId) -> Result<Option<AgentServerFrame>, AppError> {
        let now = self.api.app.clock.now();
        let online = store::presence::is_online(&mut self.api.app.store.reader(), visitor.uuid(), now).await?;
        let Some(open) = self
            .open
            .get_mut(&id)
            .filter(|open| open.shown.visitor.online != online)
        else {
            return Ok(None);
        };
        open.shown.visitor.online = online;
        Ok(Some(AgentServerFrame::VisitorOnline { session_id: id, online }))
    }
}
