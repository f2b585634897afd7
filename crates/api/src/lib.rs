//! Our own HTTP and sockets: routes, wire types, sign-in, live protocol, OpenAPI.
//!
//! A handler translates and nothing else: extract, call a use case, convert. Never in here: rules, SQL, writes.

pub mod extract;
pub mod metrics;
pub mod openapi;
pub mod problem;
pub mod routes;
pub mod security;
pub mod socket;
pub mod state;
pub mod view;
pub mod wire;

pub use openapi::document;
pub use routes::router;
pub use state::{Api, Pace, Site};
