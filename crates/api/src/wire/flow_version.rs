//! The history of flows, and flows as files (FLOW-14, FLOW-16).

use app::flow_versions::{self, Edition};
use domain::flow::{Document, Fault};
use domain::ids::FlowId;
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A published version of a flow.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowVersion {
    /// Its number, from 1.
    pub version: i64,
    /// What its author said about it; may be empty.
    pub note: String,
    /// When it was published.
    pub published_at: Moment,
    /// Real name of whoever published it; left out for the version with which a flow was added by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub published_by: Option<String>,
}

/// A published version with its document.
#[derive(Debug, Serialize, ToSchema)]
pub struct FlowVersionDocument {
    /// Which.
    #[serde(flatten)]
    pub version: FlowVersion,
    /// What it says and does.
    pub document: Document,
}

/// A version that is to be published anew.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreFlow {
    /// What its author says about it, at most 500 characters.
    #[serde(default)]
    #[schema(required = false)]
    pub note: String,
}

/// Which document of a flow.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FlowEdition {
    /// A published version; the draft when left out.
    #[param(minimum = 1)]
    pub version: Option<i64>,
}

/// Which documents of a flow.
#[derive(Debug, Clone, Copy, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FlowEditions {
    /// The earlier one: a published version; the draft when left out.
    #[param(minimum = 1)]
    pub from: Option<i64>,
    /// The later one: a published version; the draft when left out.
    #[param(minimum = 1)]
    pub to: Option<i64>,
}

/// A flow that comes as a file.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportFlow {
    /// Its name here, 1 to 64 characters.
    pub name: String,
    /// What stands in the file. Documents of earlier formats are taken over into today's.
    #[schema(value_type = Document)]
    pub document: serde_json::Value,
}

/// A flow that came as a file: its draft. It is published when somebody does so.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedFlow {
    /// Its id here.
    pub id: FlowId,
    /// What is wrong with it, for example groups of another contact centre.
    pub faults: Vec<Fault>,
}

/// The edition that a number names.
#[must_use]
pub fn edition(version: Option<i64>) -> Edition {
    version.map_or(Edition::Draft, Edition::Version)
}

impl From<flow_versions::Version> for FlowVersion {
    fn from(version: flow_versions::Version) -> Self {
        Self {
            version: version.version,
            note: version.note,
            published_at: version.published_at,
            published_by: version.published_by,
        }
    }
}

impl From<app::flow_drafts::Imported> for ImportedFlow {
    fn from(imported: app::flow_drafts::Imported) -> Self {
        Self {
            id: imported.id,
            faults: imported.faults,
        }
    }
}
