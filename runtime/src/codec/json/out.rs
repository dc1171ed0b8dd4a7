//! JSON text on its way out: the part of serde's data model that this codec
//! writes. A text of a message is mostly strings, and most strings have nothing
//! to escape: they are looked through in blocks and copied.

use serde::ser::{Error as _, Impossible, SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Error;

/// JSON text that is taken over as it stands. Only for [`Text`], which knows no
/// other bytes: those of messages are strings in JSON.
pub(crate) struct Verbatim<'a>(pub(crate) &'a str);

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bytes(self.0.as_bytes())
    }
}

/// Appends one value.
#[doc(hidden)]
#[derive(Debug)]
pub struct Text<'a>(pub(super) &'a mut Vec<u8>);

type Unknown = Impossible<(), Error>;

/// What no message has in it.
fn foreign<T>() -> Result<T, Error> {
    Err(Error::custom("a value that no JSON of a message has"))
}

macro_rules! integers {
    ($($name:ident $type:ty),* $(,)?) => {$(
        fn $name(self, value: $type) -> Result<(), Error> {
            self.0.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
            Ok(())
        }
    )*};
}

impl<'a> Serializer for Text<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'a>;
    type SerializeTuple = Unknown;
    type SerializeTupleStruct = Unknown;
    type SerializeTupleVariant = Unknown;
    type SerializeMap = Members<'a>;
    type SerializeStruct = Unknown;
    type SerializeStructVariant = Unknown;

    integers! {
        serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64,
    }

    fn serialize_bool(self, value: bool) -> Result<(), Error> {
        self.0.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        serde_json::Serializer::new(self.0).serialize_f32(value)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        serde_json::Serializer::new(self.0).serialize_f64(value)
    }

    fn serialize_char(self, value: char) -> Result<(), Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Error> {
        push_string(self.0, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Error> {
        self.0.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.0.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Error> {
        foreign()
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Error> {
        foreign()
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Members<'a>, Error> {
        Ok(Members::begin(self.0, b'[', b']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Unknown, Error> {
        foreign()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Unknown, Error> {
        foreign()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Unknown, Error> {
        foreign()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'a>, Error> {
        Ok(Members::begin(self.0, b'{', b'}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Unknown, Error> {
        foreign()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Unknown, Error> {
        foreign()
    }
}

/// The elements of a list, or the members of an object.
#[doc(hidden)]
#[derive(Debug)]
pub struct Members<'a> {
    out: &'a mut Vec<u8>,
    begun: bool,
    end: u8,
}

impl<'a> Members<'a> {
    fn begin(out: &'a mut Vec<u8>, start: u8, end: u8) -> Self {
        out.push(start);
        Self { out, begun: false, end }
    }

    fn next(&mut self) -> Text<'_> {
        if std::mem::replace(&mut self.begun, true) {
            self.out.push(b',');
        }
        Text(self.out)
    }

    fn finish(self) {
        self.out.push(self.end);
    }
}

impl SerializeSeq for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(self.next())
    }

    fn end(self) -> Result<(), Error> {
        self.finish();
        Ok(())
    }
}

/// Keys are strings: the codec makes them of every type that a map may have.
impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        key.serialize(self.next())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.push(b':');
        value.serialize(Text(self.out))
    }

    fn end(self) -> Result<(), Error> {
        self.finish();
        Ok(())
    }
}

/// Appends a string, with its quotes.
fn push_string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text.as_bytes();
    loop {
        let (plain, special) = rest.split_at(plain(rest));
        out.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { break };
        push_escaped(out, *byte);
        rest = after;
    }
    out.push(b'"');
}

/// How many bytes at the start need no escape.
fn plain(bytes: &[u8]) -> usize {
    let (blocks, rest) = bytes.as_chunks();
    let (start, block) = match blocks.iter().position(has_special) {
        Some(index) => (index * BLOCK, blocks.get(index).map_or(rest, |block| block)),
        None if has_special(&padded(rest)) => (bytes.len() - rest.len(), rest),
        None => return bytes.len(),
    };
    start + block.iter().take_while(|byte| special(**byte) == 0).count()
}

/// How many bytes are looked at as one.
const BLOCK: usize = 16;

/// Without a branch for each byte, so that the compiler compares all of them at once.
fn has_special(block: &[u8; BLOCK]) -> bool {
    block.iter().fold(0, |any, byte| any | special(*byte)) != 0
}

/// Not 0 where a byte needs an escape.
fn special(byte: u8) -> u8 {
    u8::from(byte < b' ') | u8::from(byte == b'"') | u8::from(byte == b'\\')
}

/// A block that begins with these bytes and has nothing special behind them.
fn padded(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
    block
}

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\x08' => b'b',
        b'\t' => b't',
        b'\n' => b'n',
        b'\x0c' => b'f',
        b'\r' => b'r',
        _ => {
            let [high, low] = [byte >> 4, byte & 15].map(|nibble| DIGITS[usize::from(nibble)]);
            return out.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(value: impl Serialize) -> String {
        let mut out = Vec::new();
        value.serialize(Text(&mut out)).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_are_escaped_as_serde_json_escapes_them_wherever_the_byte_stands() {
        for special in (0..=0x7fu8).map(char::from).chain(['é', '€', '🎈']) {
            for before in 0..18 {
                let text = format!("{}{special}\u{1}{special}plain", "x".repeat(before));
                assert_eq!(ours(&text), serde_json::to_string(&text).unwrap(), "{text:?}");
            }
        }
    }

    #[test]
    fn numbers_lists_and_objects_are_those_of_serde_json() {
        let value = serde_json::json!({
            "": [], "a": {}, "list": [1, -2, 0.5, 1e300, true, false, null, "x"],
            "deep": [[{ "k\n": [u64::MAX, i64::MIN] }]],
        });
        assert_eq!(ours(&value), value.to_string());
        assert_eq!(ours(1.5f32), "1.5");
    }

    #[test]
    fn what_is_json_already_stands_as_it_is() {
        let text = r#"{"a": "\u0041"}"#;
        assert_eq!(ours(Verbatim(text)), text);
        assert_eq!(ours([Verbatim("1"), Verbatim("[]")].as_slice()), "[1,[]]");
    }
}
