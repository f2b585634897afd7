//! The interpreter: one input in, the next position and what is to be done about it out.

use std::borrow::Cow;

use super::call;
use super::document::{Document, Fallback, Node};
use super::hours;
use super::node::{
    Branch, CallApi, CollectForm, CollectInformation, Condition, End, FlowMessage, NobodyOnline, NodeKind, Robot,
    ServiceTime, TransferToHuman, port,
};
use super::run::{
    ApiCall, Effect, FallbackReason, FlowRun, Input, QueueFacts, RobotReply, RunState, Step, SystemParameters, Told,
};
use super::template::fill;
use super::{compare, show};
use crate::message::{Choice, Content, TEXT_MAX_CHARS};
use crate::moment::Moment;

/// Most nodes that one input passes (T901).
pub const MAX_NODES_PER_INPUT: i64 = 200;
/// Most nodes that one session passes (T901).
pub const MAX_NODES_PER_SESSION: i64 = 10_000;
/// Most tries of API calls that one session makes (T906); after that every API-call node takes its defaults.
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

            (RunState::Calling { call, .. }, Input::ApiAnswered { call: answered, body }) if call == *answered => {
                self.api_answered(body);
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
                NodeKind::End(_) if served == Served::No => return self.end(),
                // Only a person asks while a person serves.
                _ if served == Served::Yes => break,
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
                NodeKind::End(_) => break,
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
        let holds = |comparison: &super::node::Comparison| {
            let left = self.value(&comparison.parameter).unwrap_or_default();
            let right = self.fill(&comparison.value);
            compare::holds(&left, comparison.operator, &right)
        };
        let taken = node.branches.iter().find(|branch| branch.all.iter().all(holds));
        taken.map_or(port::DEFAULT, |branch| &branch.id)
    }

    // Questions.

    fn ask_branch(&mut self, node: &Branch) {
        self.ask(show::menu(node, |template| self.fill(template)));
    }

    fn ask_information(&mut self, node: &CollectInformation) {
        self.ask(show::form(node, |template| self.fill(template)));
    }

    fn ask(&mut self, content: Option<Content>) {
        let Some(content) = content else {
            return self.fall_back(FallbackReason::NothingToAsk);
        };
        self.run.state = RunState::Asking { line: 0, unmatched: 0 };
        self.effects.push(Effect::Ask { content });
    }

    /// Takes what the visitor gave as the answer to a question.
    fn answer(&mut self, line: i64, unmatched: i64, given: &Given<'_>) {
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
    fn not_understood(&mut self, line: i64, unmatched: i64, hint: &str) {
        let unmatched = unmatched.saturating_add(1);
        if unmatched >= MAX_UNMATCHED {
            return self.fall_back(FallbackReason::TooManyUnmatched);
        }
        self.run.state = RunState::Asking { line, unmatched };
        self.say(hint);
    }

    // API calls.

    /// Makes a try; `false` when none can be made any more.
    fn try_call(&mut self, node: &CallApi, attempt: i64, since: Moment) -> bool {
        let left = CALL_BUDGET_SECONDS - self.now.millis_since(since) / 1000;
        if attempt > node.max_errors || left <= 0 || self.run.calls >= MAX_CALLS_PER_SESSION {
            return false;
        }
        let Some(url) = call::address(&node.url, |name| self.value(name)) else {
            return false;
        };
        self.run.calls += 1;
        let wanted = if node.timeout_seconds > 0 {
            node.timeout_seconds
        } else {
            CALL_TIMEOUT_SECONDS
        };
        self.effects.push(Effect::CallApi(ApiCall {
            call: self.run.calls,
            node: self.run.node.clone(),
            attempt,
            url: url.into(),
            body: call::body(node, |name| self.value(name)),
            headers: node.headers.clone(),
            signing_secret_id: node.signing_secret_id,
            timeout_seconds: wanted.min(left),
        }));
        self.run.state = RunState::Calling {
            call: self.run.calls,
            attempt,
            since,
        };
        true
    }

    fn take_defaults(&mut self, node: &CallApi) {
        for result in &node.results {
            self.run
                .variables
                .insert(result.variable.clone(), call::keep(&result.default));
        }
    }

    fn api_answered(&mut self, body: &str) {
        let RunState::Calling { attempt, since, .. } = self.run.state else {
            return;
        };
        let results = match self.here() {
            Some(NodeKind::CallApi(node)) => call::results(node, body),
            _ => None,
        };
        match results {
            Some(results) => {
                self.run.variables.extend(results);
                self.leave_by(port::NEXT, Served::No);
            }
            None => self.api_failed(attempt, since),
        }
    }

    fn api_failed(&mut self, attempt: i64, since: Moment) {
        let Some(NodeKind::CallApi(node)) = self.here() else {
            return self.fall_back(FallbackReason::NoWayOn);
        };
        if !self.try_call(node, attempt.saturating_add(1), since) {
            self.take_defaults(node);
            self.leave_by(port::NEXT, Served::No);
        }
    }

    // Robots.

    fn begin_robot(&mut self, node: &Robot) {
        if node.bot_id.is_none() {
            return self.fall_back(FallbackReason::RobotGone);
        }
        self.say(&node.welcome_text);
        self.run.state = RunState::WithRobot { turns: 0, unknown: 0 };
    }

    fn robot(&self) -> Option<&'a Robot> {
        match self.here() {
            Some(NodeKind::Robot(robot)) => Some(robot),
            _ => None,
        }
    }

    /// Gives the visitor's words to the bot. Words that come while it thinks replace those before; the answer to
    /// these is then late and dropped (U21).
    fn ask_robot(&mut self, turns: i64, unknown: i64, text: &str) {
        let Some((node, bot_id)) = self.robot().and_then(|node| Some((node, node.bot_id?))) else {
            return self.fall_back(FallbackReason::RobotGone);
        };
        let is_among = |words: &[String]| words.iter().any(|word| word == text);
        if is_among(&node.human_words) {
            return self.leave_by(port::TO_HUMAN, Served::No);
        }
        if is_among(&node.solved_words) {
            return self.leave_by(port::SOLVED, Served::No);
        }
        if turns >= node.turn_limit {
            return self.leave_by(port::UNRESOLVED, Served::No);
        }
        self.run.calls = self.run.calls.saturating_add(1);
        self.run.state = RunState::AskingRobot {
            call: self.run.calls,
            turns: turns.saturating_add(1),
            unknown,
        };
        self.effects.push(Effect::AskRobot {
            call: self.run.calls,
            bot_id,
            text: text.to_owned(),
        });
    }

    fn robot_answered(&mut self, turns: i64, unknown: i64, reply: &RobotReply) {
        match reply {
            RobotReply::Answer { content } => {
                self.run.state = RunState::WithRobot { turns, unknown };
                self.effects.push(Effect::Say {
                    content: content.clone(),
                });
            }
            RobotReply::Unknown => self.robot_is_at_a_loss(turns, unknown),
            RobotReply::Solved => self.leave_by(port::SOLVED, Served::No),
            RobotReply::GaveUp => self.leave_by(port::UNRESOLVED, Served::No),
            RobotReply::Gone => self.fall_back(FallbackReason::RobotGone),
        }
    }

    fn robot_is_at_a_loss(&mut self, turns: i64, unknown: i64) {
        let Some(node) = self.robot() else {
            return self.fall_back(FallbackReason::RobotGone);
        };
        self.say(&node.unknown_text);
        let unknown = unknown.saturating_add(1);
        if unknown >= node.unknown_limit || turns > node.turn_limit {
            return self.leave_by(port::UNRESOLVED, Served::No);
        }
        self.run.state = RunState::WithRobot { turns, unknown };
    }

    // People.

    fn ask_queue(&mut self, node: &TransferToHuman) {
        let Some(skill_group_id) = node.skill_group_id else {
            return self.fall_back(FallbackReason::GroupGone);
        };
        self.effects.push(Effect::AskQueue { skill_group_id });
        self.run.state = RunState::AskingQueue;
    }

    /// The transfer node that the run stands at; none in the fallback's queue.
    fn transfer(&self) -> Option<&'a TransferToHuman> {
        match self.here() {
            Some(NodeKind::TransferToHuman(transfer)) if !self.run.is_fallen_back => Some(transfer),
            _ => None,
        }
    }

    /// Queues, or goes on without a person (FLOW-07).
    fn queue(&mut self, facts: QueueFacts) {
        self.ahead = Some(facts.ahead);
        if self.run.is_fallen_back {
            return self.queue_for_fallback(facts);
        }
        let Some((transfer, skill_group_id)) = self.transfer().and_then(|it| Some((it, it.skill_group_id?))) else {
            return self.fall_back(FallbackReason::GroupGone);
        };
        let is_full = transfer.queue_limit.is_some_and(|limit| facts.ahead >= limit);
        let is_deserted = facts.online == 0;
        if is_full || is_deserted {
            self.say(&transfer.unavailable_text);
        }
        if is_full || (is_deserted && transfer.nobody_online == NobodyOnline::Leave) {
            return self.leave_by(port::UNAVAILABLE, Served::No);
        }
        // Who is taken in the same breath need not read about waiting.
        let is_taken_at_once = facts.free > 0 && facts.ahead == 0;
        if !is_deserted && !is_taken_at_once {
            self.say(&transfer.waiting_text);
        }
        self.wait_in_queue(skill_group_id, transfer.queue_timeout_seconds, facts);
    }

    fn wait_in_queue(&mut self, group: crate::ids::SkillGroupId, timeout: Option<i64>, facts: QueueFacts) {
        self.effects.push(Effect::Enqueue {
            skill_group_id: group,
            queue_timeout_seconds: timeout,
        });
        self.run.told = Some(Told {
            ahead: facts.ahead,
            at: self.now,
        });
        self.run.state = RunState::InQueue;
    }

    /// Looks whether there is something new to tell, unless something was told a moment ago (R27).
    fn ask_place(&mut self, is_wanted: bool, seconds: i64) {
        let speaks = self.transfer().is_some_and(|node| !node.waiting_text.trim().is_empty());
        let is_time = self
            .run
            .told
            .is_none_or(|told| self.now.millis_since(told.at) >= seconds * 1000);
        if speaks && is_time {
            self.effects.push(Effect::AskPlace { is_wanted });
        }
    }

    fn tell_place(&mut self, ahead: i64, is_wanted: bool) {
        let is_new = self.run.told.is_none_or(|told| told.ahead != ahead);
        let Some(transfer) = self.transfer().filter(|_| is_new || is_wanted) else {
            return;
        };
        self.ahead = Some(ahead);
        self.say(&transfer.waiting_text);
        self.run.told = Some(Told { ahead, at: self.now });
    }

    fn accepted(&mut self) {
        self.run.told = None;
        match self.transfer() {
            Some(transfer) => {
                self.say(&transfer.accepted_text);
                self.leave_by(port::ACCEPTED, Served::Yes);
            }
            None => self.run.state = RunState::WithAgent,
        }
    }

    // Where it cannot go on.

    fn get_lost(&mut self, reason: FallbackReason, served: Served) {
        match served {
            Served::Yes => self.run.state = RunState::WithAgent,
            Served::No => self.fall_back(reason),
        }
    }

    /// Leaves the nodes for the document's fallback, which passes none and so always ends or waits.
    fn fall_back(&mut self, reason: FallbackReason) {
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

    fn group_is_gone(&mut self) {
        match &self.document.fallback {
            Fallback::SkillGroup { text, .. } if self.run.is_fallen_back => self.ask_for_a_message(text),
            _ => self.fall_back(FallbackReason::GroupGone),
        }
    }

    /// Everybody may wait here, however long the queue is.
    fn queue_for_fallback(&mut self, facts: QueueFacts) {
        match &self.document.fallback {
            Fallback::SkillGroup {
                skill_group_id: Some(group),
                ..
            } => self.wait_in_queue(*group, None, facts),
            _ => self.end(),
        }
    }

    fn ask_for_a_message(&mut self, prompt: &str) {
        match show::message_form(self.fill(prompt)) {
            Some(content) => {
                self.run.state = RunState::Asking { line: 0, unmatched: 0 };
                self.effects.push(Effect::Ask { content });
            }
            None => self.end(),
        }
    }

    /// A picture or a file is a message too.
    fn message_was_left(&mut self, line: i64, given: &Given<'_>) {
        if let Given::Text(text) = given {
            let choice = Choice::text(*text);
            self.effects.push(Effect::Answered { line, choice });
        }
        if let Fallback::MessageForm { thanks_text, .. } = &self.document.fallback {
            self.say(thanks_text);
        }
        self.end();
    }

    // Ends.

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

    // Words.

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

/// What the visitor gives as an answer.
enum Given<'a> {
    Text(&'a str),
    /// The id of an option of the question that was asked.
    Option(&'a str),
    /// Something without words.
    Nothing,
}

impl Given<'_> {
    fn branch_option<'n>(&self, node: &'n Branch) -> Option<&'n super::node::BranchOption> {
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

#[cfg(test)]
mod tests;
