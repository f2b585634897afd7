//! The mail outbox (OPS-06).

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Console, ReadMailOutbox};
use crate::extract::{Json, Query};
use crate::problem::ApiError;
use crate::state::Api;
use crate::wire::list::{Page, PageQuery};
use crate::wire::mail::Mail;
use crate::wire::problem::Problem;

pub(super) fn operations() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Mails, newest first; searched by address and subject. Their texts are shown only while no SMTP is set.
#[utoipa::path(get, path = "/mail-outbox", tag = "console", security(("agent" = [])), params(PageQuery),
    responses((status = 200, body = Page<Mail>), (status = "default", body = Problem)))]
async fn list(
    State(api): State<Api>,
    Console(by, ..): Console<ReadMailOutbox>,
    Query(query): Query<PageQuery>,
) -> Result<Json<Page<Mail>>, ApiError> {
    Ok(Json(Page::of(app::outbox::list(&api.app, &by, &query.into()).await?)))
}
