//! What the fuzzers start from and what they found, replayed (threats: each parser has a fuzz target with a corpus).

use std::fs;
use std::path::Path;

#[path = "../../../fuzz/targets.rs"]
mod targets;

/// Runs a target with each file of its corpus; there must be some.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let mut count = 0;
    for file in fs::read_dir(&folder).expect("a corpus") {
        let path = file.expect("a file").path();
        println!("{}", path.display());
        run(&fs::read(&path).expect("readable"));
        count += 1;
    }
    assert!(count >= 5, "{} holds {count} files", folder.display());
}

/// T802, T901: documents.
#[test]
fn flow_document() {
    replay("flow_document", targets::flow_document);
    targets::flow_document(include_bytes!("flows/all-nodes.json"));
}

/// T902: templates.
#[test]
fn flow_template() {
    replay("flow_template", targets::flow_template);
}

/// T703 to T709, T903: addresses, bodies and answers of calls.
#[test]
fn flow_call() {
    replay("flow_call", targets::flow_call);
}
