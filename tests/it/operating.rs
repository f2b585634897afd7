//! The desk as its operator meets it day by day: metrics, certificates, stopping, buckets, few descriptors.

mod bucket;
mod deploy;
mod descriptors;
mod metrics;
mod quotas;
mod stopping;
mod tls;
mod traces;

use std::path::PathBuf;

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
