//! An agent's connection: own state, the list of sessions, and the lines of each.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use app::conversation::{self, Post};
use app::presence::{self, Who};
use app::principals::Agent;
use app::{AppError, sign_in, streams};
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use domain::ids::{SessionId, VisitorId};
use domain::message::ClientId;
use domain::visitor::Language;
use store::entries::View;
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;

use super::connection::{Close, Connection, Flow, Incoming, parse, prepare, reconnect_after_ms, until_stopping};
use super::hub::{Entered, Listening};
use crate::extract::{CallerLanguage, LoginToken};
use crate::problem::ApiError;
use crate::security;
use crate::state::Api;
use crate::view::agent::{self as view, NEWEST_LINES};
use crate::wire::entry::Posted;
use crate::wire::me::Me;
use crate::wire::problem::ProblemCode;
use crate::wire::session::{AgentClientFrame, AgentServerFrame, KickReason, ListedStage, QueueCount, SessionSummary};

/// How often agents are pinged: a silent loss is known within 30 s (C11).
const BEAT_EVERY: Duration = Duration::from_secs(10);
/// Typing signs are passed on at most this often (T1103).
const TYPING_EVERY: Duration = Duration::from_secs(2);
/// Lines read at once when a page missed many.
const MISSED_LINES: i64 = 200;
/// Most events read at once; a page that missed more starts anew.
const MISSED_EVENTS: i64 = 500;
/// Most sessions that `hello` may name.
const NAMED_MAX: usize = 500;

/// Upgrades an agent's call to a connection. A page of another site cannot: browsers tell where they are (T215).
///
/// # Errors
/// [`ProblemCode::CrossSiteRefused`], [`ProblemCode::NotSignedIn`], [`ProblemCode::RateLimited`].
pub async fn open(
    State(api): State<Api>,
    headers: HeaderMap,
    LoginToken(token): LoginToken,
    CallerLanguage(language): CallerLanguage,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    if !security::is_own_origin(&headers, &api) {
        return Err(ApiError::new(ProblemCode::CrossSiteRefused));
    }
    let by = sign_in::authenticate(&api.app, &token).await?;
    let entered = api
        .hub
        .enter_agent(by.id, api.app.settings.limits.sockets_per_agent)
        .ok_or_else(|| ApiError {
            retry_after: Some(30),
            ..ApiError::new(ProblemCode::RateLimited)
        })?;
    Ok(prepare(upgrade).on_upgrade(move |socket| serve(api, socket, by, token, language, entered)))
}

async fn serve(api: Api, socket: WebSocket, by: Agent, token: String, language: Language, entered: Entered) {
    let mut connection = Connection::new(socket);
    let who = Who::Agent(by.id);
    let close = match greet(&mut connection).await {
        Ok(known) => {
            let mut party = Party::new(&api, by, token, language);
            let close = match presence::arrive(&api.app, who).await {
                Ok(()) => match party.welcome(&known).await {
                    Ok(frames) => party.run(&mut connection, frames).await,
                    Err(error) => party.fail(&error),
                },
                Err(error) => party.fail(&error),
            };
            drop(party);
            if let Err(error) = presence::leave(&api.app, who).await {
                tracing::warn!(%error, "An agent's leaving was not noted");
            }
            close
        }
        Err(close) => close,
    };
    drop(entered);
    connection.close(close).await;
}

/// What the page has already.
#[derive(Default)]
struct Known {
    cursor: Option<i64>,
    sessions: BTreeMap<SessionId, i64>,
}

async fn greet(connection: &mut Connection) -> Result<Known, Close> {
    let text = connection.hello().await?;
    match parse(&text) {
        Ok(AgentClientFrame::Hello { cursor, sessions }) if sessions.len() <= NAMED_MAX => {
            Ok(Known { cursor, sessions })
        }
        _ => Err(Close::Protocol),
    }
}

/// A session as this page has it.
struct Open {
    /// As it was sent last.
    shown: SessionSummary,
    /// Number of the newest line that was sent.
    seq: i64,
}

/// An agent on this connection, and what its page has.
struct Party {
    listening: Listening,
    api: Api,
    by: Agent,
    token: String,
    language: Language,
    cursor: i64,
    me: Option<Me>,
    queues: Vec<QueueCount>,
    open: HashMap<SessionId, Open>,
    typed_at: HashMap<SessionId, Instant>,
}

