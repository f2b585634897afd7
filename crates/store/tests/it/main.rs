//! The store on both engines: each test runs on a fresh SQLite file and a fresh PostgreSQL database.

mod agent_states;
mod agents;
mod attachments;
mod budgets;
mod channels;
mod durability;
mod entries;
mod events;
mod faults;
mod flows;
mod logins;
mod newest;
mod nodes;
mod notes;
mod outbox;
mod presence;
mod reading;
mod reception;
mod schema;
mod sessions;
mod skill_groups;
mod timers;
mod values;
mod visitors;
mod world;
mod writing;
