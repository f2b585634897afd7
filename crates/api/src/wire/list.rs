//! Lists and small answers.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T: ToSchema> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Cursor of the next page, when there is one; opaque.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<String>,
}

/// How to ask for a page.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows a page, 1 to 100; 20 unless set.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<i64>,
    /// Text to look for.
    #[param(max_length = 100)]
    pub query: Option<String>,
}

/// Done, and nothing to tell.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Done {
    /// Always true.
    pub done: bool,
}

impl Done {
    /// The only value.
    pub const YES: Self = Self { done: true };
}

impl<T: ToSchema> Page<T> {
    /// The page of a use case, translated row by row.
    #[must_use]
    pub fn of<U: Into<T>>(page: app::pages::Page<U>) -> Self {
        Self {
            items: page.items.into_iter().map(Into::into).collect(),
            next: page.next,
        }
    }
}

impl From<PageQuery> for app::pages::PageQuery {
    fn from(query: PageQuery) -> Self {
        Self {
            cursor: query.cursor,
            limit: query.limit,
            query: query.query,
        }
    }
}
