//! Signing in and out. One sign-in at a time: the newest wins (R28, C12).

mod forgotten;
mod password;

use domain::agent::{AgentStatus, SpanCause, normal_email, normal_phone};
use domain::ids::{AgentId, Id};
use domain::moment::Moment;
use store::Tx;
use store::agents::AgentRow;
use store::events::EventKind;
use store::logins::{EndReason, LoginRow, NewLogin};

use crate::effects::Aftermath;
use crate::error::{AppError, Refusal};
use crate::principals::Agent;
use crate::secrets::{csrf_token, new_token, token_hash};
use crate::{App, budgets, streams};

pub use forgotten::{forgot_password, reset_password};
pub use password::{SetPassword, change_password, set_password};

/// What logins' tokens are for; part of their hash.
const PURPOSE: &str = "login";
/// Accounts that one e-mail or phone may have in different tenants.
const CANDIDATES: i64 = 8;
/// Within this time failures count, in seconds (T402).
const WINDOW_SECONDS: i64 = 900;
/// An address from which the account signed in within this time keeps a budget of its own, in seconds: who floods an
/// account from elsewhere cannot lock its owner out (T402).
const KNOWN_SECONDS: i64 = 30 * 86_400;
/// Longest e-mail or phone that is looked up, in bytes.
const IDENTIFIER_MAX: usize = 254;

/// Somebody wants to sign in.
#[derive(Debug, Clone)]
pub struct SignInRequest {
    /// E-mail or phone (ADM-16).
    pub identifier: String,
    /// Password.
    pub password: String,
    /// Where the call comes from.
    pub address: String,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// Somebody is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub agent: Agent,
    /// The secret of the cookie.
    pub token: String,
    /// Whether the password must be changed before anything else.
    pub must_change_password: bool,
    /// Whether this ended a sign-in at another place.
    pub replaced: bool,
}

/// Signs in. Accounts are unique within a tenant only, so all that the identifier may mean are tried; of those with
/// this password the one signed in last is meant.
///
/// # Errors
/// [`Refusal::WrongCredentials`] for an unknown account, a wrong or expired password and a closed account alike
/// (T401); [`Refusal::RateLimited`].
pub async fn sign_in(app: &App, request: SignInRequest) -> Result<SignedIn, AppError> {
    let candidates = candidates(app, &request.identifier).await?;
    let budget = Budget::of(app, &candidates, &request).await?;
    budget.take(app).await?;
    let row = right_one(app, candidates, &request.password)
        .await?
        .ok_or(Refusal::WrongCredentials)?;
    let rehashed = match app.passwords.is_old(&row.password_hash) {
        true => Some(app.passwords.hash(&request.password).await?),
        false => None,
    };
    begin(app, row, request, budget, rehashed).await
}

async fn candidates(app: &App, identifier: &str) -> Result<Vec<AgentRow>, AppError> {
    let identifier = identifier.trim();
    if identifier.is_empty() || identifier.len() > IDENTIFIER_MAX || identifier.contains('\0') {
        return Ok(Vec::new());
    }
    let mut reader = app.store.reader();
    Ok(if identifier.contains('@') {
        store::agents::by_email(&mut reader, &normal_email(identifier), CANDIDATES).await?
    } else {
        store::agents::by_phone(&mut reader, &normal_phone(identifier), CANDIDATES).await?
    })
}

/// The failures that a try may become. They are counted before the password is checked, so that many tries at once
/// do not all pass, and given back when it was right (T402).
struct Budget {
    address: String,
    accounts: Vec<String>,
}

impl Budget {
    async fn of(app: &App, candidates: &[AgentRow], request: &SignInRequest) -> Result<Self, AppError> {
        let network = budgets::network(&request.address);
        let mut accounts = Vec::new();
        let since = app.clock.now().plus_seconds(-KNOWN_SECONDS);
        for row in candidates {
            let is_known = store::logins::is_known(&mut app.store.reader(), row.id, &request.address, since).await?;
            accounts.push(if is_known {
                format!("{}:{network}", account_budget(row.id))
            } else {
                account_budget(row.id)
            });
        }
        if accounts.is_empty() {
            // A hash, since anything may have been typed here.
            accounts.push(format!(
                "sign-in:{}",
                token_hash("identifier", &normal_email(&request.identifier))
            ));
        }
        Ok(Self {
            address: format!("sign-in-from:{network}"),
            accounts,
        })
    }

