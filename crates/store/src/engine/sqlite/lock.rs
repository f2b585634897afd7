//! One process per file (F16): a second writer would not see the first one's memory, such as who is
//! connected.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::engine::error::StoreError;

/// Held as long as the database is open. The file stays behind: removing it could remove the lock of
/// whoever comes next. The system releases the lock of a process that died.
pub(super) struct LockFile {
    held: File,
    place: PathBuf,
    /// Whether a process before this one had opened the database.
    is_known: bool,
}

impl LockFile {
    /// Takes the lock of the database at `path`, or says who has it.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let place = beside(path);
        let failed = |error: std::io::Error| refused(&place, &error);
        let mut held = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&place)
            .map_err(failed)?;
        match held.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, &mut held)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let mut last = String::new();
        held.read_to_string(&mut last).map_err(failed)?;
        Ok(Self {
            held,
            is_known: !last.trim().is_empty(),
            place,
        })
    }

    /// Refuses to begin an empty database where there was one: its file is on a disk that is not mounted, or was moved
    /// away or emptied by accident (F15).
    pub(super) fn must_find(&self, path: &Path) -> Result<(), StoreError> {
        let size = std::fs::metadata(path).map(|file| file.len()).ok();
        let mut log = OsString::from(path);
        log.push("-wal");
        let has_log = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
        if size.is_some_and(|size| size > 0) || !(self.is_known || has_log) {
            return Ok(());
        }
        let found = size.map_or("gone", |_| "empty");
        Err(StoreError::Missing(format!(
            "the database {path} is {found}, though there was one: put it back, or restore a backup into another folder; \
             to begin an empty one here, remove {place} and {path}-wal first",
            path = path.display(),
            place = self.place.display()
        )))
    }

    /// Says who has the database now, and that there is one.
    pub(super) fn sign(&mut self) -> Result<(), StoreError> {
        let signed = self
            .held
            .set_len(0)
            .and_then(|()| self.held.rewind())
            .and_then(|()| writeln!(self.held, "{}", std::process::id()));
        signed.map_err(|error| refused(&self.place, &error))
    }
}

fn refused(place: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly(format!("cannot write {}: {error}", place.display()))
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::StorageFull,
        _ => StoreError::Locked(format!("cannot lock {}: {error}", place.display())),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".lock");
    PathBuf::from(name)
}

fn in_use(path: &Path, file: &mut File) -> StoreError {
    let mut holder = String::new();
    let holder = match file.read_to_string(&mut holder) {
        Ok(_) => holder.trim(),
        Err(_) => "",
    };
    StoreError::Locked(format!(
        "the database {} is in use by another process (pid {holder}): stop that one first",
        path.display()
    ))
}
