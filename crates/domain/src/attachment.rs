//! Files that people send: names, types and sizes. Their bytes live behind `app::files`.

use serde::{Deserialize, Serialize};

use crate::field::is_hidden;
use crate::ids::AttachmentId;

/// Longest file name, in bytes of UTF-8.
pub const NAME_MAX_BYTES: usize = 255;
/// Most pixels of a picture that is decoded for a thumbnail (T605).
pub const IMAGE_MAX_PIXELS: u64 = 40_000_000;

/// A stored file as messages mention it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Attachment {
    /// The file; reading it needs a right to its session.
    pub id: AttachmentId,
    /// The name that its sender gave it, cleaned; for showing only, never a path (T601).
    pub name: String,
    /// Type decided from the bytes (T602).
    pub media_type: String,
    /// Size in bytes.
    pub size: i64,
    /// Pixels across, for pictures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub width: Option<i64>,
    /// Pixels down, for pictures.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub height: Option<i64>,
}

/// Types that a browser may show inside the page; everything else is offered for download (T603).
#[must_use]
pub fn is_inline_image(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// Makes a sender's file name safe to show and to send in a header: the last path part only, without
/// control, format and bidirectional characters, at most [`NAME_MAX_BYTES`]; `file` when nothing is
/// left (T108, T601, T604).
#[must_use]
pub fn clean_name(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut name = String::new();
    for character in last.chars().filter(|character| !is_hidden(*character)) {
        if name.len() + character.len_utf8() > NAME_MAX_BYTES {
            break;
        }
        name.push(character);
    }
    let trimmed = name.trim_matches(|edge: char| edge.is_whitespace() || edge == '.');
    if trimmed.is_empty() {
        "file".to_owned()
    } else {
        trimmed.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// T601, T604, T108: a name can neither be a path nor hide what it is.
    #[test]
    fn names_are_made_harmless() {
        for (raw, clean) in [
            ("../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\x\\报告.pdf", "报告.pdf"),
            ("a\r\nSet-Cookie: x.png", "aSet-Cookie: x.png"),
            ("gpj\u{202e}exe.png", "gpjexe.png"),
            ("\u{200b}.htaccess", "htaccess"),
            ("...", "file"),
            ("", "file"),
            ("name. ", "name"),
        ] {
            assert_eq!(clean_name(raw), clean, "{raw:?}");
        }
        assert!(clean_name(&"汉".repeat(4096)).len() <= NAME_MAX_BYTES);
    }
}
