//! The protobuf wire format as a sequence of tagged values that borrow from
//! the message.

use std::fmt;

/// The fields of an encoded message, in the order they were written. Ends
/// after the first field that is malformed.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

/// One encoded value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// An integer, a bool or an enum.
    Varint(u64),
    /// A 64-bit number, as bits.
    Fixed64(u64),
    /// A string, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
    /// A 32-bit number, as bits.
    Fixed32(u32),
    /// The fields between the tags of a group.
    Group(&'a [u8]),
}

/// Bytes that are no encoded message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the bytes are no encoded protobuf message")
    }
}

impl std::error::Error for Malformed {}

/// How deep groups may nest.
const MAX_DEPTH: usize = 100;

impl<'a> Fields<'a> {
    /// The fields of this message.
    pub fn new(message: &'a [u8]) -> Self {
        Self { rest: message }
    }

    fn field(&mut self, depth: usize) -> Result<(u32, Value<'a>), Malformed> {
        let key = self.varint()?;
        let tag = u32::try_from(key >> 3).map_err(|_| Malformed)?;
        let value = match key & 7 {
            0 => Value::Varint(self.varint()?),
            1 => Value::Fixed64(u64::from_le_bytes(self.array()?)),
            2 => Value::Bytes(self.bytes()?),
            3 => Value::Group(self.group(tag, depth)?),
            5 => Value::Fixed32(u32::from_le_bytes(self.array()?)),
            _ => return Err(Malformed),
        };
        if tag == 0 { Err(Malformed) } else { Ok((tag, value)) }
    }

    fn varint(&mut self) -> Result<u64, Malformed> {
        varint(&mut self.rest)
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let length = usize::try_from(self.varint()?).map_err(|_| Malformed)?;
        let (value, rest) = self.rest.split_at_checked(length).ok_or(Malformed)?;
        self.rest = rest;
        Ok(value)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (value, rest) = self.rest.split_first_chunk::<N>().ok_or(Malformed)?;
        self.rest = rest;
        Ok(*value)
    }

    fn group(&mut self, tag: u32, depth: usize) -> Result<&'a [u8], Malformed> {
        if depth >= MAX_DEPTH {
            return Err(Malformed);
        }
        let start = self.rest;
        loop {
            let before = self.rest;
            let key = self.varint()?;
            if key & 7 == 4 {
                let inside = &start[..start.len() - before.len()];
                return if key >> 3 == u64::from(tag) { Ok(inside) } else { Err(Malformed) };
            }
            self.rest = before;
            self.field(depth + 1)?;
        }
    }
}

/// Takes a varint, at most ten bytes, from the front of `bytes`. Leaves them
/// as they are where they do not begin with one.
pub fn varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0_u64;
    for (index, &byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            *bytes = &bytes[index + 1..];
            return Ok(value);
        }
    }
    Err(Malformed)
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Value<'a>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.field(0);
        if field.is_err() {
            self.rest = &[];
        }
        Some(field)
    }
}

impl<'a> Value<'a> {
    /// The bytes of a length-delimited value.
    pub fn bytes(self) -> Result<&'a [u8], Malformed> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(Malformed),
        }
    }

    /// The text of a string.
    pub fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)
    }

    /// The value of an `int32` or an enum; other integers are cut to 32 bits,
    /// as every protobuf reader does.
    #[allow(clippy::cast_possible_truncation, reason = "int32 is written as 64 bits")]
    pub fn int32(self) -> Result<i32, Malformed> {
        match self {
            Self::Varint(value) => Ok(value as i32),
            _ => Err(Malformed),
        }
    }

    /// The value of a `bool`.
    pub fn bool(self) -> Result<bool, Malformed> {
        match self {
            Self::Varint(value) => Ok(value != 0),
            _ => Err(Malformed),
        }
    }

    /// The value of a `uint64`.
    pub fn uint64(self) -> Result<u64, Malformed> {
        match self {
            Self::Varint(value) => Ok(value),
            _ => Err(Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Result<Vec<(u32, Value<'_>)>, Malformed> {
        Fields::new(bytes).collect()
    }

    #[test]
    fn every_wire_type_is_read() {
        let bytes = [
            0x08, 0x96, 0x01, 0x12, 0x02, b'h', b'i', 0x1d, 1, 0, 0, 0, 0x21, 2, 0, 0, 0, 0, 0, 0,
            0, 0x2b, 0x08, 0x01, 0x2c,
        ];
        let expected = vec![
            (1, Value::Varint(150)),
            (2, Value::Bytes(b"hi")),
            (3, Value::Fixed32(1)),
            (4, Value::Fixed64(2)),
            (5, Value::Group(&[0x08, 0x01])),
        ];
        assert_eq!(all(&bytes), Ok(expected));
    }

    #[test]
    fn what_is_cut_short_or_never_closed_is_malformed() {
        for bytes in [&[0x08][..], &[0x12, 5, 1], &[0x2b, 0x08, 1], &[0x2b, 0x34], &[0x00, 1]] {
            assert_eq!(all(bytes), Err(Malformed), "{bytes:?}");
        }
        let nested = vec![0x0b; 5000];
        assert_eq!(all(&nested), Err(Malformed));
    }
}
