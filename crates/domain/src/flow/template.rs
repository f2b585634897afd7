//! Texts with parameters: `${WaitNo} people are ahead of you`.

/// Puts values in place of `${name}`. One pass over the template: what was put in is never looked at again, so a
/// visitor's text that reads `${StaffNo}` stays that text (T902). Names that `get` does not know stay as written.
#[must_use]
pub fn fill(template: &str, get: impl Fn(&str) -> Option<String>) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(open) = rest.find("${") {
        let (before, after) = (&rest[..open], &rest[open + 2..]);
        filled.push_str(before);
        // A name ends at its brace; anything else that cannot be in a name means that this was no parameter.
        let stop = after.find(['}', '{', '$', '\n']).unwrap_or(after.len());
        let name = &after[..stop];
        let value = if after[stop..].starts_with('}') {
            get(name)
        } else {
            None
        };
        if let Some(value) = value {
            filled.push_str(&value);
            rest = &after[stop + 1..];
        } else {
            filled.push_str("${");
            filled.push_str(name);
            rest = &after[stop..];
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn get(name: &str) -> Option<String> {
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
            assert_eq!(fill(template, get), filled, "{template:?}");
        }
    }

    /// T902, T104: a value that looks like a parameter is only text, also together with what follows it.
    #[test]
    fn values_are_never_expanded() {
        assert_eq!(fill("${Evil}", get), "${A}");
        assert_eq!(fill("${Half}A}", get), "${A}");
        assert_eq!(fill("{{7*7}} <%= 1 %> #{1}", get), "{{7*7}} <%= 1 %> #{1}");
    }

    proptest! {
        /// T902: pieces of a template do not change each other, so filling is a single pass.
        #[test]
        fn filling_is_a_single_pass(values in proptest::collection::vec("[${}A-Za-z]{0,12}", 1..6)) {
            let template: String = (0..values.len()).map(|place| format!("<${{v{place}}}>")).collect();
            let expected: String = values.iter().map(|value| format!("<{value}>")).collect();
            let get = |name: &str| values.get(name.strip_prefix('v')?.parse::<usize>().ok()?).cloned();
            prop_assert_eq!(fill(&template, get), expected);
        }

        /// T902: a template without known names comes out as it went in.
        #[test]
        fn unknown_names_change_nothing(template in "[${}A-Za-z\n]{0,60}|.{0,60}") {
            prop_assert_eq!(fill(&template, |_| None), template);
        }
    }
}
