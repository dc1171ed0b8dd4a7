//! An entry of a stream as a message, whatever somebody has put into it.

use bytes::Bytes;

use crate::Metadata;
use crate::broker::headers;

/// The fields that are ours: headers, body, when it expires, until when it is delayed.
const OURS: [&[u8]; 4] = [b"h", b"b", b"x", b"d"];

/// What the scripts return of an entry.
pub(super) struct Entry {
    pub(super) headers: Vec<u8>,
    pub(super) body: Vec<u8>,
    /// Every field by name, where they are not all ours and as they should be: a length, a
    /// colon and so many bytes for each name and value.
    pub(super) raw: Vec<u8>,
}

impl Entry {
    /// The message; what is not ours in the entry goes along in a header.
    pub(super) fn read(self) -> (Metadata, Bytes) {
        let mut metadata = headers::read("h", &self.headers.into());
        let fields = pairs(&self.raw);
        let foreign = fields.iter().any(|(name, _)| !OURS.contains(name));
        let has_body = fields.iter().any(|(name, _)| *name == b"b");
        if foreign && !has_body {
            headers::mark(&mut metadata, "the entry has no field `b` for a body");
        }
        if fields.iter().any(|(name, _)| ![&b"h"[..], b"b"].contains(name)) {
            // The body is beside it.
            headers::keep(&mut metadata, fields.into_iter().filter(|(name, _)| *name != b"b"));
        }
        (metadata, self.body.into())
    }
}

/// Names and values, as far as they are whole.
fn pairs(raw: &[u8]) -> Vec<(&[u8], &[u8])> {
    let (mut rest, mut parts) = (raw, Vec::new());
    while let Some((part, after)) = part(rest) {
        parts.push(part);
        rest = after;
    }
    parts.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

fn part(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let length: usize = std::str::from_utf8(&text[..colon]).ok()?.parse().ok()?;
    text[colon + 1..].split_at_checked(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::{DAMAGE, RAW};

    fn read(headers: &[u8], body: &[u8], raw: &[u8]) -> (Metadata, Bytes) {
        Entry { headers: headers.to_vec(), body: body.to_vec(), raw: raw.to_vec() }.read()
    }

    #[test]
    fn entries_of_others_are_read_as_far_as_they_can_be() {
        let (plain, body) = read(br#"[["a","1"]]"#, b"{}", b"");
        assert_eq!((plain.get("a"), plain.get(DAMAGE), &body[..]), (Some("1"), None, &b"{}"[..]));
        let (beside, _) = read(b"[]", b"{}", b"1:b2:{}1:x3:abc");
        assert_eq!((beside.get(RAW), beside.get(DAMAGE)), (Some(r#"[["x","abc"]]"#), None));
        let (empty, _) = read(br#"[["a","1"]]"#, b"", b"1:h11:[[\"a\",\"1\"]]");
        assert_eq!((empty.get(RAW), empty.get(DAMAGE)), (None, None));
        let (other, _) = read(b"[]", b"", b"4:data2:a:");
        assert_eq!(other.get(RAW), Some(r#"[["data","a:"]]"#));
        assert!(other.get(DAMAGE).is_some_and(|text| text.contains("field")));
    }
}
