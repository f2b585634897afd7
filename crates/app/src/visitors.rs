//! Visitors: who a browser is, proven by its token or by the host page's signature (SEC-03).

use std::borrow::Cow;

use domain::field::Fault;
use domain::flow::{Document, SystemParameters, template};
use domain::ids::{AgentId, ChannelId, VisitorId};
use domain::message::TEXT_MAX_CHARS;
use domain::moment::Moment;
use domain::session::Stage;
use domain::visitor::{self, CustomData, Language};
use domain::widget::Website;
use store::channels::ChannelRow;
use store::events::EventKind;
use store::visitors::{Looks, NewVisitor, VisitorRow};
use store::{Tx, codec};

use crate::channels::Launcher;
use crate::error::{AppError, Refusal};
use crate::principals::Visitor;
use crate::secrets::{is_signed, new_token, token_hash};
use crate::{App, budgets, streams};

/// What visitors' tokens are for; part of their hash.
const PURPOSE: &str = "visitor";
/// New visitors that one address may bring in ten minutes.
const NEW_PER_ADDRESS: i64 = 120;
/// Longest validity of a signed identity, in seconds.
const IDENTITY_SECONDS: i64 = 86_400;
/// Longest browser name that is kept, in characters.
const USER_AGENT_CHARS: usize = 300;
/// Nothing was told about a visitor.
const NO_DATA: &str = "{}";

/// Asks who this browser is.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Key of the channel.
    pub channel_key: String,
    /// The token that the browser has already.
    pub token: Option<String>,
    /// Language of the page.
    pub language: Language,
    /// What the host page tells about this visitor.
    pub about: About,
    /// Who the host page says this is.
    pub identity: Option<SignedIdentity>,
    /// Where the call comes from.
    pub address: String,
    /// The browser, as it names itself.
    pub user_agent: String,
}

/// What a host page tells about its visitor; what is `None` stays. It is shown to agents and proves nothing (T307).
#[derive(Debug, Clone, Default)]
pub struct About {
    /// Name to be shown.
    pub nickname: Option<String>,
    /// Address of a picture; empty: none any more.
    pub avatar: Option<String>,
    /// Other data, all of it.
    pub custom_data: Option<CustomData>,
}

/// Who the host page says the visitor is.
#[derive(Debug, Clone)]
pub struct SignedIdentity {
    /// The host page's own id of this person.
    pub user_id: String,
    /// Unix seconds after which the signature is void.
    pub expires_at: i64,
    /// HMAC-SHA256, 64 hexadecimal digits.
    pub signature: String,
}

/// Who this browser is.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The visitor.
    pub visitor: Visitor,
    /// A new token, when the browser's own is not good for this visitor.
    pub token: Option<String>,
}

/// The visitor that a token stands for.
///
/// # Errors
/// [`Refusal::NotSignedIn`] for a token that was never given or is void.
pub async fn authenticate(app: &App, token: &str) -> Result<Visitor, AppError> {
    let row = store::visitors::by_token(&mut app.store.reader(), &token_hash(PURPOSE, token)).await?;
    Ok(principal(row.ok_or(Refusal::NotSignedIn)?))
}

/// Whether this visitor belongs to the channel with this key (T309).
///
/// # Errors
/// When the database fails.
pub async fn is_of_channel(app: &App, visitor: &Visitor, key: &str) -> Result<bool, AppError> {
    let channel = store::channels::find_by_key(&mut app.store.reader(), key).await?;
    Ok(channel.is_some_and(|channel| channel.id == visitor.channel))
}

/// A channel, as anybody may see it.
#[derive(Debug, Clone)]
pub struct PublicChannel {
    /// What stands in the address.
    pub key: String,
    /// Shown in the title bar.
    pub title: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Whether a signed identity is needed.
    pub requires_identity: bool,
    /// What the flow says at first.
    pub greeting: Vec<String>,
}

