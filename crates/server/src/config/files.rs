//! `[files]`: attachments.

use std::path::PathBuf;

use app::files::BucketSettings;

use super::secret::Secret;
use super::section::{Fault, Section, described, section};

section! {
    /// Attachments.
    pub struct Files in "files" {
        /// Folder of attachments. Without it: `attachments` in the data folder. With a bucket only uploads on their way
        /// lie there.
        folder: Option<PathBuf> = None => "\"/var/lib/frontdesk/attachments\"";
        /// Largest upload, in MiB.
        upload_max_mib: u64 = 20;
        /// Bucket of an S3-compatible store, to keep attachments there. Several nodes need it, or a folder that they
        /// share.
        s3_bucket: Option<String> = None => "\"frontdesk\"";
        /// Address of that store. Without it: Amazon's.
        s3_endpoint: Option<String> = None => "\"https://s3.example.com\"";
        /// Region that requests are signed for.
        s3_region: String = "us-east-1".to_owned();
        /// Whether the bucket stands in the path, as most stores of one's own want it, or in the host's name.
        s3_path_style: bool = true;
        /// Put before every object's name.
        s3_prefix: Option<String> = None => "\"attachments\"";
        /// Access key. Without it: the role of this machine.
        s3_access_key: Option<Secret> = None => "\"AKIDEXAMPLE\"";
        /// Its secret.
        s3_secret_key: Option<Secret> = None => "\"secret\"";
    }
}

impl Section for Files {
    described!();

    fn check(&self) -> Result<(), Fault> {
        Fault::unless_in("upload_max_mib", self.upload_max_mib, 1..=1024)?;
        if self.s3_access_key.is_some() != self.s3_secret_key.is_some() {
            return Err(Fault {
                key: if self.s3_access_key.is_some() {
                    "s3_secret_key"
                } else {
                    "s3_access_key"
                },
                reason: "is missing: an access key and its secret come together".to_owned(),
            });
        }
        let is_web = |text: &String| url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        match &self.s3_endpoint {
            Some(endpoint) if !is_web(endpoint) => Err(Fault {
                key: "s3_endpoint",
                reason: format!("{endpoint:?} does not begin with http:// or https://"),
            }),
            _ => Ok(()),
        }
    }
}

impl Files {
    /// How to reach the bucket, if attachments lie in one.
    #[must_use]
    pub fn bucket(&self) -> Option<BucketSettings> {
        let reveal = |secret: &Option<Secret>| Some(secret.as_ref()?.reveal().to_owned());
        Some(BucketSettings {
            bucket: self.s3_bucket.clone()?,
            endpoint: self.s3_endpoint.clone(),
            region: self.s3_region.clone(),
            path_style: self.s3_path_style,
            prefix: self.s3_prefix.clone().unwrap_or_default(),
            keys: reveal(&self.s3_access_key).zip(reveal(&self.s3_secret_key)),
        })
    }
}
