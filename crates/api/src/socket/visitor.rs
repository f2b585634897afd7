//! A visitor's connection.

use std::time::Duration;

use app::conversation::{self, Post};
use app::presence::{self, Who};
use app::principals::Visitor;
use app::{AppError, streams, visitors};
use axum::extract::State;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::response::Response;
use domain::ids::SessionId;
use domain::message::ClientId;
use domain::session::{Session, Stage};
use domain::visitor::Language;
use store::entries::View;
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;

use super::connection::{Close, Connection, Flow, Incoming, parse, prepare, reconnect_after_ms, until_stopping};
use super::hub::{Entered, Listening};
use crate::extract::{CallerLanguage, ClientAddress};
use crate::problem::ApiError;
use crate::state::Api;
use crate::view::visitor::{self as view, MISSED_LINES, Names};
use crate::wire::entry::Posted;
use crate::wire::problem::ProblemCode;
use crate::wire::visitor::{ConversationQuery, LastSeen, VisitorClientFrame, VisitorServerFrame, VisitorSession};

/// How often visitors are pinged (C11).
const BEAT_EVERY: Duration = Duration::from_secs(20);
/// Typing signs are passed on at most this often (T1103).
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Upgrades a visitor's call to a connection.
///
/// # Errors
/// [`ProblemCode::RateLimited`] with too many connections from one address.
pub async fn open(
    State(api): State<Api>,
    ClientAddress(address): ClientAddress,
    CallerLanguage(language): CallerLanguage,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    let max = api.app.settings.limits.sockets_per_address;
    // As for sessions: this machine's own address may stand for everybody behind an undeclared proxy.
    let max = if address.is_loopback() { usize::MAX } else { max };
    let entered = api.hub.enter_address(address, max).ok_or_else(|| ApiError {
        retry_after: Some(30),
        ..ApiError::new(ProblemCode::RateLimited)
    })?;
    Ok(prepare(upgrade).on_upgrade(move |socket| serve(api, socket, address.to_string(), language, entered)))
}

async fn serve(api: Api, socket: WebSocket, address: String, language: Language, entered: Entered) {
    let mut connection = Connection::new(socket);
    let close = match greet(&api, &mut connection, address, language).await {
        Ok((mut party, last)) => {
            let who = Who::Visitor(party.by.id);
            let close = match party.arrive(last).await {
                Ok(frames) => party.run(&mut connection, frames).await,
                Err(close) => close,
            };
            drop(party);
            if let Err(error) = presence::leave(&api.app, who).await {
                tracing::warn!(%error, "A visitor's leaving was not noted");
            }
            close
        }
        Err(close) => close,
    };
    drop(entered);
    connection.close(close).await;
}

/// Reads `hello` and finds out who this is.
async fn greet(
    api: &Api,
    connection: &mut Connection,
    address: String,
    language: Language,
) -> Result<(Party, Option<LastSeen>), Close> {
    let text = connection.hello().await?;
    let Ok(VisitorClientFrame::Hello {
        channel,
        token,
        language: wanted,
        last,
    }) = parse(&text)
    else {
        return Err(Close::Protocol);
    };
    let by = match visitors::authenticate(&api.app, &token).await {
        Ok(by) => by,
        Err(error) => return Err(refuse(connection, error, language).await),
    };
    match visitors::is_of_channel(&api.app, &by, &channel).await {
        Ok(true) => {}
        Ok(false) => return Err(refuse(connection, app::Refusal::NotSignedIn.into(), language).await),
        Err(error) => return Err(refuse(connection, error, language).await),
    }
    let party = Party {
        listening: api.hub.listen(),
        api: api.clone(),
        by,
        address,
        language: wanted.unwrap_or(language),
        names: Names::default(),
        shown: None,
        seq: 0,
        typed_at: None,
        queue: None,
    };
    Ok((party, last))
}

async fn refuse(connection: &mut Connection, error: AppError, language: Language) -> Close {
    let error = ApiError::from(error);
    let is_ours = error.status.is_server_error();
    let problem = error.to_problem(language, &request_id());
    let _ = connection
        .send(&[VisitorServerFrame::Refused {
            client_id: None,
            problem,
        }])
        .await;
    if is_ours { Close::Restart } else { Close::NotAllowed }
}

