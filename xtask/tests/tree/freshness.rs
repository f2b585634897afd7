//! Generated files are committed; these tests say when they are stale and how to renew them.

use std::fs;

use xtask::printed::OPENAPI;
use xtask::{ids, tree};

#[test]
fn openapi_json_is_what_the_server_says() {
    let root = tree::root();
    let committed = fs::read_to_string(OPENAPI.committed(&root)).unwrap_or_default();
    let printed = OPENAPI.print(&root).unwrap_or_else(|error| panic!("{error}"));
    assert!(
        committed.trim_end() == printed.trim_end(),
        "openapi.json is stale: run `cargo xtask gen`"
    );
}

#[test]
fn every_promised_row_is_explained() {
    let rows = ids::rows_of(&tree::root(), 2).expect("xtask/rows.toml is in order");
    assert!(rows.len() > 50);
    assert!(rows.iter().all(|row| !row.says.is_empty()));
    ids::rows_of(&tree::root(), 0).expect_err("there is no issue 0");
}
