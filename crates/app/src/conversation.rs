//! Saying something: the one way in for messages, whatever they come through.

use std::time::Instant;

use domain::entry::{Author, EntryBody};
use domain::flow::Input;
use domain::ids::{AttachmentId, EntryId, Id, RatingConfigId, SessionId, TenantId};
use domain::message::{self, ClientId, Content};
use domain::moment::Moment;
use domain::session::{Origin, Session, Stage};
use store::entries::StoredEntry;
use store::{Tx, planted};
use uuid::Uuid;

use crate::App;
use crate::effects::{Aftermath, Turn};
use crate::error::{AppError, Refusal};
use crate::metrics::{FROM_AGENTS, FROM_VISITORS};
use crate::principals::{Agent, Visitor};

/// What somebody wants to say.
#[derive(Debug, Clone)]
pub struct Post {
    /// The sender's key (C02).
    pub client_id: ClientId,
    /// The content.
    pub content: NewContent,
}

/// Content whose files are named by their uploads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewContent {
    /// Plain text.
    Text(String),
    /// An uploaded picture.
    Image(AttachmentId),
    /// Any uploaded file.
    File(AttachmentId),
}

impl NewContent {
    /// Checks limits before anything is opened.
    fn check(&self) -> Result<(), AppError> {
        if let Self::Text(text) = self {
            message::check_text(text)?;
        }
        Ok(())
    }

    /// Whether a stored content came from this request.
    fn is_same(&self, stored: &Content) -> bool {
        match (self, stored) {
            (Self::Text(text), Content::Text { text: stored }) => text == stored,
            (Self::Image(id), Content::Image { attachment }) | (Self::File(id), Content::File { attachment }) => {
                *id == attachment.id
            }
            _ => false,
        }
    }
}

/// A message that is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Its session.
    pub session: SessionId,
    /// Its number.
    pub seq: i64,
    /// Its id.
    pub entry: EntryId,
    /// When the server took it.
    pub at: Moment,
    /// Whether it was there already.
    pub replayed: bool,
}

impl Posted {
    fn of(stored: &StoredEntry, replayed: bool) -> Self {
        Self {
            session: stored.session,
            seq: stored.entry.seq,
            entry: stored.entry.id,
            at: stored.entry.at,
            replayed,
        }
    }
}

/// The visitor says something; opens a session when none is open (ROUTE-18, U4).
///
/// `address` is where the call comes from, for the budget of new sessions.
///
/// # Errors
/// [`Refusal::Text`], [`Refusal::KeyReused`], [`Refusal::RateLimited`], [`Refusal::AttachmentUnknown`].
#[tracing::instrument(
    target = "trace",
    level = "debug",
    name = "message.post",
    skip_all,
    fields(from = "visitor")
)]
pub async fn post_visitor_message(app: &App, by: &Visitor, address: &str, post: Post) -> Result<Posted, AppError> {
    post.content.check()?;
    app.floods.check_visitor(by.id)?;
    let began = Instant::now();
    let (app_there, by, address) = (app.clone(), by.clone(), address.to_owned());
    let (posted, aftermath) = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            let open = store::sessions::find_open(tx, by.id, by.channel).await?;
            let is_new = open.is_none();
            if (is_new || !tx.hopes())
                && let Some(known) = answered(tx, by.id.uuid(), &post).await?
            {
                return Ok((known, None));
            }
            let (mut turn, rating_config) = match open {
                Some(session) => (Turn::of(app, tx, session).await?, None),
                None => open_session(app, tx, &by, &address).await?,
            };
            let content = resolve(tx, (by.tenant, by.id.uuid()), turn.session.id, &post.content).await?;
            let mut posted = None;
            let say = |session: &mut Session| {
                let id = session.id;
                let entry = session.post(
                    app.stamp(),
                    Author::Visitor,
                    Some(post.client_id.clone()),
                    content.clone(),
                )?;
                posted = Some(Posted {
                    session: id,
                    seq: entry.seq,
                    entry: entry.id,
                    at: entry.at,
                    replayed: false,
                });
                Ok(())
            };
            if is_new {
                turn.begin(app, tx, say).await?;
            } else {
                say_and_let_the_flow_hear(app, tx, &mut turn, say, &content).await?;
            }
            let (session, aftermath) = turn.save(app, tx).await?;
            if let Some(config) = rating_config {
                store::ratings::begin(tx, (by.tenant, session.id), config).await?;
            }
            let posted = posted.ok_or_else(|| AppError::Internal(anyhow::anyhow!("the message was not added")))?;
            Ok::<_, AppError>((posted, Some(aftermath)))
        })
        .await?;
    FROM_VISITORS.count(began);
    tell(app, aftermath);
    Ok(posted)
}

async fn say_and_let_the_flow_hear(
    app: &App,
    tx: &mut Tx,
    turn: &mut Turn,
    say: impl FnOnce(&mut Session) -> Result<(), AppError>,
    content: &Content,
) -> Result<(), AppError> {
    say(&mut turn.session)?;
    // Who waits in a queue may be told about it again (R27).
    if matches!(turn.session.stage, Stage::InFlow | Stage::Waiting(_)) {
        let input = match content {
            Content::Text { text } => Input::VisitorText(text.clone()),
            _ => Input::VisitorFile,
        };
        turn.go_on(app, tx, input).await?;
    }
    Ok(())
}

