//! One text and one schema for two engines.

use store::testing::{TestDatabase, for_each_empty_database, for_each_engine, shape};
use store::{Engine, Query, Store, StoreError, params};

use crate::notes::statements;

statements! {
    SQLITE_COLUMNS = "SELECT m.name, c.name, lower(c.type), c.\"notnull\" = 0 AND c.pk = 0
        FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' ORDER BY 1, 2";
    POSTGRES_COLUMNS = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT),
            CAST(data_type AS TEXT), is_nullable = 'YES'
        FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2";
    SQLITE_INDEXES = "SELECT i.name, i.\"unique\", i.partial,
            (SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
        FROM sqlite_master m JOIN pragma_index_list(m.name) i
        WHERE m.type = 'table' AND i.origin = 'c' ORDER BY 1";
    POSTGRES_INDEXES = "SELECT CAST(c.relname AS TEXT), i.indisunique, i.indpred IS NOT NULL,
            (SELECT string_agg(CAST(a.attname AS TEXT), ',' ORDER BY k.place)
             FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, place)
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum)
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND NOT EXISTS
            (SELECT 1 FROM pg_constraint WHERE conindid = i.indexrelid) ORDER BY 1";
    FROM_THE_FUTURE = "INSERT INTO migrations (name, checksum, applied_at) VALUES ('9999_later', '', 0)";
    FORGED = "UPDATE migrations SET checksum = 'another'";
}

/// The named numbers of placeholders and columns of each statement.
async fn shapes(store: &Store) -> Vec<String> {
    let mut shapes = Vec::new();
    for sql in store::statements() {
        let shape = match shape(store, sql).await {
            Ok((placeholders, columns)) => format!("{placeholders} placeholders, {columns} columns"),
            Err(error) => format!("{error}"),
        };
        shapes.push(format!("{} {}: {shape}", sql.file, sql.name));
    }
    shapes
}

/// Opens a migrated store on each engine.
async fn both() -> [(Store, TestDatabase); 2] {
    let databases = [TestDatabase::sqlite(), TestDatabase::postgres().await];
    let mut stores = Vec::new();
    for database in databases {
        let store = Store::open(database.settings()).await.expect("an open store");
        store.migrate(0).await.expect("a migrated store");
        stores.push((store, database));
    }
    stores.try_into().map_err(|_| ()).expect("two stores")
}

async fn remove(stores: [(Store, TestDatabase); 2]) {
    for (store, database) in stores {
        store.close().await;
        database.remove().await;
    }
}

/// OPS-04: each text is understood by both engines, with as many placeholders and columns.
#[tokio::test]
async fn every_statement_prepares_on_both_engines() {
    let stores = both().await;
    let (sqlite, postgres) = (shapes(&stores[0].0).await, shapes(&stores[1].0).await);
    assert!(sqlite.len() > 1, "no statements were found");
    for (sqlite, postgres) in sqlite.iter().zip(&postgres) {
        assert!(sqlite.ends_with(" columns"), "SQLite refuses {sqlite}");
        assert_eq!(sqlite, postgres);
    }
    remove(stores).await;
}

/// OPS-04, C16: both engines end up with the same tables, columns, kinds and indexes.
#[tokio::test]
async fn c16_both_engines_have_the_same_tables_columns_and_indexes() {
    let stores = both().await;
    let [(sqlite, _), (postgres, _)] = &stores;
    type Columns = Vec<(String, String, String, bool)>;
    let ours: Columns = sqlite.reader().all(&SQLITE_COLUMNS, params![]).await.expect("columns");
    let theirs: Columns = postgres
        .reader()
        .all(&POSTGRES_COLUMNS, params![])
        .await
        .expect("columns");
    assert!(ours.len() > 10, "no tables were found");
    assert_eq!(ours, theirs);
    type Indexes = Vec<(String, bool, bool, String)>;
    let ours: Indexes = sqlite.reader().all(&SQLITE_INDEXES, params![]).await.expect("indexes");
    let theirs: Indexes = postgres
        .reader()
        .all(&POSTGRES_INDEXES, params![])
        .await
        .expect("indexes");
    assert!(!ours.is_empty(), "no indexes were found");
    assert_eq!(ours, theirs);
    remove(stores).await;
}

/// C16: what is missing is applied in order, once; two servers that start together do not collide.
#[tokio::test]
async fn c16_migrations_are_applied_once() {
    for_each_empty_database(async |store| {
        let pending = store.pending_migrations().await.expect("a list");
        assert!(!pending.is_empty());
        let (one, other) = tokio::join!(store.migrate(1), store.migrate(2));
        let mut applied = one.expect("applied");
        applied.extend(other.expect("applied"));
        applied.sort();
        assert_eq!(applied, pending);
        assert_eq!(store.pending_migrations().await, Ok(vec![]));
    })
    .await;
}

/// C16, F72: an older program refuses to touch the tables of a newer one.
#[tokio::test]
async fn c16_f72_a_newer_schema_is_refused() {
    for_each_engine(async |store| {
        store
            .write(async |tx| tx.execute(&FROM_THE_FUTURE, params![]).await)
            .await
            .expect("a row");
        for refused in [store.migrate(1).await, store.pending_migrations().await] {
            let Err(StoreError::NewerSchema { found, known }) = refused else {
                panic!("not refused: {refused:?}");
            };
            assert_eq!(found, "9999_later");
            assert!(known.starts_with("00"), "{known}");
        }
    })
    .await;
}

/// C16: a migration that was changed after the fact is refused by name.
#[tokio::test]
async fn c16_a_changed_checksum_is_refused() {
    for_each_engine(async |store| {
        store
            .write(async |tx| tx.execute(&FORGED, params![]).await)
            .await
            .expect("a row");
        let refused = store.migrate(1).await;
        let expected = StoreError::MigrationChanged("0001_first_conversation".to_owned());
        assert_eq!(refused, Err(expected));
    })
    .await;
}

/// The store knows what is underneath.
#[tokio::test]
async fn the_engine_follows_the_address() {
    let stores = both().await;
    assert_eq!(stores[0].0.engine(), Engine::Sqlite);
    assert_eq!(stores[1].0.engine(), Engine::Postgres);
    remove(stores).await;
}
