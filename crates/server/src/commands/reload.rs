//! SIGHUP: settings and certificate are read again, and nobody's connection notices (F77, F78).

use toml::Table;

use crate::config::{Config, ConfigError, Sources};
use crate::desk::Desk;
use crate::log;

/// Reads everything again. `running` is what the program goes by; a file that makes no sense changes nothing of it.
pub(super) fn reload(desk: &Desk, running: &mut Config, sources: &Sources) {
    match Config::load(sources) {
        Ok(read) => take_over(running, &read),
        Err(ConfigError { place, reason }) => {
            tracing::error!(setting = %place, "The settings stay as they are. {place}: {reason}");
        }
    }
    if let Some(certificate) = &desk.certificate {
        certificate.reload();
    }
}

/// Takes over what can change while the program runs, and says what waits for the next start.
fn take_over(running: &mut Config, read: &Config) {
    log::set_level(&read.log.level);
    running.log.level.clone_from(&read.log.level);
    let waiting = differences(running, read);
    if waiting.is_empty() {
        tracing::info!("The settings were read again");
    } else {
        let waiting = waiting.join(", ");
        tracing::warn!("The settings were read again; these need a restart: {waiting}");
    }
}

/// Settings that differ. Secrets print alike, so that a new one is not seen.
fn differences(running: &Config, read: &Config) -> Vec<String> {
    // Paths that are no text were refused at the start.
    let tables = [running, read].map(|config| Table::try_from(config).unwrap_or_default());
    let [before, after] = &tables;
    let sections = after.iter().filter_map(|(name, keys)| Some((name, keys.as_table()?)));
    let keys = sections.flat_map(|(section, keys)| keys.keys().map(move |key| (section, key)));
    let of = |table: &Table, section: &str, key: &str| table.get(section)?.get(key).cloned();
    let gone = before.iter().filter_map(|(name, keys)| Some((name, keys.as_table()?)));
    let gone = gone.flat_map(|(section, keys)| keys.keys().map(move |key| (section, key)));
    let mut differ: Vec<String> = keys
        .chain(gone)
        .filter(|(section, key)| of(before, section, key) != of(after, section, key))
        .map(|(section, key)| format!("{section}.{key}"))
        .collect();
    differ.sort();
    differ.dedup();
    differ
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// F77: what changed and needs a restart is named; the log's level is taken over at once.
    #[test]
    fn what_waits_for_a_restart_is_named() {
        let mut running = Config::on(Path::new("data"));
        let mut read = running.clone();
        read.log.level = "debug".to_owned();
        read.limits.message_burst = 7;
        read.http.public_url = Some("https://desk.example.com".to_owned());
        assert_eq!(
            differences(&running, &read),
            ["http.public_url", "limits.message_burst", "log.level"]
        );
        take_over(&mut running, &read);
        assert_eq!(
            differences(&running, &read),
            ["http.public_url", "limits.message_burst"]
        );
        assert_eq!(differences(&read, &running), differences(&running, &read));
    }
}
