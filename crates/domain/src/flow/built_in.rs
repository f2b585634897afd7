//! The flow that every desk begins with: greet, queue to a group, end (FLOW-07, FLOW-12).

use serde::{Deserialize, Serialize};

use super::document::{Connection, DEFAULT_TIME_ZONE, Document, FORMAT, Fallback, Node, Position};
use super::node::{End, FlowMessage, NobodyOnline, NodeKind, SendMessage, TransferToHuman, port};
use crate::ids::SkillGroupId;

/// Seconds of a visitor's silence until a session ends, unless set otherwise.
const SILENCE_SECONDS: i64 = 300;

/// What a flow of the built-in shape says. Texts may hold parameters; an empty text says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuiltInTexts {
    /// Said first.
    pub greeting: String,
    /// Said on joining the queue.
    pub waiting_text: String,
    /// Said when an agent takes the session.
    pub accepted_text: String,
    /// Said when nobody is online, or the queue is full.
    pub unavailable_text: String,
    /// Said at the end for silence.
    pub silence_text: String,
    /// Said when the visitor is reminded.
    #[serde(default)]
    pub reminder_text: String,
    /// Said at the end because nobody said anything.
    #[serde(default)]
    pub inactive_text: String,
    /// Said when the agent ends the session.
    pub agent_end_text: String,
}

/// Everything that can be set in a flow of the built-in shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What it says.
    pub texts: BuiltInTexts,
    /// Where sessions wait.
    pub skill_group_id: SkillGroupId,
    /// What happens when nobody is online.
    pub nobody_online: NobodyOnline,
    /// Longest wait in seconds.
    pub queue_timeout_seconds: Option<i64>,
    /// Most sessions that may wait.
    pub queue_limit: Option<i64>,
    /// Seconds of a visitor's silence until the session ends.
    pub silence_seconds: Option<i64>,
    /// Seconds of a visitor's silence until the visitor is reminded.
    #[serde(default)]
    pub reminder_seconds: Option<i64>,
    /// Seconds in which nobody says anything until the session ends.
    #[serde(default)]
    pub inactive_seconds: Option<i64>,
}

impl Document {
    /// Greet, queue to a group, end; whoever comes while nobody is there waits (U4).
    #[must_use]
    pub fn built_in(skill_group: SkillGroupId, texts: &BuiltInTexts) -> Self {
        Self::from_settings(&Settings {
            texts: texts.clone(),
            skill_group_id: skill_group,
            nobody_online: NobodyOnline::Wait,
            queue_timeout_seconds: None,
            queue_limit: None,
            silence_seconds: Some(SILENCE_SECONDS),
            reminder_seconds: None,
            inactive_seconds: None,
        })
    }

    /// The document of the built-in shape with these settings.
    #[must_use]
    pub fn from_settings(settings: &Settings) -> Self {
        let texts = &settings.texts;
        let transfer = TransferToHuman {
            skill_group_id: Some(settings.skill_group_id),
            waiting_text: texts.waiting_text.clone(),
            accepted_text: texts.accepted_text.clone(),
            unavailable_text: texts.unavailable_text.clone(),
            nobody_online: settings.nobody_online,
            queue_timeout_seconds: settings.queue_timeout_seconds,
            queue_limit: settings.queue_limit,
        };
        let end = End {
            silence_seconds: settings.silence_seconds,
            silence_text: texts.silence_text.clone(),
            reminder_seconds: settings.reminder_seconds,
            reminder_text: texts.reminder_text.clone(),
            inactive_seconds: settings.inactive_seconds,
            inactive_text: texts.inactive_text.clone(),
            agent_end_text: texts.agent_end_text.clone(),
        };
        Self {
            format: FORMAT,
            time_zone: DEFAULT_TIME_ZONE.to_owned(),
            fallback: Fallback::SkillGroup {
                skill_group_id: Some(settings.skill_group_id),
                text: String::new(),
            },
            nodes: vec![
                node("start", 0, NodeKind::Start),
                node(
                    "greet",
                    1,
                    NodeKind::SendMessage(SendMessage {
                        message: FlowMessage::Text {
                            text: texts.greeting.clone(),
                        },
                    }),
                ),
                node("queue", 2, NodeKind::TransferToHuman(transfer)),
                node("end", 3, NodeKind::End(end)),
            ],
            connections: [
                ("start", port::NEXT, "greet"),
                ("greet", port::NEXT, "queue"),
                ("queue", port::ACCEPTED, "end"),
                ("queue", port::TIMED_OUT, "end"),
                ("queue", port::UNAVAILABLE, "end"),
            ]
            .map(|(from, port, to)| Connection {
                from: from.into(),
                port: port.into(),
                to: to.into(),
            })
            .into(),
        }
    }

