use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn slot(text: &str) -> TimeSlot {
    let (from, to) = text.split_once('-').expect("from-to");
    TimeSlot {
        from: TimeOfDay::parse(from).expect("a time"),
        to: TimeOfDay::parse(to).expect("a time"),
    }
}

fn slots(text: &str) -> Vec<TimeSlot> {
    text.split_whitespace().map(slot).collect()
}

fn written(slots: &[TimeSlot]) -> String {
    let all: Vec<String> = slots.iter().map(|slot| format!("{}-{}", slot.from, slot.to)).collect();
    all.join(" ")
}

const WORK_DAYS: [Weekday; 5] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
];

fn standard(days: &[Weekday], text: &str) -> ServiceHours {
    ServiceHours::Standard {
        days: days.to_vec(),
        slots: slots(text),
    }
}

fn every_day(text: &str) -> ServiceHours {
    standard(&[&WORK_DAYS[..], &[Weekday::Saturday, Weekday::Sunday]].concat(), text)
}

/// The moment at which a clock in `place` shows this; with an offset where it shows it twice.
fn at(place: &str, text: &str) -> Moment {
    let zoned: jiff::Zoned = format!("{text}[{place}]").parse().expect("a time of the zone");
    Moment(zoned.timestamp().as_millisecond())
}

fn is_open(hours: &ServiceHours, place: &str, text: &str) -> bool {
    hours.is_open(at(place, text), &zone(place).expect("a zone"))
}

const SHANGHAI: &str = "Asia/Shanghai";
const BERLIN: &str = "Europe/Berlin";

/// FLOW-04, R15: "off" is always open, on every day and in every minute.
#[test]
fn off_is_always_open() {
    for text in ["2026-01-01T00:00:00", "2026-11-21T03:59:59", "2026-12-31T23:59:59"] {
        assert!(is_open(&ServiceHours::Off, SHANGHAI, text));
    }
    assert_eq!(written(&ServiceHours::Off.open_on(date(2026, 11, 21))), "00:00-24:00");
}

/// FLOW-04: weekdays in two periods; the first minute belongs to a period, the last does not.
#[test]
fn a_split_day_is_closed_at_noon() {
    let hours = standard(&WORK_DAYS, "09:00-12:00 13:30-18:00");
    for (text, open) in [
        ("2026-11-20T08:59:59", false), // a Friday
        ("2026-11-20T09:00:00", true),
        ("2026-11-20T11:59:59", true),
        ("2026-11-20T12:00:00", false),
        ("2026-11-20T13:29:59", false),
        ("2026-11-20T13:30:00", true),
        ("2026-11-20T18:00:00", false),
        ("2026-11-21T10:00:00", false), // a Saturday
        ("2026-11-23T10:00:00", true),
    ] {
        assert_eq!(is_open(&hours, SHANGHAI, text), open, "{text}");
    }
}

/// FLOW-04: the whole day ends where the next begins.
#[test]
fn a_whole_day_has_all_its_minutes() {
    let hours = standard(&[Weekday::Saturday], "00:00-24:00");
    for (text, open) in [
        ("2026-11-20T23:59:59", false),
        ("2026-11-21T00:00:00", true),
        ("2026-11-21T23:59:59", true),
        ("2026-11-22T00:00:00", false),
    ] {
        assert_eq!(is_open(&hours, SHANGHAI, text), open, "{text}");
    }
}

/// FLOW-04, U15: a slot over midnight belongs to the day on which it begins.
#[test]
fn a_slot_runs_over_midnight() {
    let hours = standard(&[Weekday::Friday], "22:00-02:00");
    for (text, open) in [
        ("2026-11-20T01:59:00", false), // Friday morning: Thursday has no slot
        ("2026-11-20T21:59:59", false),
        ("2026-11-20T22:00:00", true),
        ("2026-11-21T00:00:00", true),
        ("2026-11-21T01:59:59", true),
        ("2026-11-21T02:00:00", false),
        ("2026-11-21T22:00:00", false),
    ] {
        assert_eq!(is_open(&hours, SHANGHAI, text), open, "{text}");
    }
    assert_eq!(written(&hours.open_on(date(2026, 11, 20))), "22:00-24:00");
    assert_eq!(written(&hours.open_on(date(2026, 11, 21))), "00:00-02:00");
    assert_eq!(written(&hours.open_on(date(2026, 11, 22))), "");
    // Until midnight, said in both ways.
    for text in ["20:00-00:00", "20:00-24:00"] {
        let hours = standard(&[Weekday::Friday], text);
        assert_eq!(written(&hours.open_on(date(2026, 11, 20))), "20:00-24:00");
        assert_eq!(written(&hours.open_on(date(2026, 11, 21))), "");
    }
}

/// FLOW-04: what touches or overlaps is one span of a day.
#[test]
fn spans_of_a_day_are_joined() {
    let hours = every_day("18:00-03:00 03:00-04:00 12:00-18:00");
    assert_eq!(written(&hours.open_on(date(2026, 11, 21))), "00:00-04:00 12:00-24:00");
}

