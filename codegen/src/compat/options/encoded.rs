//! An encoded message as a whole, where [`Fields`] is its sequence of values.
//!
//! Compilers may write one option in several pieces (one a line of the
//! source), which belong together as one message; and a file of the same name
//! may declare an option differently. So every question has an answer: what is
//! malformed or of another type counts as not set.

use crate::descriptor::{Fields, Value, varint};

/// A message, in one piece or several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded<'a> {
    pieces: Vec<&'a [u8]>,
}

impl<'a> Encoded<'a> {
    /// A message in one piece.
    pub fn new(message: &'a [u8]) -> Self {
        Self { pieces: if message.is_empty() { Vec::new() } else { vec![message] } }
    }

    /// The values of every field, in the order they were written.
    pub fn values(&self) -> impl Iterator<Item = (u32, Value<'a>)> {
        self.pieces.iter().flat_map(|piece| Fields::new(piece).flatten())
    }

    fn all(&self, tag: u32) -> impl Iterator<Item = Value<'a>> {
        self.values().filter(move |(found, _)| *found == tag).map(|(_, value)| value)
    }

    fn last<T>(&self, tag: u32, read: impl Fn(Value<'a>) -> Option<T>) -> Option<T> {
        self.all(tag).filter_map(read).last()
    }

    /// Whether a field was written.
    pub fn has(&self, tag: u32) -> bool {
        self.all(tag).next().is_some()
    }

    /// Which of these fields was written last: the one of a oneof that counts.
    pub fn last_of(&self, tags: &[u32]) -> Option<u32> {
        self.values().map(|(tag, _)| tag).filter(|tag| tags.contains(tag)).last()
    }

    /// A message inside; empty where it is not set.
    #[must_use]
    pub fn message(&self, tag: u32) -> Self {
        Self { pieces: self.all(tag).filter_map(inner).collect() }
    }

    /// As [`message`](Self::message), told apart from an empty one.
    pub fn message_if_set(&self, tag: u32) -> Option<Self> {
        let found = self.message(tag);
        (!found.pieces.is_empty()).then_some(found)
    }

    /// The messages of a list.
    pub fn messages(&self, tag: u32) -> Vec<Self> {
        self.all(tag).filter_map(inner).map(|piece| Self { pieces: vec![piece] }).collect()
    }

    /// A string.
    pub fn text(&self, tag: u32) -> Option<&'a str> {
        self.last(tag, |value| value.text().ok())
    }

    /// A string of a field that knows no absence: the empty one is not set.
    pub fn filled(&self, tag: u32) -> Option<&'a str> {
        self.text(tag).filter(|text| !text.is_empty())
    }

    /// The strings of a list.
    pub fn texts(&self, tag: u32) -> Vec<&'a str> {
        self.all(tag).filter_map(|value| value.text().ok()).collect()
    }

    /// Bytes, or a string as bytes.
    pub fn bytes(&self, tag: u32) -> Option<&'a [u8]> {
        self.last(tag, |value| value.bytes().ok())
    }

    /// The values of a list of bytes or strings.
    pub fn all_bytes(&self, tag: u32) -> Vec<&'a [u8]> {
        self.all(tag).filter_map(|value| value.bytes().ok()).collect()
    }

    /// An integer other than `sint`, a bool or an enum, as it is encoded.
    pub fn varint(&self, tag: u32) -> Option<u64> {
        self.last(tag, |value| value.uint64().ok())
    }

    /// An `int64`.
    pub fn int64(&self, tag: u32) -> Option<i64> {
        self.varint(tag).map(u64::cast_signed)
    }

    /// An `int32` or an enum.
    pub fn int32(&self, tag: u32) -> Option<i32> {
        self.last(tag, |value| value.int32().ok())
    }

    /// A bool; one that is not set is false.
    pub fn flag(&self, tag: u32) -> bool {
        self.varint(tag).is_some_and(|value| value != 0)
    }

    /// A `uint32` of a field that knows no absence: 0 is not set.
    pub fn positive(&self, tag: u32) -> Option<u32> {
        self.varint(tag).and_then(|value| u32::try_from(value).ok()).filter(|value| *value != 0)
    }

    /// A `double`.
    pub fn double(&self, tag: u32) -> Option<f64> {
        self.last(tag, |value| match value {
            Value::Fixed64(bits) => Some(f64::from_bits(bits)),
            _ => None,
        })
    }

    /// The numbers of a list, packed or not: every value as it is encoded.
    pub fn numbers(&self, tag: u32, packed_as: Packed) -> Vec<u64> {
        let mut numbers = Vec::new();
        for value in self.all(tag) {
            match value {
                Value::Varint(number) | Value::Fixed64(number) => numbers.push(number),
                Value::Fixed32(number) => numbers.push(number.into()),
                Value::Bytes(bytes) => packed_as.unpack(bytes, &mut numbers),
                Value::Group(_) => {}
            }
        }
        numbers
    }
}

/// The encoding of the numbers of a packed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packed {
    /// One to ten bytes each.
    Varint,
    /// Four bytes each.
    Fixed32,
    /// Eight bytes each.
    Fixed64,
}

impl Packed {
    fn unpack(self, mut bytes: &[u8], numbers: &mut Vec<u64>) {
        while !bytes.is_empty() {
            let Some((number, rest)) = self.split(bytes) else { return };
            numbers.push(number);
            bytes = rest;
        }
    }

    fn split(self, bytes: &[u8]) -> Option<(u64, &[u8])> {
        match self {
            Self::Varint => {
                let mut rest = bytes;
                Some((varint(&mut rest).ok()?, rest))
            }
            Self::Fixed32 => {
                let (number, rest) = bytes.split_first_chunk()?;
                Some((u32::from_le_bytes(*number).into(), rest))
            }
            Self::Fixed64 => {
                let (number, rest) = bytes.split_first_chunk()?;
                Some((u64::from_le_bytes(*number), rest))
            }
        }
    }
}

fn inner(value: Value<'_>) -> Option<&[u8]> {
    match value {
        Value::Bytes(bytes) | Value::Group(bytes) => Some(bytes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_one_message_are_read_as_one() {
        // Field 1 twice: { 1: 5 } and { 2: "a" }.
        let bytes = [0x0a, 2, 0x08, 5, 0x0a, 3, 0x12, 1, b'a'];
        let message = Encoded::new(&bytes).message(1);
        assert_eq!(message.varint(1), Some(5));
        assert_eq!(message.text(2), Some("a"));
        assert_eq!(Encoded::new(&bytes).messages(1).len(), 2);
    }

    #[test]
    fn lists_of_numbers_are_read_packed_or_not() {
        let bytes = [0x08, 3, 0x0a, 3, 0x96, 0x01, 7, 0x08, 2];
        assert_eq!(Encoded::new(&bytes).numbers(1, Packed::Varint), [3, 150, 7, 2]);
        let bytes = [0x0a, 9, 1, 0, 0, 0, 2, 0, 0, 0, 9];
        assert_eq!(Encoded::new(&bytes).numbers(1, Packed::Fixed32), [1, 2]);
    }

    #[test]
    fn what_has_another_type_or_is_cut_short_counts_as_not_set() {
        let options = Encoded::new(&[0x08, 1, 0x12, 9]);
        assert_eq!(options.text(1), None);
        assert_eq!(options.message_if_set(1), None);
        assert!(!options.has(2));
    }
}