impl Party {
    fn new(api: &Api, by: Agent, token: String, language: Language) -> Self {
        let mut listening = api.hub.listen();
        listening.add(streams::agent(by.id));
        Self {
            listening,
            api: api.clone(),
            by,
            token,
            language,
            cursor: 0,
            me: None,
            queues: Vec::new(),
            open: HashMap::new(),
            typed_at: HashMap::new(),
        }
    }

    fn fail(&self, error: &AppError) -> Close {
        tracing::warn!(%error, agent.id = %self.by.id, "The connection of agent {} could not go on", self.by.id);
        Close::Restart
    }

    /// The whole list, then the lines that the page does not have.
    async fn welcome(&mut self, known: &Known) -> Result<Vec<AgentServerFrame>, AppError> {
        // The connection itself just made this agent reachable: own state is read after that.
        let bench = crate::view::agent::workbench(&self.api.app, &self.by).await?;
        self.cursor = bench.cursor;
        self.hear_queues(&bench.me);
        self.me = Some(bench.me.clone());
        self.queues.clone_from(&bench.queues);
        let mut frames = vec![AgentServerFrame::Welcome {
            cursor: bench.cursor,
            me: bench.me,
            queues: bench.queues,
            resumed: known.cursor.is_some_and(|cursor| cursor <= bench.cursor),
            sessions: bench.sessions.clone(),
        }];
        for session in &bench.sessions {
            let has = known.sessions.get(&session.id).copied();
            frames.extend(self.take_in(session, has).await?);
        }
        Ok(frames)
    }

    fn hear_queues(&mut self, me: &Me) {
        for group in &me.skill_groups {
            self.listening.add_and_look(streams::queue(group.id));
        }
    }

