use super::*;
use crate::ids::Id;
use uuid::Uuid;

fn agent(n: u128) -> AgentId {
    AgentId::from_uuid(Uuid::from_u128(n))
}

/// A free, connected agent without sessions, idle since the same moment as all others.
fn free(n: u128) -> Candidate {
    Candidate {
        agent_id: agent(n),
        status: AgentStatus::Free,
        is_connected: true,
        load: 0,
        own_limit: 10,
        priority: 3,
        idle_since: Moment(1_000),
        epoch: 1,
    }
}

fn idle(n: u128, since: i64) -> Candidate {
    Candidate {
        idle_since: Moment(since),
        ..free(n)
    }
}

fn session(n: u128) -> SessionId {
    SessionId::from_uuid(Uuid::from_u128(n))
}

const PRIORITY: Policy = Policy {
    by_priority: true,
    last_agent_first: false,
};
const LAST: Policy = Policy {
    by_priority: false,
    last_agent_first: true,
};
const BOTH: Policy = Policy {
    by_priority: true,
    last_agent_first: true,
};

fn choose(candidates: &[Candidate], policy: &Policy, last: Option<u128>) -> Option<(AgentId, Reason)> {
    choose_agent(candidates, 10, policy, last.map(agent)).map(|it| (it.agent_id, it.reason))
}

/// ROUTE-03, R6, R7: the least of own limit (100 at most), group limit and 200.
#[test]
fn the_least_limit_counts() {
    for (own, group, least) in [
        (5, 10, 5),
        (10, 5, 5),
        (150, 200, 100),
        (100, 300, 100),
        (0, 5, 0),
        (-1, 5, 0),
    ] {
        assert_eq!(cap(own, group), least, "own {own}, group {group}");
    }
}

/// ROUTE-03, U8, U9: why somebody gets nothing.
#[test]
fn exclusion_names_its_reason() {
    let cases = [
        (free(1), None),
        (Candidate { load: 9, ..free(1) }, None),
        (
            Candidate {
                is_connected: false,
                ..free(1)
            },
            Some(Exclusion::Offline),
        ),
        (
            Candidate {
                status: AgentStatus::Offline,
                ..free(1)
            },
            Some(Exclusion::Offline),
        ),
        (
            Candidate {
                status: AgentStatus::NotReady,
                ..free(1)
            },
            Some(Exclusion::NotReady),
        ),
        (
            Candidate {
                load: 10,
                own_limit: 50,
                ..free(1)
            },
            Some(Exclusion::AtGroupLimit),
        ),
        (
            Candidate {
                load: 3,
                own_limit: 3,
                ..free(1)
            },
            Some(Exclusion::AtOwnLimit),
        ),
        (
            Candidate {
                load: 200,
                own_limit: 100,
                ..free(1)
            },
            Some(Exclusion::AtCeiling),
        ),
        (Candidate { load: 250, ..free(1) }, Some(Exclusion::AtCeiling)),
    ];
    for (candidate, reason) in cases {
        assert_eq!(exclusion(&candidate, 10), reason, "{candidate:?}");
    }
}

/// R4, U7: longest idle, then fewest open, then the lowest id, each with its reason (ROUTE-20).
#[test]
fn ties_break_in_order() {
    let policy = Policy::default();
    assert_eq!(choose(&[], &policy, None), None);
    assert_eq!(choose(&[free(1)], &policy, None), Some((agent(1), Reason::OnlyOne)));
    let idle_longest = [idle(1, 30), Candidate { load: 5, ..idle(2, 10) }, idle(3, 20)];
    assert_eq!(
        choose(&idle_longest, &policy, None),
        Some((agent(2), Reason::LongestIdle))
    );
    let fewest = [Candidate { load: 2, ..free(1) }, Candidate { load: 1, ..free(2) }];
    assert_eq!(choose(&fewest, &policy, None), Some((agent(2), Reason::FewestOpen)));
    assert_eq!(
        choose(&[free(2), free(1)], &policy, None),
        Some((agent(1), Reason::LowestId))
    );
}

