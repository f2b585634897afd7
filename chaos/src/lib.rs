//! Fault runs: the real program under load, while everything around it breaks, and a checker that proves from the
//! histories of all clients that nothing was lost, doubled, reordered or invented.
//!
//! `docs/fault-runs.md` tells what is proven, and how to read a failure.

pub mod chance;
pub mod checker;
pub mod desk;
pub mod export;
pub mod history;
pub mod load;
pub mod nemesis;
pub mod planted;
pub mod proxy;
pub mod run;
pub mod setup;
