//! The one loop of all connections: who is on it decides what is sent, the loop decides when.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use app::presence::{self, Who};
use app::{App, AppError};
use bus::Stream;
use domain::message::ClientId;
use domain::moment::Moment;
use domain::visitor::Language;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, MissedTickBehavior};
use uuid::Uuid;

use super::connection::{Close, Connection, Flow, Incoming, parse, reconnect_after_ms, until_stopping};
use super::hub::{Ear, Listening};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::entry::Posted;
use crate::wire::problem::Problem;
use crate::wire::session::AgentServerFrame;
use crate::wire::visitor::VisitorServerFrame;

/// Typing signs are passed on at most this often (T1103).
pub(super) const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Frames that visitors and agents get alike.
pub(super) enum Common {
    /// A message is on disk.
    Ack(Posted),
    /// Not done.
    Refused {
        /// The key of what was refused.
        client_id: Option<String>,
        /// Why.
        problem: Problem,
    },
    /// The server stops.
    GoingAway {
        /// Come back after so many milliseconds.
        reconnect_after_ms: i64,
    },
    /// Nothing new; the server lives.
    Beat {
        /// Server time.
        at: Moment,
    },
}

/// Both kinds of pages get these frames under the same names.
macro_rules! from_common {
    ($frame:ident) => {
        impl From<Common> for $frame {
            fn from(common: Common) -> Self {
                match common {
                    Common::Ack(posted) => Self::Ack(posted),
                    Common::Refused { client_id, problem } => Self::Refused { client_id, problem },
                    Common::GoingAway { reconnect_after_ms } => Self::GoingAway { reconnect_after_ms },
                    Common::Beat { at } => Self::Beat { at },
                }
            }
        }
    };
}

from_common!(AgentServerFrame);
from_common!(VisitorServerFrame);

/// Who is on a connection, and what their page has.
pub(super) trait Party: Sized + Send {
    /// Frames from the page.
    type ClientFrame: DeserializeOwned + Send;
    /// Frames to the page.
    type ServerFrame: Serialize + From<Common> + Send + Sync;
    /// What the page said in `hello` that it has already.
    type Known: Send;

    /// Who.
    fn who(&self) -> Who;
    /// What handlers share.
    fn api(&self) -> &Api;
    /// In which language problems are told.
    fn language(&self) -> Language;
    /// What the connection listens to.
    fn listening(&self) -> &Listening;
    /// How often the page is pinged (C11).
    fn beat_every(&self) -> Duration;

    /// The whole state, or what came after what is known.
    fn welcome(&mut self, known: Self::Known) -> impl Future<Output = Result<Vec<Self::ServerFrame>, AppError>> + Send;
    /// The page says something.
    fn on_frame(&mut self, connection: &mut Connection, frame: Self::ClientFrame) -> impl Future<Output = Flow> + Send;
    /// Streams moved on.
    fn on_bell(&mut self, connection: &mut Connection, moved: BTreeSet<Stream>) -> impl Future<Output = Flow> + Send;

    /// A beat goes by: time to look whether time itself changed something.
    fn on_beat(&mut self, _now: Moment) {}

    /// Notes a failure that ends the connection; the page comes back and finds out what it missed.
    fn fail(&self, error: &AppError) -> Close {
        let who = self.who();
        tracing::warn!(%error, principal = %who, "The connection of {who} could not go on");
        Close::Restart
    }

    /// Tells why something is not done.
    fn refuse(
        &self,
        connection: &mut Connection,
        client_id: Option<ClientId>,
        error: ApiError,
    ) -> impl Future<Output = Flow> + Send {
        let refused = refused::<Self::ServerFrame>(client_id, error, self.language());
        async move { connection.send(&[refused]).await }
    }

    /// Tells what became of a message, together with what is new since.
    fn answer_post(
        &self,
        connection: &mut Connection,
        client_id: ClientId,
        posted: Result<app::conversation::Posted, AppError>,
    ) -> impl Future<Output = Flow> + Send {
        let answer = match posted {
            Ok(posted) => Common::Ack(Posted::of(&client_id, posted)).into(),
            Err(error) => refused::<Self::ServerFrame>(Some(client_id), error.into(), self.language()),
        };
        async move { connection.put(&[answer]).await }
    }
}

