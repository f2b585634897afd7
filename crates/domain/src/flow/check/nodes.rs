//! A node by itself: its texts, numbers, names and lists.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use url::Url;

use super::Known;
use super::fault::{FaultKind, Faults};
use super::variables::{Filled, set_by};
use crate::field::{LABEL_MAX_CHARS, folded, is_hidden};
use crate::flow::call;
use crate::flow::document::Node;
use crate::flow::node::{
    ApiHeaderValue, Branch, CallApi, CollectForm, CollectInformation, Condition, End, FlowMessage, HEADING_MAX_CHARS,
    NodeKind, Robot, ServiceTime, TransferToHuman,
};
use crate::flow::run::SystemParameters;
use crate::message::{ITEM_MAX_CHARS, ITEMS_MAX, TEXT_MAX_CHARS};

/// Longest id of a node, option or branch, in bytes.
const ID_MAX: usize = 64;
/// Longest name of a variable, in characters.
const VARIABLE_NAME_MAX_CHARS: usize = 32;
/// Longest name of a parameter of a call, of a header and of an answer's field, in characters.
const NAME_MAX_CHARS: usize = 200;
/// Most other texts that lead to one option, and most words of a robot in one list.
const WORDS_MAX: usize = 50;
/// Most branches of a condition.
const BRANCHES_MAX: usize = 50;
/// Most comparisons of one branch, and most headers of a call.
const COMPARISONS_MAX: usize = 20;
/// Most parameters of a call, and most results.
const PARAMETERS_MAX: usize = 50;
/// Longest fixed value of a header, in characters.
const HEADER_MAX_CHARS: usize = 1_000;

const SILENCE_SECONDS: RangeInclusive<i64> = 10..=86_400;
const REMINDER_SECONDS: RangeInclusive<i64> = 5..=86_400;
const INACTIVE_SECONDS: RangeInclusive<i64> = 60..=604_800;
const QUEUE_TIMEOUT_SECONDS: RangeInclusive<i64> = 10..=86_400;
const QUEUE_LIMITS: RangeInclusive<i64> = 1..=10_000;
const CALL_TIMEOUTS: RangeInclusive<i64> = 0..=30;
const CALL_ERRORS: RangeInclusive<i64> = 1..=5;
const TURNS: RangeInclusive<i64> = 1..=100;
const UNKNOWNS: RangeInclusive<i64> = 1..=20;
const PLACES: RangeInclusive<i64> = -1_000_000..=1_000_000;

/// Headers that every call has from us, or that tell the way of the call itself.
const OWN_HEADERS: [&str; 10] = [
    "host",
    "content-length",
    "content-type",
    "content-encoding",
    "transfer-encoding",
    "connection",
    "expect",
    "te",
    "trailer",
    "upgrade",
];
/// What our own headers begin with.
const OWN_PREFIX: &str = "x-frontdesk-";

