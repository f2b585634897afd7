//! Any content as plain text with numbered choices, and the numbered answer back, for channels that show text only
//! (CHAN-13).
//!
//! An answer is an option's number or the option's own text, each exactly as it was shown: `１` or `1.` is not `1` (R14).
//! An option that reads like a number is its own number, in ASCII or full-width digits, and no other option gets that
//! number: so nobody who types `2` can mean two things. What is sent from here may be longer than one message of the
//! channel; whoever sends it divides it.

use std::collections::BTreeSet;

use super::{Card, Content, Form, FormInput, LinkedImage, MenuItem};
use crate::rating::{RatingLevel, RatingRequest};

/// What a text answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer<'a> {
    /// An option of a menu or a form; its content is what a click would have sent.
    Item(&'a MenuItem),
    /// Any text, to a form that asks for text.
    Text(&'a str),
    /// A level of a rating.
    Level(&'a RatingLevel),
}

/// The content as text. Pictures and files of the desk are told by their names; a channel that can carry them does.
#[must_use]
pub fn to_text(content: &Content) -> String {
    match content {
        Content::Text { text } => text.clone(),
        Content::Image { attachment } | Content::File { attachment } => attachment.name.clone(),
        Content::LinkedImage(LinkedImage { url, alt }) => lines([alt.as_str(), url].map(str::to_owned)),
        Content::Card(card) => card_text(card),
        Content::Menu(menu) => asking(&menu.header, &items(&menu.items), &menu.tail),
        Content::Form(Form { header, input }) => match input {
            FormInput::Text => header.clone(),
            FormInput::Options { items: options } => asking(header, &items(options), ""),
        },
        Content::Rating(request) => asking(&request.head, &levels(request), ""),
    }
}

/// What `text` answers to a content that was sent as text: nothing where it is none of the choices, or where nothing
/// was asked.
#[must_use]
pub fn answer<'a>(asked: &'a Content, text: &'a str) -> Option<Answer<'a>> {
    match asked {
        Content::Menu(menu) => choice(&items(&menu.items), text).map(|place| Answer::Item(&menu.items[place])),
        Content::Form(Form { input, .. }) => match input {
            FormInput::Text => Some(Answer::Text(text)),
            FormInput::Options { items: options } => {
                choice(&items(options), text).map(|place| Answer::Item(&options[place]))
            }
        },
        Content::Rating(request) => choice(&levels(request), text).map(|place| Answer::Level(&request.levels[place])),
        Content::Text { .. }
        | Content::Image { .. }
        | Content::File { .. }
        | Content::LinkedImage(_)
        | Content::Card(_) => None,
    }
}

/// One choice with the number under which it is shown; none where it is its own.
struct Numbered<'a> {
    number: Option<String>,
    content: &'a str,
    desc: &'a str,
}

fn items(items: &[MenuItem]) -> Vec<Numbered<'_>> {
    numbered(items.iter().map(|item| (item.content.as_str(), item.desc.as_str())))
}

fn levels(request: &RatingRequest) -> Vec<Numbered<'_>> {
    numbered(request.levels.iter().map(|level| (level.content.as_str(), "")))
}

/// Numbers those that are not numbers themselves with what these leave over, from 1 on.
fn numbered<'a>(choices: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Vec<Numbered<'a>> {
    let taken: BTreeSet<String> = choices.clone().filter_map(|(content, _)| as_number(content)).collect();
    let mut free = (1_u64..)
        .map(|number| number.to_string())
        .filter(|number| !taken.contains(number));
    choices
        .map(|(content, desc)| Numbered {
            number: if as_number(content).is_none() {
                free.next()
            } else {
                None
            },
            content,
            desc,
        })
        .collect()
}

/// The ASCII spelling of a text that is digits only, full-width ones included.
fn as_number(text: &str) -> Option<String> {
    let digit = |character: char| match character {
        '0'..='9' => Some(character),
        '０'..='９' => char::from_digit(u32::from(character) - u32::from('０'), 10),
        _ => None,
    };
    let digits: Option<String> = text.chars().map(digit).collect();
    digits.filter(|digits| !digits.is_empty())
}

/// The place of the choice whose own text or whose number `text` is.
fn choice(choices: &[Numbered<'_>], text: &str) -> Option<usize> {
    choices
        .iter()
        .position(|choice| choice.content == text || choice.number.as_deref() == Some(text))
}

fn asking(head: &str, choices: &[Numbered<'_>], tail: &str) -> String {
    let row = |choice: &Numbered<'_>| {
        let remark = if choice.desc.trim().is_empty() {
            String::new()
        } else {
            format!(" - {}", choice.desc)
        };
        match &choice.number {
            Some(number) => format!("{number}. {}{remark}", choice.content),
            None => format!("{}{remark}", choice.content),
        }
    };
    let rows = choices.iter().map(row);
    lines(std::iter::once(head.to_owned()).chain(rows).chain([tail.to_owned()]))
}

fn card_text(card: &Card) -> String {
    let fields = card
        .fields
        .iter()
        .map(|field| format!("{}: {}", field.name, field.value));
    // The picture is worth its address only where nothing else leads further.
    let address = if card.url.is_empty() { &card.pic } else { &card.url };
    let top = [card.header.clone(), card.desc.clone()];
    lines(top.into_iter().chain(fields).chain([address.clone()]))
}

/// One below the other, without those that say nothing.
fn lines(parts: impl IntoIterator<Item = String>) -> String {
    let said: Vec<String> = parts.into_iter().filter(|part| !part.trim().is_empty()).collect();
    said.join("\n")
}
