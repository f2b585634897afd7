//! The one program: configuration, wiring, commands; carries the built web front inside.
//!
//! Never in here: rules, SQL, operations of the API.

pub mod assets;
pub mod commands;
pub mod config;
pub mod connections;
pub mod data_dir;
pub mod desk;
pub mod health;
pub mod invariants;
pub mod log;
pub mod metrics;
pub mod operators;
pub mod room;
pub mod tls;
pub mod trace;
pub mod wiring;

pub use api::Pace;
pub use config::Config;
pub use desk::Desk;
pub use wiring::Kit;
