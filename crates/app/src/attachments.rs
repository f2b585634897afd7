//! Attachments: uploads, who may read them, and their small pictures (OPS-05).

use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use domain::attachment::{Attachment, IMAGE_MAX_PIXELS, clean_name, is_inline_image};
use domain::ids::{AttachmentId, Id, SessionId, TenantId, VisitorId};
use domain::message::ClientId;
use futures_util::TryStreamExt as _;
use store::attachments::{AttachmentRow, NewAttachment, Quotas};
use uuid::Uuid;

use crate::command::{CommandKey, Once, once};
use crate::error::{AppError, OrLog, Refusal};
use crate::files::{Content, Upload, content_of};
use crate::pictures::{Bounds, Picture};
use crate::principals::{Agent, Visitor};
use crate::{App, budgets, pictures};

/// Pictures that are shown, and how large their small ones are.
const SHOWN: Bounds = Bounds {
    pixels: IMAGE_MAX_PIXELS,
    side: 480,
};
/// How long an upload may stay unposted, in seconds.
const UNPOSTED_SECONDS: i64 = 3_600;

/// Who uploads, and to whose conversation.
#[derive(Debug, Clone)]
pub struct Uploader {
    tenant: TenantId,
    visitor: VisitorId,
    uploader: Uuid,
    is_visitor: bool,
}

impl Uploader {
    /// A visitor, to the own conversation.
    #[must_use]
    pub fn visitor(by: &Visitor) -> Self {
        Self {
            tenant: by.tenant,
            visitor: by.id,
            uploader: by.id.uuid(),
            is_visitor: true,
        }
    }

    /// An agent, to a session in service.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a session out of reach, [`Refusal::Post`] when it is over.
    pub async fn agent(app: &App, by: &Agent, session: SessionId) -> Result<Self, AppError> {
        let session = crate::sessions::own(&mut app.store.reader(), by, session).await?;
        if session.is_ended() {
            return Err(domain::session::PostError::Ended.into());
        }
        Ok(Self {
            tenant: by.tenant,
            visitor: session.visitor,
            uploader: by.id.uuid(),
            is_visitor: false,
        })
    }
}

/// Keeps an upload as an attachment that its uploader may post. Its type is told by its bytes, never by its
/// name or by what the sender says (T602).
///
/// The same `key` with the same bytes gives the same attachment again (C02).
///
/// # Errors
/// [`Refusal::FileEmpty`], [`Refusal::ImageTooLarge`], [`Refusal::RateLimited`], [`Refusal::KeyReused`],
/// [`AppError::StorageFull`] when the quota of the visitor or of the contact centre is used up (T611).
pub async fn keep(
    app: &App,
    by: Uploader,
    key: Option<ClientId>,
    raw_name: &str,
    mut upload: Upload,
) -> Result<Once<Attachment>, AppError> {
    if upload.size == 0 {
        upload.discard();
        return Err(Refusal::FileEmpty.into());
    }
    if by.is_visitor
        && let Err(error) = take_budget(app, by.uploader).await
    {
        upload.discard();
        return Err(error);
    }
    let media_type = media_type(&upload.head);
    let size = i64::try_from(upload.size).map_err(AppError::internal)?;
    let picture = if is_inline_image(media_type) {
        look_at(upload.gathered().await.map_err(disk)?).await?
    } else {
        Picture::None
    };
    if let Picture::TooLarge = picture {
        upload.discard();
        return Err(Refusal::ImageTooLarge.into());
    }
    let stored = upload.finish().await.map_err(disk)?;
    let (dimensions, thumbnail) = match picture {
        Picture::Good { width, height, small } => (Some((width, height)), Some(small)),
        // It begins like a picture but is none: a plain file then.
        Picture::None | Picture::TooLarge => (None, None),
    };
    let has_thumbnail = thumbnail.is_some();
    if let Some(bytes) = thumbnail
        && let Err(error) = app.files.put_thumbnail(&stored.key, bytes).await
    {
        app.files
            .remove(&stored.key)
            .await
            .or_log("removing bytes without their small picture");
        return Err(disk(error));
    }
    let attachment = Attachment {
        id: app.new_id(),
        name: clean_name(raw_name),
        media_type: if dimensions.is_none() && is_inline_image(media_type) {
            "application/octet-stream"
        } else {
            media_type
        }
        .to_owned(),
        size,
        width: dimensions.map(|size| i64::from(size.0)),
        height: dimensions.map(|size| i64::from(size.1)),
    };
    let row = NewAttachment {
        tenant: by.tenant,
        visitor: by.visitor,
        uploader: by.uploader,
        attachment,
        sha256: stored.sha256,
        storage_key: stored.key,
        has_thumbnail,
    };
    let asked = (&row.attachment.name, &row.sha256, row.visitor);
    let key = CommandKey::new(row.uploader, key, "attachment.keep", &asked)?;
    let (now, storage_key) = (app.clock.now(), row.storage_key.clone());
    let quotas = quotas(&app.settings.limits, by.is_visitor);
    let kept = app
        .store
        .write(async move |tx| {
            once(tx, &key, now, async |tx| {
                if !store::attachments::take_room(tx, &row, quotas).await? {
                    return Err(AppError::StorageFull);
                }
                store::attachments::insert(tx, &row, now).await?;
                Ok(row.attachment.clone())
            })
            .await
        })
        .await;
    if kept.as_ref().map_or(true, |once| once.replayed) {
        app.files
            .remove(&storage_key)
            .await
            .or_log("removing bytes that no attachment needs");
    }
    kept
}

