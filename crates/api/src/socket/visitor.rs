//! A visitor's connection.

use std::collections::BTreeSet;
use std::time::Duration;

use app::conversation::{self, Post};
use app::presence::Who;
use app::principals::Visitor;
use app::{AppError, streams, visitors};
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::response::Response;
use bus::Stream;
use domain::ids::SessionId;
use domain::message::ClientId;
use domain::session::{Session, Stage};
use domain::visitor::Language;
use store::entries::View;
use tokio::time::Instant;

use super::connection::{Close, Connection, Flow, parse, prepare};
use super::hub::{Entered, Listening};
use super::party::{Party, TYPING_EVERY, attend, refused};
use crate::extract::{CallerLanguage, ClientAddress};
use crate::problem::ApiError;
use crate::state::Api;
use crate::view::visitor::{self as view, MISSED_LINES, Names};
use crate::wire::problem::ProblemCode;
use crate::wire::visitor::{ConversationQuery, LastSeen, VisitorClientFrame, VisitorServerFrame, VisitorSession};

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
    let serving = move |socket| {
        let connection = Box::new(Connection::new(socket, api.pace));
        serve(api, connection, address.to_string(), language, entered)
    };
    Ok(prepare(upgrade).on_upgrade(serving))
}

async fn serve(api: Api, mut connection: Box<Connection>, address: String, language: Language, entered: Entered) {
    let close = match Box::pin(greet(api, &mut connection, address, language)).await {
        Ok((guest, last)) => attend(guest, last, &mut connection).await,
        Err(close) => close,
    };
    drop(entered);
    Box::pin(connection.close(close)).await;
}

/// Reads `hello` and finds out who this is.
async fn greet(
    api: Api,
    connection: &mut Connection,
    address: String,
    language: Language,
) -> Result<(Box<Guest>, Option<LastSeen>), Close> {
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
    let guest = Guest {
        listening: api.hub.listen(),
        api,
        by,
        address,
        language: wanted.unwrap_or(language),
        names: Names::default(),
        shown: None,
        seq: 0,
        typed_at: None,
        queue: None,
    };
    Ok((Box::new(guest), last))
}

async fn refuse(connection: &mut Connection, error: AppError, language: Language) -> Close {
    let error = ApiError::from(error);
    let is_ours = error.status.is_server_error();
    let _ = connection
        .send(&[refused::<VisitorServerFrame>(None, error, language)])
        .await;
    if is_ours { Close::Restart } else { Close::NotAllowed }
}

/// A visitor on this connection, and what its page has.
struct Guest {
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

impl Party for Guest {
    type ClientFrame = VisitorClientFrame;
    type ServerFrame = VisitorServerFrame;
    type Known = Option<LastSeen>;

    fn who(&self) -> Who {
        Who::Visitor(self.by.id)
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
        self.api.pace.visitor_beat
    }

    async fn welcome(&mut self, last: Option<LastSeen>) -> Result<Vec<VisitorServerFrame>, AppError> {
        // Listening begins before reading: what happens in between is read twice, never missed.
        self.listening.add(streams::visitor(self.by.id));
        let query = ConversationQuery {
            session_id: last.as_ref().map(|last| last.session_id),
            after_seq: last.as_ref().map(|last| last.seq),
            generation: last.and_then(|last| last.generation),
        };
        let mut reader = self.api.app.store.reader();
        if let Some(latest) = store::sessions::find_latest(&mut reader, self.by.id, self.by.channel).await? {
            self.listening.add(streams::session(latest.id));
            self.hear_queue(&latest);
        }
        let (conversation, resumed) = view::conversation(&self.api.app, &self.api.hub, &self.by, &query).await?;
        self.follow(conversation.session.as_ref().map(|session| session.id));
        self.seq = conversation.session.as_ref().map_or(0, |session| session.last_seq);
        self.shown.clone_from(&conversation.session);
        Ok(vec![VisitorServerFrame::Welcome {
            conversation: Box::new(conversation),
            resumed,
        }])
    }

    async fn on_bell(&mut self, connection: &mut Connection, moved: BTreeSet<Stream>) -> Flow {
        let typing = self.shown.as_ref().map(|session| streams::agent_typing(session.id));
        let is_typing = typing.is_some_and(|typing| moved.contains(&typing));
        let mut frames = self.news().await.map_err(|error| self.fail(&error))?;
        frames.extend(is_typing.then_some(VisitorServerFrame::Typing));
        connection.send(&frames).await
    }

    async fn on_frame(&mut self, connection: &mut Connection, frame: VisitorClientFrame) -> Flow {
        match frame {
            VisitorClientFrame::Hello { .. } => Err(Close::Protocol),
            VisitorClientFrame::Post { client_id, content } => {
                let post = Post {
                    client_id: client_id.clone(),
                    content: content.into(),
                };
                let posted = conversation::post_visitor_message(&self.api.app, &self.by, &self.address, post).await;
                self.answer_post(connection, client_id, posted).await
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
}

impl Guest {
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
            self.api.app.bus.hint(streams::visitor_typing(session.id));
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
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a connection holds of its own while nothing happens, in bytes: its task, who is on it, its socket. An idle visitor
    /// may cost 15 KiB with everything that libraries and the allocator add, and most of them are idle. Whoever waits for
    /// something large in `serve`, `attend` or `run` without boxing it makes every connection pay for it all the time.
    const IDLE_MAX: usize = 3 * 1024;

    fn size_of_future<A, B, C, D, E, F: Future>(_: impl FnOnce(A, B, C, D, E) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn an_idle_connection_is_small() {
        let task = size_of_future(serve);
        let (guest, connection) = (size_of::<Guest>(), size_of::<Connection>());
        assert!(
            task + guest + connection <= IDLE_MAX,
            "task {task}, guest {guest}, connection {connection}"
        );
    }
}
