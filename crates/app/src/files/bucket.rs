//! A bucket of an S3-compatible store. Its address comes from the operator's settings only, never from a tenant.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt as _};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::{
    ClientOptions, Error, ObjectStore as _, ObjectStoreExt as _, PutPayload, RetryConfig, WriteMultipart,
};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::Content;

/// How long reaching the store may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long one answer of the store may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// After this time a call that failed is not tried again: somebody waits for it.
const RETRY_WITHIN: Duration = Duration::from_secs(10);
/// Times a call that failed is tried again.
const RETRIES: usize = 3;
/// Larger files are sent in parts of this size, in bytes; S3 wants at least 5 MiB.
const PART: usize = 8 * 1024 * 1024;
/// Parts on their way at the same time.
const PARTS_AT_ONCE: usize = 2;

/// How to reach a bucket.
#[derive(Clone)]
pub struct BucketSettings {
    /// Its name.
    pub bucket: String,
    /// Where the store is; Amazon's own address without it.
    pub endpoint: Option<String>,
    /// Region that requests are signed for.
    pub region: String,
    /// Whether the bucket stands in the path, as most stores of one's own want it, or in the host's name.
    pub path_style: bool,
    /// Put before every key, without a slash at the end; may be empty.
    pub prefix: String,
    /// Access key and secret; without them the machine's own role is asked for.
    pub keys: Option<(String, String)>,
}

/// A bucket. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Arc<str>,
    name: Arc<str>,
}

/// An object and its age.
#[derive(Debug, Clone)]
pub struct Stored {
    /// Its name below the prefix.
    pub name: String,
    /// How long ago it was written, by the clocks of the store and of this machine.
    pub age: Duration,
}

impl Bucket {
    /// Prepares access; calls nobody.
    ///
    /// # Errors
    /// When the settings make no sense. No secret stands in the reason.
    pub fn new(settings: &BucketSettings) -> Result<Self, String> {
        let retry = RetryConfig {
            max_retries: RETRIES,
            retry_timeout: RETRY_WITHIN,
            ..RetryConfig::default()
        };
        let client = ClientOptions::new()
            .with_connect_timeout(CONNECT_WITHIN)
            .with_timeout(ANSWER_WITHIN);
        let mut builder = AmazonS3Builder::new()
            .with_client_options(client)
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_virtual_hosted_style_request(!settings.path_style)
            // Not all stores remove many at once, and those that do answer in their own ways.
            .with_disable_bulk_delete(true)
            .with_retry(retry);
        if let Some(endpoint) = &settings.endpoint {
            builder = builder
                .with_endpoint(endpoint.trim_end_matches('/'))
                .with_allow_http(endpoint.starts_with("http://"));
        }
        if let Some((key, secret)) = &settings.keys {
            builder = builder.with_access_key_id(key).with_secret_access_key(secret);
        }
        Ok(Self {
            store: Arc::new(builder.build().map_err(|error| error.to_string())?),
            prefix: settings.prefix.trim_matches('/').into(),
            name: settings.bucket.as_str().into(),
        })
    }

    /// Its name, for people.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks the store for something, to tell whether it lets us in.
    ///
    /// # Errors
    /// When it does not.
    pub async fn check(&self) -> io::Result<()> {
        let mut listed = self.store.list(Some(&self.path("")));
        listed.next().await.transpose().map_err(broken)?;
        Ok(())
    }

    pub(super) async fn put(&self, name: &str, bytes: Bytes) -> io::Result<()> {
        let payload = PutPayload::from_bytes(bytes);
        self.store.put(&self.path(name), payload).await.map_err(broken)?;
        Ok(())
    }

    /// Sends a file of this machine; a large one in parts, of which only a few stand in memory.
    pub(super) async fn put_file(&self, name: &str, file: &Path, size: u64) -> io::Result<()> {
        if usize::try_from(size).is_ok_and(|size| size <= PART) {
            return self.put(name, tokio::fs::read(file).await?.into()).await;
        }
        let begun = self.store.put_multipart(&self.path(name)).await.map_err(broken)?;
        let mut parts = WriteMultipart::new_with_chunk_size(begun, PART);
        match send_parts(&mut parts, file).await {
            Ok(()) => {
                parts.finish().await.map_err(broken)?;
                Ok(())
            }
            Err(error) => {
                // Stores remove what was begun and never finished after a time of their own.
                let _not_told = parts.abort().await;
                Err(error)
            }
        }
    }

    pub(super) async fn get(&self, name: &str) -> io::Result<Content> {
        let found = self.store.get(&self.path(name)).await.map_err(broken)?;
        Ok(found.into_stream().map(|part| part.map_err(broken)).boxed())
    }

    pub(super) async fn get_whole(&self, name: &str) -> io::Result<Bytes> {
        let found = self.store.get(&self.path(name)).await.map_err(broken)?;
        found.bytes().await.map_err(broken)
    }

    pub(super) async fn remove(&self, name: &str) -> io::Result<()> {
        self.store.delete(&self.path(name)).await.map_err(broken)
    }

    /// Everything that lies in it, some hundred at a time.
    pub fn list(&self) -> BoxStream<'static, io::Result<Stored>> {
        let prefix = self.path("");
        let skip = match prefix.as_ref() {
            "" => 0,
            prefix => prefix.len() + 1,
        };
        let listed = self.store.list(Some(&prefix));
        let stored = listed.map(move |object| {
            let object = object.map_err(broken)?;
            let written = SystemTime::from(object.last_modified);
            Ok(Stored {
                name: object.location.as_ref().get(skip..).unwrap_or_default().to_owned(),
                // A clock that is behind the store's makes everything new.
                age: written.elapsed().unwrap_or_default(),
            })
        });
        stored.boxed()
    }

    fn path(&self, name: &str) -> object_store::path::Path {
        object_store::path::Path::from(format!("{}/{name}", self.prefix))
    }
}

async fn send_parts(parts: &mut WriteMultipart, file: &Path) -> io::Result<()> {
    let mut file = File::open(file).await?;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = file.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        parts.wait_for_capacity(PARTS_AT_ONCE).await.map_err(broken)?;
        parts.write(&buffer[..read]);
    }
}

/// What callers tell apart: nothing there, or a store that does not do what it should.
fn broken(error: Error) -> io::Error {
    let kind = match &error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ => io::ErrorKind::HostUnreachable,
    };
    io::Error::new(kind, error)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OPS-05, T1201: settings that make no sense are refused at the start, and no secret is told.
    #[test]
    fn bad_settings_are_refused_without_secrets() {
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let settings = |endpoint: &str| BucketSettings {
            bucket: "desk".to_owned(),
            endpoint: Some(endpoint.to_owned()),
            region: "us-east-1".to_owned(),
            path_style: true,
            prefix: "/a/b/".to_owned(),
            keys: Some(("key".to_owned(), "hidden-one".to_owned())),
        };
        let bucket = Bucket::new(&settings("http://127.0.0.1:9/")).expect("good settings");
        assert_eq!(bucket.path("ab/cd").as_ref(), "a/b/ab/cd");
        assert!(!format!("{bucket:?}").contains("hidden-one"));
    }
}
