//! An agent's own figures of today (WORK-20, DATA-05).

use domain::agent::{AgentConnection, AgentStatus};
use domain::figures::{Online, Today};
use domain::moment::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use store::{Query, agent_spans, own_figures};

use crate::error::AppError;
use crate::principals::Agent;
use crate::reception_settings;

/// How the agent's day stands.
///
/// # Errors
/// When the database fails.
pub(super) async fn today<Q: Query>(q: &mut Q, by: &Agent, now: Moment) -> Result<Today, AppError> {
    let zone = reception_settings::zone(&reception_settings::of(q, by.tenant).await?);
    let (begins_at, ends_at) = day_of(now, zone).map_err(AppError::internal)?;
    let sessions = own_figures::own(q, by.id, begins_at).await?;
    let spans = agent_spans::after(q, by.id, begins_at).await?;
    let stretches: Vec<(Moment, Option<Moment>)> = spans
        .iter()
        .filter(|span| span.connection == AgentConnection::Connected && span.status != AgentStatus::Offline)
        .map(|span| {
            let until = Some(Moment(span.until)).filter(|until| *until != agent_spans::OPEN);
            (Moment(span.since), until)
        })
        .collect();
    Ok(Today {
        taken: sessions.taken,
        ended: sessions.ended,
        online: Online::of(&stretches, begins_at),
        ends_at,
    })
}

/// From which moment to which the day of `now` lasts in a zone; some have 23 hours and some 25.
fn day_of(now: Moment, zone: TimeZone) -> Result<(Moment, Moment), jiff::Error> {
    let begins = Timestamp::from_millisecond(now.0)?.to_zoned(zone).start_of_day()?;
    let ends = begins.tomorrow()?.start_of_day()?;
    let moment = |zoned: &jiff::Zoned| Moment(zoned.timestamp().as_millisecond());
    Ok((moment(&begins), moment(&ends)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(now: &str, zone: &str) -> (String, i64) {
        let now: Timestamp = now.parse().expect("a time");
        let zone = TimeZone::get(zone).expect("a zone");
        let (begins, ends) = day_of(Moment(now.as_millisecond()), zone).expect("a day");
        let begins_at = Timestamp::from_millisecond(begins.0).expect("a time").to_string();
        (begins_at, ends.millis_since(begins) / 3_600_000)
    }

    /// WORK-20: days begin at midnight of the contact centre, and may be shorter or longer.
    #[test]
    fn days_begin_at_midnight_of_the_zone() {
        assert_eq!(
            day("2026-01-05T09:00:00Z", "Asia/Shanghai"),
            ("2026-01-04T16:00:00Z".to_owned(), 24)
        );
        assert_eq!(
            day("2026-01-05T16:00:00Z", "Asia/Shanghai"),
            ("2026-01-05T16:00:00Z".to_owned(), 24)
        );
        assert_eq!(day("2026-03-29T12:00:00Z", "Europe/Berlin").1, 23);
        assert_eq!(day("2026-10-25T12:00:00Z", "Europe/Berlin").1, 25);
    }
}