/// The channel with this key, as anybody may see it.
///
/// # Errors
/// [`AppError::NotFound`] for one that never was or is deleted (T316).
pub async fn public_channel(app: &App, key: &str) -> Result<PublicChannel, AppError> {
    let channel = store::channels::find_by_key(&mut app.store.reader(), key)
        .await?
        .ok_or(AppError::NotFound { what: "channel" })?;
    let greeting = greeting_of(app, &channel).await?;
    Ok(PublicChannel {
        key: channel.key,
        title: channel.title,
        colour: channel.colour,
        requires_identity: channel.requires_identity,
        greeting,
    })
}

/// What the flow of the visitor's channel says at first; shown while no session is open.
///
/// # Errors
/// When the database fails.
pub async fn greeting(app: &App, by: &Visitor) -> Result<Vec<String>, AppError> {
    match store::channels::find(&mut app.store.reader(), by.tenant, by.channel).await? {
        Some(channel) => greeting_of(app, &channel).await,
        None => Ok(Vec::new()),
    }
}

/// How the chat begins on a page of this origin (CHAN-04); `None` is a page of this desk.
///
/// # Errors
/// [`AppError::NotFound`] for a channel that never was or is deleted (T316), [`Refusal::WebsiteUnknown`] when the page's
/// website is none of the channel's (T212).
pub async fn launcher(app: &App, key: &str, origin: Option<&str>) -> Result<(ChannelLook, Launcher), AppError> {
    let channel = store::channels::find_by_key(&mut app.store.reader(), key)
        .await?
        .ok_or(AppError::NotFound { what: "channel" })?;
    let websites: Vec<Website> = codec::from_json(&channel.websites)?;
    if origin.is_some_and(|origin| !websites.iter().any(|website| website.is_home_of(origin))) {
        return Err(Refusal::WebsiteUnknown.into());
    }
    let look = ChannelLook {
        title: channel.title,
        colour: channel.colour,
    };
    let launcher = Launcher {
        side: channel.launcher_side,
        text: channel.launcher_text,
    };
    Ok((look, launcher))
}

/// How a channel looks.
#[derive(Debug, Clone)]
pub struct ChannelLook {
    /// Shown in the title bar.
    pub title: String,
    /// `#rrggbb`.
    pub colour: String,
}

/// Websites that may show a channel's chat page inside their own pages (T212); none for a channel that does not exist.
///
/// # Errors
/// When the database fails.
pub async fn websites(app: &App, key: &str) -> Result<Vec<Website>, AppError> {
    match store::channels::find_by_key(&mut app.store.reader(), key).await? {
        Some(channel) => Ok(codec::from_json(&channel.websites)?),
        None => Ok(Vec::new()),
    }
}

async fn greeting_of(app: &App, channel: &ChannelRow) -> Result<Vec<String>, AppError> {
    let published = store::flows::published(&mut app.store.reader(), channel.tenant_id, channel.flow_id).await?;
    let Some((_, document)) = published else {
        return Ok(Vec::new());
    };
    let parameters = SystemParameters {
        client_app_id: channel.id.to_string(),
        client_app_name: channel.title.clone(),
        ..SystemParameters::default()
    };
    let document = Document::parse(&document).map_err(AppError::internal)?;
    let get = |name: &str| parameters.get(name).map(Cow::Borrowed);
    let fill = |text: String| template::fill(&text, TEXT_MAX_CHARS, get);
    Ok(document.greeting().into_iter().map(fill).collect())
}

