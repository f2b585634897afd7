//! The example file, made from the sections' own words.

use std::fmt::Write as _;

use super::section::Section;
use super::{Bus, Database, Files, Http, Limits, Log, Mail, Metrics, Node, Outbound, Secrets, SignIn, Trace};

const HEAD: &str = "\
# Settings of Frontdesk. All of them have defaults, which stand here as comments.
#
# Read from the file named by `--config`, else from `frontdesk.toml` in the data folder. Each can also be
# given in the environment, which stands above the file: FRONTDESK_HTTP__LISTEN=127.0.0.1:8080.
# Unknown settings are refused. `frontdesk check-config` shows what was understood.
";

/// All sections with their keys, words and defaults, as a TOML file.
///
/// # Errors
/// When a default is no TOML.
pub fn example() -> Result<String, toml::ser::Error> {
    let mut text = HEAD.to_owned();
    section::<Http>(&mut text)?;
    section::<Database>(&mut text)?;
    section::<Bus>(&mut text)?;
    section::<Node>(&mut text)?;
    section::<SignIn>(&mut text)?;
    section::<Files>(&mut text)?;
    section::<Mail>(&mut text)?;
    section::<Outbound>(&mut text)?;
    section::<Limits>(&mut text)?;
    section::<Log>(&mut text)?;
    section::<Metrics>(&mut text)?;
    section::<Trace>(&mut text)?;
    section::<Secrets>(&mut text)?;
    Ok(text)
}

fn section<S: Section>(text: &mut String) -> Result<(), toml::ser::Error> {
    let defaults = toml::Table::try_from(S::default())?;
    text.push('\n');
    comment(text, S::DOCS);
    let _ = writeln!(text, "[{}]", S::NAME);
    for key in S::KEYS {
        comment(text, key.docs);
        let default = defaults.get(key.name).map(ToString::to_string);
        let shown = default.as_deref().or(key.example).unwrap_or_default();
        let _ = writeln!(text, "# {} = {shown}", key.name);
    }
    Ok(())
}

fn comment(text: &mut String, lines: &[&str]) {
    for line in lines {
        let _ = writeln!(text, "#{line}");
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, Sources};

    /// OPS-03: the committed example is the generated one. Renew it with `cargo run -p server -- example-config >
    /// config.example.toml`.
    #[test]
    fn the_committed_example_is_fresh() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config.example.toml");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == example().expect("an example"),
            "config.example.toml is stale: renew it with `cargo run -p server -- example-config > config.example.toml`"
        );
    }

    /// OPS-03: what the example shows is accepted when it is no comment.
    #[tokio::test]
    async fn every_line_of_the_example_is_good() {
        let used: String = example()
            .expect("an example")
            .lines()
            .map(|line| match line.strip_prefix("# ") {
                Some(rest) if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) => format!("{rest}\n"),
                _ => format!("{line}\n"),
            })
            .collect();
        let path = std::env::temp_dir().join(format!("frontdesk-example-{}.toml", uuid::Uuid::new_v4()));
        std::fs::write(&path, used).expect("a file");
        let loaded = Config::load(&Sources {
            file: Some(path.clone()),
            ..Sources::default()
        });
        std::fs::remove_file(path).expect("removed");
        assert_eq!(loaded.expect("good settings").mail.port, 465);
    }
}
