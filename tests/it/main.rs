//! Tests through HTTP and sockets: one module an area. They name the promises that they prove.

mod attachments;
mod bad_input;
mod caller;
mod check;
mod cluster;
mod conversation;
mod figures;
mod flow_life;
mod history;
mod operating;
mod page;
mod permissions;
mod reception;
mod routing;
mod server;
mod sign_in;
mod talk;
mod timers;
mod visitors;
mod liveness;
