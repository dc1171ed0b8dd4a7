//! Names on the server. Kafka's topics have letters, digits, dots, dashes and
//! underscores.

use std::fmt::Write as _;

/// A name without other characters: what is no letter, digit, underscore (or
/// dot, where `dots` stay) is written as `-` and two hexadecimal digits a byte,
/// and nothing at all as `-`.
fn token(text: &str, dots: bool) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    let mut token = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => token.push(byte.into()),
            b'.' if dots => token.push('.'),
            // Writing to a string does not fail.
            _ => drop(write!(token, "-{byte:02x}")),
        }
    }
    token
}

/// The topic of a subject.
pub(super) fn topic(prefix: &str, subject: &str) -> String {
    format!("{prefix}.on.{}", token(subject, true))
}

/// The topic that callers share, each with a subject of its own.
pub(super) fn replies(prefix: &str) -> String {
    format!("{prefix}.replies")
}

/// The consumer group of a group, which no other subject has: a word without
/// dots follows the topic.
pub(super) fn group(prefix: &str, subject: &str, group: &str) -> String {
    format!("{}.{}", topic(prefix, subject), token(group, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kafkas_and_differ_where_subjects_do() {
        assert_eq!(topic("p", "acme.my_agent.v1/Run"), "p.on.acme.my_agent.v1-2fRun");
        assert_ne!(topic("p", "a-2f"), topic("p", "a/"));
        assert_ne!(group("p", "a.b", "c"), group("p", "a", "b.c"));
        assert_eq!(group("p", "a", ""), "p.on.a.-");
        assert_ne!(topic("p", "replies"), replies("p"));
    }
}
