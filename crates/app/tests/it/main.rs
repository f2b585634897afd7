//! Use cases of the console and of signing in, each test on a desk of its own with an embedded database and a clock
//! that the test moves.

mod agents;
mod channels;
mod desk;
mod first_start;
mod flow_drafts;
mod flows;
mod outbox;
mod passwords;
mod sign_in;
mod skill_groups;
mod visitors;
