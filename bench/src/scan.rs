//! Reads the few bytes of a frame that matter: parsing whole frames would make the load the bottleneck.

use memchr::memmem;

/// Which message a text is: its pair, its side and its number there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which pair.
    pub pair: usize,
    /// Which of the two sent it.
    pub side: usize,
    /// How many that side had sent before.
    pub number: u64,
}

/// Begins the text of each message of a run.
const TEXT: &str = r#""text":"@@"#;
const CLIENT_ID: &str = r#""client_id":""#;

impl Mark {
    /// As it stands in a `client_id`, and behind `@@` in a text.
    #[must_use]
    pub fn to_key(self) -> String {
        format!("{}.{}.{}", self.pair, self.side, self.number)
    }

    fn parse(key: &str) -> Option<Self> {
        let mut parts = key.splitn(3, '.');
        Some(Self {
            pair: parts.next()?.parse().ok()?,
            side: parts.next()?.parse().ok()?,
            number: parts.next()?.parse().ok()?,
        })
    }
}

/// The first `client_id` of a frame.
#[must_use]
pub fn client_id(frame: &str) -> Option<&str> {
    let begin = memmem::find(frame.as_bytes(), CLIENT_ID.as_bytes())? + CLIENT_ID.len();
    let rest = frame.get(begin..)?;
    rest.split_once('"').map(|(key, _)| key)
}

/// The message that an `ack` is about.
#[must_use]
pub fn acked(frame: &str) -> Option<Mark> {
    client_id(frame).and_then(Mark::parse)
}

/// The messages whose texts stand in a frame, in order.
pub fn texts(frame: &str) -> impl Iterator<Item = Mark> + '_ {
    memmem::find_iter(frame.as_bytes(), TEXT.as_bytes()).filter_map(move |begin| {
        let rest = frame.get(begin + TEXT.len()..)?;
        let (key, _) = rest.split_once("@@")?;
        Mark::parse(key)
    })
}

/// The text of a message, filled up to `bytes`.
#[must_use]
pub fn text_of(mark: Mark, bytes: usize) -> String {
    let mut text = format!("@@{}@@", mark.to_key());
    while text.len() < bytes {
        text.push('x');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks survive a frame with several texts; other people's texts are passed over.
    #[test]
    fn marks_are_found() {
        let mark = |number| Mark {
            pair: 12,
            side: 1,
            number,
        };
        let frame = format!(
            r#"{{"entries":[{{"text":"{}"}},{{"text":"hello"}},{{"text":"{}"}}]}}"#,
            text_of(mark(0), 40),
            text_of(mark(1), 180)
        );
        assert_eq!(texts(&frame).collect::<Vec<_>>(), [mark(0), mark(1)]);
        let ack = format!(r#"{{"type":"ack","client_id":"{}","seq":4}}"#, mark(7).to_key());
        assert_eq!(acked(&ack), Some(mark(7)));
        assert_eq!(acked(r#"{"type":"beat"}"#), None);
    }
}
