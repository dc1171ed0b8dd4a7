//! Map keys: strings in JSON, whatever their type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, Error, Unexpected, Visitor};
use serde::ser::SerializeMap;

use super::number::parse_integer;

/// A type of map keys.
pub trait Key: Ord + fmt::Display + Sized {
    /// What a reader expected, in its errors.
    const EXPECTED: &'static str;

    /// The key that a string is.
    fn parse(text: &str) -> Option<Self>;

    /// Writes the key as a string.
    ///
    /// # Errors
    /// The serializer failed.
    fn write<S: SerializeMap>(&self, out: &mut S) -> Result<(), S::Error> {
        out.serialize_key(&self.to_string())
    }
}

impl Key for String {
    const EXPECTED: &'static str = "a string";

    fn parse(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }

    fn write<S: SerializeMap>(&self, out: &mut S) -> Result<(), S::Error> {
        out.serialize_key(self)
    }
}

impl Key for bool {
    const EXPECTED: &'static str = "true or false in a string";

    fn parse(text: &str) -> Option<Self> {
        match text {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }
}

macro_rules! integer {
    ($($type:ident $range:literal;)*) => {$(
        impl Key for $type {
            const EXPECTED: &'static str = concat!("an integer in a string, in the range of ", $range);

            fn parse(text: &str) -> Option<Self> {
                parse_integer(text).and_then(|integer| integer.try_into().ok())
            }
        }
    )*};
}

integer! {
    i32 "int32";
    i64 "int64";
    u32 "uint32";
    u64 "uint64";
}

/// Reads one key.
pub(crate) struct KeySeed<K>(PhantomData<K>);

impl<K> KeySeed<K> {
    pub(crate) fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, K: Key> DeserializeSeed<'de> for KeySeed<K> {
    type Value = K;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<K, D::Error> {
        input.deserialize_str(self)
    }
}

impl<K: Key> Visitor<'_> for KeySeed<K> {
    type Value = K;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<K, E> {
        K::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