/// ROUTE-02: the better priority first, R4's order among equals; not without the setting.
#[test]
fn priority_comes_before_idleness() {
    let candidates = [
        Candidate {
            priority: 2,
            ..idle(1, 50)
        },
        Candidate {
            priority: 2,
            ..idle(2, 40)
        },
        idle(3, 10),
    ];
    assert_eq!(
        choose(&candidates, &PRIORITY, None),
        Some((agent(2), Reason::LongestIdle))
    );
    assert_eq!(
        choose(&candidates, &Policy::default(), None),
        Some((agent(3), Reason::LongestIdle))
    );
    let first = Reason::Priority { priority: 2 };
    assert_eq!(choose(&candidates[1..], &PRIORITY, None), Some((agent(2), first)));
}

/// ROUTE-02, I11: a better priority does not help whom nothing reaches.
#[test]
fn priority_does_not_pass_limits() {
    let full = Candidate {
        priority: 1,
        load: 10,
        ..free(1)
    };
    let away = Candidate {
        priority: 1,
        is_connected: false,
        ..free(2)
    };
    let choice = choose(&[full, away, free(3)], &PRIORITY, None);
    assert_eq!(choice, Some((agent(3), Reason::OnlyOne)));
}

/// R3: the last agent first, before priority, but only when there is room, and only when set.
#[test]
fn the_last_agent_comes_first() {
    let candidates = [
        Candidate {
            priority: 1,
            ..idle(1, 10)
        },
        idle(2, 20),
    ];
    assert_eq!(choose(&candidates, &BOTH, Some(2)), Some((agent(2), Reason::LastAgent)));
    assert_eq!(choose(&candidates, &PRIORITY, Some(2)).map(|it| it.0), Some(agent(1)));
    assert_eq!(
        choose(&candidates, &LAST, Some(9)),
        Some((agent(1), Reason::LongestIdle))
    );
    let full = [candidates[0].clone(), Candidate { load: 10, ..free(2) }];
    assert_eq!(choose(&full, &LAST, Some(2)), Some((agent(1), Reason::OnlyOne)));
}

/// U5: the watchdog sees a waiting session beside somebody with room, and nothing else.
#[test]
fn a_waiter_beside_room_is_stuck() {
    let busy = Candidate { load: 10, ..free(2) };
    assert!(has_stuck_waiter(1, &[busy.clone(), free(1)], 10));
    assert!(!has_stuck_waiter(1, &[busy], 10));
    assert!(!has_stuck_waiter(0, &[free(1)], 10));
}

/// ROUTE-01, U6: the lowest number is served first, however the list comes; who got one counts as just busy.
#[test]
fn a_plan_serves_in_order() {
    let waiting = [3, 1, 2, 4].map(|number| Waiting {
        session_id: session(number),
        number: i64::try_from(number).expect("small"),
        last_agent: None,
    });
    let candidates = [
        Candidate {
            own_limit: 2,
            ..idle(1, 10)
        },
        Candidate {
            own_limit: 1,
            ..idle(2, 20)
        },
    ];
    let plan = plan(&waiting, &candidates, 10, &Policy::default(), Moment(99));
    let given: Vec<_> = plan.iter().map(|it| (it.session_id, it.agent_id, it.reason)).collect();
    assert_eq!(
        given,
        [
            (session(1), agent(1), Reason::LongestIdle),
            (session(2), agent(2), Reason::LongestIdle),
            (session(3), agent(1), Reason::OnlyOne),
        ],
        "the fourth waits: nobody has room"
    );
}

/// C08: a clock that steps back makes nobody look idle for longer.
#[test]
fn a_clock_that_steps_back_does_not_help() {
    let waiting = [1, 2].map(|number| Waiting {
        session_id: session(number),
        number: i64::try_from(number).expect("small"),
        last_agent: None,
    });
    let plan = plan(
        &waiting,
        &[idle(1, 100), idle(2, 200)],
        10,
        &Policy::default(),
        Moment(5),
    );
    assert_eq!(plan[0].agent_id, agent(1));
}

/// ROUTE-20: reasons are words in the log.
#[test]
fn reasons_are_stored_as_words() {
    let json = serde_json::to_string(&Reason::Priority { priority: 1 }).expect("plain data");
    assert_eq!(json, r#"{"rule":"priority","priority":1}"#);
    assert_eq!(
        serde_json::from_str::<Policy>("{}").expect("defaults"),
        Policy::default()
    );
}