/// How much may be kept; agents share what their contact centre has.
const fn quotas(limits: &crate::Limits, is_visitor: bool) -> Quotas {
    Quotas {
        tenant: limits.tenant_storage_bytes,
        uploader: if is_visitor {
            limits.visitor_storage_bytes
        } else {
            i64::MAX
        },
    }
}

async fn take_budget(app: &App, uploader: Uuid) -> Result<(), AppError> {
    let (now, max) = (app.clock.now(), app.settings.limits.uploads_per_visitor);
    let name = format!("uploads:{uploader}");
    app.store
        .write(async move |tx| budgets::take(tx, &name, 600, max, now).await)
        .await
}

/// Which form of an attachment is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Its bytes.
    Whole,
    /// Its small picture.
    Thumbnail,
}

/// An attachment opened for somebody who may see it.
pub struct Opened {
    /// What it is.
    pub row: AttachmentRow,
    /// Its bytes.
    pub content: Content,
    /// Type of these bytes: the small picture's own, where that is wanted.
    pub media_type: String,
}

/// Opens an attachment for an agent: one whose conversation the agent serves or served, or an own upload (T522).
///
/// # Errors
/// [`AppError::NotFound`], also when it is out of reach.
pub async fn open_for_agent(app: &App, by: &Agent, id: AttachmentId, form: Form) -> Result<Opened, AppError> {
    let mut reader = app.store.reader();
    let row = store::attachments::find(&mut reader, by.tenant, id)
        .await?
        .ok_or(MISSING)?;
    let is_own = row.uploader_id == by.id.uuid().to_string();
    let may_see = is_own
        || (row.session_id.is_some()
            && store::sessions::has_served(&mut reader, by.tenant, by.id, row.visitor_id).await?);
    if may_see {
        open(app, row, form).await
    } else {
        Err(MISSING)
    }
}

/// Opens an attachment of the visitor's own conversation (T312): an own upload, or a posted one.
///
/// # Errors
/// [`AppError::NotFound`], also when it is out of reach.
pub async fn open_for_visitor(app: &App, by: &Visitor, id: AttachmentId, form: Form) -> Result<Opened, AppError> {
    let row = store::attachments::find(&mut app.store.reader(), by.tenant, id)
        .await?
        .ok_or(MISSING)?;
    let is_own = row.uploader_id == by.id.uuid().to_string();
    if row.visitor_id == by.id && (is_own || row.session_id.is_some()) {
        open(app, row, form).await
    } else {
        Err(MISSING)
    }
}

const MISSING: AppError = AppError::NotFound { what: "attachment" };

