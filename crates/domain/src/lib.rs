//! The rules of the desk: sessions, their log, flows, routing and permissions, as values and decisions.
//!
//! Never in here: I/O, a clock, randomness, threads. Time ([`moment::Moment`]) and ids come in as
//! arguments, what the outside must do goes out as data, so that a whole session can be replayed in
//! a test in microseconds and the same code can run in a browser.

pub mod agent;
pub mod attachment;
pub mod bot;
pub mod channel;
pub mod check;
pub mod entry;
pub mod field;
pub mod figures;
pub mod flow;
pub mod ids;
pub mod message;
pub mod moment;
pub mod permission;
pub mod rating;
pub mod reception;
pub mod routing;
pub mod session;
pub mod skill_group;
pub mod visitor;
pub mod widget;
mod words;
