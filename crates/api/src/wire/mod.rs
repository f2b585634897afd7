//! What goes over the wire, in JSON. All of it stands in `openapi.json`, from which the pages' types are
//! generated; nobody writes a type twice.

pub mod agent;
pub mod api_call;
pub mod bot;
pub mod channel;
pub mod entry;
pub mod flow;
pub mod flow_secret;
pub mod flow_version;
pub mod list;
pub mod mail;
pub mod me;
pub mod problem;
pub mod rating;
pub mod reception;
pub mod session;
pub mod sign_in;
pub mod skill_group;
pub mod visitor;
