//! One process per file (F16): a second writer would not see the first one's memory, such as who is
//! connected.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::engine::error::StoreError;

/// Held as long as the database is open. The file stays behind: removing it could remove the lock of
/// whoever comes next. The system releases the lock of a process that died.
pub(super) struct LockFile {
    _held: File,
}

impl LockFile {
    /// Takes the lock of the database at `path`, or says who has it.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let place = beside(path);
        let failed = |error: std::io::Error| StoreError::Locked(format!("cannot lock {}: {error}", place.display()));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&place)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(in_use(path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.set_len(0).map_err(failed)?;
        file.rewind().map_err(failed)?;
        writeln!(file, "{}", std::process::id()).map_err(failed)?;
        Ok(Self { _held: file })
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
