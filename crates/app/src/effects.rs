//! One turn of a session inside a transaction: what the rules decided becomes rows.
//!
//! Whoever changes a session (a visitor, an agent, routing, a timer) makes a [`Turn`], lets the rules work on it,
//! saves it, and after the commit tells the world with the [`Aftermath`].

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use bus::Stream;
use domain::entry::{Author, Entry};
use domain::flow::{self, ApiCall, Document, Effect, Input, QueueFacts, SystemParameters};
use domain::ids::{AgentId, FlowId, Id, SkillGroupId, TenantId};
use domain::session::{EndedBy, Session, Stage};
use store::entries::{NewLine, StoredEntry};
use store::events::EventKind;
use store::timers::TimerKind;
use store::{StoreError, Tx, planted};
use uuid::Uuid;

use crate::error::AppError;
use crate::metrics::Tally;
use crate::{App, streams};

/// Most versions kept in memory; published versions never change, so forgetting one costs a read.
const DOCUMENTS_MAX: usize = 256;

/// Published flows that this node has read.
#[derive(Default)]
pub struct Documents(Mutex<HashMap<(FlowId, i64), Arc<Document>>>);

impl Documents {
    async fn get(&self, tx: &mut Tx, tenant: TenantId, flow: FlowId, version: i64) -> Result<Arc<Document>, AppError> {
        let known = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&(flow, version))
            .cloned();
        if let Some(document) = known {
            return Ok(document);
        }
        let text = store::flows::document(tx, tenant, flow, version)
            .await?
            .ok_or_else(|| AppError::Internal(anyhow::anyhow!("flow {flow} has no version {version}")))?;
        let document = Arc::new(Document::parse(&text).map_err(AppError::internal)?);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= DOCUMENTS_MAX {
            kept.clear();
        }
        kept.insert((flow, version), Arc::clone(&document));
        Ok(document)
    }
}

/// After how many seconds a flow does something about people who say nothing; `None` for never.
#[derive(Debug, Clone, Copy)]
pub struct QuietTimes {
    /// The visitor, who did not answer the agent, is reminded.
    pub reminder: Option<i64>,
    /// The session ends, because the visitor did not answer the agent.
    pub silence: Option<i64>,
    /// The session ends, because nobody said anything.
    pub inactive: Option<i64>,
}

/// A session being changed.
pub struct Turn {
    /// As it was loaded; `None` for a new one.
    before: Option<Session>,
    /// As it is now.
    pub session: Session,
    document: Arc<Document>,
    parameters: SystemParameters,
    /// Calls that the flow wants; their rows come after the session's.
    calls: Vec<ApiCall>,
    aftermath: Aftermath,
}

/// What the world must be told after the commit, never before (C01).
#[derive(Debug, Default)]
#[must_use = "nobody hears of the change otherwise"]
pub struct Aftermath {
    streams: BTreeSet<Stream>,
    fills: BTreeSet<SkillGroupId>,
    timers: bool,
    calls: bool,
    tally: Tally,
}

impl Aftermath {
    /// Takes over what another turn of the same transaction has to tell.
    pub fn join(&mut self, other: Self) {
        self.streams.extend(other.streams);
        self.fills.extend(other.fills);
        self.timers |= other.timers;
        self.calls |= other.calls;
        self.tally.join(other.tally);
    }

    /// Something moved on.
    pub fn ring(&mut self, stream: Stream) {
        self.streams.insert(stream);
    }

    /// Somebody who waits in this group might find an agent now.
    pub fn fill(&mut self, group: SkillGroupId) {
        self.fills.insert(group);
    }

    /// A timer was set.
    pub const fn set_timer(&mut self) {
        self.timers = true;
    }

    /// Tells everybody.
    pub fn tell(self, app: &App) {
        self.tally.count();
        app.bus.ring(self.streams);
        app.reception.wake(self.fills);
        if self.timers {
            app.timers.wake();
        }
        if self.calls {
            app.api_calls.wake();
        }
    }
}

/// Whether only what people said or read is new: the session stands where it stood.
fn is_talk(before: &Session, now: &Session) -> bool {
    before.stage == now.stage && before.run == now.run && before.is_completed == now.is_completed
}

impl Turn {
    /// A turn of a session that was just loaded.
    ///
    /// # Errors
    /// When its flow cannot be read.
    pub async fn of(app: &App, tx: &mut Tx, mut session: Session) -> Result<Self, AppError> {
        let before = Some(session.clone());
        if planted::is(planted::Fault::SkippedNumber) {
            session.last_seq += i64::from(session.last_seq % 7 == 0);
        }
        Self::new(app, tx, session, before).await
    }