/// Keeps or makes the visitor of a browser.
///
/// A signed identity decides: the browser becomes that person, and an anonymous visitor of the same browser becomes
/// the person when the channel does not know the person yet (T306). Another person than before gets a fresh
/// start (U25).
///
/// # Errors
/// [`AppError::NotFound`] for an unknown channel, [`Refusal::IdentityInvalid`], [`Refusal::IdentityRequired`],
/// [`Refusal::RateLimited`].
pub async fn claim(app: &App, claim: Claim) -> Result<Claimed, AppError> {
    let channel = store::channels::find_by_key(&mut app.store.reader(), &claim.channel_key)
        .await?
        .ok_or(AppError::NotFound { what: "channel" })?;
    let person = match &claim.identity {
        Some(identity) => Some(proven(app, channel.id, channel.identity_secret.as_deref(), identity)?),
        None => None,
    };
    let app_there = app.clone();
    let (claimed, told) = app
        .store
        .write(async move |tx| {
            let now = app_there.clock.now();
            let known = match &claim.token {
                Some(token) => store::visitors::by_token(tx, &token_hash(PURPOSE, token)).await?,
                None => None,
            };
            let known = known.filter(|row| row.channel_id == channel.id);
            if person.is_none()
                && channel.requires_identity
                && known.as_ref().is_none_or(|row| row.external_id.is_none())
            {
                return Err(Refusal::IdentityRequired.into());
            }
            let work = Work {
                app: &app_there,
                claim: &claim,
                now,
            };
            let settled = match (known, person.as_deref()) {
                (Some(row), None) => Settled::Kept(row),
                (Some(row), Some(person)) if row.external_id.as_deref() == Some(person) => Settled::Kept(row),
                (Some(row), Some(person)) if row.external_id.is_none() => work.grow_up(tx, row, person).await?,
                (_, Some(person)) => work.person(tx, (channel.tenant_id, channel.id), person).await?,
                (None, None) => work.stranger(tx, (channel.tenant_id, channel.id)).await?,
            };
            work.settle(tx, settled).await
        })
        .await?;
    app.bus.ring(told.map(streams::agent));
    Ok(claimed)
}

fn proven(app: &App, channel: ChannelId, sealed: Option<&str>, identity: &SignedIdentity) -> Result<String, AppError> {
    visitor::check_user_id(&identity.user_id).map_err(|_| Refusal::IdentityInvalid)?;
    let now = app.clock.now().0 / 1000;
    // No secret means closed, not unchecked (G11 of the threat model).
    let secret = app
        .sealer
        .open(&channel.to_string(), sealed.ok_or(Refusal::IdentityInvalid)?)?;
    let message = visitor::identity_message(&identity.user_id, identity.expires_at);
    let is_current = identity.expires_at > now && identity.expires_at <= now + IDENTITY_SECONDS;
    if is_signed(&secret, &message, &identity.signature) && is_current {
        Ok(identity.user_id.clone())
    } else {
        Err(Refusal::IdentityInvalid.into())
    }
}

/// What became of a claim.
enum Settled {
    /// The browser's token stays good.
    Kept(VisitorRow),
    /// The browser needs a new token.
    Changed(VisitorRow),
}

struct Work<'a> {
    app: &'a App,
    claim: &'a Claim,
    now: Moment,
}

