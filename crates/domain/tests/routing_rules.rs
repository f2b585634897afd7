//! Properties of routing: nobody is passed over, nobody is flooded, nobody waits beside somebody with room.

use domain::agent::AgentStatus;
use domain::ids::{AgentId, Id, SessionId};
use domain::moment::Moment;
use domain::routing::{Candidate, Policy, Reason, Waiting, cap, choose_agent, exclusion, has_stuck_waiter, plan};
use proptest::prelude::*;
use uuid::Uuid;

fn agent(n: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(n))
}

fn session(n: i64) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(u128::try_from(n).expect("numbers are positive")))
}

/// Few different values, so that ties are common.
fn candidate(n: u128) -> impl Strategy<Value = Candidate> {
    let status = prop_oneof![
        6 => Just(AgentStatus::Free),
        1 => Just(AgentStatus::NotReady),
        1 => Just(AgentStatus::Offline),
    ];
    let load = prop_oneof![8 => 0..4_i64, 1 => 98..103_i64, 1 => 198..203_i64];
    let own_limit = prop_oneof![6 => 1..5_i64, 2 => Just(100_i64), 1 => 101..300_i64];
    (status, prop::bool::weighted(0.9), load, own_limit, 1..4_i64, 0..3_i64).prop_map(
        move |(status, is_connected, load, own_limit, priority, idle_since)| Candidate {
            agent_id: agent(n),
            status,
            is_connected,
            load,
            own_limit,
            priority,
            idle_since: Moment(idle_since),
            epoch: 1,
        },
    )
}

/// Agents in no order.
fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    (0..8_u128)
        .prop_flat_map(|count| (0..count).map(candidate).collect::<Vec<_>>())
        .prop_shuffle()
}

fn policy() -> impl Strategy<Value = Policy> {
    any::<(bool, bool)>().prop_map(|(by_priority, last_agent_first)| Policy {
        by_priority,
        last_agent_first,
    })
}

fn group_limit() -> impl Strategy<Value = i64> {
    prop_oneof![1..5_i64, Just(200_i64)]
}

/// Sessions with distinct numbers in no order.
fn waiting() -> impl Strategy<Value = Vec<Waiting>> {
    let one = (1..500_i64, prop::option::of(0..8_u128));
    prop::collection::btree_map(one.0, one.1, 0..12)
        .prop_map(|numbers| {
            let waiting = |(number, last): (i64, Option<u128>)| Waiting {
                session_id: session(number),
                number,
                last_agent: last.map(agent),
            };
            numbers.into_iter().map(waiting).collect::<Vec<_>>()
        })
        .prop_shuffle()
}

/// ROUTE-03, word by word.
fn may_get_one(candidate: &Candidate, group_limit: i64) -> bool {
    candidate.status == AgentStatus::Free
        && candidate.is_connected
        && candidate.load < group_limit
        && candidate.load < candidate.own_limit
        && candidate.load < 100
        && candidate.load < 200
}

