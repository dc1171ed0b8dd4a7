//! A look into an encoded message without its type: the bytes of one field.

use bytes::Buf as _;
use prost::encoding::{WireType, decode_key, decode_varint};

use super::Field;

/// The last occurrence of the field at the end of a path of fields, without
/// its key: what a decoder would keep of a singular field. `None` where it is
/// absent, or the bytes are no message.
pub(crate) fn value_of<'a>(message: &'a [u8], fields: &[&Field]) -> Option<&'a [u8]> {
    let (first, rest) = fields.split_first()?;
    let mut found = None;
    let mut bytes = message;
    while !bytes.is_empty() {
        let (number, wire_type) = decode_key(&mut bytes).ok()?;
        let start = bytes;
        let body = skip(number, wire_type, &mut bytes)?;
        if number == first.number {
            let whole = start.get(..start.len() - bytes.len())?;
            let inner = if rest.is_empty() { Some(whole) } else { value_of(body, rest) };
            found = inner.or(found);
        }
    }
    found
}

/// Moves past one value and returns its content: that of a submessage without
/// the length or the end of the group.
fn skip<'a>(number: u32, wire_type: WireType, bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let start = *bytes;
    match wire_type {
        WireType::Varint => {
            decode_varint(bytes).ok()?;
        }
        WireType::ThirtyTwoBit => *bytes = bytes.get(4..)?,
        WireType::SixtyFourBit => *bytes = bytes.get(8..)?,
        WireType::LengthDelimited => {
            let length = usize::try_from(decode_varint(bytes).ok()?).ok()?;
            let (content, rest) = bytes.split_at_checked(length)?;
            *bytes = rest;
            return Some(content);
        }
        WireType::StartGroup => loop {
            let before = bytes.remaining();
            let (inner, wire_type) = decode_key(bytes).ok()?;
            if wire_type == WireType::EndGroup {
                return start.get(..start.len() - before).filter(|_| inner == number);
            }
            skip(inner, wire_type, bytes)?;
        },
        WireType::EndGroup => return None,
    }
    start.get(..start.len() - bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::{Cardinality, Kind};

    const fn field(number: u32) -> Field {
        let (name, json) = ("f", "f");
        Field { name, json, number, cardinality: Cardinality::Implicit, kind: Kind::Int32 }
    }

    #[test]
    fn the_last_value_of_a_nested_field_is_found() {
        // 1: 5, 2: { 1: 7, 3: "ab" }, 2: { 1: 9 }
        let bytes = [0x08, 5, 0x12, 6, 0x08, 7, 0x1a, 2, b'a', b'b', 0x12, 2, 0x08, 9];
        assert_eq!(value_of(&bytes, &[&field(1)]), Some(&[5][..]));
        assert_eq!(value_of(&bytes, &[&field(2), &field(1)]), Some(&[9][..]));
        assert_eq!(value_of(&bytes, &[&field(2), &field(3)]), Some(&[2, b'a', b'b'][..]));
        assert_eq!(value_of(&bytes, &[&field(4)]), None);
    }

    #[test]
    fn groups_are_seen_through_and_passed_over() {
        // 4: group { 1: 3 }, 5: 1
        let bytes = [0x23, 0x08, 3, 0x24, 0x28, 1];
        assert_eq!(value_of(&bytes, &[&field(4), &field(1)]), Some(&[3][..]));
        assert_eq!(value_of(&bytes, &[&field(5)]), Some(&[1][..]));
    }

    #[test]
    fn bytes_that_are_no_message_hold_nothing() {
        for bytes in [&[0x0a, 200][..], &[0x23, 0x08], &[0xff; 12], &[0x24], &[0x0d, 1]] {
            assert_eq!(value_of(bytes, &[&field(1), &field(1)]), None);
        }
    }
}
