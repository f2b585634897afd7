//! The lists of threats and faults in `docs/`, and whether they say the truth about the tests.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::ids;

/// A list of cases, each with an id that tests carry and with how it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Catalogue {
    /// `docs/threats.md`: what somebody hostile may try (T ids).
    Threats,
    /// `docs/faults.md`: contracts, invariants and faults (C, I and F ids).
    Faults,
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its id, such as `T101` or `F01`.
    pub id: String,
    /// How it stands.
    pub state: State,
}

/// How a case stands, as its line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Tests name it. What stands after `tested` is for people: which part comes later.
    Tested,
    /// What it is about is not built; the words say with which capability it comes.
    NotBuilt(String),
    /// Built but not tested; the words say why.
    Open(String),
}

/// A list that does not say the truth.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Untruth {
    /// The line says "tested", and no test names the id.
    NoTest(String),
    /// A test names the id, and the line says that there is none.
    TestedAfterAll(String),
    /// A test names an id that no line explains.
    Unknown(String),
}

impl fmt::Display for Untruth {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTest(id) => write!(out, "{id} is listed as tested, and no test names it"),
            Self::TestedAfterAll(id) => write!(out, "{id} is listed as not tested, and a test names it"),
            Self::Unknown(id) => write!(out, "{id} is named by a test and not listed"),
        }
    }
}

impl Catalogue {
    /// Where the list stands.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Threats => "docs/threats.md",
            Self::Faults => "docs/faults.md",
        }
    }

    /// Whether ids of this look belong here: `T` and three or four digits; `C`, `I` or `F` and two.
    #[must_use]
    pub fn holds(self, id: &str) -> bool {
        let (kind, digits) = id.split_at_checked(1).unwrap_or_default();
        digits.bytes().all(|byte| byte.is_ascii_digit())
            && match self {
                Self::Threats => kind == "T" && matches!(digits.len(), 3 | 4),
                Self::Faults => matches!(kind, "C" | "I" | "F") && digits.len() == 2,
            }
    }

    /// All cases in the order of the list.
    ///
    /// # Errors
    /// When the list cannot be read, names an id twice, or a line does not say how its case stands.
    pub fn cases(self, root: &Path) -> Result<Vec<Case>> {
        let file = root.join(self.file());
        let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        self.cases_in(&text).with_context(|| format!("in {}", self.file()))
    }

    fn cases_in(self, text: &str) -> Result<Vec<Case>> {
        let (mut cases, mut known) = (Vec::new(), BTreeSet::new());
        for line in text.lines().filter_map(|line| line.strip_prefix("| ")) {
            let cells: Vec<&str> = line.trim_end_matches('|').split(" | ").map(str::trim).collect();
            let Some(id) = cells.first().filter(|id| self.holds(id)) else {
                continue;
            };
            let [_, says, state] = cells.as_slice() else {
                bail!("{id} has {} cells instead of three", cells.len());
            };
            if says.is_empty() {
                bail!("{id} does not say what it is about");
            }
            if !known.insert((*id).to_owned()) {
                bail!("{id} stands twice");
            }
            let state = State::of(state).with_context(|| format!("how does {id} stand? {state:?} tells nothing"))?;
            cases.push(Case {
                id: (*id).to_owned(),
                state,
            });
        }
        Ok(cases)
    }

    /// Where the list and the tests contradict each other.
    ///
    /// # Errors
    /// As [`Catalogue::cases`], or when a source cannot be read.
    pub fn untruths(self, root: &Path) -> Result<Vec<Untruth>> {
        let named = ids::named_in_tests(root)?;
        Ok(self.compare(&self.cases(root)?, &named))
    }

    fn compare(self, cases: &[Case], named: &BTreeSet<String>) -> Vec<Untruth> {
        let listed: BTreeMap<&str, &State> = cases.iter().map(|case| (case.id.as_str(), &case.state)).collect();
        let mut untruths: Vec<Untruth> = named
            .iter()
            .filter(|id| self.holds(id) && !listed.contains_key(id.as_str()))
            .map(|id| Untruth::Unknown(id.clone()))
            .collect();
        for case in cases {
            match (&case.state, named.contains(&case.id)) {
                (State::Tested, false) => untruths.push(Untruth::NoTest(case.id.clone())),
                (State::NotBuilt(_) | State::Open(_), true) => {
                    untruths.push(Untruth::TestedAfterAll(case.id.clone()));
                }
                _ => {}
            }
        }
        untruths.sort();
        untruths
    }
}

