//! What leaves the house, written beside its cause and sent by a worker (C06).

use domain::ids::{OutboxId, TenantId};
use domain::moment::Moment;

use crate::pages::Wanted;
use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    INSERT = "INSERT INTO outbox (id, tenant_id, kind, destination, subject, body, cause, state, attempts, due_at, lease,
                  last_error, created_at, finished_at)
              VALUES ($1, $2, 'mail', $3, $4, $5, $6, $7, 0, $8, 0, NULL, $8, NULL)";
    // Only the oldest of each destination: they leave in their order.
    DUE = "SELECT o.id, o.lease FROM outbox o WHERE o.state = 'pending' AND o.due_at <= $1
             AND NOT EXISTS (SELECT 1 FROM outbox e
                             WHERE e.state = 'pending' AND e.destination = o.destination AND e.id < o.id)
           ORDER BY o.due_at, o.id LIMIT $2";
    NEXT = "SELECT o.due_at FROM outbox o WHERE o.state = 'pending'
              AND NOT EXISTS (SELECT 1 FROM outbox e
                              WHERE e.state = 'pending' AND e.destination = o.destination AND e.id < o.id)
            ORDER BY o.due_at LIMIT 1";
    LEASE = "UPDATE outbox SET lease = lease + 1, attempts = attempts + 1, due_at = $3
             WHERE id = $1 AND lease = $2 AND state = 'pending'
             RETURNING id, tenant_id, destination, subject, body, attempts, lease, created_at";
    SENT = "UPDATE outbox SET state = 'sent', body = '', last_error = NULL, finished_at = $3
            WHERE id = $1 AND lease = $2 AND state = 'pending'";
    AGAIN = "UPDATE outbox SET due_at = $3, last_error = $4 WHERE id = $1 AND lease = $2 AND state = 'pending'";
    DEAD = "UPDATE outbox SET state = 'dead', body = '', last_error = $4, finished_at = $3
            WHERE id = $1 AND lease = $2 AND state = 'pending'";
    VOID = "UPDATE outbox SET state = 'dead', body = '', last_error = 'superseded', finished_at = $3
            WHERE tenant_id = $1 AND cause = $2 AND state IN ('kept', 'pending')";
    LIST = "SELECT id, destination, subject, body, cause, state, last_error, created_at, finished_at FROM outbox
            WHERE tenant_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
              AND (CAST($3 AS TEXT) IS NULL OR LOWER(destination) LIKE $3 ESCAPE '!' OR LOWER(subject) LIKE $3 ESCAPE '!')
            ORDER BY id DESC LIMIT $4";
}

/// A mail to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewMail<'a> {
    /// Which; also its stable name for the receiver.
    pub id: OutboxId,
    /// Contact centre.
    pub tenant: TenantId,
    /// To whom.
    pub to: &'a str,
    /// Its subject.
    pub subject: &'a str,
    /// Its text.
    pub body: &'a str,
    /// What caused it.
    pub cause: &'a str,
    /// Whether it stays here to be read, because no SMTP is set (OPS-06).
    pub is_kept: bool,
}

row! {
    /// A mail that a worker has leased.
    #[derive(Debug, Clone)]
    pub struct LeasedRow {
        /// Which.
        pub id: OutboxId,
        /// Contact centre.
        pub tenant_id: TenantId,
        /// To whom.
        pub to: String,
        /// Its subject.
        pub subject: String,
        /// Its text.
        pub body: String,
        /// How often it was tried, this time included.
        pub attempts: i64,
        /// Number of the lease; a later one makes this one's outcome void (C12).
        pub lease: i64,
        /// When it was written.
        pub created_at: i64,
    }
}

row! {
    /// A mail as the console lists it.
    #[derive(Debug, Clone)]
    pub struct MailRow {
        /// Which.
        pub id: OutboxId,
        /// To whom.
        pub to: String,
        /// Its subject.
        pub subject: String,
        /// Its text; empty once it was sent or given up.
        pub body: String,
        /// What caused it.
        pub cause: String,
        /// `kept`, `pending`, `sent` or `dead`.
        pub state: String,
        /// Why it could not be sent the last time.
        pub last_error: Option<String>,
        /// When it was written.
        pub created_at: i64,
        /// When it was sent or given up.
        pub finished_at: Option<i64>,
    }
}

/// What became of a leased mail.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The mail server took it.
    Sent,
    /// Not now; try again at this moment.
    Again {
        /// When.
        due_at: Moment,
        /// Why not now.
        error: String,
    },
    /// Given up.
    Dead {
        /// Why.
        error: String,
    },
}

/// Writes a mail beside its cause.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewMail<'_>, now: Moment) -> Result<(), StoreError> {
    let state = if new.is_kept { "kept" } else { "pending" };
    let values = params![
        new.id,
        new.tenant,
        new.to,
        new.subject,
        new.body,
        new.cause,
        state,
        now.0
    ];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

/// Mails that are due, each with the number of its last lease.
///
/// # Errors
/// When the database fails.
pub async fn due<Q: Query>(q: &mut Q, now: Moment, limit: i64) -> Result<Vec<(OutboxId, i64)>, StoreError> {
    q.all(&DUE, params![now.0, limit]).await
}

/// When the next mail is due.
///
/// # Errors
/// When the database fails.
pub async fn next<Q: Query>(q: &mut Q) -> Result<Option<Moment>, StoreError> {
    q.optional(&NEXT, params![]).await
}

/// Leases a mail until a moment; `None` when another worker was faster.
///
/// # Errors
/// When the database fails.
pub async fn lease(
    tx: &mut Tx,
    (id, last_lease): (OutboxId, i64),
    until: Moment,
) -> Result<Option<LeasedRow>, StoreError> {
    tx.optional(&LEASE, params![id, last_lease, until]).await
}

/// Notes what became of a leased mail. Answers false when the lease was lost to another worker (C12).
///
/// # Errors
/// When the database fails.
pub async fn finish(
    tx: &mut Tx,
    (id, lease): (OutboxId, i64),
    outcome: &Outcome,
    now: Moment,
) -> Result<bool, StoreError> {
    let changed = match outcome {
        Outcome::Sent => tx.execute(&SENT, params![id, lease, now.0]).await?,
        Outcome::Again { due_at, error } => tx.execute(&AGAIN, params![id, lease, *due_at, error]).await?,
        Outcome::Dead { error } => tx.execute(&DEAD, params![id, lease, now.0, error]).await?,
    };
    Ok(changed > 0)
}

/// Takes back mails of a cause that were not sent, because what they tell is no longer true (T405).
///
/// # Errors
/// When the database fails.
pub async fn void(tx: &mut Tx, tenant: TenantId, cause: &str, now: Moment) -> Result<(), StoreError> {
    tx.execute(&VOID, params![tenant, cause, now.0]).await?;
    Ok(())
}

/// A page of a tenant's mails, newest first; searched by address and subject.
///
/// # Errors
/// When the database fails.
pub async fn list<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    wanted: &Wanted<OutboxId>,
) -> Result<Vec<MailRow>, StoreError> {
    q.all(&LIST, params![tenant, wanted.before, wanted.pattern(), wanted.limit])
        .await
}
