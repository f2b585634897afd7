//! The store on both engines: each test runs on a fresh SQLite file and a fresh PostgreSQL database.

mod durability;
mod faults;
mod notes;
mod reading;
mod schema;
mod values;
mod writing;
