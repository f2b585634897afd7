//! Commands that may come twice and are done once (C02).

use domain::message::ClientId;
use domain::moment::Moment;
use ring::digest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Tx;

use crate::App;
use crate::effects::Aftermath;
use crate::error::{AppError, Refusal};
use crate::secrets::hex;

/// Names one command of one principal.
#[derive(Debug, Clone)]
pub struct CommandKey {
    principal: String,
    key: Option<ClientId>,
    request_hash: String,
}

impl CommandKey {
    /// The key of a command: who, the sender's own key if any, and what exactly was asked.
    ///
    /// # Errors
    /// [`AppError::Internal`] when the request cannot be written as JSON.
    pub fn new(
        principal: impl ToString,
        key: Option<ClientId>,
        operation: &'static str,
        request: &impl Serialize,
    ) -> Result<Self, AppError> {
        let text = serde_json::to_string(&(operation, request)).map_err(AppError::internal)?;
        let request_hash = hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Ok(Self {
            principal: principal.to_string(),
            key,
            request_hash,
        })
    }
}

/// An answer, and whether it was given before.
#[derive(Debug, Clone)]
pub struct Once<T> {
    /// The answer.
    pub answer: T,
    /// Whether the command had been done already.
    pub replayed: bool,
}

/// Does the command, or answers what it answered before, in the same transaction.
///
/// # Errors
/// [`Refusal::KeyReused`] when the key belongs to another request, and whatever `body` says.
pub async fn once<T, F>(tx: &mut Tx, key: &CommandKey, now: Moment, body: F) -> Result<Once<T>, AppError>
where
    T: Serialize + DeserializeOwned,
    F: AsyncFnOnce(&mut Tx) -> Result<T, AppError>,
{
    let Some(client_id) = &key.key else {
        return Ok(Once {
            answer: body(tx).await?,
            replayed: false,
        });
    };
    if let Some(known) = store::commands::find(tx, &key.principal, client_id.as_str()).await? {
        if known.request_hash != key.request_hash {
            return Err(Refusal::KeyReused.into());
        }
        let answer = serde_json::from_str(&known.answer).map_err(AppError::internal)?;
        return Ok(Once { answer, replayed: true });
    }
    let answer = body(tx).await?;
    let text = serde_json::to_string(&answer).map_err(AppError::internal)?;
    let row = store::commands::NewCommand {
        principal: &key.principal,
        client_id: client_id.as_str(),
        request_hash: &key.request_hash,
        answer: &text,
        now,
    };
    // No row: the same key is being answered by another node right now; load again and find its answer.
    if !store::commands::insert(tx, row).await? {
        return Err(AppError::Stale);
    }
    Ok(Once {
        answer,
        replayed: false,
    })
}

/// Does a command once in a transaction of its own, and tells the world after the commit.
///
/// # Errors
/// [`Refusal::KeyReused`], and whatever `body` says.
pub(crate) async fn run<T, F>(app: &App, key: CommandKey, body: F) -> Result<Once<T>, AppError>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: AsyncFn(&mut Tx, &mut Aftermath) -> Result<T, AppError> + Send + 'static,
{
    let clock = app.clock.clone();
    let (once, aftermath) = app
        .store
        .write(async move |tx| {
            let mut aftermath = Aftermath::default();
            let once = once(tx, &key, clock.now(), async |tx| body(tx, &mut aftermath).await).await?;
            Ok::<_, AppError>((once, aftermath))
        })
        .await?;
    aftermath.tell(app);
    Ok(once)
}
