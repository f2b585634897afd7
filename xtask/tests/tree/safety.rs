//! Rules against whole kinds of weakness, as code: what must not stand in the sources at all.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use xtask::{cargo, tree};

/// The product's Rust code: path from the root, text without tests and comments.
fn rust() -> Vec<(PathBuf, String)> {
    let root = tree::root();
    let is_product = |path: &Path| {
        let in_tests = path.components().any(|part| part.as_os_str() == "tests");
        tree::has_extension(path, &["rs"]) && !in_tests && path.file_name() != Some("tests.rs".as_ref())
    };
    read(
        &root,
        &tree::files(&root.join("crates"), &is_product),
        tree::product_code,
    )
}

/// The pages' code, without tests.
fn pages() -> Vec<(PathBuf, String)> {
    let root = tree::root();
    let is_product = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let in_testing = path.components().any(|part| part.as_os_str() == "testing");
        tree::has_extension(path, &["ts", "tsx"]) && !name.contains(".test.") && !in_testing
    };
    let files = tree::files(&root.join("web"), &is_product);
    assert!(files.len() > 50, "the pages were not found");
    read(&root, &files, str::to_owned)
}

fn read(root: &Path, files: &[PathBuf], part: impl Fn(&str) -> String) -> Vec<(PathBuf, String)> {
    files
        .iter()
        .map(|path| {
            let source = fs::read_to_string(path).expect("a source is readable");
            (
                path.strip_prefix(root).expect("below the root").to_owned(),
                part(&source),
            )
        })
        .collect()
}

