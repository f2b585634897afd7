//! The customer-service messages of Tencent's IM clients: JSON texts in custom elements (MSG-09, 10, 15, 19 to 23).
//!
//! Written is exactly what these clients read: all fields that any of them needs, no others. Read is what they send:
//! unknown fields are passed over, because newer clients add some; an unknown kind, a missing field and a value of
//! another type are refused with the reason. Nothing in a message decides how good a level is (R1).

use serde::{Deserialize, Serialize};

use super::{Card, CardField, Choice, Form, FormInput, Menu, MenuItem};
use crate::moment::Moment;
use crate::rating::{LevelStyle, RatingRequest, Starters};

/// Longest message that is read, in bytes; the IM service itself takes 12 KB.
pub const MAX_BYTES: usize = 64 << 10;

/// One message of the family, by its `src`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Custom {
    /// 9: the visitor is asked to rate (MSG-09).
    RatingInvitation(Invitation),
    /// 10: the visitor's answer (MSG-10). A signal: never stored, counted or echoed.
    RatingChoice(RatingChoice),
    /// 15: a branch, with what was chosen (MSG-15).
    Menu(Menu, Option<Choice>),
    /// 19: the session has ended (MSG-19).
    Ended,
    /// 20: the session has timed out (MSG-20).
    TimedOut,
    /// 21: a form, with what was filled in (MSG-21).
    Form(Form, Option<Choice>),
    /// 22: a card (MSG-22).
    Card(Card),
    /// 23: who may start a rating (MSG-23, R8). A signal.
    RatingRules(Starters),
}

/// A rating request as messengers see it: without the values of its levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What stands above the levels.
    pub head: String,
    /// What is shown after the answer.
    pub tail: String,
    /// How the levels are drawn.
    pub style: LevelStyle,
    /// Id and text of each level, in their order.
    pub levels: Vec<(String, String)>,
    /// The session that is rated.
    pub session: String,
    /// How long it stays open, in hours.
    pub valid_hours: i64,
    /// The last moment, in whole seconds as on the wire.
    pub expires_at: Moment,
    /// Id and text of the level that was chosen.
    pub selected: Option<(String, String)>,
}

/// A visitor's answer to a rating request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatingChoice {
    /// The level's id.
    pub id: String,
    /// The level's text.
    pub content: String,
    /// The session that is rated.
    pub session: String,
}

/// Why a message is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CustomError {
    /// More than [`MAX_BYTES`].
    #[error("the message is too long")]
    TooLong,
    /// Not a JSON object, or without a text as `src`.
    #[error("the message is not readable: {0}")]
    Unreadable(String),
    /// Without the flag of the family: another custom message.
    #[error("the message is not of customer service")]
    NotOurs,
    /// A kind that is not understood here.
    #[error("messages with src {0:?} are not understood")]
    UnknownSource(String),
    /// A field is missing, of another type, or out of its range.
    #[error("a message with src {src} is malformed: {reason}")]
    Malformed {
        /// Its kind.
        src: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl Invitation {
    /// How messengers are shown a request, with the level that was chosen.
    #[must_use]
    pub fn of(request: &RatingRequest, session: impl Into<String>, selected: Option<&Choice>) -> Self {
        Self {
            head: request.head.clone(),
            tail: request.tail.clone(),
            style: request.style,
            levels: request
                .levels
                .iter()
                .map(|level| (level.id.clone(), level.content.clone()))
                .collect(),
            session: session.into(),
            valid_hours: request.valid_hours,
            expires_at: request.expires_at,
            selected: selected.map(|choice| (choice.id.clone().unwrap_or_default(), choice.content.clone())),
        }
    }
}

impl Custom {
    /// The `src` of this kind.
    #[must_use]
    pub const fn src(&self) -> &'static str {
        match self {
            Self::RatingInvitation(_) => "9",
            Self::RatingChoice(_) => "10",
            Self::Menu(..) => "15",
            Self::Ended => "19",
            Self::TimedOut => "20",
            Self::Form(..) => "21",
            Self::Card(_) => "22",
            Self::RatingRules(_) => "23",
        }
    }

    /// Whether it is a signal, which is never stored, counted or echoed, whatever its carrier says.
    #[must_use]
    pub const fn is_signal(&self) -> bool {
        matches!(self, Self::RatingChoice(_) | Self::RatingRules(_))
    }

    /// The JSON text of the custom element.
    #[must_use]
    pub fn to_json(&self) -> String {
        let body = match self {
            Self::RatingInvitation(invitation) => Body::menu_content(invitation),
            Self::RatingChoice(choice) => Body {
                menu_selected: Some(MenuSelected {
                    id: choice.id.clone(),
                    content: choice.content.clone(),
                    session_id: choice.session.clone(),
                }),
                ..Body::default()
            },
            Self::Menu(menu, selected) => Body::content(&Branch {
                header: Some(menu.header.clone()),
                title: None,
                items: menu.items.iter().map(Item::of).collect(),
                tail: menu.tail.clone(),
                selected: selected.as_ref().map(|choice| Selected {
                    content: choice.content.clone(),
                    desc: Some(choice.desc.clone()).filter(|desc| !desc.is_empty()),
                }),
            }),
            Self::Ended | Self::TimedOut => Body::default(),
            Self::Form(form, selected) => Body::content(&form_on_wire(form, selected.as_ref())),
            Self::Card(card) => Body::content(&CardOnWire {
                header: card.header.clone(),
                desc: card.desc.clone(),
                pic: card.pic.clone(),
                url: card.url.clone(),
                custom_field: card.fields.clone(),
            }),
            Self::RatingRules(starters) => Body::content(&Rules {
                menu_send_rule_flag: flag_of(*starters),
            }),
        };
        let frame = Frame {
            customer_service_plugin: 0,
            src: self.src(),
            body,
        };
        // Texts and numbers only: nothing here can fail to be written.
        serde_json::to_string(&frame).unwrap_or_default()
    }

    /// Reads the JSON text of a custom element.
    ///
    /// # Errors
    /// See [`CustomError`].
    pub fn parse(text: &str) -> Result<Self, CustomError> {
        if text.len() > MAX_BYTES {
            return Err(CustomError::TooLong);
        }
        let head: Head = serde_json::from_str(text).map_err(|error| CustomError::Unreadable(error.to_string()))?;
        let is_ours = head.customer_service_plugin == Some(0.into()) || head.chatbot_plugin == Some(1.into());
        if !is_ours {
            return Err(CustomError::NotOurs);
        }
        let serde_json::Value::String(src) = head.src else {
            return Err(CustomError::Unreadable("src must be a text".to_owned()));
        };
        match src.as_str() {
            "9" => invitation(text),
            "10" => rating_choice(text),
            "15" => branch(text),
            "19" => Ok(Self::Ended),
            "20" => Ok(Self::TimedOut),
            "21" => form(text),
            "22" => card(text),
            "23" => rules(text),
            _ => Err(CustomError::UnknownSource(src)),
        }
    }
}

