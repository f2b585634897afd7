//! Copies of everything, made while the desk serves, and put back in an empty place (C17, OPS-08).
//!
//! A backup is a folder: the database as it was at one moment, the attachments that it knows, the hashes of all of
//! these, and at last `manifest.json`. What has no manifest was interrupted and is no backup. Never in it: the key that
//! seals secrets and the settings; who has both a backup and the key can read everything.

mod copy;
mod restore;

use std::path::{Path, PathBuf};

use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use store::check::Counts;
use store::{Engine, Snapshot, StoreError};

use crate::check::files::hash;

pub use restore::{Restored, restore};

/// Number of this format; others are refused.
const FORMAT: u32 = 1;
/// Written last.
const MANIFEST: &str = "manifest.json";
/// Hashes of all files, as `sha256sum -c` reads them.
const HASHES: &str = "files.sha256";
/// Folder of the attachments' bytes, in a backup.
const ATTACHMENTS: &str = "attachments";

/// What a backup says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    /// Number of the format.
    pub format: u32,
    /// Version of the program that made it.
    pub program: String,
    /// When its moment was, in milliseconds UTC.
    pub made_at: Moment,
    /// `sqlite` or `postgres`: it goes back into one of the same kind.
    pub engine: String,
    /// The newest migration.
    pub schema: String,
    /// The life of the database that it is from.
    pub generation: Option<String>,
    /// How much there is.
    pub counts: Counts,
    /// Name of the database's file.
    pub database: String,
    /// Files of attachments, small pictures too.
    pub files: u64,
    /// Their bytes, the database's included.
    pub bytes: u64,
    /// Hash of `files.sha256`.
    pub hashes: String,
    /// Attachments whose bytes were missing or changed already when it was made.
    pub damaged: Vec<String>,
    /// Whether attachments lie elsewhere, in an object store, and are not in it.
    pub attachments_elsewhere: bool,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The place for it is taken.
    #[error("{0} is not empty: a backup goes into a new folder")]
    NotEmpty(PathBuf),
    /// The place to restore to is taken.
    #[error("{folder} holds {found} already: a backup is restored into an empty place")]
    Taken {
        /// Where.
        folder: PathBuf,
        /// What.
        found: String,
    },
    /// It was interrupted, or is something else.
    #[error("{0} is no whole backup: it has no manifest.json, which is written last")]
    NotWhole(PathBuf),
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// A file of it is not what it was.
    #[error("{0} was changed since the backup was made")]
    Changed(PathBuf),
    /// It was made by a newer program, or from the other engine.
    #[error("{0}")]
    Foreign(String),
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The disk.
    #[error("{place}: {error}")]
    Disk {
        /// Where.
        place: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
}

impl BackupError {
    fn at(place: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let place = place.to_owned();
        move |error| Self::Disk { place, error }
    }
}

/// Copies the moment of `snapshot`, and the attachments in `folder` unless they lie elsewhere, into the new folder `to`.
///
/// # Errors
/// [`BackupError::NotEmpty`], the database's and the disk's; what was written until then has no manifest.
pub async fn make(
    snapshot: &mut Snapshot,
    folder: Option<&Path>,
    to: &Path,
    now: Moment,
) -> Result<Manifest, BackupError> {
    let schema = snapshot.schema().await?;
    copy::new_folder(to)?;
    let mut hashes = copy::Hashes::new(&to.join(HASHES))?;
    let database = match snapshot.engine() {
        Engine::Sqlite => "frontdesk.db",
        Engine::Postgres => "frontdesk.dump",
    };
    snapshot.copy_to(&to.join(database)).await?;
    hashes.add(to, Path::new(database))?;
    let damaged = match folder {
        Some(folder) => copy::attachments(snapshot, folder, to, &mut hashes, now).await?,
        None => Vec::new(),
    };
    let (files, bytes) = (hashes.files.saturating_sub(1), hashes.bytes);
    let manifest = Manifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: now,
        engine: engine_name(snapshot.engine()).to_owned(),
        schema,
        generation: store::generations::current(snapshot).await?,
        counts: store::check::counts(snapshot).await?,
        database: database.to_owned(),
        files,
        bytes,
        hashes: hashes.finish()?,
        damaged,
        attachments_elsewhere: folder.is_none(),
    };
    copy::write_manifest(to, &manifest)?;
    Ok(manifest)
}

const fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// The manifest of a backup, when all of it is there and its list of files is what it was.
///
/// # Errors
/// [`BackupError::NotWhole`], [`BackupError::Unreadable`], [`BackupError::Changed`], [`BackupError::Foreign`].
fn read_manifest(from: &Path) -> Result<Manifest, BackupError> {
    let place = from.join(MANIFEST);
    let text = match std::fs::read_to_string(&place) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(BackupError::NotWhole(from.to_owned()));
        }
        Err(error) => return Err(BackupError::at(&place)(error)),
    };
    let unreadable = |error: serde_json::Error| BackupError::Unreadable(format!("{}: {error}", place.display()));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(unreadable)?;
    let format = value.get("format").and_then(serde_json::Value::as_u64);
    if format != Some(u64::from(FORMAT)) {
        let found = format.map_or_else(|| "none".to_owned(), |number| number.to_string());
        let what =
            format!("the backup has the format {found}, this program reads {FORMAT}: use the program that made it");
        return Err(BackupError::Foreign(what));
    }
    let manifest: Manifest = serde_json::from_value(value).map_err(unreadable)?;
    let list = from.join(HASHES);
    let (_, found) = hash(&list).map_err(BackupError::at(&list))?;
    if found == manifest.hashes {
        Ok(manifest)
    } else {
        Err(BackupError::Changed(list))
    }
}
