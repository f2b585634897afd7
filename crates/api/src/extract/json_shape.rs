//! A look at a JSON text before it is parsed: how deep, how many keys (T802).

/// Deepest nesting.
const DEPTH_MAX: usize = 32;
/// Most keys of an ordinary body.
pub(super) const KEYS_MAX: usize = 1_000;
/// Most keys of a body with a flow document: 500 nodes and all their connections have fewer.
pub(super) const DOCUMENT_KEYS_MAX: usize = 50_000;

/// Whether a text stays within the limits; says nothing about whether it is JSON at all.
pub(super) fn is_sane(text: &[u8], keys_max: usize) -> bool {
    let (mut depth, mut keys) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b':' => keys += 1,
            _ => {}
        }
        if depth > DEPTH_MAX || keys > keys_max {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{DOCUMENT_KEYS_MAX, KEYS_MAX};

    fn is_sane(text: &[u8]) -> bool {
        super::is_sane(text, KEYS_MAX)
    }

    /// T802: deep and wide texts are refused before parsing; brackets inside strings do not count.
    #[test]
    fn deep_and_wide_texts_are_refused() {
        assert!(is_sane(br#"{"a":[1,{"b":"[[[[[[:::\"{"}]}"#));
        assert!(!is_sane("[".repeat(33).as_bytes()));
        assert!(!is_sane("[".repeat(100_000).as_bytes()));
        let wide: String = (0..1_001).map(|n| format!("\"k{n}\":0,")).collect();
        assert!(!is_sane(format!("{{{wide}}}").as_bytes()));
        assert!(is_sane(format!("\"{}\"", "[".repeat(50)).as_bytes()));
        let document = "\"key\":1,".repeat(DOCUMENT_KEYS_MAX);
        assert!(super::is_sane(document.as_bytes(), DOCUMENT_KEYS_MAX));
        assert!(!super::is_sane(
            format!("{document}\"one\":1").as_bytes(),
            DOCUMENT_KEYS_MAX
        ));
    }
}