/// What tells a message of the family from others. Values of any type, so that an odd one is refused by name.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "customerServicePlugin")]
    customer_service_plugin: Option<serde_json::Value>,
    #[serde(rename = "chatbotPlugin")]
    chatbot_plugin: Option<serde_json::Value>,
    #[serde(default)]
    src: serde_json::Value,
}

#[derive(Serialize)]
struct Frame {
    #[serde(rename = "customerServicePlugin")]
    customer_service_plugin: u8,
    src: &'static str,
    #[serde(flatten)]
    body: Body,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(skip_serializing_if = "Option::is_none")]
    menu_content: Option<MenuContent>,
    #[serde(skip_serializing_if = "Option::is_none")]
    menu_selected: Option<MenuSelected>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<serde_json::Value>,
}

impl Body {
    fn content(content: &impl Serialize) -> Self {
        Self {
            content: serde_json::to_value(content).ok(),
            ..Self::default()
        }
    }

    fn menu_content(invitation: &Invitation) -> Self {
        let level = |(id, content): &(String, String)| Level {
            id: id.clone(),
            content: content.clone(),
        };
        Self {
            menu_content: Some(MenuContent {
                head: invitation.head.clone(),
                tail: invitation.tail.clone(),
                style: match invitation.style {
                    LevelStyle::Stars => STARS,
                    LevelStyle::Numbers => NUMBERS,
                },
                menu: invitation.levels.iter().map(level).collect(),
                session_id: invitation.session.clone(),
                effective_hour: invitation.valid_hours,
                expire_time: invitation.expires_at.0.div_euclid(1_000),
                selected: invitation.selected.as_ref().map(level),
            }),
            ..Self::default()
        }
    }
}

const STARS: i64 = 1;
const NUMBERS: i64 = 2;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MenuContent {
    head: String,
    tail: String,
    #[serde(rename = "type")]
    style: i64,
    menu: Vec<Level>,
    session_id: String,
    effective_hour: i64,
    expire_time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selected: Option<Level>,
}

