//! Contents that ask the visitor something, and what is chosen.
//!
//! A visitor answers with a text: a click on an option sends exactly its `content`, and typing the same characters is
//! the same answer (FLOW-06). Comparison is by equality and nothing else: no case folding, no trimming, `１` is not `1`
//! (R14). The line that asked is never changed; a later line says what was chosen ([`crate::entry::EntryBody::Selected`]).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::TEXT_MAX_CHARS;
use super::card::{check_kept, check_shown};
use crate::field::{Fault, FieldError};

/// Most options of one question.
pub const ITEMS_MAX: usize = 100;
/// Longest option and longest remark of one, in characters.
pub const ITEM_MAX_CHARS: usize = 200;
/// Longest id of an option, in bytes.
pub const ITEM_ID_MAX_BYTES: usize = 64;

/// One option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// Unique in its question; for whoever asked, never shown. Nothing is inferred from it (R1).
    pub id: String,
    /// What is shown, and what a click sends; unique in its question (R14).
    pub content: String,
    /// A remark beside it; may be empty.
    #[serde(default)]
    pub desc: String,
}

/// A branch: choose one of several options (FLOW-06, MSG-15).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// What stands above the options.
    pub header: String,
    /// The options, at least one.
    pub items: Vec<MenuItem>,
    /// What stands below them; may be empty.
    #[serde(default)]
    pub tail: String,
}

/// A form with one field (FLOW-08, MSG-21).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// What is asked.
    pub header: String,
    /// How it is answered.
    pub input: FormInput,
}

/// How a form is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum FormInput {
    /// By any text.
    Text,
    /// By one of these (R13).
    Options {
        /// At least one.
        items: Vec<MenuItem>,
    },
}

/// What was chosen or filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The option's id; left out when a text was filled in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    /// The option's content, or the text.
    pub content: String,
    /// The option's remark; may be empty.
    #[serde(default)]
    pub desc: String,
}

impl Choice {
    /// A text that was filled in.
    #[must_use]
    pub fn text(content: impl Into<String>) -> Self {
        Self {
            id: None,
            content: content.into(),
            desc: String::new(),
        }
    }
}

impl From<&MenuItem> for Choice {
    fn from(item: &MenuItem) -> Self {
        Self {
            id: Some(item.id.clone()),
            content: item.content.clone(),
            desc: item.desc.clone(),
        }
    }
}

impl Menu {
    /// Checks limits.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), FieldError> {
        check_shown(&self.header, TEXT_MAX_CHARS).map_err(|fault| fault.of("header"))?;
        check_items(&self.items)?;
        check_kept(&self.tail, TEXT_MAX_CHARS).map_err(|fault| fault.of("tail"))
    }

    /// The option that a visitor's text chooses: equality of characters, nothing else (R14).
    #[must_use]
    pub fn choose(&self, text: &str) -> Option<&MenuItem> {
        choose(&self.items, text)
    }
}

impl Form {
    /// Checks limits.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), FieldError> {
        check_shown(&self.header, TEXT_MAX_CHARS).map_err(|fault| fault.of("header"))?;
        match &self.input {
            FormInput::Text => Ok(()),
            FormInput::Options { items } => check_items(items),
        }
    }

    /// What a visitor's text answers: anything to a form of text, one of the options else, by the same rule as a
    /// branch (R13).
    #[must_use]
    pub fn answer(&self, text: &str) -> Option<Choice> {
        match &self.input {
            FormInput::Text => Some(Choice::text(text)),
            FormInput::Options { items } => choose(items, text).map(Choice::from),
        }
    }
}

fn choose<'a>(items: &'a [MenuItem], text: &str) -> Option<&'a MenuItem> {
    items.iter().find(|item| item.content == text)
}

fn check_items(items: &[MenuItem]) -> Result<(), FieldError> {
    if items.is_empty() {
        return Err(Fault::Required.of("items"));
    }
    if items.len() > ITEMS_MAX {
        return Err(Fault::OutOfRange.of("items"));
    }
    let (mut ids, mut contents) = (BTreeSet::new(), BTreeSet::new());
    for item in items {
        check_shown(&item.content, ITEM_MAX_CHARS).map_err(|fault| fault.of("items"))?;
        check_kept(&item.desc, ITEM_MAX_CHARS).map_err(|fault| fault.of("items"))?;
        let is_word = !item.id.is_empty()
            && item.id.len() <= ITEM_ID_MAX_BYTES
            && item.id.bytes().all(|byte| byte.is_ascii_graphic());
        // Twice the same text could not be told apart when it comes back (R14).
        if !is_word || !ids.insert(&item.id) || !contents.insert(&item.content) {
            return Err(Fault::Malformed.of("items"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, content: &str) -> MenuItem {
        MenuItem {
            id: id.to_owned(),
            content: content.to_owned(),
            desc: String::new(),
        }
    }

    fn menu(items: Vec<MenuItem>) -> Menu {
        Menu {
            header: "请选择".to_owned(),
            items,
            tail: String::new(),
        }
    }

    /// FLOW-06, R14: only the very same characters choose.
    #[test]
    fn r14_a_choice_is_strict() {
        let menu = menu(vec![
            item("a", "Sales"),
            item("b", "1"),
            item("c", "１"),
            item("d", " x "),
        ]);
        assert_eq!(menu.check(), Ok(()));
        for (text, id) in [("Sales", "a"), ("1", "b"), ("１", "c"), (" x ", "d")] {
            assert_eq!(menu.choose(text).map(|item| item.id.as_str()), Some(id), "{text:?}");
        }
        for text in ["sales", "Sales ", " 1", "2", "x", "", "Ｓales"] {
            assert_eq!(menu.choose(text), None, "{text:?}");
        }
    }

    /// R14: what could not be told apart is refused.
    #[test]
    fn r14_duplicates_are_refused() {
        let fault = Err(Fault::Malformed.of("items"));
        assert_eq!(menu(vec![item("a", "Sales"), item("b", "Sales")]).check(), fault);
        assert_eq!(menu(vec![item("a", "Sales"), item("a", "Repairs")]).check(), fault);
        assert_eq!(menu(vec![item("a", "Sales"), item("b", "sales")]).check(), Ok(()));
        assert_eq!(menu(vec![]).check(), Err(Fault::Required.of("items")));
        assert_eq!(menu(vec![item("a", " ")]).check(), Err(Fault::Required.of("items")));
        assert_eq!(menu(vec![item("", "Sales")]).check(), fault);
        let many = (0..=ITEMS_MAX).map(|n| item(&n.to_string(), &n.to_string())).collect();
        assert_eq!(menu(many).check(), Err(Fault::OutOfRange.of("items")));
    }

    /// FLOW-08, R13: a form of text takes anything, one with options only those.
    #[test]
    fn r13_forms_take_what_they_ask_for() {
        let mut form = Form {
            header: "Order number?".to_owned(),
            input: FormInput::Text,
        };
        assert_eq!(form.answer(" 17 "), Some(Choice::text(" 17 ")));
        form.input = FormInput::Options {
            items: vec![item("s", "Small"), item("l", "Large")],
        };
        assert_eq!(form.answer("Large"), Some(Choice::from(&item("l", "Large"))));
        assert_eq!(form.answer("large"), None);
    }
}
