//! How conditions compare (FLOW-10, T904).
//!
//! Two numbers are compared as numbers: an optional sign, digits, and optionally a point and digits, nothing else, so
//! `007` equals `7` and `10` is greater than `9`; they are compared digit by digit, however long, and never rounded.
//! Everything else, such as `1e3`, `NaN`, `１` or ` 7`, is text: equal when all characters are, greater when it comes
//! later by code points. A parameter without a value is the empty text, which is neither greater nor less than anything
//! nor the same in order: all four comparisons of order fail on it, so that what is unknown takes the default way.

use std::cmp::Ordering;

use super::node::Operator;

/// Whether a comparison holds.
#[must_use]
pub fn holds(left: &str, operator: Operator, right: &str) -> bool {
    let ordering = match (Decimal::parse(left), Decimal::parse(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.cmp(right),
    };
    let is_ordered = !left.is_empty() && !right.is_empty();
    match operator {
        Operator::Equal => ordering.is_eq(),
        Operator::NotEqual => ordering.is_ne(),
        Operator::Greater => is_ordered && ordering.is_gt(),
        Operator::Less => is_ordered && ordering.is_lt(),
        Operator::GreaterOrEqual => is_ordered && ordering.is_ge(),
        Operator::LessOrEqual => is_ordered && ordering.is_le(),
    }
}

/// A decimal number as its digits.
#[derive(PartialEq, Eq)]
struct Decimal<'a> {
    is_negative: bool,
    /// Without leading zeros.
    whole: &'a str,
    /// Without trailing zeros.
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        if !is_digits(whole) {
            return None;
        }
        let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
        Some(Self {
            // There is one zero.
            is_negative: is_negative && !(whole.is_empty() && fraction.is_empty()),
            whole,
            fraction,
        })
    }

    fn cmp(&self, other: &Self) -> Ordering {
        let size = |it: &Self, other: &Self| {
            let by_length = it.whole.len().cmp(&other.whole.len());
            by_length.then_with(|| (it.whole, it.fraction).cmp(&(other.whole, other.fraction)))
        };
        match (self.is_negative, other.is_negative) {
            (false, false) => size(self, other),
            (true, true) => size(other, self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// FLOW-10, T904: the table of the rules above, each row as `left operator right`.
    #[test]
    fn comparisons_follow_the_written_rules() {
        for (left, sign, right) in [
            ("10", '>', "9"),
            ("9", '<', "10"),
            ("007", '=', "7"),
            ("+7", '=', "7.0"),
            ("-0", '=', "0"),
            ("-0.5", '<', "0.25"),
            ("-10", '<', "-9"),
            ("-2", '<', "1"),
            ("1", '>', "-2"),
            ("1.10", '=', "1.1"),
            ("1.09", '<', "1.1"),
            ("2.5", '>', "2"),
            // An identity number is not rounded.
            ("110101199003070011", '<', "110101199003070012"),
            (
                "99999999999999999999999999999999",
                '>',
                "99999999999999999999999999999998",
            ),
            ("0.1000000000000000000000000001", '>', "0.1"),
            // Not numbers: text, by code points.
            ("1e3", '>', "1000"),
            ("NaN", '=', "NaN"),
            ("inf", '>', "999"),
            ("１0", '>', "9"),
            (" 7", '<', "7"),
            ("7.", '>', "7"),
            (".5", '<', "0.5"),
            ("1,000", '<', "2"),
            ("a", '>', "B"),
            ("gold", '=', "gold"),
            ("Gold", '<', "gold"),
            ("北京", '<', "广州"),
            ("10a", '<', "9"),
        ] {
            let expected = |operator| match operator {
                Operator::Equal => sign == '=',
                Operator::NotEqual => sign != '=',
                Operator::Greater => sign == '>',
                Operator::Less => sign == '<',
                Operator::GreaterOrEqual => sign != '<',
                Operator::LessOrEqual => sign != '>',
            };
            for operator in ALL {
                assert_eq!(
                    holds(left, operator, right),
                    expected(operator),
                    "{left:?} {operator:?} {right:?}"
                );
            }
        }
    }

    const ALL: [Operator; 6] = [
        Operator::Equal,
        Operator::NotEqual,
        Operator::Greater,
        Operator::Less,
        Operator::GreaterOrEqual,
        Operator::LessOrEqual,
    ];

    /// T904: what is unknown is in no order with anything, so the default way is taken.
    #[test]
    fn nothing_is_in_no_order() {
        for (left, right) in [("", ""), ("", "5"), ("5", ""), ("", "a")] {
            for operator in [
                Operator::Greater,
                Operator::Less,
                Operator::GreaterOrEqual,
                Operator::LessOrEqual,
            ] {
                assert!(!holds(left, operator, right), "{left:?} {operator:?} {right:?}");
            }
        }
        assert!(holds("", Operator::Equal, "") && !holds("", Operator::NotEqual, ""));
        assert!(!holds("", Operator::Equal, "0") && holds("", Operator::NotEqual, "0"));
    }

    proptest! {
        /// T904: numbers are compared as an independent count of them says.
        #[test]
        fn numbers_are_in_their_order(left in -1_000_000_i64..1_000_000, right in -1_000_000_i64..1_000_000, zeros in 0..4_usize) {
            let text = |thousandths: i64| {
                let sign = if thousandths < 0 { "-" } else { "" };
                let size = thousandths.abs();
                format!("{sign}{}{}.{:03}{}", "0".repeat(zeros), size / 1000, size % 1000, "0".repeat(zeros))
            };
            prop_assert_eq!(holds(&text(left), Operator::Greater, &text(right)), left > right);
            prop_assert_eq!(holds(&text(left), Operator::LessOrEqual, &text(right)), left <= right);
            prop_assert_eq!(holds(&text(left), Operator::Equal, &text(right)), left == right);
        }

        /// T904: any two texts have an answer, and opposite questions have opposite answers.
        #[test]
        fn opposite_questions_have_opposite_answers(left in "[0-9.+-]{0,6}|\\PC{0,6}", right in "[0-9.+-]{0,6}|\\PC{0,6}") {
            prop_assert_ne!(holds(&left, Operator::Equal, &right), holds(&left, Operator::NotEqual, &right));
            let is_ordered = !left.is_empty() && !right.is_empty();
            let (greater, at_most) = (holds(&left, Operator::Greater, &right), holds(&left, Operator::LessOrEqual, &right));
            prop_assert_eq!(greater != at_most, is_ordered);
            prop_assert_eq!(greater, holds(&right, Operator::Less, &left));
        }
    }
}
