//! What one line of the log may hold.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::config::Format;

/// Longest line in bytes, without its break.
pub(super) const MAX: usize = 8 * 1024;
/// Stands at the end of what was cut.
const CUT: &str = "[cut]";
/// A text within a JSON line that is too long is cut to so many bytes, then to half of that, and so on.
const TEXT_MAX: usize = 2 * 1024;

/// An event as text: control characters and what else could pass for a line's end are written out.
///
/// On a terminal the escape character stays: it begins our own colours, and the formatter writes out everybody else's.
pub(super) fn text(event: &str, is_coloured: bool) -> String {
    let event = event.strip_suffix('\n').unwrap_or(event);
    let mut line = String::with_capacity(event.len() + 1);
    for c in event.chars() {
        if line.len() > MAX {
            break;
        }
        if is_harmless(c) || (is_coloured && c == '\u{1b}') {
            line.push(c);
        } else {
            let _infallible = write!(line, "{}", c.escape_default());
        }
    }
    if line.len() > MAX {
        cut(&mut line, MAX);
    }
    line.push('\n');
    line
}

fn is_harmless(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}')
}

/// An event as JSON, which is one line already; one that is too long keeps all its fields, with shorter texts.
pub(super) fn json(event: &str) -> String {
    let event = event.trim_end_matches('\n');
    let has_breaks = event.contains(|c: char| !is_harmless(c));
    if event.len() <= MAX && !has_breaks {
        return format!("{event}\n");
    }
    let fields: Map<String, Value> = serde_json::from_str(event).unwrap_or_default();
    let mut longest = TEXT_MAX;
    loop {
        let mut fields = fields.clone();
        fields.values_mut().for_each(|value| shorten(value, longest));
        let line = write_out(&Value::Object(fields).to_string());
        if line.len() <= MAX || longest < 16 {
            return format!("{line}\n");
        }
        longest /= 2;
    }
}

/// Writes out what JSON lets stand as it is.
fn write_out(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    for c in json.chars() {
        if is_harmless(c) {
            line.push(c);
        } else {
            let _infallible = write!(line, "\\u{:04x}", u32::from(c));
        }
    }
    line
}

fn shorten(value: &mut Value, longest: usize) {
    match value {
        Value::String(text) if text.len() > longest => cut(text, longest),
        Value::Array(values) => values.iter_mut().for_each(|value| shorten(value, longest)),
        Value::Object(fields) => fields.values_mut().for_each(|value| shorten(value, longest)),
        _ => {}
    }
}

/// Cuts a text so that it has at most this many bytes with the mark of the cut.
fn cut(text: &mut String, longest: usize) {
    let mut end = longest.saturating_sub(CUT.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    text.push_str(CUT);
}

/// Tells that lines are missing.
pub(super) fn left_out(format: Format, count: u64) -> String {
    let message = format!("{count} lines like the next one were left out");
    match format {
        Format::Text => format!("… {message}\n"),
        Format::Json => format!("{}\n", json!({ "level": "WARN", "message": message, "target": "log" })),
    }
}
