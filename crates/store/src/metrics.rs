//! What the store counts (OPS-07). Each handle is looked up once; counting is one atomic addition after that.
//!
//! Without a recorder (tests of this crate) they count nothing.

use std::sync::LazyLock;

use metrics::{Counter, Histogram, Unit, counter, describe_counter, describe_histogram, histogram};

/// Transactions that reached the disk.
pub(crate) static COMMITS: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_store_commits_total"));
/// Transactions that did not.
pub(crate) static FAILED: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_store_commits_failed_total"));
/// Bodies that shared a commit.
pub(crate) static GROUP: LazyLock<Histogram> = LazyLock::new(|| histogram!("frontdesk_store_commit_group_size"));
/// From the begin of a transaction to its end on the disk, in seconds.
pub(crate) static SECONDS: LazyLock<Histogram> = LazyLock::new(|| histogram!("frontdesk_store_commit_seconds"));

/// Names everything to the recorder, so that it stands there as zero from the start.
pub fn announce() {
    describe_counter!("frontdesk_store_commits_total", "Transactions that are durable.");
    describe_counter!(
        "frontdesk_store_commits_failed_total",
        "Transactions that were lost: disk full, disk failed, server away."
    );
    describe_histogram!(
        "frontdesk_store_commit_group_size",
        "Writes that shared one commit; always 1 on PostgreSQL."
    );
    describe_histogram!(
        "frontdesk_store_commit_seconds",
        Unit::Seconds,
        "From the begin of a transaction until it is durable."
    );
    LazyLock::force(&COMMITS);
    LazyLock::force(&FAILED);
    LazyLock::force(&GROUP);
    LazyLock::force(&SECONDS);
}

/// Counts one commit, or one that failed.
pub(crate) fn count(began: std::time::Instant, bodies: usize, is_durable: bool) {
    if !is_durable {
        return FAILED.increment(1);
    }
    COMMITS.increment(1);
    #[expect(clippy::cast_precision_loss, reason = "a few hundred at most")]
    GROUP.record(bodies as f64);
    SECONDS.record(began.elapsed());
}
