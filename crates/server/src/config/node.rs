//! `[node]`: this process among several.

use super::section::{Fault, Section, described, section};

/// Longest name, in characters.
const NAME_MAX: usize = 64;

section! {
    /// This process among several on the same database.
    pub struct Node in "node" {
        /// What to call this node in logs and to others. Without it: the name of the machine.
        name: Option<String> = None => "\"desk-1\"";
    }
}

impl Section for Node {
    described!();

    fn check(&self) -> Result<(), Fault> {
        let is_good = |name: &String| {
            let length = name.chars().count();
            (1..=NAME_MAX).contains(&length) && !name.chars().any(char::is_control) && name.trim() == name
        };
        if self.name.as_ref().is_none_or(is_good) {
            return Ok(());
        }
        Err(Fault {
            key: "name",
            reason: format!("is not 1 to {NAME_MAX} characters without spaces around them"),
        })
    }
}

impl Node {
    /// The name, or that of the machine.
    #[must_use]
    pub fn name(&self) -> String {
        let of_machine = || std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
        self.name
            .clone()
            .or_else(of_machine)
            .map(|name| name.trim().chars().take(NAME_MAX).collect::<String>())
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "frontdesk".to_owned())
    }
}
