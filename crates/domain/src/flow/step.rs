//! The interpreter: one input in, the next position and what is to be done about it out.

mod calls;
mod fallback;
mod people;
mod questions;
mod robots;

use std::borrow::Cow;

use self::questions::Given;
use super::call;
use super::document::{Document, Node};
use super::hours;
use super::node::{Comparison, Condition, End, FlowMessage, NodeKind, ServiceTime, port};
use super::run::{Effect, FallbackReason, FlowRun, Input, RunState, Step, SystemParameters};
use super::template::fill;
use super::{compare, show};
use crate::message::TEXT_MAX_CHARS;
use crate::moment::Moment;

/// Most nodes that one input passes (T901).
pub const MAX_NODES_PER_INPUT: i64 = 200;
/// Most nodes that one session passes (T901).
pub const MAX_NODES_PER_SESSION: i64 = 10_000;
/// Most API calls that one session makes, each try counted and each question to a robot too (T906); after that every
/// API-call node takes its defaults.
pub const MAX_CALLS_PER_SESSION: i64 = 200;
/// Most answers to one question that match nothing (T905); after that the flow cannot go on.
pub const MAX_UNMATCHED: i64 = 20;
/// Longest wait for one API call unless its node says otherwise (R12).
pub const CALL_TIMEOUT_SECONDS: i64 = 5;
/// Longest time for all tries of one API-call node (R12).
pub const CALL_BUDGET_SECONDS: i64 = 60;
/// How often, at most, a waiting visitor is told about the queue again (R27).
pub const TOLD_AGAIN_SECONDS: i64 = 30;
/// The same where the visitor asks for it.
pub const TOLD_ON_WISH_SECONDS: i64 = 5;

/// A run before its first input.
#[must_use]
pub fn start(document: &Document) -> FlowRun {
    FlowRun {
        node: document.start().map(|node| node.id.clone()).unwrap_or_default(),
        ..FlowRun::default()
    }
}

/// Takes one input. An input that the run does not wait for changes nothing, so that a late timer, a late answer or a
/// repeated command does no harm. Where a document leads nowhere the session goes to its fallback, unless a person
/// serves it: then it stays with that person.
#[must_use]
pub fn step(document: &Document, run: &FlowRun, input: &Input, parameters: &SystemParameters, now: Moment) -> Step {
    let mut walk = Walk {
        document,
        parameters,
        now,
        ahead: None,
        run: run.clone(),
        effects: Vec::new(),
    };
    walk.take(input);
    Step {
        run: walk.run,
        effects: walk.effects,
    }
}

/// Whether a person serves the session while the run moves on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Served {
    Yes,
    No,
}

/// A step being made.
struct Walk<'a> {
    document: &'a Document,
    parameters: &'a SystemParameters,
    now: Moment,
    ahead: Option<i64>,
    run: FlowRun,
    effects: Vec<Effect>,
}

impl<'a> Walk<'a> {
    fn take(&mut self, input: &Input) {
        match (self.run.state, input) {
            (RunState::Moving, Input::Started) => self.go(self.document.node(&self.run.node), Served::No),

            (RunState::Asking { line: 0, unmatched }, Input::Asked { line }) => {
                self.run.state = RunState::Asking { line: *line, unmatched };
            }
            // Nobody answers what does not stand in the log yet.
            (
                RunState::Asking { line: 0, .. },
                Input::VisitorText(_) | Input::VisitorChoice { .. } | Input::VisitorFile,
            ) => {}
            (RunState::Asking { line, unmatched }, Input::VisitorText(text)) => {
                self.answer(line, unmatched, &Given::Text(text));
            }
            // A click on an older question answers nothing.
            (RunState::Asking { line, unmatched }, Input::VisitorChoice { line: clicked, id, .. })
                if line == *clicked =>
            {
                self.answer(line, unmatched, &Given::Option(id));
            }
            (RunState::Asking { line, unmatched }, Input::VisitorFile) => {
                self.answer(line, unmatched, &Given::Nothing);
            }

            (RunState::Calling { call, attempt, since }, Input::ApiAnswered { call: answered, body })
                if call == *answered =>
            {
                self.api_answered(attempt, since, body);
            }
            (RunState::Calling { call, attempt, since }, Input::ApiFailed { call: failed }) if call == *failed => {
                self.api_failed(attempt, since);
            }

            (
                RunState::WithRobot { turns, unknown } | RunState::AskingRobot { turns, unknown, .. },
                Input::VisitorText(text) | Input::VisitorChoice { content: text, .. },
            ) => self.ask_robot(turns, unknown, text),
            (RunState::WithRobot { turns, unknown }, Input::VisitorFile) => {
                self.robot_is_at_a_loss(turns.saturating_add(1), unknown);
            }
            (RunState::AskingRobot { call, turns, unknown }, Input::RobotAnswered { call: answered, reply })
                if call == *answered =>
            {
                self.robot_answered(turns, unknown, reply);
            }

            (RunState::AskingQueue, Input::Queue(facts)) => self.queue(*facts),
            (RunState::AskingQueue, Input::GroupGone) => self.group_is_gone(),
            (RunState::InQueue, Input::VisitorText(_) | Input::VisitorChoice { .. } | Input::VisitorFile) => {
                self.ask_place(false, TOLD_AGAIN_SECONDS);
            }
            (RunState::InQueue, Input::PlaceWanted) => self.ask_place(true, TOLD_ON_WISH_SECONDS),
            (RunState::InQueue, Input::Place { ahead, is_wanted }) => self.tell_place(*ahead, *is_wanted),
            (RunState::InQueue, Input::Accepted) => self.accepted(),
            (RunState::InQueue, Input::QueueTimedOut) => {
                self.effects.push(Effect::LeaveQueue);
                if self.run.is_fallen_back {
                    self.end();
                } else {
                    self.leave_by(port::TIMED_OUT, Served::No);
                }
            }

            (RunState::WithAgent, Input::AgentEnded) => self.finish(|end| &end.agent_end_text),
            (RunState::WithAgent, Input::VisitorSlow) => {
                if let Some(end) = self.document.end() {
                    self.say(&end.reminder_text);
                }
            }
            (RunState::WithAgent, Input::VisitorSilent) => self.finish(|end| &end.silence_text),
            // Whoever is asked something may fall silent too, not only whoever is served.
            (
                RunState::WithAgent
                | RunState::Asking { .. }
                | RunState::Calling { .. }
                | RunState::WithRobot { .. }
                | RunState::AskingRobot { .. },
                Input::Inactive,
            ) => self.finish(|end| &end.inactive_text),
            _ => {}
        }
    }

