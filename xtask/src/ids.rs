//! Which promises of an issue have a test: tests name the ids of what they prove.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::tree;

/// One promise: a capability, rule, complaint or contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its id, such as `ROUTE-03`, `R4`, `U6` or `C01`.
    pub id: String,
    /// What it promises, in one line.
    pub says: String,
}

/// `xtask/rows.toml`: what each issue promises.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    /// Issue number → ids.
    issues: BTreeMap<String, Vec<String>>,
    /// Id → what it says.
    rows: BTreeMap<String, String>,
}

/// The rows of `issue` in the order of the list that no test names.
///
/// # Errors
/// When the list cannot be read, does not know the issue, or names an id that it does not explain.
pub fn untested(root: &Path, issue: u32) -> Result<Vec<Row>> {
    let named = named_in_tests(root)?;
    Ok(rows_of(root, issue)?
        .into_iter()
        .filter(|row| !named.contains(&row.id))
        .collect())
}

/// Everything that `issue` promises.
///
/// # Errors
/// As [`untested`].
pub fn rows_of(root: &Path, issue: u32) -> Result<Vec<Row>> {
    let file = root.join("xtask/rows.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let rows: Rows = toml::from_str(&text).with_context(|| format!("in {}", file.display()))?;
    let ids = rows
        .issues
        .get(&issue.to_string())
        .with_context(|| format!("{} has no issue {issue}", file.display()))?;
    ids.iter()
        .map(|id| {
            let says = rows.rows.get(id).with_context(|| format!("no row explains {id}"))?;
            Ok(Row {
                id: id.clone(),
                says: says.clone(),
            })
        })
        .collect()
}

/// All ids that tests name, in code or comments.
///
/// # Errors
/// When a source cannot be read.
pub fn named_in_tests(root: &Path) -> Result<BTreeSet<String>> {
    let mut named = BTreeSet::new();
    for path in tree::files(root, &|path| tree::has_extension(path, &["rs", "ts", "tsx"])) {
        let source = fs::read_to_string(&path)?;
        let relative = path.strip_prefix(root).unwrap_or(&path);
        named.extend(ids_in(&test_part(relative, source)));
    }
    Ok(named)
}

/// The part of a file that is test: all of it, the items of a Rust file that only tests compile, or
/// nothing.
fn test_part(path: &Path, source: String) -> String {
    let folders = path.parent().into_iter().flat_map(Path::components);
    let in_test_folder = folders
        .filter_map(|part| part.as_os_str().to_str())
        .any(|folder| matches!(folder, "tests" | "e2e" | "chaos"));
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if in_test_folder || name.contains(".test.") || name == "tests.rs" {
        source
    } else if tree::has_extension(path, &["rs"]) {
        tree::split_tests(&source).1
    } else {
        String::new()
    }
}

/// The words of `text` that look like an id. `WORK-01..09` and `R4-R7` are ranges and name each.
fn ids_in(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '.';
    text.split(|letter| !is_part(letter)).flat_map(ids_of_word).collect()
}

fn ids_of_word(word: &str) -> Vec<String> {
    let word = word.trim_matches(['.', '-']);
    if let Some((first, last)) = word.split_once("..").or_else(|| word.split_once('-'))
        && let (Some((kind, from)), Some((last_kind, to))) = (split_id(first), split_id(last))
        && last_kind == kind
    {
        return (from.number..=to.number)
            .map(|number| from.with(kind, number))
            .collect();
    }
    if let Some((first, last)) = word.split_once("..")
        && let (Some((kind, from)), Ok(to)) = (split_id(first), last.parse::<u32>())
    {
        return (from.number..=to).map(|number| from.with(kind, number)).collect();
    }
    split_id(word).map(|_| word.to_owned()).into_iter().collect()
}

/// The number of an id and how many digits it is written with.
struct Number {
    number: u32,
    digits: usize,
}

impl Number {
    fn with(&self, kind: &str, number: u32) -> String {
        format!("{kind}{number:0digits$}", digits = self.digits)
    }
}

/// `WORK-07` → `WORK-` and 7; `C01` → `C` and 1.
fn split_id(word: &str) -> Option<(&str, Number)> {
    let start = word.find(|letter: char| letter.is_ascii_digit())?;
    let (kind, digits) = word.split_at(start);
    let letters = kind.strip_suffix('-').unwrap_or(kind);
    let is_kind = !letters.is_empty()
        && letters.chars().all(|letter| letter.is_ascii_uppercase())
        && (kind.ends_with('-') || letters.len() == 1);
    let number = digits.parse().ok().filter(|_| is_kind)?;
    Some((
        kind,
        Number {
            number,
            digits: digits.len(),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        ids_in(text).into_iter().collect()
    }

    #[test]
    fn ids_are_found_in_names_and_sentences() {
        let text = "/// AAAA-03, Z6: waits. (Q01) \"YYYY-07.\" x_1 utf8 SHA256 A1b";
        assert_eq!(found(text), ["AAAA-03", "Q01", "YYYY-07", "Z6"]);
    }

    #[test]
    fn a_range_names_each_of_its_rows() {
        assert_eq!(found("AAAA-09..11"), ["AAAA-09", "AAAA-10", "AAAA-11"]);
        assert_eq!(found("Z4-Z6 and Q09..Q10"), ["Q09", "Q10", "Z4", "Z5", "Z6"]);
    }

    #[test]
    fn only_the_test_part_of_a_file_counts() {
        let rust = "/// Q01\nfn product() {}\n#[cfg(test)]\nmod tests {\n    // Q02\n}\n";
        let part = |path: &str, source: &str| found(&test_part(Path::new(path), source.to_owned()));
        assert_eq!(part("crates/app/src/sessions.rs", rust), ["Q02"]);
        assert_eq!(part("crates/app/src/sessions/tests.rs", rust), ["Q01", "Q02"]);
        assert_eq!(part("crates/app/tests/x.rs", rust), ["Q01", "Q02"]);
        assert_eq!(part("web/x/src/a.ts", "// Q01"), [""; 0]);
        assert_eq!(part("web/x/src/a.test.tsx", "// Q01"), ["Q01"]);
        assert_eq!(part("e2e/agent.ts", "// Q01"), ["Q01"]);
        assert_eq!(part("chaos/src/checker.rs", rust), ["Q01", "Q02"]);
    }
}
