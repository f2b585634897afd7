//! Rows, transactions, migrations: the only crate that speaks SQL, for SQLite and PostgreSQL alike.
//!
//! Writes go through [`Store::write`]: the body is sent to a lane, a thread that owns its connection,
//! and is answered after its commit is durable (C01). Reads go through [`Store::reader`] and never wait
//! for a writer.
//!
//! Never in here: decisions. What may happen is decided in `domain`; here it is loaded and kept.

pub mod agent_connections;
pub mod agent_spans;
pub mod agents;
pub mod api_calls;
pub mod attachments;
pub mod audit;
pub mod bells;
pub mod bots;
pub mod budgets;
pub mod channels;
pub mod check;
pub mod codec;
pub mod commands;
pub mod entries;
pub mod events;
pub mod figures;
pub mod flow_drafts;
pub mod flow_versions;
pub mod flows;
pub mod generations;
pub mod leases;
pub mod logins;
pub mod metrics;
pub mod outbox;
pub mod own_figures;
pub mod pages;
pub mod password_resets;
pub mod planted;
pub mod presence;
pub mod rating_configs;
pub mod ratings;
pub mod reception;
pub mod secrets;
pub mod session_list;
pub mod sessions;
pub mod skill_groups;
pub mod tenants;
pub mod timers;
pub mod visitors;

mod engine;
mod migrations;
mod newest;
#[cfg(feature = "testing")]
pub mod testing;
mod words;

pub use engine::Engine;
pub use engine::error::{StoreError, WriteError};
pub use engine::query::Query;
pub use engine::reader::Reader;
pub use engine::row::{Columns, FromRow};
pub use engine::settings::{DatabaseSettings, DatabaseUrl};
pub use engine::snapshot::{Snapshot, put_back};
pub use engine::sql::Sql;
pub(crate) use engine::sql::sql;
pub use engine::store::{Load, Store};
pub use engine::tx::Tx;
pub use engine::value::{Cell, FromValue, IntoValue, Value};

/// Every statement of the store, so that a test can prepare all of them on both engines.
pub fn statements() -> impl Iterator<Item = &'static Sql> {
    let modules = [
        agent_connections::STATEMENTS,
        agent_spans::STATEMENTS,
        agents::STATEMENTS,
        api_calls::STATEMENTS,
        attachments::STATEMENTS,
        audit::STATEMENTS,
        bells::STATEMENTS,
        bots::STATEMENTS,
        budgets::STATEMENTS,
        channels::STATEMENTS,
        check::STATEMENTS,
        check::findings::STATEMENTS,
        commands::STATEMENTS,
        entries::STATEMENTS,
        events::STATEMENTS,
        figures::STATEMENTS,
        flow_drafts::STATEMENTS,
        flow_versions::STATEMENTS,
        flows::STATEMENTS,
        generations::STATEMENTS,
        leases::STATEMENTS,
        logins::STATEMENTS,
        migrations::STATEMENTS,
        outbox::STATEMENTS,
        own_figures::STATEMENTS,
        password_resets::STATEMENTS,
        presence::STATEMENTS,
        rating_configs::STATEMENTS,
        ratings::STATEMENTS,
        reception::STATEMENTS,
        secrets::STATEMENTS,
        session_list::STATEMENTS,
        sessions::STATEMENTS,
        skill_groups::STATEMENTS,
        tenants::STATEMENTS,
        timers::STATEMENTS,
        visitors::STATEMENTS,
    ];
    modules.into_iter().flatten().copied()
}
