//! What is said of text that is no message: short, whatever the text holds, and
//! of use to whoever sent it.

use std::borrow::Cow;

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
    let fault = WireError::new(session.path(), shortened(&error.to_string()));
    let text = text.as_bytes();
    match session.end_in(text) {
        Some(end) => fault.placed(|_, _| place(&text[..end])),
        None => fault,
    }
}

/// The line and column of the end of a text.
fn place(text: &[u8]) -> (usize, usize) {
    let mut lines = text.rsplit(|byte| *byte == b'\n');
    let column = lines.next().map_or(0, <[u8]>::len);
    (lines.count() + 1, column)
}

/// The error of text that is none from here on. `before` is what is wrong with what
/// comes before, if anything is beside its end.
#[cold]
pub(super) fn not_utf8(valid: &str, before: &Result<(), WireError>) -> WireError {
    let (path, reason) = match before {
        _ if valid.trim_ascii().is_empty() => ("", "expected value"),
        Ok(()) => ("", "trailing characters"),
        Err(fault) if fault.message().starts_with("EOF while parsing a string") => {
            (fault.path(), "invalid unicode code point")
        }
        Err(fault) if fault.message().starts_with("EOF while") => (fault.path(), "expected value"),
        Err(fault) => return fault.clone(),
    };
    // Bytes are counted, as in every other fault.
    let (line, column) = place(valid.as_bytes());
    WireError::new(path, format!("{reason} at line {line} column {}", column + 1))
}

/// The message of a fault inside a document that is part of another one, whose
/// position in it is of no use.
pub(crate) fn without_position(message: &str) -> &str {
    position(message).map_or(message, |(text, ..)| text)
}

/// The same message, its line and column as `place` says of those in it.
#[cold]
pub(in crate::codec) fn placed(
    message: String,
    place: impl FnOnce(usize, usize) -> (usize, usize),
) -> String {
    let Some((text, line, column)) = position(&message) else { return message };
    let (line, column) = place(line, column);
    format!("{text} at line {line} column {column}")
}

/// A message without the line and column that it ends with, and these.
fn position(message: &str) -> Option<(&str, usize, usize)> {
    let (text, place) = message.rsplit_once(" at line ")?;
    let (line, column) = place.split_once(" column ")?;
    Some((text, line.parse().ok()?, column.parse().ok()?))
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

    #[test]
    fn a_position_is_counted_anew_and_nothing_else() {
        let placed = |message: &str| placed(message.to_owned(), |line, column| (line + 1, column));
        assert_eq!(placed("no integer at line 1 column 20"), "no integer at line 2 column 20");
        assert_eq!(placed("no integer"), "no integer");
    }
}
