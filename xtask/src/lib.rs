//! The project's own tool: generating, checking and running what needs more than one program.
//!
//! `cargo xtask` lists the commands. It knows the tree and other programs, never the desk itself:
//! no crate of ours is used here.

pub mod cargo;
pub mod catalogue;
pub mod ids;
pub mod printed;
pub mod run;
pub mod tree;
pub mod web;
