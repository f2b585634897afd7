//! The one conditional write that gives a session to an agent (C05), and what it is decided from.

use domain::agent::{AgentStatus, HARD_LIMIT};
use domain::ids::{AgentId, Id, SkillGroupId};
use domain::moment::Moment;
use store::reception;
use store::testing::for_each_engine;

use crate::world::{LIMIT, NOW, World, id, write};

/// Takes one place of the agent for the world's group.
async fn take(world: &World, by: (AgentId, i64)) -> bool {
    take_for(world, by, world.group, HARD_LIMIT, NOW).await
}

async fn take_for(world: &World, by: (AgentId, i64), group: SkillGroupId, hard_limit: i64, now: Moment) -> bool {
    write(&world.store, async move |tx| {
        reception::take(tx, by, group, hard_limit, now).await
    })
    .await
}

async fn candidates(world: &World, group: SkillGroupId, now: Moment) -> Vec<AgentId> {
    let rows = reception::candidates(&mut world.store.reader(), group, now)
        .await
        .expect("rows");
    rows.iter().map(|row| row.agent_id).collect()
}

/// C05: a place is taken one at a time, up to the own limit, and given back the same way.
#[tokio::test]
async fn the_load_changes_by_one() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let group = world.another_group(99).await;
        let by = world.agent("Ann").await;
        world.join(group, by.0).await;
        for load in 1..=LIMIT {
            assert!(take_for(&world, by, group, HARD_LIMIT, NOW).await);
            assert_eq!(world.load(by.0).await, load);
        }
        assert!(
            !take_for(&world, by, group, HARD_LIMIT, NOW).await,
            "ROUTE-03: at the own limit"
        );
        assert_eq!(world.load(by.0).await, LIMIT);
        write(&store, async move |tx| reception::give_back(tx, by.0, NOW).await).await;
        assert_eq!(world.load(by.0).await, LIMIT - 1);
        assert!(take_for(&world, by, group, HARD_LIMIT, NOW).await);
        for _ in 0..LIMIT + 1 {
            write(&store, async move |tx| reception::give_back(tx, by.0, NOW).await).await;
        }
        assert_eq!(world.load(by.0).await, 0, "I08: never below nothing");
    })
    .await;
}

/// C05, R6, R7: the least of own limit, group limit and ceiling decides, counted over all groups.
#[tokio::test]
async fn every_limit_is_asked_again_at_the_write() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (narrow, wide) = (world.another_group(1).await, world.another_group(99).await);
        let by = world.agent("Ann").await;
        for group in [narrow, wide] {
            world.join(group, by.0).await;
        }
        assert!(take_for(&world, by, wide, HARD_LIMIT, NOW).await);
        assert!(
            !take_for(&world, by, narrow, HARD_LIMIT, NOW).await,
            "R6: sessions of all groups count"
        );
        assert!(!take_for(&world, by, wide, 1, NOW).await, "R7: the ceiling");
        assert!(take_for(&world, by, wide, HARD_LIMIT, NOW).await);
        write(&store, async move |tx| store::agents::set_own_limit(tx, by, 2).await).await;
        assert!(
            !take_for(&world, by, wide, HARD_LIMIT, NOW).await,
            "U8: a limit lowered meanwhile"
        );
        assert_eq!(world.load(by.0).await, 2);
    })
    .await;
}

/// C05, C12, I09: whoever lost the right to a session between the look and the write gets nothing.
#[tokio::test]
async fn who_is_not_eligible_any_more_gets_nothing() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let tenant = world.tenant;

        let by = world.agent("signed in again").await;
        let newer = world.sign_in(by.0).await;
        assert!(!take(&world, by).await, "C12: an older sign-in");
        assert!(take(&world, (by.0, newer)).await);

        let by = world.agent("not ready").await;
        for status in [AgentStatus::NotReady, AgentStatus::Offline] {
            world.set_status(by, status).await;
            assert!(!take(&world, by).await, "ROUTE-03: {status:?}");
        }

        let by = world.agent("not a member").await;
        write(&store, {
            let group = world.group;
            async move |tx| store::skill_groups::leave(tx, (tenant, group), by.0).await
        })
        .await;
        assert!(!take(&world, by).await, "I09: out of the group");

        let by = world.agent("not connected").await;
        world.disconnect(by.0.uuid()).await;
        assert!(!take(&world, by).await, "U9: no page");

        let by = world.agent("on a dead node").await;
        let later = NOW.plus_seconds(3600);
        assert!(
            !take_for(&world, by, world.group, HARD_LIMIT, later).await,
            "U9: its node does not sign any more"
        );

        let by = world.agent("forced offline").await;
        write(&store, async move |tx| {
            store::agents::set_forced_offline(tx, tenant, by.0, true).await
        })
        .await;
        assert!(!take(&world, by).await, "R18");

        let by = world.agent("deleted").await;
        let (agent, epoch) = by;
        assert!(write(&store, async move |tx| store::agents::delete(tx, tenant, agent).await).await);
        world.join(world.group, agent).await;
        assert!(
            !take(&world, (agent, epoch)).await,
            "ADM-05: deleted, even with a membership left behind"
        );

        let by = world.agent("asked for a group that is gone").await;
        assert!(!take_for(&world, by, id(), HARD_LIMIT, NOW).await);
        assert_eq!(world.load(by.0).await, 0);
    })
    .await;
}

