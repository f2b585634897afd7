//! Which crate may use which: a new arrow is a visible decision.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use xtask::{cargo, tree};

/// Crate → the crates of ours that it may use. Arrows go down only (ARCHITECTURE.md).
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("store", &["domain"]),
    ("bus", &[]),
    ("egress", &[]),
    ("app", &["domain", "store", "bus", "egress"]),
    ("channels", &["domain", "app", "egress"]),
    ("compat", &["domain", "app"]),
    ("api", &["domain", "app", "bus", "store"]),
    (
        "server",
        &["domain", "store", "bus", "egress", "app", "channels", "compat", "api"],
    ),
    (
        "testkit",
        &[
            "domain", "store", "bus", "egress", "app", "channels", "compat", "api", "server",
        ],
    ),
    (
        "tests",
        &[
            "domain", "store", "bus", "egress", "app", "channels", "compat", "api", "server", "testkit",
        ],
    ),
    ("bench", &["domain", "store", "bus", "egress", "app"]),
    ("chaos", &["domain", "store", "testkit"]),
    ("xtask", &[]),
];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
    path: Option<String>,
}

/// Tests of a crate may also use the test kit and the crate itself with other features.
fn is_allowed(package: &str, allowed: &[&str], dependency: &Dependency) -> bool {
    let for_tests = dependency.kind.as_deref() == Some("dev");
    allowed.contains(&dependency.name.as_str())
        || (for_tests && (dependency.name == "testkit" || dependency.name == package))
}

#[test]
fn crates_use_only_what_lies_below_them() {
    let printed = cargo::output(&tree::root(), &["metadata", "--no-deps", "--format-version", "1"]);
    let metadata: Metadata = serde_json::from_str(&printed.expect("cargo metadata")).expect("the format of version 1");
    let mut wrong = BTreeSet::new();
    for package in &metadata.packages {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == package.name) else {
            wrong.insert(format!("{} has no place in the table", package.name));
            continue;
        };
        let ours = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some());
        for dependency in ours.filter(|dependency| !is_allowed(&package.name, allowed, dependency)) {
            wrong.insert(format!("{} must not use {}", package.name, dependency.name));
        }
    }
    assert!(metadata.packages.len() > 5, "the workspace was not read");
    assert_eq!(wrong, BTreeSet::new());
}

/// `domain` brings neither clock nor randomness: built alone no other crate's features leak in.
#[test]
fn domain_builds_alone() {
    let root = tree::root();
    cargo::output(&root, &["check", "--quiet", "--package", "domain"]).expect("for this machine");
    let features = [
        "tree",
        "--package",
        "domain",
        "--edges",
        "normal,features",
        "--prefix",
        "none",
    ];
    let features = cargo::output(&root, &features).expect("cargo tree");
    for forbidden in [
        "jiff feature \"std\"",
        "uuid feature \"v4\"",
        "uuid feature \"v7\"",
        "getrandom ",
    ] {
        assert!(!features.contains(forbidden), "domain must not have {forbidden}");
    }
    let sysroot = std::process::Command::new("rustc")
        .args(["--print", "sysroot"])
        .output();
    let sysroot = String::from_utf8(sysroot.expect("rustc").stdout).expect("a path");
    if Path::new(sysroot.trim())
        .join("lib/rustlib/wasm32-unknown-unknown")
        .exists()
    {
        let wasm = [
            "check",
            "--quiet",
            "--package",
            "domain",
            "--target",
            "wasm32-unknown-unknown",
        ];
        cargo::output(&root, &wasm).expect("for the browser");
    } else {
        println!("the target wasm32-unknown-unknown is not installed: checked for this machine only");
    }
}
