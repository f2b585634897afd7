//! Calls that flows made (FLOW-09).

use app::api_calls;
use domain::flow::{ApiHeader, CallOutcome};
use domain::ids::SecretId;
use domain::moment::Moment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// All calls of a session, in their order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiCalls {
    /// At most 200.
    pub items: Vec<ApiCallLine>,
}

/// One try of an API-call node.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct ApiCallLine {
    /// Its number in the session.
    pub number: i64,
    /// The node that called.
    pub node: String,
    /// Which try of the node it was.
    pub attempt: i64,
    /// Where to.
    pub url: String,
    /// The JSON object that was sent.
    pub body: String,
    /// The node's headers; secrets stand in them by their ids.
    pub headers: Vec<ApiHeader>,
    /// With which secret it was signed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub signing_secret_id: Option<SecretId>,
    /// When the flow wanted it.
    pub wanted_at: Moment,
    /// When it was sent; left out while it waits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub started_at: Option<Moment>,
    /// When it was over; left out until then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub finished_at: Option<Moment>,
    /// What came of it; left out until it was over.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub outcome: Option<CallOutcome>,
    /// Status of the answer.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub status: Option<i64>,
    /// The first 4,000 characters of the answer, secrets struck out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(nullable = false)]
    pub answer: Option<String>,
}

impl From<api_calls::CallFacts> for ApiCallLine {
    fn from(facts: api_calls::CallFacts) -> Self {
        let call = facts.call;
        Self {
            number: call.call,
            node: call.node,
            attempt: call.attempt,
            url: call.url,
            body: call.body,
            headers: call.headers,
            signing_secret_id: call.signing_secret_id,
            wanted_at: facts.wanted_at,
            started_at: facts.started_at,
            finished_at: facts.finished_at,
            outcome: facts.outcome,
            status: facts.status,
            answer: facts.answer,
        }
    }
}
