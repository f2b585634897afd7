//! The files of this repository.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders that hold nothing of ours.
const FOREIGN: &[&str] = &[".git", "target", "node_modules", "dist", "data", ".tmp", "test-results"];

/// The repository's folder.
///
/// # Panics
/// When this package was moved out of it.
#[must_use]
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("xtask lies in the repository").to_owned()
}

/// All files below `folder` for which `wanted` says yes, sorted; built and fetched folders are left
/// out. A folder that does not exist has no files.
#[must_use]
pub fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    collect(folder, wanted, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && !path.is_symlink() {
            if !FOREIGN.iter().any(|foreign| name == *foreign) {
                collect(&path, wanted, found);
            }
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

/// Whether the file's name ends in one of `extensions` (without the dot).
#[must_use]
pub fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    path.extension()
        .is_some_and(|found| extensions.iter().any(|wanted| found == *wanted))
}

/// Splits a Rust file, formatted as rustfmt does, into what the product compiles and what only tests
/// do: items under a `#[cfg(test)]` at the start of a line.
#[must_use]
pub fn split_tests(source: &str) -> (String, String) {
    let (mut product, mut tests) = (String::new(), String::new());
    let mut in_test = false;
    for line in source.lines() {
        in_test = in_test || line == "#[cfg(test)]";
        let part = if in_test { &mut tests } else { &mut product };
        part.push_str(line);
        part.push('\n');
        let is_one_line_item = line.ends_with(';') && !line.starts_with(' ');
        if in_test && (line == "}" || is_one_line_item) {
            in_test = false;
        }
    }
    (product, tests)
}

/// The product's part of a Rust file, without comments.
#[must_use]
pub fn product_code(source: &str) -> String {
    let (product, _) = split_tests(source);
    product.lines().fold(String::new(), |mut code, line| {
        code.push_str(line.split("//").next().unwrap_or_default());
        code.push('\n');
        code
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_items_are_split_off_wherever_they_stand() {
        let source =
            "use a;\n#[cfg(test)]\nmod tests;\nfn b() {} // c\n#[cfg(test)]\nmod more {\n    use d;\n}\nfn e() {}\n";
        let (product, tests) = split_tests(source);
        assert_eq!(product, "use a;\nfn b() {} // c\nfn e() {}\n");
        assert_eq!(
            tests,
            "#[cfg(test)]\nmod tests;\n#[cfg(test)]\nmod more {\n    use d;\n}\n"
        );
        assert_eq!(product_code(source), "use a;\nfn b() {} \nfn e() {}\n");
    }
}
