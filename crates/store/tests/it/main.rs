//! The store on both engines: each test runs on a fresh SQLite file and a fresh PostgreSQL database.

mod attachments;
mod durability;
mod entries;
mod events;
mod faults;
mod notes;
mod presence;
mod reading;
mod reception;
mod schema;
mod sessions;
mod timers;
mod values;
mod visitors;
mod world;
mod writing;