    /// Follows a session of the list; answers its lines after `has`, or the newest ones.
    async fn take_in(
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
            Some(after) if session.last_seq - after <= MISSED_LINES => {
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

    async fn run(&mut self, connection: &mut Connection, first: Vec<AgentServerFrame>) -> Close {
        let mut stopping = self.api.stopping.clone();
        let mut beat = tokio::time::interval_at(Instant::now() + BEAT_EVERY, BEAT_EVERY);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        if let Err(close) = connection.send(&first).await {
            return close;
        }
        let ear = std::sync::Arc::clone(&self.listening.ear);
        loop {
            let result = tokio::select! {
                incoming = connection.receive() => match incoming {
                    Ok(Incoming::Text(text)) => self.on_text(connection, &text).await,
                    Ok(Incoming::Alive) => Ok(()),
                    Err(close) => Err(close),
                },
                () = ear.rang() => self.on_bell(connection).await,
                _ = beat.tick() => {
                    let at = self.api.app.clock.now();
                    connection.beat(AgentServerFrame::Beat { at }).await
                }
                () = until_stopping(&mut stopping) => {
                    let reconnect_after_ms = reconnect_after_ms();
                    let _ = connection.send(&[AgentServerFrame::GoingAway { reconnect_after_ms }]).await;
                    Err(Close::Restart)
                }
            };
            if let Err(close) = result {
                return close;
            }
        }
    }

    async fn on_bell(&mut self, connection: &mut Connection) -> Flow {
        let moved = self.listening.ear.take();
        let mut frames = Vec::new();
        if moved.contains(&streams::agent(self.by.id)) {
            self.check_sign_in(connection).await?;
            match self.own_news().await {
                Ok(Some(news)) => frames.extend(news),
                Ok(None) => return connection.send(&[AgentServerFrame::ResyncRequired]).await,
                Err(error) => {
                    // The account may have been closed while this was read.
                    self.check_sign_in(connection).await?;
                    return Err(self.fail(&error));
                }
            }
        }
        match self.session_news(&moved).await {
            Ok(news) => frames.extend(news),
            Err(error) => return Err(self.fail(&error)),
        }
        connection.send(&frames).await
    }

    /// Ends the connection when its sign-in is over, and says why (C12).
    async fn check_sign_in(&self, connection: &mut Connection) -> Flow {
        let Some(reason) = self.kick_reason().await.map_err(|error| self.fail(&error))? else {
            return Ok(());
        };
        let _ = connection.send(&[AgentServerFrame::Kicked { reason }]).await;
        Err(Close::Kicked)
    }

    async fn kick_reason(&self) -> Result<Option<KickReason>, AppError> {
        Ok(match sign_in::why_over(&self.api.app, &self.token).await? {
            sign_in::LoginState::Live => None,
            sign_in::LoginState::Replaced => Some(KickReason::Replaced),
            sign_in::LoginState::SignedOut => Some(KickReason::SignedOut),
            sign_in::LoginState::ForcedOffline => Some(KickReason::ForcedOffline),
            sign_in::LoginState::PasswordReset => Some(KickReason::PasswordReset),
            sign_in::LoginState::Deleted => Some(KickReason::Deleted),
            sign_in::LoginState::Expired => Some(KickReason::Expired),
        })
    }

    /// What changed about the list and the agent; `None` when too much did.
    async fn own_news(&mut self) -> Result<Option<Vec<AgentServerFrame>>, AppError> {
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

    async fn session_news(&mut self, moved: &BTreeSet<bus::Stream>) -> Result<Vec<AgentServerFrame>, AppError> {
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
    async fn lines_of(&mut self, id: SessionId) -> Result<Vec<AgentServerFrame>, AppError> {
        let mut frames = Vec::new();
        let mut reader = self.api.app.store.reader();
        let Some(open) = self.open.get_mut(&id) else {
            return Ok(frames);
        };
        // A session that left the list is told of by the agent's own stream.
        let Some(session) = view::listed(&mut reader, &self.by, id, self.api.app.clock.now()).await? else {
            return Ok(frames);
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
        use domain::ids::Id as _;
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

    async fn on_text(&mut self, connection: &mut Connection, text: &str) -> Flow {
        let frame = match parse::<AgentClientFrame>(text) {
            Ok(frame) => frame,
            Err(error) => return self.refuse(connection, None, error).await,
        };
        // A sign-in that was replaced a moment ago does nothing any more, whatever its socket still says (C12).
        self.check_sign_in(connection).await?;
        match frame {
            AgentClientFrame::Hello { .. } => Err(Close::Protocol),
            AgentClientFrame::Post {
                client_id,
                session_id,
                content,
            } => {
                let post = Post {
                    client_id: client_id.clone(),
                    content: content.into(),
                };
                match conversation::post_agent_message(&self.api.app, &self.by, session_id, post).await {
                    Ok(posted) => {
                        connection
                            .send(&[AgentServerFrame::Ack(Posted::of(&client_id, posted))])
                            .await
                    }
                    Err(error) => self.refuse(connection, Some(client_id), error.into()).await,
                }
            }
            AgentClientFrame::CatchUp { session_id, after_seq } => {
                self.catch_up(connection, session_id, after_seq).await
            }
            AgentClientFrame::Read { session_id, seq } => {
                match app::sessions::read_by_agent(&self.api.app, &self.by, session_id, seq).await {
                    Ok(()) => Ok(()),
                    Err(error) => self.refuse(connection, None, error.into()).await,
                }
            }
            AgentClientFrame::Typing { session_id } => {
                self.type_on(session_id);
                Ok(())
            }
        }
    }

    async fn catch_up(&mut self, connection: &mut Connection, id: SessionId, after_seq: i64) -> Flow {
        let Some(open) = self.open.get_mut(&id) else {
            return connection.send(&[AgentServerFrame::ResyncRequired]).await;
        };
        open.seq = after_seq.clamp(0, open.seq);
        match self.lines_of(id).await {
            Ok(frames) => connection.send(&frames).await,
            Err(error) => Err(self.fail(&error)),
        }
    }

    /// Only in an own session, and not too often.
    fn type_on(&mut self, id: SessionId) {
        let may = self.typed_at.get(&id).is_none_or(|at| at.elapsed() >= TYPING_EVERY);
        if may && self.open.contains_key(&id) {
            self.typed_at.insert(id, Instant::now());
            self.api.app.bus.ring([streams::agent_typing(id)]);
        }
    }

    async fn refuse(&self, connection: &mut Connection, client_id: Option<ClientId>, error: ApiError) -> Flow {
        let problem = error.to_problem(self.language, &Uuid::new_v4().simple().to_string());
        let client_id = client_id.map(|key| key.as_str().to_owned());
        connection
            .send(&[AgentServerFrame::Refused { client_id, problem }])
            .await
    }
}
