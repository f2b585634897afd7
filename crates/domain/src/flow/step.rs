//! The interpreter: one input in, the next position and what is to be done about it out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::document::{Document, End, NobodyOnline, Node, NodeKind, TransferToHuman, port};
use super::template::fill;
use crate::ids::SkillGroupId;
use crate::message::TEXT_MAX_CHARS;

/// Most nodes that one input passes (T901).
pub const MAX_NODES_PER_INPUT: i64 = 200;
/// Most nodes that one session passes (T901).
pub const MAX_NODES_PER_SESSION: i64 = 10_000;

/// Where a session stands in its flow. Stored with the session, so that a restart loses nothing (FLOW-17).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRun {
    /// The node that it came to last.
    pub node: String,
    /// What was collected under which name.
    pub variables: BTreeMap<String, String>,
    /// What it waits for.
    pub state: RunState,
    /// Nodes passed so far (T901).
    #[serde(default)]
    pub steps: i64,
}

/// What a run waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// [`Input::Started`].
    Moving,
    /// [`Input::Queue`], which the same transaction answers.
    AskingQueue,
    /// [`Input::Accepted`] or [`Input::QueueTimedOut`].
    InQueue,
    /// [`Input::AgentEnded`], [`Input::VisitorSlow`], [`Input::VisitorSilent`] or [`Input::Inactive`].
    WithAgent,
    /// Nothing more.
    Done,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// The session began.
    Started,
    /// The answer to [`Effect::AskQueue`].
    Queue(QueueFacts),
    /// An agent took the session.
    Accepted,
    /// Nobody took it within the queue time.
    QueueTimedOut,
    /// The visitor wrote. No node waits for text yet, and while a person is awaited or serves, words are for them.
    VisitorText(String),
    /// The agent ended the session.
    AgentEnded,
    /// The visitor stayed silent for the end node's time of a reminder (ROUTE-14).
    VisitorSlow,
    /// The visitor stayed silent for the end node's time (FLOW-12).
    VisitorSilent,
    /// Nobody said anything for the end node's time (ROUTE-14).
    Inactive,
}

/// How a skill group stands at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueFacts {
    /// Sessions that wait already.
    pub ahead: i64,
    /// Members who are at work and connected.
    pub online: i64,
    /// Members who could take a session now.
    pub free: i64,
}

/// What the outside must do, in this order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Log that the run came to a node (DATA-02).
    Step {
        /// Its id.
        node: String,
    },
    /// Say this to the visitor.
    Say {
        /// With its parameters filled in; never blank, at most [`TEXT_MAX_CHARS`] characters.
        text: String,
    },
    /// Look how the group stands and answer with [`Input::Queue`], in the same transaction.
    AskQueue {
        /// Which group.
        skill_group_id: SkillGroupId,
    },
    /// Let the session wait in the group's queue.
    Enqueue {
        /// Which group.
        skill_group_id: SkillGroupId,
        /// After so many seconds, [`Input::QueueTimedOut`].
        queue_timeout_seconds: Option<i64>,
    },
    /// Take the session out of its queue.
    LeaveQueue,
    /// The flow is over: end the session.
    End,
}

/// The outcome of one input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where the session stands now.
    pub run: FlowRun,
    /// What is to be done.
    pub effects: Vec<Effect>,
}

/// Values that every text may use (FLOW-03).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SystemParameters {
    /// `${WaitNo}`: people ahead in the queue. [`QueueFacts::ahead`] counts instead where it is known.
    pub wait_no: String,
    /// `${StaffNo}`: the agent's public number.
    pub staff_no: String,
    /// `${StaffNickName}`: the agent's public name.
    pub staff_nickname: String,
    /// `${ClientAppID}`: the channel's id.
    pub client_app_id: String,
    /// `${ClientAppName}`: the channel's name.
    pub client_app_name: String,
    /// `${SystemClientUserID}`: the visitor's user id.
    pub system_client_user_id: String,
    /// `${SystemSessionId}`: the session's id.
    pub system_session_id: String,
}

impl SystemParameters {
    /// The value of a parameter by its name in texts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        Some(match name {
            "WaitNo" => &self.wait_no,
            "StaffNo" => &self.staff_no,
            "StaffNickName" => &self.staff_nickname,
            "ClientAppID" => &self.client_app_id,
            "ClientAppName" => &self.client_app_name,
            "SystemClientUserID" => &self.system_client_user_id,
            "SystemSessionId" => &self.system_session_id,
            _ => return None,
        })
    }
}

/// A run before its first input.
#[must_use]
pub fn start(document: &Document) -> FlowRun {
    FlowRun {
        node: document.start().map(|node| node.id.clone()).unwrap_or_default(),
        variables: BTreeMap::new(),
        state: RunState::Moving,
        steps: 0,
    }
}