fn request_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// A visitor on this connection, and what its page has.
struct Party {
    listening: Listening,
    api: Api,
    by: Visitor,
    address: String,
    language: Language,
    names: Names,
    /// The session as it was sent last.
    shown: Option<VisitorSession>,
    /// Number of the newest line that was sent.
    seq: i64,
    typed_at: Option<Instant>,
    /// The queue that this connection listens to.
    queue: Option<bus::Stream>,
}

impl Party {
    async fn arrive(&mut self, last: Option<LastSeen>) -> Result<Vec<VisitorServerFrame>, Close> {
        presence::arrive(&self.api.app, Who::Visitor(self.by.id))
            .await
            .map_err(|_| Close::Restart)?;
        // Listening begins before reading: what happens in between is read twice, never missed.
        self.listening.add(streams::visitor(self.by.id));
        let query = ConversationQuery {
            session_id: last.map(|last| last.session_id),
            after_seq: last.map(|last| last.seq),
        };
        self.welcome(&query).await.map_err(|_| Close::Restart)
    }

    async fn welcome(&mut self, query: &ConversationQuery) -> Result<Vec<VisitorServerFrame>, AppError> {
        let mut reader = self.api.app.store.reader();
        if let Some(latest) = store::sessions::find_latest(&mut reader, self.by.id, self.by.channel).await? {
            self.listening.add(streams::session(latest.id));
            self.hear_queue(&latest);
        }
        let (conversation, resumed) = view::conversation(&self.api.app, &self.api.hub, &self.by, query).await?;
        self.follow(conversation.session.as_ref().map(|session| session.id));
        self.seq = conversation.session.as_ref().map_or(0, |session| session.last_seq);
        self.shown.clone_from(&conversation.session);
        Ok(vec![VisitorServerFrame::Welcome {
            conversation: Box::new(conversation),
            resumed,
        }])
    }

    /// Listens to the session that the page shows, and to no other. It may have moved on since it was read, so it is
    /// looked at once more.
    fn follow(&mut self, id: Option<SessionId>) {
        let before = self.shown.as_ref().map(|session| session.id);
        if let Some(old) = before.filter(|old| Some(*old) != id) {
            self.listening.remove(&streams::session(old));
            self.listening.remove(&streams::agent_typing(old));
        }
        if let Some(id) = id {
            self.listening.add_and_look(streams::session(id));
            self.listening.add(streams::agent_typing(id));
        }
    }

    /// Listens to the queue in which the session waits, and to none once it does not wait any more.
    fn hear_queue(&mut self, session: &Session) {
        let queue = match session.stage {
            Stage::Waiting(place) => Some(streams::queue(place.skill_group)),
            _ => None,
        };
        if self.queue == queue {
            return;
        }
        if let Some(old) = self.queue.take() {
            self.listening.remove(&old);
        }
        if let Some(new) = &queue {
            self.listening.add(new.clone());
        }
        self.queue = queue;
    }

    async fn run(&mut self, connection: &mut Connection, first: Vec<VisitorServerFrame>) -> Close {
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
                    connection.beat(VisitorServerFrame::Beat { at }).await
                }
                () = until_stopping(&mut stopping) => {
                    let reconnect_after_ms = reconnect_after_ms();
                    let _ = connection.send(&[VisitorServerFrame::GoingAway { reconnect_after_ms }]).await;
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
        let typing = self.shown.as_ref().map(|session| streams::agent_typing(session.id));
        if typing.is_some_and(|typing| moved.contains(&typing)) {
            frames.push(VisitorServerFrame::Typing);
        }
        match self.news().await {
            Ok(news) => frames.splice(0..0, news),
            Err(error) => {
                tracing::warn!(%error, "A visitor's connection could not read what is new");
                return Err(Close::Restart);
            }
        };
        connection.send(&frames).await
    }

    /// What the page does not have yet: new lines first, then the state.
    async fn news(&mut self) -> Result<Vec<VisitorServerFrame>, AppError> {
        let mut reader = self.api.app.store.reader();
        let Some(session) = store::sessions::find_latest(&mut reader, self.by.id, self.by.channel).await? else {
            return Ok(Vec::new());
        };
        let mut frames = Vec::new();
        let before = self.shown.as_ref().map(|shown| shown.id);
        if before != Some(session.id) {
            // The last words of the session before may be as new as the first of this one.
            if let Some(old) = before {
                frames.extend(self.lines_after(old, self.seq).await?);
            }
            self.follow(Some(session.id));
            self.seq = 0;
        }
        let news = self.lines_after(session.id, self.seq).await?;
        frames.extend(news);
        if let Some(VisitorServerFrame::Entries { entries, session_id }) = frames.last()
            && *session_id == session.id
        {
            self.seq = entries.last().map_or(self.seq, |entry| entry.seq);
        }
        self.hear_queue(&session);
        let told = view::session(&mut reader, &self.api.hub, &mut self.names, &session).await?;
        if self.shown.as_ref() != Some(&told) {
            frames.push(VisitorServerFrame::Session { session: told.clone() });
            self.shown = Some(told);
        }
        Ok(frames)
    }

