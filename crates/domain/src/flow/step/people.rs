//! Queues and agents (FLOW-07, R27).

use super::{Served, Walk};
use crate::flow::node::{NobodyOnline, NodeKind, TransferToHuman, port};
use crate::flow::run::{Effect, FallbackReason, QueueFacts, RunState, Told};
use crate::ids::SkillGroupId;

impl<'a> Walk<'a> {
    pub(super) fn ask_queue(&mut self, node: &TransferToHuman) {
        let Some(skill_group_id) = node.skill_group_id else {
            return self.fall_back(FallbackReason::GroupGone);
        };
        self.effects.push(Effect::AskQueue { skill_group_id });
        self.run.state = RunState::AskingQueue;
    }

    /// The transfer node that the run stands at; none in the fallback's queue.
    pub(super) fn transfer(&self) -> Option<&'a TransferToHuman> {
        match self.here() {
            Some(NodeKind::TransferToHuman(transfer)) if !self.run.is_fallen_back => Some(transfer),
            _ => None,
        }
    }

    /// Queues, or goes on without a person (FLOW-07).
    pub(super) fn queue(&mut self, facts: QueueFacts) {
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

    pub(super) fn wait_in_queue(&mut self, group: SkillGroupId, timeout: Option<i64>, facts: QueueFacts) {
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
    pub(super) fn ask_place(&mut self, is_wanted: bool, seconds: i64) {
        let speaks = self.transfer().is_some_and(|node| !node.waiting_text.trim().is_empty());
        let is_time = self
            .run
            .told
            .is_none_or(|told| self.now.millis_since(told.at) >= seconds * 1000);
        if speaks && is_time {
            self.effects.push(Effect::AskPlace { is_wanted });
        }
    }

    pub(super) fn tell_place(&mut self, ahead: i64, is_wanted: bool) {
        let is_new = self.run.told.is_none_or(|told| told.ahead != ahead);
        let Some(transfer) = self.transfer().filter(|_| is_new || is_wanted) else {
            return;
        };
        self.ahead = Some(ahead);
        self.say(&transfer.waiting_text);
        self.run.told = Some(Told { ahead, at: self.now });
    }

    pub(super) fn accepted(&mut self) {
        self.run.told = None;
        match self.transfer() {
            Some(transfer) => {
                self.say(&transfer.accepted_text);
                self.leave_by(port::ACCEPTED, Served::Yes);
            }
            None => self.run.state = RunState::WithAgent,
        }
    }
}
