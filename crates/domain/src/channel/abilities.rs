//! What each kind of channel can show and do: one table (CHAN-17).
//!
//! What a channel cannot show is sent as text with numbered choices ([`ChannelKind::shows`], CHAN-13); what it cannot do
//! is refused with the ability's name.

use super::ChannelKind;
use crate::message::{Content, plain};
use crate::words::words;

words! {
    /// Something that some kinds of channels can do and others cannot.
    pub enum Ability {
        /// Shows pictures.
        Images = "images",
        /// Takes any other file.
        Files = "files",
        /// Shows a picture that lies elsewhere by its address.
        LinkedImages = "linked_images",
        /// Plays voice messages.
        Voice = "voice",
        /// Shows options that can be clicked.
        Menus = "menus",
        /// Shows a form and keeps what was filled in.
        Forms = "forms",
        /// Shows cards.
        Cards = "cards",
        /// Asks for ratings at all (R26).
        Ratings = "ratings",
        /// Draws levels of a rating as stars (RATE-01).
        Stars = "stars",
        /// Takes a comment beside a rating (RATE-01).
        RatingComments = "rating_comments",
        /// Takes back a message (WORK-10).
        Recall = "recall",
        /// Shows that the agent is typing.
        TypingNotice = "typing_notice",
        /// Tells what the visitor is typing (WORK-11).
        TypingPreview = "typing_preview",
        /// Tells the agent what the visitor has read.
        ReadMarks = "read_marks",
        /// Reaches a visitor who has not written.
        ProactiveContact = "proactive_contact",
    }
}

/// The table: what stands there can be done, all else cannot.
const TABLE: &[(ChannelKind, &[Ability])] = &[
    (
        ChannelKind::Web,
        &[
            Ability::Images,
            Ability::Files,
            Ability::LinkedImages,
            Ability::Menus,
            Ability::Forms,
            Ability::Cards,
            Ability::Ratings,
            Ability::Stars,
            Ability::RatingComments,
            Ability::Recall,
            Ability::TypingNotice,
            Ability::TypingPreview,
            Ability::ReadMarks,
            Ability::ProactiveContact,
        ],
    ),
    (
        ChannelKind::Im,
        &[
            Ability::Images,
            Ability::Files,
            Ability::Voice,
            Ability::Menus,
            Ability::Forms,
            Ability::Cards,
            Ability::Ratings,
            Ability::Stars,
            Ability::Recall,
            Ability::TypingNotice,
            Ability::ReadMarks,
            Ability::ProactiveContact,
        ],
    ),
    (
        ChannelKind::WechatService,
        &[
            Ability::Images,
            Ability::Voice,
            Ability::Menus,
            Ability::Ratings,
            Ability::TypingNotice,
        ],
    ),
    (
        ChannelKind::WechatSubscription,
        &[Ability::Images, Ability::Voice, Ability::TypingNotice],
    ),
    (
        ChannelKind::WechatMiniProgram,
        &[Ability::Images, Ability::Ratings, Ability::TypingNotice],
    ),
    (
        ChannelKind::WechatKf,
        &[
            Ability::Images,
            Ability::Files,
            Ability::Voice,
            Ability::Menus,
            Ability::Ratings,
        ],
    ),
];

impl ChannelKind {
    /// All that this kind can do.
    #[must_use]
    pub fn abilities(self) -> &'static [Ability] {
        let row = TABLE.iter().find(|(kind, _)| *kind == self);
        row.map_or(&[], |(_, abilities)| abilities)
    }

    /// Whether this kind can do it.
    #[must_use]
    pub fn can(self, ability: Ability) -> bool {
        self.abilities().contains(&ability)
    }

    /// The content as this kind shows it: as it is, or as text (CHAN-13).
    #[must_use]
    pub fn shows(self, content: Content) -> Content {
        match need(&content) {
            Some(ability) if !self.can(ability) => Content::Text {
                text: plain::to_text(&content),
            },
            _ => content,
        }
    }
}

/// What a channel must be able to do to show this; nothing for text, which all show.
const fn need(content: &Content) -> Option<Ability> {
    match content {
        Content::Text { .. } => None,
        Content::Image { .. } => Some(Ability::Images),
        Content::File { .. } => Some(Ability::Files),
        Content::LinkedImage(_) => Some(Ability::LinkedImages),
        Content::Card(_) => Some(Ability::Cards),
        Content::Menu(_) => Some(Ability::Menus),
        Content::Form(_) => Some(Ability::Forms),
        Content::Rating(request) => match request.style {
            crate::rating::LevelStyle::Stars => Some(Ability::Stars),
            crate::rating::LevelStyle::Numbers => Some(Ability::Menus),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Card, Menu, MenuItem};

    /// CHAN-17: every kind stands in the table once, every ability is somebody's, none stands twice.
    #[test]
    fn chan_17_the_table_is_whole() {
        let kinds: Vec<ChannelKind> = TABLE.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, ChannelKind::ALL);
        for ability in Ability::ALL {
            assert!(kinds.iter().any(|kind| kind.can(*ability)), "nobody can do {ability}");
        }
        for (kind, abilities) in TABLE {
            assert!(
                abilities.is_sorted_by(|one, next| one < next),
                "{kind} repeats or mixes up its abilities"
            );
        }
    }

    /// RATE-01, R26, CHAN-09: what the manuals say of ratings and menus.
    #[test]
    fn r26_subscription_accounts_have_neither_menus_nor_ratings() {
        assert!(!ChannelKind::WechatSubscription.can(Ability::Ratings));
        assert!(!ChannelKind::WechatSubscription.can(Ability::Menus));
        for kind in [ChannelKind::WechatService, ChannelKind::WechatKf] {
            assert!(
                kind.can(Ability::Ratings) && !kind.can(Ability::Stars),
                "{kind} rates by numbers"
            );
        }
        assert!(ChannelKind::Web.can(Ability::Stars) && ChannelKind::Web.can(Ability::RatingComments));
    }

    /// CHAN-13: what a channel cannot show is sent as text, what it can as it is.
    #[test]
    fn chan_13_contents_fit_the_channel() {
        let menu = Content::Menu(Menu {
            header: "Pick".to_owned(),
            items: vec![MenuItem {
                id: "a".to_owned(),
                content: "Sales".to_owned(),
                desc: String::new(),
            }],
            tail: String::new(),
        });
        let text = |text: &str| Content::Text { text: text.to_owned() };
        assert_eq!(ChannelKind::Web.shows(menu.clone()), menu);
        assert_eq!(ChannelKind::WechatService.shows(menu.clone()), menu);
        assert_eq!(ChannelKind::WechatSubscription.shows(menu), text("Pick\n1. Sales"));
        let card = Content::Card(Card {
            header: "Umbrella".to_owned(),
            ..Card::default()
        });
        assert_eq!(ChannelKind::Im.shows(card.clone()), card);
        assert_eq!(ChannelKind::WechatKf.shows(card), text("Umbrella"));
    }
}
