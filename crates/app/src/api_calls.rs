//! Calls of flows to their owners' services (FLOW-09): written in the session's transaction, made by a worker, answered
//! in a transaction of their own (C06). Each try may be made more than once, under the same name, when a node dies while
//! it waits; its answer counts once.

mod lanes;
mod request;
mod worker;

use domain::flow::{ApiCall, CallOutcome};
use domain::ids::{SessionId, TenantId};
use domain::moment::Moment;
use domain::permission::Permission;
use reqwest::Url;
use store::api_calls::{CallRow, NewCall};
use store::{Tx, codec};
use tokio::sync::Notify;

use crate::App;
use crate::error::AppError;
use crate::principals::Admin;

pub use worker::run;

/// Pause before the second try of a node, in seconds; before the third it is twice as long, and so on.
const PAUSE_SECONDS: i64 = 1;

/// Tells the worker that a call was written.
#[derive(Default)]
pub struct Wake(Notify);

impl Wake {
    /// Has the worker look soon.
    pub fn wake(&self) {
        self.0.notify_one();
    }
}

/// Writes a call of a session that was saved in this transaction.
///
/// # Errors
/// When the database fails.
pub(crate) async fn write(
    tx: &mut Tx,
    (tenant, session): (TenantId, SessionId),
    call: &ApiCall,
    now: Moment,
) -> Result<(), AppError> {
    // The interpreter gives web addresses only; whoever wrote another one gets the refusal of the client.
    let url = Url::parse(&call.url).ok();
    let host = url.as_ref().map(service).unwrap_or_default();
    let new = NewCall {
        session,
        number: call.call,
        tenant,
        node: &call.node,
        attempt: call.attempt,
        host: &host,
        request: &codec::to_json(call)?,
        timeout_seconds: call.timeout_seconds,
        due_at: now.plus_seconds((call.attempt - 1) * PAUSE_SECONDS),
    };
    Ok(store::api_calls::insert(tx, new, now).await?)
}

/// What shares its places: a host with its port.
fn service(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or_default();
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

/// A line of a session's log of calls. Secrets stand in it by their ids; in answers they are struck out (T1202).
#[derive(Debug, Clone)]
pub struct CallFacts {
    /// What was sent.
    pub call: ApiCall,
    /// When the flow wanted it.
    pub wanted_at: Moment,
    /// When it was sent last.
    pub started_at: Option<Moment>,
    /// When it was over.
    pub finished_at: Option<Moment>,
    /// What came of it; none while it is under way.
    pub outcome: Option<CallOutcome>,
    /// Status of the answer.
    pub status: Option<i64>,
    /// The beginning of the answer.
    pub answer: Option<String>,
}

impl TryFrom<CallRow> for CallFacts {
    type Error = AppError;

    fn try_from(row: CallRow) -> Result<Self, AppError> {
        Ok(Self {
            call: codec::from_json(&row.request)?,
            wanted_at: Moment(row.created_at),
            started_at: row.started_at.map(Moment),
            finished_at: row.finished_at.map(Moment),
            outcome: row.outcome.as_deref().map(codec::from_word).transpose()?,
            status: row.status,
            answer: row.answer,
        })
    }
}

/// The log of a session's calls, in their order: at most as many as a session may make.
///
/// # Errors
/// [`AppError::Forbidden`], [`AppError::NotFound`].
pub async fn of_session(app: &App, by: &Admin, session: SessionId) -> Result<Vec<CallFacts>, AppError> {
    by.need(Permission::ReadApiCalls)?;
    let mut reader = app.store.reader();
    let found = store::sessions::find(&mut reader, by.tenant, session).await?;
    found.ok_or(AppError::NotFound { what: "session" })?;
    let rows = store::api_calls::of_session(&mut reader, by.tenant, session).await?;
    rows.into_iter().map(CallFacts::try_from).collect()
}