/// The frame that says why something is not done.
pub(super) fn refused<F: From<Common>>(client_id: Option<ClientId>, error: ApiError, language: Language) -> F {
    let problem = error.to_problem(language, &Uuid::new_v4().simple().to_string());
    let client_id = client_id.map(|key| key.as_str().to_owned());
    Common::Refused { client_id, problem }.into()
}

/// Keeps a greeted page company until its connection ends; answers why it did.
pub(super) async fn attend<P: Party>(mut party: Box<P>, known: P::Known, connection: &mut Connection) -> Close {
    let (app, who) = (party.api().app.clone(), party.who());
    // Futures boxed here and below are gone while a connection is idle, which most are: a task is as large as the
    // largest thing that it may ever wait for. The party is boxed since what is moved about counts at each place.
    let close = match Box::pin(arrive(&mut *party, known)).await {
        Ok(frames) => run(&mut *party, connection, frames).await,
        Err(error) => party.fail(&error),
    };
    drop(party);
    let is_cut_off = *app.standing.is_cut_off().borrow();
    let leaving = Box::pin(leave(app, who));
    if is_cut_off {
        // The page is not to wait for a database that does not answer.
        tokio::spawn(leaving);
    } else {
        leaving.await;
    }
    close
}

async fn leave(app: App, who: Who) {
    if let Err(error) = presence::leave(&app, who).await {
        tracing::warn!(%error, principal = %who, "That {who} left was not noted");
    }
}

/// The connection counts before the state is read: it is part of it.
async fn arrive<P: Party>(party: &mut P, known: P::Known) -> Result<Vec<P::ServerFrame>, AppError> {
    presence::arrive(&party.api().app, party.who()).await?;
    party.welcome(known).await
}

/// Lets the party answer a frame. What it caused has rung by then, and leaves in the same write.
async fn answer<P: Party>(party: &mut P, connection: &mut Connection, frame: P::ClientFrame, ear: &Ear) -> Flow {
    Box::pin(party.on_frame(connection, frame)).await?;
    let moved = ear.take();
    if !moved.is_empty() {
        Box::pin(party.on_bell(connection, moved)).await?;
    }
    connection.flush().await
}

/// Streams moved on, unless they were looked at with the answer to a frame.
async fn look<P: Party>(party: &mut P, connection: &mut Connection, ear: &Ear) -> Flow {
    let moved = ear.take();
    if moved.is_empty() {
        return Ok(());
    }
    Box::pin(party.on_bell(connection, moved)).await
}

async fn run<P: Party>(party: &mut P, connection: &mut Connection, first: Vec<P::ServerFrame>) -> Close {
    let mut stopping = party.api().stopping.clone();
    let mut cut_off = party.api().app.standing.is_cut_off();
    let every = party.beat_every();
    let mut beat = tokio::time::interval_at(Instant::now() + every, every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ear = Arc::clone(&party.listening().ear);
    if let Err(close) = Box::pin(connection.send(&first)).await {
        return close;
    }
    drop(first);
    loop {
        let step = async {
            tokio::select! {
                incoming = connection.receive() => match incoming {
                    Ok(Incoming::Text(text)) => match parse(&text) {
                        Ok(frame) => answer(party, connection, frame, &ear).await,
                        Err(error) => Box::pin(party.refuse(connection, None, error)).await,
                    },
                    Ok(Incoming::Alive) => Ok(()),
                    Err(close) => Err(close),
                },
                () = ear.rang() => look(party, connection, &ear).await,
                _ = beat.tick() => {
                    let at = party.api().app.clock.now();
                    party.on_beat(at);
                    Box::pin(connection.beat(P::ServerFrame::from(Common::Beat { at }))).await
                }
                () = until_stopping(&mut stopping) => Err(Close::Restart),
            }
        };
        // A node that is cut off from the database (F28) does not wait for what it was just reading or writing there: the
        // page asks again by its key, at another node.
        let result = tokio::select! {
            result = step => result,
            () = until_stopping(&mut cut_off) => Err(Close::Restart),
        };
        if let Err(close) = result {
            if close == Close::Restart && (*stopping.borrow() || *cut_off.borrow()) {
                let reconnect_after_ms = reconnect_after_ms();
                let going = P::ServerFrame::from(Common::GoingAway { reconnect_after_ms });
                let _ = Box::pin(connection.send(&[going])).await;
            }
            return close;
        }
    }
}
