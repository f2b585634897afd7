//! SQLite: one writer thread with group commit, a checkpoint thread beside it, read-only connections.

mod checkpoint;
mod connection;
mod lane;
mod letters;
mod lock;
mod readers;
mod snapshot;

pub(crate) use connection::Writer;
pub(crate) use lane::open;
pub(crate) use readers::Readers;
pub(crate) use snapshot::{Snapshot, put_back};
