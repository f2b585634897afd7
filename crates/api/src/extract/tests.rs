//! Whatever text comes as a body or a frame is read or refused; nothing panics, and a refusal names no more than a field.

use proptest::prelude::*;
use serde::de::DeserializeOwned;

use super::parse;
use crate::wire::agent::{AgentChange, NewAgent};
use crate::wire::channel::NewChannel;
use crate::wire::entry::PostMessage;
use crate::wire::flow::{FlowChange, NewFlow};
use crate::wire::problem::ProblemCode;
use crate::wire::session::AgentClientFrame;
use crate::wire::visitor::{TokenRequest, VisitorClientFrame};

/// Good texts of all kinds, to be bent.
const GOOD: [&str; 12] = [
    r#"{"type":"hello","channel":"shop","token":"abc","language":"en","last":{"session_id":"ses_0","seq":1}}"#,
    r#"{"type":"hello","cursor":5,"sessions":{"ses_00000000000000000000000000000001":3}}"#,
    r#"{"type":"post","client_id":"k","content":{"type":"text","text":"hello \ud83d\ude00"}}"#,
    r#"{"type":"post","client_id":"k","session_id":"ses_1","content":{"type":"image","attachment_id":"att_1"}}"#,
    r#"{"type":"catch_up","session_id":"ses_1","after_seq":9}"#,
    r#"{"type":"read","seq":1}"#,
    r#"{"type":"typing"}"#,
    r#"{"client_id":"k","content":{"type":"text","text":"hello"}}"#,
    r#"{"name":"Ann","nickname":"Ann","staff_no":"1","email":"a@b.example","role":"agent","skill_group_ids":[]}"#,
    r#"{"title":"Shop","flow_id":"flw_00000000000000000000000000000001","key":"shop"}"#,
    r#"{"settings":{"skill_group_id":"grp_00000000000000000000000000000001","greeting":"","silence_seconds":300}}"#,
    r#"{"nickname":"Vera","identity":{"user_id":"u","expires_at":1,"signature":"00"}}"#,
];

/// A good text with a piece of it replaced by something else.
fn bent() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "\\PC{0,12}",
        Just("null".to_owned()),
        Just("1e999".to_owned()),
        Just("-0".to_owned()),
        Just("99999999999999999999".to_owned()),
        Just("{\"$ne\":1}".to_owned()),
        Just("\"__proto__\":".to_owned()),
        Just("[[[[[[[[".to_owned()),
        Just("\\u0000".to_owned()),
        Just("\\ud800".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("\"".to_owned()),
    ];
    (prop::sample::select(&GOOD[..]), 0..120_usize, 0..20_usize, pieces).prop_map(|(good, at, length, piece)| {
        let letters: Vec<char> = good.chars().collect();
        let at = at.min(letters.len());
        let until = (at + length).min(letters.len());
        let (before, after) = (letters[..at].iter(), letters[until..].iter());
        before.copied().chain(piece.chars()).chain(after.copied()).collect()
    })
}

fn is_read_or_refused<T: DeserializeOwned>(text: &[u8]) -> Result<(), TestCaseError> {
    if let Err(refused) = parse::<T>(text) {
        prop_assert_eq!(refused.code, ProblemCode::InvalidRequest);
        for (field, _) in &refused.fields {
            prop_assert!(field.chars().count() <= 64, "{}", field);
        }
    }
    Ok(())
}

fn by_everybody(text: &[u8]) -> Result<(), TestCaseError> {
    is_read_or_refused::<VisitorClientFrame>(text)?;
    is_read_or_refused::<AgentClientFrame>(text)?;
    is_read_or_refused::<PostMessage>(text)?;
    is_read_or_refused::<TokenRequest>(text)?;
    is_read_or_refused::<NewAgent>(text)?;
    is_read_or_refused::<AgentChange>(text)?;
    is_read_or_refused::<NewChannel>(text)?;
    is_read_or_refused::<NewFlow>(text)?;
    is_read_or_refused::<FlowChange>(text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// T802, T803, T1213, T518: a text that is nearly right.
    #[test]
    fn bent_texts_are_read_or_refused(text in bent()) {
        by_everybody(text.as_bytes())?;
    }

    /// T802, T803, T1213: bytes of any kind.
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        by_everybody(&bytes)?;
    }
}
