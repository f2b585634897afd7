//! Sends what waits in the outbox: at least once, each under a lease with a number, so that a late worker's outcome
//! is refused (C06, C12).

use std::time::Duration;

use domain::ids::OutboxId;
use domain::moment::Moment;
use store::outbox::{LeasedRow, Outcome};
use tokio::sync::watch;

use crate::App;
use crate::error::{AppError, OrLog};
use crate::mail::{MailError, Mailer, Outgoing};
use crate::metrics;
use crate::secrets::random;

/// Most mails taken up at once.
const BATCH: i64 = 20;
/// Tries until a mail is given up: about five hours.
const TRIES: i64 = 10;
/// Pause after the first failure, in seconds; doubled after each.
const FIRST_PAUSE_SECONDS: i64 = 30;
/// Longest pause, in seconds.
const LONGEST_PAUSE_SECONDS: i64 = 3_600;
/// How long sending one mail may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// How long a lease lasts, in seconds: longer than sending may take.
const LEASE_SECONDS: i64 = 120;
/// Longest sleep, in milliseconds: another node may have written a mail.
const NAP_MS: i64 = 30_000;

/// Sends mails until `stop` is told. Without a mailer there is nothing to do.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    if app.mailer.is_none() {
        let _stopped = stop.changed().await;
        return;
    }
    loop {
        let next = send_due(&app).await.or_log("sending mails").flatten();
        let nap = next.map_or(NAP_MS, |due| due.millis_since(app.clock.now()).min(NAP_MS));
        tokio::select! {
            _ = stop.changed() => return,
            () = app.outbox.0.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(u64::try_from(nap).unwrap_or_default().max(10))) => {}
        }
    }
}

/// Sends everything that is due; answers when the next mail is.
///
/// # Errors
/// When the database fails. What the mail server says is kept with each mail.
pub async fn send_due(app: &App) -> Result<Option<Moment>, AppError> {
    let Some(mailer) = &app.mailer else {
        return Ok(None);
    };
    loop {
        let due = store::outbox::due(&mut app.store.reader(), app.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(store::outbox::next(&mut app.store.reader()).await?);
        }
        for mail in due {
            deliver(app, mailer, mail).await?;
        }
    }
}

#[tracing::instrument(target = "trace", level = "debug", name = "mail.deliver", skip_all)]
async fn deliver(app: &App, mailer: &Mailer, mail: (OutboxId, i64)) -> Result<(), AppError> {
    let until = app.clock.now().plus_seconds(LEASE_SECONDS);
    let leased = app
        .store
        .write(async move |tx| Ok::<_, AppError>(store::outbox::lease(tx, mail, until).await?))
        .await?;
    let Some(row) = leased else {
        return Ok(());
    };
    let outcome = outcome(app, &row, send(mailer, &row).await);
    let (lease, now) = ((row.id, row.lease), app.clock.now());
    let was_ours = app
        .store
        .write(async move |tx| Ok::<_, AppError>(store::outbox::finish(tx, lease, &outcome, now).await?))
        .await?;
    if !was_ours {
        tracing::warn!(outbox.id = %row.id, "Mail {} was taken back or taken over while it was being sent", row.id);
    }
    Ok(())
}

async fn send(mailer: &Mailer, row: &LeasedRow) -> Result<(), MailError> {
    let mail = Outgoing {
        id: row.id,
        to: &row.to,
        subject: &row.subject,
        body: &row.body,
        written_at: Moment(row.created_at),
    };
    match tokio::time::timeout(PATIENCE, mailer.send(mail)).await {
        Ok(sent) => sent,
        Err(_) => Err(MailError::Refused("the mail server took too long".to_owned())),
    }
}

fn outcome(app: &App, row: &LeasedRow, sent: Result<(), MailError>) -> Outcome {
    let error = match sent {
        Ok(()) => {
            metrics::MAILS_SENT.increment(1);
            return Outcome::Sent;
        }
        Err(error) => error,
    };
    let text = error.to_string();
    if row.attempts < TRIES && matches!(error, MailError::Refused(_)) {
        metrics::MAILS_AGAIN.increment(1);
        tracing::warn!(outbox.id = %row.id, attempts = row.attempts, error = %text, "Mail {} was not taken", row.id);
        return Outcome::Again {
            due_at: again_at(app.clock.now(), row.attempts, random::<1>()[0]),
            error: text,
        };
    }
    metrics::MAILS_DEAD.increment(1);
    tracing::error!(outbox.id = %row.id, attempts = row.attempts, error = %text, "Mail {} is given up", row.id);
    Outcome::Dead { error: text }
}

/// When to try again after so many tries: doubling pauses, up to a quarter longer by `chance`, so that mails which
/// failed together do not come back together.
fn again_at(now: Moment, attempts: i64, chance: u8) -> Moment {
    let doublings = u32::try_from((attempts - 1).clamp(0, 16)).unwrap_or_default();
    let pause = (FIRST_PAUSE_SECONDS << doublings).min(LONGEST_PAUSE_SECONDS);
    now.plus_seconds(pause + pause * i64::from(chance) / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// C06: pauses double, have a bound and differ; all tries together outlast a mail server's bad hour (F62).
    #[test]
    fn pauses_grow_and_differ() {
        let pause = |attempts, chance| again_at(Moment(0), attempts, chance).0 / 1000;
        assert_eq!(
            [1, 2, 3, 8, 9, 500].map(|tries| pause(tries, 0)),
            [30, 60, 120, 3_600, 3_600, 3_600]
        );
        assert_eq!(pause(1, 255), 37);
        let all: i64 = (1..TRIES).map(|tries| pause(tries, 0)).sum();
        assert!(all > 2 * 3_600, "{all} s in all");
    }
}
