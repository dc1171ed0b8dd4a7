//! Enum values: written by name, read by name or number.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::ser::Serializer;

use super::number;
use crate::codec::{EnumType, wkt};

/// The form of an `i32` that is a value of this enum.
#[derive(Clone, Copy, Debug)]
pub struct Enumeration(pub(crate) &'static EnumType);

impl Enumeration {
    /// Whether this is `google.protobuf.NullValue`, which is JSON `null`.
    pub(crate) fn is_null(self) -> bool {
        self.0.name == wkt::NULL_VALUE.name
    }

    pub(crate) fn write_number<S: Serializer>(
        self,
        number: i32,
        out: S,
    ) -> Result<S::Ok, S::Error> {
        if self.is_null() {
            return out.serialize_unit();
        }
        match self.0.name_of(number) {
            Some(name) => out.serialize_str(name),
            None => out.serialize_i32(number),
        }
    }

    pub(crate) fn visitor(self, ignores_unknown: bool) -> EnumVisitor {
        EnumVisitor { of: self, ignores_unknown }
    }

    fn number<E: Error>(self, number: Option<i32>) -> Result<Option<i32>, E> {
        let number = number.ok_or_else(|| E::custom("not a whole number in the range of int32"))?;
        if self.0.closed && self.0.name_of(number).is_none() {
            return Err(E::custom(format_args!("{number} is no value of enum {}", self.0.name)));
        }
        Ok(Some(number))
    }
}

/// Reads one enum value; `None` is an unknown name that is to be ignored.
pub(crate) struct EnumVisitor {
    of: Enumeration,
    ignores_unknown: bool,
}

impl Visitor<'_> for EnumVisitor {
    type Value = Option<i32>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name or number of enum {}", self.of.0.name)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        match self.of.0.number_of(name) {
            Some(number) => Ok(Some(number)),
            None if self.ignores_unknown => Ok(None),
            None => Err(E::custom(format_args!("{name:?} is no value of enum {}", self.of.0.name))),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        self.of.number(i32::try_from(value).ok())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        self.of.number(i32::try_from(value).ok())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        let integer = number::integer_of(value).and_then(|value| i32::try_from(value).ok());
        self.of.number(integer)
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        if self.of.is_null() {
            Ok(Some(0))
        } else {
            Err(E::invalid_type(serde::de::Unexpected::Unit, &self))
        }
    }
}