/// U8, I08: two who want the last place at the same time: exactly one gets it. On PostgreSQL they run on two
/// lanes, so the condition is asked of the row that the other one has just changed.
#[tokio::test(flavor = "multi_thread")]
async fn the_last_place_goes_to_one() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let by = world.agent("Ann").await;
        for round in 0..10 {
            while world.load(by.0).await < LIMIT - 1 {
                assert!(take(&world, by).await);
            }
            let one = tokio::spawn({
                let world = world.clone();
                async move { take(&world, by).await }
            });
            let two = tokio::spawn({
                let world = world.clone();
                async move { take(&world, by).await }
            });
            let won = [one.await.expect("a task"), two.await.expect("a task")];
            assert!(won[0] != won[1], "round {round}: {won:?}");
            assert_eq!(world.load(by.0).await, LIMIT);
            write(&store, async move |tx| reception::give_back(tx, by.0, NOW).await).await;
        }
    })
    .await;
}

/// ROUTE-02, ROUTE-03: candidates are free, connected, neither deleted nor forced offline, and of this group.
#[tokio::test]
async fn candidates_are_who_could_take_a_session() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let tenant = world.tenant;
        let ann = world.agent("Ann").await;
        let bob = world.agent("Bob").await;
        let full = world.agent("Full").await;
        for _ in 0..LIMIT {
            assert!(take(&world, full).await);
        }
        let (not_ready, away, forced) = (world.agent("N").await, world.agent("A").await, world.agent("F").await);
        world.set_status(not_ready, AgentStatus::NotReady).await;
        world.disconnect(away.0.uuid()).await;
        write(&store, async move |tx| {
            store::agents::set_forced_offline(tx, tenant, forced.0, true).await
        })
        .await;
        let never = world.stranger("never signed in").await;
        world.join(world.group, never).await;
        let other = world.another_group(5).await;
        world.join(other, bob.0).await;

        // Limits are left to the rules, which say why somebody is passed over.
        assert_eq!(candidates(&world, world.group, NOW).await, [ann.0, bob.0, full.0]);
        assert_eq!(candidates(&world, other, NOW).await, [bob.0]);
        assert_eq!(
            candidates(&world, world.group, NOW.plus_seconds(3600)).await,
            [],
            "U9: a dead node"
        );
        let rows = reception::candidates(&mut store.reader(), world.group, NOW)
            .await
            .expect("rows");
        let row = rows.iter().find(|row| row.agent_id == full.0).expect("the full one");
        assert_eq!(
            (row.load, row.own_limit, row.priority, row.epoch),
            (LIMIT, LIMIT, 3, full.1)
        );
        assert_eq!((row.status.as_str(), row.nickname.as_str()), ("free", "Full"));
    })
    .await;
}

/// ROUTE-02: who was given something, or gave something back, is idle only since then.
#[tokio::test]
async fn idle_time_begins_anew() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let by = world.agent("Ann").await;
        let idle_since = async || {
            let rows = reception::candidates(&mut store.reader(), world.group, NOW)
                .await
                .expect("rows");
            rows[0].idle_since
        };
        assert_eq!(idle_since().await, NOW.0);
        let later = NOW.plus_seconds(7);
        assert!(take_for(&world, by, world.group, HARD_LIMIT, later).await);
        assert_eq!(idle_since().await, later.0);
        let later = NOW.plus_seconds(9);
        write(&store, async move |tx| reception::give_back(tx, by.0, later).await).await;
        assert_eq!(idle_since().await, later.0);
    })
    .await;
}

/// FLOW-07: a flow learns how many members are online; a page more or another group's members do not count.
#[tokio::test]
async fn members_online_are_counted_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let ann = world.agent("Ann").await;
        let bob = world.agent("Bob").await;
        world.set_status(bob, AgentStatus::NotReady).await;
        let second_node = World::new(&store).await;
        second_node.connect(ann.0.uuid()).await;
        let online = async |now| {
            reception::online(&mut store.reader(), world.group, now)
                .await
                .expect("a count")
        };
        assert_eq!(online(NOW).await, 2, "not ready is online");
        world.set_status(bob, AgentStatus::Offline).await;
        assert_eq!(online(NOW).await, 1);
        assert_eq!(online(NOW.plus_seconds(3600)).await, 0);
        assert_eq!(
            reception::groups_of(&mut store.reader(), ann.0).await.expect("groups"),
            [world.group]
        );
        let group = reception::group(&mut store.reader(), world.group)
            .await
            .expect("a row")
            .expect("the group");
        assert_eq!((group.tenant_id, group.reception_limit), (world.tenant, LIMIT));
        assert!(
            reception::group(&mut store.reader(), id())
                .await
                .expect("a row")
                .is_none()
        );
    })
    .await;
}
