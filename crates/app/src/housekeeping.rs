//! Forgetting what nobody needs any more.

use std::time::Duration;

use tokio::sync::watch;

use crate::App;
use crate::error::{AppError, OrLog};
use crate::leases::{self, Job};

/// How often.
const EVERY: Duration = Duration::from_secs(600);
/// How long the node that tidies up keeps the job without doing it, in seconds: two rounds.
const LEASE_SECONDS: i64 = 1_200;
/// How long answers to commands and events of agents' streams are kept, in seconds (C02, C04).
const DAY_SECONDS: i64 = 86_400;
/// How long ended logins and used reset links are kept, in seconds: for looking into an attack, not for ever.
const LOGIN_SECONDS: i64 = 30 * DAY_SECONDS;

/// Bytes in a bucket that no attachment knows are removed after this time, and looked for as often: an upload that is
/// being confirmed takes minutes at most.
const ORPHANS_AFTER: Duration = Duration::from_secs(DAY_SECONDS.unsigned_abs());

/// Tidies up until `stop` is told.
pub async fn run(app: App, mut stop: watch::Receiver<bool>) {
    let mut every = tokio::time::interval(EVERY);
    let mut daily = tokio::time::interval(ORPHANS_AFTER);
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            _ = every.tick() => {
                tidy(&app).await.or_log("tidying up");
            }
            _ = daily.tick() => {
                let removing = crate::attachments::remove_orphans(&app, ORPHANS_AFTER);
                // A large bucket must not hold up the end.
                tokio::select! {
                    _ = stop.changed() => return,
                    removed = removing => removed.or_log("looking for bytes in the bucket that no attachment knows"),
                };
            }
        }
    }
}

/// Tidies up once, unless another node does it.
///
/// # Errors
/// When the database or the disk fails.
pub async fn tidy(app: &App) -> Result<(), AppError> {
    app.floods.shrink();
    let Some(lease) = leases::hold(app, Job::Housekeeping, LEASE_SECONDS).await? else {
        return Ok(());
    };
    let now = app.clock.now();
    let (a_day_ago, a_month_ago) = (now.plus_seconds(-DAY_SECONDS), now.plus_seconds(-LOGIN_SECONDS));
    let was_ours = app
        .store
        .write(async move |tx| {
            if !lease.is_still(tx).await? {
                return Ok(false);
            }
            store::commands::prune(tx, a_day_ago).await?;
            store::events::prune(tx, a_day_ago).await?;
            store::budgets::prune(tx, a_day_ago).await?;
            store::logins::prune(tx, a_month_ago).await?;
            store::password_resets::prune(tx, a_month_ago).await?;
            store::bells::prune(tx).await?;
            Ok::<_, AppError>(true)
        })
        .await?;
    if was_ours {
        crate::attachments::remove_unposted(app).await?;
        crate::orphans::remove(app).await?;
    }
    Ok(())
}
