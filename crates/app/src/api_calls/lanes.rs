//! Places for calls of this node: so many for one service, for one contact centre and in all, so that a service that
//! hangs takes nobody else's; and a pause for services that keep hanging (T906).

use std::collections::{HashMap, HashSet};

use domain::ids::{SessionId, TenantId};
use domain::moment::Moment;

/// Most calls at the same time.
pub(super) const PLACES: usize = 96;
/// Most calls of one contact centre at the same time.
const PLACES_OF_TENANT: usize = 48;
/// Most calls to one service of a contact centre at the same time.
const PLACES_OF_LANE: usize = 16;
/// After so many calls without an answer in a row, a service is not called for a while.
const SILENT_MAX: u32 = 20;
/// How long that is, in seconds; afterwards one call tries whether it answers again.
const PAUSE_SECONDS: i64 = 15;

/// A service of a contact centre: who calls which host.
pub(super) type Lane = (TenantId, String);

/// Which call, by its session and number.
pub(super) type CallKey = (SessionId, i64);

/// How a call went, as far as the service's health is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// It answered something.
    Answers,
    /// It did not answer, or could not be reached.
    Silent,
    /// It was not called.
    Unknown,
}

#[derive(Debug, Default)]
struct Standing {
    running: HashSet<CallKey>,
    silent: u32,
    paused_until: Option<Moment>,
}

/// What this node is calling.
#[derive(Debug, Default)]
pub(super) struct Lanes(HashMap<Lane, Standing>);

impl Lanes {
    /// How many calls run.
    pub(super) fn running(&self) -> usize {
        self.0.values().map(|standing| standing.running.len()).sum()
    }

    /// How many more calls this service may get now.
    pub(super) fn free(&self, lane: &Lane, now: Moment) -> usize {
        let of_tenant = self.0.iter().filter(|(other, _)| other.0 == lane.0);
        let of_tenant: usize = of_tenant.map(|(_, standing)| standing.running.len()).sum();
        let rest = PLACES
            .saturating_sub(self.running())
            .min(PLACES_OF_TENANT.saturating_sub(of_tenant));
        let Some(standing) = self.0.get(lane) else {
            return rest.min(PLACES_OF_LANE);
        };
        let is_on_trial = standing.paused_until.is_some_and(|until| until <= now);
        let places = if is_on_trial { 1 } else { PLACES_OF_LANE };
        rest.min(places.saturating_sub(standing.running.len()))
    }

    /// How many calls to this service run.
    pub(super) fn running_in(&self, lane: &Lane) -> usize {
        self.0.get(lane).map_or(0, |standing| standing.running.len())
    }

    /// Takes a place. `false` when this very call runs already.
    pub(super) fn begin(&mut self, lane: &Lane, call: CallKey) -> bool {
        self.0.entry(lane.clone()).or_default().running.insert(call)
    }

    /// Whether the service is not to be called now, because it does not answer.
    pub(super) fn is_paused(&self, lane: &Lane, now: Moment) -> bool {
        let until = self.0.get(lane).and_then(|standing| standing.paused_until);
        until.is_some_and(|until| until > now)
    }

    /// Gives a place back and remembers how the service did.
    pub(super) fn end(&mut self, lane: &Lane, call: CallKey, health: Health, now: Moment) {
        let Some(standing) = self.0.get_mut(lane) else {
            return;
        };
        standing.running.remove(&call);
        match health {
            Health::Answers => (standing.silent, standing.paused_until) = (0, None),
            Health::Silent => {
                standing.silent += 1;
                if standing.silent >= SILENT_MAX {
                    standing.paused_until = Some(now.plus_seconds(PAUSE_SECONDS));
                }
            }
            Health::Unknown => {}
        }
        if standing.running.is_empty() && standing.silent == 0 {
            self.0.remove(lane);
        }
    }

    /// Forgets the silence of services that nobody called for long, so that their number has a bound.
    pub(super) fn forget(&mut self, now: Moment) {
        self.0.retain(|_, standing| {
            let is_recent = standing.paused_until.is_none_or(|until| until.plus_seconds(600) > now);
            !standing.running.is_empty() || (is_recent && standing.paused_until.is_some())
        });
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::Id as _;
    use uuid::Uuid;

    use super::*;

    const NOW: Moment = Moment(0);

    fn lane(tenant: u128, host: &str) -> Lane {
        (TenantId::from_uuid(Uuid::from_u128(tenant)), host.to_owned())
    }

    fn call(number: i64) -> CallKey {
        (SessionId::from_uuid(Uuid::from_u128(9)), number)
    }

    fn fill(lanes: &mut Lanes, lane: &Lane) -> usize {
        let free = lanes.free(lane, NOW);
        let first = i64::try_from(lanes.running()).expect("few");
        let begun = (first..).take(free).filter(|number| lanes.begin(lane, call(*number)));
        let begun: Vec<i64> = begun.collect();
        assert_eq!(begun.len(), free);
        free
    }

    /// T906: a service that takes all its places leaves those of others; a contact centre leaves those of others.
    #[test]
    fn a_service_and_a_tenant_leave_places_to_others() {
        let mut lanes = Lanes::default();
        let took: Vec<usize> = ["a", "b", "c", "d"]
            .iter()
            .map(|host| fill(&mut lanes, &lane(1, host)))
            .collect();
        assert_eq!(took, [16, 16, 16, 0]);
        assert_eq!(fill(&mut lanes, &lane(2, "a")), 16);
        assert!(!lanes.begin(&lane(1, "a"), call(0)), "it runs already");
        lanes.end(&lane(1, "a"), call(0), Health::Answers, NOW);
        assert_eq!(lanes.free(&lane(1, "d"), NOW), 1);
    }

    /// T906: a service that does not answer is left alone, then tried by one call, and called as before once it answers.
    #[test]
    fn a_silent_service_is_paused_and_tried() {
        let (mut lanes, a) = (Lanes::default(), lane(1, "a"));
        for number in 0..i64::from(SILENT_MAX) {
            assert!(!lanes.is_paused(&a, NOW));
            assert!(lanes.begin(&a, call(number)));
            lanes.end(&a, call(number), Health::Silent, NOW);
        }
        assert!(lanes.is_paused(&a, NOW));
        assert!(
            !lanes.is_paused(&lane(2, "a"), NOW),
            "another contact centre's calls go on"
        );
        let later = NOW.plus_seconds(PAUSE_SECONDS);
        assert!(!lanes.is_paused(&a, later));
        assert_eq!(lanes.free(&a, later), 1);
        lanes.begin(&a, call(99));
        lanes.end(&a, call(99), Health::Silent, later);
        assert!(lanes.is_paused(&a, later));
        lanes.begin(&a, call(100));
        lanes.end(&a, call(100), Health::Answers, later);
        assert!(!lanes.is_paused(&a, later));
        assert_eq!(lanes.free(&a, later), PLACES_OF_LANE);
    }
}
