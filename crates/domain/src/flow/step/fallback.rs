//! Where a flow cannot go on: a person, or a form for a message. No node is passed here, so it always ends or waits.

use super::questions::Given;
use super::{Served, Walk};
use crate::flow::document::Fallback;
use crate::flow::run::{Effect, FallbackReason, QueueFacts, RunState};
use crate::flow::show;
use crate::message::Choice;

impl Walk<'_> {
    pub(super) fn get_lost(&mut self, reason: FallbackReason, served: Served) {
        match served {
            Served::Yes => self.run.state = RunState::WithAgent,
            Served::No => self.fall_back(reason),
        }
    }

    /// Leaves the nodes for the document's fallback, which passes none and so always ends or waits.
    pub(super) fn fall_back(&mut self, reason: FallbackReason) {
        self.effects.push(Effect::FellBack { reason });
        if std::mem::replace(&mut self.run.is_fallen_back, true) {
            return self.end();
        }
        match &self.document.fallback {
            Fallback::SkillGroup {
                skill_group_id: Some(group),
                text,
            } => {
                self.say(text);
                self.effects.push(Effect::AskQueue { skill_group_id: *group });
                self.run.state = RunState::AskingQueue;
            }
            Fallback::SkillGroup { text, .. } => self.ask_for_a_message(text),
            Fallback::MessageForm { prompt, .. } => self.ask_for_a_message(prompt),
        }
    }

    pub(super) fn group_is_gone(&mut self) {
        match &self.document.fallback {
            Fallback::SkillGroup { text, .. } if self.run.is_fallen_back => self.ask_for_a_message(text),
            _ => self.fall_back(FallbackReason::GroupGone),
        }
    }

    /// Everybody may wait here, however long the queue is.
    pub(super) fn queue_for_fallback(&mut self, facts: QueueFacts) {
        match &self.document.fallback {
            Fallback::SkillGroup {
                skill_group_id: Some(group),
                ..
            } => self.wait_in_queue(*group, None, facts),
            _ => self.end(),
        }
    }

    pub(super) fn ask_for_a_message(&mut self, prompt: &str) {
        match show::message_form(self.fill(prompt)) {
            Some(content) => {
                self.run.state = RunState::Asking { line: 0, unmatched: 0 };
                self.effects.push(Effect::Ask { content });
            }
            None => self.end(),
        }
    }

    /// A picture or a file is a message too.
    pub(super) fn message_was_left(&mut self, line: i64, given: &Given<'_>) {
        if let Given::Text(text) = given {
            let choice = Choice::text(*text);
            self.effects.push(Effect::Answered { line, choice });
        }
        if let Fallback::MessageForm { thanks_text, .. } = &self.document.fallback {
            self.say(thanks_text);
        }
        self.end();
    }
}
