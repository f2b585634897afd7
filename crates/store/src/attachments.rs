//! Files: what is known of them. Their bytes lie elsewhere.

use domain::attachment::Attachment;
use domain::ids::{AttachmentId, Id as _, SessionId, TenantId, VisitorId};
use domain::moment::Moment;
use uuid::Uuid;

use crate::{Query, StoreError, Tx, params, row, sql};

sql! {
    INSERT = "INSERT INTO attachments (id, tenant_id, visitor_id, uploader_id, session_id, name, media_type, size, width,
                  height, sha256, storage_key, has_thumbnail, created_at)
              VALUES ($1, $2, $3, $4, NULL, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    FIND = "SELECT id, visitor_id, uploader_id, session_id, name, media_type, size, width, height, sha256, storage_key,
                   has_thumbnail
            FROM attachments WHERE tenant_id = $1 AND id = $2";
    POST = "UPDATE attachments SET session_id = $4
            WHERE tenant_id = $1 AND id = $2 AND uploader_id = $3 AND session_id IS NULL";
    UNPOSTED = "SELECT id, storage_key FROM attachments WHERE session_id IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2";
    REMOVE_UNPOSTED = "DELETE FROM attachments WHERE id = $1 AND session_id IS NULL RETURNING tenant_id, uploader_id, size";
    TAKE_ROOM = "INSERT INTO storage (owner, bytes) VALUES ($1, $2)
                 ON CONFLICT (owner) DO UPDATE SET bytes = storage.bytes + excluded.bytes
                 WHERE storage.bytes + excluded.bytes <= $3";
    GIVE_ROOM_BACK = "UPDATE storage SET bytes = bytes - $2 WHERE owner = $1";
}

row! {
    /// A stored file.
    #[derive(Debug, Clone)]
    pub struct AttachmentRow {
        /// Which.
        pub id: AttachmentId,
        /// Whose conversation it belongs to.
        pub visitor_id: VisitorId,
        /// Who uploaded it, as a bare id.
        pub uploader_id: String,
        /// The session it was posted in.
        pub session_id: Option<SessionId>,
        /// Name, cleaned.
        pub name: String,
        /// Type, by its bytes.
        pub media_type: String,
        /// Bytes.
        pub size: i64,
        /// Pixels across.
        pub width: Option<i64>,
        /// Pixels down.
        pub height: Option<i64>,
        /// Hash of its bytes, in hexadecimal.
        pub sha256: String,
        /// Where its bytes lie.
        pub storage_key: String,
        /// Whether there is a small picture of it.
        pub has_thumbnail: bool,
    }
}

impl AttachmentRow {
    /// What messages mention.
    #[must_use]
    pub fn to_attachment(&self) -> Attachment {
        Attachment {
            id: self.id,
            name: self.name.clone(),
            media_type: self.media_type.clone(),
            size: self.size,
            width: self.width,
            height: self.height,
        }
    }
}

/// A new file whose bytes are safely stored already (F04).
#[derive(Debug)]
pub struct NewAttachment {
    /// Contact centre.
    pub tenant: TenantId,
    /// Whose conversation it belongs to.
    pub visitor: VisitorId,
    /// Who uploaded it.
    pub uploader: Uuid,
    /// What messages will mention.
    pub attachment: Attachment,
    /// Hash of its bytes.
    pub sha256: String,
    /// Where its bytes lie.
    pub storage_key: String,
    /// Whether there is a small picture of it.
    pub has_thumbnail: bool,
}

/// Adds a file.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: &NewAttachment, now: Moment) -> Result<(), StoreError> {
    let file = &new.attachment;
    let values = params![
        file.id,
        new.tenant,
        new.visitor,
        new.uploader.to_string(),
        file.name.as_str(),
        file.media_type.as_str(),
        file.size,
        file.width,
        file.height,
        new.sha256.as_str(),
        new.storage_key.as_str(),
        new.has_thumbnail,
        now.0
    ];
    tx.execute(&INSERT, values).await?;
    Ok(())
}

/// Most bytes that may be kept (T611).
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// For a contact centre.
    pub tenant: i64,
    /// For who uploads.
    pub uploader: i64,
}

/// Counts the bytes of a new file; answers whether there is room for them. Without room nothing of the transaction may
/// stay.
///
/// # Errors
/// When the database fails.
pub async fn take_room(tx: &mut Tx, new: &NewAttachment, quotas: Quotas) -> Result<bool, StoreError> {
    let size = new.attachment.size;
    let owners = [
        (new.tenant.uuid().to_string(), quotas.tenant),
        (new.uploader.to_string(), quotas.uploader),
    ];
    for (owner, most) in owners {
        if size > most || tx.execute(&TAKE_ROOM, params![owner, size, most]).await? == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A tenant's file.
///
/// # Errors
/// When the database fails.
pub async fn find<Q: Query>(
    q: &mut Q,
    tenant: TenantId,
    id: AttachmentId,
) -> Result<Option<AttachmentRow>, StoreError> {
    q.optional(&FIND, params![tenant, id]).await
}

/// Marks a file as posted in a session, once, by its own uploader (T610).
///
/// # Errors
/// When the database fails.
pub async fn post(
    tx: &mut Tx,
    (tenant, uploader): (TenantId, Uuid),
    id: AttachmentId,
    session: SessionId,
) -> Result<bool, StoreError> {
    Ok(tx
        .execute(&POST, params![tenant, id, uploader.to_string(), session])
        .await?
        > 0)
}

/// Files that nobody posted since `before`, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn unposted<Q: Query>(
    q: &mut Q,
    before: Moment,
    limit: i64,
) -> Result<Vec<(AttachmentId, String)>, StoreError> {
    q.all(&UNPOSTED, params![before.0, limit]).await
}

/// Forgets a file that nobody posted. Answers whether it was still there.
///
/// # Errors
/// When the database fails.
pub async fn remove_unposted(tx: &mut Tx, id: AttachmentId) -> Result<bool, StoreError> {
    let removed = tx
        .optional::<(String, String, i64)>(&REMOVE_UNPOSTED, params![id])
        .await?;
    let Some((tenant, uploader, size)) = removed else {
        return Ok(false);
    };
    for owner in [tenant, uploader] {
        tx.execute(&GIVE_ROOM_BACK, params![owner, size]).await?;
    }
    Ok(true)
}
