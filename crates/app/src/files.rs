//! Where the bytes of attachments lie (OPS-05): a folder of this machine, or a bucket of an S3-compatible store.
//!
//! Both keep the same promise: bytes are safe before anybody can mention them (F04). Uploads are gathered in a folder of
//! this machine first, so that a large one never stands in memory and a refused one never leaves it.

mod bucket;

use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use ring::digest::{Context, SHA256};
use tokio::fs::{self, File};
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

use crate::secrets::{hex, random};

pub use bucket::{Bucket, BucketSettings};

/// A store for bytes under keys that cannot be guessed.
#[derive(Debug, Clone)]
pub struct Files {
    /// Folder of this machine: all of it, or only what is on its way to the bucket.
    folder: PathBuf,
    bucket: Option<Bucket>,
}

/// Bytes on their way in. Dropped before [`Upload::finish`], for example because the sender went away, it leaves
/// nothing (T608); what the end of the process leaves, the next start removes.
pub struct Upload {
    file: File,
    temporary: PathBuf,
    hash: Context,
    files: Files,
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

/// Bytes on their way out.
pub type Content = BoxStream<'static, io::Result<Bytes>>;

/// How many first bytes an upload keeps for telling its type.
const HEAD_BYTES: usize = 8192;

impl Files {
    /// Files in a folder of this machine.
    #[must_use]
    pub const fn in_folder(folder: PathBuf) -> Self {
        Self { folder, bucket: None }
    }

    /// Files in a bucket; uploads are gathered in a folder of this machine.
    #[must_use]
    pub const fn in_bucket(bucket: Bucket, folder: PathBuf) -> Self {
        Self {
            folder,
            bucket: Some(bucket),
        }
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn begin(&self) -> io::Result<Upload> {
        let temporary = self.folder.join("incoming");
        fs::create_dir_all(&temporary).await?;
        let temporary = temporary.join(hex(&random::<16>()));
        let file = File::create_new(&temporary).await?;
        Ok(Upload {
            file,
            temporary,
            files: self.clone(),
            hash: Context::new(&SHA256),
            head: Vec::new(),
            size: 0,
        })
    }

    /// The bytes under a key.
    ///
    /// # Errors
    /// When there are none, or the folder or the bucket cannot be read.
    pub async fn open(&self, key: &str) -> io::Result<Content> {
        match &self.bucket {
            Some(bucket) => bucket.get(&name_of(key)?).await,
            None => Ok(ReaderStream::new(File::open(self.path(key)?).await?).boxed()),
        }
    }

    /// Where the bytes under a key lie on this machine when they lie in its folder.
    ///
    /// # Errors
    /// When the key is none of ours.
    pub fn path(&self, key: &str) -> io::Result<PathBuf> {
        Ok(self.folder.join(name_of(key)?))
    }

    /// Stores the small picture of a file beside it.
    ///
    /// # Errors
    /// When the folder or the bucket cannot be written.
    pub async fn put_thumbnail(&self, key: &str, bytes: Vec<u8>) -> io::Result<()> {
        if let Some(bucket) = &self.bucket {
            return bucket.put(&thumbnail_of(key)?, bytes.into()).await;
        }
        let mut file = File::create(self.folder.join(thumbnail_of(key)?)).await?;
        file.write_all(&bytes).await?;
        file.sync_all().await
    }

    /// The small picture of a file: some ten KiB.
    ///
    /// # Errors
    /// When there is none.
    pub async fn thumbnail(&self, key: &str) -> io::Result<Bytes> {
        let name = thumbnail_of(key)?;
        match &self.bucket {
            Some(bucket) => bucket.get_whole(&name).await,
            None => Ok(fs::read(self.folder.join(name)).await?.into()),
        }
    }

    /// Removes the bytes under a key; that they are gone already is fine.
    ///
    /// # Errors
    /// When the folder or the bucket cannot be written.
    pub async fn remove(&self, key: &str) -> io::Result<()> {
        for name in [thumbnail_of(key)?, name_of(key)?] {
            let removed = match &self.bucket {
                Some(bucket) => bucket.remove(&name).await,
                None => fs::remove_file(self.folder.join(name)).await,
            };
            match removed {
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
        match fs::remove_dir_all(self.folder.join("incoming")).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// The bucket, if the bytes lie in one.
    #[must_use]
    pub const fn bucket(&self) -> Option<&Bucket> {
        self.bucket.as_ref()
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

    /// All bytes so far, as a file of this machine for looking at them on a blocking thread.
    ///
    /// # Errors
    /// When the disk does not take them.
    pub async fn gathered(&mut self) -> io::Result<&Path> {
        self.file.flush().await?;
        Ok(&self.temporary)
    }

    /// Makes the bytes safe before anybody can mention them (F04): they are on the disk, and so is their name; or the
    /// bucket has confirmed them.
    ///
    /// # Errors
    /// When the disk or the bucket does not take them.
    pub async fn finish(mut self) -> io::Result<StoredFile> {
        self.file.flush().await?;
        let key = hex(&random::<16>());
        match &self.files.bucket {
            Some(bucket) => bucket.put_file(&name_of(&key)?, &self.temporary, self.size).await?,
            None => self.move_in(&key).await?,
        }
        Ok(StoredFile {
            key,
            sha256: hex(self.hash.clone().finish().as_ref()),
        })
    }

    async fn move_in(&self, key: &str) -> io::Result<()> {
        self.file.sync_all().await?;
        let folder = &self.files.folder;
        let path = self.files.path(key)?;
        let parent = path.parent().map(Path::to_owned).unwrap_or_default();
        fs::create_dir_all(&parent).await?;
        fs::rename(&self.temporary, &path).await?;
        File::open(&parent).await?.sync_all().await?;
        File::open(folder).await?.sync_all().await
    }

    /// Gives up: nothing stays (T608).
    pub fn discard(self) {
        drop(self);
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After `finish` into a folder there is nothing under this name; what cannot be removed now is removed at the
        // next start.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

/// Bytes that are in memory already.
#[must_use]
pub fn content_of(bytes: Bytes) -> Content {
    stream::once(async move { Ok(bytes) }).boxed()
}

/// A key below a folder of its first two digits, so that none grows large. A key that is not ours names nothing (T601).
fn name_of(key: &str) -> io::Result<String> {
    let is_ours = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_ours {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a key of this store"));
    }
    Ok(format!("{}/{key}", &key[..2]))
}

fn thumbnail_of(key: &str) -> io::Result<String> {
    Ok(format!("{}.thumbnail", name_of(key)?))
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;

    /// OPS-05: what was stored is read back; a discarded upload leaves nothing (T608); foreign keys open
    /// nothing (T601).
    #[tokio::test]
    async fn bytes_come_back_and_leftovers_do_not() {
        let folder = std::env::temp_dir().join(format!("files-{}", hex(&random::<8>())));
        let files = Files::in_folder(folder.clone());
        let mut upload = files.begin().await.expect("writable");
        upload.write("你好".as_bytes()).await.expect("room");
        let stored = upload.finish().await.expect("room");
        let read: Vec<Bytes> = files
            .open(&stored.key)
            .await
            .expect("there")
            .try_collect()
            .await
            .expect("readable");
        assert_eq!(read.concat(), "你好".as_bytes());

        files.begin().await.expect("writable").discard();
        let left = std::fs::read_dir(folder.join("incoming")).expect("there").count();
        assert_eq!(left, 0);
        assert!(files.open("../../etc/passwd").await.is_err());
        files.remove(&stored.key).await.expect("writable");
        assert!(files.open(&stored.key).await.is_err());
        std::fs::remove_dir_all(folder).expect("writable");
    }
}
