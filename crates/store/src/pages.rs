//! How a list is asked for: newest first, from a key on.

use crate::codec::like_pattern;

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Wanted<I> {
    /// Only rows with a lower id; all when left out.
    pub before: Option<I>,
    /// Text to look for, in any case.
    pub text: Option<String>,
    /// Rows at most.
    pub limit: i64,
}

impl<I> Wanted<I> {
    /// The text as a `LIKE` pattern.
    pub(crate) fn pattern(&self) -> Option<String> {
        self.text.as_deref().map(like_pattern)
    }
}
