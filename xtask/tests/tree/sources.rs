//! Rules that need a look at the sources.

use std::fs;
use std::path::{Component, Path, PathBuf};

use xtask::tree;

/// The product's code of every crate: path from the root, text without tests and comments.
fn product() -> Vec<(PathBuf, String)> {
    let root = tree::root();
    let is_product = |path: &Path| {
        let in_tests = path.components().any(|part| part.as_os_str() == "tests");
        tree::has_extension(path, &["rs"]) && !in_tests && path.file_name() != Some("tests.rs".as_ref())
    };
    tree::files(&root.join("crates"), &is_product)
        .into_iter()
        .map(|path| {
            let source = fs::read_to_string(&path).expect("a source is readable");
            let relative = path.strip_prefix(&root).expect("below the root").to_owned();
            (relative, tree::product_code(&source))
        })
        .collect()
}

/// The text without white space, so that a chain broken over lines reads like one on a line.
fn squeezed(code: &str) -> String {
    code.split_whitespace().collect()
}

/// Whether the code opens a write transaction. `write` of files and locks takes no closure.
fn opens_a_write(code: &str) -> bool {
    let code = squeezed(code);
    [".write(async", "store.write(", "store().write(", "Store::write("]
        .iter()
        .any(|call| code.contains(call))
}

#[test]
fn only_app_opens_write_transactions() {
    let product = product();
    let writers: Vec<_> = product.iter().filter(|(_, code)| opens_a_write(code)).collect();
    assert!(
        writers.iter().any(|(path, _)| path.starts_with("crates/app")),
        "app writes"
    );
    let others = writers.iter().map(|(path, _)| path).filter(|path| {
        let is_allowed = ["crates/app", "crates/store", "crates/testkit"];
        !is_allowed.iter().any(|allowed| path.starts_with(allowed))
    });
    assert_eq!(others.collect::<Vec<_>>(), Vec::<&PathBuf>::new());
}

#[test]
fn a_write_is_told_from_other_writes() {
    assert!(opens_a_write("app.store\n    .write(async move |tx| {"));
    assert!(opens_a_write("self.store().write(body)"));
    assert!(!opens_a_write("self.listeners.write().unwrap(); file.write(&bytes)?;"));
}

/// C10: every queue has a bound.
#[test]
fn no_queue_is_unbounded() {
    let unbounded = [
        "unbounded_channel",
        "mpsc::unbounded",
        "mpsc::channel()",
        "channel::unbounded",
    ];
    let found: Vec<_> = product()
        .into_iter()
        .filter(|(_, code)| unbounded.iter().any(|call| squeezed(code).contains(call)))
        .map(|(path, _)| path)
        .collect();
    assert_eq!(found, Vec::<PathBuf>::new());
}

/// A clone has everything it speaks of: no relative path leads out of the repository.
#[test]
fn the_repository_stands_alone() {
    let root = tree::root();
    let texts = [
        "md", "rs", "ts", "tsx", "js", "json", "toml", "html", "css", "sql", "yml", "yaml", "",
    ];
    let mut leading_out = Vec::new();
    for path in tree::files(&root, &|path| texts.contains(&extension(path)) && !in_ci(&root, path)) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let relative = path.strip_prefix(&root).expect("below the root");
        let depth = relative.components().count() - 1;
        for word in text.split(|letter: char| !is_of_path(letter)) {
            if word.starts_with("../") && climbs(word) > depth {
                leading_out.push(format!("{}: {word}", relative.display()));
            }
        }
    }
    assert_eq!(leading_out, Vec::<String>::new());
}

/// Every file that a document points to is there.
#[test]
fn links_in_documents_lead_somewhere() {
    let root = tree::root();
    let mut broken = Vec::new();
    for path in tree::files(&root, &|path| tree::has_extension(path, &["md"])) {
        let text = fs::read_to_string(&path).expect("a document is readable");
        for target in links(&text) {
            let folder = path.parent().expect("a file lies in a folder");
            if !folder.join(target).exists() {
                broken.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

/// The files that Markdown links and pictures point to, without the part after `#`.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?.split('#').next()?;
        let is_file = !target.is_empty() && !target.contains(':') && !target.starts_with('/');
        (is_file && !target.contains(char::is_whitespace)).then_some(target)
    })
}

fn extension(path: &Path) -> &str {
    path.extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
}

fn in_ci(root: &Path, path: &Path) -> bool {
    path.starts_with(root.join(".ci"))
}

fn is_of_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '/' | '-' | '_')
}

/// How many folders up a path leads at its highest.
fn climbs(path: &str) -> usize {
    let ups = Path::new(path)
        .components()
        .take_while(|part| *part == Component::ParentDir);
    ups.count()
}
