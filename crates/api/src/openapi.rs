//! The document that describes this API; the pages' types are generated from it.

use utoipa::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};

use crate::wire::problem::{FieldProblemCode, Problem, ProblemCode};
use crate::wire::session::{AgentClientFrame, AgentServerFrame};
use crate::wire::visitor::{VisitorClientFrame, VisitorServerFrame};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Frontdesk",
        description = "Self-hosted online customer service. How it is meant to be used stands in docs/api-design.md and \
                       docs/live-protocol.md.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(
        Problem,
        ProblemCode,
        FieldProblemCode,
        AgentClientFrame,
        AgentServerFrame,
        VisitorClientFrame,
        VisitorServerFrame,
        domain::flow::Document,
        domain::flow::Fault
    )),
    tags(
        (name = "sign-in", description = "Signing in, passwords, one's own state"),
        (name = "workbench", description = "What agents do"),
        (name = "visitor", description = "What visitors do"),
        (name = "console", description = "What administrators do"),
    )
)]
struct Base;

/// The whole document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = crate::routes::operations().split_for_parts().1;
    name_operations(&mut document);
    document
}

/// Names each operation after its method and path: handlers of different nouns have the same short names.
fn name_operations(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let noun = path
            .trim_start_matches("/api/v1/")
            .replace(['/', '-'], "_")
            .replace(['{', '}'], "");
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                operation.operation_id = Some(format!("{method}_{noun}"));
            }
        }
    }
}

/// The document before the routes add theirs.
#[must_use]
pub fn base() -> utoipa::openapi::OpenApi {
    let mut document = Base::openapi();
    if let Some(components) = document.components.as_mut() {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new("frontdesk")));
        components.add_security_scheme("agent", cookie);
        let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        components.add_security_scheme("visitor", bearer);
    }
    document
}
