//! One program of a run: what it says is shown as it comes and read for its counts.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cargo;

/// How the counts of a program are found in what it prints.
#[derive(Clone, Copy)]
pub enum Counted {
    /// It is one check: it passes or fails.
    AsOne,
    /// `test result: ok. 3 passed; 0 failed; …`, once per test program.
    Cargo,
    /// `      Tests  1 failed | 5 passed (6)`.
    Vitest,
    /// `  3 passed (5.2s)` and `  1 failed`, each on its own line.
    Playwright,
}

/// What a test says (`store::testing::need`) when the server that it needs was not given to it.
const NOT_GIVEN: &str = "is not set: `make test` starts";

/// A program to run.
pub struct Step {
    /// What it checks, for people.
    pub name: &'static str,
    command: Command,
    counted: Counted,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// It ended well.
    pub succeeded: bool,
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed; at least one when it did not end well.
    pub failed: u32,
    /// Tests that gave up because a server that they need was not given to them.
    pub not_run: u32,
}

impl Step {
    /// A call of cargo.
    pub fn cargo(name: &'static str, root: &Path, arguments: &[&str]) -> Self {
        Self {
            name,
            command: cargo::command(root, arguments),
            counted: Counted::AsOne,
        }
    }

    /// A call of npm.
    pub fn npm(name: &'static str, folder: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new("npm");
        command.args(arguments).current_dir(folder);
        Self {
            name,
            command,
            counted: Counted::AsOne,
        }
    }

    /// The same step, its counts found so.
    pub fn counted(self, counted: Counted) -> Self {
        Self { counted, ..self }
    }

    /// The same step with a variable, when there is a value for it.
    pub fn with_env(mut self, key: &str, value: Option<&str>) -> Self {
        self.command.envs(value.map(|value| (key, value)));
        self
    }

    /// Runs it to its end.
    pub fn run(mut self) -> Outcome {
        self.command
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut child = match self.command.spawn() {
            Ok(child) => child,
            Err(error) => {
                println!("it does not run: {error}");
                return counts(self.counted, &[], false);
            }
        };
        let printed = child.stdout.take().map(|stdout| show(BufReader::new(stdout)));
        let succeeded = child.wait().is_ok_and(|status| status.success());
        counts(self.counted, &printed.unwrap_or_default(), succeeded)
    }
}

/// Passes lines on and keeps them.
fn show(output: impl BufRead) -> Vec<String> {
    output
        .split(b'\n')
        .map_while(Result::ok)
        .map(|line| {
            let line = String::from_utf8_lossy(&line).into_owned();
            println!("{line}");
            line
        })
        .collect()
}

/// Reads the counts. A program that failed without naming a failed test (it did not compile) counts
/// as one failure; one whose only failures are tests without their server did not fail.
fn counts(counted: Counted, lines: &[String], ended_well: bool) -> Outcome {
    let is_summary = |line: &&String| match counted {
        Counted::AsOne => false,
        Counted::Cargo => line.starts_with("test result:"),
        Counted::Vitest => line.trim_start().starts_with("Tests "),
        Counted::Playwright => line.starts_with("  ") && line.trim_start().starts_with(digit),
    };
    let (mut passed, mut failed) = (u32::from(matches!(counted, Counted::AsOne) && ended_well), 0);
    for line in lines.iter().filter(is_summary) {
        passed += before(line, "passed");
        failed += before(line, "failed");
    }
    let gave_up = lines.iter().filter(|line| line.contains(NOT_GIVEN)).count();
    let not_run = u32::try_from(gave_up).unwrap_or(u32::MAX).min(failed);
    let succeeded = ended_well || (not_run > 0 && not_run == failed);
    let failed = if succeeded { 0 } else { (failed - not_run).max(1) };
    Outcome {
        succeeded,
        passed,
        failed,
        not_run,
    }
}

fn digit(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// The number before `word`; 0 when it is not there.
fn before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line.split_whitespace().collect();
    let found = words
        .windows(2)
        .find(|pair| pair[1].trim_end_matches([';', ',']) == word);
    found.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(counted: Counted, lines: &[&str], ended_well: bool) -> Outcome {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        counts(counted, &lines, ended_well)
    }

    fn failure(passed: u32, failed: u32) -> Outcome {
        Outcome {
            succeeded: false,
            passed,
            failed,
            not_run: 0,
        }
    }

    fn success(passed: u32, not_run: u32) -> Outcome {
        Outcome {
            succeeded: true,
            passed,
            failed: 0,
            not_run,
        }
    }

    #[test]
    fn cargo_programs_are_summed() {
        let lines = [
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out",
            "test passed failed ... ok",
            "test result: FAILED. 2 passed; 4 failed; 0 ignored",
        ];
        assert_eq!(outcome(Counted::Cargo, &lines, false), failure(5, 4));
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let lines = [
            " Test Files  1 failed | 1 passed (2)",
            "      Tests  1 failed | 5 passed (6)",
        ];
        assert_eq!(outcome(Counted::Vitest, &lines, false), failure(5, 1));
    }

    #[test]
    fn playwright_has_a_line_for_each() {
        let lines = [
            "Running 4 tests using 2 workers",
            "  1 failed",
            "    x.spec.ts",
            "  3 passed (5.2s)",
        ];
        assert_eq!(outcome(Counted::Playwright, &lines, false), failure(3, 1));
    }

    #[test]
    fn a_failure_without_a_failed_test_counts() {
        assert_eq!(
            outcome(Counted::Cargo, &["error: could not compile"], false),
            failure(0, 1)
        );
        assert_eq!(outcome(Counted::AsOne, &[], false), failure(0, 1));
        assert_eq!(outcome(Counted::AsOne, &[], true), success(1, 0));
    }

    #[test]
    fn a_test_without_its_server_did_not_run() {
        let given_up = format!("TEST_X_URL {NOT_GIVEN} what the tests need and sets it");
        let lines = [given_up.as_str(), "test result: FAILED. 2 passed; 1 failed; 0 ignored"];
        assert_eq!(outcome(Counted::Cargo, &lines, false), success(2, 1));
        let worse = [given_up.as_str(), "test result: FAILED. 2 passed; 3 failed; 0 ignored"];
        assert_eq!(
            outcome(Counted::Cargo, &worse, false),
            Outcome {
                not_run: 1,
                ..failure(2, 2)
            }
        );
    }
}