/// Takes one input. An input that the run does not wait for changes nothing, so that a late timer or a repeated
/// command does no harm. Where a document leads nowhere the flow ends the session, unless a person serves it: then it
/// stays with that person.
#[must_use]
pub fn step(document: &Document, run: &FlowRun, input: &Input, parameters: &SystemParameters) -> Step {
    let mut walk = Walk {
        document,
        parameters,
        ahead: None,
        run: run.clone(),
        effects: Vec::new(),
    };
    match (run.state, input) {
        (RunState::Moving, Input::Started) => walk.go(document.node(&run.node), Served::No),
        (RunState::AskingQueue, Input::Queue(facts)) => walk.queue(*facts),
        (RunState::InQueue, Input::Accepted) => walk.accepted(),
        (RunState::InQueue, Input::QueueTimedOut) => {
            walk.effects.push(Effect::LeaveQueue);
            walk.leave_by(port::TIMED_OUT, Served::No);
        }
        (RunState::WithAgent, Input::AgentEnded) => walk.finish(|end| &end.agent_end_text),
        (RunState::WithAgent, Input::VisitorSlow) => {
            if let Some(end) = document.end() {
                walk.say(&end.reminder_text);
            }
        }
        (RunState::WithAgent, Input::VisitorSilent) => walk.finish(|end| &end.silence_text),
        (RunState::WithAgent, Input::Inactive) => walk.finish(|end| &end.inactive_text),
        _ => {}
    }
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
    ahead: Option<i64>,
    run: FlowRun,
    effects: Vec<Effect>,
}

impl<'a> Walk<'a> {
    /// Passes nodes from `node` on until one waits.
    fn go(&mut self, node: Option<&'a Node>, served: Served) {
        let mut at = node;
        for _ in 0..MAX_NODES_PER_INPUT {
            let Some(node) = at.filter(|_| self.run.steps < MAX_NODES_PER_SESSION) else {
                break;
            };
            self.run.steps += 1;
            self.run.node.clone_from(&node.id);
            self.effects.push(Effect::Step { node: node.id.clone() });
            match &node.kind {
                NodeKind::Start => {}
                NodeKind::SendMessage { text } => self.say(text),
                NodeKind::TransferToHuman(transfer) if served == Served::No => {
                    let skill_group_id = transfer.skill_group_id;
                    self.effects.push(Effect::AskQueue { skill_group_id });
                    self.run.state = RunState::AskingQueue;
                    return;
                }
                NodeKind::TransferToHuman(_) | NodeKind::End(_) => break,
            }
            at = self.document.next(&node.id, port::NEXT);
        }
        match served {
            Served::Yes => self.run.state = RunState::WithAgent,
            Served::No => {
                self.run.state = RunState::Done;
                self.effects.push(Effect::End);
            }
        }
    }

    fn leave_by(&mut self, port: &str, served: Served) {
        self.go(self.document.next(&self.run.node, port), served);
    }

    /// The transfer node that the run stands at.
    fn transfer(&self) -> Option<&'a TransferToHuman> {
        match &self.document.node(&self.run.node)?.kind {
            NodeKind::TransferToHuman(transfer) => Some(transfer),
            _ => None,
        }
    }

    /// Queues, or goes on without a person (FLOW-07).
    fn queue(&mut self, facts: QueueFacts) {
        self.ahead = Some(facts.ahead);
        let Some(transfer) = self.transfer() else {
            return self.leave_by(port::UNAVAILABLE, Served::No);
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
        self.effects.push(Effect::Enqueue {
            skill_group_id: transfer.skill_group_id,
            queue_timeout_seconds: transfer.queue_timeout_seconds,
        });
        self.run.state = RunState::InQueue;
    }

    fn accepted(&mut self) {
        if let Some(transfer) = self.transfer() {
            self.say(&transfer.accepted_text);
        }
        self.leave_by(port::ACCEPTED, Served::Yes);
    }

    /// Says the last words; whoever ends the session does so itself.
    fn finish(&mut self, text: impl Fn(&End) -> &String) {
        if let Some(end) = self.document.end() {
            self.say(text(end));
        }
        self.run.state = RunState::Done;
    }

    /// Says a text with its parameters filled in; a blank one says nothing.
    fn say(&mut self, template: &str) {
        let text = fill(template, |name| match (name, self.ahead) {
            ("WaitNo", Some(ahead)) => Some(ahead.to_string()),
            _ => {
                let system = self.parameters.get(name).map(str::to_owned);
                system.or_else(|| self.run.variables.get(name).cloned())
            }
        });
        if !text.trim().is_empty() {
            // Values may be long; a message keeps its limit (T804).
            let text = text.chars().take(TEXT_MAX_CHARS).collect();
            self.effects.push(Effect::Say { text });
        }
    }
}

#[cfg(test)]
mod tests;
