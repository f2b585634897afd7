//! Where the bytes of attachments lie. One interface; a folder now, an S3-compatible store beside it later.

use std::io;
use std::path::{Path, PathBuf};

use ring::digest::{Context, SHA256};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;

use crate::secrets::{hex, random};

/// A store for bytes under keys that cannot be guessed.
#[derive(Debug, Clone)]
pub enum Files {
    /// A folder of this machine.
    Folder(PathBuf),
}

/// Bytes on their way in. Dropped before [`Upload::finish`], for example because the sender went away, it leaves
/// nothing (T608); what the end of the process leaves, the next start removes.
pub struct Upload {
    file: File,
    temporary: PathBuf,
    folder: PathBuf,
    hash: Context,
    /// The first bytes, which tell the type.
    pub head: Vec<u8>,
    /// Bytes so far.
    pub size: u64,
}

/// Bytes that are safely stored.
#[derive(Debug, Clone)]
pub struct StoredFile {
    /// Where they lie: 128 random bits.
    pub key: String,
    /// Their hash, in hexadecimal.
    pub sha256: String,
}

/// How many first bytes an upload keeps for telling its type.
const HEAD_BYTES: usize = 8192;

impl Files {
    /// Files in a folder of this machine.
    #[must_use]
    pub const fn in_folder(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn begin(&self) -> io::Result<Upload> {
        let Self::Folder(folder) = self;
        let temporary = folder.join("incoming");
        fs::create_dir_all(&temporary).await?;
        let temporary = temporary.join(hex(&random::<16>()));
        let file = File::create_new(&temporary).await?;
        Ok(Upload {
            file,
            temporary,
            folder: folder.clone(),
            hash: Context::new(&SHA256),
            head: Vec::new(),
            size: 0,
        })
    }

    /// The bytes under a key.
    ///
    /// # Errors
    /// When there are none, or the folder cannot be read.
    pub async fn open(&self, key: &str) -> io::Result<File> {
        File::open(self.path(key)?).await
    }

    /// Where the bytes under a key lie on this machine, for reading them on a blocking thread.
    ///
    /// # Errors
    /// When the key is none of ours.
    pub fn path(&self, key: &str) -> io::Result<PathBuf> {
        let Self::Folder(folder) = self;
        path_of(folder, key)
    }

    /// Stores the small picture of a file beside it.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn put_thumbnail(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        let path = thumbnail_path(self.path(key)?);
        let mut file = File::create(&path).await?;
        file.write_all(bytes).await?;
        file.sync_all().await
    }

    /// The small picture of a file.
    ///
    /// # Errors
    /// When there is none.
    pub async fn open_thumbnail(&self, key: &str) -> io::Result<File> {
        File::open(thumbnail_path(self.path(key)?)).await
    }

    /// Removes the bytes under a key; that they are gone already is fine.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn remove(&self, key: &str) -> io::Result<()> {
        let path = self.path(key)?;
        for path in [thumbnail_path(path.clone()), path] {
            match fs::remove_file(path).await {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes what uploads left that were cut off by the end of the process.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn clear_incoming(&self) -> io::Result<()> {
        let Self::Folder(folder) = self;
        match fs::remove_dir_all(folder.join("incoming")).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Upload {
    /// Adds bytes.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        let missing = HEAD_BYTES.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        Ok(())
    }

    /// Makes the bytes safe: they are on the disk, and so is their name, before anybody can mention them (F04).
    ///
    /// # Errors
    /// When the disk does not take them.
    pub async fn finish(mut self) -> io::Result<StoredFile> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let key = hex(&random::<16>());
        let path = path_of(&self.folder, &key)?;
        let parent = path.parent().map(Path::to_owned).unwrap_or_default();
        fs::create_dir_all(&parent).await?;
        fs::rename(&self.temporary, &path).await?;
        File::open(&parent).await?.sync_all().await?;
        File::open(&self.folder).await?.sync_all().await?;
        Ok(StoredFile {
            key,
            sha256: hex(self.hash.clone().finish().as_ref()),
        })
    }

    /// Gives up: nothing stays (T608).
    pub fn discard(self) {
        drop(self);
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After `finish` there is nothing under this name; what cannot be removed now is removed at the next start.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

/// Two levels of folders, so that none grows large. A key that is not ours opens nothing (T601).
fn path_of(folder: &Path, key: &str) -> io::Result<PathBuf> {
    let is_ours = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_ours {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a key of this store"));
    }
    Ok(folder.join(&key[..2]).join(key))
}

fn thumbnail_path(path: PathBuf) -> PathBuf {
    path.with_extension("thumbnail")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncReadExt as _;

    /// OPS-05: what was stored is read back; a discarded upload leaves nothing (T608); foreign keys open
    /// nothing (T601).
    #[tokio::test]
    async fn bytes_come_back_and_leftovers_do_not() {
        let folder = std::env::temp_dir().join(format!("files-{}", hex(&random::<8>())));
        let files = Files::in_folder(folder.clone());
        let mut upload = files.begin().await.expect("writable");
        upload.write("你好".as_bytes()).await.expect("room");
        let stored = upload.finish().await.expect("room");
        let mut text = String::new();
        files
            .open(&stored.key)
            .await
            .expect("there")
            .read_to_string(&mut text)
            .await
            .expect("text");
        assert_eq!(text, "你好");

        files.begin().await.expect("writable").discard();
        let left = std::fs::read_dir(folder.join("incoming")).expect("there").count();
        assert_eq!(left, 0);
        assert!(files.open("../../etc/passwd").await.is_err());
        files.remove(&stored.key).await.expect("writable");
        assert!(files.open(&stored.key).await.is_err());
        std::fs::remove_dir_all(folder).expect("writable");
    }
}