async fn open(app: &App, row: AttachmentRow, form: Form) -> Result<Opened, AppError> {
    match form {
        Form::Whole => {
            let content = app.files.open(&row.storage_key).await.map_err(disk)?;
            Ok(Opened {
                media_type: row.media_type.clone(),
                row,
                content,
            })
        }
        Form::Thumbnail if row.has_thumbnail => {
            let bytes = app.files.thumbnail(&row.storage_key).await.map_err(disk)?;
            Ok(Opened {
                row,
                media_type: pictures::media_type_of_small(&bytes).to_owned(),
                content: content_of(bytes),
            })
        }
        Form::Thumbnail => Err(MISSING),
    }
}

/// Removes uploads that nobody posted within an hour (I20).
///
/// # Errors
/// When the database or the disk fails.
pub async fn remove_unposted(app: &App) -> Result<u64, AppError> {
    let before = app.clock.now().plus_seconds(-UNPOSTED_SECONDS);
    let mut removed = 0;
    for (id, key) in store::attachments::unposted(&mut app.store.reader(), before, 100).await? {
        let was_there = app
            .store
            .write(async move |tx| Ok::<_, AppError>(store::attachments::remove_unposted(tx, id).await?))
            .await?;
        if was_there {
            app.files.remove(&key).await.map_err(disk)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Removes from the bucket what no attachment knows and is older than this: what a crash left between the bucket and the
/// commit (F04). The folder of a machine is tidied by [`crate::check`]'s rule.
///
/// # Errors
/// When the database or the bucket fails.
pub async fn remove_orphans(app: &App, older_than: Duration) -> Result<u64, AppError> {
    let Some(bucket) = app.files.bucket() else {
        return Ok(0);
    };
    let (mut stored, mut removed) = (bucket.list(), 0);
    let mut reader = app.store.reader();
    while let Some(object) = stored.try_next().await.map_err(disk)? {
        let file = object.name.rsplit('/').next().unwrap_or_default();
        let key = file.strip_suffix(".thumbnail").unwrap_or(file);
        // What is not ours stays: somebody else may use the bucket too.
        let is_ours = app.files.path(key).is_ok() && object.name.starts_with(&key[..2]);
        if is_ours && object.age > older_than && !store::check::is_known(&mut reader, key).await? {
            app.files.remove(key).await.map_err(disk)?;
            removed += 1;
        }
    }
    Ok(removed)
}

fn disk(error: std::io::Error) -> AppError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => AppError::StorageFull,
        std::io::ErrorKind::HostUnreachable => AppError::Unavailable(format!("the store of attachments: {error}")),
        _ => AppError::internal(error),
    }
}

/// The type that the bytes show. Whatever a browser could run is plain text or bytes here.
fn media_type(head: &[u8]) -> &'static str {
    match infer::get(head) {
        Some(kind) if is_harmless(kind.mime_type()) => kind.mime_type(),
        Some(_) => "application/octet-stream",
        None if std::str::from_utf8(head).is_ok_and(|text| !text.contains('\0')) => "text/plain",
        None => "application/octet-stream",
    }
}

fn is_harmless(media_type: &str) -> bool {
    !matches!(
        media_type,
        "text/html" | "text/xml" | "application/xml" | "image/svg+xml" | "application/wasm"
    )
}

async fn look_at(path: &Path) -> Result<Picture, AppError> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || match std::fs::File::open(path) {
        Ok(file) => pictures::decode(BufReader::new(file), SHOWN),
        Err(_) => Picture::None,
    })
    .await
    .map_err(AppError::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T602: bytes decide; what a browser could run is never named as such.
    #[test]
    fn bytes_decide_the_type() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png");
        assert_eq!(
            media_type(b"<!DOCTYPE html><script>alert(1)</script>"),
            "application/octet-stream"
        );
        assert_eq!(
            media_type(b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>"),
            "text/plain"
        );
        assert_eq!(media_type("纯文本".as_bytes()), "text/plain");
        assert_eq!(media_type(b"\0\x01\x02"), "application/octet-stream");
    }
}
