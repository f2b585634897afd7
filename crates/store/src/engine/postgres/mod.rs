//! PostgreSQL: several lanes with a connection each for writing, a pool of connections for reading.

mod connection;
mod lane;
mod readers;
mod snapshot;
mod statement;
mod tls;
pub(crate) mod tools;
mod writer;

pub(crate) use lane::open;
pub(crate) use readers::Readers;
pub(crate) use snapshot::Snapshot;
pub(crate) use writer::Writer;
