//! `google.protobuf.Struct` and `Value` as the JSON that they are.

use prost_types::value::Kind;
use prost_types::{ListValue, Struct, Value as WireValue};
use serde_json::{Map, Number, Value};

use super::{Convert, WireError};

impl Convert<WireValue> for Value {
    /// Numbers become doubles, as `google.protobuf.Value` holds no others.
    fn into_wire(self) -> WireValue {
        let kind = match self {
            Self::Null => Kind::NullValue(0),
            Self::Bool(value) => Kind::BoolValue(value),
            Self::Number(number) => Kind::NumberValue(number.as_f64().unwrap_or(f64::NAN)),
            Self::String(text) => Kind::StringValue(text),
            Self::Array(values) => Kind::ListValue(ListValue { values: values.into_wire() }),
            Self::Object(members) => Kind::StructValue(members.into_wire()),
        };
        WireValue { kind: Some(kind) }
    }

    fn from_wire(wire: WireValue) -> Result<Self, WireError> {
        Ok(match wire.kind {
            None | Some(Kind::NullValue(_)) => Self::Null,
            Some(Kind::BoolValue(value)) => Self::Bool(value),
            Some(Kind::NumberValue(number)) => Self::Number(self::number(number)?),
            Some(Kind::StringValue(text)) => Self::String(text),
            Some(Kind::ListValue(list)) => Self::Array(Vec::from_wire(list.values)?),
            Some(Kind::StructValue(members)) => Self::Object(Map::from_wire(members)?),
        })
    }
}

/// Whole numbers stay whole, as far as a double holds them exactly.
fn number(value: f64) -> Result<Number, WireError> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and in range")]
        return Ok(Number::from(value as i64));
    }
    let no_number = || WireError::new("", format!("{value} is no JSON number"));
    Number::from_f64(value).ok_or_else(no_number)
}

impl Convert<Struct> for Map<String, Value> {
    fn into_wire(self) -> Struct {
        Struct { fields: self.into_iter().map(|(name, value)| (name, value.into_wire())).collect() }
    }

    fn from_wire(wire: Struct) -> Result<Self, WireError> {
        let members = wire.fields.into_iter();
        members
            .map(|(name, value)| {
                let value = Value::from_wire(value).map_err(|error| error.inside(&name))?;
                Ok((name, value))
            })
            .collect()
    }
}