impl Work<'_> {
    /// An anonymous visitor turns out to be somebody: the same visitor goes on under a new token (T308), unless the
    /// channel knows that person already.
    async fn grow_up(&self, tx: &mut Tx, row: VisitorRow, person: &str) -> Result<Settled, AppError> {
        if let Some(known) = store::visitors::by_external_id(tx, row.channel_id, person).await? {
            return Ok(Settled::Changed(known));
        }
        if !store::visitors::prove(tx, row.id, person).await? {
            return Err(AppError::Stale);
        }
        store::visitors::drop_tokens(tx, row.id).await?;
        let detail = format!("{{\"user_id\":{}}}", serde_json::Value::from(person));
        let actor = row.id.to_string();
        crate::audit::note(tx, self.app, row.tenant_id, &actor, "visitor.proven", &actor, &detail).await?;
        Ok(Settled::Changed(VisitorRow {
            external_id: Some(person.to_owned()),
            ..row
        }))
    }

    async fn person(
        &self,
        tx: &mut Tx,
        (tenant, channel): (domain::ids::TenantId, ChannelId),
        person: &str,
    ) -> Result<Settled, AppError> {
        if let Some(known) = store::visitors::by_external_id(tx, channel, person).await? {
            return Ok(Settled::Changed(known));
        }
        self.add(tx, (tenant, channel), Some(person)).await
    }

    async fn stranger(
        &self,
        tx: &mut Tx,
        (tenant, channel): (domain::ids::TenantId, ChannelId),
    ) -> Result<Settled, AppError> {
        budgets::take_by_address(tx, "visitors", &self.claim.address, 600, NEW_PER_ADDRESS, self.now).await?;
        self.add(tx, (tenant, channel), None).await
    }

    async fn add(
        &self,
        tx: &mut Tx,
        (tenant, channel): (domain::ids::TenantId, ChannelId),
        external_id: Option<&str>,
    ) -> Result<Settled, AppError> {
        let id: VisitorId = self.app.new_id();
        let nickname = visitor::default_nickname(id, self.claim.language);
        let user_agent = self.user_agent();
        let looks = Looks {
            nickname: &nickname,
            language: self.claim.language.as_str(),
            user_agent: &user_agent,
            avatar: None,
            custom_data: NO_DATA,
        };
        let new = NewVisitor {
            id,
            tenant,
            channel,
            external_id,
            looks,
        };
        store::visitors::insert(tx, &new, self.now).await?;
        Ok(Settled::Changed(VisitorRow {
            id,
            tenant_id: tenant,
            channel_id: channel,
            external_id: external_id.map(str::to_owned),
            nickname,
            language: self.claim.language.as_str().to_owned(),
            seen_at: self.now.0,
            avatar: None,
            custom_data: NO_DATA.to_owned(),
        }))
    }

    /// Answers also the agent whose page shows something else from now on.
    async fn settle(&self, tx: &mut Tx, settled: Settled) -> Result<(Claimed, Option<AgentId>), AppError> {
        let (row, needs_token) = match settled {
            Settled::Kept(row) => (row, false),
            Settled::Changed(row) => (row, true),
        };
        let (row, told) = self.describe(tx, row).await?;
        let token = needs_token.then(new_token);
        if let Some(token) = &token {
            let owner = (row.tenant_id, row.id, row.channel_id);
            store::visitors::insert_token(tx, &token_hash(PURPOSE, token), owner, self.now).await?;
        }
        let claimed = Claimed {
            visitor: principal(row),
            token,
        };
        Ok((claimed, told))
    }

    async fn describe(&self, tx: &mut Tx, mut row: VisitorRow) -> Result<(VisitorRow, Option<AgentId>), AppError> {
        let before = row.clone();
        let about = &self.claim.about;
        if let Some(name) = about.nickname.as_deref() {
            row.nickname =
                visitor::clean_nickname(name).ok_or_else(|| AppError::from(Fault::Reserved.of("nickname")))?;
        }
        match about.avatar.as_deref() {
            Some("") => row.avatar = None,
            Some(address) => row.avatar = Some(visitor::check_avatar(address)?),
            None => {}
        }
        if let Some(data) = &about.custom_data {
            row.custom_data = codec::to_json(&visitor::clean_custom_data(data)?)?;
        }
        let user_agent = self.user_agent();
        let looks = Looks {
            nickname: &row.nickname,
            language: self.claim.language.as_str(),
            user_agent: &user_agent,
            avatar: row.avatar.as_deref(),
            custom_data: &row.custom_data,
        };
        store::visitors::describe(tx, row.id, looks, self.now).await?;
        let is_same =
            (&row.nickname, &row.avatar, &row.custom_data) == (&before.nickname, &before.avatar, &before.custom_data);
        let told = if is_same {
            None
        } else {
            self.tell_agent(tx, &row).await?
        };
        Ok((row, told))
    }

    /// Notes for the agent who serves the visitor that there is something new to be seen.
    async fn tell_agent(&self, tx: &mut Tx, row: &VisitorRow) -> Result<Option<AgentId>, AppError> {
        let session = store::sessions::find_latest(tx, row.id, row.channel_id).await?;
        let Some((agent, session)) = session.and_then(|session| match session.stage {
            Stage::Active { agent, .. } => Some((agent, session.id)),
            _ => None,
        }) else {
            return Ok(None);
        };
        store::events::append(tx, agent, EventKind::Session, Some(session), self.now).await?;
        Ok(Some(agent))
    }

    fn user_agent(&self) -> String {
        let visible = self
            .claim
            .user_agent
            .chars()
            .filter(|character| !domain::field::is_hidden(*character));
        visible.take(USER_AGENT_CHARS).collect()
    }
}

fn principal(row: VisitorRow) -> Visitor {
    Visitor {
        tenant: row.tenant_id,
        id: row.id,
        channel: row.channel_id,
        nickname: row.nickname,
    }
}