/// The agent says something in a session in service.
///
/// # Errors
/// [`AppError::NotFound`] for a session out of reach, [`Refusal::Post`], [`Refusal::NotSignedIn`] and
/// [`Refusal::SignedInElsewhere`] when the sign-in ended meanwhile (C12), and as for visitors.
#[tracing::instrument(
    target = "trace",
    level = "debug",
    name = "message.post",
    skip_all,
    fields(from = "agent")
)]
pub async fn post_agent_message(app: &App, by: &Agent, session: SessionId, post: Post) -> Result<Posted, AppError> {
    post.content.check()?;
    app.floods.check_agent(by.id)?;
    let began = Instant::now();
    let (app_there, by) = (app.clone(), by.clone());
    let (posted, aftermath) = app
        .store
        .write(async move |tx| {
            let app = &app_there;
            crate::sign_in::must_be_in_force(tx, app, &by).await?;
            if !tx.hopes()
                && let Some(known) = answered(tx, by.id.uuid(), &post).await?
            {
                return if known.session == session {
                    Ok((known, None))
                } else {
                    Err(Refusal::KeyReused.into())
                };
            }
            let found = crate::sessions::own(tx, &by, session).await?;
            let mut turn = Turn::of(app, tx, found).await?;
            let author = Author::Agent { agent_id: by.id };
            let content = resolve(tx, (by.tenant, by.id.uuid()), session, &post.content).await?;
            let entry = turn
                .session
                .post(app.stamp(), author, Some(post.client_id.clone()), content)?;
            let posted = Posted {
                session,
                seq: entry.seq,
                entry: entry.id,
                at: entry.at,
                replayed: false,
            };
            let (_, aftermath) = turn.save(app, tx).await?;
            Ok::<_, AppError>((posted, Some(aftermath)))
        })
        .await?;
    FROM_AGENTS.count(began);
    tell(app, aftermath);
    Ok(posted)
}

fn tell(app: &App, aftermath: Option<Aftermath>) {
    if let Some(aftermath) = aftermath {
        aftermath.tell(app);
    }
}

/// The answer that this key got before (C02).
async fn answered(tx: &mut Tx, sender: Uuid, post: &Post) -> Result<Option<Posted>, AppError> {
    if planted::is(planted::Fault::DoubledMessage) {
        return Ok(None);
    }
    let Some(stored) = store::entries::by_key(tx, sender, &post.client_id).await? else {
        return Ok(None);
    };
    match &stored.entry.body {
        EntryBody::Message { content } if post.content.is_same(content) => Ok(Some(Posted::of(&stored, true))),
        _ => Err(Refusal::KeyReused.into()),
    }
}

/// Puts the stored file in the place of its id, once and only for its own uploader (T610).
async fn resolve(
    tx: &mut Tx,
    (tenant, sender): (TenantId, Uuid),
    session: SessionId,
    content: &NewContent,
) -> Result<Content, AppError> {
    let (id, wants_image) = match content {
        NewContent::Text(text) => return Ok(Content::Text { text: text.clone() }),
        NewContent::Image(id) => (*id, true),
        NewContent::File(id) => (*id, false),
    };
    let row = store::attachments::find(tx, tenant, id)
        .await?
        .ok_or(Refusal::AttachmentUnknown)?;
    let is_image = domain::attachment::is_inline_image(&row.media_type) && row.width.is_some();
    if wants_image && !is_image {
        return Err(Refusal::AttachmentUnknown.into());
    }
    if !store::attachments::post(tx, (tenant, sender), id, session).await? {
        return Err(Refusal::AttachmentUnknown.into());
    }
    let attachment = row.to_attachment();
    Ok(if wants_image {
        Content::Image { attachment }
    } else {
        Content::File { attachment }
    })
}

/// A new session on the channel's flow, within the address's budget (T1101), and how it may be rated.
async fn open_session(
    app: &App,
    tx: &mut Tx,
    by: &Visitor,
    address: &str,
) -> Result<(Turn, Option<RatingConfigId>), AppError> {
    let now = app.clock.now();
    let channel = store::channels::find(tx, by.tenant, by.channel)
        .await?
        .ok_or(AppError::NotFound { what: "channel" })?;
    let max = app.settings.limits.sessions_per_address;
    crate::budgets::take_by_address(tx, "sessions", address, 600, max, now).await?;
    let (version, document) = store::flows::published(tx, by.tenant, channel.flow_id)
        .await?
        .ok_or_else(|| AppError::Internal(anyhow::anyhow!("channel {} has no flow", channel.id)))?;
    let document = domain::flow::Document::parse(&document).map_err(AppError::internal)?;
    let origin = Origin {
        id: app.new_id(),
        tenant: by.tenant,
        channel: by.channel,
        source: domain::channel::source(&channel.title, domain::channel::ChannelKind::Web),
        visitor: by.id,
        flow: channel.flow_id,
        flow_version: version,
        run: domain::flow::start(&document),
    };
    let turn = Turn::first(app, tx, Session::open(origin, app.stamp())).await?;
    Ok((turn, channel.rating_config_id))
}
