//! Faults planted on purpose, so that fault runs can prove that their checker sees each of them (D10).
//!
//! They exist in builds with debug assertions only, and there only when the environment names one. A release knows no
//! such variable: it refuses to start with it, as with any other that it does not know. Each is a line where the
//! product would go wrong, named by [`Fault`].

/// The variable that names a fault.
#[cfg(debug_assertions)]
pub const VARIABLE: &str = "FRONTDESK_PLANTED_FAULT";

/// A way to be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `ack-before-commit`: answers go out before the commit (C01).
    AckBeforeCommit,
    /// `skipped-number`: a log misses numbers (C03).
    SkippedNumber,
    /// `doubled-message`: a repeated key stores its message again (C02).
    DoubledMessage,
    /// `unconditional-assignment`: an agent gets sessions whatever the limit says (C05).
    UnconditionalAssignment,
}

/// Whether this fault is planted in this process.
#[cfg(debug_assertions)]
#[must_use]
pub fn is(fault: Fault) -> bool {
    static PLANTED: std::sync::LazyLock<Option<Fault>> = std::sync::LazyLock::new(|| {
        let named = std::env::var(VARIABLE).ok()?;
        let fault = match named.as_str() {
            "ack-before-commit" => Fault::AckBeforeCommit,
            "skipped-number" => Fault::SkippedNumber,
            "doubled-message" => Fault::DoubledMessage,
            "unconditional-assignment" => Fault::UnconditionalAssignment,
            other => {
                tracing::error!("{VARIABLE} names no fault: {other}");
                return None;
            }
        };
        tracing::error!("This process is wrong on purpose: {fault:?}");
        Some(fault)
    });
    *PLANTED == Some(fault)
}

/// Never, in a release.
#[cfg(not(debug_assertions))]
#[must_use]
pub const fn is(_: Fault) -> bool {
    false
}
