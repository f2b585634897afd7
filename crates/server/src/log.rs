//! The log on the error output (docs/logging.md): one line an event whatever it holds, and never more than a disk can
//! bear (T811).

mod budget;
mod line;

use std::io::{self, IsTerminal as _, Write};
use std::sync::{LazyLock, OnceLock};

use metrics::{Counter, counter, describe_counter};
use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, reload};

use crate::config::{Format, Log};
use budget::Budget;

static ERRORS: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_log_lines_total", "level" => "error"));
static WARNINGS: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_log_lines_total", "level" => "warn"));
static LEFT_OUT: LazyLock<Counter> = LazyLock::new(|| counter!("frontdesk_log_lines_left_out_total"));

/// Names everything to the recorder.
pub(crate) fn announce() {
    describe_counter!("frontdesk_log_lines_total", "Warnings and errors, also those left out.");
    describe_counter!(
        "frontdesk_log_lines_left_out_total",
        "Lines left out of the log, because too many of their kind came at once."
    );
    for counter in [&ERRORS, &WARNINGS, &LEFT_OUT] {
        LazyLock::force(counter);
    }
}

/// What is told now; changed while the program runs.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Tells everything from here on to the error output. A second start in the same process (tests) keeps the first one's
/// choice. `traces` hears of spans beside it.
pub fn start(settings: &Log, traces: Option<Box<dyn Layer<Registry> + Send + Sync>>) {
    let (filter, handle) = reload::Layer::new(filter(&settings.level));
    let to_terminal = io::stderr().is_terminal();
    let lines = Lines {
        format: settings.format,
        is_coloured: to_terminal && settings.format == Format::Text,
        budget: Budget::default(),
        out: |line: &[u8]| {
            // Nobody can be told that the error output is closed.
            let _closed = io::stderr().lock().write_all(line);
        },
    };
    let told: Box<dyn Layer<Registry> + Send + Sync> = layer(lines).with_filter(filter).boxed();
    let layers: Vec<_> = traces.into_iter().chain([told]).collect();
    if tracing_subscriber::registry().with(layers).try_init().is_ok() {
        let _first = FILTER.set(handle);
    }
}

/// Changes what is told.
pub fn set_level(level: &str) {
    if let Some(handle) = FILTER.get() {
        // The other end lives as long as the program.
        let _gone = handle.reload(filter(level));
    }
}

/// The words were checked before; bad parts of a filter are passed over.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::builder().parse_lossy(level)
}

fn layer<O>(lines: Lines<O>) -> Box<dyn Layer<Registry> + Send + Sync>
where
    O: Fn(&[u8]) + Send + Sync + 'static,
{
    let layer = tracing_subscriber::fmt::layer().with_ansi(lines.is_coloured);
    match lines.format {
        Format::Text => layer.with_writer(lines).boxed(),
        Format::Json => layer.json().flatten_event(true).with_writer(lines).boxed(),
    }
}

/// Makes a line of each event.
struct Lines<O> {
    format: Format,
    is_coloured: bool,
    budget: Budget,
    out: O,
}

/// One event on its way out.
struct Line<'a, O> {
    lines: &'a Lines<O>,
    /// Whether it is left out.
    is_left_out: bool,
    /// How many of its kind were left out before it.
    left_out_before: u64,
}

impl<'a, O: Fn(&[u8]) + 'a> MakeWriter<'a> for Lines<O> {
    type Writer = Line<'a, O>;

    fn make_writer(&'a self) -> Self::Writer {
        Line {
            lines: self,
            is_left_out: false,
            left_out_before: 0,
        }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Self::Writer {
        match *meta.level() {
            Level::ERROR => ERRORS.increment(1),
            Level::WARN => WARNINGS.increment(1),
            Level::INFO => {}
            // Who wants to see these wants to see all of them.
            _ => return self.make_writer(),
        }
        let taken = self.budget.take(&meta.callsite());
        if taken.is_none() {
            LEFT_OUT.increment(1);
        }
        Line {
            lines: self,
            is_left_out: taken.is_none(),
            left_out_before: taken.unwrap_or_default(),
        }
    }
}

