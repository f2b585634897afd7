//! What is noted of agents: connections lost once, the history of their states, figures of their day.

use domain::agent::{AgentConnection, AgentStatus, SpanCause};
use domain::ids::{AgentId, Id};
use domain::moment::Moment;
use domain::session::EndedBy;
use store::agent_spans::OPEN;
use store::testing::for_each_engine;
use store::{Store, agent_connections, agent_spans, own_figures};

use crate::world::{NOW, World, stamp_at, write};

fn at(seconds: i64) -> Moment {
    NOW.plus_seconds(seconds)
}

async fn connect(store: &Store, agent: AgentId, now: Moment) -> bool {
    write(store, async move |tx| agent_connections::connect(tx, agent, now).await).await
}

async fn lose(store: &Store, agent: AgentId, now: Moment) -> bool {
    write(store, async move |tx| agent_connections::lose(tx, agent, now).await)
        .await
        .is_some()
}

async fn give_up(store: &Store, agent: AgentId, now: Moment) -> bool {
    write(store, async move |tx| agent_connections::give_up(tx, agent, now).await).await
}

async fn note(store: &Store, agent: AgentId, cause: SpanCause, now: Moment) {
    write(store, async move |tx| {
        agent_spans::note(tx, agent, cause, Some(agent), now).await
    })
    .await;
}

/// C11, ROUTE-22: a loss is noted once, and only when no living node has a connection; giving up follows a loss only.
#[tokio::test]
async fn a_loss_is_noted_once() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (agent, _) = world.agent("Ann").await;
        assert!(connect(&store, agent, NOW).await);
        assert!(!connect(&store, agent, NOW).await, "no news");
        assert!(!lose(&store, agent, NOW).await, "a connection stands");
        assert!(!give_up(&store, agent, NOW).await);
        world.disconnect(agent.uuid()).await;
        assert!(lose(&store, agent, at(1)).await);
        assert!(!lose(&store, agent, at(2)).await, "once");
        let since = agent_connections::lost_since(&mut store.reader(), agent).await;
        assert_eq!(since, Ok(Some(at(1))));
        assert!(connect(&store, agent, at(3)).await, "back in time");
        assert!(!give_up(&store, agent, at(4)).await, "M9: the old loss is forgotten");
        assert!(lose(&store, agent, at(5)).await);
        assert!(give_up(&store, agent, at(6)).await);
        assert!(!give_up(&store, agent, at(7)).await, "once");
        assert_eq!(
            agent_connections::lost_since(&mut store.reader(), agent).await,
            Ok(None)
        );
    })
    .await;
}

/// U9: agents of a node that stopped signing are found; those who were never connected are not.
#[tokio::test]
async fn connections_of_a_dead_node_are_found() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, _) = world.agent("Ann").await;
        world.stranger("never here").await;
        connect(&store, ann, NOW).await;
        let lost = async |now| agent_connections::lost(&mut store.reader(), now).await.expect("ids");
        assert_eq!(lost(at(3_599)).await, []);
        assert_eq!(lost(at(3_600)).await, [ann], "its node signed for an hour");
        let up = async |now| agent_connections::up_since(&mut store.reader(), now).await;
        assert_eq!(up(at(3_599)).await, Ok(Some(NOW)));
        assert_eq!(up(at(3_600)).await, Ok(None), "nobody could come back");
    })
    .await;
}

/// ROUTE-07, DATA-04: each change of status or connection ends one span and begins the next; what changes nothing
/// leaves no trace, and a clock that stepped back makes none end before it began.
#[tokio::test]
async fn spans_follow_each_other() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let by = world.agent("Ann").await;
        let agent = by.0;
        connect(&store, agent, NOW).await;
        note(&store, agent, SpanCause::Connected, NOW).await;
        note(&store, agent, SpanCause::Connected, at(5)).await;
        world.set_status(by, AgentStatus::NotReady).await;
        note(&store, agent, SpanCause::Chosen, at(10)).await;
        world.disconnect(agent.uuid()).await;
        lose(&store, agent, at(4)).await;
        note(&store, agent, SpanCause::Disconnected, at(4)).await;
        let spans = agent_spans::after(&mut store.reader(), agent, Moment(0))
            .await
            .expect("spans");
        let told: Vec<_> = spans
            .iter()
            .map(|span| (span.status, span.connection, span.since, span.until, span.cause))
            .collect();
        use AgentConnection::{Connected, Disconnected};
        assert_eq!(
            told,
            [
                (AgentStatus::Free, Connected, NOW.0, at(10).0, SpanCause::Connected),
                (AgentStatus::NotReady, Connected, at(10).0, at(10).0, SpanCause::Chosen),
                (
                    AgentStatus::NotReady,
                    Disconnected,
                    at(4).0,
                    OPEN.0,
                    SpanCause::Disconnected
                ),
            ]
        );
        assert_eq!(spans[0].actor_id, Some(agent));
        let later = agent_spans::after(&mut store.reader(), agent, at(10))
            .await
            .expect("spans");
        assert_eq!(later.len(), 1, "only what lasts longer");
    })
    .await;
}

/// WORK-20: sessions count for the agent who has them or had them to their end, from the day's begin on.
#[tokio::test]
async fn own_sessions_are_counted() {
    for_each_engine(async |store| {
        let world = World::new(&store).await;
        let (ann, _) = world.agent("Ann").await;
        let figures = async |since| {
            let row = own_figures::own(&mut store.reader(), ann, since)
                .await
                .expect("figures");
            (row.taken, row.ended)
        };
        assert_eq!(figures(NOW).await, (0, 0));
        let mut sessions = Vec::new();
        for name in ["one", "two", "three"] {
            let visitor = world.visitor(name).await;
            sessions.push(world.active(visitor, ann).await.id);
        }
        assert_eq!(figures(NOW).await, (3, 0));
        let end = |session: &mut domain::session::Session| {
            session.end(stamp_at(at(60)), EndedBy::Agent).expect("an open session");
        };
        world.change(sessions[0], end).await;
        assert_eq!(figures(NOW).await, (3, 1));
        world
            .change(sessions[1], |session| {
                let reason = domain::session::RequeueReason::AgentDisconnected;
                assert!(session.requeue(stamp_at(at(61)), reason).is_some());
            })
            .await;
        assert_eq!(figures(NOW).await, (2, 1), "who went back to the queue is nobody's");
        assert_eq!(figures(at(1)).await, (0, 1), "given yesterday, ended today");
        assert_eq!(figures(at(61)).await, (0, 0));
    })
    .await;
}
