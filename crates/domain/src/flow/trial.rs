//! Talking with a flow without a desk: the same interpreter, with whatever it asks the outside answered by whoever
//! tries it (FLOW-15).
//!
//! A [`Trial`] is plain data, so that a page or a program may hold it between two inputs.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::document::Document;
use super::hours;
use super::run::{Effect, FallbackReason, FlowRun, Input, QueueFacts, RunState, SystemParameters};
use super::step;
use crate::ids::{BotId, SkillGroupId};
use crate::message::{Choice, Content};
use crate::moment::Moment;

/// Where a conversation that is tried stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trial {
    /// Where it stands in the flow.
    pub run: FlowRun,
    /// Lines of the conversation so far, of both sides.
    pub lines: i64,
}

/// What answers in place of the outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// How every skill group stands.
    pub queue: QueueFacts,
    /// What is answered to the calls of an API-call node, by the node's id: the body of an answer. Calls of other
    /// nodes fail, and so do answers that are no JSON object.
    pub answers: BTreeMap<String, String>,
    /// Values of the system parameters.
    pub parameters: SystemParameters,
}

impl Default for World {
    /// One free agent, nobody ahead, no API.
    fn default() -> Self {
        Self {
            queue: QueueFacts {
                ahead: 0,
                online: 1,
                free: 1,
            },
            answers: BTreeMap::new(),
            parameters: SystemParameters::default(),
        }
    }
}

/// What the flow did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = TrialEvent)]
pub enum Event {
    /// It came to a node.
    Step {
        /// Its id.
        node: String,
    },
    /// It said something.
    Said {
        /// Number of the line.
        line: i64,
        /// What.
        content: Content,
    },
    /// It asked something: a menu or a form.
    Asked {
        /// Number of the line.
        line: i64,
        /// What.
        content: Content,
    },
    /// It took the visitor's answer.
    Answered {
        /// The line that asked.
        line: i64,
        /// What was chosen or filled in.
        choice: Choice,
    },
    /// It called an API, and this came of it.
    Called {
        /// The node that called.
        node: String,
        /// Which try of this node it was, from 1.
        attempt: i64,
        /// Where to.
        url: String,
        /// The JSON object that was sent.
        body: String,
        /// What was answered; left out when the call failed.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        #[schema(nullable = false)]
        answer: Option<String>,
    },
    /// It asked a bot, whose answer is the next input.
    AskedRobot {
        /// Number of the question, for the answer.
        call: i64,
        /// Which bot.
        bot_id: BotId,
        /// The visitor's words.
        text: String,
    },
    /// It looked how a skill group stands.
    AskedQueue {
        /// Which.
        skill_group_id: SkillGroupId,
    },
    /// The session waits for a person.
    Enqueued {
        /// Whose queue.
        skill_group_id: SkillGroupId,
        /// Longest wait in seconds; left out when without end.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        #[schema(nullable = false)]
        queue_timeout_seconds: Option<i64>,
    },
    /// The session left its queue.
    LeftQueue,
    /// It could not go on; what its fallback does follows.
    FellBack {
        /// Why.
        reason: FallbackReason,
    },
    /// The session ended.
    Ended,
}

impl Trial {
    /// A conversation before its first input, [`Input::Started`].
    #[must_use]
    pub fn new(document: &Document) -> Self {
        Self {
            run: step::start(document),
            lines: 0,
        }
    }

    /// Takes one input and goes on until the flow waits for a person, a bot or the clock.
    pub fn take(&mut self, document: &Document, input: Input, world: &World, now: Moment) -> Vec<Event> {
        let is_said = matches!(
            input,
            Input::VisitorText(_) | Input::VisitorChoice { .. } | Input::VisitorFile
        );
        self.lines = self.lines.saturating_add(i64::from(is_said));
        let is_over = self.run.state == RunState::Done;
        let mut events = Vec::new();
        let mut inputs = VecDeque::from([input]);
        // Each answer leads on or uses up a try, both of which the interpreter limits for a session.
        while let Some(input) = inputs.pop_front() {
            let step = step::step(document, &self.run, &input, &world.parameters, now);
            self.run = step.run;
            for effect in step.effects {
                inputs.extend(self.carry_out(effect, world, &mut events));
            }
        }
        // Whoever ends a session that a person serves does so itself: the flow only says the last words.
        let is_ended = events.contains(&Event::Ended);
        if self.run.state == RunState::Done && !is_over && !is_ended {
            events.push(Event::Ended);
        }
        events
    }

