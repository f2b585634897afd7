//! Putting a backup back.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Component, Path, PathBuf};

use domain::moment::Moment;
use store::{DatabaseSettings, DatabaseUrl, Engine, Store};
use uuid::Uuid;

use super::copy::{private_folder, sync_folders};
use super::{ATTACHMENTS, BackupError, HASHES, MANIFEST, Manifest, engine_name, read_manifest};
use crate::check::files::hash;

/// What may lie in the data folder before: the operator's own files, which no backup holds.
const OPERATORS_OWN: [&str; 2] = ["frontdesk.toml", "secret.key"];

/// What was restored.
#[derive(Debug)]
pub struct Restored {
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// Files of attachments that are missing in the backup, were changed there, or do not belong to it; they were not
    /// copied.
    pub damaged: Vec<String>,
    /// Migrations that were applied, since an older program had made the backup.
    pub applied: Vec<String>,
}

/// Restores the backup in `from` to the place that `settings` name, and its attachments into `attachments`. The database
/// begins a new life: whoever read from the one before starts anew (C04, F74).
///
/// # Errors
/// [`BackupError::Taken`] when there is something already, [`BackupError::NotWhole`], [`BackupError::Changed`] when the
/// database is not what it was, and what the disk or the database say. The database comes last: without it nothing was
/// restored.
pub async fn restore(
    from: &Path,
    settings: &DatabaseSettings,
    data_dir: &Path,
    attachments: &Path,
    now: Moment,
) -> Result<Restored, BackupError> {
    let manifest = read_manifest(from)?;
    let engine = match settings.url {
        DatabaseUrl::Sqlite(_) => Engine::Sqlite,
        DatabaseUrl::Postgres(_) => Engine::Postgres,
    };
    if manifest.engine != engine_name(engine) {
        let what = format!(
            "the backup is from {}, the database to restore to is {}",
            manifest.engine,
            engine_name(engine)
        );
        return Err(BackupError::Foreign(what));
    }
    must_be_empty(data_dir, &OPERATORS_OWN)?;
    must_be_empty(attachments, &[])?;
    let database = from.join(&manifest.database);
    if !is_plain(Path::new(&manifest.database)) {
        return Err(BackupError::Unreadable(format!(
            "{} is no name of a file",
            manifest.database
        )));
    }
    private_folder(data_dir)?;
    let damaged = copy_files(from, &manifest, attachments)?;
    store::put_back(&settings.url, &database).await?;
    let applied = begin_new_life(settings, now).await?;
    Ok(Restored {
        manifest,
        damaged,
        applied,
    })
}

fn must_be_empty(folder: &Path, allowed: &[&str]) -> Result<(), BackupError> {
    let inside = match fs::read_dir(folder) {
        Ok(inside) => inside,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(BackupError::at(folder)(error)),
    };
    for entry in inside {
        let found = entry.map_err(BackupError::at(folder))?.file_name();
        let found = found.to_string_lossy();
        if !allowed.contains(&&*found) {
            return Err(BackupError::Taken {
                folder: folder.to_owned(),
                found: found.into_owned(),
            });
        }
    }
    Ok(())
}

/// Compares every file with the list and copies those of attachments. Answers what is wrong with them; a changed
/// database is refused.
fn copy_files(from: &Path, manifest: &Manifest, attachments: &Path) -> Result<Vec<String>, BackupError> {
    let list = from.join(HASHES);
    let lines = BufReader::new(File::open(&list).map_err(BackupError::at(&list))?).lines();
    let mut listed = BTreeSet::new();
    let mut damaged = Vec::new();
    for line in lines {
        let line = line.map_err(BackupError::at(&list))?;
        let Some((sha256, name)) = line.split_once("  ").map(|(hash, name)| (hash, PathBuf::from(name))) else {
            return Err(BackupError::Unreadable(format!(
                "{}: {line:?} names no file",
                list.display()
            )));
        };
        let place = from.join(&name);
        let is_whole = match hash(&place) {
            Ok((_, found)) => found == sha256,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(BackupError::at(&place)(error)),
        };
        match name.strip_prefix(ATTACHMENTS) {
            Ok(key) if is_whole && is_plain(key) => copy_file(&place, &attachments.join(key))?,
            Ok(key) => damaged.push(format!("{} is missing or was changed", key.display())),
            Err(_) if !is_whole => return Err(BackupError::Changed(place)),
            Err(_) => {}
        }
        listed.insert(name);
    }
    if !listed.contains(Path::new(&manifest.database)) {
        return Err(BackupError::Unreadable(format!(
            "{} does not list the database",
            list.display()
        )));
    }
    if attachments.exists() {
        sync_folders(attachments).map_err(BackupError::at(attachments))?;
    }
    strangers(from, Path::new(""), &listed, &mut damaged).map_err(BackupError::at(from))?;
    Ok(damaged)
}

/// Whether a name leads into the folder that it is joined to, and nowhere else.
fn is_plain(name: &Path) -> bool {
    name.components().count() > 0 && name.components().all(|part| matches!(part, Component::Normal(_)))
}

fn copy_file(source: &Path, target: &Path) -> Result<(), BackupError> {
    if let Some(shelf) = target.parent() {
        private_folder(shelf)?;
    }
    let copied = fs::copy(source, target).and_then(|_| File::open(target)?.sync_all());
    copied.map_err(BackupError::at(target))
}

/// Files in the backup that it does not list.
fn strangers(from: &Path, inside: &Path, listed: &BTreeSet<PathBuf>, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(from.join(inside))? {
        let entry = entry?;
        let name = inside.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            strangers(from, &name, listed, found)?;
        } else if !listed.contains(&name) && name != Path::new(HASHES) && name != Path::new(MANIFEST) {
            found.push(format!("{} does not belong to the backup", name.display()));
        }
    }
    Ok(())
}

async fn begin_new_life(settings: &DatabaseSettings, now: Moment) -> Result<Vec<String>, BackupError> {
    let store = Store::open(settings).await?;
    let begun = async {
        let applied = store.migrate(now.0).await?;
        let id = Uuid::new_v4();
        store
            .write(async move |tx| store::generations::begin(tx, id, now).await)
            .await?;
        Ok(applied)
    };
    let begun = begun.await;
    store.close().await;
    begun
}
