//! What we do not want in the binary.

use xtask::{cargo, tree};

/// `aws-lc-sys` is a second crypto provider with a C build; `rsa` has an open advisory. Both come in
/// by a default feature of something else.
#[test]
fn ring_is_the_only_crypto_provider() {
    let arguments = [
        "tree",
        "--workspace",
        "--edges",
        "all",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ];
    let packages = cargo::output(&tree::root(), &arguments).expect("cargo tree");
    assert!(
        packages.lines().any(|line| line.starts_with("ring ")),
        "the tree was not read"
    );
    let unwanted: Vec<_> = packages
        .lines()
        .filter(|line| {
            ["aws-lc-sys ", "aws-lc-rs ", "rsa "]
                .iter()
                .any(|name| line.starts_with(name))
        })
        .collect();
    assert_eq!(unwanted, Vec::<&str>::new());
}