    /// The first turn of a new session.
    ///
    /// # Errors
    /// When its flow cannot be read.
    pub async fn first(app: &App, tx: &mut Tx, session: Session) -> Result<Self, AppError> {
        let mut turn = Self::new(app, tx, session, None).await?;
        let visitor = turn.session.visitor;
        turn.aftermath.ring(streams::visitor(visitor));
        Ok(turn)
    }

    async fn new(app: &App, tx: &mut Tx, session: Session, before: Option<Session>) -> Result<Self, AppError> {
        let document = app
            .documents
            .get(tx, session.tenant, session.flow, session.flow_version)
            .await?;
        let parameters = SystemParameters {
            client_app_id: session.channel.to_string(),
            client_app_name: session
                .source
                .rsplit_once('@')
                .map_or(&*session.source, |parts| parts.0)
                .to_owned(),
            system_client_user_id: session.visitor.to_string(),
            system_session_id: session.id.to_string(),
            ..SystemParameters::default()
        };
        Ok(Self {
            before,
            session,
            document,
            parameters,
            calls: Vec::new(),
            aftermath: Aftermath::default(),
        })
    }

    /// Who speaks for the session in its flow's texts.
    pub fn served_by(&mut self, staff_no: &str, nickname: &str) {
        staff_no.clone_into(&mut self.parameters.staff_no);
        nickname.clone_into(&mut self.parameters.staff_nickname);
    }

    /// Lets the flow begin; what it says before it first waits or acts comes before the visitor's own message,
    /// which `say` adds: so the log reads as the page showed it.
    ///
    /// # Errors
    /// When the database fails, or `say` does.
    pub async fn begin(
        &mut self,
        app: &App,
        tx: &mut Tx,
        say: impl FnOnce(&mut Session) -> Result<(), AppError>,
    ) -> Result<(), AppError> {
        let mut effects = self.decide(app, &Input::Started);
        let talk = effects
            .iter()
            .position(|effect| !matches!(effect, Effect::Say { .. } | Effect::Step { .. }))
            .unwrap_or(effects.len());
        let rest = effects.split_off(talk);
        self.carry_out(app, tx, effects).await?;
        say(&mut self.session)?;
        match self.carry_out(app, tx, rest).await? {
            Some(input) => self.go_on(app, tx, input).await,
            None => Ok(()),
        }
    }

