//! Generated files are committed; these tests say when they are stale and how to renew them.

use std::fs;

use xtask::catalogue::Catalogue;
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

/// SEC-01, SEC-04: every threat, contract, invariant and fault says whether it has a test, and that is so.
#[test]
fn lists_of_threats_and_faults_say_what_is_tested() {
    let root = tree::root();
    for (catalogue, cases) in [(Catalogue::Threats, 205), (Catalogue::Faults, 110)] {
        let file = catalogue.file();
        assert!(
            catalogue.cases(&root).expect(file).len() >= cases,
            "lines of {file} are gone"
        );
        let untruths = catalogue.untruths(&root).expect(file);
        let told: Vec<String> = untruths.iter().map(ToString::to_string).collect();
        assert!(
            told.is_empty(),
            "{file} does not say what is so; change its last column, or add the line:\n{}",
            told.join("\n")
        );
    }
}
