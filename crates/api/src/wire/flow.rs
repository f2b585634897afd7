//! Flows: the list, their drafts, and the form of the built-in shape: greet, queue to a group, end (FLOW-01, FLOW-13).

use app::{flow_drafts, flows};
use domain::flow::{BuiltInTexts, Document, Fault, NobodyOnline, Settings};
use domain::ids::{FlowId, SkillGroupId};
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::channel::ChannelName;

/// A flow by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FlowName {
    /// Which.
    pub id: FlowId,
    /// Its name.
    pub name: String,
}

/// One flow.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Flow {
    /// Which.
    pub id: FlowId,
    /// Its name, unique.
    pub name: String,
    /// The published version; new sessions run it.
    pub version: i64,
    /// What it says and does, when it is of the built-in shape; left out for any other flow.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub settings: Option<FlowSettings>,
    /// Channels that use it.
    pub channels: Vec<ChannelName>,
    /// When this version was published.
    pub updated_at: Moment,
    /// When it was edited last, published or not.
    pub edited_at: Moment,
    /// Real name of whoever edited it last; left out when nobody has since it was added.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub editor: Option<String>,
}

/// What is being edited of a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowDraft {
    /// Of which flow.
    pub id: FlowId,
    /// Its name.
    pub name: String,
    /// The published version.
    pub version: i64,
    /// Whether the draft is what is published.
    pub is_published: bool,
    /// The draft; the published document while nobody has edited it.
    pub document: Document,
    /// Rises with each save.
    pub revision: i64,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// When it was saved.
    pub edited_at: Moment,
    /// Real name of whoever saved it; left out when nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub editor: Option<String>,
}

/// A draft that is to be saved.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveFlowDraft {
    /// From which revision it was made; refused with `draft_changed` when there is a newer one.
    pub revision: i64,
    /// The draft; may have faults. Documents of earlier formats are taken over into today's.
    #[schema(value_type = Document)]
    pub document: serde_json::Value,
}

/// A saved draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedFlowDraft {
    /// Its revision now.
    pub revision: i64,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// When it was saved.
    pub edited_at: Moment,
}

/// A draft that is to be published.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishFlow {
    /// Which revision was looked at; refused with `draft_changed` when there is a newer one.
    pub revision: i64,
    /// What its author says about it, at most 500 characters.
    #[serde(default)]
    #[schema(required = false)]
    pub note: String,
}

/// A copy of a flow.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CopyFlow {
    /// The copy's name, 1 to 64 characters.
    pub name: String,
}

impl From<flow_drafts::Draft> for FlowDraft {
    fn from(draft: flow_drafts::Draft) -> Self {
        Self {
            id: draft.id,
            name: draft.name,
            version: draft.version,
            is_published: draft.is_published,
            document: draft.document,
            revision: draft.revision,
            faults: draft.faults,
            edited_at: draft.edited_at,
            editor: draft.editor.map(|(_, name)| name),
        }
    }
}

impl From<SaveFlowDraft> for flow_drafts::Save {
    fn from(save: SaveFlowDraft) -> Self {
        Self {
            revision: save.revision,
            document: save.document.to_string(),
        }
    }
}

impl From<flow_drafts::Saved> for SavedFlowDraft {
    fn from(saved: flow_drafts::Saved) -> Self {
        Self {
            revision: saved.revision,
            faults: saved.faults,
            edited_at: saved.edited_at,
        }
    }
}

impl From<PublishFlow> for flow_drafts::Publish {
    fn from(publish: PublishFlow) -> Self {
        Self {
            revision: publish.revision,
            note: publish.note,
        }
    }
}

