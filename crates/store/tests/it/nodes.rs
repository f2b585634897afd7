//! What several nodes share: bells for who missed them, and leases of jobs that one does for all.

use domain::ids::NodeId;
use store::bells::{self, BellRow};
use store::leases;
use store::presence::{self, NodeRow};
use store::testing::for_each_engine;

use crate::world::{NOW, id, write};

/// C09: rows of a node are numbered without a gap and kept for a while; one's own are not read; those of nodes that are
/// gone are forgotten.
#[tokio::test]
async fn c09_bells_are_numbered_per_node() {
    for_each_engine(async |store| {
        let (me, other) = (id::<NodeId>(), id::<NodeId>());
        for number in 1..=62 {
            write(&store, async move |tx| {
                bells::write(tx, other, number, "ses:1\nagt:2").await
            })
            .await;
        }
        write(&store, async move |tx| bells::write(tx, me, 1, "ses:3").await).await;
        let mut reader = store.reader();
        assert_eq!(bells::newest(&mut reader, me).await, Ok(vec![(other, 62)]));
        let rows = bells::after(&mut reader, other, 61).await.expect("rows");
        let row = BellRow {
            number: 62,
            names: "ses:1\nagt:2".into(),
        };
        assert_eq!(rows, [row]);
        let oldest = bells::after(&mut reader, other, 0).await.expect("rows")[0].number;
        assert_eq!(oldest, 3, "a minute's worth is kept");

        let row = NodeRow {
            id: me,
            name: "me".into(),
            is_alone: false,
            key_mark: String::new(),
        };
        write(&store, async move |tx| {
            presence::enter(tx, &row, NOW, NOW.plus_seconds(15)).await?;
            bells::prune(tx).await
        })
        .await;
        assert_eq!(bells::newest(&mut reader, other).await, Ok(vec![(me, 1)]));
        assert_eq!(bells::newest(&mut reader, me).await, Ok(vec![]));
    })
    .await;
}

/// C12: one node holds a job; who takes it over has a higher number, and the number before is refused from then on,
/// whatever the time.
#[tokio::test]
async fn c12_a_late_holder_is_refused_by_number() {
    for_each_engine(async |store| {
        let (one, two) = (id::<NodeId>(), id::<NodeId>());
        let hold = async |node, seconds| {
            let now = NOW.plus_seconds(seconds);
            let until = now.plus_seconds(60);
            write(&store, async move |tx| leases::hold(tx, "job", node, now, until).await).await
        };
        let is_still = async |number| write(&store, async move |tx| leases::is_still(tx, "job", number).await).await;
        assert_eq!(hold(one, 0).await, Some(1));
        assert_eq!(hold(two, 1).await, None);
        assert_eq!(hold(one, 30).await, Some(1), "going on keeps the number");
        assert_eq!(hold(two, 89).await, None);
        assert!(is_still(1).await);
        assert_eq!(hold(two, 90).await, Some(2));
        assert!(!is_still(1).await, "too late");
        assert!(is_still(2).await);
        write(&store, async move |tx| leases::release(tx, two).await).await;
        assert!(is_still(2).await, "nobody else has it yet");
        assert_eq!(hold(one, 91).await, Some(3));
        assert!(!is_still(2).await);
    })
    .await;
}

/// C12: of many who want a free job at the same time, one gets it.
#[tokio::test]
async fn c12_one_of_many_gets_the_job() {
    for_each_engine(async |store| {
        let tries = (0..8).map(|_| {
            let node = id::<NodeId>();
            write(&store, async move |tx| {
                leases::hold(tx, "job", node, NOW, NOW.plus_seconds(60)).await
            })
        });
        let got = futures_util::future::join_all(tries).await;
        assert_eq!(got.iter().flatten().count(), 1, "{got:?}");
    })
    .await;
}
