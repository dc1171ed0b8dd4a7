//! Names without the characters that a server reserves, as the runtime writes
//! them.

use std::fmt::Write as _;

/// A name of letters, digits and the characters of `plain`; a byte of another
/// character is written as `escape` and two hexadecimal digits, and nothing at
/// all as `escape`.
pub(super) fn token(text: &str, plain: &str, escape: char) -> String {
    if text.is_empty() {
        return escape.to_string();
    }
    let mut token = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.bytes().any(|other| other == byte) {
            token.push(byte.into());
        } else {
            // Writing to a string does not fail.
            let _ = write!(token, "{escape}{byte:02x}");
        }
    }
    token
}
