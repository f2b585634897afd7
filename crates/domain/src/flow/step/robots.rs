//! Robots: questions, answers and when they give way to people (FLOW-11, U21).

use super::{Served, Walk};
use crate::flow::node::{NodeKind, Robot, port};
use crate::flow::run::{Effect, FallbackReason, RobotReply, RunState};

impl<'a> Walk<'a> {
    pub(super) fn begin_robot(&mut self, node: &Robot) {
        if node.bot_id.is_none() {
            return self.fall_back(FallbackReason::RobotGone);
        }
        self.say(&node.welcome_text);
        self.run.state = RunState::WithRobot { turns: 0, unknown: 0 };
    }

    pub(super) fn robot(&self) -> Option<&'a Robot> {
        match self.here() {
            Some(NodeKind::Robot(robot)) => Some(robot),
            _ => None,
        }
    }

    /// Gives the visitor's words to the bot. Words that come while it thinks replace those before; the answer to
    /// these is then late and dropped (U21).
    pub(super) fn ask_robot(&mut self, turns: i64, unknown: i64, text: &str) {
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

    pub(super) fn robot_answered(&mut self, turns: i64, unknown: i64, reply: &RobotReply) {
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

    pub(super) fn robot_is_at_a_loss(&mut self, turns: i64, unknown: i64) {
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
}