/// R3 and R4 as one sort; the rule that decided is the first in which the best differs from the next best.
fn reference(
    candidates: &[Candidate],
    group_limit: i64,
    policy: &Policy,
    last: Option<AgentId>,
) -> Option<(AgentId, Reason)> {
    let key = |it: &Candidate| {
        let is_last = policy.last_agent_first && Some(it.agent_id) == last;
        let priority = if policy.by_priority { it.priority } else { 0 };
        (!is_last, priority, it.idle_since, it.load, it.agent_id)
    };
    let mut able: Vec<_> = candidates
        .iter()
        .filter(|it| may_get_one(it, group_limit))
        .map(key)
        .collect();
    able.sort_unstable();
    let best = *able.first()?;
    let reason = match able.get(1) {
        _ if !best.0 => Reason::LastAgent,
        None => Reason::OnlyOne,
        Some(next) if next.1 != best.1 => Reason::Priority { priority: best.1 },
        Some(next) if next.2 != best.2 => Reason::LongestIdle,
        Some(next) if next.3 != best.3 => Reason::FewestOpen,
        Some(_) => Reason::LowestId,
    };
    Some((best.4, reason))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    /// I11, R3, R4, ROUTE-02, ROUTE-20: the choice and its reason are those of the written rules, in whatever order
    /// the agents come.
    #[test]
    fn the_choice_is_the_written_one(
        candidates in candidates(), limit in group_limit(), policy in policy(), last in prop::option::of(0..8_u128),
    ) {
        let last = last.map(agent);
        let choice = choose_agent(&candidates, limit, &policy, last);
        let choice = choice.map(|it| (it.agent_id, it.reason));
        prop_assert_eq!(choice, reference(&candidates, limit, &policy, last));
    }

    /// I09, U8, U9: the one capacity rule lets through whom ROUTE-03 lets through, and `cap` says the same in a number.
    #[test]
    fn the_capacity_rule_is_the_written_one(candidate in candidate(1), limit in group_limit()) {
        let may = may_get_one(&candidate, limit);
        prop_assert_eq!(exclusion(&candidate, limit).is_none(), may);
        if candidate.status == AgentStatus::Free && candidate.is_connected {
            prop_assert_eq!(candidate.load < cap(candidate.own_limit, limit), may);
        }
    }

    /// I08, I09, I10, I12, ROUTE-01, U5, U6: a plan serves strictly by number, only agents with room, nobody beyond
    /// the limit, and stops only when nobody has room.
    #[test]
    fn a_plan_is_fair_and_complete(
        waiting in waiting(), candidates in candidates(), limit in group_limit(), policy in policy(),
    ) {
        let plan = plan(&waiting, &candidates, limit, &policy, Moment(10));

        let mut by_number = waiting.clone();
        by_number.sort_by_key(|it| it.number);
        let first: Vec<SessionId> = by_number.iter().take(plan.len()).map(|it| it.session_id).collect();
        let served: Vec<SessionId> = plan.iter().map(|it| it.session_id).collect();
        prop_assert_eq!(served, first);

        let mut after = candidates;
        for assignment in &plan {
            let taker = after.iter_mut().find(|it| it.agent_id == assignment.agent_id);
            let taker = taker.expect("an agent of the group");
            prop_assert!(may_get_one(taker, limit), "{taker:?} had no room");
            taker.load += 1;
        }
        let left = i64::try_from(waiting.len() - plan.len()).expect("small");
        prop_assert!(!has_stuck_waiter(left, &after, limit));
    }
}

/// One thing that happens at a desk.
#[derive(Debug, Clone)]
enum Event {
    Arrives,
    Ends(usize),
    Status(usize, AgentStatus),
    Connection(usize, bool),
    OwnLimit(usize, i64),
    GroupLimit(i64),
}

const SEATS: usize = 4;

fn event() -> impl Strategy<Value = Event> {
    let status = prop::sample::select(AgentStatus::ALL);
    prop_oneof![
        4 => Just(Event::Arrives),
        3 => (0..SEATS).prop_map(Event::Ends),
        1 => (0..SEATS, status).prop_map(|(seat, status)| Event::Status(seat, status)),
        1 => (0..SEATS, any::<bool>()).prop_map(|(seat, is_there)| Event::Connection(seat, is_there)),
        1 => (0..SEATS, 1..4_i64).prop_map(|(seat, limit)| Event::OwnLimit(seat, limit)),
        1 => (1..4_i64).prop_map(Event::GroupLimit),
    ]
}

/// A group with its queue; [`plan`] runs on every change, as the desk does.
struct Desk {
    agents: Vec<Candidate>,
    limit: i64,
    queue: Vec<Waiting>,
    arrived: i64,
    served: Vec<i64>,
}

impl Desk {
    fn new() -> Self {
        let seat = |n: usize| Candidate {
            agent_id: agent(n as u128),
            status: AgentStatus::Free,
            is_connected: true,
            load: 0,
            own_limit: 2,
            priority: 3,
            idle_since: Moment(0),
            epoch: 1,
        };
        Self {
            agents: (0..SEATS).map(seat).collect(),
            limit: 3,
            queue: vec![],
            arrived: 0,
            served: vec![],
        }
    }

    fn happens(&mut self, event: &Event) {
        match *event {
            Event::Arrives => {
                self.arrived += 1;
                let number = self.arrived;
                self.queue.push(Waiting {
                    session_id: session(number),
                    number,
                    last_agent: None,
                });
            }
            Event::Ends(seat) => self.agents[seat].load = (self.agents[seat].load - 1).max(0),
            Event::Status(seat, status) => self.agents[seat].status = status,
            Event::Connection(seat, is_connected) => self.agents[seat].is_connected = is_connected,
            Event::OwnLimit(seat, limit) => self.agents[seat].own_limit = limit,
            Event::GroupLimit(limit) => self.limit = limit,
        }
    }