impl<O: Fn(&[u8])> Write for Line<'_, O> {
    /// Gets a whole event at once, its line break included.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        if self.is_left_out {
            return Ok(event.len());
        }
        let Lines {
            format,
            is_coloured,
            out,
            ..
        } = self.lines;
        if self.left_out_before > 0 {
            out(line::left_out(*format, self.left_out_before).as_bytes());
            self.left_out_before = 0;
        }
        let text = String::from_utf8_lossy(event);
        match format {
            Format::Text => out(line::text(&text, *is_coloured).as_bytes()),
            Format::Json => out(line::json(&text).as_bytes()),
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What is logged by `say`, a line each.
    fn logged(format: Format, say: impl FnOnce()) -> Vec<String> {
        let written = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&written);
        let lines = Lines {
            format,
            is_coloured: false,
            budget: Budget::default(),
            out: move |line: &[u8]| kept.lock().expect("no panic").extend_from_slice(line),
        };
        let subscriber = tracing_subscriber::registry().with(layer(lines));
        tracing::subscriber::with_default(subscriber, say);
        let written = written.lock().expect("no panic");
        let text = std::str::from_utf8(&written).expect("text");
        assert!(text.ends_with('\n'));
        text.lines().map(str::to_owned).collect()
    }

    const HOSTILE: &str =
        "/a\r\n2026-01-01T00:00:00Z ERROR forged\u{1b}[31m\u{7f}\u{9b}\u{2028}\"}\n{\"level\":\"ERROR\"}";

    /// T811: whatever a path or a name holds, one event stays one line, without control characters.
    #[test]
    fn one_event_is_one_line() {
        for format in [Format::Text, Format::Json] {
            let lines = logged(format, || tracing::warn!(path = %HOSTILE, "{HOSTILE} failed"));
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(!lines[0].contains(char::is_control), "{lines:?}");
            assert!(!lines[0].contains('\u{2028}'), "{lines:?}");
            assert!(lines[0].contains("forged"), "{lines:?}");
        }
        let lines = logged(Format::Json, || tracing::warn!(path = %HOSTILE, "{HOSTILE} failed"));
        let event: serde_json::Value = serde_json::from_str(&lines[0]).expect("JSON");
        assert_eq!((&event["path"], &event["level"]), (&HOSTILE.into(), &"WARN".into()));
    }

    /// T811: a line ends at 8 KiB, on a character's border, and says so; as JSON it stays JSON.
    #[test]
    fn long_lines_are_cut() {
        let long = "客".repeat(400_000);
        let lines = logged(Format::Text, || tracing::info!(name = %long, "A long name"));
        assert!(
            lines[0].len() <= line::MAX && lines[0].ends_with("[cut]"),
            "{}",
            lines[0].len()
        );
        let quoted = "\"\\\u{1}".repeat(10_000);
        for text in [&long, &quoted] {
            let lines = logged(
                Format::Json,
                || tracing::info!(name = %text, other = %text, "A long name"),
            );
            assert!(lines[0].len() <= line::MAX, "{}", lines[0].len());
            let event: serde_json::Value = serde_json::from_str(&lines[0]).expect("JSON");
            assert_eq!(event["message"], "A long name");
            assert!(event["name"].as_str().expect("a text").ends_with("[cut]"));
        }
    }

    /// T811: a flood of equal events does not fill the disk; other events are not held up by it.
    #[test]
    fn floods_are_bounded() {
        let lines = logged(Format::Text, || {
            for number in 0..10_000 {
                tracing::warn!("Flood {number}");
            }
            tracing::warn!("Something else");
            for number in 0..300 {
                tracing::debug!("Wanted {number}");
            }
        });
        let count = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
        assert!((100..400).contains(&count("Flood")), "{}", count("Flood"));
        assert_eq!((count("Something else"), count("Wanted")), (1, 300));
    }
}
