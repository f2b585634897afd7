//! The tables of a service-time node (FLOW-04).

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::fault::{FaultKind, Faults};
use crate::field::{LABEL_MAX_CHARS, is_hidden};
use crate::flow::hours::{DAY_MINUTES, ServiceHours, TimeSlot, Weekday};

/// Most slots that begin on one day.
const SLOTS_MAX: usize = 10;
/// Most exceptions.
const EXCEPTIONS_MAX: usize = 400;
/// Years in which exceptions may lie (T813).
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2199;

/// Adds the faults of the tables of the node `id`.
pub(super) fn check(id: &str, hours: &ServiceHours, faults: &mut Faults) {
    let mut add = |field: &str, kind| faults.add_at(Some(id), field, kind);
    match hours {
        ServiceHours::Off => {}
        ServiceHours::Standard { days, slots } => {
            if days.is_empty() {
                add("hours.days", FaultKind::Missing);
            }
            check_days("hours.days", days, &mut add);
            if slots.is_empty() {
                add("hours.slots", FaultKind::Missing);
            }
            check_slots("hours.slots", slots, &mut add);
        }
        ServiceHours::Custom { week, exceptions } => {
            let days: Vec<Weekday> = week.iter().map(|day| day.day).collect();
            check_days("hours.week", &days, &mut add);
            for (place, day) in week.iter().enumerate() {
                check_slots(&format!("hours.week.{place}.slots"), &day.slots, &mut add);
            }
            if exceptions.len() > EXCEPTIONS_MAX {
                return add("hours.exceptions", FaultKind::TooMany);
            }
            let mut before: Vec<(Date, Date)> = Vec::new();
            for (place, exception) in exceptions.iter().enumerate() {
                let field = |name: &str| format!("hours.exceptions.{place}.{name}");
                let (first, last) = (exception.first, exception.last);
                if !YEARS.contains(&first.year()) || !YEARS.contains(&last.year()) {
                    add(&field("first"), FaultKind::OutOfRange);
                } else if last < first {
                    add(&field("last"), FaultKind::Malformed);
                } else if before.iter().any(|(from, to)| first <= *to && *from <= last) {
                    add(&field("first"), FaultKind::Overlap);
                }
                before.push((first, last));
                check_slots(&field("slots"), &exception.slots, &mut add);
                if exception.remark.chars().count() > LABEL_MAX_CHARS {
                    add(&field("remark"), FaultKind::TextTooLong);
                }
                if exception.remark.chars().any(is_hidden) {
                    add(&field("remark"), FaultKind::TextUnusable);
                }
            }
        }
    }
}

fn check_days(field: &str, days: &[Weekday], add: &mut impl FnMut(&str, FaultKind)) {
    let mut seen = BTreeSet::new();
    for (place, day) in days.iter().enumerate() {
        if !seen.insert(day) {
            let value = format!("{day:?}").to_lowercase();
            add(&format!("{field}.{place}"), FaultKind::Duplicate { value });
        }
    }
}

/// Slots that begin on one day. What runs over from the day before may touch them: then it is open all the same.
fn check_slots(field: &str, slots: &[TimeSlot], add: &mut impl FnMut(&str, FaultKind)) {
    if slots.len() > SLOTS_MAX {
        return add(field, FaultKind::TooMany);
    }
    let mut before: Vec<(u16, u16)> = Vec::new();
    for (place, slot) in slots.iter().enumerate() {
        let field = format!("{field}.{place}");
        if slot.from.minutes() >= DAY_MINUTES || slot.from == slot.to {
            add(&field, FaultKind::Malformed);
            continue;
        }
        let end = slot.to.minutes() + if slot.is_over_midnight() { DAY_MINUTES } else { 0 };
        let span = (slot.from.minutes(), end);
        if before.iter().any(|(from, to)| span.0 < *to && *from < span.1) {
            add(&field, FaultKind::Overlap);
        }
        before.push(span);
    }
}
