//! Identifiers, and the parts of HTTP headers.

pub(super) fn is_uuid(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_right = |(index, byte): (usize, &u8)| match index {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    bytes.len() == 36 && bytes.iter().enumerate().all(is_right)
}

pub(super) fn is_trimmed_uuid(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Crockford's base 32; the first of 26 characters holds three bits.
pub(super) fn is_ulid(text: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_alphanumeric() && !b"ILOUilou".contains(&b);
    text.len() == 26
        && text.bytes().all(is_digit)
        && text.bytes().next().is_some_and(|b| (b'0'..=b'7').contains(&b))
}

pub(super) fn is_protobuf_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.bytes().next().is_some_and(|b| !b.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// A token, behind a colon for the pseudo-headers of HTTP/2. The characters
/// from `+` to `.` all count, as the rule's expression writes them.
pub(super) fn is_header_name(text: &str) -> bool {
    let name = text.strip_prefix(':').unwrap_or(text);
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+,-.^_|~`".contains(&b);
    !name.is_empty() && name.bytes().all(is_token)
}

/// No control characters but the tab.
pub(super) fn is_header_value(text: &str) -> bool {
    text.bytes().all(|b| b == b'\t' || (b >= b' ' && b != 0x7f))
}
