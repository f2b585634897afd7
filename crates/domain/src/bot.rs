//! Bots that answer in flows (FLOW-11). The first kind matches what visitors ask with a plain list of questions.
//!
//! How it matches, in this order:
//! 1. Question and wording are compared without case, width, blanks and punctuation. Equal ones match.
//! 2. Otherwise each becomes a set of terms: words of letters and digits as they stand, runs of Chinese, Japanese or Korean
//!    characters as all their pairs of neighbours (a lone one as itself). The score is twice the terms that both have,
//!    by the terms of each together (Dice): 0 for nothing in common, 1 for the same terms.
//! 3. The best score from [`CERTAIN`] on answers; of equal ones the first in the list.
//! 4. Otherwise up to [`SUGGESTIONS_MAX`] questions from [`LIKELY`] on are offered, if the bot has words for that.
//! 5. Otherwise it knows no answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::field::{Fault, FieldError, LABEL_MAX_CHARS, check_label, folded};
use crate::flow::RobotReply;
use crate::message::{Content, ITEM_MAX_CHARS, Menu, MenuItem, TEXT_MAX_CHARS, check_text};

/// Most questions of one bot.
pub const QUESTIONS_MAX: usize = 500;
/// Most wordings of one question.
pub const WORDINGS_MAX: usize = 20;
/// Longest wording, in characters: it may be offered as an option.
pub const WORDING_MAX_CHARS: usize = ITEM_MAX_CHARS;
/// Longest words above suggestions, in characters.
pub const SUGGESTION_MAX_CHARS: usize = 500;
/// All that a bot knows, in bytes of UTF-8: it must fit into one request.
pub const KNOWLEDGE_MAX_BYTES: usize = 200_000;
/// From this score on, in thousandths, a question is taken for the one that was asked.
pub const CERTAIN: usize = 600;
/// From this score on, in thousandths, a question is offered.
pub const LIKELY: usize = 300;
/// Most questions that are offered.
pub const SUGGESTIONS_MAX: usize = 3;

/// What a bot knows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    /// For administrators, at most 64 characters.
    pub name: String,
    /// Said above questions that might have been meant, at most 500 characters; empty: none are offered.
    pub suggestion_text: String,
    /// Questions with their answers, at most 500, and together 200,000 bytes.
    pub questions: Vec<Question>,
}

/// A question with its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// How people ask it, 1 to 20 wordings of at most 200 characters; the first one is offered as a suggestion.
    pub wordings: Vec<String>,
    /// What is answered, at most 4,000 characters.
    pub answer: String,
}

impl Faq {
    /// Checks limits.
    ///
    /// # Errors
    /// Everything that is wrong, by field; a question's place stays untold.
    pub fn check(&self) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut need = |field: &'static str, checked: Result<(), Fault>| {
            errors.extend(checked.err().map(|fault| fault.of(field)));
        };
        need("name", check_label(&self.name, LABEL_MAX_CHARS));
        if !self.suggestion_text.is_empty() {
            need(
                "suggestion_text",
                check_label(&self.suggestion_text, SUGGESTION_MAX_CHARS),
            );
        }
        let too_many = |is: bool| if is { Err(Fault::OutOfRange) } else { Ok(()) };
        need("questions", too_many(self.questions.len() > QUESTIONS_MAX));
        let size = String::len;
        let all: usize = self
            .questions
            .iter()
            .map(|question| question.answer.len() + question.wordings.iter().map(size).sum::<usize>())
            .sum();
        if all > KNOWLEDGE_MAX_BYTES {
            need("questions", Err(Fault::TooLong));
        }
        let wordings = self.questions.iter().map(|question| &question.wordings);
        need(
            "wordings",
            too_many(
                wordings
                    .clone()
                    .any(|wordings| wordings.is_empty() || wordings.len() > WORDINGS_MAX),
            ),
        );
        need(
            "wordings",
            wordings
                .flatten()
                .try_for_each(|wording| check_label(wording, WORDING_MAX_CHARS)),
        );
        need(
            "answer",
            self.questions
                .iter()
                .try_for_each(|question| check_answer(&question.answer)),
        );
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}