/// The templates of a node with their fields and when they are filled in.
pub(super) fn templates(kind: &NodeKind) -> Vec<(String, &str, Filled)> {
    use Filled::{After, AnyTime, Before};

    fn of<'t>(field: &str, text: &'t str, filled: Filled) -> (String, &'t str, Filled) {
        (field.to_owned(), text, filled)
    }

    match kind {
        NodeKind::Start | NodeKind::ServiceTime(_) => vec![],
        NodeKind::SendMessage(node) => match &node.message {
            FlowMessage::Text { text } => vec![of("message.text", text, Before)],
            FlowMessage::Image { url, alt } => vec![of("message.url", url, Before), of("message.alt", alt, Before)],
            FlowMessage::Card { header, desc, pic, url } => vec![
                of("message.header", header, Before),
                of("message.desc", desc, Before),
                of("message.pic", pic, Before),
                of("message.url", url, Before),
            ],
        },
        NodeKind::Branch(node) => vec![
            of("title", &node.title, Before),
            of("unmatched_text", &node.unmatched_text, Before),
        ],
        NodeKind::TransferToHuman(node) => vec![
            of("waiting_text", &node.waiting_text, Before),
            of("accepted_text", &node.accepted_text, Before),
            of("unavailable_text", &node.unavailable_text, Before),
        ],
        NodeKind::CollectInformation(node) => {
            let mut all = vec![
                of("prompt", &node.prompt, Before),
                of("success_text", &node.success_text, After),
            ];
            if let CollectForm::Options { unmatched_text, .. } = &node.form {
                all.push(of("form.unmatched_text", unmatched_text, Before));
            }
            all
        }
        NodeKind::CallApi(node) => {
            let parameters = node.parameters.iter().enumerate();
            let values = parameters.map(|(place, it)| (format!("parameters.{place}.value"), it.value.as_str(), Before));
            std::iter::once(of("url", &node.url, Before)).chain(values).collect()
        }
        NodeKind::Condition(node) => {
            let branches = node.branches.iter().enumerate();
            branches
                .flat_map(|(place, branch)| {
                    let all = branch.all.iter().enumerate();
                    all.map(move |(number, it)| {
                        (
                            format!("branches.{place}.all.{number}.value"),
                            it.value.as_str(),
                            Before,
                        )
                    })
                })
                .collect()
        }
        NodeKind::Robot(node) => vec![
            of("welcome_text", &node.welcome_text, Before),
            of("unknown_text", &node.unknown_text, Before),
        ],
        NodeKind::End(node) => vec![
            of("silence_text", &node.silence_text, Before),
            of("reminder_text", &node.reminder_text, Before),
            // Said wherever a session is when people fall silent.
            of("inactive_text", &node.inactive_text, AnyTime),
            of("agent_end_text", &node.agent_end_text, Before),
        ],
    }
}

/// Adds the faults of a node.
pub(super) fn check(node: &Node, known: &Known, faults: &mut Faults) {
    let mut look = Look { node, faults };
    look.frame();
    match &node.kind {
        NodeKind::Start => {}
        NodeKind::ServiceTime(ServiceTime { hours }) => super::hours::check(&node.id, hours, look.faults),
        NodeKind::SendMessage(it) => look.message(&it.message),
        NodeKind::Branch(it) => look.branch(it),
        NodeKind::TransferToHuman(it) => look.transfer(it, known),
        NodeKind::CollectInformation(it) => look.collect(it),
        NodeKind::CallApi(it) => look.call(it, known),
        NodeKind::Condition(it) => look.condition(it),
        NodeKind::Robot(it) => look.robot(it, known),
        NodeKind::End(it) => look.end(it),
    }
    for (field, text, _) in templates(&node.kind) {
        look.text(&field, text, TEXT_MAX_CHARS);
    }
    for (field, name) in set_by(&node.kind) {
        look.variable(&field, name);
    }
}

/// Whether it is a plain word that may be an id.
pub(super) fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= ID_MAX && text.bytes().all(is_plain)
}

/// Whether it may be the name of a variable: letters of any script, digits and `_`, no digit first.
fn is_variable_name(name: &str) -> bool {
    let is_letter = |character: char| character.is_alphanumeric() || character == '_';
    name.chars().count() <= VARIABLE_NAME_MAX_CHARS
        && name.chars().all(is_letter)
        && name.chars().next().is_some_and(|first| !first.is_numeric())
}

/// One node being looked at.
struct Look<'a> {
    node: &'a Node,
    faults: &'a mut Faults,
}

