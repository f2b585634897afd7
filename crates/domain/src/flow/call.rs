//! What an API-call node sends, and what it takes out of the answer (FLOW-09).
//!
//! Values are never part of a structure: in an address they are percent-encoded, in the body they are JSON strings, in
//! headers they do not stand at all (T707, T903). Out of an answer come texts, numbers and truth values under the
//! names that the node declares, nothing else (T709).

use std::borrow::Cow;

use serde_json::{Map, Value};
use url::Url;

use super::node::{ApiResult, CallApi};
use super::template::{Piece, fill, pieces};
use crate::words::words;

words! {
    /// What came of a call.
    pub enum CallOutcome {
        /// The service answered with a status of 200 to 299; what the flow made of the answer its variables tell.
        Answered = "answered",
        /// It answered with another status.
        BadStatus = "bad_status",
        /// It did not answer in time.
        TimedOut = "timed_out",
        /// It could not be reached, or broke off.
        Unreachable = "unreachable",
        /// Its answer was too large, or no UTF-8.
        BadAnswer = "bad_answer",
        /// Its address may not be called (T701).
        Forbidden = "forbidden",
        /// A secret that it needs is gone, or cannot stand in a header.
        NoSecret = "no_secret",
        /// Not made: the node's time was over before a place was free (R12).
        Overdue = "overdue",
        /// Not made: the service had not answered many calls before (T906).
        Paused = "paused",
        /// Not made, or made for nothing: the session had moved on.
        NotWanted = "not_wanted",
    }
}

/// Longest value of a variable, in characters; what is longer is cut.
pub const VARIABLE_MAX_CHARS: usize = 2_000;
/// Longest value of one member of the object that is sent, in characters.
const PARAMETER_MAX_CHARS: usize = 4_000;
/// Longest address, in bytes.
pub(super) const URL_MAX_BYTES: usize = 2_000;

/// The address with its parameters filled in; `None` when it is none, a parameter stands before the path, or a value
/// would lead to another path.
pub(super) fn address<'v>(template: &str, get: impl Fn(&str) -> Option<Cow<'v, str>>) -> Option<Url> {
    let path = path_start(template);
    if pieces(&template[..path]).any(|piece| matches!(piece, Piece::Parameter { .. })) {
        return None;
    }
    // A value that is cut would be another value: too long an address is refused instead.
    let filled = fill(template, URL_MAX_BYTES + 1, |name| {
        get(name).map(|value| encode(&value))
    });
    // What is resolved away would lead to another place than the one that was written.
    let (_, rest) = filled.split_at_checked(path)?;
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let is_dots = |part: &str| matches!(part.replace("%2e", ".").replace("%2E", ".").as_str(), "." | "..");
    if rest[..end].split(['/', '\\']).any(is_dots) {
        return None;
    }
    plain_url(&filled)
}

/// Where path or query begin.
fn path_start(template: &str) -> usize {
    let host = template.find("://").map_or(0, |scheme| scheme + 3);
    let path = template[host..].find(['/', '?', '#', '\\']);
    path.map_or(template.len(), |path| host + path)
}

/// An absolute web address without user name (T706).
fn plain_url(text: &str) -> Option<Url> {
    let is_clean = text.len() <= URL_MAX_BYTES
        && !text
            .chars()
            .any(|character| character.is_whitespace() || crate::field::is_hidden(character));
    let url = Url::parse(text).ok().filter(|_| is_clean)?;
    let is_plain = matches!(url.scheme(), "https" | "http")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    is_plain.then_some(url)
}

/// Percent-encodes all but letters, digits and `-._~`.
fn encode(value: &str) -> Cow<'static, str> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut encoded = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(char::from(HEX[usize::from(byte >> 4)]));
            encoded.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    encoded.into()
}

/// The object that is sent.
pub(super) fn body<'v>(node: &CallApi, get: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let members = node.parameters.iter().map(|parameter| {
        let value = fill(&parameter.value, PARAMETER_MAX_CHARS, &get);
        (parameter.name.clone(), Value::String(value))
    });
    Value::Object(members.collect::<Map<String, Value>>()).to_string()
}

/// What is kept of an answer: each result with its value, or its default. `None` when the answer is no JSON object.
pub(super) fn results(node: &CallApi, body: &str) -> Option<Vec<(String, String)>> {
    let Ok(Value::Object(answer)) = serde_json::from_str(body) else {
        return None;
    };
    let result = |result: &ApiResult| {
        let value = find(&answer, &result.field).unwrap_or_else(|| result.default.clone());
        (result.variable.clone(), keep(&value))
    };
    Some(node.results.iter().map(result).collect())
}

/// The member of this name, or else the one at the end of this way through objects and lists; as text.
fn find(answer: &Map<String, Value>, field: &str) -> Option<String> {
    let mut steps = field.split('.');
    let at = answer.get(field).or_else(|| {
        let first = answer.get(steps.next()?)?;
        steps.try_fold(first, |at, step| match at {
            Value::Object(members) => members.get(step),
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        })
    })?;
    match at {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value as it is kept: without U+0000, which no store keeps, and within its length.
pub(super) fn keep(value: &str) -> String {
    let kept = value.chars().filter(|character| *character != '\0');
    kept.take(VARIABLE_MAX_CHARS).collect()
}

#[cfg(test)]
mod tests;
