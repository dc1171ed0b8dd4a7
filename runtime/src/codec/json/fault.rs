//! What is said of text that is no message: short, whatever the text holds, and
//! of use to whoever sent it.

use std::borrow::Cow;
use std::str::Utf8Error;

use super::scope::Session;
use crate::codec::WireError;

/// The most characters of a message, or of a key in a path: both quote their
/// input, which may be megabytes.
const LONGEST: usize = 300;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The error of reading `text`.
#[cold]
pub(super) fn fault(session: &Session, text: &str, error: &serde_json::Error) -> WireError {
    if text.starts_with(BYTE_ORDER_MARK) {
        return WireError::new("", "the text begins with a byte order mark, which is no JSON");
    }
    if text.trim_ascii().is_empty() {
        return WireError::new("", "the text is empty: no JSON value at all");
    }
    WireError::new(session.path(), shortened(&error.to_string()))
}

/// The error of text that is none. The position counts bytes, as that of every
/// other fault does.
#[cold]
pub(super) fn not_utf8(text: &[u8], error: Utf8Error) -> WireError {
    let (before, _) = text.split_at(error.valid_up_to());
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.rsplit(|byte| *byte == b'\n').next().map_or(0, <[u8]>::len) + 1;
    WireError::new("", format!("the text is not UTF-8 at line {line} column {column}"))
}

/// The message of a fault inside a document that is part of another one, whose
/// position in it is of no use.
pub(crate) fn without_position(message: &str) -> &str {
    let position =
        |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == ' ');
    match message.rfind(" at line ") {
        Some(at) if position(&message[at..]) => &message[..at],
        _ => message,
    }
}

/// The text without its middle, if it is long.
pub(super) fn shortened(text: &str) -> Cow<'_, str> {
    let cut = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    if text.len() <= LONGEST {
        return text.into();
    }
    let (head, tail) = (&text[..cut(LONGEST / 2)], &text[cut(text.len() - LONGEST / 2)..]);
    format!("{head} … {tail}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_of_a_long_text_are_kept() {
        assert_eq!(shortened("short"), "short");
        for filler in ["x", "é", "😀"] {
            let text = format!("begin {} end", filler.repeat(10_000));
            let short = shortened(&text);
            assert!(short.starts_with("begin ") && short.ends_with(" end"), "{short}");
            assert!(short.len() <= LONGEST + 8, "{short}");
        }
    }

    #[test]
    fn a_position_is_cut_off_and_nothing_else() {
        assert_eq!(without_position("no integer at line 1 column 20"), "no integer");
        assert_eq!(without_position("no integer"), "no integer");
        let quoted = "unknown field \"x at line 1 column 2\"";
        assert_eq!(without_position(quoted), quoted);
    }
}
