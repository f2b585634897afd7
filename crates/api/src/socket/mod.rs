//! The live protocol over WebSocket (docs/live-protocol.md).
//!
//! Nothing is queued for a connection: a bell marks streams as moved on, and the connection's own task reads what it
//! has not sent yet and sends it in one go. A slow reader therefore holds a set of names, never a backlog (C10).

mod agent;
mod connection;
pub mod hub;
mod party;
mod visitor;

pub use agent::open as open_agent;
pub use visitor::open as open_visitor;
