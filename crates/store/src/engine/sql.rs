//! Statements: one text with a name, for both engines.

use std::sync::OnceLock;

/// One statement, made by `sql!`. Placeholders are `$1` to `$n`.
#[derive(Debug)]
pub struct Sql {
    /// The name in the code, for errors and reports.
    pub name: &'static str,
    /// The file it stands in.
    pub file: &'static str,
    /// The text, as PostgreSQL reads it.
    pub text: &'static str,
    rewritten: OnceLock<Rewritten>,
}

#[derive(Debug)]
struct Rewritten {
    sqlite: String,
    parameters: usize,
    meets_later: bool,
    is_select: bool,
}

/// Tables whose changes may be put off ([`crate::Tx::put_off`]).
const LATER_TABLES: [&str; 3] = ["sessions", "entries", "timers"];

impl Sql {
    /// A statement by itself. The store's own are declared with `sql!`, which also lists them.
    #[must_use]
    pub const fn new(name: &'static str, file: &'static str, text: &'static str) -> Self {
        Self {
            name,
            file,
            text,
            rewritten: OnceLock::new(),
        }
    }

    /// The text for SQLite, where `$n` would count by first appearance and `?n` counts by number.
    pub(crate) fn sqlite(&self) -> &str {
        &self.rewritten().sqlite
    }

    /// The highest placeholder: as many values are needed.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.rewritten().parameters
    }

    /// Whether it may read or write rows whose changes were put off.
    pub(crate) fn meets_later(&self) -> bool {
        self.rewritten().meets_later
    }

    /// Whether it only reads.
    pub(crate) fn is_select(&self) -> bool {
        self.rewritten().is_select
    }

    fn rewritten(&self) -> &Rewritten {
        self.rewritten.get_or_init(|| rewrite(self.text))
    }
}

/// Declares the statements of a module: `sql! { FIND = "SELECT … WHERE id = $1"; SAVE = "UPDATE …"; }`,
/// used as `tx.execute(&SAVE, params![…])`, and `STATEMENTS`, the list of them. [`crate::statements`]
/// collects the lists, so that a test can prepare every text on both engines; the compiler calls a list
/// that is missing there unused.
macro_rules! sql {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $text:expr;)*) => {
        $(
            $(#[$meta])*
            $vis static $name: $crate::Sql = $crate::Sql::new(stringify!($name), file!(), $text);
        )*
        pub(crate) static STATEMENTS: &[&$crate::Sql] = &[$(&$name),*];
    };
}
pub(crate) use sql;

/// Replaces `$n` outside quotes by `?n`.
fn rewrite(text: &str) -> Rewritten {
    let mut sqlite = String::with_capacity(text.len());
    let mut parameters = 0;
    let mut quote = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match quote {
            Some(open) if character == open => quote = None,
            None if matches!(character, '\'' | '"') => quote = Some(character),
            _ => {}
        }
        let is_placeholder = quote.is_none() && character == '$' && characters.peek().is_some_and(char::is_ascii_digit);
        if !is_placeholder {
            sqlite.push(character);
            continue;
        }
        let mut number = 0;
        while let Some(digit) = characters.peek().and_then(|next| next.to_digit(10)) {
            number = number * 10 + digit as usize;
            characters.next();
        }
        parameters = parameters.max(number);
        sqlite.push_str(&format!("?{number}"));
    }
    let meets_later = LATER_TABLES.iter().any(|table| text.contains(table));
    Rewritten {
        sqlite,
        parameters,
        meets_later,
        is_select: text.trim_start().starts_with("SELECT"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A placeholder keeps its number on SQLite, and text in quotes stays as it is.
    #[test]
    fn placeholders_keep_their_numbers() {
        let rewritten = rewrite(r#"SELECT '$1', "$2", 'it''s $3' WHERE a = $2 AND b = $10 OR c = $2"#);
        assert_eq!(
            rewritten.sqlite,
            r#"SELECT '$1', "$2", 'it''s $3' WHERE a = ?2 AND b = ?10 OR c = ?2"#
        );
        assert_eq!(rewritten.parameters, 10);
    }
}
