//! Limits against floods: budgets in the database for what is rare and dear, counters in memory for messages.

use std::net::IpAddr;
use std::num::NonZeroU32;

use domain::ids::{AgentId, VisitorId};
use domain::moment::Moment;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use store::Tx;

use crate::Limits;
use crate::error::{AppError, Refusal};

/// An agent talks with many visitors at once: so many times a visitor's budget.
const AGENT_FACTOR: u32 = 10;

/// Takes one from a budget that all nodes share and a restart does not refill (T402, T1108).
///
/// # Errors
/// [`Refusal::RateLimited`] when `max` were taken within the window.
pub async fn take(tx: &mut Tx, name: &str, window_seconds: i64, max: i64, now: Moment) -> Result<(), AppError> {
    let (used, began) = store::budgets::take(tx, name, window_seconds, now).await?;
    if used <= max {
        return Ok(());
    }
    let left_ms = began.plus_seconds(window_seconds).millis_since(now);
    let retry_after = (left_ms / 1000 + 1).min(window_seconds);
    Err(Refusal::RateLimited { retry_after }.into())
}

/// What a limit by address counts: an IPv4 address, or the /64 of an IPv6 address, which one customer has (T1107).
#[must_use]
pub fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => address.to_string(),
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Err(_) => "unknown".to_owned(),
    }
}

/// Takes from a budget that all visitors of one address share (T1101).
///
/// Calls from this machine itself share none: they are tests, or visitors behind a proxy that the operator has not
/// declared yet, and one budget for all of them would close the desk.
///
/// # Errors
/// [`Refusal::RateLimited`].
pub async fn take_by_address(
    tx: &mut Tx,
    what: &str,
    address: &str,
    window_seconds: i64,
    max: i64,
    now: Moment,
) -> Result<(), AppError> {
    if is_this_machine(address) {
        return Ok(());
    }
    take(tx, &format!("{what}:{}", network(address)), window_seconds, max, now).await
}

/// Whether an address is this machine's own.
#[must_use]
pub fn is_this_machine(address: &str) -> bool {
    address
        .parse::<IpAddr>()
        .is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Message budgets of this node (T1102).
pub struct Floods {
    visitors: DefaultKeyedRateLimiter<VisitorId>,
    agents: DefaultKeyedRateLimiter<AgentId>,
    clock: DefaultClock,
}

impl Floods {
    /// Budgets with these limits.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        let quota = |factor: u32| {
            let at_least_one = |number: u32| NonZeroU32::new(number.saturating_mul(factor)).unwrap_or(NonZeroU32::MIN);
            Quota::per_minute(at_least_one(limits.messages_per_minute)).allow_burst(at_least_one(limits.message_burst))
        };
        Self {
            visitors: RateLimiter::keyed(quota(1)),
            agents: RateLimiter::keyed(quota(AGENT_FACTOR)),
            clock: DefaultClock::default(),
        }
    }

    /// A visitor wants to say something.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`].
    pub fn check_visitor(&self, id: VisitorId) -> Result<(), AppError> {
        self.visitors
            .check_key(&id)
            .map_err(|not_until| self.refuse(&not_until))
    }

    /// An agent wants to say something.
    ///
    /// # Errors
    /// [`Refusal::RateLimited`].
    pub fn check_agent(&self, id: AgentId) -> Result<(), AppError> {
        self.agents.check_key(&id).map_err(|not_until| self.refuse(&not_until))
    }

    /// Forgets who has been quiet.
    pub fn shrink(&self) {
        self.visitors.retain_recent();
        self.visitors.shrink_to_fit();
        self.agents.retain_recent();
        self.agents.shrink_to_fit();
    }

    fn refuse(&self, not_until: &governor::NotUntil<governor::clock::QuantaInstant>) -> AppError {
        let wait = not_until.wait_time_from(self.clock.now());
        let retry_after = i64::try_from(wait.as_secs()).unwrap_or(60) + 1;
        Refusal::RateLimited { retry_after }.into()
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::Id;
    use uuid::Uuid;

    use super::*;

    /// T1107: a customer's whole IPv6 network is one caller, and a mapped IPv4 address is that address.
    #[test]
    fn addresses_of_one_network_are_one_caller() {
        for (address, counted) in [
            ("203.0.113.9", "203.0.113.9"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff:eeee:dddd:cccc", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("not an address", "unknown"),
            ("", "unknown"),
        ] {
            assert_eq!(network(address), counted, "{address:?}");
        }
    }

    /// T1102: one who floods is stopped after the burst and told when to come back; others go on.
    #[test]
    fn a_flood_stops_after_its_burst() {
        let limits = Limits {
            message_burst: 3,
            messages_per_minute: 6,
            ..Limits::default()
        };
        let floods = Floods::new(&limits);
        let [loud, quiet] = [1, 2].map(|id| VisitorId::from_uuid(Uuid::from_u128(id)));
        assert!((0..3).all(|_| floods.check_visitor(loud).is_ok()));
        let Err(AppError::Refused(Refusal::RateLimited { retry_after })) = floods.check_visitor(loud) else {
            panic!("the fourth message passed");
        };
        assert!((1..=11).contains(&retry_after), "{retry_after}");
        assert!(floods.check_visitor(quiet).is_ok());
        floods.shrink();
        assert!(floods.check_visitor(loud).is_err(), "shrinking forgave a flood");
    }
}
