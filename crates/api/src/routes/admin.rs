//! The console: what administrators do.

mod agents;
mod api_calls;
mod bots;
mod channels;
mod flow_secrets;
mod flow_versions;
mod flows;
mod mail_outbox;
mod rating_configs;
mod reception_settings;
mod skill_groups;

use std::marker::PhantomData;

use app::principals::Admin;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::permission::Permission;
use utoipa_axum::router::OpenApiRouter;

use crate::extract::SignedIn;
use crate::problem::ApiError;
use crate::state::Api;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(agents::operations())
        .merge(skill_groups::operations())
        .merge(channels::operations())
        .merge(flows::operations())
        .merge(flow_versions::operations())
        .merge(mail_outbox::operations())
        .merge(rating_configs::operations())
        .merge(reception_settings::operations())
        .merge(bots::operations())
        .merge(flow_secrets::operations())
        .merge(api_calls::operations())
}

/// An administrator with the right to `N`. Asked for before the body is read: who may not do something learns nothing
/// about how it is done.
struct Console<N>(Admin, PhantomData<N>);

/// A right, as a type.
trait Right {
    /// Which.
    const PERMISSION: Permission;
}

impl<N: Right> FromRequestParts<Api> for Console<N> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &Api) -> Result<Self, ApiError> {
        let SignedIn(agent) = SignedIn::from_request_parts(parts, state).await?;
        Ok(Self(Admin::new(agent, N::PERMISSION)?, PhantomData))
    }
}

macro_rules! rights {
    ($($name:ident),+ $(,)?) => { $(
        /// The right of this name.
        struct $name;

        impl Right for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+ };
}
rights!(
    ManageAgents,
    ManageSkillGroups,
    ManageChannels,
    ReadFlows,
    ManageFlows,
    ManageRatings,
    ManageBots,
    ManageSecrets,
    ReadApiCalls,
    ManageReception,
    ReadMailOutbox
);
