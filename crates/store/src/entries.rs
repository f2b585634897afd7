//! The numbered lines of sessions (C03).

use domain::entry::{Author, Entry};
use domain::ids::{AgentId, EntryId, Id, SessionId, TenantId};
use domain::message::ClientId;
use domain::moment::Moment;
use uuid::Uuid;

use crate::codec::{broken, from_json, to_json};
use crate::newest::News;
use crate::{Query, Sql, StoreError, Tx, Value, params, row, sql};

macro_rules! columns {
    ($($rest:literal)*) => {
        concat!(
            "SELECT session_id, seq, id, at, author, client_id, body, visitor_prev FROM entries ",
            $($rest),*
        )
    };
}

sql! {
    APPEND = "INSERT INTO entries (session_id, seq, tenant_id, id, at, author, sender_id, client_id, body, visitor_prev)
              VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    AFTER = columns!("WHERE tenant_id = $1 AND session_id = $2 AND seq > $3 ORDER BY seq LIMIT $4");
    BEFORE = columns!("WHERE tenant_id = $1 AND session_id = $2 AND seq < $3 ORDER BY seq DESC LIMIT $4");
    VISITOR_AFTER = columns!("WHERE tenant_id = $1 AND session_id = $2 AND seq > $3 AND visitor_prev IS NOT NULL
                              ORDER BY seq LIMIT $4");
    VISITOR_BEFORE = columns!("WHERE tenant_id = $1 AND session_id = $2 AND seq < $3 AND visitor_prev IS NOT NULL
                               ORDER BY seq DESC LIMIT $4");
    BY_KEY = columns!("WHERE sender_id = $1 AND client_id = $2");
    ALL_AFTER = "SELECT tenant_id, session_id, seq, id, at, author, client_id, body, visitor_prev FROM entries
                 WHERE (session_id, seq) > ($1, $2) ORDER BY session_id, seq LIMIT $3";
}

row! {
    struct EntryRow {
        session_id: SessionId,
        seq: i64,
        id: EntryId,
        at: i64,
        author: String,
        client_id: Option<String>,
        body: String,
        visitor_prev: Option<i64>,
    }
}

row! {
    struct AnyEntryRow {
        tenant_id: TenantId,
        session_id: SessionId,
        seq: i64,
        id: EntryId,
        at: i64,
        author: String,
        client_id: Option<String>,
        body: String,
        visitor_prev: Option<i64>,
    }
}

/// A line of any session, as it is stored.
#[derive(Debug)]
pub struct AnyEntry {
    /// Contact centre.
    pub tenant: TenantId,
    /// Its session.
    pub session: SessionId,
    /// Its number there.
    pub seq: i64,
    /// The line, or why it cannot be read.
    pub entry: Result<StoredEntry, StoreError>,
}

/// A stored line.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntry {
    /// Its session.
    pub session: SessionId,
    /// The line.
    pub entry: Entry,
    /// The number before in the visitor's view; `None` where the visitor may not see the line.
    pub visitor_prev: Option<i64>,
}

impl EntryRow {
    fn into_entry(self) -> Result<StoredEntry, StoreError> {
        let client_id = self.client_id.map(ClientId::parse).transpose().map_err(broken)?;
        Ok(StoredEntry {
            session: self.session_id,
            visitor_prev: self.visitor_prev,
            entry: Entry {
                seq: self.seq,
                id: self.id,
                at: Moment(self.at),
                author: author_from(&self.author)?,
                client_id,
                body: from_json(&self.body)?,
            },
        })
    }
}

fn author_text(author: Author) -> String {
    match author {
        Author::Visitor => "visitor".to_owned(),
        Author::Flow => "flow".to_owned(),
        Author::System => "system".to_owned(),
        Author::Agent { agent_id } => format!("agent:{}", agent_id.uuid()),
    }
}

fn author_from(text: &str) -> Result<Author, StoreError> {
    match text {
        "visitor" => Ok(Author::Visitor),
        "flow" => Ok(Author::Flow),
        "system" => Ok(Author::System),
        other => {
            let id = other.strip_prefix("agent:").unwrap_or_default();
            let id = Uuid::try_parse(id).map_err(broken)?;
            Ok(Author::Agent {
                agent_id: AgentId::from_uuid(id),
            })
        }
    }
}

/// One new line: the statement and its values, for [`crate::Tx::execute_all`] beside others.
///
/// `sender` is whose key `entry.client_id` is; `visitor_prev` as in [`StoredEntry`].
///
/// # Errors
/// When the line cannot be written as JSON.
pub fn append(
    tenant: TenantId,
    session: SessionId,
    entry: &Entry,
    sender: Option<Uuid>,
    visitor_prev: Option<i64>,
) -> Result<(&'static Sql, Vec<Value>), StoreError> {
    let values = params![
        session,
        entry.seq,
        tenant,
        entry.id,
        entry.at.0,
        author_text(entry.author),
        sender.map(|id| id.to_string()),
        entry.client_id.as_ref().map(ClientId::as_str),
        to_json(&entry.body)?,
        visitor_prev
    ];
    Ok((&APPEND, values))
}

/// A line that is new in a session.
#[derive(Debug, Clone)]
pub struct NewLine {
    /// The line, and the number before in the visitor's view.
    pub stored: StoredEntry,
    /// Whose key the line's `client_id` is.
    pub sender: Option<Uuid>,
}

/// Adds lines to a session that was saved in the same transaction, at the latest with the commit.
///
/// # Errors
/// [`StoreError::Duplicate`] when a sender's key is used already (C02).
pub async fn append_all(tx: &mut Tx, tenant: TenantId, lines: Vec<NewLine>) -> Result<(), StoreError> {
    for line in &lines {
        let StoredEntry {
            session,
            entry,
            visitor_prev,
        } = &line.stored;
        let (sql, values) = append(tenant, *session, entry, line.sender, *visitor_prev)?;
        tx.put_off(sql, values).await?;
    }
    for line in lines {
        tx.note(|| News::Line(Box::new(line.stored)));
    }
    Ok(())
}

/// Whose view is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Every line.
    Desk,
    /// Only what the visitor may see (T311).
    Visitor,
}

