//! Recomputes every invariant of the stored data (C18, OPS-02), beside a running server or without one.
//!
//! Rows are read page by page from one snapshot, so memory does not grow with the data. What one session needs is
//! decided in `domain::check`; what compares tables is asked in `store::check`; files are read here.

pub(crate) mod files;
mod logs;

use std::collections::BTreeMap;
use std::path::Path;

use domain::check::{Fault, Rule};
use domain::moment::Moment;
use serde::Serialize;
use store::check::{Counts, findings};
use store::timers::TimerKind;
use store::{Snapshot, StoreError};

/// Most faults that a report lists; the others are counted.
const LISTED: usize = 500;
/// Rows read at once.
const PAGE: i64 = 500;

/// What was looked at and what was found.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// When, in milliseconds UTC.
    pub at: Moment,
    /// How much there was.
    pub counts: Counts,
    /// Bytes of attachments that were read and compared.
    pub attachment_bytes: u64,
    /// For each rule, in order: how many faults.
    pub rules: Vec<RuleReport>,
    /// The faults, at most five hundred.
    pub faults: Vec<Found>,
    /// How many faults are not listed.
    pub not_listed: u64,
}

/// One rule of a report.
#[derive(Debug, Clone, Serialize)]
pub struct RuleReport {
    /// Its name.
    pub rule: &'static str,
    /// What it asks.
    pub about: &'static str,
    /// How often it did not hold.
    pub faults: u64,
}

/// One fault of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Name of the rule.
    pub rule: &'static str,
    /// Where.
    pub place: String,
    /// What is wrong there.
    pub what: String,
}

impl Report {
    /// Whether everything holds.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Faults as they come.
#[derive(Default)]
pub(crate) struct Faults {
    listed: Vec<Fault>,
    counted: BTreeMap<Rule, u64>,
    not_listed: u64,
}

impl Faults {
    fn add(&mut self, fault: Fault) {
        *self.counted.entry(fault.rule).or_default() += 1;
        if self.listed.len() < LISTED {
            self.listed.push(fault);
        } else {
            self.not_listed += 1;
        }
    }

    fn extend(&mut self, faults: impl IntoIterator<Item = Fault>) {
        faults.into_iter().for_each(|fault| self.add(fault));
    }
}

/// Looks at everything in `snapshot`, and at the attachments in `folder` when they lie in one.
///
/// # Errors
/// When the database cannot be read at all. What is damaged in it is part of the report.
pub async fn run(snapshot: &mut Snapshot, folder: Option<&Path>, now: Moment) -> Result<Report, StoreError> {
    let mut faults = Faults::default();
    let damages = snapshot.damages().await?;
    let is_whole = damages.is_empty();
    faults.extend(
        damages
            .into_iter()
            .map(|text| Fault::new(Rule::Database, "the file", text)),
    );
    let looked = look(snapshot, folder, now, &mut faults).await;
    let (counts, attachment_bytes) = match looked {
        Ok(looked) => looked,
        // What is behind a broken page cannot be read; the file was reported already.
        Err(StoreError::Damaged(text)) => {
            if is_whole {
                faults.add(Fault::new(Rule::Database, "the file", text));
            }
            (Counts::default(), 0)
        }
        Err(error) => return Err(error),
    };
    Ok(report(now, counts, attachment_bytes, faults))
}

async fn look(
    snapshot: &mut Snapshot,
    folder: Option<&Path>,
    now: Moment,
    faults: &mut Faults,
) -> Result<(Counts, u64), StoreError> {
    let counts = store::check::counts(snapshot).await?;
    logs::look(snapshot, faults).await?;
    faults.extend(findings::all(snapshot).await?);
    look_at_timers(snapshot, faults).await?;
    look_at_audit(snapshot, faults).await?;
    let bytes = match folder {
        Some(folder) => files::look(snapshot, folder, now, faults).await?,
        None => 0,
    };
    Ok((counts, bytes))
}

async fn look_at_timers(snapshot: &mut Snapshot, faults: &mut Faults) -> Result<(), StoreError> {
    for (kind, count) in store::check::timer_kinds(snapshot).await? {
        if TimerKind::from_word(&kind).is_none() {
            let what = format!("{count} timers are of this kind, which does not exist");
            faults.add(Fault::new(Rule::Timers, format!("timer {kind}"), what));
        }
    }
    Ok(())
}

async fn look_at_audit(snapshot: &mut Snapshot, faults: &mut Faults) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let page = store::check::audit_after(snapshot, &after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after.clone_from(&last.id);
        for row in page {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&row.detail) {
                let what = format!("its detail is no JSON: {error}");
                faults.add(Fault::new(Rule::Audit, format!("audit {}", row.id), what));
            }
        }
    }
}

/// A page that cannot be read is a fault where the engine can read it and only its values are wrong.
pub(crate) fn unreadable<T>(
    page: Result<Vec<T>, StoreError>,
    after: &str,
    faults: &mut Faults,
) -> Result<Vec<T>, StoreError> {
    match page {
        Err(error @ StoreError::Decode { .. }) => {
            let place = format!("rows after {after:?}");
            faults.add(Fault::new(Rule::Readable, place, error.to_string()));
            Ok(Vec::new())
        }
        other => other,
    }
}

fn report(at: Moment, counts: Counts, attachment_bytes: u64, faults: Faults) -> Report {
    let rules = Rule::ALL.iter().map(|rule| RuleReport {
        rule: rule.name(),
        about: rule.about(),
        faults: faults.counted.get(rule).copied().unwrap_or_default(),
    });
    let found = |fault: Fault| Found {
        rule: fault.rule.name(),
        place: fault.place,
        what: fault.what,
    };
    Report {
        at,
        counts,
        attachment_bytes,
        rules: rules.collect(),
        faults: faults.listed.into_iter().map(found).collect(),
        not_listed: faults.not_listed,
    }
}
