//! What goes in comes out, on both engines alike.

use domain::ids::{AgentId, Id};
use domain::moment::Moment;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use store::testing::for_each_empty_database;
use store::{Query, Store, StoreError, params};
use uuid::Uuid;

use crate::notes::statements;

statements! {
    CREATE = "CREATE TABLE things (
        id TEXT PRIMARY KEY, text TEXT, number BIGINT, flag BOOLEAN, at BIGINT NOT NULL, small BIGINT)";
    PUT = "INSERT INTO things (id, text, number, flag, at, small) VALUES ($1, $2, $3, $4, $5, $6)";
    GET = "SELECT id, text, number, flag, at, small FROM things WHERE id = $1";
    SAME = "SELECT id FROM things WHERE id = $1 AND text IS NOT DISTINCT FROM CAST($2 AS TEXT)
            AND flag IS NOT DISTINCT FROM CAST($3 AS BOOLEAN)";
    ECHO = "SELECT CAST($1 AS TEXT)";
}

store::row! {
    /// One of every kind of column.
    #[derive(Debug, Clone, PartialEq, Eq)]
    struct Thing {
        id: AgentId,
        text: Option<String>,
        number: Option<i64>,
        flag: Option<bool>,
        at: Moment,
        small: Option<u32>,
    }
}

fn things() -> impl Strategy<Value = Thing> {
    let text = any::<String>().prop_map(|text| text.replace('\0', ""));
    let of = proptest::option::of::<BoxedStrategy<String>>;
    let number = proptest::option::of(prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)]);
    let flag = proptest::option::of(any::<bool>());
    let small = proptest::option::of(any::<u32>());
    (any::<u128>(), of(text.boxed()), number, flag, any::<i64>(), small).prop_map(
        |(id, text, number, flag, at, small)| Thing {
            id: AgentId::from_uuid(Uuid::from_u128(id)),
            text,
            number,
            flag,
            at: Moment(at),
            small,
        },
    )
}

async fn put(store: &Store, thing: Thing) -> Result<u64, StoreError> {
    store
        .write(async move |tx| {
            let Thing {
                id,
                text,
                number,
                flag,
                at,
                small,
            } = &thing;
            tx.execute(&PUT, params![id, text, number, flag, at, small]).await
        })
        .await
}

/// Any value comes back as it went in, and is found by itself.
#[tokio::test]
async fn values_come_back_as_they_went_in() {
    for_each_empty_database(async |store| {
        store
            .write(async |tx| tx.execute(&CREATE, params![]).await)
            .await
            .expect("a table");
        let mut runner = TestRunner::default();
        for _ in 0..200 {
            let thing = things().new_tree(&mut runner).expect("a thing").current();
            assert_eq!(put(&store, thing.clone()).await, Ok(1), "{thing:?}");
            let mut reader = store.reader();
            let read = reader.one::<Thing>(&GET, params![thing.id]).await;
            assert_eq!(read.as_ref(), Ok(&thing));
            let values = params![thing.id, thing.text.as_deref(), thing.flag];
            assert_eq!(reader.one::<AgentId>(&SAME, values).await, Ok(thing.id), "{thing:?}");
        }
    })
    .await;
}

/// Texts that have bitten others: four-byte characters, right-to-left marks, joined emoji, a lone
/// combining mark, quotes, backslashes, what looks like a placeholder.
#[tokio::test]
async fn odd_texts_come_back_as_they_went_in() {
    for_each_empty_database(async |store| {
        for text in [
            "",
            " ",
            "客服，您好",
            "👩‍👩‍👧‍👦",
            "\u{202e}abc",
            "\u{301}",
            "'; DROP TABLE things; --",
            "\\ \\0 $1 ?1",
            "\u{1}\u{7f}\u{fffd}\u{10ffff}",
        ] {
            let echo = store.reader().one::<String>(&ECHO, params![text]).await;
            assert_eq!(echo.as_deref(), Ok(text));
        }
    })
    .await;
}

/// PostgreSQL cannot store the character NUL, so neither does.
#[tokio::test]
async fn text_with_nul_is_refused_by_both_engines() {
    for_each_empty_database(async |store| {
        let refused = StoreError::Encode {
            statement: "ECHO",
            position: 1,
            reason: "text with the character NUL",
        };
        let read = store.reader().one::<String>(&ECHO, params!["a\0b"]).await;
        assert_eq!(read, Err(refused.clone()));
        let written = store
            .write(async |tx| tx.one::<String>(&ECHO, params!["\0"]).await)
            .await;
        assert_eq!(written, Err(refused));
    })
    .await;
}

/// A number that does not fit its field is an error, not another number.
#[tokio::test]
async fn numbers_are_not_cut_off() {
    for_each_empty_database(async |store| {
        store
            .write(async |tx| tx.execute(&CREATE, params![]).await)
            .await
            .expect("a table");
        let id = AgentId::from_uuid(Uuid::from_u128(1));
        let none = None::<&str>;
        let wide = params![id, none, none, None::<bool>, 0, i64::from(u32::MAX) + 1];
        store
            .write(async move |tx| tx.execute(&PUT, wide.clone()).await)
            .await
            .expect("a row");
        let read = store.reader().one::<Thing>(&GET, params![id]).await;
        assert!(matches!(read, Err(StoreError::Decode { column: 5, .. })), "{read:?}");
    })
    .await;
}
