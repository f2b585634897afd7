//! Figures about an agent's day (WORK-20). What each means stands beside it on the screen, in these words.

use crate::moment::Moment;

/// How an agent's day stands. A day begins and ends at midnight in the contact centre's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// Sessions that were given to the agent today and that the agent serves now or served to their end. One that went
    /// back to the queue does not count any more.
    pub taken: i64,
    /// Sessions of the agent that ended today, whoever or whatever ended them.
    pub ended: i64,
    /// Time online today, without the stretch that still lasts.
    pub online: Online,
    /// When this day ends and everything begins at 0.
    pub ends_at: Moment,
}

/// Time with a connected workbench and any status but offline.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Online {
    /// Milliseconds of stretches that are over.
    pub past_ms: i64,
    /// Since when the agent is online now, not earlier than the day's begin.
    pub since: Option<Moment>,
}

impl Online {
    /// Adds up stretches, of which only what lies after `day` counts; one without an end still lasts.
    #[must_use]
    pub fn of(stretches: &[(Moment, Option<Moment>)], day: Moment) -> Self {
        let mut online = Self::default();
        for (since, until) in stretches {
            let since = *since.max(&day);
            match until {
                Some(until) => online.past_ms += until.millis_since(since).max(0),
                None => online.since = Some(since),
            }
        }
        online
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: Moment = Moment(1_000);

    /// WORK-20: what lies before midnight belongs to yesterday; a stretch that lasts is not counted twice.
    #[test]
    fn only_today_counts() {
        let stretches = [
            (Moment(100), Some(Moment(900))),
            (Moment(900), Some(Moment(1_500))),
            (Moment(2_000), Some(Moment(2_250))),
            (Moment(3_000), None),
        ];
        let online = Online::of(&stretches, DAY);
        assert_eq!((online.past_ms, online.since), (750, Some(Moment(3_000))));
        let over_night = Online::of(&[(Moment(100), None)], DAY);
        assert_eq!((over_night.past_ms, over_night.since), (0, Some(DAY)));
        assert_eq!(Online::of(&[], DAY), Online::default());
    }
}