    /// Gives away what can be given; answers the loads that went beyond a limit by that.
    fn fill(&mut self, now: Moment) -> Vec<Candidate> {
        let mut beyond = Vec::new();
        for assignment in plan(&self.queue, &self.agents, self.limit, &Policy::default(), now) {
            let place = self.queue.iter().position(|it| it.session_id == assignment.session_id);
            self.served.push(self.queue.remove(place.expect("it waits")).number);
            let taker = self.agents.iter_mut().find(|it| it.agent_id == assignment.agent_id);
            let taker = taker.expect("an agent of the group");
            taker.load += 1;
            taker.idle_since = now;
            if taker.load > cap(taker.own_limit, self.limit) || taker.status != AgentStatus::Free {
                beyond.push(taker.clone());
            }
        }
        beyond
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// I08, I10, I12, U5, U6, ROUTE-01, ROUTE-03: through any day at the desk, sessions are taken in the order they
    /// came, no load grows beyond a limit, lowered limits included, and nobody waits beside somebody with room.
    #[test]
    fn a_day_at_the_desk(events in prop::collection::vec(event(), 1..120)) {
        let mut desk = Desk::new();
        for (now, event) in (1..).zip(&events) {
            desk.happens(event);
            let beyond = desk.fill(Moment(now));
            prop_assert!(beyond.is_empty(), "after {event:?}: {beyond:?}");
            let waiting = i64::try_from(desk.queue.len()).expect("small");
            prop_assert!(!has_stuck_waiter(waiting, &desk.agents, desk.limit), "after {event:?}");
        }
        prop_assert!(desk.served.is_sorted());
        prop_assert_eq!(desk.served.len() + desk.queue.len(), usize::try_from(desk.arrived).expect("small"));
    }
}

/// How many of `sessions` equal sessions each of `seats` equal agents gets, when one arrives each tick and lasts
/// `length` ticks.
fn shares(seats: usize, sessions: usize, length: i64) -> Vec<usize> {
    let mut agents: Vec<Candidate> = (0..seats)
        .map(|n| Candidate {
            agent_id: agent(n as u128),
            status: AgentStatus::Free,
            is_connected: true,
            load: 0,
            own_limit: 100,
            priority: 3,
            idle_since: Moment(0),
            epoch: 1,
        })
        .collect();
    let mut shares = vec![0; seats];
    let mut queue: Vec<Waiting> = Vec::new();
    let mut open: std::collections::VecDeque<(i64, usize)> = std::collections::VecDeque::new();
    let mut arrived = 0;
    for now in 1.. {
        while let Some((_, seat)) = open.pop_front_if(|(end, _)| *end <= now) {
            agents[seat].load -= 1;
        }
        if arrived < sessions {
            arrived += 1;
            let number = i64::try_from(arrived).expect("small");
            queue.push(Waiting {
                session_id: session(number),
                number,
                last_agent: None,
            });
        }
        for given in plan(&queue, &agents, 5, &Policy::default(), Moment(now)) {
            queue.retain(|it| it.session_id != given.session_id);
            let seat = agents
                .iter()
                .position(|it| it.agent_id == given.agent_id)
                .expect("an agent");
            agents[seat].load += 1;
            agents[seat].idle_since = Moment(now);
            shares[seat] += 1;
            open.push_back((now + length, seat));
        }
        if arrived == sessions && queue.is_empty() {
            break;
        }
    }
    shares
}

/// I11, U7, ROUTE-02: of ten thousand equal sessions equal agents get equally many, give or take one, whether the desk
/// is idle (1 tick), busy, or so full that sessions wait (more ticks than all agents together have places).
#[test]
fn ten_thousand_equal_sessions_are_shared_equally() {
    for (seats, length) in [(1, 1), (3, 1), (7, 5), (7, 34), (7, 40), (12, 61), (16, 13)] {
        let shares = shares(seats, 10_000, length);
        let (most, least) = (shares.iter().max(), shares.iter().min());
        let spread = most.zip(least).map(|(most, least)| most - least);
        assert!(spread <= Some(1), "{seats} agents, {length} ticks: {shares:?}");
        assert_eq!(shares.iter().sum::<usize>(), 10_000);
    }
}
