//! Runs against servers that are wrong on purpose: each must be caught (D10).

use std::time::Duration;

use anyhow::{Result, bail};

use crate::run::{Plan, run};

/// The faults that a debug build of the server knows, and the invariants of which one must object.
pub const FAULTS: &[(&str, &[&str])] = &[
    ("ack-before-commit", &["I01"]),
    ("skipped-number", &["I04"]),
    ("doubled-message", &["I02"]),
    ("unconditional-assignment", &["I08"]),
];
/// A fault that shows by chance gets this many runs.
const TRIES: u64 = 3;

/// Catches every planted fault in short runs; answers what was found.
///
/// # Errors
/// When one is not caught, or not for what it is.
pub async fn catch_all(plan: &Plan) -> Result<Vec<String>> {
    let mut caught = Vec::new();
    for (fault, invariants) in FAULTS {
        caught.push(catch(plan, fault, invariants).await?);
    }
    Ok(caught)
}

async fn catch(plan: &Plan, fault: &str, invariants: &[&str]) -> Result<String> {
    let mut others = Vec::new();
    for number in 0..TRIES {
        let plan = Plan {
            planted: Some(fault.to_owned()),
            seed: plan.seed + number,
            time: Duration::from_secs(5),
            ..plan.clone()
        };
        let verdict = run(&plan).await?;
        let found = verdict
            .findings
            .iter()
            .find(|finding| invariants.contains(&finding.invariant));
        if !verdict.findings.is_empty() {
            std::fs::remove_dir_all(&verdict.folder)?;
        }
        if let Some(finding) = found {
            return Ok(format!("{fault}: {finding}"));
        }
        others.extend(verdict.findings);
    }
    bail!("nobody noticed the planted fault {fault}; instead: {others:?}")
}
