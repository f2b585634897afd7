//! Ratings: how a session may be rated, the request that a visitor sees, and the life of one rating (RATE-01, RATE-02).
//!
//! What a level means is said, never inferred: each has a value, and a greater value is better, whatever its id or
//! place (R1).

mod config;
mod life;

pub use config::{
    COMMENT_MAX_CHARS, LEVELS, Level, LevelStyle, RatingConfig, Starters, TEXT_MAX_CHARS, VALID_HOURS, VALUES,
};
pub use life::{AnswerRefusal, InviteRefusal, Rating, RatingAnswer, RatingLevel, RatingRequest, Start};
