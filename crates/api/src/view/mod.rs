//! What pages show, read from the store and written as wire types. The same functions serve sockets and HTTP, so both
//! ways tell the same.

pub mod agent;
pub mod visitor;
