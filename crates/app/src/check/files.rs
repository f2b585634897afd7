//! The bytes of attachments.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use domain::check::{Fault, Rule};
use domain::ids::Id;
use domain::moment::Moment;
use ring::digest::{Context, SHA256};
use store::check::KeptFile;
use store::{Snapshot, StoreError};

use super::{Faults, PAGE, unreadable};
use crate::files::Files;
use crate::secrets::hex;

/// Bytes that no attachment knows are a fault from this age on, in seconds: uploads are stored before they are known
/// (F04), and what a crash left is removed later.
pub(crate) const ORPHAN_SECONDS: i64 = 3_600;

/// Reads and compares every file; answers how many bytes there were.
pub(super) async fn look(
    snapshot: &mut Snapshot,
    folder: &Path,
    now: Moment,
    faults: &mut Faults,
) -> Result<u64, StoreError> {
    let mut bytes = 0;
    let mut after = String::new();
    loop {
        let page = store::check::files_after(snapshot, &after, PAGE).await;
        let page = unreadable(page, &after, faults)?;
        let Some(last) = page.last() else { break };
        after = last.id.uuid().hyphenated().to_string();
        for row in page {
            bytes += look_at(snapshot, folder, row, now, faults).await?;
        }
    }
    for shelf in shelves(folder.to_owned()).await {
        for stored in stored_in(shelf).await {
            if stored.age_seconds(now) > ORPHAN_SECONDS && !store::check::is_known(snapshot, &stored.key).await? {
                let what = "is no attachment's, and older than an hour";
                faults.add(Fault::new(Rule::Attachments, stored.path.display().to_string(), what));
            }
        }
    }
    Ok(bytes)
}

async fn look_at(
    snapshot: &mut Snapshot,
    folder: &Path,
    row: KeptFile,
    now: Moment,
    faults: &mut Faults,
) -> Result<u64, StoreError> {
    let place = row.id.to_string();
    if let Some(session) = row.session_id
        && !store::check::is_mentioned(snapshot, session, row.id).await?
    {
        let what = format!("was posted in {session}, whose log does not speak of it");
        faults.add(Fault::new(Rule::Attachments, place.as_str(), what));
    }
    let path = match Files::in_folder(folder.to_owned()).path(&row.storage_key) {
        Ok(path) => path,
        Err(error) => {
            faults.add(Fault::new(
                Rule::Attachments,
                place,
                format!("its key is broken: {error}"),
            ));
            return Ok(0);
        }
    };
    let (hashed, thumbnail) = (path.clone(), path.with_extension("thumbnail"));
    let read = tokio::task::spawn_blocking(move || (hash(&hashed), thumbnail.is_file()));
    let (read, has_thumbnail) = read
        .await
        .map_err(|error| StoreError::Unavailable(format!("reading a file broke off: {error}")))?;
    let what = match read {
        Ok((size, _)) if i64::try_from(size) != Ok(row.size) => {
            Some(format!("has {size} bytes instead of {}", row.size))
        }
        Ok((_, sha256)) if sha256 != row.sha256 => Some("has other bytes than were stored".to_owned()),
        Ok(_) if row.has_thumbnail && !has_thumbnail => Some("has lost its small picture".to_owned()),
        Ok(_) => None,
        // An upload that nobody posted was removed since the snapshot.
        Err(error) if error.kind() == io::ErrorKind::NotFound && is_leaving(&row, now) => None,
        Err(error) => Some(format!("cannot be read: {error}")),
    };
    if let Some(what) = what {
        let what = format!("{what} ({})", path.display());
        faults.add(Fault::new(Rule::Attachments, place, what));
    }
    Ok(u64::try_from(row.size).unwrap_or_default())
}

pub(crate) fn is_leaving(row: &KeptFile, now: Moment) -> bool {
    row.session_id.is_none() && Moment(row.created_at).plus_seconds(ORPHAN_SECONDS) <= now
}

/// Size and hash of a file.
pub(crate) fn hash(path: &Path) -> io::Result<(u64, String)> {
    let mut file = File::open(path)?;
    let mut context = Context::new(&SHA256);
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok((size, hex(context.finish().as_ref()))),
            Ok(read) => {
                context.update(&buffer[..read]);
                size += read as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Bytes in the folder of attachments.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// The key of the attachment whose bytes or small picture these are.
    pub(crate) key: String,
    /// Where.
    pub(crate) path: PathBuf,
    changed_at: Moment,
}

impl Stored {
    pub(crate) fn age_seconds(&self, now: Moment) -> i64 {
        now.millis_since(self.changed_at) / 1000
    }
}

/// The folders in which the bytes lie, some hundred at most.
pub(crate) async fn shelves(folder: PathBuf) -> Vec<PathBuf> {
    let look = move || {
        let inside = fs::read_dir(folder).into_iter().flatten().flatten();
        let shelves = inside.filter(|entry| entry.file_name().len() == 2);
        shelves.map(|entry| entry.path()).collect()
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

/// Everything in one of these folders; what comes and goes meanwhile may or may not be in it.
pub(crate) async fn stored_in(shelf: PathBuf) -> Vec<Stored> {
    let look = move || {
        let inside = fs::read_dir(shelf).into_iter().flatten().flatten();
        inside.filter_map(|entry| stored(&entry)).collect()
    };
    tokio::task::spawn_blocking(look).await.unwrap_or_default()
}

fn stored(entry: &fs::DirEntry) -> Option<Stored> {
    let path = entry.path();
    let key = path.file_stem()?.to_str()?.to_owned();
    let since = entry
        .metadata()
        .ok()?
        .modified()
        .ok()?
        .duration_since(UNIX_EPOCH)
        .ok()?;
    let changed_at = Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    Some(Stored { key, path, changed_at })
}
