//! One write on its way through a lane: the body, its answer, and who waits for it.

use std::any::Any;
use std::future::poll_fn;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::sync::oneshot;

use super::error::{StoreError, WriteError};
use super::tx::Tx;

/// How often a body runs at most, when it keeps meeting rows that others changed.
pub(crate) const TRIES: usize = 3;

/// What a lane gets to do.
pub(crate) enum Message {
    /// Run this.
    Job(Box<dyn Job>),
    /// Finish what waits, take nothing new, end.
    Close,
}

/// What a lane does with a body's changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Commit them.
    Keep,
    /// Roll them back.
    Undo,
    /// Roll them back and run the body again.
    Again,
}

/// A write without its types.
pub(crate) trait Job: Send {
    /// Runs the body once and keeps its answer.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Verdict>;
    /// Answers the caller: with the body's answer if `ended` says that its transaction ended as it
    /// should, else with that error. A caller that went away is no failure.
    fn finish(self: Box<Self>, ended: Result<(), StoreError>);
}

/// A write with its types.
struct Write<F, T, E> {
    body: F,
    answer: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

/// A job that runs `body`, and where its answer arrives.
pub(crate) fn job<T, E, F>(body: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: WriteError,
{
    let (caller, answer) = oneshot::channel();
    (
        Box::new(Write {
            body,
            answer: None,
            caller,
        }),
        answer,
    )
}

impl<T, E, F> Job for Write<F, T, E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: WriteError,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> LocalBoxFuture<'a, Verdict> {
        Box::pin(async move {
            let mut answer = run_guarded(&self.body, tx)
                .await
                .unwrap_or_else(|error| Err(E::from(error)));
            // PostgreSQL would roll back whatever follows a failed statement: no body passes over one.
            if let (Ok(_), Some(failure)) = (&answer, tx.failure()) {
                answer = Err(E::from(failure));
            }
            let verdict = match &answer {
                Ok(_) => Verdict::Keep,
                Err(error) if error.retry() || tx.has_hoped() => Verdict::Again,
                Err(_) => Verdict::Undo,
            };
            self.answer = Some(answer);
            verdict
        })
    }

    fn finish(self: Box<Self>, ended: Result<(), StoreError>) {
        let answer = match (ended, self.answer) {
            (Ok(()), Some(answer)) => answer,
            (Ok(()), None) => Err(E::from(StoreError::Body("never ran".to_owned()))),
            (Err(error), _) => Err(E::from(error)),
        };
        let _gone = self.caller.send(answer);
    }
}

/// Runs the body; a panic, or waiting for anything but its transaction, is an error.
async fn run_guarded<F, T, E>(body: &F, tx: &mut Tx) -> Result<Result<T, E>, StoreError>
where
    F: AsyncFn(&mut Tx) -> Result<T, E>,
{
    let waits_for_tx = tx.waiting();
    let mut running = pin!(AssertUnwindSafe(body(tx)).catch_unwind());
    let ended = poll_fn(|context| match running.as_mut().poll(context) {
        Poll::Ready(ended) => Poll::Ready(Some(ended)),
        Poll::Pending if waits_for_tx.get() => Poll::Pending,
        Poll::Pending => Poll::Ready(None),
    })
    .await;
    match ended {
        Some(Ok(answer)) => Ok(answer),
        Some(Err(panic)) => Err(StoreError::Body(format!("panicked: {}", panic_text(&*panic)))),
        None => Err(StoreError::Body(
            "awaited something other than its transaction".to_owned(),
        )),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a text")
}
