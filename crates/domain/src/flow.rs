//! Session service flows: the published document, its check and the interpreter.
//!
//! Never in here: time, chance, calls. A step is given a document, a position, one input and the time, and answers with
//! the next position and what is to be done about it, as data. Published documents never change; a session keeps the
//! version that it began with (R17, FLOW-14).

pub mod built_in;
mod call;
pub mod check;
pub mod compare;
pub mod diff;
pub mod document;
pub mod hours;
mod migrate;
pub mod node;
pub mod run;
mod show;
pub mod step;
pub mod template;
pub mod trial;

pub use built_in::{BuiltInTexts, Settings};
pub use call::{CallOutcome, VARIABLE_MAX_CHARS};
pub use check::{Fault, FaultKind, Known, MAX_NODES, Severity, check};
pub use diff::{Diff, FieldChange, NodeChange, diff};
pub use document::{Connection, DEFAULT_TIME_ZONE, Document, DocumentError, FORMAT, Fallback, Node, Position};
pub use hours::{DayHours, DayPreview, HoursException, ServiceHours, TimeOfDay, TimeSlot, Weekday};
pub use node::{
    ApiHeader, ApiHeaderValue, ApiParameter, ApiResult, Branch, BranchOption, CallApi, CollectForm, CollectInformation,
    CollectOption, Comparison, Condition, ConditionBranch, End, FlowMessage, NobodyOnline, NodeKind, Operator, Robot,
    SendMessage, ServiceTime, TransferToHuman, port,
};
pub use run::{
    ApiCall, Effect, FallbackReason, FlowRun, Input, QueueFacts, RobotReply, RunState, Step, SystemParameters, Told,
};
pub use step::{
    CALL_BUDGET_SECONDS, CALL_TIMEOUT_SECONDS, MAX_CALLS_PER_SESSION, MAX_NODES_PER_INPUT, MAX_NODES_PER_SESSION,
    MAX_UNMATCHED, start, step,
};
pub use template::fill;