fn check_answer(answer: &str) -> Result<(), Fault> {
    if answer.trim().is_empty() {
        return Err(Fault::Required);
    }
    if answer.chars().count() > TEXT_MAX_CHARS {
        return Err(Fault::TooLong);
    }
    check_text(answer).map_err(|_| Fault::HiddenCharacters)
}

/// A bot that is ready to be asked: what it knows, taken apart once.
#[derive(Debug)]
pub struct Matcher {
    faq: Faq,
    /// For each question, its wordings: folded, and as terms.
    wordings: Vec<Vec<(String, BTreeSet<String>)>>,
}

impl Matcher {
    /// Takes a bot's knowledge apart.
    #[must_use]
    pub fn new(faq: Faq) -> Self {
        let apart = |wording: &String| (plain(wording), terms(wording));
        let wordings = faq.questions.iter();
        let wordings = wordings.map(|question| question.wordings.iter().map(apart).collect());
        Self {
            wordings: wordings.collect(),
            faq,
        }
    }

    /// Answers a question.
    #[must_use]
    pub fn answer(&self, asked: &str) -> RobotReply {
        let mut scored = self.scores(asked);
        // Stable: of equal ones the first in the list stays first.
        scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        match scored.first() {
            Some((score, best)) if *score >= CERTAIN => RobotReply::Answer {
                content: Content::Text {
                    text: best.answer.clone(),
                },
            },
            Some(_) => self.suggest(&scored),
            None => RobotReply::Unknown,
        }
    }

    /// Questions that are at least likely, with their scores.
    fn scores(&self, asked: &str) -> Vec<(usize, &Question)> {
        let (asked_plain, asked_terms) = (plain(asked), terms(asked));
        let score = |(wording, wording_terms): &(String, BTreeSet<String>)| {
            if !asked_plain.is_empty() && *wording == asked_plain {
                return 2_000;
            }
            dice(&asked_terms, wording_terms)
        };
        let scored = self.wordings.iter().zip(&self.faq.questions);
        let scored = scored.map(|(wordings, question)| (wordings.iter().map(score).max().unwrap_or(0), question));
        scored.filter(|(score, _)| *score >= LIKELY).collect()
    }

    fn suggest(&self, scored: &[(usize, &Question)]) -> RobotReply {
        if self.faq.suggestion_text.is_empty() {
            return RobotReply::Unknown;
        }
        let mut items: Vec<MenuItem> = Vec::new();
        for (_, question) in scored {
            let Some(wording) = question.wordings.first() else {
                continue;
            };
            if items.len() < SUGGESTIONS_MAX && items.iter().all(|item| item.content != *wording) {
                items.push(MenuItem {
                    id: (items.len() + 1).to_string(),
                    content: wording.clone(),
                    desc: String::new(),
                });
            }
        }
        let menu = Menu {
            header: self.faq.suggestion_text.clone(),
            items,
            tail: String::new(),
        };
        match menu.check() {
            Ok(()) => RobotReply::Answer {
                content: Content::Menu(menu),
            },
            Err(_) => RobotReply::Unknown,
        }
    }
}

/// Twice what both have, by what each has, in thousandths.
fn dice(left: &BTreeSet<String>, right: &BTreeSet<String>) -> usize {
    let all = left.len() + right.len();
    if all == 0 {
        return 0;
    }
    2_000 * left.intersection(right).count() / all
}

/// A text's letters and digits only, in half width and lower case.
fn plain(text: &str) -> String {
    folded(text)
        .chars()
        .filter(|character| character.is_alphanumeric())
        .collect()
}

/// Whether words are not parted by blanks in this character's script.
const fn is_unparted(character: char) -> bool {
    matches!(character,
        '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The terms of a text: words, and pairs of neighbours where words are not parted.
fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for part in text.split(|character: char| !character.is_alphanumeric()) {
        let part: Vec<char> = folded(part).chars().collect();
        for run in part.chunk_by(|left, right| is_unparted(*left) == is_unparted(*right)) {
            match run {
                [first, _, ..] if is_unparted(*first) => {
                    terms.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
                }
                word => {
                    terms.insert(word.iter().collect());
                }
            }
        }
    }
    terms
}

#[cfg(test)]
mod tests;