/// FLOW-04, U15: exceptions count instead of the week; what began the evening before still runs to its end.
#[test]
fn exceptions_count_instead_of_the_week() {
    let hours = ServiceHours::Custom {
        week: WORK_DAYS
            .iter()
            .map(|day| DayHours {
                day: *day,
                slots: slots("09:00-18:00 22:00-01:00"),
            })
            .collect(),
        exceptions: vec![
            HoursException {
                first: date(2026, 10, 1),
                last: date(2026, 10, 7),
                slots: vec![],
                remark: "国庆节".into(),
            },
            HoursException {
                first: date(2026, 10, 10), // a Saturday on which people work
                last: date(2026, 10, 10),
                slots: slots("10:00-16:00"),
                remark: "补班".into(),
            },
        ],
    };
    for (text, open) in [
        ("2026-09-30T23:00:00", true), // Wednesday
        ("2026-10-01T00:59:59", true), // began on Wednesday
        ("2026-10-01T01:00:00", false),
        ("2026-10-01T10:00:00", false),
        ("2026-10-07T23:00:00", false),
        ("2026-10-08T00:30:00", false), // Wednesday's late slot fell with the holiday
        ("2026-10-08T10:00:00", true),
        ("2026-10-10T09:59:00", false),
        ("2026-10-10T15:59:00", true),
        ("2026-10-11T12:00:00", false), // a Sunday has no hours
    ] {
        assert_eq!(is_open(&hours, SHANGHAI, text), open, "{text}");
    }
    assert_eq!(hours.slots_on(date(2026, 10, 3)), (&[][..], true));
    assert!(!hours.slots_on(date(2026, 10, 8)).1);
}

/// FLOW-04, R15: the zone of the flow counts, not that of the machine.
#[test]
fn the_zone_counts() {
    let hours = standard(&WORK_DAYS, "09:00-18:00");
    let now = at("UTC", "2026-11-20T01:30:00");
    assert!(hours.is_open(now, &zone(SHANGHAI).expect("a zone")), "09:30 there");
    assert!(!hours.is_open(now, &zone(BERLIN).expect("a zone")), "02:30 there");
    // A Friday evening in New York is a Saturday in Shanghai.
    let now = at("America/New_York", "2026-11-20T17:00:00");
    assert!(hours.is_open(now, &zone("America/New_York").expect("a zone")));
    assert!(!hours.is_open(now, &zone(SHANGHAI).expect("a zone")));
    for name in ["", "Mars/Olympus", "../etc/passwd", "CST6"] {
        assert!(zone(name).is_none(), "{name:?} is no zone");
    }
}

/// FLOW-04: where clocks are put forward (2026-03-29 in Berlin, 02:00 becomes 03:00) the hour that never comes is
/// never open, and what is around it goes by the clock on the wall.
#[test]
fn an_hour_that_never_comes() {
    let hours = every_day("02:15-02:45");
    let berlin = zone(BERLIN).expect("a zone");
    let midnight = at(BERLIN, "2026-03-29T00:00:00");
    let is_ever_open = (0..23 * 60).any(|minute| hours.is_open(Moment(midnight.0 + minute * 60_000), &berlin));
    assert!(!is_ever_open, "no clock shows 02:15 on that day");
    assert!(is_open(&hours, BERLIN, "2026-03-28T02:30:00") && is_open(&hours, BERLIN, "2026-03-30T02:30:00"));

    let night = every_day("22:00-03:00");
    assert!(is_open(&night, BERLIN, "2026-03-29T01:59:59"));
    assert!(
        !is_open(&night, BERLIN, "2026-03-29T03:00:00"),
        "a second later it is three"
    );
    let day = every_day("02:30-04:00");
    assert!(!is_open(&day, BERLIN, "2026-03-29T01:59:59"));
    assert!(is_open(&day, BERLIN, "2026-03-29T03:00:00"));
}

/// FLOW-04: where clocks are put back (2026-10-25 in Berlin, 03:00 becomes 02:00) an hour that is open is open twice.
#[test]
fn an_hour_that_comes_twice() {
    let hours = every_day("02:00-03:00");
    for (text, open) in [
        ("2026-10-25T01:59:59+02:00", false),
        ("2026-10-25T02:30:00+02:00", true),
        ("2026-10-25T02:59:59+02:00", true),
        ("2026-10-25T02:00:00+01:00", true),
        ("2026-10-25T02:59:59+01:00", true),
        ("2026-10-25T03:00:00+01:00", false),
    ] {
        assert_eq!(is_open(&hours, BERLIN, text), open, "{text}");
    }
    let until_half_past = every_day("22:00-02:30");
    for (text, open) in [
        ("2026-10-25T02:29:59+02:00", true),
        ("2026-10-25T02:30:00+02:00", false),
        ("2026-10-25T02:00:00+01:00", true),
        ("2026-10-25T02:30:00+01:00", false),
    ] {
        assert_eq!(is_open(&until_half_past, BERLIN, text), open, "{text}");
    }
}