/// Lines after a number, in order.
///
/// # Errors
/// When the database fails or a row is broken.
pub async fn after<Q: Query>(
    q: &mut Q,
    (tenant, session): (TenantId, SessionId),
    seq: i64,
    limit: i64,
    view: View,
) -> Result<Vec<StoredEntry>, StoreError> {
    if let Some(mut lines) = known_after(q, (tenant, session), seq) {
        lines.retain(|line| view == View::Desk || line.visitor_prev.is_some());
        lines.truncate(usize::try_from(limit).unwrap_or_default());
        return Ok(lines);
    }
    let sql = match view {
        View::Desk => &AFTER,
        View::Visitor => &VISITOR_AFTER,
    };
    decode(q.all(sql, params![tenant, session, seq, limit]).await?)
}

/// What memory has instead of the rows, for the session's own tenant.
fn known_after<Q: Query>(q: &Q, (tenant, session): (TenantId, SessionId), seq: i64) -> Option<Vec<StoredEntry>> {
    q.known(session).filter(|known| known.tenant == tenant)?;
    q.known_lines(session, seq)
}

/// The last lines before a number, in order.
///
/// # Errors
/// When the database fails or a row is broken.
pub async fn before<Q: Query>(
    q: &mut Q,
    (tenant, session): (TenantId, SessionId),
    seq: i64,
    limit: i64,
    view: View,
) -> Result<Vec<StoredEntry>, StoreError> {
    let sql = match view {
        View::Desk => &BEFORE,
        View::Visitor => &VISITOR_BEFORE,
    };
    let mut entries = decode(q.all(sql, params![tenant, session, seq, limit]).await?)?;
    entries.reverse();
    Ok(entries)
}

/// Lines of all sessions of all contact centres after one of them, in order; the first page is after the empty text and
/// 0.
///
/// # Errors
/// When the database fails.
pub async fn all_after<Q: Query>(q: &mut Q, after: (&str, i64), limit: i64) -> Result<Vec<AnyEntry>, StoreError> {
    let rows = q
        .all::<AnyEntryRow>(&ALL_AFTER, params![after.0, after.1, limit])
        .await?;
    let read = |row: AnyEntryRow| AnyEntry {
        tenant: row.tenant_id,
        session: row.session_id,
        seq: row.seq,
        entry: EntryRow {
            session_id: row.session_id,
            seq: row.seq,
            id: row.id,
            at: row.at,
            author: row.author,
            client_id: row.client_id,
            body: row.body,
            visitor_prev: row.visitor_prev,
        }
        .into_entry(),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The line that a sender stored under its key (C02).
///
/// # Errors
/// When the database fails or the row is broken.
pub async fn by_key<Q: Query>(
    q: &mut Q,
    sender: Uuid,
    client_id: &ClientId,
) -> Result<Option<StoredEntry>, StoreError> {
    let row: Option<EntryRow> = q
        .optional(&BY_KEY, params![sender.to_string(), client_id.as_str()])
        .await?;
    row.map(EntryRow::into_entry).transpose()
}

fn decode(rows: Vec<EntryRow>) -> Result<Vec<StoredEntry>, StoreError> {
    rows.into_iter().map(EntryRow::into_entry).collect()
}