#[derive(Serialize, Deserialize)]
struct Level {
    id: String,
    content: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MenuSelected {
    id: String,
    content: String,
    session_id: String,
}

#[derive(Serialize, Deserialize)]
struct Branch {
    #[serde(skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    /// What older servers wrote instead of `header`.
    #[serde(default, skip_serializing)]
    title: Option<String>,
    items: Vec<Item>,
    #[serde(default)]
    tail: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selected: Option<Selected>,
}

#[derive(Serialize, Deserialize)]
struct Item {
    content: String,
    #[serde(default)]
    desc: String,
}

impl Item {
    fn of(item: &MenuItem) -> Self {
        Self {
            content: item.content.clone(),
            desc: item.desc.clone(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Selected {
    content: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desc: Option<String>,
}

const TEXT: i64 = 0;
const OPTIONS: i64 = 1;

#[derive(Serialize, Deserialize)]
struct FormOnWire {
    header: String,
    #[serde(rename = "type")]
    kind: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    items: Option<Vec<Item>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    selected: Option<Selected>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CardOnWire {
    header: String,
    desc: String,
    pic: String,
    url: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    custom_field: Vec<CardField>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    menu_send_rule_flag: i64,
}

#[derive(Deserialize)]
struct WithContent<T> {
    content: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithMenuContent {
    menu_content: MenuContent,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WithMenuSelected {
    menu_selected: MenuSelected,
}

fn form_on_wire(form: &Form, selected: Option<&Choice>) -> FormOnWire {
    let (kind, items) = match &form.input {
        FormInput::Text => (TEXT, None),
        FormInput::Options { items } => (OPTIONS, Some(items.iter().map(Item::of).collect())),
    };
    FormOnWire {
        header: form.header.clone(),
        kind,
        items,
        selected: selected.map(|choice| Selected {
            content: choice.content.clone(),
            desc: None,
        }),
    }
}

/// Bits: 1 at the end, 2 the agent, 4 the visitor (R8).
fn flag_of(starters: Starters) -> i64 {
    i64::from(starters.at_end) | i64::from(starters.agent) << 1 | i64::from(starters.visitor) << 2
}

fn read<'a, T: Deserialize<'a>>(text: &'a str, src: &'static str) -> Result<T, CustomError> {
    serde_json::from_str(text).map_err(|error| malformed(src, error.to_string()))
}

fn malformed(src: &'static str, reason: impl Into<String>) -> CustomError {
    CustomError::Malformed {
        src,
        reason: reason.into(),
    }
}

fn invitation(text: &str) -> Result<Custom, CustomError> {
    let menu = read::<WithMenuContent>(text, "9")?.menu_content;
    let style = match menu.style {
        STARS => LevelStyle::Stars,
        NUMBERS => LevelStyle::Numbers,
        other => return Err(malformed("9", format!("type is {other}"))),
    };
    let level = |level: Level| (level.id, level.content);
    Ok(Custom::RatingInvitation(Invitation {
        head: menu.head,
        tail: menu.tail,
        style,
        levels: menu.menu.into_iter().map(level).collect(),
        session: menu.session_id,
        valid_hours: menu.effective_hour,
        expires_at: Moment(menu.expire_time.saturating_mul(1_000)),
        selected: menu.selected.map(level),
    }))
}

fn rating_choice(text: &str) -> Result<Custom, CustomError> {
    let choice = read::<WithMenuSelected>(text, "10")?.menu_selected;
    if choice.id.is_empty() {
        return Err(malformed("10", "the choice is empty"));
    }
    Ok(Custom::RatingChoice(RatingChoice {
        id: choice.id,
        content: choice.content,
        session: choice.session_id,
    }))
}

/// Options from the wire, where they have no ids: these count from 1.
fn items(items: Vec<Item>) -> Vec<MenuItem> {
    let item = |(item, place): (Item, usize)| MenuItem {
        id: place.to_string(),
        content: item.content,
        desc: item.desc,
    };
    items.into_iter().zip(1..).map(item).collect()
}

/// What was chosen among `items`; a text that is none of them was filled in.
fn chosen(items: &[MenuItem], selected: Selected) -> Choice {
    let known = items.iter().find(|item| item.content == selected.content);
    Choice {
        id: known.map(|item| item.id.clone()),
        content: selected.content,
        desc: selected.desc.unwrap_or_default(),
    }
}

fn branch(text: &str) -> Result<Custom, CustomError> {
    let branch = read::<WithContent<Branch>>(text, "15")?.content;
    let header = branch
        .header
        .or(branch.title)
        .ok_or_else(|| malformed("15", "missing field `header`"))?;
    let items = items(branch.items);
    let selected = branch.selected.map(|selected| chosen(&items, selected));
    let tail = branch.tail;
    Ok(Custom::Menu(Menu { header, items, tail }, selected))
}

fn form(text: &str) -> Result<Custom, CustomError> {
    let form = read::<WithContent<FormOnWire>>(text, "21")?.content;
    let options = match (form.kind, form.items) {
        (TEXT, _) => Vec::new(),
        (OPTIONS, Some(options)) => items(options),
        (OPTIONS, None) => return Err(malformed("21", "missing field `items`")),
        (other, _) => return Err(malformed("21", format!("type is {other}"))),
    };
    let selected = form.selected.map(|selected| chosen(&options, selected));
    let input = if form.kind == TEXT {
        FormInput::Text
    } else {
        FormInput::Options { items: options }
    };
    let header = form.header;
    Ok(Custom::Form(Form { header, input }, selected))
}

fn card(text: &str) -> Result<Custom, CustomError> {
    let card = read::<WithContent<CardOnWire>>(text, "22")?.content;
    Ok(Custom::Card(Card {
        header: card.header,
        desc: card.desc,
        pic: card.pic,
        url: card.url,
        fields: card.custom_field,
    }))
}

fn rules(text: &str) -> Result<Custom, CustomError> {
    let flag = read::<WithContent<Rules>>(text, "23")?.content.menu_send_rule_flag;
    if !(0..=7).contains(&flag) {
        return Err(malformed("23", format!("menuSendRuleFlag is {flag}")));
    }
    Ok(Custom::RatingRules(Starters {
        at_end: flag & 1 > 0,
        agent: flag & 2 > 0,
        visitor: flag & 4 > 0,
    }))
}
