//! The life of one rating: a session has one, which is asked for, answered once or passes away.

use serde::{Deserialize, Serialize};

use super::config::{COMMENT_MAX_CHARS, LevelStyle, RatingConfig};
use crate::field::Fault;
use crate::message::Choice;
use crate::moment::Moment;
use crate::words::words;

const HOUR_SECONDS: i64 = 3_600;
/// Ids of levels begin after this number, as in the manual of the messages (MSG-09): 101 for the first level.
const LEVEL_ID_BASE: usize = 100;

words! {
    /// Who started a rating.
    pub enum Start {
        /// The desk, when the session ended.
        AtEnd = "at_end",
        /// The agent.
        Agent = "agent",
        /// The visitor.
        Visitor = "visitor",
    }
}

/// A level, as a request offers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingLevel {
    /// `101`, `102` … by place. Tells nothing about how good it is (R1).
    pub id: String,
    /// What the visitor reads.
    pub content: String,
    /// How good it is; more is better.
    pub value: i64,
}

/// What the visitor is asked (MSG-09). The config's words of the moment when it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingRequest {
    /// What stands above the levels.
    pub head: String,
    /// What is said after the answer; may be empty.
    pub tail: String,
    /// How the levels are drawn.
    pub style: LevelStyle,
    /// The levels in the order in which they are shown.
    pub levels: Vec<RatingLevel>,
    /// How long it stays open, in hours.
    pub valid_hours: i64,
    /// The last moment at which an answer counts.
    pub expires_at: Moment,
    /// Whether a comment may be written beside the level.
    pub wants_comment: bool,
    /// Who started it.
    pub started_by: Start,
}

/// What the visitor answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatingAnswer {
    /// The chosen level.
    pub level: RatingLevel,
    /// In the visitor's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub comment: Option<String>,
}

/// The rating of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    /// How it may be rated: the channel's config when the session began, which no later change moves (CHAN-14).
    pub config: RatingConfig,
    /// The newest request and the number of its line.
    pub asked: Option<(i64, RatingRequest)>,
    /// The answer, if there is one.
    pub answered: Option<(Moment, RatingAnswer)>,
}

/// Why a rating is not asked for (WORK-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InviteRefusal {
    /// The config lets somebody else start it, or nobody.
    #[error("the rating config does not allow this")]
    NotAllowed,
    /// No agent served the session, so there is nothing to rate.
    #[error("no agent has served this session")]
    NoAgent,
    /// A request is open already.
    #[error("a rating was asked for already")]
    AlreadyAsked,
    /// The session is rated.
    #[error("the session is rated already")]
    AlreadyRated,
}

/// Why an answer does not count (MSG-10). It leaves everything as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AnswerRefusal {
    /// Nobody asked.
    #[error("no rating was asked for")]
    NotAsked,
    /// It came too late.
    #[error("the rating has expired")]
    Expired,
    /// The request has no such level.
    #[error("there is no such level")]
    UnknownLevel,
    /// The comment is not wanted ([`Fault::Malformed`]), too long, or cannot be stored.
    #[error("the comment {0}")]
    Comment(Fault),
    /// The session is rated.
    #[error("the session is rated already")]
    AlreadyRated,
}

impl Rating {
    /// Before anybody asked.
    #[must_use]
    pub const fn new(config: RatingConfig) -> Self {
        Self {
            config,
            asked: None,
            answered: None,
        }
    }

    /// The request that may be sent now; [`Rating::asked`] takes its line when it is. `is_served` is whether an agent
    /// serves the session or did. One that passed away unanswered may be sent again.
    ///
    /// # Errors
    /// See [`InviteRefusal`].
    pub fn invite(&self, by: Start, is_served: bool, now: Moment) -> Result<RatingRequest, InviteRefusal> {
        let starters = self.config.starters;
        let may = match by {
            Start::AtEnd => starters.at_end,
            Start::Agent => starters.agent,
            Start::Visitor => starters.visitor,
        };
        if self.answered.is_some() {
            return Err(InviteRefusal::AlreadyRated);
        }
        if !may {
            return Err(InviteRefusal::NotAllowed);
        }
        if !is_served {
            return Err(InviteRefusal::NoAgent);
        }
        if self
            .asked
            .as_ref()
            .is_some_and(|(_, request)| now <= request.expires_at)
        {
            return Err(InviteRefusal::AlreadyAsked);
        }
        Ok(RatingRequest::of(&self.config, by, now))
    }

    /// Takes an answer: one, in time, to a level of the newest request. `id` is the level's; a `comment` of blanks is
    /// none.
    ///
    /// # Errors
    /// See [`AnswerRefusal`]; nothing has changed then.
    pub fn answer(&mut self, id: &str, comment: Option<&str>, now: Moment) -> Result<RatingAnswer, AnswerRefusal> {
        if self.answered.is_some() {
            return Err(AnswerRefusal::AlreadyRated);
        }
        let (_, request) = self.asked.as_ref().ok_or(AnswerRefusal::NotAsked)?;
        if now > request.expires_at {
            return Err(AnswerRefusal::Expired);
        }
        let level = request.level(id).ok_or(AnswerRefusal::UnknownLevel)?;
        let comment = comment.filter(|text| !text.trim().is_empty());
        if let Some(text) = comment {
            check_comment(text, request.wants_comment).map_err(AnswerRefusal::Comment)?;
        }
        let answer = RatingAnswer {
            level: level.clone(),
            comment: comment.map(str::to_owned),
        };
        self.answered = Some((now, answer.clone()));
        Ok(answer)
    }
}

fn check_comment(text: &str, is_wanted: bool) -> Result<(), Fault> {
    if !is_wanted {
        return Err(Fault::Malformed);
    }
    if text.len() > COMMENT_MAX_CHARS * 4 || text.chars().count() > COMMENT_MAX_CHARS {
        return Err(Fault::TooLong);
    }
    if text.contains('\0') {
        return Err(Fault::HiddenCharacters);
    }
    Ok(())
}

impl RatingRequest {
    /// What `config` asks at `now`.
    fn of(config: &RatingConfig, started_by: Start, now: Moment) -> Self {
        let levels = config.levels.iter().zip(1..).map(|(level, place)| RatingLevel {
            id: (LEVEL_ID_BASE + place).to_string(),
            content: level.content.clone(),
            value: level.value,
        });
        Self {
            head: config.invitation.clone(),
            tail: config.thanks.clone(),
            style: config.style,
            levels: levels.collect(),
            valid_hours: config.valid_hours,
            expires_at: now.plus_seconds(config.valid_hours * HOUR_SECONDS),
            wants_comment: config.wants_comment,
            started_by,
        }
    }

    /// The level with this id.
    #[must_use]
    pub fn level(&self, id: &str) -> Option<&RatingLevel> {
        self.levels.iter().find(|level| level.id == id)
    }
}

impl From<&RatingAnswer> for Choice {
    fn from(answer: &RatingAnswer) -> Self {
        Self {
            id: Some(answer.level.id.clone()),
            content: answer.level.content.clone(),
            desc: String::new(),
        }
    }
}