fn must_not_hold(sources: &[(PathBuf, String)], forbidden: &[&str]) {
    let found: Vec<_> = sources
        .iter()
        .flat_map(|(path, code)| {
            let found = forbidden.iter().filter(|text| code.contains(**text));
            found.map(move |text| format!("{}: {text}", path.display()))
        })
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// T101, T104: pages build no markup out of text, and run none.
#[test]
fn pages_make_no_markup() {
    must_not_hold(
        &pages(),
        &[
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "dangerouslySetInnerHTML",
            "document.write",
            "createContextualFragment",
            "eval(",
            "new Function(",
            "srcdoc",
        ],
    );
}

/// T805: no pattern is made of what somebody typed, and the server has no pattern engine at all among its own tools.
#[test]
fn nobody_writes_patterns() {
    must_not_hold(&pages(), &["new RegExp(", " RegExp("]);
    let mine: Vec<_> = rust();
    must_not_hold(&mine, &["regex::", "Regex::new", "fancy_regex", "pcre2"]);
}

/// T1208, I23: a line of a conversation, or of what was noted about a change, is written once: no statement changes or
/// removes one.
#[test]
fn what_was_written_down_stays() {
    let store: Vec<_> = rust()
        .into_iter()
        .filter(|(path, _)| path.starts_with("crates/store"))
        .map(|(path, code)| {
            (
                path,
                code.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase(),
            )
        })
        .collect();
    assert!(
        store.iter().any(|(_, code)| code.contains("INSERT INTO ENTRIES")),
        "the statements were not found"
    );
    must_not_hold(
        &store,
        &[
            "UPDATE ENTRIES",
            "DELETE FROM ENTRIES",
            "UPDATE AUDIT",
            "DELETE FROM AUDIT",
        ],
    );
}

/// T806: no statement that holds anything of anybody is put together at run time.
#[test]
fn statements_are_not_put_together() {
    let store: Vec<_> = rust()
        .into_iter()
        .filter(|(path, _)| path.starts_with("crates/store") && !path.starts_with("crates/store/src/engine"))
        .collect();
    assert!(store.len() > 10, "the statements were not found");
    let made = |code: &str| {
        let code: String = code.split_whitespace().collect();
        ["SELECT", "INSERT", "UPDATE", "DELETE"]
            .iter()
            .any(|verb| code.contains(&format!("format!(\"{verb}")) || code.contains(&format!("push_str(\"{verb}")))
    };
    let found: Vec<_> = store
        .iter()
        .filter(|(_, code)| made(code))
        .map(|(path, _)| path)
        .collect();
    assert!(found.is_empty(), "{found:?}");
}

/// T1213: no code of ours is unsafe, and that cannot be lifted in one place.
#[test]
fn no_code_is_unsafe() {
    let workspace = fs::read_to_string(tree::root().join("Cargo.toml")).expect("a manifest");
    assert!(workspace.contains("unsafe_code = \"forbid\""));
    let inherits = |path: &Path| path.file_name() == Some("Cargo.toml".as_ref());
    for manifest in tree::files(&tree::root().join("crates"), &inherits) {
        let text = fs::read_to_string(&manifest).expect("a manifest");
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
}

/// T615: nothing in the program reads a format that can build code or types out of data; tests may.
#[test]
fn no_format_builds_code() {
    let arguments = [
        "tree",
        "--package",
        "server",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let packages = cargo::output(&tree::root(), &arguments).expect("cargo tree");
    assert!(
        packages.lines().any(|line| line.starts_with("serde_json ")),
        "the tree was not read"
    );
    let unwanted: Vec<_> = packages
        .lines()
        .filter(|line| {
            let name = line.split(' ').next().unwrap_or_default();
            [
                "yaml",
                "pickle",
                "bincode",
                "rmp-serde",
                "ron",
                "mlua",
                "rhai",
                "wasmtime",
                "calamine",
                "zip",
            ]
            .iter()
            .any(|kind| name == *kind || name.ends_with(&format!("-{kind}")) || name.ends_with(&format!("_{kind}")))
        })
        .collect();
    assert_eq!(unwanted, Vec::<&str>::new(), "think about T615 first");
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    source: Option<String>,
    checksum: Option<String>,
}

/// T1211: every dependency comes from its registry and is pinned by its hash; only the project's own packages do not.
#[test]
fn dependencies_are_pinned() {
    let root = tree::root();
    let lock = fs::read_to_string(root.join("Cargo.lock")).expect("Cargo.lock is committed");
    let lock: Lock = toml::from_str(&lock).expect("Cargo.lock is in order");
    let own: Vec<_> = lock.package.iter().filter(|package| package.source.is_none()).collect();
    assert!(own.len() < 20, "packages without a source: more than the project has");
    for package in lock.package.iter().filter(|package| package.source.is_some()) {
        let is_registry = package.source.as_deref() == Some("registry+https://github.com/rust-lang/crates.io-index");
        assert!(
            is_registry && package.checksum.is_some(),
            "{} is not pinned",
            package.name
        );
    }
    for folder in ["web", "e2e"] {
        let lock = fs::read_to_string(root.join(folder).join("package-lock.json")).expect("a lock file");
        let lock: serde_json::Value = serde_json::from_str(&lock).expect("JSON");
        let packages = lock["packages"].as_object().expect("packages");
        assert!(packages.len() > 5, "{folder}: no packages");
        for (name, package) in packages {
            let is_foreign = name.contains("node_modules/") && package["link"] != true;
            let from = package["resolved"].as_str().unwrap_or("https://registry.npmjs.org/");
            assert!(
                !is_foreign || (package["integrity"].is_string() && from.starts_with("https://registry.npmjs.org/")),
                "{folder}: {name} is not pinned"
            );
        }
    }
}

/// T1216: who finds a weakness finds out how to report it, and what is supported.
#[test]
fn weaknesses_can_be_reported() {
    let root = tree::root();
    let policy = fs::read_to_string(root.join("SECURITY.md")).expect("SECURITY.md");
    for heading in [
        "## Reporting a weakness",
        "## Supported versions",
        "## What happens then",
    ] {
        assert!(policy.contains(heading), "{heading}");
    }
    let readme = fs::read_to_string(root.join("README.md")).expect("README.md");
    assert!(readme.contains("SECURITY.md"), "README.md leads there");
}
