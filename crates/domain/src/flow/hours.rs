//! Service hours: what the clock on the wall of the flow's time zone must show (FLOW-04, R15, U15).
//!
//! Everything goes by local wall time: where clocks are put back an hour that is open is open twice, where they are
//! put forward an hour that never comes is never open. A slot that ends at or before its beginning runs over midnight
//! and belongs to the day on which it begins: an exception for the next day does not cut it short.

use jiff::civil::{Date, Weekday as CivilDay};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use crate::moment::Moment;

/// Minutes of a day.
pub const DAY_MINUTES: u16 = 24 * 60;

/// When there is service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "mode", rename_all = "snake_case", deny_unknown_fields)]
pub enum ServiceHours {
    /// Always.
    #[serde(deserialize_with = "super::node::no_fields")]
    Off,
    /// The same slots on some days of the week.
    Standard {
        /// Which days, each once.
        days: Vec<Weekday>,
        /// When on each of them; several do not overlap. The whole day is `00:00` to `24:00`.
        slots: Vec<TimeSlot>,
    },
    /// Own slots for each day of the week, and days that differ.
    Custom {
        /// Days that are not named are closed.
        week: Vec<DayHours>,
        /// Holidays and extra working days; they do not overlap.
        exceptions: Vec<HoursException>,
    },
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// 周一
    Monday,
    /// 周二
    Tuesday,
    /// 周三
    Wednesday,
    /// 周四
    Thursday,
    /// 周五
    Friday,
    /// 周六
    Saturday,
    /// 周日
    Sunday,
}

impl From<CivilDay> for Weekday {
    fn from(day: CivilDay) -> Self {
        match day {
            CivilDay::Monday => Self::Monday,
            CivilDay::Tuesday => Self::Tuesday,
            CivilDay::Wednesday => Self::Wednesday,
            CivilDay::Thursday => Self::Thursday,
            CivilDay::Friday => Self::Friday,
            CivilDay::Saturday => Self::Saturday,
            CivilDay::Sunday => Self::Sunday,
        }
    }
}

/// A time of open service. The first minute belongs to it, the last does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeSlot {
    /// `HH:MM`, before `24:00`.
    pub from: TimeOfDay,
    /// `HH:MM`, up to `24:00`; when it is not after `from` it is a time of the next day.
    pub to: TimeOfDay,
}

/// The slots of one day of the week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayHours {
    /// Which day; each once.
    pub day: Weekday,
    /// When; several do not overlap.
    pub slots: Vec<TimeSlot>,
}

/// Days on which the weekly table does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoursException {
    /// The first of them.
    #[schema(value_type = String, format = Date)]
    pub first: Date,
    /// The last of them; may be the same.
    #[schema(value_type = String, format = Date)]
    pub last: Date,
    /// When there is service on each of them; empty for a holiday.
    pub slots: Vec<TimeSlot>,
    /// For people only, for example the name of the holiday.
    pub remark: String,
}

/// A time of day on the wall, in minutes since midnight, up to 24:00; `HH:MM` as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// The time this many minutes after midnight; `None` past 24:00.
    #[must_use]
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= DAY_MINUTES {
            Some(Self(minutes))
        } else {
            None
        }
    }

    /// Minutes since midnight, at most [`DAY_MINUTES`].
    #[must_use]
    pub const fn minutes(self) -> u16 {
        self.0
    }

    /// Reads `HH:MM`, with two digits each.
    fn parse(text: &str) -> Option<Self> {
        let [h, hh, b':', m, mm] = text.as_bytes() else {
            return None;
        };
        let digit = |byte: &u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
        let hours = digit(h)? * 10 + digit(hh)?;
        let minutes = digit(m)? * 10 + digit(mm)?;
        if minutes >= 60 {
            return None;
        }
        Self::from_minutes(hours * 60 + minutes)
    }
}

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl Serialize for TimeOfDay {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(input)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("a time of day reads HH:MM, 00:00 to 24:00"))
    }
}

impl utoipa::PartialSchema for TimeOfDay {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .pattern(Some("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"))
            .description(Some("A time of day on the wall, HH:MM, up to 24:00"))
            .into()
    }
}

impl utoipa::ToSchema for TimeOfDay {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("TimeOfDay")
    }
}

/// One day as it is shown in a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DayPreview {
    /// Which day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// When there is service, from midnight to midnight by wall time, in order, none touching another.
    pub open: Vec<TimeSlot>,
    /// Whether an exception counts instead of the weekly table.
    pub is_exception: bool,
    /// By how many minutes clocks are put forward on this day; negative where they are put back.
    pub clock_change_minutes: i64,
}

/// The time zone with an IANA name, from the tables in this program: never from those of the machine.
#[must_use]
pub fn zone(name: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(name).ok()
}