    async fn lines_after(&mut self, id: SessionId, after: i64) -> Result<Vec<VisitorServerFrame>, AppError> {
        let mut reader = self.api.app.store.reader();
        let (mut frames, mut after) = (Vec::new(), after);
        loop {
            let lines =
                store::entries::after(&mut reader, (self.by.tenant, id), after, MISSED_LINES, View::Visitor).await?;
            let is_last = i64::try_from(lines.len()).is_ok_and(|count| count < MISSED_LINES);
            let entries = view::entries(&mut reader, &mut self.names, lines).await?;
            if let Some(last) = entries.last() {
                after = last.seq;
                frames.push(VisitorServerFrame::Entries {
                    session_id: id,
                    entries,
                });
            }
            if is_last {
                return Ok(frames);
            }
        }
    }

    async fn on_text(&mut self, connection: &mut Connection, text: &str) -> Flow {
        let frame = match parse::<VisitorClientFrame>(text) {
            Ok(frame) => frame,
            Err(error) => return self.refuse(connection, None, error).await,
        };
        match frame {
            VisitorClientFrame::Hello { .. } => Err(Close::Protocol),
            VisitorClientFrame::Post { client_id, content } => {
                let post = Post {
                    client_id: client_id.clone(),
                    content: content.into(),
                };
                match conversation::post_visitor_message(&self.api.app, &self.by, &self.address, post).await {
                    Ok(posted) => {
                        connection
                            .send(&[VisitorServerFrame::Ack(Posted::of(&client_id, posted))])
                            .await
                    }
                    Err(error) => self.refuse(connection, Some(client_id), error.into()).await,
                }
            }
            VisitorClientFrame::CatchUp { session_id, after_seq } => {
                self.catch_up(connection, session_id, after_seq).await
            }
            VisitorClientFrame::Read { seq } => {
                match app::sessions::read_by_visitor(&self.api.app, &self.by, seq).await {
                    Ok(()) => Ok(()),
                    Err(error) => self.refuse(connection, None, error.into()).await,
                }
            }
            VisitorClientFrame::Typing {} => {
                self.type_on();
                Ok(())
            }
            VisitorClientFrame::End { client_id } => self.end(connection, client_id).await,
        }
    }

    /// Lines of an own session; another one looks like a missing one (T312).
    async fn catch_up(&mut self, connection: &mut Connection, id: SessionId, after: i64) -> Flow {
        if self.shown.as_ref().map(|session| session.id) != Some(id) {
            return connection.send(&[VisitorServerFrame::ResyncRequired]).await;
        }
        match self.lines_after(id, after.max(0)).await {
            Ok(frames) => connection.send(&frames).await,
            Err(error) => self.refuse(connection, None, error.into()).await,
        }
    }

    fn type_on(&mut self) {
        let may = self.typed_at.is_none_or(|at| at.elapsed() >= TYPING_EVERY);
        if let (true, Some(session)) = (may, &self.shown) {
            self.typed_at = Some(Instant::now());
            self.api.app.bus.ring([streams::visitor_typing(session.id)]);
        }
    }

    async fn end(&mut self, connection: &mut Connection, client_id: ClientId) -> Flow {
        let ended = match app::command::CommandKey::new(self.by.id, Some(client_id.clone()), "visitor.end", &()) {
            Ok(key) => app::sessions::end_by_visitor(&self.api.app, &self.by, key).await,
            Err(error) => Err(error),
        };
        match ended {
            Ok(_) => {
                let client_id = client_id.as_str().to_owned();
                connection.send(&[VisitorServerFrame::Ended { client_id }]).await
            }
            Err(error) => self.refuse(connection, Some(client_id), error.into()).await,
        }
    }

    async fn refuse(&self, connection: &mut Connection, client_id: Option<ClientId>, error: ApiError) -> Flow {
        let problem = error.to_problem(self.language, &request_id());
        let client_id = client_id.map(|key| key.as_str().to_owned());
        connection
            .send(&[VisitorServerFrame::Refused { client_id, problem }])
            .await
    }
}
