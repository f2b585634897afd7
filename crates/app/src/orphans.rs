//! Bytes that no attachment knows: what a crash left between storing bytes and noting them (F04, I20).

use tokio::fs;

use crate::App;
use crate::check::files::{shelves, stored_in};
use crate::error::AppError;

/// How long bytes may lie unknown, in seconds: far longer than any upload takes from its last byte to its row, and less
/// than what `check` minds.
const UNKNOWN_SECONDS: i64 = 1_800;

/// Removes bytes of the folder that no attachment knows; answers how many files. Nothing is looked for in a bucket.
///
/// # Errors
/// When the database or the disk fails.
pub async fn remove(app: &App) -> Result<u64, AppError> {
    if app.files.bucket().is_some() {
        return Ok(0);
    }
    let mut reader = app.store.reader();
    let mut removed = 0;
    for shelf in shelves(app.settings.attachments_dir.clone()).await {
        for stored in stored_in(shelf).await {
            let is_old = stored.age_seconds(app.clock.now()) > UNKNOWN_SECONDS;
            if !is_old || store::check::is_known(&mut reader, &stored.key).await? {
                continue;
            }
            match fs::remove_file(&stored.path).await {
                Ok(()) => removed += 1,
                // A small picture goes with its file, or another node was faster.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(AppError::internal(error)),
            }
        }
    }
    if removed > 0 {
        tracing::info!(removed, "Removed {removed} files that no attachment knew");
    }
    Ok(removed)
}
