//! Secrets that flows use: nothing on the wire ever says what one is (T1202).

use app::flow_secrets;
use domain::ids::SecretId;
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::flow::FlowName;

/// One secret of the list, without what it says.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct FlowSecret {
    /// Which.
    pub id: SecretId,
    /// Its name.
    pub name: String,
    /// Flows that name it, published or still running.
    pub flows: Vec<FlowName>,
    /// Since when.
    pub created_at: Moment,
    /// When it was replaced last.
    pub updated_at: Moment,
}

/// A new secret.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewFlowSecret {
    /// Its name, 1 to 64 characters.
    pub name: String,
    /// What it says: at most 2,000 visible ASCII characters and blanks within. It cannot be read again.
    pub value: String,
}

/// Replaces what a secret says.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceFlowSecret {
    /// What it says now.
    pub value: String,
}

impl From<flow_secrets::SecretFacts> for FlowSecret {
    fn from(facts: flow_secrets::SecretFacts) -> Self {
        Self {
            id: facts.id,
            name: facts.name,
            flows: facts
                .flows
                .into_iter()
                .map(|(id, name)| FlowName { id, name })
                .collect(),
            created_at: facts.created_at,
            updated_at: facts.updated_at,
        }
    }
}
