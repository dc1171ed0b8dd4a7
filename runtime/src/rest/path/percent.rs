//! Percent-decoding that refuses what is malformed instead of passing it on.

use std::borrow::Cow;

use crate::codec::WireError;

/// Decodes `text`, except the escapes of bytes that `keep` holds back. Malformed
/// escapes are text where `lenient`.
///
/// # Errors
/// An escape is malformed, or the result is not UTF-8.
pub(crate) fn decode(
    text: &str,
    lenient: bool,
    keep: impl Fn(u8) -> bool,
) -> Result<Cow<'_, str>, WireError> {
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            out.push(*first);
            continue;
        }
        let Some((byte, escape, tail)) = escape(tail) else {
            if lenient {
                out.push(b'%');
                continue;
            }
            return Err(malformed(text, "holds a malformed percent escape"));
        };
        rest = tail;
        if keep(byte) {
            out.push(b'%');
            out.extend(escape);
        } else {
            out.push(byte);
        }
    }
    let text_of = |_| malformed(text, "is not UTF-8");
    String::from_utf8(out).map(Cow::Owned).map_err(text_of)
}

/// The byte of two hex digits, the digits, and what comes after them.
fn escape(digits: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (escape, tail) = digits.split_at_checked(2)?;
    let text = std::str::from_utf8(escape).ok().filter(|text| !text.starts_with('+'))?;
    Some((u8::from_str_radix(text, 16).ok()?, escape, tail))
}

fn malformed(text: &str, fault: &str) -> WireError {
    WireError::new("", format!("{text:?} in the request URL {fault}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_unless_kept() {
        assert_eq!(decode("a%20b%2Fc+d", false, |_| false).unwrap(), "a b/c+d");
        assert_eq!(decode("a%20b%2fc", false, |byte| byte == b'/').unwrap(), "a b%2fc");
    }

    #[test]
    fn malformed_escapes_are_refused() {
        for bad in ["%", "%2", "%zz", "%+1", "%ff", "%é"] {
            assert!(decode(bad, false, |_| false).is_err(), "{bad}");
        }
    }

    #[test]
    fn malformed_escapes_are_text_where_they_may_be() {
        for text in ["%", "%2", "%zz", "%+1"] {
            assert_eq!(decode(text, true, |_| false).unwrap(), text);
        }
        assert_eq!(decode("%zz%20", true, |_| false).unwrap(), "%zz ");
        assert!(decode("%ff", true, |_| false).is_err(), "not UTF-8 all the same");
    }
}