    /// The settings of a document of the built-in shape; `None` for any other flow.
    #[must_use]
    pub fn settings(&self) -> Option<Settings> {
        let [_, greet, queue, end] = self.nodes.as_slice() else {
            return None;
        };
        let (NodeKind::SendMessage(greet), NodeKind::TransferToHuman(transfer), NodeKind::End(end)) =
            (&greet.kind, &queue.kind, &end.kind)
        else {
            return None;
        };
        let (FlowMessage::Text { text }, Some(skill_group_id)) = (&greet.message, transfer.skill_group_id) else {
            return None;
        };
        let settings = Settings {
            texts: BuiltInTexts {
                greeting: text.clone(),
                waiting_text: transfer.waiting_text.clone(),
                accepted_text: transfer.accepted_text.clone(),
                unavailable_text: transfer.unavailable_text.clone(),
                silence_text: end.silence_text.clone(),
                reminder_text: end.reminder_text.clone(),
                inactive_text: end.inactive_text.clone(),
                agent_end_text: end.agent_end_text.clone(),
            },
            skill_group_id,
            nobody_online: transfer.nobody_online,
            queue_timeout_seconds: transfer.queue_timeout_seconds,
            queue_limit: transfer.queue_limit,
            silence_seconds: end.silence_seconds,
            reminder_seconds: end.reminder_seconds,
            inactive_seconds: end.inactive_seconds,
        };
        // Whatever the settings do not say (connections, labels, places) must be as the shape has it.
        (Self::from_settings(&settings) == *self).then_some(settings)
    }
}

fn node(id: &str, column: i64, kind: NodeKind) -> Node {
    Node {
        id: id.into(),
        label: id.into(),
        position: Position { x: column * 240, y: 0 },
        kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::{Known, check};
    use crate::ids::Id;

    fn settings() -> Settings {
        Settings {
            texts: BuiltInTexts {
                greeting: "Hello".into(),
                waiting_text: "${WaitNo} before you".into(),
                reminder_text: "Are you there?".into(),
                ..BuiltInTexts::default()
            },
            skill_group_id: SkillGroupId::from_uuid(uuid::Uuid::from_u128(1)),
            nobody_online: NobodyOnline::Leave,
            queue_timeout_seconds: Some(600),
            queue_limit: Some(50),
            silence_seconds: Some(300),
            reminder_seconds: Some(120),
            inactive_seconds: Some(3_600),
        }
    }

    /// FLOW-07, FLOW-12: what the console shows is what the document says.
    #[test]
    fn settings_survive_the_document() {
        let document = Document::from_settings(&settings());
        let json = serde_json::to_string(&document).expect("plain data");
        assert_eq!(Document::parse(&json).expect("reads back").settings(), Some(settings()));
    }

    /// A flow drawn otherwise is not forced into the form.
    #[test]
    fn another_shape_has_no_settings() {
        let mut document = Document::from_settings(&settings());
        document.connections.swap(0, 1);
        document.connections[0].to = "end".into();
        assert_eq!(document.settings(), None);
    }

    /// FLOW-13: the flow that every desk begins with has no fault, even without any text.
    #[test]
    fn the_built_in_flow_is_fit_to_publish() {
        let group = settings().skill_group_id;
        for texts in [BuiltInTexts::default(), settings().texts] {
            let known = Known {
                skill_groups: vec![group],
                ..Known::default()
            };
            assert_eq!(check(&Document::built_in(group, &texts), &known), []);
        }
    }
}
