//! Calls of flows to services outside (FLOW-09): written beside their cause, made by a worker under a lease with a
//! number (C06, C12), kept as the session's log of calls.

use domain::ids::{SessionId, TenantId};
use domain::moment::Moment;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    INSERT = "INSERT INTO api_calls (session_id, number, tenant_id, node, attempt, host, request, timeout_seconds, due_at,
                  lease, created_at)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)";
    // One row for each service that has something to do, the one that waits longest first.
    LANES = "SELECT tenant_id, host FROM api_calls WHERE finished_at IS NULL AND due_at <= $1
             GROUP BY tenant_id, host ORDER BY MIN(due_at), tenant_id, host LIMIT $2";
    DUE = "SELECT session_id, number, lease FROM api_calls
           WHERE finished_at IS NULL AND tenant_id = $1 AND host = $2 AND due_at <= $3
           ORDER BY due_at, session_id, number LIMIT $4";
    NEXT = "SELECT MIN(due_at) FROM api_calls WHERE finished_at IS NULL AND due_at > $1";
    LEASE = "UPDATE api_calls SET lease = lease + 1, due_at = $4 + 1000 * timeout_seconds, started_at = $5
             WHERE session_id = $1 AND number = $2 AND lease = $3 AND finished_at IS NULL
             RETURNING tenant_id, request, lease";
    FINISH = "UPDATE api_calls SET finished_at = $4, outcome = $5, status = $6, answer = $7
              WHERE session_id = $1 AND number = $2 AND lease = $3 AND finished_at IS NULL";
    OF_SESSION = "SELECT number, node, attempt, request, created_at, started_at, finished_at, outcome, status, answer
                  FROM api_calls WHERE tenant_id = $1 AND session_id = $2 ORDER BY number";
}

/// A call to be written beside its cause.
#[derive(Debug, Clone, Copy)]
pub struct NewCall<'a> {
    /// Its session.
    pub session: SessionId,
    /// Its number in the session.
    pub number: i64,
    /// Contact centre.
    pub tenant: TenantId,
    /// The node that calls.
    pub node: &'a str,
    /// Which try of the node it is.
    pub attempt: i64,
    /// The service's host: calls to one share their places.
    pub host: &'a str,
    /// What is to be sent, as JSON.
    pub request: &'a str,
    /// How long it may take.
    pub timeout_seconds: i64,
    /// When it is to be made.
    pub due_at: Moment,
}

/// Which call, and the number of its last lease.
pub type Leased = (SessionId, i64, i64);

row! {
    /// A call that a worker has leased.
    #[derive(Debug, Clone)]
    pub struct LeasedCall {
        /// Contact centre.
        pub tenant: TenantId,
        /// What is to be sent, as JSON.
        pub request: String,
        /// Number of the lease; a later one makes this one's outcome void (C12).
        pub lease: i64,
    }
}

row! {
    /// A line of a session's log of calls.
    #[derive(Debug, Clone)]
    pub struct CallRow {
        /// Its number in the session.
        pub number: i64,
        /// The node that calls.
        pub node: String,
        /// Which try of the node it is.
        pub attempt: i64,
        /// What was sent, as JSON; secrets stand in it by their ids.
        pub request: String,
        /// When the flow wanted it.
        pub created_at: i64,
        /// When it was sent last.
        pub started_at: Option<i64>,
        /// When it was over.
        pub finished_at: Option<i64>,
        /// What came of it, as a word.
        pub outcome: Option<String>,
        /// Status of the answer.
        pub status: Option<i64>,
        /// The beginning of the answer, without secrets.
        pub answer: Option<String>,
    }
}

/// What came of a call.
#[derive(Debug, Clone)]
pub struct Finished<'a> {
    /// As a word.
    pub outcome: &'a str,
    /// Status of the answer.
    pub status: Option<i64>,
    /// The beginning of the answer, without secrets.
    pub answer: Option<&'a str>,
}

/// Writes a call beside its cause.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: NewCall<'_>, now: Moment) -> Result<(), StoreError> {
    let values = params![
        new.session,
        new.number,
        new.tenant,
        new.node,
        new.attempt,
        new.host,
        new.request,
        new.timeout_seconds,
        new.due_at,
        now
    ];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

/// Services that have calls due, by contact centre and host; the one that waits longest first.
///
/// # Errors
/// When the database fails.
pub async fn lanes<Q: Query>(q: &mut Q, now: Moment, limit: i64) -> Result<Vec<(TenantId, String)>, StoreError> {
    q.all(&LANES, params![now, limit]).await
}

/// Calls to a service that are due, each with the number of its last lease; those that wait longest first.
///
/// # Errors
/// When the database fails.
pub async fn due<Q: Query>(
    q: &mut Q,
    (tenant, host): (TenantId, &str),
    now: Moment,
    limit: i64,
) -> Result<Vec<Leased>, StoreError> {
    q.all(&DUE, params![tenant, host, now, limit]).await
}

/// When the next call is due that is not yet.
///
/// # Errors
/// When the database fails.
pub async fn next<Q: Query>(q: &mut Q, now: Moment) -> Result<Option<Moment>, StoreError> {
    let row: Option<(Option<i64>,)> = q.optional(&NEXT, params![now]).await?;
    Ok(row.and_then(|(due,)| due).map(Moment))
}

/// Leases a call for its own time and some seconds more; `None` when it is over or another worker was faster.
///
/// # Errors
/// When the database fails.
pub async fn lease(
    tx: &mut Tx,
    (session, number, last): Leased,
    more_seconds: i64,
    now: Moment,
) -> Result<Option<LeasedCall>, StoreError> {
    let until = now.plus_seconds(more_seconds);
    tx.optional(&LEASE, params![session, number, last, until, now]).await
}

/// Notes what came of a leased call. Answers false when the lease was lost to another worker (C12).
///
/// # Errors
/// When the database fails.
pub async fn finish(
    tx: &mut Tx,
    (session, number, lease): Leased,
    finished: &Finished<'_>,
    now: Moment,
) -> Result<bool, StoreError> {
    let values = params![
        session,
        number,
        lease,
        now,
        finished.outcome,
        finished.status,
        finished.answer
    ];
    Ok(tx.execute(&FINISH, values).await? > 0)
}

/// A session's log of calls, in their order.
///
/// # Errors
/// When the database fails.
pub async fn of_session<Q: Query>(q: &mut Q, tenant: TenantId, session: SessionId) -> Result<Vec<CallRow>, StoreError> {
    q.all(&OF_SESSION, params![tenant, session]).await
}
