//! Names on the server. NATS separates subjects by dots and has four reserved
//! characters; names of streams and consumers have no dots.

use crate::broker::remote::{REPLIES, is_reply};

/// A name without reserved characters: what is no letter, digit, dash or
/// underscore is written as `=` and two hexadecimal digits a byte, and nothing
/// at all as `=`.
pub(super) fn token(text: &str) -> String {
    if text.is_empty() {
        return "=".to_owned();
    }
    let mut token = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => token.push(byte.into()),
            _ => token.extend(['=', digit(byte >> 4), digit(byte & 15)]),
        }
    }
    token
}

/// A hexadecimal digit.
fn digit(value: u8) -> char {
    char::from_digit(value.into(), 16).unwrap_or_default()
}

/// The stream of a subject, and whether callers share it.
pub(super) fn stream(prefix: &str, subject: &str) -> (String, bool) {
    if is_reply(subject) {
        return (format!("{prefix}-replies"), true);
    }
    (format!("{prefix}-of-{}", token(subject)), false)
}

/// The NATS subject of a stream's messages, all lanes included.
pub(super) fn all_lanes(prefix: &str, subject: &str) -> String {
    format!("{prefix}.on.{}.*", words(subject))
}

/// The NATS subject of one lane; `None` is the unordered one.
pub(super) fn lane(prefix: &str, subject: &str, lane: Option<usize>) -> String {
    format!("{prefix}.on.{}.{}", words(subject), lane_name(lane))
}

/// The NATS subjects of the stream that callers share.
pub(super) fn all_replies(prefix: &str) -> String {
    format!("{prefix}.on.{REPLIES}>")
}

pub(super) fn lane_name(lane: Option<usize>) -> String {
    lane.map_or_else(|| "any".to_owned(), |lane| format!("lane{lane}"))
}

/// A consumer of a group.
pub(super) fn consumer(group: &str, lane: Option<usize>) -> String {
    format!("{}-{}", token(group), lane_name(lane))
}

/// The consumer that keeps messages while their subject has no group. No
/// group's consumer is called so: theirs end with the name of a lane.
pub(super) const BACKLOG: &str = "backlog";

/// The group of a consumer; none for the backlog's.
pub(super) fn group(consumer: &str) -> String {
    let (token, _lane) = consumer.rsplit_once('-').unwrap_or_default();
    let mut bytes = Vec::new();
    let mut parts = token.split('=');
    bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(code, 16));
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whether a filter, which may have wildcards, is met by a subject without any.
pub(super) fn covers(filter: &str, subject: &str) -> bool {
    let mut words = subject.split('.');
    for part in filter.split('.') {
        match (part, words.next()) {
            (">", word) => return word.is_some(),
            ("*", Some(_)) => {}
            (part, Some(word)) if part == word => {}
            _ => return false,
        }
    }
    words.next().is_none()
}

fn words(subject: &str) -> String {
    subject.split('.').map(token).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_keep_their_words_and_streams_have_no_dots() {
        assert_eq!(lane("p", "a.b c", Some(2)), "p.on.a.b=20c.lane2");
        assert_eq!(stream("p", "a.b"), ("p-of-a=2eb".to_owned(), false));
        assert_ne!(stream("p", "a=2eb"), stream("p", "a.b"));
        assert!(stream("p", "agentgen.reply.x").1);
        for name in ["g", "a.b-ü", ""] {
            assert_eq!(group(&consumer(name, Some(1))), name);
        }
        assert_eq!(group(BACKLOG), "");
    }

    #[test]
    fn filters_are_met_as_the_server_reads_them() {
        for filter in ["p.on.a.any", "p.on.a.*", "p.*.*.any", "p.>", ">"] {
            assert!(covers(filter, "p.on.a.any"), "{filter}");
        }
        for filter in ["p.on.a.lane0", "p.on.*", "p.on.a.any.>", "p.on.a.any.*", "q.>"] {
            assert!(!covers(filter, "p.on.a.any"), "{filter}");
        }
    }
}
