//! Sessions and their lines, read beside each other in the order of sessions' ids.

use std::collections::{HashMap, VecDeque};

use domain::check::{Fault, Recount, Rule};
use domain::entry::EntryBody;
use domain::flow::Document;
use domain::ids::{FlowId, Id, SessionId, TenantId};
use domain::message::Content;
use domain::session::Session;
use store::entries::{AnyEntry, StoredEntry};
use store::timers::TimerKind;
use store::{Snapshot, StoreError};

use super::{Faults, PAGE, unreadable};

/// Recounts every session.
pub(super) async fn look(snapshot: &mut Snapshot, faults: &mut Faults) -> Result<(), StoreError> {
    let mut lines = Lines::default();
    let mut times = Times::default();
    let mut after = String::new();
    loop {
        let page = store::sessions::all_after(snapshot, &after, PAGE).await;
        let page = unreadable(page, &after, faults)?;
        let Some((last, _)) = page.last() else { break };
        after = last.uuid().hyphenated().to_string();
        for (id, session) in page {
            lines.skip_to(snapshot, Some(id), faults).await?;
            match session {
                Ok(session) => {
                    recount(snapshot, &session, &mut lines, faults).await?;
                    times.look(snapshot, &session, faults).await?;
                }
                Err(error) => {
                    faults.add(Fault::new(Rule::Readable, id.to_string(), error.to_string()));
                    while lines.next_of(snapshot, id, faults).await?.is_some() {}
                }
            }
        }
    }
    lines.skip_to(snapshot, None, faults).await
}

async fn recount(
    snapshot: &mut Snapshot,
    session: &Session,
    lines: &mut Lines,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let mut recount = Recount::of(session);
    let mut is_readable = true;
    while let Some(line) = lines.next_of(snapshot, session.id, faults).await? {
        let place = || format!("{} line {}", session.id, line.seq);
        if line.tenant != session.tenant {
            let what = format!("belongs to {}, its session to {}", line.tenant, session.tenant);
            faults.add(Fault::new(Rule::References, place(), what));
        }
        match &line.entry {
            // Behind a line that cannot be read a recount says nothing.
            Ok(_) if !is_readable => {}
            Ok(stored) => {
                faults.extend(recount.line(&stored.entry, stored.visitor_prev));
                look_at_file(snapshot, session, stored, faults).await?;
            }
            Err(error) => {
                faults.add(Fault::new(Rule::Readable, place(), error.to_string()));
                is_readable = false;
            }
        }
    }
    if is_readable {
        faults.extend(recount.finish(session));
    }
    Ok(())
}

/// A message's file must be a file of this conversation.
async fn look_at_file(
    snapshot: &mut Snapshot,
    session: &Session,
    stored: &StoredEntry,
    faults: &mut Faults,
) -> Result<(), StoreError> {
    let EntryBody::Message {
        content: Content::Image { attachment } | Content::File { attachment },
    } = &stored.entry.body
    else {
        return Ok(());
    };
    let known = store::check::file(snapshot, session.tenant, attachment.id).await?;
    let what = match known {
        Some(row) if row.session_id == Some(session.id) && row.to_attachment() == *attachment => return Ok(()),
        Some(row) if row.session_id != Some(session.id) => "which was not posted in this session",
        Some(_) => "but says otherwise what it is",
        None => "which does not exist",
    };
    let place = format!("{} line {}", session.id, stored.entry.seq);
    let what = format!("speaks of {}, {what}", attachment.id);
    faults.add(Fault::new(Rule::Attachments, place, what));
    Ok(())
}

/// All lines of all sessions, one after the other.
#[derive(Default)]
struct Lines {
    page: VecDeque<AnyEntry>,
    after: (String, i64),
    is_over: bool,
}