    /// Notes an effect; answers what the flow waits for, where the world knows it.
    fn carry_out(&mut self, effect: Effect, world: &World, events: &mut Vec<Event>) -> Option<Input> {
        let (event, answer) = match effect {
            Effect::Step { node } => (Event::Step { node }, None),
            Effect::Say { content } => (
                Event::Said {
                    line: self.next_line(),
                    content,
                },
                None,
            ),
            Effect::Ask { content } => {
                let line = self.next_line();
                (Event::Asked { line, content }, Some(Input::Asked { line }))
            }
            Effect::Answered { line, choice } => (Event::Answered { line, choice }, None),
            Effect::CallApi(made) => {
                let answer = world.answers.get(&made.node).cloned();
                let call = made.call;
                let event = Event::Called {
                    node: made.node,
                    attempt: made.attempt,
                    url: made.url,
                    body: made.body,
                    answer: answer.clone(),
                };
                let input = answer.map_or(Input::ApiFailed { call }, |body| Input::ApiAnswered { call, body });
                (event, Some(input))
            }
            Effect::AskRobot { call, bot_id, text } => (Event::AskedRobot { call, bot_id, text }, None),
            Effect::AskQueue { skill_group_id } => {
                (Event::AskedQueue { skill_group_id }, Some(Input::Queue(world.queue)))
            }
            Effect::Enqueue {
                skill_group_id,
                queue_timeout_seconds,
            } => (
                Event::Enqueued {
                    skill_group_id,
                    queue_timeout_seconds,
                },
                None,
            ),
            Effect::AskPlace { is_wanted } => {
                let ahead = world.queue.ahead;
                return Some(Input::Place { ahead, is_wanted });
            }
            Effect::LeaveQueue => (Event::LeftQueue, None),
            Effect::FellBack { reason } => (Event::FellBack { reason }, None),
            Effect::End => (Event::Ended, None),
        };
        events.push(event);
        answer
    }

    const fn next_line(&mut self) -> i64 {
        self.lines = self.lines.saturating_add(1);
        self.lines
    }
}

/// What a conversation that is tried waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// An answer to a menu or a form.
    Answer,
    /// The visitor's words for the bot.
    Question,
    /// The bot.
    Robot,
    /// An agent.
    Queue,
    /// The agent and the visitor, who talk with each other.
    Agent,
    /// Nothing more: it is over.
    Over,
}

impl Trial {
    /// What it waits for.
    #[must_use]
    pub const fn waiting(&self) -> Waiting {
        match self.run.state {
            RunState::Asking { .. } => Waiting::Answer,
            RunState::WithRobot { .. } => Waiting::Question,
            RunState::AskingRobot { .. } => Waiting::Robot,
            RunState::InQueue => Waiting::Queue,
            RunState::WithAgent => Waiting::Agent,
            // A trial answers calls and queues at once, and always begins with `Started`.
            RunState::Moving | RunState::Calling { .. } | RunState::AskingQueue | RunState::Done => Waiting::Over,
        }
    }
}

/// A point in time as people write it: `2026-10-01T09:30:00+08:00`, or without an offset the wall time of the flow's
/// time zone (`2026-10-01 09:30`); a date alone is its beginning. `None` for anything else.
#[must_use]
pub fn time(text: &str, document: &Document) -> Option<Moment> {
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(Moment(timestamp.as_millisecond()));
    }
    let wall: jiff::civil::DateTime = text.parse().ok()?;
    let zoned = wall.to_zoned(hours::zone(&document.time_zone)?).ok()?;
    Some(Moment(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests;