impl State {
    /// `tested`, `tested; …`, `comes with …` or `open: …`.
    fn of(cell: &str) -> Option<Self> {
        if cell == "tested" || cell.strip_prefix("tested; ").is_some_and(|part| !part.is_empty()) {
            return Some(Self::Tested);
        }
        let rest = |begin: &str| {
            let rest = cell.strip_prefix(begin)?.trim();
            (!rest.is_empty()).then(|| rest.to_owned())
        };
        rest("comes with ")
            .map(Self::NotBuilt)
            .or_else(|| rest("open: ").map(Self::Open))
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tested => write!(out, "tested"),
            Self::NotBuilt(with) => write!(out, "comes with {with}"),
            Self::Open(why) => write!(out, "open: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids are made up here, since the lists are compared with this file too.
    const LIST: &str = "# Head\n\n| Id | Case | State |\n| --- | --- | --- |\n| @901 | a | tested |\n\
                        | @902 | c | tested; the rest comes with XXXX-01 |\n| @903 | d | comes with XXXX-02 |\n\
                        | @904 | e | open: nobody knows how |\n";

    fn threat(text: &str) -> String {
        text.replace('@', "T")
    }

    fn cases_of(list: &str) -> Result<Vec<Case>> {
        Catalogue::Threats.cases_in(&threat(list))
    }

    #[test]
    fn a_line_says_how_its_case_stands() {
        let cases = cases_of(LIST).expect("a list");
        let states: Vec<String> = cases.iter().map(|case| format!("{} {}", case.id, case.state)).collect();
        let expected = [
            "@901 tested",
            "@902 tested",
            "@903 comes with XXXX-02",
            "@904 open: nobody knows how",
        ];
        assert_eq!(states, expected.map(threat));
        for nothing in ["", "yes", "tested;", "tested; ", "comes with ", "open: ", "open"] {
            assert_eq!(State::of(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_list_explains_each_id_once() {
        for (list, complaint) in [
            (format!("{LIST}| @901 | again | tested |\n"), "@901 stands twice"),
            (format!("{LIST}| @905 | tested |\n"), "@905 has 2 cells"),
            (format!("{LIST}| @905 |  | tested |\n"), "@905 does not say"),
            (format!("{LIST}| @905 | f | perhaps |\n"), "how does @905 stand?"),
        ] {
            let error = cases_of(&list).expect_err(complaint);
            assert!(error.to_string().contains(&threat(complaint)), "{error}");
        }
    }

    #[test]
    fn a_list_and_its_tests_agree() {
        let cases = cases_of(LIST).expect("a list");
        let compare = |named: &[&str]| {
            let named = named.iter().map(|id| threat(id)).collect();
            Catalogue::Threats.compare(&cases, &named)
        };
        // An id of another list is none of this one's business.
        assert_eq!(compare(&["@901", "@902", "ROUTE-98", "ROUTE-99"]), []);
        assert_eq!(
            compare(&["@901", "@903", "@904", "@999"]),
            [
                Untruth::NoTest(threat("@902")),
                Untruth::TestedAfterAll(threat("@903")),
                Untruth::TestedAfterAll(threat("@904")),
                Untruth::Unknown(threat("@999")),
            ]
        );
    }

    #[test]
    fn ids_belong_to_their_list() {
        let held = |catalogue: Catalogue, looks: &[(&str, &str)]| -> Vec<bool> {
            let holds = |(kind, digits): &(&str, &str)| catalogue.holds(&format!("{kind}{digits}"));
            looks.iter().map(holds).collect()
        };
        let looks = [
            ("T", "101"),
            ("T", "1101"),
            ("T", "1"),
            ("T", "10a"),
            ("R", "28"),
            ("", ""),
        ];
        assert_eq!(
            held(Catalogue::Threats, &looks),
            [true, true, false, false, false, false]
        );
        let looks = [("C", "01"), ("I", "28"), ("F", "79"), ("F", "7"), ("T", "101")];
        assert_eq!(held(Catalogue::Faults, &looks), [true, true, true, false, false]);
    }
}
