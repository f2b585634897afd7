//! `[limits]`: against floods.

use app::Limits as AppLimits;

use super::section::{Fault, Section, described, section};

section! {
    /// Against floods. An address is one IPv4 address or one IPv6 network (/64).
    pub struct Limits in "limits" {
        /// Wrong passwords for one account in 15 minutes.
        sign_in_per_account: i64 = 5;
        /// Wrong passwords from one address in 15 minutes.
        sign_in_per_address: i64 = 20;
        /// New sessions of visitors from one address in 10 minutes.
        sessions_per_address: i64 = 5;
        /// Messages of one visitor at once.
        message_burst: u32 = 20;
        /// Messages of one visitor a minute, once the burst is used up.
        messages_per_minute: u32 = 60;
        /// Uploads of one visitor in 10 minutes.
        uploads_per_visitor: i64 = 10;
        /// MiB of attachments that are kept of one visitor.
        visitor_storage_mib: i64 = 500;
        /// MiB of attachments that are kept of one contact centre; 0 for as many as there is room.
        tenant_storage_mib: i64 = 0;
        /// Live connections of visitors from one address.
        sockets_per_address: usize = 20;
        /// Live connections of one agent.
        sockets_per_agent: usize = 10;
    }
}

/// No limit is meant to be larger: then it is none.
const MOST: u32 = 1_000_000;
/// In MiB: a pebibyte.
const STORAGE_MOST: i64 = 1 << 30;

impl Section for Limits {
    described!();

    fn check(&self) -> Result<(), Fault> {
        let most = i64::from(MOST);
        Fault::unless_in("sign_in_per_account", self.sign_in_per_account, 1..=most)?;
        Fault::unless_in("sign_in_per_address", self.sign_in_per_address, 1..=most)?;
        Fault::unless_in("sessions_per_address", self.sessions_per_address, 1..=most)?;
        Fault::unless_in("message_burst", self.message_burst, 1..=MOST)?;
        Fault::unless_in("messages_per_minute", self.messages_per_minute, 1..=MOST)?;
        Fault::unless_in("uploads_per_visitor", self.uploads_per_visitor, 1..=most)?;
        Fault::unless_in("visitor_storage_mib", self.visitor_storage_mib, 1..=STORAGE_MOST)?;
        Fault::unless_in("tenant_storage_mib", self.tenant_storage_mib, 0..=STORAGE_MOST)?;
        Fault::unless_in("sockets_per_address", self.sockets_per_address, 1..=MOST as usize)?;
        Fault::unless_in("sockets_per_agent", self.sockets_per_agent, 1..=MOST as usize)
    }
}

impl From<&Limits> for AppLimits {
    fn from(limits: &Limits) -> Self {
        Self {
            sign_in_per_account: limits.sign_in_per_account,
            sign_in_per_address: limits.sign_in_per_address,
            sessions_per_address: limits.sessions_per_address,
            message_burst: limits.message_burst,
            messages_per_minute: limits.messages_per_minute,
            uploads_per_visitor: limits.uploads_per_visitor,
            visitor_storage_bytes: limits.visitor_storage_mib << 20,
            tenant_storage_bytes: match limits.tenant_storage_mib {
                0 => i64::MAX,
                mib => mib << 20,
            },
            sockets_per_address: limits.sockets_per_address,
            sockets_per_agent: limits.sockets_per_agent,
        }
    }
}
