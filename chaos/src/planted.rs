//! Runs against servers that are wrong on purpose: each must be caught (D10).

use std::time::Duration;

use anyhow::{Result, bail};

use crate::checker::Finding;
use crate::run::{Plan, run};

/// A fault that a debug build of the server knows, and what its finding must say.
struct Planted {
    name: &'static str,
    invariant: &'static str,
    says: &'static str,
}

const FAULTS: &[Planted] = &[
    Planted {
        name: "ack-before-commit",
        invariant: "I01",
        says: "was told",
    },
    Planted {
        name: "skipped-number",
        invariant: "I04",
        says: "must be",
    },
    Planted {
        name: "doubled-message",
        invariant: "I02",
        says: "is stored",
    },
    Planted {
        name: "unconditional-assignment",
        invariant: "I08",
        says: "of at most",
    },
];
/// A fault that shows by chance gets this many runs.
const TRIES: u64 = 4;

/// Catches every planted fault in short runs, all at the same time; answers what was found.
///
/// # Errors
/// When one is not caught, or not for what it is.
pub async fn catch_all(plan: &Plan) -> Result<Vec<String>> {
    let caught = FAULTS.iter().map(|fault| catch(plan, fault));
    futures_util::future::try_join_all(caught).await
}

async fn catch(plan: &Plan, fault: &Planted) -> Result<String> {
    let mut others = Vec::new();
    for number in 0..TRIES {
        let plan = Plan {
            planted: Some(fault.name.to_owned()),
            seed: plan.seed + number,
            time: Duration::from_secs(4),
            ..plan.clone()
        };
        let verdict = run(&plan).await?;
        if !verdict.findings.is_empty() {
            std::fs::remove_dir_all(&verdict.folder)?;
        }
        let is_it = |found: &&Finding| found.invariant == fault.invariant && found.says.contains(fault.says);
        if let Some(finding) = verdict.findings.iter().find(is_it) {
            return Ok(format!("{}: {finding}", fault.name));
        }
        others.extend(verdict.findings);
    }
    bail!("nobody noticed the planted fault {}; instead: {others:?}", fault.name)
}
