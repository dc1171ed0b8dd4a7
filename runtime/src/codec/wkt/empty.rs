//! `google.protobuf.Empty`, the unit type in Rust. The wrappers are Rust's
//! scalars, and stand in JSON as these do.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserializer, Serializer};

use crate::codec::json::{Scope, Value, skip};

impl Value for () {
    fn write<S: Serializer>(&self, _: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_map(Some(0))?.end()
    }

    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        input.deserialize_map(EmptyVisitor(scope.enter()?))
    }
}

struct EmptyVisitor<'a>(Scope<'a>);

impl<'de> Visitor<'de> for EmptyVisitor<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object without fields")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<(), A::Error> {
        while let Some(name) = input.next_key::<String>()? {
            if !self.0.ignores_member(&name) {
                return Err(self.0.unknown_field(&name));
            }
            skip(self.0, &mut input)?;
        }
        Ok(())
    }
}
