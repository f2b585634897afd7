//! Session service flows: the published document, its check and the interpreter.
//!
//! Never in here: time, chance, calls. A step is given a document, a position and one input, and answers with the next
//! position and what is to be done about it, as data. Published documents never change; a session keeps the version
//! that it began with (R17, FLOW-14).

pub mod built_in;
pub mod check;
pub mod document;
pub mod step;
pub mod template;

pub use built_in::{BuiltInTexts, Settings};
pub use check::{Fault, FaultKind, MAX_NODES, check};
pub use document::{
    Connection, Document, DocumentError, End, FORMAT, NobodyOnline, Node, NodeKind, Position, TransferToHuman, port,
};
pub use step::{
    Effect, FlowRun, Input, MAX_NODES_PER_INPUT, MAX_NODES_PER_SESSION, QueueFacts, RunState, Step, SystemParameters,
    start, step,
};
pub use template::fill;
