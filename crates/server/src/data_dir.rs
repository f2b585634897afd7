//! The data folder: the database file, attachments and the key, readable by its owner only.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, ensure};
use store::DatabaseUrl;

use crate::config::{Config, parse_key};

/// Makes the folder of the data and that of the attachments, if missing.
///
/// # Errors
/// When that is not allowed.
pub fn prepare(config: &Config) -> Result<()> {
    for folder in [config.data_dir.clone(), config.attachments_dir()] {
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.with_context(|| format!("making the folder {}", folder.display()))?;
    }
    Ok(())
}

/// Refuses to begin an empty database beside the attachments of another: its file is on a disk that is not mounted, or
/// was moved away (F15).
///
/// # Errors
/// When there are attachments but no database.
pub fn must_have_database(config: &Config) -> Result<()> {
    let DatabaseUrl::Sqlite(database) = config.database_settings().url else {
        return Ok(());
    };
    let Some(attachments) = config.attachments_folder() else {
        return Ok(());
    };
    let inside = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let has_files = inside(&attachments)
        .filter(|shelf| shelf.file_name().len() == 2)
        .any(|shelf| inside(&shelf.path()).next().is_some());
    ensure!(
        database.exists() || !has_files,
        "there are attachments in {} but no database {}: put it back, or restore a backup into another folder; to begin \
         an empty one here, remove these attachments first",
        attachments.display(),
        database.display()
    );
    Ok(())
}

/// The key that seals secrets in the database: the configured one, else that of the file `secret.key`, which is made
/// when missing.
///
/// # Errors
/// When the file cannot be read or made, or holds something else.
pub fn sealing_key(config: &Config) -> Result<[u8; 32]> {
    if let Some(key) = &config.secrets.key {
        return parse_key(key.reveal()).ok_or_else(|| anyhow!("secrets.key is not 64 hexadecimal digits"));
    }
    let path = config.data_dir.join("secret.key");
    if !path.exists() {
        make_key(&path).with_context(|| format!("making {}", path.display()))?;
    }
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    parse_key(text.trim()).ok_or_else(|| anyhow!("{} does not hold 64 hexadecimal digits", path.display()))
}

/// The file appears whole or not at all, and the first of two processes wins.
fn make_key(path: &Path) -> io::Result<()> {
    let draft = draft_beside(path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)?;
    let key = app::secrets::hex(&app::secrets::random::<32>());
    let linked = writeln!(file, "{key}")
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder(path),
    }
}

fn draft_beside(path: &Path) -> PathBuf {
    path.with_file_name(format!("secret.key.{}", uuid::Uuid::new_v4().simple()))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// OPS-01, T1201: the key is made once, stays the same, and only its owner can read it.
    #[test]
    fn the_key_is_made_once() {
        let config = Config::on(&std::env::temp_dir().join(format!("frontdesk-key-{}", uuid::Uuid::new_v4())));
        prepare(&config).expect("a folder");
        let key = sealing_key(&config).expect("a key");
        assert_eq!(sealing_key(&config).expect("a key"), key);
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&config.data_dir.join("secret.key")), 0o600);
        assert_eq!(mode(&config.data_dir), 0o700);
        fs::write(config.data_dir.join("secret.key"), "short").expect("written");
        sealing_key(&config).expect_err("a damaged key is not replaced");
        fs::remove_dir_all(&config.data_dir).expect("removed");
    }
}