/// What a flow of the built-in shape says and does. Texts may hold `${WaitNo}`, `${StaffNo}`,
/// `${StaffNickName}`, `${ClientAppName}` and the other system parameters (FLOW-03). An empty text says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowSettings {
    /// Where sessions wait.
    pub skill_group_id: SkillGroupId,
    /// Said first.
    pub greeting: String,
    /// Said on joining the queue.
    pub waiting_text: String,
    /// Said when an agent takes the session.
    pub accepted_text: String,
    /// Said when nobody is online, or the queue is full.
    pub unavailable_text: String,
    /// What happens when nobody is online.
    pub nobody_online: NobodyOnline,
    /// Longest wait, 10 to 86,400 seconds; without end when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 10, maximum = 86_400)]
    pub queue_timeout_seconds: Option<i64>,
    /// Most sessions that may wait, 1 to 10,000; any number when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 1, maximum = 10_000)]
    pub queue_limit: Option<i64>,
    /// Seconds without a visitor's answer after an agent's message until the session ends, 10 to 86,400; never
    /// when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 10, maximum = 86_400)]
    pub silence_seconds: Option<i64>,
    /// Said at that end.
    pub silence_text: String,
    /// Seconds without a visitor's answer after an agent's message until the visitor is reminded (ROUTE-14), at least 5
    /// and fewer than `silence_seconds`; never when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 5, maximum = 86_400)]
    pub reminder_seconds: Option<i64>,
    /// Said then.
    #[serde(default)]
    #[schema(required = false)]
    pub reminder_text: String,
    /// Seconds in which nobody says anything, whoever's turn it is, until the session ends (ROUTE-14), 60 to 604,800;
    /// never when left out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false, minimum = 60, maximum = 604_800)]
    pub inactive_seconds: Option<i64>,
    /// Said at that end.
    #[serde(default)]
    #[schema(required = false)]
    pub inactive_text: String,
    /// Said when the agent ends the session.
    pub agent_end_text: String,
}

/// A new flow.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFlow {
    /// 1 to 64 characters.
    pub name: String,
    /// What it says and does.
    pub settings: FlowSettings,
}

/// A change of a flow; what is left out stays. New settings are published as a new version.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowChange {
    /// 1 to 64 characters.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// What it says and does from now on.
    #[schema(nullable = false)]
    pub settings: Option<FlowSettings>,
}

impl From<flows::FlowFacts> for Flow {
    fn from(facts: flows::FlowFacts) -> Self {
        Self {
            id: facts.id,
            name: facts.name,
            version: facts.version,
            settings: facts.settings.map(Into::into),
            channels: facts
                .channels
                .into_iter()
                .map(|(id, title)| ChannelName { id, title })
                .collect(),
            updated_at: facts.updated_at,
            edited_at: facts.edited_at,
            editor: facts.editor,
        }
    }
}

impl From<Settings> for FlowSettings {
    fn from(settings: Settings) -> Self {
        Self {
            skill_group_id: settings.skill_group_id,
            greeting: settings.texts.greeting,
            waiting_text: settings.texts.waiting_text,
            accepted_text: settings.texts.accepted_text,
            unavailable_text: settings.texts.unavailable_text,
            nobody_online: settings.nobody_online,
            queue_timeout_seconds: settings.queue_timeout_seconds,
            queue_limit: settings.queue_limit,
            silence_seconds: settings.silence_seconds,
            silence_text: settings.texts.silence_text,
            reminder_seconds: settings.reminder_seconds,
            reminder_text: settings.texts.reminder_text,
            inactive_seconds: settings.inactive_seconds,
            inactive_text: settings.texts.inactive_text,
            agent_end_text: settings.texts.agent_end_text,
        }
    }
}

impl From<FlowSettings> for Settings {
    fn from(settings: FlowSettings) -> Self {
        let texts = BuiltInTexts {
            greeting: settings.greeting,
            waiting_text: settings.waiting_text,
            accepted_text: settings.accepted_text,
            unavailable_text: settings.unavailable_text,
            silence_text: settings.silence_text,
            reminder_text: settings.reminder_text,
            inactive_text: settings.inactive_text,
            agent_end_text: settings.agent_end_text,
        };
        Self {
            texts,
            skill_group_id: settings.skill_group_id,
            nobody_online: settings.nobody_online,
            queue_timeout_seconds: settings.queue_timeout_seconds,
            queue_limit: settings.queue_limit,
            silence_seconds: settings.silence_seconds,
            reminder_seconds: settings.reminder_seconds,
            inactive_seconds: settings.inactive_seconds,
        }
    }
}

impl From<NewFlow> for flows::NewFlow {
    fn from(new: NewFlow) -> Self {
        Self {
            name: new.name,
            settings: new.settings.into(),
        }
    }
}

impl From<FlowChange> for flows::FlowChange {
    fn from(change: FlowChange) -> Self {
        Self {
            name: change.name,
            settings: change.settings.map(Into::into),
        }
    }
}
