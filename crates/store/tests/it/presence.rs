//! Who is online: whoever a living node says is connected, and nobody else.

use domain::ids::{AgentId, Id, NodeId};
use domain::moment::Moment;
use store::presence::NodeRow;
use store::testing::for_each_engine;
use store::{Store, presence};
use uuid::Uuid;

use crate::world::{NOW, id, write};

async fn enter(store: &Store, id: NodeId, now: Moment, until: Moment) {
    let row = NodeRow {
        id,
        name: "node".into(),
        is_alone: false,
        key_mark: String::new(),
    };
    write(store, async move |tx| presence::enter(tx, &row, now, until).await).await;
}

async fn sign(store: &Store, node: NodeId, until: Moment) -> bool {
    write(store, async move |tx| presence::sign(tx, node, until).await).await
}

async fn connect(store: &Store, who: Uuid, node: NodeId) -> bool {
    write(store, async move |tx| presence::connect(tx, who, node, NOW).await).await
}

async fn disconnect(store: &Store, who: Uuid, node: NodeId) -> bool {
    write(store, async move |tx| presence::disconnect(tx, who, node).await).await
}

async fn is_online(store: &Store, who: Uuid, now: Moment) -> bool {
    presence::is_online(&mut store.reader(), who, now)
        .await
        .expect("a flag")
}

/// C11: the first connection to a node is news, others are not; who has one left is online.
#[tokio::test]
async fn online_while_any_node_has_a_connection() {
    for_each_engine(async |store| {
        let who = id::<AgentId>().uuid();
        let (one, two) = (id::<NodeId>(), id::<NodeId>());
        let until = NOW.plus_seconds(15);
        enter(&store, one, NOW, until).await;
        enter(&store, two, NOW, until).await;
        assert!(!is_online(&store, who, NOW).await);
        assert!(connect(&store, who, one).await);
        assert!(!connect(&store, who, one).await);
        assert!(connect(&store, who, two).await);
        assert!(is_online(&store, who, NOW).await);
        assert!(!is_online(&store, Uuid::now_v7(), NOW).await);
        assert!(disconnect(&store, who, one).await);
        assert!(!disconnect(&store, who, one).await);
        assert!(is_online(&store, who, NOW).await);
        assert!(disconnect(&store, who, two).await);
        assert!(!is_online(&store, who, NOW).await);
    })
    .await;
}

/// U9, C11: a node that stops signing takes its connections with it, whatever the rows say.
#[tokio::test]
async fn presence_ends_with_its_node() {
    for_each_engine(async |store| {
        let who = id::<AgentId>().uuid();
        let node = id::<NodeId>();
        enter(&store, node, NOW, NOW.plus_seconds(15)).await;
        connect(&store, who, node).await;
        assert!(is_online(&store, who, NOW.plus_seconds(14)).await);
        assert!(!is_online(&store, who, NOW.plus_seconds(15)).await);
        assert!(sign(&store, node, NOW.plus_seconds(20)).await);
        assert!(is_online(&store, who, NOW.plus_seconds(15)).await);
        // A connection to a node that nobody knows counts for nothing.
        let unknown = id::<NodeId>();
        let other = id::<AgentId>().uuid();
        connect(&store, other, unknown).await;
        assert!(!is_online(&store, other, NOW).await);
    })
    .await;
}

/// U9: a node that leaves, and one that is given up, take their connections only.
#[tokio::test]
async fn a_node_leaves_or_is_buried() {
    for_each_engine(async |store| {
        let who = id::<AgentId>().uuid();
        let nodes = [id::<NodeId>(), id::<NodeId>(), id::<NodeId>()];
        for (node, seconds) in nodes.into_iter().zip([100, 10, 100]) {
            enter(&store, node, NOW, NOW.plus_seconds(seconds)).await;
            connect(&store, who, node).await;
        }
        let [left, dead, living] = nodes;
        write(&store, async move |tx| presence::leave(tx, left).await).await;
        assert!(!disconnect(&store, who, left).await, "its connections went with it");
        let before = NOW.plus_seconds(20);
        let gone = write(&store, async move |tx| presence::bury(tx, before).await).await;
        assert_eq!(gone, [who]);
        assert!(!disconnect(&store, who, dead).await, "its connections went with it");
        assert!(is_online(&store, who, NOW.plus_seconds(50)).await);
        assert!(disconnect(&store, who, living).await);
        // Who was given up learns of it, and comes back without connections.
        assert!(!sign(&store, dead, NOW.plus_seconds(100)).await);
        enter(&store, dead, NOW, NOW.plus_seconds(100)).await;
        assert!(!is_online(&store, who, NOW).await);
        let others = presence::others(&mut store.reader(), living, NOW).await.expect("nodes");
        assert_eq!(others.iter().map(|node| node.id).collect::<Vec<_>>(), [dead]);
        let later = NOW.plus_seconds(100);
        assert_eq!(presence::others(&mut store.reader(), living, later).await, Ok(vec![]));
        // Who has the database to itself buries whoever was there before.
        connect(&store, who, dead).await;
        write(&store, async move |tx| presence::bury_others(tx, living).await).await;
        assert!(!is_online(&store, who, NOW).await);
        assert_eq!(presence::others(&mut store.reader(), living, NOW).await, Ok(vec![]));
    })
    .await;
}