/// FLOW-04: the year preview names every day once, with its hours, exceptions and changes of the clock.
#[test]
fn a_year_is_previewed() {
    let hours = ServiceHours::Custom {
        week: vec![DayHours {
            day: Weekday::Monday,
            slots: slots("09:00-18:00"),
        }],
        exceptions: vec![HoursException {
            first: date(2026, 12, 28),
            last: date(2027, 1, 1),
            slots: vec![],
            remark: String::new(),
        }],
    };
    let year = hours.year(2026, &zone(BERLIN).expect("a zone"));
    assert_eq!(
        (year.len(), year[0].date, year[364].date),
        (365, date(2026, 1, 1), date(2026, 12, 31))
    );
    assert_eq!(
        year.iter().filter(|day| !day.open.is_empty()).count(),
        51,
        "52 Mondays but one"
    );
    assert_eq!(year.iter().filter(|day| day.is_exception).count(), 4);
    let changes: Vec<(Date, i64)> = year
        .iter()
        .filter(|day| day.clock_change_minutes != 0)
        .map(|day| (day.date, day.clock_change_minutes))
        .collect();
    assert_eq!(changes, [(date(2026, 3, 29), 60), (date(2026, 10, 25), -60)]);
    assert_eq!(hours.year(2028, &TimeZone::UTC).len(), 366);
    // T813: years that no calendar here has.
    for year in [-1, 0, 9999, i16::MAX] {
        assert_eq!(hours.year(year, &TimeZone::UTC), [], "{year}");
    }
}

/// T813: a clock far outside every calendar is answered, not crashed on.
#[test]
fn absurd_times_have_an_answer() {
    let hours = every_day("00:00-24:00");
    assert!(!hours.is_open(Moment(i64::MAX), &TimeZone::UTC));
    assert!(!hours.is_open(Moment(i64::MIN), &TimeZone::UTC));
    assert!(hours.is_open(Moment(0), &TimeZone::UTC));
}

/// T518, T814: times of day are written in one way only.
#[test]
fn times_are_read_strictly() {
    for (text, minutes) in [("00:00", 0), ("09:30", 570), ("23:59", 1439), ("24:00", 1440)] {
        let time = TimeOfDay::parse(text).expect("a time");
        assert_eq!((time.minutes(), time.to_string().as_str()), (minutes, text));
    }
    for text in [
        "", "9:30", "24:01", "25:00", "12:60", "12.30", "+1:00", "12:3", "12:300", "１2:00", "99:99",
    ] {
        assert_eq!(TimeOfDay::parse(text), None, "{text:?}");
        assert!(serde_json::from_value::<TimeOfDay>(text.into()).is_err());
    }
    assert_eq!(TimeOfDay::from_minutes(1441), None);
}

fn any_hours() -> impl Strategy<Value = ServiceHours> {
    let time = || (0..=DAY_MINUTES).prop_map(TimeOfDay);
    let slot = || (time(), time()).prop_map(|(from, to)| TimeSlot { from, to });
    let slots = move || prop::collection::vec(slot(), 0..4);
    let day = (0..7_usize).prop_map(|day| [&WORK_DAYS[..], &[Weekday::Saturday, Weekday::Sunday]].concat()[day]);
    let week = prop::collection::vec((day, slots()), 0..8).prop_map(|days| {
        days.into_iter()
            .map(|(day, slots)| DayHours { day, slots })
            .collect::<Vec<_>>()
    });
    let exceptions = prop::collection::vec((0..20_i32, 0..3_i32, slots()), 0..4).prop_map(|all| {
        let exception = |(first, length, slots)| {
            let day = |days: i32| date(2026, 10, 20).saturating_add(jiff::Span::new().days(days));
            HoursException {
                first: day(first),
                last: day(first + length),
                slots,
                remark: String::new(),
            }
        };
        all.into_iter().map(exception).collect::<Vec<_>>()
    });
    (week, exceptions).prop_map(|(week, exceptions)| ServiceHours::Custom { week, exceptions })
}

proptest! {
    /// FLOW-04, U15: the preview of a day and the answer to "open now?" never disagree, whatever the tables are, in a
    /// zone whose clocks change on one of these days.
    #[test]
    fn the_preview_tells_the_truth(hours in any_hours(), minute in 0..20 * 1440_i64) {
        let berlin = zone(BERLIN).expect("a zone");
        let now = Moment(at(BERLIN, "2026-10-20T00:00:00").0 + minute * 60_000);
        let local = berlin.to_datetime(jiff::Timestamp::from_millisecond(now.0).expect("in range"));
        let shown = minute_of(local.time());
        let open = hours.open_on(local.date());
        let is_shown_open = open.iter().any(|slot| slot.from.0 <= shown && shown < slot.to.0);
        prop_assert_eq!(hours.is_open(now, &berlin), is_shown_open);
        for pair in open.windows(2) {
            prop_assert!(pair[0].to < pair[1].from, "spans do not touch: {:?}", open);
        }
    }
}
