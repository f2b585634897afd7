//! Texts with parameters: `${WaitNo} people are ahead of you`.

use std::borrow::Cow;

/// Puts values in place of `${name}` and cuts the outcome at `max_chars` characters: values may be long (T804). One
/// pass over the template: what was put in is never looked at again, so a visitor's text that reads `${StaffNo}` stays
/// that text (T902). Names that `get` does not know stay as written.
#[must_use]
pub fn fill<'v>(template: &str, max_chars: usize, get: impl Fn(&str) -> Option<Cow<'v, str>>) -> String {
    let mut filled = Filled {
        text: String::with_capacity(template.len()),
        room: max_chars,
    };
    for piece in pieces(template) {
        match piece {
            Piece::Text(text) => filled.push(text),
            Piece::Parameter { name, written } => match get(name) {
                Some(value) => filled.push(&value),
                None => filled.push(written),
            },
        }
        if filled.room == 0 {
            break;
        }
    }
    filled.text
}

/// The names of all parameters of a template, as often as they stand there.
pub fn parameters(template: &str) -> impl Iterator<Item = &str> {
    pieces(template).filter_map(|piece| match piece {
        Piece::Parameter { name, .. } => Some(name),
        Piece::Text(_) => None,
    })
}

/// A text that grows up to a length.
struct Filled {
    text: String,
    /// Characters that still fit.
    room: usize,
}

impl Filled {
    fn push(&mut self, text: &str) {
        // No text has more characters than bytes.
        if text.len() <= self.room {
            self.room -= text.chars().count();
            self.text.push_str(text);
            return;
        }
        let end = text.char_indices().nth(self.room).map_or(text.len(), |(end, _)| end);
        let kept = &text[..end];
        self.room -= kept.chars().count();
        self.text.push_str(kept);
    }
}

/// A part of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Stays as it is.
    Text(&'t str),
    /// `${name}`.
    Parameter {
        /// What stands between the braces; not empty.
        name: &'t str,
        /// The whole of it.
        written: &'t str,
    },
}

/// The parts of a template; together they are the template.
pub(super) fn pieces(template: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let open = rest.find("${").unwrap_or(rest.len());
        if open > 0 {
            let (text, after) = rest.split_at(open);
            rest = after;
            return Some(Piece::Text(text));
        }
        // A name ends at its brace; anything else that cannot be in a name means that this was no parameter.
        let inside = &rest[2..];
        let stop = inside.find(['}', '{', '$', '\n']).unwrap_or(inside.len());
        let name = &inside[..stop];
        if name.is_empty() || !inside[stop..].starts_with('}') {
            let (text, after) = rest.split_at(2 + stop);
            rest = after;
            return Some(Piece::Text(text));
        }
        let (written, after) = rest.split_at(2 + stop + 1);
        rest = after;
        Some(Piece::Parameter { name, written })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: usize = 10_000;

    fn get(name: &str) -> Option<Cow<'static, str>> {
        match name {
            "A" => Some("1".into()),
            "Evil" => Some("${A}".into()),
            "Half" => Some("${".into()),
            "姓名" => Some("王".into()),
            _ => None,
        }
    }

    /// FLOW-03: parameters are filled in, everything else stays as it was written.
    #[test]
    fn known_names_are_filled() {
        for (template, filled) in [
            ("", ""),
            ("plain $ { } text", "plain $ { } text"),
            ("${A}${A}-${A}", "11-1"),
            ("您好 ${姓名}！", "您好 王！"),
            ("${Unknown} ${a} ${ A }", "${Unknown} ${a} ${ A }"),
            ("${", "${"),
            ("${A", "${A"),
            ("${}", "${}"),
            ("$${A}", "$1"),
            ("${${A}}", "${1}"),
            ("${x${A}", "${x1"),
            ("${A\n}", "${A\n}"),
        ] {
            assert_eq!(fill(template, ALL, get), filled, "{template:?}");
        }
    }

    /// T902, T104: a value that looks like a parameter is only text, also together with what follows it.
    #[test]
    fn values_are_never_expanded() {
        assert_eq!(fill("${Evil}", ALL, get), "${A}");
        assert_eq!(fill("${Half}A}", ALL, get), "${A}");
        assert_eq!(fill("{{7*7}} <%= 1 %> #{1}", ALL, get), "{{7*7}} <%= 1 %> #{1}");
    }

    proptest! {
        /// T902: pieces of a template do not change each other, so filling is a single pass.
        #[test]
        fn filling_is_a_single_pass(values in proptest::collection::vec("[${}A-Za-z]{0,12}", 1..6)) {
            let template: String = (0..values.len()).map(|place| format!("<${{v{place}}}>")).collect();
            let expected: String = values.iter().map(|value| format!("<{value}>")).collect();
            let get = |name: &str| {
                let value = values.get(name.strip_prefix('v')?.parse::<usize>().ok()?)?;
                Some(Cow::Borrowed(value.as_str()))
            };
            prop_assert_eq!(fill(&template, ALL, get), expected);
        }

        /// T902: a template without known names comes out as it went in.
        #[test]
        fn unknown_names_change_nothing(template in "[${}A-Za-z\n]{0,60}|.{0,60}") {
            prop_assert_eq!(fill(&template, ALL, |_| None), template);
        }

        /// T804: the outcome never has more characters than it may, and is the beginning of the whole.
        #[test]
        fn filling_is_bounded(template in "[${}A\n汉]{0,30}", max in 0..40_usize) {
            let whole = fill(&template, ALL, get);
            let cut: String = whole.chars().take(max).collect();
            prop_assert_eq!(fill(&template, max, get), cut);
        }

        /// FLOW-13: the pieces of a template are the template, and its parameters are those that are asked for.
        #[test]
        fn pieces_are_the_template(template in "[${}A\n汉]{0,30}") {
            let together: String = pieces(&template).map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Parameter { written, .. } => written,
            }).collect();
            prop_assert_eq!(&together, &template);
            let asked = std::cell::RefCell::new(Vec::new());
            let _ = fill(&template, ALL, |name| {
                asked.borrow_mut().push(name.to_owned());
                None
            });
            let listed: Vec<String> = parameters(&template).map(str::to_owned).collect();
            prop_assert_eq!(asked.into_inner(), listed);
        }
    }
}
