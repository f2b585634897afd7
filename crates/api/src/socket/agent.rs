//! An agent's connection: own state, the list of sessions, and the lines of each.

mod news;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use app::conversation::{self, Post};
use app::presence::Who;
use app::principals::Agent;
use app::{AppError, Refusal, sign_in, streams};
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use bus::Stream;
use domain::ids::SessionId;
use domain::moment::Moment;
use domain::visitor::Language;
use tokio::time::Instant;

use super::connection::{Close, Connection, Flow, parse, prepare};
use super::hub::{Entered, Listening};
use super::party::{Party, TYPING_EVERY, attend};
use crate::extract::{CallerLanguage, LoginToken};
use crate::problem::ApiError;
use crate::security;
use crate::state::Api;
use crate::view::agent as view;
use crate::wire::me::Me;
use crate::wire::problem::ProblemCode;
use crate::wire::session::{AgentClientFrame, AgentServerFrame, KickReason, QueueCount, SessionSummary};

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
    let mut connection = Box::new(Connection::new(socket, api.pace));
    let close = match greet(&mut connection).await {
        Ok(known) => attend(Box::new(Desk::new(&api, by, token, language)), known, &mut connection).await,
        Err(close) => close,
    };
    drop(entered);
    Box::pin(connection.close(close)).await;
}

/// What the page has already.
#[derive(Default)]
pub(super) struct Known {
    cursor: Option<i64>,
    sessions: BTreeMap<SessionId, i64>,
    generation: Option<String>,
}

async fn greet(connection: &mut Connection) -> Result<Known, Close> {
    let text = connection.hello().await?;
    match parse(&text) {
        Ok(AgentClientFrame::Hello {
            cursor,
            sessions,
            generation,
        }) if sessions.len() <= NAMED_MAX => Ok(Known {
            cursor,
            sessions,
            generation,
        }),
        _ => Err(Close::Protocol),
    }
}

/// A session as this page has it.
struct Open {
    /// As it was sent last.
    shown: SessionSummary,
    /// Number of the newest line that was sent.
    seq: i64,
    /// Version of the session that it was made from; 0 when that is not known.
    version: i64,
}

/// An agent on this connection, and what its page has.
struct Desk {
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

impl Party for Desk {
    type ClientFrame = AgentClientFrame;
    type ServerFrame = AgentServerFrame;
    type Known = Known;

    fn who(&self) -> Who {
        Who::Agent(self.by.id)
    }

    fn api(&self) -> &Api {
        &self.api
    }

    fn language(&self) -> Language {
        self.language
    }

    fn listening(&self) -> &Listening {
        &self.listening
    }

    fn beat_every(&self) -> Duration {
        self.api.pace.agent_beat
    }

    /// The whole list, then the lines that the page does not have.
    async fn welcome(&mut self, known: Known) -> Result<Vec<AgentServerFrame>, AppError> {
        // The connection itself just made this agent reachable: own state is read after that.
        let bench = view::workbench(&self.api.app, &self.by).await?;
        // A backup was restored since: numbers of the life before mean something else now (C04, F74).
        let known = match known.generation.as_deref() {
            Some(life) if life != bench.generation => Known::default(),
            _ => known,
        };
        self.cursor = bench.cursor;
        self.hear_queues(&bench.me);
        self.me = Some(bench.me.clone());
        self.queues.clone_from(&bench.queues);
        let mut frames = vec![AgentServerFrame::Welcome {
            cursor: bench.cursor,
            me: bench.me,
            queues: bench.queues,
            resumed: known.cursor.is_some_and(|cursor| cursor <= bench.cursor),
            generation: bench.generation,
            sessions: bench.sessions.clone(),
        }];
        for session in &bench.sessions {
            let has = known.sessions.get(&session.id).copied();
            frames.extend(self.take_in(session, has).await?);
        }
        Ok(frames)
    }

    async fn on_bell(&mut self, connection: &mut Connection, moved: BTreeSet<Stream>) -> Flow {
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

    /// The day is over: the figures of today begin anew (WORK-20).
    fn on_beat(&mut self, now: Moment) {
        if self.me.as_ref().is_some_and(|me| me.today.ends_at <= now) {
            self.api.app.bus.ring([streams::agent(self.by.id)]);
        }
    }

    async fn on_frame(&mut self, connection: &mut Connection, frame: AgentClientFrame) -> Flow {
        // A sign-in that was replaced a moment ago does nothing any more, whatever its socket still says (C12). What
        // is said is checked inside its own transaction.
        if !matches!(frame, AgentClientFrame::Post { .. }) {
            self.check_sign_in(connection).await?;
        }
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
                let posted = conversation::post_agent_message(&self.api.app, &self.by, session_id, post).await;
                if let Err(AppError::Refused(Refusal::NotSignedIn | Refusal::SignedInElsewhere)) = &posted {
                    self.check_sign_in(connection).await?;
                }
                self.answer_post(connection, client_id, posted).await
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
}

impl Desk {
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
            self.api.app.bus.hint(streams::agent_typing(id));
        }
    }
}
