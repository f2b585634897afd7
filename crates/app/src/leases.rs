//! Jobs that one node does for all (C12). The holder's writes ask in their own transaction whether the lease still has
//! the holder's number, so one who was away too long changes nothing.

use store::Tx;

use crate::App;
use crate::error::AppError;

/// A job for one node at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// Forgetting what nobody needs any more.
    Housekeeping,
}

impl Job {
    const fn word(self) -> &'static str {
        match self {
            Self::Housekeeping => "housekeeping",
        }
    }
}

/// A job that this node may do.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    job: Job,
    number: i64,
}

/// Takes a job for so many seconds, or goes on holding it; none while another node holds it.
///
/// # Errors
/// When the database fails.
pub async fn hold(app: &App, job: Job, seconds: i64) -> Result<Option<Lease>, AppError> {
    let (node, now) = (app.node, app.clock.now());
    let until = now.plus_seconds(seconds);
    let number = app
        .store
        .write(async move |tx| Ok::<_, AppError>(store::leases::hold(tx, job.word(), node, now, until).await?))
        .await?;
    Ok(number.map(|number| Lease { job, number }))
}

impl Lease {
    /// Whether the job is still this node's, until the end of this transaction. Who gets false writes nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_still(&self, tx: &mut Tx) -> Result<bool, AppError> {
        Ok(store::leases::is_still(tx, self.job.word(), self.number).await?)
    }
}
