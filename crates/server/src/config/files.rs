//! `[files]`: attachments.

use std::path::PathBuf;

use super::section::{Fault, Section, described, section};

section! {
    /// Attachments.
    pub struct Files in "files" {
        /// Folder of attachments. Without it: `attachments` in the data folder.
        folder: Option<PathBuf> = None => "\"/var/lib/frontdesk/attachments\"";
        /// Largest upload, in MiB.
        upload_max_mib: u64 = 20;
    }
}

impl Section for Files {
    described!();

    fn check(&self) -> Result<(), Fault> {
        Fault::unless_in("upload_max_mib", self.upload_max_mib, 1..=1024)
    }
}