impl Lines {
    /// The next line, if it is one of this session.
    async fn next_of(
        &mut self,
        snapshot: &mut Snapshot,
        session: SessionId,
        faults: &mut Faults,
    ) -> Result<Option<AnyEntry>, StoreError> {
        self.fill(snapshot, faults).await?;
        Ok(self.page.pop_front_if(|line| line.session == session))
    }

    /// Passes lines of sessions before `wanted`, or all that are left, which have no session.
    async fn skip_to(
        &mut self,
        snapshot: &mut Snapshot,
        wanted: Option<SessionId>,
        faults: &mut Faults,
    ) -> Result<(), StoreError> {
        let mut last: Option<(SessionId, TenantId)> = None;
        loop {
            self.fill(snapshot, faults).await?;
            let Some(line) = self
                .page
                .pop_front_if(|line| wanted.is_none_or(|wanted| line.session < wanted))
            else {
                return Ok(());
            };
            if last != Some((line.session, line.tenant)) {
                last = Some((line.session, line.tenant));
                let what = "has lines but no row";
                faults.add(Fault::new(Rule::References, line.session.to_string(), what));
            }
        }
    }

    async fn fill(&mut self, snapshot: &mut Snapshot, faults: &mut Faults) -> Result<(), StoreError> {
        if !self.page.is_empty() || self.is_over {
            return Ok(());
        }
        let (session, seq) = &self.after;
        let page = store::entries::all_after(snapshot, (session, *seq), PAGE).await;
        self.page = unreadable(page, session, faults)?.into();
        match self.page.back() {
            Some(last) => self.after = (last.session.uuid().hyphenated().to_string(), last.seq),
            None => self.is_over = true,
        }
        Ok(())
    }
}

/// After which times each version of a flow ends a session.
#[derive(Default)]
struct Times(HashMap<(FlowId, i64), Ends>);

/// After how many seconds a flow ends a session; nothing when it never does.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    /// Of the visitor's silence.
    silence: Option<i64>,
    /// Of everybody's.
    inactive: Option<i64>,
}

impl Times {
    /// A session whose flow ends it after a time must have the timer for it: else it would never end.
    async fn look(
        &mut self,
        snapshot: &mut Snapshot,
        session: &Session,
        faults: &mut Faults,
    ) -> Result<(), StoreError> {
        let is_silent = session.silent_since.is_some() && session.agent().is_some();
        if !is_silent && session.quiet_since().is_none() {
            return Ok(());
        }
        let ends = self.of(snapshot, (session.flow, session.flow_version), faults).await?;
        for (kind, is_watched, what) in [
            (
                TimerKind::VisitorSilence,
                is_silent && ends.silence.is_some(),
                "waits for its visitor without a timer, so it would never end",
            ),
            (
                TimerKind::Inactivity,
                session.quiet_since().is_some() && ends.inactive.is_some(),
                "could stay quiet without a timer, so it would never end",
            ),
        ] {
            if is_watched && !store::check::has_timer(snapshot, kind.word(), session.id).await? {
                faults.add(Fault::new(Rule::Timers, session.id.to_string(), what));
            }
        }
        Ok(())
    }

    async fn of(
        &mut self,
        snapshot: &mut Snapshot,
        key: (FlowId, i64),
        faults: &mut Faults,
    ) -> Result<Ends, StoreError> {
        if let Some(known) = self.0.get(&key) {
            return Ok(*known);
        }
        let text = store::check::document(snapshot, key.0, key.1).await?;
        let document = text.map(|text| Document::parse(&text));
        if let Some(Err(error)) = &document {
            let place = format!("{} version {}", key.0, key.1);
            faults.add(Fault::new(Rule::Readable, place, error.to_string()));
        }
        let document = document.and_then(Result::ok);
        let ends = document.as_ref().and_then(Document::end).map(|end| Ends {
            silence: end.silence_seconds,
            inactive: end.inactive_seconds,
        });
        let ends = ends.unwrap_or_default();
        self.0.insert(key, ends);
        Ok(ends)
    }
}
