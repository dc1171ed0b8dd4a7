//! Booleans, strings and bytes (base64).

use std::fmt;

use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::{Error, Visitor};
use serde::{Deserializer, Serializer};

use super::{Scope, Value};

impl Value for bool {
    fn is_default(&self) -> bool {
        !*self
    }

    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_bool(*self)
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = serde::Deserialize::deserialize(input)?;
        Ok(())
    }
}

impl Value for String {
    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(self)
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = serde::Deserialize::deserialize(input)?;
        Ok(())
    }
}

impl Value for Vec<u8> {
    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&base64::engine::general_purpose::STANDARD.encode(self))
    }

    fn read<'de, D: Deserializer<'de>>(&mut self, _: Scope<'_>, input: D) -> Result<(), D::Error> {
        *self = input.deserialize_str(BytesVisitor)?;
        Ok(())
    }
}

/// Padding may be missing, and unused bits of the last symbol may be set.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const LENIENT_STANDARD: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const LENIENT_URL_SAFE: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Decodes base64 in the standard or the url-safe alphabet.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let engine = if text.contains(['-', '_']) { LENIENT_URL_SAFE } else { LENIENT_STANDARD };
    engine.decode(text).ok()
}

struct BytesVisitor;

impl Visitor<'_> for BytesVisitor {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a base64 string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Vec<u8>, E> {
        decode_base64(text).ok_or_else(|| E::custom("not base64"))
    }
}