impl Look<'_> {
    fn add(&mut self, field: &str, kind: FaultKind) {
        self.faults.add_at(Some(&self.node.id), field, kind);
    }

    fn add_if(&mut self, is_wrong: bool, field: &str, kind: FaultKind) {
        if is_wrong {
            self.add(field, kind);
        }
    }

    /// What every node has.
    fn frame(&mut self) {
        let node = self.node;
        if !is_id(&node.id) {
            self.faults.add(Some(&node.id), FaultKind::MalformedId);
        }
        self.label("label", &node.label);
        self.number("position.x", node.position.x, &PLACES);
        self.number("position.y", node.position.y, &PLACES);
    }

    fn label(&mut self, field: &str, label: &str) {
        self.add_if(label.chars().count() > LABEL_MAX_CHARS, field, FaultKind::TextTooLong);
        self.add_if(label.chars().any(is_hidden), field, FaultKind::TextUnusable);
    }

    fn number(&mut self, field: &str, number: i64, range: &RangeInclusive<i64>) {
        self.add_if(!range.contains(&number), field, FaultKind::OutOfRange);
    }

    fn text(&mut self, field: &str, text: &str, max_chars: usize) {
        self.add_if(text.chars().count() > max_chars, field, FaultKind::TextTooLong);
        self.add_if(text.contains('\0'), field, FaultKind::TextUnusable);
    }

    /// A text that must say something.
    fn needed(&mut self, field: &str, text: &str) {
        self.add_if(text.trim().is_empty(), field, FaultKind::Missing);
    }

    fn variable(&mut self, field: &str, name: &str) {
        if name.is_empty() {
            self.add(field, FaultKind::Missing);
        } else if SystemParameters::NAMES.contains(&name) {
            // What the system knows nobody overwrites (T709).
            let name = name.to_owned();
            self.add(field, FaultKind::ReservedName { name });
        } else {
            self.add_if(!is_variable_name(name), field, FaultKind::Malformed);
        }
    }

    /// A list with at least one and at most `max` members.
    fn list(&mut self, field: &str, length: usize, max: usize) {
        self.add_if(length == 0, field, FaultKind::Missing);
        self.add_if(length > max, field, FaultKind::TooMany);
    }

    /// Ids that are ports.
    fn ids<'t>(&mut self, ids: impl Iterator<Item = (String, &'t str)>, taken: &[&'t str]) {
        let mut seen: BTreeSet<&str> = taken.iter().copied().collect();
        for (field, id) in ids {
            self.add_if(!is_id(id), &field, FaultKind::Malformed);
            if !seen.insert(id) {
                let value = id.to_owned();
                self.add(&field, FaultKind::Duplicate { value });
            }
        }
    }

    /// Texts of which a visitor sends one: each says something, none is there twice, and look-alikes are told (R14).
    fn matched<'t>(&mut self, texts: impl Iterator<Item = (String, &'t str)>) {
        let mut seen: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (field, text) in texts {
            self.needed(&field, text);
            self.text(&field, text, ITEM_MAX_CHARS);
            let alike = seen.entry(folded(text)).or_default();
            let value = text.to_owned();
            if alike.contains(&text) {
                self.add(&field, FaultKind::Duplicate { value });
            } else if let Some(other) = alike.first() {
                let other = (*other).to_owned();
                self.add(&field, FaultKind::LookAlike { value, other });
            }
            alike.push(text);
        }
    }

    fn message(&mut self, message: &FlowMessage) {
        match message {
            FlowMessage::Text { .. } => {}
            FlowMessage::Image { url, alt } => {
                self.address("message.url", url, &["https"]);
                self.text("message.alt", alt, HEADING_MAX_CHARS);
            }
            FlowMessage::Card { header, pic, url, .. } => {
                self.needed("message.header", header);
                self.text("message.header", header, HEADING_MAX_CHARS);
                if !pic.is_empty() {
                    self.address("message.pic", pic, &["https"]);
                }
                if !url.is_empty() {
                    self.address("message.url", url, &["https", "http"]);
                }
            }
        }
    }

    /// An address that is one whatever its parameters are.
    fn address(&mut self, field: &str, template: &str, schemes: &[&str]) {
        if template.is_empty() {
            return self.add(field, FaultKind::Missing);
        }
        let url: Option<Url> = call::address(template, |_| Some("x".into()));
        let is_good = url.is_some_and(|url| schemes.contains(&url.scheme()));
        self.add_if(!is_good, field, FaultKind::Malformed);
    }

    fn branch(&mut self, node: &Branch) {
        self.needed("title", &node.title);
        self.needed("unmatched_text", &node.unmatched_text);
        self.list("options", node.options.len(), ITEMS_MAX);
        let options = || node.options.iter().enumerate();
        self.ids(
            options().map(|(place, it)| (format!("options.{place}.id"), it.id.as_str())),
            &[],
        );
        self.matched(options().flat_map(|(place, it)| {
            let keywords = it.keywords.iter().enumerate();
            let keywords = keywords.map(move |(number, text)| (format!("options.{place}.keywords.{number}"), &**text));
            std::iter::once((format!("options.{place}.value"), &*it.value)).chain(keywords)
        }));
        for (place, option) in options() {
            self.text(&format!("options.{place}.remark"), &option.remark, ITEM_MAX_CHARS);
            let is_long = option.keywords.len() > WORDS_MAX;
            self.add_if(is_long, &format!("options.{place}.keywords"), FaultKind::TooMany);
        }
    }

    fn transfer(&mut self, node: &TransferToHuman, known: &Known) {
        match node.skill_group_id {
            None => self.add("skill_group_id", FaultKind::Missing),
            Some(group) => {
                let is_known = known.skill_groups.contains(&group);
                self.add_if(!is_known, "skill_group_id", FaultKind::UnknownSkillGroup);
            }
        }
        if let Some(seconds) = node.queue_timeout_seconds {
            self.number("queue_timeout_seconds", seconds, &QUEUE_TIMEOUT_SECONDS);
        }
        if let Some(limit) = node.queue_limit {
            self.number("queue_limit", limit, &QUEUE_LIMITS);
        }
    }

    fn collect(&mut self, node: &CollectInformation) {
        self.needed("prompt", &node.prompt);
        if let CollectForm::Options { options, .. } = &node.form {
            self.list("form.options", options.len(), ITEMS_MAX);
            let all = || options.iter().enumerate();
            self.ids(
                all().map(|(place, it)| (format!("form.options.{place}.id"), it.id.as_str())),
                &[],
            );
            self.matched(all().map(|(place, it)| (format!("form.options.{place}.value"), it.value.as_str())));
            for (place, option) in all() {
                self.text(&format!("form.options.{place}.remark"), &option.remark, ITEM_MAX_CHARS);
            }
        }
    }

    fn call(&mut self, node: &CallApi, known: &Known) {
        self.address("url", &node.url, &["https", "http"]);
        self.number("timeout_seconds", node.timeout_seconds, &CALL_TIMEOUTS);
        self.number("max_errors", node.max_errors, &CALL_ERRORS);
        self.add_if(node.parameters.len() > PARAMETERS_MAX, "parameters", FaultKind::TooMany);
        self.add_if(node.results.len() > PARAMETERS_MAX, "results", FaultKind::TooMany);
        self.add_if(node.headers.len() > COMPARISONS_MAX, "headers", FaultKind::TooMany);
        let parameters = node.parameters.iter().enumerate();
        self.names(parameters.map(|(place, it)| (format!("parameters.{place}.name"), it.name.clone())));
        let results = || node.results.iter().enumerate();
        self.names(results().map(|(place, it)| (format!("results.{place}.variable"), it.variable.clone())));
        for (place, result) in results() {
            self.needed(&format!("results.{place}.field"), &result.field);
            self.text(&format!("results.{place}.field"), &result.field, NAME_MAX_CHARS);
            self.text(
                &format!("results.{place}.default"),
                &result.default,
                call::VARIABLE_MAX_CHARS,
            );
        }
        self.headers(node, known);
        if let Some(secret) = node.signing_secret_id {
            let is_known = known.secrets.contains(&secret);
            self.add_if(!is_known, "signing_secret_id", FaultKind::UnknownSecret);
        }
    }

    /// Names that each are there once.
    fn names(&mut self, names: impl Iterator<Item = (String, String)>) {
        let mut seen = BTreeSet::new();
        for (field, name) in names {
            self.needed(&field, &name);
            self.text(&field, &name, NAME_MAX_CHARS);
            if seen.contains(&name) {
                self.add(&field, FaultKind::Duplicate { value: name.clone() });
            }
            seen.insert(name);
        }
    }

    fn headers(&mut self, node: &CallApi, known: &Known) {
        let headers = || node.headers.iter().enumerate();
        // Case makes no difference in names of headers.
        self.names(headers().map(|(place, it)| (format!("headers.{place}.name"), it.name.to_ascii_lowercase())));
        for (place, header) in headers() {
            let field = format!("headers.{place}.name");
            let name = header.name.to_ascii_lowercase();
            let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            self.add_if(!name.bytes().all(is_token), &field, FaultKind::Malformed);
            if OWN_HEADERS.contains(&name.as_str()) || name.starts_with(OWN_PREFIX) {
                self.add(&field, FaultKind::ReservedName { name });
            }
            let field = format!("headers.{place}.value");
            match &header.value {
                ApiHeaderValue::Text { text } => {
                    let is_plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
                    self.add_if(!is_plain, &field, FaultKind::TextUnusable);
                    self.add_if(text.chars().count() > HEADER_MAX_CHARS, &field, FaultKind::TextTooLong);
                }
                ApiHeaderValue::Secret { secret_id: None } => self.add(&field, FaultKind::Missing),
                ApiHeaderValue::Secret {
                    secret_id: Some(secret),
                } => {
                    let is_known = known.secrets.contains(secret);
                    self.add_if(!is_known, &field, FaultKind::UnknownSecret);
                }
            }
        }
    }

    fn condition(&mut self, node: &Condition) {
        self.list("branches", node.branches.len(), BRANCHES_MAX);
        let branches = || node.branches.iter().enumerate();
        let ids = branches().map(|(place, it)| (format!("branches.{place}.id"), it.id.as_str()));
        self.ids(ids, &[crate::flow::port::DEFAULT]);
        for (place, branch) in branches() {
            self.label(&format!("branches.{place}.label"), &branch.label);
            self.list(&format!("branches.{place}.all"), branch.all.len(), COMPARISONS_MAX);
            for (number, comparison) in branch.all.iter().enumerate() {
                self.needed(
                    &format!("branches.{place}.all.{number}.parameter"),
                    &comparison.parameter,
                );
            }
        }
    }

    fn robot(&mut self, node: &Robot, known: &Known) {
        match node.bot_id {
            None => self.add("bot_id", FaultKind::Missing),
            Some(bot) => self.add_if(!known.bots.contains(&bot), "bot_id", FaultKind::UnknownBot),
        }
        self.number("turn_limit", node.turn_limit, &TURNS);
        self.number("unknown_limit", node.unknown_limit, &UNKNOWNS);
        for (field, words) in [("human_words", &node.human_words), ("solved_words", &node.solved_words)] {
            self.add_if(words.len() > WORDS_MAX, field, FaultKind::TooMany);
        }
        let words = |field: &'static str, words: &'_ [String]| {
            let words: Vec<(String, String)> = words
                .iter()
                .enumerate()
                .map(|(place, word)| (format!("{field}.{place}"), word.clone()))
                .collect();
            words
        };
        let all = [
            words("human_words", &node.human_words),
            words("solved_words", &node.solved_words),
        ]
        .concat();
        self.matched(all.iter().map(|(field, word)| (field.clone(), word.as_str())));
    }

    fn end(&mut self, node: &End) {
        if let Some(seconds) = node.silence_seconds {
            self.number("silence_seconds", seconds, &SILENCE_SECONDS);
        }
        if let Some(seconds) = node.reminder_seconds {
            // A reminder after the end reminds nobody.
            let last = node
                .silence_seconds
                .map_or(*REMINDER_SECONDS.end(), |end| end.saturating_sub(1));
            self.number("reminder_seconds", seconds, &(*REMINDER_SECONDS.start()..=last));
        }
        if let Some(seconds) = node.inactive_seconds {
            self.number("inactive_seconds", seconds, &INACTIVE_SECONDS);
        }
    }
}