impl TimeSlot {
    /// Whether it runs over midnight.
    #[must_use]
    pub fn is_over_midnight(self) -> bool {
        self.to <= self.from
    }
}

impl ServiceHours {
    /// The slots that begin on a day, and whether an exception says so. Of two exceptions for a day, which
    /// [`crate::flow::check`] refuses, the first counts.
    #[must_use]
    pub fn slots_on(&self, date: Date) -> (&[TimeSlot], bool) {
        const WHOLE_DAY: [TimeSlot; 1] = [TimeSlot {
            from: TimeOfDay(0),
            to: TimeOfDay(DAY_MINUTES),
        }];
        let weekday = Weekday::from(date.weekday());
        match self {
            Self::Off => (&WHOLE_DAY, false),
            Self::Standard { days, slots } if days.contains(&weekday) => (slots, false),
            Self::Standard { .. } => (&[], false),
            Self::Custom { week, exceptions } => {
                let exception = exceptions.iter().find(|it| it.first <= date && date <= it.last);
                if let Some(exception) = exception {
                    return (&exception.slots, true);
                }
                let day = week.iter().find(|it| it.day == weekday);
                (day.map_or(&[], |day| &day.slots), false)
            }
        }
    }

    /// Whether there is service now.
    #[must_use]
    pub fn is_open(&self, now: Moment, zone: &TimeZone) -> bool {
        if matches!(self, Self::Off) {
            return true;
        }
        let Ok(timestamp) = jiff::Timestamp::from_millisecond(now.0) else {
            return false;
        };
        let local = zone.to_datetime(timestamp);
        let minute = minute_of(local.time());
        let (today, _) = self.slots_on(local.date());
        let is_in_today = |slot: &TimeSlot| slot.from.0 <= minute && (slot.is_over_midnight() || minute < slot.to.0);
        today.iter().any(is_in_today) || {
            let yesterday = local.date().yesterday().map(|date| self.slots_on(date).0);
            let is_in_yesterday = |slot: &TimeSlot| slot.is_over_midnight() && minute < slot.to.0;
            yesterday.is_ok_and(|slots| slots.iter().any(is_in_yesterday))
        }
    }

    /// When there is service on a day, what runs over from the day before included: from midnight to midnight by wall
    /// time, in order, none touching another.
    #[must_use]
    pub fn open_on(&self, date: Date) -> Vec<TimeSlot> {
        let (today, _) = self.slots_on(date);
        let until_midnight = today.iter().map(|slot| {
            let to = if slot.is_over_midnight() {
                DAY_MINUTES
            } else {
                slot.to.0
            };
            (slot.from.0, to)
        });
        let yesterday = date.yesterday().map_or(&[][..], |date| self.slots_on(date).0);
        let from_midnight = yesterday
            .iter()
            .filter(|slot| slot.is_over_midnight())
            .map(|slot| (0, slot.to.0));
        let mut spans: Vec<(u16, u16)> = until_midnight
            .chain(from_midnight)
            .filter(|(from, to)| from < to)
            .collect();
        spans.sort_unstable();
        let mut open: Vec<TimeSlot> = Vec::new();
        for (from, to) in spans {
            match open.last_mut() {
                Some(last) if from <= last.to.0 => last.to.0 = last.to.0.max(to),
                _ => open.push(TimeSlot {
                    from: TimeOfDay(from),
                    to: TimeOfDay(to),
                }),
            }
        }
        open
    }

    /// Every day of a year; empty for a year outside 1 to 9998.
    #[must_use]
    pub fn year(&self, year: i16, zone: &TimeZone) -> Vec<DayPreview> {
        let Some(first) = (1..=9998).contains(&year).then(|| Date::new(year, 1, 1).ok()).flatten() else {
            return Vec::new();
        };
        first
            .series(jiff::Span::new().days(1))
            .take_while(|date| date.year() == year)
            .map(|date| DayPreview {
                date,
                open: self.open_on(date),
                is_exception: self.slots_on(date).1,
                clock_change_minutes: clock_change_minutes(date, zone),
            })
            .collect()
    }
}

fn minute_of(time: jiff::civil::Time) -> u16 {
    u16::from(time.hour().unsigned_abs()) * 60 + u16::from(time.minute().unsigned_abs())
}

/// By how much the clocks of a day are put forward.
fn clock_change_minutes(date: Date, zone: &TimeZone) -> i64 {
    let offset = |date: Date| {
        let midnight = date.to_zoned(zone.clone()).ok()?;
        Some(i64::from(midnight.offset().seconds()))
    };
    let (Some(before), Some(after)) = (offset(date), date.tomorrow().ok().and_then(offset)) else {
        return 0;
    };
    (after - before) / 60
}

#[cfg(test)]
mod tests;
