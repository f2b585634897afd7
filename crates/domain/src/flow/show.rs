//! What the flow shows, as contents of messages: filled in and within their limits, whatever the values are.

use super::node::{
    Branch, BranchOption, CollectForm, CollectInformation, CollectOption, FlowMessage, HEADING_MAX_CHARS,
};
use crate::message::{Card, Choice, Content, Form, FormInput, LinkedImage, Menu, MenuItem};

/// A text; `None` when it is blank.
pub(super) fn text(text: String) -> Option<Content> {
    (!text.trim().is_empty()).then_some(Content::Text { text })
}

/// What a send-message node shows. An address that a value makes unusable is left out, a picture without address is
/// told by its description.
pub(super) fn message(
    message: &FlowMessage,
    fill: impl Fn(&str) -> String,
    address: impl Fn(&str) -> Option<String>,
) -> Option<Content> {
    match message {
        FlowMessage::Text { text: template } => text(fill(template)),
        FlowMessage::Image { url, alt } => {
            let alt = cut(fill(alt), HEADING_MAX_CHARS);
            match address(url).filter(|url| url.starts_with("https:")) {
                Some(url) => Some(Content::LinkedImage(LinkedImage { url, alt })),
                None => text(alt),
            }
        }
        FlowMessage::Card { header, desc, pic, url } => {
            let header = cut(fill(header), HEADING_MAX_CHARS);
            let desc = fill(desc);
            if header.trim().is_empty() {
                return text(desc);
            }
            let pic = address(pic).filter(|url| url.starts_with("https:"));
            Some(Content::Card(Card {
                header,
                desc,
                pic: pic.unwrap_or_default(),
                url: address(url).unwrap_or_default(),
                ..Card::default()
            }))
        }
    }
}

/// The menu of a branch; `None` when there is nothing to ask.
pub(super) fn menu(node: &Branch, fill: impl Fn(&str) -> String) -> Option<Content> {
    let menu = Menu {
        header: asked(fill(&node.title), &node.title),
        items: node.options.iter().map(branch_item).collect(),
        tail: String::new(),
    };
    menu.check().is_ok().then_some(Content::Menu(menu))
}

/// The form of a collect-information node; `None` when there is nothing to ask.
pub(super) fn form(node: &CollectInformation, fill: impl Fn(&str) -> String) -> Option<Content> {
    let input = match &node.form {
        CollectForm::Text => FormInput::Text,
        CollectForm::Options { options, .. } => FormInput::Options {
            items: options.iter().map(collect_item).collect(),
        },
    };
    checked_form(asked(fill(&node.prompt), &node.prompt), input)
}

/// The form that asks for a message; `None` when it has no words.
pub(super) fn message_form(prompt: String) -> Option<Content> {
    checked_form(prompt, FormInput::Text)
}

/// The words of a question. Where nothing is left of them, since all values are empty, they stand as written: without
/// words nobody could answer.
fn asked(filled: String, written: &str) -> String {
    if filled.trim().is_empty() {
        written.to_owned()
    } else {
        filled
    }
}

fn checked_form(header: String, input: FormInput) -> Option<Content> {
    let form = Form { header, input };
    form.check().is_ok().then_some(Content::Form(form))
}

/// What was chosen, as it is noted.
pub(super) fn branch_choice(option: &BranchOption) -> Choice {
    Choice::from(&branch_item(option))
}

/// What was chosen, as it is noted and kept.
pub(super) fn collect_choice(option: &CollectOption) -> Choice {
    Choice::from(&collect_item(option))
}

fn branch_item(option: &BranchOption) -> MenuItem {
    MenuItem {
        id: option.id.clone(),
        content: option.value.clone(),
        desc: option.remark.clone(),
    }
}

fn collect_item(option: &CollectOption) -> MenuItem {
    MenuItem {
        id: option.id.clone(),
        content: option.value.clone(),
        desc: option.remark.clone(),
    }
}

fn cut(text: String, max_chars: usize) -> String {
    text.chars().take(max_chars).collect()
}