    async fn take(&self, app: &App) -> Result<(), AppError> {
        let (address, accounts) = (self.address.clone(), self.accounts.clone());
        let (now, limits) = (app.clock.now(), &app.settings.limits);
        let (per_address, per_account) = (limits.sign_in_per_address, limits.sign_in_per_account);
        app.store
            .write(async move |tx| {
                budgets::take(tx, &address, WINDOW_SECONDS, per_address, now).await?;
                for account in &accounts {
                    budgets::take(tx, account, WINDOW_SECONDS, per_account, now).await?;
                }
                Ok(())
            })
            .await
    }
}

/// Name of the budget of an account's failures.
fn account_budget(id: AgentId) -> String {
    format!("sign-in:{}", id.uuid().simple())
}

/// The first account with this password that may sign in. One password is checked even when there is no account.
async fn right_one(app: &App, candidates: Vec<AgentRow>, password: &str) -> Result<Option<AgentRow>, AppError> {
    if candidates.is_empty() {
        app.passwords.verify(password, None).await?;
        return Ok(None);
    }
    let now = app.clock.now();
    for row in candidates {
        let is_right = app.passwords.verify(password, Some(&row.password_hash)).await?;
        if is_right && may_sign_in(&row, now) {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

fn may_sign_in(row: &AgentRow, now: Moment) -> bool {
    !row.is_forced_offline && row.password_expires_at.is_none_or(|expires_at| expires_at > now.0)
}

async fn begin(
    app: &App,
    row: AgentRow,
    request: SignInRequest,
    budget: Budget,
    rehashed: Option<String>,
) -> Result<SignedIn, AppError> {
    let token = new_token();
    let (app_there, token_there) = (app.clone(), token.clone());
    let (agent, replaced, must_change_password) = app
        .store
        .write(async move |tx| {
            let now = app_there.clock.now();
            let epoch = store::agents::sign_in(tx, row.id, &row.password_hash, now).await?;
            let epoch = epoch.ok_or(Refusal::WrongCredentials)?;
            store::agent_spans::note(tx, row.id, SpanCause::SignedIn, Some(row.id), now).await?;
            let replaced = store::logins::end_all(tx, row.id, None, EndReason::Replaced, now).await? > 0;
            let login = NewLogin {
                token_hash: &token_hash(PURPOSE, &token_there),
                id: app_there.new_id(),
                tenant: row.tenant_id,
                agent: row.id,
                epoch,
                expires_at: now.plus_seconds(app_there.settings.login_seconds),
                address: &request.address,
                user_agent: &request.user_agent,
            };
            store::logins::insert(tx, login, now).await?;
            if let Some(rehashed) = &rehashed {
                store::agents::rehash(tx, row.id, &row.password_hash, rehashed).await?;
            }
            store::budgets::give_back(tx, &budget.address).await?;
            for account in &budget.accounts {
                store::budgets::refill(tx, account).await?;
            }
            store::events::append(tx, row.id, EventKind::Me, None, now).await?;
            let agent = Agent {
                tenant: row.tenant_id,
                id: row.id,
                login: login.id,
                epoch,
                role: row.role,
                csrf_token: csrf_token(&token_there),
                login_hash: token_hash(PURPOSE, &token_there),
            };
            Ok::<_, AppError>((agent, replaced, row.must_change_password))
        })
        .await?;
    // Pages of an older sign-in look and find that they were replaced.
    app.bus.ring([streams::agent(agent.id)]);
    Ok(SignedIn {
        agent,
        token,
        must_change_password,
        replaced,
    })
}

/// How a login stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginState {
    /// In force.
    Live,
    /// The same account signed in at another place (R28).
    Replaced,
    /// Signed out, or unknown.
    SignedOut,
    /// An administrator forced the agent offline (ADM-06).
    ForcedOffline,
    /// The password was reset or changed (T407).
    PasswordReset,
    /// The agent was deleted.
    Deleted,
    /// It lasted as long as a sign-in lasts.
    Expired,
}

fn state(row: &LoginRow, now: Moment) -> LoginState {
    match row.ended() {
        _ if row.is_deleted => LoginState::Deleted,
        Some(EndReason::Replaced) => LoginState::Replaced,
        Some(EndReason::SignedOut) => LoginState::SignedOut,
        Some(EndReason::ForcedOffline) => LoginState::ForcedOffline,
        Some(EndReason::PasswordReset) => LoginState::PasswordReset,
        Some(EndReason::Deleted) => LoginState::Deleted,
        None if row.is_forced_offline => LoginState::ForcedOffline,
        None if row.epoch != row.newest_epoch => LoginState::Replaced,
        None if row.expires_at <= now.0 => LoginState::Expired,
        None => LoginState::Live,
    }
}

async fn find(app: &App, token: &str) -> Result<Option<LoginRow>, AppError> {
    Ok(store::logins::by_token(&mut app.store.reader(), &token_hash(PURPOSE, token)).await?)
}

/// How the login of a token stands: for connections that outlive a request.
///
/// # Errors
/// When the database fails.
pub async fn why_over(app: &App, token: &str) -> Result<LoginState, AppError> {
    let row = find(app, token).await?;
    Ok(row.map_or(LoginState::SignedOut, |row| state(&row, app.clock.now())))
}

/// Who a token stands for.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::SignedInElsewhere`], [`Refusal::PasswordChangeRequired`].
pub async fn authenticate(app: &App, token: &str) -> Result<Agent, AppError> {
    let row = live(app, token).await?;
    if row.must_change_password {
        return Err(Refusal::PasswordChangeRequired.into());
    }
    Ok(principal(&row, token))
}

/// Who a token stands for, even if the password must be changed first: for doing just that.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::SignedInElsewhere`].
pub async fn authenticate_for_password_change(app: &App, token: &str) -> Result<Agent, AppError> {
    Ok(principal(&live(app, token).await?, token))
}

async fn live(app: &App, token: &str) -> Result<LoginRow, AppError> {
    in_force(find(app, token).await?, app.clock.now())
}

/// Asks inside a transaction whether a sign-in is still in force (C12): whatever ends it comes before or after this
/// transaction, never beside it.
///
/// # Errors
/// [`Refusal::NotSignedIn`], [`Refusal::SignedInElsewhere`].
pub(crate) async fn must_be_in_force(tx: &mut Tx, app: &App, by: &Agent) -> Result<(), AppError> {
    let row = store::logins::by_token(tx, &by.login_hash).await?;
    in_force(row, app.clock.now()).map(drop)
}

fn in_force(row: Option<LoginRow>, now: Moment) -> Result<LoginRow, AppError> {
    let row = row.ok_or(Refusal::NotSignedIn)?;
    match state(&row, now) {
        LoginState::Live => Ok(row),
        LoginState::Replaced => Err(Refusal::SignedInElsewhere.into()),
        _ => Err(Refusal::NotSignedIn.into()),
    }
}

fn principal(row: &LoginRow, token: &str) -> Agent {
    Agent {
        tenant: row.tenant_id,
        id: row.agent_id,
        login: row.id,
        epoch: row.epoch,
        role: row.role,
        csrf_token: csrf_token(token),
        login_hash: token_hash(PURPOSE, token),
    }
}

/// Signs out: the login ends and the agent goes offline; sessions at hand stay (R28).
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, by: &Agent) -> Result<(), AppError> {
    let (app_there, agent) = (app.clone(), by.clone());
    app.store
        .write(async move |tx| {
            let now = app_there.clock.now();
            let mut aftermath = Aftermath::default();
            if store::logins::end(tx, agent.login, EndReason::SignedOut, now).await? {
                store::agents::set_status(tx, (agent.id, agent.epoch), AgentStatus::Offline, now).await?;
                store::agent_spans::note(tx, agent.id, SpanCause::SignedOut, Some(agent.id), now).await?;
                store::events::append(tx, agent.id, EventKind::Me, None, now).await?;
                // Whoever lost the connection before is not waited for any more.
                aftermath.join(crate::agents::connection::give_up(&app_there, tx, (agent.tenant, agent.id)).await?);
            }
            aftermath.ring(streams::agent(agent.id));
            Ok::<_, AppError>(aftermath)
        })
        .await?
        .tell(app);
    Ok(())
}
