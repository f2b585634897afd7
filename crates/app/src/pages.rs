//! Lists, page by page, newest first.

use std::str::FromStr;

use domain::field::Fault;
use store::pages::Wanted;

use crate::error::AppError;

/// Rows a page unless asked otherwise.
const LIMIT_DEFAULT: i64 = 20;
/// Most rows a page.
const LIMIT_MAX: i64 = 100;
/// Longest text that is looked for, in characters.
const QUERY_MAX_CHARS: usize = 100;

/// How somebody asks for a page.
#[derive(Debug, Clone, Default)]
pub struct PageQuery {
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Rows, 1 to 100; 20 unless set.
    pub limit: Option<i64>,
    /// Text to look for.
    pub query: Option<String>,
}

/// One page.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Its rows.
    pub items: Vec<T>,
    /// Cursor of the next page, when there is one.
    pub next: Option<String>,
}

impl PageQuery {
    /// What to ask the store for: one row more than wanted tells whether there is another page.
    ///
    /// # Errors
    /// Wrong fields.
    pub fn checked<I: FromStr>(&self) -> Result<Wanted<I>, AppError> {
        let limit = self.limit.unwrap_or(LIMIT_DEFAULT);
        if !(1..=LIMIT_MAX).contains(&limit) {
            return Err(Fault::OutOfRange.of("limit").into());
        }
        let before = self.cursor.as_deref().map(str::parse::<I>).transpose();
        let before = before.map_err(|_| AppError::from(Fault::Malformed.of("cursor")))?;
        let text = self.query.as_deref().map(str::trim).filter(|text| !text.is_empty());
        if text.is_some_and(|text| text.chars().count() > QUERY_MAX_CHARS) {
            return Err(Fault::TooLong.of("query").into());
        }
        if text.is_some_and(|text| text.contains('\0')) {
            return Err(Fault::HiddenCharacters.of("query").into());
        }
        Ok(Wanted {
            before,
            text: text.map(str::to_owned),
            limit: limit + 1,
        })
    }
}

impl<T> Page<T> {
    /// The page of what [`PageQuery::checked`] found; `id` is what the cursor is made of.
    pub(crate) fn cut<I: ToString>(mut rows: Vec<T>, limit: i64, id: impl Fn(&T) -> I) -> Self {
        let kept = usize::try_from(limit - 1).unwrap_or_default();
        let has_more = rows.len() > kept;
        rows.truncate(kept);
        let next = rows.last().filter(|_| has_more).map(|row| id(row).to_string());
        Self { items: rows, next }
    }

    /// The same page of other rows.
    pub(crate) fn try_map<U>(self, change: impl FnMut(T) -> Result<U, AppError>) -> Result<Page<U>, AppError> {
        Ok(Page {
            items: self.items.into_iter().map(change).collect::<Result<_, _>>()?,
            next: self.next,
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::AgentId;

    use super::*;

    /// T1109: a page has bounds, and a cursor of another list is refused.
    #[test]
    fn pages_have_bounds() {
        let ask = |limit, cursor: Option<&str>, query: Option<&str>| {
            PageQuery {
                cursor: cursor.map(str::to_owned),
                limit,
                query: query.map(str::to_owned),
            }
            .checked::<AgentId>()
        };
        assert_eq!(ask(None, None, None).expect("all optional").limit, 21);
        assert_eq!(ask(Some(100), None, Some("  ")).expect("in bounds").text, None);
        for limit in [0, -1, 101] {
            assert!(ask(Some(limit), None, None).is_err(), "{limit} rows were given");
        }
        assert!(ask(None, Some("grp_00000000000000000000000000000001"), None).is_err());
        assert!(ask(None, None, Some(&"x".repeat(101))).is_err());
        assert!(ask(None, None, Some("a\0")).is_err());
    }

    /// A page knows whether another one follows.
    #[test]
    fn a_page_knows_what_follows() {
        let page = Page::cut(vec![9, 8, 7], 3, |row| *row);
        assert_eq!((page.items, page.next.as_deref()), (vec![9, 8], Some("8")));
        let last = Page::cut(vec![9, 8], 3, |row| *row);
        assert_eq!((last.items, last.next), (vec![9, 8], None));
    }
}