    /// Passes nodes from `node` on until one waits.
    fn go(&mut self, node: Option<&'a Node>, served: Served) {
        let mut at = node;
        for _ in 0..MAX_NODES_PER_INPUT {
            if self.run.steps >= MAX_NODES_PER_SESSION {
                return self.get_lost(FallbackReason::TooManySteps, served);
            }
            let Some(node) = at else {
                return self.get_lost(FallbackReason::NoWayOn, served);
            };
            self.run.steps += 1;
            self.run.node.clone_from(&node.id);
            self.effects.push(Effect::Step { node: node.id.clone() });
            let port = match &node.kind {
                NodeKind::Start => port::NEXT,
                NodeKind::ServiceTime(node) => self.by_the_clock(node),
                NodeKind::Condition(node) => self.by_what_holds(node),
                NodeKind::SendMessage(node) => {
                    self.send(&node.message);
                    port::NEXT
                }
                // Only a person asks while a person serves, and only the person ends.
                _ if served == Served::Yes => {
                    self.run.state = RunState::WithAgent;
                    return;
                }
                NodeKind::End(_) => return self.end(),
                NodeKind::Branch(node) => return self.ask_branch(node),
                NodeKind::CollectInformation(node) => return self.ask_information(node),
                NodeKind::TransferToHuman(node) => return self.ask_queue(node),
                NodeKind::Robot(node) => return self.begin_robot(node),
                NodeKind::CallApi(node) => {
                    if self.try_call(node, 1, self.now) {
                        return;
                    }
                    self.take_defaults(node);
                    port::NEXT
                }
            };
            at = self.document.next(&node.id, port);
        }
        self.get_lost(FallbackReason::TooManySteps, served);
    }

    fn leave_by(&mut self, port: &str, served: Served) {
        self.go(self.document.next(&self.run.node, port), served);
    }

    /// The node that the run stands at.
    fn here(&self) -> Option<&'a NodeKind> {
        self.document.node(&self.run.node).map(|node| &node.kind)
    }

    fn by_the_clock(&self, node: &ServiceTime) -> &'static str {
        let zone = hours::zone(&self.document.time_zone);
        // A zone that no table knows any more closes nothing.
        let is_open = zone.is_none_or(|zone| node.hours.is_open(self.now, &zone));
        if is_open { port::WITHIN } else { port::OUTSIDE }
    }

    fn by_what_holds<'n>(&self, node: &'n Condition) -> &'n str {
        let holds = |comparison: &Comparison| {
            let left = self.value(&comparison.parameter).unwrap_or_default();
            let right = self.fill(&comparison.value);
            compare::holds(&left, comparison.operator, &right)
        };
        let taken = node.branches.iter().find(|branch| branch.all.iter().all(holds));
        taken.map_or(port::DEFAULT, |branch| &branch.id)
    }

    fn end(&mut self) {
        self.run.state = RunState::Done;
        self.effects.push(Effect::End);
    }

    /// Says the last words; whoever ends the session does so itself.
    fn finish(&mut self, text: impl Fn(&End) -> &String) {
        if let Some(end) = self.document.end() {
            self.say(text(end));
        }
        self.run.state = RunState::Done;
    }

    fn send(&mut self, message: &FlowMessage) {
        let content = show::message(
            message,
            |template| self.fill(template),
            |template| call::address(template, |name| self.value(name)).map(String::from),
        );
        self.effects.extend(content.map(|content| Effect::Say { content }));
    }

    /// Says a text with its parameters filled in; a blank one says nothing.
    fn say(&mut self, template: &str) {
        if template.is_empty() {
            return;
        }
        let content = show::text(self.fill(template));
        self.effects.extend(content.map(|content| Effect::Say { content }));
    }

    fn fill(&self, template: &str) -> String {
        fill(template, TEXT_MAX_CHARS, |name| self.value(name))
    }

    /// The value of a parameter: of the system first, whose names are no variables' (T709).
    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        match (name, self.ahead) {
            ("WaitNo", Some(ahead)) => Some(ahead.to_string().into()),
            _ => {
                let system = self.parameters.get(name);
                let value = system.or_else(|| self.run.variables.get(name).map(String::as_str));
                value.map(Cow::Borrowed)
            }
        }
    }
}

#[cfg(test)]
mod tests;
