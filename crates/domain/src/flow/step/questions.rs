//! Branches and forms: what is asked, and what counts as an answer (FLOW-06, FLOW-08, R13, R14).

use super::{MAX_UNMATCHED, Served, Walk};
use crate::flow::call;
use crate::flow::node::{Branch, BranchOption, CollectForm, CollectInformation, NodeKind, port};
use crate::flow::run::{Effect, FallbackReason, RunState};
use crate::flow::show;
use crate::message::{Choice, Content};

impl Walk<'_> {
    pub(super) fn ask_branch(&mut self, node: &Branch) {
        self.ask(show::menu(node, |template| self.fill(template)));
    }

    pub(super) fn ask_information(&mut self, node: &CollectInformation) {
        self.ask(show::form(node, |template| self.fill(template)));
    }

    pub(super) fn ask(&mut self, content: Option<Content>) {
        let Some(content) = content else {
            return self.fall_back(FallbackReason::NothingToAsk);
        };
        self.run.state = RunState::Asking { line: 0, unmatched: 0 };
        self.effects.push(Effect::Ask { content });
    }

    /// Takes what the visitor gave as the answer to a question.
    pub(super) fn answer(&mut self, line: i64, unmatched: i64, given: &Given<'_>) {
        if self.run.is_fallen_back {
            return self.message_was_left(line, given);
        }
        match self.here() {
            Some(NodeKind::Branch(node)) => match given.branch_option(node) {
                Some(option) => {
                    let choice = show::branch_choice(option);
                    self.effects.push(Effect::Answered { line, choice });
                    self.leave_by(&option.id, Served::No);
                }
                None => self.not_understood(line, unmatched, &node.unmatched_text),
            },
            Some(NodeKind::CollectInformation(node)) => match given.information(node) {
                Some(choice) => {
                    self.run
                        .variables
                        .insert(node.variable.clone(), call::keep(&choice.content));
                    self.effects.push(Effect::Answered { line, choice });
                    self.say(&node.success_text);
                    self.leave_by(port::NEXT, Served::No);
                }
                None => {
                    let hint = match &node.form {
                        CollectForm::Options { unmatched_text, .. } if !unmatched_text.trim().is_empty() => {
                            unmatched_text
                        }
                        _ => &node.prompt,
                    };
                    self.not_understood(line, unmatched, hint);
                }
            },
            _ => self.fall_back(FallbackReason::NoWayOn),
        }
    }

    /// Says the hint and waits on, but not for ever (T905).
    pub(super) fn not_understood(&mut self, line: i64, unmatched: i64, hint: &str) {
        let unmatched = unmatched.saturating_add(1);
        if unmatched >= MAX_UNMATCHED {
            return self.fall_back(FallbackReason::TooManyUnmatched);
        }
        self.run.state = RunState::Asking { line, unmatched };
        self.say(hint);
    }
}

/// What the visitor gives as an answer.
pub(super) enum Given<'a> {
    Text(&'a str),
    /// The id of an option of the question that was asked.
    Option(&'a str),
    /// Something without words.
    Nothing,
}

impl Given<'_> {
    fn branch_option<'n>(&self, node: &'n Branch) -> Option<&'n BranchOption> {
        node.options.iter().find(|option| match self {
            Self::Text(text) => option.is_meant_by(text),
            Self::Option(id) => option.id == *id,
            Self::Nothing => false,
        })
    }

    fn information(&self, node: &CollectInformation) -> Option<Choice> {
        match (&node.form, self) {
            (CollectForm::Text, Self::Text(text)) => Some(Choice::text(*text)),
            (CollectForm::Text, _) => None,
            (CollectForm::Options { options, .. }, _) => {
                let option = options.iter().find(|option| match self {
                    Self::Text(text) => option.value == *text,
                    Self::Option(id) => option.id == *id,
                    Self::Nothing => false,
                });
                option.map(show::collect_choice)
            }
        }
    }
}
