//! `google.protobuf.Struct`, `Value` and `ListValue`: any JSON.

use std::fmt;

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as AnyJson};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::Error as _;
use serde::{Deserializer, Serializer};

use crate::codec::json::{Plain, Scope, Shape, Value};

impl Value for AnyJson {
    const NULLABLE: bool = true;

    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        match &self.kind {
            None | Some(Kind::NullValue(_)) => out.serialize_unit(),
            Some(Kind::BoolValue(value)) => out.serialize_bool(*value),
            Some(Kind::NumberValue(value)) if value.is_finite() => out.serialize_f64(*value),
            Some(Kind::NumberValue(value)) => {
                Err(S::Error::custom(format_args!("{value} is no JSON number")))
            }
            Some(Kind::StringValue(value)) => out.serialize_str(value),
            Some(Kind::StructValue(value)) => Value::write(value, scope, out),
            Some(Kind::ListValue(value)) => Value::write(value, scope, out),
        }
    }

    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        self.kind = Some(input.deserialize_any(AnyJsonVisitor(scope))?);
        Ok(())
    }
}

impl Value for Struct {
    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        Shape::write(&self.fields, Plain, scope, out)
    }

    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        *self = input.deserialize_map(StructVisitor(scope.enter()?))?;
        Ok(())
    }
}

impl Value for ListValue {
    fn write<S: Serializer>(&self, scope: Scope<'_>, out: S) -> Result<S::Ok, S::Error> {
        Shape::write(&self.values, Plain, scope, out)
    }

    fn read<'de, D: Deserializer<'de>>(
        &mut self,
        scope: Scope<'_>,
        input: D,
    ) -> Result<(), D::Error> {
        *self = input.deserialize_seq(ListVisitor(scope.enter()?))?;
        Ok(())
    }
}

struct StructVisitor<'a>(Scope<'a>);

impl<'de> Visitor<'de> for StructVisitor<'_> {
    type Value = Struct;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, input: A) -> Result<Struct, A::Error> {
        let mut object = Struct::default();
        let input = serde::de::value::MapAccessDeserializer::new(input);
        Shape::read(&mut object.fields, Plain, self.0, input)?;
        Ok(object)
    }
}

struct ListVisitor<'a>(Scope<'a>);

impl<'de> Visitor<'de> for ListVisitor<'_> {
    type Value = ListValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, input: A) -> Result<ListValue, A::Error> {
        let mut list = ListValue::default();
        let input = serde::de::value::SeqAccessDeserializer::new(input);
        Shape::read(&mut list.values, Plain, self.0, input)?;
        Ok(list)
    }
}

struct AnyJsonVisitor<'a>(Scope<'a>);

impl<'de> Visitor<'de> for AnyJsonVisitor<'_> {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Kind, E> {
        Ok(Kind::NullValue(0))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::BoolValue(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "all numbers of a `Value` are doubles")]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::NumberValue(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "all numbers of a `Value` are doubles")]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::NumberValue(value as f64))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Kind, E> {
        Ok(Kind::NumberValue(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::StringValue(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Kind, E> {
        Ok(Kind::StringValue(value))
    }

    fn visit_map<A: MapAccess<'de>>(self, input: A) -> Result<Kind, A::Error> {
        StructVisitor(self.0.enter()?).visit_map(input).map(Kind::StructValue)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, input: A) -> Result<Kind, A::Error> {
        ListVisitor(self.0.enter()?).visit_seq(input).map(Kind::ListValue)
    }
}
