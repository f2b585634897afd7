//! Writing a backup.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::ids::Id;
use domain::moment::Moment;
use ring::digest::{Context, SHA256};
use store::Snapshot;
use store::check::KeptFile;

use super::{ATTACHMENTS, BackupError, MANIFEST, Manifest};
use crate::check::files::{hash, is_leaving};
use crate::files::Files;
use crate::secrets::hex;

/// Attachments looked up at once.
const PAGE: i64 = 500;

/// Makes a folder that only its owner can read, or takes an empty one.
pub(super) fn new_folder(folder: &Path) -> Result<(), BackupError> {
    if fs::read_dir(folder).is_ok_and(|mut inside| inside.next().is_some()) {
        return Err(BackupError::NotEmpty(folder.to_owned()));
    }
    private_folder(folder)
}

pub(super) fn private_folder(folder: &Path) -> Result<(), BackupError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(BackupError::at(folder))
}

/// The list of files and their hashes, written as they are copied.
pub(super) struct Hashes {
    place: PathBuf,
    file: BufWriter<File>,
    context: Context,
    pub(super) files: u64,
    pub(super) bytes: u64,
}

impl Hashes {
    pub(super) fn new(place: &Path) -> Result<Self, BackupError> {
        let file = new_file(place).map_err(BackupError::at(place))?;
        Ok(Self {
            place: place.to_owned(),
            file: BufWriter::new(file),
            context: Context::new(&SHA256),
            files: 0,
            bytes: 0,
        })
    }

    /// Lists a file that is in the backup already; reads it back for that.
    pub(super) fn add(&mut self, backup: &Path, name: &Path) -> Result<(), BackupError> {
        let place = backup.join(name);
        let (size, sha256) = hash(&place).map_err(BackupError::at(&place))?;
        self.list(name, size, &sha256)
    }

    fn list(&mut self, name: &Path, size: u64, sha256: &str) -> Result<(), BackupError> {
        let line = format!("{sha256}  {}\n", name.display());
        self.context.update(line.as_bytes());
        self.files += 1;
        self.bytes += size;
        let written = self.file.write_all(line.as_bytes());
        written.map_err(BackupError::at(&self.place))
    }

    /// Puts the list on the disk; answers its own hash.
    pub(super) fn finish(self) -> Result<String, BackupError> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        let synced = file.and_then(|file| file.sync_all());
        synced.map_err(BackupError::at(&self.place))?;
        Ok(hex(self.context.finish().as_ref()))
    }
}

fn new_file(place: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(place)
}

/// Copies the bytes of every attachment that the snapshot knows. Answers those whose bytes are gone or are not what was
/// stored: the rest is worth keeping.
pub(super) async fn attachments(
    snapshot: &mut Snapshot,
    folder: &Path,
    to: &Path,
    hashes: &mut Hashes,
    now: Moment,
) -> Result<Vec<String>, BackupError> {
    private_folder(&to.join(ATTACHMENTS))?;
    let mut damaged = Vec::new();
    let mut after = String::new();
    loop {
        let page = store::check::files_after(snapshot, &after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(damaged) };
        after = last.id.uuid().hyphenated().to_string();
        for row in page {
            damaged.extend(attachment(&row, folder, to, hashes, now)?);
        }
    }
}

/// Copies one attachment and its small picture; answers what is wrong with it.
fn attachment(
    row: &KeptFile,
    folder: &Path,
    to: &Path,
    hashes: &mut Hashes,
    now: Moment,
) -> Result<Option<String>, BackupError> {
    let source = Files::in_folder(folder.to_owned()).path(&row.storage_key);
    let source = source.map_err(|error| BackupError::Unreadable(format!("{}: {error}", row.id)))?;
    let name = Path::new(ATTACHMENTS)
        .join(&row.storage_key[..2])
        .join(&row.storage_key);
    match copy(&source, to, &name, hashes)? {
        None if is_leaving(row, now) => Ok(None),
        None => Ok(Some(format!("{} is missing", row.id))),
        Some(sha256) if sha256 != row.sha256 => Ok(Some(format!("{} has other bytes than were stored", row.id))),
        Some(_) if row.has_thumbnail => {
            let small = copy(
                &source.with_extension("thumbnail"),
                to,
                &name.with_extension("thumbnail"),
                hashes,
            )?;
            Ok(small
                .is_none()
                .then(|| format!("{} has lost its small picture", row.id)))
        }
        Some(_) => Ok(None),
    }
}

/// Copies a file and lists it; answers its hash, or nothing when there is no such file.
fn copy(source: &Path, to: &Path, name: &Path, hashes: &mut Hashes) -> Result<Option<String>, BackupError> {
    let mut from = match File::open(source) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(BackupError::at(source)(error)),
    };
    let place = to.join(name);
    if let Some(shelf) = place.parent() {
        private_folder(shelf)?;
    }
    let written = new_file(&place).and_then(|mut file| {
        io::copy(&mut from, &mut file)?;
        file.sync_all()
    });
    written.map_err(BackupError::at(&place))?;
    let (size, sha256) = hash(&place).map_err(BackupError::at(&place))?;
    hashes.list(name, size, &sha256)?;
    Ok(Some(sha256))
}

/// The last act: from here on it is a backup.
pub(super) fn write_manifest(to: &Path, manifest: &Manifest) -> Result<(), BackupError> {
    let (draft, place) = (to.join("manifest.draft"), to.join(MANIFEST));
    let text = serde_json::to_string_pretty(manifest).map_err(|error| BackupError::Unreadable(error.to_string()))?;
    sync_folders(to).map_err(BackupError::at(to))?;
    let written = new_file(&draft)
        .and_then(|mut file| {
            writeln!(file, "{text}")?;
            file.sync_all()
        })
        .and_then(|()| fs::rename(&draft, &place))
        .and_then(|()| File::open(to)?.sync_all());
    written.map_err(BackupError::at(&place))
}

/// The names of files are on the disk too, before the manifest says so.
pub(super) fn sync_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    File::open(folder)?.sync_all()
}