    /// Gives the flow an input and carries out what it wants.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn go_on(&mut self, app: &App, tx: &mut Tx, input: Input) -> Result<(), AppError> {
        let mut next = Some(input);
        while let Some(input) = next {
            let effects = self.decide(app, &input);
            next = self.carry_out(app, tx, effects).await?;
        }
        Ok(())
    }

    fn decide(&mut self, app: &App, input: &Input) -> Vec<Effect> {
        let step = flow::step(
            &self.document,
            &self.session.run,
            input,
            &self.parameters,
            app.clock.now(),
        );
        self.session.run = step.run;
        step.effects
    }

    /// Carries out effects in order; answers the input that the flow waits for, if one can be given at once.
    async fn carry_out(&mut self, app: &App, tx: &mut Tx, effects: Vec<Effect>) -> Result<Option<Input>, AppError> {
        let mut next = None;
        for effect in effects {
            match effect {
                Effect::Step { node } => self.session.note_step(app.stamp(), node),
                Effect::Say { content } => {
                    self.session.post(app.stamp(), Author::Flow, None, content)?;
                }
                Effect::Ask { content } => {
                    let line = self.session.post(app.stamp(), Author::Flow, None, content)?.seq;
                    next = Some(Input::Asked { line });
                }
                Effect::Answered { line, choice } => {
                    self.session
                        .select(app.stamp(), line, choice)
                        .map_err(AppError::internal)?;
                }
                Effect::FellBack { reason } => {
                    let (session, node) = (self.session.id, &self.session.run.node);
                    tracing::warn!(session.id = %session, "The flow of session {session} cannot go on at {node:?}: {reason:?}");
                }
                Effect::AskQueue { skill_group_id } => next = Some(self.ask_queue(app, tx, skill_group_id).await?),
                Effect::AskPlace { is_wanted } => {
                    if let Stage::Waiting(place) = self.session.stage {
                        let ahead = store::sessions::ahead(tx, place.skill_group, place.number).await?;
                        next = Some(Input::Place { ahead, is_wanted });
                    }
                }
                Effect::CallApi(call) => self.calls.push(call),
                Effect::AskRobot { call, bot_id, text } => {
                    let reply = crate::bots::answer(app, tx, (self.session.tenant, bot_id), &text).await?;
                    next = Some(Input::RobotAnswered { call, reply });
                }
                Effect::Enqueue {
                    skill_group_id,
                    queue_timeout_seconds,
                } => {
                    self.enqueue(app, tx, skill_group_id, queue_timeout_seconds).await?;
                }
                Effect::LeaveQueue => {
                    self.session.leave_queue(app.stamp());
                }
                Effect::End => self.session.end(app.stamp(), EndedBy::Flow)?,
            }
        }
        Ok(next)
    }

    async fn ask_queue(&mut self, app: &App, tx: &mut Tx, group: SkillGroupId) -> Result<Input, AppError> {
        let now = app.clock.now();
        let ahead = store::sessions::ahead(tx, group, i64::MAX).await?;
        let online = store::reception::online(tx, group, now).await?;
        // A group that is gone has nobody online, so only then is it worth asking.
        if online == 0 && !store::skill_groups::is_there(tx, self.session.tenant, group).await? {
            return Ok(Input::GroupGone);
        }
        let free = crate::routing::free_now(tx, group, now).await?;
        self.parameters.wait_no = ahead.to_string();
        Ok(Input::Queue(QueueFacts { ahead, online, free }))
    }

    async fn enqueue(
        &mut self,
        app: &App,
        tx: &mut Tx,
        group: SkillGroupId,
        timeout_seconds: Option<i64>,
    ) -> Result<(), AppError> {
        let number = store::reception::next_number(tx, group)
            .await?
            .ok_or_else(|| AppError::Internal(anyhow::anyhow!("the flow names skill group {group}, which is gone")))?;
        let stamp = app.stamp();
        self.session.enqueue(stamp, group, number)?;
        if let Some(seconds) = timeout_seconds {
            let subject = (self.session.tenant, self.session.id);
            store::timers::arm(tx, TimerKind::QueueTimeout, subject, stamp.at.plus_seconds(seconds)).await?;
            self.aftermath.timers = true;
        }
        self.aftermath.fill(group);
        Ok(())
    }

    /// Writes the turn: new lines and the session in one go, then what follows from the change of its stage.
    ///
    /// # Errors
    /// [`AppError::Stale`] when somebody was faster; the caller's transaction is run again.
    pub async fn save(mut self, app: &App, tx: &mut Tx) -> Result<(Session, Aftermath), AppError> {
        crate::ratings::ask_at_end(app, tx, self.before.as_ref(), &mut self.session).await?;
        // The row comes first: it holds others up until the commit, and whoever is late is told by its version.
        // Lines that came first would clash by their numbers instead.
        let lines = self.new_lines();
        match &self.before {
            Some(before) if is_talk(before, &self.session) => {
                store::sessions::save_talk(tx, &mut self.session).await?;
            }
            Some(_) => store::sessions::save(tx, &mut self.session).await?,
            None => store::sessions::insert(tx, &mut self.session).await?,
        }
        match store::entries::append_all(tx, self.session.tenant, lines).await {
            // The same key of the same sender was stored in another session just now: the next look finds it (C02).
            Err(StoreError::Duplicate { .. }) => return Err(AppError::Stale),
            written => written?,
        }
        for call in std::mem::take(&mut self.calls) {
            let of = (self.session.tenant, self.session.id);
            crate::api_calls::write(tx, of, &call, app.clock.now()).await?;
            self.aftermath.calls = true;
        }
        self.aftermath.ring(streams::session(self.session.id));
        self.move_queues();
        self.watch_silence(tx).await?;
        self.watch_quiet(tx).await?;
        self.move_lists(app, tx).await?;
        self.aftermath.tally.add(self.before.as_ref(), &self.session);
        Ok((self.session, self.aftermath))
    }

    fn new_lines(&mut self) -> Vec<NewLine> {
        let mut prev = self.before.as_ref().map_or(0, |before| before.visitor_seq);
        let fresh = self.session.take_fresh().into_iter();
        let line = |entry: Entry| {
            let visitor_prev = entry.body.is_for_visitor().then_some(prev);
            if visitor_prev.is_some() {
                prev = entry.seq;
            }
            let sender = entry.client_id.as_ref().and_then(|_| self.sender(entry.author));
            let stored = StoredEntry {
                session: self.session.id,
                entry,
                visitor_prev,
            };
            NewLine { stored, sender }
        };
        fresh.map(line).collect()
    }

    fn sender(&self, author: Author) -> Option<Uuid> {
        match author {
            _ if planted::is(planted::Fault::DoubledMessage) => None,
            Author::Visitor => Some(self.session.visitor.uuid()),
            Author::Agent { agent_id } => Some(agent_id.uuid()),
            Author::Flow | Author::System => None,
        }
    }

    fn move_queues(&mut self) {
        let place = |session: &Session| match session.stage {
            Stage::Waiting(place) => Some(place),
            _ => None,
        };
        let (was, is) = (self.before.as_ref().and_then(place), place(&self.session));
        if was != is {
            for place in [was, is].into_iter().flatten() {
                self.aftermath.ring(streams::queue(place.skill_group));
            }
        }
    }

    /// Sets the silence timer when the agent begins to wait. It is not moved by later messages: when it fires too
    /// early it is set anew, which keeps a message at one insert and one update. Only a reminder is set for each
    /// message, where the flow has one: it may come again after each (ROUTE-14).
    async fn watch_silence(&mut self, tx: &mut Tx) -> Result<(), AppError> {
        let was = self.before.as_ref().and_then(|before| before.silent_since);
        let Some(since) = self.session.silent_since.filter(|since| was != Some(*since)) else {
            return Ok(());
        };
        let subject = (self.session.tenant, self.session.id);
        let times = self.quiet_times();
        if let Some(seconds) = times.silence.filter(|_| was.is_none()) {
            let due = since.plus_seconds(seconds);
            store::timers::arm_once(tx, TimerKind::VisitorSilence, subject, due).await?;
            self.aftermath.timers = true;
        }
        if let Some(seconds) = times.reminder {
            store::timers::arm(tx, TimerKind::VisitorReminder, subject, since.plus_seconds(seconds)).await?;
            self.aftermath.timers = true;
        }
        Ok(())
    }

    /// Sets the timer for a session in which nobody speaks, when it comes to somebody who could (ROUTE-14). As with
    /// silence, it finds out what was said when it fires.
    async fn watch_quiet(&mut self, tx: &mut Tx) -> Result<(), AppError> {
        let is_same = |before: &Session| {
            std::mem::discriminant(&before.stage) == std::mem::discriminant(&self.session.stage)
                && before.agent() == self.session.agent()
        };
        if self.before.as_ref().is_some_and(is_same) {
            return Ok(());
        }
        if let (Some(since), Some(seconds)) = (self.session.quiet_since(), self.quiet_times().inactive) {
            let subject = (self.session.tenant, self.session.id);
            store::timers::arm(tx, TimerKind::Inactivity, subject, since.plus_seconds(seconds)).await?;
            self.aftermath.timers = true;
        }
        Ok(())
    }

    /// The flow's times for people who say nothing (FLOW-12, ROUTE-14).
    #[must_use]
    pub fn quiet_times(&self) -> QuietTimes {
        let end = self.document.end();
        QuietTimes {
            reminder: end.and_then(|end| end.reminder_seconds),
            silence: end.and_then(|end| end.silence_seconds),
            inactive: end.and_then(|end| end.inactive_seconds),
        }
    }

    /// Tells the agents who had or have the session, and gives back the place that became free.
    async fn move_lists(&mut self, app: &App, tx: &mut Tx) -> Result<(), AppError> {
        let now = app.clock.now();
        let was = self.before.as_ref().and_then(Session::agent);
        let is = self.session.agent();
        let put_away = self
            .before
            .as_ref()
            .is_some_and(|before| before.is_completed != self.session.is_completed);
        if was == is && !put_away {
            return Ok(());
        }
        if let Some(agent) = was {
            store::reception::give_back(tx, agent, now).await?;
            let stays = self.session.last_agent() == Some(agent);
            let kind = if stays { EventKind::Session } else { EventKind::Removed };
            self.note_event(app, tx, agent, kind).await?;
            for group in store::reception::groups_of(tx, agent).await? {
                self.aftermath.fill(group);
            }
        }
        if let Some(agent) = is {
            self.note_event(app, tx, agent, EventKind::Session).await?;
        }
        if let (true, Some(agent)) = (put_away, self.session.last_agent()) {
            self.note_event(app, tx, agent, EventKind::Removed).await?;
        }
        Ok(())
    }

    async fn note_event(&mut self, app: &App, tx: &mut Tx, agent: AgentId, kind: EventKind) -> Result<(), AppError> {
        store::events::append(tx, agent, kind, Some(self.session.id), app.clock.now()).await?;
        self.aftermath.ring(streams::agent(agent));
        Ok(())
    }
}
